from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from parcelray.datasets.imaging.dual_energy import colour_dual
from parcelray.datasets.imaging.palette import COLUMNS, MAX_EXCESS, ROWS, pseudo_colour_table
from parcelray.datasets.imaging.reading import read_pair

Counts = tuple[NDArray[np.uint16], NDArray[np.uint16]]
REAL_PAIRS = Path(__file__).parents[3] / "shared" / "data" / "hums"


def patch(pixels: NDArray[np.uint8], column: int) -> tuple[int, int, int]:
    """The middle of a patch of the wedge, as red, green, blue."""
    red, green, blue = np.median(pixels[80:120, 30 + 60 * column : 50 + 60 * column].reshape(-1, 3), axis=0)
    return int(red), int(green), int(blue)


@pytest.mark.parametrize("separation", [1.0, 1.3, 2.0])
@pytest.mark.parametrize("air", [(50_000, 50_000), (60_000, 41_000), (3_900, 3_700)])
def test_materials_get_the_operators_colours_on_every_scanner(
    wedge: Callable[..., Counts], separation: float, air: tuple[int, int]
) -> None:
    coloured = colour_dual(*wedge(separation=separation, air=air))
    assert coloured.air_guessed
    assert coloured.air == pytest.approx(air, rel=0.01)
    assert coloured.separation == pytest.approx(separation, abs=0.1)
    for column in (0, 1):
        red, green, blue = patch(coloured.pixels, column)
        assert red > green > blue, "acrylic and water are orange"
    red, green, blue = patch(coloured.pixels, 2)
    assert green > max(red, blue), "aluminium is green"
    red, green, blue = patch(coloured.pixels, 3)
    assert blue > green > red, "steel is blue"
    assert max(patch(coloured.pixels, 4)) <= 5, "what lets nothing through is black"
    assert coloured.pixels[:40].mean() > 252, "air is white"


def test_thicker_is_darker(wedge: Callable[..., Counts]) -> None:
    pixels = colour_dual(*wedge()).pixels
    assert patch(pixels, 0) > patch(pixels, 1)


def test_a_given_air_level_is_used(wedge: Callable[..., Counts]) -> None:
    high, low = wedge()
    coloured = colour_dual(high[60:140, 20:60], low[60:140, 20:60], air=(50_000.0, 48_000.0))
    assert not coloured.air_guessed
    red, green, blue = np.median(coloured.pixels.reshape(-1, 3), axis=0)
    assert red > green > blue


def test_an_empty_view_is_white(wedge: Callable[..., Counts]) -> None:
    high, low = wedge()
    assert colour_dual(high[:40], low[:40]).pixels.mean() > 252


@pytest.mark.parametrize("level", [0, 1, 65_535])
@pytest.mark.parametrize("shape", [(1, 1), (3, 70)])
def test_the_emptiest_views_are_coloured_without_an_error(level: int, shape: tuple[int, int]) -> None:
    flat = np.full(shape, level, np.uint16)
    assert colour_dual(flat, flat).pixels.shape == (*shape, 3)


def test_the_palette_is_monotonous_in_depth() -> None:
    table = pseudo_colour_table().astype(int)
    assert table.shape == (ROWS, COLUMNS, 3)
    assert (table[0] == 255).all()
    assert (table[-1] == 0).all()
    plastic = table[:, int(0.1 / MAX_EXCESS * COLUMNS)].sum(axis=1)
    steel = table[:, -1].sum(axis=1)
    # One grey level of one channel is rounding.
    assert np.diff(plastic).max() <= 1
    assert np.diff(steel).max() <= 1


@pytest.mark.skipif(not REAL_PAIRS.is_dir(), reason="the real pairs are not beside the project")
def test_real_pairs_of_one_scanner_are_told_alike() -> None:
    separations: list[float] = []
    airs: list[float] = []
    blue_shares: list[float] = []
    for high in sorted(REAL_PAIRS.rglob("*_high.tif")):
        low = high.with_name(high.name.replace("_high", "_low"))
        view = read_pair(high.read_bytes(), low.read_bytes(), name=high.stem)
        coloured = colour_dual(view.pixels[0], view.pixels[1])
        separations.append(coloured.separation)
        airs += coloured.air
        hue = cv2.cvtColor(coloured.pixels, cv2.COLOR_RGB2HSV)
        blue_shares.append(float(((hue[..., 0] > 100) & (hue[..., 0] < 130) & (hue[..., 1] > 120)).mean()))
    # One two-layer scanner, whose air is at about 50,000; every view has something of steel in it.
    assert np.mean(np.array(separations) <= 1.6) >= 0.95
    assert max(abs(air - 50_000) for air in airs) < 2_500
    assert np.mean(np.array(blue_shares) > 0.001) >= 0.9
