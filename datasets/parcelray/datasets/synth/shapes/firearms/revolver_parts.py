"""Parts of revolvers: the drum with its ring of holes, barrel and rib, the frame with its window, grips."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from parcelray.datasets.synth.geometry.placing import move
from parcelray.datasets.synth.geometry.shape import Part
from parcelray.datasets.synth.shapes.firearms.cartridges import (
    REVOLVER_ROUNDS,
    SMALL_ROUNDS,
    Round,
    any_round,
    cartridge,
)
from parcelray.datasets.synth.shapes.firearms.outlines import (
    Outline,
    bar,
    cut,
    disc,
    flowing,
    inset,
    line,
    merged,
    outline,
    ring,
    stroke,
    within,
)
from parcelray.datasets.synth.shapes.firearms.plates import (
    bored,
    hole,
    hollow_body,
    lengthwise,
    pins,
    plate,
    turned,
)

FRAME, BARREL = "frame", "barrel"


@dataclass(frozen=True)
class RevolverPlan:
    """Measures: the drum's axis is x, its middle the origin.

    Attributes:
        material: of the frame.
        radius: of the drum.
        drum: its length.
        holes: how many.
        rounds: what fits them.
        barrel: length.
        barrel_radius: near the muzzle.
        bore_z: height of the barrel over the drum's axis.
        width: of the frame.
        wall: of the frame's sides.
    """

    material: str
    radius: float
    drum: float
    holes: int
    rounds: Round
    barrel: float
    barrel_radius: float
    bore_z: float
    width: float
    wall: float


def draw_revolver(rng: np.random.Generator, barrel: tuple[float, float], *, large: float = 0.6) -> RevolverPlan:
    """Random proportions: a barrel within a range of lengths, and how often the drum is a large one."""
    rounds = any_round(rng, REVOLVER_ROUNDS if rng.random() < 0.8 else SMALL_ROUNDS)
    radius = max(rng.uniform(16.5, 20.5) * (1.0 if rng.random() < large else 0.9), 2.0 * rounds.radius + 4.6)
    return RevolverPlan(
        material=str(rng.choice(["steel", "steel", "stainless", "zinc", "aluminium"], p=[0.4, 0.15, 0.25, 0.15, 0.05])),
        radius=radius,
        drum=max(rng.uniform(32.0, 46.0), rounds.length + 1.0),
        holes=int(rng.choice([5, 6, 6, 6, 7, 8])) if rounds.radius < 4.0 else int(rng.choice([5, 6, 6])),
        rounds=rounds,
        barrel=rng.uniform(*barrel),
        barrel_radius=rng.uniform(5.6, 8.2),
        bore_z=0.62 * radius,
        width=rng.uniform(12.0, 17.0),
        wall=rng.uniform(1.6, 3.0),
    )


def drum_parts(rng: np.random.Generator, plan: RevolverPlan) -> list[Part]:
    """Seen along its axis a ring of holes, with flutes between them; cartridges in all, some or none."""
    r, n, half = plan.radius, plan.holes, plan.drum / 2.0
    # Holes as near the rim as a thin wall allows.
    around = r - plan.rounds.radius - 1.8
    angles = 2.0 * np.pi * np.arange(n) / n + np.pi / 2.0
    holes = [disc(around * np.cos(a), around * np.sin(a), plan.rounds.radius + 0.25, points=14) for a in angles]
    section: Outline = cut(disc(0.0, 0.0, r, points=40), *holes, disc(0.0, 0.0, 2.6, points=10))
    parts: list[Part] = []
    material = "steel" if plan.material == "aluminium" else plan.material
    if rng.random() < 0.8:
        between = angles + np.pi / n
        flutes = [disc((r + 3.0) * np.cos(a), (r + 3.0) * np.sin(a), rng.uniform(4.5, 6.0), points=12) for a in between]
        split = half * rng.uniform(-0.4, 0.0)
        parts += lengthwise(section, -half, split, material=material, role=FRAME)
        parts += lengthwise(cut(section, *flutes), split, half, material=material, role=FRAME, bevel=1.6)
    else:
        parts += lengthwise(section, -half, half, material=material, role=FRAME)
    parts += turned([(-half - 3.0, 2.2), (half + 6.0, 2.2)], material="steel", role=FRAME, sides=10)
    filled = float(rng.choice([0.0, 0.0, 0.7, 1.0]))
    for a in angles:
        if rng.random() < filled:
            at = (-half, around * np.cos(a), around * np.sin(a))
            parts += move(cartridge(plan.rounds, role=FRAME, spent=rng.random() < 0.15), at)
    return parts


def barrel_of_revolver(rng: np.random.Generator, plan: RevolverPlan, *, western: bool) -> list[Part]:
    """Round or ribbed barrel with its sights; below it a rod, sometimes in a lug."""
    x0, x1, z, r = plan.drum / 2.0 + 1.0, plan.drum / 2.0 + 1.0 + plan.barrel, plan.bore_z, plan.barrel_radius
    bore = min(plan.rounds.front, r - 1.5)
    material = "steel" if plan.material == "aluminium" else plan.material
    common: dict[str, Any] = {"material": material, "role": BARREL}
    parts = bored(
        [(x0, r + 1.4), (x0 + 10.0, r + 1.2), (x1 - 2.0, r - 0.3), (x1, r - 1.0)], bore, z=z, sides=16, **common
    )
    top = z + r
    if western:
        rod = bored([(x0 + 4.0, 3.6), (x0 + 0.75 * plan.barrel, 3.6)], 2.4, z=z - r - 4.0, y=4.0, sides=10, **common)
        parts += [*rod, *plate(bar(x1 - 14.0, x1 - 4.0, top - 1.0, top + rng.uniform(4.0, 8.0)), 2.4, **common)]
        return parts
    rib: Outline = outline([(x0, top - 1.5), (x1 - 1.0, top - 1.5), (x1 - 1.0, top + 4.5), (x0, top + 4.5)], radius=1.0)
    if rng.random() < 0.45 and plan.barrel > 80.0:
        gaps = np.arange(x0 + 12.0, x1 - 20.0, rng.uniform(16.0, 28.0))
        rib = cut(rib, *(bar(x, x + 10.0, top - 0.2, top + 2.4) for x in gaps))
    parts += plate(rib, rng.uniform(3.0, 5.5), **common)
    ramp = outline(
        [(x1 - 26.0, top + 3.0), (x1 - 3.0, top + 3.0), (x1 - 4.0, top + rng.uniform(7.0, 10.0)), (x1 - 8.0, top + 9.0)]
    )
    parts += plate(ramp, 3.2, material="steel", role=BARREL)
    lug_end = x1 - 1.0 if rng.random() < 0.4 else x0 + rng.uniform(0.35, 0.75) * plan.barrel
    lug = outline(
        [
            (x0, z - r + 1.0),
            (lug_end, z - r + 1.0),
            (lug_end + 2.0, z - r - 3.0),
            (lug_end - 4.0, z - r - 10.0),
            (x0, z - r - 11.0),
        ],
        radius=2.5,
    )
    parts += hollow_body(lug, rng.uniform(9.0, 13.0), rng.uniform(1.2, 2.4), rim=2.0, bevel=1.5, **common)
    parts += turned([(x0, 2.0), (lug_end - 3.0, 2.0)], z=z - r - 5.5, sides=8, **common)
    return parts


def lower_parts(
    rng: np.random.Generator, plan: RevolverPlan, *, grip_scale: float, western: bool, top: bool
) -> list[Part]:
    """Frame with its window, lock plate, guard, trigger, hammer and grip."""
    grip = _grip_outline(rng, plan, grip_scale, western=western)
    frame, window = _frame_outline(rng, plan, top=top)
    solid = cut(frame, window)
    common: dict[str, Any] = {"material": plan.material, "role": FRAME}
    lock_zone = bar(-plan.drum / 2.0 - 40.0, plan.drum / 2.0 - 4.0, -plan.radius - 24.0, plan.radius - 2.0)
    cavity = within(inset(solid, 3.0), lock_zone)
    parts = plate(solid, plan.width, bevel=1.6, round_share=0.15, **common)
    parts += hole(cavity, plan.width - 2.0 * plan.wall, **common)
    parts += _lock(rng, plan)
    parts += _bow(rng, plan, merged(frame, grip))
    parts += _hammer(rng, plan, western=western)
    return parts + _grip(rng, plan, grip, solid, western=western)


def _frame_outline(rng: np.random.Generator, plan: RevolverPlan, *, top: bool) -> tuple[Outline, Outline]:
    """The frame from the side, and the window where the drum sits."""
    half, r = plan.drum / 2.0, plan.radius
    crown = plan.bore_z + plan.barrel_radius + rng.uniform(2.0, 6.0)
    rear, front = -half - rng.uniform(20.0, 30.0), half + rng.uniform(7.0, 13.0)
    frame = outline([
        (front, crown - 1.0, 3.0), (-half - 4.0, crown + rng.uniform(-1.0, 1.5), 8.0), (rear + 10.0, crown - 8.0, 8.0),
        (rear + 4.0, 6.0, 8.0), (rear - 2.0, -6.0, 10.0), (rear - 4.0, -r - 2.0, 8.0),
        (rear + 14.0, -r - rng.uniform(10.0, 16.0), 8.0),
        (0.0, -r - rng.uniform(9.0, 13.0), 8.0), (front - 2.0, -r - rng.uniform(4.0, 8.0), 5.0),
        (front + 1.0, 0.0, 6.0),
    ])  # fmt: skip
    high = r + 0.3 if top else crown + 5.0
    return frame, outline([(-half, -r), (half + 0.5, -r), (half + 0.5, high), (-half, high)], radius=1.5)


def _grip_outline(rng: np.random.Generator, plan: RevolverPlan, scale: float, *, western: bool) -> Outline:
    """Bird's head, square, flared or hooked."""
    x, z = -plan.drum / 2.0 - 4.0, -plan.radius
    length, bend = 82.0 * scale, rng.uniform(0.84, 1.1)
    if western or rng.random() < 0.35:
        points = [(x + 2, z - 4), (x - 14, z - 22), (x - 22, z - 42), (x - 28, z - length),
        (x - 48 * bend, z - length - 6),
                  (x - 62 * bend, z - 0.8 * length), (x - 48, z - 38), (x - 36, z - 10), (x - 24, z + 10),
                  (x - 8, z + 10)]  # fmt: skip
    else:
        swell = rng.uniform(-2.0, 6.0)
        points = [(x + 4, z - 8), (x - 6, z - 22), (x - 14 + swell, z - 42), (x - 16 + swell, z - 0.8 * length),
                  (x - 22, z - length), (x - 44 * bend, z - length - 3), (x - 58 * bend, z - length + 8),
                  (x - 50, z - 48),
                  (x - 38, z - 20), (x - 30, z + 6), (x - 12, z + 8)]  # fmt: skip
    return flowing([(x + (px - x) * scale, pz) for px, pz in points], 56)


