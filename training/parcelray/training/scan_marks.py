"""Noting which scans a run learns from, before it does: the package that it leads to carries the list."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from parcelray.datasets.coco import ImageRecord, read_coco
from parcelray.datasets.files import labelled_picture, sha256_of_file
from parcelray.datasets.progress import progress
from parcelray.datasets.validation.likeness import NAME, likeness
from parcelray.models.package import MANIFEST, TRAINED_ON, WEIGHTS, ModelPackage
from parcelray.models.trained_on import ScanMark, TrainedOn, parse_trained_on, read_trained_on
from parcelray.training.config import DataSpec, Recipe


def note_scans(run: Path, recipe: Recipe) -> TrainedOn:
    """What the run learns from, with what the package or run learned from that it starts from; kept in its folder.

    Raises:
        DatasetError: a scan is missing.
        BadInputError: a scan cannot be read.
        PackageError: the package that it starts from is not whole.
    """
    kept = run / TRAINED_ON
    if kept.is_file():
        return parse_trained_on(kept.read_bytes(), str(kept))
    noted = TrainedOn(likeness=NAME, scans=mark_scans(recipe.train, "noting the scans that are learned from"))
    before = _learned_before(recipe.start.weights)
    if before is not None:
        noted = noted.and_before(before)
    write_trained_on(run, noted)
    return noted


def mark_scans(spec: DataSpec, title: str) -> tuple[ScanMark, ...]:
    """What the scans of labelled data are known by, in the order of their labels.

    Raises:
        DatasetError: a scan is missing.
        BadInputError: a scan cannot be read.
    """
    images = read_coco(spec.annotations).images
    # Decoding and summing leave Python's lock to others.
    with progress(title, len(images)) as report, ThreadPoolExecutor(os.cpu_count()) as readers:
        marks = []
        for mark in readers.map(lambda image: _mark(spec.images, image), images):
            marks.append(mark)
            report(len(marks), "")
    return tuple(marks)


def write_trained_on(folder: Path, trained_on: TrainedOn) -> None:
    """Write the file of a run or package, beside its place first."""
    partial = folder / f"{TRAINED_ON}.part"
    partial.write_text(trained_on.model_dump_json() + "\n", encoding="utf-8")
    partial.replace(folder / TRAINED_ON)


def _mark(folder: Path, image: ImageRecord) -> ScanMark:
    # Looked at first: it names a file that is missing.
    seen = likeness(labelled_picture(folder, image.file_name))
    return ScanMark(
        sha256=sha256_of_file(folder / image.file_name),
        likeness=None if seen is None else seen.hex(),
        # Labels without groups make each scan its own.
        group=image.group if image.group != image.file_name else None,
    )


def _learned_before(weights: Path) -> TrainedOn | None:
    """What starting weights learned from: a package's, or a run's; None of weights that are neither's."""
    if weights.name != WEIGHTS:
        return None
    start = weights.parent
    if (start / MANIFEST).is_file():
        package = ModelPackage.open(start)
        named = read_trained_on(package)
        unnamed = (f"{package.manifest.name} {package.manifest.version}",)
        return named if named is not None else TrainedOn(likeness=NAME, scans=(), unnamed=unnamed)
    if (start / TRAINED_ON).is_file():
        return parse_trained_on((start / TRAINED_ON).read_bytes(), str(start / TRAINED_ON))
    return None
