"""Paper that is neither book nor money: stacks, cards, envelopes, documents, calendars, photographs."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import folds, helix
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, boxes, cylinder, pipe, rounded_box, sheet, tube
from parcelray.datasets.synth.shapes.clutter.soft.containers import carton
from parcelray.datasets.synth.shapes.clutter.soft.forms import chance, cushion, oblong, pick, vec
from parcelray.datasets.synth.shapes.kind import Kind


def fanned(
    rng: np.random.Generator, extent: tuple[float, float, float], *, grain: float, spread: float = 2.0
) -> list[Part]:
    """A stack of sheets that are not quite squared: slices that are shifted and turned a little.

    Args:
        rng: decides.
        extent: (3,) of the whole, mm.
        grain: of the print.
        spread: how far slices are off each other, mm.
    """
    slices = int(np.clip(extent[2] / 3.0, 2, 9))
    step = extent[2] / slices
    drift = rng.normal(0.0, spread, 2)
    places = np.array(
        [
            (*(drift * (i / slices) + rng.normal(0, 0.4 * spread, 2)), (i - (slices - 1) / 2) * step)
            for i in range(slices)
        ]
    )
    return [
        boxes(
            (extent[0], extent[1], step),
            places,
            material="paper",
            turned=rng.normal(0, 0.5 * spread, slices),
            grain=grain,
        )
    ]


def staples(places: np.ndarray, turned: float = 0.0) -> list[Part]:
    """Staples lying in x-y: the bridge and its two folded legs."""
    bridge = boxes((12.0, 0.6, 0.6), places, material="steel", turned=turned)
    return [bridge, boxes((9.0, 0.5, 0.5), places + vec(z=-1.2), material="steel", turned=turned)]


def paper_clip(at: np.ndarray, turned: float) -> list[Part]:
    """A bent wire clip."""
    way = np.array(
        [(0, 0, 0), (22, 0, 0), (25, 3, 0), (22, 6, 0), (4, 6, 0), (1, 3.5, 0.8), (4, 1.4, 0.8), (18, 1.4, 0.8)]
    )
    return move(tube(way, 0.5, material="steel", sides=5), at, turned=turn("z", turned))


def paper_stack(rng: np.random.Generator) -> Shape:
    """Small sheets in a stack: index cards, leaflets, coupons, tickets, prints, some of a banknote's size."""
    size = pick(rng, (148, 105), (125, 75), (105, 74), (150, 100), (210, 99), (140, 70), (160, 82), (90, 55))
    parts: list[Part] = []
    kind = pick(rng, 0.0, 0.05, 0.09)
    count = int(rng.choice([1, 1, 1, 2, 3]))
    for i in range(count):
        stack = (float(size[0]), float(size[1]), float(rng.uniform(6, 38)))
        one = fanned(rng, stack, grain=kind, spread=rng.uniform(0.3, 3.0))
        binding = int(rng.integers(5))
        if binding == 0:
            one.append(
                box((stack[0] + 1, 14.0, stack[2] + 1), (0, rng.normal(0, 12), 0), material="polyethylene", wall=0.3)
            )
        elif binding == 1:
            hoop = np.array(
                [
                    (2, -stack[1] / 2 - 1, 0),
                    (2, 0, stack[2] / 2 + 1),
                    (2, stack[1] / 2 + 1, 0),
                    (2, 0, -stack[2] / 2 - 1),
                    (2, -stack[1] / 2 - 1, 0),
                ]
            )
            one.append(tube(hoop, 1.4, material="rubber", sides=5))
        elif binding == 2:
            one += paper_clip(vec(stack[0] / 2 - 18, rng.uniform(-0.3, 0.3) * stack[1], stack[2] / 2 + 0.5), 0.0)
        elif binding == 3:
            one.append(box((stack[0] + 2, stack[1] + 2, stack[2] + 2), material="polypropylene", wall=0.1))
        parts += move(one, (0.0, (size[1] + 6.0) * i, 0), turned=turn("z", rng.normal(0, 2)))
    return shape("paper_stack", parts)


