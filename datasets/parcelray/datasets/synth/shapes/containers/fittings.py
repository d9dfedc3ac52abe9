"""What bags and cases are put together with: piping, zips, rings, buckles, webbing, rods, wheels, screws, rivets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from parcelray.datasets.synth.geometry.placing import Rotation, move, turn
from parcelray.datasets.synth.geometry.shape import Part, join
from parcelray.datasets.synth.geometry.solids import box, boxes, cylinder, pipe, tube
from parcelray.datasets.synth.shapes.electronics import screw_parts
from parcelray.datasets.synth.shapes.forms import coaxial, copies

Path3 = NDArray[np.float64]

_WEBBING_WALL = 1.2
_ROD_WALL = 0.9
# Radius and length, mm.
_SCREWS = ((1.4, 9.0), (1.8, 12.0), (1.8, 16.0), (2.2, 14.0))
_RIVET_HEAD = np.array([0.0, 0.0, 3.5])


def loop(low: Sequence[float], high: Sequence[float], radius: float, z: float, *, corner: int = 7) -> Path3:
    """A closed rounded rectangle in x-y at a height: (N, 3), the first point again at the end.

    Args:
        low: its lower corner, (2,) mm.
        high: its upper corner, (2,) mm.
        radius: of its corners.
        z: the height.
        corner: points on each corner; edges get four between.
    """
    radius = min(radius, 0.49 * min(high[0] - low[0], high[1] - low[1]))
    arcs = []
    middles = [
        (high[0] - radius, high[1] - radius),
        (low[0] + radius, high[1] - radius),
        (low[0] + radius, low[1] + radius),
        (high[0] - radius, low[1] + radius),
    ]
    for quarter, (x, y) in enumerate(middles):
        angle = np.linspace(0.0, np.pi / 2.0, corner) + quarter * np.pi / 2.0
        arcs.append(np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], -1))
    points = []
    for quarter in range(4):
        start, end = arcs[quarter][-1], arcs[(quarter + 1) % 4][0]
        points += [arcs[quarter], start + (end - start) * np.linspace(0.2, 0.8, 4)[:, None]]
    flat = np.concatenate([*points, arcs[0][:1]])
    return np.column_stack([flat, np.full(len(flat), z)])


def uneven(rng: np.random.Generator, path: Path3, amount: float) -> Path3:
    """A closed path that hands have bent: slow waves of ``amount`` mm in all directions."""
    turn_ = np.linspace(0.0, 2.0 * np.pi, len(path))[:, None]
    bent = path.copy()
    for waves in (1, 2, 3, 5):
        bent += rng.normal(0.0, amount / waves, 3) * np.sin(waves * turn_ + rng.uniform(0.0, 6.3, 3))
    bent[-1] = bent[0]
    return bent


def piping_parts(path: Path3, *, wire: float = 0.0, radius: float = 1.9, material: str = "pvc") -> list[Part]:
    """The bead around a case's edge: of plastic, with a steel wire in it where ``wire``, its radius, is above 0."""
    bead = tube(path, radius, material=material, sides=6)
    return [bead, coaxial(bead, path, wire / radius, material="steel")] if wire > 0.0 else [bead]


def zip_parts(rng: np.random.Generator, path: Path3, *, metal: bool = False, pulls: int = 2) -> list[Part]:
    """A zip along a path: its chain, the tape on both sides of it, and its pulls."""
    chain = (
        tube(path, 1.3, material="brass", sides=4, grain=0.3) if metal else tube(path, 1.6, material="nylon", sides=5)
    )
    tape = strap(path, 28.0, material="polyester", wall=1.2, grain=0.12)
    parts = [chain, tape]
    for place in rng.integers(0, len(path) - 1, pulls):
        along = path[min(place + 1, len(path) - 1)] - path[place]
        angle = float(np.degrees(np.arctan2(along[1], along[0])) + rng.normal(0.0, 25.0))
        parts += pull_parts(rng, path[place], turn("z", angle))
    return parts


