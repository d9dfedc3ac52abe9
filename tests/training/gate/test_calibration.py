import numpy as np
import pytest

from parcelray.models.statistics import calibration_error, reliability, weighted_calibration_error
from parcelray.training.gate.calibration import calibrations, check_calibration
from parcelray.training.gate.demands import read_demands
from support.gated import sides_of

DEMANDS = read_demands()


def scans_scored(score: float, right: int, wrong: int) -> tuple[list[float], list[float]]:
    return [score] * right, [score] * wrong


def test_weighted_error_is_the_usual_one_and_weights_stand_for_copies() -> None:
    generator = np.random.default_rng(0)
    scores = generator.random(200)
    right = generator.random(200) < scores**2
    expected = calibration_error(reliability(scores, right))
    assert weighted_calibration_error(scores, right, np.ones(200)) == pytest.approx(expected)
    weights = generator.integers(0, 3, 200)
    copies = calibration_error(reliability(np.repeat(scores, weights), np.repeat(right, weights)))
    assert weighted_calibration_error(scores, right, weights.astype(float)) == pytest.approx(copies)
    assert np.isnan(weighted_calibration_error(scores, right, np.zeros(200)))


def test_as_honest_as_before_passes() -> None:
    scores = scans_scored(0.7, 700, 300)
    sides = sides_of(scores, scores, calibrated=(True, True))
    check = check_calibration(sides, calibrations(sides), DEMANDS.calibration)
    assert check.passed, check.reason
    assert check.figures["error"] == {"champion": 0.0, "candidate": 0.0}


def test_boasting_is_refused() -> None:
    sides = sides_of(scans_scored(0.7, 700, 300), scans_scored(0.95, 700, 300), calibrated=(True, True))
    check = check_calibration(sides, calibrations(sides), DEMANDS.calibration)
    assert not check.passed
    assert check.reason == "worse: scores are off by 0.250 on average, the champion's by 0.000; 0.03 more are tolerated"


def test_few_boxes_cannot_exclude_it() -> None:
    sides = sides_of(scans_scored(0.7, 70, 30), scans_scored(0.71, 70, 30), calibrated=(True, True))
    check = check_calibration(sides, calibrations(sides), DEMANDS.calibration)
    assert not check.passed or check.figures["difference"]["high"] < 0.03
    sides = sides_of(scans_scored(0.7, 14, 6), scans_scored(0.72, 14, 6), calibrated=(True, True))
    check = check_calibration(sides, calibrations(sides), DEMANDS.calibration)
    assert check.figures["difference"]["value"] == pytest.approx(0.02, abs=1e-3)


def test_probabilities_are_not_given_up() -> None:
    scores = scans_scored(0.7, 70, 30)
    for calibrated, passed in (((True, False), False), ((False, False), True)):
        sides = sides_of(scores, scores, calibrated=calibrated)
        check = check_calibration(sides, calibrations(sides), DEMANDS.calibration)
        assert check.passed is passed
    assert check.reason == "neither model calls its scores probabilities"


def test_nothing_to_tell_by() -> None:
    scores = scans_scored(0.01, 7, 3)
    sides = sides_of(scores, scores, calibrated=(True, True))
    check = check_calibration(sides, calibrations(sides), DEMANDS.calibration)
    assert not check.passed
    assert "no boxes of score 0.05 or more" in check.reason
