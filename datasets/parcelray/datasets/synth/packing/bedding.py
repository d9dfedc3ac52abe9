"""Clothes that a bag is full of: one heap or stack as wide as the bag, on which and in which all else lies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.geometry.placing import move_shape
from parcelray.datasets.synth.geometry.shape import Shape
from parcelray.datasets.synth.shapes.library import Library, Split

# How often each comes, by how often it stands here.
KINDS = ("heap_of_clothes", "heap_of_clothes", "packed_clothes", "packed_clothes", "folded_pile", "rolled_clothes")
# Of the container's inside, edge by edge.
_LENGTH, _HEIGHT = (0.8, 1.0), (0.45, 0.95)
# A drawing is stretched by so much at most; beyond, its seams and walls would look wrong.
_STRETCH = (0.45, 1.7)


def bedding(rng: np.random.Generator, library: Library, inner: NDArray[np.float64], split: Split) -> Shape | None:
    """Clothes that fill a container to some height.

    Args:
        rng: decides.
        library: has clothes.
        inner: (3,) mm of the container.
        split: which of its shapes may be used.

    Returns:
        The clothes, lying as they are to lie; None where the library has none.
    """
    known = {kind.name for kind in library.kinds}
    kinds = [name for name in KINDS if name in known]
    if not kinds:
        return None
    clothes = library.pick(rng, None, split, kinds=kinds)
    wanted = inner * [*rng.uniform(*_LENGTH, 2), rng.uniform(*_HEIGHT)]
    scale = np.clip(wanted / clothes.extent(), *_STRETCH)
    # A container that is smaller than the least stretch is left without.
    scaled = move_shape(clothes, scale=scale)
    return scaled if np.all(scaled.extent()[:2] <= inner[:2] + 1e-3) else None
