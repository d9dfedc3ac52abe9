"""Boxes drawn on a picture, for whoever would rather look than read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_INK = (214, 0, 110)  # a magenta that no maker's palette uses
_PAPER = (255, 255, 255)
_FONT = cv2.FONT_HERSHEY_SIMPLEX


@dataclass(frozen=True)
class Mark:
    """One box, x0 y0 x1 y1 in pixels, with the words beside it."""

    box: tuple[float, float, float, float]
    words: str


def draw(pixels: NDArray[np.uint8], marks: Sequence[Mark]) -> NDArray[np.uint8]:
    """Draw marks on a copy of (H, W, 3) uint8 RGB pixels; lines and letters grow with the picture.

    All boxes come first, then all words, each beside its box and none upon another.
    """
    picture = pixels.copy()
    height, width = picture.shape[:2]
    line = max(1, round(max(height, width) / 400))
    size = max(0.4, max(height, width) / 1400)
    for mark in marks:
        x0, y0, x1, y1 = (round(value) for value in mark.box)
        # A white rim keeps the box visible on dark metal.
        cv2.rectangle(picture, (x0, y0), (x1, y1), _PAPER, line + 2)
        cv2.rectangle(picture, (x0, y0), (x1, y1), _INK, line)
    taken: list[tuple[int, int, int, int]] = []
    for mark in marks:
        (text_width, text_height), below = cv2.getTextSize(mark.words, _FONT, size, line)
        extent = (text_width + 4, text_height + below + 4)
        left, top = _free_place(mark.box, extent, (width, height), taken)
        taken.append((left, top, left + extent[0], top + extent[1]))
        cv2.rectangle(picture, (left, top), (left + extent[0], top + extent[1]), _PAPER, cv2.FILLED)
        cv2.putText(picture, mark.words, (left + 2, top + text_height + 2), _FONT, size, _INK, line, cv2.LINE_AA)
    return picture


def encode_png(pixels: NDArray[np.uint8]) -> bytes:
    """(H, W, 3) uint8 RGB pixels as a PNG file."""
    encoded, data = cv2.imencode(".png", pixels[:, :, ::-1])
    if not encoded:
        raise RuntimeError("OpenCV could not encode a picture as PNG")
    return bytes(data)


def _free_place(
    box: tuple[float, float, float, float],
    extent: tuple[int, int],
    picture: tuple[int, int],
    taken: Sequence[tuple[int, int, int, int]],
) -> tuple[int, int]:
    """Left and top of words: above the box, else below it, else further down until nothing is covered."""
    x0, y0, _, y1 = (round(value) for value in box)
    left = max(0, min(x0, picture[0] - extent[0]))
    below = range(y1 + 2, picture[1] - extent[1], extent[1])
    inside = range(max(0, y0), max(1, picture[1] - extent[1]), extent[1])
    for top in (y0 - extent[1] - 1, *below, *inside):
        right, bottom = left + extent[0], top + extent[1]
        covers = any(left < c and a < right and top < d and b < bottom for a, b, c, d in taken)
        if top >= 0 and not covers:
            return left, top
    return left, max(0, y0)
