"""Hand tools: wrenches, pliers, screwdrivers, hammers, saws."""

from __future__ import annotations

import numpy as np
from shapely import affinity

from parcelray.datasets.synth.geometry.placing import hollow, move, of, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import cylinder, extrude, lathe, pipe, rounded, tube
from parcelray.datasets.synth.shapes.clutter.hard.forms import (
    angular,
    chance,
    disc,
    domed,
    flowing,
    pick,
    screws,
    slab,
    softened,
    spring,
    stroke,
)
from parcelray.datasets.synth.shapes.kind import Kind


def wrench(rng: np.random.Generator) -> Shape:
    """A combination, double-open or ring spanner, forged, with a sunk shank."""
    size = rng.uniform(8, 24)
    length, thickness = 60 + 8 * size, 3.0 + 0.18 * size
    half, width = length / 2.0, 0.75 * size
    waist = flowing(
        [
            (-half, width * 0.6),
            (0, width * 0.4),
            (half, width * 0.6),
            (half, -width * 0.6),
            (0, -width * 0.4),
            (-half, -width * 0.6),
        ]
    )
    flat = softened(waist.union(disc(size, (-half, 0))).union(disc(size * 0.95, (half, 0))), 0.2 * size)
    style = pick(rng, "combination", "open", "ring")
    for sign, opens in ((-1, style != "ring"), (1, style == "open")):
        if opens:
            mouth = slab(0, -size / 2, 1.6 * size, size / 2)
            mouth = affinity.translate(affinity.rotate(mouth, 15, origin=(0, 0)), -0.15 * size, 0)
            flat = flat.difference(
                affinity.translate(mouth if sign > 0 else affinity.scale(mouth, -1, -1, origin=(0, 0)), sign * half, 0)
            )
        else:
            flat = flat.difference(disc(size / 2, (sign * half, 0), 3))
    parts = domed(flat, thickness, 0.12 * size, material="steel")
    panel = rounded(0.55 * length, 0.35 * width, 2.0)
    parts += [
        hollow(extrude(panel, 0.18 * thickness, (0, 0, z), material="steel"))
        for z in (-0.1 * thickness, 0.1 * thickness)
    ]
    return shape("wrench", parts)


def adjustable_wrench(rng: np.random.Generator) -> Shape:
    """An adjustable wrench: a heavy head, a jaw on a rack, the worm that moves it."""
    length = rng.uniform(130, 300)
    head = 0.14 * length
    gap = rng.uniform(0.05, 0.7) * head
    thickness = rng.uniform(0.03, 0.045) * length
    handle = stroke([(0.1 * length, 0), (0.45 * length, -0.01 * length), (length, 0)], 0.085 * length)
    fixed = flowing(
        [
            (0, -head),
            (0.12 * length, -head * 0.9),
            (0.3 * length, -0.05 * length),
            (0.32 * length, 0.05 * length),
            (0.2 * length, head * 0.55),
            (0.05 * length, head),
            (-0.16 * length, head * 1.25),
            (-0.17 * length, head * 0.7),
            (0, head * 0.3),
        ]
    )
    flat = handle.union(fixed).difference(disc(0.02 * length, (0.93 * length, 0)))
    flat = flat.difference(slab(0.06 * length, -0.5 * head, 0.13 * length, 0.25 * head))
    jaw = angular(
        [
            (-0.17 * length, -gap),
            (0.0, -gap),
            (0.06 * length, -gap - 0.45 * head),
            (-0.02 * length, -gap - head),
            (-0.12 * length, -gap - 0.6 * head),
        ],
        1.0,
    )
    parts = domed(flat, thickness, 0.02 * length, material="steel")
    parts += domed(affinity.translate(jaw, 0, 0.7 * head), 0.75 * thickness, 0.015 * length, material="steel")
    parts += spring(0.024 * length, 0.09 * length, 5, 0.012 * length, (0.095 * length, -0.12 * head, 0), axis="y")
    parts.append(cylinder(0.014 * length, 0.1 * length, (0.095 * length, -0.12 * head, 0), material="steel", axis="y"))
    if chance(rng, 0.4):
        grip = stroke([(0.5 * length, 0), (0.95 * length, 0)], 0.13 * length)
        parts.append(extrude(grip.difference(handle), thickness * 1.4, material="rubber"))
    return shape("adjustable_wrench", parts)


