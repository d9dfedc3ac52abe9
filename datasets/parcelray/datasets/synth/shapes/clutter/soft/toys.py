"""Soft toys and games: plush animal, doll, balls, puzzle, board game."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import smooth
from parcelray.datasets.synth.geometry.placing import any_turn, move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import (
    box,
    boxes,
    cylinder,
    ellipsoid,
    extrude,
    lathe,
    pipe,
    rounded_box,
    tube,
)
from parcelray.datasets.synth.shapes.clutter.soft.cloth import creases, fabric, seam
from parcelray.datasets.synth.shapes.clutter.soft.containers import carton, grains, rows_of
from parcelray.datasets.synth.shapes.clutter.soft.forms import chance, heaped, pick, repeated, vec
from parcelray.datasets.synth.shapes.electronics import cell_parts
from parcelray.datasets.synth.shapes.kind import Kind


def _sound_box(rng: np.random.Generator) -> list[Part]:
    """The box in a toy that makes it speak: case, small loudspeaker with its magnet, board, cells, wires."""
    parts = [
        rounded_box((52.0, 40.0, 22.0), 8.0, material="abs", wall=1.6),
        boxes((20, 24, 1.2), vec(12, 0, 4), material="fr4"),
    ]
    parts += [
        cylinder(13.0, 4.0, (-12, 0, 6), material="steel", wall=0.5),
        cylinder(6.0, 3.5, (-12, 0, 2), material="neodymium"),
    ]
    parts += [
        pipe(7.5, 6.5, 3.0, (-12, 0, 4), material="copper"),
        boxes((5, 4, 1.5), [(9, -5, 5.5), (15, 6, 5.5)], material="silicon"),
    ]
    if chance(rng, 0.5):
        parts += [cylinder(5.8, 5.4, (6 + 12.5 * k, -10, -4), material="steel", sides=16) for k in (0, 1)]
    else:
        for k in (-1, 1):
            parts += move(cell_parts(5.1, 43.0), (0, 8.0 * k, -4), turned=turn("y", 90))
    return parts


def plush_animal(rng: np.random.Generator) -> Shape:
    """A stuffed animal: fluffy filling, plush skin with seams, eyes and nose of plastic, pellets, often a sound box."""
    s = float(rng.uniform(34, 68))
    cloth = fabric(rng, "polyester", "cotton")
    bodies = [((1.15, 0.85, 0.75), (0.0, 0.0, 0.0)), ((0.72, 0.68, 0.62), (1.55, 0.0, 0.1))]
    for side in (-1.0, 1.0):
        bodies += [((0.55, 0.27, 0.27), (-0.8, 0.75 * side, 0.1)), ((0.5, 0.25, 0.25), (0.6, 0.85 * side, 0.1))]
        bodies.append(
            ((0.25, 0.25, 0.1), (2.0, 0.5 * side, 0.1))
            if chance(rng, 0.6)
            else ((0.55, 0.15, 0.1), (2.2, 0.35 * side, 0.1))
        )
    parts: list[Part] = []
    for radii, at in bodies:
        size, place = s * np.array(radii) * rng.uniform(0.9, 1.1, 3), s * np.array(at)
        parts.append(ellipsoid(size, place, material="wool", sides=16, rings=9, grain=0.16))
        parts.append(
            ellipsoid(1.03 * size, place, material=cloth.material, sides=16, rings=9, wall=2.0, grain=cloth.grain)
        )
        t = np.linspace(0, 2 * np.pi, 20)
        parts += seam(np.stack([size[0] * np.cos(t), size[1] * np.sin(t), 0 * t], -1) + place, gap=0.0, thick=1.4)
    eye = ellipsoid((4.0, 4.0, 3.0), material="pmma", sides=10, rings=6)
    parts.append(repeated(eye, [(1.9 * s, 0.22 * s * k, 0.55 * s) for k in (-1, 1)]))
    parts.append(
        repeated(cylinder(2.0, 8.0, material="nylon", sides=8), [(1.9 * s, 0.22 * s * k, 0.45 * s) for k in (-1, 1)])
    )
    parts.append(ellipsoid((5.0, 6.0, 4.0), (2.15 * s, 0, 0.35 * s), material="abs", sides=10, rings=6))
    if chance(rng, 0.5):
        parts += move(_sound_box(rng), (-0.1 * s, 0, 0), turned=turn("z", rng.uniform(0, 360)))
    if chance(rng, 0.3):
        pellet = ellipsoid((2.2, 2.2, 2.2), material="polyethylene", sides=6, rings=4)
        parts += move(grains(rng, 90, (0.9 * s, 0.8 * s, 0.5 * s), pellet), (-0.4 * s, 0, 0))
    parts.append(creases(rng, cloth, 25, (2.0 * s, 1.4 * s, 0.8 * s), length=(10, 35), width=(2, 7), depth=(4, 14)))
    return shape("plush_animal", parts, soft=True)


def doll(rng: np.random.Generator) -> Shape:
    """A doll: hollow vinyl head with rooted hair and eyes, jointed limbs, cloth body or shell, dress."""
    k = float(rng.uniform(0.8, 1.7))
    cloth = fabric(rng, "polyester", "cotton")
    head = lathe(
        [(8, -26), (20, -18), (25, 0), (22, 18), (10, 26), (0.4, 27)],
        (0, 78, 0),
        material="pvc",
        axis="y",
        sides=18,
        wall=2.0,
    )
    parts = [
        head,
        lathe(
            [(14, -36), (19, -10), (17, 20), (24, 34), (8, 48)], material="polyethylene", axis="y", sides=18, wall=1.8
        ),
    ]
    for side in (-1.0, 1.0):
        bend = rng.normal(0, 12, 2)
        arm = smooth([(side * 24, 32, 0), (side * 46, 8, bend[0]), (side * 50, -22, bend[1])], 12)
        leg = smooth([(side * 11, -36, 0), (side * 14, -80, bend[1]), (side * 16, -125, 0), (side * 18, -128, 14)], 14)
        parts += [
            tube(arm, np.linspace(8, 5, 12), material="pvc", sides=9, wall=1.8),
            tube(leg, np.linspace(11, 7, 14), material="pvc", sides=9, wall=1.8),
        ]
        parts.append(ellipsoid((4.5, 4.5, 4.5), (side * 9, 82, 20), material="pmma", sides=10, rings=6))
        if chance(rng, 0.4):
            parts.append(tube(arm, 0.9, material="steel", sides=4))
    for _ in range(26):
        a = rng.uniform(0, np.pi)
        root = np.array([24 * np.cos(a), 84 + 20 * np.sin(a), rng.uniform(-18, 8)])
        way = smooth(
            [root, root * [1.25, 1.08, 1.0], root + vec(14 * np.cos(a), -40, 0), root + vec(rng.normal(0, 14), -75, 0)],
            12,
        )
        parts.append(tube(way, 1.3, material="nylon", sides=3, grain=0.1))
    skirt = [(18, -8), (30, -40), (44, -72)]
    parts.append(
        lathe(
            [(r, h) for r, h in reversed(skirt)],
            material=cloth.material,
            axis="y",
            sides=20,
            wall=2.4,
            grain=cloth.grain,
        )
    )
    parts.append(creases(rng, cloth, 30, (85, 60, 30), at=vec(y=-42), length=(15, 50), width=(2, 6), direction=90.0))
    parts += [cylinder(8.0, 3.0, (0, 10, -16), material="steel"), *_sound_box(rng)] if chance(rng, 0.2) else []
    packed = [box((130.0, 260.0, 70.0), (0, -15, 0), material="cardboard", wall=1.2)] if chance(rng, 0.3) else []
    return shape("doll", move([*parts, *packed], scale=k))


def balls(rng: np.random.Generator) -> Shape:
    """Balls: pumped-up leather with its bladder and valve, tennis balls in a tube, foam or table tennis balls."""
    sort = int(rng.integers(4))
    parts: list[Part] = []
    if sort == 0:
        # Let out for the post: folded in like a bowl.
        radius = float(rng.uniform(85, 110))
        flat = rng.uniform(0.25, 0.95)
        parts = [
            ellipsoid(
                (radius, radius, flat * radius), material=pick(rng, "pvc", "leather"), sides=28, rings=16, wall=2.0
            )
        ]
        parts.append(
            ellipsoid(
                (0.97 * radius, 0.97 * radius, 0.96 * flat * radius), material="rubber", sides=24, rings=12, wall=0.8
            )
        )
        t = np.linspace(0, 2 * np.pi, 50)
        for angle in (0.0, 60.0, 120.0):
            ring = np.stack([radius * np.cos(t), 0.35 * radius * np.sin(t), flat * radius * np.sin(t) * 0.9], -1)
            parts += move(seam(ring, gap=4.0, thick=1.4), turned=turn("z", angle))
        parts.append(cylinder(5.0, 14.0, (0, 0, flat * radius - 6), material="rubber"))
    elif sort == 1:
        for i in range(int(rng.integers(1, 5))):
            tennis = [
                ellipsoid((33, 33, 33), material="rubber", sides=20, rings=12, wall=3.5),
                ellipsoid((34, 34, 34), material="wool", sides=20, rings=12, wall=2.5, grain=0.15),
            ]
            parts += move(tennis, (68.0 * i, 0, 0), turned=any_turn(rng))
        low, high = shape("balls", parts).bounds()
        long = float(high[0] - low[0])
        parts.append(cylinder(36.5, long + 4, (long / 2 - 33, 0, 0), material="pet", axis="x", wall=0.5))
        parts.append(
            cylinder(37.5, 12.0, (long - 36, 0, 0), material=pick(rng, "polyethylene", "aluminium"), axis="x", wall=0.6)
        )
    elif sort == 2:
        light = ellipsoid((20, 20, 20), material="polypropylene", sides=16, rings=10, wall=0.45)
        parts.append(repeated(light, rows_of((int(rng.integers(2, 5)), int(rng.integers(2, 4))), (40.5, 40.5))))
        parts.append(box((165.0, 125.0, 43.0), material="paper", wall=0.4))
    else:
        for i in range(int(rng.integers(2, 6))):
            radius = float(rng.uniform(20, 38))
            core = pick(rng, "cork", "rubber", "foam")
            solid = [
                ellipsoid((radius,) * 3, material="leather", sides=18, rings=10, wall=2.0),
                ellipsoid((radius - 2,) * 3, material=core, sides=16, rings=10, grain=0.1),
            ]
            parts += move(solid, (78.0 * (i % 3), 78.0 * (i // 3), 0))
    return shape("balls", parts)


def puzzle(rng: np.random.Generator) -> Shape:
    """A box with a few hundred puzzle pieces in a bag, heaped, and its picture sheet."""
    x, y, z = float(rng.uniform(180, 340)), float(rng.uniform(140, 250)), float(rng.uniform(35, 60))
    knob, size = float(rng.uniform(2.2, 3.2)), float(rng.uniform(13, 19))
    square = np.array(
        [
            (-0.5, -0.5),
            (-0.15, -0.5),
            (0, -0.75),
            (0.15, -0.5),
            (0.5, -0.5),
            (0.5, 0.5),
            (0.15, 0.5),
            (0, 0.3),
            (-0.15, 0.5),
            (-0.5, 0.5),
        ]
    )
    piece = extrude(square * size, knob, material="paper")
    count = int(rng.integers(150, 260))
    places = heaped(rng, count, (0.8 * x, 0.8 * y, 0.55 * z), squareness=4.0) - vec(z=0.15 * z)
    parts = [repeated(piece, places, turned=rng.uniform(0, 360, count), tilted=rng.normal(0, 22, count))]
    parts += [
        *carton((x, y, z), wall=2.0),
        box((x - 3, y - 3, 0.7 * z), (0, 0, -0.12 * z), material="cardboard", wall=2.0),
    ]
    parts.append(boxes((0.9 * x, 0.9 * y, 0.4), vec(z=0.4 * z), material="paper"))
    return shape("puzzle", parts)


def board_game(rng: np.random.Generator) -> Shape:
    """A board game: folded board, decks of cards, pawns, dice, tokens in compartments of a moulded tray."""
    x, y, z = float(rng.uniform(200, 320)), float(rng.uniform(180, 280)), float(rng.uniform(40, 65))
    parts = [
        *carton((x, y, z), wall=2.0),
        rounded_box((0.95 * x, 0.95 * y, 0.5 * z), 6.0, (0, 0, -0.15 * z), material="polypropylene", wall=0.6),
    ]
    parts.append(
        boxes(
            (0.94 * x, 0.47 * y, 2.2),
            [(0, s * 0.24 * y, 0.3 * z + 2.5 * k) for s in (-1, 1) for k in (0, 1)],
            material="paper",
            grain=0.03,
        )
    )
    for _ in range(int(rng.integers(2, 5))):
        at = (rng.uniform(-0.35, 0.35) * x, rng.uniform(-0.3, 0.3) * y, -0.1 * z)
        parts.append(
            boxes((62, 92, rng.uniform(8, 20)), vec(*at), material="paper", turned=pick(rng, 0.0, 90.0), grain=0.02)
        )
    pawn = lathe([(7, 0), (7, 3), (3, 14), (5, 20), (0.4, 25)], material=pick(rng, "wood", "abs", "pmma"), sides=12)
    count = int(rng.integers(8, 25))
    area = vec(0.8 * x, 0.8 * y, 0.3 * z)
    parts.append(
        repeated(
            pawn,
            heaped(rng, count, 0.5 * area) + vec(0.2 * x, 0.15 * y),
            turned=rng.uniform(0, 360, count),
            tilted=rng.uniform(0, 180, count),
        )
    )
    token = cylinder(9.0, 2.0, material="paper", sides=14)
    parts.append(repeated(token, heaped(rng, 40, 0.35 * area) - vec(0.25 * x, 0.2 * y), tilted=rng.normal(0, 30, 40)))
    parts.append(
        boxes(
            (15, 15, 15),
            rng.uniform(-0.3, 0.3, (int(rng.integers(1, 6)), 3)) * [x, y, 0.1],
            material=pick(rng, "pmma", "abs"),
            turned=20.0,
        )
    )
    if chance(rng, 0.3):
        parts.append(cylinder(26.0, 60.0, (0.3 * x, -0.3 * y, 0), material="leather", axis="x", wall=2.0))
    return shape("board_game", parts)


KINDS = (
    Kind("plush_animal", None, plush_animal, 1.8),
    Kind("doll", None, doll, 1.2),
    Kind("balls", None, balls, 0.8),
    Kind("puzzle", None, puzzle, 0.9),
    Kind("board_game", None, board_game, 0.9),
)
