"""How new and old scans are mixed, and what is drawn to be replayed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from parcelray.datasets.balance import epoch_order, repeat_factors
from parcelray.datasets.coco import CocoData, ImageRecord
from parcelray.datasets.revisions.store import RevisionStore
from parcelray.datasets.synth.drawing import Plan
from parcelray.models.errors import BadInputError, DatasetError
from parcelray.training.retraining.plan import RetrainPlan, Schedule
from parcelray.training.retraining.recipe import MOST_REPEATS, Mixture
from parcelray.training.retraining.replay import draughtsman_without, drawn_count, make_replay


def scans(new: int, old: int) -> CocoData:
    sources = ["confirmed"] * new + ["replay"] * old
    images = (ImageRecord(i, f"{i}.png", 9, 9, str(i), source=source) for i, source in enumerate(sources))
    return CocoData(tuple(images), (), ())


def test_new_scans_are_the_wanted_share_of_what_is_shown() -> None:
    data = scans(20, 200)
    mixture = Mixture.of(data, "confirmed", 0.3)
    order = epoch_order(repeat_factors(data, 0.0, {"confirmed": mixture.repeats}), 0, 0)
    assert sum(index < 20 for index in order) / len(order) == pytest.approx(0.3, abs=0.02)
    assert {index for index in order if index >= 20} == set(range(20, 220)), "every old scan is shown"
    assert str(mixture).endswith("and 200 old ones: 30% of what is shown is new")


@pytest.mark.parametrize(("new", "old", "repeats"), [(2, 5000, MOST_REPEATS), (500, 20, 1.0), (10, 0, 1.0)])
def test_repeating_has_ends(new: int, old: int, repeats: float) -> None:
    assert Mixture.of(scans(new, old), "confirmed", 0.3).repeats == repeats


def test_without_a_new_scan_there_is_nothing_to_mix() -> None:
    with pytest.raises(DatasetError, match="at least one to learn from"):
        Mixture.of(scans(0, 10), "confirmed", 0.3)
    with pytest.raises(BadInputError, match="between 0 and 1, got 1"):
        Schedule(new_share=1.0)


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
