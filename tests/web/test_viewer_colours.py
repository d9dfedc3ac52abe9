"""The shaders colour as ``parcelray.datasets.imaging`` does: read back from a real browser's frame buffer."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page

from parcelray.datasets.imaging import palette
from parcelray.datasets.imaging.dual_energy import RATIO_SIGMA, RATIO_TAPS, SHARPENING, colour_dual
from parcelray.datasets.imaging.reading import read_pair, read_view
from parcelray.datasets.imaging.rendering import render
from parcelray.datasets.imaging.transmission import MAX_ATTENUATION, attenuation
from parcelray.datasets.synth.physics.beams import DUAL_KVP, SANDWICH, Beam
from support.browser import Chromium
from support.pictures import encoded, view
from support.viewer_page import ROOT, Stand, picture_of, viewer_stand
from support.wedges import patch_middle, step_wedge

SAMPLES = ROOT / "datasets" / "samples"
MOST = 2
"""Grey levels that a pixel may differ by."""


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory, tiny_package: Path, chromium: Chromium) -> Iterator[Stand]:
    with viewer_stand(tmp_path_factory.mktemp("viewer"), tiny_package, chromium) as stand:
        yield stand


@pytest.fixture(scope="module")
def page(stand: Stand) -> Iterator[Page]:
    with stand.page() as page:
        yield page


def sample() -> NDArray[np.uint16]:
    high, low = (cv2.imread(str(SAMPLES / f"12-pistol_{half}.png"), cv2.IMREAD_UNCHANGED) for half in ("high", "low"))
    return np.stack([high, low]).astype(np.uint16)


def wedges(beam: Beam) -> NDArray[np.uint16]:
    """Every material of the palette in steps, with the noise of a detector."""
    materials = ("polyethylene", "pmma", "water", "aluminium", "titanium", "steel")
    counts = 50_000 * step_wedge(beam, materials, (0.05, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.5))
    noisy = counts + np.random.default_rng(1).normal(0.0, 2.0 + np.sqrt(counts))
    return np.clip(np.rint(noisy), 0, 65_535).astype(np.uint16)


def plane() -> NDArray[np.uint16]:
    """All thicknesses from left to right, all materials from top to bottom, and what is neither; an odd size."""
    thickness = np.linspace(0.0, 8.0, 401)[None]
    excess = np.linspace(-0.2, 3.0, 301)[:, None]
    high = thickness * np.ones_like(excess)
    counts = 60_000 * np.exp(-np.stack([high, high * (1.0 + excess)]))
    # A third of the view is air, or there would be no level of it.
    return np.pad(np.rint(counts), ((0, 0), (0, 0), (0, 200)), constant_values=60_000).astype(np.uint16)


def noise(side: int) -> NDArray[np.uint16]:
    """Whatever counts can be, without any sense."""
    return np.random.default_rng(side).integers(0, 65_536, (2, side, side + 1), np.uint16)


PAIRS = {
    "sample": sample,
    "two-layer wedges": lambda: wedges(SANDWICH),
    "switched wedges": lambda: wedges(DUAL_KVP),
    "plane": plane,
    "noise": lambda: noise(200),
    "tiny": lambda: noise(3),
    "nothing": lambda: np.zeros((2, 20, 20), np.uint16),
}


def at_an_edge(pair: NDArray[np.uint16]) -> NDArray[np.bool_]:
    """Where a pixel lies in a cell of the palette's table in which dyes begin to blend: it rounds that corner off."""
    coloured = colour_dual(pair[0], pair[1])
    high, low = (attenuation(band, air) for band, air in zip(pair, coloured.air, strict=True))
    smooth_high, smooth_low = (cv2.GaussianBlur(band, (RATIO_TAPS, RATIO_TAPS), RATIO_SIGMA) for band in (high, low))
    excess = (smooth_low / np.maximum(smooth_high, 0.02) - 1.0) / coloured.separation
    rows = (high + low) / 2.0 * (1.0 + SHARPENING) - (smooth_high + smooth_low) / 2.0 * SHARPENING
    row = np.clip(rows / MAX_ATTENUATION * (palette.ROWS - 1), 0, palette.ROWS - 1)
    column = np.clip(excess / palette.MAX_EXCESS * (palette.COLUMNS - 1), 0, palette.COLUMNS - 1)
    depths = np.linspace(0.0, MAX_ATTENUATION, palette.ROWS)
    numbers = palette._atomic_numbers(depths, np.linspace(0.0, palette.MAX_EXCESS, palette.COLUMNS))
    edge = np.zeros(row.shape, bool)
    tops, lefts = (np.clip(np.floor(at).astype(int), 0, most - 2) for at, most in ((row, 1024), (column, 512)))
    cells = np.stack([numbers[tops + down, lefts + right] for down in (0, 1) for right in (0, 1)])
    for number in (*palette.ORGANIC_TO_MIXED, *palette.MIXED_TO_METAL):
        edge |= (cells.min(0) <= number) & (cells.max(0) >= number)
    return edge


