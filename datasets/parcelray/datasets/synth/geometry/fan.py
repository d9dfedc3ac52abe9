"""The rays of a line scanner: a fan across the belt, one ray for each detector pixel, and the belt that moves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from parcelray.datasets.synth.geometry.kernels import framed, reach

# Bins for each column, in the table that finds a tangent's column.
_BINS_PER_COLUMN = 8
# An L-shaped detector's arms end where a ray leaves at more than 70 degrees from the central one.
_LAST_COSINE = 0.34


@dataclass(frozen=True, eq=False)
class Fan:
    """One projection's rays. World coordinates are mm: x across the belt, y along it, z up from it.

    Attributes:
        source: (3,) where the tube is; its y is the belt's position at row 0.
        central: unit vector (3,) of the central ray, in the x-z plane.
        across: unit vector (3,) in the x-z plane at a right angle to it: where columns grow.
        tangents: (W,) increasing: how far each column's ray goes across for one mm along the central ray.
        rows: number of image rows.
        row_pitch: mm of belt between rows.
    """

    source: NDArray[np.float64]
    central: NDArray[np.float64]
    across: NDArray[np.float64]
    tangents: NDArray[np.float64]
    rows: int
    row_pitch: float

    @property
    def columns(self) -> int:
        """Number of image columns."""
        return len(self.tangents)

    @cached_property
    def obliquities(self) -> NDArray[np.float64]:
        """Length of each column's ray for one mm along the central ray: (W,)."""
        return np.sqrt(1.0 + self.tangents**2)

    @cached_property
    def axes(self) -> NDArray[np.float64]:
        """Unit vectors across, along the belt and along the central ray: (3, 3), a row each."""
        return np.stack([self.across, [0.0, 1.0, 0.0], self.central])

    @cached_property
    def bins(self) -> NDArray[np.int32]:
        """For equal steps of the tangent, the first column that can be at it: (steps + 1,)."""
        steps = np.linspace(self.tangents[0], self.tangents[-1], _BINS_PER_COLUMN * self.columns + 1)
        # One column early, so that rounding never starts too late.
        return np.maximum(np.searchsorted(self.tangents, steps) - 1, 0).astype(np.int32)

    def crop(self, first_column: int, columns: int, rows: int, belt: float) -> Fan:
        """The part of a picture: other rows, and some of the columns.

        Args:
            first_column: of those kept.
            columns: how many are kept, as far as there are.
            rows: how many.
            belt: mm, the belt's position at row 0.
        """
        kept = self.tangents[first_column : first_column + columns]
        return replace(self, source=self.source * [1.0, 0.0, 1.0] + [0.0, belt, 0.0], tangents=kept, rows=rows)

    def to_frame(self, vertices: NDArray[np.float32]) -> NDArray[np.float64]:
        """World coordinates (N, 3) in the frame of the rays: across, belt, along the central ray."""
        found: NDArray[np.float64] = framed(vertices, self.axes, self.source)
        return found

    def window_of(self, vertices: NDArray[np.float64]) -> tuple[int, int, int, int]:
        """First and last + 1 row, then column, that vertices in the frame can reach; empty where they reach none."""
        depth, first, last, start, end = reach(vertices)
        if depth <= 0.0:
            return 0, 0, 0, 0
        top = max(0, int(np.floor(start / self.row_pitch - 0.5)))
        bottom = min(self.rows, int(np.ceil(end / self.row_pitch + 0.5)))
        left = max(0, int(np.searchsorted(self.tangents, first)) - 1)
        right = min(self.columns, int(np.searchsorted(self.tangents, last)) + 1)
        return top, bottom, left, right


