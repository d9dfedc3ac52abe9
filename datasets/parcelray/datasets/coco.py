"""COCO detection data, read into typed records and checked against itself.

Format: https://cocodataset.org/#format-data ("object detection"). Fields of our own are read where a file has them.
From images: ``group`` (scans of one parcel or of neighbours on one belt share it, and are never split apart),
``reserved`` (drawn with shapes or a scanner that are kept for testing: nothing may learn from it), ``scanner`` and
``source.folder`` (that a revision took the scan from); from annotations: ``level`` (how well the item is concealed:
easy, hard or hidden). COCO's ``iscrowd`` marks a place where nothing is known: what is found there is neither right nor
wrong.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from parcelray.models.errors import DatasetError


@dataclass(frozen=True)
class ImageRecord:
    """One view.

    Attributes:
        id: in the file.
        file_name: of the image, in the folder of images.
        width: in pixels.
        height: in pixels.
        group: whatever has the same must stay together.
        reserved: whether it is for testing only.
        scanner: that took or drew it; None where the file does not say.
        source: name of the folder that a revision took it from; None where the file does not say.
    """

    id: int
    file_name: str
    width: int
    height: int
    group: str
    reserved: bool = False
    scanner: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class ItemRecord:
    """One labelled item.

    Attributes:
        id: in the file.
        image_id: of the view that shows it.
        category: its name.
        box: x0 y0 x1 y1 in pixels of the view.
        level: how well it is concealed; None where the file does not say.
        ignored: it is no item that is known, but a place where there may be some (COCO's ``iscrowd``): nothing there is
            learned or counted, neither as an item nor as background.
    """

    id: int
    image_id: int
    category: str
    box: tuple[float, float, float, float]
    level: str | None = None
    ignored: bool = False


@dataclass(frozen=True)
class CocoData:
    """A labelled data set.

    Attributes:
        images: in the order of the file.
        items: in the order of the file.
        categories: names, in the order of their ids.
    """

    images: tuple[ImageRecord, ...]
    items: tuple[ItemRecord, ...]
    categories: tuple[str, ...]

    @cached_property
    def items_of(self) -> dict[int, tuple[ItemRecord, ...]]:
        """The items of each image, by its id; images without items are there too."""
        found: dict[int, list[ItemRecord]] = {image.id: [] for image in self.images}
        for item in self.items:
            found[item.image_id].append(item)
        return {image_id: tuple(items) for image_id, items in found.items()}


def read_coco(path: Path) -> CocoData:
    """Read and check a COCO file.

    Raises:
        DatasetError: not JSON, a section is missing, an id stands twice or leads nowhere, a box has no area.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DatasetError(str(path), expected="a COCO file", got="no such file") from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise DatasetError(str(path), expected="COCO as JSON", got=str(error)) from error
    sections = ("images", "annotations", "categories")
    if not isinstance(document, dict) or not all(isinstance(document.get(name), list) for name in sections):
        raise DatasetError(str(path), expected=f"lists named {', '.join(sections)}", got="a document without them")
    try:
        return _parse(path, document)
    except (KeyError, TypeError, ValueError) as error:
        raise DatasetError(str(path), expected="COCO records", got=f"{type(error).__name__}: {error}") from error


def _parse(path: Path, document: dict[str, Any]) -> CocoData:
    names = {int(record["id"]): str(record["name"]) for record in document["categories"]}
    images = tuple(
        ImageRecord(
            id=int(record["id"]),
            file_name=str(record["file_name"]),
            width=int(record["width"]),
            height=int(record["height"]),
            group=str(record.get("group", record["file_name"])),
            reserved=bool(record.get("reserved", False)),
            scanner=_text(record, "scanner"),
            source=_text(record.get("source", {}), "folder"),
        )
        for record in document["images"]
    )
    known = {image.id for image in images}
    for kind, ids in (
        ("image", [image.id for image in images]),
        ("annotation", [int(record["id"]) for record in document["annotations"]]),
    ):
        doubled = [number for number, count in Counter(ids).items() if count > 1]
        if doubled:
            raise DatasetError(str(path), expected=f"each {kind} id once", got=f"id {doubled[0]} more than once")
    items = []
    for record in document["annotations"]:
        where = f"{path}, annotation {record['id']}"
        if int(record["image_id"]) not in known:
            raise DatasetError(where, expected="an image_id of this file", got=str(record["image_id"]))
        if int(record["category_id"]) not in names:
            raise DatasetError(where, expected="a category_id of this file", got=str(record["category_id"]))
        x, y, width, height = (float(value) for value in record["bbox"])
        if not (width > 0 and height > 0):
            raise DatasetError(where, expected="a box with an area", got=f"width {width:g}, height {height:g}")
        items.append(
            ItemRecord(
                id=int(record["id"]),
                image_id=int(record["image_id"]),
                category=names[int(record["category_id"])],
                box=(x, y, x + width, y + height),
                level=_text(record, "level"),
                ignored=bool(record.get("iscrowd", False)),
            )
        )
    return CocoData(images, tuple(items), tuple(names[number] for number in sorted(names)))


def _text(record: dict[str, Any], name: str) -> str | None:
    """A field of our own, which files of others do not have."""
    value = record.get(name)
    return None if value is None else str(value)
