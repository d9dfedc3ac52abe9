"""The desk: staplers, punches, binders with rings, pens, clips, wire-bound pads."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import helix, smooth
from parcelray.datasets.synth.geometry.placing import any_turn, move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, cylinder, extrude, lathe, pipe, rounded_box, tube
from parcelray.datasets.synth.shapes.clutter.hard.forms import (
    angular,
    chance,
    flowing,
    pick,
    ring,
    screws,
    slab,
    spring,
    stroke,
    varied,
    wobbled,
)
from parcelray.datasets.synth.shapes.kind import Kind


def stapler(rng: np.random.Generator) -> Shape:
    """A stapler: sprung steel rail with staples, anvil, plastic or metal cover."""
    length = rng.uniform(75, 165)
    lift = rng.uniform(4, 14)
    cover = flowing(
        wobbled(
            rng,
            [
                (-0.5 * length, 0),
                (-0.42 * length, 20),
                (0.2 * length, 26),
                (0.48 * length, 16),
                (0.5 * length, 4),
                (0, 6),
            ],
            2,
        ),
        40,
    )
    case = pick(rng, ("abs", 2.0), ("steel", 1.0), ("abs", 2.0))
    parts = [extrude(cover, 26, (0, lift, 0), material=case[0], wall=case[1])]
    parts += move(
        extrude(slab(-0.47 * length, 2, 0.5 * length, 11), 14, material="steel", wall=1.0),
        (0, 0.6 * lift, 0),
        turned=turn("z", lift / 4),
    )
    staples = rng.uniform(0.15, 0.7) * length
    parts += [
        box((staples, 6, 12), (0.48 * length - staples / 2, 0.7 * lift + 7, 0), material="steel", wall=0.6),
        *spring(3, 0.8 * (length - staples), 16, 0.7, (0.05 * length - staples / 2, 0.6 * lift + 7, 0), axis="x"),
    ]
    parts += [
        box((length, 3, 22), (0, -8, 0), material="steel", wall=1.0),
        box((12, 2, 16), (0.46 * length, -6, 0), material="steel"),
        *spring(4, 14, 4, 1.2, (-0.2 * length, -1, 0), axis="y"),
        cylinder(2.5, 28, (-0.44 * length, 3, 0), material="steel", axis="z"),
    ]
    parts += [box((0.8 * length, 6, 24), (0, -11, 0), material="rubber")]
    return shape("stapler", varied(rng, parts))


def hole_punch(rng: np.random.Generator) -> Shape:
    """A hole punch: pressed-steel bridge, two springs on punching pins, lever, base tray."""
    parts = [
        box((110, 26, 70), (0, 0, 0), material="abs", wall=1.5),
        *[pipe(7, 4, 30, (x, 14, 22), material="steel", axis="y") for x in (-40, 40)],
    ]
    for x in (-40, 40):
        parts += [
            cylinder(3, 44, (x, 18, 22), material="steel", axis="y"),
            *spring(5.5, 24, 5, 1.4, (x, 26, 22), axis="y"),
            box((26, 40, 34), (x, 18, 15), material="steel", wall=1.5),
        ]
    lever = move(
        box((112, 5, 90), (0, 44, 0), material=pick(rng, "steel", "aluminium", "zinc"), wall=1.5),
        turned=turn("x", rng.uniform(-4, 16)),
    )
    paper = [
        cylinder(3, 0.3, at, material="paper", sides=8) for at in rng.uniform([-48, -10, -28], [48, -2, 28], (30, 3))
    ]
    return shape(
        "hole_punch", varied(rng, [*parts, *lever, *paper, *screws([(x, 38, -20) for x in (-44, 44)], 2, 12)], 0.2)
    )


def ring_binder(rng: np.random.Generator) -> Shape:
    """A file of paper with a ring mechanism or lever arch, with steel edges."""
    wide, high, thick = rng.uniform(230, 285), rng.uniform(290, 320), rng.uniform(28, 75)
    fill = rng.uniform(0.25, 0.8) * thick
    parts = [
        box((2.2, high, thick), (-wide / 2, 0, 0), material="cardboard"),
        *[box((wide, high, 2.2), (0, 0, z * thick / 2), material="cardboard") for z in (-1, 1)],
    ]
    parts.append(box((210, 297, fill), (6, 0, -thick / 2 + fill / 2 + 2), material="paper", grain=0.03))
    rings = pick(rng, 2, 2, 4)
    places = np.array([-40.0, 40.0]) if rings == 2 else np.array([-120.0, -40.0, 40.0, 120.0])
    parts.append(box((22, places[-1] - places[0] + 60, 1.2), (-wide / 2 + 22, 0, -thick / 2 + 4), material="steel"))
    for y in places:
        arch = smooth([(-12, 0, 0), (-13, 0, 0.6 * thick), (0, 0, 0.8 * thick), (13, 0, 0.6 * thick), (12, 0, 0)], 18)
        parts.append(tube(np.add(arch, (-wide / 2 + 24, y, -thick / 2 + 4)), 1.8, material="steel", sides=6))
    if chance(rng, 0.5):
        parts += [
            extrude(stroke([(0, 0), (0, 70)], 10), 3, (-wide / 2 + 40, 20, -thick / 2 + 14), material="steel"),
            *spring(3, 40, 8, 1.0, (-wide / 2 + 22, 0, -thick / 2 + 8), axis="y"),
        ]
    parts += [
        box((26, 1, thick), (0.2 * wide, -high / 2, 0), material="steel"),
        pipe(12, 10, 3, (-wide / 2, -high / 2 + 60, 0), material="steel", axis="x"),
    ]
    return shape("ring_binder", parts)


def pens(rng: np.random.Generator) -> Shape:
    """Pens, pencils, markers and a pair of compasses, loose, in a pot or a case."""
    parts: list[Part] = []
    count = int(rng.integers(2, 14))
    for i in range(count):
        style = int(rng.integers(4))
        if style == 0:
            pen = [
                pipe(4.5, 3.2, 125, material=pick(rng, "abs", "aluminium"), axis="x", sides=10),
                cylinder(1.4, 105, material="polypropylene", axis="x", sides=6),
                *spring(2.2, 18, 9, 0.5, (52, 0, 0), axis="x"),
                lathe([(4.5, 62), (1.0, 76)], material="brass", axis="x", sides=10),
                box((36, 1, 4), (-45, 6, 0), material="steel"),
            ]
        elif style == 1:
            pen = [
                cylinder(3.6, 165, material="wood", axis="x", sides=6),
                cylinder(1.0, 172, material="graphite", axis="x", sides=6),
                pipe(3.9, 3.4, 13, (-84, 0, 0), material="aluminium", axis="x", sides=10),
            ]
        elif style == 2:
            pen = [
                cylinder(7, 130, material="polypropylene", axis="x", sides=12, wall=1.5),
                cylinder(5, 85, (-12, 0, 0), material="polyester", axis="x", sides=10),
                cylinder(2, 20, (66, 0, 0), material="polyester", axis="x", sides=8),
            ]
        else:
            pen = [
                lathe(
                    [(5, -70), (6.5, -20), (6, 20), (3, 64)],
                    material=pick(rng, "brass", "abs", "aluminium"),
                    axis="x",
                    wall=1.0,
                    sides=12,
                ),
                extrude(angular([(60, 3), (82, 0), (60, -3)]), 0.6, material="steel"),
                pipe(6.8, 5.8, 4, material="brass", axis="x", sides=12),
                box((40, 1.2, 4), (-45, 8, 0), material="steel"),
                cylinder(3, 50, (0, 0, 0), material="water", axis="x", sides=8),
            ]
        parts += move(
            pen,
            (rng.uniform(-10, 10), 13.0 * i * rng.uniform(0.7, 1.1), (i % 3) * 7.0),
            turned=turn("z", rng.normal(0, 9)) @ turn("x", rng.uniform(0, 360)),
        )
    if chance(rng, 0.25):
        legs = [extrude(stroke([(0, 0), (110, sy * 16)], 6), 4, material=pick(rng, "steel", "brass")) for sy in (-1, 1)]
        parts += [*move(legs, (-40, -20, 0)), cylinder(6, 16, (-44, -20, 0), material="brass", axis="x")]
    if chance(rng, 0.35):
        parts.append(
            rounded_box(
                (205, 13.0 * count + 20, 34), 10, (0, 6.0 * count, 7), material=pick(rng, "polyester", "abs"), wall=1.5
            )
        )
    return shape("pens", parts)


def paper_clips(rng: np.random.Generator) -> Shape:
    """A heap of paper clips, drawing pins, foldback clips or safety pins, in a small box."""
    style = int(rng.integers(3))
    parts: list[Part] = []
    clip = smooth(
        [
            (-10, -3, 0),
            (8, -3.4, 0),
            (11, 0, 0),
            (8, 3.4, 0),
            (-11, 3.4, 0),
            (-14, 0.6, 0),
            (-11, -1.6, 0),
            (5, -1.6, 0),
        ],
        20,
    )
    if style == 0:
        made = [tube(clip, 0.5, material="steel", sides=4)]
    elif style == 1:
        made = [
            cylinder(4.5, 0.6, material=pick(rng, "brass", "steel"), sides=10),
            cylinder(0.6, 9, (0, 0, 5), material="steel", sides=5),
        ]
    else:
        made = [
            extrude(angular([(-10, 0), (10, 0), (1, 13), (-1, 13)]).exterior.buffer(0.5), 18, material="steel"),
            ring(6, 1.2, (0, 18, 0), material="steel", points=10, sides=4),
        ]
    for _ in range(int(rng.integers(14, 45))):
        room = np.array([62, 46, 18]) * (2.2 if style == 2 else 1.0)
        parts += move(
            made,
            rng.uniform(-0.5, 0.5, 3) * room,
            scale=rng.uniform(0.8, 1.2),
            turned=any_turn(rng) if style else turn("z", rng.uniform(0, 360)) @ turn("x", rng.normal(0, 30)),
        )
    if chance(rng, 0.6):
        parts.append(
            box(
                (100, 76, 34) if style == 2 else (78, 58, 26),
                material=pick(rng, "cardboard", "polypropylene"),
                wall=1.0,
            )
        )
    return shape("paper_clips", parts)


def wire_notebook(rng: np.random.Generator) -> Shape:
    """A pad or calendar bound with a wire spiral."""
    wide, high, thick = rng.uniform(75, 215), rng.uniform(110, 297), rng.uniform(5, 22)
    parts = [
        box((wide, high, thick), material="paper", grain=0.04),
        *[
            box(
                (wide + 3, high + 3, 1.2),
                (0, 0, z * (thick / 2 + 0.8)),
                material=pick(rng, "cardboard", "polypropylene"),
            )
            for z in (-1, 1)
        ],
    ]
    pitch = pick(rng, 6.5, 8.5)
    coil = tube(
        helix(thick / 2 + 4, high / pitch - 1, pitch, int(10 * high / pitch)),
        pick(rng, 0.5, 0.7),
        material=pick(rng, "steel", "steel", "pvc"),
        sides=4,
    )
    parts += move(coil, (-wide / 2, 0, 0), turned=turn("x", -90))
    if chance(rng, 0.3):
        parts += [
            box((0.5 * wide, 22, 4), (0, high / 2 - 10, thick / 2 + 3), material="steel", wall=0.6),
            *spring(3, 0.3 * wide, 7, 1.6, (0, high / 2 - 14, thick / 2 + 4), axis="x"),
        ]
    return shape("wire_notebook", parts)


KINDS: tuple[Kind, ...] = (
    Kind("stapler", None, stapler, 1.0),
    Kind("hole_punch", None, hole_punch, 0.6),
    Kind("ring_binder", None, ring_binder, 0.9),
    Kind("pens", None, pens, 2.0),
    Kind("paper_clips", None, paper_clips, 0.9),
    Kind("wire_notebook", None, wire_notebook, 1.2),
)
