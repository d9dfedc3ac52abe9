"""Motor tools with the outline of a pistol: drills, drivers, massage guns."""

from __future__ import annotations

import numpy as np
from shapely import affinity

from parcelray.datasets.synth.geometry.curves import smooth
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, cylinder, extrude, lathe, pipe, rounded_box
from parcelray.datasets.synth.shapes.clutter.hard.forms import (
    angular,
    chance,
    domed,
    flowing,
    pick,
    screws,
    skin,
    slab,
    softened,
    spring,
    stroke,
    toothed,
    varied,
    wobbled,
)
from parcelray.datasets.synth.shapes.clutter.hard.hot_pistols import mains_lead
from parcelray.datasets.synth.shapes.electronics import cell_parts, coil_parts, motor_parts, wire_parts
from parcelray.datasets.synth.shapes.kind import Kind


def gear_train(radius: float, length: float, at: float) -> list[Part]:
    """Planet gears in a ring gear along x, from ``at`` on."""
    parts = [pipe(radius, 0.86 * radius, length, (at + length / 2, 0, 0), material="steel", axis="x", sides=20)]
    for i in range(3):
        angle = 2.0 * np.pi * i / 3.0
        place = (at + length / 2, 0.5 * radius * np.cos(angle), 0.5 * radius * np.sin(angle))
        wheel = extrude(toothed(0.33 * radius, 0.06 * radius, 9), 0.3 * length, material="steel", axis="x")
        parts += move(wheel, place) + move(wheel, np.add(place, (-0.4 * length, 0, 0)))
    return [*parts, cylinder(0.2 * radius, 1.1 * length, (at + length / 2, 0, 0), material="steel", axis="x", sides=10)]


def battery_pack(rng: np.random.Generator, wall: float, across: bool) -> list[Part]:
    """A pack of round lithium cells in a case, its contacts on top; its top is at y = 0."""
    rows = pick(rng, 1, 1, 2)
    count = pick(rng, 3, 4, 5)
    wide = 20.0 * count if across else 72.0
    parts = [rounded_box((wide + 8, rows * 20.0 + 8, 70 if across else 20.0 * count + 6), 4, material="abs", wall=wall)]
    for row in range(rows):
        for i in range(count):
            offset = (i - (count - 1) / 2.0) * 19.5
            height = (row - (rows - 1) / 2.0) * 19.5
            place = (offset, height, 0) if across else (0, height, offset)
            parts += cell_parts(9.1, 65, place, None if across else turn("y", 90), "liion")
    parts += [box((0.9 * wide, 8, 0.15), (0, 0, z), material="nickel") for z in (-34, 34)]
    parts += [box((14, 10, 1.0), (-5, rows * 10 + 6, z), material="brass") for z in (-9, 0, 9)]
    parts += [box((0.7 * wide, 1.6, 40), (0, rows * 10 + 2, 0), material="fr4")]
    return move(parts, (0, -rows * 10.0 - 6, 0))


def _chuck(rng: np.random.Generator, at: float, impact: bool) -> list[Part]:
    """What holds the bit, from ``at`` along x, with or without a bit in it."""
    if impact:
        parts = [
            pipe(9, 4, 24, (at + 12, 0, 0), material="steel", axis="x"),
            *spring(8, 16, 5, 1.2, (at + 14, 0, 0), axis="x"),
        ]
        reach = 24.0
    else:
        profile = [(19, 0), (21, 3), (21, 24), (19, 27), (19, 38), (9, 50)]
        parts = [
            lathe(profile, (at, 0, 0), material=pick(rng, "steel", "abs", "abs"), axis="x"),
            cylinder(9, 34, (at + 17, 0, 0), material="steel", axis="x"),
        ]
        parts += [
            move(cylinder(3, 30, (at + 36, 6, 0), material="steel", axis="x", sides=8), turned=turn("x", 120.0 * i))[0]
            for i in range(3)
        ]
        reach = 50.0
    if chance(rng, 0.5):
        radius, length = rng.uniform(1.5, 5), rng.uniform(35, 90)
        parts += spring(
            0.6 * radius, length, length / (6 * radius), 1.1 * radius, (at + reach + length / 2, 0, 0), axis="x"
        )
        parts.append(
            cylinder(0.55 * radius, length, (at + reach + length / 2, 0, 0), material="steel", axis="x", sides=8)
        )
    return parts


