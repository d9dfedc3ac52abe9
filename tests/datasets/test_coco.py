import json
from pathlib import Path
from typing import Any

import pytest

from parcelray.datasets.coco import read_coco
from parcelray.models.errors import DatasetError


def document() -> dict[str, Any]:
    return {
        "images": [
            {"id": 7, "file_name": "a.png", "width": 10, "height": 20, "group": "parcel-1"},
            {"id": 8, "file_name": "b.png", "width": 10, "height": 20},
        ],
        "annotations": [{"id": 1, "image_id": 7, "category_id": 2, "bbox": [1, 2, 3, 4.5]}],
        "categories": [{"id": 2, "name": "pistol"}, {"id": 1, "name": "pipe"}],
    }


def write(folder: Path, content: object) -> Path:
    path = folder / "truth.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_records_are_typed_and_boxes_have_corners(tmp_path: Path) -> None:
    data = read_coco(write(tmp_path, document()))
    assert data.categories == ("pipe", "pistol")
    assert data.items_of[7][0].box == (1.0, 2.0, 4.0, 6.5)
    assert data.items_of[7][0].category == "pistol"
    assert data.items_of[8] == ()
    assert [image.group for image in data.images] == ["parcel-1", "b.png"]


def test_scanner_and_level_are_read_where_a_file_has_them(tmp_path: Path) -> None:
    plain = read_coco(write(tmp_path, document()))
    assert (plain.images[0].scanner, plain.items[0].level) == (None, None)
    told = document()
    told["images"][0]["scanner"] = "six-a"
    told["annotations"][0]["level"] = "hidden"
    data = read_coco(write(tmp_path, told))
    assert [image.scanner for image in data.images] == ["six-a", None]
    assert data.items[0].level == "hidden"


def test_crowds_are_places_where_nothing_is_known(tmp_path: Path) -> None:
    told = document()
    told["annotations"].append(told["annotations"][0] | {"id": 2, "iscrowd": 1})
    told["annotations"].append(told["annotations"][0] | {"id": 3, "iscrowd": 0})
    assert [item.ignored for item in read_coco(write(tmp_path, told)).items] == [False, True, False]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"images": None}, "lists named images, annotations, categories"),
        ({"images": document()["images"] * 2}, "each image id once, got id 7 more than once"),
        ({"annotations": document()["annotations"] * 2}, "each annotation id once, got id 1 more than once"),
        ({"annotations": [document()["annotations"][0] | {"image_id": 9}]}, "an image_id of this file, got 9"),
        ({"annotations": [document()["annotations"][0] | {"category_id": 9}]}, "a category_id of this file, got 9"),
        ({"annotations": [document()["annotations"][0] | {"bbox": [1, 2, 0, 4]}]}, "a box with an area"),
        ({"annotations": [document()["annotations"][0] | {"bbox": [1, 2, float("nan"), 4]}]}, "a box with an area"),
        ({"annotations": [document()["annotations"][0] | {"bbox": [1, 2]}]}, "COCO records, got ValueError"),
        ({"images": [{"id": 1}]}, "COCO records, got KeyError: 'file_name'"),
    ],
)
def test_contradictions_are_named(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        read_coco(write(tmp_path, document() | change))


def test_other_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"gone\.json: expected a COCO file, got no such file"):
        read_coco(tmp_path / "gone.json")
    with pytest.raises(DatasetError, match="expected COCO as JSON"):
        read_coco(write(tmp_path, "not json"))
    with pytest.raises(DatasetError, match="lists named"):
        read_coco(write(tmp_path, [1, 2]))
