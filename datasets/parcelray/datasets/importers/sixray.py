"""SIXray: 1,059,231 scans from subway stations, 8,929 of them with prohibited items (https://github.com/MeioJane/SIXray).

::

    SOURCE/Annotation/P00001.xml        boxes of all such scans, VOC-like; the older positive-Annotation/ has the test
                                        scans alone
    SOURCE/ImageSet/10/train.csv        name,Gun,Knife,Wrench,Pliers,Scissors with 1 or -1; also test.csv, 100/, 1000/
    SOURCE/JPEGImage/P00001.jpg         the pictures, here or in any other folder: they come in 18 archives

Numbers after P show prohibited items, those after N show none. The lists say what a scan shows, not where: a scan of
which they name a class that no box has is unboxed. SIXray10, 100 and 1000 overlap: the smallest that names a scan
decides on its split.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from pathlib import Path

from parcelray.datasets.importers.records import ImportedScan, LabelledBox, Split
from parcelray.datasets.importers.voc import labelled_boxes, stated_size
from parcelray.datasets.importers.xmlfiles import read_xml
from parcelray.models.errors import DatasetError

_ANNOTATIONS = ("Annotation", "positive-Annotation")
_LISTS = "ImageSet"
_SUFFIXES = (".jpg", ".jpeg", ".png")
_SPLITS: tuple[Split, ...] = ("train", "test")
_PRESENT, _ABSENT = "1", "-1"
# Neighbours in the numbering are often one bag seen again, or bags on one belt. So many numbers make a group: of the
# 241 groups that developers found by eye, 9 lie across such a border.
_GROUP = 100


def read_sixray(source: Path) -> list[ImportedScan]:
    """Read SIXray, or the part of its pictures that is there: names in the lists without a picture are passed over.

    Groups are hundreds of the numbering (``P00400``): neighbours are alike.

    Raises:
        DatasetError: neither boxes nor lists are there, XML or a list is broken, a box has no picture, a picture is
            there twice.
    """
    files = {file.stem: file for folder in _ANNOTATIONS for file in sorted((source / folder).glob("*.xml"))}
    listed = _read_lists(source / _LISTS)
    if not files and not listed:
        raise DatasetError(str(source), expected=f"{_ANNOTATIONS[0]}/*.xml or {_LISTS}/10/train.csv", got="neither")
    pictures = _find_pictures(source)
    for stem, file in files.items():
        if stem not in pictures:
            raise DatasetError(str(file), expected=f"a picture {stem}.jpg in some folder of {source}", got="none")
    scans = []
    for stem, picture in sorted(pictures.items()):
        if stem[:1] not in ("P", "N") or not stem[1:].isdecimal():
            continue
        boxes: tuple[LabelledBox, ...] = ()
        width = height = None
        labels = files.get(stem)
        if labels is not None:
            document = read_xml(labels, "annotation")
            boxes = labelled_boxes(document, str(labels))
            width, height = stated_size(document, str(labels))
        split, classes = listed.get(stem, (None, ()))
        scans.append(
            ImportedScan(
                name=picture.name,
                picture=picture,
                labels=labels or picture,
                boxes=boxes,
                group=f"{stem[0]}{int(stem[1:]) // _GROUP * _GROUP:0{len(stem) - 1}d}",
                split=split,
                width=width,
                height=height,
                unboxed=_without_box(stem, classes, boxes),
            )
        )
    return scans


def _without_box(stem: str, classes: tuple[str, ...], boxes: tuple[LabelledBox, ...]) -> tuple[str, ...]:
    """What a scan shows, by its lists or its name, without a box."""
    boxed = {box.name.casefold() for box in boxes}
    missing = tuple(name for name in classes if name.casefold() not in boxed)
    return missing or (("something prohibited",) if stem.startswith("P") and not boxes else ())


def _find_pictures(source: Path) -> dict[str, Path]:
    """All pictures below the folder, by their names without suffix. There may be a million: so no globbing."""
    found: dict[str, Path] = {}
    for folder, _, names in os.walk(source):
        for path in (Path(folder, name) for name in names):
            if path.suffix.lower() in _SUFFIXES and found.setdefault(path.stem, path) != path:
                raise DatasetError(
                    str(path), expected=f"one picture {path.stem}", got=f"another one, {found[path.stem]}"
                )
    return found


def _read_lists(folder: Path) -> Mapping[str, tuple[Split, tuple[str, ...]]]:
    """Split and classes of each scan that a list names."""
    found: dict[str, tuple[Split, tuple[str, ...]]] = {}
    sets = [path for path in folder.glob("*") if path.name.isdecimal()]
    for subset in sorted(sets, key=lambda path: int(path.name)):
        here: dict[str, tuple[Split, tuple[str, ...]]] = {}
        for split in _SPLITS:
            file = subset / f"{split}.csv"
            if file.is_file():
                here.update((name, (split, classes)) for name, classes in _read_list(file))
        found = here | found
    return found


def _read_list(file: Path) -> list[tuple[str, tuple[str, ...]]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        header = next(reader, [])
        if header[:1] != ["name"] or len(header) < 2:
            raise DatasetError(str(file), expected="columns name, Gun, Knife and so on", got=str(header))
        rows = []
        for row in reader:
            if len(row) != len(header) or not {*row[1:]} <= {_PRESENT, _ABSENT}:
                raise DatasetError(
                    f"{file}, line {reader.line_num}",
                    expected=f"a name and {len(header) - 1} times {_PRESENT} or {_ABSENT}",
                    got=str(row),
                )
            present = (name for name, mark in zip(header[1:], row[1:], strict=True) if mark == _PRESENT)
            rows.append((row[0], tuple(present)))
    return rows
