"""The kitchen's blades: knives, scissors, forks and spoons, openers."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import smooth
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import cylinder, ellipsoid, extrude, pipe
from parcelray.datasets.synth.shapes.clutter.hard.forms import (
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
from parcelray.datasets.synth.shapes.kind import Kind


def kitchen_knife(rng: np.random.Generator) -> Shape:
    """A cook's or bread knife: tapering blade, full tang, riveted scales."""
    blade, deep = rng.uniform(90, 210), rng.uniform(18, 46)
    edge = flowing(
        [
            (0, 0.25 * deep),
            (0.6 * blade, 0.22 * deep),
            (blade, -0.35 * deep),
            (0.55 * blade, -0.75 * deep),
            (0.04 * blade, -0.75 * deep),
        ],
        40,
    )
    parts = [extrude(edge, pick(rng, 1.2, 1.6, 2.2), material="stainless")]
    handle = flowing(
        wobbled(
            rng,
            [
                (4, 0.25 * deep),
                (-50, 0.3 * deep),
                (-105, 0.35 * deep),
                (-112, -0.4 * deep),
                (-60, -0.25 * deep),
                (0, -0.35 * deep),
            ],
            1.5,
        ),
        36,
    )
    parts += [
        extrude(handle.buffer(-1), 2.5, material="stainless"),
        *[extrude(handle, 7, (0, 0, z), material=pick(rng, "wood", "abs", "nylon")) for z in (-5, 5)],
    ]
    return shape(
        "kitchen_knife", [*parts, *[cylinder(2.4, 18, (x, 0, 0), material="brass", sides=10) for x in (-20, -50, -85)]]
    )


def scissors(rng: np.random.Generator) -> Shape:
    """Scissors or shears: two blades on a screw, plastic or metal rings, open to some angle."""
    length = rng.uniform(90, 220)
    cut = 0.5 * length
    spread = rng.uniform(2, 28)
    blade = flowing(
        [
            (-0.08 * length, 0.05 * length),
            (0.1 * length, 0.05 * length),
            (cut, 0.004 * length),
            (cut, -0.004 * length),
            (0, -0.012 * length),
            (-0.08 * length, -0.01 * length),
        ],
        36,
    )
    loop = flowing(
        wobbled(
            rng,
            [
                (-0.12 * length, -0.02 * length),
                (-0.3 * length, 0.0),
                (-0.48 * length, -0.07 * length),
                (-0.44 * length, -0.18 * length),
                (-0.25 * length, -0.14 * length),
            ],
            2,
        ),
        36,
    )
    bow = loop.difference(loop.buffer(-0.032 * length)).union(
        stroke([(-0.02 * length, 0), (-0.16 * length, -0.035 * length)], 0.055 * length)
    )
    soft = chance(rng, 0.7)
    parts: list[Part] = []
    for sign in (1.0, -1.0):
        half = [
            extrude(
                blade.union(stroke([(-0.05 * length, 0.01 * length), (-0.2 * length, -0.03 * length)], 0.03 * length)),
                1.8,
                (0, 0, sign * 0.95),
                material="stainless",
            )
        ]
        half += domed(bow, 9, 2, material="abs") if soft else domed(bow, 6, 1.5, material="steel")
        parts += move(
            half,
            turned=turn("z", sign * spread / 2) @ np.diag([1.0, sign, 1.0])
            if sign > 0
            else turn("z", -spread / 2) @ turn("x", 180),
        )
    return shape("scissors", [*parts, *screws([(0, 0, 0)], 2.6, 8)])


def cutlery(rng: np.random.Generator) -> Shape:
    """Forks, spoons and table knives, one of each up to a set in a roll."""
    parts: list[Part] = []
    count = int(rng.integers(2, 11))
    material, length = pick(rng, "stainless", "stainless", "cupronickel", "silver"), rng.uniform(140, 210)
    sorts = [_flatware(kind, length, material) for kind in range(3)]
    for i in range(count):
        parts += move(
            sorts[int(rng.integers(3))],
            (rng.uniform(-8, 8), 17.0 * i, (i % 2) * 5.0),
            turned=turn("z", rng.normal(0, 7)) @ turn("x", rng.normal(0, 12)),
        )
    return shape("cutlery", parts)


