from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parcelray.datasets.importers.records import LabelledBox
from parcelray.datasets.importers.sixray import read_sixray
from parcelray.models.errors import DatasetError

Tree = Callable[[dict[str, Any]], Path]
Xml = Callable[..., str]
HEADER = "name,Gun,Knife,Wrench,Pliers,Scissors\n"


@pytest.fixture
def published(tree: Tree, voc_xml: Xml) -> Path:
    """The archives as they unpack: boxes, lists, and pictures in one folder, and some in another."""
    return tree(
        {
            "Annotation/P00001.xml": voc_xml("P00001.jpg", (40, 30), ("Knife", 2, 3, 10, 12)),
            "Annotation/P00099.xml": voc_xml("P00099", (40, 30), ("Gun", 1, 1, 9, 9), ("Hammer", 5, 5, 9, 9)),
            "Annotation/P00100.xml": voc_xml("P00100.jpg", (40, 30), ("Gun", 1, 1, 9, 9)),
            "ImageSet/10/train.csv": HEADER + "P00001,-1,1,-1,-1,-1\nP00100,1,1,-1,-1,-1\nN0210755,-1,-1,-1,-1,-1\n",
            "ImageSet/10/test.csv": HEADER + "P00099,1,-1,-1,-1,-1\nP05000,1,-1,-1,-1,-1\n",
            "ImageSet/100/train.csv": HEADER + "P00099,1,-1,-1,-1,-1\nN0000007,-1,-1,-1,-1,-1\n",
            "ImageSet/1000/test.csv": HEADER + "N0000007,-1,-1,-1,-1,-1\n",
            "JPEGImage/P00001.jpg": (40, 30),
            "JPEGImage/P00099.jpg": (40, 30),
            "JPEGImage/P00100.jpg": (40, 30),
            "JPEGImage/N0210755.jpg": (40, 30),
            "20/P00101.jpg": (40, 30),
            "20/N0000007.jpg": (40, 30),
            "20/N0000008.jpg": (40, 30),
            "image.png": (40, 30),
        }
    )


def test_the_published_layout(published: Path) -> None:
    scans = {scan.name: scan for scan in read_sixray(published)}
    assert {name: (scan.split, scan.group) for name, scan in scans.items()} == {
        "N0000007.jpg": ("train", "N0000000"),
        "N0000008.jpg": (None, "N0000000"),
        "N0210755.jpg": ("train", "N0210700"),
        "P00001.jpg": ("train", "P00000"),
        # SIXray10 says test, and comes before SIXray100.
        "P00099.jpg": ("test", "P00000"),
        "P00100.jpg": ("train", "P00100"),
        "P00101.jpg": (None, "P00100"),
    }
    assert scans["P00001.jpg"].boxes == (LabelledBox("Knife", (1, 2, 10, 12)),)
    assert scans["P00001.jpg"].picture == published / "JPEGImage/P00001.jpg"
    assert (scans["P00001.jpg"].width, scans["P00001.jpg"].height) == (40, 30)
    assert [box.name for box in scans["P00099.jpg"].boxes] == ["Gun", "Hammer"]
    assert scans["N0210755.jpg"].boxes == ()


def test_what_is_there_without_a_box_is_told(published: Path) -> None:
    found = {scan.name: scan.unboxed for scan in read_sixray(published) if scan.unboxed}
    # The list has a knife in it that has no box; the other is in no list and has no boxes, and its name begins with P.
    assert found == {"P00100.jpg": ("Knife",), "P00101.jpg": ("something prohibited",)}


def test_the_older_archive_of_test_scans_alone(tree: Tree, voc_xml: Xml) -> None:
    source = tree(
        {
            "positive-Annotation/P00002.xml": voc_xml("P00002.jpg", (40, 30), ("Gun", 1, 1, 9, 9)),
            "ImageSet/10/train.csv": HEADER + "P00001,-1,1,-1,-1,1\n",
            "ImageSet/10/test.csv": HEADER + "P00002,1,-1,-1,-1,-1\n",
            "JPEGImage/P00001.jpg": (40, 30),
            "JPEGImage/P00002.jpg": (40, 30),
        }
    )
    assert [(scan.name, scan.unboxed, len(scan.boxes)) for scan in read_sixray(source)] == [
        ("P00001.jpg", ("Knife", "Scissors"), 0),
        ("P00002.jpg", (), 1),
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"Annotation/P00007.xml": "<annotation/>"}, r"P00007\.xml: expected a picture P00007\.jpg in some folder of"),
        ({"Annotation/P00001.xml": "<annotation><object>"}, r"P00001\.xml: expected whole XML"),
        ({"Annotation/P00001.xml": "<!DOCTYPE annotation><annotation/>"}, "XML without a DOCTYPE"),
        ({"20/P00001.jpg": (40, 30)}, "one picture P00001, got another one"),
        ({"ImageSet/10/test.csv": "P1,1,-1\n"}, r"test\.csv: expected columns name, Gun, Knife"),
        ({"ImageSet/10/test.csv": ""}, "expected columns"),
        ({"ImageSet/10/test.csv": HEADER + "P00099,1,-1\n"}, "line 2: expected a name and 5 times 1 or -1"),
        ({"ImageSet/10/test.csv": HEADER + "P00099,1,-1,-1,-1,2\n"}, "5 times 1 or -1"),
    ],
)
def test_what_is_refused(published: Path, tree: Tree, change: dict[str, Any], message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        read_sixray(tree(change))


def test_another_folder_is_refused(tree: Tree) -> None:
    with pytest.raises(DatasetError, match=r"Annotation/\*\.xml or ImageSet/10/train\.csv, got neither"):
        read_sixray(tree({"P00001.jpg": (40, 30)}))
