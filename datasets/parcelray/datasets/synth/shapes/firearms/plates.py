"""Bodies made of outlines: plates with bevelled faces, hollow bodies, turned bars, pins and springs.

A plate is thick along y (or lies along x, for what has one cross-section all its length). A pistol has some thirty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry import MultiPolygon, Polygon

from parcelray.datasets.synth.geometry.placing import hollow, move, turn
from parcelray.datasets.synth.geometry.shape import Part
from parcelray.datasets.synth.geometry.solids import lathe, loops, prism_faces, tube
from parcelray.datasets.synth.shapes.firearms.outlines import Outline, inset

Profile = Sequence[tuple[float, float]]

# Points closer to a straight line than this (mm) are dropped before meshing.
_TOLERANCE = 0.06
# A corner moves inwards by at most this multiple of the inset.
_MITRE = 1.8


def plate(
    shape: Outline,
    width: float,
    *,
    material: str,
    role: str = "",
    y: float = 0.0,
    bevel: float = 0.0,
    round_share: float = 0.0,
    grain: float = 0.0,
) -> list[Part]:
    """An outline made as thick as ``width`` along y; empty if the outline is.

    Args:
        shape: in x-z.
        width: along y.
        material: what it is of.
        role: see ``Part``.
        y: of its middle.
        bevel: how far the faces' rims are moved inwards.
        round_share: share of the width, on each side, over which the bevel goes; 0 makes flat sides with a short edge.
        grain: see ``Part``.
    """
    half = width / 2.0
    if bevel <= 0.0:
        profile: Profile = ((-half, 0.0), (half, 0.0))
    elif round_share <= 0.0:
        profile = ((-half, bevel), (-half + 0.7 * bevel, 0.0), (half - 0.7 * bevel, 0.0), (half, bevel))
    else:
        run = round_share * width
        profile = (
            (-half, bevel),
            (-half + 0.35 * run, 0.35 * bevel),
            (-half + run, 0.0),
            (half - run, 0.0),
            (half - 0.35 * run, 0.35 * bevel),
            (half, bevel),
        )
    made = [_prism(piece, profile, material) for piece in _pieces(shape)]
    return [replace(part, role=role, grain=grain) for part in move(made, (0.0, y, 0.0))]


def hole(
    shape: Outline, width: float, *, material: str, role: str = "", y: float = 0.0, bevel: float = 0.0
) -> list[Part]:
    """The same as a hole in something of the same material and role."""
    return [hollow(part) for part in plate(shape, width, material=material, role=role, y=y, bevel=bevel)]


def hollow_body(
    shape: Outline,
    width: float,
    wall: float,
    *,
    material: str,
    role: str = "",
    rim: float | None = None,
    bevel: float = 0.0,
    round_share: float = 0.0,
    opened: Outline | None = None,
) -> list[Part]:
    """A plate with a cavity: two side walls, with a rim around that is seen edge-on.

    Args:
        shape: in x-z.
        width: along y.
        wall: of each side.
        material: what it is of.
        role: see ``Part``.
        rim: thickness of what runs around; the wall's if it is not said.
        bevel: see ``plate``.
        round_share: see ``plate``.
        opened: what belongs to the cavity besides, so that the rim has gaps there.
    """
    cavity = inset(shape, wall if rim is None else rim)
    if opened is not None:
        cavity = cavity.union(opened).intersection(shape)
    inner = max(width - 2.0 * wall, 0.5)
    return [
        *plate(shape, width, material=material, role=role, bevel=bevel, round_share=round_share),
        *hole(cavity, inner, material=material, role=role, bevel=0.4 * bevel),
    ]


def lengthwise(
    section: Outline, x0: float, x1: float, *, material: str, role: str = "", bevel: float = 0.0
) -> list[Part]:
    """A bar from x0 to x1 whose cross-section is given in y-z (holes run through it)."""
    half = abs(x1 - x0) / 2.0
    profile: Profile = ((-half, 0.0), (half, 0.0))
    if bevel > 0.0:
        profile = ((-half, bevel), (-half + bevel, 0.0), (half - bevel, 0.0), (half, bevel))
    # Drawn along y with the section's y as x; a quarter turn about z brings it to lie along x.
    made = [_prism(piece, profile, material) for piece in _pieces(section)]
    return [replace(part, role=role) for part in move(made, ((x0 + x1) / 2.0, 0.0, 0.0), turned=turn("z", 90))]


def turned(
    profile: ArrayLike, *, material: str, role: str = "", y: float = 0.0, z: float = 0.0, sides: int = 18
) -> list[Part]:
    """A round bar along x from (x, radius) pairs, x growing."""
    pairs = np.asarray(profile, np.float64)
    return move(lathe(pairs[:, ::-1], material=material, axis="x", sides=sides), (0.0, y, z), role=role)


def bored(
    profile: ArrayLike,
    bore: float,
    *,
    material: str,
    role: str = "",
    y: float = 0.0,
    z: float = 0.0,
    sides: int = 18,
) -> list[Part]:
    """A round bar along x with a hole of radius ``bore`` through all of it."""
    pairs = np.asarray(profile, np.float64)
    through = [(pairs[0, 0], bore), (pairs[-1, 0], bore)]
    return [
        *turned(pairs, material=material, role=role, y=y, z=z, sides=sides),
        *(hollow(part) for part in turned(through, material=material, role=role, y=y, z=z, sides=sides)),
    ]


def pins(
    places: ArrayLike, radius: float, width: float, *, material: str = "steel", role: str = "", sides: int = 8
) -> list[Part]:
    """Pins and screws across: cylinders along y at (x, z) places."""
    angles = np.linspace(0.0, 2.0 * np.pi, sides, endpoint=False)
    circle = Polygon(radius * np.stack([np.cos(angles), np.sin(angles)], axis=1))
    one = plate(circle, width, material=material, role=role)[0]
    at = np.asarray(places, np.float64).reshape(-1, 2)
    return repeat([one], np.stack([at[:, 0], np.zeros(len(at)), at[:, 1]], axis=1))


def repeat(parts: Sequence[Part], offsets: ArrayLike) -> list[Part]:
    """The same parts at every offset, (N, 3): one part for each of them."""
    at = np.asarray(offsets, np.float64).reshape(-1, 3)
    if not len(at):
        return []
    copies = []
    for part in parts:
        count = len(part.vertices)
        vertices = (part.vertices[None] + at[:, None]).reshape(-1, 3).astype(np.float32)
        faces = part.faces[None] + (np.arange(len(at), dtype=np.int32) * count)[:, None, None]
        copies.append(replace(part, vertices=vertices, faces=faces.reshape(-1, 3).astype(np.int32)))
    return copies


def coil_spring(
    x0: float, x1: float, radius: float, wire: float, turns: int, *, z: float = 0.0, role: str = ""
) -> list[Part]:
    """A round spring along x."""
    t = np.linspace(0.0, 2.0 * np.pi * turns, 9 * turns + 1)
    along = np.linspace(x0, x1, len(t))
    path = np.stack([along, radius * np.cos(t), z + radius * np.sin(t)], axis=1)
    return [replace(tube(path, wire / 2.0, material="steel", sides=4), role=role)]


def _pieces(shape: Outline) -> list[Polygon]:
    """The parts of an outline that are worth a mesh, with no more points than their curves need."""
    simple = shapely.simplify(shape, _TOLERANCE)
    pieces = simple.geoms if isinstance(simple, MultiPolygon) else [simple]
    return [piece for piece in pieces if isinstance(piece, Polygon) and piece.area > 0.3]


def _prism(shape: Polygon, profile: Profile, material: str) -> Part:
    """A closed mesh over an outline with holes; each level of the profile is (y, inset of the outline)."""
    corners = loops(shape)
    points, faces = np.concatenate(corners), prism_faces(corners, len(profile))
    vertices = np.empty((len(profile), len(points), 3), np.float32)
    vertices[:, :, 0], vertices[:, :, 2] = points[:, 0], points[:, 1]
    vertices[:, :, 1] = np.array([y for y, _ in profile])[:, None]
    if any(by for _, by in profile):
        insets = np.array([by for _, by in profile])[:, None, None]
        vertices[:, :, ::2] += insets * np.concatenate([_inwards(loop) for loop in corners])
    # Seen from the side, y points away: what is the top of a prism that stands is the far side here.
    return Part(vertices.reshape(-1, 3), np.ascontiguousarray(faces[:, ::-1]), material)


def _inwards(loop: NDArray[np.float64]) -> NDArray[np.float64]:
    """At each corner of a loop with the body on its left: where it goes when the outline shrinks by 1 mm."""
    along = np.concatenate([loop[1:], loop[:1]]) - loop
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    both = along + np.concatenate([along[-1:], along[:-1]])
    length = np.maximum(np.hypot(both[:, 0], both[:, 1]), 1e-6)
    mitre = np.minimum(2.0 / length, _MITRE) / length
    return np.stack([-both[:, 1] * mitre, both[:, 0] * mitre], axis=1)
