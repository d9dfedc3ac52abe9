"""How new and old scans are mixed, and what is drawn to be replayed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from parcelray.datasets.balance import epoch_order, repeat_factors
from parcelray.datasets.coco import CocoData, ImageRecord, ItemRecord
from parcelray.datasets.revisions.store import RevisionStore
from parcelray.datasets.synth.drawing import Plan
from parcelray.models.errors import BadInputError, DatasetError
from parcelray.training.retraining.plan import RetrainPlan, Schedule
from parcelray.training.retraining.recipe import MOST_REPEATS, REPEAT_BELOW, Mixture
from parcelray.training.retraining.replay import draughtsman_without, drawn_count, make_replay


def scans(new: int, old: int) -> CocoData:
    sources = ["confirmed"] * new + ["replay"] * old
    images = (ImageRecord(i, f"{i}.png", 9, 9, str(i), source=source) for i, source in enumerate(sources))
    return CocoData(tuple(images), (), ())


@pytest.mark.parametrize(("new", "old", "repeated"), [(20, 200, "confirmed"), (200, 100, "replay")])
def test_new_scans_are_the_wanted_share_of_what_is_shown(new: int, old: int, repeated: str) -> None:
    data = scans(new, old)
    mixture = Mixture.of(data, "confirmed", 0.3, ())
    assert list(mixture.repeats) == [repeated]
    order = epoch_order(repeat_factors(data, REPEAT_BELOW, mixture.repeats), 0, 0)
    assert sum(index < new for index in order) / len(order) == pytest.approx(0.3, abs=0.02)
    assert set(order) == set(range(new + old)), "every scan is shown"
    assert mixture.share == pytest.approx(0.3, abs=0.001)
    assert str(mixture).endswith("times: 30% of what is shown is new")


@pytest.mark.parametrize(
    ("new", "old", "repeats"),
    [
        (2, 5000, {"confirmed": MOST_REPEATS}),
        (500, 10, {"replay": MOST_REPEATS}),
        (10, 0, {"confirmed": 1.0}),
    ],
)
def test_repeating_has_ends(new: int, old: int, repeats: dict[str, float]) -> None:
    mixture = Mixture.of(scans(new, old), "confirmed", 0.3, ())
    assert mixture.repeats == repeats
    times = [repeats.get(source, 1.0) for source in ("confirmed", "replay")]
    assert mixture.share == pytest.approx(new * times[0] / (new * times[0] + old * times[1]))


def test_each_old_class_is_shown_or_named() -> None:
    plain = scans(2, 100)
    old = ItemRecord(1, 50, "pistol", (0, 0, 5, 5))
    place = ItemRecord(2, 0, "slide", (0, 0, 5, 5), ignored=True)
    mixture = Mixture.of(replace(plain, items=(old, place)), "confirmed", 0.2, ("pistol", "slide", "pipe"))
    assert mixture.fading == ("slide", "pipe")
    assert "none shows slide, pipe, of which the candidate may forget" in str(mixture)
    # One of 102 scans: more often than the others, whatever it came from.
    factors = repeat_factors(replace(plain, items=(old, place)), REPEAT_BELOW, mixture.repeats)
    assert factors[50] > 2
    assert factors[51] == 1


def test_without_a_new_scan_there_is_nothing_to_mix() -> None:
    with pytest.raises(DatasetError, match="at least one to learn from"):
        Mixture.of(scans(0, 10), "confirmed", 0.3, ())


@pytest.mark.parametrize("share", [0.0, 0.6])
def test_at_least_as_much_is_replayed_as_is_new(share: float) -> None:
    with pytest.raises(BadInputError, match=f"above 0, up to 0.5, got {share:g}"):
        Schedule(new_share=share)


def test_things_of_an_own_class_are_not_drawn_as_background() -> None:
    plan = Plan(seed=1, scanners=("six-a",))
    usual, without = draughtsman_without((), plan), draughtsman_without(("wrench",), plan)
    named = {kind.name for kind in usual.library.kinds}
    assert "wrench" in named
    assert {kind.name for kind in without.library.kinds} == named - {"wrench"}


@pytest.mark.slow
def test_drawn_scans_are_drawn_once(tmp_path: Path) -> None:
    store = RevisionStore(tmp_path / "store")
    made = make_replay("synth:2", store, tmp_path / "replay", own=["wrench"], seed=3)
    file = made.folders[0] / "annotations.json"
    when = file.stat().st_mtime_ns
    assert make_replay("synth:2", store, tmp_path / "replay", own=["wrench"], seed=3) == made
    assert file.stat().st_mtime_ns == when


@pytest.mark.parametrize("words", ["synth:", "synth:0", "synth:-3", "synth:many", "synth:1.5"])
def test_a_number_of_scans_is_one(words: str) -> None:
    with pytest.raises(BadInputError, match="expected synth:COUNT"):
        drawn_count(words)


def test_a_plan_is_another_when_anything_of_it_is(make_plan: Callable[..., RetrainPlan]) -> None:
    plan = make_plan()
    others = [make_plan(seed=1), make_plan(replay=None), make_plan(schedule=Schedule(epochs=9)), make_plan(name="july")]
    assert make_plan().as_task() == plan.as_task()
    assert all(other.as_task() != plan.as_task() for other in others)