def note_block(rng: np.random.Generator) -> Shape:
    """Blocks of note paper: cubes with a glued edge, sticky notes in small pads, writing pads with a board."""
    parts: list[Part] = []
    if chance(rng, 0.5):
        for i in range(int(rng.integers(2, 9))):
            x, y = pick(rng, (76.0, 76.0), (51.0, 38.0), (127.0, 76.0))
            z = float(rng.uniform(6, 12))
            one = [box((x, y, z), material="paper"), box((x, 4.0, z), (0, y / 2 - 2, 0), material="silicone")]
            parts += move(one, (*rng.normal(0, 10, 2), 10.5 * i), turned=turn("z", rng.normal(0, 8)))
    else:
        x, y, z = pick(rng, (90.0, 90.0, 60.0), (148.0, 210.0, 9.0), (210.0, 297.0, 8.0), (105.0, 148.0, 8.0))
        parts += fanned(rng, (x, y, z), grain=0.03, spread=0.4)
        parts += [
            box((x, 3.0, z + 1), (0, y / 2 + 1, 0), material="pvc"),
            box((x, y, 1.2), (0, 0, -z / 2 - 1), material="cardboard"),
        ]
        if z < 20:
            parts += staples(np.array([(s * 0.3 * x, y / 2 - 6, z / 2) for s in (-1, 1)]))
    return shape("note_block", parts)


def playing_cards(rng: np.random.Generator) -> Shape:
    """Decks of cards in boxes, with a plastic wrapping; or spread out."""
    x, y, z = float(rng.uniform(56, 64)), float(rng.uniform(86, 92)), float(rng.uniform(15, 19))
    parts: list[Part] = []
    for i in range(int(rng.integers(1, 4))):
        if chance(rng, 0.25):
            places = np.array([(9.0 * k, 0.02 * (k - 8) ** 2 * 3, 0.4 * k) for k in range(16)])
            one = [boxes((x, y, 0.6), places, material="paper", turned=-4.0 * (np.arange(16) - 8))]
        else:
            one = [
                *fanned(rng, (x, y, z), grain=0.02, spread=0.3),
                *carton((x + 2, y + 2, z + 2), material="paper", wall=0.4),
            ]
            one.append(box((x + 3, y + 3, z + 3), material="polypropylene", wall=0.05))
        parts += move(one, (75.0 * i, rng.normal(0, 8), 0), turned=turn("z", rng.normal(0, 9)))
    return shape("playing_cards", parts)


def photo_prints(rng: np.random.Generator) -> Shape:
    """Prints and post cards in a paper wallet with negatives, or an album with stiff leaves."""
    x, y = pick(rng, (150.0, 100.0), (180.0, 130.0), (127.0, 89.0))
    thick = float(rng.uniform(5, 22))
    parts = fanned(rng, (x, y, thick), grain=0.04, spread=1.2)
    if chance(rng, 0.5):
        strips = np.array([(0, -0.32 * y + 0.2 * y * k, thick / 2 + 1.2) for k in range(4)])
        parts.append(boxes((x, 35.0 if y > 120 else 18.0, 0.2), strips, material="pet"))
        parts.append(box((x + 8, y + 8, thick + 6), material="paper", wall=0.3))
    else:
        leaves = np.array([(0, 0, k * 2.6) for k in np.arange(-thick / 4, thick / 4)])
        parts.append(boxes((x + 30, y + 40, 0.9), leaves, material="cardboard"))
        parts.append(rounded_box((x + 40, y + 46, thick + 10), 4.0, material="pvc", wall=1.2))
        parts += [pipe(9.0, 7.8, 2.0, (-x / 2 - 12, s * 0.3 * y, 0), material="steel", axis="y") for s in (-1, 1)]
    return shape("photo_prints", parts)


def envelopes(rng: np.random.Generator) -> Shape:
    """Letters: a bundle of envelopes with folded sheets, windows, sometimes a padded one with its bubbles."""
    x, y = pick(rng, (220.0, 110.0), (162.0, 114.0), (229.0, 162.0), (324.0, 229.0))
    count = int(rng.integers(2, 8))
    parts: list[Part] = []
    outer: list[tuple[float, float, float]] = []
    inner: list[tuple[float, float, float]] = []
    for i in range(count):
        dx, dy = rng.normal(0, 5, 2)
        outer.append((dx, dy, 2.2 * i))
        inner.append((dx + rng.normal(0, 3), dy - 2, 2.2 * i))
    turned = rng.normal(0, 3, count)
    parts.append(boxes((x, y, 0.6), outer, material="paper", turned=turned))
    parts.append(boxes((x - 12, y - 8, pick(rng, 0.5, 0.9, 1.4)), inner, material="paper", turned=turned, grain=0.05))
    flap = np.array(outer) + vec(y=0.3 * y)
    parts.append(boxes((x, 0.36 * y, 0.25), flap, material="paper", turned=turned))
    parts.append(
        boxes((90.0, 35.0, 0.06), np.array(outer) + vec(-0.2 * x, -0.1 * y, 0.4), material="pet", turned=turned)
    )
    if chance(rng, 0.4):
        bulge = cushion(oblong(x + 40, y + 50), 7.0, (0, 0, 2.2 * count + 4), material="paper", wall=0.2)
        bubbles = [
            (bx, by, 2.2 * count + 4)
            for bx in np.arange(-0.5 * x, 0.5 * x, 11.0)
            for by in np.arange(-0.5 * y, 0.5 * y, 11.0)
        ]
        parts += [bulge, boxes((1.0, 11.0, 3.0), bubbles, material="polyethylene", turned=45.0)]
    return shape("envelopes", parts)


