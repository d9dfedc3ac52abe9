"""Loose circuits: boards with leads, timers, phone-like boards, receivers, relays, switches, clock movements."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import helix
from parcelray.datasets.synth.geometry.placing import grained, move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, boxes, cylinder, pipe, rounded_box, tube
from parcelray.datasets.synth.shapes.electronics import (
    cell_parts,
    circuit_board_parts,
    coil_parts,
    lead_parts,
    screw_parts,
)
from parcelray.datasets.synth.shapes.kind import Kind

LEAF = "switch_circuit"


def bare_board(rng: np.random.Generator) -> Shape:
    """A populated board with leads soldered to it."""
    width, depth = float(rng.uniform(35.0, 125.0)), float(rng.uniform(22.0, 80.0))
    parts = circuit_board_parts(rng, width, depth, density=rng.uniform(0.4, 1.6))
    for _ in range(int(rng.integers(1, 4))):
        side = float(rng.choice([-1.0, 1.0]))
        start = (side * width / 2.0, rng.uniform(-0.4, 0.4) * depth, 2.0)
        parts += lead_parts(
            rng, start, int(rng.integers(2, 4)), rng.uniform(40.0, 130.0), along=(side, rng.normal(0, 0.5), 0.0)
        )
    return shape("circuit_board", parts, leaf=LEAF)


def digital_timer(rng: np.random.Generator) -> Shape:
    """A timer with a glass display, buttons, a cell, in or out of its shell."""
    width, depth = float(rng.uniform(50.0, 95.0)), float(rng.uniform(40.0, 75.0))
    parts = circuit_board_parts(rng, 0.9 * width, 0.9 * depth, density=0.8)
    window = (0.66 * width, 0.36 * depth)
    parts += [
        boxes((*window, 1.1), [(0.0, 0.2 * depth, 5.0), (0.0, 0.2 * depth, 6.3)], material="glass"),
        box((window[0] + 4.0, window[1] + 4.0, 4.0), (0.0, 0.2 * depth, 5.5), material="steel", wall=0.2),
        boxes(
            (0.92 * window[0], 3.0, 4.0),
            [(0.0, 0.2 * depth + s * 0.45 * window[1], 3.0) for s in (-1, 1)],
            material="silicone",
        ),
    ]
    keys = [((i - 1.5) * 0.2 * width, -0.28 * depth, 4.0) for i in range(4)]
    parts += [cylinder(4.0, 4.0, at, material="silicone", sides=10) for at in keys]
    parts += [cylinder(2.0, 0.3, (x, y, 2.0), material="graphite", sides=8) for x, y, _ in keys]
    parts += cell_parts(5.1, 43.0, (0.0, -0.1 * depth, -7.0), turn("y", 90.0), "alkaline")
    if rng.random() < 0.5:
        parts.append(rounded_box((width, depth, 24.0), 6.0, (0.0, 0.0, -1.0), material="abs", wall=1.8))
    parts += lead_parts(rng, (width / 2.0, 0.0, 0.0), int(rng.integers(2, 5)), rng.uniform(40.0, 120.0))
    return shape("circuit_timer", parts, leaf=LEAF)


def wind_up_timer(rng: np.random.Generator) -> Shape:
    """A mechanical timer or clock movement: brass plates, gears, a coiled spring, a dial."""
    radius = float(rng.uniform(22.0, 38.0))
    thick = float(rng.uniform(14.0, 26.0))
    plates = str(rng.choice(["brass", "steel"]))
    parts: list[Part] = [
        pipe(radius, 3.0, 0.9, (0.0, 0.0, s * thick / 2.0), material=plates, sides=26) for s in (-1, 1)
    ]
    for _ in range(int(rng.integers(4, 8))):
        wheel = float(rng.uniform(0.18, 0.5)) * radius
        at = np.array([*rng.uniform(-0.5, 0.5, 2) * radius, rng.uniform(-0.35, 0.35) * thick])
        parts.append(pipe(wheel, 0.75 * wheel, 0.9, at, material="brass", sides=22))
        parts.append(boxes([(1.5 * wheel, 2.0, 0.9), (2.0, 1.5 * wheel, 0.9)], [at, at], material="brass"))
        parts.append(cylinder(0.9, 0.9 * thick, (at[0], at[1], 0.0), material="steel", sides=7))
    turns = np.linspace(0.0, 2.0 * np.pi * 7.0, 120)
    coil = np.column_stack([(2.5 + 0.28 * turns) * np.cos(turns), (2.5 + 0.28 * turns) * np.sin(turns), np.zeros(120)])
    parts += [
        move(tube(coil, 0.35, material="steel", sides=4), (0.3 * radius, 0.0, d))[0] for d in (-1.5, -0.5, 0.5, 1.5)
    ]
    posts = [(0.85 * radius * np.cos(a), 0.85 * radius * np.sin(a), 0.0) for a in (0.5, 2.6, 4.7)]
    parts += [cylinder(1.8, thick, at, material=plates, sides=8) for at in posts]
    if rng.random() < 0.6:
        parts.append(cylinder(radius + 5.0, thick + 10.0, material="abs", sides=28, wall=1.8))
        parts.append(cylinder(0.45 * radius, 9.0, (0.0, 0.0, thick / 2.0 + 8.0), material="abs", sides=20, wall=1.8))
    parts += lead_parts(rng, (radius, 0.0, 0.0), 2, rng.uniform(40.0, 120.0))
    return shape("circuit_clockwork", parts, leaf=LEAF)


def phone_board(rng: np.random.Generator) -> Shape:
    """A phone's inside without its case: dense board, shields, antenna, often with display and cell."""
    width, depth = float(rng.uniform(90.0, 150.0)), float(rng.uniform(42.0, 70.0))
    parts = circuit_board_parts(rng, 0.85 * width, 0.55 * depth, density=2.0)
    shields = [(rng.uniform(-0.3, 0.3) * width, rng.uniform(-0.1, 0.1) * depth, 2.4) for _ in range(3)]
    parts.append(boxes((0.22 * width, 0.4 * depth, 2.2), shields, material="steel", wall=0.2))
    if rng.random() < 0.6:
        parts.append(
            rounded_box((0.55 * width, 0.4 * depth, 4.2), 3.0, (-0.1 * width, -0.3 * depth, 0.0), material="liion")
        )
        parts.append(
            box((0.55 * width, 0.4 * depth, 4.4), (-0.1 * width, -0.3 * depth, 0.0), material="aluminium", wall=0.1)
        )
    if rng.random() < 0.6:
        parts.append(box((width, depth, 1.2), (0.0, 0.0, 6.0), material="glass"))
        parts.append(box((0.96 * width, 0.9 * depth, 0.6), (0.0, 0.0, 4.6), material="aluminium"))
    parts += [
        *coil_parts(5.0, 4.0, (0.42 * width, -0.2 * depth, 0.0), core=None),
        pipe(8.0, 4.0, 3.0, (-0.42 * width, 0.1 * depth, 1.0), material="neodymium", sides=16),
        cylinder(4.0, 6.0, (0.3 * width, 0.3 * depth, 2.0), material="glass", sides=14),
    ]
    parts += lead_parts(rng, (width / 2.0, 0.0, 0.0), int(rng.integers(2, 4)), rng.uniform(50.0, 130.0))
    return shape("circuit_phone", parts, leaf=LEAF)


