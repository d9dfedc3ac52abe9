"""From placed shapes to line integrals of attenuation, with the footprint of every shape that carries a label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.geometry.fan import Fan
from parcelray.datasets.synth.geometry.rasteriser import accumulate, cast_rays
from parcelray.datasets.synth.geometry.shape import Shape
from parcelray.datasets.synth.physics.materials import INDEX_OF

_TEXTURE_SIZE = 1024
# Octaves of the texture: blur in pixels, and share of the variance.
_TEXTURE_OCTAVES = ((0.0, 0.45), (1.2, 0.35), (3.5, 0.2))
# So much material (mm) is enough to say that a part is there.
_PRESENT_MM = 0.05


@dataclass(frozen=True, eq=False)
class Footprint:
    """Where one shape lies in a projection.

    Attributes:
        shape: which one, by its place in the list that was projected.
        rows: of the window in the image.
        columns: of the window in the image.
        paths: (h, w, K) float32 line integrals of this shape alone.
        roles: where each part of a firearm is, by its role: (h, w) bool.
    """

    shape: int
    rows: slice
    columns: slice
    paths: NDArray[np.float32]
    roles: dict[str, NDArray[np.bool_]]


@dataclass(frozen=True, eq=False)
class Projection:
    """What the rays met.

    Attributes:
        paths: (H, W, K) float32 line integrals of the attenuation coefficient at each energy of the quadrature.
        footprints: of the shapes that have a leaf and are in the picture.
    """

    paths: NDArray[np.float32]
    footprints: tuple[Footprint, ...]


def project(shapes: Sequence[Shape], fan: Fan, coefficients: NDArray[np.float32]) -> Projection:
    """Cast a fan's rays through placed shapes.

    Args:
        shapes: in world coordinates, mm.
        fan: the rays.
        coefficients: (M, K) float32 of the quadrature, 1/cm, a row for each material.

    Returns:
        The line integrals, with footprints of labelled shapes.
    """
    per_mm = np.ascontiguousarray(coefficients / np.float32(10.0))
    paths = np.zeros((fan.rows, fan.columns, per_mm.shape[1]), np.float32)
    footprints = []
    for index, shape in enumerate(shapes):
        framed = [fan.to_frame(part.vertices) for part in shape.parts]
        windows = np.array([fan.window_of(vertices) for vertices in framed])
        seen = (windows[:, 1] > windows[:, 0]) & (windows[:, 3] > windows[:, 2])
        if not seen.any():
            continue
        if shape.leaf is None:
            _cast_parts(shape, framed, windows, fan, per_mm, paths, (0, 0), None)
            continue
        top, left = (int(v) for v in windows[seen][:, [0, 2]].min(axis=0))
        bottom, right = (int(v) for v in windows[seen][:, [1, 3]].max(axis=0))
        own = np.zeros((bottom - top, right - left, per_mm.shape[1]), np.float32)
        roles: dict[str, NDArray[np.bool_]] = {}
        _cast_parts(shape, framed, windows, fan, per_mm, own, (top, left), roles)
        paths[top:bottom, left:right] += own
        footprints.append(Footprint(index, slice(top, bottom), slice(left, right), own, roles))
    return Projection(paths, tuple(footprints))


def _cast_parts(
    shape: Shape,
    framed: list[NDArray[np.float64]],
    windows: NDArray[np.int64],
    fan: Fan,
    per_mm: NDArray[np.float32],
    paths: NDArray[np.float32],
    origin: tuple[int, int],
    roles: dict[str, NDArray[np.bool_]] | None,
) -> None:
    """Add a shape's parts to line integrals whose first pixel is at ``origin``; note where its roles are."""
    for number, (part, vertices, (top, bottom, left, right)) in enumerate(
        zip(shape.parts, framed, windows.tolist(), strict=True)
    ):
        if bottom <= top or right <= left:
            continue
        lengths = np.zeros((bottom - top, right - left), np.float32)
        cast_rays(
            vertices, part.faces, lengths, top, left, fan.tangents, fan.obliquities, fan.bins, fan.row_pitch, part.wall
        )
        row, column = top - origin[0], left - origin[1]
        coefficients = per_mm[INDEX_OF[part.material]]
        # Each part begins elsewhere in the texture, the same way each time that the shape is drawn.
        phase = (number * 389 + len(part.vertices) * 17) % _TEXTURE_SIZE
        accumulate(paths, lengths, row, column, coefficients, part.grain, texture(), phase)
        if roles is not None and part.role:
            place = roles.setdefault(part.role, np.zeros(paths.shape[:2], np.bool_))
            place[row : row + lengths.shape[0], column : column + lengths.shape[1]] |= lengths > _PRESENT_MM


@cache
def texture() -> NDArray[np.float32]:
    """Fluctuations of density: (1024, 1024) float32 of mean 0 and deviation 1, that repeat at the edges.

    Of three octaves, so that the same field serves for weave, print and powder.
    """
    rng = np.random.default_rng(20261124)
    total = np.zeros((_TEXTURE_SIZE, _TEXTURE_SIZE), np.float32)
    for sigma, share in _TEXTURE_OCTAVES:
        layer = rng.standard_normal(total.shape, dtype=np.float32)
        if sigma > 0.0:
            margin = int(4 * sigma) + 1
            wrapped = np.pad(layer, margin, mode="wrap")
            blurred = cast("NDArray[np.float32]", cv2.GaussianBlur(wrapped, (0, 0), sigma))
            layer = blurred[margin:-margin, margin:-margin]
        total += np.float32(np.sqrt(share)) * (layer - layer.mean()) / layer.std()
    total /= total.std()
    total.flags.writeable = False
    return total
