"""Curved outlines, as drawings of firearms need them: corners with fillets, flowing lines, strokes and rings.

All lie in x-z as seen from the side (x to the muzzle, z up), in mm.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import shapely
import shapely.affinity
from numpy.typing import ArrayLike, NDArray
from shapely.geometry import LineString, MultiPolygon, Polygon

Outline: TypeAlias = Polygon | MultiPolygon
Corner = tuple[float, float] | tuple[float, float, float]

_ARC_POINTS = 5


def outline(corners: Sequence[Corner], radius: float = 1.0) -> Polygon:
    """A polygon whose corners are rounded by arcs.

    Args:
        corners: x, z and, if it is not ``radius``, the fillet's radius; shortened where the sides are too short.
        radius: of the corners that give none.
    """
    points = np.array([corner[:2] for corner in corners], np.float64)
    radii = np.array([corner[2] if len(corner) > 2 else radius for corner in corners], np.float64)
    before, after = np.roll(points, 1, axis=0) - points, np.roll(points, -1, axis=0) - points
    to_before, to_after = np.linalg.norm(before, axis=1), np.linalg.norm(after, axis=1)
    before /= np.maximum(to_before, 1e-6)[:, None]
    after /= np.maximum(to_after, 1e-6)[:, None]
    half = np.arccos(np.clip((before * after).sum(axis=1), -0.9999, 0.9999)) / 2.0
    # A fillet takes at most half of each side, so that neighbours never meet.
    cut = np.minimum(radii / np.tan(half), 0.48 * np.minimum(to_before, to_after))
    t = np.linspace(0.0, 1.0, _ARC_POINTS)[None, :, None]
    start, end = (points + before * cut[:, None])[:, None], (points + after * cut[:, None])[:, None]
    # A quadratic curve is within 2 % of the arc for the angles that occur, and needs no centre.
    arcs = (1.0 - t) ** 2 * start + 2.0 * t * (1.0 - t) * points[:, None] + t**2 * end
    return mended(Polygon(arcs.reshape(-1, 2)))


def flowing(through: ArrayLike, points: int = 48) -> Polygon:
    """A closed smooth outline through points."""
    knots = np.asarray(through, np.float64)
    around = np.concatenate([knots[-1:], knots, knots[:2]])
    return mended(Polygon(_catmull_rom(around, points)))


def line(through: ArrayLike, points: int = 14) -> NDArray[np.float64]:
    """An open smooth line through points: (points, 2)."""
    knots = np.asarray(through, np.float64)
    # Beyond its ends the line goes on as it came.
    longer = np.concatenate([[2.0 * knots[0] - knots[1]], knots, [2.0 * knots[-1] - knots[-2]]])
    return np.concatenate([_catmull_rom(longer, points - 1), knots[-1:]])


def _catmull_rom(knots: NDArray[np.float64], points: int) -> NDArray[np.float64]:
    """A curve from the second to the last but one of the knots (Catmull & Rom 1974), without its last point."""
    pieces = len(knots) - 3
    place = np.linspace(0.0, pieces, points, endpoint=False)
    first = place.astype(np.int64)
    t = (place - first)[:, None]
    a, b, c, d = (knots[first + k] for k in range(4))
    curve: NDArray[np.float64] = b + 0.5 * t * (
        c - a + t * (2.0 * a - 5.0 * b + 4.0 * c - d + t * (3.0 * (b - c) + d - a))
    )
    return curve


def stroke(path: ArrayLike, width: float) -> Polygon:
    """A line drawn with a round pen."""
    return mended(LineString(np.asarray(path, np.float64)).buffer(width / 2.0, quad_segs=3))


def disc(x: float, z: float, radius: float, *, flatten: float = 1.0, points: int = 24) -> Polygon:
    """A circle, or an ellipse of height ``flatten`` times its width."""
    angles = np.linspace(0.0, 2.0 * np.pi, points, endpoint=False)
    return Polygon(np.stack([x + radius * np.cos(angles), z + flatten * radius * np.sin(angles)], axis=1))


def bar(x0: float, x1: float, z0: float, z1: float) -> Polygon:
    """An upright rectangle."""
    return shapely.box(min(x0, x1), min(z0, z1), max(x0, x1), max(z0, z1))


def ring(shape: Polygon, width: float) -> Outline:
    """What lies between an outline and the outline moved inwards."""
    return cut(shape, inset(shape, width))


def inset(shape: Outline, by: float) -> Outline:
    """The outline moved inwards (outwards, below 0); its corners stay as they are."""
    moved: Outline = shape.buffer(-by, join_style="mitre", mitre_limit=2.0)
    return moved


def cut(shape: Outline, *others: Outline) -> Outline:
    """What is left of an outline without others."""
    for other in others:
        shape = shape.difference(other)
    return flat(shape)


def merged(*shapes: Outline) -> Outline:
    """The outline of several together."""
    return flat(shapely.unary_union(shapes))


def within(shape: Outline, other: Outline) -> Outline:
    """What two outlines share."""
    return flat(shape.intersection(other))


def slanted(shape: Outline, degrees: float, about: tuple[float, float] = (0.0, 0.0)) -> Outline:
    """The outline turned about a point, counter-clockwise as seen."""
    turned: Outline = shapely.affinity.rotate(shape, degrees, origin=about)
    return turned


def mended(shape: Polygon) -> Polygon:
    """The outline without the loops of lines that crossed: its largest piece."""
    if shape.is_valid:
        return shape
    whole = shape.buffer(0.0)
    return max(whole.geoms, key=lambda piece: piece.area) if isinstance(whole, MultiPolygon) else whole


def flat(shape: shapely.Geometry) -> Outline:
    """Only the areas of what an operation on outlines gave; points and lines where they touch are dropped."""
    areas: Outline = shape
    if not isinstance(shape, Polygon | MultiPolygon):
        areas = MultiPolygon([piece for piece in getattr(shape, "geoms", ()) if isinstance(piece, Polygon)])
    return areas