def _pistol_tool(rng: np.random.Generator, impact: bool) -> list[Part]:
    """A drill or a driver: motor, gears, chuck in line; trigger, electronics and pack below."""
    wall = skin(rng)
    back, front = rng.uniform(-105, -80), (22.0 if impact else rng.uniform(25, 45))
    girth = rng.uniform(27, 34)
    drop = rng.uniform(105, 130)
    lean = rng.uniform(0, 28)
    grip_x = rng.uniform(-55, -20) if not impact else rng.uniform(-60, -35)
    top = angular(
        [
            (back, girth),
            (front - 8, girth),
            (front, girth * 0.6),
            (front, -girth * 0.6),
            (front - 8, -girth),
            (back, -girth),
        ],
        9,
    )
    grip = stroke(
        smooth(wobbled(rng, [(grip_x, 0), (grip_x - 0.5 * lean, -0.55 * drop), (grip_x - lean, -drop)], 3), 14),
        rng.uniform(33, 40),
    )
    foot = slab(grip_x - lean - 36, -drop - 4, grip_x - lean + 40, -drop + 14)
    outline = softened(top.union(grip).union(foot), 8)
    parts = [
        extrude(outline, 1.75 * girth, material="nylon", wall=wall),
        extrude(outline.buffer(1.5), 3, material="nylon"),
    ]
    parts += motor_parts(0.68 * girth, 52, (back + 40, 0, 0), turn("y", 90))
    parts += gear_train(0.72 * girth, rng.uniform(22, 34), back + 74)
    housing = lathe(
        [(0.95 * girth, back + 70), (0.95 * girth, front - 4), (0.6 * girth, front + 10)],
        material=pick(rng, "magnesium", "aluminium", "abs"),
        axis="x",
        wall=2.5,
    )
    parts += [housing, *_chuck(rng, front + 6, impact)]
    trigger = flowing(wobbled(rng, [(0, 12), (10, 16), (8, -2), (12, -18), (0, -18)], 1.0), 24)
    grip_front = grip_x - 0.15 * lean + 17
    parts += domed(affinity.translate(trigger, grip_front, -girth - 16), 16, 3, material="abs")
    parts += [
        box((24, 32, 20), (grip_x - 2, -girth - 16, 0), material="abs"),
        box((16, 18, 8), (grip_x - 2, -girth - 18, 0), material="copper", wall=0.8),
    ]
    parts += [
        box((26, 3, 20), (grip_x - 2, -girth + 2, 0), material="aluminium"),
        *spring(3, 16, 6, 0.8, (grip_front - 6, -girth - 18, 0), axis="x"),
    ]
    for z in (-5.0, 5.0):
        lead = smooth(
            [(back + 20, -8, z), (grip_x - 8, -girth, z), (grip_x - 8, -0.6 * drop, -z), (grip_x - lean, -drop, z)], 24
        )
        parts += wire_parts(lead, 0.9)
    corners = [
        (back + 10, girth - 6, 0),
        (back + 10, 6 - girth, 0),
        (front - 14, girth - 6, 0),
        (grip_x - 0.4 * lean - 12, -0.5 * drop, 0),
        (grip_x - lean + 12, -0.9 * drop, 0),
        (grip_x - lean - 28, -drop + 4, 0),
    ]
    parts += screws(corners, 1.9, 26)
    if chance(rng, 0.8):
        parts += move(battery_pack(rng, wall, chance(rng, 0.6)), (grip_x - lean + 4, -drop - 2, 0))
    return parts


def cordless_drill(rng: np.random.Generator) -> Shape:
    """A cordless drill with a three-jaw chuck, with or without its pack."""
    return shape("cordless_drill", varied(rng, _pistol_tool(rng, False), 0.1))


def impact_driver(rng: np.random.Generator) -> Shape:
    """A short cordless driver with a collet."""
    return shape("impact_driver", varied(rng, _pistol_tool(rng, True), 0.1))


