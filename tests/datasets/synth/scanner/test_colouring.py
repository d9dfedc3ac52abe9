"""From counts to colours."""

import numpy as np
import pytest
from numpy.typing import NDArray

from parcelray.datasets.synth.scanner.acquisition import acquire
from parcelray.datasets.synth.scanner.calibration import MAX_NUMBER, MIN_NUMBER
from parcelray.datasets.synth.scanner.colouring import air_levels, attenuations, colour
from parcelray.datasets.synth.scanner.palette import MAX_DEPTH, NUMBER_COLUMNS, ROWS, columns_at, floors, palette_table
from parcelray.datasets.synth.scanner.profile import PROFILES, DyePalette, ScannerProfile, load_profile
from support.wedges import patch_middle, step_wedge

ALL = [load_profile(path.stem) for path in sorted(PROFILES.glob("*.toml"))]
DYED = [profile for profile in ALL if isinstance(profile.palette, DyePalette)]
MATERIALS = ("polyethylene", "pmma", "aluminium", "steel", "lead")
DEPTHS = (0.6, 1.0, 14.0)
LUMA = np.array([0.299, 0.587, 0.114])


def is_grey(profile: ScannerProfile) -> bool:
    palette = profile.palette
    return isinstance(palette, DyePalette) and palette.organic == palette.mixed == palette.metal


def palette_of(profile: ScannerProfile) -> DyePalette:
    assert isinstance(profile.palette, DyePalette)
    return profile.palette


def scan(profile: ScannerProfile, transmission: NDArray[np.float32], seed: int = 7) -> NDArray[np.uint8]:
    rng = np.random.default_rng(seed)
    return colour(acquire(transmission, profile, rng), profile, rng)


def clean(**changes: object) -> ScannerProfile:
    """A grey scanner without noise, grain and blur, but for these settings of its palette."""
    profile = load_profile("grey")
    quiet = {"photons": (1e9, 1e9), "electronic_noise": 0.0, "point_spread": 0.0, "stripe": 0.0, "scatter": 0.0}
    plain = {"sharpening": 0.0, "grain": 0.0, "display_blur": 0.0}
    return profile.model_copy(
        update={
            "detector": profile.detector.model_copy(update=quiet | {"row_glitches": 0.0}),
            "palette": palette_of(profile).model_copy(update=plain | changes),
        }
    )


@pytest.mark.parametrize("profile", [p for p in ALL if not is_grey(p)], ids=lambda profile: profile.name)
def test_organics_are_warm_aluminium_is_green_steel_is_blue(profile: ScannerProfile) -> None:
    pixels = scan(profile, step_wedge(profile.beam, MATERIALS, DEPTHS))
    assert pixels.dtype == np.uint8

    def seen(row: int, column: int) -> NDArray[np.float64]:
        """Red, green and blue as shares of those of air."""
        median: NDArray[np.float64] = np.median(patch_middle(pixels, row, column).reshape(-1, 3), axis=0)
        return median / profile.palette.air

    assert seen(-1, -1) == pytest.approx(1.0, abs=0.03), "air"
    for column in range(2):
        for row in (0, 1):
            red, green, blue = seen(row, column)
            assert red > green > blue, f"{MATERIALS[row]} is orange to brown"
            assert red > blue + 0.1
        red, green, blue = seen(2, column)
        assert green > max(red, blue), "aluminium is green"
        red, green, blue = seen(3, column)
        assert blue > max(red, green), "steel is blue"


@pytest.mark.parametrize("profile", [p for p in ALL if is_grey(p)], ids=lambda profile: profile.name)
def test_a_grey_scanner_shows_no_hue(profile: ScannerProfile) -> None:
    pixels = scan(profile, step_wedge(profile.beam, MATERIALS, DEPTHS)).astype(int)
    assert np.ptp(pixels, axis=2).max() <= 2
    assert np.ptp(pixels) > 200


@pytest.mark.parametrize("profile", ALL, ids=lambda profile: profile.name)
def test_where_nothing_comes_through_is_the_palettes_floor(profile: ScannerProfile) -> None:
    pixels = scan(profile, step_wedge(profile.beam, MATERIALS, DEPTHS))
    opaque = profile.palette.opaque if isinstance(profile.palette, DyePalette) else (0, 0, 0)
    floor = np.median(patch_middle(pixels, 4, 2).reshape(-1, 3), axis=0)
    assert floor == pytest.approx(opaque, abs=10)


@pytest.mark.parametrize("profile", ALL, ids=lambda profile: profile.name)
def test_the_thicker_the_darker(profile: ScannerProfile) -> None:
    materials, depths = ("water", "aluminium", "steel"), (0.1, 0.3, 0.6, 1.0, 1.5)
    pixels = scan(profile, step_wedge(profile.beam, materials, depths))
    for row in range(len(materials)):
        steps = [patch_middle(pixels, row, column).reshape(-1, 3).mean(axis=0) @ LUMA for column in range(-1, 5)]
        assert np.all(np.diff(steps) < 0.0), materials[row]


