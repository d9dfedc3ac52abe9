"""What the service answers about scans that it keeps. The answer to a scan just sent and to one asked for is one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field

from parcelray.serving.api.answers import (
    Answer,
    DetectionAnswer,
    ModelAnswer,
    WarningAnswer,
    detection_answer,
    warning_answer,
)
from parcelray.serving.store.events import told_of
from parcelray.serving.store.records import (
    Band,
    Basis,
    ScanRecord,
    ScanState,
    ScanSummary,
    StoredView,
    ViewState,
)

ScanId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", examples=["0123456789abcdef0123456789abcdef"])]


class FileAnswer(Answer):
    """One image as it was sent.

    Attributes:
        band: the field in which it came.
        sha256: of its bytes, hexadecimal.
        bytes: how many.
        media_type: told from its first bytes.
        file_name: as its sender calls it.
    """

    band: Band
    sha256: str
    bytes: int
    media_type: str
    file_name: str | None


class NotScreenedAnswer(Answer):
    """Why a view was not looked at.

    Attributes:
        type: the kind of problem, as in problem documents.
        message: what was expected and what came.
    """

    type: str
    message: str


class StoredViewAnswer(Answer):
    """One view of a scan.

    Attributes:
        detections: what was highlighted. Null where the view was not looked at: no list is no clearance, and an empty
            one is none either.
    """

    index: int
    state: ViewState
    width: int | None
    height: int | None
    detections: list[DetectionAnswer] | None
    warnings: list[WarningAnswer]
    not_screened: NotScreenedAnswer | None
    files: list[FileAnswer]


class OperatingAnswer(Answer):
    """From which scores on boxes were shown.

    Attributes:
        thresholds: by label.
        calibrated: whether a score was the probability of being right. Where it was not, it only ranks.
        basis: how the thresholds were set.
    """

    thresholds: dict[str, float]
    calibrated: bool
    basis: str


class ScanAnswer(Answer):
    """A scan that is kept.

    Attributes:
        state: whether it was looked at. ``screened`` is no clearance.
        received_at: when it was here whole.
        screened_at: when the last view was looked at.
        workstation: name of the key that sent it.
        model: that looked at it; null before.
        operating: what its boxes rest on; null before.
        views: single images in the order sent, then pairs.
    """

    scan_id: ScanId
    state: ScanState
    scanner_id: str | None
    consignment_id: str | None
    taken_at: datetime | None
    pixel_pitch_mm: float | None
    received_at: datetime
    screened_at: datetime | None
    workstation: str
    model: ModelAnswer | None
    operating: OperatingAnswer | None
    views: list[StoredViewAnswer]


class ScanSummaryAnswer(Answer):
    """What a list of scans and the events say of each.

    Attributes:
        labels: what was highlighted in it, each once. None of them is no clearance.
    """

    scan_id: ScanId
    state: ScanState
    scanner_id: str | None
    consignment_id: str | None
    taken_at: datetime | None
    received_at: datetime
    workstation: str
    labels: list[str]


class ScanListAnswer(Answer):
    """A page of scans.

    Attributes:
        scans: newest first.
        next: the ``cursor`` of the next page; null on the last.
    """

    scans: list[ScanSummaryAnswer]
    next: str | None


def scan_answer(record: ScanRecord) -> ScanAnswer:
    """A record, in words."""
    basis = record.basis
    return ScanAnswer(
        scan_id=record.id,
        state=record.state,
        scanner_id=record.scanner_id,
        consignment_id=record.consignment_id,
        taken_at=record.taken_at,
        pixel_pitch_mm=record.pixel_pitch_mm,
        received_at=record.received_at,
        screened_at=record.screened_at,
        workstation=record.workstation,
        model=None if basis is None else _model_answer(basis),
        operating=None if basis is None else _operating_answer(basis),
        views=[_view_answer(index, view) for index, view in enumerate(record.views)],
    )


def scan_list_answer(summaries: Sequence[ScanSummary], following: str | None) -> ScanListAnswer:
    """A page, in words."""
    return ScanListAnswer(scans=[ScanSummaryAnswer(**told_of(summary)) for summary in summaries], next=following)


def _view_answer(index: int, view: StoredView) -> StoredViewAnswer:
    was_seen = view.state is ViewState.SCREENED
    return StoredViewAnswer(
        index=index,
        state=view.state,
        width=view.width,
        height=view.height,
        detections=[detection_answer(item) for item in view.detections] if was_seen else None,
        warnings=[warning_answer(warning) for warning in view.warnings],
        not_screened=None if view.reason is None else NotScreenedAnswer(**vars(view.reason)),
        files=[
            FileAnswer(
                band=file.band,
                sha256=file.sha256,
                bytes=file.size,
                media_type=file.media_type,
                file_name=file.file_name,
            )
            for file in view.files
        ],
    )


def _model_answer(basis: Basis) -> ModelAnswer:
    return ModelAnswer(name=basis.model, version=basis.version, taxonomy=basis.taxonomy, sha256=basis.sha256)


def _operating_answer(basis: Basis) -> OperatingAnswer:
    return OperatingAnswer(thresholds=dict(basis.thresholds), calibrated=basis.calibrated, basis=basis.basis)
