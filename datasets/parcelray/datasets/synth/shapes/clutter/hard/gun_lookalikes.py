"""What looks like a weapon at a glance and is none: scanners, label guns, tripod grips, joysticks."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import smooth
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Shape, shape
from parcelray.datasets.synth.geometry.solids import box, cylinder, extrude, lathe, pipe, tube
from parcelray.datasets.synth.shapes.clutter.hard.forms import (
    angular,
    chance,
    domed,
    flowing,
    pick,
    screws,
    skin,
    slab,
    softened,
    spring,
    stroke,
    varied,
    wobbled,
)
from parcelray.datasets.synth.shapes.electronics import cell_parts, circuit_board_parts, wire_parts
from parcelray.datasets.synth.shapes.kind import Kind


def barcode_scanner(rng: np.random.Generator) -> Shape:
    """A hand scanner, infrared thermometer or tagging device: board in a pistol-shaped housing."""
    head = flowing(wobbled(rng, [(-45, 32), (0, 36), (60, 26), (66, 6), (40, -4), (-38, 0)], 3), 40)
    lean = rng.uniform(10, 45)
    grip = stroke(
        smooth(wobbled(rng, [(-25, 12), (-25 - lean / 2, -45), (-25 - lean, -105)], 3), 12), rng.uniform(26, 34)
    )
    parts = [extrude(softened(head.union(grip), 7), rng.uniform(30, 52), material="abs", wall=skin(rng))]
    parts += move(circuit_board_parts(rng, 70, 30, density=1.2), (5, 16, 0), turned=turn("x", 90))
    parts += move(
        circuit_board_parts(rng, 70, 18, density=0.8), (-30 - lean / 2, -50, 4), turned=turn("z", 90 - lean / 2)
    )
    parts += [
        lathe([(9, 44), (9, 62)], (0, 15, 0), material="brass", axis="x", wall=1.0),
        cylinder(8, 3, (58, 15, 0), material="glass", axis="x"),
    ]
    parts += [box((2, 22, 34), (-40, 20, 0), material="glass"), cylinder(9, 4, (-5, 28, 0), material="steel", wall=0.4)]
    parts += domed(angular([(2, -2), (12, -2), (7, -28), (0, -26)], 2), 14, 3, material="abs")
    foot = (-25 - lean, -85, 0)
    if chance(rng, 0.6):
        parts += [
            part
            for z in (-8, 8)
            for part in cell_parts(7, 49, (-28 - 0.7 * lean, -75, z), turn("z", -lean / 3) @ turn("x", 90))
        ]
    else:
        cord = np.stack(
            [6 * np.cos(np.arange(0, 90, 0.6)), -120 - np.arange(0, 90, 0.6), 6 * np.sin(np.arange(0, 90, 0.6))], -1
        )
        parts += wire_parts(np.add(cord, (foot[0], 0, 0)), 0.7)
    parts += screws([foot, (-32, 20, 0), (45, 22, 0), (-25 - lean / 3, -35, 0)], 1.4, 18)
    return shape("barcode_scanner", varied(rng, parts))


def label_gun(rng: np.random.Generator) -> Shape:
    """A price-labelling gun: a roll of labels on top, wheels of figures, a lever below the handle."""
    body = flowing(
        wobbled(
            rng, [(-115, 0), (-60, 14), (-20, 42), (35, 48), (62, 10), (52, -30), (18, -28), (-20, -8), (-110, -22)], 3
        ),
        60,
    )
    parts = [
        extrude(body, 38, material="abs", wall=skin(rng)),
        extrude(stroke([(15, -20), (-40, -36), (-100, -50)], 14), 18, material="abs", wall=2.0),
    ]
    parts += [
        pipe(rng.uniform(18, 28), 10, 22, (8, 22, 0), material="paper"),
        *[cylinder(9, 2.2, (45, -18, z), material=pick(rng, "steel", "abs")) for z in range(-12, 13, 3)],
    ]
    parts += spring(4, 40, 10, 1.2, (-40, -20, 0), axis="x") + screws(
        [(-90, -8, 0), (-30, 10, 0), (30, 40, 0), (10, -22, 0)], 1.8, 26
    )
    parts += [extrude(stroke([(15, -10), (45, -18), (50, -28)], 8), 3, (0, 0, z), material="steel") for z in (-15, 15)]
    return shape("label_gun", varied(rng, parts))


def tripod_grip(rng: np.random.Generator) -> Shape:
    """A pistol-grip tripod head or a folded table tripod: cast grip with a lever, ball, plate, short legs."""
    metal = pick(rng, "magnesium", "aluminium", "abs")
    grip = flowing(wobbled(rng, [(-14, 0), (-20, -40), (-16, -100), (10, -108), (20, -60), (16, 0)], 3), 40)
    parts = (
        domed(grip, rng.uniform(26, 34), 8, material=metal)
        if metal != "abs"
        else [extrude(grip, 30, material="abs", wall=2.5)]
    )
    parts += [cylinder(4, 95, (0, -50, 0), material="steel", axis="y"), *spring(7, 40, 9, 1.3, (0, -35, 0), axis="y")]
    parts += [
        lathe([(17, -4), (19, 6), (15, 18)], (0, 2, 0), material=metal, axis="y"),
        pipe(16, 11, 6, (0, 22, 0), material="aluminium", axis="y"),
    ]
    parts += [
        lathe([(6, 18), (15, 26), (6, 42)], material="aluminium", axis="y"),
        box((60, 9, 44), (4, 46, 0), material=pick(rng, "aluminium", "magnesium")),
    ]
    parts += [
        cylinder(3.2, 14, (4, 52, 0), material="steel", axis="y"),
        extrude(stroke(smooth([(18, -8), (30, -40), (26, -85)], 10), 8), 14, material="aluminium", wall=2.0),
    ]
    if chance(rng, 0.5):
        legs = [
            tube([(0, -105, 0), (x, -105 - rng.uniform(90, 160), z)], 6, material="aluminium", wall=1.5)
            for x, z in ((-20, -8), (18, -8), (0, 14))
        ]
        parts += legs
    return shape("tripod_grip", varied(rng, parts))


def joystick(rng: np.random.Generator) -> Shape:
    """A flight stick: a shaped grip with buttons on a base with springs, board and lead."""
    grip = stroke(smooth(wobbled(rng, [(0, 20), (4, 70), (-6, 130), (8, 165)], 3), 20), rng.uniform(32, 42))
    parts = [
        extrude(grip, 36, material="abs", wall=skin(rng)),
        extrude(softened(slab(-75, -20, 75, 20), 10), 140, material="abs", wall=2.0),
    ]
    parts += [
        cylinder(6, 120, (0, 60, 0), material="steel", axis="y"),
        *spring(20, 26, 4, 2.0, (0, 22, 0), axis="y"),
        pipe(24, 14, 8, (0, 8, 0), material="zinc", axis="y"),
    ]
    parts += move(circuit_board_parts(rng, 90, 70, density=0.6), (0, -12, 0), turned=turn("x", -90))
    parts += move(circuit_board_parts(rng, 26, 40, density=0.6), (2, 150, 6))
    parts += [cylinder(6, 8, (x, y, 16), material="abs") for x, y in ((-8, 165), (8, 168), (2, 150))]
    parts += domed(angular([(18, 140), (28, 138), (26, 112), (18, 110)], 2), 14, 2, material="abs")
    parts += [box((40, 12, 30), (x, -14, 45), material="steel") for x in (-40, 40)] if chance(rng, 0.5) else []
    parts += screws([(0, 150, 0), (0, 80, 0), (3, 40, 0)], 1.5, 22) + wire_parts(
        smooth([(0, 150, 5), (5, 80, 7), (0, 10, 5), (-30, -10, -40), (-90, 10, -60)], 30), 0.7
    )
    return shape("joystick", varied(rng, parts))


def electric_lighter(rng: np.random.Generator) -> Shape:
    """A gas lighter for the kitchen: long steel barrel, trigger, gas tank half full, igniter."""
    body = flowing(
        wobbled(rng, [(-110, 10), (-60, 14), (10, 10), (14, -8), (-20, -10), (-60, -14), (-110, -12)], 1.5), 40
    )
    parts = [
        extrude(body, 20, material="abs", wall=1.5),
        pipe(4.5, 3.9, rng.uniform(70, 120), (60, 1, 0), material="steel", axis="x"),
    ]
    parts += [
        cylinder(8, 55, (-75, 0, 0), material="pmma", axis="x", wall=1.5),
        cylinder(7, 28, (-88, 0, 0), material="oil", axis="x"),
    ]
    parts += [
        cylinder(4, 30, (-25, 2, 0), material="steel", axis="x", wall=0.5),
        *spring(3, 16, 8, 0.5, (-20, 2, 0), axis="x"),
        box((4, 3, 4), (-44, 5, 0), material="brass"),
    ]
    parts += [cylinder(1.4, 90, (40, 2, 0), material="copper", axis="x", sides=6)]
    parts += domed(angular([(-38, -8), (-26, -8), (-24, -16), (-34, -17)], 1), 9, 1, material="abs")
    return shape("electric_lighter", varied(rng, parts))


KINDS: tuple[Kind, ...] = (
    Kind("barcode_scanner", None, barcode_scanner, 1.0),
    Kind("label_gun", None, label_gun, 0.5),
    Kind("tripod_grip", None, tripod_grip, 0.7),
    Kind("joystick", None, joystick, 0.5),
    Kind("electric_lighter", None, electric_lighter, 0.6),
)
