"""The cases to look at first: the items that were missed by most, and the false alarms raised with most confidence.

Scores of different classes are not alike, so they are compared by how far their odds are from those of their class's
threshold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.coco import ItemRecord
from parcelray.models.calibration import log_odds
from parcelray.models.detections import Detections
from parcelray.training.evaluation.error_split import BACKGROUND
from parcelray.training.evaluation.judging import Answers, JudgedScan, boxes_of
from parcelray.training.evaluation.matching import overlaps
from parcelray.training.evaluation.rates import FOUND_IOU
from parcelray.training.evaluation.slices import LEVELS

WORST = 24

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Case:
    """One place in one scan.

    Attributes:
        scan: that shows it.
        box: of the missed item, or of the false alarm; x0 y0 x1 y1 in pixels of the scan.
        title: what it is, in a few words.
        story: what went wrong, in a few words.
    """

    scan: JudgedScan
    box: Box
    title: str
    story: str


def worst_misses(
    scans: Sequence[JudgedScan],
    answers: Answers,
    labels: Sequence[str],
    thresholds: Mapping[str, float],
    count: int = WORST,
) -> list[Case]:
    """The items that no shown box of their class lies on: those without any box first, of these the best visible.

    Args:
        scans: what was judged.
        answers: the evaluated categories.
        labels: of the model, in order.
        thresholds: from which score on a box of each label is shown.
        count: how many at most.
    """
    cuts = np.array([thresholds[label] for label in labels])
    missed = []
    for scan in scans:
        margins = _margins(scan.detections, cuts)
        for category, answering in answers.items():
            for item in scan.items_of(category):
                lying = overlaps(scan.detections.boxes, boxes_of([item]))[:, 0] >= FOUND_IOU
                own = lying & np.isin(scan.detections.labels, answering)
                best = margins[own].max(initial=-np.inf)
                if best < 0:
                    shown_as = np.flatnonzero(lying & ~own & (margins >= 0))
                    story = _story_of_miss(scan.detections, labels, thresholds, np.flatnonzero(own), shown_as)
                    title = f"{item.category}, {item.level}" if item.level else item.category
                    missed.append(((best, *_hard_to_see(item)), Case(scan, item.box, title, story)))
    missed.sort(key=lambda ranked: ranked[0])
    return [case for _, case in missed[:count]]


def worst_false_alarms(
    scans: Sequence[JudgedScan],
    answers: Answers,
    labels: Sequence[str],
    thresholds: Mapping[str, float],
    count: int = WORST,
) -> list[Case]:
    """The shown boxes that lie on nothing that is labelled, whatever its class; the most confident first.

    Args:
        scans: what was judged.
        answers: the evaluated categories.
        labels: of the model, in order.
        thresholds: from which score on a box of each label is shown.
        count: how many at most.
    """
    cuts = np.array([thresholds[label] for label in labels])
    evaluated = sorted({index for answering in answers.values() for index in answering})
    raised = []
    for scan in scans:
        boxes = scan.found_of(evaluated)
        margins = _margins(boxes, cuts)
        nearest = overlaps(boxes.boxes, boxes_of(scan.items)).max(axis=1, initial=0.0)
        for index in np.flatnonzero((margins >= 0) & (nearest < BACKGROUND)):
            label = labels[boxes.labels[index]]
            score = float(boxes.scores[index])
            there = ", ".join(sorted({item.category for item in scan.items}))
            story = f"score {score:.2f}, shown from {thresholds[label]:.2f}; " + (
                f"elsewhere: {there}" if there else "clean scan"
            )
            x0, y0, x1, y1 = (float(value) for value in boxes.boxes[index])
            raised.append((-margins[index], Case(scan, (x0, y0, x1, y1), f"taken for {label}", story)))
    raised.sort(key=lambda ranked: ranked[0])
    return [case for _, case in raised[:count]]


def _margins(boxes: Detections, cuts: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each box's odds are above those from which its class is shown; below 0, it is not shown."""
    return log_odds(boxes.scores) - log_odds(cuts[boxes.labels])


def _hard_to_see(item: ItemRecord) -> tuple[int, float]:
    """Sorts what is plain to see first: by its level, then by its size."""
    x0, y0, x1, y1 = item.box
    return LEVELS.index(item.level) if item.level in LEVELS else len(LEVELS), -(x1 - x0) * (y1 - y0)


def _story_of_miss(
    boxes: Detections,
    labels: Sequence[str],
    thresholds: Mapping[str, float],
    own: NDArray[np.int64],
    shown_as: NDArray[np.int64],
) -> str:
    if len(shown_as):
        return f"shown as {labels[boxes.labels[shown_as[0]]]}, score {boxes.scores[shown_as[0]]:.2f}"
    if len(own):
        best = own[0]
        return f"score {boxes.scores[best]:.2f}, shown from {thresholds[labels[boxes.labels[best]]]:.2f}"
    return "no box on it"
