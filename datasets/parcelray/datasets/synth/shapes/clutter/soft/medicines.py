"""Medicines: blister packs, bottles of pills, sachets."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import boxes, cylinder, ellipsoid, lathe, rounded_box
from parcelray.datasets.synth.shapes.clutter.soft.containers import carton, lay, rows_of, screw_cap
from parcelray.datasets.synth.shapes.clutter.soft.forms import chance, heaped, pick, repeated, vec
from parcelray.datasets.synth.shapes.kind import Kind


def _tablet(rng: np.random.Generator, *, flat: bool) -> Part:
    """A round or long tablet, or a capsule."""
    material = pick(rng, "gypsum", "sugar", "flour")
    form = int(rng.integers(3))
    if form == 0:
        r, h = float(rng.uniform(3.5, 6.0)), float(rng.uniform(3, 4.5))
        tablet = lathe(
            [(0.8 * r, -0.5 * h), (r, -0.25 * h), (r, 0.25 * h), (0.8 * r, 0.5 * h)], material=material, sides=12
        )
    else:
        long = float(rng.uniform(6, 10))
        tablet = ellipsoid((long, 0.42 * long, 0.36 * long), material=material, sides=10, rings=6)
    return tablet if flat else move(tablet, turned=turn("x", 90))[0]


def blister_packs(rng: np.random.Generator) -> Shape:
    """Strips of tablets in foil, some cups empty, several in a box with the leaflet."""
    count, pitch = (
        (int(rng.integers(4, 8)), int(rng.integers(2, 4))),
        (float(rng.uniform(14, 21)), float(rng.uniform(13, 19))),
    )
    x, y = count[0] * pitch[0] + 6, count[1] * pitch[1] + 6
    tablet = _tablet(rng, flat=True)
    cup = ellipsoid((0.42 * pitch[0], 0.4 * pitch[1], 4.0), material="pvc", sides=12, rings=6, wall=0.25)
    parts: list[Part] = []
    strips = int(rng.integers(1, 7))
    metal = chance(rng, 0.3)
    for i in range(strips):
        places = rows_of(count, pitch, 2.0)
        kept = places[rng.random(len(places)) < rng.choice([1.0, 0.7])]
        one = [
            boxes((x, y, 0.25), vec(), material="pvc"),
            boxes((x, y, 0.03), vec(z=-0.2), material="aluminium"),
            repeated(cup, places),
        ]
        if metal:
            one.append(boxes((x, y, 0.12), vec(z=0.3), material="aluminium"))
        if len(kept):
            one.append(repeated(tablet, kept))
        around = turn("x", 180.0 * (i % 2)) @ turn("z", rng.normal(0, 1.5))
        parts += move(one, (rng.normal(0, 2), rng.normal(0, 2), 7.0 * i), turned=around)
    if chance(rng, 0.7):
        thick = 7.0 * strips + 6
        middle = vec(z=3.5 * (strips - 1))
        parts.append(boxes((0.7 * x, 0.8 * y, 2.0), middle + vec(z=thick / 2 - 2), material="paper", grain=0.05))
        parts += move(carton((x + 6, y + 6, thick), material="paper", wall=0.4), middle)
    return shape("blister_packs", parts)


def pill_bottle(rng: np.random.Generator) -> Shape:
    """Bottles of tablets or capsules, heaped to a level, with cotton, a drying capsule and a safety cap."""
    parts: list[Part] = []
    for i in range(int(rng.integers(1, 4))):
        radius, height = float(rng.uniform(17, 36)), float(rng.uniform(55, 125))
        one = [
            lathe(
                [
                    (0.9 * radius, 0),
                    (radius, 3),
                    (radius, 0.78 * height),
                    (0.72 * radius, 0.85 * height),
                    (0.72 * radius, height),
                ],
                material="polyethylene",
                sides=26,
                wall=1.4,
            )
        ]
        one += screw_cap(0.78 * radius, 0.2 * height, 0.86 * height, material="polypropylene")
        tablet = _tablet(rng, flat=False)
        number = int(rng.integers(30, 110))
        full = float(rng.uniform(0.3, 0.72)) * height
        places = heaped(rng, number, (1.6 * radius, 1.6 * radius, full), squareness=2.0) + vec(z=0.5 * full + 5)
        one.append(repeated(tablet, places, turned=rng.uniform(0, 360, number), tilted=rng.uniform(0, 90, number)))
        one.append(cylinder(8.0, 14.0, (4, 0, full + 8), material="silicone", sides=12))
        one.append(
            ellipsoid(
                (0.7 * radius, 0.7 * radius, 10), (0, 0, full + 10), material="cotton", sides=10, rings=6, grain=0.12
            )
        )
        parts += move(lay(one), (rng.normal(0, 6), 78.0 * i, 0), turned=turn("z", rng.normal(0, 8)))
    return shape("pill_bottle", parts)


def sachets(rng: np.random.Generator) -> Shape:
    """Sachets of powder or gel or tea bags, in a box or loose."""
    count = int(rng.integers(8, 24))
    x, y = float(rng.uniform(45, 75)), float(rng.uniform(60, 110))
    contents, grain = pick(rng, ("coffee", 0.2), ("sugar", 0.06), ("powder", 0.08), ("water", 0.0))
    fill = rounded_box((0.7 * x, 0.65 * y, 4.0), 0.2 * x, material=contents, grain=grain)
    foil = boxes((x, y, 0.1), vec(), material=pick(rng, "aluminium", "paper", "polyethylene"))
    tidy = chance(rng, 0.6)
    if tidy:
        places = np.array([(rng.normal(0, 1), rng.normal(0, 1), 4.6 * i) for i in range(count)])
        turned = rng.normal(0, 1.5, count)
    else:
        places, turned = heaped(rng, count, (170, 150, 30)), rng.uniform(0, 360, count)
    parts = [repeated(fill, places, turned=turned), repeated(foil, places, turned=turned)]
    parts.append(
        repeated(
            boxes((x, 7.0, 0.4), [(0, s * (y / 2 - 4), 0) for s in (-1, 1)], material="polyethylene"),
            places,
            turned=turned,
        )
    )
    if tidy:
        parts += move(carton((x + 6, y + 6, 4.6 * count + 4)), (0, 0, 2.3 * (count - 1)))
    return shape("sachets", parts)


KINDS = (
    Kind("blister_packs", None, blister_packs, 1.6),
    Kind("pill_bottle", None, pill_bottle, 1.4),
    Kind("sachets", None, sachets, 1.0),
)
