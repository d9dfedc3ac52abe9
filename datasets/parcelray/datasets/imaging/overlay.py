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
    """Draw marks on a copy of (H, W, 3) uint8 RGB pixels; lines and letters grow with the picture."""
    picture = pixels.copy()
    height, width = picture.shape[:2]
    line = max(1, round(max(height, width) / 400))
    size = max(0.4, max(height, width) / 1400)
    for mark in marks:
        x0, y0, x1, y1 = (round(value) for value in mark.box)
        # A white rim keeps the box visible on dark metal.
        cv2.rectangle(picture, (x0, y0), (x1, y1), _PAPER, line + 2)
        cv2.rectangle(picture, (x0, y0), (x1, y1), _INK, line)
        (text_width, text_height), below = cv2.getTextSize(mark.words, _FONT, size, line)
        left = max(0, min(x0, width - text_width - 4))
        bottom = y0 - 4 if y0 - text_height - below - 4 >= 0 else min(height - below, y1 + text_height + 4)
        corner, opposite = (left, bottom - text_height - 3), (left + text_width + 4, bottom + below)
        cv2.rectangle(picture, corner, opposite, _PAPER, cv2.FILLED)
        cv2.putText(picture, mark.words, (left + 2, bottom), _FONT, size, _INK, line, cv2.LINE_AA)
    return picture
