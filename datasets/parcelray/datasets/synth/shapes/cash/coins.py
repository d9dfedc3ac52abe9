"""Coins by the roll: in paper, in tubes, in bags, in boxes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from parcelray.datasets.synth.geometry.placing import hollow, move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, cylinder, lathe
from parcelray.datasets.synth.shapes.forms import bounds_of, lump
from parcelray.datasets.synth.shapes.kind import Kind

LEAF = "coin_roll"
# Radius and thickness in mm, metal of the rim, metal of the core (or the same).
_ISSUES = (
    (8.1, 1.67, "steel", "steel"), (9.4, 1.67, "steel", "steel"), (10.6, 1.67, "steel", "steel"),
    (9.9, 1.93, "brass", "brass"), (11.1, 2.14, "brass", "brass"), (12.1, 2.38, "brass", "brass"),
    (11.6, 2.33, "brass", "cupronickel"), (12.9, 2.20, "cupronickel", "brass"),
    (12.1, 1.75, "cupronickel", "cupronickel"),
    (8.95, 1.35, "cupronickel", "cupronickel"), (9.5, 1.52, "zinc", "zinc"), (15.0, 3.1, "cupronickel", "cupronickel"),
    (13.5, 1.8, "bronze", "bronze"), (16.3, 2.7, "silver", "silver"),
)  # fmt: skip
_PAPER_WALL = 0.25


@dataclass(frozen=True)
class Coin:
    """One issue of coins: mm, and the metals of rim and core."""

    radius: float
    thickness: float
    rim: str
    core: str


def any_coin(rng: np.random.Generator) -> Coin:
    """A coin of a common size."""
    return Coin(*_ISSUES[rng.integers(len(_ISSUES))])


def column_parts(
    rng: np.random.Generator, coin: Coin, count: int, *, sides: int = 18, loose: float = 0.12
) -> list[Part]:
    """Coins in a column around z: worn faces leave gaps at the edge between one and the next."""
    parts: list[Part] = []
    length = count * coin.thickness
    face = 0.18 * coin.thickness
    for index in range(count):
        bottom = index * coin.thickness - length / 2.0
        profile = [
            (0.9 * coin.radius, bottom),
            (coin.radius, bottom + face),
            (coin.radius, bottom + coin.thickness - face),
            (0.9 * coin.radius, bottom + coin.thickness),
        ]
        at = (*rng.normal(0.0, loose, 2), 0.0)
        parts.append(lathe(profile, at, material=coin.rim, sides=sides))
    if coin.core != coin.rim:
        inner = cylinder(0.68 * coin.radius, 0.96 * length, material=coin.rim, sides=sides)
        parts += [hollow(inner), cylinder(0.68 * coin.radius, 0.96 * length, material=coin.core, sides=sides)]
    return parts


def roll_parts(rng: np.random.Generator, coin: Coin, count: int, *, sides: int = 18) -> list[Part]:
    """A column of coins wrapped in paper that is turned in at the ends."""
    length = count * coin.thickness
    parts = column_parts(rng, coin, count, sides=sides)
    radius = coin.radius + 0.4
    parts.append(cylinder(radius, length + 1.0, material="paper", sides=sides, wall=_PAPER_WALL))
    for end in (-1.0, 1.0):
        ring = lathe(
            [(0.55 * radius, 0.0), (radius, 0.0), (radius, 2.2)], material="paper", sides=sides, wall=_PAPER_WALL
        )
        parts += move(ring, (0.0, 0.0, end * (length / 2.0 + 0.8)), turned=turn("x", 0.0 if end < 0.0 else 180.0))
    return parts


def rolls_paper(rng: np.random.Generator) -> Shape:
    """One to six paper rolls side by side."""
    coin = any_coin(rng)
    number = int(rng.integers(1, 7))
    parts: list[Part] = []
    total = 0
    for index in range(number):
        count = int(rng.choice([20, 25, 40, 50]))
        at = (rng.normal(0.0, 5.0), index * (2.0 * coin.radius + 2.0), 0.0)
        parts += move(roll_parts(rng, coin, count), at, turned=turn("z", rng.normal(0.0, 6.0)) @ turn("y", 90.0))
        total += count
    return shape("coin_rolls", parts, leaf=LEAF, count=total)


def rolls_block(rng: np.random.Generator) -> Shape:
    """Rolls packed in rows and layers, in film."""
    coin = any_coin(rng)
    count = int(rng.choice([20, 25, 40]))
    nx, nz = int(rng.integers(3, 6)), int(rng.integers(1, 3))
    pitch = 2.0 * coin.radius + 1.2
    parts: list[Part] = []
    for i in range(nx):
        for k in range(nz):
            at = (rng.normal(0.0, 0.8), (i + 0.5 * (k % 2)) * pitch, k * 0.88 * pitch)
            parts += move(roll_parts(rng, coin, count, sides=12), at, turned=turn("y", 90.0))
    size = np.array([count * coin.thickness + 4.0, (nx + 0.5 * (nz > 1)) * pitch + 2.0, nz * pitch])
    middle = (0.0, (nx - 1 + 0.5 * (nz > 1)) * pitch / 2.0, (nz - 1) * 0.44 * pitch)
    parts.append(box(size, middle, material="polyethylene", wall=0.15))
    return shape("coin_rolls_block", parts, leaf=LEAF, count=count * nx * nz)


def rolls_bag(rng: np.random.Generator) -> Shape:
    """Rolls thrown into a bag of cloth or film."""
    number = int(rng.integers(4, 11))
    parts: list[Part] = []
    total = 0
    for _ in range(number):
        coin = any_coin(rng)
        count = int(rng.choice([20, 25, 40]))
        turned = turn("z", rng.uniform(0.0, 360.0)) @ turn("y", 90.0 + rng.normal(0.0, 12.0))
        parts += move(
            roll_parts(rng, coin, count, sides=12), rng.normal(0.0, 1.0, 3) * [30.0, 26.0, 14.0], turned=turned
        )
        total += count
    middle, extent = bounds_of(parts)
    material, wall = [("polyethylene", 0.2), ("cotton", 1.6), ("nylon", 0.4)][rng.integers(3)]
    radii = tuple(extent * 0.58)
    skin = lump(rng, radii, material=material, roughness=0.14, power=2.6, wall=wall, grain=0.1)
    ribbon = cylinder(7.0, 24.0, (radii[0] + 8.0, 0.0, 0.0), material=material, axis="x", wall=4.0 * wall)
    parts += move([skin, ribbon], middle)
    return shape("coin_rolls_bag", parts, leaf=LEAF, count=total)


def tubes(rng: np.random.Generator) -> Shape:
    """Clear plastic tubes with screw caps, as mints send coins."""
    coin = any_coin(rng)
    number = int(rng.integers(1, 5))
    parts: list[Part] = []
    total = 0
    for index in range(number):
        count = int(rng.choice([20, 25, 30, 50]))
        length = count * coin.thickness
        filled = int(count * rng.choice([1.0, 1.0, 0.7]))
        made = move(column_parts(rng, coin, filled), (0.0, 0.0, -(count - filled) * coin.thickness / 2.0))
        made.append(cylinder(coin.radius + 1.6, length + 4.0, material="polypropylene", sides=20, wall=1.2))
        cap = (0.0, 0.0, length / 2.0 + 2.0)
        made.append(cylinder(coin.radius + 2.8, 9.0, cap, material="polypropylene", sides=20, wall=1.2))
        at = (rng.normal(0.0, 3.0), index * (2.0 * coin.radius + 7.0), 0.0)
        parts += move(made, at, turned=turn("z", rng.normal(0.0, 4.0)) @ turn("y", 90.0))
        total += filled
    return shape("coin_tubes", parts, leaf=LEAF, count=total)


def box_of_columns(rng: np.random.Generator) -> Shape:
    """Columns of coins standing in the compartments of a box."""
    nx, ny = int(rng.integers(2, 5)), int(rng.integers(2, 4))
    coins = [any_coin(rng) for _ in range(nx)]
    pitch = 2.0 * max(coin.radius for coin in coins) + 3.0
    parts: list[Part] = []
    total = 0
    tallest = 0.0
    for i, coin in enumerate(coins):
        for j in range(ny):
            count = int(rng.integers(10, 26))
            height = count * coin.thickness
            tallest = max(tallest, height)
            column = column_parts(rng, coin, count, sides=14, loose=0.4)
            parts += move(column, (i * pitch, j * pitch, height / 2.0 + 2.0))
            total += count
    size = np.array([nx * pitch + 4.0, ny * pitch + 4.0, tallest + 8.0])
    middle = np.array([(nx - 1) * pitch / 2.0, (ny - 1) * pitch / 2.0, size[2] / 2.0])
    material, wall = [("cardboard", 2.4), ("polypropylene", 1.6), ("steel", 0.5)][rng.integers(3)]
    parts.append(box(size, middle, material=material, wall=wall))
    inner = "polypropylene" if material == "steel" else material
    for i in range(nx - 1):
        wall_at = ((i + 0.5) * pitch, middle[1], middle[2])
        parts.append(box((1.2, size[1] - 2.0, 0.7 * size[2]), wall_at, material=inner))
    return shape("coin_box", parts, leaf=LEAF, count=total)


KINDS: tuple[Kind, ...] = (
    Kind("coin_rolls", LEAF, rolls_paper, 1.5),
    Kind("coin_rolls_block", LEAF, rolls_block),
    Kind("coin_rolls_bag", LEAF, rolls_bag),
    Kind("coin_tubes", LEAF, tubes),
    Kind("coin_box", LEAF, box_of_columns),
)
