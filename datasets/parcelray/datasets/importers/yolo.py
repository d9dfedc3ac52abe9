"""YOLO as Ultralytics writes it: a text file for each picture (https://docs.ultralytics.com/datasets/detect/).

::

    SOURCE/data.yaml                    names: of the classes; train:, val:, test: a folder, a list, or several
    SOURCE/images/train/0001.jpg        or train/images/0001.jpg: any folder called images
    SOURCE/labels/train/0001.txt        a line for each item: class, x and y of its centre, width, height, as shares
    SOURCE/scans.csv                    ours, where `parcelray data export` wrote it: groups, and what is reserved

Without ``data.yaml``, ``classes.txt`` holds the names, one a line, as labelling tools write it. A picture without a
text file shows nothing, by the format. ``path:`` says where the set lay when it was written, so it is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from parcelray.datasets.imaging.pairing import find_view_files
from parcelray.datasets.importers.paths import contained, existing, numbers, read_lines
from parcelray.datasets.importers.records import ImportedScan, LabelledBox, Split
from parcelray.datasets.importers.sidecar import with_sidecar
from parcelray.datasets.importers.yaml_subset import Value, read_yaml
from parcelray.models.errors import DatasetError

_IMAGES, _LABELS, _CLASSES = "images", "labels", "classes.txt"
_SPLITS: tuple[Split, ...] = ("train", "val", "test")
_LINE = "five numbers: class, x and y of the centre, width, height, as shares of the picture"


def read_yolo(source: Path) -> list[ImportedScan]:
    """Read a YOLO data set. Each scan is its own group, where ``scans.csv`` does not say otherwise.

    Raises:
        DatasetError: the names of the classes or the pictures are missing, a line is broken or names no class, a text
            file has no picture, a scan is in two splits, a path leads out of the folder.
        BadInputError: half of a dual-energy pair is missing.
    """
    names, splits = _read_head(source)
    folders = [folder for folder in sorted(source.rglob(_IMAGES)) if folder.is_dir()]
    if not folders:
        raise DatasetError(str(source), expected=f"pictures in a folder {_IMAGES}/", got="no such folder")
    views = find_view_files(folders)
    pictures = [picture for view in views if (picture := view.image or view.high) is not None]
    _check_labels(source, pictures)
    scans = []
    for picture in pictures:
        labels = _labels_of(source, picture)
        name = _without_images(picture.relative_to(source)).as_posix()
        scans.append(
            ImportedScan(
                name=name,
                picture=picture,
                labels=labels,
                boxes=_read_boxes(labels, names) if labels.is_file() else (),
                group=name,
                split=splits.get(picture),
                relative=True,
            )
        )
    return with_sidecar(scans, source)


def listed_in_yolo(source: Path) -> list[str]:
    """The classes that a YOLO data set names.

    Raises:
        DatasetError: as ``read_yolo``.
    """
    return list(_read_head(source)[0].values())


def _read_head(source: Path) -> tuple[dict[int, str], dict[Path, Split]]:
    """The names of the classes, and the split of each picture that is in one."""
    files = sorted([*source.glob("*.yaml"), *source.glob("*.yml")])
    file = source / "data.yaml" if source / "data.yaml" in files or len(files) != 1 else files[0]
    if file.is_file():
        head = read_yaml(file, ("names", *_SPLITS))
        return _names(head.get("names"), str(file)), _splits(source, head, file)
    for classes in (source / _CLASSES, source / _LABELS / _CLASSES):
        if classes.is_file():
            return dict(enumerate(line for line in read_lines(classes) if line)), {}
    raise DatasetError(str(source), expected=f"data.yaml or {_CLASSES} with the names of the classes", got="neither")


def _names(value: Value | None, where: str) -> dict[int, str]:
    if isinstance(value, list):
        return dict(enumerate(value))
    if isinstance(value, dict) and all(number.isdecimal() for number in value):
        return {int(number): name for number, name in value.items()}
    raise DatasetError(where, expected="names: a list, or names by their numbers", got=str(value))


def _splits(source: Path, head: dict[str, Value], file: Path) -> dict[Path, Split]:
    found: dict[Path, Split] = {}
    for split in _SPLITS:
        value = head.get(split, [])
        for entry in [value] if isinstance(value, str) else list(value):
            # Some writers count from a folder that is not there; Ultralytics passes over the `../`, so this does too.
            path = contained(source, entry.removeprefix("../"), str(file))
            for picture in _pictures_of(path):
                if found.setdefault(picture, split) != split:
                    raise DatasetError(
                        str(file), expected="each picture in one split", got=f"{picture} in {found[picture]} too"
                    )
    return found


def _pictures_of(path: Path) -> Iterator[Path]:
    """The pictures of a folder, or those that a list names."""
    if path.is_dir():
        yield from (file for file in path.rglob("*") if file.is_file())
        return
    for number, line in enumerate(read_lines(path), start=1):
        if line:
            here = f"{path}, line {number}"
            yield existing([contained(path.parent, line, here)], here)


def _check_labels(source: Path, pictures: list[Path]) -> None:
    """Refuse text files that belong to no picture: one that was lost, or of a kind that is not read."""
    known = {_labels_of(source, picture) for picture in pictures}
    for file in sorted(source.rglob("*.txt")):
        if _LABELS in file.relative_to(source).parts[:-1] and file.name != _CLASSES and file not in known:
            raise DatasetError(str(file), expected="a picture of that name in images/", got="none")


def _labels_of(source: Path, picture: Path) -> Path:
    """Where the labels of a picture are: the last ``images`` in its path becomes ``labels``."""
    parts = list(picture.relative_to(source).with_suffix(".txt").parts)
    parts[_last_images(parts)] = _LABELS
    return source.joinpath(*parts)


def _without_images(path: Path) -> Path:
    parts = list(path.parts)
    del parts[_last_images(parts)]
    return Path(*parts)


def _last_images(parts: list[str]) -> int:
    return max(index for index, part in enumerate(parts[:-1]) if part == _IMAGES)


def _read_boxes(file: Path, names: dict[int, str]) -> tuple[LabelledBox, ...]:
    found = []
    for number, line in enumerate(read_lines(file), start=1):
        if not line:
            continue
        where = f"{file}, line {number}"
        index, x, y, width, height = numbers(line.split(), 5, where, _LINE)
        if index not in names:
            known = ", ".join(f"{number} ({name})" for number, name in names.items())
            raise DatasetError(where, expected=f"a class among {known}", got=f"{index:g}")
        corners = (x - width / 2.0, y - height / 2.0, x + width / 2.0, y + height / 2.0)
        found.append(LabelledBox(names[int(index)], corners))
    return tuple(found)