def _grip(rng: np.random.Generator, plan: RevolverPlan, whole: Outline, frame: Outline, *, western: bool) -> list[Part]:
    """A thin metal loop; over it cheeks, a one-piece sleeve, or nothing at all."""
    grip = cut(whole, frame)
    loop = cut(ring(inset(whole, rng.uniform(0.3, 3.0)), rng.uniform(3.0, 6.0)), frame)
    parts = plate(loop, rng.uniform(8.0, 14.0), material=plan.material, role=FRAME)
    c = grip.centroid
    parts += plate(stroke([(c.x + 8.0, c.y + 24.0), (c.x - 6.0, c.y - 16.0)], 4.4), 4.4, material="steel", role=FRAME)
    look = rng.random()
    if look < 0.16 and not western:
        # Bare: cross bars where the panels' screws go.
        return parts + plate(
            within(bar(c.x - 30.0, c.x + 30.0, c.y - 2.0, c.y + 2.0), grip), 8.0, material=plan.material, role=FRAME
        )
    material = str(rng.choice(["wood", "rubber", "fr4", "zinc", "bone"], p=[0.3, 0.22, 0.14, 0.28, 0.06]))
    if material == "zinc":
        parts += hollow_body(grip, 24.0, 1.5, material="zinc", role=FRAME, rim=2.0, bevel=4.0, round_share=0.3)
    else:
        thick = rng.uniform(8.0, 13.0)
        for side in (-1.0, 1.0):
            y = side * (4.0 + thick / 2.0)
            parts += plate(grip, thick, material=material, role=FRAME, y=y, bevel=2.5, grain=0.04)
    return parts + pins([(c.x, c.y)], 2.4, 22.0, role=FRAME, sides=10)


