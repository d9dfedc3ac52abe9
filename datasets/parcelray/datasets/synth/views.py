"""The views that a scanner takes of what stands on its belt: a fan from below, and one from the side.

What is on file of a scan is seldom the whole belt: pictures are cut to the parcel and scaled to a size. So each view is
framed anew, as large as it may be: the pitch is the scanner's where the parcel fits, coarser where it does not.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.geometry.fan import Fan, corner_fan, line_fan
from parcelray.datasets.synth.scanner.profile import Geometry

# The parcels take this share of the picture, in the direction in which they are larger; above 1 an edge is cut off.
_FILL = (0.75, 1.06)
# Of the scanner's own pitch: small parcels are enlarged, as pictures on file are, but no further.
_ZOOM = (0.45, 0.85)
# The middle of the side view's beam above the belt, mm; and how far from the belt's middle its tube is, in multiples of
# the distance of the tube below.
_SIDE_HEIGHT, _SIDE_DISTANCE = 150.0, 1.1
# A line detector is made this many pictures wide before it is cut.
_WIDE = 4


def frame_views(
    geometry: Geometry, extent: NDArray[np.float64], size: tuple[int, int], views: int, rng: np.random.Generator
) -> list[tuple[Fan, tuple[float, float]]]:
    """Aim one or two views at what stands on the belt.

    Args:
        geometry: of the scanner.
        extent: (3,) mm of it: x around 0, y from 0 on, z from the belt up.
        size: width and height of the pictures.
        views: 1 (from below) or 2 (and from the side).
        rng: decides zoom and place.

    Returns:
        For each view its rays, and the millimetres that a pixel covers across and along the belt.
    """
    fill = float(rng.uniform(*_FILL))
    zoom = float(rng.uniform(*_ZOOM))
    stretch = float(rng.uniform(*geometry.row_stretch))
    places = rng.uniform(0.0, 1.0, 2)
    return [_frame(geometry, extent, size, side, fill, zoom, stretch, places) for side in range(views)]


def _frame(
    geometry: Geometry,
    extent: NDArray[np.float64],
    size: tuple[int, int],
    side: int,
    fill: float,
    zoom: float,
    stretch: float,
    places: NDArray[np.float64],
) -> tuple[Fan, tuple[float, float]]:
    width, height = size
    pitch = geometry.pixel_pitch * zoom
    whole = _aim(geometry, extent, width, pitch, stretch, side)
    left, right = _columns(whole, extent)
    pitch *= max(1.0, (right - left) / (fill * width), extent[1] / (pitch * stretch) / (fill * height))
    whole = _aim(geometry, extent, width, pitch, stretch, side)
    left, right = _columns(whole, extent)
    row_pitch = pitch * stretch
    # Anywhere in the picture, as long as the least is cut off.
    spare_columns, spare_rows = width - (right - left), height - extent[1] / row_pitch
    first = int(np.clip(left - places[0] * spare_columns, 0, whole.columns - width))
    belt = -places[1] * spare_rows * row_pitch
    return whole.crop(first, width, height, belt), (float(pitch), float(row_pitch))


def _aim(geometry: Geometry, extent: NDArray[np.float64], width: int, pitch: float, stretch: float, side: int) -> Fan:
    """All of the detector, at a pitch."""
    distance = geometry.source_distance
    if side:
        source = np.array([-_SIDE_DISTANCE * distance, 0.0, _SIDE_HEIGHT])
        return line_fan(
            source, (0.0, 0.0, _SIDE_HEIGHT), _WIDE * width, pitch, _SIDE_DISTANCE * distance, 1, pitch * stretch
        )
    source = np.array([geometry.source_offset, 0.0, -distance])
    if geometry.detector == "line":
        above = (geometry.source_offset, 0.0, 0.0)
        return line_fan(source, above, _WIDE * width, pitch, distance, 1, pitch * stretch)
    across, upright = geometry.arm_lengths
    inwards = 1.0 if geometry.source_offset > 0.0 else -1.0
    corner = (-inwards * across / 2.0, 0.0, upright)
    middle = (0.0, 0.0, float(extent[2]) / 2.0)
    return corner_fan(source, middle, corner, 2 * width, pitch, distance, 1, pitch * stretch)


def _columns(fan: Fan, extent: NDArray[np.float64]) -> tuple[int, int]:
    """The columns that see the box around what stands on the belt."""
    x, z = extent[0] / 2.0, extent[2]
    corners = np.array([[sx * x, 0.0, sz * z] for sx in (-1.0, 1.0) for sz in (0.0, 1.0)], np.float32)
    framed = fan.to_frame(corners)
    seen = np.searchsorted(fan.tangents, framed[:, 0] / framed[:, 2])
    return int(seen.min()), int(seen.max())
