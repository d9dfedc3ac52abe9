"""Loose wire: tangles, hanks, ribbons, twisted pairs, spools, looms."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.geometry.curves import smooth, wander
from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, shape
from parcelray.datasets.synth.geometry.solids import box, boxes, cylinder, pipe, tube
from parcelray.datasets.synth.shapes.electronics import wire_parts
from parcelray.datasets.synth.shapes.forms import band
from parcelray.datasets.synth.shapes.kind import Kind

LEAF = "wiring"
_GAUGES = (0.3, 0.45, 0.45, 0.7)


def _gauge(rng: np.random.Generator) -> float:
    return float(rng.choice(_GAUGES))


def _loose_end(rng: np.random.Generator, start: NDArray[np.float64], step: tuple[float, float]) -> NDArray[np.float64]:
    """A wire's free end: ten steps of ``step`` mm from ``start``, in easy bends: (14, 3)."""
    bends = np.cumsum(rng.normal(0.0, 7.0, (5, 3)) * [1.0, 1.0, 0.3] + [2.5 * step[0], 2.5 * step[1], 0.0], axis=0)
    return start + smooth(np.concatenate([np.zeros((1, 3)), bends]), 15)[1:]


def tangle(rng: np.random.Generator) -> Shape:
    """Several wires that wander over each other."""
    extent = rng.uniform([80.0, 60.0, 8.0], [220.0, 160.0, 22.0])
    gauge = _gauge(rng)
    parts: list[Part] = []
    for _ in range(int(rng.integers(3, 8))):
        parts += wire_parts(wander(rng, int(rng.integers(5, 10)), extent, 70), gauge)
    return shape("wires_tangle", parts, leaf=LEAF)


def hank(rng: np.random.Generator) -> Shape:
    """Wire wound into a ring or an oval, tied at one or two places."""
    gauge = _gauge(rng)
    half = rng.uniform([35.0, 25.0], [95.0, 60.0])
    turns = int(rng.integers(5, 14))
    t = np.linspace(0.0, 2.0 * np.pi * turns, 22 * turns)
    drift = np.interp(t, np.linspace(0.0, t[-1], 3 * turns), rng.normal(0.0, 3.0, 3 * turns))
    rise = np.interp(t, np.linspace(0.0, t[-1], 2 * turns), rng.normal(0.0, 2.2, 2 * turns))
    path = np.column_stack([(half[0] + drift) * np.cos(t), (half[1] + drift) * np.sin(t), rise])
    parts = wire_parts(np.concatenate([path, _loose_end(rng, path[-1], (5.0, 3.0))]), gauge)
    for angle in rng.uniform(0.0, 2.0 * np.pi, int(rng.integers(1, 3))):
        tie = band(5.0, (16.0, 9.0), material="pvc", wall=0.5)
        spot = (half[0] * np.cos(angle), half[1] * np.sin(angle), 0.0)
        parts += move(tie, spot, turned=turn("z", float(np.degrees(angle)) + 90.0))
    return shape("wires_hank", parts, leaf=LEAF)


def twisted_pairs(rng: np.random.Generator) -> Shape:
    """Pairs of wire twisted around each other."""
    parts: list[Part] = []
    extent = rng.uniform([110.0, 60.0, 6.0], [220.0, 140.0, 14.0])
    gauge = _gauge(rng)
    for _ in range(int(rng.integers(1, 4))):
        middle = wander(rng, int(rng.integers(4, 7)), extent, 90)
        angle = np.linspace(0.0, 2.0 * np.pi * 16.0, 90)
        aside = np.column_stack([0.3 * np.cos(angle), np.cos(angle), np.sin(angle)]) * 2.1 * gauge
        parts += wire_parts(middle + aside, gauge) + wire_parts(middle - aside, gauge)
    return shape("wires_twisted", parts, leaf=LEAF)


def ribbon(rng: np.random.Generator) -> Shape:
    """A flat cable of many wires, folded, with plugs at its ends."""
    count = int(rng.choice([6, 10, 16, 26]))
    gauge = 0.3
    corners = wander(rng, 5, rng.uniform([110.0, 50.0, 14.0], [240.0, 110.0, 30.0]), 5)
    middle = smooth(corners[np.argsort(corners[:, 0])], 34)
    along = np.gradient(middle, axis=0)
    across = np.cross(along, [0.0, 0.0, 1.0])
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    parts: list[Part] = []
    for offset in (np.arange(count) - (count - 1) / 2.0) * 1.27:
        parts.append(tube(middle + across * offset, gauge, material="copper", sides=3))
        parts.append(tube(middle + across * offset, 0.62, material="pvc", sides=4, wall=0.3))
    for end, inner in ((0, 1), (-1, -2)):
        angle = float(np.degrees(np.arctan2(*(middle[end] - middle[inner])[[1, 0]])))
        plug = [
            box((7.0, 1.27 * count + 5.0, 6.0), material="nylon"),
            boxes(
                (5.0, 0.6, 0.6),
                [(0.0, (i - (count - 1) / 2.0) * 1.27, d) for i in range(count) for d in (-1.3, 1.3)],
                material="brass",
            ),
        ]
        parts += move(plug, middle[end], turned=turn("z", angle))
    return shape("wires_ribbon", parts, leaf=LEAF)


