"""What lies in the hand and runs on cells: power banks, remote controls, calculators, radios, game pads."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import smooth
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, boxes, cylinder, extrude, pipe, rounded_box
from parcelray.datasets.synth.shapes.clutter.hard.forms import chance, pick, ring, screws, skin, spring, stroke, varied
from parcelray.datasets.synth.shapes.clutter.hard.phones import pouch_cell
from parcelray.datasets.synth.shapes.electronics import cell_parts, circuit_board_parts, motor_parts, wire_parts
from parcelray.datasets.synth.shapes.kind import Kind


def power_bank(rng: np.random.Generator) -> Shape:
    """A power bank: round or flat lithium cells beside a small board with sockets."""
    wall = skin(rng)
    parts: list[Part] = []
    if chance(rng, 0.5):
        count = int(rng.integers(1, 7))
        wide = 20.0 * count + 6
        parts += [
            part
            for i in range(count)
            for part in cell_parts(9.1, 65, ((i - (count - 1) / 2) * 20.0, -8, 0), turn("x", 90), "liion")
        ]
        parts.append(boxes((0.8 * wide, 5, 0.2), [(0, -8 + y, 0) for y in (-34, 34)], material="nickel"))
        extent = (wide, 96.0, 24.0)
    else:
        extent = (rng.uniform(60, 75), rng.uniform(115, 150), rng.uniform(12, 20))
        parts += pouch_cell((extent[0] - 8, extent[1] - 32, extent[2] - 6), (0, -9, 0))
    case = pick(rng, ("abs", wall), ("aluminium", 1.0))
    parts.append(rounded_box(extent, 5, material=case[0], wall=case[1]))
    board = circuit_board_parts(rng, max(extent[0] - 8, 16.0), 20, density=1.0)
    parts += move(board, (0, extent[1] / 2 - 15, -2))
    ports = np.linspace(-0.3, 0.3, pick(rng, 1, 2, 3)) * extent[0]
    parts.append(boxes((13, 13, 6), [(x, extent[1] / 2 - 8, 1) for x in ports], material="steel", wall=0.4))
    parts += wire_parts(
        smooth([(5, extent[1] / 2 - 20, 2), (8, extent[1] / 2 - 28, 6), (0, extent[1] / 2 - 34, 2)], 10)
    )
    return shape("power_bank", parts)


def remote_control(rng: np.random.Generator) -> Shape:
    """A remote control: rubber keys over a long board, two cells at its end with springs."""
    width, length, thick = rng.uniform(38, 55), rng.uniform(130, 220), rng.uniform(15, 24)
    parts = [rounded_box((width, length, thick), 8, material="abs", wall=1.5)]
    parts += move(circuit_board_parts(rng, width - 8, length - 16, density=0.35), (0, 0, 3))
    radius, cell = pick(rng, (5.1, 43.0), (7.0, 49.0))
    for side in (-1, 1):
        x = side * (radius + 0.8)
        parts += cell_parts(radius, cell, (x, -length / 2 + cell / 2 + 14, -2), turn("x", 90 * side))
        parts += spring(0.6 * radius, 8, 4, 0.8, (x, -length / 2 + 8, -2), axis="y")
    rows = int(length * 0.55 / 12)
    keys = [
        (column * width * 0.24, length / 2 - 18 - 12 * row, thick / 2 - 2)
        for row in range(rows)
        for column in (-1, 0, 1)
    ]
    parts += [boxes((0.16 * width, 6, 3), keys, material="silicone"), boxes((4, 4, 0.4), keys, material="graphite")]
    parts += [
        cylinder(2.5, 8, (0, length / 2 - 4, 2), material="polycarbonate", axis="y"),
        *screws([(0, -length / 2 + 8, 0), (0, length / 2 - 14, 0)], 1.2, 9),
    ]
    return shape("remote_control", parts)


def calculator(rng: np.random.Generator) -> Shape:
    """A calculator: keys in a grid, a display, a solar pane, button cells or an AAA."""
    width, length = rng.uniform(62, 105), rng.uniform(105, 165)
    parts = [
        rounded_box((width, length, 13), 6, material="abs", wall=1.5),
        *move(circuit_board_parts(rng, width - 10, 0.6 * length, density=0.3), (0, -0.15 * length, 0)),
    ]
    columns, rows = pick(rng, 4, 5, 6), pick(rng, 5, 6, 7)
    grid = [
        (x * width, y * length, 3) for x in np.linspace(-0.38, 0.38, columns) for y in np.linspace(-0.44, 0.12, rows)
    ]
    parts += [
        boxes((0.55 * width / columns, 0.34 * length / rows, 4), grid, material="abs"),
        boxes((3, 3, 0.3), grid, material="graphite"),
    ]
    parts += [
        box((0.8 * width, 0.15 * length, 2), (0, 0.28 * length, 3), material="glass"),
        box((0.5 * width, 0.07 * length, 1.5), (0.1 * width, 0.43 * length, 3), material="glass"),
    ]
    if chance(rng, 0.5):
        parts += cell_parts(5.1, 43, (0, 0.38 * length, -1), turn("y", 90))
    else:
        parts += [
            cylinder(5.8, 5.4 - 2 * i, (0.25 * width * i, 0.38 * length, -2), material="stainless", sides=18)
            for i in (0, 1)
        ]
    parts += screws([(sx * 0.42 * width, sy * 0.46 * length, 0) for sx in (-1, 1) for sy in (-1, 0, 1)], 1.0, 8)
    return shape("calculator", parts)


def walkie_talkie(rng: np.random.Generator) -> Shape:
    """A hand radio or cordless phone: aerial with its coil, board with shields, speaker, cell pack, knobs."""
    width, length, thick = rng.uniform(50, 62), rng.uniform(100, 140), rng.uniform(28, 40)
    parts = [
        rounded_box((width, length, thick), 7, material="abs", wall=skin(rng)),
        *move(circuit_board_parts(rng, width - 8, length - 14, density=1.4), (0, 0, 2)),
    ]
    parts += [
        box((width - 8, 0.9 * length, 1.6), (0, 0, -2), material="aluminium"),
        *pouch_cell((width - 12, 0.6 * length, 11), (0, -0.12 * length, -9)),
    ]
    parts += [
        pipe(15, 6, 5, (0, -0.2 * length, 11), material="steel"),
        cylinder(11, 4, (0, -0.2 * length, 8), material="neodymium"),
    ]
    aerial = rng.uniform(50, 160)
    place = (-0.3 * width, length / 2 + aerial / 2, 0)
    parts += [
        cylinder(5, aerial, place, material="rubber", axis="y"),
        *spring(3, aerial, aerial / 5, 0.9, place, axis="y", material="copper"),
    ]
    parts += [
        cylinder(6, 14, (x * width, length / 2 + 7, 0), material="aluminium", axis="y", wall=1.5) for x in (0.05, 0.32)
    ]
    parts += [
        box((0.6 * width, 0.22 * length, 2), (0, 0.25 * length, 12), material="glass"),
        box((10, 0.7 * length, 2), (0, 0, -thick / 2 - 4), material="steel"),
    ]
    parts += screws([(sx * (width / 2 - 6), sy * (length / 2 - 7), 0) for sx in (-1, 1) for sy in (-1, 1)], 1.4, 16)
    return shape("walkie_talkie", varied(rng, parts))


def game_controller(rng: np.random.Generator) -> Shape:
    """A game controller: two horns with rumble motors, sticks, triggers with springs, a board and a cell."""
    outline = (
        stroke([(-62, -35), (-48, 12), (-30, 20), (30, 20), (48, 12), (62, -35)], rng.uniform(40, 50))
        .buffer(6)
        .buffer(-6)
    )
    parts = [
        extrude(outline, rng.uniform(32, 44), material="abs", wall=skin(rng)),
        *move(circuit_board_parts(rng, 100, 44, density=1.0), (0, 12, 2)),
    ]
    for side in (-1.0, 1.0):
        parts += [
            *move(motor_parts(11, 15), (side * 60, -32, 0)),
            extrude(stroke([(0, 0), (9, 0)], 14), 8, (side * 60, -32, 11), material="steel"),
        ]
        parts += [
            cylinder(9, 12, (side * 24, -4, 12), material="abs", wall=1.5),
            ring(9, 1.5, (side * 24, -4, 8), material="steel"),
            cylinder(2, 22, (side * 24, -4, 10), material="abs"),
        ]
        parts += [
            box((17, 17, 11), (side * 24, -4, 6), material="steel", wall=0.4),
            *spring(3, 12, 5, 0.7, (side * 48, 36, -4), axis="y"),
        ]
        parts += [box((24, 16, 20), (side * 46, 40, -6), material="abs", wall=2.0)]
    buttons = [(50 + 9 * np.cos(a), 18 + 9 * np.sin(a), 14) for a in np.arange(4) * np.pi / 2]
    parts += [cylinder(4.5, 8, at, material="pmma", sides=14) for at in buttons] + pouch_cell((42, 30, 9), (0, 8, -8))
    parts += screws([(-60, -45, 0), (60, -45, 0), (-40, 28, 0), (40, 28, 0), (0, 28, 0)], 1.4, 16)
    return shape("game_controller", varied(rng, parts))


KINDS: tuple[Kind, ...] = (
    Kind("power_bank", None, power_bank, 2.0),
    Kind("remote_control", None, remote_control, 1.2),
    Kind("calculator", None, calculator, 0.7),
    Kind("walkie_talkie", None, walkie_talkie, 0.7),
    Kind("game_controller", None, game_controller, 1.0),
)
