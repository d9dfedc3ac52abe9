"""A picture of many drawn scans with their labels, for whoever would rather look than read."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.coco import CocoData
from parcelray.datasets.files import labelled_picture
from parcelray.datasets.imaging.overlay import Mark, draw

_COLUMNS = 4
_TILE = (480, 360)
_MARGIN = 6
_PAPER = 235


def contact_sheet(folder: Path, data: CocoData, count: int = 24) -> NDArray[np.uint8]:
    """The first scans of a data set, with boxes, four in a row.

    Args:
        folder: of the images.
        data: what is in them.
        count: how many scans at most.

    Returns:
        (H, W, 3) uint8 RGB.

    Raises:
        DatasetError: a file that the labels name is missing.
    """
    tiles = []
    for image in data.images[:count]:
        marks = [Mark(item.box, item.category) for item in data.items_of[image.id]]
        tiles.append(_tile(draw(labelled_picture(folder, image.file_name), marks)))
    while len(tiles) % _COLUMNS:
        tiles.append(np.full_like(tiles[0], _PAPER))
    rows = [np.hstack(tiles[first : first + _COLUMNS]) for first in range(0, len(tiles), _COLUMNS)]
    return np.vstack(rows)


def _tile(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture scaled into a tile with a margin."""
    width, height = _TILE
    tile = np.full((height + _MARGIN, width + _MARGIN, 3), _PAPER, np.uint8)
    scale = min(width / picture.shape[1], height / picture.shape[0])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    tile[: small.shape[0], : small.shape[1]] = small
    return tile
