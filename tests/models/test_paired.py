import numpy as np
import pytest

from parcelray.models.paired import (
    FEWEST_TELLING_GROUPS,
    PairedCounts,
    design_effect,
    pairs_needed,
    score_interval,
)


def test_agrees_with_published_values() -> None:
    # Fagerland, Lydersen and Laake 2014, Statistics in Medicine 33: airway reactivity, Tango's score interval.
    interval = score_interval(PairedCounts(lost=7, gained=1, pairs=21))
    assert (round(interval.low, 3), round(interval.value, 3), round(interval.high, 3)) == (-0.517, -0.286, -0.026)


@pytest.mark.parametrize(("lost", "gained", "pairs"), [(0, 3, 40), (5, 5, 30), (12, 1, 200), (30, 0, 30)])
def test_ends_are_where_the_constrained_likelihood_says(lost: int, gained: int, pairs: int) -> None:
    """The score at each end, with the share of losses found by brute force, is the normal quantile."""
    interval = score_interval(PairedCounts(lost, gained, pairs), 0.95)
    for end in (interval.low, interval.high):
        if abs(end) > 0.999:
            continue
        shares = np.linspace(max(0.0, -end), min(1.0, (1 - end) / 2), 400_001)[1:-1]
        same = pairs - lost - gained
        likelihood = (
            lost * np.log(shares)
            + gained * np.log(shares + end)
            + same * np.log(np.maximum(1 - 2 * shares - end, 1e-300))
        )
        best = shares[likelihood.argmax()]
        score = (gained - lost - pairs * end) / np.sqrt(pairs * (2 * best + end * (1 - end)))
        assert abs(score) == pytest.approx(1.95996, abs=2e-3)


def test_without_a_difference_doubt_remains() -> None:
    interval = score_interval(PairedCounts(0, 0, 52), 0.90)
    z2 = 1.6448536**2
    assert interval.low == pytest.approx(-z2 / (52 + z2))
    assert interval.high == pytest.approx(-interval.low)


def test_exchanging_the_tests_turns_the_sign() -> None:
    one, other = score_interval(PairedCounts(9, 2, 80)), score_interval(PairedCounts(2, 9, 80))
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low))


def test_covers_the_truth_as_often_as_it_says() -> None:
    generator = np.random.default_rng(0)
    lost, gained, pairs = 0.08, 0.03, 120
    below = 0
    for counts in generator.multinomial(pairs, [lost, gained, 1 - lost - gained], 2000).tolist():
        below += score_interval(PairedCounts(counts[0], counts[1], pairs), 0.90).low <= gained - lost
    assert 0.935 <= below / 2000 <= 0.97


def test_impossible_counts_are_refused() -> None:
    for counts in [(-1, 0, 5), (0, 0, 0), (4, 3, 6)]:
        with pytest.raises(ValueError, match="expected 0 <= lost"):
            PairedCounts(*counts)


def test_scans_needed_where_nothing_differs() -> None:
    assert pairs_needed(PairedCounts(0, 0, 10), 0.05, 0.90) == 52
    assert score_interval(PairedCounts(0, 0, 52), 0.90).low > -0.05 > score_interval(PairedCounts(0, 0, 51), 0.90).low


def test_scans_needed_are_enough_and_not_one_too_many() -> None:
    counts = PairedCounts(6, 4, 100)
    needed = pairs_needed(counts, 0.05, 0.90)
    assert needed is not None
    assert score_interval(counts.scaled_to(needed), 0.90).low > -0.05
    assert score_interval(counts.scaled_to(needed - 1), 0.90).low <= -0.05
    # The usual formula, which leaves out what few scans add.
    assert needed == pytest.approx(1.645**2 * (0.1 - 0.02**2) / 0.03**2, rel=0.15)


def test_no_number_of_scans_mends_a_fall() -> None:
    assert pairs_needed(PairedCounts(10, 0, 100), 0.1, 0.90) is None
    assert pairs_needed(PairedCounts(50, 0, 100), 0.1, 0.90) is None


def test_scans_of_their_own_count_whole() -> None:
    generator = np.random.default_rng(0)
    changes = generator.choice([-1, 0, 1], 4000, p=[0.1, 0.8, 0.1])
    assert design_effect(changes, np.arange(4000)) == 1.0


def test_scans_that_change_together_count_once_for_their_group() -> None:
    generator = np.random.default_rng(0)
    by_group = generator.choice([-1, 0, 1], 1000, p=[0.1, 0.8, 0.1])
    owners = np.repeat(np.arange(1000), 4)
    assert design_effect(by_group[owners], owners) == pytest.approx(4.0, rel=0.02)
    apart = generator.choice([-1, 0, 1], 4000, p=[0.1, 0.8, 0.1])
    assert design_effect(apart, owners) < 1.2


def test_where_few_groups_differ_the_worst_is_taken() -> None:
    owners = np.repeat(np.arange(30), 5)
    changes = np.zeros(150, np.int64)
    assert design_effect(changes, owners) == 5.0
    changes[: 5 * (FEWEST_TELLING_GROUPS - 1) : 5] = -1
    assert design_effect(changes, owners) == 5.0
    changes[5 * (FEWEST_TELLING_GROUPS - 1)] = -1
    assert design_effect(changes, owners) < 2.0
