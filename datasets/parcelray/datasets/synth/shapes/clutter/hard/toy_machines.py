"""Toys with motors and cells: cars, robots, drones, toys that talk."""

from __future__ import annotations

import numpy as np
from shapely import affinity

from parcelray.datasets.synth.geometry.curves import smooth
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Shape, shape
from parcelray.datasets.synth.geometry.solids import (
    box,
    cylinder,
    extrude,
    pipe,
    rounded_box,
    tube,
)
from parcelray.datasets.synth.shapes.clutter.hard.forms import (
    angular,
    chance,
    disc,
    domed,
    flowing,
    pick,
    screws,
    skin,
    stroke,
    toothed,
    varied,
    wobbled,
)
from parcelray.datasets.synth.shapes.clutter.hard.phones import pouch_cell, small_speaker
from parcelray.datasets.synth.shapes.electronics import cell_parts, circuit_board_parts, motor_parts, wire_parts
from parcelray.datasets.synth.shapes.kind import Kind


def toy_car(rng: np.random.Generator) -> Shape:
    """A toy car: die-cast with a base plate, or plastic with motor, gears, cells and a radio board."""
    length = rng.uniform(65, 90) if (cast := chance(rng, 0.5)) else rng.uniform(160, 280)
    unit = length / 100.0
    side = flowing(
        wobbled(rng, [(-50, 8), (-46, 20), (-28, 22), (-14, 36), (16, 36), (28, 23), (47, 17), (50, 7)], 2) * unit, 44
    )
    windows = [
        angular(np.array([(-20, 24), (-12, 33), (-1, 33), (-1, 24)]) * unit, unit),
        angular(np.array([(2, 24), (2, 33), (14, 33), (21, 24)]) * unit, unit),
    ]
    for window in windows:
        side = side.difference(window)
    body = extrude(
        side, 42 * unit, material=pick(rng, "zinc", "zinc", "aluminium") if cast else "abs", wall=1.5 if cast else 2.0
    )
    parts = [body, box((88 * unit, 1.2, 40 * unit), (0, 8 * unit, 0), material="steel" if cast else "abs")]
    for x in (-30 * unit, 30 * unit):
        parts.append(cylinder(0.8 * unit, 46 * unit, (x, 7 * unit, 0), material="steel", sides=8))
        for z in (-20 * unit, 20 * unit):
            parts += [
                pipe(
                    8.5 * unit, 5 * unit, 7 * unit, (x, 7 * unit, z), material="rubber" if not cast else "abs", sides=18
                ),
                cylinder(5 * unit, 4 * unit, (x, 7 * unit, z), material="abs", sides=14),
            ]
    parts.append(box((30 * unit, 8 * unit, 36 * unit), (0, 14 * unit, 0), material="abs", wall=1.5))
    if not cast:
        parts += [
            *motor_parts(10, 24, (-30 * unit, 12 * unit, 0)),
            extrude(toothed(11, 2, 20), 5, (-30 * unit, 10 * unit, 10), material="nylon"),
            *[
                part
                for i in range(pick(rng, 2, 3, 4))
                for part in cell_parts(7, 49, (-4 * unit + 15 * i, 13 * unit, 0))
            ],
        ]
        parts += [
            *move(circuit_board_parts(rng, 40, 30, density=0.7), (28 * unit, 14 * unit, 0), turned=turn("x", 90)),
            tube(
                smooth([(30 * unit, 16 * unit, 8), (34 * unit, 45 * unit, 8), (36 * unit, 90 * unit, 10)], 10),
                0.6,
                material="steel",
                sides=5,
            ),
        ]
        parts += wire_parts(smooth([(26 * unit, 14 * unit, 0), (0, 22 * unit, 8), (-30 * unit, 16 * unit, 0)], 12))
    return shape("toy_car", [*parts, *screws([(x * unit, 10 * unit, 0) for x in (-44, 0, 42)], 1.2, 9, axis="y")])


def toy_robot(rng: np.random.Generator) -> Shape:
    """A robot or talking figure: jointed plastic limbs with screws, motor, cells in its back, sound."""
    size = rng.uniform(0.75, 1.3)
    parts = [
        rounded_box((64, 44, 78), 8, material="abs", wall=2.0),
        rounded_box((46, 40, 38), 9, (0, 0, 62), material="abs", wall=2.0),
        cylinder(8, 12, (0, 0, 42), material="abs", wall=1.5),
    ]
    for side in (-1, 1):
        swing = rng.uniform(-50, 50)
        arm = [
            rounded_box((20, 22, 58), 5, (0, 0, -24), material="abs", wall=1.5),
            cylinder(2, 18, (0, 0, -2), material="steel", axis="x", sides=8),
            pipe(9, 5, 16, (0, 0, -60), material="abs", axis="x"),
            *screws([(0, 6, -10), (0, 6, -40)], 1.2, 12, axis="y"),
        ]
        parts += [
            *move(arm, (side * 46, 0, 26), turned=turn("x", swing)),
            rounded_box((26, 34, 62), 5, (side * 17, 0, -72), material="abs", wall=1.5),
            box((28, 50, 14), (side * 17, 5, -108), material="abs", wall=2.0),
            box((22, 38, 3), (side * 17, 5, -112), material=pick(rng, "steel", "abs", "zinc")),
        ]
        parts += [
            cylinder(5, 3, (side * 11, 20, 66), material="polycarbonate", axis="y"),
            *screws(
                [(side * 17, 12, -50), (side * 17, 12, -92), (side * 24, 18, 30), (side * 24, 18, -30)],
                1.3,
                14,
                axis="y",
            ),
        ]
    cells = pick(rng, 2, 3, 4)
    parts += [part for i in range(cells) for part in cell_parts(7, 49, ((i - (cells - 1) / 2) * 14.6, -12, 0))] + [
        box((14.6 * cells, 14, 0.5), (0, -12, z), material="steel") for z in (-27, 27)
    ]
    parts += motor_parts(10, 24, (0, 8, -20), turn("y", 90)) + [
        extrude(toothed(r, 1.8, 20), 4, (x, 10, z), material="nylon", axis="x")
        for r, x, z in ((12, 18, -20), (8, 22, -34))
    ]
    parts += move(circuit_board_parts(rng, 48, 40, density=0.6), (0, 14, 12), turned=turn("x", 90)) + move(
        small_speaker(16, (0, 0, 0)), (0, 18, 10), turned=turn("x", -90)
    )
    parts += wire_parts(smooth([(0, -10, 28), (10, 8, 34), (4, 12, 10)], 12)) + wire_parts(
        smooth([(0, 14, 20), (6, 6, 44), (10, 16, 64)], 12)
    )
    return shape("toy_robot", varied(rng, move(parts, scale=size)))


