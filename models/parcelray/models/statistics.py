"""The statistics that training and serving share: intervals, average precision, FROC, reliability, resampling by group.

Scans of one parcel, or of neighbours on one belt, are alike: they are never independent draws. So intervals of
average precision come from resampling whole groups (cluster bootstrap, Field and Welsh 2007).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

# COCO reads precision at these recalls.
RECALLS = np.linspace(0.0, 1.0, 101)
# As Guo et al. 2017 count them, but over all of 0..1.
RELIABILITY_BINS = 10

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """A measured value and the range that it may truly have."""

    value: float
    low: float
    high: float

    def as_dict(self) -> dict[str, float]:
        """For JSON, to four digits."""
        return {"value": round(self.value, 4), "low": round(self.low, 4), "high": round(self.high, 4)}


def wilson(successes: int, trials: int, confidence: float = 0.95) -> Interval:
    """A rate with its score interval (Wilson 1927): honest for small counts and near 0 and 1.

    Raises:
        ValueError: no trials, or more successes than trials.
    """
    if trials < 1 or not 0 <= successes <= trials:
        raise ValueError(f"expected 0 <= successes <= trials and trials >= 1, got {successes} of {trials}")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    rate = successes / trials
    centre = (rate + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * math.sqrt(rate * (1 - rate) / trials + z * z / (4 * trials * trials))
    # At 0 and at all, rounding would leave the end a hair off the value itself.
    low = 0.0 if successes == 0 else centre - half
    high = 1.0 if successes == trials else centre + half
    return Interval(rate, low, high)


def precision_at_recalls(correct: NDArray[np.bool_], truths: float, weights: Floats | None = None) -> Floats:
    """The precision-recall curve as COCO reads it: the envelope of precision at 101 recalls.

    Args:
        correct: (N,) whether each detection is a match, best score first.
        truths: how many items there are to be found.
        weights: (N,) how often each detection counts; once each when None.

    Returns:
        (101,) precision at ``RECALLS``, 0 where no cut reaches the recall; all NaN where there is nothing to be found.
    """
    if truths <= 0:
        return np.full(len(RECALLS), math.nan)
    # What is ranked after the last match moves nothing.
    correct = correct[: len(correct) - int(correct[::-1].argmax())] if correct.any() else correct[:0]
    counts = np.ones(len(correct)) if weights is None else weights[: len(correct)]
    hits = np.cumsum(counts * correct)
    looked_at = np.cumsum(counts)
    precision = np.divide(hits, looked_at, out=np.zeros_like(hits), where=looked_at > 0)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    places = np.searchsorted(hits / truths, RECALLS, side="left")
    return np.append(envelope, 0.0)[np.minimum(places, len(envelope))]


def average_precision(correct: NDArray[np.bool_], truths: float, weights: Floats | None = None) -> float:
    """Area under the precision-recall curve by COCO's definition: the mean of ``precision_at_recalls``.

    Not the exact area (Pascal VOC from 2010 on): the sum over 101 recalls is what pycocotools gives, and what
    published figures are.

    Args:
        correct: (N,) whether each detection is a match, best score first.
        truths: how many items there are to be found.
        weights: (N,) how often each detection counts; once each when None.

    Returns:
        0 to 1; NaN where there is nothing to be found.
    """
    return float(precision_at_recalls(correct, truths, weights).mean())


def sensitivity_at(
    rates: Floats,
    items: Floats,
    alarms: Floats,
    clean: float,
    item_weights: Floats | None = None,
    alarm_weights: Floats | None = None,
) -> Floats:
    """Points of the free-response curve (FROC, Bunch et al. 1978): items found at set rates of false alarms.

    Args:
        rates: (K,) false alarms a clean scan that are allowed.
        items: (I,) score of the best box on each item; -1 where there is none.
        alarms: (F,) scores of all boxes on clean scans, in any order.
        clean: how many clean scans there are.
        item_weights: (I,) how often each item counts; once each when None.
        alarm_weights: (F,) how often each alarm counts; once each when None.

    Returns:
        (K,) share of items above the lowest cut that keeps to the rate; NaN without items or clean scans.
    """
    item_weights = np.ones(len(items)) if item_weights is None else item_weights
    alarm_weights = np.ones(len(alarms)) if alarm_weights is None else alarm_weights
    total = item_weights.sum()
    if total <= 0 or clean <= 0:
        return np.full(len(rates), math.nan)
    best_first = np.argsort(-alarms, kind="stable")
    raised = np.cumsum(alarm_weights[best_first])
    # The first alarm too many sets the cut; with none too many, every box is shown.
    first_too_many = np.searchsorted(raised, rates * clean + 1e-9, side="right")
    cuts = np.append(alarms[best_first], -1.0)[first_too_many]
    return np.asarray((item_weights * (items > cuts[:, None])).sum(axis=1) / total, np.float64)


def free_response_curve(items: Floats, alarms: Floats, clean: int) -> tuple[Floats, Floats]:
    """The corners of the free-response curve, from no box shown to all boxes shown.

    Args:
        items: (I,) score of the best box on each item; -1 where there is none.
        alarms: (F,) scores of all boxes on clean scans.
        clean: how many clean scans there are.

    Returns:
        (K,) false alarms a clean scan, rising, and (K,) share of items found there.
    """
    cuts = np.unique(items[items >= 0])[::-1]
    found = len(items) - np.searchsorted(np.sort(items), cuts, side="left")
    raised = len(alarms) - np.searchsorted(np.sort(alarms), cuts, side="left")
    return np.append(0.0, raised / clean), np.append(0.0, found / len(items))


@dataclass(frozen=True)
class ReliabilityBin:
    """Predictions of about one probability, and how often they were right.

    Attributes:
        low: its predictions lie from here on.
        high: up to here.
        count: how many predictions it holds.
        predicted: their mean probability.
        right: how often they were right, with its Wilson interval.
    """

    low: float
    high: float
    count: int
    predicted: float
    right: Interval


def reliability(
    probabilities: Floats, right: NDArray[np.bool_], bins: int = RELIABILITY_BINS
) -> tuple[ReliabilityBin, ...]:
    """The reliability diagram (Murphy and Winkler 1977) in bins of equal width; empty bins are left out.

    Args:
        probabilities: (N,) predictions in 0..1.
        right: (N,) whether each came true.
        bins: how many.
    """
    places = np.minimum((probabilities * bins).astype(np.int64), bins - 1)
    found = []
    for place in np.unique(places).tolist():
        inside = places == place
        count = int(inside.sum())
        rate = wilson(int(right[inside].sum()), count)
        found.append(ReliabilityBin(place / bins, (place + 1) / bins, count, float(probabilities[inside].mean()), rate))
    return tuple(found)


def calibration_error(bins: tuple[ReliabilityBin, ...]) -> float:
    """Expected calibration error (Naeini et al. 2015): the mean gap of the bins, by how much they hold.

    Raises:
        ValueError: there is no bin.
    """
    if not bins:
        raise ValueError("expected at least one prediction, got none")
    gaps = sum(one.count * abs(one.predicted - one.right.value) for one in bins)
    return gaps / sum(one.count for one in bins)


def weighted_calibration_error(
    probabilities: Floats, right: NDArray[np.bool_], weights: Floats, bins: int = RELIABILITY_BINS
) -> float:
    """The same error where predictions count differently, as they do in a resample.

    Args:
        probabilities: (N,) predictions in 0..1.
        right: (N,) whether each came true.
        weights: (N,) how often each counts.
        bins: of the reliability diagram.

    Returns:
        0 to 1; NaN where nothing counts.
    """
    total = weights.sum()
    if total <= 0:
        return math.nan
    places = np.minimum((probabilities * bins).astype(np.int64), bins - 1)
    gaps = np.bincount(places, weights * (probabilities - right), minlength=bins)
    return float(np.abs(gaps).sum() / total)


def calibration_error_by_chance(
    probabilities: Floats, bins: int = RELIABILITY_BINS, *, draws: int = 200, confidence: float = 0.95, seed: int = 0
) -> float:
    """The calibration error that perfect probabilities would stay below, with this confidence.

    With few predictions the error of perfect ones is not 0 (consistency resampling, Bröcker and Smith 2007): only what
    lies above this tells of bad calibration.

    Args:
        probabilities: (N,) predictions in 0..1; at least one.
        bins: of the reliability diagram.
        draws: how often outcomes are drawn.
        confidence: share of draws that stay below.
        seed: decides the draws.
    """
    generator = np.random.default_rng(seed)
    errors = [
        calibration_error(reliability(probabilities, generator.random(len(probabilities)) < probabilities, bins))
        for _ in range(draws)
    ]
    return float(np.quantile(errors, confidence))


def group_bootstrap(
    groups: int,
    statistics: Callable[[Floats], Floats],
    *,
    draws: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> tuple[Interval, ...]:
    """Statistics with percentile intervals from resampling whole groups.

    Args:
        groups: how many there are.
        statistics: (K,) values of K statistics when group i counts ``weights[i]`` times.
        draws: resamples; those in which a statistic is NaN do not count for it.
        confidence: of the intervals.
        seed: decides the resamples.

    Returns:
        One interval for each statistic.
    """
    generator = np.random.default_rng(seed)
    values = statistics(np.ones(groups))
    sampled = np.array(
        [
            statistics(np.bincount(generator.integers(0, groups, groups), minlength=groups).astype(np.float64))
            for _ in range(draws)
        ]
    )
    ends = [(1 - confidence) / 2, (1 + confidence) / 2]
    found = []
    for value, column in zip(values, sampled.T, strict=True):
        kept = column[~np.isnan(column)]
        low, high = np.quantile(kept, ends) if len(kept) else (math.nan, math.nan)
        found.append(Interval(float(value), float(low), float(high)))
    return tuple(found)
