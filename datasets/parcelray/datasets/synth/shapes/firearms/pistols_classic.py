"""Pistols of older and of special shapes: toggle link, box magazine ahead of the guard, target, single barrel."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.placing import move
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.shapes.firearms.cartridges import PISTOL_ROUNDS, SMALL_ROUNDS, any_round
from parcelray.datasets.synth.shapes.firearms.exposed import (
    exposed_barrel,
    grip_plates,
    lanyard_loop,
    round_guard,
    two_cheeked_handle,
)
from parcelray.datasets.synth.shapes.firearms.magazines import Box, box_magazine, pistol_box
from parcelray.datasets.synth.shapes.firearms.outlines import (
    Outline,
    bar,
    cut,
    disc,
    flowing,
    line,
    merged,
    outline,
    ring,
    slanted,
    stroke,
    within,
)
from parcelray.datasets.synth.shapes.firearms.plates import bored, coil_spring, hollow_body, pins, plate
from parcelray.datasets.synth.shapes.kind import Kind

_FRAME, _BARREL, _SLIDE = "frame", "barrel", "slide"


def pistol_toggle(rng: np.random.Generator) -> Shape:
    """Thin exposed barrel with a ring at its root, knobs behind, a steep round grip with its magazine showing."""
    material = str(rng.choice(["steel", "steel", "stainless", "zinc"]))
    wall = rng.uniform(1.4, 2.6)
    lean, grip = rng.uniform(24.0, 34.0), rng.uniform(92.0, 112.0)
    depth, width = rng.uniform(40.0, 47.0), rng.uniform(24.0, 29.0)
    slope = float(np.tan(np.radians(lean)))
    root = rng.uniform(118.0, 132.0)
    frame = _toggle_frame(rng, root, grip, depth, slope)
    parts = hollow_body(
        frame,
        width,
        wall,
        material=material,
        role=_FRAME,
        rim=rng.uniform(2.2, 3.4),
        bevel=rng.uniform(3.0, 6.0),
        round_share=0.3,
    )
    parts += _toggle_top(rng, root, material, wall)
    parts += exposed_barrel(
        rng, root - 4.0, rng.uniform(84.0, 125.0) if rng.random() < 0.8 else rng.uniform(140.0, 205.0), 10.0, material
    )
    parts += round_guard(rng, (51.0 + depth * 0.1, -14.0), rng.uniform(17.0, 20.5), material, frame)
    parts += grip_plates(rng, frame, width, bar(-95.0, 42.0, -grip - 10.0, -26.0))
    if rng.random() < 0.88:
        box = pistol_box(rng, depth * 0.66, grip + rng.uniform(-4.0, 6.0), rng.uniform(14.0, 17.0), slope * grip)
        parts += move(box_magazine(rng, box), (5.0 + depth / 2.0, 0.0, -4.0))
        end = (5.0 + depth / 2.0 - slope * (grip + 2.0), -grip - 6.0)
        knob = str(rng.choice(["wood", "aluminium", "steel"]))
        parts += pins([end], rng.uniform(6.0, 8.5), 24.0, material=knob, role="magazine", sides=16)
    if rng.random() < 0.5:
        parts += lanyard_loop((-8.0, -16.0), rng.uniform(4.0, 6.0), _FRAME)
    return shape("pistol_toggle", parts, leaf="pistol")


def _toggle_frame(rng: np.random.Generator, root: float, grip: float, depth: float, slope: float) -> Outline:
    """Body and steep grip in one line; the grip's front swells at its lower end."""
    flare = rng.uniform(2.0, 8.0)
    return outline([
        (root, 0.0, 2.0), (-8.0, 0.0, 3.0), (-12.0, -9.0, 5.0), (2.0 - slope * 20.0, -20.0, 12.0),
        (3.0 - slope * 0.55 * grip, -0.55 * grip, 20.0), (4.0 - slope * grip - flare, -grip + 6.0, 6.0),
        (depth - slope * grip + 2.0, -grip - 6.0, 8.0), (depth + 5.0 - slope * 0.7 * grip, -0.7 * grip, 18.0),
        (depth + 4.0 - slope * 0.42 * grip, -0.42 * grip, 18.0), (depth + 8.0 - slope * 22.0, -24.0, 8.0),
        (depth + 12.0, -rng.uniform(13.0, 16.0), 6.0), (root - rng.uniform(18.0, 30.0), -rng.uniform(11.0, 15.0), 6.0),
        (root, -rng.uniform(6.0, 9.0), 3.0),
    ])  # fmt: skip


