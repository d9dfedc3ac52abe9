"""Whether the candidate's scores mean what they say as well as the champion's do.

By the expected calibration error, not by Brier's score: two models put their boxes in different places, so their
predictions are of different things. Brier's score would also tell which of them had the easier ones; the calibration
error asks only whether what is called 0.8 is right eight times of ten. Both errors are measured on boxes of the classes
that both know, of ``TOLD_FROM`` or more; few boxes make both seem larger, which their difference takes out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parcelray.models.statistics import (
    Interval,
    ReliabilityBin,
    group_bootstrap,
    reliability,
    weighted_calibration_error,
)
from parcelray.training.evaluation.calibrating import TOLD_FROM, ScoredBoxes, scored_boxes
from parcelray.training.gate.comparing import CONFIDENCE
from parcelray.training.gate.demands import CalibrationDemands
from parcelray.training.gate.sides import Side, Sides
from parcelray.training.gate.verdict import Check

NAME = "calibration"


@dataclass(frozen=True)
class Calibrations:
    """What scores of both say.

    Attributes:
        champion: bins of its reliability diagram.
        candidate: of the candidate's.
        errors: calibration errors, champion first.
        difference: candidate's less champion's; each end holds with 95 %.
        boxes: how many were looked at, champion first.
    """

    champion: tuple[ReliabilityBin, ...]
    candidate: tuple[ReliabilityBin, ...]
    errors: tuple[float, float]
    difference: Interval
    boxes: tuple[int, int]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        sides = ("champion", "candidate")
        return {
            "error": dict(zip(sides, (round(error, 4) for error in self.errors), strict=True)),
            "boxes": dict(zip(sides, self.boxes, strict=True)),
            "difference": self.difference.as_dict(),
        }


def calibrations(sides: Sides) -> Calibrations | None:
    """Measure both on the same resamples of groups; None where one of them has no box to tell of."""
    if not sides.common:
        return None
    both = [_told(side, sides) for side in (sides.champion, sides.candidate)]
    if not all(len(boxes.scores) for boxes, _ in both):
        return None

    def statistics(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        champion, candidate = (
            weighted_calibration_error(boxes.scores, boxes.right, weights[owners]) for boxes, owners in both
        )
        return np.array([champion, candidate, candidate - champion])

    champion, candidate, difference = group_bootstrap(sides.groups, statistics, confidence=CONFIDENCE)
    bins = [reliability(boxes.scores, boxes.right) for boxes, _ in both]
    counts = [len(boxes.scores) for boxes, _ in both]
    return Calibrations(bins[0], bins[1], (champion.value, candidate.value), difference, (counts[0], counts[1]))


def _told(side: Side, sides: Sides) -> tuple[ScoredBoxes, NDArray[np.int64]]:
    """Boxes that may be shown, and the place of the group of each."""
    answers = {label: side.answering(label) for label in sides.common}
    boxes = scored_boxes(side.scans, answers)
    boxes = boxes.select(boxes.scores >= TOLD_FROM)
    return boxes, np.array([sides.place_of(group) for group in boxes.groups.tolist()], np.int64)


def check_calibration(sides: Sides, measured: Calibrations | None, demands: CalibrationDemands) -> Check:
    """Whether scores have not become worse probabilities.

    Args:
        sides: both models.
        measured: of them.
        demands: of the gate.
    """
    champion, candidate = (side.manifest.operating.calibrated for side in (sides.champion, sides.candidate))
    passed, reason = _judged(champion, candidate, measured, demands.tolerance, len(sides.champion.scans))
    figures = {
        "calibrated": {"champion": champion, "candidate": candidate},
        "tolerance": demands.tolerance,
        **(measured.as_dict() if measured else {}),
    }
    return Check(NAME, passed, reason, figures)


def _judged(
    champion: bool, candidate: bool, measured: Calibrations | None, tolerance: float, scans: int
) -> tuple[bool, str]:
    """Whether the candidate passes, and why."""
    if not candidate:
        if champion:
            return False, "the champion's scores are probabilities, the candidate's are not"
        return True, "neither model calls its scores probabilities"
    if measured is None:
        return False, f"no boxes of score {TOLD_FROM:g} or more of common classes to tell by"
    told = f"scores are off by {measured.errors[1]:.3f} on average, the champion's by {measured.errors[0]:.3f}"
    most = f"up to {max(0.0, measured.difference.high):.3f} more is possible, {tolerance:g} are tolerated"
    if measured.difference.high < tolerance:
        return True, f"{told}; {most}"
    if measured.difference.value >= tolerance:
        return False, f"worse: {told}; {tolerance:g} more are tolerated"
    # An interval narrows with the root of the number of groups, so of scans.
    doubt, room = measured.difference.high - measured.difference.value, tolerance - measured.difference.value
    more = max(1, math.ceil(scans * (doubt / room) ** 2) - scans)
    return False, f"may be worse: {told}; {most}; about {more} more test scans needed to tell"
