"""From transmission to counts: each fault by itself, on a detector that has no other."""

import numpy as np
import pytest
from numpy.typing import NDArray

from parcelray.datasets.synth.scanner.acquisition import FULL_SCALE, acquire, residual_scatter
from parcelray.datasets.synth.scanner.colouring import colour
from parcelray.datasets.synth.scanner.fitting.ideal import idealise
from parcelray.datasets.synth.scanner.profile import PROFILES, ScannerProfile, load_profile
from support.wedges import patch_middle, step_wedge

PERFECT = idealise(load_profile("amber")).detector
AIR = PERFECT.air_counts[0]


def scanner(**faults: object) -> ScannerProfile:
    """A scanner with only these faults."""
    return load_profile("amber").model_copy(update={"detector": PERFECT.model_copy(update=faults)})


def flat(level: float, height: int = 200, width: int = 200) -> NDArray[np.float32]:
    return np.full((2, height, width), level, np.float32)


def detect(transmission: NDArray[np.float32], seed: int = 0, **faults: object) -> NDArray[np.float64]:
    """Counts as a share of those in air."""
    counts = acquire(transmission, scanner(**faults), np.random.default_rng(seed))
    assert counts.dtype == np.uint16
    assert counts.shape == transmission.shape
    return counts / AIR


def test_a_perfect_detector_counts_what_gets_through() -> None:
    transmission = np.random.default_rng(1).random((2, 30, 50), np.float32)
    assert detect(transmission) == pytest.approx(transmission, abs=2.0 / AIR)


@pytest.mark.parametrize("name", ["amber", "pastel", "slate"])
def test_chance_is_the_generators_alone(name: str) -> None:
    transmission = np.random.default_rng(1).random((2, 60, 80), np.float32)
    transmission.flags.writeable = False
    profile = load_profile(name)
    once, again, other = (acquire(transmission, profile, np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert np.array_equal(once, again)
    assert not np.array_equal(once, other)


@pytest.mark.parametrize("level", [1.0, 0.3, 0.02])
def test_noise_is_that_of_the_photons_asked_for(level: float) -> None:
    photons = (40_000.0, 8_000.0)
    counts = detect(flat(level), photons=photons)
    for channel, asked in zip(counts, photons, strict=True):
        assert channel.mean() == pytest.approx(level, rel=2e-3)
        assert channel.std() == pytest.approx(np.sqrt(level / asked), rel=0.03)
    assert abs(np.corrcoef(counts[0].ravel(), counts[1].ravel())[0, 1]) < 0.03


def test_the_electronics_noise_is_in_counts_whatever_gets_through() -> None:
    for level in (0.9, 0.1):
        assert detect(flat(level), electronic_noise=20.0).std() * AIR == pytest.approx(20.0, rel=0.03)


def test_air_differs_from_scan_to_scan_within_its_range() -> None:
    profile = scanner(air_counts=(40_000.0, 60_000.0))
    air = np.array([acquire(flat(1.0, 4, 4), profile, np.random.default_rng(s)).mean() for s in range(60)])
    assert 39_999 <= air.min() < 44_000
    assert 56_000 < air.max() <= 60_001


def test_an_edge_is_as_wide_as_the_point_spread() -> None:
    transmission = flat(1.0)
    transmission[:, :, 100:] = 0.2
    spread = -np.diff(detect(transmission, point_spread=2.0).mean(axis=(0, 1))) / 0.8
    places = np.arange(spread.size) - 99.0
    assert spread.sum() == pytest.approx(1.0, abs=1e-3)
    assert (places * spread).sum() == pytest.approx(0.0, abs=0.02)
    assert np.sqrt((places**2 * spread).sum()) == pytest.approx(2.0, rel=0.05)


def test_a_row_keeps_a_share_of_the_one_before() -> None:
    transmission = flat(1.0)
    transmission[:, 50:] = 0.2
    rows = detect(transmission, afterglow=0.1).mean(axis=(0, 2))
    assert rows[[49, 50, 51]] == pytest.approx([1.0, 0.2 + 0.1 * 0.8, 0.2], abs=1e-4)


def test_scatter_fills_shadows_with_what_is_not_corrected() -> None:
    transmission = flat(1.0)
    transmission[:, 90:110, 90:110] = 0.0
    shadow = detect(transmission, scatter=0.02, scatter_corrected=0.75)[:, 95:105, 95:105]
    assert np.all((shadow > 0.6 * 0.005) & (shadow < 0.005))
    assert not detect(transmission, scatter=0.02, scatter_corrected=1.0)[:, 95:105, 95:105].any()
    assert residual_scatter(scanner(scatter=0.02, scatter_corrected=0.75).detector) == pytest.approx(0.005)


def test_columns_differ_in_gain_all_along_the_belt() -> None:
    columns = detect(flat(0.8, 20, 3000), stripe=0.01)
    assert columns.mean(axis=1).std(axis=1) / 0.8 == pytest.approx([0.01, 0.01], rel=0.1)
    assert columns.std(axis=1).max() < 1e-4


def interpolated_columns(counts: NDArray[np.float64]) -> int:
    between = (counts[:, :, :-2] + counts[:, :, 2:]) / 2.0
    return int((np.abs(counts[:, :, 1:-1] - between) < 2.0 / AIR).all(axis=(0, 1)).sum())


def test_neighbours_stand_for_dead_columns() -> None:
    assert 8 <= interpolated_columns(detect(flat(0.8), dead_columns=20.0, photons=(1e4, 1e4))) <= 35
    assert interpolated_columns(detect(flat(0.8), photons=(1e4, 1e4))) == 0


def test_some_rows_are_read_a_little_dark() -> None:
    rows = detect(flat(0.8), row_glitches=10.0).mean(axis=(0, 2)) / 0.8
    dark = rows < 0.997
    assert 3 <= dark.sum() <= 20
    assert rows.min() > 0.95
    assert rows[~dark] == pytest.approx(1.0, abs=1e-3)


def test_fewer_bits_are_coarser_steps_of_the_same_scale() -> None:
    ramp = np.tile(np.linspace(0.0, 1.0, 4000, dtype=np.float32), (2, 1, 1))
    counts = acquire(ramp, scanner(bit_depth=12), np.random.default_rng(0))
    assert set(np.diff(np.unique(counts)).tolist()) == {16}
    assert counts / AIR == pytest.approx(ramp, abs=9.0 / AIR)


def test_counts_end_at_both_ends_of_the_scale() -> None:
    assert np.all(detect(flat(2.0)) * AIR == FULL_SCALE)
    dark = detect(flat(0.0), electronic_noise=10.0) * AIR
    assert dark.min() == 0.0
    assert dark.max() < 60.0


@pytest.mark.parametrize("name", sorted(path.stem for path in PROFILES.glob("*.toml")))
def test_thick_steel_never_looks_organic(name: str) -> None:
    profile = load_profile(name)
    depths = (2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 9.0, 14.0)
    rng = np.random.default_rng(5)
    pixels = colour(acquire(step_wedge(profile.beam, ["steel"], depths), profile, rng), profile, rng)
    for column in range(len(depths)):
        red, _, blue = np.median(patch_middle(pixels, 0, column).reshape(-1, 3), axis=0)
        assert red <= blue + 20, f"at an attenuation of {depths[column]}"
