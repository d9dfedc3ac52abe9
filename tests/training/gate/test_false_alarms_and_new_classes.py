from parcelray.training.gate.demands import read_demands
from parcelray.training.gate.false_alarms import check_false_alarms
from parcelray.training.gate.new_classes import check_new_classes
from parcelray.training.gate.sides import Side, Sides
from support.gated import GUN, manifest_of, sides_of
from support.judged import judged

DEMANDS = read_demands()
GUNS = [0.9]


def test_as_quiet_as_before_passes() -> None:
    scores = (GUNS, [0.6] * 5 + [0.1] * 95)
    check = check_false_alarms(sides_of(scores, scores), DEMANDS.false_alarms)
    assert check.passed, check.reason
    assert check.figures["alarms"] == {"champion": 5, "candidate": 5}


def test_more_alarms_are_refused() -> None:
    champion, candidate = (GUNS, [0.6] * 5 + [0.1] * 95), (GUNS, [0.6] * 15 + [0.1] * 85)
    check = check_false_alarms(sides_of(champion, candidate), DEMANDS.false_alarms)
    assert not check.passed
    assert check.reason.startswith("risen: 15 of 100 clean scans raise an alarm, 5 before")


def test_too_few_clean_scans_to_exclude_a_rise() -> None:
    scores = (GUNS, [0.1] * 60)
    check = check_false_alarms(sides_of(scores, scores), DEMANDS.false_alarms)
    assert not check.passed
    assert "28 more clean scans needed to tell" in check.reason
    few = (GUNS, [0.1] * 20)
    check = check_false_alarms(sides_of(few, few), DEMANDS.false_alarms)
    assert check.reason == "20 clean test scans, 30 more needed to compare at all"


def with_new_class(scans: int, found: int) -> Sides:
    showing = [judged(n, [("pipe", GUN)], [(1, 0.9 if n < found else 0.05, GUN)]) for n in range(scans)]
    every = [*showing, *(judged(scans + n, [], [(1, 0.1, GUN)]) for n in range(60))]
    return Sides(Side(manifest_of(("pistol",)), every), Side(manifest_of(("pistol", "pipe")), every))


def test_a_new_class_wants_evidence() -> None:
    check = check_new_classes(with_new_class(19, 19), DEMANDS)
    assert (check.passed, check.reason) == (False, "pipe: 19 test scans show it, 1 more needed")
    check = check_new_classes(with_new_class(20, 10), DEMANDS)
    assert (check.passed, check.reason) == (True, "pipe: found on 10 of 20 scans at 5% false alarms")
    check = check_new_classes(with_new_class(20, 2), DEMANDS)
    assert not check.passed, "2 of 20 may be no more than its false alarms"


def test_without_new_classes_there_is_nothing_to_ask() -> None:
    scores = (GUNS, [0.1])
    assert check_new_classes(sides_of(scores, scores), DEMANDS).reason == "there is none"
