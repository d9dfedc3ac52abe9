from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from parcelray.datasets.imaging.palette import WEDGE_ATTENUATION, WEDGE_EXCESS

Encode = Callable[..., bytes]
Counts = tuple[NDArray[np.uint16], NDArray[np.uint16]]


@pytest.fixture
def encode() -> Encode:
    """Pixels (an array or a Pillow image) as the bytes of a file."""

    def encoded(pixels: NDArray[Any] | Image.Image, kind: str, **options: Any) -> bytes:
        stream = io.BytesIO()
        image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
        image.save(stream, kind, **options)
        return stream.getvalue()

    return encoded


@pytest.fixture
def picture() -> NDArray[np.uint8]:
    """(48, 64, 3) RGB in which every corner differs, so that a turned or swapped picture is noticed."""
    down, across = np.mgrid[0:48, 0:64]
    return np.stack([across * 4, down * 5, 255 - across * 2], axis=2).astype(np.uint8)


@pytest.fixture
def wedge() -> Callable[..., Counts]:
    """Raw counts of a tray with patches of pure materials, as a scanner of a given separation would see them."""

    def counts(*, separation: float = 1.0, air: tuple[int, int] = (50_000, 48_000), noise: float = 0.003) -> Counts:
        high = np.zeros((200, 320))
        low = np.zeros((200, 320))
        for column, (material, depth) in enumerate(
            [("acrylic", 0.3), ("water", 1.0), ("aluminium", 0.8), ("steel", 1.5), ("steel", 7.0)]
        ):
            excess = separation * float(np.interp(depth, WEDGE_ATTENUATION, WEDGE_EXCESS[material]))
            patch = np.s_[60:140, 20 + 60 * column : 60 + 60 * column]
            high[patch] = 2.0 * depth / (2.0 + excess)
            low[patch] = high[patch] * (1.0 + excess)
        random = np.random.default_rng(7)
        halves = []
        for level, matter in zip(air, (high, low), strict=True):
            grains = 1.0 + noise * random.standard_normal(matter.shape)
            halves.append(np.clip(level * np.exp(-matter) * grains, 0, 65_535).astype(np.uint16))
        return halves[0], halves[1]

    return counts
