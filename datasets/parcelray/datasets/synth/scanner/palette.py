"""The tables of a palette: which column a pair of signals falls into, and which colour every column and row has."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.physics.beams import Beam
from parcelray.datasets.synth.scanner import calibration
from parcelray.datasets.synth.scanner.acquisition import residual_scatter
from parcelray.datasets.synth.scanner.calibration import MAX_HIGH, MAX_NUMBER, MIN_NUMBER, RATIOS, number_table
from parcelray.datasets.synth.scanner.profile import Detector, DyePalette

# Rows of the palette's table: mean attenuations from 0 to MAX_DEPTH.
MAX_DEPTH = 8.0
ROWS = 1024
# Columns of the palette's table: atomic numbers from MIN_NUMBER to MAX_NUMBER, then metal going over to opaque.
NUMBER_COLUMNS = 256
OPAQUE_COLUMNS = 32
COLUMNS = NUMBER_COLUMNS + OPAQUE_COLUMNS

# The floor of a signal: so many photons, standard deviations of the electronics, or multiples of the scatter. What is
# left of it there says nothing about the material, only that it is dense …
_LEAST_PHOTONS = 10.0
_NOISE_DEVIATIONS = 3.0
_SCATTER_MULTIPLE = 2.5
# … so from this far above the floor on metal is assumed, more and more.
_TO_METAL = 1.6


def floors(detector: Detector) -> tuple[float, float]:
    """The share of the air signal below which a signal says nothing, in the high and the low channel."""
    electronic = _NOISE_DEVIATIONS * detector.electronic_noise / min(detector.air_counts)
    scattered = _SCATTER_MULTIPLE * residual_scatter(detector)
    high, low = (max(_LEAST_PHOTONS / photons, electronic, scattered) for photons in detector.photons)
    return high, low


def columns_at(
    numbers: NDArray[np.float64],
    high: NDArray[np.float64],
    low: NDArray[np.float64],
    detector: Detector,
    palette: DyePalette,
) -> NDArray[np.float64]:
    """The palette's column for a signal; arguments broadcast.

    Args:
        numbers: effective atomic numbers.
        high: attenuations of the high channel, smoothed.
        low: attenuations of the low channel, smoothed.
        detector: of the scanner; says where its signal ends.
        palette: of the scanner.
    """
    floor_high, floor_low = (-float(np.log(floor)) for floor in floors(detector))
    starved = np.maximum(_ramp(low, floor_low - _TO_METAL, floor_low), _ramp(high, floor_high - _TO_METAL, floor_high))
    numbers = numbers + np.maximum(palette.mixed_to_metal[1] - numbers, 0.0) * starved
    columns = (numbers - MIN_NUMBER) * ((NUMBER_COLUMNS - 1) / (MAX_NUMBER - MIN_NUMBER))
    opaque = _ramp((high + low) / 2.0, *palette.opaque_range)
    return np.where(opaque > 0.0, NUMBER_COLUMNS + opaque * (OPAQUE_COLUMNS - 1), columns)


def colours_at(palette: DyePalette, depths: NDArray[np.float64], columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """The palette's colours; arguments broadcast.

    Args:
        palette: of the scanner.
        depths: mean attenuations, sharpened.
        columns: of the palette's table.

    Returns:
        (..., 3) RGB, 0 to 255.
    """
    depths, columns = depths[..., None], columns[..., None]
    organic, mixed, metal = (np.array(dye) for dye in (palette.organic, palette.mixed, palette.metal))
    numbers = MIN_NUMBER + columns * ((MAX_NUMBER - MIN_NUMBER) / (NUMBER_COLUMNS - 1))
    to_mixed = _ramp(numbers, *palette.organic_to_mixed)
    to_metal = _ramp(numbers, *palette.mixed_to_metal)
    dyes = organic + to_mixed * (mixed - organic) + to_metal * (metal - mixed)

    matter = palette.gain * np.maximum(depths - palette.toe, 0.0) ** palette.gamma
    colours = np.array(palette.air) * np.exp(-matter * dyes)
    colours = _blend(colours, palette.dark, _ramp(depths, *palette.dark_range))
    return _blend(colours, palette.opaque, _ramp(columns, NUMBER_COLUMNS, COLUMNS - 1))


@lru_cache(maxsize=32)
def column_table(beam: Beam, detector: Detector, palette: DyePalette) -> NDArray[np.float32]:
    """The palette's column for every high attenuation and ratio: float32, of the shape of ``number_table``."""
    high = np.linspace(0.0, MAX_HIGH, calibration.ROWS)[:, None]
    low = high * np.linspace(*RATIOS, calibration.COLUMNS)
    table = columns_at(number_table(beam).astype(np.float64), high, low, detector, palette).astype(np.float32)
    table.flags.writeable = False
    return table


@lru_cache(maxsize=32)
def palette_table(palette: DyePalette) -> NDArray[np.uint8]:
    """The palette as a picture, to be looked up with interpolation.

    Args:
        palette: of the scanner.

    Returns:
        (ROWS, COLUMNS, 3) uint8 RGB.
    """
    depths = np.linspace(0.0, MAX_DEPTH, ROWS)[:, None]
    table: NDArray[np.uint8] = np.rint(colours_at(palette, depths, np.arange(float(COLUMNS)))).astype(np.uint8)
    table.flags.writeable = False
    return table


def _ramp(values: NDArray[np.float64], start: float, end: float) -> NDArray[np.float64]:
    """0 below the start, 1 above the end, straight between."""
    return np.clip((values - start) / max(end - start, 1e-6), 0.0, 1.0)


def _blend(
    colours: NDArray[np.float64], other: tuple[int, int, int], share: NDArray[np.float64]
) -> NDArray[np.float64]:
    return colours + share * (np.array(other, dtype=np.float64) - colours)
