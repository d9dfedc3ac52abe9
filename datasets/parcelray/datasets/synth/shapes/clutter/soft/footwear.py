"""What shoes are made of: soles with their tread, uppers, insoles, shanks, eyelets and laces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon

from parcelray.datasets.synth.geometry.curves import smooth
from parcelray.datasets.synth.geometry.placing import hollow, move, turn
from parcelray.datasets.synth.geometry.shape import Part
from parcelray.datasets.synth.geometry.solids import boxes, cylinder, extrude, pipe, rounded_box, tube
from parcelray.datasets.synth.shapes.clutter.soft.cloth import seam
from parcelray.datasets.synth.shapes.clutter.soft.forms import chance, loft, pick, repeated, vec

# Half widths of a sole from heel to toe as shares of its length, and by how much its middle line bends inwards.
_STATIONS = np.array([0.0, 0.03, 0.1, 0.22, 0.36, 0.5, 0.64, 0.76, 0.87, 0.95, 1.0])
_HALF_WIDTH = np.array([0.03, 0.075, 0.112, 0.122, 0.108, 0.115, 0.155, 0.17, 0.145, 0.085, 0.02])
_BEND = np.array([0.0, 0.0, 0.0, 0.0, 0.012, 0.025, 0.025, 0.012, -0.01, -0.03, -0.035])
# Heights of an upper over the sole, as shares of the length.
LOW_SHOE = np.array([0.2, 0.24, 0.26, 0.25, 0.235, 0.25, 0.22, 0.17, 0.14, 0.1, 0.05])


@dataclass(frozen=True)
class Last:
    """The foot that a shoe is drawn around: along x, heel at the low end, z up from the ground.

    Attributes:
        length: mm.
        side: 1 for a left shoe, -1 for a right one.
        slim: factor of its width.
    """

    length: float
    side: float
    slim: float

    def outline(self, outset: float = 0.0) -> Polygon:
        """The sole's outline, widened by so many mm."""
        x = (_STATIONS - 0.5) * self.length
        middle = _BEND * self.length
        half = _HALF_WIDTH * self.length * self.slim
        left = smooth(np.stack([x, middle + half], -1), 34)
        right = smooth(np.stack([x, middle - half], -1), 34)[::-1]
        ring = np.vstack([left, right]) * [1.0, self.side]
        return Polygon(ring).buffer(outset, quad_segs=3)

    def upper(
        self,
        heights: NDArray[np.float64],
        base: float,
        *,
        material: str,
        wall: float,
        until: float = 1.0,
        grain: float = 0.06,
    ) -> Part:
        """The skin over the foot, from the heel to a share of the length."""
        keep = until + 1e-6 >= _STATIONS
        angles = np.linspace(0.0, 2.0 * np.pi, 20, endpoint=False)
        across, up = np.cos(angles), np.sin(angles)
        # Flat below, and fuller above than a circle.
        section = np.stack(
            [np.sign(across) * np.abs(across) ** 0.8, np.clip(np.sign(up) * np.abs(up) ** 0.7, 0.0, 1.0)], -1
        )
        half = _HALF_WIDTH[keep, None] * self.length * self.slim
        y = (_BEND[keep, None] * self.length + half * section[None, :, 0]) * self.side
        z = base + heights[keep, None] * self.length * section[None, :, 1]
        x = np.broadcast_to(((_STATIONS[keep] - 0.5) * self.length)[:, None], y.shape)
        return loft(np.stack([x, y, z], -1), material=material, wall=wall, grain=grain)


def last_of(rng: np.random.Generator, length: float, side: float) -> Last:
    """A last of this length."""
    return Last(length, side, float(rng.uniform(0.9, 1.05)))


def patterned_sole(rng: np.random.Generator, last: Last, thick: float, *, material: str, tread: str) -> list[Part]:
    """A sole with hollows and ribs, as moulded soles have them, and the tread below.

    Args:
        rng: decides the pattern.
        last: whose sole it is.
        thick: mm, from the ground.
        material: of the body.
        tread: material of the tread.
    """
    flat = last.outline(4.0)
    parts = [extrude(flat, thick, (0, 0, thick / 2.0), material=material, grain=0.05)]
    inner = flat.buffer(-9.0)
    pitch = float(pick(rng, 11.0, 14.0, 18.0))
    column, row = np.meshgrid(np.arange(-0.48 * last.length, 0.48 * last.length, pitch), np.arange(-60.0, 60.0, pitch))
    row = row + (np.arange(column.shape[1]) % 2) * pitch / 2.0
    kept = shapely.contains_xy(inner, column, row)
    places = np.stack([column[kept], row[kept], np.full(kept.sum(), 0.55 * thick)], -1)
    style = int(rng.integers(3))
    if style == 0:
        parts.append(
            hollow(
                repeated(boxes((0.62 * pitch, 0.62 * pitch, 0.6 * thick), vec(), material=material, grain=0.05), places)
            )
        )
    elif style == 1:
        parts.append(
            hollow(repeated(cylinder(0.34 * pitch, 0.6 * thick, material=material, sides=6, grain=0.05), places))
        )
    ground = places * [1, 1, 0]
    stud = boxes((0.7 * pitch, 0.35 * pitch, 3.5), vec(), material=tread)
    parts.append(
        repeated(stud, ground, turned=rng.choice([0.0, 30.0]) * np.where(np.arange(len(ground)) % 2, 1.0, -1.0))
    )
    rim = np.asarray(flat.exterior.coords)[::2]
    parts.append(tube(np.column_stack([rim, np.full(len(rim), thick)]), 2.0, material=tread, sides=5))
    return parts


