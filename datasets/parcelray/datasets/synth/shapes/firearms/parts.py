"""Parts of firearms that lie apart: slides, frames, barrels and magazines."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from parcelray.datasets.synth.geometry.placing import move
from parcelray.datasets.synth.geometry.shape import Shape, shape
from parcelray.datasets.synth.shapes.firearms.barrels import barrel_parts, recoil_spring
from parcelray.datasets.synth.shapes.firearms.cartridges import PISTOL_ROUNDS, RIFLE_ROUNDS, SMALL_ROUNDS, any_round
from parcelray.datasets.synth.shapes.firearms.frames import Hammer, frame_parts
from parcelray.datasets.synth.shapes.firearms.furniture import long_barrel, muzzle_device, post_sight
from parcelray.datasets.synth.shapes.firearms.magazines import Box, box_magazine, drum_magazine, pistol_box
from parcelray.datasets.synth.shapes.firearms.outlines import bar, cut
from parcelray.datasets.synth.shapes.firearms.plans import Build, Plan, draw_plan
from parcelray.datasets.synth.shapes.firearms.plates import bored, plate
from parcelray.datasets.synth.shapes.firearms.slides import slide_parts
from parcelray.datasets.synth.shapes.kind import Kind


def _any_plan(rng: np.random.Generator, build: Build | None = None) -> Plan:
    builds: tuple[Build, ...] = ("polymer", "alloy", "steel", "zinc")
    chosen = build or builds[int(rng.choice(4, p=[0.35, 0.2, 0.35, 0.1]))]
    if rng.random() < 0.25:
        return draw_plan(rng, chosen, length=(115.0, 160.0), grip_length=(68.0, 92.0))
    return draw_plan(rng, chosen, length=(155.0, 222.0))


def slide_alone(rng: np.random.Generator) -> Shape:
    """A slide, bare or with barrel and spring still in it."""
    plan = _any_plan(rng)
    parts = slide_parts(rng, plan, open_top=rng.random() < 0.25)
    if rng.random() < 0.35:
        parts += [replace(part, role="slide") for part in barrel_parts(rng, plan)]
    if rng.random() < 0.3:
        parts += recoil_spring(rng, plan, "slide")
    return shape("slide_alone", parts, leaf="slide")


def frame_polymer(rng: np.random.Generator) -> Shape:
    """A frame of polymer: thin steel rails and a little steel inside."""
    plan = _any_plan(rng, "polymer")
    return shape("frame_polymer", frame_parts(rng, plan), leaf="frame")


def frame_metal(rng: np.random.Generator) -> Shape:
    """A frame of steel, alloy or zinc, with or without its panels."""
    builds: tuple[Build, ...] = ("alloy", "steel", "steel", "zinc")
    hammers: tuple[Hammer, ...] = ("spur", "ring", "bobbed", "none")
    build, hammer = builds[int(rng.integers(4))], hammers[int(rng.integers(4))]
    plan = _any_plan(rng, build)
    return shape("frame_metal", frame_parts(rng, plan, hammer=hammer, panels=rng.random() < 0.55), leaf="frame")


def barrel_pistol(rng: np.random.Generator) -> Shape:
    """A pistol's barrel, sometimes with its spring beside it."""
    plan = _any_plan(rng)
    parts = barrel_parts(rng, plan, forward=rng.uniform(-2.0, 18.0))
    if rng.random() < 0.3:
        parts += move(recoil_spring(rng, plan, "barrel"), (rng.uniform(-20.0, 10.0), rng.uniform(18.0, 30.0), 6.0))
    return shape("barrel_pistol", parts, leaf="barrel")


def barrel_long(rng: np.random.Generator) -> Shape:
    """A rifle's or shotgun's barrel: plain, with sights, a rib, a gas block or a muzzle device."""
    length = rng.uniform(230.0, 620.0)
    wide = rng.random() < 0.3
    radius, bore = (rng.uniform(11.2, 12.6), 9.3) if wide else (rng.uniform(8.0, 12.5), rng.uniform(2.8, 4.6))
    parts = long_barrel(rng, 0.0, length, 0.0, radius=radius, bore=bore)
    parts += bored(
        [(-rng.uniform(14.0, 26.0), radius + 1.0), (0.5, radius + 1.0)], bore + 1.0, material="steel", role="barrel"
    )
    if rng.random() < 0.5:
        parts += post_sight(length - rng.uniform(16.0, 60.0), radius - 3.0, rng.uniform(12.0, 36.0), "barrel")
    if wide and rng.random() < 0.6:
        rib = cut(
            bar(10.0, length - 4.0, radius - 1.0, radius + 4.0),
            *(bar(x, x + 20.0, radius, radius + 2.2) for x in np.arange(30.0, length - 30.0, 30.0)),
        )
        parts += plate(rib, 8.0, material="steel", role="barrel")
    elif rng.random() < 0.4:
        parts += muzzle_device(rng, length, 0.0, radius * 0.75)
    return shape("barrel_long", parts, leaf="barrel")


def magazine_pistol(rng: np.random.Generator) -> Shape:
    """A pistol's magazine, slim or wide, full or empty."""
    length = rng.uniform(72.0, 135.0) if rng.random() < 0.85 else rng.uniform(135.0, 220.0)
    width = rng.uniform(11.5, 15.0) if rng.random() < 0.45 else rng.uniform(18.0, 24.0)
    box = pistol_box(rng, rng.uniform(26.0, 38.0), length, width, length * rng.uniform(0.0, 0.42))
    return shape("magazine_pistol", box_magazine(rng, box), leaf="magazine")


def magazine_rifle(rng: np.random.Generator) -> Shape:
    """A rifle's magazine, straight or curved, of steel, alloy or polymer."""
    made, length = any_round(rng, RIFLE_ROUNDS), rng.uniform(75.0, 240.0)
    box = Box(
        depth=made.length + rng.uniform(4.0, 9.0),
        length=length,
        width=rng.uniform(20.0, 27.0),
        rounds=made,
        # The longer, the further an arc of the same curvature comes forward.
        bend=float(rng.choice([0.0, rng.uniform(8.0, 28.0), rng.uniform(30.0, 75.0)])) * (length / 210.0) ** 2,
        material=str(rng.choice(["steel", "steel", "aluminium", "nylon"])),
        wall=float(rng.choice([0.6, 0.8, 1.0])),
        floor_material=str(rng.choice(["steel", "nylon", "aluminium"])),
        loaded=float(rng.choice([0.0, 0.0, 0.5, 1.0])),
    )
    return shape("magazine_rifle", box_magazine(rng, box), leaf="magazine")


def magazine_drum(rng: np.random.Generator) -> Shape:
    """A drum."""
    made = any_round(rng, (*PISTOL_ROUNDS[:2], *RIFLE_ROUNDS[:2], *SMALL_ROUNDS[:1]))
    return shape("magazine_drum", drum_magazine(rng, made, loaded=rng.random() < 0.5), leaf="magazine")


KINDS: tuple[Kind, ...] = (
    Kind("slide_alone", "slide", slide_alone),
    Kind("frame_polymer", "frame", frame_polymer),
    Kind("frame_metal", "frame", frame_metal),
    Kind("barrel_pistol", "barrel", barrel_pistol, 1.2),
    Kind("barrel_long", "barrel", barrel_long, 0.8),
    Kind("magazine_pistol", "magazine", magazine_pistol, 1.4),
    Kind("magazine_rifle", "magazine", magazine_rifle, 1.0),
    Kind("magazine_drum", "magazine", magazine_drum, 0.3),
)
