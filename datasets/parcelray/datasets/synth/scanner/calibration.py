"""Effective atomic numbers from the two energies, as a scanner learns them from step wedges of known materials.

The ratio of the low to the high log signal tells the material, but it changes with thickness, since the soft part of
the beam is used up first. So the scanner looks at wedges of pure materials once, and finds each pixel between them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.physics.beams import Beam
from parcelray.datasets.synth.physics.materials import INDEX_OF
from parcelray.datasets.synth.physics.quadrature import quadrature

# The wedges, and the atomic number that each stands for (compounds: the power mean of exponent 2.94).
WEDGES = {
    "polyethylene": 5.5,
    "pmma": 6.5,
    "water": 7.4,
    "aluminium": 13.0,
    "titanium": 22.0,
    "steel": 26.0,
    "copper": 29.0,
    "silver": 47.0,
}
MIN_NUMBER, MAX_NUMBER = 5.0, 50.0
# Attenuations of the high channel and ratios of low to high that the table holds.
MAX_HIGH = 7.0
RATIOS = (0.8, 6.0)
ROWS, COLUMNS = 512, 512
_STEPS = 900
# Thinner than this the ratio is but noise.
_MIN_HIGH = 1e-3


def wedge_signals(beam: Beam, material: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The high and the low log signal of a step wedge, from nothing to beyond what can be measured.

    Args:
        beam: of the scanner.
        material: of the wedge.

    Returns:
        High and low, (N,) each, increasing.
    """
    nodes = quadrature(beam)
    coefficients = nodes.coefficients[INDEX_OF[material]].astype(np.float64)
    thicknesses = np.geomspace(1e-4, 400.0, _STEPS)
    passed = np.exp(-thicknesses[:, None] * coefficients) @ nodes.weights.T.astype(np.float64)
    high, low = -np.log(np.maximum(passed, 1e-12)).T
    return high, low


@lru_cache(maxsize=16)
def number_table(beam: Beam) -> NDArray[np.float32]:
    """The scanner's own table of effective atomic numbers; ratios beyond the outer wedges get theirs.

    Args:
        beam: of the scanner.

    Returns:
        (ROWS, COLUMNS) float32: rows are attenuations of the high channel from 0 to ``MAX_HIGH``, columns are ratios of
        the low one to it, over ``RATIOS``.
    """
    depths = np.linspace(0.0, MAX_HIGH, ROWS)
    depths[0] = depths[1] / 2.0
    wedges = np.stack([np.interp(depths, *wedge_signals(beam, material)) / depths for material in WEDGES])
    # Heavy wedges of much the same ratio must not change places.
    wedges = np.maximum.accumulate(wedges, axis=0) + 1e-6 * np.arange(len(WEDGES))[:, None]
    ratios = np.linspace(*RATIOS, COLUMNS)
    numbers = np.stack([np.interp(ratios, wedges[:, row], list(WEDGES.values())) for row in range(ROWS)])
    table = numbers.astype(np.float32)
    table.flags.writeable = False
    return table


def effective_numbers(
    high: NDArray[np.float32], low: NDArray[np.float32], beam: Beam, depth: NDArray[np.float32] | None = None
) -> NDArray[np.float32]:
    """Effective atomic number of each pixel.

    Args:
        high: (H, W) float32 attenuation of the high channel.
        low: (H, W) float32 attenuation of the low channel.
        beam: of the scanner.
        depth: (H, W) float32 attenuation of the high channel that says how hardened the beam is, where that is not
            ``high`` itself.

    Returns:
        (H, W) float32, from 5.5 to 47; meaningless where there is next to nothing in the way.
    """
    rows, columns = table_places(high if depth is None else depth, low, high)
    numbers = cv2.remap(number_table(beam), columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return cast("NDArray[np.float32]", numbers)


def table_places(
    depth: NDArray[np.float32], low: NDArray[np.float32], high: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Where pixels are in ``number_table`` and in tables of its shape.

    Args:
        depth: (H, W) float32 attenuation of the high channel, which chooses the row.
        low: (H, W) float32 attenuation of the low channel.
        high: that of the high channel to which its ratio chooses the column.

    Returns:
        Rows and columns, (H, W) float32 each.
    """
    columns = cv2.divide(low, np.maximum(high, np.float32(_MIN_HIGH)))
    scale = (COLUMNS - 1) / (RATIOS[1] - RATIOS[0])
    columns = cv2.addWeighted(columns, scale, columns, 0.0, -scale * RATIOS[0])
    return depth * np.float32((ROWS - 1) / MAX_HIGH), cast("NDArray[np.float32]", columns)
