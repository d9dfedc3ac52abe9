"""From line integrals to the share of the signal that gets through: the innermost loop of drawing a scan."""

from __future__ import annotations

import math

import numba
import numpy as np
from numpy.typing import NDArray

# exp(-x) = 2 ** whole * 2 ** rest: the whole goes into the exponent's bits, the rest (-1/2 to 1/2) through a polynomial
# fitted to 1e-7 relative. LLVM makes vector instructions of that, which a call of exp would prevent.
_MINUS_LOG2_E = np.float32(-math.log2(math.e))
_C1 = np.float32(0.6931469491610641)
_C2 = np.float32(0.2402212175356167)
_C3 = np.float32(0.05550742616001672)
_C4 = np.float32(0.009675459745538184)
_C5 = np.float32(0.001326697038699538)
_ONE = np.float32(1.0)
# 1.5 * 2 ** 23: a float to which it is added keeps its nearest whole number in its lowest bits.
_ROUND = np.float32(12_582_912.0)
_MANTISSA_BITS = np.int32(23)
_EXPONENT_OF_ONE = np.int32(127 << 23)
# Below 2 ** -120 there is nothing; the exponent's bits would wrap around.
_LEAST = np.float32(-120.0)
# Not "reassoc": it would cancel the rounding.
_FAST = {"nnan", "ninf", "nsz", "arcp", "contract", "afn"}


@numba.njit(cache=True, fastmath=_FAST)
def _exp_minus(path: np.float32) -> np.float32:
    power = max(path * _MINUS_LOG2_E, _LEAST)
    shifted = np.float32(power + _ROUND)
    rest = power - (shifted - _ROUND)
    exponent = np.int32(shifted.view(np.int32) << _MANTISSA_BITS)
    scale = np.int32(exponent + _EXPONENT_OF_ONE).view(np.float32)
    return scale * (_ONE + rest * (_C1 + rest * (_C2 + rest * (_C3 + rest * (_C4 + rest * _C5)))))


@numba.njit(cache=True, fastmath=_FAST, error_model="numpy")
def _transmit(paths: NDArray[np.float32], weights: NDArray[np.float32], out: NDArray[np.float32]) -> None:
    height, width, nodes = paths.shape
    passed = np.empty(width * nodes, np.float32)
    for row in range(height):
        first, last = 0, width
        while first < width and paths[row, first, 0] == 0:
            first += 1
        while last > first and paths[row, last - 1, 0] == 0:
            last -= 1
        out[:, row, :first] = _ONE
        out[:, row, last:] = _ONE
        # Two loops: the first is long and even, so it fills the vector registers whatever the number of nodes. Both
        # count from 0: numba looks at the sign of any other index, which ends the vectors.
        flat = paths[row, first:last].reshape((last - first) * nodes)
        for place in range(flat.size):
            passed[place] = _exp_minus(flat[place])
        high = out[0, row, first:last]
        low = out[1, row, first:last]
        for column in range(last - first):
            sum_high = np.float32(0.0)
            sum_low = np.float32(0.0)
            for node in range(nodes):
                share = passed[column * nodes + node]
                sum_high += weights[0, node] * share
                sum_low += weights[1, node] * share
            high[column] = sum_high
            low[column] = sum_low


def transmit(paths: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """The share of the air signal that gets through.

    Args:
        paths: (H, W, K) float32, contiguous: line integrals of the attenuation coefficient at each node. A pixel whose
            first node is exactly 0 may be taken for air.
        weights: (2, K) float32 of the nodes in the high and the low channel (``Quadrature.weights``).

    Returns:
        (2, H, W) float32, high and low, to 1e-6 relative; 1 is air.
    """
    out = np.empty((2, *paths.shape[:2]), np.float32)
    _transmit(paths, weights, out)
    return out
