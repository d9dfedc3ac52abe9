"""Revolvers: a dense drum with its ring of holes in a thin frame, from snub noses to long barrels."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.shapes.firearms.outlines import (
    stroke,
)
from parcelray.datasets.synth.shapes.firearms.plates import (
    plate,
)
from parcelray.datasets.synth.shapes.firearms.revolver_parts import (
    FRAME,
    RevolverPlan,
    barrel_of_revolver,
    draw_revolver,
    drum_parts,
    lower_parts,
)
from parcelray.datasets.synth.shapes.kind import Kind


def revolver_snub(rng: np.random.Generator) -> Shape:
    """A short barrel, a small grip."""
    plan = draw_revolver(rng, (38.0, 68.0), large=0.2)
    return shape("revolver_snub", _solid_frame(rng, plan, grip_scale=rng.uniform(0.78, 0.95)), leaf="revolver")


def revolver_service(rng: np.random.Generator) -> Shape:
    """A middle-sized one with a solid frame."""
    plan = draw_revolver(rng, (85.0, 130.0))
    return shape("revolver_service", _solid_frame(rng, plan, grip_scale=rng.uniform(0.9, 1.1)), leaf="revolver")


def revolver_long(rng: np.random.Generator) -> Shape:
    """A long heavy barrel, most often with a rib with slots."""
    plan = draw_revolver(rng, (145.0, 215.0), large=1.0)
    return shape("revolver_long", _solid_frame(rng, plan, grip_scale=rng.uniform(1.0, 1.15)), leaf="revolver")


def revolver_single_action(rng: np.random.Generator) -> Shape:
    """The old western kind: round bare barrel with a rod below, plough-shaped handle, thin bow."""
    plan = draw_revolver(rng, (105.0, 195.0))
    return shape("revolver_single_action", _solid_frame(rng, plan, grip_scale=1.0, western=True), leaf="revolver")


def revolver_opened(rng: np.random.Generator) -> Shape:
    """With its drum swung out to the side."""
    plan = draw_revolver(rng, (50.0, 160.0))
    return shape("revolver_opened", _solid_frame(rng, plan, grip_scale=1.0, swung=True), leaf="revolver")


def revolver_break_top(rng: np.random.Generator) -> Shape:
    """Barrel and drum hinge down in front, closed or opened."""
    plan = draw_revolver(rng, (70.0, 155.0))
    angle = rng.uniform(25.0, 75.0) if rng.random() < 0.4 else 0.0
    front = [*drum_parts(rng, plan), *barrel_of_revolver(rng, plan, western=False)]
    hinge = np.array([plan.drum / 2.0 + 6.0, 0.0, -plan.radius - 2.0])
    bent = move(move(front, -hinge), hinge, turned=turn("y", angle))
    return shape(
        "revolver_break_top",
        [*bent, *lower_parts(rng, plan, grip_scale=rng.uniform(0.85, 1.05), western=True, top=False)],
        leaf="revolver",
    )


def _solid_frame(
    rng: np.random.Generator, plan: RevolverPlan, *, grip_scale: float, western: bool = False, swung: bool = False
) -> list[Part]:
    drum = drum_parts(rng, plan)
    if swung:
        side = 1.0 if rng.random() < 0.5 else -1.0
        drum = move(drum, (0.0, side * rng.uniform(24.0, 34.0), -rng.uniform(2.0, 14.0)))
        arm = stroke([(plan.drum / 2.0 + 3.0, -plan.radius + 2.0), (plan.drum / 2.0 + 8.0, -plan.radius - 3.0)], 7.0)
        drum += plate(arm, 26.0, material=plan.material, role=FRAME, y=side * 13.0)
    return [
        *drum,
        *barrel_of_revolver(rng, plan, western=western),
        *lower_parts(rng, plan, grip_scale=grip_scale, western=western, top=True),
    ]


KINDS: tuple[Kind, ...] = (
    Kind("revolver_snub", "revolver", revolver_snub, 1.2),
    Kind("revolver_service", "revolver", revolver_service, 1.4),
    Kind("revolver_long", "revolver", revolver_long, 1.2),
    Kind("revolver_single_action", "revolver", revolver_single_action, 0.8),
    Kind("revolver_opened", "revolver", revolver_opened, 0.5),
    Kind("revolver_break_top", "revolver", revolver_break_top, 0.6),
)