def radio_receiver(rng: np.random.Generator) -> Shape:
    """A receiver or key fob: small board, wound ferrite rod or whip antenna, relay cubes, terminal strip."""
    width, depth = float(rng.uniform(40.0, 90.0)), float(rng.uniform(28.0, 60.0))
    parts = circuit_board_parts(rng, width, depth, density=1.0)
    for index in range(int(rng.integers(1, 4))):
        parts += move(_relay(rng), ((index - 1.0) * 24.0, 0.2 * depth, 9.0))
    if rng.random() < 0.5:
        rod = [cylinder(4.5, 55.0, material="ferrite", sides=12), pipe(5.5, 4.6, 22.0, material="copper", sides=14)]
        parts += move(grained(rod, 0.0), (0.0, -depth / 2.0 - 7.0, 4.0), turned=turn("y", 90.0))
    else:
        whip = np.array([(0.0, -depth / 2.0, 2.0), (6.0, -depth / 2.0 - 40.0, 5.0), (-10.0, -depth / 2.0 - 110.0, 3.0)])
        parts.append(tube(whip, 0.7, material="copper", sides=5))
        parts.append(
            tube(helix(3.0, 12.0, 2.2)[:, [0, 2, 1]] + [4.0, -depth / 2.0 - 16.0, 4.0], 0.5, material="copper", sides=4)
        )
    if rng.random() < 0.4:
        parts.append(rounded_box((width + 8.0, depth + 8.0, 26.0), 4.0, (0.0, 0.0, 7.0), material="abs", wall=1.8))
    parts += lead_parts(rng, (width / 2.0, 0.0, 3.0), int(rng.integers(2, 6)), rng.uniform(40.0, 120.0))
    return shape("circuit_receiver", parts, leaf=LEAF)