def pliers(rng: np.random.Generator) -> Shape:
    """Combination, needle-nose or cutting pliers: two crossed levers, dipped grips, a rivet."""
    length = rng.uniform(120, 230)
    nose = pick(rng, 0.1, 0.22, 0.36) * length
    spread = rng.uniform(2, 14)
    half = 0.055 * length
    thickness = rng.uniform(6, 10)
    arm = flowing(
        [
            (-0.02 * length, half),
            (-nose * 0.6, half * 0.75),
            (-nose, half * 0.3),
            (-nose, 0.4),
            (-0.02 * length, -0.2),
            (0.12 * length, -half * 0.9),
            (0.4 * length, -half * 1.6),
            (0.62 * length, -half * 1.4),
            (0.62 * length, -half * 0.9),
            (0.35 * length, -half * 0.9),
            (0.1 * length, -half * 0.1),
        ]
    )
    grip_path = [(0.18 * length, -half * 1.0), (0.38 * length, -half * 1.35), (0.63 * length, -half * 1.2)]
    handle = stroke(grip_path, half * 1.25)
    soft, metal = pick(rng, "pvc", "rubber", "abs"), "steel"
    parts: list[Part] = []
    for sign in (1.0, -1.0):
        lever = domed(arm, thickness * 0.62, 1.5, (0, 0, sign * thickness * 0.16), material=metal)
        lever.append(extrude(handle.difference(arm), thickness * 1.1, material=soft))
        mirror = np.diag([1.0, sign, sign])
        parts += move(lever, turned=turn("z", sign * spread / 2.0) @ mirror)
    parts += screws([(0, 0, 0)], half * 0.35, thickness * 1.3)
    if chance(rng, 0.3):
        parts += spring(3.0, 0.05 * length, 4, 1.0, (0.16 * length, 0, 0), axis="y")
    return shape("pliers", parts)


def _screwdriver_parts(rng: np.random.Generator, length: float, radius: float) -> list[Part]:
    """One screwdriver along x, its tip at 0."""
    blade, grip = rng.uniform(0.45, 0.65) * length, radius * 3.4
    profile = [(0.3, 0), (radius * 1.1, 3), (radius, 7), (radius, blade)]
    parts = [lathe(profile, material="steel", axis="x", sides=10)]
    handle = np.array([(1.0, 0), (0.62, 0.1), (0.75, 0.25), (1.0, 0.5), (0.95, 0.85), (0.6, 1.0)])
    outer = handle * [grip, length - blade] + [0, blade]
    material = pick(rng, "pmma", "polypropylene", "abs", "wood")
    parts.append(lathe(outer, material=material, axis="x", sides=12))
    inserted = cylinder(
        radius, 0.5 * (length - blade), (blade + 0.25 * (length - blade), 0, 0), material="steel", axis="x", sides=10
    )
    parts.append(inserted)
    parts.append(hollow(of(inserted, material)))
    return parts


def screwdrivers(rng: np.random.Generator) -> Shape:
    """One to six screwdrivers beside each other, or in a rack."""
    parts: list[Part] = []
    count = pick(rng, 1, 1, 2, 3, 6)
    for i in range(count):
        driver = _screwdriver_parts(rng, rng.uniform(120, 260), rng.uniform(1.6, 4.0))
        parts += move(
            driver, (rng.uniform(-15, 15), 26.0 * i, 0), turned=turn("z", rng.normal(0, 4 if count > 3 else 9))
        )
    return shape("screwdrivers", parts)


