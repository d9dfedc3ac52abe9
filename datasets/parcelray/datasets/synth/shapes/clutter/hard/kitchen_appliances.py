"""The kitchen's machines: blenders, scales, toasters, irons."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import smooth
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Shape, shape
from parcelray.datasets.synth.geometry.solids import box, cylinder, extrude, lathe, pipe, rounded_box, tube
from parcelray.datasets.synth.shapes.clutter.hard.forms import (
    chance,
    domed,
    flowing,
    pick,
    screws,
    skin,
    spring,
    varied,
)
from parcelray.datasets.synth.shapes.clutter.hard.hot_pistols import mains_lead
from parcelray.datasets.synth.shapes.electronics import cell_parts, circuit_board_parts, motor_parts
from parcelray.datasets.synth.shapes.kind import Kind


def hand_blender(rng: np.random.Generator) -> Shape:
    """A stick blender or hand mixer: motor in the handle, long steel foot with a shaft and blades, beaters."""
    parts = [
        lathe([(20, -160), (27, -120), (28, -20), (22, 0)], material="abs", axis="x", wall=skin(rng)),
        *motor_parts(18, 55, (-65, 0, 0), turn("y", 90)),
        *move(circuit_board_parts(rng, 60, 28, density=0.5), (-120, 0, 10)),
    ]
    if chance(rng, 0.6):
        parts += [
            lathe(
                [(20, 0), (16, 30), (16, 150), (30, 175), (30, 190)],
                material=pick(rng, "stainless", "abs"),
                axis="x",
                wall=0.8,
            ),
            cylinder(3.5, 180, (90, 0, 0), material="steel", axis="x"),
            pipe(8, 3.6, 14, (150, 0, 0), material="brass", axis="x"),
        ]
        parts += [
            extrude(
                flowing([(-24, 4), (0, 6), (24, 2), (24, -4), (0, -6), (-24, -2)]),
                1.5,
                (182, 0, 0),
                material="stainless",
                axis="x",
            )
        ]
    else:
        loop = smooth([(10, 0, 0), (60, 20, 0), (130, 22, 0), (150, 0, 0), (130, -22, 0), (60, -20, 0), (10, 0, 0)], 30)
        wire = tube(loop, 1.6, material="stainless", sides=5)
        parts += [
            part for y in (-24, 24) for i in range(2) for part in move(wire, (0, y, 0), turned=turn("x", 90.0 * i))
        ]
    return shape(
        "hand_blender",
        varied(
            rng,
            [*parts, *screws([(-150, 15, 0), (-30, 22, 0), (-30, -22, 0)], 1.7, 18), *mains_lead(rng, (-160, 0), 110)],
        ),
    )


def kitchen_scale(rng: np.random.Generator) -> Shape:
    """A flat scale or kitchen timer: glass or steel plate, load cell, board, cells, four feet."""
    width, depth = rng.uniform(130, 300), rng.uniform(120, 260)
    parts = [
        rounded_box((width, depth, 5), 12, (0, 0, 8), material=pick(rng, "glass", "stainless", "abs")),
        rounded_box((0.9 * width, 0.9 * depth, 14), 10, material="abs", wall=skin(rng)),
        box((80, 13, 13), (0, 0, 0), material="aluminium"),
    ]
    parts += [box((34, 28, 3), (x, 0, z), material="steel") for x, z in ((-26, 6), (26, -6))] + move(
        circuit_board_parts(rng, 70, 26, density=0.5), (0, -0.34 * depth, 0)
    )
    parts += [
        part
        for i in range(pick(rng, 1, 2))
        for part in cell_parts(5.1, 43, (0.28 * width, (0.2 + 0.07 * i) * depth, 0), turn("y", 90))
    ] + [
        cylinder(8, 5, (sx * 0.38 * width, sy * 0.38 * depth, -9), material="rubber")
        for sx in (-1, 1)
        for sy in (-1, 1)
    ]
    return shape("kitchen_scale", [*parts, *screws([(sx * 20, sy * 5, 0) for sx in (-1, 1) for sy in (-1, 1)], 2, 12)])


def toaster(rng: np.random.Generator) -> Shape:
    """A toaster or sandwich iron: steel shell, mica sheets with heating wire, wire cages, springs, lead."""
    length, width, height = rng.uniform(240, 300), rng.uniform(130, 170), rng.uniform(150, 190)
    parts = [
        box((length, width, height), material="steel", wall=pick(rng, 0.5, 0.8)),
        *[box((0.72 * length, 0.8, 0.62 * height), (0, y, 0), material="ceramic") for y in (-48, -6, 6, 48)],
    ]
    for y in (-48, 0, 48):
        zigzag = np.array(
            [((-0.34 + 0.035 * i) * length, y + 1, (0.28 if i % 2 else -0.28) * height) for i in range(20)]
        )
        parts.append(tube(zigzag, 0.6, material="nickel", sides=4))
    bars = np.linspace(-0.32, 0.32, 9) * length
    parts += [
        cylinder(1.1, 0.65 * height, (x, y, 0), material="steel", sides=5) for x in bars for y in (-38, -16, 16, 38)
    ]
    parts += (
        [box((0.7 * length, 22, 2), (0, y, -0.3 * height), material="steel") for y in (-27, 27)]
        + spring(5, 0.5 * height, 16, 1.0, (0.42 * length, 20, 0))
        + move(circuit_board_parts(rng, 60, 40, density=0.5), (0.42 * length, -20, -0.1 * height), turned=turn("y", 90))
    )
    return shape(
        "toaster",
        [*parts, box((16, 30, 10), (length / 2 + 8, 0, 20), material="nylon"), *mains_lead(rng, (-length / 2, 0), 90)],
    )


def clothes_iron(rng: np.random.Generator) -> Shape:
    """A flat iron: cast alloy sole with a heating rod, water tank, thermostat, lead."""
    sole = flowing([(-110, 0), (-105, 50), (-20, 54), (60, 34), (118, 0), (60, -34), (-20, -54), (-105, -50)], 50)
    rod = smooth([(-95, 30, 6), (20, 34, 6), (95, 0, 6), (20, -34, 6), (-95, -30, 6)], 30)
    parts = [
        *domed(sole, 12, 3, material="aluminium"),
        tube(rod, 4, material="steel", sides=8),
        extrude(sole.buffer(-4), 50, (0, 0, 34), material="polypropylene", wall=2.5),
        extrude(sole.buffer(-12), rng.uniform(4, 30), (0, 0, 26), material="water"),
    ]
    grip = smooth([(-100, 0, 50), (-95, 0, 105), (0, 0, 118), (70, 0, 92), (75, 0, 55)], 24)
    parts += [
        tube(grip, 17, material="polypropylene", sides=12, wall=2.5),
        cylinder(22, 12, (0, 0, 62), material="polypropylene", wall=2.0),
        cylinder(8, 16, (0, 0, 16), material="steel", wall=0.8),
        box((14, 3, 4), (10, 0, 22), material="copper"),
        *spring(3.5, 16, 6, 0.9, (40, 0, 60)),
        box((60, 40, 1.5), (-70, 0, 62), material="steel"),
    ]
    return shape(
        "clothes_iron",
        varied(
            rng, [*parts, *screws([(-90, 0, 20), (50, 16, 20), (50, -16, 20)], 2, 26), *mains_lead(rng, (-110, 0), 110)]
        ),
    )


KINDS: tuple[Kind, ...] = (
    Kind("hand_blender", None, hand_blender, 0.6),
    Kind("kitchen_scale", None, kitchen_scale, 0.6),
    Kind("toaster", None, toaster, 0.4),
    Kind("clothes_iron", None, clothes_iron, 0.6),
)
