"""``ImportedScan``: what every importer makes of a labelled scan, whatever its format; exporters begin with it too."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

Split = Literal["train", "val", "test"]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class LabelledBox:
    """One item as its source labels it.

    Attributes:
        name: the source's class.
        corners: x0 y0 x1 y1, half-open; in pixels, or in shares of the picture where the scan says so.
    """

    name: str
    corners: Box


@dataclass(frozen=True)
class ImportedScan:
    """One scan as its source labels it; no picture has been opened yet.

    Attributes:
        name: what our labels call it: a relative path with slashes, each once in a data set.
        picture: its file; of a dual-energy pair, the high-energy image.
        labels: the file that labels it, for messages.
        boxes: its items.
        group: scans with the same group are of one parcel or alike for another reason, and are never split apart.
        split: which part of the source it belongs to; None where the source does not say.
        subset: a part within that, in the source's own word (``easy``, ``occlusion-2``).
        width: pixels across, where the source says so: checked against the picture.
        height: pixels down, where the source says so.
        relative: the boxes are in shares of width and height, not in pixels.
        unboxed: classes that the source says are there, without saying where: such a scan is not clean, nor labelled.
        reserved: for testing only.

    Raises:
        ValueError: the name is no relative path, or leads upwards.
    """

    name: str
    picture: Path
    labels: Path
    boxes: tuple[LabelledBox, ...]
    group: str
    split: Split | None = None
    subset: str | None = None
    width: int | None = None
    height: int | None = None
    relative: bool = False
    unboxed: tuple[str, ...] = ()
    reserved: bool = False

    def __post_init__(self) -> None:
        path = PurePosixPath(self.name)
        if not path.name or path.is_absolute() or ".." in path.parts:
            raise ValueError(f"name: expected a relative path, got {self.name!r}")
