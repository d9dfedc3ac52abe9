"""Initiators by their outline alone: thin cylinders with leads, as screeners' training pictures show them."""

from __future__ import annotations

import numpy as np

from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, cylinder, lathe, tube
from parcelray.datasets.synth.shapes.electronics import lead_parts, wire_parts
from parcelray.datasets.synth.shapes.forms import band
from parcelray.datasets.synth.shapes.kind import Kind

LEAF = "initiator"
_SHELLS = (("aluminium", 0.5), ("aluminium", 0.8), ("copper", 0.3), ("steel", 0.3), ("brass", 0.3))


def _body(rng: np.random.Generator, radius: float, length: float, shell: tuple[str, float]) -> list[Part]:
    """A closed thin tube along x with a pressed end, a grey filling and a plug."""
    material, wall = shell
    bead = 0.86 * radius
    profile = [
        (0.1, 0.0),
        (radius, 0.6),
        (radius, 0.84 * length),
        (bead, 0.87 * length),
        (radius, 0.9 * length),
        (bead, 0.94 * length),
        (radius, length),
    ]
    share = float(rng.uniform(0.35, 0.6))
    parts = [
        lathe(profile, material=material, sides=16, wall=wall),
        cylinder(
            radius - wall, share * length, (0.0, 0.0, 0.5 * share * length + 1.0), material="organic_bulk", sides=12
        ),
        cylinder(bead - wall, 0.12 * length, (0.0, 0.0, 0.93 * length), material="rubber", sides=12),
    ]
    return move(parts, (-length, 0.0, 0.0), turned=turn("y", 90.0))


def _size(rng: np.random.Generator) -> tuple[float, float]:
    return float(rng.uniform(2.8, 4.0)), float(rng.uniform(32.0, 98.0))


def single(rng: np.random.Generator) -> Shape:
    """One cylinder with two leads that stray."""
    radius, length = _size(rng)
    parts = _body(rng, radius, length, _SHELLS[rng.integers(len(_SHELLS))])
    parts += lead_parts(rng, (0.0, 0.0, 0.0), 2, rng.uniform(60.0, 200.0), gauge=0.3)
    return shape("initiator_leads", parts, leaf=LEAF)


def coiled(rng: np.random.Generator) -> Shape:
    """One cylinder whose long leads are wound up as sold: an oval hank, tied in the middle."""
    radius, length = _size(rng)
    parts = _body(rng, radius, length, _SHELLS[rng.integers(len(_SHELLS))])
    parts += _hank(rng, rng.uniform(60.0, 130.0), int(rng.integers(4, 9)))
    return shape("initiator_hank", parts, leaf=LEAF)


def _hank(rng: np.random.Generator, reach: float, turns: int, gauge: float = 0.3, *, hose: bool = False) -> list[Part]:
    """Leads wound to and fro along x from the origin, as a figure of eight or an oval."""
    gap = float(rng.uniform(8.0, 40.0))
    t = np.linspace(0.0, 2.0 * np.pi * turns, 16 * turns)
    eight = rng.random() < 0.4
    across = 0.22 * reach * (np.sin(2.0 * t) if eight else np.sin(t))
    wobble = rng.normal(0.0, 0.012 * reach, (turns + 1, 2))
    drift = np.stack([np.interp(t, np.linspace(0.0, t[-1], turns + 1), wobble[:, i]) for i in (0, 1)], -1)
    along = reach * 0.5 * (1.0 - np.cos(t))
    path = np.column_stack(
        [along + 3.0 * drift[:, 0], across + 3.0 * drift[:, 1], 0.18 * t / turns * 6.0 + rng.normal(0, 0.1, len(t))]
    )
    # It leaves the cylinder before it winds.
    straight = np.linspace((-gap, 0.0, 0.0), (-0.1 * gap, 0.0, 0.0), 5)
    path = np.add(np.concatenate([straight, path]), (gap, 0.0, 0.0))
    parts = [tube(path, 1.5, material="polyethylene", sides=6, wall=0.6)] if hose else wire_parts(path, gauge)
    tie = band(rng.uniform(5.0, 14.0), (0.3 * reach, 9.0), (gap + 0.5 * reach, 0.0, 3.5), material="pvc", wall=0.3)
    return [*parts, tie]


