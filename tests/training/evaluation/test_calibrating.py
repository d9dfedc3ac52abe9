from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression, minimize

from parcelray.models.calibration import Calibration, log_odds, sigmoid
from parcelray.models.statistics import calibration_error, reliability
from parcelray.training.evaluation.calibrating import (
    FITTED_FROM,
    ScoredBoxes,
    _range_of_error,
    calibration_figures,
    cross_fitted,
    fit,
    scored_boxes,
)
from support.judged import judged, random_scans

CLASSES = 8
Floats = NDArray[np.float64]
GUN = (0.0, 0.0, 10.0, 10.0)


def true_calibration(seed: int) -> Calibration:
    """Classes that are too sure of themselves, each in its own way."""
    generator = np.random.default_rng(seed)
    slopes, offsets = generator.lognormal(-0.2, 0.3, CLASSES), generator.normal(-0.5, 0.8, CLASSES)
    return Calibration(tuple(slopes.tolist()), tuple(offsets.tolist()))


def draw(truth: Calibration, each: int, seed: int) -> ScoredBoxes:
    """So many boxes of each class, most of them of low scores."""
    generator = np.random.default_rng(seed)
    scores = np.clip(sigmoid(generator.normal(-2, 2, each * CLASSES)), FITTED_FROM, 1)
    labels = np.arange(each * CLASSES) % CLASSES
    right = generator.random(len(scores)) < truth.apply(scores, labels)
    return ScoredBoxes(scores, labels, right, np.arange(len(scores)).astype(np.str_))


def loss(probabilities: Floats, right: NDArray[np.bool_]) -> float:
    inside = np.clip(probabilities, 1e-3, 1 - 1e-3)
    return float(-np.where(right, np.log(inside), np.log1p(-inside)).mean())


def ours(known: ScoredBoxes, fresh: ScoredBoxes) -> Floats:
    return fit(known, CLASSES).apply(fresh.scores, fresh.labels).astype(np.float64)


def uncalibrated(known: ScoredBoxes, fresh: ScoredBoxes) -> Floats:
    return fresh.scores


