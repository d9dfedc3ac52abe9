"""OPIXray and HiXray: a text file for each picture, a line for each item: image, class, x1, y1, x2, y2.

OPIXray, 8,885 scans, knives and scissors (https://github.com/OPIXray-author/OPIXray), and HiXray, 45,364 scans, what
passengers carry (https://github.com/HiXray-author/HiXray), are laid out alike::

    SOURCE/train/train_annotation/009001.txt     009001.jpg Folding_Knife X1 Y1 X2 Y2
    SOURCE/train/train_image/009001.jpg          HiXray's may be TIFF; also test/test_annotation, test/test_image
    SOURCE/test/test_knife-2.txt                 OPIXray: names of one level of occlusion, 1 (none) to 3 (severe)

The authors' loaders take the corners as they are, so these do too.
"""

from __future__ import annotations

from pathlib import Path

from parcelray.datasets.importers.paths import existing, existing_folder, numbers, read_lines
from parcelray.datasets.importers.records import ImportedScan, LabelledBox, Split
from parcelray.models.errors import DatasetError

_SPLITS: tuple[Split, ...] = ("train", "test")
_LAYOUT = "train/train_annotation/*.txt with train/train_image/, or the same of test"
_LEVELS = (1, 2, 3)
_LINE = "IMAGE CLASS X1 Y1 X2 Y2"


def read_opixray(source: Path) -> list[ImportedScan]:
    """Read OPIXray, or one of its two splits. The source says nothing of bags: each scan is its own group.

    Raises:
        DatasetError: neither split is there, a line is broken or is about another picture, a picture is missing.
    """
    levels: dict[str, str] = {}
    for level in _LEVELS:
        file = source / "test" / f"test_knife-{level}.txt"
        names = read_lines(file) if file.is_file() else []
        levels |= {Path(name).stem: f"occlusion-{level}" for name in names if name}
    return _read(source, (".jpg",), levels)


def read_hixray(source: Path) -> list[ImportedScan]:
    """Read HiXray, or one of its two splits. The source says nothing of bags: each scan is its own group.

    Raises:
        DatasetError: as ``read_opixray``.
    """
    return _read(source, (".jpg", ".tiff", ".TIFF"), {})


def _read(source: Path, suffixes: tuple[str, ...], levels: dict[str, str]) -> list[ImportedScan]:
    splits = [split for split in _SPLITS if (source / split / f"{split}_annotation").is_dir()]
    if not splits:
        raise DatasetError(str(source), expected=_LAYOUT, got="neither")
    scans = []
    for split in splits:
        images = existing_folder(source / split / f"{split}_image", _LAYOUT)
        for file in sorted((source / split / f"{split}_annotation").glob("*.txt")):
            picture = existing([images / f"{file.stem}{suffix}" for suffix in suffixes], str(file))
            name = f"{split}/{picture.name}"
            scans.append(
                ImportedScan(
                    name=name,
                    picture=picture,
                    labels=file,
                    boxes=_read_boxes(file),
                    group=name,
                    split=split,
                    subset=levels.get(file.stem) if split == "test" else None,
                )
            )
    return scans


def _read_boxes(file: Path) -> tuple[LabelledBox, ...]:
    found = []
    for number, line in enumerate(read_lines(file), start=1):
        if not line:
            continue
        where = f"{file}, line {number}"
        words = line.split()
        if len(words) < 2:
            raise DatasetError(where, expected=_LINE, got=repr(line))
        image, name = words[:2]
        if image.rpartition(".")[0] != file.stem:
            raise DatasetError(where, expected=f"an item of the picture {file.stem}", got=f"one of {image!r}")
        x0, y0, x1, y1 = numbers(words[2:], 4, where, _LINE)
        found.append(LabelledBox(name, (x0, y0, x1, y1)))
    return tuple(found)
