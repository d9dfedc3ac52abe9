"""Machine elements: gears, bearings, magnets, link chains."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import smooth
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, cylinder, ellipsoid, extrude, pipe
from parcelray.datasets.synth.shapes.clutter.hard.forms import (
    chance,
    disc,
    domed,
    flowing,
    pick,
    ring,
    stroke,
    toothed,
    varied,
)
from parcelray.datasets.synth.shapes.kind import Kind


def gears(rng: np.random.Generator) -> Shape:
    """Gear wheels, sprockets and pulleys of steel, brass or nylon, loose or in a train."""
    parts: list[Part] = []
    at = 0.0
    for i in range(int(rng.integers(2, 6))):
        radius, height = rng.uniform(9, 38), rng.uniform(4, 14)
        material = pick(rng, "steel", "steel", "brass", "nylon", "aluminium")
        wheel = toothed(radius, 0.1 * radius + 0.8, int(radius * rng.uniform(0.8, 1.6)) + 6).difference(
            disc(0.2 * radius)
        )
        if radius > 20 and chance(rng, 0.6):
            for angle in np.arange(5) * 2 * np.pi / 5:
                wheel = wheel.difference(
                    disc(0.17 * radius, (0.52 * radius * np.cos(angle), 0.52 * radius * np.sin(angle)))
                )
        place = (at, rng.uniform(-12, 12), rng.uniform(-3, 3))
        parts += [
            extrude(wheel, height, place, material=material),
            pipe(0.38 * radius, 0.2 * radius, 1.9 * height, place, material=material),
        ]
        at += 1.1 * radius + 14 * (i % 2 + 0.6)
    return shape("gears", parts)


def bearings(rng: np.random.Generator) -> Shape:
    """Ball bearings: outer and inner ring with a row of balls, a few of one size or several."""
    parts: list[Part] = []
    for i in range(int(rng.integers(1, 5))):
        radius = rng.uniform(9, 36)
        height = 0.4 * radius
        bearing = [
            pipe(radius, 0.84 * radius, height, material="steel"),
            pipe(0.6 * radius, 0.42 * radius, height, material="steel"),
            pipe(0.83 * radius, 0.61 * radius, 0.3, (0, 0, 0.4 * height), material="rubber"),
        ]
        angles = np.arange(8) * 2 * np.pi / 8
        bearing += [
            ellipsoid(
                0.115 * radius,
                (0.72 * radius * np.cos(a), 0.72 * radius * np.sin(a), 0),
                material="steel",
                sides=8,
                rings=6,
            )
            for a in angles
        ]
        parts += move(
            bearing, (46.0 * (i % 2), 46.0 * (i // 2), rng.uniform(-4, 4)), turned=turn("x", rng.normal(0, 25))
        )
    return shape("bearings", parts)


def magnets(rng: np.random.Generator) -> Shape:
    """Magnets: a stack of discs, bars, a horseshoe, fridge magnets."""
    style = int(rng.integers(3))
    if style == 0:
        radius, height = rng.uniform(4, 16), rng.uniform(2, 6)
        count = int(rng.integers(4, 14))
        return shape(
            "magnets",
            [
                cylinder(radius, height - 0.25, (0, rng.normal(0, 0.3), i * height), material="neodymium")
                for i in range(count)
            ],
        )
    if style == 1:
        arch = smooth([(-22, -30), (-24, 6), (0, 28), (24, 6), (22, -30)], 20)
        return shape(
            "magnets",
            varied(
                rng,
                [*domed(stroke(arch, 14), 12, 1.5, material="steel"), box((60, 6, 12), (0, -42, 0), material="steel")],
            ),
        )
    tops = [
        cylinder(
            rng.uniform(9, 16),
            4,
            (35.0 * (i % 3), 35.0 * (i // 3), 3),
            material=pick(rng, "abs", "ceramic", "wood"),
            sides=16,
        )
        for i in range(6)
    ]
    discs = [cylinder(7, 3, (35.0 * (i % 3), 35.0 * (i // 3), 0), material="ferrite", sides=14) for i in range(6)]
    return shape("magnets", tops + discs)


def chain(rng: np.random.Generator) -> Shape:
    """A length of link chain, from a dog's lead to a tow chain, with a snap hook."""
    pitch, wire = pick(rng, (9.0, 1.6), (14.0, 2.6), (24.0, 5.0))
    count = int(rng.integers(14, 34))
    strewn = smooth(rng.uniform(-0.5, 0.5, (9, 3)) * [12 * pitch, 9 * pitch, 1.2 * pitch], 400)
    walked = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(strewn, axis=0), axis=1))])
    count = min(count, int(walked[-1] / pitch) - 1)
    path = strewn[np.searchsorted(walked, pitch * np.arange(count + 1))]
    link = move(ring(0.5 * pitch, wire, material="steel", points=12, sides=5), scale=(1.35, 0.8, 1.0))
    parts: list[Part] = []
    for i in range(count):
        along = path[i + 1] - path[i]
        heading = turn("z", float(np.degrees(np.arctan2(along[1], along[0])))) @ turn("x", 90.0 * (i % 2))
        parts += move(link, path[i], turned=heading)
    hook = flowing([(0, 4), (18, 7), (30, 2), (28, -6), (14, -8), (0, -4)]).difference(
        flowing([(12, 3), (22, 3), (24, -2), (14, -4)])
    )
    return shape("chain", parts + move(domed(hook, 1.6 * wire + 2, 1, material=pick(rng, "zinc", "brass")), path[-1]))


KINDS: tuple[Kind, ...] = (
    Kind("gears", None, gears, 0.8),
    Kind("bearings", None, bearings, 0.8),
    Kind("magnets", None, magnets, 0.5),
    Kind("chain", None, chain, 0.7),
)
