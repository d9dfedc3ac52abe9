"""Dual-energy colouring: a raw high/low pair becomes the pseudo-colour picture that operators and the detector read.

Scanners differ in how far apart their two energies are. A two-layer detector behind one tube (most belt scanners)
separates them little; a tube that switches its voltage separates them about twice as much, so that its plastic would
look like glass to a fixed table. The *separation* is therefore read off the view itself: nothing common is heavier than
steel, nothing in a parcel is lighter than plastic and paper, and both ends are known for a two-layer scanner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.imaging.palette import (
    COLUMNS,
    MAX_EXCESS,
    ROWS,
    WEDGE_ATTENUATION,
    WEDGE_EXCESS,
    pseudo_colour_table,
)
from parcelray.datasets.imaging.transmission import MAX_ATTENUATION, attenuation, guess_air

# Smoothing (pixels) before the two energies are compared: their ratio is far noisier than either.
RATIO_SIGMA = 1.2
RATIO_TAPS = 5
# How much of the fine detail that the smoothing took away is added to the brightness, as operators' screens do.
SHARPENING = 1.5
# The ratio means nothing where hardly any X-rays are missing.
MIN_HIGH = 0.02

# The separation, as a multiple of a two-layer scanner's: from that (1) to a voltage-switching tube (80/160 kV: 2.2).
_SEPARATIONS = (1.0, 2.2)
_SAMPLE_PIXELS = 65_536
# So many pixels of matter at least, or nothing is concluded.
_MIN_EVIDENCE = 200
# Thinner than this the ratio is noise, thicker it loses its contrast. Heavy things are never as thin as light ones.
_LIGHT_DEPTHS = (0.15, 2.5)
_HEAVY_DEPTHS = (0.6, 2.5)
# The heaviest matter counts as steel from this share of a two-layer scanner's steel on …
_STEEL_LIKE = 0.95
# … and the lightest as organic up to this multiple of its acrylic (on the most separated scanner, water is at 2.4).
_ORGANIC_LIKE = 2.8


@dataclass(frozen=True, eq=False)
class DualColour:
    """A coloured pair, and what it was coloured with.

    Attributes:
        pixels: (H, W, 3) uint8 RGB.
        air: the air levels of the high and the low channel, in counts.
        air_guessed: the levels were guessed from the view, not given.
        separation: how far apart the scanner's energies are; 1 is a two-layer detector.
    """

    pixels: NDArray[np.uint8]
    air: tuple[float, float]
    air_guessed: bool
    separation: float


def colour_dual(
    high: NDArray[np.uint16], low: NDArray[np.uint16], *, air: tuple[float, float] | None = None
) -> DualColour:
    """Colour a raw pair: orange organic, green mixed or light metal, blue metal, black where nothing comes through.

    Args:
        high: (H, W) uint16 counts of the high-energy channel.
        low: (H, W) uint16 counts of the low-energy channel.
        air: the counts of high and low where nothing is in the way; guessed for each channel when not given.

    Returns:
        The picture and what it was made with.
    """
    levels = air or (guess_air(high), guess_air(low))
    high_matter = attenuation(high, levels[0])
    low_matter = attenuation(low, levels[1])
    smooth_high, smooth_low = _smooth(high_matter), _smooth(low_matter)
    separation = estimate_separation(smooth_high, smooth_low)

    # excess = (low / high - 1) / separation, as a column of the palette; in OpenCV's arithmetic, which is faster
    # here than numpy's.
    columns = cv2.divide(smooth_low, np.maximum(smooth_high, np.float32(MIN_HIGH)))
    scale = (COLUMNS - 1) / (MAX_EXCESS * separation)
    columns = cv2.addWeighted(columns, scale, columns, 0.0, -scale)
    # brightness = mean + sharpening * (mean - smooth mean), as a row of the palette.
    scale = (ROWS - 1) / MAX_ATTENUATION / 2.0
    rows = cv2.add(high_matter, low_matter)
    smooth = cv2.add(smooth_high, smooth_low)
    rows = cv2.addWeighted(rows, scale * (1.0 + SHARPENING), smooth, -scale * SHARPENING, 0.0)

    pixels = cv2.remap(pseudo_colour_table(), columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return DualColour(cast("NDArray[np.uint8]", pixels), levels, air is None, separation)


def measure_dual(high: NDArray[np.uint16], low: NDArray[np.uint16]) -> tuple[tuple[float, float], float]:
    """What ``colour_dual`` reads off a pair before it colours it, for whoever colours it elsewhere.

    Args:
        high: (H, W) uint16 counts of the high-energy channel.
        low: (H, W) uint16 counts of the low-energy channel.

    Returns:
        The air levels of high and low, in counts, and the separation.
    """
    levels = guess_air(high), guess_air(low)
    smooth_high, smooth_low = _smooth(attenuation(high, levels[0])), _smooth(attenuation(low, levels[1]))
    return levels, estimate_separation(smooth_high, smooth_low)


def estimate_separation(high: NDArray[np.float32], low: NDArray[np.float32]) -> float:
    """How far apart the two energies of the scanner are, read off one view.

    Steel in the view sets it: a zip, a key or a screw is enough. Without any, the lightest matter does (carton, paper,
    cloth). Steel comes first because the light end misleads more often: coated cloth is not as light as paper. A view
    that shows neither is taken for a two-layer scanner's. What this gets wrong: a view of a voltage-switching scanner
    with much aluminium and no heavier metal looks like steel of a two-layer scanner, so its paper turns green.

    Args:
        high: (H, W) float32 attenuation of the high channel, smoothed.
        low: (H, W) float32 attenuation of the low channel, smoothed.

    Returns:
        A multiple of the separation of a two-layer detector, from 1 to 2.2.
    """
    stride = max(1, int(np.sqrt(high.size / _SAMPLE_PIXELS)))
    high, low = high[::stride, ::stride], low[::stride, ::stride]
    heavy = _compare(high, low, "steel", _HEAVY_DEPTHS)
    if len(heavy) >= _MIN_EVIDENCE:
        heaviest = float(np.percentile(heavy, 99.0))
        if heaviest >= _STEEL_LIKE:
            return float(np.clip(heaviest, *_SEPARATIONS))
    light = _compare(high, low, "acrylic", _LIGHT_DEPTHS)
    if len(light) >= _MIN_EVIDENCE:
        lightest = float(np.percentile(light, 5.0))
        if lightest <= _ORGANIC_LIKE:
            return float(np.clip(lightest, *_SEPARATIONS))
    return _SEPARATIONS[0]


def _smooth(matter: NDArray[np.float32]) -> NDArray[np.float32]:
    return cast("NDArray[np.float32]", cv2.GaussianBlur(matter, (RATIO_TAPS, RATIO_TAPS), RATIO_SIGMA))


def _compare(
    high: NDArray[np.float32], low: NDArray[np.float32], material: str, depths: tuple[float, float]
) -> NDArray[np.float64]:
    """The excess of the pixels whose mean attenuation is between ``depths``, in multiples of a wedge's: (N,)."""
    mean = (high + low) / 2.0
    chosen = (mean > depths[0]) & (mean < depths[1]) & (high > MIN_HIGH)
    wedge = np.interp(mean[chosen], WEDGE_ATTENUATION, WEDGE_EXCESS[material])
    multiples: NDArray[np.float64] = (low[chosen] / high[chosen] - 1.0) / wedge
    return multiples
