from __future__ import annotations

import numpy as np
import pytest

from parcelray.datasets.imaging.transmission import MAX_ATTENUATION, attenuation, grey_from_counts, guess_air


@pytest.mark.parametrize("air", [900, 4_000, 50_000, 65_000])
@pytest.mark.parametrize(
    "disturbance", ["none", "hot pixels", "belt", "bright column", "little air", "more parcel than air"]
)
def test_the_air_level_is_found_through_disturbances(air: int, disturbance: str) -> None:
    random = np.random.default_rng(1)
    counts = air * (1.0 + 0.005 * random.standard_normal((300, 400)))
    counts[100:200, 100:300] *= 0.3
    if disturbance == "hot pixels":
        counts.flat[random.integers(0, counts.size, 600)] *= 1.3
    elif disturbance == "belt":
        counts[:, :200] *= 0.95
    elif disturbance == "bright column":
        counts[:, 7] *= 1.1
    elif disturbance == "little air":
        counts[:270] *= 0.8
    elif disturbance == "more parcel than air":
        counts[20:280, 20:380] *= random.uniform(0.1, 0.9, (260, 360))
    assert guess_air(np.clip(counts, 0, 65_535).astype(np.uint16)) == pytest.approx(air, rel=0.01)


@pytest.mark.parametrize("level", [0, 1, 7, 65_535])
def test_a_flat_view_has_its_own_level_as_air(level: int) -> None:
    assert guess_air(np.full((5, 6), level, np.uint16)) == max(1, level)


def test_attenuation_is_the_logarithm_within_bounds() -> None:
    counts = np.array([[0, 100, 20_000, 54_366, 60_000]], np.uint16)
    expected = [MAX_ATTENUATION, np.log(543.66), np.log(54_366 / 20_000), 0.0, 0.0]
    np.testing.assert_allclose(attenuation(counts, 54_366.0)[0], expected, atol=1e-5)


def test_grey_runs_from_white_air_to_black() -> None:
    counts = (50_000 * np.exp(-np.array([[-0.1, 0.0, 0.01, 0.1, 1.0, 3.0, 9.0]]))).astype(np.uint16)
    grey = grey_from_counts(counts, 50_000.0)[0].astype(int)
    assert grey[:3].tolist() == [255, 255, 255]
    assert (np.diff(grey[2:]) < 0).all()
    assert grey[-1] <= 3
