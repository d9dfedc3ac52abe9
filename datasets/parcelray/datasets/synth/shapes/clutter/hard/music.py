"""Music: trumpets, flutes, harmonicas, musical boxes."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import smooth
from parcelray.datasets.synth.geometry.placing import hollow, move
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, boxes, cylinder, extrude, lathe, pipe, rounded_box, tube
from parcelray.datasets.synth.shapes.clutter.hard.forms import (
    chance,
    pick,
    screws,
    spring,
    toothed,
)
from parcelray.datasets.synth.shapes.electronics import circuit_board_parts
from parcelray.datasets.synth.shapes.kind import Kind


def trumpet(rng: np.random.Generator) -> Shape:
    """A trumpet: loops of brass tube, three valves with springs, a wide bell."""
    length = rng.uniform(240, 400)
    u = length / 400.0
    loop = smooth(
        np.array(
            [
                (-200, 40, 0),
                (100, 40, 0),
                (150, 20, 0),
                (150, -15, 0),
                (100, -30, 0),
                (-80, -30, 4),
                (-120, -8, 8),
                (-80, 14, 10),
                (90, 14, 10),
            ]
        )
        * u,
        70,
    )
    parts = [
        tube(loop, 6 * u, material="brass", sides=9, wall=0.6),
        lathe(
            np.array([(6, -80), (7, 60), (14, 130), (30, 170), (60, 195)]) * u,
            (0, 40 * u, -14),
            material="brass",
            axis="x",
            wall=0.6,
            sides=28,
        ),
        lathe(
            np.array([(4, 0), (5, 40), (13, 70), (13, 78)]) * u,
            (-270 * u, 40 * u, 0),
            material="brass",
            axis="x",
            wall=1.5,
            sides=14,
        ),
    ]
    for x in (-30, 0, 30):
        parts += [
            cylinder(11 * u, 110 * u, (x * u, 8 * u, 4), material="brass", axis="y", wall=0.8),
            *spring(7 * u, 40 * u, 8, 1.0, (x * u, 34 * u, 4), axis="y"),
            cylinder(9 * u, 46 * u, (x * u, -10 * u, 4), material="nickel", axis="y", wall=1.0),
            cylinder(3 * u, 44 * u, (x * u, 74 * u, 4), material="steel", axis="y"),
            cylinder(8 * u, 4, (x * u, 96 * u, 4), material="brass", axis="y"),
        ]
        bow = smooth(np.array([(x, 0, 14), (x + 12, 0, 34), (x + 12, -22, 34), (x, -24, 14)]) * u, 16)
        parts.append(tube(bow, 5 * u, material="brass", sides=8, wall=0.6))
    return shape("trumpet", parts)


def flute(rng: np.random.Generator) -> Shape:
    """A flute, recorder, clarinet or harmonica: bored tube with keys, rods and springs; joints apart in a case."""
    if chance(rng, 0.25):
        length = rng.uniform(95, 180)
        harmonica = [
            box((length, 26, 7), material=pick(rng, "wood", "abs"), wall=2.5),
            *[box((length, 26, 0.9), (0, 0, z), material="brass") for z in (-4, 4)],
            *[rounded_box((length, 28, 7), 3, (0, 0, z), material="stainless", wall=0.6) for z in (-9, 9)],
            boxes(
                (length / 26, 14, 0.4),
                [((i - 9.5) * length / 22, 0, z) for i in range(20) for z in (-5, 5)],
                material="brass",
            ),
        ]
        return shape("flute", [*harmonica, *screws([(sx * 0.46 * length, 0, 9) for sx in (-1, 1)], 1.5, 10)])
    radius = rng.uniform(8, 15)
    material, wall = pick(rng, ("silver", 0.4), ("wood", 5.0), ("abs", 4.0), ("cupronickel", 0.4))
    parts: list[Part] = []
    joints = pick(rng, 2, 3)
    for i in range(joints):
        length = rng.uniform(120, 230)
        inner = max(radius - max(wall, 2.0), 2.0)
        joint = [
            pipe(radius, inner, length, material=material, axis="x")
            if wall > 1.0
            else cylinder(radius, length, material=material, axis="x", wall=wall),
            pipe(radius + 2, radius, 9, (length / 2 - 4, 0, 0), material="nickel", axis="x"),
            pipe(radius - 0.5, inner, 16, (-length / 2 - 8, 0, 0), material=pick(rng, "cork", "brass"), axis="x"),
        ]
        if material in ("silver", "cupronickel") or chance(rng, 0.5):
            places = np.linspace(-0.38, 0.36, int(rng.integers(4, 8))) * length
            joint += [
                cylinder(0.8 * radius, 2.5, (x, 0, radius + 3), material="cupronickel", sides=16) for x in places
            ] + [
                cylinder(1.5, 0.85 * length, (0, radius, 4), material="cupronickel", axis="x", sides=6),
                *[box((3, 0.9 * radius, 2), (x, 0.5 * radius, radius + 3), material="cupronickel") for x in places],
            ]
        else:
            joint += (
                [
                    hollow(cylinder(3, wall, (x, 0, radius - wall / 2), material=material, sides=10))
                    for x in np.linspace(-0.35, 0.35, 5) * length
                ]
                if wall > 1.0
                else []
            )
        parts += move(joint, (0, 42.0 * i, 0))
    if chance(rng, 0.6):
        parts.append(
            rounded_box(
                (285, 42.0 * joints + 30, 55),
                10,
                (0, 21.0 * (joints - 1), 0),
                material=pick(rng, "wood", "abs"),
                wall=2.5,
            )
        )
    return shape("flute", parts)


def musical_box(rng: np.random.Generator) -> Shape:
    """A wind-up thing: musical box or metronome with drum, comb, spring barrel and wheels in a wooden case."""
    parts = [
        box((rng.uniform(90, 150), rng.uniform(70, 110), rng.uniform(45, 70)), material="wood", wall=6.0),
        box((60, 44, 4), (0, 0, -14), material="zinc"),
        cylinder(8, 36, (4, -8, -2), material="brass", axis="x"),
        pipe(14, 4, 10, (-20, 12, -4), material="brass"),
        boxes((1.4, 18, 1.0), [(-10 + 1.8 * i, 4, 2) for i in range(17)], material="steel"),
        box((34, 8, 3), (4, 15, 2), material="steel"),
    ]
    spiral = np.linspace(0, 2 * np.pi * 6, 70)
    parts += [
        tube(
            np.stack(
                [-20 + (3 + 0.25 * spiral) * np.cos(spiral), 12 + (3 + 0.25 * spiral) * np.sin(spiral), 0 * spiral - 4],
                -1,
            ),
            0.6,
            material="steel",
            sides=4,
        ),
        extrude(toothed(10, 1.4, 24), 2, (22, 12, -6), material="brass"),
        extrude(toothed(6, 1.2, 14), 2, (30, 2, -6), material="brass"),
        cylinder(2, 26, (-20, 12, -22), material="steel"),
        *move(circuit_board_parts(rng, 26, 20, density=0.4), (28, -14, -10)),
    ]
    return shape(
        "musical_box",
        [
            *parts,
            *screws([(sx * 26, sy * 18, -12) for sx in (-1, 1) for sy in (-1, 1)], 1.6, 10),
            *[box((14, 1.2, 9), (x, 38, 18), material="brass") for x in (-24, 24)],
        ],
    )


KINDS: tuple[Kind, ...] = (
    Kind("trumpet", None, trumpet, 0.4),
    Kind("flute", None, flute, 0.5),
    Kind("musical_box", None, musical_box, 0.4),
)
