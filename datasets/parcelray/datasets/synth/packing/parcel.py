"""One packed parcel, with its truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.geometry.placing import move_shape
from parcelray.datasets.synth.geometry.shape import Shape
from parcelray.datasets.synth.packing.box import PackingBox
from parcelray.datasets.synth.packing.concealment import conceal
from parcelray.datasets.synth.packing.contents import BENIGN, draw_contraband
from parcelray.datasets.synth.packing.poses import pose
from parcelray.datasets.synth.shapes.containers import CONTAINERS, FILLERS
from parcelray.datasets.synth.shapes.containers.kind import ContainerKind
from parcelray.datasets.synth.shapes.library import Library, Split

# Shallower than this, things lie flat.
_SHALLOW_MM = 90.0
_CONCEALED_SHARE = 0.35
# Contraband goes in first, so that all else lies on it, in this share of parcels; otherwise anywhere between.
_BURIED_SHARE = 0.35
_FILLED_SHARE = 0.35
# A parcel is made larger for an item that is too long for it, up to what a courier takes.
_LONGEST_MM = 900.0
# So many benign things for each square decimetre of floor, from nearly empty to full.
_DENSITY = (0.15, 2.2)
_FEWEST, _MOST = 2, 26


@dataclass(frozen=True, eq=False)
class Parcel:
    """What stands on the belt.

    Attributes:
        shapes: all of it, the container first; inner space from the origin to ``inner``, mm.
        inner: (3,) mm.
        container: what it is packed in.
        truth: "benign", or what it was packed for.
        packed: the leaves that were really put in: what did not fit is not there.
    """

    shapes: tuple[Shape, ...]
    inner: NDArray[np.float64]
    container: str
    truth: str
    packed: tuple[str, ...]


def pack_parcel(
    rng: np.random.Generator, library: Library, *, contraband: bool, split: Split = "open"
) -> Parcel:
    """Pack a parcel.

    Args:
        rng: decides everything.
        library: of things.
        contraband: with some, or benign.
        split: which of the library's shapes may be used.
    """
    truth, leaves = draw_contraband(rng) if contraband else (BENIGN, ())
    items = [library.pick(rng, leaf, split) for leaf in leaves]
    kind = _choose_container(rng, CONTAINERS)
    inner = np.asarray(kind.size(rng), np.float64)
    longest = max((float(item.extent().max()) for item in items), default=0.0)
    inner[0] = min(max(inner[0], longest * 1.05), _LONGEST_MM)
    box = PackingBox(inner, rng)
    shallow = inner[2] < _SHALLOW_MM

    things: list[list[Shape]] = [
        conceal(item, rng, library, split) if rng.random() < _CONCEALED_SHARE else [item] for item in items
    ]
    count = int(np.clip(np.exp(rng.uniform(*np.log(_DENSITY))) * inner[0] * inner[1] / 1e4, _FEWEST, _MOST))
    benign = [_fitting(rng, library, inner, split) for _ in range(count)]
    packed: list[str] = []
    for thing in _in_order(rng, things, [[shape] for shape in benign if shape is not None]):
        leaf = next((shape.leaf for shape in thing if shape.leaf is not None), None)
        tries = 6 if leaf is not None else 2
        for attempt in range(tries):
            flat = shallow or attempt > 1
            if box.put(pose(thing, rng, flat=flat), overfull=1.15 if leaf is not None else 1.0):
                packed.extend([leaf] if leaf is not None else [])
                break
    inner[2] = max(inner[2] * 0.4, box.filled_to + 4.0)
    shapes = [kind.draw(rng, inner), *box.contents]
    if rng.random() < _FILLED_SHARE and not shallow:
        shapes.append(_choose_container(rng, FILLERS).draw(rng, inner))
    return Parcel(tuple(shapes), inner, kind.name, truth if packed else BENIGN, tuple(packed))


def moved(parcel: Parcel, at: NDArray[np.float64], turned: NDArray[np.float64]) -> list[Shape]:
    """The parcel's shapes on the belt: turned about the middle of its floor, which comes to lie at ``at``."""
    middle = np.array([parcel.inner[0] / 2.0, parcel.inner[1] / 2.0, 0.0])
    return [move_shape(shape, at - turned @ middle, turned=turned) for shape in parcel.shapes]


def _in_order(
    rng: np.random.Generator, items: Sequence[list[Shape]], benign: Sequence[list[Shape]]
) -> Sequence[list[Shape]]:
    if rng.random() < _BURIED_SHARE:
        return [*items, *benign]
    everything = [*items, *benign]
    return [everything[i] for i in rng.permutation(len(everything))]


def _fitting(rng: np.random.Generator, library: Library, inner: NDArray[np.float64], split: Split) -> Shape | None:
    """A benign thing that goes into the container, if a few draws bring one."""
    space = np.sort(inner)
    for _ in range(6):
        shape = library.pick(rng, None, split)
        if np.all(np.sort(shape.extent()) < space * [1.1, 0.95, 0.95]):
            return shape
    return None


def _choose_container(rng: np.random.Generator, kinds: Sequence[ContainerKind]) -> ContainerKind:
    weights = np.array([kind.weight for kind in kinds])
    return kinds[int(rng.choice(len(kinds), p=weights / weights.sum()))]
