"""Which boxes of a view are right: COCO's greedy matching, best score first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# The very numbers of pycocotools, not round ones: overlaps of whole-pixel boxes fall exactly on some of them.
COCO_IOUS = tuple(np.linspace(0.5, 0.95, 10).tolist())


def overlaps(boxes: NDArray[np.floating], items: NDArray[np.floating]) -> NDArray[np.float64]:
    """Intersection over union of (D, 4) with (T, 4) xyxy boxes: (D, T).

    In double precision, where ``parcelray.models.decode.box_iou`` is single: whether an overlap reaches a step must not
    hang on rounding.
    """
    one, many = boxes.astype(np.float64), items.astype(np.float64)
    sides = np.minimum(one[:, None, 2:], many[None, :, 2:]) - np.maximum(one[:, None, :2], many[None, :, :2])
    shared = np.prod(np.clip(sides, 0, None), axis=2)
    union = np.prod(one[:, 2:] - one[:, :2], axis=1)[:, None] + np.prod(many[:, 2:] - many[:, :2], axis=1) - shared
    return np.asarray(np.divide(shared, union, out=np.zeros_like(shared), where=union > 0), np.float64)


def share_within(boxes: NDArray[np.floating], places: NDArray[np.floating]) -> NDArray[np.float64]:
    """(D,) the largest share of each of (D, 4) boxes that lies within one of (T, 4) ignored places.

    It stands for the IoU, as for COCO's crowds: a box may be a small part of such a place, and is excused all the same.
    """
    one, many = boxes.astype(np.float64), places.astype(np.float64)
    sides = np.minimum(one[:, None, 2:], many[None, :, 2:]) - np.maximum(one[:, None, :2], many[None, :, :2])
    areas = np.prod(one[:, 2:] - one[:, :2], axis=1)[:, None]
    shared = np.prod(np.clip(sides, 0, None), axis=2)
    shares = np.divide(shared, areas, out=np.zeros_like(shared), where=areas > 0)
    return np.asarray(shares.max(axis=1, initial=0.0), np.float64)


def match(
    overlap: NDArray[np.float64], aside: NDArray[np.bool_] | None = None, ious: Sequence[float] = COCO_IOUS
) -> NDArray[np.int64]:
    """Match the boxes of one class in one view to its items.

    Args:
        overlap: (D, T) IoU of the boxes, best score first, with the items.
        aside: (T,) items that are not looked for: a box takes one only where no other is left for it.
        ious: smallest overlaps that count as found.

    Returns:
        (len(ious), D): for each smallest overlap, the item that each box has found, -1 for none. An item is found once.
    """
    count, items = overlap.shape
    matched = np.full((len(ious), count), -1, np.int64)
    # Most views show no item of most classes.
    if overlap.max(initial=0.0) < min(ious):
        return matched
    set_aside = np.zeros(items, bool) if aside is None else aside
    for level, smallest in enumerate(ious):
        free = np.ones(items, bool)
        for index in range(count):
            for wanted in (free & ~set_aside, free & set_aside):
                reached = np.where(wanted & (overlap[index] >= smallest), overlap[index], -1.0)
                # Of equal overlaps COCO takes the last.
                best = items - 1 - int(reached[::-1].argmax())
                if reached[best] >= 0:
                    matched[level, index] = best
                    free[best] = False
                    break
    return matched
