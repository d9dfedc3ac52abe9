"""From transmission to counts: blur, scatter, afterglow, photon noise and the faults of a real detector.

Everything happens on the scale where air is 1 and in place, since a scan is three hundred thousand pixels twice.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.scanner.chance import normal_field
from parcelray.datasets.synth.scanner.profile import AIR_BITS, Detector, ScannerProfile

# Scatter spreads so wide that a coarse picture of it will do.
_SCATTER_SCALE = 8
_SCATTER_SIGMA = 6.0
# A row that was read at a wrong exposure is darker by this share.
_GLITCH_DEPTHS = (0.004, 0.02)
FULL_SCALE = (1 << AIR_BITS) - 1


def acquire(transmission: NDArray[np.float32], profile: ScannerProfile, rng: np.random.Generator) -> NDArray[np.uint16]:
    """Detect what gets through.

    Args:
        transmission: (2, H, W) float32, high and low; 1 is air. Rows follow one another along the belt.
        profile: of the scanner.
        rng: the source of chance; its state decides the noise.

    Returns:
        (2, H, W) uint16 counts on a scale of 65536, high and low.
    """
    detector = profile.detector
    signal = np.ascontiguousarray(transmission, dtype=np.float32).copy()
    for channel, photons in zip(signal, detector.photons, strict=True):
        air = rng.uniform(*detector.air_counts)
        _add_scatter(channel, residual_scatter(detector))
        if detector.point_spread > 0.0:
            cv2.GaussianBlur(channel, (0, 0), detector.point_spread, dst=channel)
        _add_afterglow(channel, detector.afterglow)
        _add_noise(channel, photons, detector.electronic_noise / air, rng)
        channel *= np.float32(air)
    _add_faults(signal, detector, rng)
    return _count(signal, detector.bit_depth)


def residual_scatter(detector: Detector) -> float:
    """The scatter that is left in the signal, as a share of that in air.

    It decides how thick steel may be: scatter has about the same share in both channels, so a pixel that sees little
    else looks as if it held something light. A few per mille of it colour thick steel orange.
    """
    return detector.scatter * (1.0 - detector.scatter_corrected)


def _add_scatter(channel: NDArray[np.float32], share: float) -> None:
    if share <= 0.0:
        return
    height, width = channel.shape
    coarse_size = (max(1, width // _SCATTER_SCALE), max(1, height // _SCATTER_SCALE))
    coarse = cv2.resize(channel, coarse_size, interpolation=cv2.INTER_AREA)
    coarse = cv2.GaussianBlur(coarse, (0, 0), _SCATTER_SIGMA)
    wide = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    cv2.scaleAdd(wide, share, channel, dst=channel)


def _add_afterglow(channel: NDArray[np.float32], share: float) -> None:
    """Each row keeps a share of the one before it."""
    if share <= 0.0:
        return
    before = channel[:-1].copy()
    channel[1:] += np.float32(share) * (before - channel[1:])


def _add_noise(channel: NDArray[np.float32], photons: float, electronic: float, rng: np.random.Generator) -> None:
    """Photon noise as a Gaussian of the Poisson distribution's variance, and that of the electronics."""
    deviation = np.maximum(channel, np.float32(0.0))
    deviation *= np.float32(1.0 / photons)
    deviation += np.float32(electronic**2)
    cv2.sqrt(deviation, dst=deviation)
    deviation *= normal_field((channel.shape[0], channel.shape[1]), rng)
    channel += deviation


def _add_faults(signal: NDArray[np.float32], detector: Detector, rng: np.random.Generator) -> None:
    """What calibration leaves: uneven columns, columns that are dead, rows of a wrong exposure."""
    _, height, width = signal.shape
    if detector.stripe > 0.0:
        signal *= 1.0 + np.float32(detector.stripe) * rng.standard_normal((2, 1, width), dtype=np.float32)
    if width > 2:
        for column in rng.integers(1, width - 1, rng.poisson(detector.dead_columns)):
            signal[:, :, column] = (signal[:, :, column - 1] + signal[:, :, column + 1]) / 2.0
    for row in rng.integers(0, height, rng.poisson(detector.row_glitches)):
        signal[:, row] *= np.float32(1.0 - rng.uniform(*_GLITCH_DEPTHS))


def _count(signal: NDArray[np.float32], bit_depth: int) -> NDArray[np.uint16]:
    """Round to the steps of the converter."""
    step = 1 << (AIR_BITS - bit_depth)
    if step > 1:
        signal /= np.float32(step)
        np.rint(signal, out=signal)
        signal *= np.float32(step)
    else:
        signal += np.float32(0.5)
    np.clip(signal, 0.0, FULL_SCALE, out=signal)
    return signal.astype(np.uint16)
