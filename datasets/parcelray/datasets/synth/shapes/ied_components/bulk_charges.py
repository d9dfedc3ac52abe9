"""Bulk organic material by its outline: blocks, lumps, sheets, sticks, in film, tape, paper, tins or tubs."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import folds
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, cylinder, extrude, rounded_box, sheet, tube
from parcelray.datasets.synth.shapes.forms import band, bent_slab, bounds_of, grown, lump
from parcelray.datasets.synth.shapes.kind import Kind

LEAF = "bulk_charge"
_MATTER = ("organic_bulk", "organic_bulk", "organic_bulk", "powder")
_TAPE_WALL = 0.2
_PAPER_WALL = 0.25


def _matter(rng: np.random.Generator) -> str:
    return str(rng.choice(_MATTER))


def blocks(rng: np.random.Generator) -> Shape:
    """One or several pressed blocks in waxed paper or film."""
    size = rng.uniform([60.0, 35.0, 22.0], [280.0, 80.0, 60.0])
    nx, ny, nz = (int(n) for n in rng.integers([1, 1, 1], [2, 5, 3]))
    matter = _matter(rng)
    wrap = [("paper", _PAPER_WALL), ("polyethylene", 0.15), ("pet", 0.15)][rng.integers(3)]
    parts: list[Part] = []
    for index in np.ndindex(nx, ny, nz):
        body = rounded_box(tuple(size), 4.0, material=matter, grain=0.025)
        skin = box(size + 0.8, material=wrap[0], wall=wrap[1], grain=0.05)
        at = np.array(index) * (size + 2.0) + rng.normal(0.0, 0.8, 3) * [1, 1, 0]
        parts += move([body, skin], at, turned=turn("z", rng.normal(0.0, 1.2)))
    return shape("charge_blocks", parts, leaf=LEAF)


def kneaded(rng: np.random.Generator) -> Shape:
    """A lump pressed by hand, in film that is gathered at one end, or bare."""
    radii = tuple(rng.uniform([35.0, 25.0, 14.0], [105.0, 70.0, 40.0]).tolist())
    matter = _matter(rng)
    body = lump(rng, radii, material=matter, roughness=0.3, power=2.4, sides=30, rings=18, grain=0.03)
    parts: list[Part] = [body]
    for _ in range(int(rng.integers(0, 3))):
        small = lump(rng, tuple(0.45 * np.array(radii)), material=matter, roughness=0.3, grain=0.03)
        parts += move(small, rng.normal(0.0, 0.8, 3) * radii * [1, 1, 0.3])
    if rng.random() < 0.7:
        skin = grown(lump(rng, radii, material="polyethylene", roughness=0.18, power=2.2, wall=0.15), 3.0)
        parts.append(skin)
        gathered = sheet((40.0, radii[1]), folds(rng, 6.0, 14.0), material="polyethylene", wall=0.3, points=(8, 20))
        parts += move(gathered, (radii[0] + 14.0, 0.0, 0.0))
    return shape("charge_lump", parts, leaf=LEAF)


def rolled_sheets(rng: np.random.Generator) -> Shape:
    """Flexible sheets, bent and on top of each other, or rolled."""
    matter = _matter(rng)
    thick = float(rng.choice([3.0, 4.5, 6.0]))
    parts: list[Part] = []
    if rng.random() < 0.35:
        width = float(rng.uniform(90.0, 220.0))
        angle = np.linspace(0.0, 2.0 * np.pi * rng.uniform(2.0, 3.5), 60)
        radius = 6.0 + (thick + 0.8) * angle / (2.0 * np.pi)
        outer = np.column_stack([(radius + thick / 2.0) * np.cos(angle), (radius + thick / 2.0) * np.sin(angle)])
        inner = np.column_stack([(radius - thick / 2.0) * np.cos(angle), (radius - thick / 2.0) * np.sin(angle)])
        for start in range(0, 54, 6):
            piece = np.concatenate([outer[start : start + 7], inner[start : start + 7][::-1]])
            parts.append(extrude(piece, width, material=matter, axis="y", grain=0.025))
    else:
        size = rng.uniform([120.0, 80.0], [280.0, 190.0])
        bend = rng.normal(0.0, 5.0, 2)
        for index in range(int(rng.integers(1, 5))):
            slab = bent_slab(
                (size[0], size[1]),
                thick,
                lambda x, y: bend[0] * (x / 100.0) ** 2 + bend[1] * np.sin(y / 45.0),
                (0.0, 0.0, index * (thick + 0.6)),
                material=matter,
                points=(14, 10),
                grain=0.025,
            )
            parts += move(slab, (*rng.normal(0.0, 5.0, 2), 0.0), turned=turn("z", rng.normal(0.0, 3.0)))
        middle, extent = bounds_of(parts)
        parts.append(box(extent + 2.0, middle, material="polyethylene", wall=0.15))
    return shape("charge_sheets", parts, leaf=LEAF)


def sticks(rng: np.random.Generator) -> Shape:
    """Sticks in paper, bundled with tape or string."""
    radius, length = float(rng.uniform(11.0, 20.0)), float(rng.uniform(130.0, 260.0))
    layout = [(0, 0), (1, 0), (2, 0), (0.5, 0.87), (1.5, 0.87), (1, 1.74), (2.5, 0.87)][: int(rng.integers(1, 8))]
    matter = _matter(rng)
    parts: list[Part] = []
    for x, y in layout:
        at = (rng.normal(0.0, 3.0), 2.05 * radius * x, 2.05 * radius * y)
        end = 0.7 * radius
        parts += [
            cylinder(radius, length, at, material=matter, axis="x", sides=18, grain=0.03),
            cylinder(
                radius + 0.4, length + end, at, material="paper", axis="x", sides=18, wall=_PAPER_WALL, grain=0.08
            ),
        ]
    middle, extent = bounds_of(parts)
    for x in (-0.3, 0.3) if len(layout) > 1 else ():
        place = (middle[0] + x * length, middle[1], middle[2])
        parts.append(band(rng.uniform(12.0, 48.0), (extent[1], extent[2]), place, material="pvc", wall=_TAPE_WALL))
    return shape("charge_sticks", parts, leaf=LEAF)


def taped_slab(rng: np.random.Generator) -> Shape:
    """A slab or cushion wound in tape all over."""
    half = tuple((rng.uniform([90.0, 60.0, 18.0], [230.0, 160.0, 60.0]) / 2.0).tolist())
    parts: list[Part] = [lump(rng, half, material=_matter(rng), power=6.0, roughness=0.06, sides=28, grain=0.035)]
    parts.append(grown(lump(rng, half, material="pvc", power=6.0, roughness=0.05, sides=28, wall=0.35), 1.2))
    for _ in range(int(rng.integers(2, 7))):
        winding = band(48.0, (2.0 * half[1] + 3.0, 2.0 * half[2] + 3.0), material="pvc", wall=_TAPE_WALL)
        parts += move(winding, (rng.uniform(-0.7, 0.7) * half[0], 0.0, 0.0), turned=turn("z", rng.normal(0.0, 10.0)))
    return shape("charge_taped", parts, leaf=LEAF)


def in_tub(rng: np.random.Generator) -> Shape:
    """A food box of plastic filled to an uneven surface."""
    size = rng.uniform([90.0, 65.0, 35.0], [210.0, 150.0, 90.0])
    share = float(rng.uniform(0.6, 0.95))
    rough = folds(rng, rng.uniform(1.0, 5.0), 60.0)
    filling = bent_slab(
        (0.95 * size[0], 0.95 * size[1]),
        share * size[2],
        lambda x, y: 0.5 * rough(x, y),
        material=_matter(rng),
        points=(16, 12),
        grain=0.05,
    )
    parts = move(filling, (0.0, 0.0, -0.5 * (1.0 - share) * size[2]))
    parts += [
        rounded_box(tuple(size), 10.0, material="polypropylene", wall=1.4),
        rounded_box(
            (size[0] + 8.0, size[1] + 8.0, 7.0), 12.0, (0.0, 0.0, size[2] / 2.0), material="polypropylene", wall=1.4
        ),
    ]
    return shape("charge_tub", parts, leaf=LEAF)


def in_tin(rng: np.random.Generator) -> Shape:
    """A round or square tin filled, its seams and lid showing."""
    radius, height = float(rng.uniform(28.0, 60.0)), float(rng.uniform(45.0, 150.0))
    share = float(rng.uniform(0.7, 0.95))
    parts = [
        cylinder(radius, height, material="steel", sides=30, wall=0.3),
        cylinder(
            radius - 0.6,
            share * height,
            (0.0, 0.0, -0.5 * (1.0 - share) * height),
            material=_matter(rng),
            sides=28,
            grain=0.03,
        ),
    ]
    for level in (-0.5, 0.5):
        ring = np.column_stack(
            [
                (radius + 0.5) * np.cos(a := np.linspace(0, 2 * np.pi, 33)),
                (radius + 0.5) * np.sin(a),
                np.full(33, level * height),
            ]
        )
        parts.append(tube(ring, 1.3, material="steel", sides=5, wall=0.3))
    if rng.random() < 0.5:
        parts.append(
            cylinder(radius + 0.8, 12.0, (0.0, 0.0, height / 2.0 - 5.0), material="polyethylene", sides=28, wall=1.0)
        )
    return shape("charge_tin", parts, leaf=LEAF)


def in_paper(rng: np.random.Generator) -> Shape:
    """A block in brown paper with folded ends and string."""
    size = rng.uniform([70.0, 50.0, 25.0], [210.0, 140.0, 75.0])
    parts: list[Part] = [rounded_box(tuple(size), 7.0, material=_matter(rng), grain=0.035)]
    parts.append(box(size + 2.0, material="paper", wall=_PAPER_WALL, grain=0.1))
    for side in (-1.0, 1.0):
        # Folded ends hold three to four layers.
        fold = sheet(
            (size[1], size[2]),
            folds(rng, 1.5, 30.0),
            material="paper",
            wall=4.0 * _PAPER_WALL,
            points=(8, 6),
            grain=0.1,
        )
        parts += move(fold, (side * (size[0] / 2.0 + 2.0), 0.0, 0.0), turned=turn("z", 90) @ turn("x", 90))
    cord = band(2.4, (size[1] + 4.0, size[2] + 4.0), material="cotton", wall=2.0)
    parts += move(cord, (rng.normal(0.0, 8.0), 0.0, 0.0))
    across = band(2.4, (size[0] + 6.0, size[2] + 4.0), material="cotton", wall=2.0)
    parts += move(across, (0.0, rng.normal(0.0, 5.0), 0.0), turned=turn("z", 90.0))
    return shape("charge_paper", parts, leaf=LEAF)


def flat_panel(rng: np.random.Generator) -> Shape:
    """A thin wide layer between cards, as in a folder or behind a lining."""
    size = rng.uniform([180.0, 120.0], [340.0, 250.0])
    thick = float(rng.uniform(4.0, 13.0))
    rough = folds(rng, 1.2, 80.0)
    parts: list[Part] = [
        bent_slab((size[0], size[1]), thick, rough, material=_matter(rng), points=(20, 14), grain=0.05)
    ]
    card = box((size[0] + 10.0, size[1] + 10.0, 2.0), material="cardboard", grain=0.12)
    for side in (-1.0, 1.0):
        parts += move(card, (0.0, 0.0, side * (thick / 2.0 + 2.5)))
    return shape("charge_panel", parts, leaf=LEAF)


KINDS: tuple[Kind, ...] = (
    Kind("charge_blocks", LEAF, blocks, 1.5),
    Kind("charge_lump", LEAF, kneaded, 1.3),
    Kind("charge_sheets", LEAF, rolled_sheets),
    Kind("charge_sticks", LEAF, sticks),
    Kind("charge_taped", LEAF, taped_slab),
    Kind("charge_tub", LEAF, in_tub, 0.8),
    Kind("charge_tin", LEAF, in_tin, 0.8),
    Kind("charge_paper", LEAF, in_paper),
    Kind("charge_panel", LEAF, flat_panel, 0.8),
)
