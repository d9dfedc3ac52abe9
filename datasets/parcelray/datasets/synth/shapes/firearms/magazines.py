"""Magazines: a thin body with ribs, the spring that shows as a zig-zag, follower, floor plate and cartridges."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, join
from parcelray.datasets.synth.geometry.solids import cylinder, tube
from parcelray.datasets.synth.shapes.firearms.cartridges import (
    PISTOL_ROUNDS,
    SMALL_ROUNDS,
    Round,
    any_round,
    cartridge,
)
from parcelray.datasets.synth.shapes.firearms.outlines import bar, cut, outline, stroke
from parcelray.datasets.synth.shapes.firearms.plates import hole, plate, repeat

ROLE = "magazine"


@dataclass(frozen=True)
class Box:
    """Measures of a box magazine, which hangs down from the origin.

    Attributes:
        depth: from back to front.
        length: from top to bottom.
        width: across.
        bend: how far its lower end comes forward, as an arc.
        lean: how far its lower end lies back, straight (negative: forward).
        material: of its body.
        wall: of its body.
        floor_material: of its floor plate.
        loaded: share of its length that cartridges fill.
        rounds: what cartridges.
    """

    depth: float
    length: float
    width: float
    rounds: Round
    bend: float = 0.0
    lean: float = 0.0
    material: str = "steel"
    wall: float = 0.8
    floor_material: str = "nylon"
    loaded: float = 0.0

    def centre(self, down: float) -> float:
        """X of the middle at so many mm from the top."""
        share = down / self.length
        return self.bend * share**2 - self.lean * share

    def tilt(self, down: float) -> float:
        """Degrees about y by which what lies there is turned, since the body bends."""
        return -float(np.degrees(np.arctan(2.0 * self.bend * down / self.length**2)))


def pistol_box(rng: np.random.Generator, depth: float, length: float, width: float, lean: float) -> Box:
    """A magazine that fits a grip: most often of steel; loaded, half loaded or empty."""
    return Box(
        depth=depth,
        length=length,
        width=width,
        rounds=any_round(rng, _pistol_rounds(depth)),
        lean=lean,
        material=str(rng.choice(["steel", "steel", "steel", "stainless", "aluminium"])),
        wall=float(rng.choice([0.6, 0.8, 1.0])),
        floor_material=str(rng.choice(["nylon", "steel", "aluminium"])),
        loaded=float(rng.choice([0.0, 0.0, rng.uniform(0.3, 0.8), 1.0])),
    )


def _pistol_rounds(depth: float) -> tuple[Round, ...]:
    """Cartridges about as long as a magazine is deep."""
    fitting = tuple(made for made in (*PISTOL_ROUNDS, *SMALL_ROUNDS) if made.length < depth - 1.0)
    return fitting or SMALL_ROUNDS


def box_magazine(rng: np.random.Generator, box: Box) -> list[Part]:
    """A box magazine, its top's middle at the origin."""
    parts = [*_body(rng, box), *_floor(rng, box)]
    top = 3.0
    if box.loaded > 0.0:
        filled = max(1, int(box.loaded * (box.length - 14.0) / _pitch(box)))
        parts += _stack(box, filled)
        top += filled * _pitch(box)
    parts += _follower(box, top)
    parts += _spring(rng, box, min(top + 7.0, box.length - 12.0))
    return join(replace(part, role=ROLE) for part in parts)


def _edge(box: Box, offset: float, tops: tuple[float, float]) -> list[tuple[float, float]]:
    """Points down one side of the body, from top to bottom."""
    steps = 9 if box.bend else 2
    downs = np.linspace(tops[0], tops[1], steps)
    return [(box.centre(down) + offset, -down) for down in downs]


def _body(rng: np.random.Generator, box: Box) -> list[Part]:
    half = box.depth / 2.0
    back, front = _edge(box, -half, (0.0, box.length)), _edge(box, half, (3.0, box.length))
    shape = outline([*back, *front[::-1]], radius=0.8)
    wall = box.wall if box.material in {"steel", "stainless"} else 1.8
    inner = outline(
        [*_edge(box, -half + wall, (0.2, box.length - 1.0)), *_edge(box, half - wall, (3.2, box.length - 1.0))[::-1]]
    )
    parts = plate(shape, box.width, material=box.material, bevel=min(3.0, box.width * 0.16), round_share=0.18)
    parts += hole(inner, box.width - 2.0 * wall, material=box.material, bevel=min(2.5, box.width * 0.13))
    if rng.random() < 0.6:
        # Pressed ribs, or a slot to count by: thin strips on the sides.
        for offset in rng.uniform(-0.3, 0.3, int(rng.integers(1, 3))):
            rib = stroke(_edge(box, offset * box.depth, (0.15 * box.length, 0.92 * box.length)), 1.6)
            parts += plate(rib, 0.8, material=box.material, y=box.width / 2.0 + 0.4)
            parts += plate(rib, 0.8, material=box.material, y=-box.width / 2.0 - 0.4)
    if rng.random() < 0.4:
        places = np.linspace(0.25, 0.85, int(rng.integers(3, 8))) * box.length
        one = hole(bar(-1.4, 1.4, -1.4, 1.4), wall, material=box.material, y=box.width / 2.0 - wall / 2.0)
        parts += repeat(one, [(box.centre(d) - 0.3 * half, 0.0, -d) for d in places])
    return parts


