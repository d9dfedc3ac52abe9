"""CVAT for images 1.1, the labelling tool's own XML (https://docs.cvat.ai/docs/dataset_management/formats/format-cvat/).

::

    SOURCE/annotations.xml      <image name= width= height= subset=> with <box label= xtl= ytl= xbr= ybr=>;
                                in <meta>, the labels that could be chosen
    SOURCE/images/...           by their names; those of a project may lie in a folder of their subset
    SOURCE/scans.csv            ours, where `parcelray data export` wrote it: groups, and what is reserved

Only upright boxes are read: other shapes are refused, for leaving them out would make a scan look clean. A ``<tag>``
says that something is there, not where.
"""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element

from parcelray.datasets.importers.paths import contained, existing, split_of
from parcelray.datasets.importers.records import Box, ImportedScan, LabelledBox
from parcelray.datasets.importers.sidecar import with_sidecar
from parcelray.datasets.importers.xmlfiles import attribute_of, numeric_attribute_of, read_xml, text_of
from parcelray.models.errors import DatasetError

_SIDES = ("xtl", "ytl", "xbr", "ybr")


def read_cvat(source: Path) -> list[ImportedScan]:
    """Read a CVAT export of images. Each scan is its own group, where ``scans.csv`` does not say otherwise.

    Raises:
        DatasetError: XML is broken or not CVAT's, holds tracks or other shapes than upright boxes; a picture is lost.
    """
    file = source / "annotations.xml"
    document = read_xml(file, "annotations")
    if document.find("track") is not None:
        raise DatasetError(str(file), expected="an export as 'CVAT for images'", got="tracks of a video")
    return with_sidecar([_read_image(image, source, file) for image in document.findall("image")], source)


def listed_in_cvat(source: Path) -> list[str]:
    """The labels that could be chosen, where the export says so.

    Raises:
        DatasetError: XML is broken or not CVAT's.
    """
    file = source / "annotations.xml"
    return [text_of(label, "name", str(file)) for label in read_xml(file, "annotations").iterfind("meta//labels/label")]


def _read_image(image: Element, source: Path, file: Path) -> ImportedScan:
    name = attribute_of(image, "name", str(file))
    where = f"{file}, image {name}"
    subset = image.get("subset", "")
    pictures = source / "images"
    candidates = [contained(pictures, name, where)]
    if subset:
        candidates.append(contained(pictures, f"{subset}/{name}", where))
    boxes, tags = [], set()
    for shape in image:
        if shape.tag == "tag":
            tags.add(attribute_of(shape, "label", where))
        else:
            boxes.append(LabelledBox(attribute_of(shape, "label", where), _read_box(shape, where)))
    return ImportedScan(
        name=name,
        picture=existing(candidates, where),
        labels=file,
        boxes=tuple(boxes),
        group=name,
        split=split_of(subset),
        width=int(numeric_attribute_of(image, "width", where)),
        height=int(numeric_attribute_of(image, "height", where)),
        unboxed=tuple(sorted(tags - {box.name for box in boxes})),
    )


def _read_box(shape: Element, where: str) -> Box:
    if shape.tag != "box":
        raise DatasetError(where, expected="boxes alone", got=f"<{shape.tag}>")
    if shape.get("rotation") is not None and numeric_attribute_of(shape, "rotation", where):
        raise DatasetError(where, expected="an upright box", got=f"one turned by {shape.get('rotation')} degrees")
    x0, y0, x1, y1 = (numeric_attribute_of(shape, side, where) for side in _SIDES)
    return x0, y0, x1, y1