@pytest.mark.parametrize("name", PAIRS)
def test_pairs_are_coloured_as_the_model_sees_them(stand: Stand, page: Page, name: str) -> None:
    pair = PAIRS[name]()
    files = [view(encoded(band), f"{half}.png", half) for band, half in zip(pair, ("high", "low"), strict=True)]
    wanted = render(read_pair(files[0][1][1], files[1][1][1], name=name)).pixels
    drawn = picture_of(page, stand.send(*files))
    assert drawn.shape == wanted.shape
    difference = np.abs(drawn.astype(int) - wanted).max(axis=2)
    edge = at_an_edge(pair)
    print(
        f"{name}: at most {difference[~edge].max(initial=0)} away from the palette's edges, "
        f"{difference.max()} at them ({edge.mean():.2%} of the view); 99.99 %: {np.percentile(difference, 99.99):.0f}"
    )
    assert difference[~edge].max(initial=0) <= MOST
    assert difference.max() <= 8
    assert edge.mean() < 0.1


def turned_jpeg(pixels: NDArray[np.uint8]) -> bytes:
    """A JPEG whose remarks say that it is to be shown on its side, and in another colour space than a screen's."""
    file = io.BytesIO()
    exif = Image.Exif()
    exif[274] = 6
    Image.fromarray(pixels).save(file, "JPEG", quality=95, exif=exif)
    return file.getvalue()


def transparent_png(pixels: NDArray[np.uint8]) -> bytes:
    alpha = np.tile(np.linspace(0, 255, pixels.shape[1]).astype(np.uint8), (pixels.shape[0], 1))
    return encoded(np.dstack([pixels, alpha]))


def test_other_views_are_shown_as_the_model_sees_them(stand: Stand, page: Page) -> None:
    chance = np.random.default_rng(3)
    counts = np.full((90, 130), 51_000, np.uint16)
    counts[20:70, 30:100] = chance.integers(0, 51_000, (50, 70))
    colours = cv2.GaussianBlur(chance.integers(0, 256, (90, 130, 3)).astype(np.uint8), (0, 0), 2)
    for name, data, most in (
        ("16-bit grey PNG", encoded(counts), 1),
        ("16-bit grey TIFF", encoded(counts, ".tif"), 1),
        ("8-bit grey PNG", encoded(colours[..., 0]), 1),
        ("colour PNG", encoded(colours), 1),
        ("colour TIFF", encoded(colours, ".tif"), 1),
        ("PNG with alpha", transparent_png(colours), 1),
        ("JPEG on its side", turned_jpeg(colours), MOST),
        ("grey JPEG", encoded(colours[..., 0], ".jpg"), 1),
    ):
        wanted = render(read_view(data, name=name)).pixels
        drawn = picture_of(page, stand.send(view(data, name)))
        assert drawn.shape == wanted.shape, name
        assert np.abs(drawn.astype(int) - wanted).max() <= most, name


@pytest.fixture(scope="module")
def wedge_scan(stand: Stand) -> str:
    high, low = wedges(SANDWICH)
    return stand.send(view(encoded(high), "h.png", "high"), view(encoded(low), "l.png", "low"))


def brightness(pixels: NDArray[np.uint8], material: int, step: int) -> float:
    return float(patch_middle(pixels, material, step).mean())


ACRYLIC, STEEL = 1, 5
THIN, MIDDLE, DENSE = 2, 5, 7


