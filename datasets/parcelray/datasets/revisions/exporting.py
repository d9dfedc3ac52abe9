"""A split of a revision as a COCO folder, which recipes, ``parcelray evaluate`` and ``parcelray data export`` read."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parcelray.datasets.revisions.revision import DatasetRevision, RevisionScan
from parcelray.datasets.revisions.store import RevisionStore
from parcelray.datasets.validation.checking import ANNOTATIONS, IMAGES
from parcelray.datasets.validation.records import Split
from parcelray.models.errors import DatasetError
from parcelray.models.taxonomy import load_taxonomy

_NAME_LENGTH = 16
_HALVES = ("_high", "_low")


@dataclass(frozen=True)
class Export:
    """What was written.

    Attributes:
        annotations: the COCO file.
        scans: how many.
        items: how many.
        left_out: training scans with items that cannot be learned.
    """

    annotations: Path
    scans: int
    items: int
    left_out: int


def export_split(
    store: RevisionStore,
    revision: DatasetRevision,
    split: Split,
    out: Path,
    report: Callable[[int], None] = lambda _done: None,
    *,
    learn: Collection[str] = (),
) -> Export:
    """Write a split into a folder, which is there as a whole or not at all.

    Training scans with an item of a foreign class, or of a leaf that is not learned, are left out unless the class is
    to be learned: what is not asked for would be learned as background. In the other splits such items stay, so that
    no scan counts as clean that is not. Pictures are second names of the store's files where both are on one disk, and
    read-only.

    Args:
        store: that the revision is in.
        revision: whose split it is.
        split: which.
        out: the folder; not there yet, or empty.
        report: is told how many scans are done.
        learn: foreign classes that are to be learned.

    Raises:
        DatasetError: the folder holds something, a class to be learned is not foreign, or nothing would be written.
        DamagedError: a kept file is not what was put.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise DatasetError(str(out), expected="an empty folder, or none", got="one with something in it")
    strangers = sorted(set(learn) - set(revision.foreign))
    if strangers:
        expected = f"foreign classes of revision {revision.id[:12]} ({', '.join(revision.foreign) or 'it has none'})"
        raise DatasetError("classes to learn", expected=expected, got=", ".join(strangers))
    learned = {*load_taxonomy(revision.taxonomy).leaves(learned_only=True), *learn}
    all_scans = list(revision.in_split(split))
    scans = [scan for scan in all_scans if split != "train" or scan.labels <= learned]
    if not scans:
        raise DatasetError(f"split {split} of {revision.id[:12]}", expected="a scan to write", got="none")
    part = out.with_name(f".{out.name}.{secrets.token_hex(4)}")
    (part / IMAGES).mkdir(parents=True)
    try:
        for done, scan in enumerate(scans, start=1):
            for file, name in zip(scan.files, _names_of(scan), strict=True):
                store.objects.take(file.sha256, part / IMAGES / name)
            report(done)
        document = _document(revision, split, scans, learned if split == "train" else ())
        (part / ANNOTATIONS).write_text(json.dumps(document, separators=(",", ":")), encoding="utf-8")
        part.rename(out)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    items = sum(len(scan.items) for scan in scans)
    return Export(out / ANNOTATIONS, len(scans), items, len(all_scans) - len(scans))


def _names_of(scan: RevisionScan) -> list[str]:
    """Names that no two scans share, wherever they came from."""
    stem = scan.sha256[:_NAME_LENGTH]
    halves = _HALVES if len(scan.files) == len(_HALVES) else ("",)
    return [f"{stem}{half}{file.suffix}" for half, file in zip(halves, scan.files, strict=True)]


def _document(
    revision: DatasetRevision, split: Split, scans: Sequence[RevisionScan], only: Collection[str]
) -> dict[str, Any]:
    """The COCO file; with the classes that are in the whole revision, so that all its splits have the same."""
    occurring = revision.items_of
    every = [*load_taxonomy(revision.taxonomy).leaves(), *revision.foreign]
    # Drawn scans number the leaves like this too.
    number_of = {name: number for number, name in enumerate(every, start=1) if name in occurring}
    if only:
        number_of = {name: number for name, number in number_of.items() if name in only}
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for scan in scans:
        image = {
            "id": len(images) + 1,
            "file_name": _names_of(scan)[0],
            "width": scan.width,
            "height": scan.height,
            "group": scan.group,
            "reserved": scan.reserved,
            "split": scan.split,
            "source": {"folder": revision.sources[scan.source].name, "file": scan.file, "sha256": scan.sha256},
        }
        images.append(image)
        for item in scan.items:
            x0, y0, x1, y1 = item.box
            width, height = round(x1 - x0, 2), round(y1 - y0, 2)
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": image["id"],
                    "category_id": number_of[item.label],
                    "bbox": [x0, y0, width, height],
                    "area": round(width * height, 2),
                    "iscrowd": 0,
                }
            )
    return {
        "info": {
            "description": f"{split} scans of revision {revision.id}",
            "revision": revision.id,
            "taxonomy": revision.taxonomy,
        },
        "images": images,
        "annotations": annotations,
        "categories": [{"id": number, "name": name} for name, number in number_of.items()],
    }
