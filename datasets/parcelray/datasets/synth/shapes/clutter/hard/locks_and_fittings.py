"""Locks, keys, pipe fittings, taps and door handles."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import smooth
from parcelray.datasets.synth.geometry.placing import hollow, move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, cylinder, ellipsoid, extrude, pipe, rounded_box, tube
from parcelray.datasets.synth.shapes.clutter.hard.forms import (
    angular,
    chance,
    disc,
    domed,
    flowing,
    pick,
    ring,
    screws,
    slab,
    softened,
    spring,
    stroke,
    toothed,
    varied,
    wobbled,
)
from parcelray.datasets.synth.shapes.kind import Kind


def padlock(rng: np.random.Generator) -> Shape:
    """A padlock: brass or laminated body with its cylinder and springs, a hardened shackle, often a key."""
    width = rng.uniform(22, 62)
    height, depth = rng.uniform(0.75, 1.1) * width, rng.uniform(0.3, 0.45) * width
    body = pick(rng, "brass", "brass", "steel", "zinc", "aluminium")
    outline = softened(slab(-width / 2, -height, width / 2, 0), 0.1 * width)
    bore = hollow(extrude(slab(-0.12 * width, -height + 1, 0.12 * width, -0.25 * height), 0.24 * width, material=body))
    parts = [
        *domed(outline, depth, 1.5, material=body),
        bore,
        cylinder(0.1 * width, 0.6 * height, (0, -0.65 * height, 0), material="brass", axis="y"),
    ]
    reach, radius = rng.uniform(0.4, 1.1) * width, 0.075 * width
    shackle = smooth(
        [
            (-0.34 * width, -0.3 * height, 0),
            (-0.34 * width, 0.4 * reach, 0),
            (0, reach + 0.2 * width, 0),
            (0.34 * width, 0.4 * reach, 0),
            (0.34 * width, -0.15 * height, 0),
        ],
        26,
    )
    opened = turn("y", rng.uniform(20, 120)) if chance(rng, 0.25) else np.eye(3)
    parts += move(tube(shackle, radius, material="steel", sides=10), turned=opened)
    if chance(rng, 0.4):
        parts += move(_key_parts(rng, 0.8 * width + 12), (0, -height - 4, 0), turned=turn("z", -90))
    return shape("padlock", parts)


def _key_parts(rng: np.random.Generator, length: float) -> list[Part]:
    """One key along x, its bow at the origin."""
    bow = pick(
        rng,
        disc(0.21 * length),
        angular(
            [
                (-0.2 * length, -0.2 * length),
                (0.2 * length, -0.2 * length),
                (0.2 * length, 0.2 * length),
                (-0.2 * length, 0.2 * length),
            ],
            3,
        ),
    )
    bow = bow.difference(disc(0.07 * length, (-0.1 * length, 0)))
    width = 0.14 * length
    cuts = [(0.25 * length + 0.11 * length * i, rng.uniform(-0.1, 0.45) * width) for i in range(8)]
    blade = [
        (0.1 * length, -width / 2),
        (1.1 * length, -width / 2),
        (1.15 * length, 0),
        *cuts[::-1],
        (0.1 * length, width / 2),
    ]
    material = pick(rng, "brass", "nickel", "steel")
    parts = [extrude(softened(bow.union(angular(blade)), 0.0), pick(rng, 2.0, 2.5), material=material)]
    if chance(rng, 0.3):
        parts.append(extrude(bow.buffer(2.5), 8, material="abs", wall=1.5))
    return parts


def keys(rng: np.random.Generator) -> Shape:
    """A bunch of keys on split rings, with a fob, a car's remote key or a tag."""
    parts: list[Part] = [ring(14, 2.2, material="steel"), ring(14, 2.2, (0.4, 0.3, 2.0), material="steel")]
    for _ in range(int(rng.integers(2, 8))):
        length = rng.uniform(26, 52)
        angle = rng.uniform(0, 360)
        key = move(_key_parts(rng, length), (14 + 0.1 * length, 0, 0), turned=turn("x", rng.uniform(-50, 50)))
        parts += move(key, (0, 0, rng.uniform(-5, 5)), turned=turn("z", angle))
    if chance(rng, 0.6):
        fob = [
            rounded_box((62, 36, 14), 12, material="abs", wall=1.5),
            box((46, 26, 1.0), material="fr4"),
            cylinder(10, 3.2, (8, 0, -2), material="stainless"),
            box((10, 8, 2), (-12, 4, 1), material="silicon"),
            box((8, 5, 2), (-10, -8, 1), material="copper"),
        ]
        parts += move(fob, (-50, 0, 0), turned=turn("z", rng.uniform(-40, 40)))
    else:
        parts += [ring(4, 1.2, (-16 - 7 * i, 0, 0), material="steel", points=14) for i in range(4)]
        tag = softened(flowing(wobbled(rng, [(-40, 0), (-50, 14), (-74, 12), (-78, -8), (-54, -15)], 6)), 2)
        parts += domed(tag, pick(rng, 2.5, 4.0), 1, material=pick(rng, "zinc", "leather", "pmma", "brass"))
    return shape("keys", parts)


