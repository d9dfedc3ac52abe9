"""Benign things that are held like a pistol and driven by hand: caulking guns, nozzles, sprays, tackers.

Their outlines run along x, the muzzle to the right, the grip down.
"""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.curves import smooth
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Shape, shape
from parcelray.datasets.synth.geometry.solids import box, cylinder, extrude, lathe, pipe, tube
from parcelray.datasets.synth.shapes.clutter.hard.forms import (
    chance,
    domed,
    flowing,
    pick,
    screws,
    slab,
    softened,
    spring,
    stroke,
    varied,
    vessel,
    wobbled,
)
from parcelray.datasets.synth.shapes.kind import Kind


def caulking_gun(rng: np.random.Generator) -> Shape:
    """A cartridge gun: half-pipe or rod frame, push rod with a hook, lever trigger, with or without a cartridge."""
    length = rng.uniform(190, 230)
    parts = [
        cylinder(
            4, 1.35 * length, (-0.2 * length + rng.uniform(0, 0.3) * length, 0, 0), material="steel", axis="x", sides=6
        )
    ]
    parts.append(cylinder(22, 2, (rng.uniform(10, 60), 0, 0), material="steel", axis="x"))
    if chance(rng, 0.5):
        parts.append(lathe([(26, 0), (26, length)], material="steel", axis="x", wall=0.8, sides=20))
    else:
        parts += [
            cylinder(3, length, (length / 2, y, z), material="steel", axis="x", sides=8)
            for y, z in ((24, 0), (-12, 21), (-12, -21))
        ]
    parts += [pipe(27, rng.uniform(10, 22), 2.0, (x, 0, 0), material="steel", axis="x") for x in (0, length)]
    housing = flowing(wobbled(rng, [(0, 20), (-30, 18), (-60, 6), (-55, -14), (-20, -22), (0, -20)], 2.5))
    parts.append(extrude(housing, 26, material=pick(rng, "steel", "aluminium"), wall=1.5))
    grip = softened(stroke([(-45, -2), (-72, -60), (-78, -105)], 20), 4)
    parts.append(extrude(grip, 20, material=pick(rng, "steel", "aluminium", "abs"), wall=1.5))
    parts.append(extrude(stroke([(-10, -10), (-34, -50), (-38, -108)], 13), 15, material="steel", wall=1.5))
    parts += spring(7, 30, 6, 1.8, (-22, 0, 0), axis="x")
    parts += [extrude(slab(-38, -12, -35, 12), 18, material="steel")]
    parts += screws([(-14, -10, 0), (-46, 4, 0)], 2.5, 24)
    hook = np.array([(-0.85 * length, 0, 0), (-0.9 * length, 0, 0), (-0.93 * length, -10, 0), (-0.92 * length, -32, 0)])
    parts.append(tube(hook, 3.5, material="steel", sides=6))
    if chance(rng, 0.55):
        parts.append(cylinder(23, 0.95 * length, (0.5 * length, 0, 0), material="polyethylene", axis="x", wall=1.5))
        fill = rng.uniform(0.4, 0.9) * length
        parts.append(cylinder(22, fill, (length - fill / 2 - 6, 0, 0), material="silicone", axis="x"))
        parts.append(lathe([(7, 0), (6, 10), (2, 75)], (length, 0, 0), material="polyethylene", axis="x", wall=1.5))
    return shape("caulking_gun", varied(rng, parts))


