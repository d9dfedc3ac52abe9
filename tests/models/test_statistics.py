import math

import numpy as np
import pytest

from parcelray.models.statistics import (
    RECALLS,
    average_precision,
    calibration_error,
    calibration_error_by_chance,
    free_response_curve,
    group_bootstrap,
    precision_at_recalls,
    reliability,
    sensitivity_at,
    wilson,
)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_agrees_with_published_values(successes: int, trials: int, low: float, high: float) -> None:
    interval = wilson(successes, trials)
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


def test_wilson_at_the_ends_and_out_of_range() -> None:
    assert wilson(0, 5).low == 0.0
    assert wilson(5, 5).high == 1.0
    for successes, trials in [(1, 0), (3, 2), (-1, 2)]:
        with pytest.raises(ValueError, match="expected 0 <= successes"):
            wilson(successes, trials)


def test_average_precision_of_a_worked_example() -> None:
    # Right, wrong, right, and one of three items never found: precision 1 up to recall 1/3, then 2/3 up to 2/3.
    right = np.array([True, False, True])
    expected = (34 * 1.0 + 33 * 2 / 3) / 101
    assert average_precision(right, 3) == pytest.approx(expected)


def test_weights_stand_for_copies() -> None:
    generator = np.random.default_rng(0)
    # Right ones first: then copies side by side cannot change the envelope, and the two must agree exactly.
    right = np.sort(generator.random(50) < 0.6)[::-1]
    weights = generator.integers(0, 4, 50).astype(float)
    copied = np.repeat(right, weights.astype(int))
    assert average_precision(right, 90, weights) == pytest.approx(average_precision(copied, 90))


def test_nothing_to_find_is_no_number() -> None:
    assert math.isnan(average_precision(np.zeros(0, bool), 0))
    assert average_precision(np.zeros(0, bool), 3) == 0.0


def test_the_curve_is_an_envelope_that_ends_where_no_box_reaches() -> None:
    curve = precision_at_recalls(np.array([True, False, True, False]), 3)
    assert curve[RECALLS <= 1 / 3] == pytest.approx(1.0)
    assert curve[(RECALLS > 1 / 3) & (RECALLS <= 2 / 3)] == pytest.approx(2 / 3)
    assert curve[RECALLS > 2 / 3].tolist() == [0.0] * 34


def test_what_is_ranked_after_the_last_match_moves_nothing() -> None:
    right = np.random.default_rng(3).random(40) < 0.4
    weights = np.random.default_rng(4).integers(0, 3, 60).astype(float)
    longer = np.concatenate([right, np.zeros(20, bool)])
    assert average_precision(right, 30, weights[:40]) == average_precision(longer, 30, weights)


ITEMS = np.array([0.9, 0.5, 0.3, -1.0])
ALARMS = np.array([0.2, 0.6, 0.4])


@pytest.mark.parametrize(
    ("rate", "found"),
    # Three alarms on ten clean scans: none may pass, then one, two, all.
    [(0.0, 0.25), (0.09, 0.25), (0.1, 0.5), (0.2, 0.75), (0.3, 0.75), (5.0, 0.75)],
)
def test_sensitivity_at_a_rate_of_false_alarms(rate: float, found: float) -> None:
    assert sensitivity_at(np.array([rate]), ITEMS, ALARMS, 10) == pytest.approx([found])


def test_weights_of_items_and_alarms_stand_for_copies() -> None:
    rates = np.array([0.1, 0.3, 0.5])
    weighted = sensitivity_at(rates, ITEMS, ALARMS, 12, np.array([1.0, 2, 0, 3]), np.array([2.0, 0, 3]))
    copied = sensitivity_at(rates, ITEMS[[0, 1, 1, 3, 3, 3]], ALARMS[[0, 0, 2, 2, 2]], 12)
    assert weighted == pytest.approx(copied)
    assert np.isnan(sensitivity_at(rates, ITEMS, ALARMS, 0)).all()
    assert np.isnan(sensitivity_at(rates, np.zeros(0), ALARMS, 3)).all()


def test_a_score_that_items_and_alarms_share_lets_neither_pass() -> None:
    assert sensitivity_at(np.array([0.0]), np.array([0.5]), np.array([0.5]), 1).tolist() == [0.0]


def test_corners_of_the_free_response_curve() -> None:
    alarms, found = free_response_curve(ITEMS, ALARMS, 10)
    assert alarms == pytest.approx([0.0, 0.0, 0.1, 0.2])
    assert found == pytest.approx([0.0, 0.25, 0.5, 0.75])


def test_reliability_of_a_worked_example() -> None:
    bins = reliability(np.array([0.05, 0.08, 0.95, 1.0, 0.91]), np.array([False, True, True, True, False]))
    assert [(one.low, one.high, one.count) for one in bins] == [(0.0, 0.1, 2), (0.9, 1.0, 3)]
    assert [one.predicted for one in bins] == pytest.approx([0.065, (0.95 + 1.0 + 0.91) / 3])
    assert [one.right.value for one in bins] == pytest.approx([1 / 2, 2 / 3])
    gap = (2 * abs(0.065 - 1 / 2) + 3 * abs((0.95 + 1.0 + 0.91) / 3 - 2 / 3)) / 5
    assert calibration_error(bins) == pytest.approx(gap)
    with pytest.raises(ValueError, match="at least one prediction"):
        calibration_error(())


@pytest.mark.parametrize(("count", "low", "high"), [(50, 0.08, 0.25), (5000, 0.008, 0.025)])
def test_chance_makes_less_error_the_more_predictions_there_are(count: int, low: float, high: float) -> None:
    probabilities = np.random.default_rng(0).uniform(0, 1, count)
    by_chance = calibration_error_by_chance(probabilities)
    assert low < by_chance < high
    right = np.random.default_rng(1).random(count) < probabilities
    assert calibration_error(reliability(probabilities, right)) < by_chance
    # Predictions that are far too high.
    assert calibration_error(reliability(probabilities**0.2, right)) > by_chance


def test_bootstrap_of_a_mean_agrees_with_theory() -> None:
    generator = np.random.default_rng(1)
    values = generator.normal(5.0, 2.0, 400)
    (interval,) = group_bootstrap(400, lambda w: np.array([w @ values / w.sum()]), draws=2000)
    half = 1.96 * values.std() / 20
    assert interval.value == pytest.approx(values.mean())
    assert interval.low == pytest.approx(values.mean() - half, abs=0.04)
    assert interval.high == pytest.approx(values.mean() + half, abs=0.04)


def test_fewer_groups_make_a_wider_interval() -> None:
    values = np.random.default_rng(2).normal(0, 1, 20)
    alike = np.repeat(values, 20)

    def width(groups: int, of: np.ndarray) -> float:
        (interval,) = group_bootstrap(groups, lambda w: np.array([w @ of / w.sum()]), draws=500)
        return interval.high - interval.low

    assert width(20, values) > 3 * width(400, alike)


def test_statistics_share_their_resamples_and_nan_does_not_count() -> None:
    values = np.random.default_rng(3).normal(0, 1, 30)

    def statistics(weights: np.ndarray) -> np.ndarray:
        mean = weights @ values / weights.sum()
        return np.array([mean, 2 * mean, mean if weights[0] else math.nan, math.nan])

    one, double, sometimes, never = group_bootstrap(30, statistics, draws=300)
    assert (double.low, double.high) == pytest.approx((2 * one.low, 2 * one.high))
    assert math.isfinite(sometimes.low)
    assert math.isnan(never.low)