def drone(rng: np.random.Generator) -> Shape:
    """A drone: four motors on arms, propellers, board, camera, pack of cells."""
    reach = rng.uniform(70, 150)
    hub = stroke([(-0.5 * reach, 0), (0.5 * reach, 0)], 0.5 * reach)
    parts = [
        extrude(hub, 26, material=pick(rng, "abs", "abs", "carbon_fibre"), wall=1.5),
        *move(circuit_board_parts(rng, 0.6 * reach, 0.36 * reach, density=1.6), (0, 0, 3)),
        *pouch_cell((0.55 * reach, 0.3 * reach, 14), (-0.1 * reach, 0, -4)),
    ]
    for sx in (-1, 1):
        for sy in (-1, 1):
            tip = np.array([sx * reach, sy * 0.85 * reach, 0])
            arm = np.array([[sx * 0.4 * reach, sy * 0.2 * reach, 0], 0.6 * tip, tip])
            parts += [
                tube(arm, 6, material="abs", wall=1.5),
                *wire_parts(np.add(arm, (0, 0, 1))),
                *motor_parts(0.09 * reach + 3, 14, np.add(tip, (0, 0, 6))),
            ]
            blade = flowing(
                [(4, 3), (0.35 * reach, 8), (0.62 * reach, 2), (0.6 * reach, -3), (0.3 * reach, -3), (4, -3)], 24
            )
            whole = affinity.rotate(
                blade.union(affinity.scale(blade, -1, -1, origin=(0, 0))).union(disc(6)),
                rng.uniform(0, 180),
                origin=(0, 0),
            )
            parts += [
                extrude(whole, 1.6, np.add(tip, (0, 0, 22)), material="nylon"),
                cylinder(2.5, 26, np.add(tip, (-sx * 8, 0, -16)), material="abs"),
            ]
    parts += [
        box((18, 20, 18), (0.7 * reach, 0, -8), material="aluminium", wall=1.0),
        cylinder(5, 8, (0.7 * reach + 11, 0, -8), material="glass", axis="x"),
        *screws([(x * reach, y * reach, 8) for x in (-0.5, 0, 0.5) for y in (-0.2, 0.2)], 0.9, 9),
    ]
    return shape("drone", parts)


def toy_phone(rng: np.random.Generator) -> Shape:
    """A child's toy with buttons, lights and sound: board with round keys, speaker, cells."""
    outline = flowing(wobbled(rng, [(-70, -45), (-75, 30), (-30, 62), (30, 62), (75, 30), (70, -45), (0, -55)], 10), 40)
    parts = [
        extrude(outline, rng.uniform(30, 48), material="abs", wall=skin(rng)),
        *move(circuit_board_parts(rng, 80, 55, density=0.4), (0, 0, 4)),
        *move(small_speaker(20, (0, 0, 0)), (0, 38, 4), scale=(1, 1, 2)),
    ]
    parts += [
        cylinder(8, 9, (x, y, 12), material="silicone", sides=14) for x in (-40, -14, 14, 40) for y in (-25, 0)
    ] + [cylinder(2.5, 6, (x, 22, 14), material="polycarbonate", sides=8) for x in (-30, 0, 30)]
    parts += [
        part for i in range(pick(rng, 2, 3)) for part in cell_parts(7, 49, (-14 + 14.6 * i, -22, -9), turn("x", 90))
    ] + domed(angular([(-60, -42), (-50, -42), (-50, -30)], 1), 6, 1, material="abs")
    return shape(
        "toy_phone",
        varied(
            rng,
            [
                *parts,
                *screws([(x, y, 0) for x in (-58, 58) for y in (-34, 26)], 1.3, 18),
                *wire_parts(smooth([(0, 38, 0), (24, 20, 6), (0, -10, 0)], 10)),
            ],
        ),
    )


KINDS: tuple[Kind, ...] = (
    Kind("toy_car", None, toy_car, 1.5),
    Kind("toy_robot", None, toy_robot, 1.2),
    Kind("drone", None, drone, 0.8),
    Kind("toy_phone", None, toy_phone, 0.8),
)
