"""Power sources as loose items: cells, packs, blocks, pouches, bricks, with their leads."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import helix
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, boxes, cylinder, rounded_box, tube
from parcelray.datasets.synth.shapes.electronics import Chemistry, cell_parts, circuit_board_parts, lead_parts
from parcelray.datasets.synth.shapes.forms import band
from parcelray.datasets.synth.shapes.kind import Kind

LEAF = "power_source"
# Radius and length in mm: AAA, AA, C, D of either chemistry; lithium cells by their numbers.
_DRY = ((5.1, 43.0), (7.0, 49.0), (7.0, 49.0), (12.8, 48.0), (16.4, 60.0))
_LITHIUM = ((9.1, 65.0), (9.1, 65.0), (10.5, 70.0), (7.0, 49.0))
_SLEEVE_WALL = 0.3
_LYING = turn("y", 90.0)


def _any_cell(rng: np.random.Generator) -> tuple[float, float, Chemistry]:
    if rng.random() < 0.4:
        radius, length = _LITHIUM[rng.integers(len(_LITHIUM))]
        return radius, length, "liion"
    radius, length = _DRY[rng.integers(len(_DRY))]
    return radius, length, "alkaline" if rng.random() < 0.75 else "zinc_carbon"


def taped_pack(rng: np.random.Generator) -> Shape:
    """Cells side by side, joined by strips, in tape or a shrunk sleeve."""
    radius, length, chemistry = _any_cell(rng)
    columns, rows = int(rng.integers(2, 5)), int(rng.integers(1, 3))
    parts: list[Part] = []
    pitch = 2.0 * radius + 0.3
    for i, j in np.ndindex(columns, rows):
        turned = turn("y", 90.0 if (i + j) % 2 else -90.0)
        parts += cell_parts(radius, length, (0.0, i * pitch, j * pitch), turned, chemistry)
    middle = (0.0, (columns - 1) * pitch / 2.0, (rows - 1) * pitch / 2.0)
    tabs = [(s * (length / 2.0 + 1.6), (i + 0.5) * pitch, middle[2]) for i in range(columns - 1) for s in (-1, 1)]
    parts.append(boxes((0.3, pitch, 7.0), tabs, material="nickel"))
    size = (length + 5.0, columns * pitch + 1.0, rows * pitch + 1.0)
    if rng.random() < 0.6:
        parts.append(box(size, middle, material="pvc", wall=_SLEEVE_WALL))
    else:
        for x in (-0.25 * length, 0.25 * length):
            parts.append(band(19.0, size[1:], (x, middle[1], middle[2]), material="pvc", wall=_SLEEVE_WALL))
    parts += lead_parts(rng, (length / 2.0 + 3.0, middle[1], middle[2]), 2, rng.uniform(50.0, 150.0))
    return shape("battery_taped", parts, leaf=LEAF)


def holder(rng: np.random.Generator) -> Shape:
    """An open or lidded plastic holder with springs and leads."""
    radius, length = _DRY[rng.integers(3)]
    cells, deep = int(rng.choice([1, 2, 3, 4])), int(rng.choice([1, 1, 2]))
    chemistry: Chemistry = "alkaline" if rng.random() < 0.8 else "zinc_carbon"
    pitch = 2.0 * radius + 1.4
    parts: list[Part] = []
    for i, j in np.ndindex(cells, deep):
        side = 1.0 if (i + j) % 2 else -1.0
        at = np.array([side * 2.0, i * pitch, j * (2.0 * radius + 1.2)])
        parts += cell_parts(radius, length, at, turn("y", side * 90.0), chemistry)
        coil = helix(0.6 * radius, 3.0, 2.2, 26)[:, [2, 1, 0]] * [1.0, 1.0, 1.0]
        parts.append(tube(coil + at - [side * (length / 2.0 + 3.0), 0.0, 0.0], 0.4, material="steel", sides=4))
        parts.append(
            box((0.4, 0.9 * pitch, 7.0), np.add(at, (side * (length / 2.0 + 2.0), 0.0, 0.0)), material="nickel")
        )
    size = (length + 14.0, cells * pitch + 3.0, deep * (2.0 * radius + 1.2) + 2.0)
    middle = (0.0, (cells - 1) * pitch / 2.0, (deep - 1) * (radius + 0.6))
    parts.append(box(size, middle, material="polypropylene", wall=1.4))
    if rng.random() < 0.4:
        parts += [
            box((9.0, 5.0, 4.0), (size[0] / 2.0 - 8.0, middle[1], middle[2] + size[2] / 2.0), material="nylon"),
            box((6.0, 2.0, 2.0), (size[0] / 2.0 - 8.0, middle[1], middle[2] + size[2] / 2.0), material="brass"),
        ]
    parts += lead_parts(rng, (size[0] / 2.0, middle[1], middle[2]), 2, rng.uniform(60.0, 170.0))
    return shape("battery_holder", parts, leaf=LEAF)


def nine_volt(rng: np.random.Generator) -> Shape:
    """Blocks of nine volts: six small cells in a tin, snap contacts, a clip with leads."""
    parts: list[Part] = []
    for index in range(int(rng.choice([1, 1, 1, 2, 3]))):
        made: list[Part] = [box((48.0, 26.0, 17.0), material="steel", wall=0.3)]
        if rng.random() < 0.5:
            for i, j in np.ndindex(3, 2):
                made += cell_parts(4.0, 40.0, (-1.0, (i - 1) * 8.4, (j - 0.5) * 8.2), _LYING, "alkaline")
        else:
            layers = [(-20.0 + 6.8 * i, 0.0, 0.0) for i in range(6)]
            made.append(boxes((5.6, 23.0, 14.5), layers, material="alkaline"))
        made += [cylinder(3.0, 3.0, (25.0, s * 6.4, 0.0), material="steel", axis="x", sides=10) for s in (-1, 1)]
        made.append(box((4.0, 26.0, 13.0), (28.0, 0.0, 0.0), material="pvc"))
        made += lead_parts(rng, (30.0, 0.0, 0.0), 2, rng.uniform(60.0, 150.0))
        parts += move(made, (rng.normal(0.0, 6.0), index * 30.0, 0.0), turned=turn("z", rng.normal(0.0, 8.0)))
    return shape("battery_block", parts, leaf=LEAF)


def pouch(rng: np.random.Generator) -> Shape:
    """Flat lithium packs in foil with a protection board, as in phones and models."""
    size = np.array([rng.uniform(38.0, 140.0), rng.uniform(28.0, 62.0), rng.uniform(3.2, 9.0)])
    layers = int(rng.choice([1, 1, 2, 3]))
    parts: list[Part] = []
    for index in range(layers):
        level = index * (size[2] + 0.6)
        parts += [
            rounded_box(tuple(size), 3.0, (0.0, 0.0, level), material="liion", grain=0.02),
            box((size[0] + 10.0, size[1] + 2.0, 0.25), (0.0, 0.0, level), material="aluminium"),
            boxes(
                (9.0, 6.0, 0.2), [(size[0] / 2.0 + 4.0, s * 0.25 * size[1], level) for s in (-1, 1)], material="nickel"
            ),
        ]
    high = layers * (size[2] + 0.6)
    board = circuit_board_parts(rng, 0.9 * float(size[1]), 7.0, density=1.4)
    parts += move(board, (size[0] / 2.0 + 6.0, 0.0, high / 2.0), turned=turn("z", 90.0))
    if rng.random() < 0.6:
        parts.append(
            box(
                (size[0] + 14.0, size[1] + 3.0, high + 1.0),
                (2.0, 0.0, (high - size[2]) / 2.0),
                material="pvc",
                wall=_SLEEVE_WALL,
            )
        )
    start = (size[0] / 2.0 + 9.0, 0.0, high / 2.0)
    parts += lead_parts(
        rng, start, int(rng.integers(2, 6)), rng.uniform(40.0, 120.0), gauge=float(rng.choice([0.45, 0.9]))
    )
    if rng.random() < 0.5:
        plug = np.add(start, (rng.uniform(30.0, 80.0), rng.uniform(-20.0, 20.0), 0.0))
        parts += [
            box((16.0, 9.0, 8.0), plug, material="nylon"),
            boxes((12.0, 1.6, 1.6), [np.add(plug, (0.0, d, 0.0)) for d in (-2.5, 2.5)], material="brass"),
        ]
    return shape("battery_pouch", parts, leaf=LEAF)


def lead_acid(rng: np.random.Generator) -> Shape:
    """A sealed brick of lead plates in a plastic box, with blade terminals; nearly black."""
    size = rng.uniform([65.0, 35.0, 50.0], [152.0, 80.0, 105.0])
    cells = int(rng.choice([3, 6]))
    parts: list[Part] = [box(size, material="abs", wall=2.5)]
    pitch = (size[0] - 8.0) / cells
    places = [(-size[0] / 2.0 + 4.0 + (i + 0.5) * pitch, 0.0, -5.0) for i in range(cells)]
    parts.append(boxes((pitch - 3.5, size[1] - 9.0, size[2] - 24.0), places, material="lead_acid"))
    bridges = [(x + pitch / 2.0, 0.0, size[2] / 2.0 - 12.0) for x, _, _ in places[:-1]]
    parts.append(boxes((0.7 * pitch, 6.0, 5.0), bridges, material="lead"))
    ends = [(s * (size[0] / 2.0 - 14.0), 0.2 * size[1], size[2] / 2.0 + 3.0) for s in (-1, 1)]
    parts.append(boxes((0.8, 6.3, 9.0), ends, material="brass"))
    if rng.random() < 0.7:
        parts += lead_parts(rng, ends[1], 2, rng.uniform(80.0, 180.0), gauge=0.9)
    return shape("battery_lead_acid", parts, leaf=LEAF)


def model_pack(rng: np.random.Generator) -> Shape:
    """A long pack of round cells in a sleeve with thick leads and a plug, as for models and tools."""
    radius, length = (11.3, 43.0) if rng.random() < 0.6 else (9.1, 65.0)
    chemistry: Chemistry = "liion" if radius < 10.0 else "alkaline"
    along, across = int(rng.integers(2, 4)), int(rng.integers(2, 4))
    parts: list[Part] = []
    for i, j in np.ndindex(along, across):
        parts += cell_parts(radius, length, (i * (length + 2.0), j * (2.0 * radius + 0.4), 0.0), _LYING, chemistry)
    size = (along * (length + 2.0) + 2.0, across * (2.0 * radius + 0.4) + 1.0, 2.0 * radius + 1.2)
    middle = ((along - 1) * (length + 2.0) / 2.0, (across - 1) * (radius + 0.2), 0.0)
    parts.append(box(size, middle, material="pvc", wall=_SLEEVE_WALL))
    end = np.array([middle[0] + size[0] / 2.0, middle[1], 0.0])
    parts += lead_parts(rng, end, 2, rng.uniform(70.0, 130.0), gauge=1.1)
    plug = np.add(end, (rng.uniform(50.0, 90.0), rng.uniform(-20.0, 20.0), 0.0))
    parts += [
        box((24.0, 15.0, 8.0), plug, material="nylon"),
        boxes((18.0, 3.0, 3.0), [np.add(plug, (0.0, d, 0.0)) for d in (-3.5, 3.5)], material="brass"),
    ]
    return shape("battery_model", parts, leaf=LEAF)


def button_stack(rng: np.random.Generator) -> Shape:
    """Button cells in a tube or a holder on wires."""
    radius, thick = [(10.0, 3.2), (12.0, 5.0), (5.8, 5.4), (10.0, 2.5)][rng.integers(4)]
    count = int(rng.integers(2, 9))
    parts: list[Part] = []
    for index in range(count):
        at = (index * (thick + 0.1), 0.0, 0.0)
        parts += [
            cylinder(radius, thick, at, material="stainless", axis="x", sides=18, wall=0.3),
            cylinder(0.92 * radius, thick - 0.8, at, material="alkaline", axis="x", sides=16),
        ]
    middle = ((count - 1) * thick / 2.0, 0.0, 0.0)
    parts.append(
        cylinder(radius + 0.8, count * thick + 3.0, middle, material="pvc", axis="x", sides=18, wall=_SLEEVE_WALL)
    )
    parts.append(boxes((0.4, 6.0, 9.0), [(-thick, 0, 0), (count * thick, 0, 0)], material="nickel"))
    parts += lead_parts(rng, (count * thick, 0.0, 0.0), 2, rng.uniform(40.0, 110.0), gauge=0.3)
    return shape("battery_buttons", parts, leaf=LEAF)


def loose_cells(rng: np.random.Generator) -> Shape:
    """Two to ten round cells held together by a band or strewn, a few with soldered leads."""
    radius, length, chemistry = _any_cell(rng)
    parts: list[Part] = []
    mess = float(rng.choice([2.0, 25.0]))
    for index in range(int(rng.integers(2, 9))):
        about = turn("z", rng.normal(0.0, mess)) @ _LYING
        parts += cell_parts(
            radius, length, (rng.normal(0.0, mess), index * (2.1 * radius + 0.1 * mess), 0.0), about, chemistry
        )
    parts += lead_parts(rng, (length / 2.0, 0.0, 0.0), int(rng.integers(1, 4)), rng.uniform(40.0, 120.0))
    return shape("battery_cells", parts, leaf=LEAF)


def boxed_pack(rng: np.random.Generator) -> Shape:
    """Cells behind a control board in a plastic shell with contacts, as packs for tools and vacuum cleaners."""
    columns, rows = int(rng.integers(2, 6)), int(rng.integers(1, 3))
    pitch = 19.2
    parts: list[Part] = []
    for i, j in np.ndindex(columns, rows):
        parts += cell_parts(9.1, 65.0, (0.0, i * pitch, j * pitch), turn("y", 90.0 if i % 2 else -90.0), "liion")
    middle = np.array([0.0, (columns - 1) * pitch / 2.0, (rows - 1) * pitch / 2.0])
    top = rows * pitch / 2.0 + middle[2]
    parts += move(
        circuit_board_parts(rng, 60.0, max(25.0, columns * pitch * 0.8), density=0.9), (*middle[:2], top + 5.0)
    )
    size = np.array([74.0, columns * pitch + 8.0, rows * pitch + 28.0])
    parts.append(rounded_box(tuple(size), 6.0, np.add(middle, (0.0, 0.0, 7.0)), material="abs", wall=2.5))
    places = [np.add(middle, (d, 0.0, top + 14.0 - middle[2])) for d in (-18.0, -6.0, 6.0, 18.0)]
    parts.append(boxes((1.2, 12.0, 8.0), places, material="brass"))
    return shape("battery_boxed", parts, leaf=LEAF)


KINDS: tuple[Kind, ...] = (
    Kind("battery_taped", LEAF, taped_pack),
    Kind("battery_holder", LEAF, holder),
    Kind("battery_block", LEAF, nine_volt, 1.2),
    Kind("battery_pouch", LEAF, pouch),
    Kind("battery_lead_acid", LEAF, lead_acid, 0.7),
    Kind("battery_model", LEAF, model_pack),
    Kind("battery_buttons", LEAF, button_stack, 0.6),
    Kind("battery_cells", LEAF, loose_cells, 0.8),
    Kind("battery_boxed", LEAF, boxed_pack, 0.7),
)
