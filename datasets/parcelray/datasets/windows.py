"""Windows of scans: a part of a picture, as large as it will be in service, for a network that learns with less."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# As ``augment`` asks for no item of which less is left.
_LEAST_VISIBLE = 0.35


def cut_window(
    pixels: NDArray[np.uint8],
    boxes: NDArray[np.float32],
    labels: NDArray[np.int64],
    share: float,
    *,
    ignored: int,
    seed: int,
) -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.int64]]:
    """Cut a window at random; where the scan shows items, one that shows one of them whole, as far as it fits.

    Args:
        pixels: (H, W, 3) uint8.
        boxes: (N, 4) float32 xyxy in pixels.
        labels: (N,) int64 classes.
        share: of the picture's width, and of its height, that the window has: above 0, up to 1.
        ignored: the class of a place where nothing is known. An item of which the window shows less than a third
            becomes one: it is no item to ask for, and it is not nothing.
        seed: decides where.

    Returns:
        The three, of what the window shows.
    """
    generator = np.random.default_rng(seed)
    size = np.array([pixels.shape[1], pixels.shape[0]])
    window = np.maximum(np.round(size * share).astype(np.int64), 1)
    low, high = np.zeros(2, np.int64), size - window
    items = np.flatnonzero(labels != ignored)
    if items.size:
        box = boxes[generator.choice(items)]
        ends = np.stack((np.ceil(box[2:]).astype(np.int64) - window, np.floor(box[:2]).astype(np.int64)))
        # Larger than the window: then from one end of it to the other.
        ends.sort(axis=0)
        low, high = np.clip(ends, low, high)
    x, y = generator.integers(low, high + 1).tolist()
    width, height = window.tolist()
    edges = np.array([width, height, width, height], np.float32)
    cut = np.clip(boxes - np.array([x, y, x, y], np.float32), 0, edges)
    seen = _areas(cut)
    part = seen / np.maximum(_areas(boxes), 1e-6)
    kept = seen > 0
    told = np.where(part < _LEAST_VISIBLE, ignored, labels)
    return np.ascontiguousarray(pixels[y : y + height, x : x + width]), cut[kept], told[kept]


def _areas(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    sides = boxes[:, 2:] - boxes[:, :2]
    return sides[:, 0] * sides[:, 1]
