"""What flat areas, columns and edges of a raw channel tell of its detector.

All signals are shares of the air level. Noise is measured along columns, where the columns' uneven gain drops out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

# Noise is a pixel less the mean of those two rows before and after it, which slopes do not change …
_LAG = 2
_GAIN = float(np.sqrt(1.5))
# … in areas where the smoothed signal changes by no more than these, as a share of it and of air, from row to row.
_SMOOTHING = 2.0
_SLOPES = (0.004, 0.0002)
_SAMPLES = 40_000
# Signals are sorted into bins, each needing so many pixels; air is what is this close to its level.
_BINS = np.geomspace(5e-4, 0.5, 22)
_MIN_PIXELS = 400
_AIR_WIDTH = 0.03
# How far the noise of dense things may be off, as a share of its variance, by all that is not chance.
_MODEL_ERROR = 0.05
# Signals of fewer standard deviations than this are cut off at 0, which makes their noise look less.
_CUT_OFF = 4.0
# What is further off than this many standard deviations is no noise.
_OUTLIER = 3.5
# The fewest photons' worth of noise that can be told from none.
_MIN_VARIANCE = 1e-7

_MIN_ROWS, _MIN_COLUMNS = 30, 20
# An edge is a step of this share of air at least, between plateaus this far from it, which are this even.
_MIN_STEP = 0.25
_NEAR, _FAR = 4, 7
_EVEN = 0.06
_MIN_EDGES = 40
# Of all edges the steep ones show the blur; the steepest of all are so by chance.
_STEEP = 90.0
_SPREADS = np.arange(0.3, 2.51, 0.02)


@dataclass(frozen=True, eq=False)
class Noise:
    """Variance of the noise against the signal, both as shares of air and its square.

    Attributes:
        air: mean level in counts.
        step: of the converter, in counts.
        variance: in air, without that of the converter's steps.
        signals: (N,) of the bins that hold enough pixels.
        variances: (N,) likewise.
        pixels: (N,) in each bin.
    """

    air: float
    step: int
    variance: float
    signals: NDArray[np.float64]
    variances: NDArray[np.float64]
    pixels: NDArray[np.int64]

    @property
    def in_air(self) -> float:
        """Standard deviation in air."""
        return float(np.sqrt(self.variance))

    @classmethod
    def pooled(cls, samples: Sequence[NDArray[np.float32]], air: float, step: int) -> Noise:
        """From the samples of many scans.

        Args:
            samples: as ``measure_noise`` gives them.
            air: mean level in counts.
            step: of the converter, in counts.
        """
        signal, noise = np.concatenate(samples, axis=1).astype(np.float64)
        rounding = step**2 / 12.0 / air**2
        in_air = noise[np.abs(signal - 1.0) < _AIR_WIDTH]
        variance = max(_MIN_VARIANCE, _robust_variance(in_air, step / air) - rounding)
        places = np.digitize(signal, _BINS)
        chosen = [members for place in range(1, len(_BINS)) if (members := places == place).sum() >= _MIN_PIXELS]
        return cls(
            air,
            step,
            variance,
            np.array([signal[members].mean() for members in chosen]),
            np.array([_robust_variance(noise[members], step / air) - rounding for members in chosen]),
            np.array([members.sum() for members in chosen], dtype=np.int64),
        )


def is_air(share: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Where air is, whatever the noise.

    Args:
        share: (H, W) float32 signal as a share of air.

    Returns:
        (H, W) of bool.
    """
    air: NDArray[np.bool_] = np.abs(_smooth(share) - 1.0) < _AIR_WIDTH
    return air


def _smooth(share: NDArray[np.float32]) -> NDArray[np.float32]:
    return cast("NDArray[np.float32]", cv2.GaussianBlur(share, (0, 0), _SMOOTHING))