def pull_parts(rng: np.random.Generator, at: ArrayLike, turned: Rotation | None = None) -> list[Part]:
    """A zip's slider with its tab; some have a cord or a moulded end."""
    parts = [
        boxes((11.0, 8.0, 1.6), [(0.0, 0.0, 2.0), (0.0, 0.0, -2.0)], material="zinc"),
        box((3.0, 3.0, 4.0), (-3.0, 0.0, 0.0), material="zinc"),
    ]
    reach = float(rng.uniform(20.0, 38.0))
    style = rng.random()
    if style < 0.55:
        ring = [
            (4.0, -2.5, 3.0),
            (4.0 + reach, -3.5, 4.0),
            (6.0 + reach, 0.0, 4.0),
            (4.0 + reach, 3.5, 4.0),
            (4.0, 2.5, 3.0),
        ]
        parts.append(tube(ring, 0.9, material="zinc", sides=5))
    elif style < 0.8:
        parts.append(box((reach, 5.0, 1.6), (5.0 + reach / 2.0, 0.0, 3.5), material="zinc"))
    else:
        parts.append(tube([(4.0, 0.0, 3.0), (14.0, 1.0, 4.0), (22.0, 0.0, 4.0)], 1.4, material="polyester", sides=5))
        parts.append(box((18.0, 6.0, 4.0), (28.0, 0.0, 4.0), material="pvc"))
    return move(parts, at, turned=turned)


def strap(
    path: ArrayLike,
    width: float,
    *,
    aside: ArrayLike | None = None,
    material: str = "nylon",
    wall: float = _WEBBING_WALL,
    grain: float = 0.1,
) -> Part:
    """A flat strip along a path (N, 3): webbing, a zip's tape.

    Args:
        path: its middle line.
        width: mm.
        aside: the direction that the width lies in; without, at a right angle to the path and level.
        material: what it is of.
        wall: its thickness.
        grain: see ``Part``.
    """
    points = np.asarray(path, np.float64)
    if aside is None:
        along = np.gradient(points, axis=0)
        across = np.cross(along, [0.0, 0.0, 1.0])
    else:
        across = np.broadcast_to(np.asarray(aside, np.float64), points.shape)
    across = across / (np.linalg.norm(across, axis=1, keepdims=True) + 1e-9)
    vertices = np.concatenate([points - across * width / 2.0, points + across * width / 2.0])
    count = len(points)
    i = np.arange(count - 1)
    faces = np.concatenate([np.stack([i, i + 1, i + 1 + count], -1), np.stack([i, i + 1 + count, i + count], -1)])
    return Part(vertices.astype(np.float32), faces.astype(np.int32), material, wall, grain=grain)


def webbing_parts(path: ArrayLike, width: float, *, aside: ArrayLike | None = None) -> list[Part]:
    """Woven strap with its thicker selvedges and the box of stitches at both ends."""
    points = np.asarray(path, np.float64)
    body = strap(points, width, aside=aside)
    stitched = [strap(points[:3], width, aside=aside), strap(points[-3:], width, aside=aside)]
    return [body, *stitched]


def ring_parts(
    edges: tuple[float, float],
    at: ArrayLike,
    turned: Rotation | None = None,
    *,
    radius: float = 1.6,
    material: str = "steel",
) -> list[Part]:
    """A welded ring: rectangular, a D, or round, by its edges in mm."""
    half = (edges[0] / 2.0, edges[1] / 2.0)
    path = loop((-half[0], -half[1]), half, 0.35 * min(edges), 0.0, corner=4)
    return move(tube(path, radius, material=material, sides=6), at, turned=turned)


def buckle_parts(rng: np.random.Generator, width: float, at: ArrayLike, turned: Rotation | None = None) -> list[Part]:
    """What joins or shortens webbing of ``width``: a side release of plastic, a ladder, or one of metal."""
    style = rng.random()
    if style < 0.4:
        parts = [
            boxes(
                [(22.0, width + 8.0, 3.0), (22.0, width + 8.0, 3.0), (20.0, width - 4.0, 4.0)],
                [(0.0, 0.0, 3.0), (0.0, 0.0, -3.0), (14.0, 0.0, 0.0)],
                material="nylon",
            ),
            *ring_parts((16.0, width + 8.0), (-14.0, 0.0, 0.0), radius=2.0, material="nylon"),
        ]
    elif style < 0.7:
        parts = [
            *ring_parts((24.0, width + 6.0), (0.0, 0.0, 0.0), radius=1.9, material="nylon"),
            box((5.0, width + 4.0, 3.5), material="nylon"),
        ]
    else:
        metal = str(rng.choice(["steel", "zinc"]))
        parts = [
            *ring_parts((22.0, width + 5.0), (0.0, 0.0, 0.0), radius=1.7, material=metal),
            cylinder(1.5, width + 4.0, material=metal, axis="y", sides=7),
        ]
    return move(parts, at, turned=turned)


def snap_hook_parts(at: ArrayLike, turned: Rotation | None = None) -> list[Part]:
    """A shoulder strap's hook with its swivel and ring."""
    hook = [(-6.0, 0.0, 0.0), (4.0, 6.0, 0.0), (16.0, 8.0, 0.0), (26.0, 3.0, 0.0), (24.0, -6.0, 0.0), (10.0, -7.0, 0.0)]
    parts = [
        tube(hook, 2.4, material="zinc", sides=6),
        cylinder(3.4, 8.0, (-9.0, 0.0, 0.0), material="zinc", axis="x", sides=9),
        *ring_parts((16.0, 34.0), (-20.0, 0.0, 0.0), radius=1.7, material="zinc"),
    ]
    return move(parts, at, turned=turned)


