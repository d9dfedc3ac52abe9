"""Boxes of other people's labels, made to fit the picture, or refused."""

from __future__ import annotations

import math

from parcelray.datasets.importers.records import Box
from parcelray.models.errors import DatasetError

# Tools differ in whether the last pixel counts, and round.
TOLERANCE_PX = 1.0


def from_inclusive(x0: float, y0: float, x1: float, y1: float) -> Box:
    """A box whose pixels are counted from 1, the last one included (Pascal VOC, MATLAB), as half-open from 0."""
    return x0 - 1.0, y0 - 1.0, x1, y1


def fitted(box: Box, width: int, height: int, where: str, *, clip: bool) -> Box | None:
    """A box within its picture.

    Args:
        box: x0 y0 x1 y1 in pixels, half-open.
        width: of the picture.
        height: of the picture.
        where: file and item, for messages.
        clip: cut at the picture's edge what reaches beyond it by more than ``TOLERANCE_PX``, instead of refusing it.

    Returns:
        The box, cut where it had to be; None where it was cut and nothing is left.

    Raises:
        DatasetError: a corner is no number, the box has no area, or it reaches beyond the picture.
    """
    x0, y0, x1, y1 = box
    corners = " ".join(f"{value:g}" for value in box)
    if not all(math.isfinite(value) for value in box):
        raise DatasetError(where, expected="corners that are numbers", got=corners)
    if not (x1 > x0 and y1 > y0):
        raise DatasetError(where, expected="a box with an area, x0 y0 x1 y1", got=corners)
    beyond = max(-x0, -y0, x1 - width, y1 - height)
    if beyond > TOLERANCE_PX and not clip:
        raise DatasetError(
            where,
            expected=f"a box within the picture of {width} x {height} pixels (clipping cuts it at the edge)",
            got=corners,
        )
    cut = max(0.0, x0), max(0.0, y0), min(float(width), x1), min(float(height), y1)
    if cut[2] > cut[0] and cut[3] > cut[1]:
        return cut
    if clip:
        return None
    raise DatasetError(where, expected="a box with an area within the picture", got=corners)
