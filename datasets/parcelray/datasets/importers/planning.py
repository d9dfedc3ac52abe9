"""What an import will write, known from the labels alone: read, looked up in the table of classes, each scan once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from parcelray.datasets.importers.classes import ClassTable, load_classes
from parcelray.datasets.importers.records import ImportedScan
from parcelray.datasets.importers.registry import IMPORTERS, LISTED
from parcelray.models.errors import DatasetError


@dataclass(frozen=True)
class ImportPlan:
    """What an import will write.

    Attributes:
        source_format: its name.
        source: the folder.
        choices: class -> leaf, or -> "" where there is none, as the user chose.
        scans: what is imported.
        classes: what the classes are.
        looked_for: classes of the source of which all items are boxed, as far as it says so.
        left_out: reason -> scans that are not imported.
    """

    source_format: str
    source: Path
    choices: Mapping[str, str]
    scans: tuple[ImportedScan, ...]
    classes: ClassTable
    looked_for: tuple[str, ...]
    left_out: Mapping[str, int]


def plan_import(source_format: str, source: Path, choices: Mapping[str, str] | None = None) -> ImportPlan:
    """Read and check the labels of a source; no picture is opened yet.

    Args:
        source_format: one of ``IMPORTERS``.
        source: its folder.
        choices: class -> leaf, or -> "" where there is none; they come before the table of classes.

    Raises:
        DatasetError: there is no such format or folder, the labels are not of the format or contradict themselves, a
            class is not known, nothing is left to import.
    """
    if source_format not in IMPORTERS:
        raise DatasetError("FORMAT", expected=f"one of {', '.join(IMPORTERS)}", got=source_format)
    if not source.is_dir():
        raise DatasetError(str(source), expected="the folder of a data set", got="none at that place")
    classes = load_classes(source_format, choices or {})
    scans: list[ImportedScan] = []
    left_out: Counter[str] = Counter()
    seen: dict[PurePosixPath, ImportedScan] = {}
    for scan in IMPORTERS[source_format](source):
        other = seen.setdefault(PurePosixPath(scan.name), scan)
        if other is not scan:
            raise DatasetError(
                str(scan.labels), expected="each scan once", got=f"{scan.name}, which is in {other.labels} too"
            )
        for box in scan.boxes:
            classes.of(box.name, f"{scan.labels}, scan {scan.name}")
        if scan.unboxed:
            left_out[f"shows {', '.join(scan.unboxed)}, without a box"] += 1
        else:
            scans.append(scan)
    if not scans:
        raise DatasetError(str(source), expected="a scan to import", got=f"{left_out.total()}, all of them left out")
    looked_for = tuple(LISTED[source_format](source)) if source_format in LISTED else classes.own
    return ImportPlan(source_format, source, dict(choices or {}), tuple(scans), classes, looked_for, left_out)
