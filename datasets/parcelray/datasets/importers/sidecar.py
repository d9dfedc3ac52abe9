"""``scans.csv``: what YOLO and CVAT have no words for, beside their labels.

Without it, a data set that went through a labelling tool would come back with its groups torn apart, and with scans for
testing among those to learn from. One row for each scan: its name, its group, its subset, whether it is reserved.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from parcelray.datasets.importers.paths import read_text
from parcelray.datasets.importers.records import ImportedScan
from parcelray.models.errors import DatasetError

SIDECAR = "scans.csv"
_COLUMNS = ("name", "group", "subset", "reserved")
_YES, _NO = "yes", "no"


def sidecar_text(scans: Sequence[ImportedScan]) -> str:
    """The file's content."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for scan in scans:
        writer.writerow([scan.name, scan.group, scan.subset or "", _YES if scan.reserved else _NO])
    return stream.getvalue()


def with_sidecar(scans: Sequence[ImportedScan], folder: Path) -> list[ImportedScan]:
    """The scans with what the file says of them, where there is one.

    Raises:
        DatasetError: the file is another one, has a broken row, or lacks a scan.
    """
    path = folder / SIDECAR
    if not path.is_file():
        return list(scans)
    rows = _read(path)
    completed = []
    for scan in scans:
        row = rows.get(scan.name)
        if row is None:
            raise DatasetError(str(path), expected=f"a row for the scan {scan.name}", got="none")
        completed.append(
            replace(scan, group=row["group"], subset=row["subset"] or None, reserved=row["reserved"] == _YES)
        )
    return completed


def _read(path: Path) -> dict[str, Mapping[str, str]]:
    reader = csv.DictReader(io.StringIO(read_text(path)))
    if tuple(reader.fieldnames or ()) != _COLUMNS:
        raise DatasetError(str(path), expected=f"columns {', '.join(_COLUMNS)}", got=str(reader.fieldnames))
    rows: dict[str, Mapping[str, str]] = {}
    for row in reader:
        if None in row or None in row.values() or not row["group"] or row["reserved"] not in (_YES, _NO):
            raise DatasetError(
                f"{path}, line {reader.line_num}",
                expected=f"four fields, a group, and {_YES} or {_NO}",
                got=str(list(row.values())),
            )
        rows[row["name"]] = row
    return rows
