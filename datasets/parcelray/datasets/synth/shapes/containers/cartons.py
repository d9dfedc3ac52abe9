"""Boxes of corrugated board, and crates of wood."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, join
from parcelray.datasets.synth.geometry.solids import box, boxes, sheet, tube
from parcelray.datasets.synth.shapes.containers.kind import ContainerKind, sizes
from parcelray.datasets.synth.shapes.containers.skins import flutes
from parcelray.datasets.synth.shapes.electronics import screw_parts
from parcelray.datasets.synth.shapes.forms import flat

# Inner and outer liner of the board together.
_LINER_WALL = 0.35
_TAPE_WALL = 0.08
_PAPER_GRAIN = 0.1


def carton(rng: np.random.Generator, inner: NDArray[np.float64]) -> Shape:
    """A regular slotted carton: fluted walls, four flaps above and below, tape, label, sometimes staples."""
    x, y, z = (float(v) for v in inner)
    pitch = float(rng.choice([5.5, 6.5, 8.0]))
    middle = inner / 2.0
    bow = float(rng.uniform(0.0, 5.0))
    parts: list[Part] = [box(inner + 2.0, middle, material="paper", wall=_LINER_WALL, grain=_PAPER_GRAIN)]
    # Waves are drawn where rays pass them flat; on the short sides the liner alone must do.
    for side in (-1.0, 1.0):
        long_side = (x / 2.0, y / 2.0 + side * (y / 2.0 + 1.0), z / 2.0)
        parts += flutes(rng, (x, z), long_side, turn("x", 90), pitch=2.0 * pitch, bow=bow)
        end = sheet((y, z), flat, material="paper", wall=_LINER_WALL, points=(2, 2), grain=_PAPER_GRAIN)
        stand = turn("z", 90) @ turn("x", 90)
        parts += move(end, (x / 2.0 + side * (x / 2.0 + 1.0), y / 2.0, z / 2.0), turned=stand)
    for level in (-1.5, z + 1.5):
        parts += _flaps(rng, inner, level, pitch)
    parts += _tape(rng, inner)
    if rng.random() < 0.3:
        parts += _staples(rng, inner)
    if rng.random() < 0.8:
        edges = rng.uniform([90.0, 70.0], [160.0, 110.0])
        edges = np.minimum(edges, inner[:2] * 0.8)
        at = rng.uniform(0.5 * edges, inner[:2] - 0.5 * edges)
        parts.append(box((*edges, 0.25), (*at, z + 3.0), material="paper"))
    return Shape("carton", None, tuple(join(parts)))


def _flaps(rng: np.random.Generator, inner: NDArray[np.float64], level: float, pitch: float) -> list[Part]:
    """Two short flaps, and on them two long ones that meet in the middle, more or less."""
    x, y = float(inner[0]), float(inner[1])
    reach = y / 2.0 - rng.uniform(0.0, 3.0)
    parts: list[Part] = []
    for side in (-1.0, 1.0):
        short = min(reach, 0.48 * x)
        at = (x / 2.0 + side * (x - short) / 2.0, y / 2.0, level)
        liner = sheet((short, y - 2.0), flat, material="paper", wall=_LINER_WALL, points=(2, 2), grain=_PAPER_GRAIN)
        parts += move(liner, at)
        place = (x / 2.0, y / 2.0 + side * y / 4.0, level + np.sign(level) * 1.5)
        parts += flutes(rng, (x, reach), place, turn("y", rng.normal(0.0, 0.3)), pitch=pitch)
    return parts


def _tape(rng: np.random.Generator, inner: NDArray[np.float64]) -> list[Part]:
    """Tape along the middle of lid and floor, turned down at the ends; now and then more of it across."""
    x, y, z = (float(v) for v in inner)
    width = float(rng.choice([48.0, 72.0]))
    runs = [(y / 2.0 + rng.normal(0.0, 3.0), 0.0)]
    runs += [(float(rng.uniform(0.1, 0.9) * y), rng.normal(0.0, 2.0)) for _ in range(int(rng.integers(0, 3)))]
    parts: list[Part] = []
    for across, angle in runs:
        for level in (-2.5, z + 2.5):
            strip = sheet((x, width), flat, material="polypropylene", wall=_TAPE_WALL, points=(2, 2))
            parts += move(strip, (x / 2.0, across, level), turned=turn("z", angle))
            for end in (-2.0, x + 2.0):
                down = sheet((60.0, width), flat, material="polypropylene", wall=_TAPE_WALL, points=(2, 2))
                parts += move(down, (end, across, abs(level - np.sign(level) * 30.0)), turned=turn("y", 90))
    return parts


def _staples(rng: np.random.Generator, inner: NDArray[np.float64]) -> list[Part]:
    """Flat wire staples along the joint and across the floor's flaps."""
    x, y, z = (float(v) for v in inner)
    joint = [(6.0, -1.0, h) for h in np.linspace(0.15 * z, 0.85 * z, max(2, int(z / 50.0)))]
    floor = [
        (h, y / 2.0 + s * 14.0, -2.0) for h in np.linspace(0.1 * x, 0.9 * x, max(2, int(x / 80.0))) for s in (-1, 1)
    ]
    places = joint + (floor if rng.random() < 0.6 else [])
    return [boxes((16.0, 2.2, 0.7), places, turned=rng.normal(0.0, 8.0, len(places)) + 20.0, material="steel")]


