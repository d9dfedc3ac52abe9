"""Shoes: sneaker, leather shoe, boot, high heel, sandals, a child's shoe."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import smooth
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import boxes, cylinder, ellipsoid, extrude, lathe, rounded, tube
from parcelray.datasets.synth.shapes.clutter.soft.cloth import creases, fabric, seam, zip_fastener
from parcelray.datasets.synth.shapes.clutter.soft.footwear import (
    LOW_SHOE,
    Last,
    insole,
    laced,
    last_of,
    nails,
    pair,
    patterned_sole,
    shank,
)
from parcelray.datasets.synth.shapes.clutter.soft.forms import chance, loft, pick, vec
from parcelray.datasets.synth.shapes.kind import Kind


def _stuffing(rng: np.random.Generator, last: Last, at: float) -> list[Part]:
    """Crumpled paper in the toe, as new shoes have it."""
    lump = ellipsoid(
        (0.2 * last.length, 0.12 * last.length, 0.07 * last.length),
        (0.22 * last.length, 0, at),
        material="cardboard",
        grain=0.2,
    )
    return [lump] if chance(rng, 0.4) else []


def sneaker(rng: np.random.Generator) -> Shape:
    """Sports shoes: patterned foam sole, heel counter, air cushion or gel, overlays, eyelets and laces."""
    length, thick = float(rng.uniform(250, 310)), float(rng.uniform(24, 36))
    foam, upper = pick(rng, "rubber", "rubber", "polyethylene"), pick(rng, "polyester", "leather", "cotton")
    style = int(rng.integers(0, 2**31))

    def one(side: float) -> list[Part]:
        same = np.random.default_rng(style)
        last = last_of(same, length, side)
        wall = float(pick(same, 2.0, 3.0))
        parts = patterned_sole(same, last, thick, material=foam, tread="rubber")
        parts += [last.upper(LOW_SHOE, thick, material=upper, wall=wall), *insole(last, thick + 3.0)]
        parts.append(last.upper(0.7 * LOW_SHOE, thick, material="polyethylene", wall=1.5, until=0.22))
        for k in range(3):
            x = (-0.05 + 0.07 * k) * length
            stripe = smooth(
                [
                    (x, side * 0.13 * length, thick + 4),
                    (x - 12, side * 0.1 * length, thick + 30),
                    (x - 22, 0, thick + 55),
                ],
                10,
            )
            parts += seam(stripe, gap=9.0, thick=1.4)
        toe = smooth(
            [
                (0.33 * length, -0.14 * length, thick + 12),
                (0.3 * length, 0, thick + 40),
                (0.33 * length, 0.14 * length, thick + 12),
            ],
            16,
        )
        parts += [
            *seam(toe, gap=4.0),
            *laced(same, last, thick + 0.17 * length, int(same.integers(5, 8)), metal=chance(same, 0.5)),
        ]
        if chance(same, 0.4):
            parts.append(cylinder(0.07 * length, 0.5 * thick, (-0.36 * length, 0, 0.5 * thick), material="silicone"))
        return [*parts, *_stuffing(same, last, thick + 30)]

    return shape("sneaker", pair(rng, one))


def leather_shoe(rng: np.random.Generator) -> Shape:
    """Town shoes: thin sole with welt, steel shank, stacked heel with nails, laces or a buckle."""
    length = float(rng.uniform(270, 320))
    style = int(rng.integers(0, 2**31))

    def one(side: float) -> list[Part]:
        same = np.random.default_rng(style)
        last = last_of(same, length, side)
        heel = float(same.uniform(20, 30))
        flat = last.outline(3.0)
        back = [(x, y) for x, y in flat.exterior.coords if x < -0.24 * length]
        parts = [extrude(flat, 7.0, (0, 0, heel), material=pick(same, "leather", "rubber"), grain=0.04)]
        parts.append(extrude(back, heel, (0, 0, heel / 2.0), material=pick(same, "rubber", "leather"), grain=0.04))
        parts += [
            last.upper(LOW_SHOE, heel + 3, material="leather", wall=2.0),
            *insole(last, heel + 6, material="leather"),
        ]
        parts.append(last.upper(0.6 * LOW_SHOE, heel + 3, material="leather", wall=2.0, until=0.22))
        parts += [*shank(last, heel + 4.0), nails(same, last, 0.5 * heel, int(same.integers(6, 12)))]
        welt = np.asarray(last.outline(1.0).exterior.coords)[::2]
        parts += seam(np.column_stack([welt, np.full(len(welt), heel + 4.0)]), gap=3.0, thick=1.1)
        cap = smooth(
            [
                (0.27 * length, -0.16 * length, heel + 12),
                (0.3 * length, 0, heel + 48),
                (0.27 * length, 0.16 * length, heel + 12),
            ],
            16,
        )
        parts += seam(cap, gap=4.0)
        if chance(same, 0.7):
            parts += laced(same, last, heel + 0.18 * length, 5, metal=chance(same, 0.6))
        else:
            ring = rounded(24, 20, 4)
            parts.append(extrude(ring.difference(ring.buffer(-3)), 2.5, (0, side * 40, heel + 50), material="brass"))
            parts += seam(smooth([(0, -50, heel + 20), (0, 0, heel + 62), (0, 50, heel + 20)], 12), gap=16.0)
        if chance(same, 0.3):
            tree = [vec(-0.38 * length, 0, heel + 30), vec(0.0, 0, heel + 40), vec(0.2 * length, 0, heel + 30)]
            parts.append(tube(smooth(tree, 14), 2.5, material="steel", sides=6))
            parts.append(
                ellipsoid((0.16 * length, 0.1 * length, 22), (0.22 * length, 0, heel + 28), material="wood", grain=0.08)
            )
        return parts

    return shape("leather_shoe", pair(rng, one))


def boot(rng: np.random.Generator) -> Shape:
    """Boots lying on their side: heavy tread, zip or laces up the leg, lining of wool, sometimes a toe cap."""
    length, leg = float(rng.uniform(250, 300)), float(rng.uniform(120, 260))
    style = int(rng.integers(0, 2**31))

    def one(side: float) -> list[Part]:
        same = np.random.default_rng(style)
        last = last_of(same, length, side)
        thick = float(same.uniform(28, 40))
        parts = patterned_sole(same, last, thick, material="rubber", tread="rubber")
        parts += [
            last.upper(LOW_SHOE, thick, material="leather", wall=2.5),
            *insole(last, thick + 4),
            *shank(last, 0.6 * thick),
        ]
        shaft = _shaft(length, thick + 0.12 * length, leg, 1.0)
        parts.append(loft(shaft, material="leather", wall=2.5, grain=0.06))
        parts.append(loft(_shaft(length, thick + 0.12 * length, leg, 0.9), material="wool", wall=6.0, grain=0.12))
        up = np.linspace(0.0, 1.0, 20)
        at = np.stack([-0.2 * length + 0.0 * up, side * (0.1 * length + 6.0 * up), thick + 0.1 * length + leg * up], -1)
        # A zip is drawn in x-y; on the shaft it stands upright.
        flat = np.stack([np.linspace(0, leg, 20), 4.0 * np.sin(3 * up), 0.0 * up], -1)
        if chance(same, 0.6):
            parts += move(zip_fastener(same, flat), at[0], turned=turn("z", 90) @ turn("y", -90))
        else:
            parts += laced(same, last, thick + 0.2 * length, int(same.integers(7, 10)), metal=True, steep=9.0)
        if chance(same, 0.25):
            cap = ellipsoid(
                (0.11 * length, 0.14 * length, 0.12 * length), (0.36 * length, 0, thick + 8), material="steel", wall=1.5
            )
            parts.append(cap)
        top = shaft[-1]
        parts += seam(np.vstack([top, top[:1]]), gap=5.0, thick=1.6)
        return move(parts, turned=turn("x", 90.0))

    return shape("boot", pair(rng, one, stacked=True))


def _shaft(length: float, base: float, leg: float, share: float) -> np.ndarray:
    """Rings of a boot's leg from the ankle up: (R, S, 3)."""
    angles = np.linspace(0.0, 2.0 * np.pi, 22, endpoint=False)
    levels = np.array([0.0, 0.3, 0.65, 1.0])
    rx = share * length * np.array([0.2, 0.185, 0.2, 0.21])
    ry = share * length * np.array([0.12, 0.125, 0.15, 0.16])
    x = -0.24 * length + rx[:, None] * np.cos(angles)
    y = ry[:, None] * np.sin(angles)
    z = np.broadcast_to((base + leg * levels)[:, None], x.shape)
    rings: np.ndarray = np.stack([x, y, z], -1)
    return rings


