"""Forms that soft things share: wavering outlines, lofted bodies, cushions, many small things in one part."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from parcelray.datasets.synth.geometry.curves import Surface
from parcelray.datasets.synth.geometry.shape import Part
from parcelray.datasets.synth.geometry.solids import lathe

T = TypeVar("T")
# Over the rounded rim of a cushion: how far in, as a share of the rim, and the share of the thickness that is there.
_RIM = ((1.0, 1.0), (0.45, 0.85), (0.12, 0.5))


def pick(rng: np.random.Generator, *options: T) -> T:
    """One of the options, all equally likely."""
    return options[int(rng.integers(len(options)))]


def chance(rng: np.random.Generator, probability: float) -> bool:
    """True so often."""
    return bool(rng.random() < probability)


def vec(x: float = 0.0, y: float = 0.0, z: float = 0.0) -> NDArray[np.float64]:
    """A point or a shift, mm."""
    return np.array([x, y, z], np.float64)


def superellipse(extent: ArrayLike, squareness: float, points: int = 44) -> NDArray[np.float64]:
    """An outline between an ellipse (2) and a rectangle (8 and more): (points, 2), counter-clockwise."""
    even = np.linspace(0.0, 2.0 * np.pi, points, endpoint=False)
    c, s = np.cos(even), np.sin(even)
    # Points at equal angles would miss the corners, those of the usual parameter the sides: halfway between them.
    crowded = np.arctan2(np.sign(s) * np.abs(s) ** (2.0 / squareness), np.sign(c) * np.abs(c) ** (2.0 / squareness))
    angles = even + 0.5 * (np.mod(crowded - even + np.pi, 2.0 * np.pi) - np.pi)
    circle = np.stack([np.cos(angles), np.sin(angles)], -1)
    radius = (np.abs(circle) ** squareness).sum(axis=1) ** (-1.0 / squareness)
    outline: NDArray[np.float64] = circle * radius[:, None] * np.asarray(extent, np.float64) / 2.0
    return outline


def oblong(x: float, y: float, per_side: int = 8) -> NDArray[np.float64]:
    """A rectangle as an outline with points along its sides: (4 per_side, 2), counter-clockwise."""
    t = np.linspace(-0.5, 0.5, per_side, endpoint=False)
    half = np.full(per_side, 0.5)
    sides = [np.stack(side, -1) for side in ((t, -half), (half, t), (-t, half), (-half, -t))]
    outline: NDArray[np.float64] = np.concatenate(sides) * [x, y]
    return outline


def wavering(
    rng: np.random.Generator, extent: ArrayLike, *, squareness: float = 3.0, amount: float = 0.05, points: int = 44
) -> NDArray[np.float64]:
    """A superellipse whose rim comes and goes by a share ``amount``, as soft things have it: (points, 2)."""
    outline = superellipse(extent, squareness, points)
    angles = np.arctan2(outline[:, 1], outline[:, 0])
    order = np.arange(2, 9)
    phase = rng.uniform(0.0, 2.0 * np.pi, len(order))
    weight = rng.normal(0.0, 1.0, len(order)) / np.sqrt(order)
    ripple = (weight * np.sin(order * angles[:, None] + phase)).sum(axis=1)
    wavy: NDArray[np.float64] = outline * (1.0 + amount * ripple)[:, None]
    return wavy


def loft(sections: ArrayLike, *, material: str, wall: float = 0.0, grain: float = 0.0) -> Part:
    """A surface through rings of points, closed by fans at both ends.

    Args:
        sections: (R, S, 3) mm; a ring runs counter-clockwise, seen from where the next ones lie.
        material: what it is of.
        wall: above 0 a skin.
        grain: see ``Part``.
    """
    rings = np.asarray(sections, np.float64)
    count, sides = rings.shape[:2]
    vertices = np.vstack([rings.reshape(-1, 3), rings[0].mean(axis=0), rings[-1].mean(axis=0)])
    # A lathe of as many rings and sides has the same faces.
    pattern = lathe(np.ones((count, 2)), material=material, sides=sides)
    return replace(pattern, vertices=vertices.astype(np.float32), wall=wall, grain=grain)


def cushion(
    outline: NDArray[np.float64],
    thickness: float,
    at: ArrayLike = (0.0, 0.0, 0.0),
    *,
    material: str,
    grain: float = 0.0,
    wall: float = 0.0,
    surface: Surface | None = None,
    relief: Surface | None = None,
    rim: float | None = None,
) -> Part:
    """A flat soft body with a rounded rim: a folded garment, a bag of powder, a pillow.

    Args:
        outline: (N, 2) mm around the origin, counter-clockwise, star-shaped.
        thickness: in the middle, mm.
        at: the shift.
        material: what it is of.
        grain: see ``Part``.
        wall: above 0 a skin.
        surface: how high its middle layer lies.
        relief: by which share it is thicker or thinner.
        rim: how far in the rounding reaches, mm; half the thickness without.
    """
    reach = 0.5 * thickness if rim is None else rim
    round_ = min(0.45, reach / float(np.linalg.norm(outline, axis=1).mean()))
    inwards = np.array([0.45, *(1.0 - round_ * depth for depth, _ in _RIM)])
    level = np.array([1.0, *(share for _, share in _RIM)])
    share = np.concatenate([inwards, [1.0], inwards[::-1]])
    height = np.concatenate([-level, [0.0], level[::-1]]) / 2.0
    flat = share[:, None, None] * outline[None]
    x, y = flat[..., 0], flat[..., 1]
    thick = np.full(x.shape, thickness)
    if relief is not None:
        thick = thick * np.clip(1.0 + relief(x, y), 0.3, 2.5)
    z = height[:, None] * thick
    if surface is not None:
        z = z + surface(x, y)
    return loft(np.stack([x, y, z], -1) + np.asarray(at), material=material, wall=wall, grain=grain)


def repeated(
    part: Part, places: ArrayLike, *, turned: ArrayLike = 0.0, tilted: ArrayLike = 0.0, scale: ArrayLike = 1.0
) -> Part:
    """Many copies of a part as one part, at the price of one.

    Args:
        part: around the origin.
        places: (N, 3) mm.
        turned: degrees about z, one for all or (N,); after the tilt.
        tilted: degrees about x, one for all or (N,).
        scale: one for all or (N,).
    """
    centres = np.atleast_2d(np.asarray(places, np.float64))
    count = len(centres)
    about_z = np.radians(np.broadcast_to(np.asarray(turned, np.float64), count))[:, None]
    about_x = np.radians(np.broadcast_to(np.asarray(tilted, np.float64), count))[:, None]
    size = np.broadcast_to(np.asarray(scale, np.float64), count)[:, None]
    x, y, z = (part.vertices[None, :, i] * size for i in range(3))
    y, z = y * np.cos(about_x) - z * np.sin(about_x), y * np.sin(about_x) + z * np.cos(about_x)
    x, y = x * np.cos(about_z) - y * np.sin(about_z), x * np.sin(about_z) + y * np.cos(about_z)
    vertices = (np.stack([x, y, z], -1) + centres[:, None]).reshape(-1, 3).astype(np.float32)
    steps = len(part.vertices) * np.arange(count, dtype=np.int32)
    return replace(part, vertices=vertices, faces=(part.faces[None] + steps[:, None, None]).reshape(-1, 3))


def heaped(rng: np.random.Generator, count: int, extent: ArrayLike, *, squareness: float = 2.5) -> NDArray[np.float64]:
    """Places of small things that fill a flat heap, densest in the middle: (count, 3) mm around the origin."""
    size = np.asarray(extent, np.float64)
    angle = rng.uniform(0.0, 2.0 * np.pi, count)
    radius = np.sqrt(rng.uniform(0.0, 1.0, count))
    rim = (np.abs(np.cos(angle)) ** squareness + np.abs(np.sin(angle)) ** squareness) ** (-1.0 / squareness)
    x, y = radius * rim * np.cos(angle), radius * rim * np.sin(angle)
    z = rng.uniform(-0.5, 0.5, count) * np.sqrt(np.clip(1.05 - radius**4, 0.0, 1.0))
    return np.stack([x * size[0] / 2.0, y * size[1] / 2.0, z * size[2]], -1)
