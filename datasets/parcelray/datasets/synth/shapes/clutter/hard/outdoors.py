"""Sport and outdoors: weights, torches, tripods, fishing tackle, wheels, climbing hooks."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import smooth
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, cylinder, extrude, lathe, pipe, tube
from parcelray.datasets.synth.shapes.clutter.hard.forms import (
    chance,
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
from parcelray.datasets.synth.shapes.electronics import cell_parts, wire_parts
from parcelray.datasets.synth.shapes.kind import Kind


def dumb_bell(rng: np.random.Generator) -> Shape:
    """A dumb-bell of cast iron or sand in vinyl, weights to stack, or a kettle bell."""
    radius, gap = rng.uniform(26, 55), rng.uniform(100, 130)
    material = pick(rng, ("steel", 0), ("steel", 0), ("concrete", 0))[0]
    ends = [
        cylinder(
            radius,
            rng.uniform(26, 60),
            (sx * (gap / 2 + 22), 0, 0),
            material=material,
            axis="x",
            sides=pick(rng, 6, 24),
        )
        for sx in (-1, 1)
    ]
    return shape(
        "dumb_bell",
        [*ends, cylinder(13, gap, material="steel", axis="x"), pipe(15, 13.2, 0.8 * gap, material="rubber", axis="x")],
    )


def flashlight(rng: np.random.Generator) -> Shape:
    """A torch: alloy or plastic tube with cells, springs, reflector, lamp, switch; some pistol-grip lanterns."""
    metal = pick(rng, ("aluminium", 1.8), ("aluminium", 2.5), ("abs", 2.0))
    radius, cell, chem = pick(rng, (9.1, 65.0, "l"), (7.0, 49.0, "a"), (5.1, 43.0, "a"), (16.5, 58.0, "a"))
    count = pick(rng, 1, 2, 3)
    length = count * cell + 16
    head = rng.uniform(1.2, 2.0) * radius + 4
    tube_wall = radius + 2.5
    parts = [
        lathe(
            [(tube_wall, -length / 2), (tube_wall, length / 2), (head, length / 2 + 16), (head, length / 2 + 42)],
            material=metal[0],
            axis="x",
            wall=metal[1],
        ),
        cylinder(tube_wall, 3, (-length / 2, 0, 0), material=metal[0], axis="x"),
    ]
    for i in range(count):
        parts += cell_parts(
            radius, cell, ((i - (count - 1) / 2) * cell, 0, 0), turn("y", 90), "liion" if chem == "l" else "alkaline"
        )
    parts += [
        *spring(0.7 * radius, 10, 4, 1.0, (-length / 2 + 6, 0, 0), axis="x"),
        lathe(
            [(3, length / 2 + 14), (0.6 * head, length / 2 + 20), (0.92 * head, length / 2 + 38)],
            material="aluminium",
            axis="x",
            wall=0.4,
        ),
        cylinder(0.95 * head, 2.5, (length / 2 + 40, 0, 0), material="glass", axis="x"),
        cylinder(0.9 * radius, 1.6, (length / 2 + 11, 0, 0), material="fr4", axis="x"),
        box((2, 4, 4), (length / 2 + 14, 0, 0), material="ceramic"),
        cylinder(0.7 * radius, 8, (-length / 2 - 4, 0, 0), material="rubber", axis="x"),
    ]
    parts += [
        pipe(tube_wall + 1.2, tube_wall, 3, (x * length, 0, 0), material=metal[0], axis="x")
        for x in np.linspace(-0.35, 0.2, 7)
    ]
    if chance(rng, 0.25):
        grip = stroke([(-0.1 * length, -tube_wall), (-0.25 * length, -95)], 30)
        parts += [
            extrude(grip, 26, material="abs", wall=2.0),
            *cell_parts(7, 49, (-0.2 * length, -60, 0), turn("z", -8) @ turn("x", 90)),
            *domed(stroke([(-0.1 * length + 20, -20), (-0.1 * length + 17, -38)], 10), 12, 2, material="abs"),
            *wire_parts(smooth([(-0.2 * length, -34, 4), (0, -12, 6), (0.3 * length, -6, 4)], 10)),
        ]
    return shape("flashlight", varied(rng, parts))


def camera_tripod(rng: np.random.Generator) -> Shape:
    """A tripod, folded: three telescopic legs, centre column with a crank, head with handle."""
    length = rng.uniform(220, 420)
    parts: list[Part] = []
    for i in range(3):
        angle = 2 * np.pi * i / 3
        for stage, radius in enumerate((11.0, 9.0, 7.0)):
            parts.append(
                cylinder(
                    radius,
                    length,
                    (6.0 * stage, 21 * np.cos(angle), 21 * np.sin(angle)),
                    material="aluminium",
                    axis="x",
                    sides=12,
                    wall=1.0,
                )
            )
        parts += [
            box((24, 22, 20), (x * length, 21 * np.cos(angle), 21 * np.sin(angle)), material="abs", wall=2.0)
            for x in (0.46, -0.44)
        ] + [
            cylinder(10, 14, (0.54 * length, 21 * np.cos(angle), 21 * np.sin(angle)), material="rubber", axis="x"),
            *screws([(-0.44 * length, 24 * np.cos(angle), 24 * np.sin(angle))], 2.5, 26),
        ]
    parts += [
        cylinder(12, 0.8 * length, (-0.1 * length, 0, 0), material="aluminium", axis="x", wall=1.5),
        box((40, 52, 52), (-0.48 * length, 0, 0), material=pick(rng, "abs", "magnesium"), wall=2.5),
        *domed(stroke([(-0.56 * length, 0), (-0.66 * length, 0)], 36), 30, 5, material=pick(rng, "aluminium", "abs")),
        box((8, 56, 48), (-0.7 * length, 0, 0), material="aluminium"),
        cylinder(3.2, 14, (-0.72 * length, 0, 0), material="steel", axis="x"),
    ]
    handle = np.array([(-0.62 * length, 18, 0), (-0.5 * length, 45, 0), (-0.1 * length, 60, 0)])
    return shape(
        "camera_tripod",
        [
            *parts,
            tube(handle, 4, material="aluminium", sides=8),
            tube(np.add(handle[1:], (0, 1, 0)), 11, material="rubber", sides=10, wall=2.5),
        ],
    )


def fishing_reel(rng: np.random.Generator) -> Shape:
    """A fishing reel with its crank, or lures, hooks and lead weights in a tackle box."""
    if chance(rng, 0.5):
        parts = [
            lathe([(24, 0), (16, 4), (15, 20), (24, 24)], material="aluminium", axis="x", wall=1.5),
            pipe(rng.uniform(17, 22), 15, 18, (12, 0, 0), material="nylon", axis="x"),
            *domed(
                flowing(wobbled(rng, [(-40, -10), (-36, 22), (-6, 26), (0, 0), (-8, -26), (-30, -24)], 2)),
                32,
                6,
                material=pick(rng, "aluminium", "magnesium"),
            ),
            extrude(stroke([(-20, 20), (-22, 58)], 11), 9, material="aluminium"),
            box((75, 5, 17), (-20, 60, 0), material="aluminium"),
            cylinder(4, 75, (-6, 0, 0), material="steel", axis="x"),
            extrude(toothed(18, 2, 30), 6, (-20, 0, 8), material="brass"),
        ]
        crank = smooth([(-20, 0, 14), (-20, 0, 32), (-22, -20, 40), (-24, -55, 42)], 14)
        return shape(
            "fishing_reel",
            varied(
                rng,
                [
                    *parts,
                    tube(crank, 3.5, material="steel", sides=8),
                    cylinder(9, 26, (-24, -57, 56), material="abs"),
                    tube(smooth([(20, -28, 0), (34, 0, 0), (20, 28, 0)], 12), 1.4, material="steel", sides=5),
                    *screws([(-34, 10, 12), (-14, -18, 12), (-30, -16, 12)], 1.5, 10),
                ],
            ),
        )
    parts = [
        box((210, 130, 40), material="polypropylene", wall=2.0),
        *[box((1.5, 125, 34), (x, 0, 0), material="polypropylene") for x in (-52, 0, 52)],
    ]
    hook = smooth([(0, 22, 0), (0, 0, 0), (6, -8, 0), (12, 0, 0), (10, 7, 0)], 14)
    for _ in range(int(rng.integers(12, 30))):
        at = rng.uniform(-0.5, 0.5, 3) * [190, 115, 24]
        kind = int(rng.integers(3))
        made = (
            [tube(hook * rng.uniform(0.6, 1.3), 0.7, material="steel", sides=5)]
            if kind == 0
            else [lathe([(0.4, -9), (5, -4), (5, 4), (0.4, 10)], material="lead", sides=10)]
            if kind == 1
            else [
                lathe([(0.5, -30), (7, -10), (6, 10), (0.5, 32)], material="abs", axis="x", wall=1.5, sides=10),
                cylinder(3, 5, material="steel", sides=8),
                *move(tube(hook, 0.7, material="steel", sides=5), (10, -14, 0)),
            ]
        )
        parts += move(made, at, turned=turn("z", rng.uniform(0, 360)))
    return shape("fishing_reel", parts)


def skate(rng: np.random.Generator) -> Shape:
    """A row of wheels on a frame, as of inline skates, scooters or trolleys: bearings in soft tyres."""
    count, radius = pick(rng, 2, 3, 4), rng.uniform(24, 42)
    parts: list[Part] = []
    for i in range(count):
        at = np.array([(i - (count - 1) / 2) * (2 * radius + 4), 0, 0])
        parts += [
            pipe(radius, 0.6 * radius, 23, at, material=pick(rng, "rubber", "silicone")),
            pipe(0.6 * radius, 12, 20, at, material="nylon"),
            *[pipe(11, 9, 7, np.add(at, (0, 0, z)), material="steel") for z in (-8, 8)],
            *[pipe(6, 4, 7, np.add(at, (0, 0, z)), material="steel") for z in (-8, 8)],
            cylinder(4, 42, at, material="steel"),
            *[cylinder(6.5, 4, np.add(at, (0, 0, z)), material="steel", sides=6) for z in (-20, 20)],
        ]
    side = softened(
        slab(-count * radius, 4, count * radius, radius + 18).union(
            slab(-count * radius * 0.9, -8, count * radius * 0.9, 10)
        ),
        6,
    )
    parts += [extrude(side, 2.5, (0, 0, z), material=pick(rng, "aluminium", "steel")) for z in (-16, 16)] + [
        box((1.8 * count * radius, 4, 50), (0, radius + 18, 0), material="aluminium"),
        *screws([(sx * count * 0.7 * radius, radius + 18, 0) for sx in (-1, 1)], 3, 14, axis="y"),
    ]
    return shape("skate", parts)


def carabiners(rng: np.random.Generator) -> Shape:
    """Climbing hooks, shackles and pulleys of alloy or steel on a rope's end."""
    parts: list[Part] = []
    for i in range(int(rng.integers(1, 6))):
        size = rng.uniform(22, 52)
        oval = (
            np.array(
                [
                    (-0.3, -0.95),
                    (-0.55, -0.4),
                    (-0.5, 0.6),
                    (0.0, 1.0),
                    (0.5, 0.7),
                    (0.5, -0.5),
                    (0.2, -1.0),
                    (-0.1, -1.02),
                ]
            )
            * size
        )
        path = np.column_stack([smooth(oval, 36), np.zeros(36)])
        material = pick(rng, "aluminium", "steel", "zinc")
        hook = [
            tube(path, 0.11 * size, material=material, sides=8),
            tube(np.array([(0.5, -0.35, 0), (0.5, 0.5, 0)]) * size, 0.085 * size, material=material, sides=8),
            *spring(0.05 * size, 0.25 * size, 5, 0.7, (0.5 * size, -0.1 * size, 0), axis="y"),
        ]
        parts += move(
            hook,
            (rng.uniform(-20, 20), 30.0 * i, rng.uniform(-5, 5)),
            turned=turn("z", rng.uniform(0, 360)) @ turn("x", rng.normal(0, 25)),
        )
    parts.append(ring(20, 5, (30, 10, 6), material="steel"))
    return shape("carabiners", parts)


KINDS: tuple[Kind, ...] = (
    Kind("dumb_bell", None, dumb_bell, 0.4),
    Kind("flashlight", None, flashlight, 1.4),
    Kind("camera_tripod", None, camera_tripod, 1.5),
    Kind("fishing_reel", None, fishing_reel, 0.6),
    Kind("skate", None, skate, 0.5),
    Kind("carabiners", None, carabiners, 0.9),
)
