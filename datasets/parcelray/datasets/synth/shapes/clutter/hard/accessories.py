"""What people wear and carry: glasses, umbrellas, lighters, jewellery, coins, buckles."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import smooth
from parcelray.datasets.synth.geometry.placing import any_turn, move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import (
    box,
    cylinder,
    ellipsoid,
    extrude,
    lathe,
    pipe,
    rounded_box,
    tube,
)
from parcelray.datasets.synth.shapes.clutter.hard.forms import (
    angular,
    chance,
    disc,
    domed,
    flowing,
    pick,
    ring,
    screws,
    spring,
    stroke,
    varied,
    wobbled,
)
from parcelray.datasets.synth.shapes.kind import Kind


def glasses(rng: np.random.Generator) -> Shape:
    """Spectacles or sunglasses, folded or open, often in a hard case with a steel shell and a hinge."""
    width, height = rng.uniform(42, 56), rng.uniform(30, 46)
    rim = flowing(
        wobbled(
            rng,
            [
                (-0.5 * width, 0.1 * height),
                (-0.3 * width, 0.5 * height),
                (0.3 * width, 0.5 * height),
                (0.5 * width, 0.2 * height),
                (0.3 * width, -0.45 * height),
                (-0.25 * width, -0.5 * height),
            ],
            1.5,
        ),
        36,
    )
    wire = pick(rng, ("titanium", 1.4), ("nickel", 1.4), ("pmma", 4.0))
    parts: list[Part] = []
    for side in (-1, 1):
        lens = extrude(rim, 2.0, material=pick(rng, "polycarbonate", "glass"))
        frame = extrude(rim.buffer(wire[1]).difference(rim), 1.4 * wire[1], material=wire[0])
        parts += move([lens, frame], (side * (width / 2 + 9), 0, 0), turned=np.diag([float(side), 1.0, float(side)]))
        parts += [
            box((5, 5, 4), (side * (width + 11), 0.25 * height, -2), material="cupronickel"),
            *screws([(side * (width + 12), 0.25 * height, -3)], 0.7, 4, axis="y"),
        ]
        folded = smooth(
            [
                (side * (width + 12), 0.25 * height, -4),
                (side * 0.2 * width, 0.25 * height, -6 - 3 * side),
                (-side * 0.6 * width, 0.0, -7 - 3 * side),
                (-side * 0.8 * width, -16, -7),
            ],
            20,
        )
        parts += [
            tube(folded, 0.8 if wire[0] != "pmma" else 2.6, material=wire[0], sides=6),
            tube(folded[2:16], 0.6, material="nickel", sides=4),
            ellipsoid((3, 5, 1.5), (side * 6, -6, -5), material="silicone", sides=8, rings=4),
        ]
    parts.append(tube(smooth([(-9, 5, 0), (0, 8, 1), (9, 5, 0)], 8), wire[1], material=wire[0], sides=6))
    if chance(rng, 0.45):
        parts += [
            rounded_box((165, 64, 42), 26, (0, 0, -4), material=pick(rng, "steel", "abs"), wall=pick(rng, 0.5, 1.0)),
            rounded_box((160, 60, 38), 24, (0, 0, -4), material="foam", wall=1.5),
            cylinder(1.8, 130, (0, 32, -4), material="steel", axis="x"),
        ]
    return shape("glasses", parts)


def umbrella(rng: np.random.Generator) -> Shape:
    """An umbrella, closed: bundle of ribs and stretchers round a telescopic shaft, cloth in folds, grip."""
    length, segments = pick(rng, (rng.uniform(220, 300), 3), (rng.uniform(220, 300), 2), (rng.uniform(700, 850), 1))
    ribs = int(rng.integers(7, 11))
    parts = [
        cylinder(
            5 - i,
            length * (1 - 0.06 * i),
            (0.02 * length * i, 0, 0),
            material=pick(rng, "steel", "aluminium"),
            axis="x",
            sides=10,
            wall=0.6,
        )
        for i in range(segments)
    ]
    spread = rng.uniform(14, 32)
    for i in range(ribs):
        angle = 2 * np.pi * i / ribs + rng.normal(0, 0.12)
        radial = np.array([0, np.cos(angle), np.sin(angle)])
        for layer in range(segments):
            # Ribs of a long umbrella meet at its tip; folded ones lie side by side in a bundle.
            near = 4 + 2.5 * layer if segments == 1 else spread * (0.6 + 0.15 * layer)
            a = np.array([-0.44 * length, 0, 0]) + radial * near
            b = np.array([rng.uniform(0.33, 0.44) * length, 0, 0]) + radial * (
                spread * (0.6 + 0.2 * layer)
            ) * rng.uniform(0.8, 1.2)
            parts.append(tube(np.linspace(a, b, 4), 1.8, material=pick(rng, "steel", "steel", "aluminium"), sides=4))
        mid = np.array([rng.uniform(-0.2, 0.1) * length, 0, 0])
        parts += [
            tube(
                np.linspace(mid + radial * 6, mid + radial * 0.7 * spread + [0.2 * length, 0, 0], 3),
                1.4,
                material="steel",
                sides=4,
            ),
            cylinder(
                1.8, 7, np.array([0.44 * length, 0, 0]) + radial * spread, material="polypropylene", axis="x", sides=6
            ),
        ]
    wrap = lathe(
        [(6, -0.45 * length), (0.8 * spread, -0.1 * length), (1.15 * spread, 0.42 * length)],
        material="polyester",
        axis="x",
        sides=18,
        wall=1.5,
        grain=0.15,
    )
    parts += [
        wrap,
        *move(wrap, scale=(1.0, 0.72, 0.8)),
        *spring(6, 0.14 * length, 12, 1.0, (-0.3 * length, 0, 0), axis="x"),
        pipe(8, 5, 16, (-0.36 * length, 0, 0), material="polypropylene", axis="x"),
        pipe(9, 5, 24, (0.1 * length, 0, 0), material="polypropylene", axis="x"),
    ]
    if segments == 1 or chance(rng, 0.3):
        bend = np.linspace(0, np.pi, 20)
        hook = np.stack([0.5 * length + 40 * np.sin(bend), 40 * np.cos(bend) - 40, 0 * bend], -1)
        parts.append(tube(hook, 8, material=pick(rng, "wood", "abs"), sides=9))
    else:
        parts += [
            lathe(
                [(10, 0.5 * length), (14, 0.56 * length), (14, 0.72 * length), (9, 0.75 * length)],
                material=pick(rng, "abs", "wood", "rubber"),
                axis="x",
            ),
            cylinder(4, 30, (0.55 * length, 0, 0), material="steel", axis="x"),
        ]
    return shape("umbrella", parts)


def lighter(rng: np.random.Generator) -> Shape:
    """A pocket lighter: plastic tank with liquid and a steel hood with wheel and spring, or a brass case."""
    if chance(rng, 0.6):
        parts = [
            extrude(disc(6, (-5, 0)).union(disc(6, (5, 0))).convex_hull, 60, material="polycarbonate", wall=1.5),
            extrude(stroke([(-5, 0), (5, 0)], 9), rng.uniform(10, 48), (0, 0, -6), material="oil"),
            pipe(6.5, 6.0, 17, (0, 0, 38), material="steel", sides=16),
            cylinder(4, 6, (2, 0, 40), material="steel", axis="y"),
            *spring(1.6, 12, 9, 0.4, (-4, 0, 30)),
            cylinder(1.5, 18, (-5, 0, 36), material="brass", sides=8),
            box((6, 5, 2), (-7, 0, 46), material="aluminium"),
            tube([(0, 0, -24), (-4, 0, 28)], 0.8, material="polyethylene"),
        ]
        return shape("lighter", varied(rng, parts))
    parts = [
        rounded_box((37, 13, 36), 3, material="brass", wall=0.8),
        rounded_box((37, 13, 19), 3, (0, 0, 28), material="brass", wall=0.8),
        rounded_box((33, 11, 34), 3, material="stainless", wall=0.6),
        box((28, 9, 26), (0, 0, -3), material="cotton"),
        pipe(5, 4, 16, (4, 0, 24), material="stainless"),
        cylinder(4, 6, (10, 0, 26), material="steel", axis="y"),
        *spring(1.6, 26, 14, 0.5, (9, 0, 2)),
        cylinder(1.6, 12, (-19, 0, 18), material="steel", axis="y"),
    ]
    return shape("lighter", varied(rng, parts))


def jewellery(rng: np.random.Generator) -> Shape:
    """Necklaces, rings, brooches, bangles and beads, in a small box or loose."""
    parts: list[Part] = []
    metal = pick(rng, "gold", "silver", "brass", "stainless")
    for _ in range(int(rng.integers(1, 4))):
        strewn = smooth(rng.uniform(-0.5, 0.5, (8, 3)) * [95, 75, 6], 90)
        parts.append(tube(strewn, np.where(np.arange(90) % 2, 0.9, 0.4), material=metal, sides=4))
    for _ in range(int(rng.integers(1, 6))):
        band = [
            pipe(9.5, 8.2, rng.uniform(2, 6), material=metal, sides=20),
            ellipsoid((2.5, 2.5, 3), (10, 0, 0), material="glass", sides=8, rings=5),
        ]
        parts += move(band, rng.uniform(-0.5, 0.5, 3) * [80, 60, 6], turned=any_turn(rng))
    if chance(rng, 0.5):
        parts += [
            ring(
                rng.uniform(28, 34),
                4,
                (rng.uniform(-15, 15), 5.0 * i, 6.0 * i),
                material=pick(rng, metal, "copper", "wood"),
            )
            for i in range(3)
        ]
    if chance(rng, 0.4):
        string = smooth(rng.uniform(-0.5, 0.5, (6, 3)) * [110, 80, 8], 44)
        parts += [
            ellipsoid(rng.uniform(3.0, 3.6), at, material=pick(rng, "glass", "ceramic"), sides=8, rings=5)
            for at in string
        ]
    if chance(rng, 0.6):
        parts += [
            rounded_box((130, 105, 42), 6, material=pick(rng, "wood", "leather", "cardboard"), wall=3.0),
            box((120, 95, 12), (0, 0, -13), material="foam"),
            cylinder(1.5, 60, (0, 52, 4), material="brass", axis="x"),
            box((14, 3, 10), (0, -53, 4), material="brass"),
        ]
    return shape("jewellery", parts)


def loose_coins(rng: np.random.Generator) -> Shape:
    """A few coins and tokens, as pockets hold them: not a roll, not a hoard."""
    parts: list[Part] = []
    for i in range(int(rng.integers(2, 9))):
        radius, height = rng.uniform(8, 14), pick(rng, 1.6, 1.9, 2.2)
        material = pick(rng, "cupronickel", "brass", "copper", "steel")
        coin = [
            cylinder(radius, height, material=material, sides=24),
            pipe(radius, 0.9 * radius, 0.5, (0, 0, height / 2 + 0.25), material=material),
        ]
        parts += move(
            coin,
            (*rng.uniform(-38, 38, 2), 1.5 * i),
            turned=turn("x", rng.normal(0, 12)) @ turn("y", rng.normal(0, 12)),
        )
    return shape("loose_coins", parts)


def buckles(rng: np.random.Generator) -> Shape:
    """Buckles, snap hooks, badges and eyelets: the small metal of bags and clothes."""
    sorts = [_buckle(rng) for _ in range(2)]
    parts: list[Part] = []
    for i in range(int(rng.integers(3, 9))):
        parts += move(
            sorts[i % 2],
            rng.uniform(-0.5, 0.5, 3) * [110, 90, 8],
            turned=turn("z", rng.uniform(0, 360)) @ turn("x", rng.normal(0, 25)),
            scale=rng.uniform(0.6, 1.1, 3),
        )
    parts += [pipe(5, 3, 2.5, (*rng.uniform(-50, 50, 2), 0), material="brass", sides=12) for _ in range(6)]
    return shape("buckles", parts)


def _buckle(rng: np.random.Generator) -> list[Part]:
    """A frame with a bar and a tongue."""
    size = rng.uniform(12, 30)
    corners = np.array([(-1, -0.7), (-1, 0.7), (1, 0.7), (1, -0.7)]) * size
    frame = flowing(corners) if chance(rng, 0.4) else angular(corners, 2)
    thick = 0.14 * size + 1.2
    material = pick(rng, "zinc", "steel", "brass", "zinc")
    return [
        *domed(frame.difference(frame.buffer(-0.2 * size - 1)), thick, 0.6, material=material),
        cylinder(0.4 * thick, 1.5 * size, (0.1 * size, 0, 0), material=material, axis="y", sides=8),
        extrude(stroke([(0.1 * size, 0), (1.05 * size, 0)], 2.4), 2, material=material),
    ]


KINDS: tuple[Kind, ...] = (
    Kind("glasses", None, glasses, 1.5),
    Kind("umbrella", None, umbrella, 7.0),
    Kind("lighter", None, lighter, 1.2),
    Kind("jewellery", None, jewellery, 1.2),
    Kind("loose_coins", None, loose_coins, 0.8),
    Kind("buckles", None, buckles, 1.2),
)