def _flatware(kind: int, length: float, material: str) -> list[Part]:
    """A fork, a spoon or a table knife along x."""
    stem = flowing(
        [
            (0, 3),
            (0.3 * length, 3.4),
            (0.6 * length, 8),
            (0.63 * length, 0),
            (0.6 * length, -8),
            (0.3 * length, -3.4),
            (0, -3),
        ],
        36,
    )
    if kind == 0:
        head = flowing([(4, 4), (-8, 12), (-40, 11), (-40, -11), (-8, -12), (4, -4)], 30)
        for y in (-6.5, 0.0, 6.5):
            head = head.difference(stroke([(-60, y), (-18, y)], 3.2))
        return [extrude(head.union(stem), 2.2, material=material)]
    if kind == 1:
        bowl = ellipsoid((26, 16, 8), (-24, 0, 4), material=material, wall=1.6)
        low = bowl.vertices[:, 2] > 4.5
        kept = bowl.faces[~low[bowl.faces].any(axis=1)]
        return [Part(bowl.vertices, kept, material, 1.6), extrude(stem, 2.4, (-2, 0, 2), material=material)]
    blade = flowing([(4, 6), (-40, 9), (-80, 8), (-90, -2), (-70, -9), (4, -7)], 30)
    handle = stroke([(0.05 * length, 0), (0.5 * length, 0)], 15)
    return [extrude(blade, 1.4, material=material), *domed(handle, 7, 2, material=material)]


def openers(rng: np.random.Generator) -> Shape:
    """A corkscrew with levers, a bottle opener or a tin opener."""
    style = int(rng.integers(3))
    if style == 0:
        worm = move(spring(4.5, 55, 5.5, 2.6, axis="y"), (0, -55, 0))
        arms = [
            extrude(stroke(smooth([(sx * 8, 0), (sx * 26, -20), (sx * 34, -85)], 10), 12), 5, material="zinc")
            for sx in (-1, 1)
        ]
        wheels = [extrude(toothed(9, 1.8, 12), 5, (sx * 12, 2, 0), material="zinc") for sx in (-1, 1)]
        parts = [
            *worm,
            *arms,
            *wheels,
            cylinder(5, 60, (0, 20, 0), material="steel", axis="y"),
            *domed(stroke([(-16, 52), (16, 52)], 16), 7, 2, material="zinc"),
            pipe(14, 10, 34, (0, -14, 0), material="zinc", axis="y"),
        ]
    elif style == 1:
        plate = (
            stroke([(-60, 0), (40, 0)], 22)
            .union(disc(21, (46, 0)))
            .difference(flowing([(38, 9), (58, 8), (58, -8), (38, -9), (44, 0)], 20))
        )
        parts = domed(
            plate.difference(disc(4, (-58, 0))),
            pick(rng, 2.0, 3.0, 6.0),
            1,
            material=pick(rng, "stainless", "zinc", "brass"),
        )
    else:
        arms = [
            extrude(
                stroke(smooth([(0, sy * 2), (60, sy * 10), (150, sy * 16)], 10), 13), 9, material="stainless", wall=0.8
            )
            for sy in (-1, 1)
        ]
        parts = [
            *arms,
            cylinder(11, 2.5, (2, 6, 8), material="steel"),
            extrude(toothed(8, 1.6, 12), 3, (2, -9, 8), material="steel"),
            *domed(stroke([(-26, -9), (28, -9)], 13), 6, 1, (0, 0, 18), material="abs"),
            cylinder(3, 34, (2, -9, 5), material="steel"),
            *screws([(0, 0, 0)], 2.5, 16),
        ]
    return shape("openers", varied(rng, parts))


KINDS: tuple[Kind, ...] = (
    Kind("kitchen_knife", None, kitchen_knife, 0.8),
    Kind("scissors", None, scissors, 1.4),
    Kind("cutlery", None, cutlery, 1.2),
    Kind("openers", None, openers, 0.8),
)
