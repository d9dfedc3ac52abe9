"""Sound: loudspeakers, radios, headphones, microphones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from parcelray.datasets.synth.geometry.curves import smooth
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import (
    box,
    boxes,
    cylinder,
    lathe,
    pipe,
    rounded_box,
    tube,
)
from parcelray.datasets.synth.shapes.clutter.hard.forms import (
    chance,
    pick,
    screws,
    skin,
    spring,
    varied,
)
from parcelray.datasets.synth.shapes.clutter.hard.phones import pouch_cell
from parcelray.datasets.synth.shapes.electronics import (
    cell_parts,
    circuit_board_parts,
    coil_parts,
    lead_parts,
    transformer_parts,
    wire_parts,
)
from parcelray.datasets.synth.shapes.kind import Kind


def driver_parts(rng: np.random.Generator, radius: float, at: Sequence[float] = (0.0, 0.0, 0.0)) -> list[Part]:
    """A loudspeaker's driver facing up: steel basket, paper cone, voice coil, pot with its ring magnet."""
    magnet = rng.uniform(0.4, 0.6) * radius
    basket = [
        (0.45 * radius, -0.5 * radius),
        (0.6 * radius, -0.35 * radius),
        (0.95 * radius, -0.05 * radius),
        (radius, 0),
    ]
    parts = [
        lathe(basket, material="steel", sides=24, wall=0.8),
        lathe([(0.25 * radius, -0.35 * radius), (0.88 * radius, -0.05 * radius)], material="paper", sides=24, wall=0.8),
        pipe(radius, 0.86 * radius, 2, material="steel"),
        pipe(magnet, 0.5 * magnet, 0.24 * radius, (0, 0, -0.64 * radius), material="ferrite"),
        cylinder(magnet, 0.08 * radius, (0, 0, -0.8 * radius), material="steel"),
        pipe(0.95 * magnet, 0.5 * magnet, 0.07 * radius, (0, 0, -0.49 * radius), material="steel"),
        cylinder(0.42 * magnet, 0.34 * radius, (0, 0, -0.6 * radius), material="steel"),
        pipe(0.49 * magnet, 0.45 * magnet, 0.2 * radius, (0, 0, -0.45 * radius), material="copper"),
    ]
    return move(parts, at)


def loudspeaker(rng: np.random.Generator) -> Shape:
    """A wooden or plastic loudspeaker box: a large and a small driver, crossover, terminals, damping wool."""
    width, height, depth = rng.uniform(90, 190), rng.uniform(150, 290), rng.uniform(90, 170)
    case = pick(rng, ("wood", 9.0), ("abs", 2.5), ("wood", 12.0))
    parts = [
        box((width, height, depth), material=case[0], wall=case[1]),
        box((0.9 * width, 0.9 * height, 0.6 * depth), material="wool", grain=0.2),
    ]
    radius = 0.42 * width
    parts += driver_parts(rng, radius, (0, -height / 2 + radius + 14, depth / 2))
    parts += driver_parts(rng, rng.uniform(16, 26), (0, height / 2 - 34, depth / 2))
    parts += [
        *coil_parts(14, 16, (-0.2 * width, 0.1 * height, -depth / 2 + 14), core=None),
        cylinder(9, 26, (0.2 * width, 0.1 * height, -depth / 2 + 14), material="aluminium", axis="y", wall=0.8),
    ]
    parts += [cylinder(4, 24, (x, -0.3 * height, -depth / 2), material="brass") for x in (-10, 10)]
    parts += screws([(sx * 0.44 * width, sy * 0.47 * height, 0) for sx in (-1, 1) for sy in (-1, 0, 1)], 1.8, 24)
    return shape("loudspeaker", parts)


def bluetooth_speaker(rng: np.random.Generator) -> Shape:
    """A portable speaker: round tube with two drivers, passive ends, cells and a board."""
    radius, length = rng.uniform(28, 45), rng.uniform(120, 220)
    parts = [
        cylinder(radius, length, material="abs", axis="x", wall=2.5),
        lathe([(radius + 1, -length / 2), (radius + 1, length / 2)], material="steel", axis="x", wall=0.2),
    ]
    for side in (-1, 1):
        parts += move(driver_parts(rng, 0.8 * radius), (side * 0.22 * length, 0, 0.7 * radius))
        parts += [
            cylinder(0.7 * radius, 4, (side * length / 2, 0, 0), material="steel", axis="x"),
            pipe(radius, 0.75 * radius, 5, (side * length / 2, 0, 0), material="rubber", axis="x"),
        ]
    parts += [part for y in (-10, 10) for part in cell_parts(9.1, 65, (0, y, -0.5 * radius), turn("y", 90), "liion")]
    parts += move(circuit_board_parts(rng, 0.6 * length, 28, density=1.0), (0, 0, -0.25 * radius))
    return shape("bluetooth_speaker", varied(rng, parts))


