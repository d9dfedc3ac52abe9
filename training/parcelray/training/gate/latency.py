"""Whether the candidate is fast enough: both look at the same scans in turn, in one process, on the same threads.

In turn, so that whatever else the machine does slows both alike; the median, so that a hiccup counts for nothing.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from parcelray.models.detector import Detector
from parcelray.training.gate.demands import LatencyDemands
from parcelray.training.gate.verdict import Check

NAME = "latency"
SCANS = 32
_ROUNDS = 3


def check_latency(
    pair: tuple[Detector, Detector], pictures: Sequence[NDArray[np.uint8]], threads: int, demands: LatencyDemands
) -> Check:
    """Compare the medians of a whole look at a scan, from pixels to boxes.

    Args:
        pair: champion and candidate.
        pictures: (H, W, 3) uint8 RGB of test scans.
        threads: that both were opened with.
        demands: of the gate.
    """
    for detector in pair:
        detector.warm_up()
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(_ROUNDS):
        for number, pixels in enumerate(pictures):
            # Who goes second finds the pixels in the cache.
            for which in (0, 1) if (turn + number) % 2 else (1, 0):
                began = time.perf_counter()
                pair[which].detect(pixels)
                taken[which].append(1000 * (time.perf_counter() - began))
    before, now = (float(np.median(times)) for times in taken)
    budget = max(demands.at_least_ms, demands.times * before)
    reason = f"{now:.1f} ms a scan, the champion {before:.1f}; the budget is {budget:.1f}"
    figures = {
        "champion_ms": round(before, 3),
        "candidate_ms": round(now, 3),
        "budget_ms": round(budget, 3),
        "looks": len(taken[0]),
        "threads": threads,
    }
    return Check(NAME, now <= budget, reason, figures)
