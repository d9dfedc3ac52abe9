"""What is measured of a scan when drawn ones are compared with real ones, and how far two sets are apart.

All scans are first brought to equal resolution: cut to the box around what is not air and scaled so that its long side
is ``LONG_SIDE`` pixels. No scan says how many millimetres a pixel covers; parcels are of like sizes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.scanner.fitting.colours import hue_shares
from parcelray.datasets.synth.scanner.fitting.looks import air_colour, is_object

LONG_SIDE = 400
CROP, CROPS = 128, 4
# Object pixels drawn from each scan, so that large scans count no more than small ones.
PIXELS = 150
# Not the few directions that palettes are fitted on.
DIRECTIONS, _DIRECTIONS_SEED = 128, 20261124
# Rows and columns with less than this share of object pixels are outside the box: specks on the belt are no parcel.
_SPECK = 0.01
# Beside air, what is measured would be the outline of the parcel.
_RIM = 5
_MIN_INSIDE = 500
# A crop shows something on at least this share of its pixels; so many places are tried for each.
_MIN_OBJECT, _TRIES = 0.5, 40
_SOBEL = 8.0
_GRAIN_SIGMA = 1.0


@dataclass(frozen=True, eq=False)
class MeasuredScan:
    """One scan at equal resolution.

    Attributes:
        name: of its file.
        group: scans of one parcel or belt.
        air: its colour, RGB.
        colours: (PIXELS, 3) uint8 RGB of object pixels, drawn with replacement.
        gradient: median magnitude of the luminance's gradient within the object, grey levels a pixel.
        grain: median of what a blur of one pixel takes away from the luminance there, grey levels.
        crops: (N, CROP, CROP, 3) uint8 RGB of object areas; none where they were not asked for or found.
    """

    name: str
    group: str
    air: NDArray[np.int64]
    colours: NDArray[np.uint8]
    gradient: float
    grain: float
    crops: NDArray[np.uint8]


@dataclass(frozen=True)
class SetFigures:
    """A set of scans in numbers.

    Attributes:
        scans: how many.
        distance: of its colours to those of the set it is judged by, of 255.
        gradient: median over its scans.
        grain: median over its scans.
        shares: of orange, green, blue, black and pale object pixels, 0 to 1.
    """

    scans: int
    distance: float
    gradient: float
    grain: float
    shares: dict[str, float]


def measure(name: str, group: str, pixels: NDArray[np.uint8], seed: int, *, crops: bool = False) -> MeasuredScan | None:
    """Measure one scan.

    Args:
        name: of its file.
        group: that it belongs to.
        pixels: (H, W, 3) uint8 RGB.
        seed: decides which pixels and crops are drawn.
        crops: whether crops are wanted.

    Returns:
        None where no air or no object can be told.
    """
    air = air_colour(pixels)
    if air is None:
        return None
    scaled = at_equal_resolution(pixels, air)
    if scaled is None:
        return None
    thing = is_object(scaled, air)
    inside = cv2.erode(thing.astype(np.uint8), np.ones((_RIM, _RIM), np.uint8)) > 0
    if int(inside.sum()) < _MIN_INSIDE:
        return None
    rng = np.random.default_rng(seed)
    cloud = scaled[thing]
    grey = cv2.cvtColor(scaled, cv2.COLOR_RGB2GRAY).astype(np.float32)
    residual = np.abs(grey - cv2.GaussianBlur(grey, (0, 0), _GRAIN_SIGMA))
    return MeasuredScan(
        name,
        group,
        air,
        cloud[rng.integers(0, len(cloud), PIXELS)],
        float(np.median(_gradient(grey)[inside])),
        float(np.median(residual[inside])),
        object_crops(scaled, thing, rng) if crops else np.empty((0, CROP, CROP, 3), np.uint8),
    )


def at_equal_resolution(pixels: NDArray[np.uint8], air: NDArray[np.int64]) -> NDArray[np.uint8] | None:
    """A scan cut to the box around what is not air, the box's long side scaled to ``LONG_SIDE``.

    Args:
        pixels: (H, W, 3) uint8 RGB.
        air: its colour.

    Returns:
        None where there is nothing but air.
    """
    thing = is_object(pixels, air)
    rows = np.flatnonzero(thing.mean(1) > _SPECK)
    columns = np.flatnonzero(thing.mean(0) > _SPECK)
    if len(rows) < 2 or len(columns) < 2:
        return None
    box = pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = LONG_SIDE / max(box.shape[:2])
    size = (max(1, round(box.shape[1] * scale)), max(1, round(box.shape[0] * scale)))
    return cast("NDArray[np.uint8]", cv2.resize(box, size, interpolation=cv2.INTER_AREA))


def object_crops(pixels: NDArray[np.uint8], thing: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Squares that show more object than air, at random places: (N, CROP, CROP, 3), up to ``CROPS``."""
    height, width = thing.shape
    found: list[NDArray[np.uint8]] = []
    if min(height, width) < CROP:
        return np.empty((0, CROP, CROP, 3), np.uint8)
    for _ in range(_TRIES):
        y, x = int(rng.integers(height - CROP + 1)), int(rng.integers(width - CROP + 1))
        if thing[y : y + CROP, x : x + CROP].mean() >= _MIN_OBJECT:
            found.append(pixels[y : y + CROP, x : x + CROP])
            if len(found) == CROPS:
                break
    return np.array(found, np.uint8).reshape(-1, CROP, CROP, 3)


def figures(scans: Sequence[MeasuredScan], judge: Sequence[MeasuredScan]) -> SetFigures:
    """A set in numbers, beside the set that it is judged by."""
    colours = cloud_of(scans)
    shares = hue_shares(colours)
    return SetFigures(
        scans=len(scans),
        distance=sliced_wasserstein(colours, cloud_of(judge)),
        gradient=float(np.median([scan.gradient for scan in scans])),
        grain=float(np.median([scan.grain for scan in scans])),
        shares={**shares, "pale": 1.0 - sum(shares.values())},
    )


def cloud_of(scans: Sequence[MeasuredScan]) -> NDArray[np.uint8]:
    """The drawn colours of a set: (N, 3)."""
    return np.concatenate([scan.colours for scan in scans])


def sliced_wasserstein(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Sliced Wasserstein distance of order 1 between two clouds of colours (Bonneel et al. 2015).

    The mean, over fixed random directions, of the mean distance between quantiles of the projections.

    Args:
        one: (N, 3) RGB.
        other: (M, 3) RGB.

    Returns:
        Grey levels, 0 to 255.
    """
    directions = np.random.default_rng(_DIRECTIONS_SEED).standard_normal((DIRECTIONS, 3), np.float32)
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    quantiles = (np.arange(min(len(one), len(other))) + 0.5) / min(len(one), len(other))
    total = 0.0
    clouds = [cloud.astype(np.float32) for cloud in (one, other)]
    for direction in directions:
        first, second = (np.sort(cloud @ direction) for cloud in clouds)
        apart = first[(quantiles * len(first)).astype(int)] - second[(quantiles * len(second)).astype(int)]
        total += float(np.abs(apart).mean())
    return total / DIRECTIONS


def _gradient(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    across, down = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    return cast("NDArray[np.float32]", cv2.magnitude(across, down) / np.float32(_SOBEL))
