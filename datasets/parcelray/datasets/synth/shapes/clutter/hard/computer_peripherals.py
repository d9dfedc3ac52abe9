"""What stands round a computer: routers, keyboards, mice, power supplies, printers."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Shape, shape
from parcelray.datasets.synth.geometry.solids import box, boxes, cylinder, extrude, rounded, rounded_box
from parcelray.datasets.synth.shapes.clutter.hard.computers import fan_parts, heat_sink
from parcelray.datasets.synth.shapes.clutter.hard.forms import chance, disc, pick, screws, skin, slab, stroke, varied
from parcelray.datasets.synth.shapes.electronics import (
    cell_parts,
    circuit_board_parts,
    coil_parts,
    lead_parts,
    motor_parts,
    transformer_parts,
)
from parcelray.datasets.synth.shapes.kind import Kind


def router(rng: np.random.Generator) -> Shape:
    """A router or set-top box: board, row of sockets, aerials, shields."""
    width, depth, height = rng.uniform(130, 240), rng.uniform(90, 160), rng.uniform(24, 40)
    case = pick(rng, ("abs", 2.0), ("abs", 2.0), ("steel", 0.7))
    parts = [
        rounded_box((width, depth, height), 8, material=case[0], wall=case[1]),
        *move(circuit_board_parts(rng, width - 20, depth - 24, density=0.9), (0, 0, -6)),
    ]
    ports = np.linspace(-0.38, 0.38, int(rng.integers(3, 8))) * width
    parts.append(boxes((16, 18, 13), [(x, depth / 2 - 11, 0) for x in ports], material="steel", wall=0.4))
    parts += heat_sink((28, 28, 9), 8, (0.1 * width, -0.1 * depth, -4))
    for x in np.linspace(-0.42, 0.42, pick(rng, 0, 2, 4)) * width:
        lean = rng.uniform(-25, 25)
        aerial = [
            box((13, 110, 9), (0, 55, 0), material="abs", wall=1.5),
            box((7, 60, 0.8), (0, 60, 0), material="fr4"),
            cylinder(1.2, 90, (0, 45, 0), material="copper", axis="y", sides=6),
        ]
        parts += [
            *move(aerial, (x, depth / 2 + 4, 0), turned=turn("z", lean)),
            cylinder(5, 12, (x, depth / 2 + 3, 0), material="brass", axis="y", sides=10),
        ]
    parts += screws([(sx * (width / 2 - 10), sy * (depth / 2 - 10), -4) for sx in (-1, 1) for sy in (-1, 1)], 1.5, 12)
    return shape("router", parts)


def keyboard(rng: np.random.Generator) -> Shape:
    """A computer keyboard: grid of keys with springs, steel plate, small board, lead."""
    width, depth = rng.uniform(280, 440), rng.uniform(115, 155)
    columns = int(width / 19)
    parts = [
        rounded_box((width, depth, 22), 5, material="abs", wall=skin(rng)),
        box((width - 12, depth - 20, pick(rng, 0.3, 1.0)), (0, 0, -2), material=pick(rng, "steel", "fr4")),
    ]
    keys = [
        ((i - columns / 2 + 0.5 + 0.2 * (row % 2)) * 18.6, (row - 2.5) * 19, 8)
        for row in range(6)
        for i in range(columns)
    ]
    parts.append(boxes((15, 15, 7), keys, material="abs", wall=1.5))
    parts.append(
        boxes((3.2, 3.2, 7), np.asarray(keys) - [0, 0, 6], material=pick(rng, "rubber", "steel", "rubber"), wall=0.2)
    )
    parts += move(circuit_board_parts(rng, 70, 22, density=0.7), (0.3 * width, depth / 2 - 15, -5))
    parts += lead_parts(rng, (0, depth / 2, 0), 2, 220, along=(0.2, 1, 0))
    parts += screws([(x * width, y * depth, -4) for x in (-0.46, -0.15, 0.15, 0.46) for y in (-0.42, 0.4)], 1.3, 10)
    return shape("keyboard", parts)


def mouse(rng: np.random.Generator) -> Shape:
    """A computer mouse: shell, board, wheel, switches; cells or a lead."""
    outline = rounded(rng.uniform(54, 68), rng.uniform(95, 122), 26)
    parts = [
        extrude(outline, 34, material="abs", wall=1.5),
        *move(circuit_board_parts(rng, 44, 74, density=0.6), (0, 6, -8)),
    ]
    parts += [
        cylinder(11, 7, (0, 28, 4), material="rubber", axis="x"),
        cylinder(1.2, 22, (0, 28, 4), material="steel", axis="x"),
        box((18, 18, 10), (0, 4, -6), material="polycarbonate"),
    ]
    parts += [box((6, 12, 6), (x, 34, -4), material="abs") for x in (-14, 14)] + [
        box((4, 8, 0.4), (x, 34, -2), material="copper") for x in (-14, 14)
    ]
    if chance(rng, 0.5):
        parts += cell_parts(7, 49, (0, -18, 2), turn("x", 90))
    else:
        parts += lead_parts(rng, (0, 58, 0), 2, 260, along=(0.1, 1, 0))
    parts += [box((10, 10, 6), (0, -35, -10), material="steel")] if chance(rng, 0.3) else []
    return shape("mouse", varied(rng, [*parts, *screws([(-18, -38, 0), (18, -38, 0), (0, 48, -4)], 1.3, 9)]))


def power_supply(rng: np.random.Generator) -> Shape:
    """A desktop's power supply: steel box, fan, transformers, heat sinks, a bunch of leads."""
    parts = [
        box((150, rng.uniform(120, 160), 86), material="steel", wall=0.8),
        *fan_parts(52, 22, (0, 0, 28), 7),
        *circuit_board_parts(rng, 138, 110, density=0.5),
    ]
    parts += (
        transformer_parts(40, (10, 5, 0), core="ferrite")
        + coil_parts(15, 20, (-35, 25, 0))
        + coil_parts(11, 16, (-40, -22, 0))
    )
    parts += [box((90, 4, 42), (0, y, 0), material="aluminium") for y in (-24, 34)] + [
        cylinder(15, 42, (45, -30, 0), material="aluminium", wall=0.8)
    ]
    parts += lead_parts(rng, (-75, 45, -20), 7, 200, along=(-1, 0.2, 0), gauge=0.7)
    return shape("power_supply", parts)


