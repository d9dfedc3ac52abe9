"""A check of COCO folders (``images/`` and ``annotations.json``): all that is wrong with them, and what is whole."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from parcelray.datasets.progress import progress
from parcelray.datasets.validation.document import read_document
from parcelray.datasets.validation.doubles import Sided, find_doubles
from parcelray.datasets.validation.findings import Finding
from parcelray.datasets.validation.pictures import read_pictures
from parcelray.datasets.validation.records import CheckedScan
from parcelray.models.errors import DatasetError
from parcelray.models.taxonomy import load_taxonomy

IMAGES, ANNOTATIONS = "images", "annotations.json"


@dataclass(frozen=True)
class CheckedFolder:
    """A folder, looked at scan by scan.

    Attributes:
        folder: the folder.
        scans: those that are whole, in the order of the labels.
        findings: all that is wrong with labels and files.
    """

    folder: Path
    scans: tuple[CheckedScan, ...]
    findings: tuple[Finding, ...]


def check(folder: Path, *, against: Path | None = None, foreign: Collection[str] = ()) -> tuple[Finding, ...]:
    """All that is wrong with a folder.

    Args:
        folder: with ``images/`` and ``annotations.json``.
        against: another one, which is checked too; the two must have no group and no picture in common.
        foreign: categories that are known to be no leaves of the taxonomy.

    Raises:
        DatasetError: a folder, its ``images/`` or its ``annotations.json`` is not there.
    """
    folders = [look_at(path, foreign) for path in ([folder] if against is None else [against, folder])]
    found = [finding for one in folders for finding in (*one.findings, *doubles_in(one))]
    if against is not None:
        sided = [Sided(scan, str(one.folder)) for one in folders for scan in one.scans]
        found += [double.finding for double in find_doubles(sided) if double.across]
    return tuple(found)


def doubles_in(*folders: CheckedFolder) -> tuple[Finding, ...]:
    """Groups and pictures that are in two splits of these folders, and pictures that are in two groups."""
    sided = [Sided(scan, scan.split) for one in folders for scan in one.scans]
    return tuple(double.finding for double in find_doubles(sided))


def look_at(folder: Path, foreign: Collection[str] = ()) -> CheckedFolder:
    """Check the labels of a folder, and each picture.

    Args:
        folder: with ``images/`` and ``annotations.json``.
        foreign: categories that are known to be no leaves of the taxonomy.

    Raises:
        DatasetError: the folder, its ``images/`` or its ``annotations.json`` is not there; a foreign class is a leaf.
    """
    taxonomy = load_taxonomy()
    leaves = sorted(set(foreign) & set(taxonomy.leaves()))
    if leaves:
        raise DatasetError("foreign classes", expected="classes that are no leaves", got=", ".join(leaves))
    images = folder / IMAGES
    if not images.is_dir():
        raise DatasetError(str(folder), expected=f"a folder with {IMAGES}/ and {ANNOTATIONS}", got=f"no {IMAGES}/")
    labelled, found = read_document(folder / ANNOTATIONS, taxonomy, foreign)
    findings, scans = list(found), []
    with progress(f"checking {folder}", len(labelled)) as report:
        for read in read_pictures(images, labelled, lambda done: report(done, "")):
            if isinstance(read, Finding):
                findings.append(read)
            else:
                scans.append(read)
    return CheckedFolder(folder, tuple(scans), tuple(findings))
