from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parcelray.datasets.importers.cvat import read_cvat
from parcelray.datasets.importers.records import LabelledBox
from parcelray.models.errors import DatasetError

Tree = Callable[[dict[str, Any]], Path]
# As CVAT 2 exports a project: meta, then images.
EXPORT = """<?xml version="1.0" encoding="utf-8"?>
<annotations>
  <version>1.1</version>
  <meta>
    <project>
      <id>4</id>
      <name>seizures</name>
      <labels><label><name>pistol</name><color>#33ddff</color><type>any</type><attributes></attributes></label></labels>
    </project>
    <dumped>2026-05-08 10:00:00.000000+00:00</dumped>
  </meta>
  <image id="0" name="1.jpg" subset="Train" task_id="7" width="40" height="30">
    <box label="pistol" source="manual" occluded="0" xtl="1.50" ytl="2.00" xbr="20.25" ybr="30.00" z_order="0">
      <attribute name="certain">yes</attribute>
    </box>
    <box label="Knife" source="auto" occluded="1" xtl="0.00" ytl="0.00" xbr="4.00" ybr="5.00" rotation="0" z_order="0">
    </box>
  </image>
  <image id="1" name="deep/2.png" subset="default" task_id="7" width="40" height="30">
  </image>
  <image id="2" name="3.jpg" width="40" height="30">
    <tag label="Knife" source="manual">
    </tag>
  </image>
</annotations>
"""
PICTURES = {"images/Train/1.jpg": (40, 30), "images/deep/2.png": (40, 30), "images/3.jpg": (40, 30)}


def test_an_export_of_images(tree: Tree) -> None:
    source = tree({"annotations.xml": EXPORT} | PICTURES)
    first, second, third = read_cvat(source)
    assert (first.name, first.picture, first.split) == ("1.jpg", source / "images/Train/1.jpg", "train")
    assert first.boxes == (LabelledBox("pistol", (1.5, 2, 20.25, 30)), LabelledBox("Knife", (0, 0, 4, 5)))
    assert (first.width, first.height, first.group) == (40, 30, "1.jpg")
    assert (second.name, second.boxes, second.split, second.unboxed) == ("deep/2.png", (), None, ())
    # A tag says that a knife is there, and not where.
    assert (third.boxes, third.unboxed) == ((), ("Knife",))


def test_a_tag_beside_a_box_says_nothing_new(tree: Tree) -> None:
    tagged = EXPORT.replace("</image>", '<tag label="pistol"></tag></image>', 1)
    first, *_ = read_cvat(tree({"annotations.xml": tagged} | PICTURES))
    assert first.unboxed == ()


def test_groups_and_reserved_scans_come_back_from_scans_csv(tree: Tree) -> None:
    rows = "name,group,subset,reserved\n1.jpg,parcel-1,,no\ndeep/2.png,parcel-1,hard,yes\n3.jpg,parcel-2,,no\n"
    scans = read_cvat(tree({"annotations.xml": EXPORT, "scans.csv": rows} | PICTURES))
    assert [(scan.group, scan.subset, scan.reserved) for scan in scans] == [
        ("parcel-1", None, False),
        ("parcel-1", "hard", True),
        ("parcel-2", None, False),
    ]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("name,group\n", "columns name, group, subset, reserved"),
        ("name,group,subset,reserved\n1.jpg,a,,no\n", r"a row for the scan deep/2\.png, got none"),
        ("name,group,subset,reserved\n1.jpg,a,,maybe\n", "line 2: expected four fields, a group, and yes or no"),
        ("name,group,subset,reserved\n1.jpg,,,no\n", "a group"),
        ("name,group,subset,reserved\n1.jpg,a\n", "four fields"),
        ("name,group,subset,reserved\n1.jpg,a,,no,more\n", "four fields"),
    ],
)
def test_a_broken_scans_csv_is_refused(tree: Tree, rows: str, message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        read_cvat(tree({"annotations.xml": EXPORT, "scans.csv": rows} | PICTURES))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("</annotations>", "", r"annotations\.xml: expected whole XML"),
        ("<annotations>", "<!DOCTYPE a [<!ENTITY b 'c'>]><annotations>", "XML without a DOCTYPE"),
        ('name="3.jpg"', 'name="../3.jpg"', "a path within the folder"),
        ('name="3.jpg"', 'name="4.jpg"', r"image 4\.jpg: expected the picture .*images/4\.jpg, got no such file"),
        ('xtl="1.50"', 'xtl="left"', r"image 1\.jpg: expected a number as xtl=, got 'left'"),
        ('xtl="1.50" ', "", "expected xtl= in <box>, got none"),
        ('rotation="0"', 'rotation="30.5"', r"an upright box, got one turned by 30\.5 degrees"),
        ('<tag label="Knife" source="manual">', '<tag source="manual">', "expected label= in <tag>"),
        ("<image", '<track id="0" label="pistol"></track><image', "an export as 'CVAT for images', got tracks"),
    ],
)
def test_what_is_refused(tree: Tree, old: str, new: str, message: str) -> None:
    assert old in EXPORT
    with pytest.raises(DatasetError, match=message):
        read_cvat(tree({"annotations.xml": EXPORT.replace(old, new, 1)} | PICTURES))


@pytest.mark.parametrize("shape", ["polygon", "polyline", "mask", "ellipse", "cuboid", "points", "skeleton"])
def test_other_shapes_are_refused_for_without_them_a_scan_would_look_clean(tree: Tree, shape: str) -> None:
    other = EXPORT.replace('<tag label="Knife" source="manual">', f'<{shape} label="Knife">').replace(
        "tag>", f"{shape}>"
    )
    with pytest.raises(DatasetError, match=f"boxes alone, got <{shape}>"):
        read_cvat(tree({"annotations.xml": other} | PICTURES))
