"""Toiletries: creams, shampoo, spray cans, soap, toothpaste."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import helix, smooth
from parcelray.datasets.synth.geometry.placing import hollow, move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import (
    box,
    cylinder,
    ellipsoid,
    extrude,
    lathe,
    pipe,
    tube,
)
from parcelray.datasets.synth.shapes.clutter.soft.containers import carton, filled, lay, screw_cap
from parcelray.datasets.synth.shapes.clutter.soft.forms import chance, loft, pick, superellipse, vec
from parcelray.datasets.synth.shapes.kind import Kind


def _pump(neck: float, height: float, depth: float) -> list[Part]:
    """A pump on a bottle of this height: collar, nozzle, spring and ball in its chamber, dip tube down to the foot."""
    parts = [cylinder(neck + 2.0, 14.0, (0, 0, height + 5.0), material="polypropylene", wall=1.4)]
    parts.append(
        lathe(
            [(3.5, height), (3.5, height + 22), (9.0, height + 24), (9.0, height + 32)],
            material="polypropylene",
            sides=16,
            wall=1.4,
        )
    )
    parts.append(
        tube(
            smooth([(0, 0, height + 28), (14, 0, height + 29), (28, 0, height + 22)], 8),
            3.5,
            material="polypropylene",
            sides=8,
            wall=1.2,
        )
    )
    parts.append(tube(helix(3.0, 7, 2.2, 60) + vec(z=height - 12), 0.4, material="stainless", sides=4))
    parts.append(ellipsoid((2.2, 2.2, 2.2), (0, 0, height - 24), material="stainless", sides=8, rings=6))
    parts.append(
        tube(
            [(0, 0, height - 22), (1.5, 1, height - 0.5 * depth), (4, 2, height - depth)],
            2.2,
            material="polyethylene",
            sides=7,
            wall=0.8,
        )
    )
    return parts


def cream_jar(rng: np.random.Generator) -> Shape:
    """Jars of cream: double walls, cream with a dent where fingers went, liner, wide cap."""
    parts: list[Part] = []
    for i in range(int(rng.integers(1, 4))):
        radius, height = float(rng.uniform(22, 42)), float(rng.uniform(32, 62))
        material = pick(rng, "glass", "pmma", "polypropylene")
        wall = float(rng.uniform(3.5, 6.0)) if material != "polypropylene" else 1.8
        one = [
            lathe(
                [
                    (0.92 * radius, 0),
                    (radius, 3),
                    (radius, 0.72 * height),
                    (0.8 * radius, 0.75 * height),
                    (0.8 * radius, height),
                ],
                material=material,
                sides=32,
                wall=wall,
            )
        ]
        one.append(cylinder(0.95 * radius, wall, (0, 0, wall / 2), material=material, sides=32))
        full = float(rng.uniform(0.5, 0.95))
        one.append(
            lathe(
                [
                    (radius - wall, wall),
                    (radius - wall, full * 0.72 * height),
                    (0.4 * radius, 0.66 * full * height),
                    (0.5, 0.64 * full * height),
                ],
                material="cosmetic",
                sides=28,
                grain=0.02,
            )
        )
        one += screw_cap(
            radius + 0.5, 0.36 * height, 0.72 * height, material=pick(rng, "abs", "aluminium", "polypropylene")
        )
        one.append(cylinder(0.8 * radius, 0.15, (0, 0, height), material="aluminium"))
        parts += move(one, (rng.normal(0, 4), 85.0 * i, 0))
    return shape("cream_jar", parts)


def shampoo(rng: np.random.Generator) -> Shape:
    """An oval bottle of shampoo or lotion with flip cap or pump, filled to a level."""
    x, y, z = float(rng.uniform(60, 85)), float(rng.uniform(34, 50)), float(rng.uniform(130, 230))
    form = superellipse((1.0, 1.0), pick(rng, 2.2, 3.0, 5.0), 30)
    levels = np.array([0.0, 0.02, 0.3, 0.7, 0.9, 0.97, 1.0])
    swell = np.array([0.85, 0.97, 1.0, rng.uniform(0.85, 1.0), 0.72, 0.34, 0.33])
    rings = np.dstack(
        [
            swell[:, None] * form[None, :, 0] * x,
            swell[:, None] * form[None, :, 1] * y,
            np.repeat(levels[:, None] * z, 30, 1),
        ]
    )
    wall, full = 1.4, float(rng.uniform(0.3, 0.97))
    inside = rings * [1 - 2 * wall / x, 1 - 2 * wall / y, 1.0]
    inside[..., 2] = np.minimum(rings[..., 2], full * z) + wall
    kept = inside[: int(np.searchsorted(levels, full)) + 1]
    parts = [
        loft(rings, material=pick(rng, "polyethylene", "pet"), wall=wall),
        loft(kept, material=pick(rng, "soap", "cosmetic", "water")),
    ]
    if chance(rng, 0.4):
        parts += _pump(11.0, z, 0.92 * z)
    else:
        parts += [
            *screw_cap(0.24 * x, 24.0, 0.96 * z, material="polypropylene", ribs=False),
            pipe(4.5, 2.0, 12.0, (0, 0, z + 10), material="polypropylene"),
        ]
    return shape("shampoo", lay(parts))


def spray_can(rng: np.random.Generator) -> Shape:
    """A spray can: aluminium or steel body, domed ends, cup, valve with its spring, dip tube, liquid, cap."""
    radius, height = pick(rng, 17.5, 22.5, 26.5, 32.5), float(rng.uniform(115, 215))
    metal = pick(rng, "aluminium", "aluminium", "steel")
    wall = 0.4 if metal == "aluminium" else 0.25
    profile = np.array(
        [
            (0.3, 6),
            (0.7 * radius, 3),
            (radius, 0),
            (radius, 0.8 * height),
            (0.9 * radius, 0.88 * height),
            (0.55 * radius, 0.94 * height),
            (13.0, 0.95 * height),
        ]
    )
    parts = [lathe(profile, material=metal, sides=30, wall=wall)]
    parts.append(
        lathe(
            [(13.5, 0.95 * height), (13.5, 0.97 * height), (5.0, 0.955 * height), (5.0, 0.98 * height)],
            material="steel",
            sides=20,
            wall=0.3,
        )
    )
    parts += filled(
        profile[2:6],
        rng.uniform(0.3, 0.7),
        inset=wall,
        material=pick(rng, "ethanol", "cosmetic", "water"),
        lying=chance(rng, 0.7),
    )
    parts.append(pipe(5.5, 2.0, 16.0, (0, 0, 0.92 * height), material="polypropylene", sides=12))
    parts.append(tube(helix(2.2, 6, 1.8, 50) + vec(z=0.92 * height), 0.4, material="stainless", sides=4))
    parts.append(
        tube(
            smooth([(0, 0, 0.88 * height), (3, 2, 0.5 * height), (0.6 * radius, 0, 8)], 12),
            2.0,
            material="polyethylene",
            sides=7,
            wall=0.8,
        )
    )
    parts.append(cylinder(5.0, 9.0, (0, 0, height), material="polypropylene", wall=1.5))
    if chance(rng, 0.8):
        parts.append(
            lathe(
                [(radius - 1, 0.84 * height), (radius - 1, 1.06 * height), (0.3, 1.08 * height)],
                material="polypropylene",
                sides=26,
                wall=1.2,
            )
        )
    if chance(rng, 0.2):
        parts.append(ellipsoid((5, 5, 5), (0, -0.5 * radius, 6), material="steel", sides=10, rings=6))
    return shape("spray_can", lay(parts))


def soap_bars(rng: np.random.Generator) -> Shape:
    """Bars of soap in paper or boxes, one to six, with a pressed-in name."""
    x, y, z = float(rng.uniform(72, 98)), float(rng.uniform(48, 62)), float(rng.uniform(22, 34))
    parts: list[Part] = []
    outline = superellipse((x, y), pick(rng, 2.4, 5.0), 32)
    for i in range(int(rng.choice([1, 1, 2, 3, 6]))):
        rings = np.stack(
            [
                np.column_stack([s * outline, np.full(32, h * z)])
                for s, h in ((0.86, -0.5), (1.0, -0.25), (1.0, 0.25), (0.86, 0.5))
            ]
        )
        dent = extrude(
            superellipse((0.6 * x, 0.5 * y), 2.0, 20), 2.5, (0, 0, 0.5 * z - 1.2), material="soap", grain=0.02
        )
        one = [
            loft(rings, material="soap", grain=0.02),
            hollow(dent),
            *carton((x + 5, y + 5, z + 4), material="paper", wall=0.4),
        ]
        parts += move(
            one, (rng.normal(0, 3), (y + 7) * (i % 3), (z + 5) * (i // 3)), turned=turn("z", rng.normal(0, 3))
        )
    return shape("soap_bars", parts)


def toothpaste(rng: np.random.Generator) -> Shape:
    """A tube of paste or ointment that runs flat to its crimped end, or a tube of aluminium, in its box."""
    long, radius = float(rng.uniform(95, 175)), float(rng.uniform(14, 24))
    t = np.array([0.0, 0.04, 0.3, 0.6, 0.85, 1.0])
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    wide = radius * (1.0 + 0.45 * t)
    high = radius * np.clip(1.0 - t, 0.03, 1.0) ** 0.7
    rings = np.stack(
        [(t * long)[:, None] + 0 * angles, wide[:, None] * np.cos(angles), high[:, None] * np.sin(angles)], -1
    )
    metal = chance(rng, 0.3)
    used = int(rng.integers(4, 7))
    parts = [loft(rings, material="aluminium" if metal else "polyethylene", wall=0.15 if metal else 0.5)]
    parts.append(loft(rings[:used] * [1.0, 0.95, 0.95], material=pick(rng, "cosmetic", "gypsum", "soap"), grain=0.02))
    parts.append(box((9.0, 3.1 * radius, 1.2), (long + 2, 0, 0), material="aluminium" if metal else "polyethylene"))
    cap = screw_cap(0.6 * radius, 20.0, 0.0, material="polypropylene")
    parts += move(cap, (-1.0, 0, 0), turned=turn("y", -90))
    if chance(rng, 0.5):
        parts += move(carton((long + 40, 2.7 * radius, 2.3 * radius)), (long / 2 - 8, 0, 0))
    return shape("toothpaste", parts)


KINDS = (
    Kind("cream_jar", None, cream_jar, 1.5),
    Kind("shampoo", None, shampoo, 1.6),
    Kind("spray_can", None, spray_can, 2.5),
    Kind("soap_bars", None, soap_bars, 1.2),
    Kind("toothpaste", None, toothpaste, 1.0),
)
