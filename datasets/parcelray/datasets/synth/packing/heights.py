"""How things come to rest on each other: height maps over the floor of a container.

The floor is a grid of cells. What lies in the container so far is one number for each cell, its height; a thing is two,
its underside and its top. It comes to rest where its underside first touches (Manhattan packing by height map, as in
Wang & Hauser, "Stable bin packing of non-convex 3D objects", ICRA 2019, without the force check).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.geometry.shape import Shape, bounds_of

CELL_MM = 4.0
# Of cells that a thing does not cover.
_NOTHING = 1e9
# Faces over no more than so many further cells count as a block; above, cell by cell.
_SMALL = 2
# A corner's weight may be so much below 0, so that no cell falls between two faces.
_OUTSIDE = 0.02
# A face whose area (twice, in cells) is less stands on its edge: its neighbours tell its height.
_SLIVER = 1e-7


@dataclass(frozen=True, eq=False)
class Silhouette:
    """A thing as the floor sees it.

    Attributes:
        low: (3,) mm, its lowest corner: where cell (0, 0) begins.
        underside: (ny, nx) mm above the origin; 1e9 where the thing is not.
        top: (ny, nx) mm; -1e9 where the thing is not.
    """

    low: NDArray[np.float64]
    underside: NDArray[np.float64]
    top: NDArray[np.float64]

    @property
    def covered(self) -> NDArray[np.bool_]:
        """(ny, nx): the cells that the thing covers."""
        return self.underside < _NOTHING


def silhouette(shapes: Sequence[Shape]) -> Silhouette:
    """The underside and top of shapes that are one thing."""
    low, high = bounds_of(shapes)
    cells = (int((high[1] - low[1]) / CELL_MM) + 1, int((high[0] - low[0]) / CELL_MM) + 1)
    underside = np.full(cells, _NOTHING)
    top = np.full(cells, -_NOTHING)
    for shape in shapes:
        for part in shape.parts:
            _spread(part.vertices, part.faces, float(low[0]), float(low[1]), underside, top)
    return Silhouette(low, underside, top)


def best_place(
    heights: NDArray[np.float64], thing: Silhouette, tries: NDArray[np.int64], noise: NDArray[np.float64]
) -> tuple[int, int, float, float]:
    """Try places and take the lowest.

    Args:
        heights: (NY, NX) mm of what lies in the container.
        thing: not larger than the container.
        tries: (n, 2) row and column of the thing's cell (0, 0).
        noise: (n,) mm, added to the top of each try: packers are not perfect.

    Returns:
        Row, column, the shift upwards in mm, and the height in mm that the thing then reaches.
    """
    row, column, shift, reach = _best(heights, thing.underside, thing.top, tries, noise)
    return int(row), int(column), float(shift), float(reach)


@numba.njit(cache=True)
def _spread(
    vertices: NDArray[np.float32],
    faces: NDArray[np.int32],
    x0: float,
    y0: float,
    underside: NDArray[np.float64],
    top: NDArray[np.float64],
) -> None:
    """Spread a surface over the cells below it: corners cell by cell, then what lies between them."""
    ny, nx = underside.shape
    # The cell of each corner, once: most faces are smaller than a cell and are done with by comparing numbers.
    columns = np.empty(vertices.shape[0], np.int32)
    rows = np.empty(vertices.shape[0], np.int32)
    for v in range(vertices.shape[0]):
        i = min(nx - 1, max(0, int((vertices[v, 0] - x0) / CELL_MM)))
        j = min(ny - 1, max(0, int((vertices[v, 1] - y0) / CELL_MM)))
        columns[v], rows[v] = i, j
        underside[j, i] = min(underside[j, i], vertices[v, 2])
        top[j, i] = max(top[j, i], vertices[v, 2])
    for t in range(faces.shape[0]):
        va, vb, vc = faces[t, 0], faces[t, 1], faces[t, 2]
        i0, i1 = min(columns[va], columns[vb], columns[vc]), max(columns[va], columns[vb], columns[vc])
        j0, j1 = min(rows[va], rows[vb], rows[vc]), max(rows[va], rows[vb], rows[vc])
        if i0 == i1 and j0 == j1:
            # Its corners have told.
            continue
        if i1 - i0 > _SMALL or j1 - j0 > _SMALL:
            _spread_large(vertices[va], vertices[vb], vertices[vc], x0, y0, i0, i1, j0, j1, underside, top)
            continue
        za, zb, zc = vertices[va, 2], vertices[vb, 2], vertices[vc, 2]
        low, high = min(za, zb, zc), max(za, zb, zc)
        for j in range(j0, j1 + 1):
            for i in range(i0, i1 + 1):
                underside[j, i] = min(underside[j, i], low)
                top[j, i] = max(top[j, i], high)


@numba.njit(cache=True, error_model="numpy")
def _spread_large(
    a: NDArray[np.float32],
    b: NDArray[np.float32],
    c: NDArray[np.float32],
    x0: float,
    y0: float,
    i0: int,
    i1: int,
    j0: int,
    j1: int,
    underside: NDArray[np.float64],
    top: NDArray[np.float64],
) -> None:
    """Spread one face over the cells whose middle is below it, within the columns i0 to i1 and the rows j0 to j1.

    A corner's weight (barycentric) and the height grow evenly along a row of cells, so each row is a span.
    """
    # In cells, from the middle of the first one on.
    ax, ay = (a[0] - x0) / CELL_MM - i0 - 0.5, (a[1] - y0) / CELL_MM - j0 - 0.5
    bx, by = (b[0] - x0) / CELL_MM - i0 - 0.5, (b[1] - y0) / CELL_MM - j0 - 0.5
    cx, cy = (c[0] - x0) / CELL_MM - i0 - 0.5, (c[1] - y0) / CELL_MM - j0 - 0.5
    area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    if abs(area) < _SLIVER:
        return
    # Along a row, along a column, and at the first cell.
    a_x, a_y, a_0 = (by - cy) / area, (cx - bx) / area, (bx * cy - by * cx) / area
    b_x, b_y, b_0 = (cy - ay) / area, (ax - cx) / area, (cx * ay - cy * ax) / area
    c_x, c_y, c_0 = -a_x - b_x, -a_y - b_y, 1.0 - a_0 - b_0
    z_x, z_y = a_x * a[2] + b_x * b[2] + c_x * c[2], a_y * a[2] + b_y * b[2] + c_y * c[2]
    z_0 = a_0 * a[2] + b_0 * b[2] + c_0 * c[2]
    last = float(i1 - i0)
    for j in range(j1 - j0 + 1):
        start, end = 0.0, last
        start, end = _within(a_0 + a_y * j, a_x, start, end)
        start, end = _within(b_0 + b_y * j, b_x, start, end)
        start, end = _within(c_0 + c_y * j, c_x, start, end)
        z = z_0 + z_y * j
        if start > end:
            continue
        for i in range(int(np.ceil(start)), int(end) + 1):
            height = z + z_x * i
            underside[j0 + j, i0 + i] = min(underside[j0 + j, i0 + i], height)
            top[j0 + j, i0 + i] = max(top[j0 + j, i0 + i], height)


@numba.njit(cache=True, inline="always", error_model="numpy")
def _within(weight: float, growth: float, start: float, end: float) -> Any:
    """The part from start to end of a row where a corner's weight, that grows by ``growth`` a cell, is not outside."""
    if growth > 0.0:
        return max(start, (-_OUTSIDE - weight) / growth), end
    if growth < 0.0:
        return start, min(end, (-_OUTSIDE - weight) / growth)
    return start, end if weight >= -_OUTSIDE else -1.0


@numba.njit(cache=True)
def _best(
    heights: NDArray[np.float64],
    underside: NDArray[np.float64],
    top: NDArray[np.float64],
    tries: NDArray[np.int64],
    noise: NDArray[np.float64],
) -> Any:
    ny, nx = underside.shape
    thing_top = -_NOTHING
    for j in range(ny):
        for i in range(nx):
            thing_top = max(thing_top, top[j, i])
    best_score = np.inf
    best = (0, 0, 0.0, 0.0)
    for t in range(tries.shape[0]):
        row, column = tries[t, 0], tries[t, 1]
        shift = -_NOTHING
        for j in range(ny):
            for i in range(nx):
                if underside[j, i] < _NOTHING:
                    shift = max(shift, heights[row + j, column + i] - underside[j, i])
        score = shift + thing_top + noise[t]
        if score < best_score:
            best_score = score
            best = (row, column, shift, shift + thing_top)
    return best
