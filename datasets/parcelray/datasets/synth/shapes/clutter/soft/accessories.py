"""What is worn with clothes: scarf, belt, tie, hat, gloves."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import smooth
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import (
    boxes,
    cylinder,
    extrude,
    lathe,
    pipe,
    rounded,
    rounded_box,
    tube,
)
from parcelray.datasets.synth.shapes.clutter.soft.cloth import (
    button,
    creases,
    fabric,
    layers,
    line,
    seam,
)
from parcelray.datasets.synth.shapes.clutter.soft.forms import chance, cushion, loft, pick, vec, wavering
from parcelray.datasets.synth.shapes.kind import Kind


def _buckle(rng: np.random.Generator, width: float) -> list[Part]:
    """A frame buckle with its tongue, flat in x-y around the origin; the strap comes along x."""
    frame = rounded(0.9 * width + 14.0, width + 14.0, 6.0)
    of = pick(rng, "zinc", "steel", "brass")
    ring = extrude(frame.difference(frame.buffer(-4.5)), 3.5, material=of)
    return [ring, boxes((0.9 * width + 10.0, 3.0, 2.5), vec(z=2.5), material=of)]


def _ribbon(path: np.ndarray, width: float, thick: float, material: str, grain: float) -> Part:
    """A strap on its edge along a path (N, 2): it is ``width`` high."""
    along = np.gradient(path, axis=0)
    sideways = np.stack([-along[:, 1], along[:, 0]], -1)
    sideways /= np.linalg.norm(sideways, axis=1, keepdims=True) + 1e-9
    inner, outer = path - sideways * thick / 2.0, path + sideways * thick / 2.0
    rings = [
        np.column_stack([p, np.full(len(p), z)]) for p, z in ((inner, -0.5), (outer, -0.5), (outer, 0.5), (inner, 0.5))
    ]
    sections = np.stack(rings, axis=1) * [1.0, 1.0, width]
    part = loft(sections, material=material, grain=grain)
    return part if part.volume() > 0.0 else loft(sections[:, ::-1], material=material, grain=grain)


def belt(rng: np.random.Generator) -> Shape:
    """A leather belt, coiled or in a loop, its buckle at the outer end and holes near the inner one."""
    width = float(rng.uniform(26, 40))
    t = np.linspace(0.0, rng.uniform(2.2, 4.5) * 2.0 * np.pi, 90)
    inner = float(rng.uniform(18, 34))
    radius = inner + rng.uniform(0.7, 1.4) * t + 1.5 * np.sin(1.7 * t)
    path = np.stack([radius * np.cos(t), rng.uniform(0.7, 1.0) * radius * np.sin(t)], -1)
    strap = _ribbon(path, width, 3.4, "leather", 0.06)
    end, heading = path[-1], np.degrees(np.arctan2(*(path[-1] - path[-2])[::-1]))
    standing = turn("z", float(heading)) @ turn("x", 90)
    buckle = move(_buckle(rng, width), (*end, 0.0), turned=standing)
    rivets = [
        cylinder(2.2, 5.0, (*path[k], 0.2 * width * s), material="brass", axis="x", sides=8)
        for k in (-4, -7)
        for s in (-1, 1)
    ]
    keeper = boxes((9.0, 9.0, width + 4.0), vec(*path[-9]), material="leather", turned=float(heading))
    return shape("belt", [strap, *buckle, *rivets, keeper])


def tie(rng: np.random.Generator) -> Shape:
    """Ties folded in four or rolled, in a box or without."""
    cloth = fabric(rng, "polyester", "wool")
    parts: list[Part] = []
    count = int(rng.integers(1, 4))
    for i in range(count):
        long, width = float(rng.uniform(330, 380)), float(rng.uniform(65, 95))
        for k in range(4):
            wide = width * (1.0 - 0.16 * k)
            tip = [(-0.5, -0.5), (0.38, -0.5), (0.5, 0.0), (0.38, 0.5), (-0.5, 0.5)]
            outline = np.array(tip) * [long * (1.0 - 0.05 * k), wide]
            at = vec(4.0 * k, rng.normal(0, 2) + 105.0 * i, 4.5 * k)
            parts.append(extrude(outline, 4.0, at, material=cloth.material, grain=cloth.grain))
            parts += seam(line((-0.45 * long, at[1]), (0.4 * long, at[1]), at[2]), gap=0.0)
        parts.append(boxes((30.0, 22.0, 1.0), vec(0.2 * long, 105.0 * i, 20.0), material="pet"))
    if chance(rng, 0.4):
        middle = vec(y=52.5 * (count - 1), z=9.0)
        parts.append(rounded_box((400.0, 105.0 * count + 10, 34.0), 3.0, middle, material="cardboard", wall=2.0))
    return shape("tie", parts, soft=count == 1)


def scarf(rng: np.random.Generator) -> Shape:
    """A scarf bunched or folded, with fringes at both ends."""
    width, depth, thick = float(rng.uniform(180, 260)), float(rng.uniform(220, 340)), float(rng.uniform(28, 55))
    cloth = fabric(rng, "wool", "wool", "polyester")
    parts = layers(rng, cloth, (width, depth), thick, 3, squareness=3.5, spread=0.1, amount=0.04)
    for end in (-1.0, 1.0):
        for x in np.arange(-0.4 * width, 0.4 * width, 9.0):
            way = smooth(
                [
                    (x, end * 0.42 * depth, 0),
                    (x + rng.normal(0, 5), end * 0.5 * depth, 3),
                    (x + rng.normal(0, 14), end * (0.5 * depth + 45), 0),
                ],
                7,
            )
            parts.append(tube(way, 1.8, material=cloth.material, sides=4, grain=cloth.grain))
    flat = (0.95 * width, 0.95 * depth, thick)
    parts.append(creases(rng, cloth, 80, flat, length=(30, 160), width=(3, 12), depth=(6, 22), direction=90.0))
    return shape("scarf", parts, soft=True)


def hat(rng: np.random.Generator) -> Shape:
    """A cap with a stiff peak, or a brimmed hat with its ribbon."""
    cloth = fabric(rng, "cotton", "wool")
    high = float(rng.uniform(95, 130))
    crown = [(95.0, 0.0), (94.0, 0.45 * high), (82.0, 0.8 * high), (45.0, 0.98 * high), (0.5, high)]
    parts = [
        move(lathe(crown, material=cloth.material, sides=26, wall=3.0, grain=cloth.grain), scale=(1.1, 0.9, 0.8))[0]
    ]
    if chance(rng, 0.6):
        peak = [(60.0, -75.0), (150.0, -62.0), (182.0, 0.0), (150.0, 62.0), (60.0, 75.0), (96.0, 0.0)]
        outline = smooth([*peak[:5]], 30)
        flap = extrude([*map(tuple, outline), (96.0, 50.0), (104.0, 0.0), (96.0, -50.0)], 2.6, material="polyethylene")
        parts.append(flap)
        for k in range(5):
            row = smooth([(92 + 12 * k, -66, 2), (112 + 14 * k, 0, 4), (92 + 12 * k, 66, 2)], 20)
            parts += seam(row, gap=0.0)
        parts += button(rng, (0.0, 0.0, 0.8 * high), radius=7.0, material="zinc")
        t = np.linspace(0.0, np.pi / 2.0, 12)
        for angle in np.linspace(0.0, 300.0, 6):
            rib = np.stack([100 * np.cos(t), 0.0 * t, 0.8 * high * np.sin(t)], -1)
            parts += move(seam(rib, gap=5.0), turned=turn("z", angle))
        parts += move(_buckle(rng, 14.0), (-100.0, 0.0, 15.0), turned=turn("y", 90))
    else:
        brim = lathe(
            [(150.0, 0.0), (152.0, 3.0), (96.0, 6.0)], material=cloth.material, sides=30, wall=3.0, grain=cloth.grain
        )
        parts += [brim, pipe(98.0, 95.0, 32.0, (0, 0, 18), material="polyester")]
        parts += seam(np.stack([151 * np.cos(a := np.linspace(0, 6.3, 50)), 151 * np.sin(a), 0 * a], -1), gap=5.0)
    parts.append(creases(rng, cloth, 30, (170, 150, 0.8 * high), length=(20, 60), at=vec(z=0.4 * high)))
    return shape("hat", parts, soft=True)


def gloves(rng: np.random.Generator) -> Shape:
    """A pair of gloves, knitted, padded or of leather."""
    material = pick(rng, "wool", "leather", "cotton")
    thick = float(rng.uniform(8, 13)) if material == "leather" else float(rng.uniform(18, 30))
    parts: list[Part] = []
    for side in (-1.0, 1.0):
        hand = [cushion(wavering(rng, (92, 120), squareness=4.0, amount=0.01), thick, material=material, grain=0.1)]
        hand.append(
            cushion(
                wavering(rng, (84, 80), squareness=6.0, amount=0.01), thick, vec(y=-85), material=material, grain=0.1
            )
        )
        for k, (x, reach) in enumerate(((-33, 68), (-11, 84), (12, 80), (33, 62))):
            finger = smooth(
                [
                    (x, 40, 0),
                    (1.1 * x, 60 + 0.5 * reach, rng.normal(0, 4)),
                    (1.2 * x + rng.normal(0, 6), 55 + reach, 0),
                ],
                9,
            )
            radius = np.full(9, 10.5 - 0.4 * k)
            radius[-1] = 6.0
            hand += move(tube(finger, radius, material=material, sides=9, grain=0.1), scale=(1, 1, 0.06 * thick))
            hand += seam(finger + vec(x=9.0), gap=0.0)
        thumb = smooth([(side * 36, -20, 0), (side * 62, 10, 2), (side * 74, 45, 0)], 8)
        hand += move(tube(thumb, 11.0, material=material, sides=9, grain=0.1), scale=(1, 1, 0.06 * thick))
        hand += seam(line((-40, -122), (40, -122), 3.0), gap=6.0)
        hand.append(boxes((60, 12, 2.5), vec(y=-60, z=2), material="silicone"))
        if material != "wool":
            hand.append(boxes((32, 22, 2.0), vec(16, -75, 0.6 * thick), material="nylon"))
        place = vec(side * rng.uniform(30, 80), rng.normal(0, 15), 0.5 * side * thick)
        parts += move(hand, place, turned=turn("z", rng.normal(0, 25)))
    return shape("gloves", parts, soft=True)


KINDS = (
    Kind("scarf", None, scarf, 1.2),
    Kind("belt", None, belt, 1.2),
    Kind("tie", None, tie, 0.5),
    Kind("hat", None, hat, 0.8),
    Kind("gloves", None, gloves, 0.7),
)
