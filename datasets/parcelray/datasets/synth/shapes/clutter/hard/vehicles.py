"""Spares of cars and bicycles: brake discs, pistons, plugs, chains, pedals, pumps."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import smooth
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, boxes, cylinder, extrude, lathe, pipe, tube
from parcelray.datasets.synth.shapes.clutter.hard.forms import (
    angular,
    chance,
    disc,
    domed,
    flowing,
    pick,
    screws,
    spring,
    stroke,
    toothed,
    varied,
    wobbled,
)
from parcelray.datasets.synth.shapes.electronics import coil_parts, wire_parts
from parcelray.datasets.synth.shapes.kind import Kind


def brake_disc(rng: np.random.Generator) -> Shape:
    """A brake disc or clutch plate with its holes and hat, with or without pads."""
    radius, height = rng.uniform(75, 150), rng.uniform(6, 24)
    plate = disc(radius, segments=12).difference(disc(0.52 * radius, segments=8))
    for angle in np.arange(18) * 2 * np.pi / 18:
        plate = plate.difference(
            disc(3.5, (rng.uniform(0.66, 0.9) * radius * np.cos(angle), 0.78 * radius * np.sin(angle)), 3)
        )
    hat = disc(0.56 * radius, segments=8).difference(disc(0.26 * radius))
    for angle in np.arange(5) * 2 * np.pi / 5:
        hat = hat.difference(disc(6, (0.41 * radius * np.cos(angle), 0.41 * radius * np.sin(angle)), 3))
    parts = (
        [extrude(plate, height / 3, (0, 0, z), material="steel") for z in (-height / 3, height / 3)]
        if height > 12
        else [extrude(plate, height, material="steel")]
    )
    parts += [
        extrude(hat, 6, (0, 0, 26), material="steel"),
        pipe(0.56 * radius, 0.5 * radius, 28, (0, 0, 13), material="steel"),
    ]
    if chance(rng, 0.5):
        pad = angular([(-50, 0), (-44, 38), (44, 38), (50, 0), (0, -8)], 5)
        parts += [
            part
            for sx in (-1, 1)
            for part in (
                extrude(pad, 5, (sx * 60, radius + 20, 0), material="steel"),
                extrude(pad.buffer(-6), 11, (sx * 60, radius + 20, 8), material="graphite"),
            )
        ]
    return shape("brake_disc", parts)


def engine_parts(rng: np.random.Generator) -> Shape:
    """Pistons with rods, spark plugs, valves, filters, small pumps: car spares in a box."""
    parts: list[Part] = []
    style = int(rng.integers(4))
    if style == 0:
        for i in range(pick(rng, 1, 2, 4)):
            radius = rng.uniform(26, 42)
            piston = [
                lathe(
                    [
                        (0.95 * radius, -0.8 * radius),
                        (radius, -0.3 * radius),
                        (radius, 0.5 * radius),
                        (0.1, 0.5 * radius),
                    ],
                    material="aluminium",
                    wall=5.0,
                ),
                cylinder(0.97 * radius, 6, (0, 0, 0.45 * radius), material="aluminium"),
                *[
                    pipe(1.01 * radius, 0.92 * radius, 1.5, (0, 0, z * radius), material="steel")
                    for z in (0.2, 0.3, 0.4)
                ],
                pipe(0.28 * radius, 0.17 * radius, 1.7 * radius, (0, 0, -0.15 * radius), material="steel", axis="x"),
            ]
            rod = (
                stroke([(0, -0.15 * radius), (0, -3.0 * radius)], 0.4 * radius)
                .union(disc(0.8 * radius, (0, -3.2 * radius)))
                .union(disc(0.36 * radius, (0, -0.15 * radius)))
            )
            piston.append(
                extrude(
                    rod.difference(disc(0.56 * radius, (0, -3.2 * radius))), 0.45 * radius, material="steel", axis="x"
                )
            )
            parts += move(piston, (100.0 * (i % 2), 100.0 * (i // 2), 0))
    elif style == 1:
        for i in range(pick(rng, 1, 4, 6)):
            plug = [
                lathe([(1.5, -22), (7, -20), (7, -3)], material="steel", axis="x", sides=14),
                cylinder(10.5, 9, (2, 0, 0), material="steel", axis="x", sides=6),
                lathe([(6, 6), (5, 40), (3.5, 44)], material="ceramic", axis="x", sides=14),
                cylinder(2, 78, (14, 0, 0), material="copper", axis="x", sides=8),
                cylinder(3.4, 9, (50, 0, 0), material="steel", axis="x", sides=10),
                *spring(7, 17, 9, 0.9, (-11, 0, 0), axis="x"),
                tube([(-22, 6, 0), (-28, 5, 0), (-29, 0, 0)], 1.1, material="nickel", sides=5),
            ]
            parts += move(plug, (rng.uniform(-4, 4), 26.0 * i, 0), turned=turn("z", rng.normal(0, 5)))
        parts.append(box((110, 26.0 * max(i, 1) + 24, 28), (12, 13.0 * i, 0), material="cardboard", wall=1.0))
    elif style == 2:
        radius, height = rng.uniform(34, 50), rng.uniform(70, 130)
        parts = [
            cylinder(radius, height, material="steel", wall=0.6),
            pipe(0.8 * radius, 0.42 * radius, 0.85 * height, material="paper"),
            pipe(0.4 * radius, 0.38 * radius, 0.85 * height, material="steel"),
            pipe(0.95 * radius, 0.3 * radius, 4, (0, 0, height / 2), material="steel"),
            pipe(0.85 * radius, 0.75 * radius, 4, (0, 0, height / 2 + 4), material="rubber"),
            *spring(0.25 * radius, 0.2 * height, 5, 1.8, (0, 0, -0.36 * height)),
        ]
    else:
        shell = flowing(
            wobbled(rng, [(-50, -30), (-55, 20), (-20, 45), (30, 42), (55, 10), (40, -40), (-10, -46)], 6), 40
        )
        parts = [
            extrude(shell, 46, material="aluminium", wall=3.5),
            *coil_parts(24, 34, (-6, 0, 0), core="steel"),
            pipe(34, 28, 30, (-6, 0, 0), material="steel"),
            cylinder(7, 95, (-6, 0, 12), material="steel"),
            pipe(32, 18, 16, (-6, 0, 42), material="steel"),
            *screws([(-44, 18, 0), (-14, 38, 0), (40, 28, 0), (38, -30, 0), (-36, -26, 0)], 3, 52),
            pipe(9, 6, 40, (60, 10, 0), material="aluminium", axis="x"),
        ]
    return shape("engine_parts", parts)


def bicycle_chain(rng: np.random.Generator) -> Shape:
    """A roller chain, coiled or rolled up, with a sprocket or a chain wheel."""
    turns, pitch = rng.uniform(1.6, 3.4), 12.7
    t = np.linspace(0.6, turns, 400) * 2 * np.pi
    spiral = np.stack([(18 + 2.3 * t) * np.cos(t), (18 + 2.3 * t) * np.sin(t), 2.0 * np.sin(0.7 * t)], -1)
    walked = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(spiral, axis=0), axis=1))])
    pins = spiral[np.searchsorted(walked, np.arange(0, walked[-1] - 1, pitch))]
    along = np.diff(pins, axis=0)
    headings = np.degrees(np.arctan2(along[:, 1], along[:, 0]))
    mids = (pins[1:] + pins[:-1]) / 2
    apart = np.where(np.arange(len(mids)) % 2, 2.2, 3.4)[:, None] * [0, 0, 1]
    parts = [boxes((pitch + 6, 7.5, 1.0), mids + sign * apart, material="steel", turned=headings) for sign in (-1, 1)]
    parts += [cylinder(3.8, 4, pin, material="steel", sides=7) for pin in pins]
    if chance(rng, 0.5):
        radius = rng.uniform(28, 85)
        wheel = (
            toothed(radius, 6, int(radius / 2))
            .difference(disc(0.72 * radius))
            .union(disc(0.3 * radius))
            .union(stroke([(-0.8 * radius, 0), (0.8 * radius, 0)], 12))
            .union(stroke([(0, -0.8 * radius), (0, 0.8 * radius)], 12))
            .difference(disc(0.14 * radius))
        )
        parts.append(extrude(wheel, pick(rng, 2.0, 3.0), (90, 20, 0), material=pick(rng, "steel", "aluminium")))
    return shape("bicycle_chain", parts)


def bicycle_parts(rng: np.random.Generator) -> Shape:
    """A pedal, a bell, brake levers, a hub or a pump."""
    style = int(rng.integers(4))
    if style == 0:
        parts = [
            *[box((100, 5, 20), (0, y, 0), material=pick(rng, "aluminium", "nylon")) for y in (-34, 34)],
            *[box((5, 68, 16), (x, 0, 0), material="steel", wall=1.0) for x in (-46, 46)],
            cylinder(6, 130, (18, 0, 0), material="steel", axis="x"),
            pipe(13, 7, 80, (0, 0, 0), material="aluminium", axis="x"),
            *screws([(x, y, 0) for x in (-46, 46) for y in (-34, 34)], 2, 12, axis="y"),
        ]
    elif style == 1:
        length = rng.uniform(180, 330)
        parts = [
            cylinder(13, length, material=pick(rng, "aluminium", "steel", "abs"), axis="x", wall=1.5),
            cylinder(4, 0.95 * length, (rng.uniform(0, 0.6) * length, 0, 0), material="steel", axis="x"),
            cylinder(11, 16, (rng.uniform(-0.3, 0.3) * length, 0, 0), material="rubber", axis="x"),
            pipe(15, 5, 26, (-length / 2, 0, 0), material="aluminium", axis="x"),
            *domed(stroke([(-length / 2, 0), (-length / 2, -26)], 18), 16, 3, material="aluminium"),
            box((70, 16, 24), (rng.uniform(0.5, 1.0) * length, 0, 0), material="abs", wall=2.0),
        ]
    elif style == 2:
        lever = stroke(smooth([(0, 0), (40, -16), (110, -22), (160, -12)], 14), 12)
        parts = [
            *domed(lever, 9, 2, material="aluminium"),
            *domed(flowing([(-20, 4), (0, 22), (26, 20), (30, -6), (0, -14)]), 20, 4, material="aluminium"),
            pipe(18, 12, 22, (-4, 26, 0), material="aluminium", axis="z"),
            *spring(4, 22, 6, 1.2, (20, 4, 0), axis="x"),
            *screws([(4, -4, 0), (-4, 44, 0)], 2.5, 24),
            *wire_parts(smooth([(20, 10, 0), (-60, 30, 6), (-130, -20, 0), (-90, -80, 4)], 30), 0.9),
        ]
    else:
        parts = [
            pipe(18, 6, 70, material="aluminium"),
            *[pipe(32, 15, 4, (0, 0, z), material="aluminium", sides=28) for z in (-32, 32)],
            cylinder(5, 135, material="steel"),
            *[pipe(11, 5, 8, (0, 0, z), material="steel", sides=6) for z in (-52, 52)],
        ]
        parts += (
            [
                extrude(toothed(r, 4, n), 2, (0, 0, z), material="steel")
                for r, n, z in ((38, 22, 42), (31, 18, 46), (25, 14, 50))
            ]
            if chance(rng, 0.6)
            else []
        )
    return shape("bicycle_parts", varied(rng, parts))


KINDS: tuple[Kind, ...] = (
    Kind("brake_disc", None, brake_disc, 0.5),
    Kind("engine_parts", None, engine_parts, 0.9),
    Kind("bicycle_chain", None, bicycle_chain, 0.6),
    Kind("bicycle_parts", None, bicycle_parts, 0.8),
)
