"""One packed parcel, with its truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.geometry.placing import move_shape
from parcelray.datasets.synth.geometry.shape import Shape
from parcelray.datasets.synth.packing.bedding import KINDS as BEDDING
from parcelray.datasets.synth.packing.bedding import bedding
from parcelray.datasets.synth.packing.box import PackingBox
from parcelray.datasets.synth.packing.concealment import conceal
from parcelray.datasets.synth.packing.contents import BENIGN, draw_contraband
from parcelray.datasets.synth.packing.poses import along_x, pose
from parcelray.datasets.synth.shapes.containers import CONTAINERS, FILLERS
from parcelray.datasets.synth.shapes.containers.kind import ContainerKind
from parcelray.datasets.synth.shapes.library import Library, Split

# Shallower than this, things lie flat.
_SHALLOW_MM = 90.0
_CONCEALED_SHARE = 0.35
# Contraband goes in first, so that all else lies on it, in this share of parcels; otherwise anywhere between.
_BURIED_SHARE = 0.35
_FILLED_SHARE = 0.35
# A parcel is made larger for an item that is too large for it, with some room, up to what a courier takes.
_ROOM = 1.06
_LONGEST_MM = 1100.0
# So many benign things for each square decimetre of floor, from nearly empty to full.
_DENSITY = (0.45, 2.4)
_FEWEST, _MOST = 2, 24
# Attempts at putting in a benign thing, and an item; and by what factor an item may stand out.
_TRIES, _ITEM_TRIES, _OVERFULL = 2, 6, 1.4


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


def pack_parcel(rng: np.random.Generator, library: Library, *, contraband: bool, split: Split = "open") -> Parcel:
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
    for item in items:
        inner = np.maximum(inner, _ROOM * np.sort(item.extent())[::-1])
    inner[0] = min(inner[0], _LONGEST_MM)
    box = PackingBox(inner, rng)
    shallow = inner[2] < _SHALLOW_MM

    things = [conceal(item, rng, library, split) if rng.random() < _CONCEALED_SHARE else [item] for item in items]
    density = np.exp(rng.uniform(*np.log(_DENSITY)))
    count = int(np.clip(density * inner[0] * inner[1] / 1e4, _FEWEST, _MOST))
    benign = [_fitting(rng, library, inner, split) for _ in range(count)]
    clothes = bedding(rng, library, inner, split) if rng.random() < kind.clothed else None
    packed = [
        leaf
        for thing in _in_order(rng, things, benign, clothes)
        for leaf in [_put(box, thing, rng, shallow=shallow)]
        if leaf is not None
    ]
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
    rng: np.random.Generator, items: Sequence[list[Shape]], benign: Sequence[Shape | None], clothes: Shape | None
) -> Sequence[list[Shape]]:
    """The things in the order in which they are put in: clothes early, contraband first or anywhere."""
    everything = [*items, *([shape] for shape in benign if shape is not None)]
    buried = rng.random() < _BURIED_SHARE
    order = range(len(everything)) if buried else rng.permutation(len(everything))
    things = [everything[i] for i in order]
    if clothes is not None:
        # Below all, or on what was put in before them.
        things.insert(int(rng.integers(0, 4)) if things else 0, [clothes])
    return things


def _put(box: PackingBox, thing: Sequence[Shape], rng: np.random.Generator, *, shallow: bool) -> str | None:
    """Put a thing in, if it fits; returns the leaf of contraband that is in."""
    item = [shape for shape in thing if shape.leaf is not None]
    if not item:
        for attempt in range(_TRIES):
            if box.put(_posed(thing, rng, flat=shallow or attempt > 0)):
                break
        return None
    for attempt in range(_ITEM_TRIES):
        # What does not fit with what hides it is put in without.
        tried = thing if attempt < _ITEM_TRIES // 2 else item
        posed = pose(tried, rng, flat=shallow or attempt > 1)
        if attempt > 0 and _length(posed) > box.inner[1]:
            posed = along_x(posed, rng)
        if box.put(posed, overfull=_OVERFULL):
            return item[0].leaf
    return None


def _length(thing: Sequence[Shape]) -> float:
    return max(float(shape.extent().max()) for shape in thing)


def _posed(thing: Sequence[Shape], rng: np.random.Generator, *, flat: bool) -> Sequence[Shape]:
    """Clothes that fill a bag lie as they were made to; all else anyhow."""
    return thing if thing[0].kind in BEDDING else pose(thing, rng, flat=flat)


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
