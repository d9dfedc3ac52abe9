"""Household textiles and care: towel, blanket, pillow, sleeping bag, diapers, bandages, yarn, rope."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import folds
from parcelray.datasets.synth.geometry.placing import any_turn, move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import boxes, cylinder, pipe, tube
from parcelray.datasets.synth.shapes.clutter.soft.cloth import (
    Fabric,
    creases,
    fabric,
    label,
    layers,
    line,
    seam,
    zip_fastener,
)
from parcelray.datasets.synth.shapes.clutter.soft.forms import chance, cushion, oblong, pick, repeated, vec, wavering
from parcelray.datasets.synth.shapes.kind import Kind


def towel(rng: np.random.Generator) -> Shape:
    """A towel folded or rolled: pile with a strong grain, woven borders, hems."""
    width, depth, thick = float(rng.uniform(180, 320)), float(rng.uniform(220, 380)), float(rng.uniform(28, 65))
    cloth = Fabric("cotton", 0.12)
    parts = layers(rng, cloth, (width, depth), thick, int(rng.integers(3, 6)), squareness=7.0, spread=0.03)
    for y in (-0.44, -0.4, 0.4, 0.44):
        path = line((-0.47 * width, y * depth), (0.47 * width, y * depth), rng.uniform(-0.4, 0.4) * thick)
        parts += seam(path, gap=6.0, thick=1.8)
    parts.append(
        boxes((0.92 * width, 36.0, 3.0), vec(y=-0.34 * depth, z=0.5 * thick), material="polyester", grain=0.08)
    )
    parts.append(creases(rng, cloth, 30, (width, depth, thick), length=(30, 130), width=(5, 16), depth=(6, 20)))
    return shape("towel", [*parts, *label(rng, (0.3 * width, 0.4 * depth, 0))], soft=True)


def blanket(rng: np.random.Generator) -> Shape:
    """A blanket folded many times: thick, coarse, with a bound edge or fringes."""
    width, depth, thick = float(rng.uniform(290, 430)), float(rng.uniform(250, 360)), float(rng.uniform(60, 110))
    cloth = fabric(rng, "wool", "polyester", "cotton")
    parts = layers(rng, cloth, (width, depth), thick, 3, squareness=5.5, spread=0.03, amount=0.015)
    for i in range(4):
        z = (i - 1.5) * thick / 4.0
        edge = wavering(rng, (0.97 * width, 0.97 * depth), squareness=6.0, amount=0.008)[2:40]
        parts += seam(np.column_stack([edge, np.full(len(edge), z)]), gap=14.0, thick=1.8)
    parts.append(creases(rng, cloth, 45, (width, depth, thick), length=(40, 190), width=(8, 24), depth=(10, 36)))
    return shape("blanket", [*parts, *label(rng, (0.35 * width, 0.35 * depth, 0))], soft=True)


def pillow(rng: np.random.Generator) -> Shape:
    """A pillow or cushion squeezed into a parcel: filling with lumps, piped seam, zip."""
    width, depth, thick = float(rng.uniform(260, 420)), float(rng.uniform(220, 340)), float(rng.uniform(60, 120))
    outline = wavering(rng, (width, depth), squareness=3.6, amount=0.02)
    lumps = folds(rng, 0.3, 110.0)
    filling = pick(rng, "cork", "wool", "foam")
    parts = [cushion(outline, thick, material=filling, grain=0.14, rim=0.4 * depth, relief=lumps)]
    parts.append(
        cushion(1.01 * outline, thick + 2, material="cotton", wall=1.6, grain=0.09, rim=0.4 * depth, relief=lumps)
    )
    rim = np.vstack([outline, outline[:1]]) * 1.02
    parts.append(tube(np.column_stack([rim, np.zeros(len(rim))]), 3.0, material="polyester", sides=6, grain=0.09))
    parts += seam(np.column_stack([0.98 * rim, np.zeros(len(rim))]), gap=0.0)
    parts += zip_fastener(rng, line((-0.35 * width, -0.46 * depth), (0.35 * width, -0.46 * depth), 0.0, 12), fine=True)
    cloth = Fabric("cotton", 0.09)
    parts.append(creases(rng, cloth, 50, (width, depth, thick), length=(20, 110), width=(3, 12), depth=(5, 24)))
    return shape("pillow", parts, soft=True)


def sleeping_bag(rng: np.random.Generator) -> Shape:
    """A sleeping bag rolled into its sack: a spiral of padding with a long zip inside, straps, buckles."""
    long, radius = float(rng.uniform(230, 380)), float(rng.uniform(55, 85))
    cloth = Fabric("polyester", 0.1)
    t = np.linspace(-0.5, 0.5, 14)
    girth = radius * np.clip(1.0 - np.abs(2 * t) ** 9, 0.35, 1.0)
    way = np.column_stack([t * long, np.zeros(14), np.zeros(14)])
    parts = [
        tube(way, 0.94 * girth, material="cork", sides=22, grain=0.14),
        tube(way, girth, material="nylon", sides=22, wall=0.6),
    ]
    turns = np.linspace(0.0, 2.0 * np.pi * 5, 110)
    reach = radius * (0.15 + 0.75 * turns / turns[-1])
    for end in (-0.42, 0.42):
        path = np.column_stack([np.full(110, end * long), reach * np.cos(turns), reach * np.sin(turns)])
        parts.append(tube(path, 1.8, material="polyester", sides=4, grain=0.1))
    spiral = np.column_stack([0.3 * long + 4 * np.sin(turns), reach * np.cos(turns), reach * np.sin(turns)])
    parts.append(boxes((3.4, 2.2, 2.2), spiral[::2], material="nylon"))
    parts.append(boxes((10, 12, 6), spiral[-4], material="zinc"))
    for x in (-0.25, 0.25):
        a = np.linspace(0, 2 * np.pi, 30)
        strap = np.column_stack([np.full(30, x * long), 1.04 * radius * np.cos(a), 1.04 * radius * np.sin(a)])
        parts.append(tube(strap, 2.4, material="nylon", sides=5))
        parts += move(
            boxes(
                [(34, 4, 5), (34, 4, 5), (5, 22, 5), (5, 22, 5)],
                [(0, -11, 0), (0, 11, 0), (-15, 0, 0), (15, 0, 0)],
                material="nylon",
            ),
            (x * long, 0, radius),
        )
    folded = creases(
        rng,
        cloth,
        110,
        (0.95 * long, 1.8 * radius, radius),
        length=(25, 110),
        width=(4, 14),
        depth=(6, 26),
        direction=90.0,
    )
    return shape("sleeping_bag", [*parts, folded], soft=True)


def diapers(rng: np.random.Generator) -> Shape:
    """A pack of diapers or pads: folded cores of pulp with grains, in a row, in film."""
    count = int(rng.integers(6, 15))
    x, y, z = float(rng.uniform(95, 130)), float(rng.uniform(14, 22)), float(rng.uniform(90, 150))
    parts: list[Part] = []
    places = np.array([(rng.normal(0, 2), i * y, rng.normal(0, 2)) for i in range(count)])
    parts.append(boxes((x, 0.8 * y, z), places, material="cotton", grain=0.14))
    parts.append(boxes((0.6 * x, 0.4 * y, 0.8 * z), places, material="cotton", grain=0.14))
    parts.append(
        boxes((0.7, 0.9 * y, z), np.vstack([places + vec(s * 0.42 * x) for s in (-1, 1)]), material="silicone")
    )
    parts.append(boxes((24.0, 0.9, 30.0), places + vec(0.2 * x, 0.45 * y, 0.3 * z), material="polypropylene"))
    bag = oblong(x + 12, y * count + 14)
    parts.append(cushion(bag, z + 14, (0, y * (count - 1) / 2, 0), material="polyethylene", wall=0.25, rim=10.0))
    return shape("diapers", move(parts, turned=turn("y", 90)) if chance(rng, 0.4) else parts, soft=True)


def bandages(rng: np.random.Generator) -> Shape:
    """Rolls of bandage and plaster, compresses in sachets, metal clips; a first-aid pouch around them."""
    parts: list[Part] = []
    for i in range(int(rng.integers(3, 8))):
        radius, wide = float(rng.uniform(14, 30)), pick(rng, 40.0, 60.0, 80.0)
        roll = [pipe(radius, 4.0, wide, material="cotton", sides=24)]
        roll += [pipe(k * radius, k * radius - 0.8, wide, material="polyester", sides=22) for k in (0.4, 0.6, 0.8)]
        roll.append(cylinder(radius + 1, wide + 2, material="polypropylene", wall=0.15))
        place = vec(62.0 * (i % 3), 66.0 * (i // 3), rng.normal(0, 3))
        parts += move(roll, place, turned=turn("z", rng.uniform(0, 360)) @ turn("x", pick(rng, 0.0, 90.0)))
    for _ in range(5):
        flat = boxes([(90, 70, 0.3), (75, 60, 5.0)], np.zeros((2, 3)), material="paper", grain=0.08)
        parts += move(
            flat, (rng.uniform(0, 120), rng.uniform(0, 130), rng.uniform(-20, 20)), turned=turn("z", rng.uniform(0, 90))
        )
    clips = np.array([(rng.uniform(0, 120), rng.uniform(0, 130), 10.0) for _ in range(4)])
    parts.append(boxes((22.0, 6.0, 0.6), clips, material="aluminium", turned=rng.uniform(0, 180, 4)))
    pouch = wavering(rng, (210, 220), squareness=7.0, amount=0.008)
    parts.append(cushion(pouch, 75.0, (62, 66, 0), material="nylon", wall=0.8, rim=15.0))
    parts += zip_fastener(rng, np.column_stack([pouch[:30] * 0.97, np.zeros(30)]) + vec(62, 66))
    return shape("bandages", parts)


def yarn_balls(rng: np.random.Generator) -> Shape:
    """Balls or skeins of yarn: strands wound around and around, needles or a paper band."""
    material = pick(rng, "wool", "wool", "cotton")
    parts: list[Part] = []
    for i in range(int(rng.integers(1, 6))):
        radius = float(rng.uniform(30, 48))
        t = np.linspace(0, 2 * np.pi * 26, 330)
        slow = t * 0.0613
        sphere = np.stack([np.cos(t), np.sin(t) * np.cos(slow), np.sin(t) * np.sin(slow)], -1)
        strand = move(tube(radius * sphere, 1.9, material=material, sides=4, grain=0.12), turned=any_turn(rng))
        heart = tube(
            [(-0.8 * radius, 0, 0), (0, 0, 0), (0.8 * radius, 0, 0)],
            np.array([0.4, 0.9, 0.4]) * radius,
            material=material,
            sides=14,
            grain=0.12,
        )
        place = vec(92.0 * (i % 3), 92.0 * (i // 3), rng.normal(0, 4))
        parts += move([*strand, heart], place, turned=any_turn(rng))
        if chance(rng, 0.5):
            parts += move(pipe(radius + 1, radius + 0.5, 40.0, material="paper"), place, turned=any_turn(rng))
    if chance(rng, 0.5):
        of = pick(rng, "aluminium", "wood", "steel")
        parts += [
            p
            for k in range(2)
            for p in move(
                cylinder(2.2, 320.0, material=of, axis="x", sides=8),
                (60 + 8 * k, 40 + 20 * k, 20),
                turned=turn("z", 12.0 * k),
            )
        ]
    return shape("yarn_balls", parts, soft=True)


def rope(rng: np.random.Generator) -> Shape:
    """A coil of laid rope: three strands, tied around its middle."""
    material, radius = pick(rng, "polyester", "nylon", "cotton"), float(rng.uniform(3, 6.5))
    loops = int(rng.integers(5, 11))
    t = np.linspace(0, 2 * np.pi * loops, 40 * loops)
    long, wide = float(rng.uniform(80, 150)), float(rng.uniform(30, 70))
    sway = 1.0 + 0.07 * np.sin(0.37 * t + rng.uniform(0, 6))
    axis = np.stack(
        [
            long * np.cos(t) * sway,
            wide * np.sin(t) * sway,
            (t / t[-1] - 0.5) * 5.0 * radius + 0.6 * radius * np.sin(2.3 * t),
        ],
        -1,
    )
    parts: list[Part] = []
    for k in range(3):
        twist = t * 9.0 + 2.0944 * k
        outward = np.stack([np.cos(t), np.sin(t), 0 * t], -1)
        strand = axis + 0.5 * radius * (
            np.cos(twist)[:, None] * outward + np.sin(twist)[:, None] * np.array([0, 0, 1.0])
        )
        parts.append(tube(strand, 0.55 * radius, material=material, sides=5, grain=0.08))
    a = np.linspace(0, 2 * np.pi * 5, 60)
    tie = np.stack([(a - a.mean()) * 0.45 * radius, 1.2 * wide * np.cos(a), 3.4 * radius * np.sin(a)], -1)
    parts.append(tube(tie, 0.9 * radius, material=material, sides=6, grain=0.08))
    return shape("rope", parts)


def beads(rng: np.random.Generator) -> Shape:
    """Strings of beads, a rosary, or loose beads in a bag: wood, glass, plastic, stone."""
    radius = float(rng.uniform(3, 7))
    material = pick(rng, "wood", "glass", "pmma", "ceramic", "abs")
    bead = pipe(radius, 0.2 * radius, 1.4 * radius, material=material, sides=10)
    parts: list[Part] = []
    for _ in range(int(rng.integers(1, 5))):
        count = int(rng.integers(28, 60))
        t = np.linspace(0, 2 * np.pi, count, endpoint=False)
        size = count * 1.9 * radius / (2 * np.pi)
        sway = 1.0 + 0.25 * np.sin(2 * t + rng.uniform(0, 6)) + 0.12 * np.sin(3 * t + rng.uniform(0, 6))
        at = rng.normal(0, 15, 2)
        path = np.stack(
            [size * np.cos(t) * sway + at[0], 0.8 * size * np.sin(t) * sway + at[1], rng.normal(0, 2, count)], -1
        )
        parts.append(repeated(bead, path, turned=np.degrees(t) + 90.0, tilted=90.0))
        parts.append(tube(np.vstack([path, path[:1]]), 0.5, material="nylon", sides=4))
    if chance(rng, 0.5):
        parts += move(
            boxes([(4, 40, 3), (24, 4, 3)], [(0, 0, 0), (0, 8, 0)], material=pick(rng, "zinc", "wood", "silver")),
            (0, -70, 0),
        )
    return shape("beads", parts)


KINDS = (
    Kind("towel", None, towel, 2.0),
    Kind("blanket", None, blanket, 2.0),
    Kind("pillow", None, pillow, 1.2),
    Kind("sleeping_bag", None, sleeping_bag, 0.8),
    Kind("diapers", None, diapers, 0.8),
    Kind("bandages", None, bandages, 0.7),
    Kind("yarn_balls", None, yarn_balls, 0.6),
    Kind("rope", None, rope, 0.7),
    Kind("beads", None, beads, 0.7),
)
