"""The statistics that training and serving share: intervals, average precision, resampling by group.

Scans of one parcel, or of neighbours on one belt, are alike: they are never independent draws. So intervals of
average precision come from resampling whole groups (cluster bootstrap, Field and Welsh 2007).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

# COCO reads precision at these recalls.
_RECALLS = np.linspace(0.0, 1.0, 101)


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


def average_precision(correct: NDArray[np.bool_], truths: float, weights: NDArray[np.float64] | None = None) -> float:
    """Area under the precision-recall curve as COCO reads it: the envelope of precision at 101 recalls.

    Args:
        correct: (N,) whether each detection is a match, best score first.
        truths: how many items there are to be found.
        weights: (N,) how often each detection counts; once each when None.

    Returns:
        0 to 1; NaN where there is nothing to be found.
    """
    if truths <= 0:
        return math.nan
    counts = np.ones(len(correct)) if weights is None else weights
    hits = np.cumsum(counts * correct)
    looked_at = np.cumsum(counts)
    recall = hits / truths
    precision = np.divide(hits, looked_at, out=np.zeros_like(hits), where=looked_at > 0)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    places = np.searchsorted(recall, _RECALLS, side="left")
    return float(np.append(envelope, 0.0)[np.minimum(places, len(envelope))].mean())


def group_bootstrap(
    groups: Sequence[str],
    statistic: Callable[[NDArray[np.float64]], float],
    *,
    draws: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> Interval:
    """A statistic with a percentile interval from resampling whole groups.

    Args:
        groups: names of the groups, each once.
        statistic: value of the statistic when group i counts ``weights[i]`` times.
        draws: resamples; those in which the statistic is NaN do not count.
        confidence: of the interval.
        seed: decides the resamples.
    """
    generator = np.random.default_rng(seed)
    count = len(groups)
    value = statistic(np.ones(count))
    sampled = [
        statistic(np.bincount(generator.integers(0, count, count), minlength=count).astype(np.float64))
        for _ in range(draws)
    ]
    kept = np.array([one for one in sampled if not math.isnan(one)])
    if not len(kept):
        return Interval(value, math.nan, math.nan)
    low, high = np.quantile(kept, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(value, float(low), float(high))
