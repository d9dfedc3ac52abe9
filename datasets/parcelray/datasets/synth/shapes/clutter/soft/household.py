"""Household: sponges, plastic boxes, lunch box, hangers, tableware of plastic."""

from __future__ import annotations

import numpy as np
from shapely.geometry import LineString

from parcelray.datasets.synth.geometry.curves import smooth, wander
from parcelray.datasets.synth.geometry.placing import hollow, move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import (
    boxes,
    ellipsoid,
    extrude,
    lathe,
    rounded_box,
    tube,
)
from parcelray.datasets.synth.shapes.clutter.soft.containers import grains, lay
from parcelray.datasets.synth.shapes.clutter.soft.forms import (
    chance,
    cushion,
    loft,
    pick,
    repeated,
    superellipse,
    vec,
)
from parcelray.datasets.synth.shapes.kind import Kind


def sponges(rng: np.random.Generator) -> Shape:
    """Sponges with their abrasive side, foam blocks, cleaning pads of steel wool."""
    x, y, z = float(rng.uniform(85, 120)), float(rng.uniform(60, 80)), float(rng.uniform(28, 45))
    parts: list[Part] = []
    for i in range(int(rng.integers(2, 7))):
        bubbles = grains(
            rng,
            40,
            (0.9 * x, 0.9 * y, 0.8 * z),
            ellipsoid((4, 4, 3), material="cork", sides=6, rings=4, grain=0.2),
            vary=0.6,
        )
        one = [
            rounded_box((x, y, z), 8.0, material="cork", grain=0.2),
            hollow(bubbles),
            boxes((x, y, 8.0), vec(z=z / 2 + 4), material="nylon" if chance(rng, 0.2) else "wood", grain=0.2),
        ]
        parts += move(one, ((x + 4) * (i % 2), (y + 4) * (i // 2), 0))
    if chance(rng, 0.4):
        wool = tube(wander(rng, 40, (60, 50, 22), 260), 0.35, material="steel", sides=3)
        parts += move(wool, (-0.9 * x, 0, 0))
    return shape("sponges", parts)


def plastic_boxes(rng: np.random.Generator) -> Shape:
    """Storage boxes nested in each other: drawn walls, rims, ribs, snap lids with seals."""
    x, y, z = float(rng.uniform(110, 250)), float(rng.uniform(90, 180)), float(rng.uniform(45, 110))
    wall = pick(rng, 1.0, 1.4)
    parts: list[Part] = []
    for i in range(int(rng.integers(1, 5))):
        k = 1.0 - 0.13 * i
        levels, swell = np.array([0.0, 0.04, 1.0, 1.0]), np.array([0.84, 0.88, 0.96, 1.0])
        rim = superellipse((k * x, k * y), 7.0, 44)
        rings = np.stack(
            [np.column_stack([s * rim, np.full(44, h * k * z)]) for s, h in zip(swell, levels, strict=True)]
        )
        parts += [loft(rings[:3], material="polypropylene", wall=wall)]
        edge = np.vstack([rings[3], rings[3][:1]])
        parts.append(tube(edge, 2.4, material="polypropylene", sides=6, wall=wall))
        lid = cushion(1.02 * rim, 7.0, (0, 0, k * z + 3), material="polypropylene", wall=wall, rim=6.0)
        parts += [lid, tube(edge * [0.96, 0.96, 1.0] + vec(z=3.0), 1.6, material="silicone", sides=6)]
        clips = [(s * 0.51 * k * x, 0.0, k * z - 4) for s in (-1, 1)]
        parts.append(boxes((4.0, 34.0, 20.0), clips, material="polypropylene"))
    return shape("plastic_boxes", parts)


def lunch_box(rng: np.random.Generator) -> Shape:
    """A lunch box with what was packed in it: bread, fruit, nuts, a bar, cutlery of plastic."""
    x, y, z = float(rng.uniform(150, 210)), float(rng.uniform(110, 150)), float(rng.uniform(50, 70))
    parts = [
        rounded_box((x, y, z), 18.0, material="polypropylene", wall=1.8),
        rounded_box((x + 3, y + 3, 14.0), 19.0, (0, 0, z / 2), material="polypropylene", wall=1.8),
    ]
    parts.append(boxes((1.5, 0.9 * y, 0.8 * z), vec(0.1 * x), material="polypropylene"))
    for k in (0, 1):
        slice_ = cushion(
            superellipse((0.5 * x, 0.8 * y), 5.0),
            13.0,
            (-0.2 * x, 0, -12 + 17 * k),
            material="wood",
            grain=0.12,
            rim=3.0,
        )
        parts.append(slice_)
    parts.append(cushion(superellipse((0.45 * x, 0.7 * y), 3.0), 5.0, (-0.2 * x, 0, -3), material="meat", grain=0.05))
    parts.append(ellipsoid((29, 29, 24), (0.3 * x, 0.2 * y, 0), material="fruit", sides=18, rings=10))
    berry = ellipsoid((8, 8, 8), material="fruit", sides=8, rings=6)
    parts += move(grains(rng, 14, (0.3 * x, 0.35 * y, 20), berry), (0.3 * x, -0.25 * y, -5))
    parts.append(boxes((4.0, 16.0, 5.0), [(s * x / 2, 0, z / 2 - 6) for s in (-1, 1)], material="polypropylene"))
    if chance(rng, 0.5):
        prongs = [LineString([(0, 0), (110, 0)]).buffer(4.0), LineString([(105, 0), (150, 0)]).buffer(9.0)]
        parts.append(extrude(prongs[0].union(prongs[1]), 1.8, (-75, 0.3 * y, z / 2 - 3), material="polypropylene"))
    return shape("lunch_box", parts)


def hangers(rng: np.random.Generator) -> Shape:
    """Clothes hangers lying over each other: hooks of steel, bodies of plastic or wood, clips."""
    parts: list[Part] = []
    material, wooden = pick(rng, "polypropylene", "abs"), chance(rng, 0.3)
    for i in range(int(rng.integers(2, 8))):
        half = float(rng.uniform(185, 215))
        arms = smooth([(-half, -95, 0), (-0.5 * half, -40, 0), (0, 0, 0), (0.5 * half, -40, 0), (half, -95, 0)], 24)
        one = [
            tube(
                arms,
                8.0 if wooden else 5.0,
                material="wood" if wooden else material,
                sides=7,
                wall=0.0 if wooden else 1.5,
            )
        ]
        one.append(
            tube(np.array([(-half, -95, 0), (half, -95, 0)]), 4.0, material="wood" if wooden else material, sides=6)
        )
        hook = smooth([(0, -5, 0), (0, 32, 0), (14, 55, 0), (36, 42, 0), (32, 24, 0)], 18)
        one.append(tube(hook, 1.7, material="steel", sides=6))
        if chance(rng, 0.4):
            one.append(boxes([(30, 22, 5)] * 2, [(s * 0.6 * half, -95, 0) for s in (-1, 1)], material=material))
            one.append(boxes([(6, 16, 9)] * 2, [(s * 0.6 * half, -92, 0) for s in (-1, 1)], material="steel"))
        parts += move(one, (rng.normal(0, 8), rng.normal(0, 8), 9.0 * i), turned=turn("z", rng.normal(0, 6)))
    return shape("hangers", move(parts, scale=0.85))


def plastic_tableware(rng: np.random.Generator) -> Shape:
    """Cups, bowls and plates of plastic nested in stacks, with spoons."""
    parts: list[Part] = []
    material = pick(rng, "polypropylene", "pmma", "abs")
    radius = float(rng.uniform(34, 70))
    height = pick(rng, 22.0, 60.0, 95.0)
    vessel = lathe(
        [(0.3, 0), (0.6 * radius, 0), (0.66 * radius, 4), (radius, height), (radius + 3, height)],
        material=material,
        sides=28,
        wall=pick(rng, 0.8, 1.4),
    )
    for k in range(int(rng.integers(1, 3))):
        stack = [(2.3 * radius * k, rng.normal(0, 1), 7.0 * i) for i in range(int(rng.integers(2, 10)))]
        parts.append(repeated(vessel, stack))
    for _ in range(int(rng.integers(0, 9))):
        spoon = extrude(
            LineString([(-70, 0), (40, 0)]).buffer(3.5).union(LineString([(48, 0), (70, 0)]).buffer(14.0)),
            2.0,
            material="polypropylene",
        )
        parts += move(
            spoon,
            (rng.uniform(0, 2 * radius), 1.4 * radius + rng.normal(0, 10), rng.uniform(0, 20)),
            turned=turn("z", rng.normal(0, 10)),
        )
    return shape("plastic_tableware", lay(parts) if chance(rng, 0.4) else parts)


KINDS = (
    Kind("sponges", None, sponges, 0.6),
    Kind("plastic_boxes", None, plastic_boxes, 1.2),
    Kind("lunch_box", None, lunch_box, 0.8),
    Kind("hangers", None, hangers, 1.0),
    Kind("plastic_tableware", None, plastic_tableware, 0.8),
)
