"""What pistols of older build show: a bare thin barrel, a round guard, a loop for a cord, cheeks on the handle."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.placing import move
from parcelray.datasets.synth.geometry.shape import Part
from parcelray.datasets.synth.geometry.solids import tube
from parcelray.datasets.synth.shapes.firearms.outlines import (
    Outline,
    cut,
    disc,
    inset,
    line,
    outline,
    ring,
    stroke,
    within,
)
from parcelray.datasets.synth.shapes.firearms.plates import bored, hollow_body, pins, plate

FRAME, BARREL = "frame", "barrel"


def exposed_barrel(rng: np.random.Generator, start: float, length: float, z: float, material: str) -> list[Part]:
    """A thin tapered barrel with a step at its root, a ring and a sight at its muzzle."""
    root, tip = rng.uniform(8.0, 9.5), rng.uniform(5.4, 6.8)
    x1 = start + length
    profile = [
        (start, root), (start + 13.0, root), (start + 16.0, root - 1.4),
        (start + 0.5 * length, 0.5 * (root + tip) - 0.6),
        (x1 - 17.0, tip), (x1 - 15.0, tip + 1.6), (x1 - 3.0, tip + 1.6), (x1, tip + 0.8),
    ]  # fmt: skip
    parts = bored(profile, rng.uniform(3.8, tip - 1.2), material=material, role=BARREL, z=z, sides=16)
    x = x1 - 9.0
    blade = outline(
        [(x - 6.0, z + tip), (x + 5.0, z + tip), (x + 1.5, z + tip + rng.uniform(5.0, 8.0)), (x - 2.0, z + tip + 5.0)]
    )
    return parts + plate(blade, 4.0, material="steel", role=BARREL)


def round_guard(
    rng: np.random.Generator, middle: tuple[float, float], radius: float, material: str, body: Outline
) -> list[Part]:
    """A round guard of thin metal below a body, with its trigger."""
    x, z = middle
    bow = cut(ring(disc(x, z - 0.5 * radius, radius, flatten=rng.uniform(0.86, 1.05)), rng.uniform(2.4, 3.6)), body)
    curve = line(
        [(x - 3.0, z + 0.6 * radius), (x - 1.0, z - 0.3 * radius), (x + rng.uniform(3.0, 6.0), z - 0.95 * radius)], 8
    )
    return [
        *plate(bow, rng.uniform(7.0, 11.0), material=material, role=FRAME, bevel=0.8),
        *plate(stroke(curve, rng.uniform(2.4, 3.6)), 6.0, material="steel", role=FRAME),
    ]


def lanyard_loop(at: tuple[float, float], radius: float, role: str) -> list[Part]:
    """A wire ring, somewhat turned out of the plane."""
    t = np.linspace(0.0, 2.0 * np.pi, 19)
    path = np.stack([at[0] + 0.7 * radius * np.cos(t), 0.3 * radius * np.cos(t), at[1] + radius * np.sin(t)], axis=1)
    return move(tube(path, 1.5, material="steel", sides=5), role=role)


def two_cheeked_handle(rng: np.random.Generator, handle: Outline, material: str) -> list[Part]:
    """A metal core with cheeks of wood, or all of metal."""
    core = inset(handle, 2.0)
    parts = plate(ring(core, 3.0), 14.0, material=material, role=FRAME)
    if rng.random() < 0.6:
        cheeks = str(rng.choice(["wood", "nylon", "rubber"]))
        parts += plate(handle, 10.0, material=cheeks, role=FRAME, y=9.0, bevel=4.0)
        parts += plate(handle, 10.0, material=cheeks, role=FRAME, y=-9.0, bevel=4.0)
    else:
        parts += hollow_body(handle, 26.0, 1.5, material=material, role=FRAME, rim=2.0, bevel=4.0, round_share=0.3)
    c = handle.centroid
    return parts + pins([(c.x, c.y)], 2.6, 26.0, role=FRAME, sides=10)


def grip_plates(rng: np.random.Generator, frame: Outline, width: float, zone: Outline) -> list[Part]:
    """Thin cheeks on the sides of a grip."""
    if rng.random() < 0.25:
        return []
    area = within(inset(frame, 4.0), zone)
    material = str(rng.choice(["wood", "nylon", "wood", "aluminium", "abs"]))
    thick = rng.uniform(2.5, 5.0) if material != "aluminium" else 2.0
    y = width / 2.0 + thick / 2.0 - 1.0
    parts = [
        part
        for side in (-1.0, 1.0)
        for part in plate(area, thick, material=material, role=FRAME, y=side * y, bevel=1.5)
    ]
    if not area.is_empty:
        c = area.centroid
        parts += pins([(c.x, c.y)], 2.4, width + 4.0, role=FRAME, sides=10)
    return parts