def tubed(rng: np.random.Generator) -> Shape:
    """One cylinder on a wound-up plastic hose instead of wires."""
    radius, length = _size(rng)
    parts = _body(rng, radius, length, ("aluminium", 0.5))
    parts += _hank(rng, rng.uniform(110.0, 190.0), int(rng.integers(3, 7)), hose=True)
    if rng.random() < 0.6:
        parts.append(
            box((22.0, 9.0, 5.0), (rng.uniform(60.0, 120.0), rng.uniform(-20.0, 20.0), 4.0), material="polypropylene")
        )
    return shape("initiator_hose", parts, leaf=LEAF)


def several(rng: np.random.Generator) -> Shape:
    """A bundle of two to eight side by side, held by a band."""
    radius, length = _size(rng)
    shell = _SHELLS[rng.integers(len(_SHELLS))]
    parts: list[Part] = []
    count = int(rng.integers(2, 9))
    for index in range(count):
        made = _body(rng, radius, length, shell)
        made += lead_parts(rng, (0.0, 0.0, 0.0), 2, rng.uniform(50.0, 120.0), gauge=0.3)
        at = (rng.normal(0.0, 2.0), (index % 4) * 2.2 * radius, (index // 4) * 2.0 * radius)
        parts += move(made, at, turned=turn("z", rng.normal(0.0, 3.0)))
    wide = (min(count, 4) * 2.2 * radius + 1.0, (1 + (count - 1) // 4) * 2.0 * radius + 1.0)
    middle = (-0.5 * length, (min(count, 4) - 1) * 1.1 * radius, ((count - 1) // 4) * radius)
    parts.append(band(8.0, wide, middle, material="rubber", wall=1.0))
    return shape("initiator_bundle", parts, leaf=LEAF)


def boxed(rng: np.random.Generator) -> Shape:
    """Short ones standing or lying in a small box or tin with a foam insert."""
    radius, length = float(rng.uniform(2.8, 3.6)), float(rng.uniform(28.0, 48.0))
    nx, ny = int(rng.integers(2, 4)), int(rng.integers(2, 6))
    shell = _SHELLS[rng.integers(len(_SHELLS))]
    parts: list[Part] = []
    pitch = 3.4 * radius
    for i, j in np.ndindex(nx, ny):
        parts += move(_body(rng, radius, length, shell), (i * (length + 6.0) + length, j * pitch, 0.0))
    size = (nx * (length + 6.0) + 8.0, ny * pitch + 8.0, 2.0 * radius + 12.0)
    middle = (nx * (length + 6.0) / 2.0, (ny - 1) * pitch / 2.0, 0.0)
    tin = rng.random() < 0.4
    parts.append(box(size, middle, material="steel" if tin else "cardboard", wall=0.3 if tin else 1.4))
    parts.append(box((size[0] - 4.0, size[1] - 4.0, size[2] - 4.0), middle, material="foam", grain=0.1))
    return shape("initiator_boxed", parts, leaf=LEAF)


def matchhead(rng: np.random.Generator) -> Shape:
    """Small beads on twin leads, a handful of them."""
    parts: list[Part] = []
    for index in range(int(rng.integers(2, 7))):
        made: list[Part] = [
            lathe([(0.2, -7.0), (1.6, -5.5), (2.1, -2.0), (1.4, 1.0)], material="ceramic", axis="x", sides=10),
            cylinder(2.3, 12.0, (-1.0, 0.0, 0.0), material="pvc", axis="x", sides=10, wall=0.3),
            *lead_parts(rng, (1.0, 0.0, 0.0), 2, rng.uniform(90.0, 210.0), gauge=0.3),
        ]
        parts += move(made, (rng.normal(0.0, 12.0), index * 7.0, 0.0), turned=turn("z", rng.normal(0.0, 14.0)))
    return shape("initiator_beads", parts, leaf=LEAF)


KINDS: tuple[Kind, ...] = (
    Kind("initiator_leads", LEAF, single, 1.5),
    Kind("initiator_hank", LEAF, coiled, 1.5),
    Kind("initiator_hose", LEAF, tubed),
    Kind("initiator_bundle", LEAF, several),
    Kind("initiator_boxed", LEAF, boxed, 0.7),
    Kind("initiator_beads", LEAF, matchhead, 0.6),
)
