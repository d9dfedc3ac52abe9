"""Phones and tablets, and what is in them: pouch cells, speakers, cameras."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, boxes, cylinder, extrude, pipe, rounded, rounded_box
from parcelray.datasets.synth.shapes.clutter.hard.forms import chance, pick, screws, spring
from parcelray.datasets.synth.shapes.electronics import circuit_board_parts, motor_parts
from parcelray.datasets.synth.shapes.kind import Kind


def pouch_cell(extent: Sequence[float], at: Sequence[float] = (0.0, 0.0, 0.0)) -> list[Part]:
    """A flat lithium cell in foil with its tabs on the short side."""
    x, y, z = at
    tabs = [(x + side * 0.2 * extent[0], y + extent[1] / 2 + 2, z) for side in (-1, 1)]
    return [
        box(extent, at, material="liion"),
        box(np.add(extent, 0.4), at, material="aluminium", wall=0.15),
        boxes((4.0, 5.0, 0.2), tabs, material="nickel"),
    ]


def small_speaker(radius: float, at: Sequence[float]) -> list[Part]:
    """A speaker or receiver as phones and toys have: pot, magnet, coil."""
    x, y, z = at
    return [
        cylinder(radius, 3.0, at, material="steel", sides=16, wall=0.4),
        cylinder(0.5 * radius, 1.5, (x, y, z - 0.4), material="neodymium", sides=14),
        pipe(0.6 * radius, 0.54 * radius, 2.0, at, material="copper", sides=14),
    ]


def camera_module(size: float, at: Sequence[float]) -> list[Part]:
    """A phone's camera: steel can, lens stack, coil magnets."""
    x, y, z = at
    magnets = [(x + 0.42 * size, y, z), (x - 0.42 * size, y, z)]
    return [
        box((size, size, 4.5), at, material="steel", wall=0.4),
        cylinder(0.3 * size, 3.5, (x, y, z + 0.8), material="glass", sides=14),
        pipe(0.42 * size, 0.34 * size, 2.0, at, material="copper", sides=14),
        boxes((0.8, 0.6 * size, 2.5), magnets, material="neodymium"),
    ]


def mobile_phone(rng: np.random.Generator) -> Shape:
    """A smartphone: metal or plastic frame, glass, a pouch cell, a shielded board, cameras, speaker, charging coil."""
    width, length = rng.uniform(62, 80), rng.uniform(128, 168)
    thick = rng.uniform(7, 9)
    outline = rounded(width, length, rng.uniform(6, 12))
    frame = pick(rng, "aluminium", "aluminium", "abs", "stainless")
    parts = [extrude(outline.difference(outline.buffer(-1.6)), thick, material=frame)]
    parts.append(extrude(outline.buffer(-0.5), 0.7, (0, 0, thick / 2 - 0.4), material="glass"))
    parts.append(
        extrude(outline.buffer(-0.5), 0.7, (0, 0, 0.4 - thick / 2), material=pick(rng, "glass", "abs", "aluminium"))
    )
    parts.append(extrude(outline.buffer(-3), 0.3, (0, 0, 1.0), material=pick(rng, "steel", "magnesium", "aluminium")))
    cell = (width * rng.uniform(0.5, 0.86), length * rng.uniform(0.42, 0.55), 0.5 * thick)
    left = -width / 2 + cell[0] / 2 + 4
    parts += pouch_cell(cell, (left, -0.08 * length, -0.6))
    parts += move(
        circuit_board_parts(rng, width - 8, 0.27 * length, density=2.0), (0, 0.33 * length, -0.5), scale=(1, 1, 0.5)
    )
    lids = [(rng.uniform(-0.2, 0.2) * width, y * length, 0) for y in (0.27, 0.36)]
    parts += [box((0.5 * width, 0.07 * length, 1.4), lid, material="steel", wall=0.2) for lid in lids]
    parts += move(
        circuit_board_parts(rng, width - 8, 0.09 * length, density=1.0), (0, -0.42 * length, -0.5), scale=(1, 1, 0.4)
    )
    side = pick(rng, -1.0, 1.0)
    for i in range(pick(rng, 1, 2, 3)):
        parts += camera_module(rng.uniform(7, 10.5), (side * 0.33 * width, (0.43 - 0.09 * i) * length, -0.3))
    parts += [*small_speaker(5.5, (0.25 * width, -0.42 * length, 0)), *small_speaker(3.5, (0, 0.46 * length, 0))]
    parts += move(motor_parts(2.2, 8), (-0.3 * width, -0.42 * length, 0), turned=turn("y", 90))
    if chance(rng, 0.4):
        parts += [pipe(radius, radius - 1.6, 0.2, (0, 0, -thick / 2 + 1), material="copper") for radius in (22, 18, 14)]
    corners = [(sx * (width / 2 - 4), sy * (length / 2 - 5), 0) for sx in (-1, 1) for sy in (-1, 1, 0.5)]
    parts += screws(corners, 0.7, 3)
    return shape("mobile_phone", parts)


