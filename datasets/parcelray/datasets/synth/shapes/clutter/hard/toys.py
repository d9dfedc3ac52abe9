"""Small hard toys: bricks, dice, trains, tops and spinners."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.placing import any_turn, hollow, move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import (
    box,
    boxes,
    cylinder,
    ellipsoid,
    extrude,
    lathe,
    pipe,
)
from parcelray.datasets.synth.shapes.clutter.hard.forms import (
    chance,
    disc,
    pick,
    screws,
    softened,
    spring,
    stroke,
    toothed,
    varied,
)
from parcelray.datasets.synth.shapes.electronics import cell_parts, circuit_board_parts, motor_parts
from parcelray.datasets.synth.shapes.kind import Kind


def toy_blocks(rng: np.random.Generator) -> Shape:
    """A heap of studded bricks or wooden blocks, loose or joined, some in a box."""
    parts: list[Part] = []
    wooden = chance(rng, 0.35)
    studs: list[np.ndarray] = []
    for _ in range(int(rng.integers(14, 40)) if not wooden else int(rng.integers(8, 18))):
        place, heading = (
            rng.uniform(-0.5, 0.5, 3) * [170, 130, 45],
            turn("z", pick(rng, 0.0, 90.0, rng.uniform(0, 360))) @ turn("x", rng.normal(0, 25)),
        )
        if wooden:
            edges = rng.choice([20.0, 30.0, 40.0, 60.0], 3)
            parts += move(box(edges, material="wood", grain=0.06), place, turned=heading)
            continue
        across, along = pick(rng, 1, 2, 2), pick(rng, 2, 3, 4, 6)
        brick = [box((8 * along - 0.2, 8 * across - 0.2, 9.6), material="abs", wall=1.5)]
        brick += [
            cylinder(2.4, 1.8, (8 * (i - (along - 1) / 2), 8 * (j - (across - 1) / 2), 5.7), material="abs", sides=8)
            for i in range(along)
            for j in range(across)
        ]
        if across == 2:
            brick += [
                pipe(3.2, 2.4, 8, (8 * (i - along / 2), 0, -0.5), material="abs", sides=10) for i in range(1, along)
            ]
        parts += move(brick, place, turned=heading)
        studs.append(place)
    if chance(rng, 0.4):
        parts.append(box((200, 160, 70), material="cardboard", wall=1.5))
    if studs and chance(rng, 0.3):
        parts += motor_parts(11, 30, studs[0], turn("y", 90)) + cell_parts(7, 49, studs[-1], turn("y", 90))
    return shape("toy_blocks", parts)


def model_train(rng: np.random.Generator) -> Shape:
    """A model locomotive or wagon with rails: die-cast frame, motor, wheels on axles, lead weight."""
    length = rng.uniform(110, 240)
    metal = pick(rng, ("zinc", 2.5), ("abs", 1.5))
    parts = [
        box((length, 28, 10), (0, 0, 0), material="zinc"),
        box((0.96 * length, 30, 30), (0, 0, 20), material=metal[0], wall=metal[1]),
        *motor_parts(9, 28, (0, 0, 16), turn("y", 90)),
        cylinder(1.5, 0.7 * length, (0, 0, 12), material="steel", axis="x", sides=8),
    ]
    parts += [hollow(box((0.2 * length, 16, 10), (x * length, 0, 0), material="zinc")) for x in (-0.3, 0.3)]
    for x in np.array([-0.4, -0.24, 0.24, 0.4]) * length:
        parts += [
            cylinder(1.5, 24, (x, 0, -8), material="steel", axis="y", sides=8),
            *[pipe(7, 1.5, 3, (x, y, -8), material="steel", axis="y", sides=18) for y in (-9, 9)],
            extrude(toothed(5, 1, 14), 3, (x, 4, -8), material="nylon", axis="y"),
        ]
    parts += [
        box((24, 18, 14), (0.34 * length, 0, 18), material=pick(rng, "lead", "steel", "zinc")),
        *move(circuit_board_parts(rng, 0.4 * length, 16, density=1.0), (-0.22 * length, 0, 26)),
    ]
    if chance(rng, 0.6):
        for row in range(int(rng.integers(1, 4))):
            y = 45.0 + 34.0 * row
            parts += [
                box((230, 1.0, 2.5), (0, y + dy, -12), material=pick(rng, "cupronickel", "brass")) for dy in (-8, 8)
            ] + [boxes((3, 28, 2.5), [(x, y, -15) for x in range(-110, 111, 9)], material="polypropylene")]
    return shape("model_train", parts)


def dice(rng: np.random.Generator) -> Shape:
    """Dice, marbles, draughtsmen and metal figures of a game in a bag."""
    parts: list[Part] = []
    for _ in range(int(rng.integers(5, 22))):
        kind = int(rng.integers(4))
        if kind == 0:
            side = rng.uniform(11, 19)
            made = [
                box((side, side, side), material=pick(rng, "pmma", "abs", "wood")),
                *[
                    hollow(ellipsoid(0.1 * side, (x * side, y * side, 0.41 * side), material="pmma", sides=6, rings=4))
                    for x, y in ((-0.25, -0.25), (0.25, 0.25), (0, 0))
                ],
            ]
            made = made if made[0].material == "pmma" else made[:1]
        elif kind == 1:
            made = [ellipsoid(rng.uniform(6.5, 12), material="glass", sides=14, rings=8)]
        elif kind == 2:
            made = [cylinder(rng.uniform(11, 18), 6, material=pick(rng, "wood", "abs"), sides=18)]
        else:
            figure = [(7, 0), (7, 3), (3, 6), (4, 16), (2, 20), (4, 25), (0.3, 29)]
            made = [lathe(figure, material=pick(rng, "zinc", "tin", "lead", "abs"), sides=10)]
        parts += move(made, rng.uniform(-0.5, 0.5, 3) * [85, 75, 26], turned=any_turn(rng))
    return shape("dice", parts)


def spinning_toys(rng: np.random.Generator) -> Shape:
    """Tops, yo-yos, whistles, rattles, a fidget spinner, a puzzle cube: small things with a metal heart."""
    style = int(rng.integers(4))
    if style == 0:
        lobes = disc(14)
        for angle in np.arange(3) * 2 * np.pi / 3:
            lobes = lobes.union(disc(13, (26 * np.cos(angle), 26 * np.sin(angle)))).union(
                stroke([(0, 0), (26 * np.cos(angle), 26 * np.sin(angle))], 14)
            )
        places = [(0.0, 0.0), *[(26 * np.cos(a), 26 * np.sin(a)) for a in np.arange(3) * 2 * np.pi / 3]]
        body = softened(lobes, 4)
        for place in places:
            body = body.difference(disc(11, place))
        parts = [extrude(body, 9, material=pick(rng, "abs", "brass", "aluminium"))]
        for place in places:
            parts += [
                pipe(11, 9, 7, (*place, 0), material="steel"),
                pipe(6, 4, 7, (*place, 0), material="steel"),
                *[
                    ellipsoid(
                        1.7,
                        (place[0] + 7.5 * np.cos(a), place[1] + 7.5 * np.sin(a), 0),
                        material="steel",
                        sides=6,
                        rings=4,
                    )
                    for a in np.arange(7) * 0.9
                ],
            ]
    elif style == 1:
        parts = [
            *[
                part
                for sz in (-1, 1)
                for part in (
                    lathe(np.array([(6, 2), (26, 5), (28, 12), (18, 17)]) * [1, 1], material="abs", wall=2.0)
                    if sz > 0
                    else move(
                        lathe([(6, 2), (26, 5), (28, 12), (18, 17)], material="abs", wall=2.0), turned=turn("x", 180)
                    )[0],
                    pipe(26, 20, 5, (0, 0, sz * 9), material="zinc"),
                )
            ],
            cylinder(3, 30, material="steel"),
            pipe(14, 4, 3, material="cotton"),
        ]
    elif style == 2:
        spots = [(x, y, z) for x in (-19, 0, 19) for y in (-19, 0, 19) for z in (-19, 0, 19) if (x, y, z) != (0, 0, 0)]
        parts = [
            boxes((18.2, 18.2, 18.2), spots, material="abs", wall=1.5),
            *spring(3, 14, 5, 0.8, (12, 0, 0), axis="x"),
            *spring(3, 14, 5, 0.8, (-12, 0, 0), axis="x"),
            *spring(3, 14, 5, 0.8, (0, 12, 0), axis="y"),
            *spring(3, 14, 5, 0.8, (0, -12, 0), axis="y"),
            *screws([(0, 0, 15)], 1.5, 20),
        ]
    else:
        parts = [
            lathe(
                [(1, 0), (4, 8), (32, 34), (34, 42), (8, 52), (5, 80)],
                material=pick(rng, "wood", "steel", "abs"),
                sides=24,
                wall=1.0,
            ),
            cylinder(2, 96, (0, 0, 46), material="steel"),
            pipe(30, 22, 5, (0, 0, 40), material="zinc"),
        ]
    return shape("spinning_toys", varied(rng, parts))


KINDS: tuple[Kind, ...] = (
    Kind("toy_blocks", None, toy_blocks, 1.2),
    Kind("model_train", None, model_train, 0.5),
    Kind("dice", None, dice, 0.6),
    Kind("spinning_toys", None, spinning_toys, 0.7),
)
