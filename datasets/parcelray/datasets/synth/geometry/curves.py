"""Curves and folds: the lines that cables, springs and cloth follow."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import CubicSpline

Surface = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]


def wander(rng: np.random.Generator, knots: int, extent: ArrayLike, points: int = 80) -> NDArray[np.float64]:
    """A smooth random path, as a loose cable lies: (points, 3) mm.

    Args:
        rng: decides.
        knots: random points that it goes through; more make it more tangled.
        extent: (3,) of the box around the origin that the knots lie in.
        points: of the path.
    """
    through = rng.uniform(-0.5, 0.5, (knots, 3)) * np.asarray(extent, np.float64)
    path: NDArray[np.float64] = CubicSpline(np.arange(knots), through, axis=0)(np.linspace(0, knots - 1, points))
    return path


def smooth(corners: ArrayLike, points: int = 40) -> NDArray[np.float64]:
    """A smooth path through given points: (points, D)."""
    through = np.asarray(corners, np.float64)
    path: NDArray[np.float64] = CubicSpline(np.arange(len(through)), through, axis=0)(
        np.linspace(0, len(through) - 1, points)
    )
    return path


def helix(radius: float, turns: float, pitch: float, points: int | None = None) -> NDArray[np.float64]:
    """A coil around z, centred on the origin: (points, 3) mm. About 14 points a turn show it round."""
    t = np.linspace(0.0, turns * 2.0 * np.pi, points or int(14 * turns) + 2)
    return np.stack([radius * np.cos(t), radius * np.sin(t), (t / (2.0 * np.pi) - turns / 2.0) * pitch], -1)


def folds(rng: np.random.Generator, amplitude: float, scale: float) -> Surface:
    """A random field with ridges, as cloth or crumpled paper has: heights in mm at x, y in mm.

    Args:
        rng: decides.
        amplitude: of the heights, mm.
        scale: length of a typical fold, mm.
    """
    waves = 9
    phase = rng.uniform(0.0, 2.0 * np.pi, waves)
    angle = rng.uniform(0.0, np.pi, waves)
    frequency = rng.uniform(0.5, 2.2, waves) / scale
    weight = rng.uniform(0.3, 1.0, waves) / frequency / scale

    def height(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        total = np.zeros(np.broadcast(x, y).shape)
        bend = 0.8 * np.sin(0.02 * x + 0.03 * y)
        for i in range(waves):
            along = x * np.cos(angle[i]) + y * np.sin(angle[i])
            total += weight[i] * (1.0 - 2.0 * np.abs(np.sin(np.pi * frequency[i] * along + 0.5 * (phase[i] + bend))))
        return amplitude * total / 2.0

    return height
