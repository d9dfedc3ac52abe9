import numpy as np
import pytest

from parcelray.training.gate.demands import read_demands
from parcelray.training.gate.found import check_found
from parcelray.training.gate.sides import Side, Sides
from support.gated import manifest_of, pistol_scans, sides_of

DEMANDS = read_demands()
CLEAN = [0.1] * 60


def test_two_that_answer_alike_pass_where_there_are_scans_enough() -> None:
    scores = ([0.9] * 52, CLEAN)
    check, found = check_found(sides_of(scores, scores), DEMANDS)
    assert check.passed, check.reason
    pistol = found["pistol"]
    assert pistol.equal is not None
    # Resampling sees no doubt at all where nothing differs: the score interval does.
    assert pistol.equal.difference.low == pytest.approx(-0.0495, abs=1e-4)
    assert pistol.equal.more_needed is None


def test_too_few_scans_are_refused_with_the_number_that_is_missing() -> None:
    scores = ([0.9] * 40, CLEAN)
    check, found = check_found(sides_of(scores, scores), DEMANDS)
    assert not check.passed
    assert "pistol: may have fallen by up to 0.063" in check.reason
    assert "40 scans are too few to tell, 12 more needed" in check.reason
    assert found["pistol"].equal is not None
    assert found["pistol"].equal.more_needed == 12


def test_scans_of_one_parcel_are_no_proof_of_their_own() -> None:
    scores = ([0.9] * 60, CLEAN)
    check, found = check_found(sides_of(scores, scores, together=3), DEMANDS)
    assert not check.passed
    assert found["pistol"].equal is not None
    assert found["pistol"].equal.more_needed == 3 * 52 - 60


def test_a_fall_is_named_with_its_counts() -> None:
    champion, candidate = ([0.9] * 100, CLEAN), ([0.05] * 30 + [0.9] * 70, CLEAN)
    check, _ = check_found(sides_of(champion, candidate), DEMANDS)
    assert not check.passed
    assert check.reason == (
        "pistol: has fallen: at 5% false alarms the candidate finds it on 70 of 100 scans, the champion on 100"
    )


def test_a_fall_that_thresholds_alone_make_is_a_fall() -> None:
    """At equal false alarms both find all; but an operator is shown less."""
    champion, candidate = ([0.9] * 100, CLEAN), ([0.4] * 20 + [0.9] * 80, CLEAN)
    check, found = check_found(sides_of(champion, candidate), DEMANDS)
    assert not check.passed
    assert "as shipped the candidate finds it on 80 of 100 scans" in check.reason
    assert found["pistol"].equal is not None
    assert found["pistol"].equal.held


def test_a_fall_that_false_alarms_hide_is_a_fall() -> None:
    """As shipped both find all; but the candidate pays with false alarms."""
    noisy = [0.95] * 10 + [0.1] * 50
    champion, candidate = ([0.9] * 100, CLEAN), ([0.9] * 100, noisy)
    check, found = check_found(sides_of(champion, candidate), DEMANDS)
    assert not check.passed
    assert "at 5% false alarms the candidate finds it on 0 of 100 scans" in check.reason
    assert found["pistol"].shipped is not None
    assert found["pistol"].shipped.held


def test_a_tolerated_fall_passes() -> None:
    champion, candidate = ([0.9] * 400, CLEAN), ([0.05] * 4 + [0.9] * 396, CLEAN)
    check, found = check_found(sides_of(champion, candidate), DEMANDS)
    assert check.passed, check.reason
    assert found["pistol"].equal is not None
    assert found["pistol"].equal.lost == 4
    assert -0.05 < found["pistol"].equal.difference.low < -0.01


def test_resampling_tells_what_the_cut_owes_to_chance() -> None:
    """The cut lies between two sorts of clean scans: in half of the resamples the candidate finds nothing."""
    noisy = [0.95] * 3 + [0.1] * 57
    check, found = check_found(sides_of(([0.9] * 200, CLEAN), ([0.9] * 200, noisy)), DEMANDS)
    assert found["pistol"].equal is not None
    assert found["pistol"].equal.lost == 0
    assert found["pistol"].equal.difference.low == -1.0
    assert not check.passed


def test_too_few_clean_scans_are_refused() -> None:
    scores = ([0.9] * 60, [0.1] * 40)
    check, found = check_found(sides_of(scores, scores), DEMANDS)
    assert not check.passed
    assert check.reason == "40 clean test scans, 10 more needed to set a cut at all"
    assert found == {}


def test_classes_that_are_lacking_unseen_or_waived() -> None:
    scans = pistol_scans(([0.9] * 60, CLEAN))
    sides = Sides(
        Side(manifest_of(("pistol", "pipe", "coin_roll", "revolver")), scans),
        Side(manifest_of(("pistol", "pipe", "coin_roll", "long_gun")), scans),
    )
    waiving = DEMANDS.model_copy(update={"found": DEMANDS.found.model_copy(update={"waived": ("coin_roll",)})})
    check, found = check_found(sides, waiving)
    assert not check.passed
    assert check.reason == (
        "pipe: no test scan shows it, at least 52 more needed; revolver: the candidate does not know it; "
        "no proof was asked for coin_roll"
    )
    assert [label for label, one in found.items() if one.held] == ["pistol", "coin_roll"]
    assert found["coin_roll"].tolerance == 0.10


def test_both_are_resampled_alike() -> None:
    """Paired: what is hard for both is no difference. Unpaired, so many misses would make the ends far wider."""
    generator = np.random.default_rng(0)
    hits = np.where(generator.random(300) < 0.5, 0.9, 0.05).tolist()
    check, found = check_found(sides_of((hits, CLEAN), (hits, CLEAN)), DEMANDS)
    assert check.passed, check.reason
    assert found["pistol"].equal is not None
    assert found["pistol"].equal.difference.low > -0.01