def spray_bottle(rng: np.random.Generator) -> Shape:
    """A trigger spray on a bottle: pump with spring and ball, nozzle, dip tube, liquid with a level."""
    radius, height = rng.uniform(30, 45), rng.uniform(120, 180)
    profile = np.array([(0.05, 0), (0.95, 0), (1.0, 0.04), (1.0, 0.55), (0.8, 0.78), (0.36, 0.95), (0.34, 1.0)]) * [
        radius,
        height,
    ]
    wall = pick(rng, 1.0, 1.5)
    bottle = [lathe(profile, material=pick(rng, "pet", "polyethylene"), wall=wall, sides=20)]
    level = rng.uniform(0.15, 0.55) * height
    bottle.append(
        lathe(
            [(radius * 0.9, 1.5), (radius * 0.97, 5), (radius * 0.97, level)],
            material=pick(rng, "water", "soap", "oil"),
            sides=20,
        )
    )
    parts = move(move(bottle, turned=turn("x", -90)), (0, -height - 18, 0), scale=(1.0, 1.0, rng.uniform(0.6, 1.0)))
    head = flowing(
        wobbled(rng, [(-24, -12), (-30, 8), (-22, 20), (15, 20), (40, 16), (42, 2), (12, 0), (10, -14)], 2.5)
    )
    parts.append(extrude(head, 22, material="polypropylene", wall=2.0))
    parts.append(pipe(14, 11.5, 18, (0, -18, 0), material="polypropylene", axis="y"))
    parts += domed(
        flowing(wobbled(rng, [(28, 2), (36, -2), (30, -28), (34, -48), (27, -50), (22, -26)], 2.5)),
        13,
        2,
        material="polypropylene",
    )
    parts += [
        cylinder(8, 26, (12, -3, 0), material="polypropylene", axis="x", wall=2.0),
        *spring(4.5, 22, 8, 0.8, (12, -3, 0), axis="x"),
    ]
    parts += [
        cylinder(1.8, 1.8, (-6, -6, 0), material="steel"),
        tube([(40, 10, 0), (-5, 10, 0), (-8, 0, 0)], 3.0, material="polypropylene", wall=1.0),
    ]
    parts.append(cylinder(7, 9, (45, 10, 0), material="polypropylene", axis="x", wall=2.0))
    dip = smooth([(0, -10, 0), (0, -0.6 * height, 0), (8, -height - 10, 0)], 12)
    parts.append(tube(dip, 2.6, material="polyethylene", wall=1.0))
    return shape("spray_bottle", varied(rng, parts))


def paint_spray_gun(rng: np.random.Generator) -> Shape:
    """A painter's spray gun: cast alloy body with air passages, brass needle, cup above or below."""
    metal = pick(rng, "aluminium", "aluminium", "zinc")
    body = flowing(
        [
            (-38, 18),
            (10, 18),
            (62, 12),
            (62, -14),
            (20, -16),
            (-12, -26),
            (-34, -100),
            (-54, -100),
            (-44, -30),
            (-50, 0),
        ],
        60,
    )
    parts = domed(softened(body, 2), rng.uniform(16, 24), 5, material=metal)
    parts.append(lathe([(15, 60), (17, 64), (17, 76), (13, 80), (7, 84)], material=pick(rng, "brass", metal), axis="x"))
    parts += [
        cylinder(1.6, 118, (16, 0, 0), material="stainless", axis="x", sides=8),
        *spring(4, 30, 8, 0.9, (-46, 0, 0), axis="x"),
    ]
    parts += [cylinder(6, 18, (-52, y, 0), material="brass", axis="x", sides=12) for y in (0, 13)]
    parts.append(pipe(7, 4, 24, (-44, -108, 0), material="steel", axis="y", sides=6))
    parts.append(cylinder(2.0, 34, (24, 12, 0), material="steel", axis="x"))
    trigger = stroke(smooth([(16, 14), (22, -15), (10, -45), (14, -62)], 12), 6)
    parts += [extrude(trigger, 1.8, (0, 0, z), material="stainless") for z in (-11, 11)]
    parts += screws([(16, 12, 0)], 2.5, 26)
    cup = vessel([(38, 0), (40, 5), (40, 85)], pick(rng, 1.0, 1.5), material=pick(rng, "aluminium", "polypropylene"))
    if chance(rng, 0.5):
        parts += [*move(cup, (30, 32, 0), turned=turn("x", -90)), pipe(8, 5, 18, (30, 24, 0), material=metal, axis="y")]
    else:
        parts += [
            *move(cup, (40, -118, 0), turned=turn("x", -90)),
            pipe(8, 5, 20, (40, -22, 0), material=metal, axis="y"),
        ]
    return shape("paint_spray_gun", varied(rng, parts))