def line_fan(
    source: ArrayLike, towards: ArrayLike, columns: int, pitch: float, distance: float, rows: int, row_pitch: float
) -> Fan:
    """Rays to a straight detector at a right angle to the central ray.

    Args:
        source: (3,) mm.
        towards: (3,) a point on the central ray; its y does not matter.
        columns: detector pixels, half of them on each side of the central ray.
        pitch: mm between columns at ``distance``.
        distance: mm from the source to where ``pitch`` holds.
        rows: image rows.
        row_pitch: mm of belt between rows.
    """
    central, across = _axes(source, towards)
    tangents = (np.arange(columns, dtype=np.float64) + 0.5 - columns / 2.0) * (pitch / distance)
    return Fan(np.asarray(source, np.float64), central, across, tangents, rows, row_pitch)


def corner_fan(
    source: ArrayLike,
    towards: ArrayLike,
    corner: ArrayLike,
    columns: int,
    pitch: float,
    distance: float,
    rows: int,
    row_pitch: float,
) -> Fan:
    """Rays to an L-shaped detector: one arm upright, one across the top, meeting in a corner.

    Pixels lie at equal steps along the arms, so what is seen past the corner is stretched differently on either arm:
    the warp that operators know from such scanners.

    Args:
        source: (3,) mm.
        towards: (3,) a point on the central ray.
        corner: (3,) mm where the upright arm (below it) meets the arm across the top (towards the source's side).
        columns: detector pixels on both arms.
        pitch: mm between columns at ``distance``, at the central ray.
        distance: mm from the source to where ``pitch`` holds.
        rows: image rows.
        row_pitch: mm of belt between rows.
    """
    at = np.asarray(source, np.float64)
    bend = np.asarray(corner, np.float64)
    central, across = _axes(source, towards)
    hit = _hit_arms(at, central, bend)
    # Positions along the arms: 0 in the corner, below it negative; the central ray meets them in the middle column.
    middle = (hit[2] - bend[2]) + abs(hit[0] - bend[0])
    step = pitch * float(np.linalg.norm(hit - at)) / distance
    along = middle + (np.arange(columns) + 0.5 - columns / 2.0) * step
    inwards = np.sign(at[0] - bend[0])
    points = np.stack(
        [bend[0] + inwards * np.maximum(along, 0.0), np.full(columns, at[1]), bend[2] + np.minimum(along, 0.0)], axis=1
    )
    rays = points - at
    tangents = _continued((rays @ across) / (rays @ central), rays @ central / np.linalg.norm(rays, axis=1))
    if tangents[0] > tangents[-1]:
        # Columns begin at the other end: a frame that is turned over would turn every surface inside out.
        tangents = np.ascontiguousarray(tangents[::-1])
    return Fan(at, central, across, tangents, rows, row_pitch)


def _continued(tangents: NDArray[np.float64], cosines: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where the arms end, columns go on in even steps, so that every picture has its width."""
    (within,) = np.nonzero(cosines > _LAST_COSINE)
    first, last = int(within[0]), int(within[-1])
    ahead = tangents[last] - tangents[last - 1]
    back = tangents[first + 1] - tangents[first]
    steps = np.arange(len(tangents))
    continued = np.where(steps > last, tangents[last] + ahead * (steps - last), tangents)
    return np.where(steps < first, tangents[first] - back * (first - steps), continued)


def _axes(source: ArrayLike, towards: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Unit vectors along the central ray and across it, both in the x-z plane."""
    central = (np.asarray(towards, np.float64) - np.asarray(source, np.float64)) * [1.0, 0.0, 1.0]
    central /= np.linalg.norm(central)
    return central, np.array([central[2], 0.0, -central[0]])


def _hit_arms(
    source: NDArray[np.float64], ray: NDArray[np.float64], corner: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Where a ray meets the upright arm (x of the corner) or, above the corner, the arm across the top."""
    if ray[0] * (corner[0] - source[0]) > 0.0:
        upright: NDArray[np.float64] = source + ray * (corner[0] - source[0]) / ray[0]
        if upright[2] <= corner[2]:
            return upright
    across: NDArray[np.float64] = source + ray * (corner[2] - source[2]) / ray[2]
    return across
