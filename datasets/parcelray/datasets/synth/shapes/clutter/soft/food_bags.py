"""Food in bags: sweets, rice, sugar, flour, coffee, nuts, pet food."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import Surface, folds
from parcelray.datasets.synth.geometry.placing import hollow, move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import boxes, ellipsoid, lathe
from parcelray.datasets.synth.shapes.clutter.soft.containers import carton, grains, loose_film, pouch
from parcelray.datasets.synth.shapes.clutter.soft.forms import (
    chance,
    cushion,
    heaped,
    pick,
    repeated,
    vec,
    wavering,
)
from parcelray.datasets.synth.shapes.kind import Kind


def _slope(rng: np.random.Generator, width: float) -> Surface:
    """A bag that is fuller on one side than on the other."""
    steep = float(rng.uniform(-0.15, 0.15)) / width
    return lambda x, _: steep * x


def sweets(rng: np.random.Generator) -> Shape:
    """A bag of wrapped sweets or jellies, each with the twisted ends of its wrapper."""
    extent = (float(rng.uniform(110, 190)), float(rng.uniform(100, 160)), float(rng.uniform(25, 48)))
    count = int(rng.integers(35, 80))
    places = heaped(rng, count, (0.92 * extent[0], 0.92 * extent[1], extent[2] - 12))
    turned, tilted = rng.uniform(0, 360, count), rng.normal(0, 30, count)
    radii = pick(rng, (11.0, 7.0, 6.5), (9.0, 9.0, 8.0), (13.0, 6.0, 6.0))
    candy = ellipsoid(radii, material=pick(rng, "sugar", "chocolate", "organic_bulk"), sides=10, rings=6)
    twist = lathe(
        [(7.0, -22.0), (1.5, -12.0), (6.5, -9.0), (6.5, 9.0), (1.5, 12.0), (7.0, 22.0)],
        material="polypropylene",
        axis="x",
        sides=7,
        wall=0.06,
    )
    parts = [
        repeated(candy, places, turned=turned, tilted=tilted),
        repeated(twist, places, turned=turned, tilted=tilted),
    ]
    return shape("sweets", [*parts, *loose_film(rng, extent)])


def rice_bag(rng: np.random.Generator) -> Shape:
    """A bag of rice, lentils, beans: a flat cushion of grains."""
    extent = (float(rng.uniform(100, 210)), float(rng.uniform(140, 280)), float(rng.uniform(28, 60)))
    parts = pouch(rng, extent, contents="flour", grain=pick(rng, 0.1, 0.14))
    kernel = ellipsoid(pick(rng, (4.0, 1.6, 1.6), (4.5, 3.2, 3.0)), material="flour", sides=6, rings=4)
    parts.append(grains(rng, 130, (0.85 * extent[0], 0.85 * extent[1], 0.5 * extent[2]), kernel))
    return shape("rice_bag", parts)


def sugar_flour(rng: np.random.Generator) -> Shape:
    """A paper bag of sugar, flour or salt, block-shaped with folded ends; one or two."""
    parts: list[Part] = []
    for i in range(int(rng.integers(1, 3))):
        x, y, z = float(rng.uniform(85, 110)), float(rng.uniform(140, 190)), float(rng.uniform(55, 75))
        contents, grain = pick(rng, ("sugar", 0.05), ("flour", 0.05), ("flour", 0.08), ("salt", 0.05))
        body = wavering(rng, (x, y), squareness=8.0, amount=0.006, points=48)
        bag = [cushion(body, z, material=contents, grain=grain, rim=14.0, relief=_slope(rng, x))]
        bag.append(cushion(1.015 * body, z + 1.5, material="paper", wall=0.25, rim=14.0))
        bag.append(
            boxes((x, 20.0, 1.0), [(0, s * 0.47 * y, k) for s in (-1, 1) for k in (-6.0, 0.0, 6.0)], material="paper")
        )
        parts += move(bag, (i * (x + 6), rng.normal(0, 8), 0), turned=turn("z", rng.normal(0, 5)))
    return shape("sugar_flour", parts)


def coffee_bag(rng: np.random.Generator) -> Shape:
    """A vacuum brick or a valve bag of coffee, in aluminised film."""
    x, y, z = float(rng.uniform(80, 110)), float(rng.uniform(130, 210)), float(rng.uniform(50, 75))
    body = wavering(rng, (x, y), squareness=6.0, amount=0.012)
    whole = chance(rng, 0.5)
    parts = [
        cushion(body, z, material="coffee", grain=0.12, rim=12.0),
        cushion(1.02 * body, z + 1, material="aluminium", wall=0.02, rim=12.0),
    ]
    parts.append(
        cushion(1.02 * body, z + 1, material="polyethylene", wall=0.12, rim=12.0, surface=folds(rng, 1.5, 20.0))
    )
    if whole:
        bean = ellipsoid((5.0, 3.6, 2.6), material="coffee", sides=6, rings=4)
        parts.append(grains(rng, 200, (0.9 * x, 0.92 * y, 0.85 * z), bean))
        parts.append(
            hollow(
                grains(
                    rng,
                    200,
                    (0.85 * x, 0.88 * y, 0.8 * z),
                    ellipsoid((4, 3, 3), material="coffee", sides=6, rings=4, grain=0.12),
                )
            )
        )
    parts.append(boxes((x, 15.0, 1.4), [(0, s * (0.5 * y + 6.0), 0) for s in (-1, 1)], material="polyethylene"))
    parts.append(lathe([(9.0, -1.0), (9.0, 1.0)], (0, 0.3 * y, z / 2), material="polyethylene", sides=14))
    if chance(rng, 0.4):
        parts.append(boxes((x + 8, 5.0, 0.8), vec(y=0.5 * y + 8, z=2), material="tin"))
    return shape("coffee_bag", parts)


def nuts(rng: np.random.Generator) -> Shape:
    """Nuts or dried fruit or seeds in a bag: shells with kernels inside, or kernels alone."""
    extent = (float(rng.uniform(100, 190)), float(rng.uniform(110, 210)), float(rng.uniform(28, 55)))
    small = chance(rng, 0.6)
    count = int(rng.integers(150, 260)) if small else int(rng.integers(30, 55))
    size = float(rng.uniform(4.5, 7.0)) if small else float(rng.uniform(14, 18))
    places = heaped(rng, count, (0.92 * extent[0], 0.92 * extent[1], extent[2] - size))
    kernel = ellipsoid(
        (1.3 * size * 0.8, 0.8 * size, 0.7 * size),
        material=pick(rng, "organic_bulk", "fruit"),
        sides=8,
        rings=6,
        grain=0.05,
    )
    turned, tilted = rng.uniform(0, 360, count), rng.normal(0, 50, count)
    parts = [repeated(kernel, places, turned=turned, tilted=tilted, scale=rng.uniform(0.8, 1.1, count))]
    if not small:
        shell = ellipsoid((1.2 * size, 1.05 * size, 1.05 * size), material="wood", sides=12, rings=8, wall=2.2)
        parts.append(repeated(shell, places, turned=turned, tilted=tilted))
    return shape("nuts", [*parts, *loose_film(rng, extent)])


def pet_food(rng: np.random.Generator) -> Shape:
    """A bag of dry pet food, or flat pouches of wet food in a box."""
    if chance(rng, 0.5):
        extent = (float(rng.uniform(150, 250)), float(rng.uniform(180, 300)), float(rng.uniform(40, 75)))
        kibble = lathe([(4.0, -2.5), (6.5, -2.0), (6.5, 2.0), (4.0, 2.5)], material="organic_bulk", sides=7)
        parts = [grains(rng, 420, (0.9 * extent[0], 0.9 * extent[1], extent[2] - 8), kibble, tilt=60.0)]
        parts += pouch(rng, extent, contents="coffee", grain=0.14, film="polypropylene")
        return shape("pet_food", parts)
    parts = []
    count = int(rng.integers(6, 13))
    for i in range(count):
        outline = wavering(rng, (88, 118), squareness=5.0)
        one = [
            cushion(outline, 16.0, material="meat", grain=0.08, rim=16.0),
            boxes((95.0, 135.0, 0.25), vec(), material="aluminium"),
        ]
        parts += move(one, (rng.normal(0, 2), rng.normal(0, 2), 12.0 * i), turned=turn("z", 180.0 * (i % 2)))
    parts += move(carton((104.0, 142.0, 12.0 * count + 8)), (0, 0, 6.0 * (count - 1)))
    return shape("pet_food", parts)


KINDS = (
    Kind("sweets", None, sweets, 1.4),
    Kind("rice_bag", None, rice_bag, 1.2),
    Kind("sugar_flour", None, sugar_flour, 1.0),
    Kind("coffee_bag", None, coffee_bag, 1.3),
    Kind("nuts", None, nuts, 1.0),
    Kind("pet_food", None, pet_food, 0.8),
)
