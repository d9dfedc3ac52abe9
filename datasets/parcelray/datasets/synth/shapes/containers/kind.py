"""A kind of container or filler, and how one is drawn around a given inside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.geometry.shape import Shape


@dataclass(frozen=True)
class ContainerKind:
    """One kind of container.

    Attributes:
        name: as in the shape's ``kind``.
        size: an inside that such containers have, (3,) mm: the longest edge first, the height last.
        draw: the container around the inside (0, 0, 0) to (3,) mm, z up; not centred.
        weight: how often it comes.
        clothed: share of those of this kind that are full of clothes, among which all else lies.
    """

    name: str
    size: Callable[[np.random.Generator], NDArray[np.float64]]
    draw: Callable[[np.random.Generator, NDArray[np.float64]], Shape]
    weight: float = 1.0
    clothed: float = 0.3


def sizes(
    low: tuple[float, float, float], high: tuple[float, float, float]
) -> Callable[[np.random.Generator], NDArray[np.float64]]:
    """Insides between two, edge by edge, the first never shorter than the second."""

    def size(rng: np.random.Generator) -> NDArray[np.float64]:
        inner = rng.uniform(low, high)
        inner[:2] = np.sort(inner[:2])[::-1]
        return inner

    return size
