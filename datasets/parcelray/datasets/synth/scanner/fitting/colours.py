"""How far apart two clouds of colours are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_RANDOM_DIRECTIONS = 24
# Beside random ones: lightness and the two opponent axes, which carry the shares of the hues.
_OPPONENT = np.array([[1.0, 1.0, 1.0], [1.0, 0.0, -1.0], [-0.5, 1.0, -0.5], [1.0, -1.0, 0.0], [0.0, 1.0, -1.0]])
# Hues in degrees that operators call orange, green and blue, and what counts as a colour, and as black.
HUES = {"orange": (5.0, 65.0), "green": (65.0, 170.0), "blue": (170.0, 290.0)}
_MIN_CHROMA, _BLACK = 30.0, 60.0


def directions() -> NDArray[np.float64]:
    """Unit vectors (D, 3) in RGB; always the same ones."""
    random = np.random.default_rng(1).standard_normal((_RANDOM_DIRECTIONS, 3))
    every = np.concatenate([random, _OPPONENT])
    unit: NDArray[np.float64] = every / np.linalg.norm(every, axis=1, keepdims=True)
    return unit


def sliced_wasserstein(one: NDArray[np.generic], other: NDArray[np.generic]) -> float:
    """Sliced Wasserstein distance of order 1 between two clouds of colours.

    The mean over directions of the mean distance between the sorted projections (Bonneel et al. 2015).

    Args:
        one: (N, 3) RGB.
        other: (M, 3) RGB.

    Returns:
        Grey levels, 0 to 255.
    """
    count = min(len(one), len(other))
    first, second = (sorted_projections(cloud.astype(np.float64), count) for cloud in (one, other))
    return float(np.abs(first - second).mean())


def sorted_projections(cloud: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """The quantiles of a cloud along each of the directions: (count, D)."""
    projected = np.sort(cloud @ directions().T, axis=0)
    return projected[quantile_places(len(cloud), count)]


def quantile_places(size: int, count: int) -> NDArray[np.int64]:
    """Which of ``size`` sorted values stand for ``count`` evenly spaced quantiles."""
    return ((np.arange(count) + 0.5) * size / count).astype(np.int64)


def hue_masks(colours: NDArray[np.generic]) -> dict[str, NDArray[np.bool_]]:
    """Which colours are orange, green, blue and black; what is pale is none of them.

    Args:
        colours: (N, 3) RGB.

    Returns:
        (N,) bool by name.
    """
    red, green, blue = colours.astype(np.float64).T
    brightest, darkest = np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)
    hue = np.degrees(np.arctan2(np.sqrt(3.0) * (green - blue), 2.0 * red - green - blue)) % 360.0
    black = brightest < _BLACK
    coloured = (brightest - darkest >= _MIN_CHROMA) & ~black
    masks = {name: coloured & (hue >= low) & (hue < high) for name, (low, high) in HUES.items()}
    return {**masks, "black": black}


def hue_shares(colours: NDArray[np.generic]) -> dict[str, float]:
    """Shares of object pixels that are orange, green, blue and black: by name, 0 to 1.

    Args:
        colours: (N, 3) RGB of object pixels.
    """
    return {name: float(np.mean(mask)) for name, mask in hue_masks(colours).items()}