def water_tap(rng: np.random.Generator) -> Shape:
    """A tap or ball valve with its stem, handle and spout; bare fittings are a labelled kind of their own."""
    radius = rng.uniform(8, 22)
    material = pick(rng, "brass", "brass", "copper", "steel", "pvc")
    wall = 0.22 * radius
    parts = [
        pipe(radius, radius - wall, 5 * radius, material=material, axis="x"),
        *[
            pipe(1.35 * radius, radius, 1.1 * radius, (sx * 2.2 * radius, 0, 0), material=material, axis="x", sides=6)
            for sx in (-1, 1)
        ],
    ]
    if chance(rng, 0.5):
        parts += [
            ellipsoid(0.74 * radius, material="stainless"),
            cylinder(0.3 * radius, 2.6 * radius, (0, 1.6 * radius, 0), material=material, axis="y"),
            pipe(0.7 * radius, 0.32 * radius, 1.5 * radius, (0, 1.7 * radius, 0), material=material, axis="y"),
        ]
        lever = stroke([(0, 0), (4.2 * radius, 0.3 * radius)], 1.1 * radius)
        parts += move(extrude(lever, 3, material="steel"), (0, 2.9 * radius, 0), turned=turn("x", 90))
        parts.append(pipe(0.6 * radius, 0.3 * radius, 4, (0, 3.1 * radius, 0), material="steel", axis="y", sides=6))
    else:
        spout = smooth(
            [(0, 0, 0), (0, 3 * radius, 0), (2 * radius, 4.5 * radius, 0), (4 * radius, 3.6 * radius, 0)], 20
        )
        parts += [
            tube(spout, 0.7 * radius, material=material, sides=14, wall=2.0),
            cylinder(0.9 * radius, 1.6 * radius, (0, -1.6 * radius, 0), material="ceramic", axis="y"),
            pipe(1.2 * radius, 0.9 * radius, 2 * radius, (0, -1.6 * radius, 0), material=material, axis="y"),
        ]
        parts += move(
            extrude(softened(slab(-4, -2.2 * radius, 4, 2.2 * radius), 3), 5, material="zinc"),
            (0, -2.9 * radius, 0),
            turned=turn("x", 90),
        )
    parts += spring(radius, 1.0 * radius, 4, 0.8, (2.6 * radius, 0, 0), axis="x", material=material)
    return shape("water_tap", varied(rng, parts))


def door_handle(rng: np.random.Generator) -> Shape:
    """A lever handle or lock case: plate, spindle, lever; or a mortise lock with its bolts, springs and cylinder."""
    material = pick(rng, "brass", "aluminium", "zinc", "stainless")
    if chance(rng, 0.5):
        plate = softened(slab(-20, -110, 20, 60), 8).difference(disc(4, (0, -60)))
        parts = (
            domed(plate, 8, 2, material=material)
            if chance(rng, 0.4)
            else [extrude(plate, 8, material=material, wall=1.5)]
        )
        grip = smooth([(0, 0, 0), (0, 0, 42), (20, 0, 52), (70, 2, 52), (118, -4, 48)], 24)
        parts += [
            tube(grip, np.linspace(11, 8, 24), material=material, sides=12),
            box((8, 8, 95), (0, 0, -30), material="steel"),
            pipe(16, 9, 10, (0, 0, 6), material=material),
        ]
        return shape("door_handle", varied(rng, parts + screws([(0, -100, -8), (0, 50, -8)], 2.4, 26)))
    parts = [
        box((70, 165, 16), material="steel", wall=1.5),
        box((3, 230, 22), (36, 0, 0), material=pick(rng, "steel", "brass")),
        box((46, 20, 10), (26, 40, 0), material="brass"),
    ]
    parts += [
        box((40, 30, 11), (24, -35, 0), material="steel"),
        extrude(toothed(13, 3, 8), 13, (-4, 30, 0), material="zinc"),
        *spring(4, 34, 8, 1.0, (-14, 40, 0), axis="x"),
        *spring(3.5, 30, 9, 0.9, (-18, 8, 0), axis="y"),
    ]
    parts += [
        extrude(stroke(smooth([(-26, 60), (-16, 20), (-22, -40)], 10), 7), 2.5, (0, 0, z), material="steel")
        for z in (-3, 3)
    ]
    barrel = disc(8.5, (-4, -36)).union(slab(-8, -60, 0, -36))
    parts += (
        [extrude(barrel, 62, material="brass"), cylinder(5, 60, (-4, -36, 0), material="brass")]
        if chance(rng, 0.6)
        else []
    )
    return shape(
        "door_handle", varied(rng, parts + screws([(36, 105, 0), (36, -105, 0), (-28, 72, 0), (-28, -72, 0)], 2, 14))
    )


KINDS: tuple[Kind, ...] = (
    Kind("padlock", None, padlock, 1.2),
    Kind("keys", None, keys, 2.5),
    Kind("water_tap", None, water_tap, 0.9),
    Kind("door_handle", None, door_handle, 0.6),
)
