import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcelray.models.calibration import Calibration, log_odds, sigmoid
from parcelray.models.package import Platt


def test_slope_one_and_offset_zero_change_nothing() -> None:
    scores = np.linspace(0, 1, 11).astype(np.float32)
    after = Calibration((1.0,), (0.0,)).apply(scores, np.zeros(11, np.int64))
    assert after == pytest.approx(scores, abs=1e-5)
    assert after.dtype == np.float32


def test_each_class_has_its_own() -> None:
    calibration = Calibration((1.0, 2.0), (math.log(3), 0.0))
    after = calibration.apply(np.array([0.5, 0.8, 0.5], np.float32), np.array([0, 1, 1]))
    # Odds of 1 become 3; odds of 4 become 16; odds of 1 stay.
    assert after == pytest.approx([3 / 4, 16 / 17, 1 / 2], abs=1e-6)


@given(
    st.lists(st.floats(0, 1), min_size=2, max_size=20),
    st.floats(0.05, 20),
    st.floats(-20, 20),
)
def test_probabilities_stay_within_bounds_and_in_order(scores: list[float], slope: float, offset: float) -> None:
    ordered = np.sort(np.array(scores))
    after = Calibration((slope,), (offset,)).apply(ordered, np.zeros(len(ordered), np.int64))
    assert (after >= 0).all()
    assert (after <= 1).all()
    assert (np.diff(after) >= 0).all()


def test_nothing_stays_nothing() -> None:
    assert Calibration((), ()).apply(np.zeros(0), np.zeros(0, np.int64)).shape == (0,)


@pytest.mark.parametrize(
    ("slopes", "offsets", "message"),
    [
        ((1.0, 1.0), (0.0,), "as many slopes as offsets, got 2 and 1"),
        ((0.0,), (0.0,), "slopes above 0, got 0"),
        ((-1.0,), (0.0,), "slopes above 0, got -1"),
        ((math.nan,), (0.0,), "finite"),
        ((1.0,), (math.inf,), "finite"),
    ],
)
def test_impossible_numbers_are_refused(slopes: tuple[float, ...], offsets: tuple[float, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Calibration(slopes, offsets)


def test_odds_and_back() -> None:
    scores = np.array([1e-6, 0.2, 0.5, 1 - 1e-6])
    assert sigmoid(log_odds(scores)) == pytest.approx(scores)
    assert np.isfinite(log_odds(np.array([0.0, 1.0]))).all()
    assert sigmoid(np.array([-1e4, 1e4])).tolist() == [0.0, 1.0]


@given(st.floats(0.05, 20), st.floats(-20, 20), st.floats(0, 1))
def test_scores_at_is_the_way_back(slope: float, offset: float, score: float) -> None:
    calibration = Calibration((slope,), (offset,))
    there = calibration.apply(np.array([score]), np.array([0])).astype(np.float64)
    # Near 0 and 1 single precision has no digits left for the way back.
    if 1e-4 < there[0] < 1 - 1e-4:
        assert calibration.scores_at(there) == pytest.approx([min(max(score, 1e-6), 1 - 1e-6)], rel=0.02, abs=1e-3)
    assert calibration.scores_at(np.array([0.0])) == [0.0]
    assert calibration.scores_at(np.array([1.0])) == [1.0]


def test_a_package_carries_it_by_label() -> None:
    carried = Calibration((1.5, 2.0), (0.5, -1.0)).as_platt(["pistol", "pipe"])
    assert carried == {"pistol": Platt(slope=1.5, offset=0.5), "pipe": Platt(slope=2.0, offset=-1.0)}
