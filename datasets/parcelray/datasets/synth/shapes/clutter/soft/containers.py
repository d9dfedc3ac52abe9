"""What goods come in: bottles, jars, tins, cartons, bags, sachets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from parcelray.datasets.synth.geometry.curves import folds
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part
from parcelray.datasets.synth.geometry.solids import box, boxes, cylinder, lathe, pipe, rounded_box
from parcelray.datasets.synth.shapes.clutter.soft.forms import chance, cushion, heaped, pick, repeated, vec, wavering

Profile = NDArray[np.float64]


def filled(
    profile: Profile, level: float, *, inset: float, material: str, lying: bool, grain: float = 0.0
) -> list[Part]:
    """What a round vessel holds, up to a share of its height: upright, or lying with the level along its length.

    Args:
        profile: (N, 2) of the vessel's radius and height.
        level: share of the height (of the diameter, when lying) that is full.
        inset: of the wall, mm.
        material: of the contents.
        lying: the vessel lies on its side; x is up then, and its axis still z.
        grain: see ``Part``.
    """
    inner = np.column_stack([np.maximum(profile[:, 0] - inset, 0.2), profile[:, 1]])
    low, high = inner[0, 1], inner[-1, 1]
    if not lying or level > 0.93:
        top = low + level * (high - low) if not lying else high
        below = inner[inner[:, 1] < top - 1e-3]
        last = float(np.interp(top, inner[:, 1], inner[:, 0]))
        return [lathe(np.vstack([below, (last, top)]), material=material, sides=26, grain=grain)]
    full = lathe(inner, material=material, sides=26, grain=grain)
    widest = float(inner[:, 0].max())
    surface = (2.0 * level - 1.0) * widest
    # Points above the surface of the liquid are let down to it.
    flat = full.vertices.copy()
    flat[:, 0] = np.minimum(flat[:, 0], surface)
    return [Part(flat, full.faces, material, grain=grain)]


def screw_cap(radius: float, height: float, at: float, *, material: str, ribs: bool = True) -> list[Part]:
    """A cap around z with its grip, its thread and a liner; ``at`` is its lower edge."""
    middle = at + height / 2.0
    parts = [cylinder(radius, height, (0, 0, middle), material=material, wall=1.2)]
    if ribs:
        angles = np.linspace(0.0, 360.0, 18, endpoint=False)
        places = [(radius * np.cos(a), radius * np.sin(a), middle) for a in np.radians(angles)]
        parts.append(boxes((1.2, 1.0, 0.8 * height), places, material=material, turned=angles))
    parts.append(pipe(radius - 0.8, radius - 2.2, 0.25 * height, (0, 0, at + 0.3 * height), material=material))
    return parts


def can_parts(
    rng: np.random.Generator, radius: float, height: float, *, material: str, contents: str, grain: float = 0.05
) -> list[Part]:
    """A metal can around z: seamed rims, beads, ends with rings, contents with head space."""
    wall = 0.22 if material == "steel" else 0.15
    levels = np.linspace(-0.5, 0.5, 15) * height
    beads = (
        np.where((np.arange(15) % 2 == 1) & (np.abs(levels) < 0.36 * height), 0.8, 0.0)
        if material == "steel"
        else np.zeros(15)
    )
    profile = np.column_stack([radius - beads, levels])
    parts = [
        lathe(
            np.vstack([(0.2, levels[0] + 3.0), profile, (0.2, levels[-1] - 3.0)]),
            material=material,
            sides=30,
            wall=wall,
        )
    ]
    parts += [
        pipe(radius + 1.1, radius - 1.2, 2.6, (0, 0, s * height / 2.0), material=material, sides=30) for s in (-1, 1)
    ]
    for share in (0.78, 0.62, 0.45):
        parts += [
            pipe(share * radius, share * radius - 1.0, 0.6, (0, 0, s * (height / 2 - 3)), material=material)
            for s in (-1, 1)
        ]
    full = float(rng.uniform(0.8, 0.97))
    inside = np.array([(radius - 0.8, -height / 2.0 + 3.5), (radius - 0.8, height / 2.0 - 4.0)])
    parts += filled(inside, full, inset=0.0, material=contents, lying=False, grain=grain)
    if chance(rng, 0.6):
        parts.append(
            boxes((0.8 * radius, 0.45 * radius, 0.6), vec(0.2 * radius, 0, height / 2 - 2), material="aluminium")
        )
    return parts


def carton(extent: Sequence[float], *, material: str = "cardboard", wall: float = 1.5) -> list[Part]:
    """A folding box with its flaps doubled at both ends of x and glued along one edge."""
    x, y, z = extent
    parts = [box(extent, material=material, wall=wall)]
    flaps = [(s * (x / 2 - 1.0), 0.0, k * z * 0.2) for s in (-1, 1) for k in (-1, 1)]
    parts.append(boxes((0.6, 0.96 * y, 0.5 * z), flaps, material="paper"))
    parts.append(boxes((0.96 * x, 0.6, min(15.0, 0.8 * z)), (0.0, 0.47 * y, 0.0), material="paper"))
    return parts


def pouch(
    rng: np.random.Generator, extent: Sequence[float], *, contents: str, grain: float, film: str = "polyethylene"
) -> list[Part]:
    """A bag of something that pours, lying flat: the heap inside, the film with its sealed ends."""
    x, y, z = extent
    bulk = wavering(rng, (0.93 * x, 0.9 * y), squareness=rng.uniform(3.0, 6.0), amount=0.02, points=36)
    hump = float(rng.uniform(-0.25, 0.25))
    parts = [
        cushion(
            bulk, z, material=contents, grain=grain, rim=0.35 * min(x, y), relief=lambda u, _: np.asarray(hump * u / x)
        ),
        cushion(1.03 * bulk, z + 1.0, material=film, wall=0.2, rim=0.35 * min(x, y)),
    ]
    ends = [(0.0, s * (0.5 * y + 6.0), 0.0) for s in (-1, 1)]
    parts.append(boxes((x, 14.0, 0.5), ends, material=film))
    ridges = [(0.0, s * (0.5 * y + k), 0.4) for s in (-1, 1) for k in (1.0, 5.0, 9.0)]
    parts.append(boxes((x, 1.2, 1.2), ridges, material=film))
    return parts


def loose_film(
    rng: np.random.Generator, extent: tuple[float, float, float], *, material: str = "polyethylene"
) -> list[Part]:
    """A loose bag around a heap, with its gathered or sealed end."""
    x, y, z = extent
    skin = cushion(
        wavering(rng, (1.08 * x, 1.08 * y), squareness=3.5),
        z + 3,
        material=material,
        wall=0.2,
        surface=folds(rng, 2.0, 40.0),
    )
    seal = boxes((0.9 * x, 16.0, 0.6), [(0, s * (0.54 * y + 6.0), 0) for s in (-1, 1)], material=material)
    return [skin, seal]


def grains(
    rng: np.random.Generator, count: int, extent: ArrayLike, part: Part, *, vary: float = 0.25, tilt: float = 40.0
) -> Part:
    """So many of a small thing in a heap of extent (3,), each turned its own way."""
    places = heaped(rng, count, extent)
    return repeated(
        part,
        places,
        turned=rng.uniform(0.0, 360.0, count),
        tilted=rng.normal(0.0, tilt, count),
        scale=rng.uniform(1.0 - vary, 1.0 + vary, count),
    )


def lay(parts: list[Part]) -> list[Part]:
    """What was drawn standing, on its side: z becomes x, and what was up along x is up along z."""
    return move(parts, turned=turn("y", 90.0) @ turn("z", 180.0))


def rows_of(count: tuple[int, int], pitch: tuple[float, float], z: float = 0.0) -> NDArray[np.float64]:
    """Places in rows and columns around the origin: (N, 3)."""
    x, y = np.meshgrid(np.arange(count[0]), np.arange(count[1]))
    flat = np.stack([(x - (count[0] - 1) / 2) * pitch[0], (y - (count[1] - 1) / 2) * pitch[1], np.full(x.shape, z)], -1)
    return flat.reshape(-1, 3)


def tray(
    count: tuple[int, int], pitch: tuple[float, float], depth: float, *, material: str = "pet", wall: float = 0.4
) -> Part:
    """A thermoformed tray: cups in rows."""
    cup = rounded_box((0.88 * pitch[0], 0.88 * pitch[1], depth), 0.2 * min(pitch), material=material, wall=wall)
    return repeated(cup, rows_of(count, pitch))


def any_contents(rng: np.random.Generator) -> tuple[str, float]:
    """Material and grain of something to eat from a can or a jar."""
    return pick(
        rng, ("fruit", 0.12), ("meat", 0.08), ("sugar", 0.05), ("water", 0.0), ("organic_bulk", 0.15), ("oil", 0.03)
    )
