"""The labels of a COCO folder, read as strictly as they will be used, and to the end whatever is wrong with them.

Format: https://cocodataset.org/#format-data ("object detection"). Of images three fields of ours are read: ``group``
(scans of one group are never split apart; the file's own name, as importers write it, stands for no group),
``reserved`` (for testing only) and ``split`` (``train``, ``val`` or ``validation``, ``test``).

``parcelray.datasets.coco.read_coco`` reads the same files for training, and stops at the first thing that is wrong.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from parcelray.datasets.validation.fields import Fields
from parcelray.datasets.validation.findings import Finding, Kind, shown
from parcelray.datasets.validation.records import Box, Item, LabelledScan, Split
from parcelray.models.errors import DatasetError
from parcelray.models.taxonomy import Taxonomy

_SECTIONS = ("images", "annotations", "categories")
_SPLITS: Mapping[str, Split] = {"train": "train", "val": "validation", "validation": "validation", "test": "test"}
# Widths that were subtracted and are added again do not quite meet the picture's edge.
_TOLERANCE_PX = 0.01
_DIGITS = 2


@dataclass
class _Reading:
    """What has been read of one file so far."""

    file: Path
    foreign: Collection[str]
    taxonomy: Taxonomy
    findings: list[Finding] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    image_ids: set[int] = field(default_factory=set)
    scans: dict[int, LabelledScan] = field(default_factory=dict)
    items: dict[int, list[Item]] = field(default_factory=dict)


def read_document(
    file: Path, taxonomy: Taxonomy, foreign: Collection[str] = ()
) -> tuple[tuple[LabelledScan, ...], tuple[Finding, ...]]:
    """Read the labels of a COCO folder.

    Args:
        file: the COCO file.
        taxonomy: whose leaves the categories are.
        foreign: categories that are known to be no leaves.

    Returns:
        The scans whose record is whole, in the order of the file, and all that is wrong.

    Raises:
        DatasetError: the file cannot be opened.
    """
    reading = _Reading(file, frozenset(foreign), taxonomy)
    document = _parse(reading)
    if document is None:
        return (), tuple(reading.findings)
    _check_taxonomy(reading, document)
    _read_categories(reading, document["categories"])
    _read_images(reading, document["images"])
    _read_annotations(reading, document["annotations"])
    scans = tuple(
        replace(scan, items=tuple(sorted(reading.items.get(image_id, ())))) for image_id, scan in reading.scans.items()
    )
    return scans, tuple(reading.findings)


def _parse(reading: _Reading) -> dict[str, list[object]] | None:
    where = str(reading.file)
    try:
        data = reading.file.read_bytes()
    except OSError as error:
        raise DatasetError(where, expected="a COCO file", got=error.strerror or str(error)) from error
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        reading.findings.append(Finding(Kind.NOT_COCO, where, "COCO as JSON", str(error)))
        return None
    if not isinstance(document, dict):
        reading.findings.append(Finding(Kind.NOT_COCO, where, "a JSON object", shown(document)))
        return None
    missing = [name for name in _SECTIONS if not isinstance(document.get(name), list)]
    for name in missing:
        got = shown(document[name]) if name in document else "nothing"
        reading.findings.append(Finding(Kind.NOT_COCO, where, f"a list named {name}", got))
    return None if missing else document


def _check_taxonomy(reading: _Reading, document: Mapping[str, object]) -> None:
    info = document.get("info")
    version = info.get("taxonomy") if isinstance(info, dict) else None
    if version is not None and version != reading.taxonomy.version:
        expected = f"labels of taxonomy {reading.taxonomy.version}"
        reading.findings.append(Finding(Kind.OTHER_TAXONOMY, str(reading.file), expected, shown(version)))


def _read_categories(reading: _Reading, records: list[object]) -> None:
    for place, record in enumerate(records, start=1):
        fields = _fields(reading, "category", place, record)
        number, name = (fields.integer("id"), fields.text("name")) if fields.usable else (None, None)
        if number is None or name is None:
            continue
        if number in reading.names:
            reading.findings.append(_double_id("category", number, reading))
        reading.names.setdefault(number, name)


def _read_images(reading: _Reading, records: list[object]) -> None:
    files: dict[PurePosixPath, int] = {}
    for place, record in enumerate(records, start=1):
        fields = _fields(reading, "image", place, record)
        number = fields.integer("id") if fields.usable else None
        if number is None:
            continue
        if number in reading.image_ids:
            reading.findings.append(_double_id("image", number, reading))
            continue
        reading.image_ids.add(number)
        scan = _read_image(reading, fields)
        if scan is None:
            continue
        first = files.setdefault(PurePosixPath(scan.file_name), number)
        if first != number:
            got = f"{shown(scan.file_name)}, which image {first} names too"
            reading.findings.append(Finding(Kind.DOUBLE_FILE, fields.where, "a file of its own", got))
            continue
        reading.scans[number] = scan


def _read_image(reading: _Reading, fields: Fields) -> LabelledScan | None:
    name = fields.text("file_name")
    width, height = fields.integer("width", at_least=1), fields.integer("height", at_least=1)
    group = fields.text("group") if fields.has("group") else ""
    reserved = fields.flag("reserved")
    word = fields.text("split") if fields.has("split") else ""
    if name is None or width is None or height is None or group is None or reserved is None or word is None:
        return None
    where = f"{fields.where} ({shown(name)})"
    if not _leads_inside(name):
        got = shown(name)
        reading.findings.append(Finding(Kind.FILE_OUTSIDE, fields.where, "a path within the folder of images", got))
        return None
    if word and word not in _SPLITS:
        reading.findings.append(Finding(Kind.WRONG_FIELD, f"{where}, split", "train, val or test", shown(word)))
        return None
    split = _SPLITS.get(word)
    if reserved and split not in (None, "test"):
        got = f"{split}, though it is reserved for testing"
        reading.findings.append(Finding(Kind.RESERVED_OUTSIDE_TEST, where, "the split test", got))
    return LabelledScan(
        where=where,
        file_name=name,
        width=width,
        height=height,
        group=None if group in ("", name) else group,
        split=split,
        reserved=reserved,
        items=(),
    )


def _leads_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(path.name) and not path.is_absolute() and ".." not in path.parts and not set(name) & set("\\\0")


def _read_annotations(reading: _Reading, records: list[object]) -> None:
    known = {*reading.taxonomy.leaves(), *reading.foreign}
    ids: set[int] = set()
    unknown: Counter[str] = Counter()
    for place, record in enumerate(records, start=1):
        fields = _fields(reading, "annotation", place, record)
        if not fields.usable:
            continue
        number, image_id, category = (fields.integer(name) for name in ("id", "image_id", "category_id"))
        crowd = fields.flag("iscrowd")
        corners = fields.four_numbers("bbox")
        if number is not None and number in ids:
            reading.findings.append(_double_id("annotation", number, reading))
            continue
        if number is None or image_id is None or category is None or crowd is None or corners is None:
            continue
        ids.add(number)
        label = reading.names.get(category)
        if label is None:
            got = str(category)
            reading.findings.append(Finding(Kind.UNKNOWN_CATEGORY, fields.where, "a category_id of this file", got))
        elif label not in known:
            unknown[label] += 1
        if crowd:
            reading.findings.append(Finding(Kind.CROWD, fields.where, "a box around one item", "one around a crowd"))
        if image_id not in reading.image_ids:
            got = str(image_id)
            reading.findings.append(Finding(Kind.UNKNOWN_IMAGE, fields.where, "an image_id of this file", got))
        # Of an image whose own record is broken nothing can be told; that has been said.
        scan = reading.scans.get(image_id)
        box = None if scan is None else _fit(reading, fields.where, corners, scan)
        if box is not None and label is not None:
            reading.items.setdefault(image_id, []).append(Item(label, box))
    for label, count in unknown.items():
        reading.findings.append(
            Finding(
                Kind.UNKNOWN_CLASS,
                f"{reading.file}, category {shown(label)}",
                f"a leaf of taxonomy {reading.taxonomy.version}, or a class that is said to be foreign",
                f"neither, with {count} items",
            )
        )


def _fit(reading: _Reading, where: str, corners: Box, scan: LabelledScan) -> Box | None:
    x, y, width, height = corners
    if not (width > 0 and height > 0):
        got = f"width {width:g}, height {height:g}"
        reading.findings.append(Finding(Kind.EMPTY_BOX, where, "a box with an area", got))
        return None
    box = (x, y, x + width, y + height)
    beyond = max(-x, -y, box[2] - scan.width, box[3] - scan.height)
    if beyond > _TOLERANCE_PX:
        expected = f"a box within {scan.width} x {scan.height} pixels"
        got = f"x {x:g} to {box[2]:g}, y {y:g} to {box[3]:g}"
        reading.findings.append(Finding(Kind.BOX_OUTSIDE, where, expected, got))
        return None
    edges = (scan.width, scan.height) * 2
    # Adding zero makes of -0.0, which has bytes of its own, 0.0.
    left, top, right, bottom = (
        round(min(max(value, 0.0), float(edge)), _DIGITS) + 0.0 for value, edge in zip(box, edges, strict=True)
    )
    if not (right > left and bottom > top):
        got = f"width {width:g}, height {height:g}"
        reading.findings.append(Finding(Kind.EMPTY_BOX, where, "a box of a hundredth of a pixel or more", got))
        return None
    return left, top, right, bottom


def _fields(reading: _Reading, what: str, place: int, record: object) -> Fields:
    number = record.get("id") if isinstance(record, dict) else None
    named = f"{what} {shown(number)}" if number is not None else f"{what} at place {place}"
    return Fields(record, f"{reading.file}, {named}", reading.findings.append)


def _double_id(what: str, number: int, reading: _Reading) -> Finding:
    return Finding(Kind.DOUBLE_ID, f"{reading.file}, {what} {number}", f"each {what} id once", "one more with this id")
