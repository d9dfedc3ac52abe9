"""Average precision, with intervals: the boxes of a category in order of their scores, each right or wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.coco import ItemRecord
from parcelray.models.statistics import (
    Interval,
    average_precision,
    group_bootstrap,
    precision_at_recalls,
)
from parcelray.training.evaluation.judging import Answers, JudgedScan, boxes_of
from parcelray.training.evaluation.matching import COCO_IOUS, match, overlaps

NOT_STATED = "not stated"
AP50 = slice(0, 1)
AP = slice(0, len(COCO_IOUS))


@dataclass(frozen=True)
class Part:
    """A part of the items that is looked at alone, as COCO looks at its sizes. Made without arguments, it is the whole.

    Boxes on items outside it, and in ignored places, are neither right nor wrong; of the boxes on no item, those of its
    sizes are wrong.

    Attributes:
        level: of concealment; None for all.
        smallest: its items have at least this area, in pixels of the network's input.
        largest: and less than this.
    """

    level: str | None = None
    smallest: float = 0.0
    largest: float = math.inf

    def holds(self, scan: JudgedScan, items: Sequence[ItemRecord]) -> NDArray[np.bool_]:
        """(T,) which of these items of a scan belong to it."""
        of_level = np.array([self.level in (None, level_of(item)) for item in items], bool)
        return np.asarray(of_level & self.may_hold(scan, boxes_of(items)), bool)

    def may_hold(self, scan: JudgedScan, boxes: NDArray[np.floating]) -> NDArray[np.bool_]:
        """(D,) which of (D, 4) boxes of a scan are of its sizes."""
        areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1, dtype=np.float64) * scan.scale**2
        return np.asarray((areas >= self.smallest) & (areas < self.largest), bool)


WHOLE = Part()


def level_of(item: ItemRecord) -> str:
    """How well an item is concealed, in a word."""
    return item.level or NOT_STATED


@dataclass(frozen=True)
class Ranking:
    """The boxes of one category over all scans, best first.

    Attributes:
        right: (10, N) whether each is a match, at each of COCO's overlaps.
        counts: (10, N) whether each is looked at.
        owners: (N,) place of the group that it belongs to.
        items: (G,) how many items of the category each group holds.
    """

    right: NDArray[np.bool_]
    counts: NDArray[np.bool_]
    owners: NDArray[np.int64]
    items: NDArray[np.float64]

    def average_precision(self, weights: NDArray[np.float64], ious: slice = AP50) -> float:
        """Mean over the overlaps when group i counts ``weights[i]`` times."""
        total = float(weights @ self.items)
        each = weights[self.owners]
        return float(
            np.mean(
                [
                    average_precision(right, total, each * counts)
                    for right, counts in zip(self.right[ious], self.counts[ious], strict=True)
                ]
            )
        )

    def curve(self) -> NDArray[np.float64]:
        """(101,) precision at ``RECALLS``, at IoU 0.5."""
        return precision_at_recalls(self.right[0], float(self.items.sum()), self.counts[0].astype(np.float64))


def group_places(scans: Sequence[JudgedScan]) -> dict[str, int]:
    """A place for the name of each group."""
    return {name: place for place, name in enumerate(sorted({scan.image.group for scan in scans}))}


def rank(
    scans: Sequence[JudgedScan], places: Mapping[str, int], category: str, answering: Sequence[int], part: Part = WHOLE
) -> Ranking:
    """Match the boxes of one category in each scan, and order them.

    Args:
        scans: at least one.
        places: of the groups.
        category: whose items are looked for.
        answering: labels of the model that answer for it.
        part: of the items.
    """
    scores, rights, counted, owners = [], [], [], []
    items = np.zeros(len(places))
    for scan in scans:
        place = places[scan.image.group]
        mine, there = scan.found_of(answering), scan.items_of(category)
        aside = ~part.holds(scan, there)
        matched = match(overlaps(mine.boxes, boxes_of(there)), aside)
        # One more place at the end, for -1: no item.
        on_aside = np.append(aside, False)[matched]
        scores.append(mine.scores)
        rights.append((matched >= 0) & ~on_aside)
        excused = scan.excused(category, mine.boxes) >= np.array(COCO_IOUS)[:, None]
        counted.append(np.where(matched >= 0, ~on_aside, part.may_hold(scan, mine.boxes) & ~excused))
        owners.append(np.full(len(mine), place))
        items[place] += (~aside).sum()
    best_first = np.argsort(-np.concatenate(scores), kind="stable")
    return Ranking(
        np.concatenate(rights, axis=1)[:, best_first],
        np.concatenate(counted, axis=1)[:, best_first],
        np.concatenate(owners)[best_first],
        items,
    )


@dataclass(frozen=True)
class Precision:
    """Average precision of each category, and of all together.

    Attributes:
        ap50: at IoU 0.5, by category.
        ap: mean over IoU 0.50 to 0.95, by category.
        mean_ap50: the categories' mean.
        mean_ap: the categories' mean.
        curves: by category, (101,) precision at ``RECALLS``, at IoU 0.5.
    """

    ap50: Mapping[str, Interval]
    ap: Mapping[str, Interval]
    mean_ap50: Interval
    mean_ap: Interval
    curves: Mapping[str, NDArray[np.float64]]


def precision(scans: Sequence[JudgedScan], answers: Answers) -> Precision:
    """Average precision with intervals from resampling groups: the same resamples for all categories.

    Args:
        scans: what was judged.
        answers: categories of which there are items.
    """
    places = group_places(scans)
    rankings = {category: rank(scans, places, category, answering) for category, answering in answers.items()}

    def statistics(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        at50 = [ranking.average_precision(weights) for ranking in rankings.values()]
        at_all = [ranking.average_precision(weights, AP) for ranking in rankings.values()]
        return np.array([*at50, *at_all, mean_of_known(at50), mean_of_known(at_all)])

    intervals = group_bootstrap(len(places), statistics)
    count = len(rankings)
    return Precision(
        dict(zip(rankings, intervals[:count], strict=True)),
        dict(zip(rankings, intervals[count : 2 * count], strict=True)),
        intervals[-2],
        intervals[-1],
        {category: ranking.curve() for category, ranking in rankings.items()},
    )


def mean_ap(scans: Sequence[JudgedScan], answers: Answers) -> float:
    """The categories' mean average precision, over IoU 0.50 to 0.95, without the interval that takes long.

    Args:
        scans: what was judged.
        answers: the evaluated categories; those without items do not count.
    """
    places = group_places(scans)
    rankings = [rank(scans, places, category, answering) for category, answering in answers.items()]
    return mean_of_known([ranking.average_precision(np.ones(len(places)), AP) for ranking in rankings])


def mean_of_known(values: Sequence[float]) -> float:
    """The mean of those that are numbers: a resample may hold no item of a category. NaN if none is."""
    known = [value for value in values if not math.isnan(value)]
    return float(np.mean(known)) if known else math.nan
