"""What stands in a room: frames, trophies, candle holders, bulbs, lamps."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import helix, smooth
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, boxes, cylinder, extrude, lathe, pipe, tube
from parcelray.datasets.synth.shapes.clutter.hard.forms import (
    angular,
    chance,
    disc,
    domed,
    pick,
    ring,
    screws,
    slab,
    spring,
    stroke,
    varied,
)
from parcelray.datasets.synth.shapes.kind import Kind


def picture_frame(rng: np.random.Generator) -> Shape:
    """A framed picture or mirror: wood or alloy moulding, glass, board, clips, hook, nails at the corners."""
    wide, high = rng.uniform(110, 330), rng.uniform(90, 260)
    border, depth = rng.uniform(10, 32), rng.uniform(10, 22)
    outer = slab(-wide / 2, -high / 2, wide / 2, high / 2)
    moulding = outer.difference(outer.buffer(-border, join_style="mitre"))
    ledge = outer.buffer(-0.3 * border, join_style="mitre").difference(outer.buffer(-0.7 * border, join_style="mitre"))
    material = pick(rng, "wood", "wood", "aluminium", "abs", "zinc")
    made = (
        extrude(moulding, depth, material=material, wall=1.8)
        if material in ("aluminium", "zinc")
        else extrude(moulding, depth, material=material, grain=0.04)
    )
    parts = [made, extrude(ledge, 4, (0, 0, depth / 2 + 2), material=material)]
    parts += [
        box((wide - border, high - border, 2.2), material=pick(rng, "glass", "glass", "pmma")),
        box((wide - border, high - border, 2.5), (0, 0, -4), material="cardboard"),
        box((0.8 * wide, 0.75 * high, 0.8), (0, 0, -2), material="paper"),
    ]
    if chance(rng, 0.3):
        parts.append(box((wide - border, high - border, 0.1), (0, 0, -1.5), material="silver"))
    clips = [(sx * (wide / 2 - border), y * high, -depth / 2) for sx in (-1, 1) for y in (-0.25, 0.25)]
    parts += [boxes((16, 7, 0.8), clips, material="steel"), *screws(clips, 1.2, 8)]
    corners = [(sx * (wide / 2 - border / 2), sy * (high / 2 - border / 2), 0) for sx in (-1, 1) for sy in (-1, 1)]
    parts += [cylinder(0.8, 0.8 * border, at, material="steel", axis="x", sides=6) for at in corners] + [
        ring(6, 1.4, (0, high / 2 - border / 2, -depth / 2), material="brass", points=14)
    ]
    return shape("picture_frame", parts)


def trophy(rng: np.random.Generator) -> Shape:
    """A cup or figure of thin alloy on a stone foot with a threaded rod through it; medals."""
    if chance(rng, 0.3):
        medal = [
            *domed(disc(rng.uniform(24, 36)), 4, 2, material=pick(rng, "zinc", "brass", "bronze")),
            ring(5, 1.5, (0, 38, 0), material="brass", points=14),
        ]
        ribbon = extrude(
            angular([(-14, 42), (14, 42), (70, 230), (40, 236), (0, 60), (-40, 236), (-70, 230)]),
            0.8,
            material="polyester",
            grain=0.1,
        )
        return shape("trophy", [*medal, ribbon])
    size = rng.uniform(0.7, 1.3)
    cup = lathe(
        [(6, 55), (14, 62), (8, 90), (30, 112), (42, 150), (38, 165)],
        material=pick(rng, "zinc", "aluminium", "brass"),
        wall=1.0,
    )
    parts = [
        cup,
        box((78, 78, 45), (0, 0, 22), material=pick(rng, "concrete", "wood", "abs")),
        cylinder(3, 100, (0, 0, 52), material="steel"),
        pipe(9, 3, 4, (0, 0, 2), material="steel"),
        box((60, 1, 22), (0, -40, 22), material="brass"),
    ]
    for side in (-1, 1):
        ear = smooth([(side * 40, 0, 150), (side * 64, 0, 148), (side * 60, 0, 115), (side * 30, 0, 108)], 14)
        parts.append(tube(ear, 3, material="zinc", sides=7))
    return shape("trophy", varied(rng, move(parts, scale=size)))


def candle_holder(rng: np.random.Generator) -> Shape:
    """A turned or cast candlestick, lantern or bell of brass, iron or glass."""
    if chance(rng, 0.65):
        height = rng.uniform(90, 260)
        radii = np.concatenate([[rng.uniform(32, 55), rng.uniform(28, 40)], rng.uniform(6, 18, 7), [13]])
        profile = np.column_stack([radii, np.concatenate([[0, 0.06], np.linspace(0.1, 0.93, 7), [1.0]]) * height])
        material = pick(rng, "brass", "steel", "glass", "aluminium", "wood")
        parts = (
            [lathe(profile, material=material)]
            if material in ("glass", "wood")
            else [
                lathe(profile, material=material, wall=2.5),
                cylinder(3, height, (0, 0, height / 2), material="steel"),
            ]
        )
        parts += [
            pipe(25, 9, 2, (0, 0, height), material=material),
            pipe(13, 11, 22, (0, 0, height + 10), material=material),
        ]
        if chance(rng, 0.4):
            parts.append(cylinder(10.5, 120, (0, 0, height + 65), material="polyethylene"))
        return shape("candle_holder", parts)
    side, height = rng.uniform(80, 130), rng.uniform(120, 220)
    posts = [
        box((5, 5, height), (sx * side / 2, sy * side / 2, 0), material="steel", wall=1.0)
        for sx in (-1, 1)
        for sy in (-1, 1)
    ]
    panes = [box((side, 2, 0.9 * height), (0, sy * side / 2, 0), material="glass") for sy in (-1, 1)] + [
        box((2, side, 0.9 * height), (sx * side / 2, 0, 0), material="glass") for sx in (-1, 1)
    ]
    lid = lathe(
        [(0.75 * side, height / 2), (0.2 * side, 0.72 * height), (0.1 * side, 0.8 * height)],
        material="steel",
        sides=4,
        wall=0.6,
    )
    return shape(
        "candle_holder",
        [
            *posts,
            *panes,
            lid,
            box((side, side, 1.0), (0, 0, -height / 2), material="steel"),
            *move(ring(0.3 * side, 4, material="steel"), (0, 0, 0.95 * height), turned=turn("x", 90)),
            cylinder(20, 60, (0, 0, -height / 2 + 32), material="polyethylene"),
        ],
    )


def light_bulb(rng: np.random.Generator) -> Shape:
    """A lamp: filament bulb in glass, spiral tube or LED with its driver board and heat sink; one to four."""
    parts: list[Part] = []
    style = int(rng.integers(3))
    for i in range(pick(rng, 1, 1, 2, 4)):
        radius = rng.uniform(18, 34)
        cap = [
            lathe([(4, -26), (9, -24), (13, -20), (13, 0)], material="brass", wall=0.4, sides=16),
            *spring(13, 18, 5, 1.0, (0, 0, -10), material="brass"),
            cylinder(3, 3, (0, 0, -27), material="tin", sides=10),
            cylinder(8, 8, (0, 0, -20), material="glass", sides=12),
        ]
        if style == 0:
            bulb = [
                lathe(
                    np.array([(0.4, 0), (0.55, 0.5), (1.0, 1.5), (0.9, 2.1), (0.5, 2.5), (0.02, 2.6)]) * radius,
                    material="glass",
                    wall=1.0,
                ),
                cylinder(3, 30, (0, 0, 15), material="glass", sides=10),
                *[tube([(x * 0.3, 0, 0), (x, 0, 1.3 * radius)], 0.4, material="copper", sides=4) for x in (-8.0, 8.0)],
                *spring(0.6, 16, 14, 0.4, (0, 0, 1.35 * radius), axis="x", material="nickel"),
            ]
        elif style == 1:
            body = pick(rng, ("aluminium", 1.8), ("abs", 1.5))
            bulb = [
                lathe(np.array([(0.45, 0), (0.9, 1.2)]) * radius, material=body[0], wall=body[1]),
                lathe(
                    np.array([(0.9, 1.2), (1.0, 1.6), (0.7, 2.2), (0.02, 2.4)]) * radius,
                    material="polycarbonate",
                    wall=1.5,
                ),
                cylinder(0.8 * radius, 1.6, (0, 0, 1.25 * radius), material="aluminium"),
                box((0.7 * radius, 1.6, 1.2 * radius), (0, 0, 0.5 * radius), material="fr4"),
                cylinder(4, 12, (0, 5, 0.5 * radius), material="aluminium", sides=10),
                pipe(5, 2, 6, (0, -5, 0.4 * radius), material="copper", sides=10),
            ]
            bulb += [
                box((3, 3, 1), (0.55 * radius * np.cos(a), 0.55 * radius * np.sin(a), 1.3 * radius), material="ceramic")
                for a in np.arange(8) * np.pi / 4
            ]
        else:
            wound = helix(0.7 * radius, 3.0, 13.0, 60)
            bulb = [
                tube(np.add(wound, (0, 0, 50)), 5, material="glass", sides=7, wall=1.0),
                cylinder(0.85 * radius, 30, (0, 0, 12), material="abs", wall=1.5),
                cylinder(0.7 * radius, 1.6, (0, 0, 12), material="fr4"),
                pipe(7, 3, 8, (0, 0, 18), material="copper"),
                cylinder(5, 14, (6, 0, 6), material="aluminium"),
            ]
        parts += move(cap + bulb, ((i % 2) * 75.0, (i // 2) * 75.0, 0))
    return shape("light_bulb", parts)


def desk_lamp(rng: np.random.Generator) -> Shape:
    """A lamp with a jointed arm: springs along the arm, cone of sheet metal, weighted foot, lead."""
    first, second = rng.uniform(110, 190), rng.uniform(100, 170)
    fold = rng.uniform(8, 100)
    elbow = np.array([0.0, first])
    end = elbow + second * np.array([np.sin(np.radians(180 - fold)), np.cos(np.radians(180 - fold))])
    parts: list[Part] = []
    for a, b in ((np.zeros(2), elbow), (elbow, end)):
        rods = stroke([a, b], 14).difference(stroke([a, b], 8))
        parts += [
            extrude(rods, 6, material="steel", wall=0.8),
            tube(np.column_stack([[a + (b - a) * s for s in (0.1, 0.9)], [5, 5]]), 1.6, material="steel", sides=5),
        ]
    parts += [
        lathe(
            [(14, 0), (22, 30), (58, 85)],
            (end[0], end[1], 0),
            material=pick(rng, "steel", "aluminium"),
            axis="x",
            wall=0.8,
        ),
        cylinder(10, 34, (end[0] + 20, end[1], 0), material="ceramic", axis="x"),
        *screws([(0, 0, 0), (*elbow, 0), (*end, 0)], 4, 22),
    ]
    parts += move(
        [
            cylinder(rng.uniform(55, 85), 9, material="steel", sides=30),
            cylinder(14, 20, (0, 0, 12), material="abs", wall=2.0),
        ],
        (0, -18, 0),
        turned=turn("x", -90),
    )
    return shape("desk_lamp", parts)


KINDS: tuple[Kind, ...] = (
    Kind("picture_frame", None, picture_frame, 1.0),
    Kind("trophy", None, trophy, 0.5),
    Kind("candle_holder", None, candle_holder, 0.6),
    Kind("light_bulb", None, light_bulb, 1.0),
    Kind("desk_lamp", None, desk_lamp, 0.4),
)
