"""``Detections``: what a detector found in one view."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Detections:
    """Boxes, scores and labels of one view, as parallel arrays, validated where they are made.

    Attributes:
        boxes: (N, 4) float32, x0 y0 x1 y1 in pixels of the view, x0 <= x1 and y0 <= y1.
        scores: (N,) float32 in 0..1.
        labels: (N,) int64, index into the label list of the model that found them.

    Raises:
        ValueError: shapes, types or values are not as above.
    """

    boxes: NDArray[np.float32]
    scores: NDArray[np.float32]
    labels: NDArray[np.int64]

    def __post_init__(self) -> None:
        count = len(self.boxes)
        expected = {
            "boxes": ((count, 4), np.float32),
            "scores": ((count,), np.float32),
            "labels": ((count,), np.int64),
        }
        for name, (shape, dtype) in expected.items():
            array = getattr(self, name)
            if array.shape != shape or array.dtype != dtype:
                wanted = f"{np.dtype(dtype).name} of shape {shape}"
                raise ValueError(f"{name}: expected {wanted}, got {array.dtype} of shape {array.shape}")
        if not np.isfinite(self.boxes).all():
            raise ValueError("boxes: expected finite coordinates, got NaN or infinity")
        if (self.boxes[:, :2] > self.boxes[:, 2:]).any():
            raise ValueError("boxes: expected x0 <= x1 and y0 <= y1, got a box turned inside out")
        # Written so that NaN fails too.
        if not ((self.scores >= 0) & (self.scores <= 1)).all():
            raise ValueError("scores: expected values in 0..1, got some outside")
        if (self.labels < 0).any():
            raise ValueError("labels: expected indices from 0, got a negative one")
        for array in (self.boxes, self.scores, self.labels):
            array.flags.writeable = False

    def __len__(self) -> int:
        return len(self.boxes)

    @classmethod
    def empty(cls) -> Detections:
        """No box at all."""
        return cls(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros(0, np.int64))

    def select(self, keep: NDArray[np.bool_] | NDArray[np.int64]) -> Detections:
        """The detections that a mask or a list of indices names, in its order."""
        return Detections(self.boxes[keep], self.scores[keep], self.labels[keep])