def _toggle_top(rng: np.random.Generator, root: float, material: str, wall: float) -> list[Part]:
    """The upper part with its hump, links and round knobs at the side."""
    hump = rng.uniform(17.0, 22.0)
    knob_x = rng.uniform(14.0, 30.0)
    top = outline([
        (-11.0, 0.0, 2.0), (root - 2.0, 0.0, 2.0), (root, 12.0, 3.0), (root - 14.0, 16.0, 5.0),
        (0.58 * root, 14.0, 8.0),
        (knob_x + 18.0, 15.0, 8.0), (knob_x, hump, 8.0), (-4.0, hump - 5.0, 6.0), (-13.0, 8.0, 5.0),
    ])  # fmt: skip
    core = outline([(0.5 * root, 3.0), (0.82 * root, 3.0), (0.82 * root, 12.0), (0.5 * root, 11.0)], radius=2.0)
    links = [stroke([(0.0, 9.0), (knob_x + 8.0, 10.0)], 7.0), stroke([(knob_x + 10.0, 10.0), (0.66 * root, 8.0)], 6.0)]
    parts = hollow_body(top, rng.uniform(19.0, 23.0), wall, material=material, role=_SLIDE, rim=2.2, bevel=2.0)
    parts += plate(core, rng.uniform(8.0, 12.0), material="steel", role=_SLIDE)
    parts += hollow_body(merged(*links), 10.0, 2.0, material="steel", role=_SLIDE)
    for side in (-1.0, 1.0):
        eye = disc(knob_x, 10.0, rng.uniform(8.5, 10.5), points=20)
        parts += plate(ring(eye, 3.0), 6.0, material=material, role=_SLIDE, y=side * 15.0)
        parts += plate(eye, 1.4, material=material, role=_SLIDE, y=side * 12.0)
    places = [(6.0, 4.0), (0.45 * root, 5.0), (0.7 * root, -5.0), (0.86 * root, 7.0)]
    return parts + pins(places, rng.uniform(1.6, 2.6), 19.0, role=_SLIDE)


