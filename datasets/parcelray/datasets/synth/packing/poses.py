"""How things lie: most on their largest side, some on another, few any way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from parcelray.datasets.synth.geometry.placing import any_turn, move_shape, turn
from parcelray.datasets.synth.geometry.shape import Shape, bounds_of

# Of things as thick as wide; the thinner a thing, the more surely it lies flat: a plate does not stand on its edge.
SIDE_SHARE, ANYHOW_SHARE = 0.18, 0.10
# A thing counts as thin when it is less than this share as thick as wide.
_THIN = 0.67
# Nothing lies quite level: deviation in degrees of things up to a length in mm, and less of longer ones.
_TILT, _TILT_LENGTH = 4.0, 200.0
_STAND_UP = (turn("y", 90.0), turn("x", 90.0), np.eye(3))


def pose(thing: Sequence[Shape], rng: np.random.Generator, *, flat: bool = False) -> list[Shape]:
    """Turn a thing as it would lie.

    Args:
        thing: the shapes of one thing, around the origin.
        rng: decides.
        flat: on its largest side, whatever chance says: shallow parcels hold things in no other way.
    """
    low, high = bounds_of(thing)
    extent = high - low
    order = np.argsort(extent)
    tilt = _TILT * min(1.0, _TILT_LENGTH / float(extent.max()))
    unsure = min(1.0, float(extent[order[0]] / max(extent[order[1]], 1e-6)) / _THIN)
    side, anyhow = SIDE_SHARE * unsure, ANYHOW_SHARE * unsure
    draw = 1.0 if flat else float(rng.random())
    about = turn("z", float(rng.uniform(0.0, 360.0)))
    if draw >= side + anyhow:
        over = 180.0 * int(rng.integers(0, 2))
        tilted = turn("x", float(rng.normal(0.0, tilt)) + over) @ turn("y", float(rng.normal(0.0, tilt)))
        turned = about @ tilted @ _STAND_UP[order[0]]
    elif draw >= anyhow:
        turned = about @ turn("x", float(rng.normal(0.0, tilt))) @ _STAND_UP[order[1]]
    else:
        turned = any_turn(rng)
    return [move_shape(shape, turned=turned) for shape in thing]


def along_x(thing: Sequence[Shape], rng: np.random.Generator) -> list[Shape]:
    """Turn a thing about the upright axis until it is least wide: so long things lie in long containers."""
    angles = np.arange(0.0, 180.0, 7.5)
    widths = [_width(thing, angle) for angle in angles]
    best = float(angles[int(np.argmin(widths))]) + float(rng.normal(0.0, _TILT / 4.0))
    return [move_shape(shape, turned=turn("z", best)) for shape in thing]


def _width(thing: Sequence[Shape], angle: float) -> float:
    """How far a thing reaches along y when it is turned."""
    across = np.array([np.sin(np.radians(angle)), np.cos(np.radians(angle))], np.float32)
    reaches = [part.vertices[:, :2] @ across for shape in thing for part in shape.parts]
    return float(max(reach.max() for reach in reaches) - min(reach.min() for reach in reaches))