def test_every_tool_does_what_it_is_called(page: Page, wedge_scan: str) -> None:
    plain = picture_of(page, wedge_scan)
    inverse = picture_of(page, wedge_scan, {"inverse": True})
    assert np.abs(plain.astype(int) + inverse - 255).max() <= 1
    grey = picture_of(page, wedge_scan, {"grey": True})
    assert (grey == grey[..., :1]).all()
    assert (np.ptp(plain, axis=2) > 60).any()

    high, low = (picture_of(page, wedge_scan, {"penetration": how}) for how in ("high", "low"))
    assert brightness(plain, STEEL, DENSE) < 20, "no such detail without it"
    assert brightness(high, STEEL, DENSE) > brightness(plain, STEEL, DENSE) + 20
    contrast = [brightness(pixels, ACRYLIC, 0) - brightness(pixels, ACRYLIC, THIN) for pixels in (plain, low)]
    assert contrast[1] > 1.25 * contrast[0]

    bright = picture_of(page, wedge_scan, {"gamma": 2})
    expected = 255.0 * (plain / 255.0) ** 0.5
    assert np.abs(bright - expected)[plain > 30].max() < 3
    window = picture_of(page, wedge_scan, {"level": 0.3, "width": 0.1})
    assert brightness(window, ACRYLIC, THIN) == 255
    assert brightness(window, ACRYLIC, DENSE) < 60

    without_organic, without_inorganic = (
        picture_of(page, wedge_scan, {"strip": what}) for what in ("organic", "inorganic")
    )
    for material, kept, taken in (
        (ACRYLIC, without_inorganic, without_organic),
        (STEEL, without_organic, without_inorganic),
    ):
        patches = [patch_middle(pixels, material, MIDDLE).astype(int) for pixels in (plain, kept, taken)]
        assert np.abs(patches[0] - patches[1]).mean() < 2
        assert patches[2].mean() > 205
        # Pale, but not gone.
        assert patches[2].mean() < 250
    dense = [brightness(pixels, material, 8) for pixels in (without_organic, without_inorganic) for material in (1, 5)]
    assert max(dense) < 12, "what is too dense to tell its material must not be taken away"

    edges = picture_of(page, wedge_scan, {"edges": True, "grey": True})
    steps = [np.ptp(pixels[60, 75:85, 0].astype(int)) for pixels in (grey, edges)]
    assert steps[1] > 1.2 * steps[0]
    local = picture_of(page, wedge_scan, {"local": True, "grey": True})
    for step in (THIN, DENSE):
        details = [float(patch_middle(pixels, STEEL, step).std()) for pixels in (grey, local)]
        assert details[1] > 1.2 * details[0]
    assert brightness(local, STEEL, DENSE) > brightness(grey, STEEL, DENSE) + 15


def test_a_picture_of_the_scanners_own_colours_goes_by_its_hues(stand: Stand, page: Page) -> None:
    pixels = np.full((40, 160, 3), 225, np.uint8)  # air that is not quite white
    for place, colour in enumerate(((222, 140, 60), (70, 160, 90), (50, 90, 170), (8, 8, 8))):
        pixels[8:32, 8 + 38 * place : 38 + 38 * place] = colour
    scan = stand.send(view(encoded(pixels[..., ::-1])))

    def middles(**tools: object) -> NDArray[np.int64]:
        drawn = picture_of(page, scan, tools)
        return np.array([drawn[20, 2], *(drawn[20, 23 + 38 * place] for place in range(4))]).astype(np.int64)

    air, orange, green, blue, black = range(5)
    plain = middles()
    for strip, gone, kept in (("organic", (orange,), (green, blue)), ("inorganic", (green, blue), (orange,))):
        stripped = middles(strip=strip)
        assert (stripped[list(gone)].min(axis=1) > 170).all()
        for place in (*kept, air, black):
            np.testing.assert_allclose(stripped[place], plain[place], atol=1)
    low = middles(penetration="low")
    np.testing.assert_allclose(low[air], plain[air], atol=3, err_msg="air is no matter to look into")
    assert low[orange].sum() < plain[orange].sum() - 60
    assert (middles(penetration="high")[black] <= plain[black]).all(), "black holds nothing to bring out"


def test_a_single_energy_view_keeps_all_when_a_material_is_stripped(stand: Stand, page: Page) -> None:
    counts = np.full((60, 60), 50_000, np.uint16)
    counts[20:40, 20:40] = 9_000
    scan = stand.send(view(encoded(counts)))
    plain = picture_of(page, scan)
    for strip in ("organic", "inorganic"):
        np.testing.assert_array_equal(picture_of(page, scan, {"strip": strip}), plain)
