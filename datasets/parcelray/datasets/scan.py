"""``View`` and ``Scan``: what a scanner delivers, before anybody has looked at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

ViewKind = Literal["colour", "grey", "dual"]

_DTYPES: dict[ViewKind, tuple[str, ...]] = {
    "colour": ("uint8",),
    "grey": ("uint8", "uint16"),
    "dual": ("uint16",),
}
_SHAPES: dict[ViewKind, str] = {"colour": "(H, W, 3)", "grey": "(H, W)", "dual": "(2, H, W)"}


@dataclass(frozen=True, eq=False)
class View:
    """The pixels of one projection, validated where they are made and read-only from then on.

    Attributes:
        pixels: by kind:
            ``colour``: (H, W, 3) uint8, the scanner's pseudo-colour as RGB;
            ``grey``: (H, W) uint8 or uint16, transmission: air is bright;
            ``dual``: (2, H, W) uint16, transmission of high ([0]) and low ([1]) energy.
        kind: how to read the pixels.

    Raises:
        ValueError: shape or type are not as above, or there is no pixel.
    """

    pixels: NDArray[np.uint8] | NDArray[np.uint16]
    kind: ViewKind

    def __post_init__(self) -> None:
        shape = self.pixels.shape
        fits = {
            "colour": len(shape) == 3 and shape[2] == 3,
            "grey": len(shape) == 2,
            "dual": len(shape) == 3 and shape[0] == 2,
        }
        if self.kind not in fits:
            raise ValueError(f"kind: expected one of {', '.join(fits)}, got {self.kind!r}")
        if not fits[self.kind] or self.pixels.dtype.name not in _DTYPES[self.kind]:
            raise ValueError(
                f"pixels of a {self.kind} view: expected {' or '.join(_DTYPES[self.kind])} of shape "
                f"{_SHAPES[self.kind]}, got {self.pixels.dtype} of shape {shape}"
            )
        if self.pixels.size == 0:
            raise ValueError(f"pixels: expected at least one, got shape {shape}")
        self.pixels.flags.writeable = False

    @property
    def width(self) -> int:
        """Pixels across."""
        return int(self.pixels.shape[1 if self.kind == "colour" else -1])

    @property
    def height(self) -> int:
        """Pixels down."""
        return int(self.pixels.shape[0 if self.kind == "colour" else -2])


@dataclass(frozen=True, eq=False)
class Scan:
    """One screened parcel.

    Attributes:
        views: its projections, at least one.
        scanner_id: the scanner that made it.
        taken_at: when it was screened, with its time zone.
        consignment_id: the consignment that the parcel belongs to.

    Raises:
        ValueError: there is no view, or the time has no time zone.
    """

    views: tuple[View, ...]
    scanner_id: str | None = None
    taken_at: datetime | None = None
    consignment_id: str | None = None

    def __post_init__(self) -> None:
        if not self.views:
            raise ValueError("views: expected at least one, got none")
        if self.taken_at is not None and self.taken_at.utcoffset() is None:
            raise ValueError(f"taken_at: expected a time with its time zone, got {self.taken_at.isoformat()}")