def pistol_box_front(rng: np.random.Generator) -> Shape:
    """A box of cartridges ahead of the guard, a thin long barrel and a rounded handle with a loop."""
    material = str(rng.choice(["steel", "zinc", "zinc"]))
    wall = rng.uniform(1.2, 2.2)
    length = rng.uniform(118.0, 140.0)
    body = outline([
        (0.0, 0.0, 2.0), (length, 0.0, 2.0), (length + 4.0, 12.0, 3.0), (length - 6.0, 24.0, 4.0), (30.0, 26.0, 4.0),
        (-8.0, 25.0, 4.0), (-14.0, 14.0, 5.0), (-8.0, 4.0, 4.0),
    ])  # fmt: skip
    grip_length = rng.uniform(84.0, 100.0)
    lean = rng.uniform(10.0, 22.0)
    handle = slanted(flowing([
        (2.0, 4.0), (30.0, 4.0), (27.0, -26.0), (30.0, -0.7 * grip_length), (28.0, -grip_length),
        (10.0, -grip_length - 6.0),
        (-4.0, -grip_length + 2.0), (3.0, -0.6 * grip_length), (4.0, -25.0),
    ]), -lean)  # fmt: skip
    handle = cut(handle, body)
    parts = hollow_body(body, rng.uniform(21.0, 25.0), wall, material=material, role=_FRAME, rim=2.6, bevel=1.6)
    parts += two_cheeked_handle(rng, handle, material)
    magazine = bar(length - rng.uniform(40.0, 48.0), length - 4.0, -rng.uniform(34.0, 60.0), 0.0)
    parts += hollow_body(magazine, 20.0, rng.uniform(1.0, 1.6), material=material, role=_FRAME, rim=1.6)
    x0, z0, x1, _ = magazine.bounds
    if rng.random() < 0.5:
        box = Box(
            x1 - x0 - 4.0,
            -z0 - 3.0,
            17.0,
            any_round(rng, PISTOL_ROUNDS[:2]),
            loaded=float(rng.choice([0.0, 0.8])),
            wall=0.8,
        )
        parts += move(box_magazine(rng, box), (0.5 * (x0 + x1), 0.0, -1.0))
    parts += exposed_barrel(rng, length - 2.0, rng.uniform(92.0, 180.0), 15.0, material)
    parts += round_guard(rng, (x0 - 21.0, -10.0), rng.uniform(14.0, 17.0), material, merged(body, magazine, handle))
    parts += _box_front_details(rng, length, material)
    loop = _lowest(handle)
    return shape(
        "pistol_box_front",
        [*parts, *lanyard_loop((loop[0], loop[1] - 9.0), rng.uniform(8.0, 13.0), _FRAME)],
        leaf="pistol",
    )


def _lowest(shape_: Outline) -> tuple[float, float]:
    """The lowest point of an outline."""
    x0, z0, x1, _ = shape_.bounds
    near = within(shape_, bar(x0, x1, z0, z0 + 2.0))
    return float(near.centroid.x), float(z0)


def _box_front_details(rng: np.random.Generator, length: float, material: str) -> list[Part]:
    """Tangent sight, ring hammer, bolt, pins."""
    sight = stroke(line([(28.0, 27.0), (52.0, 29.0), (length - 26.0, 27.0)], 8), 3.0)
    eye = ring(disc(-16.0, 24.0, rng.uniform(5.5, 8.0), points=18), 2.8)
    bolt = bar(0.0, length * 0.62, 9.0, 19.0)
    parts = plate(sight, 9.0, material="steel", role=_FRAME)
    parts += plate(eye, 8.0, material="steel", role=_FRAME)
    parts += hollow_body(bolt, 11.0, 2.2, material="steel", role=_SLIDE, rim=2.2)
    parts += coil_spring(10.0, 0.6 * length, 2.6, 1.0, 14, z=14.0, role=_SLIDE)
    lock = outline([(8.0, 2.0), (44.0, 2.0), (40.0, 9.0), (10.0, 9.0)], radius=2.0)
    parts += plate(lock, rng.uniform(6.0, 10.0), material=material, role=_FRAME)
    places = [(rng.uniform(2.0, length - 4.0), rng.uniform(3.0, 22.0)) for _ in range(4)]
    return parts + pins(places, rng.uniform(1.4, 2.6), 22.0, role=_FRAME)


