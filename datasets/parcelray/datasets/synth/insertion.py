"""Threat image projection: an item is put into a scan of a parcel that it never was in.

Two ways, for the two kinds of scans. In a *raw pair* each pixel of the background is taken for two materials, acrylic
and steel, whose thicknesses explain both of its signals; the item's line integrals are added to theirs at the nodes of
the spectrum, so that the beam hardens as if all had lain there together. In a *pseudo-colour* scan the item is drawn by
itself and multiplied in, channel by channel, which is what dyes on a screen do, and is only about right.

Two-material decomposition: Alvarez & Macovski 1976, Phys. Med. Biol. 21 733.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.physics.materials import INDEX_OF
from parcelray.datasets.synth.physics.quadrature import Quadrature

_LIGHT, _HEAVY = "pmma", "steel"
# Newton's iterations; a pixel is solved after three or four.
_ITERATIONS = 12
_TOLERANCE = 1e-5
# Signals below this share of air are the detector's floor, and tell nothing of what lies there.
_FLOOR = 2e-4


@dataclass(frozen=True, eq=False)
class Inserted:
    """An item's line integrals, and where they go.

    Attributes:
        paths: (h, w, K) float32 at the nodes of the quadrature.
        rows: of the window in the picture.
        columns: of the window in the picture.
    """

    paths: NDArray[np.float32]
    rows: slice
    columns: slice


def insert_into_counts(
    counts: NDArray[np.uint16], air: tuple[float, float], item: Inserted, quadrature: Quadrature
) -> NDArray[np.uint16]:
    """Put an item into a raw pair.

    The background keeps its own noise: its counts are multiplied by what the item lets through there.

    Args:
        counts: (2, H, W) high and low of a clean scan.
        air: counts of high and low where nothing is in the way.
        item: inside the picture.
        quadrature: of the scanner's beam.

    Returns:
        (2, H, W) uint16, new.
    """
    window = (slice(None), item.rows, item.columns)
    levels = np.asarray(air, np.float32)[:, None, None]
    background = np.clip(counts[window] / levels, np.float32(_FLOOR), np.float32(1.0)).astype(np.float32)
    factors = np.empty_like(background)
    light, heavy = quadrature.coefficients[INDEX_OF[_LIGHT]], quadrature.coefficients[INDEX_OF[_HEAVY]]
    _let_through(
        background,
        np.ascontiguousarray(item.paths),
        quadrature.weights.astype(np.float64),
        light.astype(np.float64),
        heavy.astype(np.float64),
        factors,
    )
    filled = counts.copy()
    filled[window] = np.clip(np.rint(counts[window] * factors), 0, np.iinfo(np.uint16).max).astype(np.uint16)
    return filled


def insert_into_colours(
    pixels: NDArray[np.uint8], item: NDArray[np.uint8], rows: slice, columns: slice
) -> NDArray[np.uint8]:
    """Put an item into a pseudo-colour scan.

    Args:
        pixels: (H, W, 3) RGB of a clean scan.
        item: (h, w, 3) RGB of the item by itself, drawn on white in the same palette.
        rows: of the window in the picture.
        columns: of the window in the picture.

    Returns:
        (H, W, 3), new.
    """
    filled = pixels.copy()
    below = filled[rows, columns].astype(np.uint16)
    filled[rows, columns] = ((below * item + 127) // 255).astype(np.uint8)
    return filled


@numba.njit(cache=True)
def _solve(
    high: float, low: float, weights: NDArray[np.float64], light: NDArray[np.float64], heavy: NDArray[np.float64]
) -> Any:
    """Newton's method on the logarithms of both signals, from the solution for thin matter."""
    wanted_high, wanted_low = -np.log(high), -np.log(low)
    a = 0.0
    b = 0.0
    for _ in range(_ITERATIONS):
        s0 = s1 = d00 = d01 = d10 = d11 = 0.0
        for k in range(len(light)):
            through = np.exp(-(a * light[k] + b * heavy[k]))
            w0, w1 = weights[0, k] * through, weights[1, k] * through
            s0 += w0
            s1 += w1
            d00 += w0 * light[k]
            d01 += w0 * heavy[k]
            d10 += w1 * light[k]
            d11 += w1 * heavy[k]
        r0, r1 = wanted_high + np.log(s0), wanted_low + np.log(s1)
        d00, d01, d10, d11 = d00 / s0, d01 / s0, d10 / s1, d11 / s1
        determinant = d00 * d11 - d01 * d10
        if abs(determinant) < 1e-12:
            break
        step_a = (r0 * d11 - r1 * d01) / determinant
        step_b = (d00 * r1 - d10 * r0) / determinant
        # Half-way steps keep thick pixels from overshooting.
        longest = max(abs(step_a) / 20.0, abs(step_b) / 2.0)
        shorter = 1.0 if longest <= 1.0 else 1.0 / longest
        a += shorter * step_a
        b += shorter * step_b
        if abs(r0) < _TOLERANCE and abs(r1) < _TOLERANCE:
            break
    return a, b


@numba.njit(cache=True)
def _let_through(
    background: NDArray[np.float32],
    paths: NDArray[np.float32],
    weights: NDArray[np.float64],
    light: NDArray[np.float64],
    heavy: NDArray[np.float64],
    factors: NDArray[np.float32],
) -> None:
    """What share of the signal behind the background the item lets through, for each channel."""
    _, height, width = background.shape
    nodes = paths.shape[2]
    for i in range(height):
        for j in range(width):
            touched = False
            for k in range(nodes):
                if paths[i, j, k] > 0.0:
                    touched = True
            if not touched:
                factors[0, i, j] = factors[1, i, j] = 1.0
                continue
            a, b = _solve(background[0, i, j], background[1, i, j], weights, light, heavy)
            for channel in range(2):
                without = 0.0
                with_item = 0.0
                for k in range(nodes):
                    through = weights[channel, k] * np.exp(-(a * light[k] + b * heavy[k]))
                    without += through
                    with_item += through * np.exp(-paths[i, j, k])
                factors[channel, i, j] = with_item / without
