"""Forms that many hard things share: rounded outlines, domed plates, screws, springs, grips, skins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias, TypeVar

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import CubicSpline
from shapely.geometry import LineString, MultiPolygon, Point, Polygon

from parcelray.datasets.synth.geometry.curves import helix
from parcelray.datasets.synth.geometry.placing import Axis, move, turn
from parcelray.datasets.synth.geometry.shape import Part
from parcelray.datasets.synth.geometry.solids import cylinder, ellipsoid, extrude, lathe, tube

T = TypeVar("T")
Outline: TypeAlias = "Polygon | MultiPolygon"
# Plastic skins come in a few thicknesses, so that parts of the same make join and are cast together.
_SKINS = (1.5, 2.0, 2.5)


def pick(rng: np.random.Generator, *options: T) -> T:
    """One of the options, all equally likely."""
    return options[int(rng.integers(len(options)))]


def chance(rng: np.random.Generator, probability: float) -> bool:
    """True so often."""
    return bool(rng.random() < probability)


def skin(rng: np.random.Generator) -> float:
    """Wall of a moulded plastic housing, mm."""
    return pick(rng, *_SKINS)


def angular(corners: ArrayLike, rounding: float = 0.0) -> Polygon:
    """An outline through corners, with all of them rounded, inner ones as well as outer ones.

    Args:
        corners: (N, 2) mm.
        rounding: radius, mm.
    """
    return softened(Polygon(np.asarray(corners, np.float64)).buffer(0.0), rounding)


def softened(flat: Outline, rounding: float) -> Outline:
    """An outline with its inner and outer corners rounded."""
    if rounding <= 0.0:
        return flat
    return flat.buffer(-rounding, quad_segs=4).buffer(2.0 * rounding, quad_segs=4).buffer(-rounding, quad_segs=4)


def flowing(corners: ArrayLike, points: int = 48) -> Outline:
    """A closed smooth outline through (N, 2) points."""
    through = np.asarray(corners, np.float64)
    closed = np.vstack([through, through[:1]])
    curve = CubicSpline(np.arange(len(closed)), closed, axis=0, bc_type="periodic")
    return Polygon(curve(np.linspace(0.0, len(closed) - 1, points, endpoint=False))).buffer(0.0)


def stroke(path: ArrayLike, width: float) -> Outline:
    """The outline of a line drawn with a round pen of this width."""
    return LineString(np.asarray(path, np.float64)).buffer(width / 2.0, quad_segs=4)


def disc(radius: float, at: Sequence[float] = (0.0, 0.0), segments: int = 6) -> Polygon:
    """A round outline; four times ``segments`` corners."""
    return Point(at[0], at[1]).buffer(radius, quad_segs=segments)


def slab(x0: float, y0: float, x1: float, y1: float) -> Polygon:
    """An upright rectangular outline between two corners."""
    return shapely.box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def toothed(radius: float, depth: float, teeth: int) -> Polygon:
    """The outline of a gear wheel with trapezoid teeth."""
    step = np.linspace(0.0, 2.0 * np.pi, teeth, endpoint=False)[:, None]
    angles = (step + np.array([0.0, 0.3, 0.45, 0.85]) * 2.0 * np.pi / teeth).ravel()
    radii = np.tile([radius, radius, radius - depth, radius - depth], teeth)
    return Polygon(np.stack([radii * np.cos(angles), radii * np.sin(angles)], -1))


def domed(
    flat: Outline,
    thickness: float,
    edge: float,
    at: Sequence[float] = (0.0, 0.0, 0.0),
    *,
    material: str,
    grain: float = 0.0,
) -> list[Part]:
    """A flat thing whose edges are rounded off, as forged and moulded things are: a stack of shrinking slices.

    Args:
        flat: its outline in x-y.
        thickness: in its middle, mm.
        edge: how far the rounding reaches in, mm.
        at: the centre.
        material: what it is of.
        grain: see ``Part``.
    """
    parts = _slices(flat, 0.5 * thickness, 0.0, at, material, grain)
    level = 0.25 * thickness
    for share, inset in ((0.16, 0.35 * edge), (0.09, edge)):
        smaller = flat.buffer(-inset, quad_segs=2)
        if smaller.area < 1.0:
            break
        depth = share * thickness
        parts += _slices(smaller, depth, level + depth / 2.0, at, material, grain)
        level += depth
    return parts


def _slices(flat: Outline, depth: float, level: float, at: Sequence[float], material: str, grain: float) -> list[Part]:
    """Two slices of an outline at one level above and below a place; one at level 0."""
    made = extrude(flat, depth, material=material, grain=grain)
    return [part for z in ((level, -level) if level else (0.0,)) for part in move(made, (at[0], at[1], at[2] + z))]


def screws(
    places: Iterable[Sequence[float]], radius: float, length: float, *, axis: Axis = "z", material: str = "steel"
) -> list[Part]:
    """Screws with a head, each centred on its place."""
    half = length / 2.0
    profile = [(0.2, -half), (radius, -half + radius), (radius, half - radius), (1.9 * radius, half - radius)]
    profile += [(1.9 * radius, half)]
    return [lathe(profile, place, material=material, axis=axis, sides=8) for place in places]


def spring(
    radius: float,
    length: float,
    turns: float,
    wire: float,
    at: ArrayLike = (0.0, 0.0, 0.0),
    *,
    axis: Axis = "z",
    material: str = "steel",
) -> list[Part]:
    """A coil spring, centred on ``at``."""
    coil = tube(helix(radius, turns, length / turns, int(10 * turns) + 2), wire / 2.0, material=material, sides=4)
    standing = {"x": turn("y", 90), "y": turn("x", -90), "z": None}[axis]
    return move(coil, at, turned=standing)


def ring(
    radius: float, wire: float, at: ArrayLike = (0.0, 0.0, 0.0), *, material: str, points: int = 26, sides: int = 6
) -> Part:
    """A ring of round wire that lies in x-y; ``wire`` is its thickness."""
    angles = np.linspace(0.0, 2.0 * np.pi, points)
    path = np.stack([radius * np.cos(angles), radius * np.sin(angles), 0.0 * angles], -1) + np.asarray(at)
    return tube(path, wire / 2.0, material=material, sides=sides)


def oval_rod(
    path: ArrayLike,
    radius: float | NDArray[np.float64],
    flatness: float,
    *,
    material: str,
    wall: float = 0.0,
    sides: int = 14,
) -> Part:
    """A rod of oval section along a path in x-y, such as a grip.

    Args:
        path: (N, 2) mm.
        radius: in x-y, one or one for each point.
        flatness: its half thickness along z, as a share of the radius.
        material: what it is of.
        wall: above 0 a skin.
        sides: how many around.
    """
    flat = np.asarray(path, np.float64)
    points = np.column_stack([flat, np.zeros(len(flat))])
    return move(tube(points, radius, material=material, sides=sides, wall=wall), scale=(1.0, 1.0, flatness))[0]


def vessel(
    outer: ArrayLike, wall: float, at: ArrayLike = (0.0, 0.0, 0.0), *, material: str, sides: int = 28, floor: float = 0
) -> Part:
    """A round vessel that is open above, of real thickness.

    Args:
        outer: (N, 2) of radius and height of its outer side, from the bottom to the rim.
        wall: thickness of the side.
        at: where the origin of the profile comes to lie.
        material: what it is of.
        sides: how many around.
        floor: thickness of the bottom; the wall's without.
    """
    side = np.asarray(outer, np.float64)
    inner = np.column_stack([np.maximum(side[:, 0] - wall, 0.05), side[:, 1]])[::-1].copy()
    inner[-1, 1] += floor or wall
    bottom, within = [(0.01, side[0, 1])], [(0.01, inner[-1, 1])]
    return lathe(np.vstack([bottom, side, inner, within]), at, material=material, sides=sides)


def knob(radius: float, height: float, at: Sequence[float], *, material: str, axis: Axis = "z") -> Part:
    """A turned button with a chamfer, on ``at``."""
    profile = [(radius, -height / 2.0), (radius, 0.3 * height), (0.75 * radius, height / 2.0)]
    return lathe(profile, at, material=material, axis=axis, sides=14)


def rivet_row(
    start: Sequence[float], end: Sequence[float], count: int, radius: float, height: float, *, material: str
) -> list[Part]:
    """Upright pins in a row from one point to another, both (3,)."""
    first, last = np.asarray(start, np.float64), np.asarray(end, np.float64)
    places = first + (last - first) * np.linspace(0.0, 1.0, count)[:, None]
    return [cylinder(radius, height, place, material=material, sides=8) for place in places]


def pebbles(
    rng: np.random.Generator, count: int, extent: ArrayLike, size: tuple[float, float], *, material: str
) -> list[Part]:
    """Small lumps strewn in a box around the origin."""
    places = rng.uniform(-0.5, 0.5, (count, 3)) * np.asarray(extent, np.float64)
    radii = rng.uniform(size[0], size[1], (count, 3)) / 2.0
    return [
        ellipsoid(radius, place, material=material, sides=8, rings=4)
        for radius, place in zip(radii, places, strict=True)
    ]


def varied(rng: np.random.Generator, parts: Iterable[Part], share: float = 0.14) -> list[Part]:
    """The parts stretched along each axis and leant a little, so that one drawing stands for many models.

    Args:
        rng: decides.
        parts: of the whole thing, around its own centre.
        share: by how much the axes may be longer or shorter.
    """
    stretched = np.diag(rng.uniform(1.0 - share, 1.0 + share, 3) * rng.uniform(0.9, 1.1))
    stretched[0, 1] = rng.uniform(-0.5, 0.5) * share
    return move(parts, turned=stretched)


def wobbled(rng: np.random.Generator, corners: ArrayLike, by: float) -> NDArray[np.float64]:
    """Control points (N, 2) that each stray by up to so many mm."""
    points = np.asarray(corners, np.float64)
    return points + rng.uniform(-by, by, points.shape)
