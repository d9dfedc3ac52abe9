"""Pascal VOC: one XML file for each picture (http://host.robots.ox.ac.uk/pascal/VOC/voc2012/htmldoc/).

::

    SOURCE/Annotations/000001.xml       SOURCE/JPEGImages/000001.jpg        as its <filename> says
    SOURCE/ImageSets/Main/train.txt     names of a split, one a line; also val, test; may be missing

Corners count from 1, and the last pixel belongs to the item; ours count from 0, and it does not.
"""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element

from parcelray.datasets.importers.boxes import from_inclusive
from parcelray.datasets.importers.paths import contained, existing, existing_folder, read_lines
from parcelray.datasets.importers.records import ImportedScan, LabelledBox, Split
from parcelray.datasets.importers.xmlfiles import number_of, read_xml, text_of
from parcelray.models.errors import DatasetError

_LAYOUT = "Annotations/*.xml with JPEGImages/"
_SPLITS: tuple[Split, ...] = ("train", "val", "test")


def read_voc(source: Path) -> list[ImportedScan]:
    """Read a Pascal VOC data set. The format says nothing of parcels: each scan is its own group.

    Raises:
        DatasetError: a folder, file or picture is missing, XML is broken or not VOC's, a scan is in two splits.
    """
    files = sorted(existing_folder(source / "Annotations", _LAYOUT).glob("*.xml"))
    if not files:
        raise DatasetError(str(source), expected=_LAYOUT, got="no XML file")
    splits = _splits(source / "ImageSets" / "Main")
    scans = []
    for file in files:
        document = read_xml(file, "annotation")
        name = text_of(document, "filename", str(file))
        width, height = stated_size(document, str(file))
        scans.append(
            ImportedScan(
                name=name,
                picture=existing([contained(source / "JPEGImages", name, str(file))], str(file)),
                labels=file,
                boxes=labelled_boxes(document, str(file)),
                group=name,
                split=splits.get(file.stem),
                width=width,
                height=height,
            )
        )
    return scans


def labelled_boxes(document: Element, where: str) -> tuple[LabelledBox, ...]:
    """The items of one VOC document.

    Args:
        document: the element ``<annotation>``.
        where: its file, for messages.

    Raises:
        DatasetError: an item has no name, no box, or a corner that is no number.
    """
    found = []
    for number, item in enumerate(document.findall("object"), start=1):
        here = f"{where}, object {number}"
        box = item.find("bndbox")
        if box is None:
            raise DatasetError(here, expected="<bndbox> in <object>", got="none")
        x0, y0, x1, y1 = (number_of(box, tag, here) for tag in ("xmin", "ymin", "xmax", "ymax"))
        found.append(LabelledBox(text_of(item, "name", here), from_inclusive(x0, y0, x1, y1)))
    return tuple(found)


def stated_size(document: Element, where: str) -> tuple[int | None, int | None]:
    """Width and height as a VOC document states them; None where it does not, as some tools write 0.

    Raises:
        DatasetError: a size is no number.
    """
    size = document.find("size")
    if size is None:
        return None, None
    width, height = (int(number_of(size, tag, where)) for tag in ("width", "height"))
    return width or None, height or None


def _splits(folder: Path) -> dict[str, Split]:
    found: dict[str, Split] = {}
    for split in _SPLITS:
        file = folder / f"{split}.txt"
        for line in read_lines(file) if file.is_file() else ():
            # A class' own list has a second column; the general ones, which these are, have one.
            if line and found.setdefault(line, split) != split:
                raise DatasetError(str(file), expected="each scan in one split", got=f"{line} in {found[line]} too")
    return found
