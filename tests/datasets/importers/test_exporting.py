"""What goes out and comes in again is the same: scans, groups, splits, reserved or not, boxes to 0.001 pixels."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parcelray.datasets.importers.exporting import EXPORTERS, export_dataset, scans_of
from parcelray.datasets.importers.importing import run_import
from parcelray.datasets.importers.planning import plan_import
from parcelray.models.errors import DatasetError

Tree = Callable[[dict[str, Any]], Path]
FOREIGN = {"Knife": "", "Straight blade, folded": ""}


def image(number: int, name: str, **more: Any) -> dict[str, Any]:
    return {"id": number, "file_name": name, "width": 641, "height": 479, **more}


def box(number: int, image_id: int, category: int, bbox: list[float]) -> dict[str, Any]:
    return {"id": number, "image_id": image_id, "category_id": category, "bbox": bbox, "segmentation": [[1, 2]]}


@pytest.fixture
def ours(tree: Tree) -> Path:
    """A data set of ours with all that one can hold."""
    document = {
        "info": {"description": "drawn scans"},
        "images": [
            image(4, "deep/a.jpg", group="parcel-1", split="train"),
            image(5, "b.png", group="parcel-1", split="test", subset="hard", reserved=True),
            image(6, "c_high.png", group="parcel, 2"),
            image(7, "clean.jpg", split="train"),
        ],
        "annotations": [
            box(1, 4, 1, [0, 0, 641, 479]),
            box(2, 4, 2, [1.123456, 2.2, 3.3, 4.4]),
            box(3, 6, 3, [100.5, 0.25, 1 / 3, 0.001]),
        ],
        "categories": [
            {"id": 1, "name": "pistol"},
            {"id": 2, "name": "Knife"},
            {"id": 3, "name": "Straight blade, folded"},
        ],
    }
    return tree(
        {
            "annotations.json": json.dumps(document),
            "images/deep/a.jpg": (641, 479),
            "images/b.png": (641, 479),
            "images/c_high.png": (641, 479),
            "images/c_low.png": (641, 479),
            "images/clean.jpg": (641, 479),
        }
    )


def everything(folder: Path) -> tuple[list[tuple[Any, ...]], list[float]]:
    """All that is known of the scans, their pictures among it; and the corners of all boxes."""
    scans = sorted(scans_of(folder), key=lambda scan: scan.name)
    facts = [
        (
            scan.name,
            scan.group,
            scan.split,
            scan.subset,
            scan.reserved,
            (scan.width, scan.height),
            [box.name for box in scan.boxes],
            scan.picture.read_bytes(),
        )
        for scan in scans
    ]
    return facts, [corner for scan in scans for box in scan.boxes for corner in box.corners]


def assert_same(folder: Path, other: Path) -> None:
    facts, corners = everything(folder)
    others_facts, others_corners = everything(other)
    assert facts == others_facts
    assert corners == pytest.approx(others_corners, abs=1e-3)


@pytest.mark.parametrize("target", EXPORTERS)
def test_there_and_back(ours: Path, tmp_path: Path, target: str) -> None:
    exported, back = tmp_path / "exported", tmp_path / "back"
    export_dataset(target, ours, scans_of(ours), exported)
    run_import(plan_import(target, exported, FOREIGN), back)
    assert_same(back, ours)
    assert (back / "images/c_low.png").read_bytes() == (ours / "images/c_low.png").read_bytes()
    # And once more: nothing wears off.
    export_dataset(target, back, scans_of(back), tmp_path / "exported-2")
    run_import(plan_import(target, tmp_path / "exported-2", FOREIGN), tmp_path / "back-2")
    assert_same(tmp_path / "back-2", ours)


def test_coco_keeps_what_only_coco_can_hold(ours: Path, tmp_path: Path) -> None:
    export_dataset("coco", ours, scans_of(ours), tmp_path / "out")
    assert (tmp_path / "out/annotations.json").read_text() == (ours / "annotations.json").read_text()


def test_yolo_as_its_trainers_read_it(ours: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export_dataset("yolo", ours, scans_of(ours), out)
    assert (out / "data.yaml").read_text() == (
        'train: train.txt\ntest: test.txt\nnames:\n  0: "pistol"\n  1: "Knife"\n  2: "Straight blade, folded"\n'
    )
    assert (out / "train.txt").read_text() == "./images/deep/a.jpg\n./images/clean.jpg\n"
    first, second = (out / "labels/deep/a.txt").read_text().splitlines()
    assert [float(word) for word in first.split()] == [0, 0.5, 0.5, 1, 1]
    assert second.split()[0] == "1"
    # A scan without a text file shows nothing: here it is said.
    assert (out / "labels/clean.txt").read_text() == ""
    assert not (out / "labels/c_low.txt").exists()


def test_cvat_as_cvat_writes_it(ours: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export_dataset("cvat", ours, scans_of(ours), out)
    text = (out / "annotations.xml").read_text()
    assert text.startswith('<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n  <version>1.1</version>\n')
    assert '<image id="0" name="deep/a.jpg" subset="train" width="641" height="479">' in text
    assert '<box label="Knife" source="manual" occluded="0" xtl="1.123456" ytl="2.2" xbr="4.423456" ybr="6.6"' in text


def test_a_broken_off_export_goes_on_and_no_other_mixes_with_it(ours: Path, tmp_path: Path) -> None:
    class StoppedError(Exception):
        pass

    def stop(_done: int) -> None:
        raise StoppedError

    out = tmp_path / "out"
    with pytest.raises(StoppedError):
        export_dataset("yolo", ours, scans_of(ours), out, report=stop)
    assert not (out / "data.yaml").exists()
    export_dataset("yolo", ours, scans_of(ours), out, link=False)
    assert (out / "data.yaml").exists()
    with pytest.raises(DatasetError, match="got another's"):
        export_dataset("cvat", ours, scans_of(ours), out)


@pytest.mark.parametrize(
    ("target", "change", "message"),
    [
        ("labelme", {}, "FORMAT: expected one of coco, yolo, cvat, got labelme"),
        ("yolo", {"categories": [{"id": 1, "name": 'a "gun"'}]}, 'names of classes without ", got a "gun"'),
        ("yolo", {"images": [image(1, "1.jpg"), image(2, "1.png")]}, "a name that differs by more than its suffix"),
    ],
)
def test_what_a_format_cannot_hold(
    tree: Tree, tmp_path: Path, target: str, change: dict[str, Any], message: str
) -> None:
    document = {"images": [], "annotations": [], "categories": []} | change
    folder = tree(
        {"annotations.json": json.dumps(document), "images/1.jpg": (641, 479), "images/1.png": (641, 479)},
    )
    with pytest.raises(DatasetError, match=message):
        export_dataset(target, folder, scans_of(folder), tmp_path / "out")
    assert not (tmp_path / "out").exists()
