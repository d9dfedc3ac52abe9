"""The whole loop at toy size, through real training, export and gate, stopped after each step."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from safetensors.numpy import load_file

from parcelray.datasets.coco import read_coco
from parcelray.datasets.revisions.revision import Shares
from parcelray.datasets.revisions.store import RevisionStore
from parcelray.models.detector import Detector
from parcelray.models.errors import BadInputError, DatasetError
from parcelray.models.package import CARD, WEIGHTS, ModelPackage
from parcelray.training.config import read_recipe
from parcelray.training.retraining.plan import RetrainPlan
from parcelray.training.retraining.retraining import RECIPE, retrain

MakePlan = Callable[..., RetrainPlan]
KNOWN = ("pistol", "revolver", "banknote_bundle")


class StoppedError(Exception):
    """Stands for a kill: the command ends where it is told of a step."""


def stop_at(step: int) -> Callable[[str], None]:
    told: list[str] = []

    def tell(line: str) -> None:
        told.append(line)
        if len(told) == step:
            raise StoppedError

    return tell


def written(folder: Path) -> dict[str, int]:
    """When each file was written last; links to scans aside."""
    return {str(path.relative_to(folder)): path.lstat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_a_class_never_seen_before_is_learned_and_a_stopped_retraining_goes_on(
    make_plan: MakePlan, champion: ModelPackage, tmp_path: Path
) -> None:
    plan, run = make_plan(), tmp_path / "run"
    before: dict[str, int] = {}
    for step in (1, 2, 3, 4):
        with pytest.raises(StoppedError):
            retrain(plan, run, workers=0, tell=stop_at(step))
        now = written(run)
        again = {name for name, when in before.items() if now[name] != when}
        assert again <= {RECIPE}, "a step whose product is there is not done again"
        before = now
    made = retrain(plan, run, workers=0)
    assert written(run).items() >= {name: when for name, when in before.items() if name != RECIPE}.items()

    manifest = made.package.manifest
    # The champion's in their order, then a leaf that it had not learned, and the own class.
    assert manifest.labels == (*KNOWN, "pipe", "wrench")
    assert manifest.own_classes == {"wrench": "firearm_part"}
    assert (manifest.name, manifest.version) == ("tiny", "0000+june")
    assert manifest.lineage["sha256 of start weights"] == champion.manifest.files[WEIGHTS]
    assert "wrench" in (made.package.folder / CARD).read_text()

    recipe = read_recipe(run / RECIPE)
    assert recipe.start.labels == KNOWN
    assert (recipe.input.width, recipe.input.height) == (64, 32), "it learns with what the champion learned with …"
    assert manifest.input == champion.manifest.input, "… and reads what the champion reads"
    train = read_coco(recipe.train.annotations)
    new = sum(image.source == "confirmed" for image in train.images)
    assert (made.mixture.new, made.mixture.old) == (new, len(train.images) - new)
    assert recipe.sampling.repeat_source == made.mixture.repeats
    assert recipe.sampling.window_source == {"confirmed": 0.5}, "as large as they will be in service"
    assert recipe.memory is not None, "what is old is held to"
    assert {item.category for item in train.items if not item.ignored} == {"pistol", "pipe", "wrench"}

    rows = load_file(made.package.folder / WEIGHTS)["head.class_outputs.0.weight"]
    assert rows.shape[0] == 5
    assert abs(rows[4]).max() > 0, "the new row began at nothing, and has learned"

    comparison = json.loads((run / "comparison.json").read_text())
    assert set(comparison["champion"]["per_class"]) == {"pistol"}
    assert set(comparison["candidate"]["per_class"]) == {"pistol", "pipe", "wrench"}
    verdict = json.loads((run / "verdict.json").read_text())
    assert verdict["revision"] == made.revision.id
    assert not verdict["passed"], "a dozen test scans prove nothing"

    assert manifest.classes.group_of("wrench").severity == 3
    Detector(made.package, threads=1).warm_up()

    with pytest.raises(DatasetError, match="the one that this very command was broken off in"):
        retrain(replace(plan, seed=1), run)


def test_what_cannot_be_retrained_is_told_before_the_training(make_plan: MakePlan, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="at least 50 without any label, and one with an item"):
        retrain(make_plan(shares=Shares(train=0.8, validation=0.1, test=0.1)), tmp_path / "few")
    with pytest.raises(DatasetError, match=r"own class flare: expected a scan to learn from that shows it, got none"):
        retrain(make_plan(name="flare", own={"wrench": "cash", "flare": "ammunition"}), tmp_path / "unseen")
    # An unknown word is an error of the data, as for any revision.
    with pytest.raises(DatasetError, match=r"'Wrench': expected a leaf of taxonomy 1"):
        retrain(make_plan(name="unknown", rename={}, own={}), tmp_path / "unknown")
    with pytest.raises(DatasetError, match="categories among Wrench, pistol, got Spanner"):
        retrain(make_plan(name="absent", rename={"Spanner": "wrench"}), tmp_path / "absent")
    with pytest.raises(DatasetError, match="a revision's name or id"):
        retrain(make_plan(name="gone", replay="2025-01"), tmp_path / "gone")
    for name in ("few", "unseen", "unknown", "absent", "gone"):
        assert not (tmp_path / name / "run").exists()


def test_what_is_not_to_be_learned_stays_out_of_training(make_plan: MakePlan, tmp_path: Path) -> None:
    plan = make_plan(rename={"Wrench": ""}, own={})
    with pytest.raises(StoppedError):
        retrain(plan, tmp_path / "run", tell=stop_at(2))
    recipe = read_recipe(tmp_path / "run" / RECIPE)
    assert recipe.labels == (*KNOWN, "pipe")
    assert recipe.own_classes == {}
    assert "Wrench" not in read_coco(recipe.train.annotations).categories


def test_a_revision_that_is_replayed_keeps_its_splits(make_plan: MakePlan, tmp_path: Path) -> None:
    plan = make_plan()
    with pytest.raises(StoppedError):
        retrain(plan, tmp_path / "june", tell=stop_at(1))
    with pytest.raises(StoppedError):
        retrain(make_plan(name="july", replay="june"), tmp_path / "july", tell=stop_at(1))
    store = RevisionStore(plan.store)
    june, july = store.open("june"), store.open("july")
    assert july.parent == june.id
    assert {scan.sha256: scan.split for scan in july.scans} == {scan.sha256: scan.split for scan in june.scans}
    assert {source.name for source in july.sources} == {"confirmed", "train", "validation", "test"}


def test_the_champion_must_carry_its_weights(make_plan: MakePlan, tiny_package: Path, tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"names no file weights\.safetensors"):
        retrain(make_plan(champion=ModelPackage.open(tiny_package)), tmp_path / "run")


def test_plans_that_ask_for_the_impossible_are_refused(make_plan: MakePlan) -> None:
    with pytest.raises(BadInputError, match="names and groups that fit, got own class 'pipe': expected a name of its"):
        make_plan(own={"pipe": "cash", "wrench": "cash"})
    with pytest.raises(BadInputError, match=r"what Wrench is: expected a label among .*, got wrench"):
        make_plan(own={})
