import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parcelray.datasets.importers.clcxray import read_clcxray
from parcelray.datasets.importers.pidray import read_pidray
from parcelray.models.errors import DatasetError

Tree = Callable[[dict[str, Any]], Path]
# The numbers of version 1, as its issue 3 quotes them.
PIDRAY = (
    "Baton",
    "Pliers",
    "Hammer",
    "Powerbank",
    "Scissors",
    "Wrench",
    "Gun",
    "Bullet",
    "Sprayer",
    "HandCuffs",
    "Knife",
)
CLCXRAY = ("blade", "scissors", "knife", "dagger", "SwissArmyKnife", "PlasticBottle")


def coco(names: tuple[str, ...], *images: tuple[str, int | None]) -> str:
    """A COCO file of pictures, each with an item of a category or with none."""
    return json.dumps(
        {
            "info": {},
            "images": [
                {"id": number, "file_name": name, "width": 40, "height": 30} for number, (name, _) in enumerate(images)
            ],
            "annotations": [
                {
                    "id": number,
                    "image_id": number,
                    "category_id": category,
                    "bbox": [1, 2, 10, 12],
                    "area": 120,
                    "iscrowd": 0,
                    "segmentation": [[1, 2, 11, 2, 11, 14]],
                }
                for number, (_, category) in enumerate(images)
                if category is not None
            ],
            "categories": [{"id": number, "name": name} for number, name in enumerate(names, start=1)],
        }
    )


def seen(scans: list[Any]) -> list[tuple[str, str | None, str | None, list[str]]]:
    return [(scan.name, scan.split, scan.subset, [box.name for box in scan.boxes]) for scan in scans]


def test_version_1_has_a_folder_for_each_part(tree: Tree) -> None:
    source = tree(
        {
            "annotations/xray_train.json": coco(PIDRAY, ("xray_00000.png", 7), ("xray_00001.png", 8)),
            "annotations/xray_test_easy.json": coco(PIDRAY, ("xray_easy00000.png", 11)),
            "annotations/xray_test_hard.json": coco(PIDRAY, ("xray_hard00000.png", 1)),
            "annotations/xray_test_hidden.json": coco(PIDRAY, ("xray_hidden00000.png", 10)),
            "train/xray_00000.png": (40, 30),
            "train/xray_00001.png": (40, 30),
            "easy/xray_easy00000.png": (40, 30),
            "hard/xray_hard00000.png": (40, 30),
            "hidden/xray_hidden00000.png": (40, 30),
        }
    )
    assert seen(read_pidray(source)) == [
        ("train/xray_00000.png", "train", None, ["Gun"]),
        ("train/xray_00001.png", "train", None, ["Bullet"]),
        ("easy/xray_easy00000.png", "test", "easy", ["Knife"]),
        ("hard/xray_hard00000.png", "test", "hard", ["Baton"]),
        ("hidden/xray_hidden00000.png", "test", "hidden", ["HandCuffs"]),
    ]


def test_version_2_has_one_folder_of_test_scans_and_clean_ones_among_them(tree: Tree) -> None:
    source = tree(
        {
            "annotations/train.json": coco(PIDRAY, ("a.png", 7), ("b.png", None)),
            "annotations/test.json": coco(PIDRAY, ("c.png", 7), ("d.png", None)),
            "annotations/test_easy.json": coco(PIDRAY, ("c.png", 7)),
            "annotations/test_hidden.json": coco(PIDRAY, ("d.png", None)),
            **{f"train/{name}.png": (40, 30) for name in "ab"},
            **{f"test/{name}.png": (40, 30) for name in "cd"},
        }
    )
    assert seen(read_pidray(source)) == [
        ("train/a.png", "train", None, ["Gun"]),
        ("train/b.png", "train", None, []),
        ("test/c.png", "test", "easy", ["Gun"]),
        ("test/d.png", "test", "hidden", []),
    ]
    for subset in ("easy", "hidden"):
        (source / f"annotations/test_{subset}.json").unlink()
    # Then the file of all test scans is what is left, without their subsets.
    assert seen(read_pidray(source))[2:] == [("test/c.png", "test", None, ["Gun"]), ("test/d.png", "test", None, [])]


def test_clcxray(tree: Tree) -> None:
    source = tree(
        {
            "annotations/instances_train2017.json": coco(CLCXRAY, ("1.jpg", 5)),
            "annotations/instances_test2017.json": coco(CLCXRAY, ("2.jpg", 6)),
            "train2017/1.jpg": (40, 30),
            "test2017/2.jpg": (40, 30),
        }
    )
    assert seen(read_clcxray(source)) == [
        ("train2017/1.jpg", "train", None, ["SwissArmyKnife"]),
        ("test2017/2.jpg", "test", None, ["PlasticBottle"]),
    ]


@pytest.mark.parametrize("read", [read_pidray, read_clcxray])
def test_another_folder_is_refused(tree: Tree, read: Callable[[Path], Any]) -> None:
    with pytest.raises(DatasetError, match=r"at least one of annotations/\w+train\w*\.json, .*got none of them"):
        read(tree({"annotations/other.json": "{}"}))


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (coco(PIDRAY, ("gone.png", 7)), r"the picture .*train/gone\.png, got no such file"),
        (coco(PIDRAY, ("../easy/a.png", 7)), "a path within the folder"),
        (coco(PIDRAY, ("a.png", 99)), "a category_id of this file, got 99"),
        (coco(PIDRAY, ("a.png", 7))[:50], "COCO as JSON"),
    ],
)
def test_broken_files_are_named(tree: Tree, labels: str, message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        read_pidray(tree({"annotations/xray_train.json": labels, "train/a.png": (40, 30), "easy/a.png": (40, 30)}))