def hose_nozzle(rng: np.random.Generator) -> Shape:
    """A garden hose pistol: die-cast pipe bent at the grip, lever, brass coupling."""
    metal = pick(rng, "zinc", "aluminium", "abs")
    bend = smooth([(75, 4, 0), (25, 4, 0), (-5, -4, 0), (-26, -45, 0), (-34, -95, 0)], 26)
    radii = np.interp(np.arange(26), [0, 8, 14, 25], [12, 13, 15, 12])
    parts = [tube(bend, radii, material=metal, sides=14, wall=2.5)]
    parts.append(lathe([(12, 72), (19, 78), (20, 92), (8, 94)], (0, 4, 0), material=metal, axis="x"))
    parts += [
        cylinder(1.8, 90, (30, 4, 0), material="brass", axis="x", sides=8),
        *spring(5, 28, 7, 1.1, (-12, 6, 0), axis="x"),
    ]
    parts.append(pipe(15, 10, 22, (-36, -104, 0), material=pick(rng, "brass", "polypropylene"), axis="y"))
    lever = stroke(smooth([(22, -10), (8, -35), (-8, -70), (-6, -92)], 14), 8)
    parts.append(extrude(lever, 14, material=pick(rng, "zinc", "abs"), wall=2.0))
    parts += screws([(22, -10, 0)], 2.2, 18)
    parts.append(tube(smooth([(-8, -88, 0), (-22, -95, 0), (-30, -82, 0)], 8), 1.3, material="steel", sides=5))
    return shape("hose_nozzle", varied(rng, parts))


def staple_gun(rng: np.random.Generator) -> Shape:
    """A tacker: pressed-steel housing with a heavy spring, long lever, a rail of staples."""
    wall = pick(rng, 1.0, 1.5)
    body = flowing(
        [(-90, 12), (-50, 26), (0, 32), (55, 30), (68, 20), (66, -32), (52, -34), (30, -12), (-30, -6), (-85, -8)], 56
    )
    parts = [
        extrude(
            body.difference(flowing(wobbled(rng, [(-75, 6), (-40, 12), (0, 8), (-10, -0), (-60, -1)], 2.5), 24)),
            24,
            material="steel",
            wall=wall,
        )
    ]
    lever = stroke(smooth([(45, 38), (0, 48), (-60, 44), (-100, 30)], 16), 13)
    parts.append(extrude(lever, 20, material=pick(rng, "steel", "aluminium"), wall=wall))
    parts += spring(8, 46, 8, 2.6, (54, 2, 0), axis="y") + spring(4, 60, 12, 0.9, (-5, -22, 0), axis="x")
    parts.append(extrude(slab(-50, -30, 62, -16), 13, material="steel", wall=1.0))
    parts.append(box((rng.uniform(20, 60), 10, 11), (38, -24, 0), material="steel", wall=1.0))
    parts += [box((3, 50, 10), (63, 0, 0), material="steel"), *screws([(45, 34, 0), (30, 12, 0), (-70, 4, 0)], 2.2, 24)]
    return shape("staple_gun", varied(rng, parts))


def rivet_gun(rng: np.random.Generator) -> Shape:
    """A hand riveter: two long levers and a nose."""
    metal = pick(rng, "aluminium", "steel", "zinc")
    parts = domed(
        flowing(wobbled(rng, [(-12, 20), (14, 24), (44, 10), (44, -8), (14, -18), (-14, -20)], 2.5)),
        20,
        4,
        material=metal,
    )
    parts.append(lathe([(9, 40), (9, 54), (4, 66)], (0, 1, 0), material="steel", axis="x"))
    upper = stroke(smooth([(-5, 10), (-60, 22), (-150, 12)], 14), 15)
    spread = rng.uniform(20, 90)
    lower = stroke(smooth([(0, -12), (-50, -30 - 0.3 * spread), (-130, -30 - spread)], 14), 15)
    parts += [extrude(arm, 17, material=metal, wall=2.0) for arm in (upper, lower)]
    parts += [
        extrude(arm.buffer(2).difference(slab(-70, -300, 300, 300)), 20, material="rubber", wall=2.0)
        for arm in (upper, lower)
    ]
    parts += spring(6, 40, 8, 1.4, (20, 1, 0), axis="x") + screws([(0, -10, 0), (2, 12, 0)], 3, 24)
    return shape("rivet_gun", varied(rng, parts))


KINDS: tuple[Kind, ...] = (
    Kind("caulking_gun", None, caulking_gun, 0.7),
    Kind("spray_bottle", None, spray_bottle, 1.0),
    Kind("paint_spray_gun", None, paint_spray_gun, 0.8),
    Kind("hose_nozzle", None, hose_nozzle, 0.8),
    Kind("staple_gun", None, staple_gun, 0.7),
    Kind("rivet_gun", None, rivet_gun, 0.5),
)
