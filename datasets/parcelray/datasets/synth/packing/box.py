"""A container that fills up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from parcelray.datasets.synth.geometry.placing import move, move_shape
from parcelray.datasets.synth.geometry.shape import Part, Shape, bounds_of
from parcelray.datasets.synth.packing.heights import CELL_MM, Silhouette, best_place, silhouette

# Packers push things down and shift them about: by so much (mm) a place is judged wrongly.
_CARELESSNESS_MM = 6.0
# Cloth follows what lies below it by this share of its ups and downs, and is pressed to this share of its thickness.
_DRAPE, _PRESSED = 0.55, 0.8
# Soft things rest on most of what is below, not on its highest point.
_SOFT_REST_PERCENTILE = 40.0


class PackingBox:
    """The inside of a container, with what has been put in.

    Args:
        inner: (3,) mm; the floor is z = 0, a corner the origin.
        rng: decides where things go.

    Attributes:
        inner: as given.
        contents: all shapes so far, where they lie.
    """

    def __init__(self, inner: ArrayLike, rng: np.random.Generator) -> None:
        self.inner = np.asarray(inner, np.float64)
        self.contents: list[Shape] = []
        self._rng = rng
        cells = int(self.inner[1] / CELL_MM), int(self.inner[0] / CELL_MM)
        self._heights = np.zeros(cells)

    @property
    def filled_to(self) -> float:
        """The height in mm of the highest point of all that is in."""
        return max((float(shape.bounds()[1][2]) for shape in self.contents), default=0.0)

    def put(self, thing: Sequence[Shape], *, tries: int = 16, overfull: float = 1.0) -> bool:
        """Let a thing come to rest.

        Args:
            thing: the shapes of one thing, posed, which keep their places beside each other.
            tries: places to try; the lowest is taken.
            overfull: by what factor it may stand out of the container.

        Returns:
            False when it does not fit; then nothing has changed.
        """
        low, high = bounds_of(thing)
        soft = all(shape.soft for shape in thing)
        # Looking at a thing costs most of what packing takes: what is too large is sent away before.
        if not soft and high[2] - low[2] > self.inner[2] * overfull:
            return False
        rows, columns = self._heights.shape
        if any(int((high[axis] - low[axis]) / CELL_MM) >= cells for axis, cells in ((0, columns), (1, rows))):
            return False
        outline = silhouette(thing)
        ny, nx = outline.underside.shape
        places = np.stack(
            [self._rng.integers(0, rows - ny + 1, tries), self._rng.integers(0, columns - nx + 1, tries)], axis=1
        )
        noise = self._rng.normal(0.0, _CARELESSNESS_MM, tries)
        row, column, shift, reach = best_place(self._heights, outline, places, noise)
        if soft:
            return self._drape(thing, outline, row, column, overfull)
        if reach > self.inner[2] * overfull:
            return False
        at = np.array([column * CELL_MM - outline.low[0], row * CELL_MM - outline.low[1], shift])
        self.contents.extend(move_shape(shape, at) for shape in thing)
        below = self._heights[row : row + ny, column : column + nx]
        covered = outline.covered
        below[covered] = np.maximum(below[covered], outline.top[covered] + shift)
        return True

    def _drape(self, thing: Sequence[Shape], outline: Silhouette, row: int, column: int, overfull: float) -> bool:
        """Lay something soft over what is below it: every vertex follows the surface there."""
        ny, nx = outline.underside.shape
        below = self._heights[row : row + ny, column : column + nx]
        covered = outline.covered
        rest = float(np.percentile((below - outline.underside)[covered], _SOFT_REST_PERCENTILE))
        thickness = (outline.top - outline.underside)[covered]
        if rest + float(outline.top[covered].max()) > self.inner[2] * overfull:
            return False
        surface = _smoothed(below)
        mean = float(surface.mean())
        at = np.array([column * CELL_MM - outline.low[0], row * CELL_MM - outline.low[1], 0.0])
        # Nothing sinks through the floor of the container, however deep the hollow that it hangs into.
        floor = max(min(rest + float(outline.low[2]), mean), _DRAPE * (mean - float(surface.min())))

        def lay(part: Part) -> Part:
            (flat,) = move(part, at)
            cells = np.stack(
                [(part.vertices[:, 0] - outline.low[0]), (part.vertices[:, 1] - outline.low[1])], axis=1
            ).astype(np.float32)
            cells = cells / np.float32(CELL_MM) - np.float32(0.5)
            height = _sample(surface, cells)
            flat.vertices[:, 2] = (
                _DRAPE * (height - mean) + _PRESSED * (part.vertices[:, 2] - outline.low[2]) + floor
            ).astype(np.float32)
            return flat

        self.contents.extend(replace(shape, parts=tuple(lay(part) for part in shape.parts)) for shape in thing)
        below[covered] += 0.5 * _PRESSED * thickness
        return True


def _smoothed(heights: NDArray[np.float64]) -> NDArray[np.float32]:
    """What cloth feels of what is below it."""
    smooth = cv2.GaussianBlur(heights.astype(np.float32), (0, 0), 2.5, borderType=cv2.BORDER_REPLICATE)
    return cast("NDArray[np.float32]", smooth)


def _sample(surface: NDArray[np.float32], cells: NDArray[np.float32]) -> NDArray[np.float32]:
    """Heights between the cells' centres, bilinearly: (N,)."""
    ny, nx = surface.shape
    x = np.clip(cells[:, 0], 0.0, max(nx - 1.001, 0.0))
    y = np.clip(cells[:, 1], 0.0, max(ny - 1.001, 0.0))
    i, j = x.astype(np.intp), y.astype(np.intp)
    fx, fy = x - i, y - j
    i1, j1 = np.minimum(i + 1, nx - 1), np.minimum(j + 1, ny - 1)
    lower = surface[j, i] * (1 - fx) + surface[j, i1] * fx
    upper = surface[j1, i] * (1 - fx) + surface[j1, i1] * fx
    heights: NDArray[np.float32] = lower * (1 - fy) + upper * fy
    return heights
