"""Fasteners: screws, nails, bolts, hinges and the odd metal bits that bags are full of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from parcelray.datasets.synth.geometry.placing import any_turn, move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, cylinder, extrude, lathe, pipe, rounded_box
from parcelray.datasets.synth.shapes.clutter.hard.forms import (
    chance,
    disc,
    domed,
    flowing,
    pick,
    ring,
    screws,
    slab,
    softened,
    spring,
)
from parcelray.datasets.synth.shapes.kind import Kind


def fasteners(rng: np.random.Generator) -> Shape:
    """Screws, nails, nuts and washers, loose in a bag or in a box with compartments."""
    parts: list[Part] = []
    wide, deep = rng.uniform(60, 150), rng.uniform(50, 110)
    cells = pick(rng, 1, 2, 3, 4)
    metals = pick(rng, ("steel", "steel"), ("steel", "brass"), ("stainless", "steel"))
    for cell in range(cells):
        centre = ((cell - (cells - 1) / 2) * wide / cells, 0.0)
        kind, radius, length = int(rng.integers(4)), rng.uniform(1.0, 2.6), rng.uniform(10, 42)
        room = [0.8 * wide / cells, 0.8 * deep, 14]
        for _ in range(int(rng.integers(10, 26) / np.sqrt(cells)) + 4):
            made = _fastener(kind, radius, length, metals[cell % 2])
            parts += move(made, rng.uniform(-0.5, 0.5, 3) * room + [*centre, 0], turned=any_turn(rng))
    if chance(rng, 0.6):
        parts.append(rounded_box((wide + 20, deep + 20, 30), 4, material="polypropylene", wall=1.5))
        parts += [
            box((1.5, deep + 14, 26), ((i - cells / 2) * wide / cells, 0, 0), material="polypropylene")
            for i in range(1, cells)
        ]
    return shape("fasteners", parts)


def _fastener(kind: int, radius: float, length: float, material: str) -> list[Part]:
    """A screw, a nail, a nut or a washer around the origin."""
    if kind == 0:
        return screws([(0, 0, 0)], radius, length, material=material)
    if kind == 1:
        half = length / 2
        return [
            lathe(
                [
                    (0.1, -half),
                    (0.6 * radius, -half + 3),
                    (0.6 * radius, half - 1),
                    (1.5 * radius, half - 1),
                    (1.5 * radius, half),
                ],
                material=material,
                sides=8,
            )
        ]
    if kind == 2:
        return [pipe(2.2 * radius, 1.1 * radius, 1.8 * radius, material=material, sides=6)]
    return [pipe(2.6 * radius, 1.2 * radius, 1.2, material=material, sides=12)]


def bolts(rng: np.random.Generator) -> Shape:
    """A few big bolts with nuts and washers, or threaded rods, eye bolts and hooks."""
    parts: list[Part] = []
    for i in range(int(rng.integers(1, 6))):
        radius, length = rng.uniform(3, 8), rng.uniform(30, 110)
        bolt = [
            cylinder(radius, length, material="steel", axis="x", sides=12),
            *spring(radius, 0.6 * length, 0.6 * length / 2.5, 1.0, (0.2 * length, 0, 0), axis="x"),
        ]
        if chance(rng, 0.3):
            bolt += move(
                ring(1.8 * radius, 1.1 * radius, material="steel", points=18), (-length / 2 - 2 * radius, 0, 0)
            )
        else:
            bolt.append(cylinder(1.9 * radius, 1.3 * radius, (-length / 2, 0, 0), material="steel", axis="x", sides=6))
        bolt += [
            pipe(
                1.9 * radius,
                radius,
                1.6 * radius,
                (rng.uniform(0, 0.4) * length, 0, 0),
                material="steel",
                axis="x",
                sides=6,
            ),
            pipe(2.3 * radius, radius, 1.5, (-0.1 * length, 0, 0), material="steel", axis="x", sides=14),
        ]
        parts += move(bolt, (rng.uniform(-15, 15), 24.0 * i, 0), turned=turn("z", rng.normal(0, 25)))
    return shape("bolts", parts)


def hinges(rng: np.random.Generator) -> Shape:
    """Hinges, brackets and corner plates with their holes."""
    parts: list[Part] = []
    for i in range(int(rng.integers(2, 5))):
        length, width = rng.uniform(30, 90), rng.uniform(14, 34)
        leaf = slab(0, -length / 2, width, length / 2)
        for y in (-0.35, 0.0, 0.35):
            leaf = leaf.difference(disc(2.4, (0.6 * width, y * length), 3))
        plate = extrude(leaf, pick(rng, 1.5, 2.0, 2.5), material="steel")
        angle = pick(rng, 180.0, 90.0, rng.uniform(20, 170))
        made = [
            plate,
            *move(plate, turned=turn("y", angle)),
            pipe(3.8, 2.2, length, material="steel", axis="y", sides=12),
            cylinder(2, length + 4, material=pick(rng, "steel", "brass"), axis="y", sides=8),
        ]
        parts += move(made, (rng.uniform(-20, 20), 45.0 * i, 0), turned=turn("z", rng.uniform(-90, 90)))
    return shape("hinges", parts)


def scrap_bits(rng: np.random.Generator) -> Shape:
    """Bits of metal of odd shapes, as machine spares come in a bag: two or three sorts, several of each."""
    sorts = [_odd_bit(rng) for _ in range(int(rng.integers(2, 4)))]
    parts: list[Part] = []
    for i in range(int(rng.integers(3, 9))):
        parts += move(
            sorts[i % len(sorts)],
            rng.uniform(-0.5, 0.5, 3) * [120, 100, 18],
            turned=any_turn(rng) if chance(rng, 0.4) else turn("z", rng.uniform(0, 360)),
            scale=rng.uniform(0.6, 1.1, 3),
        )
    return shape("scrap_bits", parts)


def _odd_bit(rng: np.random.Generator) -> list[Part]:
    """A small cast plate with a bore, a boss and sometimes a spring."""
    size = rng.uniform(12, 34)
    spots: Sequence[tuple[float, float]] = [
        (size * rng.uniform(0.4, 1.1) * np.cos(a), size * rng.uniform(0.4, 1.1) * np.sin(a)) for a in np.arange(7) * 0.9
    ]
    plate = softened(flowing(spots, 28).difference(disc(0.22 * size, (0.1 * size, 0), 3)), 0.6)
    material = pick(rng, "steel", "steel", "aluminium", "zinc", "brass")
    bit = [
        *domed(plate, rng.uniform(2, 12), 1.0, material=material),
        pipe(0.36 * size, 0.2 * size, rng.uniform(6, 18), material=material, sides=14),
    ]
    if chance(rng, 0.4):
        bit += spring(0.2 * size, size, 7, 1.2, (size, 0, 0), axis="x")
    return bit


KINDS: tuple[Kind, ...] = (
    Kind("fasteners", None, fasteners, 1.5),
    Kind("bolts", None, bolts, 1.0),
    Kind("hinges", None, hinges, 0.7),
    Kind("scrap_bits", None, scrap_bits, 1.2),
)
