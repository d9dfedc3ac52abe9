"""What each step towards realism bought: detectors trained on drawn scans, judged on real guns.

    python scripts/prove/synth_steps.py ../shared/data/sixray --start runs/start/yolox_nano_from_onnx_bn.pth \
        --meshes ../shared/meshes --prototype runs/data/proto-steps

Each step draws its own scans (the same number from the same seed, with one thing left out), trains the same recipe on
them and judges the guns of the real set, of which nothing was learned. ``--prototype`` names COCO data that the
generator's prototype drew (scripts/releases/prototype_scans.py at commit 1f750c0), for the row "before". Finished parts
are kept under ``--runs`` when the command is run again; ``--only`` does one step. Half an hour a step on two cores.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from parcelray.datasets.coco import read_coco
from parcelray.datasets.progress import progress
from parcelray.datasets.synth.dataset import draw_dataset
from parcelray.datasets.synth.drawing import Draughtsman, Plan
from parcelray.datasets.synth.scanner.profile import profile_names
from parcelray.datasets.synth.shapes.kind import Kind
from parcelray.datasets.synth.shapes.library import Library
from parcelray.models.detector import Detector
from parcelray.models.package import MANIFEST, WEIGHTS, ModelPackage
from parcelray.training.evaluation.figures import figures
from parcelray.training.evaluation.judging import judge, plan
from parcelray.training.export import export
from parcelray.training.loop import train
from prove.short_recipe import write_recipe

CATEGORY = "gun"
ANSWERS = {CATEGORY: ("pistol", "revolver")}
# Benign kinds that the step with few of them keeps: what the prototype drew, by the names of ours.
FEW = frozenset(
    (
        "heap_of_clothes", "hard_cover_book", "mobile_phone", "tablet", "laptop", "charger", "cable_coil", "power_bank",
        "pet_bottle", "food_can", "spray_can", "wrench", "screwdrivers", "toy_car", "toy_blocks", "keys", "umbrella",
        "headphones", "camera", "hair_dryer", "flashlight", "mug", "wrist_watch", "soap_bars", "pens", "plates",
    )
)  # fmt: skip
MESHES = {
    "Pistol.stl": "pistol",
    "Revolver.stl": "revolver",
    "Rifle.stl": "long_gun",
    "Shotgun.stl": "long_gun",
    "SniperRifle.stl": "long_gun",
}


@dataclass(frozen=True)
class Step:
    """One way of drawing: what is left out of the whole."""

    name: str
    plan: Callable[[Plan], Plan] = lambda whole: whole
    make: Callable[[Plan], Draughtsman] = Draughtsman


def few_kinds(plan: Plan) -> Draughtsman:
    """With the clutter of few kinds."""
    return _with_kinds(plan, lambda kind: [kind] if kind.leaf is not None or kind.name in FEW else [])


def smooth(plan: Plan) -> Draughtsman:
    """Without the grain of materials."""
    return _with_kinds(plan, lambda kind: [replace(kind, draw=_Smooth(kind))])


class _Smooth:
    def __init__(self, kind: Kind) -> None:
        self._kind = kind

    def __call__(self, rng: Any) -> Any:
        shape = self._kind.draw(rng)
        return replace(shape, parts=tuple(replace(part, grain=0.0) for part in shape.parts))


def _with_kinds(plan: Plan, change: Callable[[Kind], list[Kind]]) -> Draughtsman:
    draughtsman = Draughtsman(plan)
    draughtsman.library = Library(new for kind in draughtsman.library.kinds for new in change(kind))
    return draughtsman


def _unfitted(whole: Plan) -> Plan:
    return replace(whole, scanners=tuple(name for name in profile_names(reserved=False) if not name.startswith("six")))


STEPS = (
    Step("whole"),
    Step("without fitted palettes", _unfitted),
    Step("with few kinds of clutter", make=few_kinds),
    Step("without outside meshes", lambda whole: replace(whole, meshes=())),
    Step("without grain", make=smooth),
    Step("one parcel only", lambda whole: replace(whole, neighbours=0.0)),
)


def draw(step: Step, options: argparse.Namespace, folder: Path) -> tuple[Path, Path]:
    """The folders of scans to learn from and to set thresholds on."""
    fitted = [name for name in profile_names(reserved=False) if name.startswith("six")]
    others = [name for name in profile_names(reserved=False) if not name.startswith("six")]
    meshes = tuple((leaf, options.meshes / name) for name, leaf in MESHES.items()) if options.meshes else ()
    # Looks like those of the scanners that are judged come twice as often as each of the others.
    whole = Plan(seed=options.seed, scanners=(*fitted, *fitted, *others), meshes=meshes)
    folders = []
    # Thresholds are set on scans without any label: validation has more of them.
    parts = (("train", options.seed, options.count, 0.85), ("validation", options.seed + 1, 400, 0.7))
    for part, seed, count, contraband in parts:
        out = folder / part
        chosen = replace(step.plan(whole), seed=seed, contraband=contraband)
        with progress(f"{step.name}: drawing", count) as report:
            tell = partial(report, note="")
            draw_dataset(chosen, count, out, workers=os.cpu_count() or 1, make=step.make, report=tell)
        folders.append(out)
    return folders[0], folders[1]


def judge_step(name: str, train_set: Path, validation: Path, options: argparse.Namespace, run: Path) -> dict[str, Any]:
    """Train on a step's scans and judge on the real ones; the figures."""
    done = run / f"figures-{options.input}.json"
    if done.is_file():
        found: dict[str, Any] = json.loads(done.read_text())
        return found
    run.mkdir(parents=True, exist_ok=True)
    recipe = write_recipe(
        run / "source.toml",
        name="synth-steps",
        version=run.name,
        start=options.start,
        train=train_set,
        validation=validation,
        epochs=options.epochs,
    )
    if not (run / WEIGHTS).is_file():
        print(f"{name}: training", flush=True)
        train(recipe, run)
    package = run / f"package-{options.input}"
    if (package / MANIFEST).exists():
        opened = ModelPackage.open(package)
    else:
        opened = export(run, package, size=(options.input,) * 2, try_int8=False)
    detector = Detector(opened, threads=os.cpu_count() or 1)
    data = read_coco(options.data / "annotations.json")
    answers = plan(data, detector.labels, ANSWERS)
    measured = figures(judge(detector, options.data / "images", data, answers), answers)
    done.write_text(json.dumps(measured, indent=2))
    return measured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="real scans: folder with images/ and annotations.json")
    parser.add_argument("--start", type=Path, required=True, help="COCO weights")
    parser.add_argument("--meshes", type=Path, help="folder with the outside meshes")
    parser.add_argument("--prototype", type=Path, help="COCO data that the prototype drew: train/ and validation/")
    parser.add_argument("--runs", type=Path, default=Path("runs/synth-steps"))
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--input", type=int, default=640, help="pixels that a judged network reads; it learns with 416")
    parser.add_argument("--only", help="do this step alone")
    options = parser.parse_args()
    rows = []
    if options.prototype and options.only in (None, "prototype"):
        run = options.runs / "prototype"
        folders = options.prototype / "train", options.prototype / "validation"
        rows.append(("prototype", judge_step("prototype", *folders, options, run)))
    for step in STEPS:
        if options.only in (None, step.name):
            folder = options.runs / step.name.replace(" ", "-")
            folders = draw(step, options, folder)
            rows.append((step.name, judge_step(step.name, *folders, options, folder / "run")))
    for name, measured in rows:
        print(name, json.dumps(measured), flush=True)


if __name__ == "__main__":
    main()
