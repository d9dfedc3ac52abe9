import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parcelray.datasets.importers.coco import read_coco_folder
from parcelray.datasets.importers.records import LabelledBox
from parcelray.models.errors import DatasetError

Tree = Callable[[dict[str, Any]], Path]
CATEGORIES = [{"id": 3, "name": "pistol"}, {"id": 7, "name": "Knife"}]


def coco(*images: dict[str, Any], annotations: list[dict[str, Any]] | None = None) -> str:
    return json.dumps({"images": list(images), "annotations": annotations or [], "categories": CATEGORIES})


def image(number: int, name: str, **more: Any) -> dict[str, Any]:
    return {"id": number, "file_name": name, "width": 40, "height": 30, **more}


def box(number: int, image_id: int, category: int, bbox: list[float], **more: Any) -> dict[str, Any]:
    return {"id": number, "image_id": image_id, "category_id": category, "bbox": bbox, **more}


def test_our_own_layout_with_our_own_fields(tree: Tree) -> None:
    labels = coco(
        image(1, "a.png", group="parcel-1", reserved=True, split="test", subset="hard"),
        image(2, "deep/b.jpg"),
        annotations=[box(1, 1, 3, [1, 2, 3, 4.5]), box(2, 1, 7, [0, 0, 40, 30], iscrowd=0)],
    )
    source = tree({"annotations.json": labels, "images/a.png": (40, 30), "images/deep/b.jpg": (40, 30)})
    first, second = read_coco_folder(source)
    assert first.name == "a.png"
    assert first.picture == source / "images/a.png"
    assert first.boxes == (LabelledBox("pistol", (1, 2, 4, 6.5)), LabelledBox("Knife", (0, 0, 40, 30)))
    assert (first.group, first.reserved, first.split, first.subset) == ("parcel-1", True, "test", "hard")
    assert (first.width, first.height) == (40, 30)
    assert (second.name, second.group, second.split, second.reserved) == ("deep/b.jpg", "deep/b.jpg", None, False)


def test_cocos_own_layout_has_a_file_and_a_folder_for_each_split(tree: Tree) -> None:
    source = tree(
        {
            "annotations/instances_train2017.json": coco(image(1, "1.jpg"), annotations=[box(1, 1, 3, [1, 1, 5, 5])]),
            "annotations/instances_val2017.json": coco(image(1, "1.jpg")),
            "annotations/captions_val2017.json": "{}",
            "train2017/1.jpg": (40, 30),
            "images/val2017/1.jpg": (40, 30),
        }
    )
    found = [(scan.name, scan.group, scan.split, len(scan.boxes)) for scan in read_coco_folder(source)]
    assert found == [("train2017/1.jpg", "train2017/1.jpg", "train", 1), ("val2017/1.jpg", "val2017/1.jpg", "val", 0)]


def test_a_file_of_any_name_with_pictures_beside_it(tree: Tree) -> None:
    source = tree({"truth.json": coco(image(1, "1.jpg")), "1.jpg": (40, 30)})
    assert [scan.picture for scan in read_coco_folder(source)] == [source / "1.jpg"]


def test_items_in_a_crowd_are_there_but_not_boxed(tree: Tree) -> None:
    labels = coco(image(1, "1.jpg"), annotations=[box(1, 1, 3, [1, 1, 5, 5], iscrowd=1), box(2, 1, 7, [1, 1, 5, 5])])
    (scan,) = read_coco_folder(tree({"annotations.json": labels, "images/1.jpg": (40, 30)}))
    assert scan.unboxed == ("pistol",)
    assert [box.name for box in scan.boxes] == ["Knife"]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, r"annotations\.json with images/, or .*got 0 JSON files"),
        ({"a.json": "{}", "b.json": "{}"}, "got 2 JSON files"),
        ({"annotations.json": coco(image(1, "1.jpg"))[:-9]}, "COCO as JSON"),
        ({"annotations.json": coco(image(1, "1.jpg"))}, r"image 1: expected the picture .*images/1\.jpg, got no such"),
        ({"annotations.json": coco(image(1, "../1.jpg"))}, r"a path within the folder .*got '\.\./1\.jpg'"),
        ({"annotations.json": coco(image(1, "/etc/passwd"))}, "a path within the folder"),
        ({"annotations.json": coco(annotations=[box(1, 1, 3, [1, 1, 5, 5])])}, "an image_id of this file"),
        ({"annotations.json": coco(image(1, "1.jpg", split="dev")), "1.jpg": (40, 30)}, "a split: train, val or test"),
    ],
)
def test_what_is_refused(tree: Tree, files: dict[str, Any], message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        read_coco_folder(tree(files))
