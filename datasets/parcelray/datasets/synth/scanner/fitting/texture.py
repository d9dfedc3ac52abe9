"""How fine and how sharp a scan is: gradient, grain, and how far grain reaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.scanner.fitting.looks import is_object

# Sobel's kernel of 3 by 3 sums up to eight times the step between neighbours.
_SOBEL = 8.0
# Where the blurred picture is flatter than this (grey levels a pixel), what varies is grain.
_FLAT = 2.5
_FLAT_SIGMA = 2.0
# Sharp edges: this share of the steepest object pixels begins here.
_STEEP_PERCENTILE = 90.0
_MIN_PIXELS = 500
# Luminance of what is pale and of what has a deep colour, as shares of that of air.
_PALE, _DEEP = (0.72, 1.0), (0.25, 0.6)
_LUMINANCE = (0.299, 0.587, 0.114)
# Hue varies in larger grains than luminance, and JPEG keeps only those.
_COLOUR_SIGMA = 2.0
# Darker than this (luminance) is dense; beside it and farther off (pixels); so many pixels of each must be seen.
_DENSE = 100
_NEAR, _FAR, _MIN_SEAM = (1.5, 2.5), (5.0, 8.0), 50


@dataclass(frozen=True)
class Texture:
    """Medians over the object pixels of scans, in grey levels.

    Attributes:
        gradient: of the luminance.
        steepness: 90th percentile of that: the edges.
        grain: what is left of the luminance where a blur of one pixel is taken away.
        pale_grain: the same, where the object is flat and pale.
        deep_grain: the same, where the object is flat and of a deep colour.
        reach: correlation of grain between neighbours: high where pixels were interpolated.
        colour_grain: like the grain of what is flat, of the difference of red and blue.
        seam: how much brighter it is right beside dense things than farther off.
    """

    gradient: float
    steepness: float
    grain: float
    pale_grain: float
    deep_grain: float
    reach: float
    colour_grain: float
    seam: float


def measure_texture(images: Sequence[NDArray[np.uint8]], air: tuple[int, int, int]) -> Texture:
    """Measure scans of one look.

    Args:
        images: (H, W, 3) uint8 RGB.
        air: colour of air, RGB.

    Returns:
        The medians over the scans; zeros where no scan shows anything.
    """
    rows = [row for image in images if (row := _measure(image, air)) is not None]
    if not rows:
        return Texture(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    return Texture(*(float(value) for value in np.nanmedian(rows, axis=0)))


def _measure(image: NDArray[np.uint8], air: tuple[int, int, int]) -> tuple[float, ...] | None:
    thing = is_object(image, air)
    if int(thing.sum()) < _MIN_PIXELS:
        return None
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)
    gradient = _gradient(grey)
    light = float(np.dot(air, _LUMINANCE))
    residual = grey - _blur(grey, 1.0)
    opponent = image[..., 0].astype(np.float32) - image[..., 2]
    colour_residual = opponent - _blur(opponent, _COLOUR_SIGMA)
    flat = thing & (_gradient(_blur(grey, _FLAT_SIGMA)) < _FLAT)
    if int(flat.sum()) < _MIN_PIXELS:
        flat = thing
    return (
        float(np.median(gradient[thing])),
        float(np.percentile(gradient[thing], _STEEP_PERCENTILE)),
        float(np.median(np.abs(residual[thing]))),
        *(_grain_between(residual, grey, flat, light, tones) for tones in (_PALE, _DEEP)),
        _neighbours_correlation(residual, flat),
        float(np.median(np.abs(colour_residual[flat]))),
        _seam(grey, thing),
    )


def _grain_between(
    residual: NDArray[np.float32],
    grey: NDArray[np.float32],
    flat: NDArray[np.bool_],
    light: float,
    tones: tuple[float, float],
) -> float:
    """Median grain of what is flat and of these tones; not a number where there is too little."""
    where = flat & (grey > tones[0] * light) & (grey <= tones[1] * light)
    return float(np.median(np.abs(residual[where]))) if int(where.sum()) >= _MIN_PIXELS else float("nan")


def _neighbours_correlation(residual: NDArray[np.float32], where: NDArray[np.bool_]) -> float:
    pairs = where[:, 1:] & where[:, :-1]
    left, right = residual[:, :-1][pairs], residual[:, 1:][pairs]
    spread = float(np.sqrt(np.mean(left**2) * np.mean(right**2))) if pairs.any() else 0.0
    return float(np.mean(left * right)) / spread if spread > 0.0 else 0.0


def _seam(grey: NDArray[np.float32], thing: NDArray[np.bool_]) -> float:
    """Mean luminance beside dense things less that farther off, within parcels; not a number where there are none."""
    dense = cv2.morphologyEx((grey < _DENSE).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    parcel = cv2.morphologyEx(thing.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    inside = cv2.erode(parcel, np.ones((9, 9), np.uint8)) > 0
    apart = cv2.distanceTransform(1 - dense, cv2.DIST_L2, 5)
    near, far = (inside & (apart > low) & (apart <= high) for low, high in (_NEAR, _FAR))
    if min(int(near.sum()), int(far.sum())) < _MIN_SEAM:
        return float("nan")
    return float(grey[near].mean() - grey[far].mean())


def _blur(field: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    return cast("NDArray[np.float32]", cv2.GaussianBlur(field, (0, 0), sigma))


def _gradient(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    across = cv2.Sobel(grey, cv2.CV_32F, 1, 0)
    down = cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    return cast("NDArray[np.float32]", cv2.magnitude(across, down) / np.float32(_SOBEL))
