"""The steps of a retraining, one after the other; each leaves its product, and is left out where the product is there.

::

    RUN/
    ├── retrain.json      whose folder this is: all that makes the candidate
    ├── confirmed/        the new scans' labels with the labels' own words, and a link to their pictures
    ├── replay/           the old scans
    ├── revision          id of the revision of both
    ├── train/ validation/ test/    its splits
    ├── labels.json       of the scans to learn from, with the places where nothing is known
    ├── recipe.toml       what is trained
    ├── run/              the training run
    ├── package/          the candidate
    ├── comparison.json   candidate and champion on the test scans
    └── verdict.json      the gate's
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from parcelray.datasets.coco import CocoData, read_coco
from parcelray.datasets.importers.folders import claim, write_whole
from parcelray.datasets.progress import progress
from parcelray.datasets.revisions.building import RevisionPlan, build
from parcelray.datasets.revisions.exporting import export_split
from parcelray.datasets.revisions.revision import DatasetRevision
from parcelray.datasets.revisions.store import RevisionStore
from parcelray.datasets.validation.checking import ANNOTATIONS, IMAGES
from parcelray.datasets.validation.records import SPLITS
from parcelray.models.errors import DatasetError
from parcelray.models.package import MANIFEST, WEIGHTS, ModelPackage
from parcelray.training.evaluation.operating import FEWEST_CLEAN
from parcelray.training.export import export
from parcelray.training.gate.demands import read_demands
from parcelray.training.gate.judgement import judge_candidate
from parcelray.training.loop import train
from parcelray.training.retraining.comparison import compare_on
from parcelray.training.retraining.plan import RetrainPlan
from parcelray.training.retraining.recipe import Mixture, labels_of, write_recipe
from parcelray.training.retraining.replay import make_replay
from parcelray.training.retraining.staging import stage
from parcelray.training.retraining.unknown import write_labels

TASK, CONFIRMED, REPLAY, REVISION, LABELS = "retrain.json", "confirmed", "replay", "revision", "labels.json"
RECIPE, RUN, PACKAGE, COMPARISON, VERDICT = "recipe.toml", "run", "package", "comparison.json", "verdict.json"


@dataclass(frozen=True)
class Retrained:
    """What came of it.

    Attributes:
        package: the candidate.
        revision: that it learned from.
        mixture: of new and old scans.
        own_classes: of the candidate.
        comparison: figures of ``candidate`` and ``champion`` on the test scans; None where there are none.
        verdict: the gate's; None where there are no test scans.
    """

    package: ModelPackage
    revision: DatasetRevision
    mixture: Mixture
    own_classes: tuple[str, ...]
    comparison: Mapping[str, Any] | None
    verdict: Mapping[str, Any] | None


def retrain(
    plan: RetrainPlan, folder: Path, *, workers: int = 1, tell: Callable[[str], None] = lambda _line: None
) -> Retrained:
    """Retrain the champion; goes on where the same retraining was broken off.

    Args:
        plan: what is retrained.
        folder: gets the product of each step.
        workers: processes that prepare scans for the training.
        tell: is told of each step in words.

    Raises:
        DatasetError: the folder is another retraining's, the scans have errors, or there are too few of them.
        BadInputError: the plan asks for the impossible.
        PackageError: the champion carries no weights.
        TrainingError: the training, or the export after it, failed.
    """
    # Verified before hours are spent on it.
    plan.champion.read(WEIGHTS)
    claim(folder, TASK, plan.as_task())
    store = RevisionStore(plan.store)
    revision = _revision(plan, folder, store)
    tell(f"revision {revision.id[:12]}: {_counted(revision)}")
    _check_validation(revision, {*plan.classes.leaves(learned_only=True)})
    splits = _splits(plan, folder, store, revision)
    if not (folder / LABELS).is_file():
        write_labels(splits["train"], folder / LABELS, plan.champion, _labelled_for(plan, folder))
    data = read_coco(folder / LABELS)
    mixture = _write_recipe(plan, folder, splits, data)
    tell(str(mixture))
    tell(_open_places(data))
    if not (folder / RUN / WEIGHTS).is_file():
        train(folder / RECIPE, folder / RUN, workers=workers)
    whole = (folder / PACKAGE / MANIFEST).is_file()
    reads = plan.manifest.input
    package = (
        ModelPackage.open(folder / PACKAGE)
        if whole
        else export(folder / RUN, folder / PACKAGE, size=(reads.width, reads.height))
    )
    tell(f"candidate {package.manifest.name} {package.manifest.version}: {package.folder}")
    comparison = verdict = None
    if "test" in splits:
        models = {"candidate": package, "champion": plan.champion}
        comparison = _kept(folder / COMPARISON, lambda: compare_on(splits["test"], models))
        verdict = _kept(folder / VERDICT, lambda: _judged_by_gate(plan, package, store, revision))
    return Retrained(package, revision, mixture, tuple(plan.own_classes), comparison, verdict)


def _judged_by_gate(
    plan: RetrainPlan, package: ModelPackage, store: RevisionStore, revision: DatasetRevision
) -> dict[str, Any]:
    return judge_candidate(package, plan.champion, store, revision.id, read_demands()).verdict.as_dict()


def _revision(plan: RetrainPlan, folder: Path, store: RevisionStore) -> DatasetRevision:
    """New and old scans, checked, frozen and shared out."""
    noted = folder / REVISION
    if noted.is_file():
        return store.open(noted.read_text("ascii").strip())
    own = sorted(plan.own_classes)
    confirmed = stage(plan.confirmed, plan.images, folder / CONFIRMED, plan.rename)
    replay = make_replay(plan.replay, store, folder / REPLAY, own=own, seed=plan.seed)
    parent = plan.parent or (replay.revision.id if replay.revision else None)
    what = RevisionPlan(
        folders=(confirmed, *replay.folders),
        parent=parent,
        shares=plan.shares,
        seed=plan.seed,
        foreign=tuple(sorted({*plan.foreign, *replay.foreign})),
    )
    revision = build(plan.name, what, store).revision
    write_whole(noted, f"{revision.id}\n")
    return revision


def _check_validation(revision: DatasetRevision, learned: Collection[str]) -> None:
    """Told before the training, not after it: thresholds cannot be set on too little."""
    scans = list(revision.in_split("validation"))
    clean = sum(not scan.items for scan in scans)
    showing = sum(bool(scan.labels & set(learned)) for scan in scans)
    if clean < FEWEST_CLEAN or not showing:
        raise DatasetError(
            f"validation scans of revision {revision.id[:12]}",
            expected=f"at least {FEWEST_CLEAN} without any label, and one with an item (more replay has more)",
            got=f"{clean} and {showing}",
        )


def _splits(plan: RetrainPlan, folder: Path, store: RevisionStore, revision: DatasetRevision) -> dict[str, Path]:
    """The folder of each split that is not empty."""
    folders: dict[str, Path] = {}
    learn = set(plan.own_classes) & set(revision.foreign)
    for split in SPLITS:
        count = len(list(revision.in_split(split)))
        if not count:
            continue
        folders[split] = folder / split
        if not (folder / split).exists():
            with progress(f"exporting {split} scans", count) as report:
                export_split(store, revision, split, folder / split, partial(report, note=""), learn=learn)
    return folders


def _labelled_for(plan: RetrainPlan, folder: Path) -> dict[str, tuple[str, ...]]:
    """The classes that scans were labelled for, by the folder that they came from: those that its labels list.

    Drawn scans are labelled for all that they show, and things of own classes are not among it. A revision does not
    keep what its folders listed; its scans count as labelled for all.
    """
    given = [CONFIRMED]
    if plan.replay is not None and Path(plan.replay).is_dir():
        given.append(REPLAY)
    return {name: read_coco(folder / name / ANNOTATIONS).categories for name in given}


def _open_places(data: CocoData) -> str:
    places = Counter(item.category for item in data.items if item.ignored)
    scans = len({item.image_id for item in data.items if item.ignored})
    named = ", ".join(f"{count} of {label}" for label, count in places.most_common()) or "none"
    return f"places where the champion sees what the labels do not list, left open, on {scans} scans: {named}"


def _write_recipe(plan: RetrainPlan, folder: Path, splits: Mapping[str, Path], data: CocoData) -> Mixture:
    mixture = Mixture.of(data, CONFIRMED, plan.schedule.new_share, plan.manifest.labels)
    labels = labels_of(plan, data)
    text = write_recipe(plan, splits["train"] / IMAGES, folder / LABELS, splits["validation"], labels, mixture)
    write_whole(folder / RECIPE, text)
    return mixture


def _kept(file: Path, measure: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What a step measured, read where it was measured before."""
    if not file.is_file():
        write_whole(file, json.dumps(measure(), indent=2) + "\n")
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def _counted(revision: DatasetRevision) -> str:
    counts = Counter(scan.split for scan in revision.scans)
    return ", ".join(f"{counts[split]} scans for {split}" for split in SPLITS)