def insole(last: Last, at: float, *, material: str = "foam") -> list[Part]:
    """What the foot stands on, with the stitching around it."""
    flat = last.outline(-5.0)
    rim = np.asarray(flat.exterior.coords)[::2]
    board = extrude(flat, 4.0, (0, 0, at), material=material, grain=0.1)
    return [board, *seam(np.column_stack([rim, np.full(len(rim), at + 2.0)]), gap=0.0, thick=1.0)]


def shank(last: Last, at: float, *, material: str = "steel") -> list[Part]:
    """The strip that keeps a sole from bending under the arch."""
    strip = rounded_box((0.38 * last.length, 15.0, 1.3), 6.0, (-0.1 * last.length, 0, at), material=material)
    return [
        strip,
        tube([(-0.26 * last.length, 0, at + 1), (0.05 * last.length, 0, at + 1)], 1.2, material=material, sides=4),
    ]


def nails(rng: np.random.Generator, last: Last, at: float, count: int) -> Part:
    """Tacks around the heel."""
    angles = np.linspace(0.55 * np.pi, 1.45 * np.pi, count)
    radius = 0.085 * last.length
    places = [(-0.39 * last.length + radius * np.cos(a), radius * np.sin(a), at) for a in angles]
    return repeated(cylinder(0.9, 12.0, material="steel", sides=5), places, tilted=rng.normal(0.0, 6.0, count))


def laced(
    rng: np.random.Generator, last: Last, base: float, rows: int, *, metal: bool, steep: float = 0.0
) -> list[Part]:
    """Eyelets in two rows over the instep and the lace between them.

    Args:
        rng: decides the metal, and how the ends of the lace lie.
        last: whose shoe it is.
        base: height of the instep over the ground, mm.
        rows: of eyelets.
        metal: with rings of metal.
        steep: by how much each row is higher than the one before, mm.
    """
    x = 0.18 * last.length - np.arange(rows) * 15.0
    z = base + np.arange(rows) * (5.0 + steep)
    left = np.stack([x, np.full(rows, 15.0) + np.arange(rows), z], -1)
    right = left * [1, -1, 1]
    parts: list[Part] = []
    if metal:
        eyelet = pipe(4.2, 2.4, 1.6, material=pick(rng, "brass", "steel", "aluminium"), sides=12)
        parts.append(repeated(eyelet, np.vstack([left, right])))
    way = [point for k in range(rows) for point in ((left[k], right[k]) if k % 2 == 0 else (right[k], left[k]))]
    ends = [
        way[-1] + vec(rng.normal(0, 12), rng.normal(0, 18), 8),
        way[-1] + vec(rng.normal(-10, 18), rng.normal(0, 28), 2),
    ]
    parts.append(tube(smooth(np.array([*way, *ends]), 8 * rows + 10), 1.9, material="polyester", sides=5, grain=0.1))
    parts.append(tube([ends[1], ends[1] + vec(14.0, 5.0, 0.0)], 1.6, material="pmma", sides=5))
    return parts


def pair(rng: np.random.Generator, draw_one: Callable[[float], list[Part]], *, stacked: bool = False) -> list[Part]:
    """Two shoes beside each other (or over each other), often heel to toe; or one alone.

    Args:
        rng: decides how they lie.
        draw_one: makes the left (1) or the right one (-1).
        stacked: the second lies upon the first.
    """
    first = draw_one(1.0)
    if chance(rng, 0.2):
        return first
    around = turn("z", 180.0 + rng.normal(0, 6)) if chance(rng, 0.6) else turn("z", rng.normal(0, 8))
    if not stacked and chance(rng, 0.3):
        around = around @ turn("x", 90.0)
    second = move(draw_one(-1.0), turned=around)
    highest = np.max([part.vertices.max(axis=0) for part in first], axis=0)
    beside = highest - np.min([part.vertices.min(axis=0) for part in second], axis=0)
    if stacked:
        middle = [np.mean([part.vertices.mean(axis=0) for part in parts], axis=0) for parts in (first, second)]
        over = middle[0] - middle[1]
        return [*first, *move(second, vec(over[0] + rng.normal(0, 15), over[1] + rng.normal(0, 15), 0.9 * beside[2]))]
    return [*first, *move(second, vec(rng.normal(0, 12), beside[1] + rng.uniform(-15.0, 8.0), rng.normal(0, 4)))]
