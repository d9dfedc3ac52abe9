"""Computers: laptops, boards with heat sinks and fans, cards, hard disks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from parcelray.datasets.synth.geometry.curves import smooth
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, boxes, cylinder, extrude, pipe, rounded_box, tube
from parcelray.datasets.synth.shapes.clutter.hard.forms import angular, chance, disc, pick, screws, skin, stroke
from parcelray.datasets.synth.shapes.clutter.hard.phones import pouch_cell, small_speaker
from parcelray.datasets.synth.shapes.electronics import (
    cell_parts,
    circuit_board_parts,
    coil_parts,
)
from parcelray.datasets.synth.shapes.kind import Kind


def fan_parts(radius: float, height: float, at: Sequence[float], blades: int = 11) -> list[Part]:
    """A cooling fan in x-y: hub with its motor, slanting blades, a rim."""
    parts = [
        cylinder(0.4 * radius, height, material="steel", sides=18, wall=0.8),
        pipe(0.34 * radius, 0.2 * radius, 0.6 * height, material="copper", sides=16),
    ]
    blade = move(box((0.55 * radius, 1.0, 0.9 * height), (0.68 * radius, 0, 0), material="nylon"), turned=turn("x", 30))
    parts += [part for i in range(blades) for part in move(blade, turned=turn("z", 360.0 / blades * i))]
    return move([*parts, pipe(1.05 * radius, radius, height, material="nylon", sides=20)], at)


def heat_sink(extent: Sequence[float], fins: int, at: Sequence[float], material: str = "aluminium") -> list[Part]:
    """A base plate with upright fins along y."""
    width, depth, height = extent
    base = box((width, depth, 0.22 * height), (0, 0, 0.11 * height), material=material)
    places = [(x, 0, 0.61 * height) for x in np.linspace(-0.47, 0.47, fins) * width]
    return move([base, boxes((0.3 * width / fins, depth, 0.78 * height), places, material=material)], at)


def laptop(rng: np.random.Generator) -> Shape:
    """A laptop, closed: lid with display, keyboard grid, board, fan and heat pipe, cells, disk, hinges."""
    width, depth = rng.uniform(285, 370), rng.uniform(200, 255)
    shell = pick(rng, ("aluminium", 1.0), ("abs", 2.0), ("magnesium", 1.0))
    thick = rng.uniform(14, 22)
    parts = [
        rounded_box((width, depth, thick), 9, material=shell[0], wall=shell[1]),
        rounded_box((width, depth, 5), 9, (0, 0, thick / 2 + 3), material=shell[0], wall=shell[1]),
    ]
    parts += [
        box((width - 20, depth - 24, 1.2), (0, 0, thick / 2 + 3), material="glass"),
        box((width - 20, depth - 24, 0.2), (0, 0, thick / 2 + 2), material="steel"),
    ]
    parts += _keyboard(0.86 * width, 0.42 * depth, (0, 0.16 * depth, thick / 2 - 3), pick(rng, "steel", "aluminium"))
    board = circuit_board_parts(rng, rng.uniform(0.5, 0.7) * width, rng.uniform(0.36, 0.48) * depth, density=1.2)
    side = pick(rng, -1.0, 1.0)
    parts += move(board, (side * 0.14 * width, 0.24 * depth, -2), scale=(1, 1, 0.6))
    for place in ((-side * 0.36,), (-side * 0.36, side * 0.36))[int(rng.integers(2))]:
        parts += fan_parts(rng.uniform(20, 27), 7, (place * width, 0.3 * depth, -1))
        parts += heat_sink((50, 14, 7), 20, (place * width, 0.46 * depth, -4), pick(rng, "copper", "aluminium"))
        pipe_path = smooth(
            [
                (place * width, 0.45 * depth, 0),
                (0.5 * place * width, 0.4 * depth, 0),
                (0.05 * side * width, 0.22 * depth, 0),
            ],
            12,
        )
        parts += move(tube(pipe_path, 3.2, material="copper", sides=8), scale=(1, 1, 0.5))
    parts.append(box((34, 30, 1.5), (0.05 * side * width, 0.22 * depth, 0), material="copper"))
    if chance(rng, 0.35):
        parts += [
            part
            for i in range(6)
            for part in cell_parts(
                9.1, 65, ((i % 3 - 1) * 67, -0.26 * depth - 19 * (i // 3), -1), turn("y", 90), "liion"
            )
        ]
    else:
        cells = int(rng.integers(3, 6))
        parts += [
            part
            for i in range(cells)
            for part in pouch_cell(
                (0.72 * width / cells, 0.3 * depth, 6),
                ((i - (cells - 1) / 2) * 0.75 * width / cells, -0.28 * depth, -2),
            )
        ]
    if chance(rng, 0.4):
        parts += move(hard_disk_parts(rng, 70, 100, 9), (0.34 * width * side, -0.15 * depth, -1))
    parts += [
        box((100, 62, 1.0), (0, -0.3 * depth, thick / 2 - 2), material="glass"),
        *small_speaker(9, (-0.42 * width, -0.4 * depth, 0)),
        *small_speaker(9, (0.42 * width, -0.4 * depth, 0)),
    ]
    for sign in (-1, 1):
        parts += [
            cylinder(4, 28, (sign * 0.36 * width, depth / 2 - 5, thick / 2), material="steel", axis="x"),
            box((12, 45, 1.5), (sign * 0.38 * width, depth / 2 - 28, thick / 2), material="steel"),
        ]
    ports = [(sign * (width / 2 - 8), y * depth, -1) for sign in (-1, 1) for y in (0.1, 0.22, 0.34)]
    parts.append(boxes((15, 14, 6), ports, material="steel", wall=0.4))
    parts += screws(
        [(x * width, y * depth, -thick / 4) for x in (-0.47, -0.16, 0.16, 0.47) for y in (-0.46, 0.02, 0.46)], 1.2, 7
    )
    return shape("laptop", parts)


def _keyboard(width: float, depth: float, at: Sequence[float], sheet: str) -> list[Part]:
    """Keys in rows over a thin steel sheet, with scissor clips under each."""
    pitch_x, pitch_y = width / 15.0, depth / 6.0
    keys = [((i - 7 + 0.25 * (row % 3)) * pitch_x, (row - 2.5) * pitch_y, 1.5) for row in range(6) for i in range(15)]
    plate = box((width, depth, 0.4), (0, 0, -1), material=sheet)
    return move([plate, boxes((0.82 * pitch_x, 0.82 * pitch_y, 1.6), keys, material="abs")], at)


def hard_disk_parts(rng: np.random.Generator, width: float, length: float, height: float) -> list[Part]:
    """A hard disk: cast tub, platters, spindle, arm with its voice-coil magnets, a board below."""
    radius = 0.45 * width
    centre = (0.0, length / 2 - radius - 4, 0.0)
    parts = [rounded_box((width, length, height), 3, material="aluminium", wall=2.0)]
    platters = 1 if height < 12 else 3
    parts += [
        pipe(
            radius,
            0.28 * radius,
            0.9,
            (centre[0], centre[1], (i - (platters - 1) / 2) * 5),
            material=pick(rng, "aluminium", "glass"),
            sides=36,
        )
        for i in range(platters)
    ]
    parts += [
        cylinder(0.26 * radius, 0.8 * height, centre, material="steel"),
        pipe(0.4 * radius, 0.27 * radius, 0.3 * height, centre, material="copper"),
    ]
    pivot = (0.3 * width, -0.3 * length)
    arm = stroke([pivot, (0.12 * width, 0.08 * length)], 0.09 * width).union(disc(0.09 * width, pivot))
    parts += [
        extrude(arm, 1.2 * platters, material="aluminium"),
        cylinder(0.06 * width, 0.8 * height, (*pivot, 0), material="steel"),
    ]
    magnet = angular(
        [
            (0.05 * width, -0.44 * length),
            (0.42 * width, -0.44 * length),
            (0.36 * width, -0.32 * length),
            (0.12 * width, -0.32 * length),
        ],
        3,
    )
    parts += [
        extrude(magnet, 0.22 * height, (0, 0, z * height), material=m)
        for z, m in ((-0.3, "steel"), (0.3, "steel"), (0.0, "neodymium"))
    ]
    parts += move(
        circuit_board_parts(rng, 0.9 * width, 0.5 * length, density=0.8),
        (0, -0.2 * length, -height / 2 - 1),
        scale=(1, 1, 0.4),
    )
    return parts + screws(
        [(sx * 0.45 * width, sy * 0.46 * length, 0) for sx in (-1, 1) for sy in (-1, 0, 1)], 1.4, 0.7 * height
    )


def hard_disk(rng: np.random.Generator) -> Shape:
    """A 2.5 or 3.5 inch hard disk, bare or in a plastic case."""
    width, length, height = pick(rng, (70.0, 100.0, 9.5), (70.0, 100.0, 9.5), (101.6, 147.0, 26.0))
    parts = hard_disk_parts(rng, width, length, height)
    if chance(rng, 0.5):
        parts.append(rounded_box((width + 8, length + 14, height + 8), 6, material="abs", wall=skin(rng)))
    return shape("hard_disk", parts)


def desktop_board(rng: np.random.Generator) -> Shape:
    """A desktop's board: dense, heat sinks, fan, memory, card slots, sockets on one edge; often a card stands in it."""
    width, depth = rng.uniform(170, 300), rng.uniform(170, 245)
    parts = circuit_board_parts(rng, width, depth, density=1.0)
    processor = (rng.uniform(-0.1, 0.1) * width, rng.uniform(0.1, 0.2) * depth)
    parts += heat_sink(
        (75, 75, rng.uniform(25, 55)), 18, (*processor, 4), pick(rng, "aluminium", "aluminium", "copper")
    )
    parts += (
        [box((42, 42, 3), (*processor, 2), material="copper"), *fan_parts(36, 15, (*processor, 48), 7)]
        if chance(rng, 0.7)
        else []
    )
    parts += heat_sink((34, 34, 14), 9, (0.2 * width, -0.2 * depth, 2))
    slots = [(-0.28 * width, (-0.12 - 0.085 * i) * depth, 5) for i in range(4)]
    parts += [
        boxes((85, 8, 10), slots, material="nylon", wall=1.5),
        boxes((80, 1.6, 6), slots, material="copper", wall=0.1),
    ]
    for i in range(pick(rng, 0, 2, 4)):
        parts += move(
            circuit_board_parts(rng, 132, 30, density=0.6),
            ((0.3 + 0.035 * i) * width, 0.15 * depth, 20),
            turned=turn("z", 90) @ turn("x", 90),
        )
    ports = [(-width / 2 + 9, y * depth, 8) for y in np.linspace(-0.05, 0.45, 6)]
    parts.append(boxes((17, 15, 14), ports, material="steel", wall=0.4))
    chokes = [((processor[0] - 55) + 10 * (i // 6), processor[1] - 30 + 11 * (i % 6), 5) for i in range(8)]
    parts += [part for at in chokes for part in coil_parts(4.5, 7, at)]
    return shape("desktop_board", parts)


def expansion_card(rng: np.random.Generator) -> Shape:
    """A graphics or network card: board, heat sink with pipes, fans, slot bracket."""
    width, depth = rng.uniform(120, 270), rng.uniform(65, 115)
    parts = circuit_board_parts(rng, width, depth, density=1.2)
    parts += heat_sink((0.7 * width, 0.8 * depth, 22), int(rng.integers(14, 40)), (0, 0, 3))
    parts += [
        part
        for i in range(pick(rng, 0, 1, 2))
        for part in fan_parts(0.36 * depth, 12, ((0.32 * i - 0.16) * width, 0, 30), 9)
    ]
    parts += [
        tube(smooth([(-0.4 * width, y, 5), (0, y + 6, 5), (0.36 * width, y, 5)], 10), 3, material="copper", sides=7)
        for y in (-12.0, 12.0)
    ]
    parts += [
        box((1, depth + 16, 40), (-width / 2 - 2, 0, 10), material="steel"),
        boxes((14, 22, 9), [(-width / 2 + 7, y * depth, 6) for y in (-0.3, 0, 0.3)], material="steel", wall=0.4),
    ]
    parts.append(box((0.4 * width, 8, 1.6), (0, -depth / 2 - 4, 0), material="fr4"))
    return shape("expansion_card", parts)


KINDS: tuple[Kind, ...] = (
    Kind("laptop", None, laptop, 5.0),
    Kind("hard_disk", None, hard_disk, 2.0),
    Kind("desktop_board", None, desktop_board, 2.5),
    Kind("expansion_card", None, expansion_card, 1.8),
)
