"""Clothes as they fill bags and parcels: heaps, stacks, rolls. The most common background there is."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import folds
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import tube
from parcelray.datasets.synth.shapes.clutter.soft.cloth import (
    Fabric,
    button,
    creases,
    fabric,
    hem_lines,
    label,
    layers,
    zip_fastener,
)
from parcelray.datasets.synth.shapes.clutter.soft.forms import chance, cushion, loft, pick, vec, wavering
from parcelray.datasets.synth.shapes.kind import Kind


def _crumpled(rng: np.random.Generator, cloth: Fabric, extent: tuple[float, float], thickness: float) -> Part:
    """One garment that was thrown down: a lump with a wavering rim, thick here and thin there."""
    outline = wavering(rng, extent, squareness=rng.uniform(2.5, 5.0), amount=0.035)
    hills = folds(rng, 0.35, 0.45 * min(extent))
    waves = folds(rng, 0.2 * thickness, 0.6 * min(extent))
    return cushion(outline, thickness, material=cloth.material, grain=cloth.grain, surface=waves, relief=hills)


def _hardware(rng: np.random.Generator, extent: tuple[float, float, float]) -> list[Part]:
    """The little that garments have of plastic and metal: buttons in rows, a zip, hooks, drawstrings, labels."""
    size = np.asarray(extent)
    parts: list[Part] = []
    for _ in range(int(rng.integers(0, 3))):
        start, step = rng.uniform(-0.4, 0.4, 3) * size, rng.normal(0.0, 1.0, 3)
        step *= 60.0 / np.linalg.norm(step)
        of, radius = pick(rng, "pmma", "nylon", "brass"), float(rng.uniform(4.5, 7.0))
        for i in range(int(rng.integers(1, 6))):
            place = start + i * step
            if (np.abs(place[:2]) < 0.48 * size[:2]).all():
                parts += button(rng, [place[0], place[1], start[2]], radius=radius, material=of)
    if chance(rng, 0.45):
        middle, angle = rng.uniform(-0.2, 0.2, 3) * size, rng.uniform(0.0, np.pi)
        t = np.linspace(-0.5, 0.5, 24)
        reach = rng.uniform(0.25, 0.6) * float(size[:2].min())
        x = middle[0] + reach * t * np.cos(angle) + 8.0 * np.sin(5.0 * t + angle)
        y = middle[1] + reach * t * np.sin(angle) + 8.0 * np.cos(6.0 * t)
        parts += zip_fastener(rng, np.stack([x, y, np.full_like(x, middle[2])], -1), fine=chance(rng, 0.5))
    if chance(rng, 0.5):
        parts += label(rng, rng.uniform(-0.35, 0.35, 3) * size)
    return parts


def heap_of_clothes(rng: np.random.Generator) -> Shape:
    """A bag full of clothes, thrown in as they came."""
    size = (float(rng.uniform(270, 440)), float(rng.uniform(220, 340)), float(rng.uniform(60, 120)))
    first = fabric(rng, "cotton", "cotton", "polyester")
    second = fabric(rng) if chance(rng, 0.3) else first
    # One lies under all of the others and fills the bag.
    parts = [_crumpled(rng, first, (size[0], size[1]), 0.4 * size[2])]
    for i in range(int(rng.integers(3, 6))):
        cloth = first if i % 3 else second
        own = (size[0] * rng.uniform(0.5, 0.95), size[1] * rng.uniform(0.5, 0.95))
        place = rng.uniform(-0.5, 0.5, 3) * [0.8 * (size[0] - own[0]), 0.8 * (size[1] - own[1]), 0.6 * size[2]]
        lump = _crumpled(rng, cloth, own, rng.uniform(0.4, 0.75) * size[2])
        parts += move(lump, place, turned=turn("z", rng.normal(0.0, 25.0)))
    flat = (0.92 * size[0], 0.92 * size[1], 0.8 * size[2])
    parts.append(creases(rng, first, 170, flat, length=(12, 70), width=(1.5, 7), depth=(12, 45), scatter=0.6))
    parts.append(creases(rng, second, 40, flat, length=(40, 130), width=(6, 20), depth=(8, 25), scatter=0.3))
    parts += hem_lines(rng, flat, int(rng.integers(8, 16)))
    parts += _hardware(rng, flat)
    return shape("heap_of_clothes", parts, soft=True)


def packed_clothes(rng: np.random.Generator) -> Shape:
    """Folded clothes side by side and over each other, as a suitcase is packed with care."""
    width, depth = float(rng.uniform(280, 440)), float(rng.uniform(220, 330))
    columns = int(rng.integers(1, 4))
    cloths = (fabric(rng), fabric(rng))
    parts: list[Part] = []
    high = 0.0
    for column in range(columns):
        own = width / columns
        level = 0.0
        for _ in range(int(rng.integers(3, 5))):
            thick = float(rng.uniform(18, 36))
            extent = (own * rng.uniform(0.92, 1.06), depth * rng.uniform(0.8, 1.0))
            at = vec((column + 0.5) * own - width / 2.0, rng.normal(0.0, 0.03) * depth, level + thick / 2.0)
            parts += layers(rng, pick(rng, *cloths), extent, thick, 2, at=at)
            level += 0.8 * thick
        high = max(high, level)
    flat = (0.95 * width, 0.95 * depth, 0.8 * high)
    middle = vec(z=high / 2.0)
    for direction in (0.0, 90.0):
        parts.append(
            creases(
                rng, cloths[0], 40, flat, at=middle, length=(25, 150), depth=(10, 36), direction=direction, scatter=0.2
            )
        )
    extra = [*hem_lines(rng, flat, int(rng.integers(8, 16)), straight=0.9), *_hardware(rng, flat)]
    return shape("packed_clothes", [*parts, *move(extra, middle)], soft=True)


def folded_pile(rng: np.random.Generator) -> Shape:
    """A stack of folded clothes, as they lie in a shelf or come from a shop, each in its plastic bag."""
    width, depth = float(rng.uniform(200, 310)), float(rng.uniform(250, 380))
    count = int(rng.integers(3, 5))
    parts: list[Part] = []
    level = 0.0
    bagged = chance(rng, 0.4)
    cloths = (fabric(rng), fabric(rng))
    for _ in range(count):
        thick = float(rng.uniform(20, 38))
        extent = (width * rng.uniform(0.86, 1.0), depth * rng.uniform(0.8, 1.0))
        at = vec(rng.normal(0.0, 6.0), rng.normal(0.0, 6.0), level + thick / 2.0)
        parts += layers(rng, pick(rng, *cloths), extent, thick, 2, at=at, spread=0.12)
        if bagged:
            film = wavering(rng, (extent[0] + 15.0, extent[1] + 25.0), squareness=9.0, amount=0.01)
            parts.append(cushion(film, thick, at, material="polyethylene", wall=0.1))
        level += 0.85 * thick
    flat = (0.9 * width, 0.9 * depth, 0.9 * level)
    parts.append(creases(rng, cloths[0], 60, flat, at=vec(z=level / 2.0), length=(20, 140), depth=(8, 32), scatter=0.9))
    extra = [*hem_lines(rng, flat, int(rng.integers(6, 12)), straight=0.95), *_hardware(rng, flat)]
    return shape("folded_pile", [*parts, *move(extra, vec(z=level / 2.0))], soft=True)


def rolled_clothes(rng: np.random.Generator) -> Shape:
    """Garments rolled up, side by side."""
    long = float(rng.uniform(190, 300))
    cloths = (fabric(rng), fabric(rng))
    parts: list[Part] = []
    x = 0.0
    for _ in range(int(rng.integers(3, 6))):
        radius = float(rng.uniform(24, 42))
        own, cloth = long * rng.uniform(0.8, 1.0), pick(rng, *cloths)
        x += radius
        at = vec(x, rng.normal(0.0, 8.0), radius)
        parts += move(_roll(rng, cloth, radius, own), at, turned=turn("z", rng.normal(0.0, 4.0)))
        x += radius
    flat = (x, 0.8 * long, 50.0)
    middle = vec(x / 2.0, 0.0, 32.0)
    folded = creases(rng, cloths[0], 120, flat, at=middle, length=(15, 110), direction=90.0, scatter=0.3)
    extra = hem_lines(rng, flat, int(rng.integers(4, 9)))
    return shape("rolled_clothes", [*parts, folded, *move(extra, middle)], soft=True)


def _roll(rng: np.random.Generator, cloth: Fabric, radius: float, long: float) -> list[Part]:
    """Cloth rolled up along y: a body with waves, and the edge of the cloth winding at both ends."""
    stations = np.array([-0.5, -0.49, -0.46, -0.25, 0.0, 0.25, 0.46, 0.49, 0.5]) * long
    swell = np.array([0.55, 0.8, 0.95, 1.0, 1.02, 1.0, 0.95, 0.8, 0.55]) * rng.uniform(0.93, 1.05, 9)
    angles = np.linspace(0.0, 2.0 * np.pi, 22, endpoint=False)
    ring = np.stack([np.sin(angles), np.zeros_like(angles), 0.85 * np.cos(angles)], -1)
    sections = radius * swell[:, None, None] * ring[None]
    sections[..., 1] += stations[:, None]
    t = np.linspace(0.0, rng.uniform(5.0, 8.0) * np.pi, 44)
    winding = np.stack([t / t[-1] * np.cos(t), 0.0 * t, t / t[-1] * 0.85 * np.sin(t)], -1) * 0.9 * radius
    ends = [tube(winding + vec(y=end * long), 1.0, material="pet", sides=4) for end in (-0.47, 0.47)]
    return [loft(sections, material=cloth.material, grain=cloth.grain), *ends]


KINDS = (
    Kind("heap_of_clothes", None, heap_of_clothes, 9.0),
    Kind("packed_clothes", None, packed_clothes, 7.0),
    Kind("folded_pile", None, folded_pile, 4.0),
    Kind("rolled_clothes", None, rolled_clothes, 2.0),
)