def measure_noise(share: NDArray[np.float32], full_scale: float) -> NDArray[np.float32]:
    """Signal and noise of the pixels in flat areas.

    Args:
        share: (H, W) float32 signal as a share of air.
        full_scale: the largest signal that the counter can hold, likewise.

    Returns:
        (2, N) float32: the signal around a pixel, and the pixel's noise.
    """
    height, width = share.shape
    if height <= 2 * _LAG or width <= 2 * _LAG:
        return np.empty((2, 0), np.float32)
    smooth = _smooth(share)
    slope = cv2.magnitude(
        cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=0.125)
    )
    flat = (slope < _SLOPES[0] * smooth + _SLOPES[1]) & (share > 0.0) & (share < full_scale)
    flat = cv2.erode(flat.astype(np.uint8), np.ones((2 * _LAG + 1, 2 * _LAG + 1), np.uint8)).astype(bool)
    noise = (share[_LAG:-_LAG] - (share[: -2 * _LAG] + share[2 * _LAG :]) / 2.0) / np.float32(_GAIN)
    inner = flat[_LAG:-_LAG]
    found = np.stack([smooth[_LAG:-_LAG][inner], noise[inner]])
    stride = max(1, found.shape[1] // _SAMPLES)
    sampled: NDArray[np.float32] = found[:, ::stride]
    return sampled


def _robust_variance(noise: NDArray[np.float64], step: float) -> float:
    """Variance without the pixels that something else than noise has moved."""
    if noise.size == 0:
        return 0.0
    limit = _OUTLIER * max(1.4826 * float(np.median(np.abs(noise))), step)
    return float(np.mean(noise[np.abs(noise) <= limit] ** 2))


def fit_electronic_noise(noises: Sequence[Noise], fallback: float) -> float:
    """Electronic noise in counts: what is left of the noise of dense things when that of their photons is taken off.

    With ``v(s) = s / photons + e**2``, ``v(s) - s * v(1)`` is ``e**2 * (1 - s)``. Structure can only add to it, so the
    bin counts that gives the lowest upper bound.

    Args:
        noises: of the channels.
        fallback: taken unless the dense things contradict it.
    """
    squares: list[float] = []
    errors: list[float] = []
    for noise in noises:
        whole = noise.signals > _CUT_OFF * np.sqrt(np.maximum(0.0, noise.variances))
        signals, variances, pixels = noise.signals[whole], noise.variances[whole], noise.pixels[whole]
        scale = noise.air**2 / (1.0 - signals)
        squares.extend((variances - signals * noise.variance) * scale)
        errors.extend(np.sqrt(2.0 / pixels + _MODEL_ERROR**2) * variances * scale)
    if not squares:
        return fallback
    square, error = min(zip(squares, errors, strict=True), key=lambda bin_: bin_[0] + 2.0 * bin_[1])
    if abs(fallback**2 - square) <= 2.0 * error:
        return fallback
    return float(np.sqrt(max(0.0, square)))


def fit_photons(noise: Noise, electronic: float) -> float:
    """Photons that a pixel counts in air.

    Args:
        noise: of the channel.
        electronic: standard deviation of the electronic noise in counts.
    """
    return 1.0 / max(_MIN_VARIANCE, noise.variance - (electronic / noise.air) ** 2)


def measure_stripes(share: NDArray[np.float32]) -> NDArray[np.float64]:
    """How much neighbouring columns differ in air, and how much of that noise explains.

    Args:
        share: (H, W) float32 signal as a share of air.

    Returns:
        (2, N): squared differences of neighbouring columns, and the part that is to be expected from noise.
    """
    air = is_air(share)
    both = air[:, 1:] & air[:, :-1]
    rows = both.sum(axis=0)
    enough = rows >= _MIN_ROWS
    difference = np.where(both, share[:, 1:] - share[:, :-1], 0.0)[:, enough].astype(np.float64)
    mean = difference.sum(axis=0) / rows[enough]
    variance = (difference**2).sum(axis=0) / rows[enough] - mean**2
    return np.stack([mean**2, variance / rows[enough]])


def fit_stripe(stripes: Sequence[NDArray[np.float64]], fallback: float) -> float:
    """Standard deviation of the columns' gain.

    Args:
        stripes: as ``measure_stripes`` gives them.
        fallback: taken when too few columns are in air.
    """
    squared, expected = np.concatenate(stripes, axis=1)
    if squared.size < _MIN_COLUMNS:
        return fallback
    usual = squared <= _OUTLIER**2 * 1.4826**2 * np.median(squared)
    return float(np.sqrt(max(0.0, np.mean(squared[usual] - expected[usual]) / 2.0)))


def measure_edges(share: NDArray[np.float32], noise: float) -> NDArray[np.float64]:
    """The share of each clean edge's step that lies between two neighbouring pixels.

    Args:
        share: (H, W) float32 signal as a share of air.
        noise: its standard deviation in air.

    Returns:
        (N,) for the edges along both axes.
    """
    return np.concatenate([_edges_along_rows(share, noise), _edges_along_rows(share.T, noise)])


def _edges_along_rows(share: NDArray[np.float32], noise: float) -> NDArray[np.float64]:
    if share.shape[1] < 2 * _FAR + 2:
        return np.empty(0)
    steepness = np.diff(share, axis=1)
    columns = np.arange(_FAR, share.shape[1] - _FAR - 1)
    rows, places = np.nonzero(np.abs(steepness[:, columns]) > _MIN_STEP / 10.0)
    places += _FAR
    # (N, 2 * FAR + 2): the pixels around each candidate, which lies between the middle two.
    around = share[rows[:, None], places[:, None] + np.arange(-_FAR, _FAR + 2)]
    before, after = around[:, : _FAR - _NEAR + 1], around[:, _FAR + _NEAR + 1 :]
    step = after.mean(axis=1) - before.mean(axis=1)
    allowed = _EVEN * np.abs(step) + 4.0 * noise
    steep = np.diff(around, axis=1)
    clean = (
        (np.abs(step) > _MIN_STEP)
        & (np.abs(steep).argmax(axis=1) == _FAR)
        & (steep[:, _FAR] * step > 0.0)
        & (np.ptp(before, axis=1) < allowed)
        & (np.ptp(after, axis=1) < allowed)
        & (np.ptp(around, axis=1) < np.abs(step) + allowed)
    )
    peaks: NDArray[np.float64] = (steep[clean, _FAR] / step[clean]).astype(np.float64)
    return peaks


def fit_point_spread(edges: NDArray[np.float64], fallback: float) -> float:
    """Standard deviation of the blur, in pixels, that makes a sharp step as steep as the steep ones are.

    Args:
        edges: as ``measure_edges`` gives them.
        fallback: taken when there are too few.
    """
    if edges.size < _MIN_EDGES:
        return fallback
    # OpenCV blurs float images with kernels of this size.
    peaks = [float(cv2.getGaussianKernel(round(8 * spread + 1) | 1, spread).max()) for spread in _SPREADS]
    return float(np.interp(np.percentile(edges, _STEEP), peaks[::-1], _SPREADS[::-1]))