def mains_drill(rng: np.random.Generator) -> Shape:
    """A drill with a lead: universal motor with field coils, fan, alloy gear case, chuck with a toothed ring."""
    wall = skin(rng)
    top = angular([(-105, 30), (40, 32), (70, 22), (70, -22), (40, -32), (-80, -32)], 10)
    grip = stroke([(-88, 0), (-104, -60), (-108, -125)], rng.uniform(36, 42))
    parts = [extrude(softened(top.union(grip), 8), 58, material="nylon", wall=wall)]
    parts += [
        pipe(27, 19, 46, (-32, 0, 0), material="steel", axis="x"),
        *coil_parts(17, 56, (-32, 0, 0), turn("y", 90), core="steel", bore=0.75),
    ]
    parts += [
        cylinder(4, 150, (-10, 0, 0), material="steel", axis="x"),
        cylinder(11, 14, (-74, 0, 0), material="copper", axis="x"),
    ]
    parts += [box((6, 5, 14), (-74, 0, z), material="graphite") for z in (-17, 17)]
    parts += [
        lathe([(26, 12), (26, 50), (18, 78), (16, 92)], material="aluminium", axis="x", wall=2.5),
        *gear_train(15, 30, 26),
    ]
    parts += _chuck(rng, 92, False)
    parts += [
        extrude(toothed(23, 2.5, 24), 7, (98, 0, 0), material="steel", axis="x"),
        box((28, 36, 22), (-96, -42, 0), material="abs"),
    ]
    parts += [
        box((14, 26, 10), (-96, -42, 0), material="copper", wall=0.8),
        cylinder(8, 18, (-104, -84, 0), material="ceramic", axis="y"),
    ]
    parts += domed(
        flowing(wobbled(rng, [(-84, -28), (-72, -26), (-74, -44), (-70, -62), (-84, -60)], 1.5), 20),
        18,
        3,
        material="abs",
    )
    parts += screws([(-95, 20, 0), (30, 26, 0), (30, -26, 0), (-60, -24, 0), (-100, -112, 0), (-112, -70, 0)], 2, 28)
    parts += wire_parts(smooth([(-70, 15, 8), (-100, -10, 8), (-104, -70, 8), (-108, -125, 0)], 18), 0.9)
    parts += mains_lead(rng, (-108, -125), 120.0)
    return shape("mains_drill", varied(rng, parts, 0.1))


def massage_gun(rng: np.random.Generator) -> Shape:
    """A massage gun: a motor with a crank that drives a ball, cells in the grip, board with a display."""
    wall = skin(rng)
    girth, barrel = rng.uniform(24, 32), rng.uniform(90, 130)
    parts = [
        lathe(
            [
                (0.6 * girth, -0.45 * barrel),
                (girth, -0.38 * barrel),
                (girth, 0.3 * barrel),
                (0.6 * girth, 0.55 * barrel),
            ],
            material="abs",
            axis="x",
            wall=wall,
        )
    ]
    parts.append(
        lathe(
            [(0.7 * girth, -130), (0.66 * girth, -80), (0.75 * girth, -20)],
            (-0.1 * barrel, 0, 0),
            material=pick(rng, "abs", "aluminium"),
            axis="y",
            wall=wall,
        )
    )
    parts += [
        *motor_parts(0.7 * girth, 32, (-0.2 * barrel, 0, 0)),
        cylinder(12, 8, (-0.2 * barrel, 0, 22), material="zinc"),
    ]
    parts += [
        extrude(stroke([(-0.2 * barrel, 0), (0.2 * barrel, 0)], 10), 5, (0, 0, 18), material="aluminium"),
        pipe(11, 7, 40, (0.35 * barrel, 0, 0), material="steel", axis="x"),
    ]
    parts += [cylinder(6.5, 60, (0.5 * barrel, 0, 0), material="aluminium", axis="x")]
    tip = [(8, 0.7 * barrel), (22, 0.75 * barrel), (25, 0.85 * barrel), (15, barrel)]
    parts.append(lathe(tip, material=pick(rng, "foam", "rubber", "abs"), axis="x"))
    for i in range(pick(rng, 2, 3)):
        angle = 2.1 * i
        parts += cell_parts(
            9.1, 65, (-0.1 * barrel + 8 * np.cos(angle), -80, 8 * np.sin(angle)), turn("x", 90), "liion"
        )
    parts += [
        box((30, 24, 1.2), (-0.4 * barrel, 0, 0), material="fr4"),
        box((16, 10, 1), (-0.42 * barrel, 0, 3), material="glass"),
    ]
    parts += wire_parts(smooth([(-0.3 * barrel, 0, 10), (-0.2 * barrel, -25, 12), (-0.1 * barrel, -50, 0)], 14), 0.7)
    parts += screws(
        [(0.2 * barrel, 0.7 * girth, 0), (0, -18, 0), (0, -118, 0), (-0.35 * barrel, -0.6 * girth, 0)], 1.6, 18
    )
    return shape("massage_gun", varied(rng, parts))


KINDS: tuple[Kind, ...] = (
    Kind("cordless_drill", None, cordless_drill, 1.5),
    Kind("impact_driver", None, impact_driver, 1.0),
    Kind("mains_drill", None, mains_drill, 0.8),
    Kind("massage_gun", None, massage_gun, 0.8),
)
