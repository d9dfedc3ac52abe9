import pytest

from parcelray.training.evaluation.worst import worst_false_alarms, worst_misses
from support.judged import Box, judged

GUN: Box = (0, 0, 100, 100)
SMALL: Box = (200, 200, 220, 220)
AWAY: Box = (400, 300, 500, 400)
LABELS = ["pistol", "pipe"]
ANSWERS = {"gun": [0], "pipe": [1]}
THRESHOLDS = {"pistol": 0.5, "pipe": 0.1}


def test_misses_begin_with_what_was_seen_nothing_of_and_is_plainest() -> None:
    scans = [
        judged(0, [("gun", GUN)], [(0, 0.5, GUN)], level="easy"),  # shown, so no miss
        judged(1, [("gun", GUN)], [(0, 0.3, GUN)], level="easy"),
        judged(2, [("gun", GUN)], [(0, 0.1, GUN), (0, 0.02, GUN)], level="easy"),
        judged(3, [("gun", SMALL)], level="easy"),
        judged(4, [("gun", GUN)], level="hidden"),
        judged(5, [("gun", GUN)], [(0, 0.9, AWAY)], level="easy"),
        judged(6, [("gun", GUN)]),
        judged(7, [("gun", GUN)], [(1, 0.2, GUN)], level="hard"),
    ]
    cases = worst_misses(scans, ANSWERS, LABELS, THRESHOLDS)
    assert [(case.scan.image.id, case.story) for case in cases] == [
        (5, "no box on it"),
        (3, "no box on it"),
        (7, "shown as pipe, score 0.20"),
        (4, "no box on it"),
        (6, "no box on it"),
        (2, "score 0.10, shown from 0.50"),
        (1, "score 0.30, shown from 0.50"),
    ]
    assert [case.title for case in cases[-3:]] == ["gun", "gun, easy", "gun, easy"]
    assert cases[1].box == SMALL
    assert len(worst_misses(scans, ANSWERS, LABELS, THRESHOLDS, count=2)) == 2


def test_false_alarms_are_shown_boxes_on_nothing_by_how_far_they_pass() -> None:
    scans = [
        judged(0, boxes=[(0, 0.9, GUN), (0, 0.4, AWAY)]),  # the second is not shown
        judged(1, boxes=[(1, 0.6, GUN)]),
        judged(2, [("pipe", GUN)], [(0, 0.95, GUN), (0, 0.6, AWAY)]),  # the first lies on an item, of another class
        judged(3, [("wrench", GUN)], [(0, 0.99, GUN)]),
    ]
    cases = worst_false_alarms(scans, ANSWERS, LABELS, THRESHOLDS)
    # Odds of 1.5 against a threshold of 1/9 pass by further than odds of 9 against one of 1.
    assert [(case.scan.image.id, case.title, case.story) for case in cases] == [
        (1, "taken for pipe", "score 0.60, shown from 0.10; clean scan"),
        (0, "taken for pistol", "score 0.90, shown from 0.50; clean scan"),
        (2, "taken for pistol", "score 0.60, shown from 0.50; elsewhere: pipe"),
    ]
    assert cases[2].box == pytest.approx(AWAY)


def test_labels_that_are_not_evaluated_raise_no_false_alarms() -> None:
    assert worst_false_alarms([judged(0, boxes=[(1, 0.9, GUN)])], {"gun": [0]}, LABELS, THRESHOLDS) == []
