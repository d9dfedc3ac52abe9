"""Circuit boards: laminate, copper, and all that is soldered to it. Boards lie in x-y, components upwards."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.geometry.placing import hollow, move, turn
from parcelray.datasets.synth.geometry.shape import Part, join
from parcelray.datasets.synth.geometry.solids import box, boxes, cylinder, pipe
from parcelray.datasets.synth.shapes.electronics.components import coil_parts, transformer_parts

# Two layers of 70 µm: what shows in a picture as a trace or a plane.
_FOIL = 0.14
_CAN_WALL = 0.4
_SHIELD_WALL = 0.2
_BOARD_THICKNESS = (0.8, 1.2, 1.6)
# Pins of headers and sockets stand on a grid of a tenth of an inch.
_PIN_PITCH = 2.54


def circuit_board_parts(rng: np.random.Generator, width: float, depth: float, *, density: float = 1.0) -> list[Part]:
    """A circuit board with all that sits on it.

    Args:
        rng: decides.
        width: along x, mm.
        depth: along y, mm.
        density: of components; 0.3 is a power board, 1 a control board, 2 a phone.
    """
    thickness = float(rng.choice(_BOARD_THICKNESS))
    top = thickness / 2.0
    area = width * depth
    parts = [box((width, depth, thickness), material="fr4")]
    parts += _copper_layers(rng, width, depth, top)
    parts += _passives(rng, width, depth, top, int(np.clip(area / 45.0 * density, 6, 220)))
    for _ in range(int(np.clip(rng.poisson(area / 1100.0 * density) + 1, 1, 14))):
        parts += _chip(rng, width, depth, top)
    for _ in range(int(np.clip(rng.poisson(area / 1600.0), 0, 8))):
        parts += _tall_component(rng, width, depth, top)
    for side in rng.permutation(4)[: rng.integers(1, 4)]:
        parts += _edge_connector(rng, width, depth, top, int(side))
    if rng.random() < 0.35 * density:
        parts.append(_shield(rng, width, depth, top))
    if width > 40.0 and depth > 30.0:
        parts += _mounting_holes(width, depth, thickness)
    return join(parts)


def _within(rng: np.random.Generator, width: float, depth: float, count: int) -> NDArray[np.float64]:
    """Places on a board, in loose rows and columns as components are set: (count, 2)."""
    places = rng.uniform(-0.46, 0.46, (count, 2)) * [width, depth]
    grid = float(rng.choice([2.0, 2.54, 4.0]))
    return np.round(places / grid) * grid


def _copper_layers(rng: np.random.Generator, width: float, depth: float, top: float) -> list[Part]:
    """Ground planes as patches, and traces in bundles with bends."""
    # Two to six layers, of which about half is etched away.
    foil = float(rng.choice([0.035, 0.07, 0.1]))
    planes = [((0.96 * width, 0.96 * depth), (0.0, 0.0))]
    for _ in range(int(rng.integers(1, 5))):
        edges = rng.uniform(0.2, 0.6, 2) * [width, depth]
        planes.append(((edges[0], edges[1]), tuple(rng.uniform(-0.5, 0.5, 2) * ([width, depth] - edges))))
    parts = [boxes([(*edges, foil) for edges, _ in planes], [(*at, 0.0) for _, at in planes], material="copper")]
    extents, centres, angles = [], [], []
    for _ in range(int(np.clip(width * depth / 450.0, 3, 14))):
        bundle = max(1, min(int(rng.integers(2, 7)), int(0.12 * min(width, depth))))
        length = rng.uniform(0.25, 0.8) * min(width, depth)
        angle = float(rng.choice([0.0, 90.0, 45.0, -45.0], p=[0.38, 0.38, 0.12, 0.12]))
        reach = 0.5 * length * np.abs([np.cos(np.radians(angle)), np.sin(np.radians(angle))]) + bundle
        room = np.maximum([width / 2.0 - reach[0], depth / 2.0 - reach[1]], 0.5)
        middle = rng.uniform(-1.0, 1.0, 2) * room
        aside = np.array([-np.sin(np.radians(angle)), np.cos(np.radians(angle))])
        for number in range(bundle):
            place = middle + aside * (number - bundle / 2.0) * 1.3
            extents.append((length, rng.choice([0.4, 0.6, 1.2]), _FOIL))
            centres.append((place[0], place[1], top))
            angles.append(angle)
    parts.append(boxes(extents, centres, turned=angles, material="copper"))
    return parts


def _passives(rng: np.random.Generator, width: float, depth: float, top: float, count: int) -> list[Part]:
    """Resistors and capacitors by the hundred: ceramic bodies with tinned ends."""
    places = _within(rng, width, depth, count)
    length = rng.choice([1.2, 1.6, 2.0, 3.2, 4.5], count, p=[0.2, 0.3, 0.25, 0.15, 0.1])
    lying = rng.random(count) < 0.5
    body = np.where(lying[:, None], np.stack([length, 0.55 * length], 1), np.stack([0.55 * length, length], 1))
    height = 0.4 * length + 0.2
    centres = np.column_stack([places, top + height / 2.0])
    ends = np.where(lying[:, None], [1.0, 0.0], [0.0, 1.0]) * length[:, None] * 0.42
    tips = np.concatenate([places - ends, places + ends])
    tip_edges = np.tile(0.8 * np.minimum(body, 0.55 * length[:, None]), (2, 1))
    return [
        boxes(np.column_stack([body, height]), centres, material="ceramic"),
        boxes(
            np.column_stack([tip_edges, np.full(2 * count, 0.25)]),
            np.column_stack([tips, np.full(2 * count, top + 0.1)]),
            material="tin",
        ),
    ]


def _chip(rng: np.random.Generator, width: float, depth: float, top: float) -> list[Part]:
    """An integrated circuit: epoxy, die, lead frame, and legs on two or four sides."""
    side = float(min(rng.choice([5.0, 7.0, 10.0, 14.0, 20.0]), 0.45 * min(width, depth)))
    edges = np.array([side, side * rng.choice([1.0, 1.0, 0.45])])
    at = rng.uniform(-0.46, 0.46, 2) * np.maximum([width, depth] - 1.4 * edges, 1.0)
    centre = (at[0], at[1], top + 1.0)
    pitch = float(rng.choice([0.8, 1.27, 2.54]))
    along_x = np.arange(-edges[0] / 2.0 + 0.6, edges[0] / 2.0 - 0.5, pitch)
    rows = [(x, sign * (edges[1] / 2.0 + 0.5)) for x in along_x for sign in (-1.0, 1.0)]
    if edges[0] == edges[1]:
        rows += [(y, x) for x, y in rows]
    legs = [(at[0] + x, at[1] + y, top + 0.4) for x, y in rows]
    return [
        # Moulding compound is mostly silica, as board is.
        box((*edges, 1.5), centre, material="fr4"),
        box((*(0.55 * edges), 0.2), centre, material="copper"),
        box((*(0.4 * edges), 0.4), centre, material="silicon"),
        boxes((0.45 * pitch, 0.45 * pitch, 0.7), legs, material="tin"),
    ]


def _tall_component(rng: np.random.Generator, width: float, depth: float, top: float) -> list[Part]:
    """What stands up from a board: a capacitor, a choke, a crystal, a small transformer, a power transistor."""
    x, y = rng.uniform(-0.4, 0.4, 2) * [width, depth]
    limit = 0.22 * min(width, depth)
    kind = rng.random()
    if kind < 0.5:
        radius = min(float(rng.choice([2.5, 3.2, 4.0, 5.0, 6.3])), limit)
        height = radius * float(rng.uniform(1.6, 3.2))
        return [
            cylinder(radius, height, (x, y, top + height / 2.0), material="aluminium", sides=14, wall=_CAN_WALL),
            # The wound foils are two thirds aluminium by thickness.
            cylinder(0.62 * radius, 0.85 * height, (x, y, top + height / 2.0), material="aluminium", sides=12),
        ]
    if kind < 0.7:
        radius = min(float(rng.choice([3.0, 4.5, 6.0])), limit)
        return coil_parts(radius, 1.1 * radius, (x, y, top + radius), core="ferrite")
    if kind < 0.8:
        return [box((10.0, 4.2, 3.5), (x, y, top + 2.0), material="steel", wall=_SHIELD_WALL)]
    if kind < 0.9:
        edge = min(14.0, 2.0 * limit)
        return transformer_parts(edge, (x, y, top + 0.5 * edge), core="ferrite")
    return [
        box((10.0, 4.4, 9.0), (x, y, top + 8.0), material="fr4"),
        box((10.0, 1.3, 15.0), (x, y + 2.5, top + 10.0), material="copper"),
        boxes((0.8, 0.6, 6.0), [(x + d, y, top + 2.0) for d in (-2.5, 0.0, 2.5)], material="tin"),
    ]


def _edge_connector(rng: np.random.Generator, width: float, depth: float, top: float, side: int) -> list[Part]:
    """A pin header, a socket in a metal shell, or a plastic terminal at one of the four edges."""
    along, inwards = (width, depth) if side % 2 == 0 else (depth, width)
    number = int(np.clip(rng.integers(3, 16), 2, 0.7 * along / _PIN_PITCH))
    length = number * _PIN_PITCH
    place = rng.uniform(-0.5, 0.5) * max(along - length, 0.0)
    edge = inwards / 2.0 - 3.0
    pins = [
        (place + (i - (number - 1) / 2.0) * _PIN_PITCH, edge + row, top + 3.5) for i in range(number) for row in (0, 2)
    ]
    kind = rng.random()
    if kind < 0.45:
        parts = [
            boxes((0.64, 0.64, 9.0), pins, material="brass"),
            box((length, 5.0, 2.5), (place, edge + 1.0, top + 1.3), material="nylon"),
        ]
    elif kind < 0.8:
        shell = (float(rng.choice([9.0, 12.0, 16.0])), 12.0, float(rng.choice([3.2, 6.0, 12.0])))
        parts = [
            box(shell, (place, edge - 2.0, top + shell[2] / 2.0), material="steel", wall=_SHIELD_WALL),
            box((0.7 * shell[0], 8.0, 0.3 * shell[2]), (place, edge - 2.0, top + shell[2] / 2.0), material="nylon"),
            boxes((0.5, 6.0, 0.3), [(place + d, edge - 2.0, top + 2.0) for d in (-3, -1, 1, 3)], material="brass"),
        ]
    else:
        parts = [
            box((length, 8.0, 9.0), (place, edge - 2.0, top + 4.5), material="nylon", wall=1.2),
            boxes((1.6, 4.0, 6.0), [pin for pin in pins if pin[1] == edge][::2], material="brass"),
        ]
    return move(parts, turned=turn("z", 90.0 * side))


def _shield(rng: np.random.Generator, width: float, depth: float, top: float) -> Part:
    """A tin-plated lid over radio circuits."""
    edges = rng.uniform(0.18, 0.4, 2) * [width, depth]
    at = rng.uniform(-0.5, 0.5, 2) * ([0.9 * width, 0.9 * depth] - edges)
    return box((*edges, 2.5), (*at, top + 1.3), material="steel", wall=_SHIELD_WALL)


def _mounting_holes(width: float, depth: float, thickness: float) -> list[Part]:
    """Plated holes in the corners."""
    corners = [(sx * (width / 2.0 - 4.0), sy * (depth / 2.0 - 4.0), 0.0) for sx in (-1, 1) for sy in (-1, 1)]
    holes = [hollow(cylinder(1.7, thickness, at, material="fr4", sides=10)) for at in corners]
    rings = [pipe(2.8, 1.7, _FOIL, (x, y, thickness / 2.0), material="copper", sides=10) for x, y, _ in corners]
    return [*holes, *rings]