def _relay(rng: np.random.Generator) -> list[Part]:
    """A relay standing on z = 0: coil, yoke, contact springs, cover."""
    size = np.array([rng.choice([12.0, 15.0, 19.0]), 15.0, rng.choice([10.0, 15.0])])
    coil = coil_parts(0.3 * size[1], 0.55 * size[0], (0.0, 0.0, 0.4 * size[2]), turn("y", 90.0), core="steel")
    return [
        *coil,
        box((0.8 * size[0], 0.6 * size[1], 1.2), (0.0, 0.0, 1.2), material="steel"),
        box((1.2, 0.6 * size[1], 0.7 * size[2]), (-0.4 * size[0], 0.0, 0.4 * size[2]), material="steel"),
        boxes((0.3, 5.0, 0.7 * size[2]), [(0.42 * size[0], d, 0.4 * size[2]) for d in (-3.5, 3.5)], material="brass"),
        box(size, (0.0, 0.0, size[2] / 2.0), material="abs", wall=1.2),
        boxes(
            (0.8, 0.8, 5.0),
            [(a * size[0], b * size[1], -2.0) for a in (-0.4, 0.4) for b in (-0.35, 0.35)],
            material="tin",
        ),
    ]


def relays(rng: np.random.Generator) -> Shape:
    """Loose relays with wires, some in sockets."""
    parts: list[Part] = []
    for index in range(int(rng.integers(1, 4))):
        made = move(_relay(rng), scale=rng.uniform(1.0, 2.0))
        if rng.random() < 0.5:
            made += move([box((34.0, 28.0, 14.0), material="nylon", wall=1.4)], (0.0, 0.0, -8.0))
            made += [part for d in (-10, 10) for e in (-8, 8) for part in screw_parts(1.4, 9.0, (d, e, -6.0))]
        made += lead_parts(rng, (10.0, 0.0, 0.0), int(rng.integers(2, 5)), rng.uniform(40.0, 110.0))
        parts += move(made, (rng.normal(0.0, 10.0), index * 42.0, 0.0), turned=turn("z", rng.normal(0.0, 30.0)))
    return shape("circuit_relays", parts, leaf=LEAF)


def switches(rng: np.random.Generator) -> Shape:
    """Toggle, rocker, push and limit switches on wires."""
    parts: list[Part] = []
    for index in range(int(rng.integers(1, 4))):
        made = [_toggle, _rocker, _limit][rng.integers(3)](rng)
        made += lead_parts(
            rng,
            (0.0, 0.0, -14.0),
            int(rng.integers(2, 4)),
            rng.uniform(50.0, 130.0),
            along=(1.0, rng.normal(0, 0.4), 0.0),
        )
        parts += move(
            made, (rng.normal(0.0, 12.0), index * 36.0, 0.0), turned=turn("z", rng.normal(0.0, 40.0)) @ turn("x", 80.0)
        )
    return shape("circuit_switches", parts, leaf=LEAF)


def _toggle(rng: np.random.Generator) -> list[Part]:
    tilt = turn("x", float(rng.choice([-14.0, 14.0])))
    return [
        box((13.0, 28.0, 16.0), material="abs", wall=1.8),
        box((13.0, 30.0, 1.0), (0.0, 0.0, 8.0), material="steel"),
        pipe(6.0, 3.5, 11.0, (0.0, 0.0, 13.0), material="zinc", sides=16),
        pipe(9.0, 6.0, 2.2, (0.0, 0.0, 14.0), material="steel", sides=6),
        *move(cylinder(2.4, 18.0, (0.0, 0.0, 9.0), material="brass", sides=10), (0.0, 0.0, 14.0), turned=tilt),
        boxes((6.0, 0.8, 11.0), [(0.0, d, -12.0) for d in (-9.0, 0.0, 9.0)], material="brass"),
        box((4.0, 20.0, 1.2), (0.0, 0.0, -5.0), material="copper"),
    ]


def _rocker(rng: np.random.Generator) -> list[Part]:
    wide = float(rng.choice([13.0, 19.0, 22.0]))
    return [
        box((wide, 30.0, 20.0), material="nylon", wall=1.4),
        *move(box((0.8 * wide, 24.0, 7.0), material="polycarbonate"), (0.0, 0.0, 11.0), turned=turn("x", 9.0)),
        boxes((6.3, 0.8, 12.0), [(0.0, d, -13.0) for d in (-9.0, 9.0)], material="brass"),
        box((4.0, 18.0, 1.0), (0.0, 0.0, 2.0), material="copper"),
        tube(helix(2.0, 6.0, 1.4), 0.3, material="steel", sides=4),
    ]


