"""Frames of self-loading pistols, with guard, trigger, hammer, grip panels and the small steel inside."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from parcelray.datasets.synth.geometry.shape import Part
from parcelray.datasets.synth.shapes.firearms.outlines import (
    Outline,
    bar,
    cut,
    disc,
    inset,
    line,
    merged,
    outline,
    ring,
    stroke,
    within,
)
from parcelray.datasets.synth.shapes.firearms.plans import Plan, frame_outline, guard_end
from parcelray.datasets.synth.shapes.firearms.plates import hole, hollow_body, pins, plate

ROLE = "frame"
Hammer = Literal["spur", "ring", "bobbed", "none"]


def frame_parts(rng: np.random.Generator, plan: Plan, *, hammer: Hammer = "none", panels: bool = False) -> list[Part]:
    """A frame with all that stays on it.

    Args:
        rng: decides.
        plan: the pistol's proportions.
        hammer: its shape, or none.
        panels: whether separate panels lie on the sides of its grip.
    """
    shape = frame_outline(rng, plan)
    parts = _body(rng, plan, shape)
    parts += guard(rng, plan, shape)
    parts += trigger(rng, plan)
    parts += inner_steel(rng, plan)
    if plan.frame_material in {"nylon", "fr4"}:
        parts += _rails(rng, plan)
        if rng.random() < 0.5:
            parts += _liner(rng, plan, shape)
    if panels:
        parts += grip_panels(rng, plan, shape)
    return parts + hammer_parts(rng, hammer)


def _body(rng: np.random.Generator, plan: Plan, shape: Outline) -> list[Part]:
    """Two thin sides with a rim around; the front is narrower than the grip, and open above."""
    top = bar(rng.uniform(6.0, 12.0), plan.frame_front - rng.uniform(2.0, 5.0), -plan.depth * 0.5, 1.0)
    grip_zone = bar(-60.0, plan.grip_front(plan.depth) + 6.0, -plan.grip_length - 10.0, -plan.depth * 0.75)
    well = bar(
        plan.grip_back(plan.grip_length) + 5.0,
        plan.grip_front(plan.grip_length) - 5.0,
        -plan.grip_length - 9.0,
        -plan.grip_length + 12.0,
    )
    grip, upper = within(shape, grip_zone), cut(shape, grip_zone)
    opened = merged(
        top, well, bar(-40.0, plan.grip_front(plan.depth), -plan.depth * 0.75 - 4.0, -plan.depth * 0.75 + 4.0)
    )
    cavity = within(
        merged(inset(shape, plan.frame_rim), within(opened, inset(shape, 0.01)), within(well, shape)), shape
    )
    common: dict[str, Any] = {"material": plan.frame_material, "role": ROLE}
    wall = plan.frame_wall
    return [
        *plate(grip, plan.grip_width, bevel=rng.uniform(2.0, 5.0), round_share=rng.uniform(0.2, 0.36), **common),
        *plate(upper, plan.frame_width, bevel=1.2, round_share=0.1, **common),
        *hole(within(cavity, grip), plan.grip_width - 2.0 * wall, bevel=1.5, **common),
        *hole(within(cavity, upper), plan.frame_width - 2.0 * wall, **common),
    ]


def guard(rng: np.random.Generator, plan: Plan, shape: Outline) -> list[Part]:
    """A thin bow below the frame: round, oval, or squared with a hook in front."""
    d, h, length = plan.depth, plan.guard_height, plan.guard_length
    start, end = plan.grip_front(d + h), guard_end(plan)
    thick, wide = rng.uniform(2.4, 4.2), rng.uniform(6.5, 12.0)
    look = rng.random()
    bow: Outline
    if look < 0.55:
        path = line([
            (start - 3.0, -d - h + rng.uniform(-1.0, 4.0)),
            (start + 0.3 * length, -d - h - rng.uniform(1.0, 4.0)),
            (start + 0.75 * length, -d - h + rng.uniform(0.0, 6.0)),
            (end, -d - 0.45 * h),
            (end + rng.uniform(-1.0, 2.0), -d + 1.0),
        ])  # fmt: skip
        bow = stroke(path, thick)
    elif look < 0.8:
        hook = rng.uniform(0.0, 5.0)
        room = outline([
            (start - 6.0, -d - h, 3.0), (end + hook, -d - h - rng.uniform(-2.0, 2.0), 4.0), (end, -d - 0.4 * h, 8.0),
            (end + 1.0, -d + 3.0, 1.0), (start - 6.0, -d + 3.0, 1.0),
        ])  # fmt: skip
        bow = ring(room, thick)
    else:
        middle = 0.5 * (start + end)
        bow = ring(disc(middle, -d - 0.42 * h, 0.5 * (end - start) + 5.0, flatten=rng.uniform(0.56, 0.66)), thick)
    below = bar(start - 14.0, end + 12.0, -d - h - 12.0, -d + 2.0)
    return plate(cut(within(bow, below), shape), wide, material=plan.frame_material, role=ROLE, bevel=0.9)


def trigger(rng: np.random.Generator, plan: Plan) -> list[Part]:
    """A curved blade in the guard."""
    x = plan.grip_front(plan.depth) + plan.guard_length * rng.uniform(0.32, 0.5)
    z, drop = -plan.depth + 3.0, rng.uniform(17.0, 23.0)
    blade = stroke(
        line([(x, z), (x - rng.uniform(0.0, 3.0), z - 0.5 * drop), (x + rng.uniform(0.0, 4.0), z - drop)], 8),
        rng.uniform(2.4, 4.4),
    )
    material = "steel" if rng.random() < 0.7 else "aluminium"
    return [
        *plate(blade, rng.uniform(5.0, 8.0), material=material, role=ROLE, bevel=0.6),
        *pins([(x, z + 2.0)], 1.6, plan.frame_width, role=ROLE),
    ]


def inner_steel(rng: np.random.Generator, plan: Plan) -> list[Part]:
    """What metal lies in a frame, as gross shapes: a bar along it, a block at the rear, a leaf in the grip, pins."""
    d = plan.depth
    x = plan.grip_front(d) + plan.guard_length * 0.4
    link = stroke([(x, -d * 0.6), (plan.grip_front(0.0) - 4.0, -4.0), (8.0, -4.0)], rng.uniform(2.0, 4.0))
    parts = plate(
        link,
        1.6,
        material="steel",
        role=ROLE,
        y=rng.choice([-1.0, 1.0]) * (plan.frame_width / 2.0 - plan.frame_wall - 1.2),
    )
    block = outline(
        [
            (6.0, -1.0),
            (rng.uniform(20.0, 30.0), -1.0),
            (rng.uniform(16.0, 24.0), -d * 0.9),
            (plan.grip_back(d) + 4.0, -d),
        ],
        radius=2.0,
    )
    block_material = "steel" if rng.random() < 0.6 else "nylon"
    parts += hollow_body(block, 12.0, 2.0 if block_material == "steel" else 4.0, material=block_material, role=ROLE)
    leaf = line(
        [
            (plan.grip_back(d) + 5.0, -d),
            (plan.grip_back(0.5 * plan.grip_length) + 4.0, -0.5 * plan.grip_length),
            (plan.grip_back(0.8 * plan.grip_length) + 4.5, -0.8 * plan.grip_length),
        ]
    )
    parts += plate(stroke(leaf, 1.4), rng.uniform(4.0, 8.0), material="steel", role=ROLE)
    places = [
        (rng.uniform(8.0, 16.0), -rng.uniform(4.0, 0.7 * d)),
        (plan.grip_front(0.0) - rng.uniform(0.0, 10.0), -rng.uniform(5.0, 0.8 * d)),
        (plan.grip_front(0.0) + rng.uniform(12.0, 22.0), -rng.uniform(4.0, 0.6 * d)),
    ]
    parts += pins(places, rng.uniform(1.2, 2.0), plan.frame_width, role=ROLE)
    if rng.random() < 0.75:
        parts += _levers(rng, plan)
    return parts


def _levers(rng: np.random.Generator, plan: Plan) -> list[Part]:
    """Slide stop and magazine catch, on the outside."""
    x = plan.grip_front(0.0) + rng.uniform(-6.0, 10.0)
    stop = outline(
        [(x - 16.0, -5.0), (x + 14.0, -6.5), (x + 16.0, -3.0), (x - 4.0, -1.5), (x - 16.0, -2.0)], radius=1.5
    )
    parts = plate(stop, 2.2, material="steel", role=ROLE, y=-plan.frame_width / 2.0 - 1.0)
    place = (plan.grip_front(plan.depth + 10.0) - 7.0, -plan.depth - rng.uniform(4.0, 12.0))
    return parts + pins(
        [place],
        rng.uniform(2.5, 4.2),
        plan.grip_width + 1.0,
        material=str(rng.choice(["steel", "nylon", "aluminium"])),
        role=ROLE,
        sides=12,
    )


def _rails(rng: np.random.Generator, plan: Plan) -> list[Part]:
    """The thin steel that guides the slide on a polymer frame: two short pairs, or one long pair."""
    y = plan.frame_width / 2.0 - 2.6
    spans = [(4.0, 26.0), (plan.grip_front(0.0) + 6.0, plan.grip_front(0.0) + 32.0)]
    if rng.random() < 0.4:
        spans = [(4.0, plan.frame_front * rng.uniform(0.6, 0.8))]
    parts = []
    for x0, x1 in spans:
        rail = bar(x0, x1, -rng.uniform(5.0, 9.0), 1.0)
        for side in (-1.0, 1.0):
            parts += plate(rail, 1.2, material="steel", role=ROLE, y=side * y)
    return parts


def _liner(rng: np.random.Generator, plan: Plan, shape: Outline) -> list[Part]:
    """Thin steel left and right inside a polymer frame, as far down as the guard or all the way."""
    low = plan.depth + 2.0 if rng.random() < 0.4 else plan.grip_length - 6.0
    zone = within(inset(shape, plan.frame_rim + 0.5), bar(-60.0, plan.grip_front(0.0) + 34.0, -low, -2.0))
    thick = float(rng.choice([0.8, 1.2, 1.6]))
    y = min(plan.frame_width, plan.grip_width) / 2.0 - plan.frame_wall - thick
    return [part for side in (-1.0, 1.0) for part in plate(zone, thick, material="steel", role=ROLE, y=side * y)]


def grip_panels(rng: np.random.Generator, plan: Plan, shape: Outline) -> list[Part]:
    """Thin plates left and right on a metal grip, with their screws."""
    zone = outline([
        (plan.grip_back(plan.depth + 6.0) + 7.0, -plan.depth - 6.0, 5.0),
        (plan.grip_front(plan.depth + 6.0) - 4.0, -plan.depth - 5.0, 5.0),
        (plan.grip_front(plan.grip_length) - 3.0, -plan.grip_length + 5.0, 5.0),
        (plan.grip_back(plan.grip_length) + 3.0, -plan.grip_length + 5.0, 5.0),
    ])  # fmt: skip
    panel = within(zone, inset(shape, 1.5))
    material = str(rng.choice(["wood", "nylon", "rubber", "abs", "aluminium", "bone"]))
    thick = rng.uniform(2.5, 5.5) if material != "aluminium" else rng.uniform(1.5, 3.0)
    y = plan.grip_width / 2.0 + thick / 2.0 - 1.0
    parts = [
        part
        for side in (-1.0, 1.0)
        for part in plate(panel, thick, material=material, role=ROLE, y=side * y, bevel=1.5)
    ]
    upper, lower = plan.depth + 14.0, plan.grip_length - 12.0
    screws = [(0.5 * (plan.grip_back(down) + plan.grip_front(down)), -down) for down in (upper, lower)]
    for side in (-1.0, 1.0):
        parts += [
            part for x, z in screws
            for part in plate(disc(x, z, 3.2, points=12), 2.5, material="steel", role=ROLE, y=side * (y + 0.5))
        ]  # fmt: skip
    return parts


def hammer_parts(rng: np.random.Generator, look: Hammer) -> list[Part]:
    """The hammer behind the slide, cocked or not."""
    if look == "none":
        return []
    x, z = 4.0, -5.0
    back = rng.uniform(-14.0, -4.0)
    if look == "spur":
        shape: Outline = stroke(
            line([(x, z), (back * 0.6, z + 12.0), (back, z + 17.0), (back - rng.uniform(3.0, 8.0), z + 17.0)], 8), 4.0
        )
    elif look == "ring":
        eye = disc(back, z + 15.0, rng.uniform(5.0, 6.5), points=16)
        shape = merged(ring(eye, 2.6), stroke([(x, z), (back + 3.0, z + 10.0)], 5.0))
    else:
        shape = stroke([(x, z), (back * 0.5, z + 13.0)], 6.5)
    return plate(shape, rng.uniform(6.0, 9.0), material="steel", role=ROLE, bevel=0.8)
