"""Vessels for liquids and powders: a skin, what is in it up to a level, and its cap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.geometry.shape import Part
from parcelray.datasets.synth.geometry.solids import cylinder, lathe
from parcelray.datasets.synth.shapes.forms import filled_to, squarish

Profile = Sequence[tuple[float, float]]
LIQUIDS = ("water", "water", "ethanol", "oil")


@dataclass(frozen=True)
class Vessel:
    """A vessel that stands on z = 0.

    Attributes:
        profile: radius and height from the bottom to the mouth, mm.
        half: half its width and depth where the radius is 1; None for a round one (radii in mm).
        power: of its rounded rectangle.
        material: of its wall.
        wall: mm.
    """

    profile: Profile
    half: tuple[float, float] | None
    power: float
    material: str
    wall: float

    def skin(self, sides: int = 30) -> Part:
        """The wall."""
        return self._shaped(lathe(self.profile, material=self.material, sides=sides, wall=self.wall))

    def filling(
        self, rng: np.random.Generator, material: str, share: float, *, grain: float = 0.0, sides: int = 30
    ) -> Part:
        """What is in it: up to a level as it stands or, where it is more than half full, as it lies on its side."""
        width = self.half[0] if self.half else 1.0
        inset = self.wall / width if self.half else self.wall
        inside = [(max(r - inset, 0.2 * r), h) for r, h in self.profile]
        low = self.profile[0][1] + self.wall
        heights = np.array([h for _, h in inside])
        radii = np.array([r for r, _ in inside])
        if share > 0.55 and rng.random() < 0.5:
            body = self._shaped(
                lathe(_clipped(radii, heights, low, heights.max()), material=material, sides=sides, grain=grain)
            )
            return filled_to(body, 1, share)
        level = low + share * (heights.max() - low)
        return self._shaped(lathe(_clipped(radii, heights, low, level), material=material, sides=sides, grain=grain))

    def _shaped(self, part: Part) -> Part:
        return part if self.half is None else squarish(part, self.half, self.power)


def _clipped(radii: NDArray[np.float64], heights: NDArray[np.float64], low: float, high: float) -> Profile:
    """The part of a profile between two heights; the vessel's bottom plate, drawn inwards, is left out."""
    outer = np.argmax(radii > 0.5 * radii.max())
    radii, heights = radii[outer:], np.maximum.accumulate(heights[outer:])
    inside = (heights > low + 0.2) & (heights < high - 0.2)
    return [
        (float(np.interp(low, heights, radii)), low),
        *zip(radii[inside].tolist(), heights[inside].tolist(), strict=True),
        (float(np.interp(high, heights, radii)), high),
    ]


def screw_cap_parts(
    rng: np.random.Generator,
    radius: float,
    height: float,
    at: tuple[float, float, float],
    *,
    material: str = "polypropylene",
) -> list[Part]:
    """A cap with its ribs, liner and often a tamper ring."""
    x, y, z = at
    parts = [
        cylinder(radius, height, (x, y, z + height / 2.0), material=material, sides=20, wall=1.6),
        cylinder(0.85 * radius, 1.2, (x, y, z + height - 1.5), material="polyethylene", sides=16),
    ]
    if rng.random() < 0.6:
        ring = cylinder(1.04 * radius, 3.0, (x, y, z - 2.5), material=material, sides=20, wall=1.6)
        parts.append(replace(ring, wall=1.6))
    return parts
