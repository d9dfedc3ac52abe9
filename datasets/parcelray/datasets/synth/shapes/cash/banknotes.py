"""Banknotes in bulk, a hundred and more: stacks, strapped bundles, bricks, rolls, and what they are hidden in."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.placing import grained, hollow, move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, boxes, cylinder, extrude, pipe, sheet
from parcelray.datasets.synth.shapes.cash.notes import (
    FILM_WALL,
    PAPER_GRAIN,
    Note,
    any_note,
    brick_parts,
    roll_parts,
    rubber_bands,
    strapped_parts,
    wad_parts,
    waves,
)
from parcelray.datasets.synth.shapes.forms import bounds_of, flat, grown, lump
from parcelray.datasets.synth.shapes.kind import Kind

LEAF = "banknote_bundle"


def stack_loose(rng: np.random.Generator) -> Shape:
    """Used notes of one or more issues in a pile."""
    parts: list[Part] = []
    total, level = 0, 0.0
    wave = waves(rng, rng.uniform(0.3, 1.6))
    for _ in range(int(rng.integers(1, 4))):
        count = int(rng.integers(100, 280))
        wad, thickness = wad_parts(
            rng,
            any_note(rng),
            count,
            layers=int(rng.integers(5, 10)),
            untidy=rng.uniform(1.0, 4.0),
            gap=0.6,
            height=wave,
        )
        parts += move(wad, (*rng.normal(0.0, 3.0, 2), level + thickness / 2.0), turned=turn("z", rng.normal(0.0, 3.0)))
        total, level = total + count, level + thickness
    return shape("banknotes_loose", parts, leaf=LEAF, count=total)


def bundle(rng: np.random.Generator) -> Shape:
    """One strapped bundle of a hundred, or a thicker one."""
    count = int(rng.choice([100, 100, 200, 250]))
    parts, _ = strapped_parts(rng, any_note(rng), count, layers=8)
    return shape("banknotes_bundle", parts, leaf=LEAF, count=count)


def bundles_thrown(rng: np.random.Generator) -> Shape:
    """Several strapped bundles, side by side or thrown together."""
    number, level = int(rng.integers(2, 8)), 0.0
    mess = rng.choice([2.0, 10.0, 40.0])
    note = any_note(rng)
    parts: list[Part] = []
    columns = int(rng.integers(1, 3))
    for index in range(number):
        wad, thickness = strapped_parts(rng, note if mess < 30.0 else any_note(rng), layers=5)
        at = ((index % columns) * (note.width + 8.0), rng.normal(0.0, mess / 4.0), level)
        parts += move(wad, at, turned=turn("z", 90.0 + rng.normal(0.0, mess)) @ turn("y", rng.normal(0.0, mess / 12.0)))
        level += thickness if index % columns == columns - 1 else 0.0
    return shape("banknotes_bundles", parts, leaf=LEAF, count=100 * number)


def brick(rng: np.random.Generator) -> Shape:
    """Ten bundles, strapped crosswise or wrapped in film."""
    parts, _ = brick_parts(rng, any_note(rng), layers=3)
    return shape("banknotes_brick", parts, leaf=LEAF, count=1000)


def bricks(rng: np.random.Generator) -> Shape:
    """Bricks of a thousand notes, two to twelve of them in a block."""
    note = any_note(rng)
    nx, ny, nz = (int(n) for n in rng.integers([1, 1, 1], [3, 4, 3]))
    if nx * ny * nz == 1:
        ny = 2
    parts: list[Part] = []
    high = 0.0
    for index in np.ndindex(nx, ny, nz):
        made, extent = brick_parts(rng, note, layers=2)
        high = max(high, extent[2])
        at = np.array(index) * [note.length + 3.0, note.width + 3.0, extent[2] + 1.5] + rng.normal(0.0, 1.0, 3) * [
            1,
            1,
            0,
        ]
        parts += move(made, at, turned=turn("z", rng.normal(0.0, 1.2)))
    return shape("banknotes_bricks", parts, leaf=LEAF, count=1000 * nx * ny * nz)


def rolls(rng: np.random.Generator) -> Shape:
    """Rolls held by rubber bands; their turns show end-on."""
    parts: list[Part] = []
    total, place = 0, 0.0
    for _ in range(int(rng.integers(1, 7))):
        note = any_note(rng)
        count = int(rng.integers(100, 181))
        roll, radius = roll_parts(rng, note, count)
        at = (place + radius, rng.normal(0.0, 6.0), rng.normal(0.0, 2.0))
        parts += move(roll, at, turned=turn("z", rng.normal(0.0, 7.0)) @ turn("x", 90.0))
        place, total = place + 2.04 * radius, total + count
    return shape("banknotes_rolls", parts, leaf=LEAF, count=total)


def envelopes(rng: np.random.Generator) -> Shape:
    """Envelopes with notes, fanned out in them."""
    parts: list[Part] = []
    total, level = 0, 0.0
    for _ in range(int(rng.integers(1, 5))):
        note = any_note(rng)
        count = int(rng.integers(100, 220))
        wad, thickness = wad_parts(
            rng,
            note,
            count,
            layers=int(rng.integers(4, 8)),
            untidy=rng.uniform(1.5, 6.0),
            gap=0.4,
            height=waves(rng, 0.5),
        )
        folded = np.array(
            [note.length + rng.uniform(14.0, 60.0), note.width + rng.uniform(20.0, 60.0), thickness + 2.0]
        )
        flap = sheet((folded[0], 0.4 * folded[1]), flat, material="paper", wall=0.12, points=(2, 2), grain=0.1)
        paper = [
            box(folded, material="paper", wall=0.12, grain=0.1),
            *move(flap, (0.0, 0.3 * folded[1], 0.5 * folded[2])),
        ]
        inside = move(wad, (*(rng.uniform(-0.5, 0.5, 2) * (folded[:2] - [note.length, note.width])), 0.0))
        at = (*rng.normal(0.0, 8.0, 2), level + folded[2] / 2.0)
        parts += move([*inside, *paper], at, turned=turn("z", rng.normal(0.0, 8.0)))
        total, level = total + count, level + folded[2]
    return shape("banknotes_envelopes", parts, leaf=LEAF, count=total)


def magazine_pages(rng: np.random.Generator) -> Shape:
    """Notes spread between the pages of a printed magazine."""
    page = np.array([rng.uniform(165.0, 215.0), rng.uniform(240.0, 297.0)])
    opens = int(rng.integers(2, 6))
    note = any_note(rng)
    rows = max(1, int(page[1] // (note.width + 6.0)))
    parts: list[Part] = []
    total, level = 0, 0.0
    leaves = float(rng.uniform(0.8, 2.2))
    for _ in range(opens):
        parts += move(
            box((*page, leaves), material="paper", grain=0.08), (*rng.normal(0.0, 0.6, 2), level + leaves / 2.0)
        )
        level += leaves
        for row in range(rows):
            count = int(rng.integers(26, 60))
            y = (row - (rows - 1) / 2.0) * page[1] / rows
            wad, _ = wad_parts(rng, note, count, layers=2, untidy=2.0)
            parts += move(wad, (rng.normal(0.0, 5.0), y, level + 2.0), turned=turn("z", rng.normal(0.0, 3.0)))
            total += count
        level += 4.0
    parts += move(box((*page, leaves), material="paper", grain=0.08), (0.0, 0.0, level + leaves / 2.0))
    spine = -page[0] / 2.0 + 1.0
    parts.append(boxes((0.7, 12.0, 0.7), [(spine, s * 0.25 * page[1], level / 2.0) for s in (-1, 1)], material="steel"))
    return shape("banknotes_magazine", parts, leaf=LEAF, count=total)


def panel(rng: np.random.Generator) -> Shape:
    """Notes laid out flat as a lining, taped to a card, as along the wall of a box."""
    note = any_note(rng)
    nx, ny = int(rng.integers(1, 3)), int(rng.integers(3, 6))
    count = int(rng.integers(max(12, 100 // (nx * ny) + 1), 60))
    parts: list[Part] = []
    pitch = np.array([note.length + rng.uniform(1.0, 8.0), note.width + rng.uniform(1.0, 6.0)])
    for i in range(nx):
        for j in range(ny):
            wad, _ = wad_parts(rng, note, count, layers=3, untidy=1.2)
            parts += move(
                wad, (i * pitch[0], j * pitch[1], rng.normal(0.0, 0.3)), turned=turn("z", rng.normal(0.0, 1.5))
            )
    size = np.array([nx, ny]) * pitch
    middle = (size - pitch) / 2.0
    thick = count * note.thickness * 1.2 + 1.5
    parts.append(box((*(size + 14.0), 1.4), (*middle, -thick / 2.0 - 1.0), material="cardboard", grain=0.12))
    tapes = [((nx - 1) / 2.0 * pitch[0], j * pitch[1], thick / 2.0) for j in range(ny)]
    parts.append(boxes((size[0] + 10.0, 48.0, 0.06), tapes, material="pvc"))
    return shape("banknotes_panel", parts, leaf=LEAF, count=count * nx * ny)


def vacuum_packed(rng: np.random.Generator) -> Shape:
    """Bundles pressed together in sealed film with a wide flat rim."""
    note = any_note(rng)
    nx, nz = int(rng.integers(1, 4)), int(rng.integers(1, 5))
    parts: list[Part] = []
    wave = waves(rng, rng.uniform(0.3, 1.2))
    thickness = 0.0
    for i in range(nx):
        for k in range(nz):
            wad, thickness = wad_parts(rng, note, 100, layers=4, untidy=1.0, gap=0.1, height=wave)
            parts += move(
                wad, (0.0, i * (note.width + 0.8), k * (thickness + 0.2)), turned=turn("z", rng.normal(0.0, 1.0))
            )
    size = np.array([note.length + 5.0, nx * (note.width + 1.0) + 4.0, nz * thickness + 4.0])
    middle = (0.0, (nx - 1) / 2.0 * (note.width + 0.8), (nz - 1) / 2.0 * thickness)
    skin = lump(rng, tuple(size / 1.9), material="polyethylene", roughness=0.05, power=9.0, wall=FILM_WALL)
    rim = sheet(
        (size[0] + rng.uniform(20.0, 90.0), size[1] + rng.uniform(12.0, 30.0)), wave, material="polyethylene", wall=0.24
    )
    seams = [(s * size[0] * 0.62, 0.0, 0.0) for s in (-1.0, 1.0)]
    parts += move([skin, rim, boxes((7.0, size[1], 0.2), seams, material="nylon")], middle)
    return shape("banknotes_vacuum", parts, leaf=LEAF, count=100 * nx * nz)


def folded_wads(rng: np.random.Generator) -> Shape:
    """Wads folded in the middle, each with a rubber band."""
    parts: list[Part] = []
    total = 0
    for index in range(int(rng.integers(1, 6))):
        note = any_note(rng)
        count = int(rng.integers(100, 160))
        half = Note(note.length / 2.0, note.width, note.thickness, note.thread / 2.0, note.portrait / 2.0)
        gap = float(rng.uniform(1.0, 5.0))
        fold: list[Part] = []
        thick = 0.0
        for side in (-1.0, 1.0):
            wad, thick = wad_parts(rng, half, count, layers=4, untidy=1.0, gap=0.5)
            fold += move(wad, (0.0, 0.0, side * (thick + gap) / 2.0))
        outer = thick + gap / 2.0
        bend = pipe(
            outer, gap / 2.0, note.width, (half.length / 2.0, 0.0, 0.0), material="banknote", axis="y", sides=20
        )
        fold += grained([bend, *_cut_bend(outer, gap / 2.0, note.width, half.length / 2.0)], PAPER_GRAIN)
        fold += rubber_bands(rng, half.length, (note.width + 1.0, 2.0 * outer + 1.0), int(rng.integers(1, 3)))
        at = (rng.normal(0.0, 12.0), index * (0.7 * note.width), rng.normal(0.0, 2.0))
        parts += move(fold, at, turned=turn("z", rng.normal(0.0, 20.0)))
        total += count
    return shape("banknotes_folded", parts, leaf=LEAF, count=total)


def _cut_bend(outer: float, inner: float, width: float, at: float) -> list[Part]:
    """Takes the half of a ring away that lies inside the folded wad."""
    angles = np.linspace(np.pi / 2.0, 3.0 * np.pi / 2.0, 11)
    ring = [(outer * np.cos(a), outer * np.sin(a)) for a in angles]
    ring += [(inner * np.cos(a), inner * np.sin(a)) for a in angles[::-1]]
    return [hollow(extrude(ring, width, (at, 0.0, 0.0), material="banknote", axis="y"))]


def bag_of_bundles(rng: np.random.Generator) -> Shape:
    """Bundles tumbled into a plastic bag."""
    parts: list[Part] = []
    number = int(rng.integers(3, 10))
    total = 0
    for index in range(number):
        count = int(rng.choice([100, 100, 50]))
        wad, thickness = strapped_parts(rng, any_note(rng), count, layers=4)
        at = (*rng.normal(0.0, 28.0, 2), index * thickness * 0.85)
        tilt = turn("x", rng.normal(0.0, 9.0)) @ turn("y", rng.normal(0.0, 9.0))
        parts += move(wad, at, turned=turn("z", rng.uniform(0.0, 360.0)) @ tilt)
        total += count
    middle, extent = bounds_of(parts)
    skin = lump(rng, tuple(extent * 0.58), material="polyethylene", roughness=0.16, power=3.5, wall=FILM_WALL)
    neck = cylinder(9.0, 40.0, (extent[0] * 0.6, 0.0, 0.0), material="polyethylene", axis="x", wall=0.6)
    parts += move([skin, grown(skin, 3.0), neck], middle)
    return shape("banknotes_bag", parts, leaf=LEAF, count=total)


KINDS: tuple[Kind, ...] = (
    Kind("banknotes_loose", LEAF, stack_loose),
    Kind("banknotes_bundle", LEAF, bundle, 1.5),
    Kind("banknotes_bundles", LEAF, bundles_thrown, 1.5),
    Kind("banknotes_brick", LEAF, brick),
    Kind("banknotes_bricks", LEAF, bricks),
    Kind("banknotes_rolls", LEAF, rolls),
    Kind("banknotes_envelopes", LEAF, envelopes),
    Kind("banknotes_magazine", LEAF, magazine_pages),
    Kind("banknotes_panel", LEAF, panel),
    Kind("banknotes_vacuum", LEAF, vacuum_packed),
    Kind("banknotes_folded", LEAF, folded_wads, 0.7),
    Kind("banknotes_bag", LEAF, bag_of_bundles),
)
