"""Slides of self-loading pistols: thin sides, a thicker top, a denser rear, cuts and sights."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.placing import hollow
from parcelray.datasets.synth.geometry.shape import Part
from parcelray.datasets.synth.shapes.firearms.outlines import Outline, bar, cut, merged, outline, slanted, within
from parcelray.datasets.synth.shapes.firearms.plans import Plan
from parcelray.datasets.synth.shapes.firearms.plates import hole, pins, plate, repeat, turned

ROLE = "slide"


def slide_parts(rng: np.random.Generator, plan: Plan, *, open_top: bool = False) -> list[Part]:
    """A slide, in the place where it is when the pistol is closed.

    Args:
        rng: decides on cuts, sights and serrations.
        plan: the pistol's proportions.
        open_top: whether its upper side is cut away over the barrel.
    """
    shape = slide_outline(rng, plan, open_top=open_top)
    w, material = plan.width, plan.slide_material
    parts = plate(
        shape, w, material=material, role=ROLE, bevel=rng.uniform(1.0, 3.2), round_share=rng.uniform(0.08, 0.25)
    )
    parts += _cavities(rng, plan, shape)
    parts += _serrations(rng, plan)
    parts += _port(rng, plan, shape)
    parts += _small_steel(rng, plan)
    return parts + sights(rng, plan.length, plan.height, ROLE)


def slide_outline(rng: np.random.Generator, plan: Plan, *, open_top: bool) -> Outline:
    """From the side: slanted or round rear, square, round or stepped front."""
    length, h = plan.length, plan.height
    nose, step = rng.uniform(0.0, 10.0), rng.uniform(0.0, 4.0)
    rear, dip = rng.uniform(-2.5, 4.0), rng.uniform(0.0, 2.5)
    shape: Outline = outline(
        [
            (rng.uniform(0.0, 3.0), 0.0, 1.0),
            (length - rng.uniform(0.0, 3.0), 0.0, 2.0),
            (length, 0.35 * h, 2.0),
            (length - 0.2 * nose, 0.72 * h, 3.0),
            (length - nose, h - dip, rng.uniform(0.5, 8.0)),
            (0.55 * length, h - 0.5 * dip - 0.3 * step, 20.0),
            (0.22 * length, h, 12.0),
            (rear + 3.0, h - rng.uniform(0.0, 2.0), rng.uniform(1.0, 5.0)),
            (rear, 0.5 * h, 4.0),
        ]
    )
    if rng.random() < 0.25:
        # A lower front: the dust cover and the slide's nose are both stepped in.
        shape = cut(shape, bar(length - rng.uniform(18.0, 45.0), length + 1.0, -1.0, rng.uniform(1.0, 5.0)))
    if open_top:
        window = bar(
            rng.uniform(0.36, 0.46) * length, length - rng.uniform(7.0, 16.0), rng.uniform(0.42, 0.58) * h, h + 2.0
        )
        shape = cut(shape, window)
    return shape


def _cavities(rng: np.random.Generator, plan: Plan, shape: Outline) -> list[Part]:
    """What is hollow: all of the front, the lower half of the rear, a thin bore through the dense rear."""
    length, h, wall = plan.length, plan.height, plan.slide_wall
    material = plan.slide_material
    breech = length - plan.barrel - rng.uniform(0.0, 6.0)
    room = plan.width - 2.0 * wall
    front = bar(breech, length - rng.uniform(2.5, 6.0), 0.0, h - rng.uniform(2.2, 4.2))
    rear = bar(rng.uniform(4.0, 8.0), breech, 0.0, rng.uniform(0.28, 0.45) * h)
    core = bar(rng.uniform(6.0, 16.0), breech - rng.uniform(3.0, 8.0), 0.5 * h, h - 2.5)
    parts = hole(within(merged(front, rear), shape), room, material=material, role=ROLE)
    # Beside its middle the rear is as thin as the rest; the middle stays a core of some millimetres.
    half = room * rng.uniform(0.26, 0.38)
    for side in (-1.0, 1.0):
        y = side * (room / 2.0 - half / 2.0)
        parts += hole(within(core, shape), half, material=material, role=ROLE, y=y)
    z = 0.72 * h
    parts += [
        hollow(part)
        for part in turned([(5.0, 1.9), (breech - 2.0, 1.9)], material=material, role=ROLE, z=z, sides=10)
    ]  # fmt: skip
    return parts


def _serrations(rng: np.random.Generator, plan: Plan) -> list[Part]:
    """Grooves to grasp it by: at the rear, sometimes at the front too; upright or slanted."""
    pitch, slant = rng.uniform(2.2, 4.5), rng.uniform(-18.0, 18.0)
    deep = min(0.9, 0.45 * plan.slide_wall)
    low, high = rng.uniform(0.1, 0.3) * plan.height, rng.uniform(0.75, 0.88) * plan.height
    groups = [(rng.uniform(7.0, 12.0), int(rng.integers(4, 12)))]
    if rng.random() < 0.3:
        groups.append((plan.length * rng.uniform(0.76, 0.82), int(rng.integers(4, 8))))
    groove = slanted(bar(-0.3 * pitch, 0.3 * pitch, low, high), slant, (0.0, 0.5 * plan.height))
    one = hole(groove, deep, material=plan.slide_material, role=ROLE)
    y = plan.width / 2.0 - deep / 2.0
    places = [
        (start + pitch * k, side * y, 0.0) for start, count in groups for k in range(count) for side in (-1.0, 1.0)
    ]
    return repeat(one, places)


def _port(rng: np.random.Generator, plan: Plan, shape: Outline) -> list[Part]:
    """The ejection port: one side's wall is away, and so is a part of the top."""
    x = plan.length - plan.barrel
    port = bar(
        x + rng.uniform(-4.0, 2.0), x + rng.uniform(24.0, 34.0), rng.uniform(0.4, 0.6) * plan.height, plan.height - 0.6
    )
    y = plan.width / 2.0 - plan.slide_wall / 2.0
    return hole(within(port, shape), plan.slide_wall, material=plan.slide_material, role=ROLE, y=y)


