"""Self-loading pistols whose slide covers the barrel: service, single-action, compact, target, replica, automatic."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.placing import move
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.shapes.firearms.barrels import barrel_parts, recoil_spring
from parcelray.datasets.synth.shapes.firearms.frames import Hammer, frame_parts
from parcelray.datasets.synth.shapes.firearms.magazines import box_magazine, pistol_box
from parcelray.datasets.synth.shapes.firearms.outlines import bar, outline
from parcelray.datasets.synth.shapes.firearms.plans import Build, Plan, draw_plan
from parcelray.datasets.synth.shapes.firearms.plates import bored, hollow_body, pins, plate
from parcelray.datasets.synth.shapes.firearms.slides import slide_parts
from parcelray.datasets.synth.shapes.kind import Kind

# How often the slide is locked open, and how often no magazine is in the grip.
_OPEN, _NO_MAGAZINE = 0.15, 0.15


def pistol_polymer(rng: np.random.Generator) -> Shape:
    """A service pistol with a frame of polymer and no hammer to be seen."""
    plan = draw_plan(rng, "polymer", lean=(14.0, 24.0), full_dust_cover=0.8)
    return shape("pistol_polymer", assembled(rng, plan, hammer="none"), leaf="pistol")


def pistol_metal(rng: np.random.Generator) -> Shape:
    """A service pistol of steel or with an alloy frame, with hammer and grip panels."""
    plan = draw_plan(rng, _metal(rng))
    hammer: Hammer = _any_hammer(rng)
    return shape("pistol_metal", assembled(rng, plan, hammer=hammer, panels=rng.random() < 0.8), leaf="pistol")


def pistol_single_action(rng: np.random.Generator) -> Shape:
    """A long, flat pistol of the 1911 kind: slim grip, spur hammer, tang, short dust cover."""
    plan = draw_plan(rng, _metal(rng), length=(180.0, 222.0), lean=(15.0, 19.0), full_dust_cover=0.15)
    parts = assembled(rng, plan, hammer="spur" if rng.random() < 0.6 else "ring", panels=True, single_stack=True)
    return shape("pistol_single_action", parts, leaf="pistol")


def pistol_compact(rng: np.random.Generator) -> Shape:
    """A pocket pistol."""
    build: Build = "polymer" if rng.random() < 0.4 else _metal(rng)
    plan = draw_plan(rng, build, length=(112.0, 156.0), grip_length=(66.0, 90.0), lean=(8.0, 20.0))
    hammer: Hammer = "none" if rng.random() < 0.5 else _any_hammer(rng)
    parts = assembled(rng, plan, hammer=hammer, panels=build != "polymer", single_stack=rng.random() < 0.7)
    scale = rng.uniform(0.82, 0.98)
    return shape("pistol_compact", move(parts, scale=scale), leaf="pistol")


def pistol_replica(rng: np.random.Generator) -> Shape:
    """A blank-firing or gas pistol in zinc alloy, after a model of steel."""
    plan = draw_plan(rng, "zinc", length=(140.0, 205.0), grip_length=(78.0, 112.0))
    hammer: Hammer = _any_hammer(rng)
    parts = assembled(rng, plan, hammer=hammer, panels=rng.random() < 0.7, open_top=rng.random() < 0.3)
    return shape("pistol_replica", parts, leaf="pistol")


def pistol_open_slide(rng: np.random.Generator) -> Shape:
    """A service pistol whose slide is cut away above, so that the barrel shows."""
    plan = draw_plan(rng, _metal(rng), length=(180.0, 218.0), full_dust_cover=0.1)
    hammer: Hammer = "ring" if rng.random() < 0.6 else "bobbed"
    parts = assembled(rng, plan, hammer=hammer, panels=True, open_top=True)
    return shape("pistol_open_slide", parts, leaf="pistol")


def pistol_automatic(rng: np.random.Generator) -> Shape:
    """A pistol with a long magazine, sometimes with a fore-grip or a folding stock of wire."""
    build: Build = "polymer" if rng.random() < 0.5 else _metal(rng)
    plan = draw_plan(rng, build, length=(175.0, 230.0), full_dust_cover=0.9)
    parts = assembled(
        rng, plan, hammer="none", panels=build != "polymer", longer=rng.uniform(40.0, 120.0), open_bolt=0.3
    )
    if rng.random() < 0.5:
        parts += _fore_grip(rng, plan)
    return shape("pistol_automatic", parts, leaf="pistol")


def assembled(
    rng: np.random.Generator,
    plan: Plan,
    *,
    hammer: Hammer,
    panels: bool = False,
    single_stack: bool = False,
    open_top: bool = False,
    longer: float = 0.0,
    open_bolt: float = _OPEN,
) -> list[Part]:
    """All parts of one pistol in their places.

    Args:
        rng: decides.
        plan: its proportions.
        hammer: its shape, or none.
        panels: whether the grip has panels.
        single_stack: whether the magazine is slim.
        open_top: whether the slide is cut away over the barrel.
        longer: how far the magazine stands out below.
        open_bolt: how often the slide is locked back.
    """
    back = rng.uniform(24.0, 42.0) if rng.random() < open_bolt else 0.0
    threaded = rng.uniform(2.0, 14.0) if rng.random() < 0.2 else rng.uniform(-1.0, 1.5)
    parts = [
        *move(slide_parts(rng, plan, open_top=open_top), (-back, 0.0, 0.0)),
        *barrel_parts(rng, plan, forward=threaded),
        *recoil_spring(rng, plan, "frame"),
        *frame_parts(rng, plan, hammer=hammer, panels=panels),
    ]
    if rng.random() > _NO_MAGAZINE:
        parts += inserted_magazine(rng, plan, single_stack=single_stack, longer=longer)
    if rng.random() < 0.07:
        parts += _light(rng, plan)
    if rng.random() < 0.04:
        parts += _silencer(rng, plan, threaded)
    return parts


def inserted_magazine(rng: np.random.Generator, plan: Plan, *, single_stack: bool, longer: float = 0.0) -> list[Part]:
    """A magazine in the grip."""
    depth = min(plan.grip_depth - 2.0 * plan.frame_rim - rng.uniform(3.0, 9.0), 38.0)
    room = plan.grip_width - 2.0 * plan.frame_wall - 1.0
    width = min(room, rng.uniform(12.0, 15.0) if single_stack else rng.uniform(18.0, 24.0))
    top = 6.0
    length = plan.grip_length - top - 2.0 + longer
    box = pistol_box(rng, depth, length, width, plan.slope * length)
    x = 0.5 * (plan.grip_back(top) + plan.grip_front(top)) + rng.uniform(-1.0, 1.5)
    return move(box_magazine(rng, box), (x, 0.0, -top))


def _metal(rng: np.random.Generator) -> Build:
    return "steel" if rng.random() < 0.74 else "alloy"


def _any_hammer(rng: np.random.Generator) -> Hammer:
    looks: tuple[Hammer, ...] = ("spur", "ring", "bobbed")
    return looks[int(rng.integers(3))]


def _fore_grip(rng: np.random.Generator, plan: Plan) -> list[Part]:
    """A second handle below the front of the frame."""
    x, z = plan.frame_front - rng.uniform(14.0, 24.0), -plan.dust_depth
    lean = rng.uniform(-8.0, 12.0)
    handle = outline([(x - 10.0, z), (x + 10.0, z), (x + 9.0 + lean, z - 70.0), (x - 9.0 + lean, z - 70.0)], radius=4.0)
    return hollow_body(handle, 22.0, 2.5, material="nylon", role="frame", bevel=3.0, round_share=0.3)


def _light(rng: np.random.Generator, plan: Plan) -> list[Part]:
    """A lamp under the dust cover: a thin case, two cells and a lens."""
    x1, z = plan.frame_front + rng.uniform(0.0, 12.0), -plan.dust_depth - 12.0
    x0 = x1 - rng.uniform(48.0, 68.0)
    case = outline([(x0, z - 9.0), (x1 - 16.0, z - 9.0), (x1, z - 12.0), (x1, z + 12.0), (x0, z + 11.0)], radius=3.0)
    material = "aluminium" if rng.random() < 0.6 else "nylon"
    return [
        *hollow_body(case, 26.0, 1.6, material=material, role="frame", bevel=2.0),
        *pins([(x0 + 18.0, z - 1.0)], 8.0, 16.0, material="liion", role="frame", sides=14),
        *plate(bar(x1 - 5.0, x1 - 2.0, z - 10.0, z + 10.0), 20.0, material="glass", role="frame"),
    ]


def _silencer(rng: np.random.Generator, plan: Plan, forward: float) -> list[Part]:
    """A tube on the muzzle with cups inside."""
    start, length, r = plan.length + forward - 4.0, rng.uniform(90.0, 175.0), rng.uniform(14.0, 19.0)
    material = str(rng.choice(["aluminium", "steel", "titanium"]))
    parts = bored(
        [(start, r), (start + length, r)],
        r - (1.2 if material == "steel" else 2.2),
        material=material,
        role="barrel",
        z=plan.bore_z,
    )
    ends = (0.0, length - 5.0, *(length * k / 8.0 for k in range(1, 8)))
    for along in ends:
        parts += bored(
            [(start + along, r - 2.3), (start + along + 2.0, r - 2.3)],
            5.0,
            material=material,
            role="barrel",
            z=plan.bore_z,
        )
    return parts


KINDS: tuple[Kind, ...] = (
    Kind("pistol_polymer", "pistol", pistol_polymer, 2.2),
    Kind("pistol_metal", "pistol", pistol_metal, 2.0),
    Kind("pistol_single_action", "pistol", pistol_single_action, 1.4),
    Kind("pistol_open_slide", "pistol", pistol_open_slide, 1.3),
    Kind("pistol_compact", "pistol", pistol_compact, 1.2),
    Kind("pistol_replica", "pistol", pistol_replica, 1.0),
    Kind("pistol_automatic", "pistol", pistol_automatic, 0.5),
)
