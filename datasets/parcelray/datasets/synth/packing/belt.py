"""Parcels on the belt: one, or several behind and beside each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.geometry.placing import turn
from parcelray.datasets.synth.geometry.shape import Shape
from parcelray.datasets.synth.packing.parcel import Parcel, moved

# Most parcels come nearly straight, some anyhow: deviation, share, and the widest angle in degrees.
_STRAIGHT, _STRAIGHT_SHARE, _ASKEW = 8.0, 0.6, 180.0
# Between parcels, mm; below nothing they touch or overlap in the picture.
_GAP = (-15.0, 120.0)


def lay_out(parcels: Sequence[Parcel], rng: np.random.Generator) -> tuple[list[Shape], NDArray[np.float64]]:
    """Put parcels on the belt one behind the other, each turned as it came.

    Args:
        parcels: at least one.
        rng: decides.

    Returns:
        All shapes, parcel by parcel, with x around 0, y from 0 on and z from the belt up; and the extent (3,) mm
        that they take.
    """
    shapes: list[Shape] = []
    belt = ends = 0.0
    width = height = 0.0
    for parcel in parcels:
        angle = rng.normal(0.0, _STRAIGHT) if rng.random() < _STRAIGHT_SHARE else rng.uniform(-_ASKEW, _ASKEW)
        turned = turn("z", float(angle))
        c, s = abs(turned[0, 0]), abs(turned[0, 1])
        across = c * parcel.inner[0] + s * parcel.inner[1]
        along = s * parcel.inner[0] + c * parcel.inner[1]
        aside = float(rng.normal(0.0, 40.0)) if len(parcels) > 1 else 0.0
        at = np.array([aside, belt + along / 2.0, 0.0])
        shapes.extend(moved(parcel, at, turned))
        ends = belt + along
        belt = ends + float(rng.uniform(*_GAP))
        width = max(width, across + 2.0 * abs(aside))
        height = max(height, float(parcel.inner[2]))
    return shapes, np.array([width, ends, height])