def high_heel(rng: np.random.Generator) -> Shape:
    """Ladies' shoes on high heels with a metal core, steel shank, strap with a tiny buckle."""
    length, heel = float(rng.uniform(215, 255)), float(rng.uniform(55, 110))
    style = int(rng.integers(0, 2**31))

    def one(side: float) -> list[Part]:
        same = np.random.default_rng(style)
        last = last_of(same, length, side)
        slope = np.degrees(np.arctan2(heel, 0.62 * length))
        flat: list[Part] = [extrude(last.outline(-2.0), 4.0, material="leather", grain=0.05), *insole(last, 4.0)]
        flat += shank(last, -1.0)
        low = 0.55 * LOW_SHOE * np.array([1, 1, 0.9, 0.6, 0.15, 0.12, 0.3, 0.75, 1, 1, 1])
        flat.append(last.upper(low, 2.0, material=pick(same, "leather", "polyester", "pvc"), wall=1.6))
        body = move(flat, (0, 0, 0.45 * heel), turned=turn("y", slope))
        foot = vec(-0.36 * length * np.cos(np.radians(slope)), 0.0, 0.0)
        spike = lathe([(4.0, 0.0), (4.5, 8.0), (6.0, 0.5 * heel), (21.0, 0.92 * heel)], foot, material="abs", sides=14)
        core = cylinder(1.7, 0.9 * heel, foot + vec(z=0.47 * heel), material="steel", sides=8)
        parts = [*body, spike, core, cylinder(4.2, 4.0, foot, material="polycarbonate", sides=10)]
        if chance(same, 0.5):
            strap = smooth([(-70, -32, 0.9 * heel), (-40, 0, 0.9 * heel + 60), (-70, 32, 0.9 * heel)], 18)
            parts += seam(strap, gap=7.0, thick=1.4)
            ring = rounded(12, 11, 2)
            parts.append(
                extrude(ring.difference(ring.buffer(-2)), 1.6, (-62, 30, 0.9 * heel + 20), material="brass", axis="y")
            )
        return move(parts, turned=turn("x", 90.0))

    return shape("high_heel", pair(rng, one, stacked=True))


