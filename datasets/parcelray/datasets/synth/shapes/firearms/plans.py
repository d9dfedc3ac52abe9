"""Proportions that the parts of one self-loading pistol share, so that they fit each other in outline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from shapely.geometry import Polygon

from parcelray.datasets.synth.shapes.firearms.outlines import Corner, outline

Build = Literal["polymer", "alloy", "steel", "zinc"]

# What the frame is of, and how thick its sides and its rim are at least and at most.
_FRAMES: dict[Build, tuple[tuple[str, ...], tuple[float, float], tuple[float, float]]] = {
    "polymer": (("nylon", "fr4", "fr4"), (2.8, 4.6), (3.0, 4.8)),
    "alloy": (("aluminium", "aluminium", "titanium"), (4.0, 6.5), (3.4, 5.4)),
    "steel": (("steel", "stainless"), (1.0, 2.2), (2.0, 3.4)),
    "zinc": (("zinc",), (1.4, 2.6), (2.2, 3.4)),
}


@dataclass(frozen=True)
class Plan:
    """Measures in mm. The slide's rear lower edge is the origin, x goes to the muzzle, z up.

    Attributes:
        length: of the slide.
        height: of the slide.
        width: of the slide.
        slide_wall: of the slide's sides.
        slide_material: what the slide is of.
        barrel: of the barrel's length.
        barrel_radius: outside, near the muzzle.
        bore: radius.
        bore_z: height of the barrel's axis.
        frame_material: what the frame is of.
        frame_wall: of its sides.
        frame_rim: of what runs around, seen edge-on.
        frame_width: above the guard.
        depth: how far the frame reaches down above the guard.
        dust_depth: the same at its front.
        frame_front: x where the frame ends.
        tail: how far the tang stands out behind.
        grip_width: across the hand.
        grip_depth: from back to front.
        grip_length: down from the slide.
        lean: degrees by which the grip leans back.
        hump: how far the back of the grip bulges.
        waist: how far its front is drawn in.
        guard_length: of the trigger guard's inside.
        guard_height: of the same.
    """

    length: float
    height: float
    width: float
    slide_wall: float
    slide_material: str
    barrel: float
    barrel_radius: float
    bore: float
    bore_z: float
    frame_material: str
    frame_wall: float
    frame_rim: float
    frame_width: float
    depth: float
    dust_depth: float
    frame_front: float
    tail: float
    grip_width: float
    grip_depth: float
    grip_length: float
    lean: float
    hump: float
    waist: float
    guard_length: float
    guard_height: float

    @property
    def slope(self) -> float:
        """How far the grip goes back for each mm down."""
        return float(np.tan(np.radians(self.lean)))

    def grip_back(self, down: float) -> float:
        """X of the back of the grip, without its bulges."""
        return 5.0 - self.slope * down

    def grip_front(self, down: float) -> float:
        """X of the front of the grip."""
        return 5.0 + self.grip_depth - self.slope * down


def draw_plan(
    rng: np.random.Generator,
    build: Build,
    *,
    length: tuple[float, float] = (158.0, 200.0),
    grip_length: tuple[float, float] = (92.0, 118.0),
    lean: tuple[float, float] = (11.0, 23.0),
    full_dust_cover: float = 0.5,
) -> Plan:
    """Random proportions of a pistol of one build.

    Args:
        rng: decides.
        build: what its frame is of.
        length: range of the slide's length.
        grip_length: range of the grip's length.
        lean: range of the grip's slant in degrees.
        full_dust_cover: how often the frame reaches nearly to the muzzle.
    """
    materials, walls, rims = _FRAMES[build]
    slide_length = rng.uniform(*length)
    height, width = rng.uniform(23.0, 31.0), rng.uniform(22.0, 28.0)
    barrel_radius = rng.uniform(5.4, 7.2)
    slide_material = (
        "zinc"
        if build == "zinc"
        else str(rng.choice(["steel", "stainless", "zinc", "aluminium"], p=[0.68, 0.2, 0.09, 0.03]))
    )
    wall = rng.uniform(1.4, 3.0) if slide_material != "aluminium" else rng.uniform(3.0, 4.5)
    grip = rng.uniform(*grip_length)
    grip_depth = rng.uniform(40.0, 52.0) * float(np.clip(slide_length / 180.0, 0.84, 1.04))
    depth = rng.uniform(15.0, 23.0)
    share = rng.uniform(0.9, 1.0) if rng.random() < full_dust_cover else rng.uniform(0.68, 0.85)
    # The guard needs room between the grip and the end of the frame.
    front = max(slide_length * share, grip_depth + 44.0)
    return Plan(
        length=slide_length,
        height=height,
        width=width,
        slide_wall=wall,
        slide_material=slide_material,
        barrel=slide_length * rng.uniform(0.6, 0.68),
        barrel_radius=barrel_radius,
        bore=min(float(rng.choice([2.9, 3.9, 4.6, 5.2, 5.8])), barrel_radius - 1.1),
        bore_z=height * rng.uniform(0.52, 0.62),
        frame_material=str(rng.choice(materials)),
        frame_wall=rng.uniform(*walls),
        frame_rim=rng.uniform(*rims),
        frame_width=rng.uniform(18.0, 25.0),
        depth=depth,
        dust_depth=depth * rng.uniform(0.68, 1.05),
        frame_front=front,
        tail=rng.uniform(1.0, 12.0),
        grip_width=rng.uniform(23.0, 30.0),
        grip_depth=grip_depth,
        grip_length=grip,
        lean=rng.uniform(*lean),
        hump=rng.uniform(-1.5, 7.0),
        waist=rng.uniform(0.0, 5.5),
        guard_length=min(rng.uniform(38.0, 52.0), front - grip_depth - 8.0),
        guard_height=rng.uniform(21.0, 29.0),
    )


def frame_outline(rng: np.random.Generator, plan: Plan) -> Polygon:
    """The frame with its grip and without its guard, drawn through sixteen points."""
    end, d = plan.grip_length, plan.depth
    flare, toe = rng.uniform(-2.0, 4.0), rng.uniform(-3.0, 5.0)
    corners: list[Corner] = [
        (plan.frame_front, 0.0, 0.8),
        (-1.0, 0.0, 1.0),
        (-1.0 - plan.tail, rng.uniform(-4.0, 1.0), 2.0),
        (-1.0 - plan.tail * rng.uniform(0.7, 1.0), -7.0, 2.0),
        (plan.grip_back(16.0) - rng.uniform(-1.0, 1.5), -rng.uniform(13.0, 18.0), 9.0),
        (plan.grip_back(0.4 * end) - 0.4 * plan.hump, -0.4 * end, 14.0),
        (plan.grip_back(0.68 * end) - plan.hump, -0.68 * end, 14.0),
        (plan.grip_back(end) - flare, -end + toe, rng.uniform(1.0, 6.0)),
        (plan.grip_front(end) + rng.uniform(-2.0, 4.0), -end, rng.uniform(1.0, 6.0)),
        (plan.grip_front(0.8 * end) - 0.3 * plan.waist, -0.8 * end, 12.0),
        (plan.grip_front(0.55 * end) - plan.waist, -0.55 * end, 14.0),
        (plan.grip_front(d + plan.guard_height), -d - plan.guard_height, 8.0),
        (plan.grip_front(d + 9.0), -d - 9.0, 8.0),
        (plan.grip_front(d) + rng.uniform(6.0, 14.0), -d, 6.0),
        (guard_end(plan), -rng.uniform(0.9, 1.0) * d, 4.0),
        (plan.frame_front, -plan.dust_depth, rng.uniform(1.0, 7.0)),
    ]
    if plan.frame_front < guard_end(plan) + 4.0:
        corners.pop(-2)
    return outline(corners)


def guard_end(plan: Plan) -> float:
    """X where the guard meets the frame in front."""
    return plan.grip_front(plan.depth) + plan.guard_length