@pytest.mark.parametrize("profile", DYED, ids=lambda profile: profile.name)
def test_a_palettes_columns_darken_down_to_its_dark_tone(profile: ScannerProfile) -> None:
    palette = palette_of(profile)
    table = palette_table(palette)
    luminance = table[:, :NUMBER_COLUMNS] @ LUMA
    floor = np.array(palette.dark) @ LUMA
    assert np.all(luminance[1:] <= np.maximum(luminance[:-1], floor) + 1.0)
    assert np.all(luminance[0] > luminance[ROWS // 4] + 30.0)
    assert table[0, :NUMBER_COLUMNS] == pytest.approx(np.broadcast_to(palette.air, (NUMBER_COLUMNS, 3)), abs=1)
    assert table[-1, -1] == pytest.approx(palette.opaque, abs=1)
    assert palette.dark_range[1] > MAX_DEPTH or table[-1, 0] == pytest.approx(palette.dark, abs=1)


@pytest.mark.parametrize("profile", DYED, ids=lambda profile: profile.name)
def test_where_a_signal_ends_all_counts_as_metal(profile: ScannerProfile) -> None:
    palette = palette_of(profile).model_copy(update={"opaque_range": (50.0, 60.0)})
    floor_high, floor_low = (-np.log(floor) for floor in floors(profile.detector))
    high = np.array([floor_high, 0.0, floor_high / 2.0])
    low = np.array([0.0, floor_low, floor_low / 2.0])
    metal, organic = palette.mixed_to_metal[1], 6.0
    steps = (NUMBER_COLUMNS - 1) / (MAX_NUMBER - MIN_NUMBER)
    found = MIN_NUMBER + columns_at(np.full(3, organic), high, low, profile.detector, palette) / steps
    assert found == pytest.approx([metal, metal, organic])
    heavier = columns_at(np.full(3, metal + 1.0), high, low, profile.detector, palette) / steps
    assert MIN_NUMBER + heavier == pytest.approx(metal + 1.0)


@pytest.mark.parametrize("name", ["amber", "raw", "six-b"])
def test_the_same_chance_gives_the_same_picture(name: str) -> None:
    profile = load_profile(name)
    counts = acquire(step_wedge(profile.beam, MATERIALS, DEPTHS), profile, np.random.default_rng(0))
    before = counts.copy()
    once, again = (colour(counts, profile, np.random.default_rng(1)) for _ in range(2))
    assert np.array_equal(once, again)
    assert np.array_equal(counts, before)


def edge_profile(profile: ScannerProfile) -> NDArray[np.float64]:
    """Grey levels across the edge between two steps of plastic, from the thin side to the thick one."""
    pixels = scan(profile, step_wedge(profile.beam, ["pmma"], (0.5, 1.0)))
    levels: NDArray[np.float64] = pixels[10:30, 10:70, 1].mean(axis=0)
    return levels


def test_sharpening_draws_seams_along_edges() -> None:
    plain = edge_profile(clean())
    assert plain.max() <= plain[0] + 1.0
    assert plain.min() >= plain[-1] - 1.0
    sharp = edge_profile(clean(sharpening=2.0, halo=1.0))
    assert sharp.max() > sharp[0] + 10.0
    assert sharp.min() < sharp[-1] - 5.0
    assert sharp[[0, -1]] == pytest.approx(plain[[0, -1]], abs=1.0)


def test_the_bright_seam_is_no_brighter_than_allowed() -> None:
    wide, narrow = (edge_profile(clean(sharpening=2.0, halo=halo)) for halo in (1.0, 0.05))
    assert narrow[0] < narrow.max() < wide.max() - 5.0
    assert narrow.min() == pytest.approx(wide.min(), abs=1.0)


def test_the_display_blurs_the_picture() -> None:
    steepest = [np.abs(np.diff(edge_profile(clean(display_blur=blur)))).max() for blur in (0.0, 2.0)]
    assert steepest[1] < 0.4 * steepest[0]


def test_grain_is_on_matter_and_not_on_air() -> None:
    transmission = step_wedge(load_profile("grey").beam, ["pmma"], (0.3,))
    smooth, grainy = (scan(clean(grain=grain, air_threshold=0.02), transmission) for grain in (0.0, 0.03))
    assert patch_middle(smooth, 0, 0).std() < 0.5
    assert patch_middle(grainy, 0, 0).std() > 1.5
    assert patch_middle(grainy, -1, -1).std() < 0.2


def test_grain_covers_scans_larger_than_its_field() -> None:
    profile = clean(grain=0.03)
    pixels = scan(profile, np.full((2, 1100, 1200), 0.6, np.float32))
    blocks = pixels[: 1100 // 100 * 100, :, 0].reshape(11, 100, 12, 100)
    assert blocks.std(axis=(1, 3)).min() > 0.5 * blocks.std(axis=(1, 3)).max() > 0.5


def test_air_is_guessed_from_the_scan_but_only_as_this_scanner_can_have_it() -> None:
    profile = load_profile("amber")
    least, most = profile.detector.air_counts
    half_way = round((least + most) / 2.0)
    counts = np.full((2, 60, 60), half_way, np.uint16)
    counts[:, 20:40, 20:40] = half_way // 4
    assert air_levels(counts, profile) == pytest.approx((half_way, half_way), rel=0.01)
    assert air_levels(counts // 2, profile) == (least, least)


def test_attenuations_end_where_a_signal_says_nothing_and_are_unbiased_in_air() -> None:
    profile = load_profile("amber")
    rng = np.random.default_rng(0)
    transmission = np.ones((2, 120, 120), np.float32)
    transmission[:, :20] = 0.0
    both = attenuations(acquire(transmission, profile, rng), profile)
    for signal, floor in zip(both, floors(profile.detector), strict=True):
        assert signal.max() == pytest.approx(-np.log(floor), rel=1e-3)
        assert signal[:10] == pytest.approx(-np.log(floor), rel=0.2)
        assert signal[60:].min() < 0.0
        assert abs(signal[60:].mean()) < 2e-3
