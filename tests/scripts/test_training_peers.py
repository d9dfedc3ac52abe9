"""What scripts/bench/training_peers.py does without a peer's environment: labels out, boxes in, settings, the table."""

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from parcelray.datasets.coco import CocoData, ImageRecord, ItemRecord, read_coco
from parcelray.models.errors import BadInputError, DatasetError
from parcelray.models.package import InputSpec
from parcelray.training.evaluation.figures import figures

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
peers = import_module("bench.training_peers")
exchange = import_module("bench.training_peers_exchange")
settings = import_module("bench.training_peers_settings")

LABELS = ("pistol", "long_gun")
INPUT = InputSpec(width=416, height=416, channel_order="bgr", pad_value=114)
DATA = CocoData(
    images=tuple(ImageRecord(n, f"{n}.jpg", 640, 480, f"g{n}") for n in range(1, 4)),
    items=(
        ItemRecord(7, 1, "long_gun", (10.0, 20.0, 110.0, 60.0)),
        ItemRecord(8, 1, "pistol", (300.0, 200.0, 340.0, 230.0)),
        ItemRecord(9, 2, "pistol", (0.0, 0.0, 64.0, 48.0)),
    ),
    categories=("long_gun", "pistol"),
)


def recipe(epochs: int) -> Any:
    optimiser = {"epochs": epochs, "batch_size": 16, "warmup_share": 0.05, "ema_decay": 0.998}
    return SimpleNamespace(optimiser=SimpleNamespace(**optimiser))


def boxes_file(folder: Path, rows: dict[str, list[list[float]]]) -> Path:
    path = folder / "boxes.json"
    path.write_text(json.dumps(rows))
    return path


def test_peers_read_the_same_labels(tmp_path: Path) -> None:
    path = exchange.write_data({"train": (tmp_path / "images", DATA)}, LABELS, tmp_path / "data")
    named = json.loads(path.read_text())
    assert named["names"] == ["pistol", "long_gun"]
    assert named["train"] == str(tmp_path / "images")
    truth = Path(named["annotations"]["train"])
    assert truth.is_absolute()
    written = read_coco(truth)
    assert [(item.id, item.image_id, item.category, item.box) for item in written.items] == [
        (item.id, item.image_id, item.category, item.box) for item in DATA.items
    ]
    assert [image.file_name for image in written.images] == ["1.jpg", "2.jpg", "3.jpg"], "scans without items too"
    # libreyolo counts labels by the order of names; ids follow it, whatever the order of the file was.
    assert written.categories == LABELS


def test_items_of_no_label_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="long_gun"):
        exchange.write_data({"train": (tmp_path, DATA)}, ("pistol",), tmp_path / "data")


def test_boxes_of_a_peer_are_judged_as_ours(tmp_path: Path) -> None:
    right = [[20.0, 35.0, 120.0, 75.0, 0.2, 1.0], [-5.0, 195.0, 339.0, 600.0, 0.9, 0.0]]
    path = boxes_file(tmp_path, {"1.jpg": right, "2.jpg": [[0.0, 0.0, 64.0, 48.0, 0.7, 0.0]], "3.jpg": []})
    scans = exchange.read_boxes(path, DATA.images, DATA, INPUT)
    assert [len(scan.detections) for scan in scans] == [2, 1, 0]
    best = scans[0].detections
    assert best.scores.tolist() == pytest.approx([0.9, 0.2])
    assert best.labels.tolist() == [0, 1]
    assert best.boxes[0].tolist() == [0.0, 195.0, 339.0, 480.0], "cut at the edges of the scan"
    assert scans[0].scale == pytest.approx(0.65)
    measured = figures(scans, {"pistol": [0], "long_gun": [1]})
    # One pistol found, a worse box before it; the long gun's box overlaps by too little for AP50.
    assert measured["per_class"]["pistol"]["ap50"]["value"] == pytest.approx(0.25, abs=0.01)
    assert measured["per_class"]["long_gun"]["ap50"]["value"] == 0.0


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ({"1.jpg": [], "2.jpg": []}, r"3\.jpg"),
        ({"1.jpg": [[5.0, 5.0, 9.0, 9.0, 1.5, 0.0]], "2.jpg": [], "3.jpg": []}, r"1\.jpg.*scores"),
        ({"1.jpg": [[5.0, 5.0, 9.0]], "2.jpg": [], "3.jpg": []}, r"1\.jpg"),
    ],
)
def test_broken_boxes_are_told(tmp_path: Path, rows: dict[str, list[list[float]]], told: str) -> None:
    with pytest.raises(DatasetError, match=told):
        exchange.read_boxes(boxes_file(tmp_path, rows), DATA.images, DATA, INPUT)


def test_what_counts_epochs_fits_the_run() -> None:
    short, whole = settings.yolox_settings(recipe(4)), settings.yolox_settings(recipe(300))
    assert (short["warmup_epochs"], short["no_aug_epochs"]) == (pytest.approx(0.2), 1)
    assert short["lr0"] == pytest.approx(0.0025), "its authors' 0.01 is for a batch of 64"
    assert whole["no_aug_epochs"] == 15, "its authors' own at their own length"
    assert settings.yolox_settings(recipe(1))["no_aug_epochs"] == 0, "a phase of all epochs would be at the lowest rate"
    whole = settings.deimv2_settings(recipe(500))
    assert (whole["flat_epochs"], whole["no_aug_epochs"], whole["matcher_change_epoch"]) == (250, 32, 450)
    assert whole["lr0"] == pytest.approx(1.6e-3 / 8**0.5)
    assert settings.deimv2_settings(recipe(1))["matcher_change_epoch"] == 1, "0 would mean never to libreyolo"


def test_table_has_a_row_for_each_network(tmp_path: Path) -> None:
    rate = {"false_alarms": 0.05, "value": 0.5, "low": 0.41, "high": 0.59}
    other = {"false_alarms": 0.1, "value": 0.9, "low": 0.8, "high": 1.0}
    measured = {"mean": {"ap50": {"value": 0.3, "low": 0.2, "high": 0.4}}, "per_class": {"gun": {"pd": [other, rate]}}}
    rows = {name: peers.Row(tmp_path, 12.34, measured, {}) for name in ("one", "other")}
    lines = list(peers.table(rows, {"one": {"median_ms": 4.71}, "other": {"median_ms": 8.0}}))
    assert lines[2:] == [
        "| one | 0.30 (0.20–0.40) | gun 0.50 (0.41–0.59) | 4.7 | 12.3 |",
        "| other | 0.30 (0.20–0.40) | gun 0.50 (0.41–0.59) | 8.0 | 12.3 |",
    ]


def test_a_folder_holds_one_comparison(tmp_path: Path) -> None:
    for folder in ("drawn/train", "drawn/validation", "test"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "annotations.json").write_text(folder)
    same = {"drawn": tmp_path / "drawn", "test": tmp_path / "test", "out": tmp_path / "out", "threads": 2, "workers": 2}
    options = argparse.Namespace(**same, map={"gun": ("pistol",)}, epochs=4)
    assert peers.claim(options) == peers.claim(options)
    options.epochs = 5
    with pytest.raises(BadInputError, match="another"):
        peers.claim(options)
