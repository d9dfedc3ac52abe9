"""Fitting a calibration, and telling how far scores are from probabilities before and after.

A box is right when it lies on an item of its class (IoU 0.3, as for Pd): whoever looks there finds it. A double is
right as well, and one in an ignored place is neither. Labels that answer for no evaluated category have no truth, and
keep the fit of all classes together.

The fit of each class leans towards that of all classes, and that one towards leaving scores as they are, as much as a
few dozen boxes weigh: with many boxes it is Platt's own, with few nearly the common one. Measured beside its rivals on
fresh boxes (tests/training/evaluation/test_calibrating.py): fitted alone, classes of ten boxes come out worse than
uncalibrated; fitted together, large classes stay as far off as they differ; temperature cannot move a class that is
too sure at every score; isotonic regression needs many hundred boxes of a class.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parcelray.models.calibration import Calibration, log_odds, sigmoid
from parcelray.models.statistics import (
    RELIABILITY_BINS,
    ReliabilityBin,
    calibration_error,
    calibration_error_by_chance,
    reliability,
)
from parcelray.training.evaluation.judging import Answers, JudgedScan, boxes_of
from parcelray.training.evaluation.matching import overlaps
from parcelray.training.evaluation.rates import FOUND_IOU

# Far below any threshold: boxes that nobody will see would otherwise decide the fit by their number.
FITTED_FROM = 0.01
# About where the lowest thresholds lie: the error is told of boxes that may be shown.
TOLD_FROM = 0.05
FOLDS = 5
# Precision of the prior of slope and offset: classes of one model differ by some 0.3 and 0.7.
_PRIOR = np.array([10.0, 2.0])
_FLATTEST = 0.05
_STEPS = 100
_RESAMPLES = 1000
_CLOSE_ENOUGH = 1e-9


@dataclass(frozen=True)
class ScoredBoxes:
    """Boxes of the evaluated categories.

    Attributes:
        scores: (N,) in 0..1.
        labels: (N,) of the model.
        right: (N,) whether each lies on an item of its category.
        groups: (N,) name of the group that its scan belongs to.
    """

    scores: NDArray[np.float64]
    labels: NDArray[np.int64]
    right: NDArray[np.bool_]
    groups: NDArray[np.str_]

    def select(self, keep: NDArray[np.bool_]) -> ScoredBoxes:
        """Those that a mask names."""
        return ScoredBoxes(self.scores[keep], self.labels[keep], self.right[keep], self.groups[keep])


def scored_boxes(scans: Sequence[JudgedScan], answers: Answers) -> ScoredBoxes:
    """All boxes from ``FITTED_FROM`` on that answer for an evaluated category."""
    scores, labels, right, groups = [], [], [], []
    for scan in scans:
        for category, answering in answers.items():
            mine = scan.found_of(answering)
            mine = mine.select(mine.scores >= FITTED_FROM)
            lying = overlaps(mine.boxes, boxes_of(scan.items_of(category))).max(axis=1, initial=0.0) >= FOUND_IOU
            told = np.flatnonzero(lying | (scan.excused(category, mine.boxes) < FOUND_IOU))
            scores.append(mine.scores[told].astype(np.float64))
            labels.append(mine.labels[told])
            right.append(lying[told])
            groups += [scan.image.group] * len(told)
    return ScoredBoxes(np.concatenate(scores), np.concatenate(labels), np.concatenate(right), np.array(groups, np.str_))


def fit(boxes: ScoredBoxes, classes: int) -> Calibration:
    """Fit slopes and offsets to boxes of validation scans: not those learned from, not those told of.

    Args:
        boxes: any number; without any, scores stay as they are.
        classes: how many labels the model has.
    """
    as_it_is = np.array([1.0, 0.0])
    together = _fit_one(log_odds(boxes.scores), boxes.right, as_it_is)
    each = []
    for label in range(classes):
        mine = boxes.select(boxes.labels == label)
        each.append(_fit_one(log_odds(mine.scores), mine.right, together))
    return Calibration(tuple(float(one[0]) for one in each), tuple(float(one[1]) for one in each))


def cross_fitted(boxes: ScoredBoxes, classes: int, seed: int = 0) -> NDArray[np.float64]:
    """What each box's score becomes by a fit to the other groups alone: as if they had been the validation scans.

    Args:
        boxes: of at least two groups, if scores are to change at all.
        classes: how many labels the model has.
        seed: decides which groups are left out together.

    Returns:
        (N,) probabilities.
    """
    names, owners = np.unique(boxes.groups, return_inverse=True)
    folds = np.random.default_rng(seed).permutation(len(names))[owners] % FOLDS
    probabilities = np.zeros(len(boxes.scores))
    for fold in range(FOLDS):
        left_out = folds == fold
        fitted = fit(boxes.select(~left_out), classes)
        probabilities[left_out] = fitted.apply(boxes.scores[left_out], boxes.labels[left_out])
    return probabilities


@dataclass(frozen=True)
class Reliability:
    """How far predictions are from how often they come true.

    Attributes:
        bins: of the reliability diagram.
        error: expected calibration error, with its range from resampling groups.
        by_chance: what the error of perfect probabilities would stay below in 95 % of such data.
    """

    bins: tuple[ReliabilityBin, ...]
    error: float
    low: float
    high: float
    by_chance: float

    def headline(self) -> dict[str, float]:
        """For JSON, in four numbers."""
        numbers = {"error": self.error, "low": self.low, "high": self.high, "by_chance": self.by_chance}
        return {name: round(value, 4) for name, value in numbers.items()}

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return self.headline() | {
            "bins": [
                {
                    "low": one.low,
                    "high": one.high,
                    "boxes": one.count,
                    "predicted": round(one.predicted, 4),
                    "right": one.right.as_dict(),
                }
                for one in self.bins
            ],
        }


@dataclass(frozen=True)
class CalibrationFigures:
    """Scores as they are, and as a calibration would make them.

    Attributes:
        boxes: how many boxes of ``TOLD_FROM`` or more they are told of.
        right: how many of them lie on an item.
        before: scores as they are, all classes together: of a package with a calibration, its probabilities.
        after: calibrated on these scans, each box by a fit to other groups.
        per_class: by category, before and after; those of which there are boxes.
    """

    boxes: int
    right: int
    before: Reliability
    after: Reliability
    per_class: Mapping[str, tuple[Reliability, Reliability]]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return self._told_by(Reliability.as_dict)

    def headline(self) -> dict[str, Any]:
        """For JSON as a package carries it: without the bins."""
        return self._told_by(Reliability.headline)

    def _told_by(self, tell: Callable[[Reliability], dict[str, Any]]) -> dict[str, Any]:
        return {
            "boxes": self.boxes,
            "right": self.right,
            "before": tell(self.before),
            "after": tell(self.after),
            "per_class": {
                category: {"before": tell(before), "after": tell(after)}
                for category, (before, after) in self.per_class.items()
            },
        }


def calibration_figures(scans: Sequence[JudgedScan], answers: Answers, classes: int) -> CalibrationFigures | None:
    """How well scores tell how often boxes are right; None where there is no box to tell of.

    Args:
        scans: what was judged.
        answers: the evaluated categories.
        classes: how many labels the model has.
    """
    boxes = scored_boxes(scans, answers)
    probabilities = cross_fitted(boxes, classes)
    told = boxes.scores >= TOLD_FROM
    if not told.any():
        return None

    def before_and_after(mine: NDArray[np.bool_]) -> tuple[Reliability, Reliability]:
        right, groups = boxes.right[mine], boxes.groups[mine]
        return _reliability(boxes.scores[mine], right, groups), _reliability(probabilities[mine], right, groups)

    per_class = {}
    for category, answering in answers.items():
        mine = told & np.isin(boxes.labels, answering)
        if mine.any():
            per_class[category] = before_and_after(mine)
    return CalibrationFigures(int(told.sum()), int(boxes.right[told].sum()), *before_and_after(told), per_class)


def _reliability(probabilities: NDArray[np.float64], right: NDArray[np.bool_], groups: NDArray[np.str_]) -> Reliability:
    bins = reliability(probabilities, right)
    error = calibration_error(bins)
    low, high = _range_of_error(error, probabilities, right, groups)
    return Reliability(bins, error, low, high, calibration_error_by_chance(probabilities))


def _range_of_error(
    error: float, probabilities: NDArray[np.float64], right: NDArray[np.bool_], groups: NDArray[np.str_]
) -> tuple[float, float]:
    """95 % range of the calibration error, from resampling whole groups.

    A resample repeats boxes, so that chance makes its error larger than that of the scans themselves by as much as
    chance made theirs: the errors are moved back, so that their mean is the error (bias correction, Efron 1982).
    """
    names, owners = np.unique(groups, return_inverse=True)
    places = np.minimum((probabilities * RELIABILITY_BINS).astype(np.int64), RELIABILITY_BINS - 1)
    # A bin's gap in a resample is the sum of what each group adds to it.
    gaps, counts = np.zeros((len(names), RELIABILITY_BINS)), np.zeros(len(names))
    np.add.at(gaps, (owners, places), probabilities - right)
    np.add.at(counts, owners, 1)
    drawn = np.random.default_rng(0).multinomial(len(names), np.full(len(names), 1 / len(names)), _RESAMPLES)
    errors = np.abs(drawn @ gaps).sum(axis=1) / (drawn @ counts)
    low, high = np.quantile(errors, (0.025, 0.975)) - errors.mean() + error
    return max(0.0, float(low)), min(1.0, float(high))


def _fit_one(odds: NDArray[np.float64], right: NDArray[np.bool_], towards: NDArray[np.float64]) -> NDArray[np.float64]:
    """Slope and offset of the highest penalised likelihood.

    Args:
        odds: (N,) log odds of the scores.
        right: (N,) which boxes are right.
        towards: (2,) slope and offset without any box.
    """
    constant = np.ones_like(odds)
    both = _newton(np.stack([odds, constant], axis=1), np.zeros_like(odds), right, towards, _PRIOR)
    if both[0] >= _FLATTEST:
        return both
    # Better boxes of this class are right less often. Few boxes can look so by chance: keep their order.
    offset = _newton(constant[:, None], _FLATTEST * odds, right, towards[1:], _PRIOR[1:])
    return np.append(_FLATTEST, offset)


def _newton(
    inputs: NDArray[np.float64],
    base: NDArray[np.float64],
    right: NDArray[np.bool_],
    towards: NDArray[np.float64],
    prior: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Logistic regression with a Gaussian prior, by Newton's method; the loss is convex.

    Args:
        inputs: (N, K).
        base: (N,) log odds that stand beside the inputs.
        right: (N,) outcomes.
        towards: (K,) the prior's mean.
        prior: (K,) the prior's precision.
    """

    def loss(at: NDArray[np.float64]) -> float:
        values = base + inputs @ at
        return float((np.logaddexp(0, values) - right * values).sum() + prior @ (at - towards) ** 2 / 2)

    now = towards
    for _ in range(_STEPS):
        probable = sigmoid(base + inputs @ now)
        gradient = inputs.T @ (probable - right) + prior * (now - towards)
        curvature = (inputs * (probable * (1 - probable))[:, None]).T @ inputs + np.diag(prior)
        step = np.linalg.solve(curvature, gradient)
        while loss(now - step) > loss(now) and np.abs(step).max() > _CLOSE_ENOUGH:
            step = step / 2
        now = now - step
        if np.abs(step).max() <= _CLOSE_ENOUGH:
            break
    return now
