"""Ammunition as it is sent: loose, in boxes with trays, on strips and belts, in blisters and bags."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, join, shape
from parcelray.datasets.synth.geometry.solids import box, rounded_box
from parcelray.datasets.synth.shapes.firearms.cartridges import (
    PISTOL_ROUNDS,
    REVOLVER_ROUNDS,
    RIFLE_ROUNDS,
    SMALL_ROUNDS,
    any_round,
    cartridge,
    shotgun_shell,
    standing,
)
from parcelray.datasets.synth.shapes.firearms.plates import pins, repeat
from parcelray.datasets.synth.shapes.kind import Kind

_ALL = (*PISTOL_ROUNDS, *REVOLVER_ROUNDS, *RIFLE_ROUNDS, *SMALL_ROUNDS)
_HAND = (*PISTOL_ROUNDS, *REVOLVER_ROUNDS)


def ammunition_loose(rng: np.random.Generator) -> Shape:
    """A handful of cartridges, of one sort or mixed, some of them spent."""
    sorts = [any_round(rng, _ALL) for _ in range(1 if rng.random() < 0.7 else 3)]
    count, spent = int(rng.integers(2, 34)), 0.4 if rng.random() < 0.15 else 0.02
    parts: list[Part] = []
    for at in _scatter(rng, count, sorts[0].length):
        made = sorts[int(rng.integers(len(sorts)))]
        one = move(cartridge(made, spent=rng.random() < spent), (-made.length / 2.0, 0.0, 0.0))
        parts += move(one, at, turned=turn("z", rng.uniform(0.0, 360.0)) @ turn("y", rng.normal(0.0, 9.0)))
    return shape("ammunition_loose", parts, leaf="ammunition")


def ammunition_shells(rng: np.random.Generator) -> Shape:
    """Shotgun shells: loose, in rows, or standing in their carton."""
    one = shotgun_shell(rng, spent=rng.random() < 0.08)
    look = rng.random()
    if look < 0.4:
        parts: list[Part] = []
        for at in _scatter(rng, int(rng.integers(2, 14)), 66.0, spacing=24.0):
            tilt = turn("z", rng.uniform(0.0, 360.0)) @ turn("y", rng.normal(0.0, 7.0))
            parts += move(move(one, (-33.0, 0.0, 0.0)), at, turned=tilt)
        return shape("ammunition_shells", parts, leaf="ammunition")
    columns, rows = (5, int(rng.integers(1, 6))) if look < 0.8 else (int(rng.integers(2, 6)), 2)
    pitch = 22.6
    parts = repeat(standing(one), _grid(columns, rows, pitch))
    if look < 0.8:
        parts.append(
            box((columns * pitch + 2.0, rows * pitch + 2.0, 72.0), (0.0, 0.0, 35.0), material="cardboard", wall=0.8)
        )
    return shape("ammunition_shells", parts, leaf="ammunition")


def ammunition_box(rng: np.random.Generator) -> Shape:
    """A carton with cartridges upright in a tray of plastic or foam, full or begun."""
    made = any_round(rng, _HAND if rng.random() < 0.65 else _ALL)
    columns, rows = (10, 5) if made.length < 45.0 else (int(rng.choice([5, 10])), int(rng.choice([2, 4])))
    pitch = 2.0 * made.radius + rng.uniform(1.0, 2.8)
    places = _grid(columns, rows, pitch)
    if rng.random() < 0.3:
        places = places[: int(len(places) * rng.uniform(0.2, 0.95)) + 1]
    one = standing(cartridge(made))
    if rng.random() < 0.3:
        one = move(one, (0.0, 0.0, made.length), turned=turn("x", 180))
    parts = repeat(one, places)
    size = np.array([columns * pitch, rows * pitch])
    tray = str(rng.choice(["polypropylene", "foam", "polyethylene"]))
    parts.append(box((size[0], size[1], 0.45 * made.length), (0.0, 0.0, 0.25 * made.length), material=tray, wall=0.9))
    outer = (size[0] + 3.0, size[1] + 3.0, made.length + 4.0)
    if rng.random() < 0.75:
        parts.append(box(outer, (0.0, 0.0, made.length / 2.0), material="cardboard", wall=0.7))
    else:
        parts.append(rounded_box(outer, 3.0, (0.0, 0.0, made.length / 2.0), material="polypropylene", wall=1.4))
    return shape("ammunition_box", parts, leaf="ammunition")


def ammunition_packet(rng: np.random.Generator) -> Shape:
    """Cartridges that lie head to tail in a packet of paper, in layers."""
    made = any_round(rng, RIFLE_ROUNDS if rng.random() < 0.6 else _HAND)
    columns, layers = int(rng.integers(4, 9)), int(rng.integers(1, 5))
    one = move(cartridge(made), (-made.length / 2.0, 0.0, 0.0))
    turned_one = move(one, turned=turn("z", 180))
    pitch = 2.0 * made.radius + 0.3
    parts: list[Part] = []
    for layer in range(layers):
        for column in range(columns):
            at = (0.0, (column - (columns - 1) / 2.0) * pitch, layer * pitch * 0.95)
            parts += move(one if (column + layer) % 2 else turned_one, at)
    extent = (made.length + 4.0, columns * pitch + 3.0, layers * pitch + 3.0)
    parts.append(box(extent, (0.0, 0.0, (layers - 1) * pitch / 2.0), material="paper", wall=0.4))
    return shape("ammunition_packet", parts, leaf="ammunition")


def ammunition_clip(rng: np.random.Generator) -> Shape:
    """Strips of five to ten rifle cartridges held by a rail at their rear, one or several."""
    made = any_round(rng, RIFLE_ROUNDS)
    count, strips = int(rng.choice([5, 8, 10])), int(rng.integers(1, 5))
    one = cartridge(made)
    pitch = 2.0 * made.radius + 0.6
    row = repeat(
        one, np.stack([np.zeros(count), (np.arange(count) - (count - 1) / 2.0) * pitch, np.zeros(count)], axis=1)
    )
    length = count * pitch + 4.0
    row.append(box((5.0, length, 2.0 * made.radius + 2.0), (2.0, 0.0, 0.0), material="steel", wall=0.6))
    parts: list[Part] = []
    for i in range(strips):
        at = (rng.normal(0.0, 6.0), rng.normal(0.0, 5.0), i * (2.0 * made.radius + 1.5))
        parts += move(row, at, turned=turn("z", rng.normal(0.0, 9.0)))
    return shape("ammunition_clip", parts, leaf="ammunition")


def ammunition_belt(rng: np.random.Generator) -> Shape:
    """Cartridges side by side in links, in a line that bends and folds over itself."""
    made = any_round(rng, RIFLE_ROUNDS)
    count, pitch = int(rng.integers(12, 46)), 2.0 * made.radius + 2.2
    link = box((9.0, pitch, 2.0 * made.radius + 1.6), (0.42 * made.case, 0.0, 0.0), material="steel", wall=0.7)
    one = move([*cartridge(made), link], (-made.length / 2.0, 0.0, 0.0))
    parts: list[Part] = []
    at, heading, bend = np.zeros(3), 0.0, 0.0
    row = int(rng.integers(10, 24))
    for i in range(count):
        bend = 0.8 * bend + rng.normal(0.0, 2.0)
        heading = float(np.clip(heading + bend, -35.0, 35.0))
        parts += move(one, at, turned=turn("z", heading))
        way = 1.0 if (i // row) % 2 == 0 else -1.0
        step = np.array([-np.sin(np.radians(heading)), np.cos(np.radians(heading)), 0.0]) * pitch * way
        at = at + (np.array([0.0, 0.0, 2.0 * made.radius + 2.0]) if (i + 1) % row == 0 else step)
    return shape("ammunition_belt", parts, leaf="ammunition")


def ammunition_blister(rng: np.random.Generator) -> Shape:
    """A card with cartridges under a bubble of clear plastic."""
    made = any_round(rng, _HAND if rng.random() < 0.6 else _ALL)
    columns, rows = int(rng.integers(3, 7)), int(rng.integers(1, 4))
    dx, dy = made.length + 5.0, 2.0 * made.radius + 4.0
    one = move(cartridge(made), (-made.length / 2.0, 0.0, made.radius))
    offsets = [
        ((i - (rows - 1) / 2.0) * dx, (j - (columns - 1) / 2.0) * dy, 0.0) for i in range(rows) for j in range(columns)
    ]
    parts = repeat(one, offsets)
    width, length = rows * dx + 12.0, columns * dy + rng.uniform(14.0, 40.0)
    parts.append(box((width, length, 0.8), (0.0, 0.0, -0.5), material="cardboard"))
    parts.append(
        box((rows * dx, columns * dy, 2.0 * made.radius + 2.0), (0.0, 0.0, made.radius), material="pet", wall=0.4)
    )
    return shape("ammunition_blister", parts, leaf="ammunition")


def ammunition_loader(rng: np.random.Generator) -> Shape:
    """A round loader for a revolver: a ring of cartridges in a disc; or a flat strip of rubber."""
    made = any_round(rng, REVOLVER_ROUNDS)
    count = int(rng.choice([5, 6, 6, 8]))
    one = standing(cartridge(made))
    if rng.random() < 0.6:
        angles = 2.0 * np.pi * np.arange(count) / count
        around = max(12.0, 1.12 * made.radius / np.sin(np.pi / count))
        parts = repeat(one, np.stack([around * np.cos(angles), around * np.sin(angles), np.zeros(count)], axis=1))
        disc_ = pins(
            [(0.0, 0.0)], around + made.radius + 2.0, 12.0, material=str(rng.choice(["nylon", "aluminium"])), sides=24
        )
        knob = pins([(0.0, 0.0)], 8.0, 22.0, material="aluminium", sides=16)
        lying = move([*disc_, *knob], (0.0, 0.0, -5.0), turned=turn("x", 90))
        return shape("ammunition_loader", [*parts, *lying], leaf="ammunition")
    pitch = 2.0 * made.radius + 1.5
    parts = repeat(one, _grid(count, 1, pitch))
    parts.append(box((count * pitch + 3.0, 2.0 * made.radius + 3.0, 7.0), (0.0, 0.0, 2.0), material="rubber"))
    return shape("ammunition_loader", parts, leaf="ammunition")


def ammunition_tin(rng: np.random.Generator) -> Shape:
    """Many small cartridges or pellets poured into a tin, a jar or a bag."""
    made = replace(any_round(rng, (*SMALL_ROUNDS, *PISTOL_ROUNDS[:2])), front_material="lead")
    count = int(rng.integers(30, 70))
    half = np.array([rng.uniform(26.0, 44.0), rng.uniform(26.0, 40.0), rng.uniform(10.0, 22.0)])
    one = move(cartridge(made), (-made.length / 2.0, 0.0, 0.0))
    parts: list[Part] = []
    for _ in range(count):
        at = rng.uniform(-1.0, 1.0, 3) * (half - made.radius - 3.0)
        parts += move(one, at, turned=turn("z", rng.uniform(0.0, 360.0)) @ turn("y", rng.normal(0.0, 25.0)))
    room = tuple(2.0 * half + made.length * np.array([0.8, 0.8, 0.3]))
    material, wall = (("tin", 0.1), ("polyethylene", 0.8), ("aluminium", 0.5))[int(rng.integers(3))]
    if material == "tin":
        material, wall = "steel", 0.25
    parts.append(rounded_box(room, rng.uniform(3.0, 14.0), material=material, wall=wall))
    return shape("ammunition_tin", join(parts), leaf="ammunition")


def _scatter(rng: np.random.Generator, count: int, length: float, spacing: float = 12.0) -> NDArray[np.float64]:
    """Places of things thrown down: denser in the middle, in up to three layers."""
    spread = max(0.55 * length, spacing * np.sqrt(count))
    places: NDArray[np.float64] = rng.normal(0.0, 1.0, (count, 3)) * np.array([0.75, 0.55, 0.0]) * spread
    places[:, 2] = rng.uniform(0.0, min(2.0, count / 12.0), count) * spacing * 0.8
    return places


def _grid(columns: int, rows: int, pitch: float) -> NDArray[np.float64]:
    """Places in rows around the origin: (columns · rows, 3)."""
    x, y = np.meshgrid(np.arange(columns) - (columns - 1) / 2.0, np.arange(rows) - (rows - 1) / 2.0)
    places: NDArray[np.float64] = np.stack([x.ravel() * pitch, y.ravel() * pitch, np.zeros(columns * rows)], axis=1)
    return places


KINDS: tuple[Kind, ...] = (
    Kind("ammunition_loose", "ammunition", ammunition_loose, 1.6),
    Kind("ammunition_box", "ammunition", ammunition_box, 1.2),
    Kind("ammunition_shells", "ammunition", ammunition_shells, 1.0),
    Kind("ammunition_packet", "ammunition", ammunition_packet, 0.6),
    Kind("ammunition_clip", "ammunition", ammunition_clip, 0.6),
    Kind("ammunition_belt", "ammunition", ammunition_belt, 0.5),
    Kind("ammunition_blister", "ammunition", ammunition_blister, 0.5),
    Kind("ammunition_loader", "ammunition", ammunition_loader, 0.4),
    Kind("ammunition_tin", "ammunition", ammunition_tin, 0.4),
)