def _limit(rng: np.random.Generator) -> list[Part]:
    lever = float(rng.uniform(24.0, 60.0))
    return [
        box((10.0, 28.0, 16.0), material="abs", wall=1.8),
        boxes((3.2, 0.8, 9.0), [(0.0, d, -11.0) for d in (-9.0, 0.0, 9.0)], material="brass"),
        *move(
            box((4.0, lever, 0.5), (0.0, lever / 2.0 - 8.0, 0.0), material="stainless"),
            (0.0, 0.0, 10.0),
            turned=turn("x", 12.0),
        ),
        box((3.0, 18.0, 0.4), (0.0, 0.0, 3.0), material="copper"),
        cylinder(1.5, 10.0, (0.0, -10.0, 0.0), material="steel", axis="x", sides=8),
    ]


def breadboard(rng: np.random.Generator) -> Shape:
    """A plug board with its rows of spring clips, loops of wire and plugged-in parts."""
    rows = int(rng.choice([17, 30, 60]))
    length = rows * 2.54 + 4.0
    parts: list[Part] = [box((length, 54.0, 8.5), material="abs", wall=1.2)]
    columns = (np.arange(rows) - (rows - 1) / 2.0) * 2.54
    parts.append(
        boxes((1.2, 11.0, 5.0), [(x, s * 9.5, 0.0) for x in columns for s in (-1, 1)], material="tin", wall=0.1)
    )
    parts.append(
        boxes(
            (0.9 * length, 1.4, 4.0),
            [(0.0, s * d, 0.0) for s in (-1, 1) for d in (21.0, 24.0)],
            material="tin",
            wall=0.1,
        )
    )
    for _ in range(int(rng.integers(5, 12))):
        start, end = rng.uniform(-0.45, 0.45, (2, 2)) * [length, 44.0]
        t = np.linspace(0.0, 1.0, 9)[:, None]
        high = rng.uniform(10.0, 28.0)
        path = np.column_stack([start + (end - start) * t, 4.0 + 4.0 * high * t * (1.0 - t)])
        parts += [tube(path, 0.35, material="copper", sides=4), tube(path, 0.8, material="pvc", sides=4, wall=0.4)]
    for _ in range(int(rng.integers(1, 4))):
        at = np.array([rng.uniform(-0.35, 0.35) * length, 0.0, 7.0])
        parts += [
            box((19.0, 6.4, 3.4), at, material="fr4"),
            box((8.0, 4.0, 0.3), at, material="copper"),
            box((3.0, 3.0, 0.5), at, material="silicon"),
        ]
    parts += lead_parts(rng, (length / 2.0, 0.0, 4.0), 2, rng.uniform(50.0, 120.0))
    return shape("circuit_breadboard", parts, leaf=LEAF)


def wall_timer(rng: np.random.Generator) -> Shape:
    """A module in a small plastic box with screw terminals, a knob or a sensor's dome."""
    size = rng.uniform([40.0, 30.0, 18.0], [85.0, 60.0, 32.0])
    parts: list[Part] = [rounded_box(tuple(size), 3.0, material="abs", wall=1.8)]
    parts += circuit_board_parts(rng, 0.88 * float(size[0]), 0.85 * float(size[1]), density=0.7)
    strip = [(-0.35 * size[0] + i * 7.0, -0.42 * size[1], 5.0) for i in range(int(0.7 * size[0] / 7.0))]
    parts.append(boxes((5.0, 7.0, 7.0), strip, material="brass", wall=0.8))
    for at in strip:
        parts += screw_parts(1.5, 7.0, at)
    if rng.random() < 0.5:
        parts.append(
            cylinder(
                0.25 * size[1],
                12.0,
                (0.15 * size[0], 0.15 * size[1], size[2] / 2.0 + 5.0),
                material="abs",
                sides=20,
                wall=1.8,
            )
        )
        parts.append(cylinder(3.0, 16.0, (0.15 * size[0], 0.15 * size[1], size[2] / 2.0), material="brass", sides=10))
    parts += lead_parts(rng, (size[0] / 2.0, 0.0, 0.0), int(rng.integers(2, 5)), rng.uniform(50.0, 140.0))
    return shape("circuit_module", parts, leaf=LEAF)


KINDS: tuple[Kind, ...] = (
    Kind("circuit_board", LEAF, bare_board, 1.5),
    Kind("circuit_timer", LEAF, digital_timer, 1.3),
    Kind("circuit_clockwork", LEAF, wind_up_timer),
    Kind("circuit_phone", LEAF, phone_board, 1.3),
    Kind("circuit_receiver", LEAF, radio_receiver),
    Kind("circuit_relays", LEAF, relays, 0.8),
    Kind("circuit_switches", LEAF, switches),
    Kind("circuit_breadboard", LEAF, breadboard, 0.7),
    Kind("circuit_module", LEAF, wall_timer),
)
