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
def enclosed(vertices: NDArray[np.float32], faces: NDArray[np.int32]) -> float:
    """What a closed surface encloses; negative where its faces look inwards. Divergence theorem."""
    total = 0.0
    for t in range(faces.shape[0]):
        a, b, c = faces[t, 0], faces[t, 1], faces[t, 2]
        ax, ay, az = np.float64(vertices[a, 0]), np.float64(vertices[a, 1]), np.float64(vertices[a, 2])
        bx, by, bz = np.float64(vertices[b, 0]), np.float64(vertices[b, 1]), np.float64(vertices[b, 2])
        cx, cy, cz = np.float64(vertices[c, 0]), np.float64(vertices[c, 1]), np.float64(vertices[c, 2])
        total += ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx)
    return total / 6.0


@numba.njit(cache=True, error_model="numpy")
def frames(points: NDArray[np.float64]) -> Any:
    """Two unit vectors across a path at each point, carried along so that a tube around it does not twist.

    Args:
        points: (N, 3), at least two.

    Returns:
        (2, N, 3) float64; they begin anew where the path turns by a right angle into the first of them.
    """
    count = points.shape[0]
    found = np.empty((2, count, 3), np.float64)
    along = np.empty(3, np.float64)
    normal = np.zeros(3, np.float64)
    for i in range(count):
        before, after = max(i - 1, 0), min(i + 1, count - 1)
        length = 0.0
        for k in range(3):
            along[k] = (points[after, k] - points[before, k]) / (after - before)
            length += along[k] ** 2
        length = np.sqrt(length) + 1e-9
        for k in range(3):
            along[k] /= length
        dot = 0.0
        for k in range(3):
            dot += normal[k] * along[k]
        length = 0.0
        for k in range(3):
            normal[k] -= along[k] * dot
            length += normal[k] ** 2
        length = np.sqrt(length)
        if i == 0 or length <= 1e-6:
            # At a right angle to the upright axis too, or to x where the path itself goes up.
            length = np.hypot(along[0], along[1])
            normal[0], normal[1], normal[2] = along[1], -along[0], 0.0
            if length < 0.2:
                length = np.hypot(along[1], along[2])
                normal[0], normal[1], normal[2] = 0.0, along[2], -along[1]
        for k in range(3):
            normal[k] /= length
        for k in range(3):
            following, last = (k + 1) % 3, (k + 2) % 3
            found[0, i, k] = normal[k]
            found[1, i, k] = along[following] * normal[last] - along[last] * normal[following]
    return found
