"""Watches and clocks."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import (
    box,
    cylinder,
    extrude,
    lathe,
    pipe,
    tube,
)
from parcelray.datasets.synth.shapes.clutter.hard.forms import (
    chance,
    disc,
    pick,
    stroke,
    toothed,
    varied,
)
from parcelray.datasets.synth.shapes.clutter.hard.phones import pouch_cell
from parcelray.datasets.synth.shapes.electronics import (
    cell_parts,
    circuit_board_parts,
    coil_parts,
)
from parcelray.datasets.synth.shapes.kind import Kind


def _movement(radius: float) -> list[Part]:
    """The works of a watch or clock in x-y: plates, wheels, a coil, a button cell."""
    wheels = [
        extrude(
            toothed(0.28 * radius, 0.05 * radius, 22),
            0.8,
            (0.4 * radius * np.cos(a), 0.4 * radius * np.sin(a), 0.6 * i),
            material="brass",
        )
        for i, a in enumerate((0.3, 1.7, 3.2, 4.4))
    ]
    return [
        cylinder(0.85 * radius, 0.9, (0, 0, -1.5), material="brass"),
        *wheels,
        pipe(0.2 * radius, 0.1 * radius, 2, (-0.5 * radius, 0.3 * radius, 0), material="copper", sides=12),
        cylinder(0.33 * radius, 2.2, (0.35 * radius, -0.4 * radius, -0.5), material="stainless", sides=16),
    ]


def wrist_watch(rng: np.random.Generator) -> Shape:
    """A watch: steel, brass or plastic case, movement, glass, strap of links or leather; flat or closed round."""
    radius, thick = rng.uniform(12, 24), rng.uniform(6, 14)
    case = pick(rng, ("stainless", 1.5), ("brass", 1.0), ("titanium", 1.5), ("abs", 2.0))
    parts = [
        lathe(
            [(0.05, -thick / 2), (0.9 * radius, -thick / 2), (radius, 0), (0.92 * radius, thick / 2)],
            material=case[0],
            wall=case[1],
        ),
        cylinder(0.88 * radius, 1.6, (0, 0, thick / 2), material="glass"),
        *_movement(0.85 * radius),
        cylinder(2, 4, (radius + 2, 0, 0), material="steel", axis="x", sides=8),
    ]
    if chance(rng, 0.3):
        parts += [
            *pouch_cell((radius, radius, 3)),
            *move(circuit_board_parts(rng, 1.2 * radius, 1.1 * radius, density=2.0), (0, 0, 2), scale=(1, 1, 0.4)),
        ]
    metal = chance(rng, 0.5)
    width, closed = 0.95 * radius, chance(rng, 0.5)
    links = 11
    for side in (-1, 1):
        for i in range(links):
            reach = radius + 7.0 * i + 2
            bend = 2.3 * reach / (radius + 7 * links) if closed else 0.0
            sweep = 27.0
            at = (
                0.0,
                side * sweep * np.sin(bend) if closed else side * reach,
                sweep * (np.cos(bend) - 1.0) if closed else 0.0,
            )
            link = (
                box((width - 0.4 * i, 6.6, 2.6), material="stainless", wall=0.8)
                if metal
                else box((width - 0.5 * i, 7.2, 2.6), material="leather")
            )
            parts += move(link, at, turned=turn("x", -side * np.degrees(bend)))
        parts.append(cylinder(0.8, width, (0, side * (radius + 1), 0), material="steel", axis="x", sides=6))
    parts.append(
        extrude(
            disc(0.1).union(
                stroke([(-width / 2, 0), (width / 2, 0)], 9).difference(stroke([(-width / 3, 0), (width / 3, 0)], 4))
            ),
            2,
            (0, 0 if closed else radius + 7 * links + 4, -54 if closed else 0),
            material="steel",
        )
    )
    return shape("wrist_watch", parts)


def alarm_clock(rng: np.random.Generator) -> Shape:
    """An alarm or table clock: works, hands, bells or speaker, cell; or a large mechanical one."""
    radius, depth = rng.uniform(32, 62), rng.uniform(26, 55)
    case = pick(rng, ("steel", 0.6), ("abs", 2.0), ("brass", 0.6), ("wood", 6.0))
    parts = [
        lathe([(0.05, -depth / 2), (radius, -depth / 2), (radius, depth / 2)], material=case[0], wall=case[1]),
        cylinder(0.95 * radius, 1.8, (0, 0, depth / 2), material="glass"),
        cylinder(0.9 * radius, 0.4, (0, 0, depth / 2 - 6), material="aluminium"),
    ]
    parts += move(_movement(0.55 * radius), (0, 0, 0), scale=(1, 1, 2.0)) + [
        extrude(stroke([(0, 0), (r * np.cos(a), r * np.sin(a))], 2.4), 0.6, (0, 0, depth / 2 - 4), material="aluminium")
        for r, a in ((0.8 * radius, rng.uniform(0, 6)), (0.5 * radius, rng.uniform(0, 6)))
    ]
    if chance(rng, 0.5):
        parts += [
            move(
                lathe(
                    [(0.5, 12), (0.4 * radius, 6), (0.45 * radius, -4)], material=pick(rng, "brass", "steel"), wall=1.0
                ),
                (sx * 0.62 * radius, 1.05 * radius, 0),
                turned=turn("x", -90) @ turn("y", 28.0 * sx),
            )[0]
            for sx in (-1, 1)
        ]
        spiral = np.linspace(0, 2 * np.pi * 7, 90)
        parts += [
            tube(
                np.stack([(3 + 0.42 * spiral) * np.cos(spiral), (3 + 0.42 * spiral) * np.sin(spiral), 0 * spiral], -1)
                * radius
                / 60
                + [-0.25 * radius, -0.3 * radius, -6],
                1.0,
                material="steel",
                sides=4,
            ),
            cylinder(2, 0.5 * radius, (0, 1.1 * radius, 0), material="steel", axis="y"),
        ]
        parts += [cylinder(5, 10, (x, y, -depth / 2 - 4), material="brass") for x, y in ((-12, 8), (12, 8), (0, -14))]
    else:
        parts += (
            cell_parts(7, 49, (0, -0.55 * radius, -0.2 * depth), turn("y", 90))
            + coil_parts(8, 7, (-0.4 * radius, 0.4 * radius, 0))
            + move(circuit_board_parts(rng, 0.8 * radius, 0.4 * radius, density=0.6), (0, 0.45 * radius, -4))
        )
    parts += [
        cylinder(3, 14, (sx * 0.6 * radius, -radius, 0), material=pick(rng, "brass", "rubber"), axis="y")
        for sx in (-1, 1)
    ]
    return shape("alarm_clock", varied(rng, parts))


KINDS: tuple[Kind, ...] = (
    Kind("wrist_watch", None, wrist_watch, 1.6),
    Kind("alarm_clock", None, alarm_clock, 0.9),
)
