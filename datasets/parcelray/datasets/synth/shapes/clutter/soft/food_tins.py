"""Food in hard packs: tins, jars, chocolate boxes, trays of eggs, cups of noodles, powder in tins."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import wander
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, boxes, cylinder, ellipsoid, lathe, pipe, rounded_box, tube
from parcelray.datasets.synth.shapes.clutter.soft.containers import (
    any_contents,
    can_parts,
    carton,
    filled,
    grains,
    lay,
    rows_of,
    screw_cap,
    tray,
)
from parcelray.datasets.synth.shapes.clutter.soft.forms import chance, pick, repeated, vec
from parcelray.datasets.synth.shapes.kind import Kind


def chocolate_box(rng: np.random.Generator) -> Shape:
    """Chocolates in the compartments of a tray, in one or two layers, filled and solid, foil around some."""
    count = (int(rng.integers(4, 8)), int(rng.integers(3, 6)))
    pitch = (float(rng.uniform(30, 38)), float(rng.uniform(30, 38)))
    x, y = count[0] * pitch[0] + 14, count[1] * pitch[1] + 14
    floors = int(rng.integers(1, 3))
    parts: list[Part] = []
    for floor in range(floors):
        z = 26.0 * floor
        parts += move(tray(count, pitch, 17.0), (0, 0, z))
        places = rows_of(count, pitch, z)
        places = places[rng.random(len(places)) < 0.94]
        sorts = rng.integers(0, 3, len(places))
        round_ = ellipsoid((12.0, 12.0, 8.5), material="chocolate", sides=14, rings=8, grain=0.04)
        square = rounded_box((23.0, 21.0, 13.0), 4.0, material="chocolate", grain=0.04)
        long = ellipsoid((13.5, 8.0, 7.5), material="chocolate", sides=14, rings=8, grain=0.04)
        for sort, piece in enumerate((round_, square, long)):
            if (sorts == sort).any():
                own = places[sorts == sort]
                parts.append(
                    repeated(piece, own, turned=rng.normal(0, 12, len(own)), scale=rng.uniform(0.9, 1.05, len(own)))
                )
        nut = ellipsoid((5.0, 5.0, 4.5), material="wood", sides=8, rings=5)
        parts.append(repeated(nut, places[sorts == 0] if (sorts == 0).any() else places[:1]))
        parts.append(box((x - 6, y - 6, 1.0), (0, 0, z + 11.0), material="paper"))
    parts += move(carton((x, y, 26.0 * floors + 4), wall=2.0), (0, 0, 13.0 * (floors - 1)))
    return shape("chocolate_box", parts)


def chocolate_bars(rng: np.random.Generator) -> Shape:
    """Bars of chocolate with their grid of pieces, in foil and paper, a stack of them."""
    pieces = (int(rng.integers(5, 9)), int(rng.integers(3, 5)))
    pitch, thick = (float(rng.uniform(17, 21)), float(rng.uniform(18, 23))), float(rng.uniform(7, 12))
    x, y = pieces[0] * pitch[0], pieces[1] * pitch[1]
    parts: list[Part] = []
    for i in range(int(rng.integers(1, 6))):
        block = [rounded_box((x, y, 0.55 * thick), 3.0, (0, 0, -0.2 * thick), material="chocolate", grain=0.04)]
        knob = lathe([(11.5, 0.0), (9.5, 0.45 * thick)], material="chocolate", sides=4, grain=0.04)
        block.append(repeated(knob, rows_of(pieces, pitch, 0.05 * thick), turned=45.0))
        block.append(box((x + 3, y + 3, thick + 1), material="aluminium", wall=0.015))
        block += [
            box((x + 4, y + 4, thick + 2), material="paper", wall=0.12),
            boxes((5.0, y, 0.5), [(x / 2 + 4, 0, 0), (-x / 2 - 4, 0, 0)], material="paper"),
        ]
        parts += move(
            block, (rng.normal(0, 6), rng.normal(0, 5), (thick + 2.5) * i), turned=turn("z", rng.normal(0, 4))
        )
    return shape("chocolate_bars", parts)


def biscuit_tin(rng: np.random.Generator) -> Shape:
    """A flat tin of biscuits: rolled rims, paper cups, biscuits standing in rings or lying in stacks."""
    height = float(rng.uniform(42, 75))
    if chance(rng, 0.5):
        radius = float(rng.uniform(85, 120))
        shell = lathe([(0.3, 0), (radius, 0), (radius, height), (0.3, height)], material="steel", sides=40, wall=0.3)
        parts = [
            shell,
            *[
                pipe(radius + 1.3, radius - 0.6, 2.5, (0, 0, z), material="steel", sides=36)
                for z in (1, 0.7 * height, height)
            ],
        ]
        places = np.array(
            [
                (r * np.cos(a), r * np.sin(a), 0.0)
                for r, n in ((0.35, 5), (0.76, 12))
                for a in np.arange(n) * 2 * np.pi / n
            ]
        )
        places *= [radius, radius, 1]
    else:
        x, y = float(rng.uniform(150, 240)), float(rng.uniform(120, 190))
        parts = [rounded_box((x, y, height), 14.0, (0, 0, height / 2), material="steel", wall=0.3)]
        parts.append(rounded_box((x + 2, y + 2, 18.0), 15.0, (0, 0, height - 8), material="steel", wall=0.3))
        places = rows_of((max(2, int(x / 58)), max(2, int(y / 58))), (56.0, 56.0))
    thick = float(rng.uniform(7, 11))
    biscuit = cylinder(24.0, 0.85 * thick, material="flour", sides=14, grain=0.12)
    cup = lathe([(22.0, 2.0), (27.0, 0.8 * height)], material="paper", sides=20, wall=0.15)
    parts.append(repeated(cup, places))
    for level in np.arange(thick, 0.82 * height, thick):
        jitter = rng.normal(0, 1.6, places.shape) * [1, 1, 0] + vec(z=level)
        parts.append(repeated(biscuit, places + jitter, tilted=rng.normal(0, 4, len(places))))
    if chance(rng, 0.5):
        crystals = rng.uniform(-2, 2, (len(places), 3)) + places + vec(z=0.8 * height)
        parts.append(repeated(ellipsoid((9, 9, 3), material="sugar", sides=10, rings=5), crystals))
    return shape("biscuit_tin", parts)


def food_can(rng: np.random.Generator) -> Shape:
    """Tins of food, beaded, one to four of them; flat ones of fish; lumps in the sauce."""
    radius, height = pick(rng, (37.0, 110.0), (42.5, 109.0), (50.0, 118.0), (37.0, 58.0), (42.0, 40.0))
    contents, grain = any_contents(rng)
    parts: list[Part] = []
    for i in range(int(rng.choice([1, 1, 2, 3, 4]))):
        one = can_parts(rng, radius, height, material="steel", contents=contents, grain=grain)
        lumps = ellipsoid((10.0, 8.0, 7.0), material=pick(rng, "meat", "fruit"), sides=8, rings=5)
        one.append(grains(rng, 9, (1.2 * radius, 1.2 * radius, 0.6 * height), lumps))
        parts += move(one, (2.08 * radius * (i % 2), 2.08 * radius * (i // 2), 0))
    return shape("food_can", lay(parts) if chance(rng, 0.5) and height > 80 else parts)


def glass_jar(rng: np.random.Generator) -> Shape:
    """Jam, honey, pickles, sauce: jar with a thick foot, lid of tin plate, contents with pieces or without."""
    radius, height = float(rng.uniform(27, 46)), float(rng.uniform(65, 150))
    wall, mouth = pick(rng, 2.5, 3.0), float(rng.uniform(0.72, 0.88))
    profile = np.array(
        [
            (0.85 * radius, 0),
            (radius, 4),
            (radius, 0.76 * height),
            (mouth * radius, 0.88 * height),
            (mouth * radius, height),
        ]
    )
    parts = [
        lathe(profile, material="glass", sides=30, wall=wall),
        cylinder(0.88 * radius, 5.0, (0, 0, 3), material="glass"),
    ]
    contents, grain = pick(
        rng, ("sugar", 0.04), ("sugar", 0.08), ("oil", 0.0), ("water", 0.02), ("coffee", 0.15), ("cosmetic", 0.0)
    )
    lying = chance(rng, 0.5)
    parts += filled(profile[:4], rng.uniform(0.6, 1.0), inset=wall + 0.2, material=contents, lying=lying, grain=grain)
    if chance(rng, 0.5):
        piece = ellipsoid(pick(rng, (8, 8, 8), (6, 6, 22), (5, 9, 5)), material="fruit", sides=9, rings=6)
        parts.append(
            grains(rng, 22, (1.35 * radius, 1.35 * radius, 0.6 * height), piece)
            if lying
            else move(grains(rng, 22, (1.35 * radius, 1.35 * radius, 0.6 * height), piece), (0, 0, 0.4 * height))[0]
        )
    rim = mouth * radius + 2.0
    lid = [(0.3, height + 1), (0.8 * rim, height + 1), (rim, height), (rim, height - 13), (rim + 1.0, height - 14)]
    parts.append(lathe(lid, material="steel", sides=30, wall=0.25))
    parts.append(pipe(rim - 0.5, rim - 5.0, 1.2, (0, 0, height - 0.5), material="pvc"))
    return shape("glass_jar", lay(parts) if lying else parts)


def tea_tin(rng: np.random.Generator) -> Shape:
    """A caddy of tea or coffee: tin plate or composite, inner lid, foil bag, leaves."""
    height = float(rng.uniform(90, 150))
    contents = grains(rng, 220, (60, 60, 0.75 * height), boxes((7.0, 1.4, 1.4), vec(), material="coffee"))
    bulk, grain = pick(rng, ("coffee", 0.2), ("coffee", 0.12))
    if chance(rng, 0.5):
        radius = float(rng.uniform(36, 50))
        parts = can_parts(rng, radius, height, material="steel", contents=bulk, grain=grain)
        parts.append(cylinder(radius + 1.5, 16.0, (0, 0, height / 2 - 4), material="polyethylene", wall=1.2))
    else:
        x, y = float(rng.uniform(65, 95)), float(rng.uniform(65, 85))
        parts = [
            rounded_box((x, y, height), 6.0, material="steel", wall=0.25),
            rounded_box((x + 1, y + 1, 24), 6.0, (0, 0, height / 2 - 10), material="steel", wall=0.25),
        ]
        parts.append(rounded_box((x - 8, y - 8, 0.75 * height), 8.0, (0, 0, -0.1 * height), material=bulk, grain=grain))
        parts.append(
            rounded_box((x - 6, y - 6, 0.9 * height), 8.0, (0, 0, -0.03 * height), material="aluminium", wall=0.03)
        )
        parts += [pipe(16.0, 14.0, 3.0, (0, 0, height / 2 - 18), material="steel")]
    return shape("tea_tin", lay([*parts, contents]) if chance(rng, 0.6) else [*parts, contents])


def milk_powder_tin(rng: np.random.Generator) -> Shape:
    """A big tin of baby milk: beaded wall, powder with a sloping top, foil seal, scoop, plastic lid."""
    radius, height = float(rng.uniform(48, 66)), float(rng.uniform(120, 190))
    parts = can_parts(rng, radius, height, material="steel", contents="flour", grain=0.06)
    parts.append(cylinder(radius + 2.0, 20.0, (0, 0, height / 2 + 4), material="polyethylene", wall=1.4))
    parts.append(cylinder(radius - 2.0, 0.1, (0, 0, height / 2 - 4), material="aluminium"))
    scoop = [
        lathe([(11.0, 0.0), (14.0, 26.0)], material="polypropylene", sides=18, wall=1.2),
        boxes((52.0, 9.0, 1.6), vec(36.0, 0, 26.0), material="polypropylene"),
    ]
    parts += move(scoop, (-20, 0, 0.28 * height), turned=turn("x", rng.uniform(-60, 60)))
    return shape("milk_powder_tin", lay(parts) if chance(rng, 0.6) else parts)


def egg_tray(rng: np.random.Generator) -> Shape:
    """Eggs in a box of pulp: shells, whites with an air cell, yolks, cups of the tray."""
    count = pick(rng, (5, 2), (3, 2), (6, 5))
    pitch = (46.0, 46.0)
    places = rows_of(count, pitch)
    places = places[rng.random(len(places)) < 0.92] + rng.normal(0, 1.0, 3) * [1, 1, 0]
    egg = lathe(
        [(0.5, -27), (13, -23), (20, -12), (22, 0), (19, 13), (12, 23), (0.5, 29)],
        material="ceramic",
        sides=18,
        wall=0.35,
    )
    white = lathe(
        [(0.5, -26), (12.5, -22.5), (19.5, -12), (21.4, 0), (18.5, 13), (11.5, 21), (0.5, 22)],
        material="water",
        sides=18,
    )
    yolk = ellipsoid((4.0, 4.0, 4.0), material="oil", sides=10, rings=6)
    turned = rng.uniform(0, 360, len(places))
    tilt = rng.normal(0, 8, len(places))
    parts = [repeated(p, places, turned=turned, tilted=tilt, scale=1.0) for p in (egg, white, yolk)]
    cup = lathe([(9.0, -30), (15.0, -28), (22.5, -2)], material="cardboard", sides=14, wall=2.6, grain=0.2)
    parts.append(repeated(cup, rows_of(count, pitch)))
    size = (46.0 * count[0] + 10, 46.0 * count[1] + 10, 66.0)
    if count[0] < 6:
        parts.append(rounded_box(size, 12.0, material="cardboard", wall=2.2, grain=0.2))
    return shape("egg_tray", parts)


def instant_noodles(rng: np.random.Generator) -> Shape:
    """A block of wavy noodles in a bag or a foam cup, with sachets of powder and oil."""
    x, y, z = float(rng.uniform(95, 125)), float(rng.uniform(90, 115)), float(rng.uniform(22, 32))
    parts: list[Part] = []
    for level in np.linspace(-0.38, 0.38, 5) * z:
        for row in np.linspace(-0.45, 0.45, 9) * y:
            t = np.linspace(-0.47, 0.47, 44) * x
            wave = np.stack([t, row + 4.5 * np.sin(t / 2.4 + rng.uniform(0, 6)), level + 1.5 * np.cos(t / 3.0)], -1)
            parts.append(tube(wave, 1.1, material="pmma", sides=4))
    parts.append(rounded_box((x, y, z), 8.0, material="flour", grain=0.15))
    for _ in range(int(rng.integers(1, 4))):
        at = vec(rng.uniform(-0.2, 0.2) * x, rng.uniform(-0.2, 0.2) * y, 0.6 * z)
        sachet = [
            boxes((58.0, 42.0, 0.3), vec(), material="aluminium"),
            rounded_box((42, 28, 5.0), 8.0, material=pick(rng, "salt", "oil", "powder"), grain=0.1),
        ]
        parts += move(sachet, at, turned=turn("z", rng.uniform(0, 90)))
    if chance(rng, 0.5):
        parts.append(box((x + 20, y + 12, z + 8), material="polypropylene", wall=0.1))
    else:
        parts += [
            lathe([(40, -45), (56, 45)], material="foam", sides=26, wall=3.0),
            cylinder(58, 0.3, (0, 0, 45), material="paper"),
        ]
        parts.append(tube(wander(rng, 5, (70, 70, 20), 30), 1.2, material="pmma", sides=4))
    return shape("instant_noodles", parts)


def bottle_of_sauce(rng: np.random.Generator) -> Shape:
    """A squeezing bottle or a small flask of sauce, vinegar, syrup, honey."""
    radius, height = float(rng.uniform(22, 36)), float(rng.uniform(110, 200))
    profile = np.array(
        [
            (0.85 * radius, 0),
            (radius, 6),
            (0.9 * radius, 0.4 * height),
            (radius, 0.7 * height),
            (0.5 * radius, 0.86 * height),
            (12.0, 0.9 * height),
            (12.0, height),
        ]
    )
    glassy = chance(rng, 0.4)
    wall = 2.5 if glassy else 1.0
    parts = [lathe(profile, material="glass" if glassy else "polyethylene", sides=26, wall=wall)]
    parts += filled(
        profile, rng.uniform(0.4, 1.0), inset=wall, material=pick(rng, "sugar", "water", "oil"), lying=True, grain=0.02
    )
    parts += screw_cap(14.0, 22.0, height - 12.0, material="polypropylene")
    parts.append(lathe([(13.0, height + 10), (4.0, height + 30)], material="polypropylene", sides=16, wall=1.4))
    squeezed = move(lay(parts), scale=(1.0, 1.0, 1.0 if glassy else 0.75))
    return shape("bottle_of_sauce", squeezed)


KINDS = (
    Kind("chocolate_box", None, chocolate_box, 1.5),
    Kind("chocolate_bars", None, chocolate_bars, 1.5),
    Kind("biscuit_tin", None, biscuit_tin, 1.2),
    Kind("food_can", None, food_can, 2.0),
    Kind("glass_jar", None, glass_jar, 1.8),
    Kind("tea_tin", None, tea_tin, 1.0),
    Kind("milk_powder_tin", None, milk_powder_tin, 1.0),
    Kind("egg_tray", None, egg_tray, 0.4),
    Kind("instant_noodles", None, instant_noodles, 0.8),
    Kind("bottle_of_sauce", None, bottle_of_sauce, 1.0),
)
