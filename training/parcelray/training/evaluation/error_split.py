"""Why average precision is not 1: the errors by kind, and what each costs (TIDE, Bolya et al. 2020).

A box that is not right at IoU 0.5 is of the first kind that fits:

* **localisation**: on an item of its class, but badly placed (IoU 0.1 to 0.5);
* **class**: well placed on an item of another class;
* **duplicate**: on an item that a better box has found;
* **background**: on nothing (IoU up to 0.1 with every item);
* **both**: badly placed on an item of another class.

A box in an ignored place is no error.

An item is a **miss** when no box has found it and none of wrong place or class points to it. The cost of a kind (dAP)
is how much AP50, the mean over classes, would rise if this kind alone were mended: a box is put in its right place or
class (of several for one item, the best; where the item is found already, the box goes), a duplicate, background or
both goes, a missed item is no longer looked for. Costs do not add up to what is missing: mending one kind uncovers
others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from parcelray.models.statistics import average_precision
from parcelray.training.evaluation.judging import Answers, JudgedScan, boxes_of
from parcelray.training.evaluation.matching import match, overlaps

Kind = Literal["localisation", "class", "both", "duplicate", "background", "miss"]
KINDS: tuple[Kind, ...] = ("localisation", "class", "both", "duplicate", "background", "miss")
WELL_PLACED = 0.5
BACKGROUND = 0.1
_RIGHT = len(KINDS)
_LOCALISATION, _CLASS, _BOTH, _DUPLICATE, _BACKGROUND, _MISS = range(len(KINDS))


@dataclass(frozen=True)
class ErrorKind:
    """One kind of error.

    Attributes:
        kind: its name.
        count: boxes, or items for a miss.
        cost: how much AP50 would rise if it were mended.
    """

    kind: Kind
    count: int
    cost: float


@dataclass(frozen=True)
class ErrorSplit:
    """All kinds.

    Attributes:
        ap50: mean over classes, as it is.
        right: boxes that are right.
        kinds: in the order of ``KINDS``.
    """

    ap50: float
    right: int
    kinds: tuple[ErrorKind, ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "ap50": round(self.ap50, 4),
            "right": self.right,
            "kinds": {one.kind: {"count": one.count, "cost": round(one.cost, 4)} for one in self.kinds},
        }


@dataclass(frozen=True)
class _Boxes:
    """All boxes of the evaluated categories, best first, and all items.

    Attributes:
        categories: (N,) index of each box's category.
        kinds: (N,) index into ``KINDS``, or ``_RIGHT``.
        targets: (N,) the item that a box of wrong place or class points to, -1 for none.
        item_categories: (I,) index of each item's category.
        item_found: (I,) whether a box is right about it.
    """

    categories: NDArray[np.int64]
    kinds: NDArray[np.int64]
    targets: NDArray[np.int64]
    item_categories: NDArray[np.int64]
    item_found: NDArray[np.bool_]


def error_split(scans: Sequence[JudgedScan], answers: Answers) -> ErrorSplit:
    """Split the errors on scans.

    Args:
        scans: what was judged, with at least one item.
        answers: the evaluated categories; no label answers for two.
    """
    boxes = _collect(scans, answers)
    pointed_at = np.zeros(len(boxes.item_found), bool)
    pointed_at[boxes.targets[boxes.targets >= 0]] = True
    missed = ~boxes.item_found & ~pointed_at

    sought = np.bincount(boxes.item_categories, minlength=len(answers))
    there = np.flatnonzero(sought)
    right = boxes.kinds == _RIGHT
    everything = np.ones(len(right), bool)
    as_it_is = _mean_ap50(there, sought, boxes.categories, right, everything)

    kinds = []
    for index, kind in enumerate(KINDS):
        mine = boxes.kinds == index
        if index == _MISS:
            less = sought - np.bincount(boxes.item_categories[missed], minlength=len(answers))
            mended = _mean_ap50(there, less, boxes.categories, right, everything)
            count = int(missed.sum())
        else:
            mends = _first_of_each_open_item(boxes, mine)
            categories = boxes.categories.copy()
            categories[mends] = boxes.item_categories[boxes.targets[mends]]
            mended = _mean_ap50(there, sought, categories, right | mends, ~mine | mends)
            count = int(mine.sum())
        # The envelope of precision moves in steps: mending can cost a hair.
        kinds.append(ErrorKind(kind, count, max(0.0, mended - as_it_is)))
    return ErrorSplit(as_it_is, int(right.sum()), tuple(kinds))


def _collect(scans: Sequence[JudgedScan], answers: Answers) -> _Boxes:
    names = list(answers)
    place = {label: index for index, answering in enumerate(answers.values()) for label in answering}
    scores, categories, kinds, targets = [], [], [], []
    item_categories, item_found = [], []
    items_before = 0
    for scan in scans:
        boxes = scan.found_of(list(place))
        mine = np.array([place[int(label)] for label in boxes.labels], np.int64)
        items = [item for item in scan.items if item.category in answers and not item.ignored]
        theirs = np.array([names.index(item.category) for item in items], np.int64)
        overlap = overlaps(boxes.boxes, boxes_of(items))
        same = mine[:, None] == theirs[None, :]
        matched = np.full(len(mine), -1, np.int64)
        excused = np.zeros(len(mine), bool)
        for category in np.unique(mine):
            of_category, sought = np.flatnonzero(mine == category), np.flatnonzero(theirs == category)
            hits = match(overlap[np.ix_(of_category, sought)], ious=(WELL_PLACED,))[0]
            matched[of_category[hits >= 0]] = sought[hits[hits >= 0]]
            excused[of_category] = scan.excused(names[category], boxes.boxes[of_category]) >= WELL_PLACED
        kind, target = _kinds(overlap, same, matched)
        told = (matched >= 0) | ~excused
        scores.append(boxes.scores[told])
        categories.append(mine[told])
        kinds.append(kind[told])
        targets.append(np.where(target >= 0, target + items_before, -1)[told])
        item_categories.append(theirs)
        item_found.append(np.isin(np.arange(len(items)), matched))
        items_before += len(items)
    best_first = np.argsort(-np.concatenate(scores), kind="stable")
    return _Boxes(
        np.concatenate(categories)[best_first],
        np.concatenate(kinds)[best_first],
        np.concatenate(targets)[best_first],
        np.concatenate(item_categories),
        np.concatenate(item_found),
    )


def _kinds(
    overlap: NDArray[np.float64], same: NDArray[np.bool_], matched: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The kind of each box of one scan, and the item of the scan that it points to.

    Args:
        overlap: (D, T) IoU.
        same: (D, T) whether box and item are of one category.
        matched: (D,) the item that each box is right about, -1 for none.
    """
    # One more item that nothing lies on, for scans without any.
    of_class = np.pad(np.where(same, overlap, 0.0), ((0, 0), (0, 1)))
    of_others = np.pad(np.where(same, 0.0, overlap), ((0, 0), (0, 1)))
    near, other = of_class.max(axis=1), of_others.max(axis=1)
    cases = (
        (matched >= 0, _RIGHT, None),
        ((near >= BACKGROUND) & (near < WELL_PLACED), _LOCALISATION, of_class),
        (other >= WELL_PLACED, _CLASS, of_others),
        (near >= WELL_PLACED, _DUPLICATE, None),
        (np.maximum(near, other) <= BACKGROUND, _BACKGROUND, None),
    )
    kinds = np.select([case for case, _, _ in cases], [kind for _, kind, _ in cases], default=_BOTH)
    targets = np.full(len(kinds), -1, np.int64)
    for _, kind, pointing in cases:
        if pointing is not None:
            targets[kinds == kind] = pointing.argmax(axis=1)[kinds == kind]
    return kinds.astype(np.int64), targets


def _first_of_each_open_item(boxes: _Boxes, mine: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Of the boxes that a mask names, the best that points to each item which no box has found."""
    pointing = np.flatnonzero(mine & (boxes.targets >= 0))
    pointing = pointing[~boxes.item_found[boxes.targets[pointing]]]
    _, first = np.unique(boxes.targets[pointing], return_index=True)
    chosen = np.zeros(len(mine), bool)
    chosen[pointing[first]] = True
    return chosen


def _mean_ap50(
    there: NDArray[np.int64],
    sought: NDArray[np.int64],
    categories: NDArray[np.int64],
    right: NDArray[np.bool_],
    kept: NDArray[np.bool_],
) -> float:
    """AP50, the mean over categories.

    Args:
        there: the categories of which there are items.
        sought: of each category, how many items are looked for.
        categories: (N,) of the boxes, best first.
        right: (N,) which are right.
        kept: (N,) which are looked at.
    """
    return float(
        np.mean(
            [
                # Of a category whose every item was missed, nothing is left to do once they are mended.
                average_precision(right[kept & (categories == one)], float(sought[one])) if sought[one] else 1.0
                for one in there
            ]
        )
    )
