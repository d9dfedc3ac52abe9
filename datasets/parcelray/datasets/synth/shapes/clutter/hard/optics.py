"""Pictures: cameras, lenses, binoculars, telescopes, projectors."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import (
    box,
    boxes,
    cylinder,
    extrude,
    lathe,
    pipe,
    rounded,
    rounded_box,
)
from parcelray.datasets.synth.shapes.clutter.hard.forms import (
    angular,
    chance,
    pick,
    ring,
    screws,
    skin,
    slab,
    softened,
    varied,
)
from parcelray.datasets.synth.shapes.clutter.hard.phones import pouch_cell
from parcelray.datasets.synth.shapes.clutter.hard.sound import driver_parts
from parcelray.datasets.synth.shapes.electronics import (
    circuit_board_parts,
    coil_parts,
)
from parcelray.datasets.synth.shapes.kind import Kind


def lens_parts(rng: np.random.Generator, radius: float, length: float) -> list[Part]:
    """A camera lens along z, front upwards: barrels, glass groups, aperture ring, bayonet, focus motor."""
    metal, wall = pick(rng, ("aluminium", 1.8), ("abs", 2.5), ("brass", 1.0))
    parts = [
        lathe([(0.85 * radius, 0), (radius, 0.15 * length), (radius, length)], material=metal, wall=wall),
        lathe([(0.7 * radius, 0.05 * length), (0.7 * radius, 0.8 * length)], material="aluminium", wall=1.8),
    ]
    for share in np.sort(rng.uniform(0.08, 0.95, int(rng.integers(4, 9)))):
        size, bulge = rng.uniform(0.45, 0.82) * radius, rng.uniform(-2, 4)
        profile = [
            (0.05, share * length - 2 - bulge),
            (0.7 * size, share * length - 2 - 0.5 * bulge),
            (size, share * length - 1.5),
            (size, share * length + 1.5),
            (0.05, share * length + 2),
        ]
        parts += [
            lathe(profile, material="glass", sides=24),
            pipe(size + 1.5, size, 3, (0, 0, share * length), material="aluminium"),
        ]
    parts += [
        pipe(0.86 * radius, 0.6 * radius, 3, material=pick(rng, "brass", "stainless")),
        pipe(0.8 * radius, 0.3 * radius, 0.3, (0, 0, 0.4 * length), material="steel"),
    ]
    parts += [
        pipe(1.06 * radius, radius, 0.25 * length, (0, 0, 0.6 * length), material="rubber"),
        pipe(0.98 * radius, 0.92 * radius, 2.5, (0, 0, length - 2), material="aluminium"),
    ]
    return parts


def camera_lens(rng: np.random.Generator) -> Shape:
    """A lens by itself."""
    return shape("camera_lens", lens_parts(rng, rng.uniform(28, 44), rng.uniform(45, 150)))


def camera(rng: np.random.Generator) -> Shape:
    """A camera with its lens: prism, mirror box, board, flash capacitor, cell in the grip or a film spool."""
    width, height, depth = rng.uniform(100, 150), rng.uniform(65, 100), rng.uniform(32, 60)
    body = softened(
        slab(-width / 2, -height / 2, width / 2, height / 2).union(
            angular([(-24, height / 2 - 6), (-14, height / 2 + 18), (14, height / 2 + 18), (24, height / 2 - 6)])
        ),
        6,
    )
    case = pick(rng, ("magnesium", 1.5), ("abs", 2.5), ("aluminium", 1.0), ("zinc", 1.0))
    parts = [
        extrude(body, depth, material=case[0], wall=case[1]),
        *move(circuit_board_parts(rng, 0.7 * width, 0.7 * height, density=1.6), (0, -4, -depth / 2 + 8)),
    ]
    parts += [
        box((44, 44, 30), (0, -6, 4), material="aluminium", wall=1.8),
        extrude(angular([(-16, 20), (-10, 44), (10, 44), (16, 20)]), 24, material="glass"),
        box((38, 28, 1.5), (0, -6, -6), material="silicon"),
    ]
    parts += [
        box((0.6 * width, 0.55 * height, 3), (0, -4, -depth / 2 + 2), material="glass"),
        cylinder(7, 34, (-0.38 * width, 0, 2), material="aluminium", axis="y", wall=0.8),
    ]
    if chance(rng, 0.6):
        parts += pouch_cell((16, 48, 0.5 * depth), (-0.38 * width + 14, -4, 0))
    else:
        parts += [
            cylinder(10, 44, (0.38 * width, 0, 0), material="polyester", axis="y"),
            cylinder(12.5, 46, (0.38 * width, 0, 0), material="steel", axis="y", wall=0.3),
        ]
    parts += move(lens_parts(rng, rng.uniform(26, 36), rng.uniform(25, 95)), (0, -6, depth / 2))
    parts += [cylinder(9, 8, (x * width, height / 2 + 3, 0), material="aluminium", axis="y") for x in (-0.36, 0.34)] + [
        pipe(7, 4, 6, (0, -height / 2 + 3, 0), material="brass", axis="y")
    ]
    parts += [ring(5, 1.6, (sx * (width / 2 + 3), 0.35 * height, 0), material="steel", points=14) for sx in (-1, 1)]
    parts += screws([(sx * 0.44 * width, sy * 0.42 * height, 0) for sx in (-1, 1) for sy in (-1, 1)], 1.0, 6)
    return shape("camera", parts)


def action_camera(rng: np.random.Generator) -> Shape:
    """A small box camera or webcam on a foot: lens, board, cell."""
    parts = [
        rounded_box((rng.uniform(42, 70), rng.uniform(36, 50), rng.uniform(24, 34)), 5, material="abs", wall=1.5),
        *move(circuit_board_parts(rng, 38, 30, density=2.0), (0, 0, -4)),
    ]
    parts += [
        *move(lens_parts(rng, 8, 18), (8, 5, 4)),
        *pouch_cell((20, 28, 9), (-8, -2, -8)),
        *screws([(-16, 14, 0), (16, 14, 0), (16, -14, 0), (-16, -14, 0)], 0.9, 8),
    ]
    parts += [
        box((16, 20, 10), (0, -30, 0), material="abs", wall=2.0),
        cylinder(2.5, 30, (0, -34, 0), material="steel", axis="x"),
        cylinder(8, 10, (20, -34, 0), material="abs", axis="x"),
    ]
    return shape("action_camera", varied(rng, parts))


def binoculars(rng: np.random.Generator) -> Shape:
    """Binoculars: two tubes with lenses and prisms, a hinge with a focus wheel."""
    gap, length, radius = rng.uniform(52, 72), rng.uniform(95, 165), rng.uniform(15, 28)
    metal, wall = pick(rng, ("aluminium", 2.0), ("magnesium", 2.0), ("abs", 2.5))
    parts: list[Part] = []
    for side in (-1, 1):
        x = side * gap / 2
        outer, eye = x + side * 9, x
        front = [(radius, -0.5 * length), (radius, -0.1 * length), (0.75 * radius, 0.05 * length)]
        parts += [
            lathe(front, (outer, 0, 0), material=metal, axis="y", wall=wall),
            lathe(
                [(16, 0.28 * length), (14, 0.35 * length), (17, 0.5 * length)],
                (eye, 0, 0),
                material=metal,
                axis="y",
                wall=wall,
            ),
        ]
        housing = angular([(-20, 0), (20, 0), (16, 0.3 * length), (-16, 0.3 * length)], 4)
        parts += move(extrude(housing, 34, material=metal, wall=wall), ((outer + eye) / 2, 0, 0))
        prism = angular([(-15, -11), (15, -11), (0, 6)])
        parts += [
            extrude(prism, 17, (outer - side * 2, 0.1 * length, 0), material="glass"),
            *move(extrude(prism, 17, material="glass"), (eye, 0.22 * length, 0), turned=turn("y", 90) @ turn("z", 180)),
        ]
        parts += [
            cylinder(0.9 * radius, 5, (outer, -0.47 * length, 0), material="glass", axis="y"),
            *[cylinder(11, 4, (eye, share * length, 0), material="glass", axis="y") for share in (0.38, 0.46)],
        ]
        parts.append(pipe(19, 15, 12, (eye, 0.47 * length, 0), material="rubber", axis="y"))
    parts += [
        cylinder(4, 0.75 * length, (0, 0.1 * length, 0), material="steel", axis="y"),
        pipe(12, 7, 18, (0, 0.3 * length, 0), material="aluminium", axis="y"),
    ]
    parts += [box((gap, 12, 8), (0, y * length, 0), material="aluminium") for y in (-0.15, 0.25)] + screws(
        [(sx * gap / 2, 0.14 * length, 0) for sx in (-1, 1)], 1.4, 20
    )
    return shape("binoculars", parts)


def pocket_projector(rng: np.random.Generator) -> Shape:
    """A small projector or video recorder: lens, lamp with its heat sink, fan, boards, rounded case."""
    width, depth = rng.uniform(110, 190), rng.uniform(90, 150)
    parts = [
        extrude(rounded(width, depth, 14), rng.uniform(45, 75), material="abs", wall=skin(rng)),
        *move(circuit_board_parts(rng, 0.8 * width, 0.7 * depth, density=1.1), (0, 0, -16)),
    ]
    parts += move(lens_parts(rng, rng.uniform(16, 24), 50), (0.28 * width, depth / 2 - 45, 5), turned=turn("x", -90))
    fins = [(x, 0, 6) for x in np.linspace(-0.42, -0.1, 11) * width]
    parts += [
        boxes((1.5, 44, 34), fins, material="aluminium"),
        box((0.36 * width, 44, 6), (-0.26 * width, 0, -12), material="aluminium"),
        pipe(22, 20, 14, (-0.28 * width, -0.32 * depth, 5), material="nylon"),
        *coil_parts(8, 12, (-0.28 * width, -0.32 * depth, 5), core="steel"),
    ]
    parts += [
        boxes((15, 14, 8), [(x * width, -depth / 2 + 9, -8) for x in (0.1, 0.22, 0.34)], material="steel", wall=0.4),
        *driver_parts(rng, 17, (0.3 * width, -0.2 * depth, 12)),
    ]
    parts += screws([(sx * 0.44 * width, sy * 0.42 * depth, 0) for sx in (-1, 1) for sy in (-1, 1)], 1.6, 26)
    return shape("pocket_projector", parts)


def telescope(rng: np.random.Generator) -> Shape:
    """A spotting scope or draw telescope: tubes within each other, lenses, rings, a tripod foot."""
    radius, length = rng.uniform(14, 32), rng.uniform(120, 220)
    metal, wall = pick(rng, ("brass", 0.6), ("aluminium", 1.5), ("abs", 2.0))
    parts: list[Part] = []
    at = 0.0
    for i, share in enumerate((1.0, 0.8, 0.65)):
        section = length * (0.5 if i == 0 else rng.uniform(0.15, 0.35))
        parts.append(lathe([(share * radius, at), (share * radius, at + section)], material=metal, axis="x", wall=wall))
        parts += [
            pipe(share * radius + 1.5, share * radius - 1.5, 4, (x, 0, 0), material=metal, axis="x")
            for x in (at, at + section)
        ]
        at += 0.92 * section
    parts += [
        lathe([(0.1, -4), (0.9 * radius, -1), (0.9 * radius, 1), (0.1, 4)], (8, 0, 0), material="glass", axis="x")
    ]
    parts += [cylinder(0.5 * radius, 4, (at - shift, 0, 0), material="glass", axis="x") for shift in (4, 14, 40)]
    if chance(rng, 0.6):
        parts += [
            box((26, 12, 14), (0.3 * length, -radius - 5, 0), material="aluminium"),
            cylinder(3, 12, (0.3 * length, -radius - 6, 0), material="brass", axis="y"),
        ]
        parts += [cylinder(7, 14, (0.4 * length, radius + 5, 0), material="aluminium", axis="y")]
    return shape("telescope", varied(rng, parts))


KINDS: tuple[Kind, ...] = (
    Kind("camera_lens", None, camera_lens, 0.8),
    Kind("camera", None, camera, 1.2),
    Kind("action_camera", None, action_camera, 0.7),
    Kind("binoculars", None, binoculars, 0.6),
    Kind("pocket_projector", None, pocket_projector, 0.5),
    Kind("telescope", None, telescope, 0.8),
)
