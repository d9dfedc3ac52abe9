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
    cells = np.empty((vertices.shape[0], 2), np.int32)
    for v in range(vertices.shape[0]):
        i = min(nx - 1, max(0, int((vertices[v, 0] - x0) / CELL_MM)))
        j = min(ny - 1, max(0, int((vertices[v, 1] - y0) / CELL_MM)))
        cells[v, 0], cells[v, 1] = i, j
        underside[j, i] = min(underside[j, i], vertices[v, 2])
        top[j, i] = max(top[j, i], vertices[v, 2])
    for t in range(faces.shape[0]):
        va, vb, vc = faces[t, 0], faces[t, 1], faces[t, 2]
        i0 = min(cells[va, 0], cells[vb, 0], cells[vc, 0])
        i1 = max(cells[va, 0], cells[vb, 0], cells[vc, 0])
        j0 = min(cells[va, 1], cells[vb, 1], cells[vc, 1])
        j1 = max(cells[va, 1], cells[vb, 1], cells[vc, 1])
        if i0 == i1 and j0 == j1:
            # Its corners have told.
            continue
        a, b, c = vertices[va], vertices[vb], vertices[vc]
        low, high = min(a[2], b[2], c[2]), max(a[2], b[2], c[2])
        large = (i1 - i0) > 2 or (j1 - j0) > 2
        area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
        if large and abs(area) < 1e-9:
            continue
        for i in range(i0, i1 + 1):
            for j in range(j0, j1 + 1):
                z0, z1 = low, high
                if large:
                    px, py = x0 + (i + 0.5) * CELL_MM, y0 + (j + 0.5) * CELL_MM
                    wa = ((b[0] - px) * (c[1] - py) - (b[1] - py) * (c[0] - px)) / area
                    wb = ((c[0] - px) * (a[1] - py) - (c[1] - py) * (a[0] - px)) / area
                    wc = 1.0 - wa - wb
                    if wa < -0.02 or wb < -0.02 or wc < -0.02:
                        continue
                    z0 = z1 = wa * a[2] + wb * b[2] + wc * c[2]
                underside[j, i] = min(underside[j, i], z0)
                top[j, i] = max(top[j, i], z1)


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
