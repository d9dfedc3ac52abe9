"""Cartridges and shotgun shells as an X-ray shows them: a thin case, a light filling and a heavy front."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, join
from parcelray.datasets.synth.geometry.solids import cylinder, ellipsoid, lathe

_SIDES = 10


@dataclass(frozen=True)
class Round:
    """Outer measures of a cartridge.

    Attributes:
        length: from end to end.
        radius: at the rear.
        case: length of the case.
        front: radius of what it carries.
        pointed: whether its front is drawn out to a point.
        case_material: brass, steel, or plastic of a shotgun shell.
        front_material: what its front is of.
    """

    length: float
    radius: float
    case: float
    front: float
    pointed: bool = False
    case_material: str = "brass"
    front_material: str = "lead"


PISTOL_ROUNDS = (
    Round(29.7, 4.95, 19.1, 4.5),
    Round(25.0, 4.75, 17.2, 4.5),
    Round(32.4, 6.05, 22.8, 5.7),
    Round(28.8, 5.4, 21.6, 5.05),
    Round(34.5, 4.9, 25.0, 3.9),
    Round(25.0, 4.2, 17.2, 3.95),
)
SMALL_ROUNDS = (Round(25.4, 2.87, 15.6, 2.8), Round(22.9, 3.5, 15.5, 3.15))
REVOLVER_ROUNDS = (Round(39.0, 4.8, 29.3, 4.5), Round(40.4, 4.8, 32.8, 4.5), Round(40.6, 6.1, 32.6, 5.45))
RIFLE_ROUNDS = (
    Round(57.4, 4.75, 44.7, 2.85, pointed=True),
    Round(55.8, 5.65, 38.7, 3.95, pointed=True),
    Round(71.0, 5.95, 51.1, 3.9, pointed=True),
    Round(77.2, 6.15, 53.7, 3.95, pointed=True),
    Round(64.0, 5.4, 51.8, 3.1, pointed=True),
)


def any_round(rng: np.random.Generator, among: tuple[Round, ...]) -> Round:
    """About one of them, in a case of brass or (less often) steel, with a front of lead or a copper alloy."""
    chosen = among[int(rng.integers(len(among)))]
    case = "steel" if rng.random() < 0.25 else "brass"
    front = str(rng.choice(["lead", "lead", "lead", "copper"]))
    long, wide = rng.uniform(0.95, 1.05), rng.uniform(0.97, 1.03)
    return replace(
        chosen,
        length=long * chosen.length,
        case=long * chosen.case,
        radius=wide * chosen.radius,
        front=wide * chosen.front,
        case_material=case,
        front_material=front,
    )


def cartridge(made: Round, *, role: str = "", spent: bool = False) -> list[Part]:
    """One cartridge along x, its rear at the origin; about 150 faces.

    Args:
        made: its measures.
        role: of what it is part of.
        spent: an empty case.
    """
    rear, neck = made.radius, made.front + 0.35
    shoulder = 0.72 * made.case if rear - made.front > 1.0 else 0.98 * made.case
    case = lathe(
        [(0.3, 0.0), (rear, 0.0), (rear, 2.0), (rear * 0.97, shoulder), (neck, made.case * 0.98), (neck, made.case)],
        material=made.case_material,
        axis="x",
        sides=_SIDES,
        wall=0.4,
    )
    base = cylinder(rear * 0.9, 3.2, (1.8, 0.0, 0.0), material=made.case_material, axis="x", sides=_SIDES)
    parts = [case, base]
    if not spent:
        filling = cylinder(
            0.85 * min(rear, neck + 1.0), 0.62 * made.case, (0.42 * made.case, 0.0, 0.0), material="powder", axis="x",
            sides=6,
        )  # fmt: skip
        parts += [filling, _front(made)]
    return [replace(part, role=role) for part in parts]


def _front(made: Round) -> Part:
    """What a cartridge carries, partly inside its case."""
    seat, tip, r = made.case * 0.78, made.length, made.front
    nose = tip - made.case
    if made.pointed:
        profile = [
            (r * 0.9, seat),
            (r, seat + 2.0),
            (r, made.case + 0.2 * nose),
            (r * 0.6, tip - 0.3 * nose),
            (0.3, tip),
        ]
    else:
        profile = [(r, seat), (r, made.case + 0.3 * nose), (r * 0.85, tip - 0.3 * nose), (r * 0.45, tip)]
    return lathe(profile, material=made.front_material, axis="x", sides=_SIDES)


def shotgun_shell(rng: np.random.Generator, *, spent: bool = False) -> list[Part]:
    """A shell along x, its rear at the origin: plastic or paper tube, metal head, and what shot it holds."""
    r, length = (10.1, rng.uniform(58.0, 70.0)) if rng.random() < 0.75 else (8.6, rng.uniform(58.0, 70.0))
    head = float(rng.choice([8.0, 12.0, 16.0, 22.0]))
    parts = [
        cylinder(r, length, (length / 2.0, 0.0, 0.0), material="polyethylene", axis="x", sides=14, wall=0.8),
        cylinder(r + 0.25, head, (head / 2.0, 0.0, 0.0), material="brass", axis="x", sides=14, wall=0.4),
        cylinder(r + 0.9, 1.5, (0.8, 0.0, 0.0), material="brass", axis="x", sides=14),
    ]
    if not spent:
        parts.append(cylinder(r - 1.2, 12.0, (10.0, 0.0, 0.0), material="powder", axis="x", sides=8))
        parts.append(cylinder(r - 1.2, 9.0, (24.0, 0.0, 0.0), material="polyethylene", axis="x", sides=8))
        parts += _shot(rng, r, length)
    return parts


def _shot(rng: np.random.Generator, r: float, length: float) -> list[Part]:
    """Large balls in layers, a column of fine shot, or one slug."""
    look = rng.random()
    if look < 0.4:
        ball = float(rng.choice([3.4, 4.2]))
        angles = np.arange(3) * 2.0 * np.pi / 3.0
        layers = int((length - 33.0) / (1.75 * ball))
        return [
            ellipsoid(
                (ball,) * 3,
                (31.0 + ball + 1.75 * ball * k, (r - ball - 1.0) * np.cos(a + 0.6 * k),
                (r - ball - 1.0) * np.sin(a + 0.6 * k)),
                material="lead", sides=6, rings=4,
            )
            for k in range(layers) for a in angles
        ]  # fmt: skip
    if look < 0.85:
        column = length - 38.0
        return [cylinder(r - 1.6, column, (31.0 + column / 2.0, 0.0, 0.0), material="lead", axis="x", sides=10)]
    return [lathe([(r - 2.0, 31.0), (r - 1.6, 42.0), (r * 0.5, 52.0)], material="lead", axis="x", sides=10)]


def standing(parts: list[Part]) -> list[Part]:
    """What lay along x, upright along z."""
    return join(move(parts, turned=turn("y", -90)))
