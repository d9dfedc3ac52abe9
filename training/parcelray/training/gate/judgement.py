"""``judge_candidate``: all checks of the gate, one after the other, whatever the first of them says. Needs torch."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from parcelray.datasets.coco import CocoData, read_coco
from parcelray.datasets.files import labelled_picture
from parcelray.datasets.progress import progress
from parcelray.datasets.revisions.exporting import export_split
from parcelray.datasets.revisions.revision import DatasetRevision
from parcelray.datasets.revisions.store import RevisionStore
from parcelray.datasets.validation.checking import IMAGES
from parcelray.models.detector import Detector
from parcelray.models.errors import DatasetError
from parcelray.models.package import ModelPackage
from parcelray.training.evaluation.judging import judge, taking_part
from parcelray.training.gate.calibration import Calibrations, calibrations, check_calibration
from parcelray.training.gate.card import check_card
from parcelray.training.gate.demands import Demands
from parcelray.training.gate.false_alarms import check_false_alarms
from parcelray.training.gate.found import ClassFound, check_found
from parcelray.training.gate.latency import SCANS, check_latency
from parcelray.training.gate.leak import check_leak
from parcelray.training.gate.new_classes import check_new_classes
from parcelray.training.gate.parity import check_parity
from parcelray.training.gate.sides import Side, Sides
from parcelray.training.gate.verdict import Named, Verdict


@dataclass(frozen=True)
class Judgement:
    """A verdict with what it was made of, for the report.

    Attributes:
        verdict: the answer.
        sides: both models and what they found.
        found: each class of the champion, compared; empty where there are too few clean scans.
        calibrations: what scores of both say; None where there was nothing to tell by.
        demands: of the gate.
    """

    verdict: Verdict
    sides: Sides
    found: Mapping[str, ClassFound]
    calibrations: Calibrations | None
    demands: Demands


def judge_candidate(
    candidate: ModelPackage, champion: ModelPackage, store: RevisionStore, reference: str, demands: Demands
) -> Judgement:
    """Compare two packages on the test scans of a revision.

    Args:
        candidate: that asks to pass.
        champion: that it is compared with.
        store: that the revision is in.
        reference: name or id of the revision.
        demands: of the gate.

    Raises:
        DatasetError: there is no such revision, it has no test scans or none that the models know anything of, or its
            labels are of another taxonomy than a model's.
        DamagedError: a kept scan is not what was put.
        PackageError: a package must not be loaded.
        DemandsError: a name in the demands is no class and no group.
    """
    revision = store.open(reference)
    for package in (champion, candidate):
        if package.manifest.taxonomy != revision.taxonomy:
            raise DatasetError(
                f"{package.manifest.name} {package.manifest.version}",
                expected=f"labels of taxonomy {revision.taxonomy}, as the revision's",
                got=f"taxonomy {package.manifest.taxonomy}",
            )
    demands.check_names(champion.manifest.classes, candidate.manifest.classes)
    with tempfile.TemporaryDirectory(prefix="parcelray-gate-") as folder:
        images, data = _exported(store, revision, Path(folder) / "test")
        threads = os.cpu_count() or 1
        detectors = Detector(champion, threads=threads), Detector(candidate, threads=threads)
        sides = _judged(*detectors, images, data)
        found_check, found = check_found(sides, demands)
        measured = calibrations(sides)
        pictures = [labelled_picture(images, scan.image.file_name) for scan in sides.champion.scans[:SCANS]]
        checks = (
            found_check,
            check_new_classes(sides, demands),
            check_false_alarms(sides, demands.false_alarms),
            check_calibration(sides, measured, demands.calibration),
            check_latency(detectors, pictures, threads, demands.latency),
            check_parity(candidate, threads, images, data),
            check_card(candidate),
            check_leak(candidate, list(revision.in_split("test")), demands.leak),
        )
    verdict = Verdict.of(Named.of(candidate), Named.of(champion), revision.id, checks)
    return Judgement(verdict, sides, found, measured, demands)


def _exported(store: RevisionStore, revision: DatasetRevision, folder: Path) -> tuple[Path, CocoData]:
    """The test scans as a folder of images, and what names them."""
    with progress("taking test scans", len(list(revision.in_split("test")))) as report:
        written = export_split(store, revision, "test", folder, lambda done: report(done, ""))
    return folder / IMAGES, read_coco(written.annotations)


def _judged(champion: Detector, candidate: Detector, images: Path, data: CocoData) -> Sides:
    """Both models on the same scans: those that show a class which one of them knows, and clean ones."""
    categories = [name for name in data.categories if name in champion.labels or name in candidate.labels]
    taking = len(taking_part(data, categories))
    if not categories or not taking:
        raise DatasetError(
            "test scans",
            expected=f"classes that a model knows ({', '.join(champion.labels)})",
            got=", ".join(data.categories) or "none",
        )
    sides = []
    for who, detector in (("champion", champion), ("candidate", candidate)):
        with progress(f"judging by the {who}", taking) as report:
            sides.append(Side(detector.package.manifest, judge(detector, images, data, categories, report)))
    return Sides(*sides)
