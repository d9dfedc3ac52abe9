"""What is labelled in a view, and how hard it is to see.

One policy for all that is drawn: a shape is labelled when it has a leaf of the taxonomy. Parts of a whole gun are part
masks of that gun, never labels of their own; batteries and boards inside an appliance belong to the appliance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.geometry.shape import Shape
from parcelray.datasets.synth.physics.materials import INDEX_OF, MATERIALS
from parcelray.datasets.synth.physics.quadrature import Quadrature
from parcelray.datasets.synth.physics.transmission import transmit
from parcelray.datasets.synth.projection import Footprint, Projection

Level = Literal["easy", "hard", "hidden"]

# An item is where it takes away more than this share of the X-rays by itself.
_OUTLINE_ATTENUATION = 0.012
# A pixel shows the item when its signal differs by three standard deviations of the noise, and by 3 % (Rose's
# criterion; the second is what a screen and an eye need).
_MIN_CONTRAST_TO_NOISE, _MIN_LOG_CONTRAST = 3.0, 0.03
# Of an item that shows less than this there is nothing to learn and nothing to find: it is in the parcel's truth only.
MIN_VISIBLE = 0.2
# Levels by the visible share and by clutter: its deviation and half its mean, as multiples of the item's attenuation.
_EASY_VISIBLE, _EASY_CLUTTER = 0.9, 0.9
_HIDDEN_VISIBLE, _HIDDEN_CLUTTER = 0.5, 2.2
# Logarithms are taken of no less signal than this: a ten-thousandth of air is what detectors end at.
_FLOOR = 1e-4


@dataclass(frozen=True, eq=False)
class PartMask:
    """One part of a whole gun: its role and where it is, in the item's window."""

    role: str
    mask: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Label:
    """One item in one view.

    Attributes:
        leaf: of the taxonomy.
        shape: identifier of its shape in the library.
        box: x0, y0, x1, y1 in pixels; amodal: as if nothing else were in the parcel, up to the picture's edge.
        rows: of the mask's window in the picture.
        columns: of the mask's window in the picture.
        mask: (h, w) bool, amodal too.
        parts: of a whole gun.
        material: that most of its mass is of.
        visible: the share of the mask where it shows in the picture.
        own: mean attenuation (natural logarithm, high energy) that it adds.
        clutter: mean attenuation of all else in its mask.
        clutter_deviation: standard deviation of that.
        level: how hard it is to see.
        count: of notes or coins, where that is known.
    """

    leaf: str
    shape: str
    box: tuple[int, int, int, int]
    rows: slice
    columns: slice
    mask: NDArray[np.bool_]
    parts: tuple[PartMask, ...]
    material: str
    visible: float
    own: float
    clutter: float
    clutter_deviation: float
    level: Level
    count: int | None

    def transposed(self) -> Label:
        """The same in a picture whose rows became its columns."""
        x0, y0, x1, y1 = self.box
        return replace(
            self,
            box=(y0, x0, y1, x1),
            rows=self.columns,
            columns=self.rows,
            mask=self.mask.T,
            parts=tuple(PartMask(part.role, part.mask.T) for part in self.parts),
        )


def label_view(
    shapes: Sequence[Shape], projection: Projection, quadrature: Quadrature, photons: tuple[float, float]
) -> list[Label]:
    """Label what a projection shows.

    Args:
        shapes: as they were projected.
        projection: of them.
        quadrature: that it was projected with.
        photons: high and low, that a pixel counts in air.
    """
    labels = []
    for footprint in projection.footprints:
        whole = np.ascontiguousarray(projection.paths[footprint.rows, footprint.columns])
        seen = transmit(whole, quadrature.weights)
        without = transmit(np.maximum(whole - footprint.paths, np.float32(0.0)), quadrature.weights)
        label = label_item(shapes[footprint.shape], footprint, quadrature, without, seen, photons)
        labels.extend([label] if label is not None else [])
    return labels


def label_item(
    shape: Shape,
    footprint: Footprint,
    quadrature: Quadrature,
    without: NDArray[np.float32],
    seen: NDArray[np.float32],
    photons: tuple[float, float],
) -> Label | None:
    """Label one item, from what is there without it and with it.

    Args:
        shape: with a leaf.
        footprint: of it.
        quadrature: that it was projected with.
        without: (2, h, w) high and low transmission in the footprint's window, without the item.
        seen: the same with it.
        photons: high and low, that a pixel counts in air.

    Returns:
        None where too little of it shows.

    Raises:
        ValueError: the shape has no leaf.
    """
    if shape.leaf is None:
        raise ValueError(f"expected a shape with a leaf, got {shape.identifier or shape.kind}")
    mask = transmit(footprint.paths, quadrature.weights)[0] < 1.0 - _OUTLINE_ATTENUATION
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if len(rows) == 0:
        return None
    inner = slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
    mask = mask[inner]
    top, left = footprint.rows.start, footprint.columns.start
    placed = (
        slice(top + inner[0].start, top + inner[0].stop),
        slice(left + inner[1].start, left + inner[1].stop),
    )
    window = (slice(None), *inner)
    seen, without = seen[window], without[window]
    counted = np.asarray(photons, np.float32)[:, None, None]
    noise = np.sqrt(np.maximum(seen, np.float32(1e-6)) / counted + np.float32(1e-8))
    contrast = ((without - seen) / noise).max(axis=0)
    behind = -np.log(np.maximum(without[0], np.float32(_FLOOR)))
    added = -np.log(np.maximum(seen[0], np.float32(_FLOOR))) - behind
    shows = (contrast > _MIN_CONTRAST_TO_NOISE) & (added > _MIN_LOG_CONTRAST)
    visible = float(shows[mask].mean())
    if visible < MIN_VISIBLE:
        return None
    own_mean, clutter, deviation = (float(v) for v in (added[mask].mean(), behind[mask].mean(), behind[mask].std()))
    return Label(
        leaf=shape.leaf,
        shape=shape.identifier,
        box=(placed[1].start, placed[0].start, placed[1].stop, placed[0].stop),
        rows=placed[0],
        columns=placed[1],
        mask=mask,
        parts=tuple(PartMask(role, found[inner]) for role, found in sorted(footprint.roles.items()) if found.any()),
        material=main_material(shape),
        visible=visible,
        own=own_mean,
        clutter=clutter,
        clutter_deviation=deviation,
        level=_level(visible, (deviation + 0.5 * clutter) / max(own_mean, 1e-3)),
        count=shape.count,
    )


def _level(visible: float, clutter: float) -> Level:
    if visible > _EASY_VISIBLE and clutter < _EASY_CLUTTER:
        return "easy"
    if visible < _HIDDEN_VISIBLE or clutter > _HIDDEN_CLUTTER:
        return "hidden"
    return "hard"


def main_material(shape: Shape) -> str:
    """The material that most of a shape's mass is of."""
    mass: dict[str, float] = {}
    for part in shape.parts:
        if part.wall > 0.0:
            a, b, c = (part.vertices[part.faces[:, i]] for i in range(3))
            volume = float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum()) / 2.0 * part.wall
        else:
            volume = part.volume()
        mass[part.material] = mass.get(part.material, 0.0) + volume * MATERIALS[INDEX_OF[part.material]].density
    return max(mass, key=lambda material: mass[material])
