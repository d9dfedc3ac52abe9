"""From scores that rank to probabilities of being right: one slope and one offset for each class.

Platt's scaling (Platt 1999) on the logarithm of a score's odds: the probability's log odds are slope * log odds +
offset. For detectors it calibrates better than temperature scaling, which has no offset (Kuzucu et al. 2024,
arXiv:2405.20459). It is monotone, so within a class it changes no ranking, and two plain numbers a class are all that a
package must carry. ``parcelray.training.evaluation.calibrating`` fits it.

A probability holds where items are as frequent as in the scans that it was fitted on. Where contraband is rarer, a box
of the same score is right less often.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parcelray.models.detections import Detections
from parcelray.models.package import Manifest, Platt

# Scores of 0 and 1 have no odds.
_EDGE = 1e-6


@dataclass(frozen=True)
class Calibration:
    """How scores of each class become probabilities.

    Attributes:
        slopes: (C,) above 0, in the order of the model's labels.
        offsets: (C,) in the same order.

    Raises:
        ValueError: not as above, or not finite.
    """

    slopes: tuple[float, ...]
    offsets: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.slopes) != len(self.offsets):
            raise ValueError(f"expected as many slopes as offsets, got {len(self.slopes)} and {len(self.offsets)}")
        if not all(math.isfinite(number) for number in (*self.slopes, *self.offsets)):
            raise ValueError("expected finite slopes and offsets, got others")
        # Turned around, better boxes would become less probable.
        if not all(slope > 0 for slope in self.slopes):
            raise ValueError(f"expected slopes above 0, got {min(self.slopes):g}")

    def apply(self, scores: NDArray[np.floating], labels: NDArray[np.int64]) -> NDArray[np.float32]:
        """The probability that each box is right.

        Args:
            scores: (N,) in 0..1.
            labels: (N,) index of each box's class.

        Returns:
            (N,) in 0..1.
        """
        slopes, offsets = np.array(self.slopes), np.array(self.offsets)
        return sigmoid(slopes[labels] * log_odds(scores) + offsets[labels]).astype(np.float32)

    def calibrate(self, detections: Detections) -> Detections:
        """The same boxes with probabilities for scores, most probable first."""
        probabilities = self.apply(detections.scores, detections.labels)
        after = Detections(detections.boxes, probabilities, detections.labels)
        return after.select(np.argsort(-probabilities, kind="stable"))

    def scores_at(self, probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
        """The score of each class at which it reaches its (C,) probability; 0 for 0, and 1 for 1."""
        certain = (probabilities <= 0) | (probabilities >= 1)
        scores = sigmoid((log_odds(probabilities) - np.array(self.offsets)) / np.array(self.slopes))
        return np.where(certain, probabilities, scores)

    def as_platt(self, labels: Sequence[str]) -> dict[str, Platt]:
        """As a package carries it."""
        pairs = zip(self.slopes, self.offsets, strict=True)
        return {label: Platt(slope=slope, offset=offset) for label, (slope, offset) in zip(labels, pairs, strict=True)}


def calibration_of(manifest: Manifest) -> Calibration | None:
    """The calibration that a package carries."""
    carried = manifest.operating.calibration
    if carried is None:
        return None
    each = [carried[label] for label in manifest.labels]
    return Calibration(tuple(one.slope for one in each), tuple(one.offset for one in each))


def log_odds(scores: NDArray[np.floating]) -> NDArray[np.float64]:
    """The logarithm of the odds of scores in 0..1."""
    inside = np.clip(scores.astype(np.float64), _EDGE, 1 - _EDGE)
    return np.asarray(np.log(inside) - np.log1p(-inside), np.float64)


def sigmoid(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The probability whose log odds these are."""
    # In this form no exponential overflows.
    return np.asarray(0.5 * (1 + np.tanh(values / 2)), np.float64)
