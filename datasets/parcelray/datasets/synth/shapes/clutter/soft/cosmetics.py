"""Make-up: lipstick, perfume, powder compact, mascara, brushes."""

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
    rounded_box,
    tube,
)
from parcelray.datasets.synth.shapes.clutter.soft.containers import carton, lay
from parcelray.datasets.synth.shapes.clutter.soft.forms import chance, loft, pick, repeated, superellipse, vec
from parcelray.datasets.synth.shapes.kind import Kind


def _atomiser(neck: float, height: float, depth: float) -> list[Part]:
    """A perfume's spray head: crimped collar, spring, thin tube."""
    parts = [cylinder(neck + 1.0, 9.0, (0, 0, height - 3.0), material="aluminium", wall=0.5, sides=20)]
    parts.append(cylinder(5.5, 9.0, (0, 0, height + 6.0), material="polypropylene", wall=1.2, sides=14))
    parts.append(tube(helix(1.8, 6, 1.6, 50) + vec(z=height - 6), 0.3, material="stainless", sides=4))
    parts.append(tube([(0, 0, height - 10), (2, 1, height - depth)], 1.2, material="polyethylene", sides=6, wall=0.5))
    return parts


def lipstick(rng: np.random.Generator) -> Shape:
    """One to five lipsticks: metal or plastic sleeves in each other, the slanted stick, a weight in the foot."""
    parts: list[Part] = []
    for i in range(int(rng.integers(1, 6))):
        radius, height = float(rng.uniform(8, 11)), float(rng.uniform(66, 84))
        metal = pick(rng, "aluminium", "abs", "abs")
        one = [cylinder(radius, height, (0, 0, height / 2), material=metal, wall=pick(rng, 0.6, 1.0), sides=20)]
        one.append(
            cylinder(radius - 1.5, 0.45 * height, (0, 0, 0.25 * height), material="aluminium", wall=0.4, sides=18)
        )
        one.append(
            lathe(
                [(5.8, 0.2 * height), (5.8, 0.55 * height), (4.5, 0.66 * height), (1.0, 0.7 * height)],
                material="cosmetic",
                sides=14,
            )
        )
        one.append(tube(helix(radius - 2.5, 2, 14, 26) + vec(z=0.2 * height), 0.6, material="abs", sides=4))
        if chance(rng, 0.4):
            one.append(cylinder(radius - 2, 6.0, (0, 0, 5.0), material="steel", sides=16))
        parts += move(
            lay(one), (rng.normal(0, 6), 26.0 * i, 0), turned=turn("z", rng.normal(0, 12) + 180 * rng.integers(2))
        )
    return shape("lipstick", parts)


def perfume(rng: np.random.Generator) -> Shape:
    """A perfume bottle of thick glass with a heavy foot, spray head and cap, often in its box."""
    x, y, z = float(rng.uniform(38, 75)), float(rng.uniform(26, 42)), float(rng.uniform(60, 110))
    wall = float(rng.uniform(4.0, 7.0))
    form = superellipse((1.0, 1.0), pick(rng, 2.0, 4.0, 9.0), 36)
    levels = np.array([0.0, 0.03, 0.9, 1.0])
    swell = np.array([0.92, 1.0, rng.uniform(0.75, 1.05), 0.55])
    rings = np.dstack(
        [
            swell[:, None] * form[None, :, 0] * x,
            swell[:, None] * form[None, :, 1] * y,
            np.repeat(levels[:, None] * z, 36, 1),
        ]
    )
    inner_levels = np.array([0.16, 0.2, 0.86, 0.92])
    inside = np.dstack(
        [
            swell[:, None] * form[None, :, 0] * (x - 2 * wall),
            swell[:, None] * form[None, :, 1] * (y - 2 * wall),
            np.repeat(inner_levels[:, None] * z, 36, 1),
        ]
    )
    full = float(rng.uniform(0.4, 1.0))
    liquid = inside.copy()
    liquid[..., 2] = 0.16 * z + full * (inside[..., 2] - 0.16 * z)
    parts = [loft(rings, material="glass"), hollow(loft(inside, material="glass")), loft(liquid, material="ethanol")]
    parts.append(cylinder(8.5, 9.0, (0, 0, z + 3), material="glass", wall=2.5))
    parts += _atomiser(8.0, z + 8, 0.8 * z)
    cap = lathe(
        [(13, z + 4), (13, z + 26), (10, z + 32), (0.4, z + 32)],
        material=pick(rng, "abs", "zinc", "pmma", "wood"),
        sides=24,
        wall=2.2,
    )
    parts.append(cap)
    boxed = [*parts, *move(carton((z + 50, x + 12, y + 12)), (0, 0, z / 2 + 14), turned=turn("y", 90))]
    return shape("perfume", lay(boxed if chance(rng, 0.5) else parts))