def rod_parts(
    start: ArrayLike, length: float, *, width: float = 14.0, material: str = "aluminium", stages: int = 2
) -> list[Part]:
    """One telescopic rod along x: tubes in each other, pushed in, with their springs and stops.

    Args:
        start: (3,) its end at low x.
        length: of the outer tube.
        width: of the outer tube along y.
        material: of the tubes.
        stages: tubes.
    """
    parts = []
    for stage in range(stages):
        outer = width - 3.0 * stage
        edges = (length * (1.0 - 0.05 * stage), outer, 0.62 * outer)
        parts.append(box(edges, (edges[0] / 2.0, 0.0, 0.0), material=material, wall=_ROD_WALL))
    parts += [
        box((18.0, 0.7 * width, 0.4 * width), (0.04 * length, 0.0, 0.0), material="nylon"),
        cylinder(2.2, 0.9 * width, (0.06 * length, 0.0, 0.0), material="steel", axis="y", sides=8),
        tube([(0.05 * length, 0.0, 0.0), (0.93 * length, 0.0, 0.0)], 1.1, material="steel", sides=5),
    ]
    return move(parts, start)


def wheel_parts(rng: np.random.Generator, *, twin: bool) -> list[Part]:
    """A case's wheel with fork, axle and bearing: screwed on at the origin, it stands out along x.

    Args:
        rng: decides its size.
        twin: a swivelling pair instead of a fixed single one.
    """
    radius, tyre = float(rng.uniform(18.0, 27.0)), str(rng.choice(["nylon", "nylon", "rubber"]))
    middle = (radius + 9.0, 0.0, 0.0)
    thick = 11.0 if twin else 22.0
    one = [
        pipe(radius, 0.62 * radius, thick, middle, material=tyre, axis="y", sides=20),
        pipe(0.62 * radius, 0.2 * radius, 0.7 * thick, middle, material="polypropylene", axis="y", sides=14),
        pipe(0.3 * radius, 0.12 * radius, 6.0, middle, material="steel", axis="y", sides=10),
    ]
    parts = [*move(one, (0.0, -8.0, 0.0)), *move(one, (0.0, 8.0, 0.0))] if twin else one
    reach = (2.0 * thick if twin else thick) + 14.0
    parts += [
        cylinder(2.6, reach, middle, material="steel", axis="y", sides=8),
        boxes((2.0, 11.0, 11.0), [(middle[0], s * reach / 2.0, 0.0) for s in (-1, 1)], turned=90.0, material="steel"),
        box((26.0, reach, 30.0), (6.0, 0.0, -4.0), material="polypropylene", wall=2.5),
    ]
    if twin:
        parts.append(cylinder(4.0, 26.0, (-2.0, 0.0, 0.0), material="steel", axis="x", sides=9))
        parts.append(pipe(9.0, 4.0, 6.0, (6.0, 0.0, 0.0), material="steel", axis="x", sides=12))
    return join(parts)


def screws_at(rng: np.random.Generator, places: ArrayLike, *, upright: float = 0.6) -> list[Part]:
    """Screws at (N, 3) places; a share of them stands upright, the others lie in x-y."""
    spots = np.atleast_2d(np.asarray(places, np.float64))
    size = rng.integers(0, len(_SCREWS), len(spots))
    standing = rng.random(len(spots)) < upright
    tilt, about = rng.normal(0.0, 8.0, len(spots)), rng.uniform(0.0, 360.0, len(spots))
    turned = np.array(
        [turn("x", t) if up else turn("z", a) @ turn("y", 90.0) for up, t, a in zip(standing, tilt, about, strict=True)]
    )
    parts = []
    for number, (radius, length) in enumerate(_SCREWS):
        chosen = size == number
        if chosen.any():
            (screw,) = screw_parts(radius, length)
            parts.append(copies(screw, spots[chosen], turned[chosen]))
    return parts


def rivets_at(places: ArrayLike, *, material: str = "steel") -> list[Part]:
    """Tubular rivets with a head on either side, upright, at (N, 3) places."""
    head = cylinder(4.2, 0.9, material=material, sides=10)
    shank = cylinder(1.7, 7.0, material=material, sides=7)
    rivet = join([shank, *move(head, _RIVET_HEAD), *move(head, -_RIVET_HEAD)])[0]
    return [copies(rivet, places, np.eye(3))]
