"""FROC: which share of items is found, where so many false alarms are raised on a clean scan.

Free-response curves (Bunch et al. 1978) count every box where Pd counts scans: how often an officer must look for
nothing. False alarms are counted on clean scans alone (Chakraborty 2017): an item that nobody labelled cannot pass for
one. The figure of merit is the mean share at seven rates, as the challenges of chest CT take it (van Ginneken et al.
2010; Setio et al. 2017). Their rates, 1/8 to 8, are a radiologist's; an officer has seconds, so ours are an eighth of
them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parcelray.models.statistics import Interval, free_response_curve, group_bootstrap, sensitivity_at
from parcelray.training.evaluation.judging import Answers, JudgedScan, boxes_of
from parcelray.training.evaluation.ranking import group_places, mean_of_known
from parcelray.training.evaluation.rates import item_scores

RATES = tuple(2.0**power for power in range(-6, 1))


@dataclass(frozen=True)
class FreeResponse:
    """One class.

    Attributes:
        found: share of items found at each of ``RATES``, with intervals.
        merit: their mean.
        alarms: (K,) the curve: false alarms a clean scan, rising.
        sensitivity: (K,) share of items found there.
    """

    found: tuple[Interval, ...]
    merit: Interval
    alarms: NDArray[np.float64]
    sensitivity: NDArray[np.float64]


@dataclass(frozen=True)
class FreeResponses:
    """All classes, each with the same resamples.

    Attributes:
        clean_scans: that the rates are of.
        per_class: by category.
        found: the categories' mean at each of ``RATES``.
        merit: the categories' mean.
    """

    clean_scans: int
    per_class: Mapping[str, FreeResponse]
    found: tuple[Interval, ...]
    merit: Interval

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "false_alarms_per_clean_scan": list(RATES),
            "clean_scans": self.clean_scans,
            "merit": self.merit.as_dict(),
            "found": [interval.as_dict() for interval in self.found],
            "per_class": {
                category: {
                    "merit": one.merit.as_dict(),
                    "found": [interval.as_dict() for interval in one.found],
                    "curve": {
                        "false_alarms_per_clean_scan": one.alarms.round(5).tolist(),
                        "found": one.sensitivity.round(4).tolist(),
                    },
                }
                for category, one in self.per_class.items()
            },
        }


@dataclass(frozen=True)
class _Marks:
    """What the curve of one class is made of: scores, and the place of the group that each belongs to."""

    items: NDArray[np.float64]
    item_owners: NDArray[np.int64]
    alarms: NDArray[np.float64]
    alarm_owners: NDArray[np.int64]


def free_responses(scans: Sequence[JudgedScan], answers: Answers) -> FreeResponses | None:
    """The curves of the categories of which there are items; None without clean scans.

    Args:
        scans: what was judged.
        answers: categories of which there are items.
    """
    clean = [scan for scan in scans if scan.clean]
    if not clean:
        return None
    places = group_places(scans)
    clean_of_group = np.bincount([places[scan.image.group] for scan in clean], minlength=len(places))
    marks = [_marks(scans, places, category, answering) for category, answering in answers.items()]
    rates = np.array(RATES)

    def statistics(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        cleans = float(weights @ clean_of_group)
        each = [
            sensitivity_at(rates, one.items, one.alarms, cleans, weights[one.item_owners], weights[one.alarm_owners])
            for one in marks
        ]
        mean = np.array([mean_of_known(column) for column in np.transpose(each)])
        return np.concatenate([np.append(row, row.mean()) for row in (*each, mean)])

    intervals = group_bootstrap(len(places), statistics)
    width = len(RATES) + 1
    rows = [intervals[start : start + width] for start in range(0, len(intervals), width)]
    per_class = {
        category: FreeResponse(row[:-1], row[-1], *free_response_curve(one.items, one.alarms, len(clean)))
        for category, one, row in zip(answers, marks, rows[:-1], strict=True)
    }
    return FreeResponses(len(clean), per_class, rows[-1][:-1], rows[-1][-1])


def _marks(scans: Sequence[JudgedScan], places: Mapping[str, int], category: str, answering: Sequence[int]) -> _Marks:
    items, item_owners, alarms, alarm_owners = [], [], [], []
    for scan in scans:
        place = places[scan.image.group]
        mine = scan.found_of(answering)
        there = item_scores(mine, boxes_of(scan.items_of(category)))
        items.append(there)
        item_owners.append(np.full(len(there), place))
        if scan.clean:
            alarms.append(mine.scores.astype(np.float64))
            alarm_owners.append(np.full(len(mine), place))
    return _Marks(
        np.concatenate(items), np.concatenate(item_owners), np.concatenate(alarms), np.concatenate(alarm_owners)
    )
