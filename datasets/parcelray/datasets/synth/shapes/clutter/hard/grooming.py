"""The bathroom: shavers, toothbrushes, razors, nail clippers, hair straighteners."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import smooth
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import (
    box,
    boxes,
    cylinder,
    extrude,
    lathe,
    pipe,
    rounded_box,
    tube,
)
from parcelray.datasets.synth.shapes.clutter.hard.forms import (
    chance,
    disc,
    flowing,
    pick,
    screws,
    spring,
    stroke,
    varied,
    wobbled,
)
from parcelray.datasets.synth.shapes.electronics import (
    cell_parts,
    circuit_board_parts,
    coil_parts,
    motor_parts,
    wire_parts,
)
from parcelray.datasets.synth.shapes.kind import Kind


def electric_shaver(rng: np.random.Generator) -> Shape:
    """A shaver or hair clipper: motor, cell, board, steel foils or blades."""
    width, length, thick = rng.uniform(38, 60), rng.uniform(110, 165), rng.uniform(28, 42)
    body = flowing(
        wobbled(
            rng,
            [
                (-0.5 * width, 0.45 * length),
                (0.5 * width, 0.45 * length),
                (0.42 * width, 0),
                (0.45 * width, -0.5 * length),
                (-0.45 * width, -0.5 * length),
                (-0.42 * width, 0),
            ],
            2,
        ),
        44,
    )
    parts = [
        extrude(body, thick, material="abs", wall=1.5),
        *motor_parts(11, 26, (0, 0.2 * length, 0), turn("x", -90)),
        *cell_parts(7, 49, (-6, -0.2 * length, 0), turn("x", 90), "liion"),
        *move(
            circuit_board_parts(rng, 0.6 * width, 0.7 * length, density=0.7), (0, -0.1 * length, 8), scale=(1, 1, 0.6)
        ),
    ]
    if chance(rng, 0.5):
        parts += [
            move(
                lathe([(11, -2), (14, 0), (10, 6)], material="stainless", sides=18, wall=0.6), at, turned=turn("x", -60)
            )[0]
            for at in ((-13, 0.5 * length, 0), (13, 0.5 * length, 0), (0, 0.5 * length + 12, 8))
        ]
        parts += [cylinder(2, 22, (x, 0.42 * length, 0), material="steel", axis="y") for x in (-13, 0, 13)]
    else:
        comb = np.vstack(
            [
                [(-0.46 * width, 0.46 * length), (-0.46 * width, 0.55 * length)],
                [((-0.46 + 0.92 * i / 20) * width, 0.55 * length + (4 if i % 2 else 0)) for i in range(21)],
                [(0.46 * width, 0.46 * length)],
            ]
        )
        parts += [extrude(comb, 1.6, (0, 0, z), material="stainless") for z in (0, 3)] + [
            box((8, 22, 7), (0, 0.42 * length, 0), material="nylon"),
            *screws([(-9, 0.48 * length, 2), (9, 0.48 * length, 2)], 1.6, 8),
        ]
    parts += [
        box((9, 12, 6), (0, -0.5 * length + 6, 0), material="brass", wall=0.8),
        *wire_parts(smooth([(0, 0.1 * length, 4), (9, 0, 6), (6, -0.2 * length, 8)], 10)),
        *screws([(sx * 0.3 * width, y * length, 0) for sx in (-1, 1) for y in (-0.42, 0.3)], 1.2, 14),
    ]
    return shape("electric_shaver", parts)


def toothbrush(rng: np.random.Generator) -> Shape:
    """An electric toothbrush with its charging stand, or plain ones in a glass."""
    parts = [
        lathe([(10, -105), (14, -95), (15, 0), (11, 60), (6, 78)], material="abs", axis="x", wall=1.5, sides=18),
        *motor_parts(10, 28, (30, 0, 0), turn("y", 90)),
        *cell_parts(7, 49, (-25, 0, 0), turn("y", 90), "liion"),
        *coil_parts(9, 14, (-85, 0, 0), turn("y", 90)),
        box((90, 14, 1.2), (-20, 0, 9), material="fr4"),
        cylinder(2, 48, (85, 0, 0), material="steel", axis="x"),
    ]
    head = [
        lathe([(7, 80), (5, 110), (3.5, 150)], material="polypropylene", axis="x", wall=1.5, sides=12),
        cylinder(7, 6, (155, 0, 2), material="polypropylene"),
        cylinder(1, 60, (125, 0, 0), material="steel", axis="x", sides=6),
    ]
    head += [
        cylinder(1.2, 11, (155 + 4.5 * np.cos(a), 4.5 * np.sin(a), 10), material="nylon", sides=5)
        for a in np.arange(8) * np.pi / 4
    ] + [boxes((0.3, 2, 4), [(155 + 4 * np.cos(a), 4 * np.sin(a), 4) for a in np.arange(6)], material="brass")]
    parts += head
    if chance(rng, 0.4):
        stand = [
            rounded_box((70, 55, 30), 18, material="abs", wall=1.5),
            *coil_parts(13, 10, (0, 0, 6)),
            *move(circuit_board_parts(rng, 40, 34, density=0.5), (0, 0, -8)),
        ]
        parts += move(stand, (-40, 62, 0))
    return shape("toothbrush", varied(rng, parts))


def razor(rng: np.random.Generator) -> Shape:
    """A safety or cartridge razor with spare blades."""
    metal = pick(rng, "zinc", "stainless", "abs", "brass")
    grip = smooth(wobbled(rng, [(-110, 0), (-60, 3), (-15, 0), (0, 10)], 3), 24)
    parts = [
        tube(
            np.column_stack([grip, 0 * grip[:, 0]]),
            np.interp(np.arange(24), [0, 6, 14, 23], [5, 6.5, 5.5, 3.5]),
            material=metal,
            sides=12,
        ),
        rounded_box((11, 42, 6), 3, (6, 0, 0), material="abs" if metal != "stainless" else "stainless"),
    ]
    parts += [box((1.2, 38, 0.4), (6 + i * 2.4, 0, 1), material="stainless") for i in (-1, 0, 1)] + [
        pipe(5.8, 5, 2, (x, 1, 0), material="rubber", axis="x") for x in (-90, -70, -50)
    ]
    if chance(rng, 0.6):
        blades = boxes((10, 38, 0.5), [(30 + 14 * (i % 4), 60, 3 * (i // 4)) for i in range(8)], material="stainless")
        parts += [blades, box((66, 48, 16), (50, 60, 3), material="polypropylene", wall=1.0)]
    return shape("razor", varied(rng, parts))


def nail_clippers(rng: np.random.Generator) -> Shape:
    """Nail clippers, tweezers and a file, alone or in a manicure case."""
    arms = [
        extrude(
            stroke(smooth([(-30, sy * 0.6), (0, sy * 4.5), (26, sy * 4), (31, sy * 0.8)], 12), 2.0),
            10,
            material="stainless",
        )
        for sy in (-1, 1)
    ]
    parts = [
        *arms,
        extrude(stroke([(20, 7), (-28, 10)], 2.4), 9, material="stainless"),
        cylinder(1.8, 18, (20, 2, 0), material="steel", axis="y", sides=8),
    ]
    if chance(rng, 0.6):
        tweezers = [
            extrude(stroke(smooth([(-45, 0), (0, sy * 6), (48, sy * 1.5)], 12), 1.4), 8, material="stainless")
            for sy in (-1, 1)
        ]
        parts += [
            *move(tweezers, (10, 30, 0)),
            *move(
                extrude(flowing([(-60, 3), (40, 3.5), (60, 0), (40, -3.5), (-60, -3)]), 1.4, material="stainless"),
                (5, 50, 0),
            ),
        ]
        small = [
            extrude(stroke([(-30, sy * 8), (0, 0), (34, -sy * 3)], 4), 2, (0, 0, sy), material="stainless")
            for sy in (-1, 1)
        ] + [
            extrude(disc(10, (-38, sy * 13)).difference(disc(7, (-38, sy * 13))), 4, material="stainless")
            for sy in (-1, 1)
        ]
        parts += [*move(small, (5, 80, 0)), rounded_box((140, 130, 20), 6, (5, 42, 0), material="leather", wall=1.5)]
    return shape("nail_clippers", varied(rng, parts))


def hair_straightener(rng: np.random.Generator) -> Shape:
    """A hair straightener or curling tongs: heated plates in a long hinged body, lead."""
    length = rng.uniform(210, 290)
    parts: list[Part] = []
    spread = rng.uniform(3, 14)
    for sy in (-1.0, 1.0):
        arm = [
            extrude(stroke([(0, 0), (length, 0)], 26), 15, material="abs", wall=1.5),
            box((95, 20, 2.5), (length - 55, 0, -5), material=pick(rng, "ceramic", "aluminium")),
            box((85, 12, 2), (length - 55, 0, -2), material="ceramic"),
            *wire_parts(np.array([(10, 4, 2), (0.3 * length, 4, 2), (length - 105, 4, 0)], np.float64)),
        ]
        parts += (
            move(arm, (0, 0, 9), turned=turn("y", -spread / 2))
            if sy > 0
            else move(move(arm, turned=turn("x", 180)), (0, 0, -9), turned=turn("y", spread / 2))
        )
    parts += [
        *spring(6, 16, 4, 1.2, (18, 0, 0)),
        cylinder(3, 30, (2, 0, 0), material="steel", axis="y"),
        *move(circuit_board_parts(rng, 60, 18, density=0.6), (0.35 * length, 0, 10)),
    ]
    lead = smooth(
        np.vstack([[(0, 0, 0), (-30, 5, 0)], rng.uniform(-0.5, 0.5, (5, 3)) * [120, 150, 18] + [-60, 20, 0]]), 60
    )
    return shape("hair_straightener", varied(rng, parts + wire_parts(lead, 1.1)))


KINDS: tuple[Kind, ...] = (
    Kind("electric_shaver", None, electric_shaver, 1.1),
    Kind("toothbrush", None, toothbrush, 1.2),
    Kind("razor", None, razor, 1.0),
    Kind("nail_clippers", None, nail_clippers, 0.9),
    Kind("hair_straightener", None, hair_straightener, 0.8),
)