def radio(rng: np.random.Generator) -> Shape:
    """A portable radio: driver, tuner board, ferrite aerial, telescopic rod, round cells, transformer in some."""
    width, height, depth = rng.uniform(120, 240), rng.uniform(70, 140), rng.uniform(35, 65)
    parts = [
        rounded_box((width, height, depth), 8, material="abs", wall=skin(rng)),
        *driver_parts(rng, 0.36 * height, (-0.24 * width, 0, depth / 2 - 3)),
    ]
    parts += move(circuit_board_parts(rng, 0.46 * width, 0.8 * height, density=0.7), (0.22 * width, 0, 4))
    parts += [
        cylinder(5, 0.5 * width, (0.1 * width, 0.42 * height, -6), material="ferrite", axis="x"),
        pipe(6.5, 5.2, 24, (0, 0.42 * height, -6), material="copper", axis="x"),
    ]
    for i in range(pick(rng, 2, 4)):
        parts += cell_parts(
            *pick(rng, (7.0, 49.0), (13.0, 49.0)),
            (0.02 * width + (i // 2) * 52 - 10, -0.28 * height + 16 * (i % 2), -8),
            turn("y", 90),
        )
    parts += transformer_parts(34, (-0.35 * width, 0.2 * height, -8)) if chance(rng, 0.4) else []
    rod = rng.uniform(0.6, 1.2) * width
    lean = turn("z", pick(rng, 0.0, 35.0, 80.0))
    for share, thick in ((0.5, 3.0), (0.75, 2.2), (1.0, 1.5)):
        parts += move(
            cylinder(thick, share * rod, (-share * rod / 2, 0, 0), material="brass", axis="x", sides=8, wall=0.4),
            (0.46 * width, height / 2 + 4, 0),
            turned=lean,
        )
    parts += [cylinder(11, 14, (0.44 * width, y * height, 6), material="abs", axis="x", wall=2.0) for y in (-0.2, 0.2)]
    parts += screws([(sx * 0.45 * width, sy * 0.42 * height, 0) for sx in (-1, 1) for sy in (-1, 1)], 1.6, 20)
    return shape("radio", parts)


def headphones(rng: np.random.Generator) -> Shape:
    """Headphones: spring-steel bow, two cups with drivers and foam, lead or cell and board."""
    gap, height, radius = rng.uniform(120, 160), rng.uniform(140, 180), rng.uniform(28, 42)
    bow = smooth(
        [
            (-gap / 2, 0, 0),
            (-0.45 * gap, 0.6 * height, 0),
            (0, height, 0),
            (0.45 * gap, 0.6 * height, 0),
            (gap / 2, 0, 0),
        ],
        30,
    )
    flat = move(tube(bow, 4, material="steel", sides=8, wall=0.3), scale=(1, 1, 2.0))
    padded = move(tube(bow[6:-6], 9, material="foam", sides=8), scale=(1, 1, 1.6))
    parts = [*flat, *padded]
    for side in (-1, 1):
        cup = [
            lathe([(0.6 * radius, -14), (radius, -8), (radius, 8)], material="abs", wall=2.0),
            pipe(radius, 0.6 * radius, 16, (0, 0, 16), material="foam"),
        ]
        cup += [
            pipe(0.5 * radius, 0.3 * radius, 5, material="steel"),
            cylinder(0.28 * radius, 4, material="neodymium"),
            pipe(0.34 * radius, 0.31 * radius, 4, (0, 0, 3), material="copper"),
        ]
        cup += move(circuit_board_parts(rng, radius, 0.8 * radius, density=0.5), (0, 0, -6)) + screws(
            [(0.6 * radius * np.cos(a), 0.6 * radius * np.sin(a), 0) for a in (0.5, 2.6, 4.7)], 1.2, 8
        )
        swivel = (
            turn("y", side * -90) @ turn("x", rng.uniform(-25, 25))
            if chance(rng, 0.4)
            else turn("y", side * rng.uniform(-30, 5))
        )
        parts += move(cup, (side * gap / 2, -0.4 * radius, 0), turned=swivel)
        parts.append(box((5, 46, 12), (side * 0.48 * gap, 0.3 * height, 0), material="steel"))
    parts += (
        pouch_cell((24, 16, 5), (gap / 2, -0.4 * radius, 0))
        if chance(rng, 0.5)
        else lead_parts(rng, (-gap / 2, -1.4 * radius, 0), 2, 240, along=(0.2, -1, 0))
    )
    return shape("headphones", parts)


def earphones(rng: np.random.Generator) -> Shape:
    """In-ear phones on a thin tangled lead, or two buds in their charging case."""
    parts: list[Part] = []
    if chance(rng, 0.5):
        knots = rng.uniform(-1, 1, (10, 3)) * [60, 45, 8]
        lead = smooth(knots, 140)
        parts += wire_parts(lead, 0.5)
        for end in (lead[0], lead[-1], lead[-1] + [10, 6, 0]):
            parts += [
                cylinder(5, 6, end, material="abs", wall=1.0),
                cylinder(3, 3, end, material="neodymium", sides=10),
                cylinder(4, 1, end, material="steel", sides=10),
            ]
        parts += [
            cylinder(1.8, 15, lead[0] + [0, 16, 0], material="brass", axis="y", sides=8),
            cylinder(3.5, 16, lead[0] + [0, 2, 0], material="abs", axis="y"),
        ]
    else:
        parts += [
            rounded_box((62, 48, 24), 18, material="abs", wall=1.5),
            *pouch_cell((34, 12, 9), (0, -14, -4)),
            *move(circuit_board_parts(rng, 44, 14, density=1.5), (0, -2, -8)),
        ]
        for side in (-1, 1):
            parts += [
                cylinder(6, 9, (side * 14, 9, 2), material="abs", wall=1.0),
                cylinder(3.5, 3, (side * 14, 9, 3), material="neodymium", sides=12),
                cylinder(5, 4, (side * 14, 5, 1), material="liion", sides=12),
                box((5, 26, 5), (side * 14, -4, 3), material="abs", wall=1.0),
            ]
        parts += [
            cylinder(2, 50, (0, 24, 5), material="steel", axis="x", sides=8),
            boxes((6, 3, 3), [(-22, -20, 6), (22, -20, 6)], material="neodymium"),
            box((9, 7, 3.5), (0, -20, -8), material="steel", wall=0.4),
        ]
    return shape("earphones", varied(rng, parts))


def microphone(rng: np.random.Generator) -> Shape:
    """A hand microphone: mesh ball, capsule with magnet, die-cast body, switch, plug."""
    metal = pick(rng, ("zinc", 1.5), ("aluminium", 1.8), ("abs", 2.5))
    parts = [
        lathe([(17, 0), (25, 18), (25, 30), (15, 46)], (0, 0, 0), material="steel", axis="x", wall=0.8),
        lathe([(10, -150), (12, -60), (18, 0)], material=metal[0], axis="x", wall=metal[1]),
    ]
    parts += [
        pipe(26, 23, 6, (22, 0, 0), material="steel", axis="x"),
        cylinder(12, 18, (20, 0, 0), material="steel", axis="x", wall=0.8),
        cylinder(8, 8, (18, 0, 0), material="neodymium", axis="x"),
        cylinder(20, 20, (28, 0, 0), material="foam", axis="x"),
    ]
    parts += [
        box((14, 5, 9), (-35, 12, 0), material="abs"),
        *coil_parts(8, 26, (-80, 0, 0), turn("y", 90)),
        *[cylinder(1.3, 16, (-148, y, z), material="brass", axis="x", sides=6) for y, z in ((4, 0), (-3, 3), (-3, -3))],
    ]
    parts += wire_parts(smooth([(10, 0, 0), (-40, 5, 2), (-90, -6, 0), (-142, 0, 0)], 16)) + spring(
        6, 12, 4, 0.9, (2, 0, 0), axis="x"
    )
    parts += [cylinder(9, 20, (-160, 0, 0), material="zinc", axis="x", wall=1.5)] if chance(rng, 0.4) else []
    return shape("microphone", varied(rng, parts))


KINDS: tuple[Kind, ...] = (
    Kind("loudspeaker", None, loudspeaker, 0.8),
    Kind("bluetooth_speaker", None, bluetooth_speaker, 1.2),
    Kind("radio", None, radio, 1.0),
    Kind("headphones", None, headphones, 1.5),
    Kind("earphones", None, earphones, 1.5),
    Kind("microphone", None, microphone, 0.5),
)