def pistol_target(rng: np.random.Generator) -> Shape:
    """A sporting pistol: long barrel with weights and rib, slim body, large shaped grip of wood or polymer."""
    body_length, rise = rng.uniform(118.0, 150.0), rng.uniform(22.0, 30.0)
    material = str(rng.choice(["steel", "aluminium", "steel"]))
    body = outline([
        (0.0, -4.0, 2.0), (body_length, -10.0, 3.0), (body_length + 6.0, 4.0, 3.0), (body_length, rise, 4.0),
        (20.0, rise, 4.0), (-4.0, 0.8 * rise, 6.0), (-8.0, 4.0, 5.0),
    ])  # fmt: skip
    grip = _anatomic_grip(rng)
    wall = rng.uniform(1.4, 2.4) if material == "steel" else rng.uniform(2.6, 4.0)
    parts = hollow_body(body, rng.uniform(20.0, 26.0), wall, material=material, role=_FRAME, rim=3.0, bevel=2.0)
    parts += plate(
        bar(12.0, 0.55 * body_length, 5.0, rise - 5.0), rng.uniform(6.0, 11.0), material="steel", role=_SLIDE
    )
    wood = str(rng.choice(["wood", "wood", "nylon"]))
    handle = cut(grip, body)
    parts += hollow_body(
        handle, rng.uniform(34.0, 48.0), 12.0, material=wood, role=_FRAME, rim=6.0, bevel=8.0, round_share=0.4
    )
    tang = outline([(8.0, -4.0), (38.0, -6.0), (26.0, -92.0), (4.0, -88.0)], radius=4.0)
    parts += hollow_body(tang, 17.0, 1.6, material=material, role=_FRAME, rim=2.6)
    box = pistol_box(rng, 26.0, 88.0, 13.0, 10.0)
    if rng.random() < 0.5:
        parts += move(box_magazine(rng, box), (24.0, 0.0, -4.0))
    else:
        front = Box(
            30.0, rng.uniform(42.0, 58.0), 14.0, any_round(rng, SMALL_ROUNDS), loaded=float(rng.choice([0.0, 1.0]))
        )
        parts += move(box_magazine(rng, front), (0.82 * body_length, 0.0, -4.0))
    parts += _target_barrel(rng, body_length, 0.6 * rise)
    parts += round_guard(rng, (58.0, -18.0), rng.uniform(15.0, 20.0), material, merged(body, handle))
    parts += _target_sights(rng, body_length, rise)
    return shape("pistol_target", parts, leaf="pistol")


def _anatomic_grip(rng: np.random.Generator) -> Outline:
    """A grip that fills the hand, with a shelf at its heel and sometimes a hood over the wrist."""
    end, shelf = rng.uniform(96.0, 112.0), rng.uniform(0.0, 24.0)
    grip = flowing([
        (-10.0, -2.0), (22.0, 4.0), (44.0, -6.0), (43.0, -30.0), (33.0, -55.0), (30.0, -0.8 * end),
        (24.0 + shelf, -end), (0.0, -end - 5.0), (-22.0 - 0.4 * shelf, -end + 3.0), (-14.0, -0.62 * end), (-6.0, -34.0),
        (-16.0 - rng.uniform(0.0, 10.0), -13.0),
    ], 60)  # fmt: skip
    return slanted(grip, -rng.uniform(0.0, 8.0))


def _target_barrel(rng: np.random.Generator, start: float, z: float) -> list[Part]:
    length = rng.uniform(110.0, 175.0)
    r = rng.uniform(6.5, 9.0)
    parts = bored([(start - 45.0, r), (start + length, r)], 2.9, material="steel", role=_BARREL, z=z)
    shroud = outline(
        [
            (start, z - rng.uniform(8.0, 20.0)),
            (start + length - 8.0, z - 9.0),
            (start + length, z + 9.0),
            (start, z + 11.0),
        ],
        radius=3.0,
    )
    if rng.random() < 0.6:
        slots = (
            [bar(x, x + 9.0, z - 4.0, z + 6.0) for x in start + 16.0 + 16.0 * np.arange(5)]
            if rng.random() < 0.5
            else []
        )
        parts += hollow_body(
            cut(shroud, *slots), 2.0 * r + 8.0, 2.2, material="aluminium", role=_BARREL, rim=2.4, bevel=2.0
        )
    if rng.random() < 0.4:
        weight = bar(start + length - rng.uniform(30.0, 70.0), start + length - 4.0, z - 22.0, z - r - 2.0)
        parts += plate(weight, 12.0, material=str(rng.choice(["aluminium", "steel"])), role=_BARREL, bevel=2.0)
    return parts