def sandals(rng: np.random.Generator) -> Shape:
    """Sandals or flip-flops: sole with tread, straps, buckles or only a thong."""
    length = float(rng.uniform(230, 300))
    style = int(rng.integers(0, 2**31))

    def one(side: float) -> list[Part]:
        same = np.random.default_rng(style)
        last = last_of(same, length, side)
        thick = float(same.uniform(12, 24))
        core = pick(same, "rubber", "cork", "polyethylene")
        parts = patterned_sole(same, last, thick, material=core, tread="rubber")
        if chance(same, 0.4):
            for s in (-1.0, 1.0):
                thong = smooth(
                    [(0.28 * length, 0, thick), (0.12 * length, s * 26, thick + 26), (-0.05 * length, s * 48, thick)],
                    16,
                )
                parts.append(tube(thong, 4.5, material=pick(same, "rubber", "pvc"), sides=6))
        else:
            for x in (0.22, 0.1, -0.22):
                high = thick + same.uniform(35, 60)
                strap = smooth([(x * length, -48, thick), (x * length + 6, 0, high), (x * length, 48, thick)], 18)
                for offset in (-7.0, 0.0, 7.0):
                    parts.append(tube(strap + vec(offset), 3.0, material="leather", sides=5))
                ring = rounded(20, 22, 3)
                parts.append(
                    extrude(
                        ring.difference(ring.buffer(-2.6)), 2.2, (x * length, side * 38, thick + 24), material="zinc"
                    )
                )
        return parts

    return shape("sandals", pair(rng, one))


def child_shoe(rng: np.random.Generator) -> Shape:
    """A child's shoes: round, with touch-and-close straps, sometimes a light with its cell in the heel."""
    length = float(rng.uniform(120, 180))
    style = int(rng.integers(0, 2**31))
    cloth = fabric(rng, "cotton", "polyester")

    def one(side: float) -> list[Part]:
        same = np.random.default_rng(style)
        last = Last(length, side, 1.25)
        parts = patterned_sole(same, last, 14.0, material="rubber", tread="rubber")
        parts += [
            last.upper(1.2 * LOW_SHOE, 14.0, material=cloth.material, wall=3.0, grain=cloth.grain),
            *insole(last, 16.0),
        ]
        for k in range(2):
            x = (0.02 + 0.14 * k) * length
            parts.append(
                boxes(
                    (18.0, 0.34 * length, 3.0), vec(x, 0, 14.0 + (0.3 - 0.06 * k) * length), material="nylon", grain=0.1
                )
            )
        if chance(same, 0.4):
            parts.append(cylinder(8.0, 3.2, (-0.36 * length, 0, 8.0), material="alkaline", sides=16))
            parts.append(boxes((14.0, 10.0, 1.0), vec(-0.24 * length, 0, 8.0), material="fr4"))
            parts.append(
                tube(
                    smooth([(-0.3 * length, 0, 8), (-0.1 * length, 20, 8), (0.1 * length, 30, 8)], 14),
                    0.4,
                    material="copper",
                    sides=4,
                )
            )
        parts.append(creases(same, cloth, 10, (length, 0.4 * length, 20), at=vec(z=30), length=(10, 30)))
        return parts

    return shape("child_shoe", pair(rng, one))


KINDS = (
    Kind("sneaker", None, sneaker, 2.2),
    Kind("leather_shoe", None, leather_shoe, 1.4),
    Kind("boot", None, boot, 1.0),
    Kind("high_heel", None, high_heel, 1.0),
    Kind("sandals", None, sandals, 1.0),
    Kind("child_shoe", None, child_shoe, 0.8),
)
