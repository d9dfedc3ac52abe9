"""libreyolo's turn in training_peers.py: trains, exports and detects in its own environment, which has no parcelray.

    runs/peers/libreyolo/venv/bin/python scripts/bench/training_peers_libreyolo.py ORDER.json

The order says all; what is done already (by the files in the order's folder) is not done again::

    FOLDER/
    ├── run/         libreyolo's own folder of the run
    ├── train.json   its full settings, and seconds of each epoch
    ├── model.onnx   as libreyolo exports it
    └── boxes.json   what that finds on the test scans, by libreyolo's own preprocessing and decoding
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from libreyolo import LibreDEIMv2, LibreYOLO, LibreYOLOX
from tqdm import tqdm

FAMILIES = {"yolox": LibreYOLOX, "deimv2": LibreDEIMv2}
# Outputs of classes: the only weights that may not come from the start.
CLASS_OUTPUTS = ("cls_preds", "score_head", "denoising_class_embed")


class Log:
    """Keeps what libreyolo tells of its run."""

    def __init__(self) -> None:
        self.settings: dict[str, Any] = {}
        self.epochs: list[dict[str, float]] = []

    def on_train_start(self, event: Any) -> None:
        self.settings = dict(event.config)

    def on_train_epoch_end(self, event: Any) -> None:
        self.epochs.append({"seconds": event.epoch_seconds, "loss": event.train_loss})

    def on_train_end(self, event: Any) -> None:
        pass

    def on_train_exception(self, event: Any) -> None:
        pass


def started_network(order: dict[str, Any]) -> Any:
    """The network with the weights to start from.

    Loading is lenient in libreyolo: weights of which it knows no name would pass unnoticed, so each is looked at.
    """
    network = FAMILIES[order["family"]](order["weights"], size=order["size"], device="cpu")
    given = torch.load(order["weights"], map_location="cpu", weights_only=True)["model"]
    taken = network.model.state_dict()
    lost = [name for name, value in given.items() if name not in taken or not torch.equal(taken[name], value)]
    if lost:
        raise SystemExit(f"{order['weights']}: {len(lost)} of {len(given)} weights not taken over, such as {lost[0]}")
    return network


def train(order: dict[str, Any], folder: Path) -> None:
    """One whole run, from its beginning."""
    torch.set_num_threads(order["threads"])
    network = started_network(order)
    if order["ema_ramp_steps"] is not None:
        # Not among libreyolo's settings, though its trainer asks its settings for it.
        network.TRAIN_CONFIG.ema_tau = order["ema_ramp_steps"]
    log = Log()
    network.train(
        order["data"],
        epochs=order["epochs"],
        batch=order["batch"],
        imgsz=order["input"],
        device="cpu",
        workers=order["workers"],
        seed=order["seed"],
        # Both off for all: what is measured is training, to its end.
        eval_interval=0,
        patience=0,
        project=str(folder),
        name="run",
        exist_ok=True,
        callbacks=log,
        **order["settings"],
    )
    versions = {name: version(name) for name in ("libreyolo", "torch", "torchvision")}
    write(folder / "train.json", {"versions": versions, "settings": log.settings, "epochs": log.epochs})


def export(order: dict[str, Any], folder: Path) -> None:
    """The averaged weights as ONNX, one image at a time."""
    network = FAMILIES[order["family"]](str(folder / "run" / "weights" / "last.pt"), size=order["size"], device="cpu")
    partial = folder / "part.onnx"
    network.export(format="onnx", output_path=str(partial), imgsz=order["input"], dynamic=False)
    partial.replace(folder / "model.onnx")


def detect(order: dict[str, Any], folder: Path) -> None:
    """All boxes on the test scans, by file name: x0 y0 x1 y1 in pixels of the scan, score, label."""
    network = LibreYOLO(str(folder / "model.onnx"))
    found = {}
    for name in tqdm(order["scans"], desc="detecting"):
        scan = str(Path(order["images"], name))
        boxes = network(scan, conf=order["floor"], iou=order["nms_iou"], max_det=order["max_boxes"]).boxes
        columns = (boxes.xyxy, boxes.conf[:, None], boxes.cls[:, None])
        found[name] = torch.cat([torch.as_tensor(column).float() for column in columns], dim=1).tolist()
    write(folder / "boxes.json", found)


def write(path: Path, document: dict[str, Any]) -> None:
    """Write JSON beside its place, then move it there."""
    partial = path.with_suffix(".part")
    partial.write_text(json.dumps(document, indent=1, default=str))
    partial.replace(path)


def main() -> None:
    """Do what of the order is not done yet."""
    order = json.loads(Path(sys.argv[1]).read_text())
    folder = Path(order["folder"])
    for step, result in ((train, "train.json"), (export, "model.onnx"), (detect, "boxes.json")):
        if not (folder / result).is_file():
            step(order, folder)


if __name__ == "__main__":
    main()
