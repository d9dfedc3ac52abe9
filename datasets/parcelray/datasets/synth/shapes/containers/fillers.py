"""What fills the space that goods leave: crumpled paper, air cushions, foam chips, bubble film, shredded paper."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.geometry.curves import folds
from parcelray.datasets.synth.geometry.placing import any_turn, move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, join
from parcelray.datasets.synth.geometry.solids import ellipsoid, sheet, tube
from parcelray.datasets.synth.shapes.containers.kind import ContainerKind, sizes
from parcelray.datasets.synth.shapes.containers.mailers import bubbles

_ANY = sizes((200.0, 150.0, 60.0), (500.0, 400.0, 250.0))


def crumpled_paper(rng: np.random.Generator, inner: NDArray[np.float64]) -> Shape:
    """Sheets of packing paper, crushed into ridges."""
    parts: list[Part] = []
    for _ in range(int(rng.integers(2, 6))):
        extent = np.minimum(rng.uniform(140.0, 380.0, 2), 0.95 * inner[:2])
        amplitude = min(rng.uniform(15.0, 45.0), 0.4 * float(inner[2]))
        rough = folds(rng, amplitude, rng.uniform(30.0, 70.0))
        paper = sheet((extent[0], extent[1]), rough, material="paper", wall=0.1, points=(32, 26), grain=0.05)
        low, high = 0.5 * extent, inner[:2] - 0.5 * extent
        at = (*rng.uniform(low, np.maximum(high, low + 1e-3)), rng.uniform(0.3, 0.9) * inner[2])
        parts += move(paper, at, turned=turn("z", rng.uniform(-12.0, 12.0)))
    return Shape("crumpled_paper", None, tuple(join(parts)))


def air_cushions(rng: np.random.Generator, inner: NDArray[np.float64]) -> Shape:
    """Chains of air pillows with flat seams between them."""
    x, y, z = (float(v) for v in inner)
    parts: list[Part] = []
    long, wide = float(rng.uniform(90.0, 130.0)), float(rng.uniform(150.0, 200.0))
    pillow = ellipsoid((1.0, 1.0, 1.0), material="polyethylene", sides=20, rings=10, wall=0.06)
    unit = pillow.vertices.astype(np.float64)
    norm = (np.abs(unit) ** 4.0).sum(axis=1) ** 0.25
    pillow = replace(pillow, vertices=(unit / norm[:, None]).astype(np.float32))
    for _ in range(int(rng.integers(1, 4))):
        start = rng.uniform(0.0, 0.5, 2) * inner[:2]
        about = turn("z", rng.uniform(-25.0, 25.0))
        for number in range(int(rng.integers(2, 5))):
            at = np.array([*start, 0.7 * z]) + about @ [number * (long + 6.0), 0.0, 0.0]
            at[:2] = np.clip(at[:2], [0.2 * x, 0.2 * y], [0.8 * x, 0.8 * y])
            half = np.minimum([long / 2.0, wide / 2.0, 24.0], 0.45 * inner)
            parts += move(pillow, at, turned=about @ turn("x", rng.normal(0.0, 10.0)), scale=half)
    return Shape("air_cushions", None, tuple(join(parts)))


def foam_chips(rng: np.random.Generator, inner: NDArray[np.float64]) -> Shape:
    """Loose chips of foam or starch, S- and O-shaped."""
    parts: list[Part] = []
    chip = tube(
        [(-12.0, 4.0, 0.0), (-5.0, -4.0, 0.0), (5.0, 4.0, 2.0), (12.0, -4.0, 2.0)], 6.5, material="foam", sides=5
    )
    bean = ellipsoid((11.0, 8.0, 7.0), material="foam", sides=7, rings=5)
    for _ in range(int(np.clip(np.prod(inner) / 9e4, 30, 170))):
        at = rng.uniform(0.04, 0.96, 3) * inner
        parts += move(chip if rng.random() < 0.6 else bean, at, turned=any_turn(rng))
    return Shape("foam_chips", None, tuple(join(parts)))


def bubble_wrap(rng: np.random.Generator, inner: NDArray[np.float64]) -> Shape:
    """Layers of bubble film over and under the goods."""
    parts: list[Part] = []
    for _ in range(int(rng.integers(1, 3))):
        share = rng.uniform(0.6, 0.95, 3)
        parts += move(bubbles(rng, inner * share, rng.uniform(9.0, 26.0)), inner * (1.0 - share) / 2.0)
    return Shape("bubble_wrap", None, tuple(join(parts)))


def shredded_paper(rng: np.random.Generator, inner: NDArray[np.float64]) -> Shape:
    """Strips of paper or wood wool in tangles."""
    material = str(rng.choice(["paper", "paper", "wood"]))
    count, points = int(rng.integers(60, 160)), 9
    steps = rng.normal(0.0, 14.0, (count, points, 3)) * [1.0, 1.0, 0.4]
    start = rng.uniform(0.1, 0.9, (count, 1, 3)) * inner
    lines = np.clip(start + np.cumsum(steps, axis=1), 0.0, inner)
    aside = rng.normal(0.0, 1.0, (count, 1, 3))
    aside *= rng.uniform(1.0, 2.2) / np.linalg.norm(aside, axis=2, keepdims=True)
    vertices = np.concatenate([lines - aside, lines + aside], axis=1).reshape(-1, 3)
    step = np.arange(points - 1)
    strip = np.concatenate(
        [np.stack([step, step + 1, step + 1 + points], -1), np.stack([step, step + 1 + points, step + points], -1)]
    )
    faces = (strip[None] + 2 * points * np.arange(count)[:, None, None]).reshape(-1, 3)
    part = Part(vertices.astype(np.float32), faces.astype(np.int32), material, 0.25)
    return Shape("shredded_paper", None, (part,))


FILLERS: tuple[ContainerKind, ...] = (
    ContainerKind("crumpled_paper", _ANY, crumpled_paper, 1.5),
    ContainerKind("air_cushions", _ANY, air_cushions),
    ContainerKind("foam_chips", _ANY, foam_chips),
    ContainerKind("bubble_wrap", _ANY, bubble_wrap),
    ContainerKind("shredded_paper", _ANY, shredded_paper, 0.6),
)
