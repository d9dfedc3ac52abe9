import math

import numpy as np
import pytest

from parcelray.models.statistics import average_precision, group_bootstrap, wilson


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


def test_bootstrap_of_a_mean_agrees_with_theory() -> None:
    generator = np.random.default_rng(1)
    values = generator.normal(5.0, 2.0, 400)
    names = [str(index) for index in range(400)]
    interval = group_bootstrap(names, lambda w: float(w @ values / w.sum()), draws=2000)
    half = 1.96 * values.std() / 20
    assert interval.value == pytest.approx(values.mean())
    assert interval.low == pytest.approx(values.mean() - half, abs=0.04)
    assert interval.high == pytest.approx(values.mean() + half, abs=0.04)


def test_fewer_groups_make_a_wider_interval() -> None:
    values = np.random.default_rng(2).normal(0, 1, 20)
    alike = np.repeat(values, 20)

    def width(groups: int, of: np.ndarray) -> float:
        interval = group_bootstrap([str(i) for i in range(groups)], lambda w: float(w @ of / w.sum()), draws=500)
        return interval.high - interval.low

    assert width(20, values) > 3 * width(400, alike)