def old_phone(rng: np.random.Generator) -> Shape:
    """A phone with keys, bar or clamshell, a small screen, an aerial, a cell under a lid."""
    width, length, thick = rng.uniform(42, 52), rng.uniform(95, 125), rng.uniform(14, 22)
    folded = chance(rng, 0.4)
    parts = [rounded_box((width, length, thick), 9, material="abs", wall=1.5)]
    parts += move(circuit_board_parts(rng, width - 6, length - 12, density=1.3), (0, 0, 1))
    parts += pouch_cell((width - 10, 0.48 * length, 5.5), (0, -0.15 * length, -4))
    parts += [
        box((0.65 * width, 0.3 * length, 1.5), (0, 0.26 * length, 5), material="glass"),
        box((0.7 * width, 0.34 * length, 3), (0, 0.26 * length, 4), material="steel", wall=0.2),
    ]
    keys = [
        (0.26 * width * column, -0.05 * length - 0.09 * length * row, 6) for row in range(4) for column in (-1, 0, 1)
    ]
    parts += [
        boxes((0.2 * width, 0.055 * length, 2.0), keys, material="silicone"),
        boxes((5, 5, 0.3), keys, material="steel"),
    ]
    parts += [*small_speaker(6, (0, 0.44 * length, 3)), *move(motor_parts(3, 9), (0.3 * width, 0.4 * length, -3))]
    parts.append(box((0.6 * width, 0.5 * length, 1.2), (0, 0.2 * length, -1), material="steel", wall=0.2))
    if folded:
        lid = [
            rounded_box((width, 0.95 * length, 8), 9, material="abs", wall=1.5),
            box((0.75 * width, 0.45 * length, 2), (0, 0.1 * length, 0), material="glass"),
        ]
        parts += [
            *move(lid, (0, 1.0 * length, 4)),
            cylinder(4, width, (0, 0.5 * length, 4), material="steel", axis="x", wall=0.6),
        ]
    else:
        parts += [
            cylinder(3, 22, (0.35 * width, length / 2 + 8, 0), material="rubber", axis="y"),
            *spring(1.6, 22, 8, 0.6, (0.35 * width, length / 2 + 8, 0), axis="y", material="copper"),
        ]
    parts += screws([(sx * (width / 2 - 5), sy * (length / 2 - 6), 0) for sx in (-1, 1) for sy in (-1, 1)], 1.0, 8)
    return shape("old_phone", parts)


def tablet(rng: np.random.Generator) -> Shape:
    """A tablet or reader: two big pouch cells, a narrow board, a metal back, speakers in the corners."""
    width, length = rng.uniform(120, 180), rng.uniform(185, 250)
    outline = rounded(width, length, 9)
    back = pick(rng, ("aluminium", 0.9), ("abs", 1.5), ("magnesium", 1.0))
    parts = [
        extrude(outline.buffer(-1), back[1], (0, 0, -3.4), material=back[0]),
        extrude(outline.difference(outline.buffer(-2)), 7, material=back[0]),
    ]
    parts += [
        extrude(outline.buffer(-1), 0.9, (0, 0, 3), material="glass"),
        extrude(outline.buffer(-9), 0.7, (0, 0, 2), material="glass"),
        extrude(outline.buffer(-9), 0.2, (0, 0, 1), material="steel"),
    ]
    cells = pick(rng, 2, 2, 3)
    for i in range(cells):
        wide = (width - 40) / cells - 3
        parts += pouch_cell(
            (wide, rng.uniform(0.5, 0.62) * length, 3.4), (-12 + (i - (cells - 1) / 2) * (wide + 3), -0.08 * length, -1)
        )
    board = circuit_board_parts(rng, 0.62 * length, 24, density=1.6)
    parts += move(board, (width / 2 - 18, 0.05 * length, -1), turned=turn("z", 90), scale=(1, 1, 0.4))
    parts += move(circuit_board_parts(rng, width - 40, 20, density=1.0), (0, 0.43 * length, -1), scale=(1, 1, 0.4))
    parts += [part for sx in (-1, 1) for part in small_speaker(7, (sx * (width / 2 - 16), -length / 2 + 12, 0))]
    parts += camera_module(8, (-width / 2 + 14, length / 2 - 12, -0.5))
    border = [(sx * (width / 2 - 5), sy * (length / 2 - 6), 0) for sx in (-1, 1) for sy in (-1, -0.4, 0.3, 1)]
    parts += screws(border, 0.9, 4)
    return shape("tablet", parts)


KINDS: tuple[Kind, ...] = (
    Kind("mobile_phone", None, mobile_phone, 3.0),
    Kind("old_phone", None, old_phone, 0.8),
    Kind("tablet", None, tablet, 1.5),
)
