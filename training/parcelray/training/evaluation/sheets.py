"""Contact sheets: cases as pictures, four in a row, each with its box and what there is to say of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from parcelray.datasets.files import labelled_picture
from parcelray.training.evaluation.worst import Case

COLUMNS = 4
_PICTURE = (320, 240)
_CAPTION = 58
_MARGIN = 8
_PAPER = (255, 255, 255)
_INK = (25, 25, 25)
# No maker's palette uses this magenta; a white rim keeps it visible on dark metal.
_BOX = (214, 0, 110)
_RIM = (255, 255, 255)
# A window around the box shows so many times its longer side: what lies around it is a part of the case.
_SURROUNDINGS = 3.0
# But never less than this share of the scan.
_LEAST = 0.4


def sheet(folder: Path, cases: Sequence[Case]) -> NDArray[np.uint8]:
    """Draw cases.

    Args:
        folder: of the scans.
        cases: at least one.

    Returns:
        (H, W, 3) uint8 RGB.

    Raises:
        DatasetError: a scan is no longer there.
        BadInputError: a scan cannot be read.
    """
    tiles = [
        _tile(labelled_picture(folder, case.scan.image.file_name), case, number)
        for number, case in enumerate(cases, start=1)
    ]
    columns = min(COLUMNS, len(tiles))
    while len(tiles) % columns:
        tiles.append(np.full_like(tiles[0], _PAPER))
    return np.vstack([np.hstack(tiles[first : first + columns]) for first in range(0, len(tiles), columns)])


def _tile(pixels: NDArray[np.uint8], case: Case, number: int) -> NDArray[np.uint8]:
    x0, y0, x1, y1 = _window(pixels.shape, case.box)
    scale = min(_PICTURE[0] / (x1 - x0), _PICTURE[1] / (y1 - y0))
    small = cv2.resize(
        pixels[y0:y1, x0:x1],
        (max(1, round((x1 - x0) * scale)), max(1, round((y1 - y0) * scale))),
        interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC,
    )
    picture = Image.fromarray(small)
    left, top, right, bottom = case.box
    outline = ((left - x0) * scale, (top - y0) * scale, (right - x0) * scale, (bottom - y0) * scale)
    for colour, line in ((_RIM, 4), (_BOX, 2)):
        ImageDraw.Draw(picture).rectangle(outline, outline=colour, width=line)
    tile = Image.new("RGB", (_PICTURE[0] + _MARGIN, _PICTURE[1] + _CAPTION + _MARGIN), _PAPER)
    tile.paste(picture, ((_PICTURE[0] - small.shape[1]) // 2, (_PICTURE[1] - small.shape[0]) // 2))
    brush = ImageDraw.Draw(tile)
    image = case.scan.image
    where = f"{image.scanner}, {image.file_name}" if image.scanner else image.file_name
    for line, (words, size) in enumerate(((f"{number}. {case.title}", 15), (case.story, 13), (where, 12))):
        font = ImageFont.load_default(size)
        while brush.textlength(words, font) > _PICTURE[0]:
            words = f"{words[:-2]}…"
        brush.text((2, _PICTURE[1] + 3 + 18 * line), words, fill=_INK, font=font)
    return np.asarray(tile)


def _window(shape: tuple[int, ...], box: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
    """The part of a scan to show, in the tile's proportions: x0 y0 x1 y1, whole pixels."""
    height, width = shape[:2]
    aspect = _PICTURE[0] / _PICTURE[1]
    x0, y0, x1, y1 = box
    tall = max(_SURROUNDINGS * max((x1 - x0) / aspect, y1 - y0), _LEAST * min(height, width / aspect))
    wide = tall * aspect
    left, right = _span((x0 + x1) / 2, wide, width)
    top, bottom = _span((y0 + y1) / 2, tall, height)
    return left, top, right, bottom


def _span(centre: float, length: float, limit: int) -> tuple[int, int]:
    """A stretch of this length around a centre, moved and cut to lie within 0 and a limit."""
    length = min(length, limit)
    first = min(max(0.0, centre - length / 2), limit - length)
    start = int(first)
    return start, max(start + 1, min(limit, int(np.ceil(first + length))))
