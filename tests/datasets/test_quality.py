from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from parcelray.datasets.imaging.quality import inspect
from parcelray.datasets.imaging.reading import read_view
from parcelray.datasets.imaging.rendering import render

REAL_SCANS = Path(__file__).parents[3] / "shared" / "data" / "sixray" / "images"


def scan_like() -> NDArray[np.uint8]:
    """A white belt with an orange parcel, a green thing, a blue thing and a black one."""
    pixels = np.full((300, 400, 3), 252, np.uint8)
    pixels[60:240, 80:320] = (240, 180, 110)
    pixels[80:140, 100:180] = (90, 170, 90)
    pixels[150:200, 100:180] = (40, 80, 170)
    pixels[150:200, 220:280] = 0
    return pixels


def photograph(base: tuple[int, int, int], spread: float) -> NDArray[np.uint8]:
    """Soft random blobs around one colour, as cloth, skin or a street have them."""
    random = np.random.default_rng(5)
    coarse = random.normal(0, spread, (15, 20, 3)).repeat(20, axis=0).repeat(20, axis=1)
    return np.clip(np.array(base) + coarse, 0, 255).astype(np.uint8)


def inverted(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return 255 - pixels


def mostly_black() -> NDArray[np.uint8]:
    pixels = scan_like()
    pixels[:, 200:] = 3
    return pixels


def pinkish() -> NDArray[np.uint8]:
    pixels = scan_like()
    pixels[80:140, 100:180] = (150, 70, 90)
    return pixels


@pytest.mark.parametrize(
    ("pixels", "codes"),
    [
        (scan_like(), []),
        (np.full((300, 400, 3), 254, np.uint8), ["blank"]),
        (np.zeros((300, 400, 3), np.uint8), ["blank"]),
        (np.random.default_rng(0).integers(251, 256, (300, 400, 3), np.uint8), ["blank"]),
        (mostly_black(), ["clipped"]),
        (inverted(scan_like()), ["clipped", "not_xray_like"]),
        (photograph((150, 110, 90), 40), ["not_xray_like"]),
        (photograph((90, 120, 150), 30), ["not_xray_like"]),
        (photograph((120, 120, 120), 25), ["not_xray_like"]),
        (pinkish(), ["not_xray_like"]),
    ],
    ids=["scan", "white", "black", "belt", "dark", "inverted", "skin", "sky", "grey photo", "pink"],
)
def test_warnings(pixels: NDArray[np.uint8], codes: list[str]) -> None:
    assert [warning.code for warning in inspect(pixels)] == codes


def test_the_message_says_what_was_seen() -> None:
    (warning,) = inspect(mostly_black())
    assert warning.message == "50% of the view is black: nothing behind it can be seen, nor cleared"


def test_one_pixel_is_enough() -> None:
    assert [warning.code for warning in inspect(np.zeros((1, 1, 3), np.uint8))] == ["blank"]


@pytest.mark.skipif(not REAL_SCANS.is_dir(), reason="the real scans are not beside the project")
def test_hardly_a_real_scan_is_warned_of() -> None:
    files = sorted(REAL_SCANS.glob("*.jpg"))[::5]
    warned = [file for file in files if render(read_view(file.read_bytes(), name=file.name)).warnings]
    assert len(warned) < 0.01 * len(files)
