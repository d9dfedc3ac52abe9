"""What a check makes of a labelled scan: what its labels say, and what its picture is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test")
Box = tuple[float, float, float, float]


@dataclass(frozen=True, order=True)
class Item:
    """One labelled item.

    Attributes:
        label: a leaf of the taxonomy, or a class that was called foreign.
        box: x0 y0 x1 y1 in pixels, half-open, within the view, in hundredths of a pixel.
    """

    label: str
    box: Box


@dataclass(frozen=True)
class LabelledScan:
    """A scan as its labels describe it. Its picture has not been opened.

    Attributes:
        where: the labels and the record in them, for messages.
        file_name: below ``images/``.
        width: of the picture.
        height: of the picture.
        group: scans of one group are never split apart; None where the labels do not group it with any other.
        split: that its source puts it in; None where it does not say.
        reserved: for testing only.
        items: sorted.
    """

    where: str
    file_name: str
    width: int
    height: int
    group: str | None
    split: Split | None
    reserved: bool
    items: tuple[Item, ...]


@dataclass(frozen=True)
class PictureFile:
    """One file of a picture.

    Attributes:
        path: where it lies.
        sha256: of its bytes, hexadecimal.
        size: in bytes.
        suffix: of what it is, whatever it is called: ``.jpg``, ``.png`` or ``.tif``.
    """

    path: Path
    sha256: str
    size: int
    suffix: str


@dataclass(frozen=True)
class Picture:
    """A picture that could be decoded.

    Attributes:
        files: one; of a dual-energy pair, the high-energy image and the low-energy one.
        width: pixels across.
        height: pixels down.
        likeness: see ``parcelray.datasets.validation.likeness``; None where there is too little to see.
    """

    files: tuple[PictureFile, ...]
    width: int
    height: int
    likeness: bytes | None


@dataclass(frozen=True)
class CheckedScan:
    """A labelled scan with its picture."""

    labels: LabelledScan
    picture: Picture

    @property
    def sha256(self) -> str:
        """Of its picture; of a dual-energy pair, of the high-energy image."""
        return self.picture.files[0].sha256

    @cached_property
    def group(self) -> str:
        """Its group; where the labels name none, the sum of its picture, which it has alone."""
        return self.sha256 if self.labels.group is None else self.labels.group

    @property
    def split(self) -> Split | None:
        """Where its source puts it. What is reserved belongs to the test scans, whatever the source says."""
        return "test" if self.labels.reserved else self.labels.split