def documents(rng: np.random.Generator) -> Shape:
    """Stapled and clipped documents in folders, some in plastic covers, slightly bent."""
    parts: list[Part] = []
    z = 0.0
    for _ in range(int(rng.integers(2, 5))):
        thick = float(rng.uniform(2.0, 9.0))
        bend = folds(rng, 1.5, 200.0)
        at = vec(rng.normal(0, 7), rng.normal(0, 7), z + thick / 2)
        body = cushion(oblong(210, 297), thick, material="paper", grain=0.05, rim=0.5, surface=bend)
        one = [body]
        fix = int(rng.integers(4))
        if fix == 0:
            one += staples(np.array([(-90.0, 138.0, thick / 2 + 1)]), 40.0)
        elif fix == 1:
            one += paper_clip(vec(rng.uniform(-80, 80), 128.0, thick), 90.0)
        elif fix == 2:
            one.append(sheet((216, 303), bend, material="polypropylene", wall=0.12, points=(6, 6)))
            one += [pipe(3.4, 2.6, 0.4, (-102, s * 40, thick), material="pvc") for s in (-1, 1)]
        parts += move(one, at, turned=turn("z", rng.normal(0, 3)))
        z += thick + 0.5
    if chance(rng, 0.4):
        parts.append(box((230, 315, z + 4), (0, 0, z / 2), material="cardboard", wall=1.2))
        parts += [tube([(110, y, z / 2), (-110, y, z / 2 + 6)], 1.6, material="rubber", sides=5) for y in (-140.0,)]
    return shape("documents", parts)


def ring_calendar(rng: np.random.Generator) -> Shape:
    """A calendar or notebook on a wire spiral, with its board and hanger."""
    x, y, z = float(rng.uniform(150, 320)), float(rng.uniform(140, 290)), float(rng.uniform(3, 9))
    parts = fanned(rng, (x, y, z), grain=0.05, spread=0.4)
    parts.append(box((x, y, 1.6), (0, 0, -z / 2 - 1.5), material="cardboard", grain=0.05))
    pitch = float(pick(rng, 6.0, 8.5))
    wire = helix(0.6 * z + 4.0, 0.94 * x / pitch, pitch, int(0.94 * x / pitch * 9))[:, [2, 0, 1]]
    parts.append(tube(wire + vec(y=y / 2), 0.6, material="steel", sides=4))
    if chance(rng, 0.5):
        hanger = np.array([(-30, 0, 0), (-6, 0, 0), (-5, 8, 0), (0, 13, 0), (5, 8, 0), (6, 0, 0), (30, 0, 0)]) + vec(
            y=y / 2
        )
        parts.append(tube(hanger, 0.9, material="steel", sides=5))
    return shape("ring_calendar", parts)


def receipts(rng: np.random.Generator) -> Shape:
    """Loose receipts, tickets and scraps: crumpled leaves over each other, some rolled, a till roll."""
    parts: list[Part] = []
    for _ in range(int(rng.integers(12, 30))):
        x, y = float(rng.uniform(55, 85)), float(rng.uniform(70, 200))
        curl = folds(rng, rng.uniform(2, 9), 60.0)
        leaf = sheet((x, y), curl, material="paper", wall=pick(rng, 0.4, 0.6), points=(7, 10), grain=0.08)
        parts += move(
            leaf, vec(rng.normal(0, 28), rng.normal(0, 28), rng.uniform(0, 18)), turned=turn("z", rng.uniform(0, 180))
        )
    if chance(rng, 0.5):
        radius = float(rng.uniform(18, 34))
        parts += [
            pipe(radius, 7.0, 57.0, (70, 20, 10), material="paper", axis="y", sides=28),
            cylinder(6.5, 57.0, (70, 20, 10), material="cardboard", axis="y", wall=1.5),
        ]
    return shape("receipts", parts)


KINDS = (
    Kind("paper_stack", None, paper_stack, 3.0),
    Kind("note_block", None, note_block, 1.2),
    Kind("playing_cards", None, playing_cards, 1.2),
    Kind("photo_prints", None, photo_prints, 1.0),
    Kind("envelopes", None, envelopes, 1.6),
    Kind("documents", None, documents, 1.8),
    Kind("ring_calendar", None, ring_calendar, 0.8),
    Kind("receipts", None, receipts, 0.8),
)
