import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parcelray.datasets.validation.document import read_document
from parcelray.datasets.validation.findings import Finding, Severity
from parcelray.datasets.validation.records import Item, LabelledScan
from parcelray.models.errors import DatasetError
from parcelray.models.taxonomy import load_taxonomy

WHOLE: dict[str, Any] = {
    "images": [
        {"id": 1, "file_name": "a.png", "width": 96, "height": 72, "group": "g", "split": "val"},
        {"id": 2, "file_name": "b.png", "width": 96, "height": 72, "reserved": True},
    ],
    "annotations": [
        {"id": 1, "image_id": 1, "category_id": 1, "bbox": [10, 20, 30, 40.5]},
        {"id": 2, "image_id": 1, "category_id": 2, "bbox": [0, 0, 96, 72], "iscrowd": 0},
    ],
    "categories": [{"id": 1, "name": "pistol"}, {"id": 2, "name": "pipe"}, {"id": 3, "name": "knife"}],
}
Change = Callable[[dict[str, Any]], None]


def read(folder: Path, content: object, foreign: tuple[str, ...] = ()) -> tuple[list[LabelledScan], list[Finding]]:
    file = folder / "annotations.json"
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    scans, findings = read_document(file, load_taxonomy(), foreign)
    return list(scans), list(findings)


def image(**fields: object) -> Change:
    return lambda document: document["images"][0].update(fields)


def item(**fields: object) -> Change:
    return lambda document: document["annotations"][0].update(fields)


def gone(section: str, name: str) -> Change:
    return lambda document: document[section][0].pop(name)


def more(section: str, **fields: object) -> Change:
    return lambda document: document[section].append({**document[section][0], **fields})


def whole(**fields: object) -> Change:
    return lambda document: document.update(fields)


def test_whole_labels_are_read_and_nothing_is_found(tmp_path: Path) -> None:
    scans, findings = read(tmp_path, WHOLE)
    assert findings == []
    first, second = scans
    assert (first.file_name, first.width, first.height, first.group, first.split) == (
        "a.png",
        96,
        72,
        "g",
        "validation",
    )
    assert first.items == (Item("pipe", (0.0, 0.0, 96.0, 72.0)), Item("pistol", (10.0, 20.0, 40.0, 60.5)))
    assert (second.group, second.split, second.reserved, second.items) == (None, None, True, ())


def test_a_group_that_is_the_files_name_is_none(tmp_path: Path) -> None:
    document = copy.deepcopy(WHOLE)
    document["images"][0]["group"] = "a.png"
    assert [scan.group for scan in read(tmp_path, document)[0]] == [None, None]


@pytest.mark.parametrize(
    ("bbox", "box"),
    [
        ([10.004, 20, 30, 40], (10.0, 20.0, 40.0, 60.0)),
        # Subtracted and added again: a hair beyond the edge.
        ([65.7, 20, 30.300000000000011, 40], (65.7, 20.0, 96.0, 60.0)),
        ([-0.0, -0.009, 30, 40], (0.0, 0.0, 30.0, 39.99)),
    ],
)
def test_boxes_are_in_hundredths_of_a_pixel_and_within_the_picture(
    tmp_path: Path, bbox: list[float], box: tuple[float, ...]
) -> None:
    document = copy.deepcopy(WHOLE)
    item(bbox=bbox)(document)
    scans, findings = read(tmp_path, document)
    assert findings == []
    assert scans[0].items[1].box == box
    assert "-0.0" not in str(scans[0].items[1].box)