def _small_steel(rng: np.random.Generator, plan: Plan) -> list[Part]:
    """The dark specks: pins, a claw along the side, a safety lever."""
    h, w = plan.height, plan.width
    breech = plan.length - plan.barrel
    claw = outline(
        [(breech - 28.0, 0.6 * h), (breech + 3.0, 0.58 * h), (breech + 3.0, 0.72 * h), (breech - 28.0, 0.7 * h)]
    )
    parts = plate(claw, 2.4, material="steel", role=ROLE, y=0.5 * w - 1.0)
    places = np.stack([rng.uniform(6.0, breech, 3), rng.uniform(0.35, 0.8, 3) * h], axis=1)
    parts += pins(places, rng.uniform(0.9, 1.8), w - 2.0, role=ROLE)
    if rng.random() < 0.4:
        x, z = rng.uniform(9.0, 16.0), rng.uniform(0.35, 0.6) * h
        lever = outline([(x - 4.0, z - 3.0), (x + 12.0, z - 1.0), (x + 13.0, z + 2.5), (x - 3.0, z + 4.0)], radius=2.0)
        parts += [
            *plate(lever, w + 6.0, material="steel", role=ROLE),
            *hole(lever, w - 1.0, material="steel", role=ROLE),
        ]
    return parts


def sights(rng: np.random.Generator, length: float, top: float, role: str) -> list[Part]:
    """A notched block behind and a blade in front; low ones, ramps, and tall ones that can be set."""
    tall = rng.uniform(2.0, 5.5)
    back = rng.uniform(6.0, 14.0)
    rear = outline(
        [(back - 5.0, top - 1.5), (back + 7.0, top - 1.5), (back + 4.0, top + tall), (back - 3.0, top + tall)]
    )
    x = length - rng.uniform(7.0, 15.0)
    front = outline([(x - 7.0, top - 2.0), (x + 4.0, top - 2.0), (x + 2.0, top + tall), (x - 1.0, top + tall)])
    wide = rng.uniform(11.0, 17.0)
    return [
        *plate(rear, wide, material="steel", role=role),
        *hole(bar(back - 6.0, back + 8.0, top + 0.4, top + tall), 3.4, material="steel", role=role),
        *plate(front, rng.uniform(2.8, 4.0), material="steel", role=role),
    ]
