"""Raw detector counts: the air level, the attenuation, and what a single-energy view looks like as 8-bit grey.

A scanner counts X-rays. Where nothing is in the way it counts the air level; an object lets through the share
``counts / air`` of them, and ``-ln`` of that share is the attenuation: the quantity that adds up along a ray.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# The level is sought on a sample of this many pixels at most: a plateau that matters is seen in the sample too.
_SAMPLE_PIXELS = 65_536
# Counts that differ by less than a bin are one level. Detector noise and column stripes are about 1 % of the air level.
_BIN_WIDTH = 0.01
# A level counts as a plateau when it holds this share of the pixels: more than hot pixels, broken columns or the bright
# seams that a scanner's own sharpening leaves around things ever do.
_PLATEAU_SHARE = 0.025
# Attenuations above this are noise even for a good scanner (e^-7 is a thousandth of the air level).
MAX_ATTENUATION = 7.0

# Single-energy rendering: brightness = exp(-depth * attenuation ** gamma). A gamma below 1 lifts thin things, as
# operators' screens do, so that cloth and cardboard can be seen beside metal.
GREY_DEPTH = 1.0
GREY_GAMMA = 0.8
# Attenuation below this is the noise of air, shown as white.
AIR_NOISE = 0.02


def guess_air(counts: NDArray[np.uint16]) -> float:
    """The air level, guessed as the brightest plateau of the view.

    Single pixels above it (hot pixels) don't count, and things darker than air (belt, tray) are plateaus below it.
    Where no air is in view the guess is the level of the thinnest large thing: all then looks thinner than it is.

    Args:
        counts: (H, W) uint16.

    Returns:
        The level in counts, at least 1.
    """
    stride = max(1, int(np.sqrt(counts.size / _SAMPLE_PIXELS)))
    sample = counts[::stride, ::stride].ravel()
    logs = np.log(np.maximum(sample, 1).astype(np.float32))
    bins = (logs / _BIN_WIDTH).astype(np.int64)
    # A plateau is as wide as its noise: count each bin together with its neighbours.
    padded = np.pad(np.bincount(bins), 2)
    filled = padded[:-2] + padded[1:-1] + padded[2:]
    inner = filled[1:-1]
    is_peak = (inner >= filled[:-2]) & (inner >= filled[2:]) & (inner >= _PLATEAU_SHARE * sample.size)
    if not is_peak.any():
        return float(max(1.0, np.percentile(sample, 99.0)))
    peak = int(np.flatnonzero(is_peak)[-1])
    return float(max(1.0, np.median(sample[np.abs(bins - peak) <= 2])))


def attenuation(counts: NDArray[np.uint16], air: float) -> NDArray[np.float32]:
    """``ln(air / counts)``, never below 0 nor above ``MAX_ATTENUATION``.

    Args:
        counts: (H, W) uint16.
        air: the air level in counts.

    Returns:
        (H, W) float32.
    """
    levels = np.maximum(np.arange(65_536, dtype=np.float64), 0.5)
    table = np.clip(np.log(air / levels), 0.0, MAX_ATTENUATION).astype(np.float32)
    return np.take(table, counts)


def grey_from_counts(counts: NDArray[np.uint16], air: float) -> NDArray[np.uint8]:
    """A single-energy view as 8-bit grey: air is white, what lets nothing through is black.

    Args:
        counts: (H, W) uint16.
        air: the air level in counts.

    Returns:
        (H, W) uint8.
    """
    every_count = np.arange(65_536, dtype=np.uint16)
    matter = np.maximum(attenuation(every_count, air) - AIR_NOISE, 0.0)
    table = np.rint(255.0 * np.exp(-GREY_DEPTH * matter**GREY_GAMMA)).astype(np.uint8)
    return np.take(table, counts)
