from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parcelray.datasets.importers.yolo import read_yolo
from parcelray.models.errors import BadInputError, DatasetError

Tree = Callable[[dict[str, Any]], Path]
HEAD = "names: [pistol, Knife]\n"
ONE: dict[str, Any] = {"data.yaml": HEAD, "images/1.jpg": (40, 30), "labels/1.txt": "0 0.5 0.5 0.25 0.5\n"}


def test_ultralytics_layout(tree: Tree) -> None:
    source = tree(
        {
            "data.yaml": "path: /content/guns\ntrain: images/train\nval: images/val\nnames:\n  0: pistol\n  1: Knife\n",
            "images/train/1.jpg": (40, 30),
            "images/train/2.png": (40, 30),
            "images/val/1.jpg": (40, 30),
            "images/3.jpg": (40, 30),
            "labels/train/1.txt": "0 0.5 0.5 0.25 0.5\n\n1 0.1 0.2 0.2 0.4\n",
            "labels/val/1.txt": "",
        }
    )
    scans = {scan.name: scan for scan in read_yolo(source)}
    assert {name: (scan.split, len(scan.boxes)) for name, scan in scans.items()} == {
        "3.jpg": (None, 0),
        "train/1.jpg": ("train", 2),
        "train/2.png": ("train", 0),
        "val/1.jpg": ("val", 0),
    }
    pistol, knife = scans["train/1.jpg"].boxes
    assert scans["train/1.jpg"].relative
    assert (pistol.name, pistol.corners) == ("pistol", (0.375, 0.25, 0.625, 0.75))
    assert knife.name == "Knife"
    assert knife.corners == pytest.approx((0.0, 0.0, 0.2, 0.4))
    assert scans["3.jpg"].group == "3.jpg"


def test_a_folder_for_each_split_and_paths_that_count_from_nowhere(tree: Tree) -> None:
    source = tree(
        {
            "data.yaml": "train: ../train/images\nval: ../valid/images\ntest: ../test/images\n" + HEAD,
            "train/images/1.jpg": (40, 30),
            "train/labels/1.txt": "1 0.5 0.5 1 1\n",
            "valid/images/1.jpg": (40, 30),
            "test/images/1.jpg": (40, 30),
        }
    )
    found = [(scan.name, scan.split, len(scan.boxes)) for scan in read_yolo(source)]
    assert found == [("test/1.jpg", "test", 0), ("train/1.jpg", "train", 1), ("valid/1.jpg", "val", 0)]


def test_lists_of_pictures_and_several_entries(tree: Tree) -> None:
    head = HEAD + "train: [train.txt, lists/more.txt]\ntest:\n- images/b\n"
    source = tree(
        {
            "guns.yaml": head,
            "train.txt": "./images/a/1.jpg\nimages/a/2.jpg\n\n",
            "lists/more.txt": "images/4.jpg\n",
            "images/a/1.jpg": (40, 30),
            "images/a/2.jpg": (40, 30),
            "images/b/3.jpg": (40, 30),
            "lists/images/4.jpg": (40, 30),
        }
    )
    found = {scan.name: scan.split for scan in read_yolo(source)}
    assert found == {"a/1.jpg": "train", "a/2.jpg": "train", "b/3.jpg": "test", "lists/4.jpg": "train"}


@pytest.mark.parametrize("place", ["classes.txt", "labels/classes.txt"])
def test_names_as_labelling_tools_write_them(tree: Tree, place: str) -> None:
    source = tree({place: "pistol\nKnife\n", "images/1.jpg": (40, 30), "labels/1.txt": "1 0.5 0.5 1 1"})
    assert [box.name for scan in read_yolo(source) for box in scan.boxes] == ["Knife"]


def test_a_dual_energy_pair_is_one_scan(tree: Tree) -> None:
    source = tree(
        {
            "data.yaml": HEAD,
            "images/a_high.png": (40, 30),
            "images/a_low.png": (40, 30),
            "labels/a_high.txt": "0 0.5 0.5 1 1",
        }
    )
    assert [(scan.name, len(scan.boxes)) for scan in read_yolo(source)] == [("a_high.png", 1)]
    (source / "images/a_low.png").unlink()
    with pytest.raises(BadInputError, match="the other half of the pair"):
        read_yolo(source)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"labels/1.txt": "0 0.5 0.5 0.25\n"}, r"1\.txt, line 1: expected five numbers: class, x and y of the centre"),
        ({"labels/1.txt": "0 0.1 0.1 0.9 0.1 0.9 0.9\n"}, "five numbers"),
        ({"labels/1.txt": "\npistol 0.5 0.5 1 1\n"}, "line 2: expected five numbers"),
        ({"labels/1.txt": "2 0.5 0.5 1 1\n"}, r"a class among 0 \(pistol\), 1 \(Knife\), got 2"),
        ({"labels/1.txt": "0.5 0.5 0.5 1 1\n"}, "a class among"),
        ({"labels/2.txt": ""}, r"2\.txt: expected a picture of that name in images/, got none"),
        ({"data.yaml": "nc: 2\n"}, "names: a list, or names by their numbers"),
        ({"data.yaml": "names: {pistol: 0}\n"}, "names: a list, or names by their numbers"),
        ({"data.yaml": HEAD + "train: ../../elsewhere\n"}, "a path within the folder"),
        ({"data.yaml": HEAD + "train: /content/images\n"}, "a path within the folder"),
        ({"data.yaml": HEAD + "train: gone\n"}, "gone: expected a text file, got no such file"),
        ({"data.yaml": HEAD + "train: t.txt\n", "t.txt": "images/2.jpg"}, r"t\.txt, line 1: expected the picture"),
        ({"data.yaml": HEAD + "train: t.txt\n", "t.txt": "../2.jpg"}, "a path within the folder"),
        ({"data.yaml": HEAD + "train: images\nval: images\n"}, r"each picture in one split, got .*1\.jpg in train too"),
    ],
)
def test_what_is_refused(tree: Tree, change: dict[str, Any], message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        read_yolo(tree(ONE | change))


def test_other_folders_are_refused(tree: Tree) -> None:
    with pytest.raises(DatasetError, match=r"data\.yaml or classes\.txt with the names of the classes"):
        read_yolo(tree({}))
    with pytest.raises(DatasetError, match="pictures in a folder images/, got no such folder"):
        read_yolo(tree({"data.yaml": HEAD}))
    with pytest.raises(BadInputError, match="got a folder without any"):
        read_yolo(tree({"images/notes.md": ""}))
