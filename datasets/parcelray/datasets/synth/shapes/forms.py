"""Forms that are neither boxes nor round: bent slabs, bands, pillows, squarish vessels, lumps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from parcelray.datasets.synth.geometry.shape import Part
from parcelray.datasets.synth.geometry.solids import ellipsoid

Height = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]


def flat(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """The plane z = 0, as the height of a sheet."""
    return np.zeros(np.broadcast(x, y).shape)


def bent_slab(
    extent: tuple[float, float],
    thickness: float,
    height: Height,
    at: ArrayLike = (0.0, 0.0, 0.0),
    *,
    material: str,
    points: tuple[int, int] = (9, 6),
    grain: float = 0.0,
) -> Part:
    """A closed slab over x-y that follows a surface: a wad of notes, a sheet of dough.

    Args:
        extent: along x and y, around the origin.
        thickness: the same everywhere.
        height: of its middle at each x, y.
        at: the shift.
        material: what it is of.
        points: of the grid along x and y.
        grain: see ``Part``.
    """
    nx, ny = points
    x, y = np.meshgrid(
        np.linspace(-extent[0] / 2.0, extent[0] / 2.0, nx), np.linspace(-extent[1] / 2.0, extent[1] / 2.0, ny)
    )
    middle = np.broadcast_to(height(x, y), x.shape)
    top = np.stack([x, y, middle + thickness / 2.0], -1).reshape(-1, 3)
    bottom = np.stack([x, y, middle - thickness / 2.0], -1).reshape(-1, 3)
    row, column = np.mgrid[: ny - 1, : nx - 1]
    a = (row * nx + column).ravel()
    upper = np.concatenate([np.stack([a, a + 1, a + nx + 1], -1), np.stack([a, a + nx + 1, a + nx], -1)])
    count = nx * ny
    grid = np.arange(count).reshape(ny, nx)
    rim = np.concatenate([grid[0, :-1], grid[:-1, -1], grid[-1, :0:-1], grid[:0:-1, 0]])
    following = np.roll(rim, -1)
    sides = np.concatenate(
        [np.stack([rim + count, following + count, following], -1), np.stack([rim + count, following, rim], -1)]
    )
    faces = np.concatenate([upper, upper[:, ::-1] + count, sides]).astype(np.int32)
    vertices = np.concatenate([top, bottom]) + np.asarray(at, np.float64)
    return Part(vertices.astype(np.float32), np.ascontiguousarray(faces), material, grain=grain)


def band(
    width: float,
    around: tuple[float, float],
    at: ArrayLike = (0.0, 0.0, 0.0),
    *,
    material: str,
    wall: float,
    grain: float = 0.0,
) -> Part:
    """A band of ``width`` along x around a block of y by z: a paper strap, tape, a rubber band."""
    y, z = around[0] / 2.0, around[1] / 2.0
    ring = np.array([(-y, -z), (y, -z), (y, z), (-y, z)])
    vertices = np.concatenate(
        [np.column_stack([np.full(4, end * width / 2.0), ring]) for end in (-1.0, 1.0)]
    ) + np.asarray(at, np.float64)
    i = np.arange(4)
    beside = (i + 1) % 4
    faces = np.concatenate([np.stack([i, beside, beside + 4], -1), np.stack([i, beside + 4, i + 4], -1)])
    return Part(vertices.astype(np.float32), faces.astype(np.int32), material, wall, grain=grain)


def squarish(part: Part, half: tuple[float, float], power: float = 5.0) -> Part:
    """A body of revolution around z with radius 1 as its widest, made into one of rounded rectangular section.

    Args:
        part: the body, e.g. of ``lathe``.
        half: half the width along x and y where its radius is 1.
        power: of the superellipse; 2 is an ellipse, 8 nearly a rectangle.
    """
    vertices = part.vertices.astype(np.float64)
    radius = np.hypot(vertices[:, 0], vertices[:, 1])
    angle = _towards_corners(np.arctan2(vertices[:, 1], vertices[:, 0]), power)
    x, y = radius * np.cos(angle), radius * np.sin(angle)
    radius += 1e-12
    norm = (np.abs(x / radius) ** power + np.abs(y / radius) ** power) ** (1.0 / power)
    # The middle of an end has no direction.
    norm = np.where(norm > 0.0, norm, 1.0)
    vertices[:, 0] = x / norm * half[0]
    vertices[:, 1] = y / norm * half[1]
    return replace(part, vertices=vertices.astype(np.float32))


def _towards_corners(angle: NDArray[np.float64], power: float) -> NDArray[np.float64]:
    """Angles, moved to where a superellipse of this power turns, so that few points show its corners."""
    pull = 0.85 * min(1.0, max(0.0, power - 2.0) / 4.0)
    moved: NDArray[np.float64] = angle + pull * np.sin(4.0 * angle) / 4.0
    return moved


def copies(part: Part, at: ArrayLike, turned: ArrayLike) -> Part:
    """Many of one part, as one part: each turned, then shifted.

    Args:
        part: around the origin.
        at: (N, 3) mm.
        turned: (N, 3, 3) rotation matrices, or one for all.
    """
    places = np.atleast_2d(np.asarray(at, np.float64))
    rotations = np.broadcast_to(np.asarray(turned, np.float64), (len(places), 3, 3))
    vertices = np.einsum("vi,nji->nvj", part.vertices.astype(np.float64), rotations) + places[:, None]
    offsets = len(part.vertices) * np.arange(len(places), dtype=np.int32)
    faces = (part.faces[None] + offsets[:, None, None]).reshape(-1, 3)
    return replace(part, vertices=vertices.reshape(-1, 3).astype(np.float32), faces=faces)


def lump(
    rng: np.random.Generator,
    radii: tuple[float, float, float],
    *,
    material: str,
    roughness: float = 0.12,
    power: float = 2.0,
    sides: int = 24,
    rings: int = 14,
    wall: float = 0.0,
    grain: float = 0.0,
) -> Part:
    """An uneven ball or cushion around the origin: dough, a bag of powder, a parcel taped up by hand.

    Args:
        rng: decides the dents.
        radii: half the length along each axis.
        material: what it is of.
        roughness: how deep the dents are, as a share of the radius.
        power: 2 is an ellipsoid, above it corners and edges come out like a cushion's.
        sides: around.
        rings: from bottom to top.
        wall: above 0 a skin.
        grain: see ``Part``.
    """
    ball = ellipsoid((1.0, 1.0, 1.0), material=material, sides=sides, rings=rings, wall=wall, grain=grain)
    unit = ball.vertices.astype(np.float64)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    around = _towards_corners(np.arctan2(unit[:, 1], unit[:, 0]), power)
    upwards = _towards_corners(np.arcsin(np.clip(unit[:, 2], -1.0, 1.0)), power)
    level = np.cos(upwards)
    unit = np.stack([level * np.cos(around), level * np.sin(around), np.sin(upwards)], axis=1)
    norm = (np.abs(unit) ** power).sum(axis=1) ** (1.0 / power)
    dents = np.zeros(len(unit))
    for _ in range(7):
        wave = rng.normal(0.0, 2.6, 3)
        dents += np.sin(unit @ wave + rng.uniform(0.0, 2.0 * np.pi)) / 2.6
    vertices = unit / norm[:, None] * (1.0 + roughness * dents / 2.0)[:, None] * np.asarray(radii)
    return replace(ball, vertices=vertices.astype(np.float32))


def coaxial(hose: Part, path: ArrayLike, share: float, *, material: str, wall: float = 0.0) -> Part:
    """A second tube in (or around) one that ``tube`` made along a path, at a share of its radius; cheaper than anew."""
    points = np.asarray(path, np.float64)
    sides = (len(hose.vertices) - 2) // len(points)
    middles = np.concatenate([np.repeat(points, sides, axis=0), points[[0, -1]]])
    vertices = (middles + share * (hose.vertices - middles)).astype(np.float32)
    return replace(hose, vertices=vertices, material=material, wall=wall)


def grown(part: Part, by: float) -> Part:
    """The part, each vertex moved away from the middle so that every axis grows by ``by`` mm on both sides."""
    vertices = part.vertices.astype(np.float64)
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    middle, half = (low + high) / 2.0, (high - low) / 2.0
    return replace(part, vertices=((vertices - middle) * ((half + by) / half) + middle).astype(np.float32))


def bounds_of(parts: Iterable[Part]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The middle and the extent of parts where they lie: (3,) mm each."""
    vertices = np.concatenate([part.vertices for part in parts]).astype(np.float64)
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    return (low + high) / 2.0, high - low


def filled_to(part: Part, axis: int, share: float) -> Part:
    """The part cut flat at a height along an axis (0, 1, 2), as a liquid that fills so much of it.

    Holds for round sections that are more than half full: what is above the level is pushed down to it.
    """
    vertices = part.vertices.copy()
    low, high = vertices[:, axis].min(), vertices[:, axis].max()
    vertices[:, axis] = np.minimum(vertices[:, axis], low + share * (high - low))
    return replace(part, vertices=vertices)
