"""The walls of containers: bulging skins of cloth, film and plastic, corrugated board, creases."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from parcelray.datasets.synth.geometry.curves import folds
from parcelray.datasets.synth.geometry.placing import Rotation, move
from parcelray.datasets.synth.geometry.shape import Part
from parcelray.datasets.synth.geometry.solids import lathe, sheet, tube
from parcelray.datasets.synth.shapes.forms import squarish

# Kraft paper of the fluted middle of corrugated board.
FLUTE_WALL = 0.2


def skin(
    rng: np.random.Generator,
    inner: NDArray[np.float64],
    *,
    material: str,
    wall: float,
    power: float = 6.0,
    edge: float = 0.12,
    creased: float = 2.0,
    crease_scale: float = 60.0,
    grain: float = 0.1,
    margin: float = 3.0,
    sides: int = 48,
) -> Part:
    """A closed skin around the inside from the origin to ``inner``.

    Args:
        rng: decides its creases.
        inner: (3,) mm.
        material: what it is of.
        wall: its thickness.
        power: of the outline's superellipse: 4 is a bag, 12 a case.
        edge: how far its lower and upper edges are rounded, as a share of the height.
        creased: mm of its ups and downs.
        crease_scale: mm between them.
        grain: see ``Part``.
        margin: mm between the inside and the skin.
        sides: around.
    """
    height = float(inner[2]) + 2.0 * margin
    curve = np.linspace(0.0, np.pi / 2.0, 4)
    reach = min(edge * height, 0.3 * float(min(inner[:2])))
    shrink = reach / (0.5 * float(min(inner[:2])))
    lower = [(1.0 - shrink * (1.0 - np.sin(a)), reach * (1.0 - np.cos(a))) for a in curve]
    flat = [(r * (1.0 - shrink), 0.0) for r in (0.001, 0.3, 0.6, 0.85)]
    half = [*flat, *lower, (1.0, 0.35 * height), (1.0, 0.5 * height)]
    profile = half + [(r, height - z) for r, z in half[-2::-1]]
    body = lathe(profile, material=material, sides=sides, wall=wall, grain=grain)
    body = squarish(body, (float(inner[0]) / 2.0 + margin, float(inner[1]) / 2.0 + margin), power)
    vertices = body.vertices.astype(np.float64)
    rough = folds(rng, creased, crease_scale)
    bulge = rough(vertices[:, 0] + 1.7 * vertices[:, 2], vertices[:, 1] - 1.3 * vertices[:, 2])
    outwards = vertices - [0.0, 0.0, height / 2.0]
    outwards /= np.linalg.norm(outwards / np.array([*inner[:2], height]), axis=1, keepdims=True) * np.max(inner) + 1e-6
    vertices += outwards * bulge[:, None]
    vertices += [inner[0] / 2.0, inner[1] / 2.0, -margin]
    return replace(body, vertices=vertices.astype(np.float32))


def flutes(
    rng: np.random.Generator,
    extent: tuple[float, float],
    at: ArrayLike,
    turned: Rotation | None = None,
    *,
    pitch: float,
    bow: float = 0.0,
) -> list[Part]:
    """The waves between the liners of corrugated board, crests along y; the board lies in x-y before it is turned.

    Args:
        rng: decides where the waves begin.
        extent: along x and y, mm.
        at: its middle.
        turned: a rotation matrix.
        pitch: between crests, mm: 8 for A, 6.5 for B, 3.5 for E flutes.
        bow: how far its middle bulges, mm.
    """
    depth = 0.17 * pitch
    phase = rng.uniform(0.0, 2.0 * np.pi)

    def wave(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        bulge = bow * (1.0 - (2.0 * x / extent[0]) ** 2) * (1.0 - (2.0 * y / extent[1]) ** 2)
        height: NDArray[np.float64] = depth * np.sin(2.0 * np.pi * x / pitch + phase) + bulge
        return height

    points = (int(np.clip(3 * extent[0] / pitch, 4, 300)), 2 if bow == 0.0 else 3)
    return move(sheet(extent, wave, material="paper", wall=FLUTE_WALL, points=points), at, turned=turned)


def creases(
    rng: np.random.Generator, inner: NDArray[np.float64], count: int, *, material: str, radius: float = 1.4
) -> list[Part]:
    """Folded edges of cloth or film over the upper and lower side: long curved double lines."""
    parts = []
    for _ in range(count):
        start, end = rng.uniform(0.0, 1.0, (2, 3)) * inner
        z = float(rng.choice([-1.0, inner[2] + 1.0]))
        t = np.linspace(0.0, 1.0, 14)[:, None]
        sag = rng.normal(0.0, 0.08 * float(inner[0]), 3) * np.sin(np.pi * t) + rng.normal(0.0, 5.0, 3) * np.sin(9.0 * t)
        path = start + (end - start) * t + sag
        path[:, :2] = np.clip(path[:, :2], 0.0, inner[:2])
        path[:, 2] = z + rng.normal(0.0, 0.8, 14)
        thin = radius * np.sin(np.pi * np.clip(t[:, 0], 0.06, 0.94)) * rng.uniform(0.5, 1.2)
        parts.append(tube(path, thin, material=material, sides=4, grain=0.1))
    return parts