def _target_sights(rng: np.random.Generator, body: float, rise: float) -> list[Part]:
    if rng.random() < 0.15:
        case = outline(
            [(10.0, rise + 6.0), (rng.uniform(90.0, 150.0), rise + 6.0), (90.0, rise + 30.0), (10.0, rise + 30.0)],
            radius=6.0,
        )
        lens = bar(20.0, 23.0, rise + 8.0, rise + 28.0)
        return [
            *hollow_body(case, 26.0, 1.6, material="aluminium", role=_FRAME, bevel=4.0),
            *plate(lens, 22.0, material="glass", role=_FRAME),
        ]
    rear = merged(bar(-2.0, 22.0, rise - 1.0, rise + 4.0), bar(-2.0, 3.0, rise, rise + 10.0))
    x = body + rng.uniform(70.0, 105.0)
    blade = outline(
        [(x - 8.0, 0.6 * rise + 6.0), (x + 5.0, 0.6 * rise + 6.0), (x + 4.0, rise + 8.0), (x, rise + 8.0)], radius=0.6
    )
    return [*plate(rear, 14.0, material="steel", role=_FRAME), *plate(blade, 4.0, material="steel", role=_BARREL)]


def pistol_flare(rng: np.random.Generator) -> Shape:
    """A signal or single-shot pistol: one wide barrel that hinges, a hammer and a simple curved handle."""
    light = rng.random() < 0.5
    material = str(rng.choice(["aluminium", "zinc"])) if light else "steel"
    r, length = rng.uniform(9.0, 17.0), rng.uniform(85.0, 190.0)
    handle = flowing(
        [
            (-6.0, 12.0),
            (24.0, 8.0),
            (30.0, -12.0),
            (20.0, -38.0),
            (12.0, -88.0),
            (-12.0, -96.0),
            (-26.0, -84.0),
            (-14.0, -36.0),
            (-10.0, -8.0),
        ]
    )
    body = outline([(-10.0, -10.0), (52.0, -16.0), (56.0, 4.0), (44.0, 26.0), (2.0, 26.0), (-12.0, 10.0)], radius=6.0)
    frame = merged(body, handle)
    parts = hollow_body(
        frame, 24.0, rng.uniform(2.0, 3.2), material=material, role=_FRAME, rim=3.4, bevel=4.0, round_share=0.3
    )
    wall = rng.uniform(1.6, 3.4)
    angle = -rng.uniform(30.0, 70.0) if rng.random() < 0.25 else 0.0
    barrel = bored(
        [(0.0, r + 1.5), (14.0, r + 1.5), (20.0, r), (length, r - 0.5), (length + 4.0, r + 0.8)],
        r - wall,
        material=material,
        role=_BARREL,
    )
    turned_down = np.array(
        [
            [np.cos(np.radians(angle)), 0, -np.sin(np.radians(angle))],
            [0, 1, 0],
            [np.sin(np.radians(angle)), 0, np.cos(np.radians(angle))],
        ]
    )
    parts += move(barrel, (48.0, 0.0, 12.0), turned=turned_down)
    parts += round_guard(rng, (38.0, -20.0), rng.uniform(15.0, 19.0), material, frame)
    parts += plate(
        stroke(line([(2.0, 14.0), (-10.0, 28.0), (-18.0, 33.0)], 8), 5.0), 8.0, material="steel", role=_FRAME
    )
    parts += grip_plates(rng, frame, 24.0, bar(-40.0, 30.0, -110.0, -22.0))
    parts += pins([(48.0, -8.0), (10.0, 4.0), (24.0, -6.0)], 2.6, 25.0, role=_FRAME)
    return shape("pistol_flare", parts, leaf="pistol")


KINDS: tuple[Kind, ...] = (
    Kind("pistol_toggle", "pistol", pistol_toggle, 1.6),
    Kind("pistol_box_front", "pistol", pistol_box_front, 0.7),
    Kind("pistol_target", "pistol", pistol_target, 0.6),
    Kind("pistol_flare", "pistol", pistol_flare, 0.35),
)
