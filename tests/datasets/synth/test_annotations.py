"""COCO records of labels: read by our own reader and by the reference."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

from parcelray.datasets.coco import read_coco
from parcelray.datasets.synth.annotations import annotation_of, coco_document
from parcelray.datasets.synth.labels import Label, PartMask
from parcelray.models.taxonomy import load_taxonomy

# pycocotools decodes by an old way of numpy.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

HEIGHT, WIDTH = 60, 90


def label(leaf: str, left: int, top: int, seed: int, **more: Any) -> Label:
    rng = np.random.default_rng(seed)
    mask = rng.random((20, 30)) < 0.6
    mask[0], mask[-1], mask[:, 0], mask[:, -1] = True, True, True, True
    parts = (PartMask("slide", mask & (np.arange(30) < 15)), PartMask("frame", mask & (np.arange(30) >= 15)))
    settings: dict[str, Any] = {
        "leaf": leaf,
        "shape": "thing-012",
        "box": (left, top, left + 30, top + 20),
        "rows": slice(top, top + 20),
        "columns": slice(left, left + 30),
        "mask": mask,
        "parts": parts if leaf == "pistol" else (),
        "material": "steel",
        "visible": 0.87654,
        "own": 1.23456,
        "clutter": 0.5,
        "clutter_deviation": 0.25,
        "level": "hard",
        "count": None,
    }
    return Label(**(settings | more))


LABELS = (label("pistol", 5, 7, 0), label("banknote_bundle", 60, 40, 1, count=150, level="hidden"))


@pytest.fixture
def document() -> dict[str, Any]:
    def view(name: str, labels: tuple[Label, ...]) -> dict[str, Any]:
        records = [annotation_of(one, HEIGHT, WIDTH) for one in labels]
        return {"file_name": name, "width": WIDTH, "height": HEIGHT, "group": "3-000001", "annotations": records}

    return coco_document([view("a.jpg", LABELS), view("b.jpg", ()), view("c.jpg", LABELS[1:])], {"description": "x"})


def whole(label: Label) -> np.ndarray[Any, np.dtype[np.bool_]]:
    picture = np.zeros((HEIGHT, WIDTH), np.bool_)
    picture[label.rows, label.columns] = label.mask
    return picture


@pytest.mark.parametrize("label", LABELS, ids=lambda label: label.leaf)
def test_the_run_lengths_are_the_mask(label: Label) -> None:
    record = json.loads(json.dumps(annotation_of(label, HEIGHT, WIDTH)))
    decoded = coco_mask.decode(record["segmentation"])
    assert np.array_equal(decoded.astype(bool), whole(label))
    assert record["area"] == label.mask.sum() == coco_mask.area(record["segmentation"])
    assert record["bbox"] == coco_mask.toBbox(record["segmentation"]).tolist()


def test_what_a_label_says_stands_in_the_record() -> None:
    gun, cash = (annotation_of(label, HEIGHT, WIDTH) for label in LABELS)
    told = {"shape": "thing-012", "material": "steel", "level": "hard", "visible": 0.877, "attenuation": 1.235}
    assert told.items() <= gun.items()
    assert {"clutter": 0.5, "clutter_deviation": 0.25, "iscrowd": 0}.items() <= gun.items()
    assert "count" not in gun
    assert "parts" not in cash
    assert (cash["count"], cash["level"]) == (150, "hidden")


def test_part_masks_lie_in_the_whole_picture() -> None:
    record = annotation_of(LABELS[0], HEIGHT, WIDTH)
    decoded = {part["role"]: coco_mask.decode(part["segmentation"]).astype(bool) for part in record["parts"]}
    assert set(decoded) == {"slide", "frame"}
    assert not (decoded["slide"] & decoded["frame"]).any()
    assert np.array_equal(decoded["slide"] | decoded["frame"], whole(LABELS[0]))


def test_our_reader_reads_it(document: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(document))
    data = read_coco(tmp_path / "a.json")
    assert data.categories == tuple(load_taxonomy().leaves(learned_only=True))
    assert [(image.file_name, image.group) for image in data.images] == [
        ("a.jpg", "3-000001"), ("b.jpg", "3-000001"), ("c.jpg", "3-000001")
    ]  # fmt: skip
    first, second, third = (data.items_of[image.id] for image in data.images)
    assert [(item.category, item.box) for item in first] == [(label.leaf, label.box) for label in LABELS]
    assert second == ()
    assert [item.category for item in third] == ["banknote_bundle"]


def test_the_reference_reads_it(document: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.json").write_text(json.dumps(document))
    coco = COCO(str(tmp_path / "a.json"))
    (gun,) = coco.loadAnns(coco.getAnnIds(catIds=coco.getCatIds(["pistol"])))
    assert np.array_equal(coco.annToMask(gun).astype(bool), whole(LABELS[0]))
    assert len(coco.getAnnIds(imgIds=[1])) == 2
    assert coco.getAnnIds(imgIds=[2]) == []
    assert coco.loadImgs(3)[0]["file_name"] == "c.jpg"
    capsys.readouterr()
