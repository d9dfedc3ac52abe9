"""Cases of panels with metal edges, and the handles, locks and catches that suitcases have as well."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.geometry.placing import move, turn
from parcelray.datasets.synth.geometry.shape import Part, Shape, join
from parcelray.datasets.synth.geometry.solids import box, cylinder, ellipsoid, pipe, tube
from parcelray.datasets.synth.shapes.containers.fittings import loop, rivets_at
from parcelray.datasets.synth.shapes.containers.kind import ContainerKind, sizes


def metal_case(rng: np.random.Generator, inner: NDArray[np.float64]) -> Shape:
    """A flight or photographer's case: aluminium edges, riveted corners, latches, a foam lining."""
    x, y, z = (float(v) for v in inner)
    panel = str(rng.choice(["aluminium", "abs", "wood"]))
    thick = {"aluminium": 0.9, "abs": 3.0, "wood": 6.0}[panel]
    parts: list[Part] = [box(inner + 4.0, inner / 2.0, material=panel, wall=thick, grain=0.03)]
    edges = [loop((-3.0, -3.0), (x + 3.0, y + 3.0), 8.0, level) for level in (-3.0, 0.58 * z, 0.62 * z, z + 3.0)]
    parts += [tube(path, 6.0, material="aluminium", sides=4, wall=1.5) for path in edges]
    parts += [
        box((12.0, 12.0, z), (cx, cy, z / 2.0), material="aluminium", wall=1.5)
        for cx in (-2.0, x + 2.0)
        for cy in (-2.0, y + 2.0)
    ]
    corners = [(cx, cy, cz) for cx in (0.0, x) for cy in (0.0, y) for cz in (0.0, z)]
    parts += [ellipsoid((20.0, 20.0, 20.0), at, material="steel", sides=12, rings=6, wall=0.9) for at in corners]
    along = [(h, side * y, level) for h in np.linspace(0.08, 0.92, 7) * x for side in (0, 1) for level in (0.0, z)]
    parts += rivets_at(along, material="aluminium")
    parts += latch_parts(rng, inner)
    parts += [
        box((0.96 * x, 0.96 * y, 14.0), (x / 2.0, y / 2.0, level), material="foam", grain=0.1)
        for level in (8.0, z - 8.0)
    ]
    hinge = [(h, y + 3.0, 0.6 * z) for h in np.linspace(0.2, 0.8, 3) * x]
    parts += [cylinder(3.5, 46.0, at, material="steel", axis="x", sides=9) for at in hinge]
    parts += move(bail_parts(110.0), (x / 2.0, -12.0, 0.55 * z), turned=turn("z", 180.0))
    return Shape("case_metal", None, tuple(join(parts)))


def bail_parts(length: float) -> list[Part]:
    """A carrying handle above x, its ends turned down: steel strip in a moulded grip, with end pieces."""
    t = np.linspace(-1.0, 1.0, 15)
    path = np.column_stack([t * length / 2.0, 16.0 * (1.0 - t**4), np.zeros(15)])
    parts = [
        tube(path[2:-2], 8.0, material="polypropylene", sides=8, wall=2.5),
        tube(path, 1.6, material="steel", sides=5),
    ]
    for end in (-1.0, 1.0):
        at = (end * length / 2.0, -1.0, 0.0)
        parts += [
            box((24.0, 10.0, 26.0), at, material="polypropylene", wall=2.5),
            box((16.0, 1.5, 20.0), at, material="steel"),
            *move(cylinder(2.0, 22.0, material="steel", sides=7), at),
        ]
    return parts


def latch_parts(rng: np.random.Generator, inner: NDArray[np.float64]) -> list[Part]:
    """A lock with its numbered wheels in the middle of one long side, and two catches beside it."""
    x, _, z = (float(v) for v in inner)
    parts: list[Part] = [
        box((64.0, 12.0, 26.0), (x / 2.0, -8.0, 0.5 * z), material="zinc", wall=1.2),
        cylinder(4.0, 18.0, (x / 2.0 - 18.0, -8.0, 0.5 * z), material="zinc", sides=10),
    ]
    parts += [
        pipe(6.5, 2.0, 5.0, (x / 2.0 + d, -8.0, 0.5 * z), material="brass", axis="x", sides=12) for d in (0, 8, 16)
    ]
    parts.append(cylinder(1.6, 46.0, (x / 2.0, -8.0, 0.5 * z), material="steel", axis="x", sides=7))
    for place in (0.2 * x + rng.normal(0.0, 5.0), 0.8 * x + rng.normal(0.0, 5.0)):
        parts.append(box((36.0, 8.0, 44.0), (place, -6.0, 0.5 * z), material="steel", wall=0.9))
        hook = [(place - 10.0, -8.0, 0.4 * z), (place, -8.0, 0.6 * z), (place + 10.0, -8.0, 0.4 * z)]
        parts.append(tube(hook, 1.6, material="steel", sides=5))
    return parts


KINDS: tuple[ContainerKind, ...] = (
    ContainerKind("case_metal", sizes((300.0, 220.0, 90.0), (480.0, 350.0, 170.0)), metal_case, 0.5, clothed=0.1),
)
