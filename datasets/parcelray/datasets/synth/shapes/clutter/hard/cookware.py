"""Pots, flasks, cups, plates, utensils and stove-top coffee makers."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import smooth
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, cylinder, ellipsoid, extrude, lathe, pipe, tube
from parcelray.datasets.synth.shapes.clutter.hard.forms import (
    chance,
    flowing,
    pick,
    ring,
    screws,
    spring,
    stroke,
    varied,
    vessel,
)
from parcelray.datasets.synth.shapes.kind import Kind


def pot(rng: np.random.Generator) -> Shape:
    """A pot or pan: pressed steel, aluminium or cast iron, a layered base, riveted handle, maybe a lid."""
    radius = rng.uniform(60, 130)
    height = pick(rng, 0.35, 0.5, 0.9, 1.2) * radius
    material, wall = pick(rng, ("stainless", 0.9), ("aluminium", 3.0), ("steel", 1.5), ("steel", 3.5))
    parts = [
        vessel(
            [(0.85 * radius, 0), (0.95 * radius, 0.1 * height), (radius, height)], wall, material=material, sides=36
        ),
        cylinder(0.82 * radius, 4, (0, 0, -2), material=pick(rng, "aluminium", "copper", "steel"), sides=32),
        pipe(radius + 2, radius, 2, (0, 0, height), material=material, sides=36),
    ]
    if height < 0.8 * radius:
        path = smooth(
            [(radius, 0, 0.7 * height), (1.35 * radius, 0, 0.95 * height), (2.2 * radius, 0, 1.1 * height)], 14
        )
        parts += [
            *move(
                tube(
                    path, np.linspace(9, 12, 14), material=pick(rng, "nylon", "wood", "stainless"), sides=10, wall=0.0
                ),
                scale=(1, 1, 1),
            ),
            box((34, 22, 3), (radius - 2, 0, 0.7 * height), material="steel"),
        ]
    else:
        for side in (-1, 1):
            loop = smooth(
                [
                    (side * radius, -26, 0.75 * height),
                    (side * (radius + 26), -18, 0.78 * height),
                    (side * (radius + 26), 18, 0.78 * height),
                    (side * radius, 26, 0.75 * height),
                ],
                14,
            )
            parts.append(tube(loop, 4, material="stainless", sides=8))
    if chance(rng, 0.4):
        lid = [
            lathe(
                [(0.05, 0.22 * radius), (0.5 * radius, 0.18 * radius), (radius, 0)],
                material=pick(rng, "glass", "stainless"),
                sides=32,
                wall=pick(rng, 1.5, 3.0),
            ),
            cylinder(14, 16, (0, 0, 0.22 * radius + 8), material="nylon"),
            *screws([(0, 0, 0.22 * radius)], 2.5, 22),
        ]
        parts += move(lid, (0, 0, height))
    return shape("pot", parts)


def thermos(rng: np.random.Generator) -> Shape:
    """A vacuum flask: steel within steel or a glass vessel in plastic, a stopper, liquid inside or not."""
    radius, height = rng.uniform(30, 55), rng.uniform(170, 320)
    steel = chance(rng, 0.75)
    material, wall = ("stainless", 0.6) if steel else ("polypropylene", 2.0)
    outer = np.array([(0.05, 0), (0.95, 0), (1.0, 0.02), (1.0, 0.8), (0.75, 0.9), (0.7, 0.96)]) * [radius, height]
    inner = np.array([(0.05, 0.04), (0.86, 0.045), (0.88, 0.07), (0.88, 0.78), (0.55, 0.89), (0.52, 0.96)]) * [
        radius,
        height,
    ]
    parts = [
        lathe(outer, material=material, wall=wall),
        lathe(inner, material="stainless" if steel else "glass", wall=0.6 if steel else 1.5),
    ]
    parts += [
        cylinder(0.62 * radius, 0.13 * height, (0, 0, 0.97 * height), material="polypropylene", wall=2.0),
        pipe(0.55 * radius, 0.47 * radius, 4, (0, 0, 0.9 * height), material="silicone"),
        *spring(0.2 * radius, 0.06 * height, 5, 1.0, (0, 0, 0.95 * height)),
    ]
    if chance(rng, 0.7):
        cup = [(0.05, 1.08), (0.7, 1.08), (0.86, 1.0), (0.9, 0.84)]
        parts.append(lathe(np.array(cup[::-1]) * [radius, height], material=material, wall=wall))
    fill = rng.uniform(0.1, 0.75) * height
    parts += (
        [cylinder(0.84 * radius, fill, (0, 0, 0.06 * height + fill / 2), material=pick(rng, "water", "coffee"))]
        if chance(rng, 0.45)
        else []
    )
    return shape("thermos", parts)


def mug(rng: np.random.Generator) -> Shape:
    """A cup or mug with its handle, of stoneware, glass, enamel or steel; sometimes two."""
    parts: list[Part] = []
    for i in range(pick(rng, 1, 1, 2)):
        radius, height = rng.uniform(33, 46), rng.uniform(70, 115)
        material, wall = pick(rng, ("ceramic", 4.5), ("ceramic", 4.0), ("glass", 3.5), ("stainless", 0.8))
        cup = [
            vessel(
                [
                    (0.7 * radius, 0),
                    (0.94 * radius, 0.1 * height),
                    (radius, 0.5 * height),
                    (rng.uniform(0.9, 1.15) * radius, height),
                ],
                wall,
                material=material,
                floor=1.3 * wall,
            )
        ]
        ear = smooth(
            [
                (0.95 * radius, 0, 0.25 * height),
                (1.5 * radius, 0, 0.2 * height),
                (1.65 * radius, 0, 0.6 * height),
                (0.97 * radius, 0, 0.85 * height),
            ],
            16,
        )
        cup.append(tube(ear, max(1.3 * wall, 3.0), material=material, sides=10))
        parts += move(cup, (i * 2.6 * radius, 0, 0), turned=turn("z", rng.uniform(0, 360)))
    return shape("mug", parts)


def plates(rng: np.random.Generator) -> Shape:
    """A stack of plates or bowls with paper between them."""
    radius, rise, step = rng.uniform(70, 135), rng.uniform(12, 55), rng.uniform(7, 13)
    material = pick(rng, "ceramic", "ceramic", "glass", "pmma")
    profile = [(0.55 * radius, 0), (0.62 * radius, 0.1 * rise), (radius, rise)]
    parts: list[Part] = []
    for i in range(int(rng.integers(1, 7))):
        parts += [
            vessel(profile, 4.5, (0, 0, i * step), material=material, sides=36),
            pipe(0.56 * radius, 0.5 * radius, 3, (0, 0, i * step - 1), material=material, sides=28),
        ]
    return shape("plates", parts)


def utensils(rng: np.random.Generator) -> Shape:
    """A whisk, a ladle, a sieve, a grater or tongs."""
    style = int(rng.integers(4))
    handle = [cylinder(5, 120, (-60, 0, 0), material="stainless", axis="x", wall=0.8)]
    if style == 0:
        loop = smooth([(0, 0, 0), (40, 24, 0), (110, 30, 0), (140, 0, 0), (110, -30, 0), (40, -24, 0), (0, 0, 0)], 40)
        wire = tube(loop, 0.9, material="stainless", sides=5)
        parts = handle + [part for i in range(5) for part in move(wire, turned=turn("x", 36 * i))]
    elif style == 1:
        bowl = vessel([(4, 0), (30, 10), (44, 34)], 1.2, (0, 0, 0), material="stainless")
        shaft = smooth([(40, 0, 30), (60, 0, 60), (110, 0, 95), (220, 0, 110), (232, 0, 96)], 24)
        parts = [bowl, *move(tube(shaft, 5, material="stainless", sides=8), scale=(1, 1.4, 1))]
    elif style == 2:
        mesh = lathe([(0.1, 0), (40, 8), (62, 34)], material="stainless", wall=0.2)
        parts = [mesh, ring(62, 3, (0, 0, 34), material="stainless"), *move(handle, (-62, 0, 34))] + [
            ring(r, 0.8, (0, 0, z), material="stainless") for r, z in ((20, 4), (42, 10), (52, 22))
        ]
    else:
        arms = [
            tube(
                smooth([(0, 0, 0), (60, sy * 22, 0), (180, sy * 20, 0), (230, sy * 30, 0)], 20),
                6,
                material="stainless",
                sides=8,
                wall=0.8,
            )
            for sy in (-1, 1)
        ]
        parts = [
            *arms,
            *[
                extrude(
                    flowing([(220, sy * 22), (260, sy * 40), (270, sy * 26), (240, sy * 18)]),
                    26,
                    material=pick(rng, "stainless", "silicone"),
                    wall=1.5,
                )
                for sy in (-1, 1)
            ],
            *spring(6, 24, 4, 1.6, (24, 0, 0), axis="y"),
        ]
    return shape("utensils", varied(rng, parts))


def espresso_maker(rng: np.random.Generator) -> Shape:
    """A stove-top coffee maker or mill: eight-sided alloy pots, funnel, knob, or a wooden box with iron burrs."""
    size = rng.uniform(0.75, 1.25)
    if chance(rng, 0.6):
        lower, upper = (
            vessel([(48, 0), (36, 70)], 3, material="aluminium", sides=8),
            vessel([(34, 76), (46, 150)], 3, material="aluminium", sides=8),
        )
        parts = [
            lower,
            upper,
            lathe([(4, 12), (4, 44), (28, 52), (28, 68)], material="aluminium", wall=1.5),
            lathe([(9, 80), (5, 130)], material="aluminium", wall=1.8, sides=14),
            lathe([(46, 150), (10, 160), (0.1, 161)], material="aluminium", sides=8, wall=2.0),
        ]
        parts += [
            cylinder(8, 18, (0, 0, 170), material="nylon"),
            tube(smooth([(44, 0, 145), (80, 0, 140), (78, 0, 90), (70, 0, 75)], 14), 8, material="nylon", sides=10),
            pipe(30, 24, 4, (0, 0, 73), material="silicone"),
            cylinder(4, 10, (40, 0, 40), material="brass", axis="x"),
        ]
    else:
        parts = [
            box((95, 95, 85), material="wood", wall=8.0),
            vessel([(10, 45), (42, 95)], 1.2, material=pick(rng, "brass", "steel")),
            lathe([(24, 20), (14, 46)], material="steel"),
            cylinder(4, 80, (0, 0, 70), material="steel"),
            *move(extrude(stroke([(0, 0), (105, 0)], 12), 4, material="steel"), (0, 0, 110)),
            ellipsoid((11, 11, 16), (105, 0, 128), material="wood"),
            box((60, 70, 30), (8, 0, -20), material="wood", wall=5.0),
        ]
    return shape("espresso_maker", varied(rng, move(parts, scale=size)))


KINDS: tuple[Kind, ...] = (
    Kind("pot", None, pot, 0.9),
    Kind("thermos", None, thermos, 5.0),
    Kind("mug", None, mug, 1.3),
    Kind("plates", None, plates, 0.7),
    Kind("utensils", None, utensils, 0.8),
    Kind("espresso_maker", None, espresso_maker, 0.6),
)