def spool(rng: np.random.Generator) -> Shape:
    """Wire on a plastic reel, with a loose end."""
    radius, width = float(rng.uniform(18.0, 42.0)), float(rng.uniform(18.0, 50.0))
    fill = float(rng.uniform(0.6, 0.92))
    bare = rng.random() < 0.3
    core = 0.4 * radius
    wound = core + fill * (radius - core)
    parts: list[Part] = [
        pipe(radius, 0.2 * radius, 2.2, (s * width / 2.0, 0.0, 0.0), material="abs", axis="x", sides=26)
        for s in (-1, 1)
    ]
    parts.append(pipe(core, core - 2.0, width, material="abs", axis="x", sides=22))
    layers = max(2, int((wound - core) / (1.2 if bare else 3.2)))
    for layer in range(layers):
        r = core + (layer + 0.5) * (wound - core) / layers
        thick = 0.7 * (wound - core) / layers if bare else 0.6
        parts.append(pipe(r + thick / 2.0, r - thick / 2.0, width - 3.0, material="copper", axis="x", sides=24))
        if not bare:
            parts.append(pipe(r + 1.4, r + 0.4, width - 3.0, material="pvc", axis="x", sides=24))
    parts += wire_parts(_loose_end(rng, np.array([0.0, wound, 0.0]), (2.0, 7.0)), 0.45)
    return shape("wires_spool", parts, leaf=LEAF)


def loom(rng: np.random.Generator) -> Shape:
    """A loom: a taped bundle that branches, with plugs on the ends."""
    gauge = _gauge(rng)
    count = int(rng.integers(5, 11))
    spine = wander(rng, 4, rng.uniform([150.0, 50.0, 8.0], [250.0, 110.0, 16.0]), 30)
    spine = spine[np.argsort(spine[:, 0])]
    spine[:, 1:] = np.column_stack(
        [np.convolve(np.pad(spine[:, i], 3, mode="edge"), np.ones(7) / 7.0, "valid") for i in (1, 2)]
    )
    parts: list[Part] = []
    for _ in range(count):
        offset = rng.normal(0.0, 1.6 * gauge * np.sqrt(count), 3) * [0, 1, 1]
        leave = int(rng.integers(10, 29))
        branch = _loose_end(rng, spine[leave] + offset, (4.0, float(rng.normal(0.0, 6.0))))
        parts += wire_parts(np.concatenate([spine[: leave + 1] + offset, branch]), gauge)
        if rng.random() < 0.6:
            parts += [
                box((12.0, 7.0, 6.0), branch[-1], material="nylon"),
                box((9.0, 2.0, 1.5), branch[-1], material="brass"),
            ]
    for place in rng.integers(2, 26, int(rng.integers(2, 6))):
        parts.append(
            cylinder(
                2.4 * gauge * np.sqrt(count) + 1.0, 12.0, spine[place], material="pvc", axis="x", sides=12, wall=0.4
            )
        )
    return shape("wires_loom", parts, leaf=LEAF)


def clip_leads(rng: np.random.Generator) -> Shape:
    """Test leads with spring clips at both ends."""
    parts: list[Part] = []
    for _ in range(int(rng.integers(2, 6))):
        path = wander(rng, 5, rng.uniform([100.0, 70.0, 6.0], [220.0, 150.0, 14.0]), 44)
        parts += wire_parts(path, 0.45)
        for end, inner in ((0, 1), (-1, -2)):
            angle = float(np.degrees(np.arctan2(*(path[end] - path[inner])[[1, 0]])))
            clip = [
                *[box((30.0, 0.7, 6.0), (15.0, s * (2.5 + 1.0), 0.0), material="steel") for s in (-1, 1)],
                cylinder(2.6, 6.0, (13.0, 0.0, 0.0), material="steel", sides=10, wall=0.5),
                tube([(-2.0, 0.0, 0.0), (22.0, 0.0, 0.0)], 5.5, material="pvc", sides=8, wall=0.4),
            ]
            parts += move(clip, path[end], turned=turn("z", angle))
    return shape("wires_clips", parts, leaf=LEAF)


KINDS: tuple[Kind, ...] = (
    Kind("wires_tangle", LEAF, tangle, 1.5),
    Kind("wires_hank", LEAF, hank, 1.3),
    Kind("wires_twisted", LEAF, twisted_pairs),
    Kind("wires_ribbon", LEAF, ribbon, 0.8),
    Kind("wires_spool", LEAF, spool),
    Kind("wires_loom", LEAF, loom),
    Kind("wires_clips", LEAF, clip_leads, 0.7),
)
