"""What carries or makes current: chargers, power strips, coils of cable, tangles, adapters."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.geometry.curves import smooth, wander
from parcelray.datasets.synth.geometry.placing import hollow, move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, boxes, cylinder, extrude, lathe, pipe, rounded_box, tube
from parcelray.datasets.synth.shapes.clutter.hard.forms import chance, disc, pick, screws, skin, stroke, varied
from parcelray.datasets.synth.shapes.electronics import circuit_board_parts, coil_parts, transformer_parts, wire_parts
from parcelray.datasets.synth.shapes.kind import Kind


def flex(path: NDArray[np.float64], radius: float, cores: int = 2) -> list[Part]:
    """A jacketed cable along a path; its cores are drawn as one, since they lie closer than a pixel."""
    sides = 6
    jacket = tube(path, radius, material="pvc", sides=sides, wall=0.8)
    centres = np.vstack([np.repeat(path, sides, axis=0), path[:1], path[-1:]])
    shrunk = (centres + 0.3 * np.sqrt(cores) * (jacket.vertices - centres)).astype(np.float32)
    core = Part(shrunk, jacket.faces, "copper")
    return [jacket, core if core.volume() > 0.0 else hollow(core)]


def plug_parts(rng: np.random.Generator, at: NDArray[np.float64]) -> list[Part]:
    """A plug at the end of a lead: mains, USB, audio or round power plug, pointing along x."""
    style = int(rng.integers(4))
    if style == 0:
        pins = [cylinder(2.2, 19, (26, y, 0), material="brass", axis="x", sides=8) for y in (-9.5, 9.5)]
        parts = [lathe([(6, -18), (12, -8), (17, 10), (17, 16)], material="pvc", axis="x", sides=14, wall=0.0), *pins]
    elif style == 1:
        parts = [
            box((22, 14, 8), material="abs"),
            box((15, 12, 4.5), (18, 0, 0), material="steel", wall=0.4),
            box((12, 10, 1.5), (17, 0, 0), material="fr4"),
        ]
    elif style == 2:
        parts = [
            cylinder(4.5, 18, material="abs", axis="x"),
            cylinder(1.8, 15, (16, 0, 0), material="brass", axis="x", sides=8),
        ]
    else:
        parts = [
            box((28, 18, 11), material="abs"),
            box((12, 16, 7), (19, 0, 0), material="steel", wall=0.4),
            box((9, 13, 2), (18, 0, 0), material="copper"),
        ]
    return move(parts, at, turned=turn("z", rng.uniform(0, 360)))


def cable_coil(rng: np.random.Generator) -> Shape:
    """A lead wound up in loops and tied, a plug at each end."""
    wide, deep, loops = rng.uniform(35, 110), rng.uniform(0.4, 1.0), int(rng.integers(3, 12))
    t = np.linspace(0, 2 * np.pi * loops, 26 * loops)
    wobble = smooth(rng.normal(0, 1, (2 * loops + 2, 3)), len(t)) * [0.06 * wide, 0.06 * wide, 5]
    path = np.stack([wide * np.cos(t), deep * wide * np.sin(t), 0.0 * t], -1) + wobble
    radius = pick(rng, 1.6, 2.4, 3.2, 4.0)
    parts = flex(path, radius, pick(rng, 2, 3)) + plug_parts(rng, path[0]) + plug_parts(rng, path[-1])
    if chance(rng, 0.6):
        parts.append(pipe(3.5 * radius, 3.0 * radius, 9, (wide, 0, 0), material="nylon", axis="y"))
    if chance(rng, 0.4):
        parts.append(pipe(2.6 * radius, radius, 26, path[-14], material="ferrite", axis="y", sides=14))
    return shape("cable_coil", parts)


def cable_tangle(rng: np.random.Generator) -> Shape:
    """A dense knot of many leads with their plugs, in a bag."""
    extent = np.array([rng.uniform(120, 260), rng.uniform(110, 200), rng.uniform(35, 80)])
    parts: list[Part] = []
    for _ in range(int(rng.integers(5, 11))):
        path = wander(rng, int(rng.integers(7, 13)), extent, 110)
        parts += flex(path, pick(rng, 1.6, 2.4, 3.2), 2) + plug_parts(rng, path[0]) + plug_parts(rng, path[-1])
    if chance(rng, 0.5):
        parts += move(_adapter_parts(rng), rng.uniform(-0.3, 0.3, 3) * extent, turned=turn("z", rng.uniform(0, 360)))
    return shape("cable_tangle", parts)


def wire_bundle(rng: np.random.Generator) -> Shape:
    """A wiring harness or ribbon: dozens of thin wires that run together, branch off and end in sockets."""
    length = rng.uniform(180, 340)
    spine = smooth(
        rng.uniform(-0.5, 0.5, (5, 3)) * [0.2 * length, 0.5 * length, 20]
        + np.linspace([-0.5, 0, 0], [0.5, 0, 0], 5) * length,
        50,
    )
    parts: list[Part] = []
    for _ in range(int(rng.integers(8, 20))):
        last = int(rng.integers(24, 50))
        path = spine[:last] + rng.uniform(-5, 5, 3)
        path[-6:] += np.linspace(0, 1, 6)[:, None] * rng.uniform(-35, 35, 3) * [1, 1, 0.3]
        parts += [tube(path, 0.6, material="copper", sides=4), tube(path, 1.2, material="pvc", sides=4, wall=0.4)]
        parts += [
            box((14, 10, 7), path[-1], material="nylon"),
            *[box((9, 1.0, 4), path[-1] + [0, y, 0], material="brass") for y in (-3, 0, 3)],
        ]
    parts += [pipe(9, 7.5, 14, spine[i], material="pvc", axis="x", sides=12) for i in (6, 14, 21)]
    return shape("wire_bundle", parts)


def _adapter_parts(rng: np.random.Generator) -> list[Part]:
    """The brick of a laptop's or a phone's supply: switched board in it, or an old iron transformer."""
    if chance(rng, 0.6):
        length, width = rng.uniform(60, 150), rng.uniform(35, 65)
        parts = [
            rounded_box((length, width, rng.uniform(24, 34)), 5, material="abs", wall=2.5),
            *circuit_board_parts(rng, 0.88 * length, 0.84 * width, density=0.5),
        ]
        parts += transformer_parts(0.42 * width, (0.12 * length, 0, 4), core="ferrite") + coil_parts(
            0.16 * width, 12, (-0.3 * length, 0.15 * width, 5)
        )
        parts += [
            cylinder(
                0.17 * width, 0.3 * length, (-0.12 * length, -0.2 * width, 6), material="aluminium", axis="x", wall=0.8
            ),
            cylinder(
                0.15 * width, 0.27 * length, (-0.12 * length, -0.2 * width, 6), material="aluminium", axis="x", wall=0.4
            ),
        ]
        return [*parts, box((0.5 * length, 2, 18), (0.1 * length, 0.36 * width, 4), material="aluminium")]
    size = rng.uniform(38, 60)
    parts = [rounded_box((1.35 * size, 1.3 * size, 1.1 * size), 5, material="abs", wall=2.5), *transformer_parts(size)]
    parts += [
        cylinder(6, 20, (0.4 * size, -0.5 * size, 0), material="aluminium", axis="x", wall=0.8),
        box((0.9 * size, 18, 1.6), (0, 0.52 * size, 0), material="fr4"),
    ]
    return [
        *parts,
        *[cylinder(2.2, 20, (-0.7 * size - 9, y, 0), material="brass", axis="x", sides=8) for y in (-9.5, 9.5)],
    ]


def charger(rng: np.random.Generator) -> Shape:
    """A charger or mains adapter with its lead in loops."""
    parts = _adapter_parts(rng)
    reach = rng.uniform(90, 160)
    start = np.array([[60.0, 0, 0], [80, 5, 0]])
    loops = rng.uniform(-0.5, 0.5, (7, 3)) * [reach, 1.2 * reach, 22] + [60, 0, 0]
    path = smooth(np.vstack([start, loops]), 120)
    return shape("charger", parts + flex(path, pick(rng, 1.6, 2.4), 2) + plug_parts(rng, path[-1]))


def wall_charger(rng: np.random.Generator) -> Shape:
    """A small plug-in charger for telephones."""
    width, depth, length = rng.uniform(26, 50), rng.uniform(22, 32), rng.uniform(38, 62)
    parts = [
        rounded_box((length, width, depth), 4, material="abs", wall=2.0),
        *move(circuit_board_parts(rng, 0.85 * length, 0.8 * width, density=0.7), (0, 0, -4)),
    ]
    parts += [
        *transformer_parts(0.42 * width, (2, 2, 3), core="ferrite"),
        cylinder(4.5, 15, (-0.2 * length, -0.2 * width, 3), material="aluminium", axis="x", wall=0.8),
    ]
    parts += (
        [cylinder(2.2, 19, (-length / 2 - 9, y, 0), material="brass", axis="x", sides=8) for y in (-9.5, 9.5)]
        if chance(rng, 0.6)
        else [boxes((17, 6.3, 1.5), [(-length / 2 - 8, y, 0) for y in (-6.3, 6.3)], material="brass")]
    )
    parts += [
        box((13, 13, 6), (length / 2 - 7, y, 2), material="steel", wall=0.4) for y in pick(rng, (0.0,), (-8.0, 8.0))
    ]
    return shape("wall_charger", parts)


def power_strip(rng: np.random.Generator) -> Shape:
    """A row of mains sockets: brass rails along its length, earth clips, a switch, thick lead."""
    sockets = int(rng.integers(3, 7))
    length = 55.0 * sockets + 40
    parts = [
        rounded_box((length, 56, 42), 8, material="abs", wall=2.5),
        *[box((length - 30, 7, 1.5), (0, y, -8), material="brass") for y in (-10, 0, 10)],
    ]
    turned = pick(rng, 0.0, 45.0, 90.0)
    for x in np.linspace(-length / 2 + 40, length / 2 - 40, sockets):
        holder = [
            lathe([(20, -8), (21, 14)], material="abs", sides=20, wall=2.5),
            *[pipe(4, 2.7, 13, (0, y, 0), material="brass", sides=10) for y in (-9.5, 9.5)],
        ]
        holder += [box((5, 1.2, 18), (sign * 18, 0, 2), material="steel") for sign in (-1, 1)] + screws(
            [(0, 0, -4)], 1.6, 16
        )
        parts += move(holder, (x, 0, 6), turned=turn("z", turned))
    parts += (
        [
            box((22, 28, 24), (length / 2 - 18, 0, 2), material="abs", wall=2.0),
            box((12, 16, 8), (length / 2 - 18, 0, -4), material="copper", wall=0.8),
        ]
        if chance(rng, 0.6)
        else []
    )
    lead = smooth(
        np.vstack(
            [
                [(-length / 2, 0, -8), (-length / 2 - 20, 0, -8)],
                rng.uniform(-0.5, 0.5, (6, 3)) * [length, 160, 15] + [0, 110, 0],
            ]
        ),
        110,
    )
    return shape("power_strip", parts + flex(lead, 4.0, 3) + plug_parts(rng, lead[-1]))


def cable_reel(rng: np.random.Generator) -> Shape:
    """Wire on a spool: solder, copper wire, fishing line or fairy lights."""
    radius, height = rng.uniform(22, 60), rng.uniform(20, 70)
    material, skin_of = (
        pick(rng, "copper", "tin", "nylon", "aluminium", "steel"),
        pick(rng, "polypropylene", "wood", "abs"),
    )
    inner = rng.uniform(0.35, 0.5) * radius
    parts = [pipe(radius, 0.3 * radius, 3, (0, 0, z * height / 2), material=skin_of) for z in (-1, 1)] + [
        pipe(inner, inner - 2, height, material=skin_of)
    ]
    thick = rng.uniform(0.1, 0.9) * (radius - inner) * (0.35 if material in ("copper", "tin", "steel") else 1.0)
    rows = max(int(height / 2.4), 6)
    profile = [
        (inner, -height / 2 + 2),
        *[(inner + thick + 0.5 * (i % 2), -height / 2 + 2 + (height - 4) * i / rows) for i in range(rows + 1)],
        (inner, height / 2 - 2),
    ]
    filled = lathe(profile, material=material, sides=22)
    bore = lathe([(inner, -height / 2 + 2), (inner, height / 2 - 2)], material=material, sides=22)
    parts += [filled, hollow(bore)]
    end = smooth([(inner + thick, 0, 0), (radius + 10, 14, 4), (radius + 4, 34, -3), (radius + 30, 44, 0)], 16)
    return shape("cable_reel", [*parts, tube(end, 0.7, material=material, sides=5)])


def fairy_lights(rng: np.random.Generator) -> Shape:
    """A string of lights: a thin tangled pair of wires with lamps at even distances, a box with cells or a plug."""
    extent = np.array([rng.uniform(110, 220), rng.uniform(90, 180), 40.0])
    path = wander(rng, 22, extent, 320)
    parts = wire_parts(path, 0.4)
    lamps = path[10::16]
    parts += [cylinder(3, 11, at, material="polypropylene", axis="y", sides=8) for at in lamps] + [
        boxes((1.0, 9, 0.6), lamps, material="steel"),
        boxes((2.4, 2.4, 2.0), lamps, material="copper"),
    ]
    parts += [
        *plug_parts(rng, path[-1]),
        box((44, 30, 24), path[0], material="abs", wall=2.0),
        *move(circuit_board_parts(rng, 34, 22, density=0.7), path[0]),
    ]
    return shape("fairy_lights", parts)


def relay_box(rng: np.random.Generator) -> Shape:
    """A time switch, dimmer, meter or alarm part: a box with board, relay, transformer, terminals on a rail."""
    width, depth, height = rng.uniform(50, 130), rng.uniform(65, 110), rng.uniform(35, 60)
    parts = [
        rounded_box((width, depth, height), 4, material="abs", wall=skin(rng)),
        *move(circuit_board_parts(rng, 0.85 * width, 0.8 * depth, density=0.6), (0, 0, 4)),
        *transformer_parts(0.3 * depth, (-0.2 * width, -0.1 * depth, -8)),
    ]
    ends = [
        (x, sign * (depth / 2 - 8), 4)
        for x in np.linspace(-0.4, 0.4, max(int(width / 12), 3)) * width
        for sign in (-1, 1)
    ]
    parts += [
        boxes((7, 10, 9), ends, material="brass", wall=0.8),
        *[cylinder(2, 11, at, material="steel", sides=8) for at in ends],
    ]
    parts += [box((1.02 * width, 35, 1.0), (0, 0, -height / 2), material="steel")] if chance(rng, 0.5) else []
    dial = disc(0.26 * min(width, depth))
    parts += [
        extrude(dial, 4, (0.1 * width, 0.1 * depth, height / 2), material="abs"),
        extrude(stroke([(0, 0), (0, 12)], 3), 2, (0.1 * width, 0.1 * depth, height / 2 + 3), material="steel"),
    ]
    return shape("relay_box", varied(rng, parts))


KINDS: tuple[Kind, ...] = (
    Kind("charger", None, charger, 2.0),
    Kind("wall_charger", None, wall_charger, 2.0),
    Kind("cable_coil", None, cable_coil, 2.5),
    Kind("cable_tangle", None, cable_tangle, 1.5),
    Kind("wire_bundle", None, wire_bundle, 0.8),
    Kind("power_strip", None, power_strip, 1.0),
    Kind("cable_reel", None, cable_reel, 0.6),
    Kind("fairy_lights", None, fairy_lights, 0.6),
    Kind("relay_box", None, relay_box, 0.6),
)
