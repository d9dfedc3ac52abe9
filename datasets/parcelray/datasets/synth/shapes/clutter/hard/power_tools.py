"""Other power tools: grinders, jigsaws, soldering irons, compressors, and drill bits."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import smooth
from parcelray.datasets.synth.geometry.placing import hollow, move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, cylinder, extrude, lathe, pipe, rounded, rounded_box, tube
from parcelray.datasets.synth.shapes.clutter.hard.forms import (
    chance,
    disc,
    domed,
    flowing,
    pick,
    screws,
    skin,
    slab,
    spring,
    stroke,
    toothed,
    varied,
    wobbled,
)
from parcelray.datasets.synth.shapes.clutter.hard.hot_pistols import mains_lead
from parcelray.datasets.synth.shapes.electronics import coil_parts, motor_parts, wire_parts
from parcelray.datasets.synth.shapes.kind import Kind


def angle_grinder(rng: np.random.Generator) -> Shape:
    """An angle grinder: long motor body, gear head with bevel gears, disc, guard, side handle."""
    parts = [lathe([(20, -150), (24, -60), (31, -10), (33, 60)], material="nylon", axis="x", wall=skin(rng))]
    parts += [
        pipe(27, 20, 50, (20, 0, 0), material="steel", axis="x"),
        *coil_parts(18, 60, (20, 0, 0), turn("y", 90), core="steel", bore=0.7),
    ]
    parts += [
        cylinder(4.5, 150, (30, 0, 0), material="steel", axis="x"),
        cylinder(12, 18, (-30, 0, 0), material="copper", axis="x"),
    ]
    head = flowing([(60, 32), (95, 30), (122, 18), (126, 0), (122, -18), (95, -30), (60, -32)])
    parts += [
        extrude(head, 50, (0, 0, -4), material="aluminium", wall=3.0),
        lathe([(14, -4), (9, 4)], (80, 0, 6), material="steel", axis="x"),
    ]
    parts += [
        extrude(toothed(22, 3, 20), 8, (100, 0, -10), material="steel"),
        cylinder(6, 62, (100, 0, -18), material="steel"),
    ]
    radius = rng.uniform(52, 64)
    if chance(rng, 0.7):
        parts.append(
            pipe(radius, 11, rng.uniform(1.2, 6), (100, 0, -40), material=pick(rng, "steel", "ceramic"), sides=32)
        )
    guard = disc(radius + 6, (100, 0), 8).intersection(slab(30, -90, 104, 90)).difference(disc(20, (100, 0)))
    parts += [extrude(guard, 2, (0, 0, -33), material="steel"), pipe(21, 9, 5, (100, 0, -42), material="steel")]
    if chance(rng, 0.5):
        parts += [
            cylinder(14, 105, (95, 85, 0), material="nylon", axis="y", wall=3.0),
            cylinder(4, 60, (95, 50, 0), material="steel", axis="y"),
        ]
    parts += screws([(66, 22, 16), (66, -22, 16), (-60, 10, 10), (-120, 0, 8)], 2, 26) + mains_lead(rng, (-150, 0), 110)
    return shape("angle_grinder", varied(rng, parts, 0.1))


def jigsaw(rng: np.random.Generator) -> Shape:
    """A jigsaw: closed D handle, motor, plunger with blade, pressed-steel foot."""
    body = flowing(
        wobbled(rng, [(-105, -20), (-100, 45), (-60, 78), (30, 80), (75, 50), (82, -20), (60, -48), (-60, -45)], 3), 60
    )
    hole = flowing([(-75, 25), (-45, 50), (20, 50), (25, 32), (-30, 26), (-70, 12)], 30)
    parts = [extrude(body.difference(hole), 58, material="nylon", wall=skin(rng))]
    parts += motor_parts(24, 60, (-30, -14, 0), turn("y", 90))
    parts += [
        extrude(toothed(22, 2.5, 30), 8, (30, -12, 0), material="steel", axis="x"),
        box((30, 48, 30), (52, -10, 0), material="aluminium", wall=3.0),
    ]
    parts += [
        cylinder(5, 70, (62, -5, 0), material="steel", axis="y"),
        pipe(9, 5, 16, (62, -25, 0), material="brass", axis="y"),
    ]
    blade = np.vstack(
        [[(58, -38), (66, -38), (66, -120), (60, -120)], [(57.5 - (i % 2) * 2.0, -118 + 6 * i) for i in range(12)]]
    )
    parts.append(extrude(blade, 1.4, material="steel"))
    foot = rounded(160, 66, 8).difference(slab(40, -5, 90, 5))
    parts += [
        *move(extrude(foot, 2.5, material="steel"), (10, -60, 0), turned=turn("x", 90)),
        box((70, 14, 30), (-10, -52, 0), material="zinc", wall=2.0),
    ]
    parts += domed(flowing([(-70, 60), (-20, 66), (-20, 56), (-66, 50)], 16), 16, 2, material="abs")
    parts += screws([(-90, 20, 0), (-80, 55, 0), (20, 62, 0), (65, 30, 0), (-50, -38, 0)], 2, 28) + mains_lead(
        rng, (-104, 0), 110
    )
    return shape("jigsaw", varied(rng, parts, 0.1))


def soldering_iron(rng: np.random.Generator) -> Shape:
    """A pencil iron: copper tip in a steel tube round a ceramic heater, cork or plastic grip, lead."""
    profile = [(0.3, 110), (2.5, 100), (2.5, 80)][::-1]
    parts = [
        lathe(profile, material="copper", axis="x", sides=10),
        pipe(5, 4, 75, (50, 0, 0), material="stainless", axis="x"),
    ]
    parts += [
        cylinder(3, 60, (50, 0, 0), material="ceramic", axis="x"),
        *spring(3.4, 50, 12, 0.6, (50, 0, 0), axis="x", material="nickel"),
    ]
    outer = np.array([(9, -110), (11, -90), (9, -40), (13, -5), (14, 5), (6, 14)])
    parts += [lathe(outer, material=pick(rng, "cork", "abs", "nylon"), axis="x", wall=0.0, sides=14)]
    parts += (
        wire_parts([(x, 1.0, 0.0) for x in np.linspace(-110, 15, 5)], 0.7)
        + screws([(-20, 0, 8)], 1.5, 8)
        + mains_lead(rng, (-110, 0))
    )
    return shape("soldering_iron", varied(rng, parts))


def drill_bits(rng: np.random.Generator) -> Shape:
    """Twist drills side by side, in a steel or plastic case or a bag."""
    count = int(rng.integers(5, 14))
    parts: list[Part] = []
    for i in range(count):
        radius = 0.6 + 0.35 * i * rng.uniform(0.9, 1.1)
        length = 30 + 14 * radius
        y = 11.0 * (i - count / 2)
        parts += spring(
            0.55 * radius, 0.65 * length, 0.65 * length / (5.5 * radius), 0.9 * radius, (0.3 * length, y, 0), axis="x"
        )
        parts += [cylinder(0.5 * radius, 0.65 * length, (0.3 * length, y, 0), material="steel", axis="x", sides=8)]
        parts += [cylinder(radius, 0.4 * length, (-0.2 * length, y, 0), material="steel", axis="x", sides=10)]
    if chance(rng, 0.7):
        metal = pick(rng, ("polypropylene", 2.0), ("steel", 0.5))
        parts.append(rounded_box((150, 11.0 * count + 16, 26), 4, (22, -5, 0), material=metal[0], wall=metal[1]))
        rail = box((12, 11.0 * count, 14), (-12, -5, 0), material="polypropylene")
        parts += [
            rail,
            *[
                hollow(
                    cylinder(
                        0.6 + 0.35 * i,
                        12,
                        (-12, 11.0 * (i - count / 2), 0),
                        material="polypropylene",
                        axis="x",
                        sides=8,
                    )
                )
                for i in range(count)
            ],
        ]
    return shape("drill_bits", parts)


def air_compressor(rng: np.random.Generator) -> Shape:
    """A small tyre inflator: cylinder and crank, motor, dial, hose with a brass chuck."""
    parts = [
        rounded_box((rng.uniform(130, 180), 85, 70), 12, material="abs", wall=skin(rng)),
        *motor_parts(18, 42, (-30, -12, 0), turn("y", 90)),
    ]
    parts += [
        extrude(toothed(24, 2, 36), 5, (8, -8, 0), material="nylon", axis="x"),
        pipe(15, 11, 44, (30, 0, 0), material="aluminium", axis="y"),
    ]
    parts += [
        cylinder(10.5, 12, (30, 4, 0), material="aluminium", axis="y"),
        extrude(stroke([(30, 0), (18, -22)], 6), 4, material="zinc"),
    ]
    parts += [
        cylinder(20, 8, (44, 18, 22), material="steel", wall=0.4),
        cylinder(2, 16, (44, 18, 22), material="brass"),
    ]
    hose = smooth(np.vstack([[(30, 30, 0), (50, 55, 0)], rng.uniform(-70, 70, (4, 3)) * [1, 1, 0.2] + [0, 60, 0]]), 60)
    parts += [
        tube(hose, 4.5, material="rubber", wall=1.5),
        cylinder(6, 26, hose[-1], material="brass", axis="x", sides=12),
    ]
    parts += screws([(sx * 55, sy * 34, 0) for sx in (-1, 1) for sy in (-1, 1)], 1.8, 30) + mains_lead(
        rng, (-70, 0), 120
    )
    return shape("air_compressor", varied(rng, parts))


KINDS: tuple[Kind, ...] = (
    Kind("angle_grinder", None, angle_grinder, 0.6),
    Kind("jigsaw", None, jigsaw, 0.5),
    Kind("soldering_iron", None, soldering_iron, 0.6),
    Kind("drill_bits", None, drill_bits, 0.8),
    Kind("air_compressor", None, air_compressor, 0.5),
)
