"""GDXray: series of grey X-ray pictures, of baggage among others (https://domingomery.ing.puc.cl/material/gdxray/).

::

    SOURCE/Baggages/B0046/ground_truth.txt      a line for each item: number of the picture, x1, x2, y1, y2
    SOURCE/Baggages/B0046/B0046_0001.png

Corners are MATLAB's: they count from 1, and the last pixel belongs to the item. The order of the columns is that of the
authors' library (pyxvis.io.gdxraydb.load_gt). Items have no class: a series shows one kind of thing, so its name stands
for it (``--map B0049=pistol``). Pictures that the file does not name may show things all the same: they are left out.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from parcelray.datasets.importers.boxes import from_inclusive
from parcelray.datasets.importers.paths import existing, numbers, read_lines
from parcelray.datasets.importers.records import ImportedScan, LabelledBox
from parcelray.models.errors import DatasetError

_LABELS = "ground_truth.txt"
_LINE = "five numbers: picture, x1, x2, y1, y2"


def read_gdxray(source: Path) -> list[ImportedScan]:
    """Read all series below a folder that have boxes. A series is one object, or one bag, turned: it is one group.

    Raises:
        DatasetError: no series has boxes, a line is broken, a picture is missing.
    """
    files = sorted(source.rglob(_LABELS))
    if not files:
        raise DatasetError(str(source), expected=f"series with {_LABELS}", got="none")
    return [scan for file in files for scan in _read_series(file)]


def _read_series(file: Path) -> list[ImportedScan]:
    series = file.parent.name
    boxes: dict[int, list[LabelledBox]] = defaultdict(list)
    for number, line in enumerate(read_lines(file), start=1):
        if not line:
            continue
        where = f"{file}, line {number}"
        picture, *corners = numbers(line.split(), 5, where, _LINE)
        if not picture.is_integer():
            raise DatasetError(where, expected="a whole number of the picture", got=f"{picture:g}")
        # Series B0031 has some corners the other way round.
        x0, x1, y0, y1 = (*sorted(corners[:2]), *sorted(corners[2:]))
        boxes[int(picture)].append(LabelledBox(series, from_inclusive(x0, y0, x1, y1)))
    return [
        ImportedScan(
            name=f"{series}/{series}_{picture:04d}.png",
            picture=existing([file.parent / f"{series}_{picture:04d}.png"], str(file)),
            labels=file,
            boxes=tuple(found),
            group=series,
        )
        for picture, found in sorted(boxes.items())
    ]
