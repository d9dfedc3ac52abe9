"""Pixels of generated scans, as a palette reads them: what a palette is fitted on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.scanner.calibration import effective_numbers
from parcelray.datasets.synth.scanner.colouring import attenuations, depth_and_detail, presence, sharpest, smooth
from parcelray.datasets.synth.scanner.palette import MAX_DEPTH, colours_at, columns_at
from parcelray.datasets.synth.scanner.profile import DyePalette, ScannerProfile

_SAMPLES = 3_000
# The pixels of a block, from its middle; and the blur, in pixels, that JPEG brings at least.
_ROWS, _PLACES = (axis.ravel() - 1 for axis in np.indices((3, 3)))
_LEAST_BLUR = 0.4
_TINY = 1e-3


@dataclass(frozen=True, eq=False)
class Samples:
    """Blocks of three by three pixels of generated scans, as the palette reads them: (N, 9) each.

    A block, since neither screen nor JPEG keep the colours of single pixels.

    Attributes:
        depths: mean attenuations, sharpened.
        numbers: effective atomic numbers.
        high: smoothed attenuations of the high channel.
        low: smoothed attenuations of the low channel.
    """

    depths: NDArray[np.float64]
    numbers: NDArray[np.float64]
    high: NDArray[np.float64]
    low: NDArray[np.float64]


def sample_signals(scans: Sequence[NDArray[np.uint16]], profile: ScannerProfile, palette: DyePalette) -> Samples:
    """Blocks with something in the way, the same number from each scan.

    Args:
        scans: (2, H, W) uint16 counts each, of that scanner.
        profile: of the scanner.
        palette: its blurs, which the fit leaves alone.
    """
    rng = np.random.default_rng(2)
    each = -(-_SAMPLES // len(scans))
    columns: list[list[NDArray[np.float64]]] = []
    for counts in scans:
        high, low = attenuations(counts, profile)
        depth, detail = depth_and_detail(high, low, palette)
        coarse_high, coarse_low = (smooth(matter, palette.material_smoothing) for matter in (high, low))
        there = presence(coarse_high, coarse_low, palette)
        inner = sharpest(high, coarse_high, palette)
        numbers = effective_numbers(coarse_high, coarse_low, profile.beam, inner)
        # The ratio of the smoothed signals holds for the larger attenuation too.
        coarse_low *= inner / np.maximum(coarse_high, np.float32(_TINY))
        # Not at the edge of things, where JPEG rings: nor are colours of real scans taken there.
        solid = cv2.erode((there > 0.0).astype(np.uint8), np.ones((3, 3), np.uint8))
        solid[[0, -1]] = solid[:, [0, -1]] = 0
        present = np.flatnonzero(solid)
        if len(present) == 0:
            continue
        rows, places = np.divmod(rng.choice(present, each), solid.shape[1])
        block = rows[:, None] + _ROWS, places[:, None] + _PLACES
        fields = ((depth + detail) * there, numbers, inner, coarse_low)
        columns.append([field[block].astype(np.float64) for field in fields])
    return Samples(*(np.concatenate(column) for column in zip(*columns, strict=True)))


def colour_samples(samples: Samples, profile: ScannerProfile, palette: DyePalette) -> NDArray[np.float64]:
    """The colours of the blocks' middles, as the screen blurs them: (N, 3)."""
    columns = columns_at(samples.numbers, samples.high, samples.low, profile.detector, palette)
    colours = colours_at(palette, np.clip(samples.depths, 0.0, MAX_DEPTH), columns)
    weights = np.exp(-(_ROWS**2 + _PLACES**2) / (2.0 * max(palette.display_blur, _LEAST_BLUR) ** 2))
    blurred: NDArray[np.float64] = np.einsum("nbc,b->nc", colours, weights / weights.sum())
    return blurred
