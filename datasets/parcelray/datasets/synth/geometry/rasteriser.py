"""Path lengths of rays through surfaces, exactly, as a push-broom scanner sees them.

A line scanner's rays lie in planes across the belt, one plane an image row, so a triangle is cut by a row's plane in a
segment, and the segment covers the columns whose rays pass between its ends. At each ray the depth of the triangle's
plane is added where the ray leaves the solid and taken away where it enters: over a closed surface the sum is the
length inside, whatever the order of the triangles. No sorting, no intersection tests.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

# A wall that is seen edge-on would be infinitely thick; real walls bend. So many times its thickness at most.
MAX_SECANT = 7.0


@numba.njit(cache=True, error_model="numpy")
def cast_rays(
    vertices: NDArray[np.float64],
    faces: NDArray[np.int32],
    lengths: NDArray[np.float32],
    first_row: int,
    first_column: int,
    tangents: NDArray[np.float64],
    obliquities: NDArray[np.float64],
    bins: NDArray[np.int32],
    row_pitch: float,
    wall: float,
) -> None:
    """Add a surface's path lengths to an image window.

    Args:
        vertices: (N, 3) mm in the fan's frame: the source at the origin of x-z, z along the central ray, y along the
            belt.
        faces: (M, 3).
        lengths: (h, w) mm, is added to: the window of rows from ``first_row`` and columns from ``first_column``.
        first_row: of the window; row r is the plane y = (r + 0.5) row_pitch.
        first_column: of the window.
        tangents: (W,) x / z of each column's ray, increasing (see ``Fan``).
        obliquities: (W,) length of each column's ray for one mm along the central ray.
        bins: where to start looking in ``tangents`` (see ``Fan``).
        row_pitch: mm.
        wall: mm; 0 measures the inside of a closed surface, above 0 counts every crossing as such a wall.
    """
    height, width = lengths.shape
    last_column = first_column + width
    steps = len(bins) - 1
    lowest = tangents[0]
    per_tangent = steps / (tangents[-1] - lowest)
    most = wall * MAX_SECANT
    for t in range(faces.shape[0]):
        i0, i1, i2 = faces[t, 0], faces[t, 1], faces[t, 2]
        x0, y0, z0 = vertices[i0, 0], vertices[i0, 1], vertices[i0, 2]
        x1, y1, z1 = vertices[i1, 0], vertices[i1, 1], vertices[i1, 2]
        x2, y2, z2 = vertices[i2, 0], vertices[i2, 1], vertices[i2, 2]
        r0 = max(_row_at(min(y0, y1, y2), row_pitch), first_row)
        r1 = min(_row_at(max(y0, y1, y2), row_pitch), first_row + height)
        if r1 <= r0:
            continue
        ax, ay, az = x1 - x0, y1 - y0, z1 - z0
        bx, by, bz = x2 - x0, y2 - y0, z2 - z0
        nx, ny, nz = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
        size = np.sqrt(nx * nx + ny * ny + nz * nz)
        if size == 0.0:
            continue
        offset = nx * x0 + ny * y0 + nz * z0
        # Corners in the order in which the belt brings them: a row cuts the edge from the first to the last, and one of
        # the others. Two faces thus compute their shared edge from the same end, so that it is cut in one place only.
        if y0 > y1:
            x0, y0, z0, x1, y1, z1 = x1, y1, z1, x0, y0, z0
        if y1 > y2:
            x1, y1, z1, x2, y2, z2 = x2, y2, z2, x1, y1, z1
            if y0 > y1:
                x0, y0, z0, x1, y1, z1 = x1, y1, z1, x0, y0, z0
        middle = _row_at(y1, row_pitch)
        long_x, long_z = (x2 - x0) / (y2 - y0), (z2 - z0) / (y2 - y0)
        short_x, short_z = (x1 - x0) / (y1 - y0), (z1 - z0) / (y1 - y0)
        start_x, start_y, start_z = x0, y0, z0
        for r in range(r0, r1):
            if r >= middle:
                middle = r1
                short_x, short_z = (x2 - x1) / (y2 - y1), (z2 - z1) / (y2 - y1)
                start_x, start_y, start_z = x1, y1, z1
            y = (r + 0.5) * row_pitch
            left = (x0 + (y - y0) * long_x) / (z0 + (y - y0) * long_z)
            right = (start_x + (y - start_y) * short_x) / (start_z + (y - start_y) * short_z)
            if left > right:
                left, right = right, left
            c0 = max(_first_at(left, tangents, bins, lowest, per_tangent, steps), first_column)
            c1 = min(_first_at(right, tangents, bins, lowest, per_tangent, steps), last_column)
            if c1 <= c0:
                continue
            # Counted from 0, for numba looks at the sign of any other index, which ends vector instructions.
            row = lengths[r - first_row, c0 - first_column : c1 - first_column]
            tangent, obliquity = tangents[c0:c1], obliquities[c0:c1]
            if wall > 0.0:
                thickness = wall * size
                for c in range(c1 - c0):
                    # The secant of the incidence is size * obliquity / |across|; edge-on it is infinite, and cut.
                    row[c] += min(thickness * obliquity[c] / abs(nx * tangent[c] + nz), most)
                continue
            depth = abs(offset - ny * y)
            if depth > 0.0:
                for c in range(c1 - c0):
                    # Negative where the ray enters, for there the normal looks towards the source.
                    row[c] += depth * obliquity[c] / (nx * tangent[c] + nz)


@numba.njit(cache=True, inline="always")
def _row_at(position: float, row_pitch: float) -> int:
    """The first row whose plane is at a position on the belt or beyond it."""
    return int(np.ceil(position / row_pitch - 0.5))


@numba.njit(cache=True, inline="always")
def _first_at(
    tangent: float,
    tangents: NDArray[np.float64],
    bins: NDArray[np.int32],
    lowest: float,
    per_tangent: float,
    steps: int,
) -> int:
    """The first column whose ray is at the tangent or beyond it; the number of columns when there is none."""
    guess = int((tangent - lowest) * per_tangent) if tangent > lowest else 0
    column = int(bins[min(guess, steps)])
    while column < len(tangents) and tangents[column] < tangent:
        column += 1
    return column


@numba.njit(cache=True)
def accumulate(
    paths: NDArray[np.float32],
    lengths: NDArray[np.float32],
    first_row: int,
    first_column: int,
    coefficients: NDArray[np.float32],
    grain: float,
    texture: NDArray[np.float32],
    phase: int,
) -> None:
    """Add lengths in a material to the line integrals of attenuation.

    Args:
        paths: (H, W, K) line integrals at the K energies, is added to.
        lengths: (h, w) mm, the window at ``first_row`` and ``first_column``; what is below nothing counts as nothing.
        first_row: where the window lies in ``paths``.
        first_column: where the window lies in ``paths``.
        coefficients: (K,) of the material, 1/mm.
        grain: how much the density fluctuates.
        texture: (N, N) fluctuations of mean 0 and deviation 1, N a power of two.
        phase: where in the texture to begin.
    """
    height, width = lengths.shape
    energies = paths.shape[2]
    mask = texture.shape[0] - 1
    for i in range(height):
        for j in range(width):
            length = lengths[i, j]
            # Rounding leaves traces where a ray only touches.
            if length <= np.float32(1e-3):
                continue
            if grain > 0.0:
                density = 1.0 + grain * texture[(i + phase) & mask, (j + 3 * phase) & mask]
                length *= np.float32(max(density, 0.0))
            for k in range(energies):
                paths[first_row + i, first_column + j, k] += coefficients[k] * length


def window(lengths: NDArray[Any]) -> tuple[slice, slice] | None:
    """The smallest rows and columns that hold all that is above nothing; None when nothing is."""
    filled = lengths > 1e-3
    rows, columns = np.flatnonzero(filled.any(axis=1)), np.flatnonzero(filled.any(axis=0))
    if len(rows) == 0:
        return None
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
