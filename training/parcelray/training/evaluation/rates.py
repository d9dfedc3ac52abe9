"""Pd: how many scans with an item are found, where a given share of clean scans raises a false alarm."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parcelray.models.detections import Detections
from parcelray.models.statistics import Interval, wilson
from parcelray.training.evaluation.judging import JudgedScan, boxes_of, showing
from parcelray.training.evaluation.matching import overlaps

FALSE_ALARM_RATES = (0.01, 0.05, 0.10)
# An operator who is shown the right third of an item looks at the item.
FOUND_IOU = 0.3


@dataclass(frozen=True)
class DetectionRate:
    """How many scans with an item are found, where a given share of clean scans raises an alarm.

    Attributes:
        false_alarms: the share that was asked for.
        cut: a box counts above this score.
        rate: probability of detection, with its Wilson interval.
        found: scans in which an item was found.
        scans: scans that show one.
    """

    false_alarms: float
    cut: float
    rate: Interval
    found: int
    scans: int

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "false_alarms": self.false_alarms,
            "cut": round(self.cut, 4),
            "found": self.found,
            "scans": self.scans,
            **self.rate.as_dict(),
        }


def alarm_scores(scans: Iterable[JudgedScan], answering: Sequence[int]) -> NDArray[np.float64]:
    """The highest score of these labels in each scan; -1 where there is none."""
    return np.array([scan.found_of(answering).scores.max(initial=-1.0) for scan in scans], np.float64)


def cut_for(clean_scores: NDArray[np.float64], false_alarms: float) -> float:
    """The score above which at most this share of clean scans lies."""
    allowed = math.floor(false_alarms * len(clean_scores) + 1e-9)
    return float(np.sort(clean_scores)[::-1][allowed]) if allowed < len(clean_scores) else -1.0


def item_scores(boxes: Detections, items: NDArray[np.float64]) -> NDArray[np.float64]:
    """The best score of a box that lies on each item; -1 where none does.

    Args:
        boxes: of the labels that answer for the items.
        items: (T, 4) xyxy.
    """
    lying = overlaps(boxes.boxes, items) >= FOUND_IOU
    return np.asarray(np.where(lying, boxes.scores[:, None], -1.0).max(axis=0, initial=-1.0), np.float64)


def found(boxes: Detections, items: NDArray[np.float64]) -> bool:
    """Whether one of the boxes lies on one of (T, 4) items."""
    return bool((item_scores(boxes, items) >= 0).any())


def detection_rates(scans: Sequence[JudgedScan], category: str, answering: Sequence[int]) -> list[DetectionRate]:
    """Pd at fixed false alarms, scan by scan; empty where there are no clean scans to set a cut on."""
    clean = [scan for scan in scans if scan.clean]
    shown = showing(scans, category)
    if not clean or not shown:
        return []
    best = np.array(
        [item_scores(scan.found_of(answering), boxes_of(scan.items_of(category))).max(initial=-1.0) for scan in shown]
    )
    scores = alarm_scores(clean, answering)
    rates = []
    for share in FALSE_ALARM_RATES:
        cut = cut_for(scores, share)
        hits = int((best > cut).sum())
        rates.append(DetectionRate(share, cut, wilson(hits, len(shown)), hits, len(shown)))
    return rates
