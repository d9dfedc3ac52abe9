"""Books, magazines, newspapers."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import folds
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, boxes, extrude, tube
from parcelray.datasets.synth.shapes.clutter.soft.forms import chance, cushion, oblong, pick, vec
from parcelray.datasets.synth.shapes.kind import Kind


def _stacked(rng: np.random.Generator, copies: list[tuple[list[Part], float]], spread: float) -> list[Part]:
    """Things with their thicknesses on top of each other, none of them quite square to the one below."""
    parts: list[Part] = []
    z = 0.0
    for one, thick in copies:
        half = 180.0 * float(rng.integers(2))
        at = vec(rng.normal(0, spread), rng.normal(0, spread), z + thick / 2)
        parts += move(one, at, turned=turn("z", half + rng.normal(0, 0.5 * spread)))
        z += thick + 0.4
    return parts


def _hard_cover(rng: np.random.Generator) -> tuple[list[Part], float]:
    """A bound book along y: boards, round spine, headbands, block of pages, ribbon; and its thickness."""
    x, y, z = float(rng.uniform(115, 220)), float(rng.uniform(170, 290)), float(rng.uniform(14, 52))
    board = pick(rng, 2.0, 2.6)
    t = np.linspace(-np.pi / 2, np.pi / 2, 14)
    spine = [(-x / 2 - 0.22 * z * np.cos(a), 0.5 * z * np.sin(a)) for a in t]
    block = extrude(
        [*spine, (x / 2, z / 2), (x / 2 - 0.08 * z, 0.0), (x / 2, -z / 2)], y, material="paper", axis="y", grain=0.03
    )
    boards = boxes(
        (x + 5, y + 7, board),
        [(2.5, 0, s * (z + board) / 2) for s in (-1, 1)],
        material="leather" if chance(rng, 0.2) else "pmma",
        grain=0.03,
    )
    back = [(px * 1.0 - 2.5, 1.08 * pz) for px, pz in spine]
    outer = [(px - 2.2, pz) for px, pz in back]
    parts = [block, boards, extrude([*back, *outer[::-1]], y + 7, material="pmma", axis="y", grain=0.03)]
    # Grooves of the joints, and the glue with its gauze.
    parts.append(boxes((3.5, y, 0.6), [(-x / 2 + 5, 0, s * (z / 2 + 0.4)) for s in (-1, 1)], material="paper"))
    parts += [
        tube(
            [(-x / 2, s * y / 2, -z / 2), (-x / 2 - 0.2 * z, s * y / 2, 0), (-x / 2, s * y / 2, z / 2)],
            1.5,
            material="cotton",
        )
        for s in (-1, 1)
    ]
    if chance(rng, 0.3):
        parts.append(boxes((4.0, y + 40, 0.4), vec(-0.1 * x, -20, 0), material="pet"))
    return parts, z + 2 * board


def hard_cover_book(rng: np.random.Generator) -> Shape:
    """One to three bound books."""
    copies = [_hard_cover(rng) for _ in range(int(rng.choice([1, 1, 2, 3])))]
    return shape("hard_cover_book", _stacked(rng, copies, 6.0))


def paperback(rng: np.random.Generator) -> Shape:
    """Pocket books: glued spine, cover of card, pages slightly wavy; up to five in a stack."""
    copies: list[tuple[list[Part], float]] = []
    for _ in range(int(rng.integers(1, 6))):
        x, y, z = float(rng.uniform(105, 150)), float(rng.uniform(165, 230)), float(rng.uniform(8, 38))
        bow = folds(rng, 0.8, 150.0)
        pages = cushion(oblong(x, y), z, material="paper", grain=pick(rng, 0.03, 0.05), rim=0.6, surface=bow)
        covers = boxes((x, y, 0.4), [(0, 0, s * (z / 2 + 0.6)) for s in (-1, 1)], material="paper")
        glue = boxes((2.0, y, z), vec(-x / 2 - 0.8), material="silicone")
        copies.append(([pages, covers, glue], z + 1.5))
    return shape("paperback", _stacked(rng, copies, 5.0))


def magazines(rng: np.random.Generator) -> Shape:
    """Magazines of coated paper with their staples, in a stack, often in film, with a disc or a sample."""
    copies: list[tuple[list[Part], float]] = []
    x, y = float(rng.uniform(200, 230)), float(rng.uniform(265, 300))
    for _ in range(int(rng.integers(1, 8))):
        z = float(rng.uniform(2.5, 8))
        body = cushion(oblong(x, y), z, material="paper", grain=0.06, rim=1.0, surface=folds(rng, 1.2, 220.0))
        clay = boxes((0.98 * x, 0.98 * y, 0.5), vec(), material="gypsum", grain=0.06)
        one = [body, clay, boxes((0.7, 12.0, 0.7), [(-x / 2 + 1, s * 0.25 * y, 0) for s in (-1, 1)], material="steel")]
        if chance(rng, 0.2):
            one.append(box((x + 14, y + 14, z + 1), material="polyethylene", wall=0.06))
        copies.append((one, z))
    return shape("magazines", _stacked(rng, copies, 5.0))


def newspaper(rng: np.random.Generator) -> Shape:
    """Newspapers folded twice, or crumpled as padding."""
    parts: list[Part] = []
    x, y = float(rng.uniform(150, 210)), float(rng.uniform(220, 300))
    for i in range(int(rng.integers(3, 7))):
        sag = folds(rng, 3.0, 110.0)
        size = np.array([x, y]) * rng.uniform(0.94, 1.0, 2)
        leaf = cushion(
            oblong(*size),
            4.0,
            vec(rng.normal(0, 4), rng.normal(0, 4), 4.5 * i),
            material="paper",
            grain=0.09,
            rim=2.0,
            surface=sag,
        )
        parts.append(leaf)
        # The fold is rounder and thicker than the cut edge.
        fold = np.column_stack([np.full(14, -size[0] / 2), np.linspace(-0.5, 0.5, 14) * size[1], np.full(14, 4.5 * i)])
        parts.append(tube(fold, 2.2, material="paper", sides=6, grain=0.09))
    return shape("newspaper", parts, soft=True)


KINDS = (
    Kind("hard_cover_book", None, hard_cover_book, 2.5),
    Kind("paperback", None, paperback, 2.5),
    Kind("magazines", None, magazines, 1.8),
    Kind("newspaper", None, newspaper, 1.0),
)
