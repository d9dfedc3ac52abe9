"""Barrels of pistols with the spring below, as they show through the slide."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.shape import Part
from parcelray.datasets.synth.shapes.firearms.outlines import disc, outline
from parcelray.datasets.synth.shapes.firearms.plans import Plan
from parcelray.datasets.synth.shapes.firearms.plates import bored, coil_spring, hole, plate, turned

ROLE = "barrel"


def barrel_parts(rng: np.random.Generator, plan: Plan, *, forward: float = 0.0) -> list[Part]:
    """A barrel in its place: a block at its rear, a tube that may taper or widen at the muzzle, a lug below.

    Args:
        rng: decides.
        plan: the pistol's proportions.
        forward: how far it stands out of the slide.
    """
    r, z = plan.barrel_radius, plan.bore_z
    rear, muzzle = plan.length - plan.barrel, plan.length + forward
    material = "zinc" if plan.slide_material == "zinc" and rng.random() < 0.5 else "steel"
    swell = rng.uniform(-0.3, 0.7)
    profile = [
        (rear, r + 1.4),
        (rear + 24.0, r + 1.4),
        (rear + 27.0, r),
        (muzzle - 22.0, r - 0.2),
        (muzzle - 18.0, r + swell),
        (muzzle - 1.0, r + swell),
        (muzzle, r + swell - 1.0),
    ]
    parts = bored(profile, plan.bore, material=material, role=ROLE, z=z, sides=16)
    return parts + _block(rng, plan, rear, material)


def _block(rng: np.random.Generator, plan: Plan, rear: float, material: str) -> list[Part]:
    """The squarish rear end and the lug under it, with a hole across."""
    z, r = plan.bore_z, plan.barrel_radius
    x = rear + rng.uniform(12.0, 20.0)
    lug = outline(
        [(x - 6.0, z - r), (x + 10.0, z - r), (x + 7.0, z - r - rng.uniform(5.0, 9.0)), (x - 4.0, z - r - 7.0)],
        radius=1.5,
    )
    hood = outline(
        [(rear - 5.0, z + r - 1.0), (rear + 24.0, z + r - 1.0), (rear + 24.0, z + r + 2.2), (rear - 5.0, z + r + 2.2)]
    )
    return [
        *plate(lug, 7.0, material=material, role=ROLE),
        *hole(disc(x + 1.0, z - r - 3.4, 2.0, points=10), 7.0, material=material, role=ROLE),
        *plate(hood, rng.uniform(8.0, 13.0), material=material, role=ROLE),
    ]


def recoil_spring(rng: np.random.Generator, plan: Plan, role: str) -> list[Part]:
    """The coil and its rod below the barrel."""
    z = rng.uniform(-1.0, 3.0)
    start, end = plan.length - plan.barrel + rng.uniform(18.0, 28.0), plan.length - 5.0
    rod = rng.uniform(1.4, 2.6)
    parts = coil_spring(
        start,
        end,
        rng.uniform(3.4, 4.6),
        float(rng.choice([1.0, 1.2])),
        int((end - start) / rng.uniform(4.0, 6.0)),
        z=z,
        role=role,
    )
    rod_end = end if rng.random() < 0.6 else start + 0.4 * (end - start)
    rod_material = "steel" if rng.random() < 0.7 else "nylon"
    parts += turned(
        [(start - 3.0, 4.2), (start - 1.0, 4.2), (start - 1.0, rod), (rod_end, rod)],
        material=rod_material,
        role=role,
        z=z,
        sides=10,
    )
    return parts
