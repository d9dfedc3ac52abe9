"""One scan, from its source into a folder of ours: its picture measured, its boxes held to it, its files copied."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parcelray.datasets.files import files_of
from parcelray.datasets.imaging.headers import PixelLimits, open_header
from parcelray.datasets.importers.boxes import fitted
from parcelray.datasets.importers.folders import place
from parcelray.datasets.importers.records import ImportedScan, LabelledBox
from parcelray.models.errors import DatasetError


@dataclass(frozen=True)
class TakenScan:
    """A scan whose picture is in place.

    Attributes:
        scan: as its source labels it.
        width: of its picture.
        height: of its picture.
        boxes: within the picture, in pixels, in the order of the source.
        sums: sha256 of its picture; of a dual-energy pair, of the high-energy image and of the low-energy one.
    """

    scan: ImportedScan
    width: int
    height: int
    boxes: tuple[LabelledBox, ...]
    sums: tuple[str, ...]

    def image_record(self, source_format: str, source: Path) -> dict[str, Any]:
        """The scan as a COCO image without an id, with the fields of ours (docs/importing.md)."""
        scan = self.scan
        record: dict[str, Any] = {
            "file_name": scan.name,
            "width": self.width,
            "height": self.height,
            "group": scan.group,
            "reserved": scan.reserved,
        }
        record |= {name: word for name, word in (("split", scan.split), ("subset", scan.subset)) if word is not None}
        origin = {"format": source_format, "file": scan.picture.relative_to(source).as_posix(), "sha256": self.sums[0]}
        if self.sums[1:]:
            origin["sha256_low"] = self.sums[1]
        return record | {"source": origin}


def take(scan: ImportedScan, images: Path, *, link: bool, clip: bool) -> TakenScan | None:
    """Check a scan and put its picture into a folder.

    Args:
        scan: as its source labels it.
        images: the folder.
        link: put it there as a second name of the same file, not as a copy.
        clip: cut boxes at the picture's edge, however far they reach beyond it.

    Returns:
        The scan; None, and nothing was put anywhere, where a box was cut and nothing of it is left.

    Raises:
        DatasetError: a box reaches beyond the picture, or the picture has not the size that its labels state.
        BadInputError: the picture cannot be read.
    """
    files = {file: file.read_bytes() for file in files_of(scan.picture)}
    width = height = 0
    for file, data in files.items():
        width, height = open_header(data, name=str(file), limits=PixelLimits()).size
        if (scan.width or width, scan.height or height) != (width, height):
            raise DatasetError(
                f"{scan.labels}, scan {scan.name}",
                expected=f"the size of {file}, {width} x {height} pixels",
                got=f"{scan.width} x {scan.height}",
            )
    across, down = (width, height) if scan.relative else (1, 1)
    boxes = []
    for number, box in enumerate(scan.boxes, start=1):
        x0, y0, x1, y1 = box.corners
        where = f"{scan.labels}, scan {scan.name}, item {number} ({box.name})"
        corners = fitted((x0 * across, y0 * down, x1 * across, y1 * down), width, height, where, clip=clip)
        if corners is None:
            return None
        boxes.append(LabelledBox(box.name, corners))
    for file, data in files.items():
        place(file, data, (images / scan.name).with_name(file.name), link=link)
    sums = tuple(hashlib.sha256(data).hexdigest() for data in files.values())
    return TakenScan(scan, width, height, tuple(boxes), sums)
