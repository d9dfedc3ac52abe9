"""Paper that is worth money, in bulk: cheque books, certificates, money orders, passports, cards."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.placing import grained, move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, boxes, extrude, pipe, rounded, sheet, tube
from parcelray.datasets.synth.shapes.forms import band, bent_slab, flat
from parcelray.datasets.synth.shapes.kind import Kind

LEAF = "paper_instruments"
_GRAIN = 0.06
# Antenna of a chip: turns of thin wire, seen as a frame.
_ANTENNA_FOIL = 0.05


def _askew(rng: np.random.Generator, parts: list[Part], level: float, mess: float) -> list[Part]:
    """Laid on a pile, a little off."""
    return move(parts, (*rng.normal(0.0, mess, 2), level), turned=turn("z", rng.normal(0.0, 0.8 * mess)))


def _chip(at: tuple[float, float, float], size: float = 12.0) -> list[Part]:
    """Contacts and die of a chip."""
    x, y, z = at
    return [
        box((size, 0.9 * size, 0.08), at, material="copper"),
        box((0.3 * size, 0.3 * size, 0.25), (x, y, z - 0.1), material="silicon"),
    ]


def _antenna(width: float, depth: float, level: float) -> Part:
    """Turns of wire along the edge of a card or a page."""
    frame = rounded(width, depth, 5.0)
    return extrude(frame.difference(frame.buffer(-2.0)), _ANTENNA_FOIL, (0.0, 0.0, level), material="copper")


def cheque_books(rng: np.random.Generator) -> Shape:
    """Cheque books: stubs, a stapled spine, card covers."""
    parts: list[Part] = []
    size = rng.uniform([150.0, 68.0], [215.0, 92.0])
    columns = int(rng.integers(1, 3))
    level = 0.0
    for index in range(int(rng.integers(2, 10))):
        thick = float(rng.uniform(3.0, 6.5))
        book = [
            box((*size, thick), material="paper", grain=_GRAIN),
            boxes(
                (size[0] + 1.0, size[1] + 1.0, 0.5),
                [(0.0, 0.0, s * thick / 2.0) for s in (-1, 1)],
                material="cardboard",
            ),
            box((1.0, size[1], thick), (-0.3 * size[0], 0.0, 0.0), material="cardboard"),
            boxes(
                (1.0, 10.0, 1.0),
                [(-size[0] / 2.0 + 5.0, s * 0.25 * size[1], thick / 2.0) for s in (-1, 1)],
                material="steel",
            ),
            # Magnetic ink along the lower edge.
            box((0.6 * size[0], 4.0, 0.02 * thick), (0.05 * size[0], -0.38 * size[1], 0.0), material="ferrite"),
        ]
        at = (index % columns) * (size[1] + 8.0)
        parts += move(_askew(rng, book, level + thick / 2.0, 2.5), (0.0, at, 0.0))
        level += thick + 0.6 if index % columns == columns - 1 else 0.0
    if rng.random() < 0.5:
        parts.append(
            band(4.0, (columns * (size[1] + 8.0), level + 4.0), (0.0, 0.0, level / 2.0), material="rubber", wall=1.0)
        )
    return shape("cheque_books", parts, leaf=LEAF)


def certificates(rng: np.random.Generator) -> Shape:
    """A thick pile of printed certificates, with clips, a folder or a ribbon."""
    size = np.array([(297.0, 210.0), (279.0, 216.0), (330.0, 240.0)][rng.integers(3)])
    bow, tilt = rng.normal(0.0, 0.8, 2)
    parts: list[Part] = []
    level = 0.0
    for _ in range(int(rng.integers(3, 8))):
        thick = float(rng.uniform(2.0, 6.0))
        slab = bent_slab(
            (size[0], size[1]),
            thick,
            lambda x, y: bow * (x / 90.0) ** 2 + tilt * (y / 90.0) ** 2,
            material="paper",
            grain=_GRAIN,
        )
        frame = boxes(
            [(0.9 * size[0], 6.0, 0.05 * thick)] * 2 + [(6.0, 0.85 * size[1], 0.05 * thick)] * 2,
            [(0, -0.42 * size[1], 0), (0, 0.42 * size[1], 0), (-0.45 * size[0], 0, 0), (0.45 * size[0], 0, 0)],
            material="ceramic",
            grain=0.25,
        )
        seal = pipe(16.0, 4.0, 0.05 * thick, (0.32 * size[0], -0.28 * size[1], 0.0), material="ceramic", sides=18)
        parts += _askew(rng, [slab, frame, *grained(seal, 0.25)], level + thick / 2.0, 3.0)
        level += thick + 0.4
    if rng.random() < 0.5:
        parts.append(
            box(
                (size[0] + 8.0, size[1] + 8.0, level + 1.0), (0.0, 0.0, level / 2.0), material="polypropylene", wall=0.8
            )
        )
    for x in rng.uniform(-0.4, 0.4, int(rng.integers(0, 4))) * size[0]:
        clip = [
            (0.0, 0.0, 0.0),
            (0.0, 22.0, 0.0),
            (5.0, 25.0, 0.0),
            (8.0, 22.0, 0.0),
            (8.0, 5.0, 0.0),
            (3.0, 3.0, 0.0),
            (2.5, 17.0, 0.0),
        ]
        parts += move(tube(clip, 0.6, material="steel", sides=5), (x, size[1] / 2.0 - 20.0, level))
    return shape("certificates", parts, leaf=LEAF)


def money_orders(rng: np.random.Generator) -> Shape:
    """Envelopes with wads of slips in them."""
    parts: list[Part] = []
    level = 0.0
    for _ in range(int(rng.integers(2, 8))):
        slip = rng.uniform([150.0, 70.0], [205.0, 95.0])
        thick = float(rng.uniform(2.0, 7.0))
        cover = slip + rng.uniform(8.0, 22.0, 2)
        inside = (*(rng.uniform(-0.5, 0.5, 2) * (cover - slip)), 0.0)
        flap = sheet((cover[0], 0.42 * cover[1]), flat, material="paper", wall=0.12, points=(2, 2), grain=0.1)
        made = [
            *move(box((*slip, thick), material="paper", grain=_GRAIN), inside),
            *move(box((0.5 * slip[0], 5.0, 0.03 * thick), (0.0, -0.3 * slip[1], 0.0), material="ferrite"), inside),
            box((*cover, thick + 1.0), material="paper", wall=0.12, grain=0.1),
            *move(flap, (0.0, 0.29 * cover[1], thick / 2.0 + 0.6)),
        ]
        parts += _askew(rng, made, level + thick / 2.0, 6.0)
        level += thick + 1.2
    return shape("money_orders", parts, leaf=LEAF)


def passports(rng: np.random.Generator) -> Shape:
    """Passport booklets: sewn pages, stiff covers with chip and antenna."""
    parts: list[Part] = []
    columns = int(rng.integers(1, 4))
    level = 0.0
    for index in range(int(rng.integers(2, 14))):
        thick = float(rng.uniform(3.2, 4.6))
        book = [
            box((125.0, 88.0, thick - 1.4), material="paper", grain=_GRAIN),
            boxes((126.0, 89.0, 0.6), [(0.0, 0.0, s * (thick - 0.7) / 2.0) for s in (-1, 1)], material="pvc"),
            *move(_antenna(78.0, 48.0, 0.0), (0.0, 0.0, thick / 2.0 - 0.6)),
            *_chip((22.0, 14.0, thick / 2.0 - 0.6), 9.0),
            # The page with the photograph is a plate of plastic.
            box((124.0, 87.0, 0.7), (0.0, 0.0, thick / 2.0 - 1.2), material="polycarbonate"),
            box((125.0, 0.6, 0.6), (0.0, 43.0, 0.0), material="cotton"),
        ]
        about = turn("z", 180.0 * rng.integers(2)) @ turn("x", 180.0 * rng.integers(2))
        at = ((index % columns) * 132.0, 0.0, 0.0)
        parts += move(_askew(rng, move(book, turned=about), level + thick / 2.0, 3.0), at)
        level += thick + 0.4 if index % columns == columns - 1 else 0.0
    if rng.random() < 0.4:
        parts.append(band(3.0, (92.0, level + 8.0), (0.0, 0.0, level / 2.0), material="rubber", wall=1.0))
    return shape("passports", parts, leaf=LEAF)


def cards(rng: np.random.Generator) -> Shape:
    """Piles of payment or prepaid cards, loose, banded or boxed."""
    parts: list[Part] = []
    number = int(rng.integers(1, 5))
    chipped = rng.random() < 0.75
    for pile in range(number):
        count = int(rng.integers(12, 70))
        groups = max(2, count // 8)
        thick = 0.76 * count / groups
        for group in range(groups):
            level = (group + 0.5) * (thick + 0.25)
            made = [
                extrude(rounded(85.6, 54.0, 3.2), thick, material="pvc"),
                box((85.0, 12.7, 0.012 * count / groups), (0.0, 17.0, 0.0), material="ferrite"),
            ]
            if chipped:
                share = count / groups
                made += [
                    box((11.0, 9.5, 0.04 * share), (-26.0, 3.0, 0.0), material="copper"),
                    box((4.0, 4.0, 0.2 * share), (-26.0, 3.0, 0.0), material="silicon"),
                ]
                made += move(_antenna(78.0, 46.0, 0.0), scale=(1.0, 1.0, 0.5 * share))
            parts += move(
                _askew(rng, made, level, 1.2), (0.0, pile * 62.0, 0.0), turned=turn("z", rng.normal(0.0, 2.0))
            )
        high = groups * (thick + 0.25)
        if rng.random() < 0.5:
            parts += move(band(5.0, (56.0, high + 1.0), material="rubber", wall=1.0), (0.0, pile * 62.0, high / 2.0))
    return shape("bank_cards", parts, leaf=LEAF)


def card_carriers(rng: np.random.Generator) -> Shape:
    """Prepaid cards glued on hanging cards, in a pile."""
    parts: list[Part] = []
    level = 0.0
    for _ in range(int(rng.integers(10, 26))):
        card = [
            box((140.0, 102.0, 0.5), material="paper", grain=_GRAIN),
            extrude(rounded(85.6, 54.0, 3.2), 0.76, (-10.0, 0.0, 0.6), material="pvc"),
            box((85.0, 9.0, 0.03), (-10.0, 16.0, 1.1), material="ferrite"),
        ]
        parts += _askew(rng, card, level, 2.5)
        level += 1.5
    return shape("card_carriers", parts, leaf=LEAF)


def sealed_documents(rng: np.random.Generator) -> Shape:
    """Instruments in a tamper-evident wallet: a pile of slips, a seal, a clasp."""
    size = rng.uniform([180.0, 90.0], [250.0, 130.0])
    parts: list[Part] = []
    level = 0.0
    for _ in range(int(rng.integers(2, 6))):
        thick = float(rng.uniform(3.0, 8.0))
        slip = size * rng.uniform(0.8, 0.98, 2)
        parts += _askew(
            rng,
            [
                box((*slip, thick), material="paper", grain=_GRAIN),
                box((0.02 * slip[0], slip[1], 0.08 * thick), (0.3 * slip[0], 0, 0), material="aluminium"),
            ],
            level + thick / 2.0,
            2.5,
        )
        level += thick + 0.4
    wallet = (size[0] + 24.0, size[1] + 20.0, level + 3.0)
    leather = rng.random() < 0.5
    parts.append(
        box(
            wallet,
            (0.0, 0.0, level / 2.0),
            material="leather" if leather else "pvc",
            wall=1.4 if leather else 0.4,
            grain=0.05,
        )
    )
    line = np.linspace(-0.48, 0.48, 9) * wallet[0]
    edge = np.column_stack([line, np.full(9, 0.48 * wallet[1]), np.full(9, level / 2.0)])
    parts.append(tube(edge, 1.5, material="nylon" if rng.random() < 0.5 else "brass", sides=5, grain=0.2))
    parts.append(pipe(9.0, 3.0, 3.0, (0.42 * wallet[0], 0.36 * wallet[1], level + 2.0), material="zinc", sides=14))
    return shape("sealed_documents", parts, leaf=LEAF)


KINDS: tuple[Kind, ...] = (
    Kind("cheque_books", LEAF, cheque_books),
    Kind("certificates", LEAF, certificates),
    Kind("money_orders", LEAF, money_orders),
    Kind("passports", LEAF, passports),
    Kind("bank_cards", LEAF, cards),
    Kind("card_carriers", LEAF, card_carriers, 0.7),
    Kind("sealed_documents", LEAF, sealed_documents, 0.8),
)
