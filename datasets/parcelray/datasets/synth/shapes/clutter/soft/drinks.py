"""Drinks: plastic and glass bottles, cans, cartons."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, boxes, cylinder, lathe, tube
from parcelray.datasets.synth.shapes.clutter.soft.containers import can_parts, filled, lay, screw_cap
from parcelray.datasets.synth.shapes.clutter.soft.forms import chance, pick, vec
from parcelray.datasets.synth.shapes.kind import Kind


def pet_bottle(rng: np.random.Generator) -> Shape:
    """A plastic bottle of water or lemonade: ribs or waist, petaloid foot, neck ring, cap, any level."""
    radius, height = float(rng.uniform(27, 46)), float(rng.uniform(170, 320))
    neck = float(rng.uniform(11, 14))
    levels = np.linspace(0.03, 0.68, 34)
    ribs = rng.uniform(0.8, 2.2) * (np.sin(levels * height / rng.uniform(2.6, 4.5)) > 0.2)
    waist = rng.uniform(0.0, 0.13) * np.exp(-(((levels - 0.36) / 0.09) ** 2))
    body = np.stack([radius * (1.0 - waist) - ribs, levels * height], -1)
    shoulder = [
        (0.92 * radius, 0.72),
        (0.75 * radius, 0.79),
        (0.5 * radius, 0.86),
        (neck + 1.0, 0.91),
        (neck, 0.93),
        (neck, 1.0),
    ]
    profile = np.vstack(
        [[(0.65 * radius, 0.0), (0.9 * radius, 0.012 * height)], body, [(r, z * height) for r, z in shoulder]]
    )
    wall = pick(rng, 0.3, 0.4, 0.5)
    parts = [lathe(profile, material="pet", sides=28, wall=wall)]
    contents = pick(rng, "water", "water", "water", "sugar", "oil")
    level = float(rng.uniform(0.35, 1.0)) if chance(rng, 0.85) else 0.0
    if level > 0.0:
        parts += filled(profile, level, inset=wall + 0.3, material=contents, lying=chance(rng, 0.7))
    parts.append(cylinder(neck + 3.5, 2.2, (0, 0, 0.94 * height), material="pet"))
    parts += screw_cap(neck + 2.2, 14.0, 0.955 * height, material="polyethylene")
    petals = [
        (0.6 * radius * np.cos(a), 0.6 * radius * np.sin(a), 3.0) for a in np.linspace(0, 2 * np.pi, 5, endpoint=False)
    ]
    parts.append(boxes((9.0, 9.0, 5.0), petals, material="pet", turned=np.linspace(0, 288, 5)))
    return shape("pet_bottle", lay(parts))


def glass_bottle(rng: np.random.Generator) -> Shape:
    """Wine, beer, spirits, oil: thick foot with a punt, long or short neck, cork or crown or screw cap."""
    radius, height = float(rng.uniform(30, 42)), float(rng.uniform(185, 320))
    neck, wall = float(rng.uniform(12, 15)), pick(rng, 2.5, 3.0, 3.5)
    top = float(rng.uniform(0.55, 0.68))
    slope = float(rng.uniform(0.06, 0.16))
    shoulder = [
        (0.97 * radius, top + 0.02),
        (0.75 * radius, top + 0.5 * slope),
        (neck + 2.0, top + slope),
        (neck, 0.95),
        (neck, 1.0),
    ]
    profile = np.array([(0.9 * radius, 0.0), (radius, 4.0), *[(r, z * height) for r, z in [(radius, top), *shoulder]]])
    parts = [lathe(profile, material="glass", sides=30, wall=wall)]
    parts.append(
        lathe(
            [(0.93 * radius, 0.5), (0.95 * radius, 6.0), (0.5 * radius, 9.0), (2.0, 22.0)],
            material="glass",
            sides=24,
            wall=4.0,
        )
    )
    parts += filled(
        profile,
        rng.uniform(0.4, 1.0),
        inset=wall,
        material=pick(rng, "water", "ethanol", "oil", "water"),
        lying=chance(rng, 0.7),
    )
    parts.append(
        lathe([(neck + 2.5, 0.955 * height), (neck + 3.0, 0.985 * height)], material="glass", sides=24, wall=3.0)
    )
    closing = int(rng.integers(3))
    if closing == 0:
        parts.append(cylinder(9.5, 44.0, (0, 0, height - 24.0), material="cork", grain=0.15))
        parts.append(
            lathe(
                [(neck + 1.5, 0.84 * height), (neck + 1.5, height)],
                material=pick(rng, "tin", "aluminium"),
                sides=22,
                wall=0.15,
            )
        )
    elif closing == 1:
        parts.append(
            lathe(
                [(neck + 2.5, height - 5), (neck + 1.0, height + 1), (0.5, height + 1)],
                material="steel",
                sides=21,
                wall=0.25,
            )
        )
    else:
        parts += screw_cap(neck + 1.5, 22.0, height - 20.0, material="aluminium", ribs=False)
    return shape("glass_bottle", lay(parts))


def drink_can(rng: np.random.Generator) -> Shape:
    """One to six cans of a drink, in plastic rings or shrink film."""
    radius, height = pick(rng, (33.0, 115.0), (26.5, 135.0), (33.0, 168.0), (33.0, 88.0))
    columns, rows = pick(rng, (1, 1), (1, 1), (2, 1), (2, 2), (3, 2))
    parts: list[Part] = []
    for i in range(columns):
        for j in range(rows):
            one = can_parts(
                rng, radius, height, material="aluminium", contents=pick(rng, "water", "water", "sugar"), grain=0.0
            )
            cone = [(0.78 * radius, -0.5 * height), (radius, -0.44 * height)]
            one.append(lathe(cone, material="aluminium", sides=26, wall=0.3))
            parts += move(one, (2.05 * radius * i, 2.05 * radius * j, 0), turned=turn("z", rng.uniform(0, 360)))
    if columns * rows > 1:
        middle = vec(1.025 * radius * (columns - 1), 1.025 * radius * (rows - 1))
        size = (2.1 * radius * columns, 2.1 * radius * rows, height + 2)
        parts.append(box(size, middle, material=pick(rng, "polyethylene", "cardboard"), wall=pick(rng, 0.2, 0.6)))
    return shape("drink_can", lay(parts) if chance(rng, 0.6) else parts)


def juice_carton(rng: np.random.Generator) -> Shape:
    """Milk or juice in a laminated carton: foil inside, folded ends, cap or straw."""
    x, y, z = pick(rng, (70.0, 70.0, 200.0), (95.0, 63.0, 165.0), (48.0, 38.0, 118.0), (60.0, 90.0, 240.0))
    full = float(rng.uniform(0.8, 0.97))
    parts = [
        box((x, y, z), material="paper", wall=0.45),
        box((x - 0.6, y - 0.6, z - 0.6), material="aluminium", wall=0.02),
    ]
    parts.append(
        box((x - 1.2, y - 1.2, full * z), (0, 0, -(1 - full) * z / 2), material=pick(rng, "water", "water", "fruit"))
    )
    parts.append(
        boxes((x, 0.5 * y, 0.9), [(0, s * 0.2 * y, k * z / 2) for s in (-1, 1) for k in (-1, 1)], material="paper")
    )
    parts.append(boxes((x, 1.8, 10.0), [(0, 0, z / 2 + 5), (0, 0, -z / 2)], material="paper"))
    if x > 50:
        parts += move(screw_cap(13.0, 11.0, 0.0, material="polyethylene"), (0.18 * x, 0.2 * y, z / 2))
    else:
        straw = [(x / 2 + 2, 0.35 * y, -0.4 * z), (x / 2 + 2, 0.2 * y, 0.0), (x / 2 + 2, -0.3 * y, 0.45 * z)]
        parts.append(tube(straw, 2.2, material="polypropylene", wall=0.2, sides=8))
    return shape("juice_carton", lay(parts))


KINDS = (
    Kind("pet_bottle", None, pet_bottle, 3.5),
    Kind("glass_bottle", None, glass_bottle, 2.0),
    Kind("drink_can", None, drink_can, 2.0),
    Kind("juice_carton", None, juice_carton, 0.8),
)
