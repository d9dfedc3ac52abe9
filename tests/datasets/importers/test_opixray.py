from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parcelray.datasets.importers.opixray import read_hixray, read_opixray
from parcelray.datasets.importers.records import LabelledBox
from parcelray.models.errors import DatasetError

Tree = Callable[[dict[str, Any]], Path]
OPIXRAY: dict[str, Any] = {
    "train/train_knife.txt": "009001\n",
    "train/train_annotation/009001.txt": "009001.jpg Folding_Knife 3 4 20 25\n",
    "train/train_image/009001.jpg": (40, 30),
    "test/test_knife.txt": "009002\n009003\n",
    "test/test_knife-1.txt": "009002\n",
    "test/test_knife-2.txt": "009003.jpg\n",
    "test/test_annotation/009002.txt": "009002.jpg Multi-tool_Knife 0 0 40 30\n",
    "test/test_annotation/009003.txt": "009003.jpg Scissor 1 1 5 5\n009003.jpg Scissor 6 6 9 9\n\n",
    "test/test_image/009002.jpg": (40, 30),
    "test/test_image/009003.jpg": (40, 30),
}


def test_opixray_with_its_levels_of_occlusion(tree: Tree) -> None:
    source = tree(OPIXRAY)
    scans = read_opixray(source)
    assert [(scan.name, scan.split, scan.subset, len(scan.boxes)) for scan in scans] == [
        ("train/009001.jpg", "train", None, 1),
        ("test/009002.jpg", "test", "occlusion-1", 1),
        ("test/009003.jpg", "test", "occlusion-2", 2),
    ]
    assert scans[0].boxes == (LabelledBox("Folding_Knife", (3, 4, 20, 25)),)
    assert scans[0].picture == source / "train/train_image/009001.jpg"
    assert scans[0].group == "train/009001.jpg"


def test_hixray_has_pictures_of_two_kinds_and_scans_without_items(tree: Tree) -> None:
    source = tree(
        {
            "train/train_name.txt": "P00001\nP00002\nP00003\n",
            "train/train_annotation/P00001.txt": "P00001.jpg Mobile_Phone 1 2 10 12\nP00001.jpg Water 5 5 9 9\n",
            "train/train_annotation/P00002.txt": "P00002.TIFF Nonmetallic_Lighter 1 2 10 12\n",
            "train/train_annotation/P00003.txt": "",
            "train/train_image/P00001.jpg": (40, 30),
            "train/train_image/P00002.TIFF": (40, 30),
            "train/train_image/P00003.jpg": (40, 30),
        }
    )
    found = [(scan.name, [box.name for box in scan.boxes]) for scan in read_hixray(source)]
    assert found == [
        ("train/P00001.jpg", ["Mobile_Phone", "Water"]),
        ("train/P00002.TIFF", ["Nonmetallic_Lighter"]),
        ("train/P00003.jpg", []),
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("009001.jpg Folding_Knife 3 4 20", r"009001\.txt, line 1: expected IMAGE CLASS X1 Y1 X2 Y2"),
        ("009001.jpg Folding_Knife 3 4 20 25 1", "IMAGE CLASS X1 Y1 X2 Y2"),
        ("009001.jpg Folding_Knife 3 four 20 25", "IMAGE CLASS X1 Y1 X2 Y2"),
        ("009001.jpg", "IMAGE CLASS X1 Y1 X2 Y2"),
        ("009009.jpg Folding_Knife 3 4 20 25", r"an item of the picture 009001, got one of '009009\.jpg'"),
        ("../train_image/009001.jpg Folding_Knife 3 4 20 25", "an item of the picture 009001"),
    ],
)
def test_broken_lines_are_named(tree: Tree, line: str, message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        read_opixray(tree(OPIXRAY | {"train/train_annotation/009001.txt": line}))


def test_what_is_missing_is_named(tree: Tree) -> None:
    with pytest.raises(DatasetError, match=r"train/train_annotation/\*\.txt with train/train_image/.*got neither"):
        read_opixray(tree({}))
    source = tree(OPIXRAY)
    (source / "test/test_image/009002.jpg").unlink()
    with pytest.raises(DatasetError, match=r"009002\.txt: expected the picture .*009002\.jpg, got no such file"):
        read_opixray(source)
    (source / "train/train_image/009001.jpg").unlink()
    (source / "train/train_image").rmdir()
    with pytest.raises(DatasetError, match="train_image: expected a folder"):
        read_opixray(source)