def powder_compact(rng: np.random.Generator) -> Shape:
    """A compact with its mirror, pans of pressed powder, sponge or brush, hinge pin and clasp; or a palette."""
    wide = chance(rng, 0.5)
    x, y = (float(rng.uniform(100, 170)), float(rng.uniform(60, 95))) if wide else (float(rng.uniform(58, 80)),) * 2
    corner = 8.0 if wide else pick(rng, 8.0, 0.49 * x)
    parts = [rounded_box((x, y, h), corner, (0, 0, z), material="abs", wall=1.6) for h, z in ((8.0, 0.0), (5.0, 7.0))]
    parts.append(rounded_box((0.86 * x, 0.8 * y, 1.6), 0.8 * corner, (0, 0, 7.5), material="glass"))
    pans = (
        [(px, py, 1.0) for px in np.linspace(-0.36, 0.36, int(rng.integers(3, 7))) * x for py in (-0.22 * y, 0.2 * y)]
        if wide
        else [(0.0, 0.0, 1.0)]
    )
    radius = 10.5 if wide else 0.38 * x
    parts.append(repeated(cylinder(radius, 3.2, material="cosmetic", sides=22, grain=0.04), pans))
    parts.append(repeated(cylinder(radius + 0.5, 3.6, material="tin", sides=22, wall=0.15), pans))
    parts.append(cylinder(1.0, 0.7 * x, (0, 0.49 * y, 4.0), material="steel", axis="x", sides=8))
    parts.append(box((10.0, 3.0, 4.0), (0, -0.5 * y, 4.0), material="zinc"))
    if wide:
        parts.append(tube([(-0.3 * x, 0, 3), (0.3 * x, 0, 3)], 2.2, material="polypropylene", sides=7))
        parts.append(cylinder(2.8, 14.0, (0.3 * x, 0, 3), material="aluminium", axis="x", sides=10, wall=0.3))
    return shape("powder_compact", parts)


def mascara(rng: np.random.Generator) -> Shape:
    """Mascara, eyeliner and nail polish: wand with twisted wire and bristles, wiper, steel balls in the polish."""
    parts: list[Part] = []
    for i in range(int(rng.integers(2, 7))):
        if chance(rng, 0.6):
            long = float(rng.uniform(100, 130))
            one = [
                cylinder(
                    7.5, 0.55 * long, (0, 0, 0.27 * long), material=pick(rng, "abs", "aluminium"), wall=1.2, sides=18
                )
            ]
            one.append(cylinder(7.8, 0.45 * long, (0, 0, 0.78 * long), material="abs", wall=1.4, sides=18))
            one += [
                cylinder(4.5, 0.4 * long, (0, 0, 0.22 * long), material="cosmetic", sides=12),
                tube([(0, 0, 0.08 * long), (0, 0, 0.9 * long)], 0.6, material="steel", sides=5),
            ]
            one.append(tube(helix(2.4, 16, 1.7, 120) + vec(z=0.2 * long), 0.5, material="nylon", sides=3))
        else:
            one = [lathe([(11, 0), (12.5, 3), (12.5, 30), (6, 36), (6, 42)], material="glass", sides=22, wall=2.0)]
            one.append(cylinder(10.0, 22.0, (0, 0, 14.0), material="cosmetic", sides=18))
            one.append(
                repeated(ellipsoid((2.5, 2.5, 2.5), material="steel", sides=8, rings=6), [(4, 2, 5), (-4, 1, 5)])
            )
            one += [
                lathe([(7.5, 36), (6.0, 76), (0.3, 76)], material="abs", sides=16, wall=1.6),
                tube([(0, 0, 6), (0, 0, 60)], 1.3, material="polyethylene", sides=6),
            ]
        parts += move(lay(one), (rng.normal(0, 10), 24.0 * i, 0), turned=turn("z", rng.normal(0, 10)))
    return shape("mascara", parts)


def brushes(rng: np.random.Generator) -> Shape:
    """Hair brush, comb or make-up brushes with metal ferrules."""
    parts: list[Part] = []
    if chance(rng, 0.5):
        head = superellipse((rng.uniform(95, 125), rng.uniform(50, 75)), 2.3, 30)
        parts.append(extrude(head, 9.0, material=pick(rng, "wood", "abs"), grain=0.05))
        parts.append(
            tube(
                smooth([(45, 0, 0), (90, 0, 0), (150, 0, 0)], 10),
                np.linspace(8, 11, 10),
                material="abs",
                sides=10,
                wall=2.0,
            )
        )
        pins = np.array(
            [
                (px, py, 12.0)
                for px in np.arange(-44, 45, 8.0)
                for py in np.arange(-24, 25, 8.0)
                if (px / 50) ** 2 + (py / 30) ** 2 < 0.9
            ]
        )
        parts.append(repeated(cylinder(0.7, 18.0, material=pick(rng, "nylon", "steel"), sides=5), pins))
        parts.append(extrude(0.9 * head, 3.0, (0, 0, 6), material="rubber"))
        return shape("brushes", parts)
    for i in range(int(rng.integers(3, 9))):
        long, r = float(rng.uniform(120, 180)), float(rng.uniform(3, 8))
        one = [
            tube(
                [(0, 0, 0), (0.4 * long, 0, 0), (0.7 * long, 0, 0)],
                np.array([1.8, 3.5, 0.8 * r]),
                material="wood",
                sides=8,
            )
        ]
        one.append(
            lathe(
                [(0.8 * r, 0.66 * long), (r, 0.84 * long)],
                material=pick(rng, "aluminium", "brass"),
                axis="x",
                sides=14,
                wall=0.35,
            )
        )
        one.append(
            lathe(
                [(r, 0.82 * long), (1.5 * r, 0.94 * long), (0.8 * r, 1.02 * long)],
                material="wool",
                axis="x",
                sides=12,
                grain=0.2,
            )
        )
        parts += move(one, (rng.normal(0, 10), 15.0 * i, rng.normal(0, 3)), turned=turn("z", rng.normal(0, 7)))
    return shape("brushes", parts)


KINDS = (
    Kind("lipstick", None, lipstick, 1.2),
    Kind("perfume", None, perfume, 1.8),
    Kind("powder_compact", None, powder_compact, 1.0),
    Kind("mascara", None, mascara, 1.0),
    Kind("brushes", None, brushes, 0.8),
)
