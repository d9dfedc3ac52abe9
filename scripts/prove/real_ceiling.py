"""The ceiling that a model trained on generated scans chases: the same network, fine-tuned on real scans.

    python scripts/prove/real_ceiling.py ../shared/data/sixray --start runs/start/yolox_nano_from_onnx_bn.pth

Five folds by group: each scan is judged by a network that saw no scan of its group. Scans that show a gun and scans
without labels take part; those whose only label is another item may show an unlabelled gun, and are left out.
Told are the figures of these networks, and by how much AP50 of the release falls short of theirs on the same scans,
with an interval from resampling groups: the same resamples for both.
The weights are for research only and stay under runs/. Finished folds are kept when the command is run again.
"""

from __future__ import annotations

import argparse
import json
import os
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.coco import read_coco
from parcelray.datasets.files import sha256_of_file
from parcelray.models.detector import Detector
from parcelray.models.package import MANIFEST, ModelPackage
from parcelray.models.statistics import group_bootstrap
from parcelray.models.store import release_folder
from parcelray.training.evaluation.figures import figures
from parcelray.training.evaluation.judging import JudgedScan, judge
from parcelray.training.evaluation.ranking import group_places, rank
from parcelray.training.export import export
from parcelray.training.loop import train

Coco = dict[str, list[dict[str, Any]]]

FOLDS = 5
CATEGORY, LABELS = "gun", ("pistol", "revolver")

RECIPE = """\
# Fold {fold} of the ceiling: for research only, never shipped.
name = "real-ceiling"
version = "fold{fold}"
seed = {fold}
taxonomy = 1
labels = ["pistol"]
architecture = {{ name = "yolox", width = 0.25, depth = 0.33, depthwise = true }}
input = {{ width = 416, height = 416, channel_order = "bgr", pad_value = 114 }}

[start]
weights = "{start}"
sha256 = "{sha256}"

[train]
images = "{images}"
annotations = "{folder}/train.json"
rename = {{ {category} = "pistol" }}

[validation]
images = "{images}"
annotations = "{folder}/test.json"
rename = {{ {category} = "pistol" }}

[optimiser]
epochs = {epochs}
batch_size = 16
learning_rate = 1e-3
weight_decay = 0.02
warmup_share = 0.1
final_share = 0.02
clip_norm = 10.0
ema_decay = 0.99
ema_ramp_steps = 50
"""


def folds_of(document: Coco) -> list[set[int]]:
    """The image ids that each fold is judged on: groups with guns and groups without are dealt out alike."""
    category = next(record["id"] for record in document["categories"] if record["name"] == CATEGORY)
    labelled = {record["image_id"] for record in document["annotations"]}
    with_gun = {record["image_id"] for record in document["annotations"] if record["category_id"] == category}
    groups: dict[str, list[int]] = {}
    for image in document["images"]:
        if image["id"] in with_gun or image["id"] not in labelled:
            groups.setdefault(image["group"], []).append(image["id"])
    folds: list[set[int]] = [set() for _ in range(FOLDS)]
    for wanted in (True, False):
        chosen = sorted(name for name, ids in groups.items() if bool(with_gun & set(ids)) is wanted)
        random.Random(0).shuffle(chosen)
        # Largest first, each to the fold that has least: groups are of very different sizes.
        for name in sorted(chosen, key=lambda name: -len(groups[name])):
            sizes = [len(fold & with_gun if wanted else fold - with_gun) for fold in folds]
            folds[sizes.index(min(sizes))].update(groups[name])
    return folds


def write_part(document: Coco, ids: set[int], path: Path) -> None:
    """The scans of some ids as a COCO file with the one category."""
    categories = [record for record in document["categories"] if record["name"] == CATEGORY]
    part = {
        "images": [record for record in document["images"] if record["id"] in ids],
        "annotations": [
            record
            for record in document["annotations"]
            if record["image_id"] in ids and record["category_id"] == categories[0]["id"]
        ],
        "categories": categories,
    }
    path.write_text(json.dumps(part))


def main() -> None:
    """Train each fold, judge each scan by the network that has not seen it, and put all folds together."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder with images/ and annotations.json")
    parser.add_argument("--start", type=Path, required=True, help="COCO weights")
    parser.add_argument("--runs", type=Path, default=Path("runs/real-ceiling"))
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--only", type=int, help="train this fold alone")
    parser.add_argument("--release", type=Path, default=release_folder(), help="package that saw no real scan")
    options = parser.parse_args()
    document = json.loads((options.data / "annotations.json").read_text())
    folds = folds_of(document)
    everyone = set().union(*folds)
    for fold, judged in enumerate(folds):
        if options.only is not None and fold != options.only:
            continue
        folder = options.runs / f"fold{fold}"
        folder.mkdir(parents=True, exist_ok=True)
        write_part(document, everyone - judged, folder / "train.json")
        write_part(document, judged, folder / "test.json")
        recipe = folder / "source.toml"
        recipe.write_text(
            RECIPE.format(
                fold=fold,
                start=options.start,
                sha256=sha256_of_file(options.start),
                images=options.data / "images",
                folder=folder,
                category=CATEGORY,
                epochs=options.epochs,
            )
        )
        print(f"fold {fold}: {len(everyone - judged)} scans to learn from, {len(judged)} to be judged on")
        train(recipe, folder)
    if options.only is None:
        release = ModelPackage.open(options.release)
        ceiling = judge_folds(options, lambda fold: exported(options.runs / f"fold{fold}"))
        answering = [release.manifest.labels.index(label) for label in LABELS]
        told = {
            "ceiling": figures(ceiling, {CATEGORY: [0]}),
            "ap50": compare(ceiling, judge_folds(options, lambda _: release), answering),
        }
        (options.runs / "results.json").write_text(json.dumps(told, indent=2) + "\n")
        print(json.dumps(told, indent=2))


def exported(run: Path) -> ModelPackage:
    """The package of a fold's network, made if it is not there."""
    folder = run / "package"
    whole = (folder / MANIFEST).exists()
    return ModelPackage.open(folder) if whole else export(run, folder, try_int8=False)


def judge_folds(options: argparse.Namespace, package_for: Callable[[int], ModelPackage]) -> list[JudgedScan]:
    """Each scan of each fold, judged by the network for its fold."""
    judged: list[JudgedScan] = []
    for fold in range(FOLDS):
        detector = Detector(package_for(fold), threads=os.cpu_count() or 1)
        data = read_coco(options.runs / f"fold{fold}" / "test.json")
        judged += judge(detector, options.data / "images", data, [CATEGORY])
    return judged


def compare(
    ceiling: Sequence[JudgedScan], release: Sequence[JudgedScan], answering: Sequence[int]
) -> dict[str, dict[str, float]]:
    """AP50 of both on the same scans, and by how much the release falls short of the ceiling."""
    places = group_places(ceiling)
    best, mine = rank(ceiling, places, CATEGORY, [0]), rank(release, places, CATEGORY, answering)

    def statistics(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        high, low = best.average_precision(weights), mine.average_precision(weights)
        return np.array([high, low, high - low])

    intervals = group_bootstrap(len(places), statistics)
    return {name: one.as_dict() for name, one in zip(("ceiling", "release", "gap"), intervals, strict=True)}


if __name__ == "__main__":
    main()
