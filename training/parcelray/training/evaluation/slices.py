"""Which items are found worse: Pd and AP50 by scanner, by concealment and by size.

Here Pd counts items, not scans, and each class is cut where 5 % of all clean scans raise a false alarm of it: one cut
for all scanners, as in service. Pd is the figure to compare slices by. AP50 leans on how many items a slice has, too:
false alarms of the whole class weigh on each level of concealment, however few items it has.

Sizes are COCO's, of the box, in pixels of the network's input: what counts is how large an item is for the network,
whatever the scanner's resolution. Boxes on items of another slice are neither right nor wrong, as COCO has it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parcelray.models.statistics import Interval, group_bootstrap, wilson
from parcelray.training.evaluation.judging import Answers, JudgedScan, boxes_of
from parcelray.training.evaluation.ranking import (
    NOT_STATED,
    WHOLE,
    Part,
    group_places,
    level_of,
    mean_of_known,
    rank,
)
from parcelray.training.evaluation.rates import alarm_scores, cut_for, item_scores

SLICE_FALSE_ALARMS = 0.05
# COCO's: areas from and up to which an item is of this size.
SIZES = {"small": (0.0, 32.0**2), "medium": (32.0**2, 96.0**2), "large": (96.0**2, math.inf)}
LEVELS = ("easy", "hard", "hidden")


@dataclass(frozen=True)
class SliceFigures:
    """How the items of one slice are found.

    Attributes:
        kind: ``scanner``, ``level`` or ``size``.
        name: of the slice.
        category: of the items; None for all categories, each at its own cut.
        items: how many there are.
        found: how many of them are found at the cut; None without clean scans to set one on.
        pd: share that is found, with its Wilson interval.
        ap50: average precision at IoU 0.5; for all categories, the mean of those that the slice shows.
        alarms: of a scanner, how many of its clean scans raise a false alarm at the cut; None for others. For all
            categories, added up: beside ``clean`` it tells the share that a category's cut lets through.
        clean: of a scanner, how many clean scans it has; for all categories, as often as there are categories.
    """

    kind: str
    name: str
    category: str | None
    items: int
    found: int | None
    pd: Interval | None
    ap50: Interval
    alarms: int | None = None
    clean: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """For JSON; what is not known is left out."""
        document = {
            "kind": self.kind,
            "name": self.name,
            "category": self.category,
            "items": self.items,
            "ap50": self.ap50.as_dict(),
        }
        if self.found is not None and self.pd is not None:
            document |= {"found": self.found, "pd": self.pd.as_dict()}
        if self.alarms is not None:
            document |= {"alarms": self.alarms, "clean_scans": self.clean}
        return document


@dataclass(frozen=True)
class _Slice:
    kind: str
    name: str
    scans: Sequence[JudgedScan]
    part: Part


def slices(scans: Sequence[JudgedScan], answers: Answers) -> list[SliceFigures]:
    """Every slice that holds items: for all categories together, then for each category of which it holds some.

    Args:
        scans: what was judged.
        answers: the evaluated categories.
    """
    clean = [scan for scan in scans if scan.clean]
    cuts = {
        category: cut_for(alarm_scores(clean, answering), SLICE_FALSE_ALARMS)
        for category, answering in answers.items()
        if clean
    }
    figures: list[SliceFigures] = []
    for one in (*_by_scanner(scans), *_by_level(scans, answers), *_by_size(scans)):
        figures += _figures(one, answers, cuts)
    return figures


def _by_scanner(scans: Sequence[JudgedScan]) -> Iterator[_Slice]:
    named = [scan.image.scanner or NOT_STATED for scan in scans]
    if set(named) == {NOT_STATED}:
        return
    for name in sorted(set(named)):
        yield _Slice("scanner", name, [scan for scan, its in zip(scans, named, strict=True) if its == name], WHOLE)


def _by_level(scans: Sequence[JudgedScan], answers: Answers) -> Iterator[_Slice]:
    there = {level_of(item) for scan in scans for category in answers for item in scan.items_of(category)}
    if there == {NOT_STATED}:
        return
    for name in sorted(there, key=lambda level: (LEVELS.index(level) if level in LEVELS else len(LEVELS), level)):
        yield _Slice("level", name, scans, Part(level=name))


def _by_size(scans: Sequence[JudgedScan]) -> Iterator[_Slice]:
    for name, (smallest, largest) in SIZES.items():
        yield _Slice("size", name, scans, Part(smallest=smallest, largest=largest))


def _figures(one: _Slice, answers: Answers, cuts: Mapping[str, float]) -> Iterator[SliceFigures]:
    """The figures of one slice: for all categories, then for each."""
    best = {category: _scores_of_items(one, category, answering) for category, answering in answers.items()}
    there = {category: answers[category] for category, scores in best.items() if len(scores)}
    if not there:
        return
    places = group_places(one.scans)
    rankings = [rank(one.scans, places, category, answering, one.part) for category, answering in there.items()]

    def statistics(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        values = [ranking.average_precision(weights) for ranking in rankings]
        return np.array([mean_of_known(values), *values])

    mean, *each = group_bootstrap(len(places), statistics)
    hits = {category: int((best[category] > cuts[category]).sum()) for category in there if cuts}
    for category, ap50 in ((None, mean), *zip(there, each, strict=True)):
        wanted = list(there) if category is None else [category]
        items = sum(len(best[name]) for name in wanted)
        found = sum(hits[name] for name in wanted) if hits else None
        pd = None if found is None else wilson(found, items)
        alarms, clean = _alarms(one, [(answers[name], cuts[name]) for name in wanted]) if hits else (None, None)
        yield SliceFigures(one.kind, one.name, category, items, found, pd, ap50, alarms, clean)


def _scores_of_items(one: _Slice, category: str, answering: Sequence[int]) -> NDArray[np.float64]:
    """For each item of the slice, the best score of a box that lies on it."""
    scores = []
    for scan in one.scans:
        items = scan.items_of(category)
        boxes = boxes_of(items)[one.part.holds(scan, items)]
        scores.append(item_scores(scan.found_of(answering), boxes))
    return np.concatenate(scores)


def _alarms(one: _Slice, wanted: Sequence[tuple[Sequence[int], float]]) -> tuple[int | None, int | None]:
    """Of a scanner, how many of its clean scans raise a false alarm of each class, and how many could, added up."""
    if one.kind != "scanner":
        return None, None
    clean = [scan for scan in one.scans if scan.clean]
    raised = sum(int((alarm_scores(clean, answering) > cut).sum()) for answering, cut in wanted)
    return raised, len(clean) * len(wanted)
