"""Toys with the outline of a pistol: plastic pistols, water pistols, dart blasters, bubble guns."""

from __future__ import annotations

import numpy as np
from shapely import affinity
from shapely.geometry import Polygon

from parcelray.datasets.synth.geometry.curves import smooth
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Shape, shape
from parcelray.datasets.synth.geometry.solids import box, cylinder, extrude, lathe, pipe, tube
from parcelray.datasets.synth.shapes.clutter.hard.forms import (
    Outline,
    angular,
    chance,
    disc,
    domed,
    pick,
    screws,
    skin,
    slab,
    softened,
    spring,
    stroke,
    toothed,
    varied,
    wobbled,
)
from parcelray.datasets.synth.shapes.electronics import cell_parts, circuit_board_parts, motor_parts, wire_parts
from parcelray.datasets.synth.shapes.kind import Kind


def toy_outline(rng: np.random.Generator) -> Outline:
    """The outline of a toy pistol: barrel to the right, grip down, a guard around the trigger."""
    length, height = rng.uniform(110, 190), rng.uniform(24, 40)
    drop, lean = rng.uniform(75, 105), rng.uniform(0, 35)
    top = wobbled(
        rng,
        [
            (-0.32 * length, height),
            (0, height),
            (0.68 * length, 0.95 * height),
            (0.7 * length, 0.35 * height),
            (0.3 * length, 0.1 * height),
            (-0.3 * length, 0),
        ],
        3,
    )
    grip = stroke([(-0.2 * length, 0.5 * height), (-0.2 * length - lean, 0.5 * height - drop)], rng.uniform(28, 40))
    guard = disc(rng.uniform(13, 18), (0.02 * length, -10))
    outline = softened(angular(top).union(grip).union(guard), 4)
    return outline.difference(disc(9, (0.03 * length, -11)))


def toy_pistol(rng: np.random.Generator) -> Shape:
    """A plastic toy pistol: two moulded halves with ribs, a spring, a few screws; some with light and sound."""
    outline = toy_outline(rng)
    low_x, low_y, high_x, high_y = outline.bounds
    parts = [
        extrude(outline, rng.uniform(20, 30), material="abs", wall=skin(rng)),
        extrude(outline.difference(outline.buffer(-2)), 8, material="abs"),
    ]
    ribs = [
        stroke([(x, high_y), (x, high_y - 30)], 1.6).intersection(outline)
        for x in np.linspace(low_x + 20, high_x - 12, 5)
    ]
    parts += [extrude(rib, 18, material="abs") for rib in ribs if not rib.is_empty]
    middle = high_y - 14
    parts += spring(4.5, 0.4 * (high_x - low_x), 14, 0.8, (0.15 * (high_x + low_x), middle, 0), axis="x")
    parts += [pipe(6, 4.5, 0.5 * (high_x - low_x), (0.3 * high_x, middle, 0), material="abs", axis="x")]
    grip_foot = (low_x + 26, low_y + 14, 0)
    places = [(low_x + 12, middle, 0), (high_x - 14, middle - 8, 0), grip_foot, (low_x + 30, low_y + 55, 0)]
    parts += screws([place for place in places if outline.contains(disc(1, place[:2]))], 1.4, 16)
    parts += domed(angular([(4, -2), (9, -4), (6, -18), (3, -18)], 1), 7, 1, material="abs")
    if chance(rng, 0.5):
        for i in range(pick(rng, 2, 3)):
            parts += cell_parts(
                7, 49, (low_x + 26 + 3 * i, low_y + 38, (i - 1) * 1.0 + 14 * (i % 2) - 7), turn("x", -90)
            )
        parts += move(circuit_board_parts(rng, 28, 16, density=0.4), (0.2 * high_x, middle - 2, 5))
        parts += [
            cylinder(13, 5, (low_x + 30, middle, 6), material="steel", wall=0.4),
            pipe(8, 4, 4, (low_x + 30, middle, 6), material="ferrite"),
        ]
        parts += wire_parts(
            smooth([(low_x + 26, low_y + 60, 0), (low_x + 30, middle - 20, 4), (0.2 * high_x, middle, 6)], 14)
        )
    return shape("toy_pistol", varied(rng, parts))


def water_pistol(rng: np.random.Generator) -> Shape:
    """A water pistol: thin clear plastic, a pump with a spring and steel balls, water inside to a level."""
    outline = toy_outline(rng)
    depth = rng.uniform(24, 36)
    parts = [extrude(outline, depth, material=pick(rng, "polypropylene", "polyethylene"), wall=pick(rng, 1.0, 1.5))]
    low_x, low_y, high_x, high_y = outline.bounds
    level = rng.uniform(low_y + 10, high_y - 10)
    wet = outline.buffer(-2).intersection(slab(low_x, low_y, high_x, level))
    if not wet.is_empty and chance(rng, 0.6):
        parts.append(extrude(wet, depth - 3, material="water"))
    parts += [
        *spring(4, 26, 8, 0.8, (8, high_y - 24, 0), axis="x"),
        cylinder(6, 34, (10, high_y - 24, 0), material="polypropylene", axis="x", wall=1.5),
    ]
    parts += [cylinder(2, 2, (x, high_y - 24, 0), material="steel", sides=8) for x in (24, -8)]
    parts.append(tube([(26, high_y - 22, 0), (high_x - 2, high_y - 12, 0)], 2.6, material="polyethylene", wall=1.0))
    if chance(rng, 0.4):
        tank = cylinder(
            rng.uniform(24, 36), rng.uniform(60, 90), (low_x + 50, high_y + 22, 0), material="pet", axis="x", wall=1.0
        )
        parts += [tank, cylinder(10, 14, (low_x + 20, high_y + 4, 0), material="polypropylene", axis="y", wall=2.0)]
    return shape("water_pistol", varied(rng, parts))


