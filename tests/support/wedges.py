"""Step wedges of any materials, as a scanner would see them without noise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.physics.beams import Beam
from parcelray.datasets.synth.physics.materials import INDEX_OF
from parcelray.datasets.synth.physics.quadrature import quadrature
from parcelray.datasets.synth.physics.transmission import transmit

PATCH = 40
_MARGIN = 10
_Number = TypeVar("_Number", bound=np.generic)


def step_wedge(beam: Beam, materials: Sequence[str], depths: Sequence[float]) -> NDArray[np.float32]:
    """Draw wedges, with a row and a column of air behind them.

    Args:
        beam: of the scanner.
        materials: one row of patches for each.
        depths: attenuations of the high channel, one column for each.

    Returns:
        (2, H, W) transmission, high and low.
    """
    nodes = quadrature(beam)
    steps = np.zeros((len(materials) + 1, len(depths) + 1, nodes.energies.size), np.float32)
    thicknesses = np.geomspace(1e-4, 400.0, 2000)
    for row, material in enumerate(materials):
        coefficients = nodes.coefficients[INDEX_OF[material]].astype(np.float64)
        high = -np.log(np.maximum(np.exp(-np.outer(thicknesses, coefficients)) @ nodes.weights[0], 1e-30))
        steps[row, :-1] = np.outer(np.interp(depths, high, thicknesses), coefficients)
    paths = steps.repeat(PATCH, axis=0).repeat(PATCH, axis=1)
    return transmit(np.ascontiguousarray(paths), nodes.weights)


def patch_middle(picture: NDArray[_Number], row: int, column: int) -> NDArray[_Number]:
    """The inside of a patch of an (H, W, ...) picture of wedges; -1 is air."""
    top = row % (picture.shape[0] // PATCH) * PATCH
    left = column % (picture.shape[1] // PATCH) * PATCH
    return picture[top + _MARGIN : top + PATCH - _MARGIN, left + _MARGIN : left + PATCH - _MARGIN]