WRONG: list[tuple[str, Change, str, str]] = [
    ("image id twice", more("images", file_name="c.png"), "double-id", "image 1: expected each image id once"),
    ("item id twice", more("annotations"), "double-id", "annotation 1: expected each annotation id once"),
    ("category id twice", more("categories"), "double-id", "category 1: expected each category id once"),
    ("file twice", more("images", id=7), "double-file", "got 'a.png', which image 1 names too"),
    (
        "file twice, spelt otherwise",
        more("images", id=7, file_name="./a.png"),
        "double-file",
        "which image 1 names too",
    ),
    ("item of no image", item(image_id=9), "unknown-image", "expected an image_id of this file, got 9"),
    ("item of no category", item(category_id=9), "unknown-category", "expected a category_id of this file, got 9"),
    (
        "item of an unknown class",
        item(category_id=3),
        "unknown-class",
        "category 'knife': expected a leaf of taxonomy 1",
    ),
    ("no width", item(bbox=[10, 20, 0, 40]), "empty-box", "width 0, height 40"),
    ("negative height", item(bbox=[10, 20, 30, -4]), "empty-box", "width 30, height -4"),
    ("next to no width", item(bbox=[10, 20, 0.001, 4]), "empty-box", "a box of a hundredth of a pixel or more"),
    (
        "outside right",
        item(bbox=[70, 20, 30, 40]),
        "box-outside",
        "expected a box within 96 x 72 pixels, got x 70 to 100",
    ),
    ("outside below", item(bbox=[10, 40, 30, 40]), "box-outside", "y 40 to 80"),
    ("outside left", item(bbox=[-1, 20, 30, 40]), "box-outside", "x -1 to 29"),
    ("three numbers", item(bbox=[1, 2, 3]), "wrong-field", "annotation 1, bbox: expected four numbers, got [1, 2, 3]"),
    ("no numbers", item(bbox="1 2 3 4"), "wrong-field", "expected four numbers, got '1 2 3 4'"),
    ("true as a number", item(bbox=[True, 2, 3, 4]), "wrong-field", "four numbers"),
    ("not a number", item(bbox=[float("nan"), 2, 3, 4]), "wrong-field", "four numbers"),
    ("endless number", item(bbox=[10**400, 2, 3, 4]), "wrong-field", "four numbers"),
    ("no box", gone("annotations", "bbox"), "wrong-field", "expected four numbers, got nothing"),
    ("a crowd", item(iscrowd=1), "crowd", "expected a box around one item"),
    ("id in words", image(id="1"), "wrong-field", "image '1', id: expected a whole number, got '1'"),
    ("id of true", image(id=True), "wrong-field", "expected a whole number, got True"),
    ("no id", gone("images", "id"), "wrong-field", "image at place 1, id: expected a whole number, got nothing"),
    ("no width of the picture", image(width=0), "wrong-field", "expected a whole number of 1 or more, got 0"),
    ("width with a point", image(width=96.0), "wrong-field", "got 96.0"),
    ("no file name", image(file_name=""), "wrong-field", "image 1, file_name: expected a text, got ''"),
    ("half a letter", image(file_name="\ud800.png"), "wrong-field", "got '\\ud800.png'"),
    ("group of a number", image(group=7), "wrong-field", "image 1, group: expected a text, got 7"),
    ("reserved in words", image(reserved="no"), "wrong-field", "expected true or false, got 'no'"),
    ("another split", image(split="dev"), "wrong-field", "expected train, val or test, got 'dev'"),
    (
        "reserved to learn from",
        image(reserved=True),
        "reserved-outside-test",
        "expected the split test, got validation",
    ),
    ("upwards", image(file_name="../a.png"), "file-outside", "expected a path within the folder of images"),
    ("from the root", image(file_name="/a.png"), "file-outside", "got '/a.png'"),
    ("with a zero", image(file_name="a\0.png"), "file-outside", "got 'a\\x00.png'"),
    ("folder alone", image(file_name="."), "file-outside", "got '.'"),
    ("a list for an image", lambda document: document["images"].append([1]), "wrong-field", "a JSON object, got [1]"),
    ("null for an item", lambda document: document["annotations"].append(None), "wrong-field", "got None"),
    ("category without a name", gone("categories", "name"), "wrong-field", "category 1, name: expected a text"),
    ("no images", whole(images=None), "not-coco", "expected a list named images, got None"),
    ("items by name", whole(annotations={}), "not-coco", "expected a list named annotations, got {}"),
    ("other taxonomy", whole(info={"taxonomy": 7}), "other-taxonomy", "expected labels of taxonomy 1, got 7"),
]


@pytest.mark.parametrize(("change", "kind", "message"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_is_wrong_is_named(tmp_path: Path, change: Change, kind: str, message: str) -> None:
    document = copy.deepcopy(WHOLE)
    change(document)
    _, findings = read(tmp_path, document)
    # A category that is not there lets its items hang in the air.
    found = [finding for finding in findings if finding.kind == kind]
    assert len(found) == 1, findings
    assert message in str(found[0])
    assert str(found[0]).startswith(str(tmp_path / "annotations.json"))
    assert found[0].severity is Severity.ERROR
    assert kind in ("not-coco", "wrong-field") or len(findings) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe\xff",
        b"[" * 100_000,
        b'{"images": ' + b"9" * 5000 + b"}",
        b"null",
        b"[]",
        b'"images"',
    ],
    ids=["empty", "cut", "no text", "deep", "long number", "null", "list", "text"],
)
def test_what_is_no_coco_is_a_finding(tmp_path: Path, content: bytes) -> None:
    scans, findings = read(tmp_path, content)
    assert scans == []
    assert [finding.kind for finding in findings] == ["not-coco"]


def test_nothing_is_the_last_thing_that_is_found(tmp_path: Path) -> None:
    document = copy.deepcopy(WHOLE)
    for change in (
        image(width="wide"),
        item(bbox=[0, 0, 0, 0]),
        more("annotations", id=7, image_id=9),
        more("annotations", id=8, image_id=2, category_id=3),
        more("annotations", id=9, image_id=2, category_id=9, bbox=[90, 0, 10, 10]),
        more("images", id=5, file_name="/e.png", width=3),
    ):
        change(document)
    scans, findings = read(tmp_path, document)
    assert [scan.file_name for scan in scans] == ["b.png"]
    assert sorted(finding.kind for finding in findings) == [
        "box-outside",
        "empty-box",
        "file-outside",
        "unknown-category",
        "unknown-class",
        "unknown-image",
        "wrong-field",
    ]


@pytest.mark.parametrize(("section", "lacking"), [("images", 1), ("annotations", 4), ("categories", 2)])
def test_an_empty_record_lacks_all_its_fields(tmp_path: Path, section: str, lacking: int) -> None:
    document = copy.deepcopy(WHOLE)
    document[section].append({})
    _, findings = read(tmp_path, document)
    assert [finding.kind for finding in findings] == ["wrong-field"] * lacking
    assert all("at place" in finding.where and finding.got == "nothing" for finding in findings)


def test_foreign_classes_are_kept_and_not_found(tmp_path: Path) -> None:
    document = copy.deepcopy(WHOLE)
    item(category_id=3)(document)
    scans, findings = read(tmp_path, document, foreign=("knife",))
    assert findings == []
    assert [one.label for one in scans[0].items] == ["knife", "pipe"]


def test_one_finding_tells_of_all_items_of_an_unknown_class(tmp_path: Path) -> None:
    document = copy.deepcopy(WHOLE)
    for number in range(100, 200):
        more("annotations", id=number, category_id=3)(document)
    _, findings = read(tmp_path, document)
    assert [finding.got for finding in findings] == ["neither, with 100 items"]


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"annotations\.json: expected a COCO file, got No such file"):
        read_document(tmp_path / "annotations.json", load_taxonomy())
