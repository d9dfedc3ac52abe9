"""Whether two detectors answer alike, box by box: rows may differ in the last digits, what is shown may not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from parcelray.models.decode import box_iou
from parcelray.models.detections import Detections
from parcelray.models.errors import ParityError

MIN_SCORE = 0.05
SAME_BOX_IOU = 0.99
SCORE_TOLERANCE = 2e-3


@dataclass(frozen=True)
class Parity:
    """How alike two sets of boxes are.

    Attributes:
        boxes: pairs that were compared.
        largest_score_gap: of any pair.
        smallest_overlap: IoU of any pair.
    """

    boxes: int
    largest_score_gap: float
    smallest_overlap: float

    def join(self, other: Parity) -> Parity:
        """Both together."""
        return Parity(
            self.boxes + other.boxes,
            max(self.largest_score_gap, other.largest_score_gap),
            min(self.smallest_overlap, other.smallest_overlap),
        )


NOTHING_COMPARED = Parity(0, 0.0, 1.0)


def compare(one: Detections, other: Detections, name: str) -> Parity:
    """Pair each box of one with the box of the other that has its label and place.

    Boxes within the tolerance of ``MIN_SCORE`` may fall on either side of it, so they need no partner.

    Raises:
        ParityError: a box has no partner, or one of another score.
    """
    parity = NOTHING_COMPARED
    for left, right in ((one, other), (other, one)):
        overlaps = box_iou(left.boxes, right.boxes) * (left.labels[:, None] == right.labels[None, :])
        for index in np.flatnonzero(left.scores > MIN_SCORE + SCORE_TOLERANCE):
            partner = int(overlaps[index].argmax()) if len(right) else -1
            overlap = float(overlaps[index, partner]) if len(right) else 0.0
            if overlap < SAME_BOX_IOU:
                raise ParityError(
                    f"{name}: a box at {left.boxes[index].round(1).tolist()} of score {left.scores[index]:.4f} "
                    f"has no partner; the nearest overlaps it by {overlap:.3f}"
                )
            gap = abs(float(left.scores[index] - right.scores[partner]))
            if gap > SCORE_TOLERANCE:
                raise ParityError(f"{name}: scores of one box differ by {gap:.4f}, more than {SCORE_TOLERANCE}")
            if left is one:
                parity = parity.join(Parity(1, gap, overlap))
    return parity
