"""The nouns of geometry: a part is one surface of one material, a shape is a thing made of parts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.geometry.kernels import corners, enclosed


@dataclass(frozen=True, eq=False)
class Part:
    """One surface of one material.

    A *solid* part is a closed surface whose faces look outwards (counter-clockwise seen from outside): rays are
    weakened by the length between entry and exit. Parts add up along a ray, so a hole is the same surface turned
    inside out (``hollow``). A *shell* part (``wall`` above 0) need not be closed: every crossing counts the wall's
    thickness, divided by the cosine of the incidence.

    Attributes:
        vertices: (N, 3) float32 mm.
        faces: (M, 3) int32 indices into the vertices.
        material: a name of ``physics.materials``.
        wall: thickness of a shell in mm; 0 for a solid.
        role: which part of a firearm this is ("slide", "frame", "barrel", "magazine"); empty otherwise.
        grain: how much the density fluctuates from place to place, as a share of the thickness: weave, print, powder.
    """

    vertices: NDArray[np.float32]
    faces: NDArray[np.int32]
    material: str
    wall: float = 0.0
    role: str = ""
    grain: float = 0.0

    def volume(self) -> float:
        """Of a closed surface, in mm³; negative for a hole."""
        return float(enclosed(self.vertices, self.faces))


@dataclass(frozen=True, eq=False)
class Shape:
    """A thing that can lie in a parcel.

    Attributes:
        kind: what it is, as its drawing is called: "pistol", "hair_dryer".
        leaf: the taxonomy's leaf that it is labelled with; None for what is benign.
        parts: all of its surfaces, in mm, around its own centre.
        soft: lies down over what is below it, as cloth does.
        count: of notes in a bundle or coins in a roll, where that is the thing to know.
        identifier: kind and number of the drawing in the library; empty until the library names it.
    """

    kind: str
    leaf: str | None
    parts: tuple[Part, ...]
    soft: bool = False
    count: int | None = None
    identifier: str = ""

    def bounds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The lowest and the highest corner, each (3,) mm."""
        low, high = self._corners
        return low.copy(), high.copy()

    def extent(self) -> NDArray[np.float64]:
        """Length along each axis: (3,) mm."""
        low, high = self._corners
        return high - low

    @cached_property
    def _corners(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        # Asked for at every step of packing, and by far the most of what a shape is asked for.
        found = np.array([corners(part.vertices) for part in self.parts])
        return found[:, 0].min(axis=0), found[:, 1].max(axis=0)


def bounds_of(shapes: Iterable[Shape]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The lowest and the highest corner of several shapes, each (3,) mm."""
    lows, highs = zip(*(shape.bounds() for shape in shapes), strict=True)
    return np.min(lows, axis=0), np.max(highs, axis=0)


def shape(
    kind: str,
    parts: Iterable[Part],
    *,
    leaf: str | None = None,
    soft: bool = False,
    count: int | None = None,
) -> Shape:
    """Make a shape of parts: those of one make are joined, and the whole is centred on the origin.

    Joined parts are cast in one go, which is what makes things of hundreds of parts affordable.

    Raises:
        ValueError: there is no part.
    """
    joined = join(parts)
    if not joined:
        raise ValueError(f"{kind}: expected at least one part, got none")
    drawn = Shape(kind, leaf, tuple(joined), soft, count)
    low, high = drawn.bounds()
    centre = ((low + high) / 2.0).astype(np.float32)
    return replace(drawn, parts=tuple(replace(part, vertices=part.vertices - centre) for part in joined))


def join(parts: Iterable[Part]) -> list[Part]:
    """Parts of the same material, wall, role and grain become one part each."""
    alike: dict[tuple[str, float, str, float], list[Part]] = {}
    for part in parts:
        alike.setdefault((part.material, part.wall, part.role, part.grain), []).append(part)
    joined = []
    for group in alike.values():
        if len(group) == 1:
            joined.append(group[0])
            continue
        offsets = np.cumsum([0] + [len(part.vertices) for part in group[:-1]])
        vertices = np.concatenate([part.vertices for part in group])
        faces = np.concatenate([part.faces + np.int32(first) for part, first in zip(group, offsets, strict=True)])
        joined.append(replace(group[0], vertices=vertices, faces=faces))
    return joined
