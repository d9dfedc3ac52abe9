"""The operator's pseudo-colour: which dye a material gets, and how dark it is.

Operators know three colours everywhere: orange for organic matter, green for light metals and mixtures, blue for
metal; what lets nothing through is black. The material is told from how much more the low-energy X-rays are
attenuated than the high-energy ones: ``excess = low / high - 1``, which grows with the atomic number and, because the
soft part of the beam is used up first, shrinks as things get thicker.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.imaging.transmission import AIR_NOISE, MAX_ATTENUATION

# Step wedges of pure materials, for a 160 kV tube seen by a two-layer detector (thin gadolinium oxysulphide, 0.5 mm of
# copper, thick caesium iodide), computed from tabulated attenuation coefficients (Elam et al. 2002, by xraydb).
# Real belt scanners with a two-layer detector lie within 2 to 7 % of it. One row a material, one column an attenuation.
WEDGE_ATTENUATION = np.array([0.05, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0])
WEDGE_EXCESS = {
    "polyethylene": np.array([0.14, 0.14, 0.13, 0.13, 0.13, 0.12, 0.12, 0.11, 0.11]),
    "acrylic": np.array([0.18, 0.18, 0.17, 0.16, 0.15, 0.15, 0.14, 0.13, 0.13]),
    "water": np.array([0.24, 0.23, 0.22, 0.20, 0.19, 0.18, 0.16, 0.15, 0.14]),
    "aluminium": np.array([0.81, 0.72, 0.59, 0.47, 0.42, 0.38, 0.33, 0.30, 0.27]),
    "titanium": np.array([1.71, 1.41, 1.08, 0.88, 0.78, 0.71, 0.57, 0.46, 0.39]),
    "steel": np.array([1.90, 1.55, 1.19, 0.98, 0.88, 0.79, 0.62, 0.50, 0.41]),
}
# Effective atomic numbers of the same materials.
WEDGE_NUMBER = np.array([5.5, 6.5, 7.4, 13.0, 22.0, 26.0])

# Up to the first number organic, from the second on mixed; likewise from mixed to metal. Between them dyes blend.
ORGANIC_TO_MIXED = (7.8, 10.0)
MIXED_TO_METAL = (16.0, 21.0)
# How strongly each dye takes away red, green and blue: chosen between the palettes of several makers.
ORGANIC_DYE = np.array([0.13, 0.52, 1.20])
MIXED_DYE = np.array([0.80, 0.36, 0.85])
METAL_DYE = np.array([1.32, 0.68, 0.24])
# Dye depth = DYE_DEPTH * attenuation ** DYE_GAMMA; a gamma below 1 lifts thin things.
DYE_DEPTH = 1.25
DYE_GAMMA = 0.76
# Both channels near the floor say nothing about the material, only that it is dense: from here on metal …
TO_METAL = (4.0, 5.0)
# … and, as the signal fades out, black.
TO_BLACK = (3.2, 5.8)

ROWS = 1024
COLUMNS = 512
# Steel is at 1.9 for thin sheets; beyond this all is metal.
MAX_EXCESS = 2.5


def _ramp(values: NDArray[np.float64], ends: tuple[float, float]) -> NDArray[np.float64]:
    """0 below the first end, 1 above the second, straight between."""
    return np.clip((values - ends[0]) / (ends[1] - ends[0]), 0.0, 1.0)


def _atomic_numbers(depths: NDArray[np.float64], excesses: NDArray[np.float64]) -> NDArray[np.float64]:
    """Effective atomic number for every pair of attenuation and excess: (len(depths), len(excesses))."""
    numbers = np.empty((len(depths), len(excesses)))
    for row, depth in enumerate(depths):
        wedge = [np.interp(depth, WEDGE_ATTENUATION, curve) for curve in WEDGE_EXCESS.values()]
        numbers[row] = np.interp(excesses, wedge, WEDGE_NUMBER)
    return numbers


@cache
def pseudo_colour_table() -> NDArray[np.uint8]:
    """The palette as a picture, to be looked up with interpolation.

    Returns:
        (ROWS, COLUMNS, 3) uint8 RGB: rows are mean attenuation from 0 to ``MAX_ATTENUATION``, columns are the excess of
        a two-layer scanner from 0 to ``MAX_EXCESS``.
    """
    depths = np.linspace(0.0, MAX_ATTENUATION, ROWS)
    numbers = _atomic_numbers(depths, np.linspace(0.0, MAX_EXCESS, COLUMNS))
    mixed = _ramp(numbers, ORGANIC_TO_MIXED)[..., None]
    metal = np.maximum(_ramp(numbers, MIXED_TO_METAL), _ramp(depths, TO_METAL)[:, None])[..., None]
    dye = (1.0 - metal) * ((1.0 - mixed) * ORGANIC_DYE + mixed * MIXED_DYE) + metal * METAL_DYE
    matter = np.maximum(depths - AIR_NOISE, 0.0)
    colour = np.exp(-DYE_DEPTH * (matter**DYE_GAMMA)[:, None, None] * dye)
    colour *= (1.0 - _ramp(depths, TO_BLACK))[:, None, None]
    table: NDArray[np.uint8] = np.rint(255.0 * colour).astype(np.uint8)
    table.flags.writeable = False
    return table
