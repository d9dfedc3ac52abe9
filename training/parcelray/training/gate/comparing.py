"""How far a rate may have fallen from champion to candidate, and how many more scans would tell.

The interval's ends are those of two methods, whichever are the further out. Resampling whole groups knows what the
rates' cuts owe to chance, and how alike scans of a group are, but nothing of what did not happen: where no scan
differs, it sees no doubt at all. Tango's score interval knows just that (``parcelray.models.paired``); scans of a group
count there for as many as their design effect leaves.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parcelray.models.paired import PairedCounts, design_effect, pairs_needed, score_interval
from parcelray.models.statistics import Interval

# Each end alone is left of the truth with 95 %: only a fall is feared, so only one end decides.
CONFIDENCE = 0.90


@dataclass(frozen=True)
class Comparison:
    """A rate of both models on the same scans.

    Attributes:
        scans: that it was measured on.
        champion: of these, how many the champion succeeded on.
        candidate: how many the candidate did.
        lost: on how many the champion alone did.
        gained: on how many the candidate alone did.
        difference: candidate less champion; each end holds with 95 %.
        tolerance: by how much it may fall.
        needed: scans in all that would tell, if the shares stay as they are; None where it has fallen too far for that.
    """

    scans: int
    champion: int
    candidate: int
    lost: int
    gained: int
    difference: Interval
    tolerance: float
    needed: int | None

    @property
    def held(self) -> bool:
        """Whether a fall by more than the tolerance can be excluded."""
        return self.difference.low > -self.tolerance

    @property
    def more_needed(self) -> int | None:
        """How many more scans would tell; None where none are needed, or none would help."""
        return None if self.held or self.needed is None else max(1, self.needed - self.scans)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "scans": self.scans,
            "champion": self.champion,
            "candidate": self.candidate,
            "lost": self.lost,
            "gained": self.gained,
            "difference": self.difference.as_dict(),
            "tolerance": self.tolerance,
            "held": self.held,
            "more_needed": self.more_needed,
        }


def compare(
    champion: NDArray[np.bool_],
    candidate: NDArray[np.bool_],
    owners: NDArray[np.int64],
    resampled: Interval,
    tolerance: float,
) -> Comparison:
    """Compare a rate of both.

    Args:
        champion: (N,) on which scans it succeeded.
        candidate: (N,) on which it did.
        owners: (N,) place of the group of each scan.
        resampled: the difference of the rates with its interval from resampling groups, at ``CONFIDENCE``.
        tolerance: by how much the rate may fall.
    """
    changes = candidate.astype(np.int64) - champion.astype(np.int64)
    lost, gained, scans = int((changes < 0).sum()), int((changes > 0).sum()), len(changes)
    effect = design_effect(changes, owners)
    counts = PairedCounts(lost, gained, scans).scaled_to(scans / effect)
    by_score = score_interval(counts, CONFIDENCE)
    difference = Interval(counts.difference, min(by_score.low, resampled.low), max(by_score.high, resampled.high))
    return Comparison(
        scans,
        int(champion.sum()),
        int(candidate.sum()),
        lost,
        gained,
        difference,
        tolerance,
        _needed(counts, effect, resampled, tolerance),
    )


def needed_unseen(tolerance: float) -> int:
    """How many scans it takes to exclude a fall where none differs: the least that is ever enough."""
    needed = pairs_needed(PairedCounts(0, 0, 1), tolerance, CONFIDENCE)
    if needed is None:
        raise ValueError(f"expected a tolerance that can be proved, got {tolerance}")
    return needed


def _needed(counts: PairedCounts, effect: float, resampled: Interval, tolerance: float) -> int | None:
    by_score = pairs_needed(counts, tolerance, CONFIDENCE)
    if by_score is None:
        return None
    # A resampled interval narrows with the root of the number of groups.
    room = resampled.value + tolerance
    by_resampling = counts.pairs * ((resampled.value - resampled.low) / room) ** 2 if room > 0 else 0.0
    return math.ceil(effect * max(by_score, by_resampling + 1))
