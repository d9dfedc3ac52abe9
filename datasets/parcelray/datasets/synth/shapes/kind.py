"""A kind of thing, and how one of it is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from parcelray.datasets.synth.geometry.shape import Shape


@dataclass(frozen=True)
class Kind:
    """One kind of thing in the library.

    Attributes:
        name: as in the shape's ``kind``.
        leaf: the taxonomy's leaf that it is labelled with; None for what is benign.
        draw: makes one, of which no two are alike, from a random generator alone.
        weight: how often it comes, beside others of its leaf (or of the benign).
    """

    name: str
    leaf: str | None
    draw: Callable[[np.random.Generator], Shape]
    weight: float = 1.0
