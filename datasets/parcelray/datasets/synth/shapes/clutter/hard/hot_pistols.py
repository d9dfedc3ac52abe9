"""Benign things that are held like a pistol and heat: dryers, hot-air guns, glue guns, soldering guns.

Their outlines run along x, the muzzle to the right, the grip down.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.geometry.curves import smooth
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, cylinder, extrude, lathe, pipe, tube
from parcelray.datasets.synth.shapes.clutter.hard.forms import (
    angular,
    chance,
    disc,
    domed,
    flowing,
    oval_rod,
    pick,
    screws,
    skin,
    slab,
    softened,
    spring,
    stroke,
    varied,
    wobbled,
)
from parcelray.datasets.synth.shapes.electronics import coil_parts, motor_parts, wire_parts
from parcelray.datasets.synth.shapes.kind import Kind


def grip_path(rng: np.random.Generator, length: float, at: tuple[float, float]) -> NDArray[np.float64]:
    """The slightly bent centre line of a grip that leans back: (12, 2) mm, from the top down."""
    lean = rng.uniform(-0.05, 0.4)
    bend = rng.uniform(-0.08, 0.08) * length
    corners = np.array([(0.0, 0.0), (-0.5 * lean * length + bend, -0.5 * length), (-lean * length, -length)])
    return smooth(corners + np.asarray(at), 12)


def mains_lead(rng: np.random.Generator, start: tuple[float, float], reach: float = 90.0) -> list[Part]:
    """A mains lead that leaves a grip and lies in loops beside it: two cores in one jacket."""
    x, y = start
    corners = np.array([(x, y, 0), (x - 0.1 * reach, y - 0.3 * reach, 0)])
    loose = rng.uniform([-0.6, -0.3, -0.15], [0.6, 1.0, 0.15], (5, 3)) * reach + [x - reach, y, 0.0]
    path = smooth(np.vstack([corners, loose]), 60)
    beside = np.array([0.0, 0.0, 1.3])
    parts = [tube(path + side, 0.7, material="copper", sides=4) for side in (beside, -beside)]
    return [*parts, tube(path, 3.0, material="pvc", sides=6, wall=0.8)]


def hair_dryer(rng: np.random.Generator) -> Shape:
    """A hair dryer: a barrel with a heating coil on mica and a fan, a nozzle, a switch in the grip, a lead."""
    radius, length = rng.uniform(26, 42), rng.uniform(120, 200)
    wall = skin(rng)
    waist = rng.uniform(0.75, 1.0)
    profile = np.array([(0.5, 0.0), (0.95, 0.03), (1.0, 0.2), (waist, 0.55), (0.8, 0.8), (0.72, 1.0)]) * [
        radius,
        length,
    ]
    parts = [lathe(profile - [0, 0.35 * length], material="nylon", axis="x", wall=wall)]
    grip = grip_path(rng, rng.uniform(95, 135), (0, -0.7 * radius))
    parts.append(oval_rod(grip, np.linspace(18, 15, 12), 0.85, material="nylon", wall=wall))
    parts += motor_parts(rng.uniform(11, 15), 32, (-0.15 * length, 0, 0), turn("y", 90))
    parts.append(pipe(0.9 * radius, 0.86 * radius, 22, (-0.2 * length, 0, 0), material="nylon", axis="x"))
    parts += _fan_blades(0.85 * radius, (-0.22 * length, 0, 0))
    coil = spring(0.58 * radius, 0.36 * length, 16, 0.8, (0.3 * length, 0, 0), axis="x", material="nickel")
    parts += coil + spring(0.4 * radius, 0.36 * length, 12, 0.8, (0.3 * length, 0, 0), axis="x", material="nickel")
    parts += [
        box((0.42 * length, 1.1 * radius, 0.6), (0.3 * length, 0, 0), material="ceramic"),
        box((0.42 * length, 0.6, 1.1 * radius), (0.3 * length, 0, 0), material="ceramic"),
    ]
    parts.append(pipe(0.7 * radius, 0.67 * radius, 0.4 * length, (0.32 * length, 0, 0), material="ceramic", axis="x"))
    parts += _grille(0.72 * radius, (-0.33 * length, 0, 0))
    middle = grip[4]
    parts += [
        box((12, 24, 9), (*middle, 0), material="abs"),
        box((3, 20, 5), (middle[0] + 2, middle[1], 0), material="copper"),
    ]
    parts += screws([(*grip[7], 0), (*grip[2], 0)], 1.5, 18, axis="z")
    parts += wire_parts(np.column_stack([grip, np.full(12, 3.0)]), 0.8)
    if chance(rng, 0.5):
        nozzle = [(0.7 * radius, 0), (0.66 * radius, 12), (0.3 * radius, 45)]
        cone = lathe(nozzle, (0.64 * length, 0, 0), material="nylon", axis="x", wall=wall)
        parts += move(cone, scale=(1.0, 1.3, 0.7))
    if chance(rng, 0.7):
        parts += mains_lead(rng, (float(grip[-1, 0]), float(grip[-1, 1])))
    return shape("hair_dryer", varied(rng, parts))


def _fan_blades(radius: float, at: tuple[float, float, float]) -> list[Part]:
    """Seven slanting blades around the x axis."""
    blade = box((9, 0.8 * radius, 1.2), (0, 0.55 * radius, 0), material="nylon")
    tilted = move(blade, turned=turn("y", 35))
    return [part for i in range(7) for part in move(tilted, at, turned=turn("x", 360 / 7 * i))]


def _grille(radius: float, at: tuple[float, float, float]) -> list[Part]:
    """A wire guard of rings across the x axis."""
    return [
        pipe(share * radius, share * radius - 1.2, 1.2, at, material="steel", axis="x")
        for share in (1.0, 0.72, 0.44, 0.2)
    ]


def heat_gun(rng: np.random.Generator) -> Shape:
    """A hot-air gun: steel nozzle pipe around a ceramic heater, motor behind, trigger, lead."""
    radius, length = rng.uniform(28, 36), rng.uniform(90, 130)
    wall = skin(rng)
    profile = np.array([(0.6, -0.5), (1.0, -0.42), (1.0, 0.1), (0.75, 0.5)]) * [radius, length]
    parts = [lathe(profile, material="abs", axis="x", wall=wall)]
    muzzle = rng.uniform(0.45, 0.55) * radius
    front = 0.5 * length
    parts.append(pipe(muzzle, muzzle - 0.8, 85, (front + 30, 0, 0), material="stainless", axis="x"))
    parts += [cylinder(0.7 * muzzle, 60, (front + 20, 0, 0), material="ceramic", axis="x")]
    parts += spring(0.75 * muzzle, 58, 14, 1.0, (front + 20, 0, 0), axis="x", material="nickel")
    parts += motor_parts(0.55 * radius, 42, (-0.2 * length, 0, 0), turn("y", 90))
    parts += _fan_blades(0.8 * radius, (0.12 * length, 0, 0))
    grip = grip_path(rng, rng.uniform(105, 130), (-0.1 * length, -0.8 * radius))
    parts.append(oval_rod(grip, np.linspace(20, 17, 12), 0.9, material="abs", wall=wall))
    switch = grip[2]
    parts += [box((22, 34, 14), (*switch, 0), material="abs"), box((4, 24, 8), (*switch, 0), material="copper")]
    parts += domed(
        angular([(0, 8), (9, 10), (7, -14), (0, -16)], 2), 12, 2, (switch[0] + 18, switch[1], 0), material="abs"
    )
    parts += screws(
        [(*grip[5], 0), (*grip[9], 0), (-0.3 * length, 0.5 * radius, 0), (0.2 * length, 0.5 * radius, 0)], 1.6, 20
    )
    parts += wire_parts(np.column_stack([grip, np.full(12, 4.0)]), 0.8)
    parts += mains_lead(rng, (float(grip[-1, 0]), float(grip[-1, 1])))
    return shape("heat_gun", varied(rng, parts))


def glue_gun(rng: np.random.Generator) -> Shape:
    """A hot-glue gun: stick of glue through an alloy melting block, brass nozzle, lever trigger."""
    scale = rng.uniform(0.7, 1.15)
    body = softened(slab(-65, -14, 45, 18).union(angular([(-60, -10), (-22, -10), (-34, -95), (-66, -92)])), 7)
    wall = skin(rng)
    parts = [extrude(body, 30, material="abs", wall=wall)]
    parts += [cylinder(5.5, rng.uniform(90, 190), (-55, 3, 0), material="polyethylene", axis="x")]
    parts.append(pipe(11, 5.6, 52, (18, 3, 0), material=pick(rng, "aluminium", "zinc"), axis="x"))
    parts.append(
        lathe([(11, 44), (9, 50), (5, 56), (2, 72)], (0, 3, 0), material=pick(rng, "brass", "aluminium"), axis="x")
    )
    parts += [box((32, 7, 14), (18, 17, 0), material="ceramic"), box((30, 2, 12), (18, 17, 0), material="aluminium")]
    parts.append(pipe(15, 13.5, 26, (38, 3, 0), material="silicone", axis="x"))
    trigger = flowing(wobbled(rng, [(-20, -14), (-8, -18), (-12, -45), (-20, -62), (-27, -60), (-24, -30)], 2.5))
    parts += domed(trigger, 14, 3, material="abs")
    parts += spring(3.0, 26, 9, 0.8, (-38, -22, 0), axis="x")
    link = stroke([(-20, -16), (-42, 2), (-55, 3)], 6)
    parts += [extrude(link, 3, (0, 0, z), material="steel") for z in (-8, 8)]
    parts += screws([(-55, -82, 0), (-45, -28, 0), (-58, 11, 0), (38, -9, 0)], 1.5, 18)
    parts += wire_parts(smooth([(12, 12, 6), (-30, 0, 9), (-48, -50, 6), (-52, -92, 0)], 20), 0.6)
    if chance(rng, 0.7):
        parts += mains_lead(rng, (-50, -94))
    return shape("glue_gun", varied(rng, move(parts, scale=scale)))


def soldering_gun(rng: np.random.Generator) -> Shape:
    """A pistol-shaped soldering iron: a transformer in the housing, two rods that hold a wire tip."""
    body = softened(slab(-60, -22, 35, 28).union(angular([(-58, -15), (-20, -15), (-26, -108), (-60, -108)])), 9)
    parts = [extrude(body, 44, material="abs", wall=skin(rng))]
    stack = pipe(19, 9, 26, (-8, 5, 0), material="steel", axis="x")
    parts += [stack, *coil_parts(17, 28, (-40, 5, 0), turn("y", 90), core="steel")]
    parts += [cylinder(4, 95, (70, y, 0), material="copper", axis="x", sides=10) for y in (12, -4)]
    parts.append(
        tube(smooth([(115, 12, 0), (140, 10, 0), (152, 4, 0), (140, -2, 0), (115, -4, 0)], 14), 1.4, material="copper")
    )
    parts += [
        extrude(disc(5, (-22, -35)).union(slab(-24, -48, -14, -30)), 14, material="abs"),
        box((18, 14, 12), (-36, -40, 0), material="abs"),
    ]
    parts += screws([(-50, -98, 0), (-50, 20, 0), (26, 20, 0), (26, -14, 0)], 1.7, 24)
    parts += wire_parts(smooth([(-30, -10, 5), (-40, -40, 5), (-42, -105, 0)], 14), 0.7) + mains_lead(rng, (-43, -108))
    return shape("soldering_gun", varied(rng, parts))


KINDS: tuple[Kind, ...] = (
    Kind("hair_dryer", None, hair_dryer, 2.0),
    Kind("heat_gun", None, heat_gun, 0.6),
    Kind("glue_gun", None, glue_gun, 1.0),
    Kind("soldering_gun", None, soldering_gun, 0.5),
)