def hammer(rng: np.random.Generator) -> Shape:
    """A hammer: a forged head with a face and a pane or claw, on a shaft of wood, fibre or steel."""
    reach = rng.uniform(45, 65)
    girth = rng.uniform(10, 16)
    profile = [
        (girth * 0.95, -reach),
        (girth, -reach + 3),
        (girth, -reach + 15),
        (girth * 0.7, -reach + 22),
        (girth * 0.9, -12),
        (girth * 0.9, 12),
    ]
    parts = [lathe(profile, material="steel", axis="x", sides=16)]
    if chance(rng, 0.5):
        claw = flowing(
            [
                (12, girth),
                (30, girth * 0.8),
                (reach, -girth * 0.4),
                (reach + 4, -girth),
                (28, -girth * 0.2),
                (12, -girth),
            ]
        )
        parts += [extrude(claw, girth * 0.5, (0, 0, z), material="steel") for z in (-girth * 0.55, girth * 0.55)]
    else:
        wedge = angular([(12, girth * 0.9), (reach, 2), (reach, -2), (12, -girth * 0.9)])
        parts.append(extrude(wedge, 1.7 * girth, material="steel"))
    shaft = rng.uniform(210, 320)
    material = pick(rng, "wood", "wood", "steel", "carbon_fibre")
    thin = 0.55 if material == "steel" else 0.85
    heights = np.array([-shaft, -0.95 * shaft, -0.6 * shaft, -0.25 * shaft, -girth])
    radii = girth * thin * np.array([0.9, 1.15, 1.05, 0.75, 0.8])
    handle = lathe(np.stack([radii, heights], -1), material=material, axis="y", sides=14)
    parts += move(handle, scale=(1.15, 1.0, 0.85))
    if material != "wood":
        parts += [pipe(girth * 1.25, girth * 1.2, 0.42 * shaft, (0, -0.76 * shaft, 0), material="rubber", axis="y")]
    return shape("hammer", parts)


def saw(rng: np.random.Generator) -> Shape:
    """A hand saw with teeth, or a hack saw: a thin blade in a bow."""
    length = rng.uniform(250, 400)
    if chance(rng, 0.5):
        teeth = int(length / rng.uniform(4, 7))
        x = np.repeat(np.linspace(0, length, teeth + 1), 2)[1:-1]
        edge = np.column_stack([x, np.tile([0.0, -3.0], teeth)])
        blade = np.vstack([edge, [(length, 35), (20, 95), (0, 95)]])
        handle = flowing([(0, 100), (-30, 108), (-80, 90), (-105, 30), (-85, -8), (-40, 5), (5, -4)])
        handle = handle.difference(flowing([(-22, 82), (-70, 65), (-72, 30), (-30, 25)], 20))
        parts = [extrude(blade, 1.0, material="steel")]
        parts += domed(handle, rng.uniform(18, 26), 6, material=pick(rng, "wood", "abs"))
        parts += screws([(-12, 50, 0), (-12, 15, 0), (-14, 90, 0)], 2.5, 24, material="brass")
        return shape("saw", parts)
    height = rng.uniform(70, 100)
    bow = np.array([(-30, 0), (-20, 0.7 * height), (10, height), (length, height), (length, -8)])
    path = np.column_stack([bow, np.zeros(len(bow))])
    parts = [tube(path, 5.0, material="steel", sides=6, wall=1.0)]
    parts.append(extrude(slab(-10, -13, length, 0), 0.8, material="steel"))
    grip = flowing([(-15, 12), (-45, 10), (-75, -80), (-50, -90), (-25, -40)])
    parts += domed(grip, 24, 6, material=pick(rng, "abs", "aluminium"))
    parts += screws([(-8, -6, 0), (length, -6, 0)], 2.5, 16)
    return shape("saw", parts)


KINDS: tuple[Kind, ...] = (
    Kind("wrench", None, wrench, 2.0),
    Kind("adjustable_wrench", None, adjustable_wrench, 0.8),
    Kind("pliers", None, pliers, 2.0),
    Kind("screwdrivers", None, screwdrivers, 1.5),
    Kind("hammer", None, hammer, 0.8),
    Kind("saw", None, saw, 0.4),
)
