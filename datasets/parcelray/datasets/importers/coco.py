"""COCO: one JSON file that names pictures and items (https://cocodataset.org/#format-data, "object detection").

Two layouts are read::

    SOURCE/annotations.json, SOURCE/images/...                           ours, and what CVAT and others write
    SOURCE/annotations/instances_train2017.json, SOURCE/train2017/...    COCO's own: one file and folder for each split

In the first, any name of the file will do as long as no other JSON lies beside it, and pictures may lie beside it too.
``group``, ``reserved``, ``split`` and ``subset`` of images are fields of ours (docs/importing.md).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parcelray.datasets.coco import read_coco
from parcelray.datasets.importers.paths import contained, existing, split_of
from parcelray.datasets.importers.records import ImportedScan, LabelledBox, Split
from parcelray.models.errors import DatasetError

_LAYOUT = "annotations.json with images/, or annotations/instances_SPLIT.json with SPLIT/"
_PREFIX = "instances_"


@dataclass(frozen=True)
class CocoPart:
    """One COCO file of a data set.

    Attributes:
        file: the JSON.
        folders: where its pictures may lie; the first that has one counts.
        prefix: goes before the pictures' names in our labels, so that those of several parts differ.
        split: of all its scans; None leaves it to the file.
        subset: of all its scans; None leaves it to the file.
    """

    file: Path
    folders: tuple[Path, ...]
    prefix: str = ""
    split: Split | None = None
    subset: str | None = None


def read_coco_folder(source: Path) -> list[ImportedScan]:
    """Read a COCO data set; scans without a ``group`` of their own are each their own group.

    Raises:
        DatasetError: no COCO file is found, or more than one where there should be one; a file contradicts itself;
            a picture is missing, or its path leads out of the folder.
    """
    return [scan for part in _parts(source) for scan in read_part(part)]


def listed_in_coco(source: Path) -> list[str]:
    """The classes that a COCO data set lists.

    Raises:
        DatasetError: as ``read_coco_folder``.
    """
    listed = [name for part in _parts(source) for name in read_coco(part.file).categories]
    return list(dict.fromkeys(listed))


def read_part(part: CocoPart) -> list[ImportedScan]:
    """Read one COCO file.

    Raises:
        DatasetError: as ``read_coco_folder``.
    """
    data = read_coco(part.file)
    # What `read_coco` has no place for; it has checked the rest.
    document = json.loads(part.file.read_text(encoding="utf-8"))
    extra = {int(record["id"]): record for record in document["images"]}
    scans = []
    for image in data.images:
        where = f"{part.file}, image {image.id}"
        pictures = [contained(folder, image.file_name, where) for folder in part.folders]
        name = f"{part.prefix}{image.file_name}"
        items = data.items_of[image.id]
        subset = extra[image.id].get("subset")
        scans.append(
            ImportedScan(
                name=name,
                picture=existing(pictures, where),
                labels=part.file,
                boxes=tuple(LabelledBox(item.category, item.box) for item in items if not item.ignored),
                group=name if image.group == image.file_name else image.group,
                split=part.split or _split_in(extra[image.id], where),
                subset=part.subset or (None if subset is None else str(subset)),
                width=image.width,
                height=image.height,
                # Many items in one box: none of them is boxed.
                unboxed=tuple(sorted({item.category for item in items if item.ignored})),
                reserved=image.reserved,
            )
        )
    return scans


def instances(source: Path, split: str) -> CocoPart:
    """COCO's own file and folder of one split.

    Args:
        source: the data set.
        split: as COCO writes it, such as ``train2017``.
    """
    return CocoPart(
        source / "annotations" / f"{_PREFIX}{split}.json",
        (source / split, source / "images" / split),
        prefix=f"{split}/",
        split=split_of(split),
    )


def _parts(source: Path) -> list[CocoPart]:
    files = sorted((source / "annotations").glob(f"{_PREFIX}*.json"))
    if not files:
        return [CocoPart(_only_file(source), (source / "images", source))]
    return [instances(source, file.stem.removeprefix(_PREFIX)) for file in files]


def _only_file(source: Path) -> Path:
    ours = source / "annotations.json"
    if ours.is_file():
        return ours
    found = sorted(source.glob("*.json"))
    if len(found) != 1:
        raise DatasetError(str(source), expected=_LAYOUT, got=f"{len(found)} JSON files")
    return found[0]


def _split_in(record: dict[str, Any], where: str) -> Split | None:
    word = record.get("split")
    if word is None:
        return None
    split = split_of(str(word))
    if split is None:
        raise DatasetError(where, expected="a split: train, val or test", got=repr(word))
    return split


def parts_that_exist(parts: Sequence[CocoPart], source: Path) -> list[CocoPart]:
    """Those parts of a published data set whose file is there: it may have been fetched in part.

    Raises:
        DatasetError: there is none.
    """
    found = [part for part in parts if part.file.is_file()]
    if not found:
        names = ", ".join(str(part.file.relative_to(source)) for part in parts)
        raise DatasetError(str(source), expected=f"at least one of {names}", got="none of them")
    return found