def dart_blaster(rng: np.random.Generator) -> Shape:
    """A foam-dart blaster: bulky ribbed housing, big spring and plunger tube, drum or clip of foam darts."""
    body = angular(
        wobbled(rng, [(-110, 10), (-95, 62), (40, 68), (150, 58), (160, 22), (95, 8), (10, 5), (-80, -2)], 6), 8
    )
    grip = stroke([(-70, 15), (-92, -85)], 38).union(stroke([(60, 20), (52, -50)], 32))
    outline = softened(body.union(grip), 6).difference(disc(13, (-30, -8)))
    parts = [extrude(outline, rng.uniform(38, 50), material="abs", wall=skin(rng))]
    parts += [
        cylinder(19, 110, (-25, 38, 0), material="abs", axis="x", wall=2.0),
        *spring(14, 80, 11, 1.8, (-40, 38, 0), axis="x"),
    ]
    parts += [
        cylinder(17, 12, (10, 38, 0), material="abs", axis="x"),
        cylinder(4, 90, (-45, 38, 0), material="abs", axis="x"),
        pipe(9, 7, 110, (95, 38, 0), material="abs", axis="x"),
    ]
    for i in range(6):
        angle = 60.0 * i
        dart = (60, 38 + 19 * np.cos(np.radians(angle)), 19 * np.sin(np.radians(angle)))
        parts += [
            cylinder(6.3, 70, dart, material="foam", axis="x", sides=10),
            cylinder(6.3, 7, np.add(dart, (38, 0, 0)), material="rubber", axis="x", sides=10),
        ]
    places = [
        (-95, 45),
        (-60, 8),
        (20, 60),
        (100, 55),
        (145, 30),
        (-85, -60),
        (-72, -20),
        (56, -35),
        (100, 15),
        (-20, 15),
    ]
    parts += screws([(x, y, 0) for x, y in places], 1.6, 20)
    parts += domed(angular([(-48, 0), (-38, 0), (-42, -26), (-50, -28)], 2), 12, 2, material="abs")
    return shape("dart_blaster", varied(rng, parts))


def bubble_gun(rng: np.random.Generator) -> Shape:
    """A bubble or light gun: motor with a fan, AA cells in the grip, a bottle of soap below the barrel."""
    outline = softened(toy_outline(rng).union(disc(30, (80, 18))), 4)
    low_x, low_y, _, high_y = outline.bounds
    parts = [
        extrude(outline, 42, material="abs", wall=skin(rng)),
        *motor_parts(10.5, 24, (20, high_y - 24, 0), turn("y", 90)),
    ]
    parts += [
        pipe(22, 20, 12, (46, high_y - 24, 0), material="abs", axis="x"),
        extrude(toothed(18, 8, 8), 2, (46, high_y - 24, 0), material="abs", axis="x"),
    ]
    for z in (-8, 8):
        parts += cell_parts(7, 49, (low_x + 24, low_y + 36, z), turn("x", 90))
    parts += [
        box((16, 1, 32), (low_x + 24, low_y + 8, 0), material="steel"),
        *spring(4, 8, 4, 0.8, (low_x + 24, low_y + 64, 8), axis="y"),
    ]
    parts += [
        cylinder(20, 58, (68, low_y + 42, 0), material="polyethylene", axis="y", wall=1.0),
        cylinder(19, rng.uniform(8, 50), (68, low_y + 40, 0), material="soap", axis="y"),
    ]
    parts += wire_parts(smooth([(low_x + 24, low_y + 66, 6), (-20, high_y - 30, 8), (10, high_y - 24, 6)], 16))
    parts += screws(
        [(low_x + 15, high_y - 14, 0), (low_x + 20, low_y + 8, 0), (60, high_y - 8, 0), (0, high_y - 10, 0)], 1.5, 20
    )
    return shape("bubble_gun", varied(rng, parts))


def popping_pistol(rng: np.random.Generator) -> Shape:
    """A party popper or starter of a child's set: a plastic revolver with a ring of caps and a thin metal hammer."""
    frame: Polygon | Outline = toy_outline(rng)
    parts = [
        extrude(frame, 22, material="abs", wall=skin(rng)),
        lathe([(16, -16), (17, 0), (16, 16)], (6, 16, 0), material="abs", axis="x", wall=2.0),
    ]
    ring_of = [affinity.rotate(disc(3, (11, 0), 3), 45 * i, origin=(0, 0)) for i in range(8)]
    parts += [extrude(hole, 10, (10, 16, 0), material="polyethylene", axis="x") for hole in ring_of]
    parts += domed(angular([(-36, 40), (-24, 34), (-20, 12), (-28, 8), (-32, 28)], 2), 5, 1, material="zinc")
    parts += spring(3, 34, 9, 0.9, (-34, -10, 0), axis="y") + screws([(-30, 6, 0), (60, 22, 0), (-40, -45, 0)], 1.4, 16)
    return shape("popping_pistol", varied(rng, parts))


KINDS: tuple[Kind, ...] = (
    Kind("toy_pistol", None, toy_pistol, 1.5),
    Kind("water_pistol", None, water_pistol, 1.0),
    Kind("dart_blaster", None, dart_blaster, 0.7),
    Kind("bubble_gun", None, bubble_gun, 0.7),
    Kind("popping_pistol", None, popping_pistol, 0.6),
)