def _lock(rng: np.random.Generator, plan: RevolverPlan) -> list[Part]:
    """Gross shapes behind the side plate, and its screws."""
    x, r = -plan.drum / 2.0, plan.radius
    block = flowing(
        [(x - 3, -2), (x - 14, 4), (x - 20, -8), (x - 14, -r - 2), (x - 2, -r - 7), (x + 8, -r - 6), (x, -r + 2)], 24
    )
    places = [(x - rng.uniform(4, 22), rng.uniform(-r - 8, 6)) for _ in range(3)] + [
        (x + rng.uniform(8, 30), -r - rng.uniform(3, 7))
    ]
    return [
        *plate(block, rng.uniform(3.0, 6.5), material="steel", role=FRAME),
        *pins(places, rng.uniform(1.6, 2.6), plan.width, role=FRAME),
    ]


def _bow(rng: np.random.Generator, plan: RevolverPlan, body: Outline) -> list[Part]:
    """The round guard with its trigger."""
    x, z = rng.uniform(-6.0, 6.0), -plan.radius - 14.0
    radius = rng.uniform(15.0, 19.0)
    bow = cut(ring(disc(x, z - 5.0, radius, flatten=rng.uniform(0.85, 1.08)), rng.uniform(2.2, 3.6)), body)
    blade = stroke(
        line([(x - 3.0, z + 8.0), (x - 1.0, z - 4.0), (x + rng.uniform(3.0, 7.0), z - 14.0)], 8), rng.uniform(2.6, 4.2)
    )
    return [
        *plate(bow, rng.uniform(6.0, 10.0), material=plan.material, role=FRAME, bevel=0.8),
        *plate(blade, 6.0, material="steel", role=FRAME),
    ]


def _hammer(rng: np.random.Generator, plan: RevolverPlan, *, western: bool) -> list[Part]:
    if rng.random() < 0.1 and not western:
        return []
    x, z = -plan.drum / 2.0 - 10.0, plan.bore_z - 4.0
    cocked = rng.uniform(0.0, 8.0)
    path = line(
        [
            (x, z - 8.0),
            (x - 6.0 - cocked, z + 6.0),
            (x - 12.0 - cocked, z + 12.0 - 0.4 * cocked),
            (x - 21.0 - cocked, z + rng.uniform(10.0, 16.0) - 0.6 * cocked),
        ],
        10,
    )
    return plate(stroke(path, rng.uniform(3.6, 5.6)), rng.uniform(6.0, 9.0), material="steel", role=FRAME, bevel=0.8)
