"""Two rates that were measured on the same scans: how far the second may lie below the first.

What decides are the scans on which the two differ, and often there are none. Resampling then says that nothing can
change, which no finite number of scans can show. Tango's score interval stays honest there: without a single difference
in n scans its ends are z²/(n + z²) away from 0, close to the rule of three. (T. Tango, Equivalence test and confidence
interval for the difference in proportions for the paired-sample design, Statistics in Medicine 17, 1998.)
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from parcelray.models.statistics import Interval

# With fewer groups that hold a difference, how alike scans of one group are cannot be told.
FEWEST_TELLING_GROUPS = 10
_STEPS = 60
_MOST_PAIRS = 10_000_000


@dataclass(frozen=True)
class PairedCounts:
    """How often two tests of the same scans differ. Need not be whole numbers: scans of a group may count for fewer.

    Attributes:
        lost: scans on which only the first succeeded.
        gained: scans on which only the second did.
        pairs: all scans.

    Raises:
        ValueError: a number is negative, or more differ than there are.
    """

    lost: float
    gained: float
    pairs: float

    def __post_init__(self) -> None:
        if not (
            self.lost >= 0 and self.gained >= 0 and self.pairs > 0 and self.lost + self.gained <= self.pairs + 1e-9
        ):
            raise ValueError(f"expected 0 <= lost + gained <= pairs, got {self.lost}, {self.gained} of {self.pairs}")

    @property
    def difference(self) -> float:
        """Rate of the second less rate of the first."""
        return (self.gained - self.lost) / self.pairs

    def scaled_to(self, pairs: float) -> PairedCounts:
        """The same shares of another number of scans."""
        share = pairs / self.pairs
        return PairedCounts(self.lost * share, self.gained * share, pairs)


def score_interval(counts: PairedCounts, confidence: float = 0.95) -> Interval:
    """The difference of the rates, second less first, with Tango's score interval.

    Args:
        counts: what was measured.
        confidence: of both ends together; for a one-sided end of 95 %, 0.90.
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    low = _end(counts, z)
    # With the tests exchanged, the other end is the same with its sign turned.
    high = -_end(PairedCounts(counts.gained, counts.lost, counts.pairs), z)
    return Interval(counts.difference, low, high)


def _end(counts: PairedCounts, z: float) -> float:
    """The lowest difference that the counts do not contradict: the score falls as the difference rises."""
    below, above = -1.0, counts.difference
    for _ in range(_STEPS):
        middle = (below + above) / 2
        if _score(counts, middle) > z:
            below = middle
        else:
            above = middle
    return above


def _score(counts: PairedCounts, difference: float) -> float:
    """Tango's equation (10): how far the counts lie from a true difference, in standard errors."""
    lost, gained, pairs = counts.lost, counts.gained, counts.pairs
    # The most likely share of losses, were the difference true.
    a = 2 * pairs
    b = -gained - lost + (2 * pairs - gained + lost) * difference
    c = -lost * difference * (1 - difference)
    share_lost = (math.sqrt(max(0.0, b * b - 4 * a * c)) - b) / (2 * a)
    variance = pairs * (2 * share_lost + difference * (1 - difference))
    distance = gained - lost - pairs * difference
    if variance <= 0:
        return math.copysign(math.inf, distance) if distance else 0.0
    return distance / math.sqrt(variance)


def design_effect(changes: NDArray[np.int64], owners: NDArray[np.int64]) -> float:
    """How many scans weigh as much as one independent scan, since scans of a group are alike.

    The variance of the mean change with whole groups as units, against that with scans as units (Rao and Scott,
    A simple method for the analysis of clustered binary data, Biometrics 48, 1992). Where too few groups hold a
    change to measure it, scans of a group are taken for copies of each other (Kish's effect at full correlation),
    which is also the most that it can be.

    Args:
        changes: (N,) of each scan: 1 gained, -1 lost, 0 neither.
        owners: (N,) place of the group that each belongs to.

    Returns:
        1 or more.
    """
    sizes = np.bincount(owners)
    sizes = sizes[sizes > 0]
    worst = float((sizes**2).sum() / len(owners))
    if len(np.unique(owners[changes != 0])) < FEWEST_TELLING_GROUPS:
        return worst
    mean = changes.mean()
    residuals = np.bincount(owners, changes - mean)
    by_scan = float(((changes - mean) ** 2).sum())
    return min(worst, max(1.0, float((residuals**2).sum()) / by_scan)) if by_scan > 0 else worst


def pairs_needed(counts: PairedCounts, margin: float, confidence: float = 0.95) -> int | None:
    """How many scans it takes until the low end of the score interval lies above -margin, if shares stay as they are.

    For differences that are not rare it comes to z² (p_lost + p_gained - d²) / (d + margin)², the number that Liu,
    Hsueh, Hsieh and Chen give without its term for power (Tests for equivalence or non-inferiority for paired binary
    data, Statistics in Medicine 21, 2002). Chance moves the shares: half of the time it takes more.

    Args:
        counts: what was measured so far.
        margin: above 0.
        confidence: of both ends of the interval together.

    Returns:
        The number in all, those measured included; None where the difference itself is not above -margin, or it would
        take more than ten million.
    """
    if counts.difference <= -margin:
        return None
    z = NormalDist().inv_cdf((1 + confidence) / 2)

    def enough(pairs: int) -> bool:
        return _end(counts.scaled_to(pairs), z) > -margin

    most = 1
    while not enough(most):
        most *= 2
        if most > _MOST_PAIRS:
            return None
    least = most // 2
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (least, middle) if enough(middle) else (middle, most)
    return most
