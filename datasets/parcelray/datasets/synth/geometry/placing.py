"""Moving, turning and scaling parts and shapes. Everything returns something new."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from parcelray.datasets.synth.geometry.kernels import transformed
from parcelray.datasets.synth.geometry.shape import Part, Shape

Axis = Literal["x", "y", "z"]
Rotation = NDArray[np.float64]


def turn(axis: Axis, degrees: float) -> Rotation:
    """The rotation matrix (3, 3) about an axis, right-handed."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    rows = {
        "x": [[1, 0, 0], [0, c, -s], [0, s, c]],
        "y": [[c, 0, s], [0, 1, 0], [-s, 0, c]],
        "z": [[c, -s, 0], [s, c, 0], [0, 0, 1]],
    }
    return np.array(rows[axis], np.float64)


def any_turn(rng: np.random.Generator) -> Rotation:
    """A rotation matrix (3, 3), all equally likely (from a random unit quaternion)."""
    w, x, y, z = (q := rng.normal(size=4)) / np.linalg.norm(q)
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )


def move(
    parts: Part | Iterable[Part],
    at: ArrayLike = (0.0, 0.0, 0.0),
    *,
    turned: Rotation | None = None,
    scale: ArrayLike = 1.0,
    role: str | None = None,
) -> list[Part]:
    """Scale, then turn, then shift parts.

    Args:
        parts: one or several.
        at: the shift, (3,) mm.
        turned: a rotation matrix (3, 3).
        scale: one factor, or one for each axis.
        role: what the parts are from now on; None leaves their roles.
    """
    matrix = np.ascontiguousarray((np.eye(3) if turned is None else turned) * np.asarray(scale, np.float64))
    shift = np.asarray(at, np.float64)
    placed = []
    for part in [parts] if isinstance(parts, Part) else parts:
        vertices = transformed(part.vertices, matrix, shift)
        named = part.role if role is None else role
        placed.append(Part(vertices, part.faces, part.material, part.wall, named, part.grain))
    return placed


def move_shape(
    shape: Shape,
    at: ArrayLike = (0.0, 0.0, 0.0),
    *,
    turned: Rotation | None = None,
    scale: ArrayLike = 1.0,
) -> Shape:
    """The shape, scaled, turned and shifted."""
    return replace(shape, parts=tuple(move(shape.parts, at, turned=turned, scale=scale)))


def hollow(part: Part) -> Part:
    """The part as a hole: its surface turned inside out, so that it takes its thickness away from what surrounds it.

    The material must be that of what it is cut out of.
    """
    return replace(part, faces=np.ascontiguousarray(part.faces[:, ::-1]))


def of(part: Part, material: str, *, wall: float | None = None) -> Part:
    """The same surface of another material (and of another wall)."""
    return replace(part, material=material, wall=part.wall if wall is None else wall)


def grained(parts: Part | Iterable[Part], grain: float) -> list[Part]:
    """The same parts with a fluctuating density."""
    return [replace(part, grain=grain) for part in ([parts] if isinstance(parts, Part) else parts)]
