"""Loops over vertices and path points, compiled: what every placing of every shape goes through."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray


@numba.njit(cache=True)
def transformed(
    vertices: NDArray[np.float32], matrix: NDArray[np.float64], shift: NDArray[np.float64]
) -> NDArray[np.float32]:
    """``matrix @ vertex + shift`` of each: (N, 3) float32."""
    moved = np.empty_like(vertices)
    for i in range(vertices.shape[0]):
        x, y, z = vertices[i, 0], vertices[i, 1], vertices[i, 2]
        for k in range(3):
            moved[i, k] = matrix[k, 0] * x + matrix[k, 1] * y + matrix[k, 2] * z + shift[k]
    return moved


@numba.njit(cache=True)
def framed(
    vertices: NDArray[np.float32], matrix: NDArray[np.float64], origin: NDArray[np.float64]
) -> NDArray[np.float64]:
    """``matrix @ (vertex - origin)`` of each: (N, 3) float64."""
    moved = np.empty(vertices.shape, np.float64)
    for i in range(vertices.shape[0]):
        x, y, z = vertices[i, 0] - origin[0], vertices[i, 1] - origin[1], vertices[i, 2] - origin[2]
        for k in range(3):
            moved[i, k] = matrix[k, 0] * x + matrix[k, 1] * y + matrix[k, 2] * z
    return moved


@numba.njit(cache=True)
def corners(vertices: NDArray[np.float32]) -> Any:
    """The lowest and the highest coordinate along each axis: (2, 3) float64."""
    found = np.empty((2, 3), np.float64)
    for k in range(3):
        found[0, k] = found[1, k] = vertices[0, k]
    for i in range(1, vertices.shape[0]):
        for k in range(3):
            value = vertices[i, k]
            if value < found[0, k]:
                found[0, k] = value
            elif value > found[1, k]:
                found[1, k] = value
    return found


@numba.njit(cache=True)
def reach(framed: NDArray[np.float64]) -> Any:
    """Least depth; least and greatest tangent; least and greatest position on the belt: 5 numbers."""
    least_depth = np.inf
    low_tangent = low_belt = np.inf
    high_tangent = high_belt = -np.inf
    for i in range(framed.shape[0]):
        depth = framed[i, 2]
        least_depth = min(least_depth, depth)
        tangent = framed[i, 0] / depth if depth > 0.0 else 0.0
        low_tangent, high_tangent = min(low_tangent, tangent), max(high_tangent, tangent)
        low_belt, high_belt = min(low_belt, framed[i, 1]), max(high_belt, framed[i, 1])
    return least_depth, low_tangent, high_tangent, low_belt, high_belt


@numba.njit(cache=True)
def carried(along: NDArray[np.float64], normals: NDArray[np.float64]) -> None:
    """Carry the first normal along a path, in place, so that a tube around it does not twist.

    Args:
        along: (N, 3) unit vectors along the path.
        normals: (N, 3) unit vectors across it; kept where the path turns back on itself.
    """
    for i in range(1, len(along)):
        dot = 0.0
        for k in range(3):
            dot += normals[i - 1, k] * along[i, k]
        length = 0.0
        for k in range(3):
            length += (normals[i - 1, k] - along[i, k] * dot) ** 2
        length = np.sqrt(length)
        if length > 1e-6:
            for k in range(3):
                normals[i, k] = (normals[i - 1, k] - along[i, k] * dot) / length
