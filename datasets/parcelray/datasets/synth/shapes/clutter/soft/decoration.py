"""Decoration: candles, plants, carvings, pictures, art supplies."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import folds, smooth
from parcelray.datasets.synth.geometry.placing import hollow, move
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import (
    box,
    boxes,
    cylinder,
    ellipsoid,
    lathe,
    pipe,
    rounded_box,
    tube,
)
from parcelray.datasets.synth.shapes.clutter.soft.containers import carton, grains, lay, rows_of
from parcelray.datasets.synth.shapes.clutter.soft.forms import (
    chance,
    cushion,
    heaped,
    pick,
    repeated,
    superellipse,
    vec,
)
from parcelray.datasets.synth.shapes.kind import Kind


def candles(rng: np.random.Generator) -> Shape:
    """Candles: pillars, tapers in a box, tea lights in their cups, wax in a glass; wick and wick holder."""
    sort = int(rng.integers(4))
    wax: Part
    parts: list[Part] = []
    if sort == 0:
        light = [
            cylinder(18.5, 12.0, material="soap", sides=20),
            cylinder(19.0, 15.0, (0, 0, 1), material="aluminium", wall=0.1, sides=20),
        ]
        light += [
            cylinder(4.0, 0.3, (0, 0, -6), material="steel", sides=10),
            cylinder(0.8, 18.0, (0, 0, 2), material="cotton", sides=5),
        ]
        places = np.vstack(
            [
                rows_of((int(rng.integers(3, 7)), int(rng.integers(2, 6))), (39.0, 39.0), 17.0 * k)
                for k in range(int(rng.integers(1, 3)))
            ]
        )
        return shape("candles", [repeated(part, places) for part in light])
    if sort == 1:
        long = float(rng.uniform(180, 290))
        for place in rows_of((int(rng.integers(2, 6)), int(rng.integers(1, 3))), (24.0, 24.0)):
            wax = lathe([(10.5, 0), (11, 0.3 * long), (8, 0.94 * long), (2, long)], material="oil", axis="x", sides=16)
            parts += move(
                [wax, tube([(2, 0, 0), (1.02 * long, 0, 0), (1.05 * long, 3, 0)], 0.9, material="cotton")],
                (0, place[0], place[1]),
            )
        return shape("candles", parts)
    for i in range(int(rng.integers(1, 4))):
        radius, height = float(rng.uniform(28, 45)), float(rng.uniform(60, 130))
        full = height if sort == 2 else 0.72 * height
        one = [
            cylinder(radius, full, (0, 0, full / 2), material="oil", sides=28, grain=0.02),
            tube([(0, 0, 2), (0, 0, full + 8)], 1.0, material="cotton"),
        ]
        one.append(cylinder(7.0, 0.4, (0, 0, 1.5), material="steel", sides=14))
        if sort == 3:
            one.append(
                lathe([(0.3, -5), (radius + 3.5, -5), (radius + 3.5, height)], material="glass", sides=28, wall=3.2)
            )
            one.append(
                cylinder(
                    radius + 3,
                    6.0,
                    (0, 0, height + 3),
                    material=pick(rng, "wood", "steel", "cork"),
                    wall=0.4 if chance(rng, 0.5) else 2.0,
                )
            )
        parts += move(one, (rng.normal(0, 5), 98.0 * i, 0))
    return shape("candles", lay(parts) if chance(rng, 0.4) else parts)


def plants(rng: np.random.Generator) -> Shape:
    """A plant with its root ball in a pot, or bulbs and seeds in bags, or dried flowers."""
    if chance(rng, 0.4):
        bulb = lathe([(3, -14), (15, -8), (17, 2), (8, 14), (2, 24)], material="fruit", sides=12, grain=0.08)
        count = int(rng.integers(8, 22))
        places = heaped(rng, count, (150, 120, 40))
        parts = [repeated(bulb, places, turned=rng.uniform(0, 360, count), tilted=rng.uniform(0, 180, count))]
        roots = grains(rng, 200, (170, 140, 60), boxes((14, 0.9, 0.9), vec(), material="wood"))
        bag = cushion(
            superellipse((185, 155), 3.0), 70.0, material="polyethylene", wall=0.3, surface=folds(rng, 3.0, 40.0)
        )
        return shape("plants", [*parts, roots, bag])
    radius, height = float(rng.uniform(35, 60)), float(rng.uniform(60, 100))
    parts = [
        lathe(
            [(0.3, 0), (0.72 * radius, 0), (radius, height), (radius + 3, height)],
            material=pick(rng, "polypropylene", "ceramic"),
            sides=26,
            wall=pick(rng, 1.0, 3.0),
        )
    ]
    parts.append(lathe([(0.7 * radius, 2), (0.95 * radius, 0.88 * height)], material="wood", sides=22, grain=0.25))
    for _ in range(int(rng.integers(6, 14))):
        lean = rng.normal(0, 45, 2)
        top = height + rng.uniform(60, 200)
        way = smooth([(0, 0, 0.8 * height), (0.4 * lean[0], 0.4 * lean[1], 0.5 * (height + top)), (*lean, top)], 10)
        parts.append(tube(way, np.linspace(2.4, 0.8, 10), material="wood", sides=5))
        leaf = ellipsoid((26, 11, 0.6), material="fruit", sides=10, rings=6)
        parts.append(
            repeated(
                leaf, way[4:] + rng.normal(0, 9, (6, 3)), turned=rng.uniform(0, 360, 6), tilted=rng.normal(0, 40, 6)
            )
        )
    return shape("plants", lay(parts))


def wood_carving(rng: np.random.Generator) -> Shape:
    """A turned or carved figure, mask or bowl of wood, with growth rings and cracks."""
    height, radius = float(rng.uniform(100, 260)), float(rng.uniform(22, 55))
    levels = np.linspace(0, height, 22)
    wave = radius * (
        0.62
        + 0.25 * np.sin(levels / height * rng.uniform(5, 12) + rng.uniform(0, 6))
        + 0.12 * np.sin(levels / height * rng.uniform(14, 26))
    )
    parts = [lathe(np.column_stack([wave, levels]), material="wood", sides=26, grain=0.06)]
    rings = [
        lathe(np.column_stack([k * wave, levels]), material="wood", sides=22, wall=0.6, grain=0.06)
        for k in (0.35, 0.6, 0.82)
    ]
    crack = boxes((0.8, 0.6 * radius, 0.6 * height), vec(0, 0.2 * radius, 0.5 * height), material="wood", grain=0.06)
    parts += [*rings, hollow(crack)]
    for _ in range(int(rng.integers(0, 12))):
        z, a = rng.uniform(0.1, 0.9) * height, rng.uniform(0, 2 * np.pi)
        r = float(np.interp(z, levels, wave))
        parts.append(
            ellipsoid(
                (0.3 * radius, 0.3 * radius, 0.2 * radius),
                (r * np.cos(a), r * np.sin(a), z),
                material="wood",
                sides=8,
                rings=6,
                grain=0.06,
            )
        )
    if chance(rng, 0.3):
        parts.append(cylinder(2.0, 40.0, (0, 0, 16), material="steel", sides=8))
    return shape("wood_carving", lay(parts))


def picture(rng: np.random.Generator) -> Shape:
    """A canvas on its stretcher with staples, or a framed print: mitred mouldings, board, hanger."""
    x, y = float(rng.uniform(180, 380)), float(rng.uniform(140, 300))
    wide, deep = float(rng.uniform(18, 38)), float(rng.uniform(12, 24))
    bars = [((x, wide, deep), (0, s * (y - wide) / 2, 0)) for s in (-1, 1)] + [
        ((wide, y - 2 * wide, deep), (s * (x - wide) / 2, 0, 0)) for s in (-1, 1)
    ]
    parts: list[Part] = [boxes([e for e, _ in bars], [at for _, at in bars], material="wood", grain=0.08)]
    parts.append(box((x, y, 1.2), (0, 0, deep / 2), material="cotton", grain=0.12))
    paint = grains(rng, 60, (0.85 * x, 0.85 * y, 0.6), boxes((38.0, 14.0, 0.5), vec(), material="gypsum"), tilt=0.0)
    parts += move(paint, (0, 0, deep / 2 + 1))
    along = np.arange(-0.45, 0.46, 0.1)
    pins = np.vstack([[(k * x, s * (y / 2 - 8), -deep / 2) for k in along] for s in (-1, 1)])
    parts.append(boxes((9.0, 0.7, 5.0), pins, material="steel"))
    if chance(rng, 0.5):
        wire = smooth([(-0.4 * x, 0.2 * y, -deep / 2), (0, 0.32 * y, -deep / 2 - 2), (0.4 * x, 0.2 * y, -deep / 2)], 14)
        parts += [
            tube(wire, 0.8, material="steel", sides=5),
            *[pipe(6, 4.6, 1.5, (s * 0.4 * x, 0.2 * y, -deep / 2), material="brass") for s in (-1, 1)],
        ]
    if chance(rng, 0.4):
        parts.append(box((x - 2 * wide, y - 2 * wide, 2.0), (0, 0, 0), material="glass"))
    return shape("picture", parts)


def art_supplies(rng: np.random.Generator) -> Shape:
    """Crayons, chalk, modelling clay and tubes of paint in their box."""
    parts: list[Part] = []
    count = int(rng.integers(8, 25))
    stick = lathe([(4.2, -40), (4.2, 32), (1.5, 42)], material=pick(rng, "oil", "gypsum", "soap"), sides=10)
    parts.append(repeated(stick, np.array([(9.6 * i, 0, 0) for i in range(count)]), tilted=90.0))
    middle = vec(4.8 * (count - 1))
    for i in range(int(rng.integers(2, 7))):
        clay = rounded_box((22, 70, 16), 5.0, material="gypsum", grain=0.03)
        parts += move(clay, (26.0 * i, 95, 0))
    parts += move(carton((max(9.6 * count, 170.0) + 12, 210.0, 24.0), wall=1.0), middle + vec(y=45))
    return shape("art_supplies", parts)


KINDS = (
    Kind("candles", None, candles, 1.2),
    Kind("plants", None, plants, 0.6),
    Kind("wood_carving", None, wood_carving, 0.9),
    Kind("picture", None, picture, 0.8),
    Kind("art_supplies", None, art_supplies, 0.6),
)
