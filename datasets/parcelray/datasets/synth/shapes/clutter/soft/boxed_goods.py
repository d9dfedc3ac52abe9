"""Goods in card: boxes of small parts, mailing tubes."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import folds
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, boxes, cylinder, lathe, pipe, rounded_box
from parcelray.datasets.synth.shapes.clutter.soft.containers import carton
from parcelray.datasets.synth.shapes.clutter.soft.forms import cushion, pick, vec, wavering
from parcelray.datasets.synth.shapes.kind import Kind


def cardboard_tube(rng: np.random.Generator) -> Shape:
    """A mailing tube with plastic or tin caps and rolled posters inside; or rolls of paper."""
    long, radius = float(rng.uniform(210, 480)), float(rng.uniform(22, 48))
    parts = [pipe(radius, radius - 2.2, long, material="cardboard", axis="x", sides=30)]
    t = np.linspace(0.0, 2.0 * np.pi * rng.uniform(2, 6), 60)
    roll = (0.35 + 0.4 * t / t[-1]) * radius
    spiral = np.stack([roll * np.cos(t), roll * np.sin(t)], -1)
    ends = np.stack([np.column_stack([np.full(60, e * 0.46 * long), spiral]) for e in (-1.0, 1.0)])
    parts += [Part(ends.reshape(-1, 3).astype(np.float32), _strip(60), "paper", 0.35, grain=0.05)]
    cap = pick(rng, "polyethylene", "steel")
    parts += [
        lathe(
            [(0.3, 0), (radius - 2, 0), (radius - 2, 14), (radius + 1, 15)],
            (s * (long / 2 - 14), 0, 0),
            material=cap,
            axis="x",
            wall=1.2 if cap != "steel" else 0.3,
        )
        for s in (-1, 1)
    ]
    return shape("cardboard_tube", parts)


def _strip(points: int) -> np.ndarray:
    """Faces between two rows of so many points."""
    i = np.arange(points - 1)
    return np.concatenate(
        [np.stack([i, i + 1, i + points + 1], -1), np.stack([i, i + points + 1, i + points], -1)]
    ).astype(np.int32)


def gift_box(rng: np.random.Generator) -> Shape:
    """Boxed goods: compartments of card with small parts, tissue paper, manual, ribbon."""
    x, y, z = float(rng.uniform(110, 280)), float(rng.uniform(90, 200)), float(rng.uniform(35, 90))
    parts = [
        *carton((x, y, z), wall=pick(rng, 1.0, 1.5)),
        box((0.9 * x, 0.9 * y, 1.2), (0, 0, 0.4 * z), material="paper", grain=0.05),
    ]
    columns, rows = int(rng.integers(1, 5)), int(rng.integers(1, 4))
    walls = [(xi, 0.0, 0.0, 1.2, y, 0.8 * z) for xi in np.linspace(-0.5, 0.5, columns + 1)[1:-1] * x]
    walls += [(0.0, yi, 0.0, x, 1.2, 0.8 * z) for yi in np.linspace(-0.5, 0.5, rows + 1)[1:-1] * y]
    if walls:
        table = np.array(walls)
        parts.append(boxes(table[:, 3:], table[:, :3], material="cardboard"))
    cell = np.array([x / columns, y / rows])
    for i in range(columns):
        for j in range(rows):
            at = vec((i + 0.5) * cell[0] - x / 2, (j + 0.5) * cell[1] - y / 2)
            parts += move(_small_part(rng, 0.4 * float(cell.min()), 0.7 * z), at, turned=turn("z", rng.uniform(0, 360)))
    for _ in range(3):
        tissue = wavering(rng, (0.7 * x, 0.7 * y), amount=0.08)
        parts.append(
            cushion(tissue, 0.4 * z, (0, 0, 0.1 * z), material="paper", wall=0.1, surface=folds(rng, 4.0, 30.0))
        )
    return shape("gift_box", parts)


def _small_part(rng: np.random.Generator, radius: float, height: float) -> list[Part]:
    """Something small of plastic, wood, metal or stone."""
    material = pick(rng, "abs", "abs", "polypropylene", "wood", "ceramic", "aluminium", "silicone", "soap", "pmma")
    form = int(rng.integers(5))
    if form == 0:
        return [
            cylinder(radius, 0.6 * height, material=material, wall=2.0),
            cylinder(0.4 * radius, 0.5 * height, material=material),
        ]
    if form == 1:
        return [
            rounded_box((1.7 * radius, 1.2 * radius, 0.5 * height), 0.2 * radius, material=material, wall=2.0),
            boxes(
                (3, 3, 8), [(k * 0.6 * radius, m * 0.4 * radius, 0) for k in (-1, 1) for m in (-1, 1)], material="steel"
            ),
        ]
    if form == 2:
        return [
            lathe(
                [(0.6 * radius, -0.4 * height), (radius, 0), (0.3 * radius, 0.3 * height)], material=material, wall=3.0
            )
        ]
    if form == 3:
        return [pipe(radius, 0.7 * radius, 0.3 * height, (0, 0, k * 0.2 * height), material=material) for k in (-1, 1)]
    return [
        boxes(
            (1.6 * radius, 0.5 * radius, 3.0), [(0, 0.6 * radius * k, 4.0 * k) for k in (-1, 0, 1)], material=material
        )
    ]


KINDS = (
    Kind("cardboard_tube", None, cardboard_tube, 0.8),
    Kind("gift_box", None, gift_box, 2.5),
)
