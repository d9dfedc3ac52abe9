"""The solids that things are built of. All lengths in mm; all are closed unless a wall makes them shells.

With ``wall`` above 0 a solid becomes its own thin skin (see ``Part``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import mapbox_earcut
import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry import MultiPolygon, Polygon

from parcelray.datasets.synth.geometry.kernels import frames
from parcelray.datasets.synth.geometry.placing import Axis, hollow, move, turn
from parcelray.datasets.synth.geometry.shape import Part, join

_BOX_FACES = np.array(
    [
        [0, 2, 1], [0, 3, 2], [4, 5, 6], [4, 6, 7], [0, 1, 5], [0, 5, 4],
        [1, 2, 6], [1, 6, 5], [2, 3, 7], [2, 7, 6], [3, 0, 4], [3, 4, 7],
    ],
    np.int32,
)  # fmt: skip
# Corners in the order of the faces, for edges of 1.
_UNIT_CORNERS = (
    np.array(
        [[-1, -1, -1], [1, -1, -1], [1, 1, -1], [-1, 1, -1], [-1, -1, 1], [1, -1, 1], [1, 1, 1], [-1, 1, 1]], np.float64
    )
    * 0.5
)
_LYING: dict[str, NDArray[np.float64] | None] = {"x": turn("y", 90), "y": turn("x", -90), "z": None}


def box(
    extent: ArrayLike, at: ArrayLike = (0.0, 0.0, 0.0), *, material: str, wall: float = 0.0, grain: float = 0.0
) -> Part:
    """A cuboid.

    Args:
        extent: its three edges.
        at: its centre.
        material: what it is of.
        wall: above 0, a box of walls of this thickness.
        grain: see ``Part``.
    """
    x, y, z = np.asarray(extent, np.float64) / 2.0
    corners = [[-x, -y, -z], [x, -y, -z], [x, y, -z], [-x, y, -z], [-x, -y, z], [x, -y, z], [x, y, z], [-x, y, z]]
    vertices = (np.array(corners) + np.asarray(at, np.float64)).astype(np.float32)
    return Part(vertices, _BOX_FACES, material, wall, grain=grain)


def boxes(
    extents: ArrayLike,
    at: ArrayLike,
    *,
    material: str,
    turned: ArrayLike = 0.0,
    wall: float = 0.0,
    grain: float = 0.0,
) -> Part:
    """Many cuboids as one part, at the price of one.

    Args:
        extents: (N, 3) edges, or (3,) for all.
        at: (N, 3) centres.
        material: what they are of.
        turned: degrees about the upright axis, one for all or (N,).
        wall: above 0, boxes of walls of this thickness.
        grain: see ``Part``.
    """
    centres = np.atleast_2d(np.asarray(at, np.float64))
    edges = np.broadcast_to(np.asarray(extents, np.float64), centres.shape)
    angles = np.radians(np.broadcast_to(np.asarray(turned, np.float64), len(centres)))
    corners = _UNIT_CORNERS[None] * edges[:, None]
    cosine, sine = np.cos(angles)[:, None], np.sin(angles)[:, None]
    x, y = corners[..., 0].copy(), corners[..., 1].copy()
    corners[..., 0], corners[..., 1] = x * cosine - y * sine, x * sine + y * cosine
    corners += centres[:, None]
    faces = (_BOX_FACES[None] + 8 * np.arange(len(centres), dtype=np.int32)[:, None, None]).reshape(-1, 3)
    return Part(corners.reshape(-1, 3).astype(np.float32), faces, material, wall, grain=grain)


def lathe(
    profile: ArrayLike,
    at: ArrayLike = (0.0, 0.0, 0.0),
    *,
    material: str,
    axis: Axis = "z",
    sides: int = 28,
    wall: float = 0.0,
    grain: float = 0.0,
) -> Part:
    """A body of revolution.

    Args:
        profile: (N, 2) of radius and height, from the bottom to the top; closed by flat ends.
        at: where the profile's origin comes to lie.
        material: what it is of.
        axis: what it turns about.
        sides: how many around.
        wall: above 0 a shell without ends.
        grain: see ``Part``.
    """
    outline = np.asarray(profile, np.float64)
    rings = len(outline)
    angles = np.linspace(0.0, 2.0 * np.pi, sides, endpoint=False)
    vertices = np.stack(
        [
            outline[:, :1] * np.cos(angles),
            outline[:, :1] * np.sin(angles),
            np.repeat(outline[:, 1:], sides, axis=1),
        ],
        axis=-1,
    ).reshape(-1, 3)
    if wall <= 0.0:
        vertices = np.vstack([vertices, [0.0, 0.0, outline[0, 1]], [0.0, 0.0, outline[-1, 1]]])
    faces = _ring_faces(rings, sides, closed=wall <= 0.0)
    return move(Part(vertices.astype(np.float32), faces, material, wall, grain=grain), at, turned=_LYING[axis])[0]


def cylinder(
    radius: float,
    height: float,
    at: ArrayLike = (0.0, 0.0, 0.0),
    *,
    material: str,
    axis: Axis = "z",
    sides: int = 24,
    wall: float = 0.0,
    grain: float = 0.0,
) -> Part:
    """A cylinder around its centre ``at``; as a shell, with its ends."""
    profile = [(radius, -height / 2.0), (radius, height / 2.0)]
    if wall > 0.0:
        profile = [(0.01, -height / 2.0), *profile, (0.01, height / 2.0)]
    return lathe(profile, at, material=material, axis=axis, sides=sides, wall=wall, grain=grain)


def pipe(
    outer: float,
    inner: float,
    height: float,
    at: ArrayLike = (0.0, 0.0, 0.0),
    *,
    material: str,
    axis: Axis = "z",
    sides: int = 24,
) -> Part:
    """A solid ring or tube between two radii, around its centre ``at``."""
    half = height / 2.0
    profile = np.array([(inner, -half), (outer, -half), (outer, half), (inner, half), (inner, -half)])
    angles = np.linspace(0.0, 2.0 * np.pi, sides, endpoint=False)
    vertices = np.stack(
        [profile[:, :1] * np.cos(angles), profile[:, :1] * np.sin(angles), np.repeat(profile[:, 1:], sides, axis=1)],
        axis=-1,
    ).reshape(-1, 3)
    ring = Part(vertices.astype(np.float32), _ring_faces(len(profile), sides, closed=False), material)
    return move(ring, at, turned=_LYING[axis])[0]


def ellipsoid(
    radii: ArrayLike,
    at: ArrayLike = (0.0, 0.0, 0.0),
    *,
    material: str,
    sides: int = 20,
    rings: int = 12,
    wall: float = 0.0,
    grain: float = 0.0,
) -> Part:
    """An ellipsoid (one radius: a sphere) around its centre ``at``."""
    latitudes = np.linspace(-np.pi / 2.0, np.pi / 2.0, rings + 1)
    profile = np.stack([np.maximum(1e-3, np.cos(latitudes)), np.sin(latitudes)], axis=1)
    ball = lathe(profile, material=material, sides=sides, wall=wall, grain=grain)
    return move(ball, at, scale=np.broadcast_to(np.asarray(radii, np.float64), 3))[0]


def extrude(
    outline: Polygon | MultiPolygon | Sequence[tuple[float, float]] | NDArray[np.float64],
    thickness: float,
    at: ArrayLike = (0.0, 0.0, 0.0),
    *,
    material: str,
    axis: Axis = "z",
    wall: float = 0.0,
    grain: float = 0.0,
) -> Part:
    """A flat outline, given a thickness.

    Args:
        outline: polygon with or without holes, or its corners. For axis z it lies in x-y; for y, in x-z (drawn as seen
            from the side, z up); for x, in y-z.
        thickness: centred on the outline's plane.
        at: the shift.
        material: what it is of.
        axis: along which it is thick.
        wall: above 0 a skin instead of a solid.
        grain: see ``Part``.
    """
    flat = outline if isinstance(outline, Polygon | MultiPolygon) else Polygon(np.asarray(outline))
    # A zero buffer mends outlines that touch or cross themselves.
    mended = flat.buffer(0.0)
    pieces = list(mended.geoms) if isinstance(mended, MultiPolygon) else [mended]
    parts = []
    for piece in pieces:
        if piece.is_empty:
            continue
        corners = loops(shapely.simplify(piece, 0.02))
        points, faces = np.concatenate(corners), prism_faces(corners, 2)
        vertices = np.empty((2, len(points), 3), np.float32)
        vertices[:, :, :2] = points
        vertices[:, :, 2] = [[-thickness / 2.0], [thickness / 2.0]]
        parts.append(Part(vertices.reshape(-1, 3), faces, material, wall, grain=grain))
    if not parts:
        raise ValueError("expected an outline with an area, got an empty one")
    standing = {"z": None, "y": turn("x", 90), "x": turn("z", 90) @ turn("x", 90)}[axis]
    return join(move(parts, at, turned=standing))[0]


def rounded(width: float, depth: float, radius: float) -> Polygon:
    """A rectangle with round corners around the origin."""
    radius = min(radius, width / 2.0 - 1e-3, depth / 2.0 - 1e-3)
    inner = shapely.box(-width / 2.0 + radius, -depth / 2.0 + radius, width / 2.0 - radius, depth / 2.0 - radius)
    return inner.buffer(radius, quad_segs=5)


def rounded_box(
    extent: Sequence[float],
    radius: float,
    at: ArrayLike = (0.0, 0.0, 0.0),
    *,
    material: str,
    wall: float = 0.0,
    grain: float = 0.0,
) -> Part:
    """A cuboid with round upright edges."""
    outline = rounded(extent[0], extent[1], radius)
    return extrude(outline, extent[2], at, material=material, wall=wall, grain=grain)


def tube(
    path: ArrayLike,
    radius: float | NDArray[np.float64],
    *,
    material: str,
    sides: int = 7,
    wall: float = 0.0,
    grain: float = 0.0,
) -> Part:
    """A round rod along a path: a wire, a spring, a hose (as a shell).

    Args:
        path: (N, 3) points.
        radius: one for all, or one for each point.
        material: what it is of.
        sides: how many around.
        wall: above 0 a hose of this wall.
        grain: see ``Part``.
    """
    points = np.asarray(path, np.float64)
    count = len(points)
    normals, binormals = frames(points)
    angles = np.linspace(0.0, 2.0 * np.pi, sides, endpoint=False)
    around = normals[:, None] * np.cos(angles)[None, :, None] + binormals[:, None] * np.sin(angles)[None, :, None]
    radii = np.broadcast_to(np.asarray(radius, np.float64), count)
    vertices = (points[:, None] + radii[:, None, None] * around).reshape(-1, 3)
    vertices = np.vstack([vertices, points[0], points[-1]])
    rod = Part(vertices.astype(np.float32), _ring_faces(count, sides, closed=True), material, wall, grain=grain)
    return rod if wall > 0.0 or rod.volume() > 0.0 else hollow(rod)


def sheet(
    extent: tuple[float, float],
    height: Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]],
    *,
    material: str,
    wall: float,
    points: tuple[int, int] = (40, 32),
    keep: Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.bool_]] | None = None,
    grain: float = 0.0,
) -> Part:
    """A thin sheet over x-y: cloth, film, crumpled paper.

    Args:
        extent: its length along x and y, around the origin.
        height: z at each x, y.
        material: what it is of.
        wall: its thickness.
        points: of the grid along x and y.
        keep: where the sheet is; everywhere without.
        grain: see ``Part``.
    """
    nx, ny = points
    x, y = np.meshgrid(
        np.linspace(-extent[0] / 2.0, extent[0] / 2.0, nx), np.linspace(-extent[1] / 2.0, extent[1] / 2.0, ny)
    )
    z = np.broadcast_to(height(x, y), x.shape)
    vertices = np.stack([x, y, z], axis=-1).reshape(-1, 3)
    row, column = np.mgrid[: ny - 1, : nx - 1]
    a = (row * nx + column).ravel()
    faces = np.concatenate([np.stack([a, a + 1, a + nx + 1], -1), np.stack([a, a + nx + 1, a + nx], -1)])
    if keep is not None:
        faces = faces[keep(x, y).ravel()[faces].all(axis=1)]
    return Part(vertices.astype(np.float32), faces.astype(np.int32), material, wall, grain=grain)


def loops(outline: Polygon) -> list[NDArray[np.float64]]:
    """The corners of an outline, counter-clockwise, and of each of its holes, clockwise: (N, 2) each."""
    oriented = shapely.geometry.polygon.orient(outline)
    return [shapely.get_coordinates(loop)[:-1] for loop in (oriented.exterior, *oriented.interiors)]


def prism_faces(corners: Sequence[NDArray[np.float64]], levels: int) -> NDArray[np.int32]:
    """The faces of a closed prism over an outline.

    Args:
        corners: of its ``loops``, N in all.
        levels: how often they come one above the other, from the bottom to the top; at least 2.

    Returns:
        (M, 3) of vertex numbers: ``level * N + corner``.
    """
    points = np.concatenate(corners)
    count = len(points)
    ends = np.cumsum([len(loop) for loop in corners])
    caps = mapbox_earcut.triangulate_float64(points, ends.astype(np.uint32)).reshape(-1, 3).astype(np.int32)
    a, b, c = points[caps[0]]
    if (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) < 0.0:
        caps = caps[:, ::-1]
    here = np.arange(count, dtype=np.int32)
    following = here + 1
    following[ends - 1] = [0, *ends[:-1]]
    level = (np.arange(levels - 1, dtype=np.int32) * count)[:, None]
    sides = np.empty((levels - 1, count, 2, 3), np.int32)
    sides[:, :, 0, 0] = sides[:, :, 1, 0] = level + here
    sides[:, :, 0, 1] = level + following
    sides[:, :, 0, 2] = sides[:, :, 1, 1] = level + count + following
    sides[:, :, 1, 2] = level + count + here
    return np.concatenate([caps[:, ::-1], caps + np.int32((levels - 1) * count), sides.reshape(-1, 3)])


@lru_cache(maxsize=1024)
def _ring_faces(rings: int, sides: int, *, closed: bool) -> NDArray[np.int32]:
    """Faces of a lathe or a tube: between neighbouring rings, and, where closed, fans over both ends.

    The fans' centres are the two vertices after the rings, at the first and at the last one.
    """
    i = np.arange(rings - 1)[:, None]
    j = np.arange(sides)
    beside = (j + 1) % sides
    a, b, c, d = i * sides + j, i * sides + beside, (i + 1) * sides + beside, (i + 1) * sides + j
    faces = [np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)]
    if closed:
        bottom, top = rings * sides, rings * sides + 1
        last = (rings - 1) * sides
        faces.append(np.stack([np.full(sides, bottom), beside, j], -1))
        faces.append(np.stack([np.full(sides, top), last + j, last + beside], -1))
    return np.concatenate(faces).astype(np.int32)
