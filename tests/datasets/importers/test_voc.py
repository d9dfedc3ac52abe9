from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parcelray.datasets.importers.records import LabelledBox
from parcelray.datasets.importers.voc import read_voc
from parcelray.models.errors import DatasetError

Tree = Callable[[dict[str, Any]], Path]
Xml = Callable[..., str]


def test_the_devkits_layout(tree: Tree, voc_xml: Xml) -> None:
    source = tree(
        {
            "Annotations/000001.xml": voc_xml("000001.jpg", (40, 30), ("pistol", 1, 1, 40, 30), ("Knife", 5, 6, 5, 8)),
            "Annotations/000002.xml": voc_xml("000002.jpg", (0, 0)),
            "Annotations/000003.xml": "<annotation><filename>000003.png</filename></annotation>",
            "JPEGImages/000001.jpg": (40, 30),
            "JPEGImages/000002.jpg": (40, 30),
            "JPEGImages/000003.png": (40, 30),
            "ImageSets/Main/train.txt": "000001\n",
            "ImageSets/Main/val.txt": "\n",
            "ImageSets/Main/trainval.txt": "000001\n000002\n",
            "ImageSets/Main/test.txt": "000002\n",
        }
    )
    first, second, third = read_voc(source)
    # Corners count from 1 and the last pixel is in the box: the whole picture, and a line one pixel wide.
    assert first.boxes == (LabelledBox("pistol", (0, 0, 40, 30)), LabelledBox("Knife", (4, 5, 5, 8)))
    assert (first.name, first.group, first.split) == ("000001.jpg", "000001.jpg", "train")
    assert (first.width, first.height) == (40, 30)
    assert (second.boxes, second.split, second.width) == ((), "test", None)
    assert (third.boxes, third.split, third.width) == ((), None, None)


def test_a_scan_in_two_splits_is_refused(tree: Tree, voc_xml: Xml) -> None:
    lists = {"ImageSets/Main/train.txt": "1\n", "ImageSets/Main/test.txt": "1\n"}
    source = tree({"Annotations/1.xml": voc_xml("1.jpg", (40, 30)), "JPEGImages/1.jpg": (40, 30)} | lists)
    with pytest.raises(DatasetError, match=r"test\.txt: expected each scan in one split, got 1 in train too"):
        read_voc(source)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda xml: xml[:-20], r"1\.xml: expected whole XML"),
        (lambda xml: "<!DOCTYPE annotation>" + xml, "XML without a DOCTYPE"),
        (lambda xml: xml.replace("1.jpg", "../1.jpg"), "a path within the folder"),
        (lambda xml: xml.replace("1.jpg", "2.jpg"), r"the picture .*2\.jpg, got no such file"),
        (lambda xml: xml.replace("bndbox", "polygon"), "object 1: expected <bndbox> in <object>, got none"),
        (lambda xml: xml.replace("<xmin>1</xmin>", ""), "object 1: expected <xmin> with something in it in <bndbox>"),
        (lambda xml: xml.replace("<xmin>1<", "<xmin>one<"), "a number in <xmin>, got 'one'"),
        (lambda xml: xml.replace("<width>40<", "<width>inf<"), "a number in <width>, got 'inf'"),
        (lambda xml: xml.replace("<name>pistol</name>", ""), "expected <name>"),
        (lambda xml: xml.replace("annotation>", "labels>"), "a document <annotation>, got <labels>"),
    ],
)
def test_broken_files_are_named(tree: Tree, voc_xml: Xml, change: Callable[[str], str], message: str) -> None:
    xml = change(voc_xml("1.jpg", (40, 30), ("pistol", 1, 1, 9, 9)))
    with pytest.raises(DatasetError, match=message):
        read_voc(tree({"Annotations/1.xml": xml, "JPEGImages/1.jpg": (40, 30)}))


def test_other_folders_are_refused(tree: Tree) -> None:
    with pytest.raises(DatasetError, match=r"expected a folder: Annotations/\*\.xml with JPEGImages/"):
        read_voc(tree({}))
    with pytest.raises(DatasetError, match="got no XML file"):
        read_voc(tree({"Annotations/readme.txt": ""}))
