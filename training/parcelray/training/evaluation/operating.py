"""From which score on a box is shown: one cut for each class, so that few clean parcels raise an alarm at all.

The cut of each class is the same quantile of what clean parcels score in it; the quantile is the lowest at which
the share of clean parcels with an alarm of any class stays within the limit. So no class uses up the operator's
patience for the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parcelray.models.calibration import Calibration
from parcelray.models.errors import DatasetError
from parcelray.models.package import Operating
from parcelray.models.statistics import wilson
from parcelray.training.evaluation.judging import Answers, JudgedScan, boxes_of, showing
from parcelray.training.evaluation.rates import alarm_scores, cut_for, found

PARCEL_FALSE_ALARMS = 0.05
# With fewer clean parcels a share of 5 % is not even three of them.
FEWEST_CLEAN = 50
_UNCALIBRATED = "scores rank, they are no probabilities yet"
_CALIBRATED = "scores are probabilities where items are as frequent as in the scans that they were set on"


def choose_thresholds(
    scans: Sequence[JudgedScan], labels: Sequence[str], calibration: Calibration | None = None
) -> Operating:
    """Set the cuts on parcels that the model has not learned from.

    Args:
        scans: with calibrated scores where there is a calibration.
        labels: of the model, in order.
        calibration: of the scores, for the package to carry.

    Raises:
        DatasetError: too few clean parcels.
    """
    clean = [scan for scan in scans if scan.clean]
    if len(clean) < FEWEST_CLEAN:
        raise DatasetError(
            "validation scans", expected=f"at least {FEWEST_CLEAN} without any label", got=f"{len(clean)} of them"
        )
    scores = np.stack([alarm_scores(clean, [index]) for index in range(len(labels))], axis=1)

    def expected_share(cuts: NDArray[np.float64]) -> float:
        # A cut lies on a parcel's own score. That parcel counts as an alarm, though the cut spares it: of k parcels
        # above the cut, new parcels make k + 1 (order statistics), and a dozen classes add that one up a dozen times.
        return float(((scores >= cuts) & (scores > 0)).any(axis=1).mean())

    chosen = np.array([cut_for(scores[:, index], 0.0) for index in range(len(labels))])
    # With k parcels above the cut of each class; the parcels' own share grows with k.
    for allowed in range(1, len(clean)):
        cuts = np.array([cut_for(scores[:, index], allowed / len(clean)) for index in range(len(labels))])
        if expected_share(cuts) > PARCEL_FALSE_ALARMS:
            break
        chosen = cuts
    return Operating(
        # A box is shown from its threshold on, an alarm of a clean parcel lay at the cut itself: step over it.
        thresholds={
            label: round(min(1.0, max(0.0, float(cut)) + 1e-4), 4) for label, cut in zip(labels, chosen, strict=True)
        },
        calibrated=calibration is not None,
        basis=(
            f"{expected_share(chosen):.1%} of clean parcels like the {len(clean)} that they were set on should raise "
            f"an alarm of any class; {_UNCALIBRATED if calibration is None else _CALIBRATED}"
        ),
        calibration=None if calibration is None else calibration.as_platt(labels),
    )


def as_shown(
    scans: Sequence[JudgedScan], answers: Answers, labels: Sequence[str], operating: Operating
) -> list[JudgedScan]:
    """The scans with no boxes but those that an operator is shown.

    Boxes count that answer for an evaluated category: others may be right about items that nobody labelled.
    """
    cuts = np.array([operating.thresholds[label] for label in labels])
    evaluated = sorted({index for answering in answers.values() for index in answering})
    shown = []
    for scan in scans:
        boxes = scan.found_of(evaluated)
        shown.append(replace(scan, detections=boxes.select(boxes.scores >= cuts[boxes.labels])))
    return shown


def at_thresholds(
    scans: Sequence[JudgedScan], answers: Answers, labels: Sequence[str], operating: Operating
) -> dict[str, Any]:
    """What an operator is shown: the share of clean parcels with a box, and of each category's parcels found."""
    shown = as_shown(scans, answers, labels, operating)
    clean = [scan for scan in shown if scan.clean]
    rates = {}
    for category, answering in answers.items():
        there = showing(shown, category)
        hits = sum(found(scan.found_of(answering), boxes_of(scan.items_of(category))) for scan in there)
        if there:
            rates[category] = {"found": hits, "scans": len(there), **wilson(hits, len(there)).as_dict()}
    alarms = sum(len(scan.detections) > 0 for scan in clean)
    raised = {"alarms": alarms, "scans": len(clean)} | (wilson(alarms, len(clean)).as_dict() if clean else {})
    return {"false_alarms": raised, "pd": rates}
