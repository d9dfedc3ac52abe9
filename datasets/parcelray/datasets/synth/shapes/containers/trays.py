"""Trays that loose things ride in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.geometry.placing import move
from parcelray.datasets.synth.geometry.shape import Part, Shape, join
from parcelray.datasets.synth.geometry.solids import boxes, lathe, tube
from parcelray.datasets.synth.shapes.containers.fittings import loop
from parcelray.datasets.synth.shapes.containers.kind import ContainerKind, sizes
from parcelray.datasets.synth.shapes.forms import squarish

_WALL = 2.4


def tray(rng: np.random.Generator, inner: NDArray[np.float64]) -> Shape:
    """An open tray of plastic with sloping sides, a thick rim, and ribs under it and around it."""
    x, y, z = (float(v) for v in inner)
    material = str(rng.choice(["polyethylene", "polypropylene", "abs"]))
    depth = float(np.clip(z, 60.0, 140.0))
    lower = float(rng.uniform(0.82, 0.95))
    rings = [(0.001, 0.0), (lower * 0.97, 0.0), (lower, 4.0), (1.0, depth), (1.03, depth), (1.03, depth - 12.0)]
    body = squarish(lathe(rings, material=material, sides=56, wall=_WALL), (x / 2.0 + 14.0, y / 2.0 + 12.0), 14.0)
    parts: list[Part] = move(body, (x / 2.0, y / 2.0, -3.0))
    rim = loop((-18.0, -16.0), (x + 18.0, y + 16.0), 30.0, depth - 4.0)
    parts.append(tube(rim, 3.0, material=material, sides=6))
    parts += _floor_ribs(rng, x, y, material)
    parts += _side_ribs(rng, x, y, depth, material)
    return Shape("tray", None, tuple(join(parts)))


def _floor_ribs(rng: np.random.Generator, x: float, y: float, material: str) -> list[Part]:
    """A grid, a fan from the middle, or rows of dimples."""
    style = rng.random()
    if style < 0.4:
        step = float(rng.uniform(40.0, 90.0))
        across = [(v, y / 2.0, -5.0) for v in np.arange(step, x, step)]
        along = [(x / 2.0, v, -5.0) for v in np.arange(step, y, step)]
        return [
            boxes((2.2, 0.86 * y, 6.0), across, material=material),
            boxes((0.86 * x, 2.2, 6.0), along, material=material),
        ]
    if style < 0.75:
        corners = [(0.06 * x, 0.06 * y), (0.94 * x, 0.06 * y), (0.5 * x, 0.04 * y), (0.04 * x, 0.5 * y)]
        return [tube([(a, b, -5.0), (x - a, y - b, -5.0)], 2.0, material=material, sides=4) for a, b in corners]
    rows = [(u, v, -4.0) for u in np.arange(20.0, x, 38.0) for v in np.arange(20.0, y, 38.0)]
    return [boxes((9.0, 9.0, 2.5), rows, turned=45.0, material=material)]


def _side_ribs(rng: np.random.Generator, x: float, y: float, depth: float, material: str) -> list[Part]:
    """Upright ribs below the rim, close together at the ends where hands take hold."""
    step = float(rng.uniform(18.0, 60.0))
    places = [(u, side, 0.75 * depth) for u in np.arange(20.0, x, step) for side in (-14.0, y + 14.0)]
    ends = [(side, v, 0.75 * depth) for v in np.arange(20.0, y, 0.6 * step) for side in (-16.0, x + 16.0)]
    return [
        boxes((2.4, 8.0, 0.4 * depth), places, material=material),
        boxes((8.0, 2.4, 0.4 * depth), ends, material=material),
    ]


KINDS: tuple[ContainerKind, ...] = (
    ContainerKind("tray", sizes((380.0, 270.0, 80.0), (560.0, 400.0, 140.0)), tray, 0.6, clothed=0.4),
)