def logistic(known: ScoredBoxes, fresh: ScoredBoxes, *, offset: bool = True) -> Floats:
    odds = log_odds(known.scores)

    def cost(at: Floats) -> float:
        values = at[0] * odds + at[1] * offset
        return float((np.logaddexp(0, values) - known.right * values).sum())

    slope, shift = minimize(cost, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return sigmoid(slope * log_odds(fresh.scores) + shift * offset)


def each_class(method: Callable[[ScoredBoxes, ScoredBoxes], Floats]) -> Callable[[ScoredBoxes, ScoredBoxes], Floats]:
    def apart(known: ScoredBoxes, fresh: ScoredBoxes) -> Floats:
        found = np.zeros(len(fresh.scores))
        for label in range(CLASSES):
            mine = fresh.labels == label
            found[mine] = method(known.select(known.labels == label), fresh.select(mine))
        return found

    return apart


def temperature(known: ScoredBoxes, fresh: ScoredBoxes) -> Floats:
    return logistic(known, fresh, offset=False)


def isotonic(known: ScoredBoxes, fresh: ScoredBoxes) -> Floats:
    order = np.argsort(known.scores)
    steps = isotonic_regression(known.right[order].astype(np.float64)).x
    return np.asarray(np.interp(fresh.scores, known.scores[order], steps), np.float64)


RIVALS = {
    "uncalibrated": uncalibrated,
    "together": logistic,
    "alone": each_class(logistic),
    "temperature": each_class(temperature),
    "isotonic": each_class(isotonic),
}


@pytest.mark.parametrize("rival", RIVALS)
@pytest.mark.parametrize("each", [10, 30, 300])
def test_leaning_on_all_classes_is_never_worse_than_its_rivals(each: int, rival: str) -> None:
    """The measurement that chose the method: mean loss on fresh boxes, over some sets of classes."""
    gaps = []
    for seed in range(6):
        truth = true_calibration(seed)
        known, fresh = draw(truth, each, 100 + seed), draw(truth, 1000, 200 + seed)
        gaps.append(loss(RIVALS[rival](known, fresh), fresh.right) - loss(ours(known, fresh), fresh.right))
    # With many boxes, each class's own fit and ours are the same.
    assert np.mean(gaps) > -5e-4
    if (rival, each) != ("alone", 300):
        assert np.mean(gaps) > 2e-3


def test_many_boxes_find_the_truth() -> None:
    truth = true_calibration(5)
    found = fit(draw(truth, 20_000, 6), CLASSES)
    assert found.slopes == pytest.approx(truth.slopes, rel=0.1)
    assert found.offsets == pytest.approx(truth.offsets, abs=0.15)


def test_without_boxes_scores_stay_and_a_class_without_boxes_is_like_all() -> None:
    nothing = draw(true_calibration(0), 0, 0)
    assert fit(nothing, 2) == Calibration((1.0, 1.0), (0.0, 0.0))
    known = draw(true_calibration(0), 200, 1)
    some = fit(known.select(known.labels != 3), CLASSES)
    between = sorted(some.slopes)
    assert between[0] < some.slopes[3] < between[-1]


@pytest.mark.parametrize("right", [True, False], ids=["all right", "all wrong"])
def test_outcomes_that_are_all_alike_are_no_certainty(right: bool) -> None:
    scores = np.array([0.2, 0.5, 0.8])
    boxes = ScoredBoxes(scores, np.zeros(3, np.int64), np.full(3, right), np.array(["a", "b", "c"]))
    after = fit(boxes, 1).apply(scores, boxes.labels)
    assert (after > 0.02).all()
    assert (after < 0.98).all()
    assert ((after > scores) == right).all()


def test_a_class_whose_better_boxes_are_worse_keeps_their_order() -> None:
    scores = np.linspace(0.02, 0.98, 400)
    boxes = ScoredBoxes(scores, np.zeros(400, np.int64), scores < 0.5, np.full(400, "g"))
    after = fit(boxes, 1).apply(scores, boxes.labels)
    assert (np.diff(after) >= 0).all()
    assert after.mean() == pytest.approx(0.5, abs=0.02)


def test_each_box_is_calibrated_by_other_groups() -> None:
    # In each group, boxes of the same score come out alike; a fit that had seen its own group could tell them apart.
    generator = np.random.default_rng(0)
    groups = np.repeat(np.arange(40), 5)
    boxes = ScoredBoxes(np.full(200, 0.5), np.zeros(200, np.int64), generator.random(200) < 0.3, groups.astype(np.str_))
    flipped = ScoredBoxes(boxes.scores, boxes.labels, np.where(groups == 0, ~boxes.right, boxes.right), boxes.groups)
    before, after = cross_fitted(boxes, 1), cross_fitted(flipped, 1)
    assert (before[groups == 0] == after[groups == 0]).all()
    assert (before != after).any()


def test_right_are_boxes_on_an_item_of_their_category() -> None:
    scan = judged(
        0,
        [("gun", GUN), ("knife", (50, 50, 60, 60))],
        [(0, 0.9, GUN), (0, 0.8, GUN), (1, 0.7, GUN), (0, 0.6, (90, 90, 99, 99)), (0, 0.005, GUN), (5, 0.9, GUN)],
        group="g",
    )
    boxes = scored_boxes([scan], {"gun": [0], "knife": [1]})
    told = dict(zip(boxes.scores.round(3).tolist(), boxes.right.tolist(), strict=True))
    assert told == {0.9: True, 0.8: True, 0.7: False, 0.6: False}
    assert boxes.groups.tolist() == ["g"] * 4


def test_boxes_in_ignored_places_are_neither_right_nor_wrong() -> None:
    away = (50.0, 0.0, 60.0, 10.0)
    scan = judged(0, [("gun", GUN), ("gun", away)], [(0, 0.9, GUN), (0, 0.8, away), (0, 0.7, (80, 0, 90, 10))])
    scan = replace(scan, items=(scan.items[0], replace(scan.items[1], ignored=True)))
    boxes = scored_boxes([scan], {"gun": [0]})
    assert boxes.scores == pytest.approx([0.9, 0.7])
    assert boxes.right.tolist() == [True, False]
    assert len(boxes.groups) == len(boxes.labels) == 2


def test_figures_tell_that_calibration_helps() -> None:
    scans = random_scans(0, 200, categories=("gun", "knife"))
    told = calibration_figures(scans, {"gun": [0], "knife": [1]}, 2)
    assert told is not None
    # Random scores say nothing, so every box is as likely right as any other.
    assert told.after.error < 0.05 < told.before.error
    assert told.before.error > told.before.by_chance
    assert sum(one.count for one in told.after.bins) == told.boxes
    assert set(told.per_class) == {"gun", "knife"}
    assert calibration_figures([judged(0, [("gun", GUN)])], {"gun": [0]}, 1) is None


def test_the_error_has_a_range_that_narrows_with_groups() -> None:
    few, many = (
        calibration_figures(random_scans(0, count, categories=("gun",)), {"gun": [0]}, 1) for count in (40, 400)
    )
    assert few is not None
    assert many is not None
    for told in (few.before, few.after, many.before, many.after):
        assert 0 <= told.low <= told.error <= told.high <= 1
        assert told.low < told.high
    assert told.as_dict().keys() == {"error", "low", "high", "by_chance", "bins"}
    assert many.headline()["per_class"]["gun"]["after"] == many.per_class["gun"][1].headline()


def test_the_range_of_the_error_holds_what_the_scores_are_truly_off_by() -> None:
    # Said to be right 6 times in 10, and right 4 times in 10: off by 0.2.
    held = 0
    for seed in range(30):
        generator = np.random.default_rng(seed)
        right = generator.random(300) < 0.4
        low, high = _range_of_error(abs(0.6 - right.mean()), np.full(300, 0.6), right, np.arange(300).astype(np.str_))
        held += low <= 0.2 <= high
    assert held >= 26


def test_the_range_holds_the_error_of_good_probabilities_too() -> None:
    # Resamples of them err by twice as much as they do themselves.
    for seed in range(10):
        generator = np.random.default_rng(seed)
        probabilities = generator.random(300)
        right = generator.random(300) < probabilities
        error = calibration_error(reliability(probabilities, right))
        low, high = _range_of_error(error, probabilities, right, np.arange(300).astype(np.str_))
        assert 0 <= low < error < high
