"""A picture's likeness: 256 bits that stay nearly the same when it is compressed, made smaller, mirrored or turned.

The signs of the lowest frequencies of a discrete cosine transform. A picture is made grey, shrunk to 32 x 32 pixels,
whatever its proportions, and transformed; of the coefficients the first 16 x 16 without those of frequency zero are
looked at, each for whether it is positive. That is pHash's DCT hash (C. Zauner, Implementation and Benchmarking of
Perceptual Image Hash Functions, 2010, section 3.2.1; phash.org) with two changes. Its threshold is zero, not the
median: then mirroring changes the signs of odd frequencies and turning swaps the axes, exactly, so that all eight ways
of laying a picture are told from the one hash. And beside pHash's 8 x 8 frequencies, 64 bits to search by, there are
192 more to make sure: parcels in the same kind of box are alike in 64 bits more often than one would like.

Whole numbers throughout, so that one picture has one likeness on all machines that decode it to the same pixels.
"""

from __future__ import annotations

from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray

# Other sides, frequencies or thresholds make another likeness, which cannot be compared with this one.
NAME = "dct-signs-256/1"
BITS = 256
SEARCH_BITS = 64
_SIDE, _FREQUENCIES, _SEARCHED = 32, 16, 8
# Standard deviation, in levels of 255, below which there is nothing to see but noise.
_LEAST_CONTRAST = 2.0
_ONE = 1 << 14
_ROWS = np.arange(_SIDE)
_COSINES = np.rint(
    _ONE * np.cos(np.pi * (2 * _ROWS[None, :] + 1) * np.arange(1, _FREQUENCIES + 1)[:, None] / (2 * _SIDE))
).astype(np.int64)


def _searched_first() -> NDArray[np.int64]:
    place = np.arange(_FREQUENCIES**2).reshape(_FREQUENCIES, _FREQUENCIES)
    low = np.zeros(place.shape, bool)
    low[:_SEARCHED, :_SEARCHED] = True
    return np.concatenate([place[low], place[~low]])


_ORDER = _searched_first()
_BACK = np.argsort(_ORDER)


def likeness(pixels: NDArray[np.uint8]) -> bytes | None:
    """The likeness of a picture.

    Args:
        pixels: (H, W, 3) uint8 RGB.

    Returns:
        32 bytes, the 64 bits to search by first; None where there is too little to see.
    """
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA).astype(np.int64)
    if small.std() < _LEAST_CONTRAST:
        return None
    signs = (_COSINES @ small @ _COSINES.T) > 0
    return np.packbits(signs.ravel()[_ORDER]).tobytes()


def laid_in_eight_ways(hashes: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    """The likenesses that pictures would have if they were mirrored and turned; first, as they are.

    Args:
        hashes: (N, 32) uint8.

    Returns:
        Eight arrays of the same shape.
    """
    signs = np.unpackbits(hashes, axis=1)[:, _BACK].reshape(-1, _FREQUENCIES, _FREQUENCIES)
    # Frequency k of a mirrored picture is (-1)^k times what it was; the first one here is 1.
    odd = (np.arange(1, _FREQUENCIES + 1) % 2).astype(np.uint8)
    ways = []
    for axes, down, across in product((signs, signs.transpose(0, 2, 1)), (False, True), (False, True)):
        flipped = axes ^ (odd[:, None] * down) ^ (odd[None, :] * across)
        ways.append(np.packbits(flipped.reshape(len(hashes), BITS)[:, _ORDER], axis=1))
    return ways
