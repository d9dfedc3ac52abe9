"""The workshop: tape measures, socket sets, hexagon keys, clamps."""

from __future__ import annotations

import numpy as np
from shapely import affinity

from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, cylinder, extrude, pipe, rounded, rounded_box, tube
from parcelray.datasets.synth.shapes.clutter.hard.forms import (
    chance,
    disc,
    domed,
    pick,
    ring,
    screws,
    slab,
    softened,
    spring,
    stroke,
)
from parcelray.datasets.synth.shapes.kind import Kind


def tape_measure(rng: np.random.Generator) -> Shape:
    """A tape measure: a steel band wound up in a plastic case, a hook, a belt clip."""
    size = rng.uniform(45, 75)
    half = size / 2.0
    depth = rng.uniform(22, 38)
    case = softened(rounded(size, size, 0.4 * size).union(slab(0, -half, half, 0)), 4)
    parts = [extrude(case, depth, material="abs", wall=2.0)]
    windings = rng.uniform(0.08, 0.3) * half
    parts.append(pipe(0.82 * half, 0.82 * half - windings, depth * 0.7, material="steel"))
    parts += [
        pipe(radius, radius - 0.2, depth * 0.7, material="steel") for radius in (0.35 * half, 0.25 * half, 0.18 * half)
    ]
    parts += [
        cylinder(0.1 * half, depth * 0.8, material="abs"),
        box((1.5, 12, 0.7 * depth), (half + 2, -half + 5, 0), material="steel"),
    ]
    parts.append(box((10, 0.3, 0.7 * depth), (half - 4, -half + 10, 0), material="steel"))
    parts.append(box((14, 0.8 * size, 1.0), (0, 0, depth / 2 + 1), material="steel"))
    corners = [(sx * 0.78 * half, sy * 0.78 * half, 0) for sx in (-1, 1) for sy in (-1, 1)]
    parts += screws(corners[1:], 1.3, depth * 0.8)
    return shape("tape_measure", parts)


def socket_set(rng: np.random.Generator) -> Shape:
    """A ratchet with sockets and bits in a moulded case."""
    wide, deep = rng.uniform(160, 300), rng.uniform(90, 160)
    parts = [rounded_box((wide, deep, 40), 10, material="polypropylene", wall=2.0)]
    columns, pitch = int(wide / 26), wide / int(wide / 26)
    for row in range(2):
        for i in range(columns - 1):
            radius = rng.uniform(5, 11)
            place = (-wide / 2 + pitch * (i + 1), deep * (0.34 - 0.27 * row), 0)
            parts.append(pipe(radius, 0.62 * radius, rng.uniform(20, 30), place, material="steel", sides=14))
    length = 0.75 * wide
    ratchet = softened(
        stroke([(0, 0), (length, 0)], 11).union(disc(15)).union(stroke([(0.5 * length, 0), (length, 0)], 16)), 3
    )
    parts += domed(affinity.translate(ratchet, -length / 2, -0.3 * deep), 13, 3, material="steel")
    places = np.stack([np.linspace(-0.42, 0.42, 12) * wide, np.full(12, -0.42 * deep), np.zeros(12)], -1)
    parts += [cylinder(3.2, 25, place, material="steel", axis="y", sides=6) for place in places]
    parts += [cylinder(2.0, 30, (x * wide, deep / 2, 0), material="steel", axis="x", sides=8) for x in (-0.3, 0.3)]
    return shape("socket_set", parts)


def hex_keys(rng: np.random.Generator) -> Shape:
    """Bent hexagon keys, on a ring or in a holder."""
    parts: list[Part] = []
    count = int(rng.integers(5, 10))
    fan = rng.uniform(0, 9)
    for i in range(count):
        size = 1.2 + 0.7 * i
        long, short = 45 + 11 * i, 14 + 3 * i
        path = np.array([(0, short, 0), (0, 4, 0), (1.2, 1.2, 0), (4, 0, 0), (long, 0, 0)])
        parts += move(
            tube(path, size / 1.8, material="steel", sides=6),
            (0, 7.0 * i, i * 0.5),
            turned=turn("z", fan * (i - count / 2)),
        )
    if chance(rng, 0.6):
        parts.append(rounded_box((24, 7.0 * count + 10, 16), 4, (28, 3.5 * count, 2), material="polypropylene"))
    else:
        parts.append(ring(26, 2.5, (15, 3.5 * count, 4), material="steel"))
    return shape("hex_keys", parts)


def clamp(rng: np.random.Generator) -> Shape:
    """A screw clamp: a cast bow, a threaded spindle with a sliding bar, a foot."""
    size = rng.uniform(50, 130)
    bow = stroke([(0, 0), (-0.1 * size, 0.1 * size), (-0.1 * size, 0.9 * size), (0, size)], 0.16 * size)
    arms = stroke([(-0.05 * size, size), (0.6 * size, size)], 0.15 * size).union(
        stroke([(-0.05 * size, 0), (0.6 * size, 0)], 0.15 * size)
    )
    parts = domed(
        softened(bow.union(arms), 0.05 * size),
        0.13 * size,
        0.03 * size,
        material=pick(rng, "steel", "aluminium", "zinc"),
    )
    x, reach = 0.55 * size, rng.uniform(0.2, 0.7) * size
    parts.append(
        cylinder(
            0.05 * size, 1.1 * size, (x, reach - 0.55 * size + 0.1 * size, 0), material="steel", axis="y", sides=12
        )
    )
    parts += spring(0.05 * size, 0.9 * size, 22, 1.4, (x, reach - 0.45 * size, 0), axis="y")
    parts.append(cylinder(0.1 * size, 0.06 * size, (x, reach + 0.12 * size, 0), material="steel", axis="y", sides=12))
    parts.append(cylinder(0.025 * size, 0.5 * size, (x, reach - 0.95 * size, 0), material="steel", axis="x", sides=8))
    return shape("clamp", parts)


KINDS: tuple[Kind, ...] = (
    Kind("tape_measure", None, tape_measure, 0.9),
    Kind("socket_set", None, socket_set, 0.6),
    Kind("hex_keys", None, hex_keys, 0.7),
    Kind("clamp", None, clamp, 0.4),
)
