"""Which detections of a view are right: COCO's greedy matching, best score first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parcelray.models.decode import box_iou

COCO_IOUS = tuple(round(0.5 + 0.05 * step, 2) for step in range(10))


def match(
    found: NDArray[np.float32], truth: NDArray[np.float32], ious: tuple[float, ...] = COCO_IOUS
) -> NDArray[np.bool_]:
    """Match the boxes of one class in one view.

    Args:
        found: (D, 4) xyxy, best score first.
        truth: (T, 4) xyxy.
        ious: smallest overlaps that count as found.

    Returns:
        (len(ious), D): whether each detection is right at each overlap. An item is found once; others are doubles.
    """
    right = np.zeros((len(ious), len(found)), bool)
    if not len(found) or not len(truth):
        return right
    overlaps = box_iou(found, truth)
    for level, smallest in enumerate(ious):
        free = np.ones(len(truth), bool)
        for index in range(len(found)):
            candidates = np.where(free, overlaps[index], -1.0)
            best = int(candidates.argmax())
            if candidates[best] >= smallest:
                right[level, index] = True
                free[best] = False
    return right