def _floor(rng: np.random.Generator, box: Box) -> list[Part]:
    thick, lip = rng.uniform(2.0, 6.5), rng.uniform(0.5, 4.5)
    half, x = box.depth / 2.0, box.centre(box.length)
    shape = outline(
        [(x - half - 0.5, 0.0), (x - half - 0.5, -thick), (x + half + lip - 1.0, -thick), (x + half + lip, 0.0)],
        radius=1.5,
    )
    made = plate(shape, box.width + 2.0, material=box.floor_material, bevel=1.2)
    # It lies square to the lower end of the body.
    square = turn("y", box.tilt(box.length))
    return move(move(made, (-x, 0.0, 0.0)), (x, 0.0, -box.length), turned=square)


def _pitch(box: Box) -> float:
    """How far one cartridge lies below the next."""
    across = box.width - 2.0 * box.wall - 2.0 * box.rounds.radius
    step = (2.0 * box.rounds.radius) ** 2 - max(across, 0.0) ** 2
    return max(float(np.sqrt(max(step, 0.0))), box.rounds.radius * 0.95)


def _stack(box: Box, count: int) -> list[Part]:
    """Cartridges one above the other, or in two staggered columns where the body is wide enough."""
    one = cartridge(box.rounds)
    side = max(box.width / 2.0 - box.wall - box.rounds.radius, 0.0)
    parts = []
    for i in range(count):
        down = 4.0 + box.rounds.radius * 0.6 + i * _pitch(box)
        rear = box.centre(down) - min(box.rounds.length, box.depth - 1.5) / 2.0
        at = (rear, side * (-1) ** i if side > 0.6 else 0.0, -down)
        parts += move(one, at, turned=turn("y", box.tilt(down) - 3.0))
    return parts


def _follower(box: Box, top: float) -> list[Part]:
    x, half = box.centre(top), box.depth / 2.0 - 1.6
    shape = outline(
        [(x - half, -top), (x - half, -top - 7.0), (x + half, -top - 5.0), (x + half, -top + 1.5)], radius=1.5
    )
    return plate(shape, box.width - 2.0 * box.wall - 1.0, material="nylon" if box.wall > 0.7 else "steel", bevel=0.8)


def _spring(rng: np.random.Generator, box: Box, top: float) -> list[Part]:
    """A rectangular coil, seen from the side as a zig-zag of thin wire."""
    bottom = box.length - 2.0
    pitch = rng.uniform(5.0, 10.0) if box.loaded == 0.0 else rng.uniform(2.5, 5.0)
    turns = max(2, int((bottom - top) / pitch))
    half, side = box.depth / 2.0 - 2.8, max(box.width / 2.0 - box.wall - 1.8, 1.5)
    quarter = np.arange(4 * turns + 1)
    downs = top + (bottom - top) * quarter / (4 * turns)
    x = np.array([box.centre(float(d)) for d in downs]) + half * np.array([-1.0, 1.0, 1.0, -1.0])[quarter % 4]
    y = side * np.array([-1.0, -1.0, 1.0, 1.0])[quarter % 4]
    return [tube(np.stack([x, y, -downs], axis=1), float(rng.choice([0.55, 0.7])), material="steel", sides=4)]


def drum_magazine(rng: np.random.Generator, rounds: Round, *, loaded: bool) -> list[Part]:
    """A round magazine with a short neck, its top's middle at the origin."""
    radius, width = rng.uniform(38.0, 68.0), rounds.length + rng.uniform(4.0, 10.0)
    neck = rng.uniform(12.0, 34.0)
    z = -neck - radius
    material, wall = ("steel", 1.0) if rng.random() < 0.6 else ("nylon", 2.6)
    half = 1.15 * rounds.radius + 4.0
    throat = cut(bar(-half, half, -neck - 0.25 * radius, 0.0), bar(-half + wall, half - wall, z, 0.5))
    parts = [
        cylinder(radius, width, (0.0, 0.0, z), material=material, axis="y", sides=32, wall=wall),
        cylinder(radius * 0.16, width + 6.0, (0.0, 0.0, z), material="steel", axis="y", sides=12),
        cylinder(radius * 0.62, width * 0.8, (0.0, 0.0, z), material=material, axis="y", sides=24, wall=wall),
        *plate(throat, width * 0.9, material=material),
    ]
    if loaded:
        one = move(cartridge(rounds), (-rounds.length / 2.0, 0.0, 0.0))
        upright = move(one, turned=turn("z", 90))
        around = 0.82 * radius
        step = 2.1 * rounds.radius / around
        for angle in np.arange(int(rng.uniform(0.5, 1.0) * 2.0 * np.pi / step)) * step:
            parts += move(upright, (around * np.cos(angle), 0.0, z + around * np.sin(angle)))
    return join(replace(part, role=ROLE) for part in parts)