def small_box(rng: np.random.Generator, inner: NDArray[np.float64]) -> Shape:
    """A mailing box of thin board with tuck-in flaps."""
    x, y, z = (float(v) for v in inner)
    parts: list[Part] = [box(inner + 2.0, inner / 2.0, material="paper", wall=_LINER_WALL, grain=_PAPER_GRAIN)]
    for level in (-1.0, z + 1.0):
        parts += flutes(rng, (x, y), (x / 2.0, y / 2.0, level), pitch=3.6)
    # Walls are folded over, so the long ones are double.
    for side in (-1.0, 1.0):
        at = (x / 2.0, y / 2.0 + side * (y / 2.0 - 2.0), z / 2.0)
        parts += flutes(rng, (x, z), at, turn("x", 90), pitch=3.6)
        parts.append(box((x - 4.0, 3.0, z - 2.0), at, material="paper", wall=_LINER_WALL, grain=_PAPER_GRAIN))
    tuck = min(40.0, 0.3 * y)
    liner = sheet((x - 8.0, tuck), flat, material="paper", wall=_LINER_WALL, points=(2, 2), grain=_PAPER_GRAIN)
    parts += move(liner, (x / 2.0, y - tuck / 2.0, z - 1.0))
    return Shape("mailing_box", None, tuple(join(parts)))


def crate(rng: np.random.Generator, inner: NDArray[np.float64]) -> Shape:
    """A crate of boards or plywood with battens, nails and sometimes steel straps."""
    x, y, z = (float(v) for v in inner)
    thick = float(rng.choice([4.0, 6.0, 9.0]))
    gap = float(rng.choice([0.5, 4.0, 14.0]))
    parts: list[Part] = []
    width = float(rng.uniform(60.0, 110.0))
    nails: list[tuple[float, float, float]] = []
    for level in (-thick / 2.0, z + thick / 2.0):
        count = max(1, round(y / width))
        boards = (np.arange(count) + 0.5) * y / count
        parts.append(_boards([(x, y / count - gap, thick)] * count, [(x / 2.0, b, level) for b in boards]))
        nails += [(e, b + d, level) for b in boards for e in (12.0, x - 12.0) for d in (-14.0, 14.0)]
    rows = max(1, round(z / width))
    heights = (np.arange(rows) + 0.5) * z / rows
    for side in (0, 1):
        along = [(x / 2.0, side * (y + thick) - thick / 2.0, h) for h in heights]
        parts.append(_boards([(x, thick, z / rows - gap)] * rows, along))
        ends = [(side * (x + thick) - thick / 2.0, y / 2.0, h) for h in heights]
        parts.append(_boards([(thick, y, z / rows - gap)] * rows, ends))
    posts = [(cx, cy, z / 2.0) for cx in (10.0, x - 10.0) for cy in (10.0, y - 10.0)]
    parts.append(_boards([(20.0, 20.0, z)] * 4, posts))
    for place in nails:
        parts += screw_parts(1.1, 26.0, place, turn("x", rng.normal(0.0, 5.0)))
    if rng.random() < 0.5:
        for at in (0.25 * x, 0.75 * x):
            ring = np.array(
                [(at, -6, -6), (at, y + 6, -6), (at, y + 6, z + 6), (at, -6, z + 6), (at, -6, -6)], np.float64
            )
            parts.append(tube(ring, 2.0, material="steel", sides=4, wall=0.4))
    return Shape("crate", None, tuple(join(parts)))


def _boards(extents: list[tuple[float, float, float]], places: list[tuple[float, float, float]]) -> Part:
    return boxes(extents, places, material="wood", grain=0.08)


KINDS: tuple[ContainerKind, ...] = (
    ContainerKind("carton", sizes((280.0, 200.0, 90.0), (560.0, 420.0, 300.0)), carton, 3.0, clothed=0.45),
    ContainerKind("mailing_box", sizes((180.0, 130.0, 40.0), (340.0, 260.0, 110.0)), small_box, 1.5, clothed=0.15),
    ContainerKind("crate", sizes((280.0, 200.0, 120.0), (480.0, 360.0, 260.0)), crate, 0.4, clothed=0.15),
)
