"""The colour of what lets nothing through, read off real scans directly: it is one colour without any texture."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.scanner.fitting.looks import is_object

# In a flat patch no channel varies by more than this over so many pixels: JPEG leaves that much.
_FLAT_RANGE, _PATCH = 8, 5
# An opaque colour is no brighter than this, …
_MAX_LUMINANCE = 90.0
# … such patches are on so much of all objects, and so many of their pixels are of one colour, in steps of grey levels.
_MIN_OF_OBJECTS, _MIN_OF_PATCHES, _STEP = 1e-4, 0.25, 8
_LUMINANCE = np.array([0.299, 0.587, 0.114])


def opaque_colour(images: Sequence[NDArray[np.uint8]], air: tuple[int, int, int]) -> tuple[int, int, int] | None:
    """The colour of what lets nothing through: the most frequent one of dark patches without any texture.

    Args:
        images: (H, W, 3) uint8 RGB of one look.
        air: its colour of air.

    Returns:
        RGB; None where such patches are rare, or of many colours.
    """
    kernel = np.ones((_PATCH, _PATCH), np.uint8)
    patches, objects = [], 0
    for image in images:
        spread = (cv2.dilate(image, kernel) - cv2.erode(image, kernel)).max(axis=2)
        flat = (spread <= _FLAT_RANGE) & (image @ _LUMINANCE < _MAX_LUMINANCE)
        patches.append(image[flat])
        objects += int(is_object(image, air).sum())
    flat_colours = np.concatenate(patches)
    if len(flat_colours) < _MIN_OF_OBJECTS * max(objects, 1):
        return None
    kinds, counts = np.unique(flat_colours // _STEP, axis=0, return_counts=True)
    if counts.max() < _MIN_OF_PATCHES * len(flat_colours):
        return None
    common = kinds[int(np.argmax(counts))]
    red, green, blue = np.median(flat_colours[(flat_colours // _STEP == common).all(axis=1)], axis=0)
    return int(red), int(green), int(blue)
