"""Garments for the lower body and underwear: trousers, jeans, socks, underwear, bra."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import Surface, smooth
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import boxes, cylinder, ellipsoid, extrude, tube
from parcelray.datasets.synth.shapes.clutter.soft.cloth import (
    Fabric,
    button,
    creases,
    fabric,
    layers,
    line,
    seam,
    zip_fastener,
)
from parcelray.datasets.synth.shapes.clutter.soft.forms import chance, cushion, pick, repeated, vec, wavering
from parcelray.datasets.synth.shapes.kind import Kind


def _folded_trousers(rng: np.random.Generator, cloth: Fabric, thick: float) -> tuple[list[Part], float, float]:
    """Trousers folded along the middle and then across, waistband, fly and pockets on top.

    Returns:
        Their parts, their width along x, and their depth along y; the waist is at the high y.
    """
    width, depth = float(rng.uniform(210, 280)), float(rng.uniform(280, 400))
    parts = layers(rng, cloth, (width, depth), thick, int(rng.integers(3, 5)), squareness=8.0, spread=0.05, amount=0.01)
    top = thick / 2.0 + 1.0
    parts.append(
        boxes((0.9 * width, 38.0, 5.0), vec(y=0.42 * depth, z=top), material=cloth.material, grain=cloth.grain)
    )
    for y in (0.37, 0.47):
        parts += seam(line((-0.44 * width, y * depth), (0.44 * width, y * depth), top + 2.0), gap=4.0)
    for x in np.linspace(-0.39, 0.39, 5) * width:
        parts += seam(line((x, 0.36 * depth), (x, 0.48 * depth), top + 4.0, 6), gap=8.0, thick=2.0)
    parts += zip_fastener(rng, line((0.04 * width, 0.06 * depth), (0.0, 0.38 * depth), top, 10), fine=True)
    side = rng.choice([-1.0, 1.0])
    parts += seam(line((side * 0.43 * width, -0.44 * depth), (side * 0.46 * width, 0.4 * depth), top), gap=7.0)
    parts += seam(line((-0.45 * width, -0.44 * depth), (0.45 * width, -0.44 * depth), 0.0), gap=6.0)
    parts.append(creases(rng, cloth, 60, (width, depth, thick), length=(20, 120), width=(2, 9), depth=(5, 18)))
    return parts, width, depth


def trousers(rng: np.random.Generator) -> Shape:
    """Cloth trousers folded: sharp creases along the legs, hook, zip, pocket linings."""
    thick = float(rng.uniform(22, 40))
    cloth = fabric(rng, "cotton", "polyester", "wool")
    parts, width, depth = _folded_trousers(rng, cloth, thick)
    parts += button(rng, (0.0, 0.45 * depth, thick), material="nylon")
    parts.append(boxes((9.0, 7.0, 1.2), vec(8.0, 0.44 * depth, thick), material="steel"))
    for side in (-1.0, 1.0):
        bag = wavering(rng, (0.3 * width, 0.32 * depth), squareness=3.0)
        at = vec(side * 0.27 * width, 0.2 * depth, 0.3 * thick)
        parts.append(cushion(bag, 4.0, at, material=cloth.material, grain=cloth.grain))
        parts += seam(line((side * 0.2 * width, 0.38 * depth), (side * 0.4 * width, 0.2 * depth), thick), gap=0.0)
    return shape("trousers", parts, soft=True)


def jeans(rng: np.random.Generator) -> Shape:
    """Jeans folded: thick double seams everywhere, rivets at the pockets, metal buttons, leather label."""
    thick = float(rng.uniform(32, 52))
    cloth = Fabric("cotton", pick(rng, 0.09, 0.12))
    parts, width, depth = _folded_trousers(rng, cloth, thick)
    # Denim is woven tight: the same layers once more.
    parts += layers(rng, cloth, (0.98 * width, 0.98 * depth), 0.8 * thick, 1, squareness=9.0, spread=0.02)
    rivet = cylinder(4.2, 1.5, material="copper", sides=10)
    places: list[tuple[float, float, float]] = []
    for side in (-1.0, 1.0):
        x = side * 0.25 * width
        corners = [(x - 45, 0.3 * depth), (x - 42, -0.02 * depth), (x, -0.07 * depth), (x + 42, -0.02 * depth)]
        outline = np.array([(*corner, thick) for corner in [*corners, (x + 45, 0.3 * depth)]])
        parts += seam(outline, gap=5.0, thick=1.8)
        parts.append(boxes((88.0, 0.3 * depth, 1.6), vec(x, 0.13 * depth, thick), material="cotton", grain=cloth.grain))
        places += [(x - 45, 0.3 * depth, thick), (x + 45, 0.3 * depth, thick)]
    parts.append(repeated(rivet, places))
    parts += button(rng, (0.0, 0.45 * depth, thick + 3.0), radius=8.5, material="brass")
    for i in range(int(rng.choice([0, 0, 4]))):
        parts += button(rng, (0.02 * width, (0.36 - 0.075 * i) * depth, thick), radius=7.0, material="brass")
    parts.append(boxes((58.0, 40.0, 1.5), vec(0.28 * width, 0.44 * depth, thick + 4.0), material="leather"))
    return shape("jeans", parts, soft=True)


def socks(rng: np.random.Generator) -> Shape:
    """A few pairs of socks, each turned into a ball, with its ribbed cuff outside."""
    cloth = fabric(rng, "cotton", "wool")
    parts: list[Part] = []
    for i in range(int(rng.integers(1, 5))):
        radius = float(rng.uniform(28, 44))
        flat = rng.uniform(0.6, 0.85)
        ball = [ellipsoid((1.25 * radius, radius, flat * radius), material=cloth.material, grain=cloth.grain, rings=8)]
        ball.append(ellipsoid((0.8 * radius, 0.7 * radius, 0.5 * radius), material=cloth.material, grain=cloth.grain))
        angles = np.linspace(0.2, 2.0 * np.pi + 0.4, 26)
        for x in (0.3, 0.42, 0.54):
            ring = np.stack(
                [np.full(26, x * radius), np.cos(angles) * radius * 0.9, np.sin(angles) * flat * radius * 0.9]
            )
            ball.append(tube(ring.T + 0.0, 2.2, material="polyester", sides=4, grain=0.09))
        ball.append(creases(rng, cloth, 16, (2 * radius, 1.6 * radius, radius), length=(15, 45), width=(2, 7)))
        place = vec(75.0 * (i % 2) + rng.normal(0, 5), 72.0 * (i // 2) + rng.normal(0, 5), rng.normal(0, 4))
        parts += move(ball, place, turned=turn("z", rng.uniform(0, 360)))
    return shape("socks", parts, soft=True)


def underwear(rng: np.random.Generator) -> Shape:
    """Briefs or boxers, several, folded or loose: elastic waistbands are what shows."""
    cloth = fabric(rng, "cotton", "polyester")
    parts: list[Part] = []
    count = int(rng.integers(2, 7))
    for i in range(count):
        width, depth = float(rng.uniform(150, 210)), float(rng.uniform(110, 160))
        cut = rng.uniform(0.08, 0.25)
        outline = [(-0.5, 0.5), (-0.5, 0.25), (-cut, -0.45), (cut, -0.45), (0.5, 0.25), (0.5, 0.5)]
        piece = extrude(np.array(outline) * [width, depth], 6.0, material=cloth.material, grain=cloth.grain)
        band = boxes((width, 26.0, 4.0), vec(y=0.45 * depth, z=3.0), material="polyester", grain=cloth.grain)
        threads = [line((-width / 2, 0.4 * depth + k), (width / 2, 0.4 * depth + k), 5.0, 10) for k in (0, 5, 10, 15)]
        ribs = [tube(thread, 0.9, material="silicone", sides=3) for thread in threads]
        hems = [
            p
            for s in (-1, 1)
            for p in seam(line((s * 0.5 * width, 0.25 * depth), (s * cut * width, -0.45 * depth), 3.0))
        ]
        wrinkles = creases(rng, cloth, 12, (width, depth, 10.0), length=(15, 60), width=(2, 6), depth=(4, 14))
        place = vec(rng.normal(0.0, 26.0), rng.normal(0.0, 26.0), 7.0 * (i - count / 2.0))
        parts += move([piece, band, *ribs, *hems, wrinkles], place, turned=turn("z", rng.normal(0.0, 50.0)))
    return shape("underwear", parts, soft=True)


def bra(rng: np.random.Generator) -> Shape:
    """A bra, or two laid into each other: steel underwires, padded cups, straps with sliders, hooks."""
    size = float(rng.uniform(52, 68))
    cloth = Fabric("polyester", 0.1)
    parts: list[Part] = []
    for i in range(int(rng.integers(1, 4))):
        lift = 7.0 * i
        for side in (-1.0, 1.0):
            middle = vec(side * 1.02 * size + rng.normal(0, 3), rng.normal(0, 3), lift)
            cup = wavering(rng, (1.9 * size, 1.9 * size), squareness=2.2, amount=0.02)
            bulge = _bowl(size)
            parts.append(cushion(cup, 8.0, middle, material=cloth.material, grain=cloth.grain, surface=bulge))
            t = np.linspace(np.pi * 1.02, 2.0 * np.pi - 0.02, 26)
            wire = np.stack([0.95 * size * np.cos(t), 0.95 * size * np.sin(t), 0.0 * t], -1)
            parts.append(tube(wire + middle, 1.0, material="steel", sides=5))
            parts += seam(wire + middle + vec(y=-4.0), gap=7.0)
            strap = smooth(
                [(0, 0.9 * size, 4), (side * 25, 1.6 * size, 8), (side * 5, 2.3 * size, 4), (side * 50, 1.8 * size, 2)]
            )
            parts += seam(strap + middle, gap=9.0, thick=1.3)
            parts += move(_slider(rng), middle + strap[18], turned=turn("z", rng.uniform(0, 180)))
            wing = smooth(
                [(0.9 * size, -0.3 * size, 0), (1.6 * size, -0.5 * size, 3), (2.2 * size, rng.normal(0, 30), 2)]
            )
            wing[:, 0] *= side
            parts += seam(wing + middle, gap=22.0, thick=1.5)
        hooks = vec(2.9 * size, -0.3 * size, lift) + np.array(
            [(6.0 * c, 12.0 * r, 0.0) for c in range(3) for r in range(2)]
        )
        parts.append(boxes((5.0, 3.0, 1.2), hooks, material="steel"))
    return shape("bra", parts, soft=True)


def _bowl(size: float) -> Surface:
    """Height of a cup over its rim."""
    return lambda x, y: np.asarray(18.0 * np.clip(1.0 - (x**2 + y**2) / size**2, 0.0, 1.0))


def _slider(rng: np.random.Generator) -> list[Part]:
    """The eight-shaped ring on a strap."""
    of = pick(rng, "steel", "nylon", "zinc")
    bars = boxes(
        [(14, 1.6, 1.6)] * 3 + [(1.6, 12, 1.6)] * 2,
        [(0, -6, 0), (0, 0, 0), (0, 6, 0), (-7, 0, 0), (7, 0, 0)],
        material=of,
    )
    return [bars] if chance(rng, 0.8) else []


KINDS = (
    Kind("trousers", None, trousers, 1.8),
    Kind("jeans", None, jeans, 2.2),
    Kind("socks", None, socks, 1.2),
    Kind("underwear", None, underwear, 1.0),
    Kind("bra", None, bra, 1.0),
)