def printer_carriage(rng: np.random.Generator) -> Shape:
    """The inside of a small printer: guide rod, belt and motors, rollers, board, ink tanks."""
    width = rng.uniform(240, 360)
    parts = [
        rounded_box((width, 150, 75), 10, material="abs", wall=skin(rng)),
        cylinder(4, width - 20, (0, 10, 10), material="steel", axis="x"),
        cylinder(7, width - 40, (0, -30, -8), material="rubber", axis="x"),
    ]
    parts += [
        cylinder(3, width - 30, (0, -30, -8), material="steel", axis="x"),
        box((width - 16, 24, 1.0), (0, 34, -12), material="steel"),
    ]
    parts += [
        *motor_parts(14, 26, (-0.4 * width, 30, 10)),
        *motor_parts(16, 30, (0.42 * width, -28, -5), turn("y", 90)),
        *move(circuit_board_parts(rng, 110, 60, density=0.8), (0.18 * width, 38, -20)),
    ]
    x = rng.uniform(-0.25, 0.25) * width
    parts += [
        box((56, 44, 40), (x, 4, 16), material="abs", wall=2.0),
        box((20, 34, 24), (x - 13, 4, 18), material="water"),
        box((20, 34, 16), (x + 13, 4, 14), material="water"),
    ]
    parts += [
        extrude(
            stroke([(-0.4 * width, 22), (0.4 * width, 22)], 9).difference(
                stroke([(-0.4 * width, 22), (0.4 * width, 22)], 7)
            ),
            6,
            (0, 0, 24),
            material="rubber",
        )
    ]
    gears = [disc(r, (0.47 * width - 12, y)) for r, y in ((14, -30), (9, -8), (18, 20))]
    parts += [extrude(gear, 5, (0, 0, 8), material="nylon") for gear in gears] + screws(
        [(x * width, y, 0) for x in (-0.46, 0, 0.46) for y in (-66, 66)], 1.7, 16
    )
    parts.append(extrude(slab(-0.4 * width, -60, 0.4 * width, -40), 1, (0, 0, -25), material="steel"))
    return shape("printer_carriage", parts)


KINDS: tuple[Kind, ...] = (
    Kind("router", None, router, 1.2),
    Kind("keyboard", None, keyboard, 0.8),
    Kind("mouse", None, mouse, 1.0),
    Kind("power_supply", None, power_supply, 0.6),
    Kind("printer_carriage", None, printer_carriage, 0.4),
)
