"""Training side by side with libreyolo: the same scans, epochs, batch, input and cores, each in its own environment.

    .venv-dev/bin/python scripts/bench/training_peers.py DRAWN ../shared/data/sixray --map gun=pistol,revolver

DRAWN holds train/ and validation/, each as ``parcelray synth`` writes it. From the same COCO weights are trained: our
nano (``parcelray train``, the recipe of scripts/prove/short_recipe.py), libreyolo's YOLOX-Nano and its DEIMv2-Femto (in
runs/peers/libreyolo, made on the first call: some 6 GB). Each exports to ONNX as it does; our evaluation judges all
boxes on the same test scans: AP50 with its group bootstrap, Pd at 5 % false alarms. Then the ONNX files take turns in
one process under the same session options, the networks alone. Training speed is of whole epochs, without start-up.

libreyolo is made for long runs: training_peers_settings.py says how it is brought to a short one. ``--defaults`` trains
both a second time, with libreyolo's own settings. Nobody picks a best epoch: the averaged weights of the last count.

Writes OUT/results.json and prints a table. Given again, the command goes on where it was: a run of ours within its
epochs, one of libreyolo's from its beginning, and what is finished is kept. Timings count on idle cores only.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.training_peers_exchange import read_boxes, write_data
from bench.training_peers_settings import PEERS, Peer
from parcelray.datasets.coco import CocoData, read_coco
from parcelray.datasets.files import sha256_of_file
from parcelray.datasets.progress import progress
from parcelray.models.detector import Detector
from parcelray.models.errors import BadInputError
from parcelray.models.package import ModelPackage
from parcelray.models.session import OrtSession
from parcelray.training.config import Recipe, read_recipe
from parcelray.training.evaluation.figures import figures
from parcelray.training.evaluation.judging import judge, plan, taking_part
from parcelray.training.export import DECODE
from parcelray.training.run_folder import LOG
from prove.short_recipe import write_recipe

LIBREYOLO = "1.6.0"
OURS = "parcelray, nano"
FALSE_ALARMS = 0.05
WARM_UP = 20


@dataclass(frozen=True)
class Row:
    """What was measured of one network.

    Attributes:
        network: the ONNX file.
        scans_a_second: in training.
        figures: on the test scans.
        trained: settings and versions.
    """

    network: Path
    scans_a_second: float
    figures: dict[str, Any]
    trained: dict[str, Any]


def environment(folder: Path) -> Path:
    """The Python of libreyolo's environment, with our torch; made where there is none, or another one.

    ``installed.txt`` is written last: an installation that broke off is done again.
    """
    wanted = [f"libreyolo[onnx]=={LIBREYOLO}", *(f"{name}=={version(name)}" for name in ("torch", "torchvision"))]
    python, note = folder / "venv" / "bin" / "python", folder / "installed.txt"
    if not note.is_file() or note.read_text().split() != wanted:
        print(f"making {folder}: {', '.join(wanted)}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder / "venv")], check=True)
        subprocess.run([str(python), "-m", "pip", "--quiet", "install", *wanted], check=True)
        note.write_text("\n".join(wanted) + "\n")
    return python


def run(command: list[str], threads: int) -> None:
    """Run one of them with these threads; nothing calls out."""
    quiet = {"ORT_DISABLE_TELEMETRY": "1", "NO_ALBUMENTATIONS_UPDATE": "1"}
    subprocess.run(command, env={**os.environ, **quiet, "OMP_NUM_THREADS": str(threads)}, check=True)


def our_recipe(options: argparse.Namespace, folder: Path) -> Path:
    """Our recipe."""
    train, validation = options.drawn / "train", options.drawn / "validation"
    start = options.weights / "yolox_nano_from_onnx_bn.pth"
    return write_recipe(
        folder / "source.toml",
        name="training-peers",
        version="nano",
        start=start,
        train=train,
        validation=validation,
        epochs=options.epochs,
    )


def ours(recipe: Path, data: CocoData, options: argparse.Namespace, folder: Path) -> Row:
    """Our nano, by our commands."""
    trained, package = folder / "run", folder / "package"
    command = [sys.executable, "-c", "from parcelray.scripts.main import main; main()"]
    if not package.is_dir():
        workers = ["--workers", str(options.workers)]
        run([*command, "train", str(recipe), "--run", str(trained), *workers], options.threads)
        # The peers are measured in floats, too.
        run([*command, "export", str(trained), "--out", str(package), "--no-int8"], options.threads)
    opened = ModelPackage.open(package)
    detector = Detector(opened, threads=options.threads)
    answers = plan(data, detector.labels, options.map)
    with progress("judging", len(taking_part(data, answers))) as report:
        scans = judge(detector, options.test / "images", data, answers, report)
    epochs = [json.loads(line) for line in (trained / LOG).read_text().splitlines()]
    shown = sum(epoch["scans_a_second"] * epoch["seconds"] for epoch in epochs)
    about = {"settings": read_recipe(recipe).model_dump(mode="json"), "epochs": epochs}
    speed = shown / sum(epoch["seconds"] for epoch in epochs)
    return Row(package / opened.manifest.network, speed, figures(scans, answers), about)


def theirs(peer: Peer, python: Path, recipe: Recipe, data: CocoData, options: argparse.Namespace, folder: Path) -> Row:
    """One of libreyolo's networks, by ``training_peers_libreyolo.py``."""
    answers = plan(data, recipe.labels, options.map)
    images = taking_part(data, answers)
    parts = {"train": recipe.train, "val": recipe.validation}
    learned = {part: (spec.images, read_coco(spec.annotations)) for part, spec in parts.items()}
    order = {
        "folder": str(folder.resolve()),
        "family": peer.family,
        "size": peer.size,
        "weights": str((options.weights / peer.weights).resolve()),
        "data": str(write_data(learned, recipe.labels, folder / "data").resolve()),
        "epochs": recipe.optimiser.epochs,
        "batch": recipe.optimiser.batch_size,
        "input": recipe.input.width,
        "seed": recipe.seed,
        "threads": options.threads,
        "workers": options.workers,
        "settings": {} if peer.settings is None else peer.settings(recipe),
        "ema_ramp_steps": None if peer.settings is None else recipe.optimiser.ema_ramp_steps,
        "images": str((options.test / "images").resolve()),
        "scans": [image.file_name for image in images],
        "floor": DECODE.score_floor,
        "nms_iou": DECODE.nms_iou,
        "max_boxes": DECODE.max_detections,
    }
    (folder / "order.json").write_text(json.dumps(order, indent=1))
    script = Path(__file__).with_name("training_peers_libreyolo.py")
    run([str(python), str(script), str(folder / "order.json")], options.threads)
    judged = read_boxes(folder / "boxes.json", images, data, recipe.input)
    trained = json.loads((folder / "train.json").read_text())
    # libreyolo leaves out the last batch of an epoch when it is not full.
    batch, count = recipe.optimiser.batch_size, len(learned["train"][1].images)
    shown = (count // batch * batch or count) * len(trained["epochs"])
    speed = shown / sum(epoch["seconds"] for epoch in trained["epochs"])
    return Row(folder / "model.onnx", speed, figures(judged, answers), trained)


def latencies(networks: Mapping[str, Path], recipe: Recipe, threads: int, rounds: int) -> dict[str, dict[str, float]]:
    """Milliseconds of one image through each network, in turns."""
    sessions = {name: OrtSession(path.read_bytes(), threads=threads) for name, path in networks.items()}
    shape = (1, 3, recipe.input.height, recipe.input.width)
    image = np.random.default_rng(0).random(shape, np.float32)
    took: dict[str, list[float]] = {name: [] for name in sessions}
    for number in range(WARM_UP + rounds):
        for name, session in sessions.items():
            began = time.perf_counter()
            session.run(image)
            if number >= WARM_UP:
                took[name].append((time.perf_counter() - began) * 1e3)
    return {
        name: {"median_ms": float(np.median(values)), "p95_ms": float(np.percentile(values, 95))}
        for name, values in took.items()
    }


def pd_at(measured: dict[str, Any]) -> str:
    """Pd at 5 % false alarms of each class, with its Wilson interval."""
    told = [
        f"{name} {rate['value']:.2f} ({rate['low']:.2f}–{rate['high']:.2f})"
        for name, one in measured["per_class"].items()
        for rate in one["pd"]
        if rate["false_alarms"] == FALSE_ALARMS
    ]
    return ", ".join(told) or "no clean scans"


def table(rows: Mapping[str, Row], timings: Mapping[str, dict[str, float]]) -> Iterator[str]:
    """Markdown, as in docs/benchmarks.md."""
    yield "| | AP50 | Pd at 5 % false alarms | ONNX Runtime, ms | training, scans a second |"
    yield "|---|---:|---:|---:|---:|"
    for name, row in rows.items():
        ap50 = row.figures["mean"]["ap50"]
        told = f"{ap50['value']:.2f} ({ap50['low']:.2f}–{ap50['high']:.2f}) | {pd_at(row.figures)}"
        yield f"| {name} | {told} | {timings[name]['median_ms']:.1f} | {row.scans_a_second:.1f} |"


def claim(options: argparse.Namespace) -> dict[str, Any]:
    """What decides the result; refuses a folder that holds another comparison."""
    about = {
        "train": sha256_of_file(options.drawn / "train" / "annotations.json"),
        "validation": sha256_of_file(options.drawn / "validation" / "annotations.json"),
        "test": sha256_of_file(options.test / "annotations.json"),
        "map": options.map,
        "epochs": options.epochs,
        "threads": options.threads,
        "workers": options.workers,
    }
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "comparison.json"
    if not path.is_file():
        path.write_text(json.dumps(about, indent=1))
    elif (came := json.loads(path.read_text())) != json.loads(json.dumps(about)):
        raise BadInputError(str(options.out), expected=f"this comparison, {about}", got=f"another, {came}")
    return about


def answering(entry: str) -> tuple[str, tuple[str, ...]]:
    """CATEGORY=LABEL[,LABEL…]."""
    category, _, labels = entry.partition("=")
    if not (category and labels):
        raise argparse.ArgumentTypeError(f"expected CATEGORY=LABEL[,LABEL…], got {entry}")
    return category, tuple(labels.split(","))


def main() -> None:
    """Train, judge, time and print."""
    cores = len(os.sched_getaffinity(0))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("drawn", type=Path, help="scans to learn from: folder with train/ and validation/")
    parser.add_argument("test", type=Path, help="scans to be judged on: folder with images/ and annotations.json")
    parser.add_argument("--map", type=answering, action="append", help="CATEGORY=LABEL[,LABEL…], as parcelray evaluate")
    parser.add_argument("--weights", type=Path, default=Path("../shared/weights"), help="folder of the COCO weights")
    parser.add_argument("--peers", type=Path, default=Path("runs/peers"), help="where the environments lie")
    parser.add_argument("--out", type=Path, default=Path("runs/training-peers"))
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--threads", type=int, default=cores, help="of each training and network (default: all cores)")
    parser.add_argument("--workers", type=int, default=cores, help="that prepare scans (default: one a core)")
    parser.add_argument("--rounds", type=int, default=300, help="timed turns of each network (default: 300)")
    parser.add_argument("--defaults", action="store_true", help="train libreyolo by its own settings, too")
    options = parser.parse_args()
    options.map = None if options.map is None else dict(options.map)
    about = claim(options)
    python = environment(options.peers / "libreyolo")
    source = our_recipe(options, options.out)
    recipe = read_recipe(source)
    data = read_coco(options.test / "annotations.json")
    peers = dict(PEERS)
    if options.defaults:
        for name, peer in PEERS.items():
            peers[f"{name}, its defaults"] = Peer(peer.family, peer.size, peer.weights, None)
    print(OURS, flush=True)
    rows = {OURS: ours(source, data, options, options.out / "ours")}
    for name, peer in peers.items():
        print(name, flush=True)
        folder = options.out / name.replace(", ", "-").replace(" ", "-").lower()
        folder.mkdir(exist_ok=True)
        rows[name] = theirs(peer, python, recipe, data, options, folder)
    load = os.getloadavg()[0]
    timings = latencies({name: row.network for name, row in rows.items()}, recipe, options.threads, options.rounds)
    told = {name: {**asdict(row), "network": str(row.network), "latency": timings[name]} for name, row in rows.items()}
    results = {"comparison": about, "load_average": load, "networks": told}
    partial = options.out / "results.part"
    partial.write_text(json.dumps(results, indent=1))
    partial.replace(options.out / "results.json")
    print(f"load average {load:.1f}, {options.threads} threads, {options.workers} workers")
    print("\n".join(table(rows, timings)))


if __name__ == "__main__":
    main()
