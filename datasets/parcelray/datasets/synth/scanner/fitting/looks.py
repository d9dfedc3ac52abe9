"""Which scans look alike: those of one air colour come from one screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from parcelray.datasets.imaging.reading import read_view

# Air is the most frequent colour, in steps of so many grey levels, …
_STEP = 4
# … if it is bright, and on so much of the picture.
_MIN_BRIGHTNESS, _MIN_SHARE = 150, 0.02
# Air colours that differ by no more than this, in any channel, are one: exposure drifts.
_SAME_AIR = 10
# A look is not worth a profile of its own below this share of all scans, or this many.
_MIN_LOOK_SHARE, _MIN_LOOK = 0.04, 8
# What differs from air by more than this, in any channel, is an object: noise and JPEG stay below.
OBJECT_CONTRAST = 14
# The luminance table of libjpeg at quality 50 sums up to this.
_STANDARD_SUM = 3688
_DEFAULT_QUALITY = 92


@dataclass(frozen=True, eq=False)
class Look:
    """Scans of one look.

    Attributes:
        air: its colour, RGB.
        images: (H, W, 3) uint8 RGB each.
        jpeg_quality: that they were saved with, 1 to 100.
    """

    air: tuple[int, int, int]
    images: tuple[NDArray[np.uint8], ...]
    jpeg_quality: int


def read_looks(paths: Sequence[Path], *, at_most: int) -> list[Look]:
    """Read pseudo-colour scans and sort them by look.

    Args:
        paths: PNG or JPEG files.
        at_most: so many of a look are kept, evenly spread over the paths.

    Returns:
        The looks, the one of the most scans first. Scans that show no air, and looks of few scans, are left out.

    Raises:
        BadInputError: a file is no image that we read.
    """
    airs: dict[Path, NDArray[np.int64]] = {}
    for path in paths:
        air = air_colour(_read(path))
        if air is not None:
            airs[path] = air
    groups = _group(airs)
    least = max(_MIN_LOOK, _MIN_LOOK_SHARE * len(paths))
    # A handful of scans of one look is one look, however few they are.
    large = [group for group in groups if len(group) >= least] or groups[:1]
    looks = []
    for group in large:
        chosen = [group[i] for i in np.unique(np.linspace(0, len(group) - 1, min(at_most, len(group))).astype(int))]
        red, green, blue = (int(v) for v in np.median([airs[path] for path in group], axis=0))
        quality = round(float(np.median([_jpeg_quality(path) for path in chosen])))
        looks.append(Look((red, green, blue), tuple(_read(path) for path in chosen), quality))
    return looks


def air_colour(pixels: NDArray[np.uint8]) -> NDArray[np.int64] | None:
    """The colour of air in a scan: (3,); None where there seems to be no air.

    Args:
        pixels: (H, W, 3) uint8 RGB.
    """
    flat = pixels[::2, ::2].reshape(-1, 3)
    steps = 256 // _STEP
    red, green, blue = (flat // _STEP).astype(np.int64).T
    codes = (red * steps + green) * steps + blue
    counts = np.bincount(codes)
    air: NDArray[np.int64] = np.median(flat[codes == int(np.argmax(counts))], axis=0).astype(np.int64)
    if counts.max() < _MIN_SHARE * len(flat) or air.mean() < _MIN_BRIGHTNESS:
        return None
    return air


def is_object(pixels: NDArray[np.generic], air: Iterable[float]) -> NDArray[np.bool_]:
    """What differs from air: (...) bool for (..., 3) RGB."""
    differs: NDArray[np.bool_] = np.abs(pixels.astype(np.float32) - np.array(air, np.float32)).max(-1) > OBJECT_CONTRAST
    return differs


def _read(path: Path) -> NDArray[np.uint8]:
    view = read_view(path.read_bytes(), name=path.name)
    eight_bit = view.pixels.astype(np.uint8) if view.pixels.dtype == np.uint8 else (view.pixels // 256).astype(np.uint8)
    return eight_bit if view.kind == "colour" else np.repeat(eight_bit[..., None], 3, axis=2)


def _group(airs: dict[Path, NDArray[np.int64]]) -> list[list[Path]]:
    """Paths of like air, the largest group first: each joins the first group whose first member is like it."""
    groups: list[list[Path]] = []
    for path, air in airs.items():
        for group in groups:
            if np.abs(airs[group[0]] - air).max() <= _SAME_AIR:
                group.append(path)
                break
        else:
            groups.append([path])
    return sorted(groups, key=len, reverse=True)


def _jpeg_quality(path: Path) -> int:
    """The quality that libjpeg would have been asked for, from the file's quantisation table."""
    try:
        with Image.open(BytesIO(path.read_bytes())) as image:
            tables = getattr(image, "quantization", None)
    except UnidentifiedImageError:
        return _DEFAULT_QUALITY
    if not tables:
        return _DEFAULT_QUALITY
    scale = 100.0 * sum(tables[0]) / _STANDARD_SUM
    quality = (200.0 - scale) / 2.0 if scale <= 100.0 else 5000.0 / scale
    return int(np.clip(round(quality), 1, 100))
