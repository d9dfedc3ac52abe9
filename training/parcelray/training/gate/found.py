"""Whether every class of the champion is found as well by the candidate.

Each class is compared twice: where both raise a false alarm of it on the same share of the same clean scans, which
tells of the networks; and as each is shipped, which tells of what an operator will see. A fall must be excluded in
both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parcelray.models.statistics import Interval, group_bootstrap, sensitivity_at
from parcelray.training.evaluation.rates import alarm_scores, cut_for
from parcelray.training.gate.comparing import CONFIDENCE, Comparison, compare, needed_unseen
from parcelray.training.gate.demands import Demands
from parcelray.training.gate.sides import Side, Sides
from parcelray.training.gate.verdict import Check

NAME = "found"


@dataclass(frozen=True)
class ClassFound:
    """One class of the champion.

    Attributes:
        label: the class.
        waived: no proof is asked for it.
        tolerance: by how much its share of scans found may fall.
        known: whether the candidate knows it.
        equal: compared at the same share of false alarms; None where no test scan shows it.
        shipped: compared at the thresholds that each is shipped with; None likewise.
    """

    label: str
    waived: bool
    tolerance: float
    known: bool
    equal: Comparison | None
    shipped: Comparison | None

    @property
    def held(self) -> bool:
        """Whether a fall by more than the tolerance can be excluded, or need not be."""
        return self.waived or bool(self.equal and self.shipped and self.equal.held and self.shipped.held)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "held": self.held,
            "waived": self.waived,
            "tolerance": self.tolerance,
            "known": self.known,
            "equal_false_alarms": self.equal.as_dict() if self.equal else None,
            "as_shipped": self.shipped.as_dict() if self.shipped else None,
        }


def found_by_class(sides: Sides, demands: Demands) -> dict[str, ClassFound]:
    """Compare each class of the champion, in the order of its labels.

    Args:
        sides: both models; at least one clean scan.
        demands: of the gate.
    """
    classes = sides.champion.manifest.classes
    share = demands.found.false_alarms
    seen = [label for label in sides.common if len(sides.showing(label))]
    pairs = [_Pair.of(sides, label, share) for label in seen]
    compared: dict[str, tuple[Comparison, Comparison]] = {}
    for label, pair, (at_equal, as_shipped) in zip(seen, pairs, _resampled(sides, pairs, share), strict=True):
        one, other, tolerance = pair.champion, pair.candidate, demands.tolerance_of(label, classes)
        compared[label] = (
            compare(one.equal, other.equal, pair.owners, at_equal, tolerance),
            compare(one.shipped, other.shipped, pair.owners, as_shipped, tolerance),
        )
    found = {}
    for label in sides.champion.manifest.labels:
        equal, shipped = compared.get(label, (None, None))
        waived, tolerance = label in demands.found.waived, demands.tolerance_of(label, classes)
        found[label] = ClassFound(label, waived, tolerance, label in sides.common, equal, shipped)
    return found


@dataclass(frozen=True)
class _Marks:
    """What one model gives of one class.

    Attributes:
        best: (N,) of the scans that show the class, the best score on an item; -1 for none.
        alarms: (C,) of the clean scans, the best score of all.
        equal: (N,) which are found at the share of false alarms that is the same for both.
        shipped: (N,) which are found at the thresholds that the model is shipped with.
    """

    best: NDArray[np.float64]
    alarms: NDArray[np.float64]
    equal: NDArray[np.bool_]
    shipped: NDArray[np.bool_]

    @classmethod
    def of(cls, side: Side, label: str, places: NDArray[np.int64], clean: NDArray[np.int64], share: float) -> _Marks:
        best = side.best_on_items(label, places)
        alarms = alarm_scores((side.scans[place] for place in clean), side.answering(label))
        return cls(best, alarms, best > cut_for(alarms, share), best >= side.manifest.operating.thresholds[label])


@dataclass(frozen=True)
class _Pair:
    """Both models on one class, and the place of the group of each scan that shows it."""

    owners: NDArray[np.int64]
    champion: _Marks
    candidate: _Marks

    @classmethod
    def of(cls, sides: Sides, label: str, share: float) -> _Pair:
        places = sides.showing(label)
        champion, candidate = (
            _Marks.of(side, label, places, sides.clean, share) for side in (sides.champion, sides.candidate)
        )
        return cls(sides.owners[places], champion, candidate)


def _resampled(sides: Sides, pairs: Sequence[_Pair], share: float) -> list[tuple[Interval, Interval]]:
    """For each class both differences with intervals: the same resamples for both models and all classes."""
    clean_owners = sides.owners[sides.clean]
    rates = np.array([share])

    def statistics(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        on_clean = weights[clean_owners]
        clean = float(on_clean.sum())
        differences = []
        for pair in pairs:
            on_items = weights[pair.owners]
            total = float(on_items.sum())
            # The cuts are chosen anew: they owe something to chance, too.
            champion, candidate = (
                sensitivity_at(rates, marks.best, marks.alarms, clean, on_items, on_clean)[0]
                for marks in (pair.champion, pair.candidate)
            )
            changes = pair.candidate.shipped.astype(np.float64) - pair.champion.shipped
            differences += [candidate - champion, float(on_items @ changes) / total if total else np.nan]
        return np.array(differences)

    if not pairs:
        return []
    intervals = group_bootstrap(sides.groups, statistics, confidence=CONFIDENCE)
    return list(zip(intervals[::2], intervals[1::2], strict=True))


def check_found(sides: Sides, demands: Demands) -> tuple[Check, dict[str, ClassFound]]:
    """Whether each class of the champion is found as well; with what was compared."""
    fewest = demands.false_alarms.clean_scans
    if len(sides.clean) < fewest:
        reason = f"{len(sides.clean)} clean test scans, {fewest - len(sides.clean)} more needed to set a cut at all"
        return Check(NAME, False, reason, {"classes": {}}), {}
    found = found_by_class(sides, demands)
    refused = [one for one in found.values() if not one.held]
    waived = [one.label for one in found.values() if one.waived]
    if refused:
        reason = "; ".join(why(one, demands.found.false_alarms) for one in refused)
    else:
        reason = f"no class may have lost more than its tolerance ({len(found) - len(waived)} compared)"
    if waived:
        reason += f"; no proof was asked for {', '.join(waived)}"
    figures = {
        "false_alarms": demands.found.false_alarms,
        "classes": {label: one.as_dict() for label, one in found.items()},
    }
    return Check(NAME, not refused, reason, figures), found


def why(one: ClassFound, false_alarms: float) -> str:
    """Why a class is refused, in words; what has fallen comes before what cannot be told.

    Args:
        one: a class that does not hold.
        false_alarms: share of clean scans at which both were compared.
    """
    if not one.known:
        return f"{one.label}: the candidate does not know it"
    if one.equal is None or one.shipped is None:
        return f"{one.label}: no test scan shows it, at least {needed_unseen(one.tolerance)} more needed"
    places = ((f"at {false_alarms:.0%} false alarms", one.equal), ("as shipped", one.shipped))
    for where, comparison in places:
        if not comparison.held and comparison.more_needed is None:
            return (
                f"{one.label}: has fallen: {where} the candidate finds it on {comparison.candidate} of "
                f"{comparison.scans} scans, the champion on {comparison.champion}"
            )
    untold = [(where, comparison) for where, comparison in places if not comparison.held]
    where, worst = max(untold, key=lambda place: place[1].more_needed or 0)
    return (
        f"{one.label}: may have fallen by up to {-worst.difference.low:.3f} {where}, {one.tolerance:g} are tolerated; "
        f"{worst.scans} scans are too few to tell, {worst.more_needed} more needed"
    )
