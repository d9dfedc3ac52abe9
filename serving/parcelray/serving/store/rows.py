"""Between ``ScanRecord`` and the rows of its tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from parcelray.datasets.imaging.quality import ViewWarning
from parcelray.models.naming import NamedDetection
from parcelray.serving.store.records import Basis, Reason, ScanRecord, StoredFile, StoredView, ViewState
from parcelray.serving.store.tables import detections, files, scan_labels, views

Row = RowMapping
_INSERT_DETECTIONS = insert(detections)
_INSERT_LABELS = insert(scan_labels)


def scan_row(record: ScanRecord) -> dict[str, Any]:
    """The row in ``scans``."""
    return {
        "id": record.id,
        "state": record.state,
        "workstation": record.workstation,
        "scanner_id": record.scanner_id,
        "consignment_id": record.consignment_id,
        "taken_at": record.taken_at,
        "pixel_pitch_mm": record.pixel_pitch_mm,
        "received_at": record.received_at,
        "screened_at": record.screened_at,
        "at": record.at,
        "content_sha256": record.content_sha256,
        "min_score": record.min_score,
        **_basis_columns(record.basis),
    }


def screened_columns(record: ScanRecord) -> dict[str, Any]:
    """The columns of ``scans`` that change when a pending scan was looked at."""
    return {"state": record.state, "screened_at": record.screened_at, **_basis_columns(record.basis)}


def view_row(number: int, index: int, view: StoredView) -> dict[str, Any]:
    """The row in ``views``."""
    return {
        "scan_number": number,
        "index": index,
        "state": view.state,
        "width": view.width,
        "height": view.height,
        "warnings": [vars(warning) for warning in view.warnings],
        "not_screened": None if view.reason is None else vars(view.reason),
    }


def file_rows(number: int, record: ScanRecord) -> list[dict[str, Any]]:
    """The rows in ``files``, at least one."""
    return [
        {
            "scan_number": number,
            "view_index": index,
            "band": file.band,
            "sha256": file.sha256,
            "bytes": file.size,
            "media_type": file.media_type,
            "file_name": file.file_name,
        }
        for index, view in enumerate(record.views)
        for file in view.files
    ]


def insert_findings(connection: Connection, number: int, record: ScanRecord) -> None:
    """Write the rows in ``detections`` and ``scan_labels``; often there are none."""
    found = [
        _detection_row(number, index, rank, item)
        for index, view in enumerate(record.views)
        for rank, item in enumerate(view.detections)
    ]
    if found:
        connection.execute(_INSERT_DETECTIONS, found)
        connection.execute(
            _INSERT_LABELS,
            [{"label": label, "at": record.at, "scan_number": number} for label in record.labels],
        )


def records_of(connection: Connection, found: Iterable[RowMapping]) -> list[ScanRecord]:
    """The records of some rows of ``scans``, in their order."""
    rows = list(found)
    numbers = [row["number"] for row in rows]
    views_of, files_of, detections_of = (
        _grouped(connection, table, numbers, order)
        for table, order in ((views, "index"), (files, "band"), (detections, "rank"))
    )
    return [
        _record(row, views_of[row["number"]], files_of[row["number"]], detections_of[row["number"]]) for row in rows
    ]


def _grouped(connection: Connection, table: Any, numbers: list[int], order: str) -> dict[int, list[RowMapping]]:
    statement = select(table).where(table.c.scan_number.in_(numbers)).order_by(table.c[order])
    grouped: dict[int, list[RowMapping]] = defaultdict(list)
    for row in connection.execute(statement).mappings():
        grouped[row["scan_number"]].append(row)
    return grouped


def _record(row: Row, view_rows: list[RowMapping], files: list[RowMapping], found: list[RowMapping]) -> ScanRecord:
    return ScanRecord(
        id=row["id"],
        workstation=row["workstation"],
        received_at=row["received_at"],
        content_sha256=row["content_sha256"],
        views=tuple(_view(view, files, found) for view in view_rows),
        scanner_id=row["scanner_id"],
        consignment_id=row["consignment_id"],
        taken_at=row["taken_at"],
        pixel_pitch_mm=row["pixel_pitch_mm"],
        min_score=row["min_score"],
        screened_at=row["screened_at"],
        basis=_basis(row),
    )


def _view(row: Row, files: list[RowMapping], found: list[RowMapping]) -> StoredView:
    index = row["index"]
    reason = row["not_screened"]
    return StoredView(
        state=ViewState(row["state"]),
        # "high" comes before "low" in the alphabet, and "view" is alone.
        files=tuple(
            StoredFile(file["band"], file["sha256"], file["bytes"], file["media_type"], file["file_name"])
            for file in files
            if file["view_index"] == index
        ),
        width=row["width"],
        height=row["height"],
        detections=tuple(
            NamedDetection(
                item["label"], item["group"], item["score"], (item["x0"], item["y0"], item["x1"], item["y1"])
            )
            for item in found
            if item["view_index"] == index
        ),
        warnings=tuple(ViewWarning(**warning) for warning in row["warnings"]),
        reason=None if reason is None else Reason(**reason),
    )


def _detection_row(number: int, index: int, rank: int, item: NamedDetection) -> dict[str, Any]:
    x0, y0, x1, y1 = item.box
    return {
        "scan_number": number,
        "view_index": index,
        "rank": rank,
        "label": item.label,
        "group": item.group,
        "score": item.score,
        "x0": x0,
        "y0": y0,
        "x1": x1,
        "y1": y1,
    }


def _basis_columns(basis: Basis | None) -> dict[str, Any]:
    if basis is None:
        return dict.fromkeys(("model_name", "model_version", "model_sha256", "taxonomy", "operating"))
    return {
        "model_name": basis.model,
        "model_version": basis.version,
        "model_sha256": basis.sha256,
        "taxonomy": basis.taxonomy,
        "operating": {
            "thresholds": dict(basis.thresholds),
            "calibrated": basis.calibrated,
            "basis": basis.basis,
        },
    }


def _basis(row: Row) -> Basis | None:
    if row["operating"] is None:
        return None
    return Basis(
        model=row["model_name"],
        version=row["model_version"],
        sha256=row["model_sha256"],
        taxonomy=row["taxonomy"],
        **row["operating"],
    )
