"""What is kept of a scan: frozen nouns, the same on their way into the database and out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from parcelray.datasets.imaging.quality import ViewWarning
from parcelray.models.naming import NamedDetection

Band = Literal["view", "high", "low"]


class ViewState(StrEnum):
    """Whether a view was looked at."""

    PENDING = "pending"
    """It is kept, and will be looked at."""
    SCREENED = "screened"
    """It was looked at. That is no clearance, also where nothing was highlighted."""
    NOT_SCREENED = "not_screened"
    """It could not be looked at, and will not be."""


class ScanState(StrEnum):
    """Whether a scan was looked at."""

    PENDING = "pending"
    """None of its views was looked at yet."""
    SCREENED = "screened"
    """All of its views were."""
    PARTLY_SCREENED = "partly_screened"
    """Some were, the others could not be."""
    NOT_SCREENED = "not_screened"
    """None could be."""


@dataclass(frozen=True)
class StoredFile:
    """One image as it came.

    Attributes:
        band: the field in which it was sent.
        sha256: of its bytes, hexadecimal: its name among the blobs.
        size: bytes.
        media_type: told from its first bytes, not from what its sender claimed.
        file_name: as its sender calls it.
    """

    band: Band
    sha256: str
    size: int
    media_type: str
    file_name: str | None


@dataclass(frozen=True)
class Reason:
    """Why a view was not screened.

    Attributes:
        type: the kind of problem, as in problem documents.
        message: what was expected and what came.
    """

    type: str
    message: str


@dataclass(frozen=True)
class StoredView:
    """One projection.

    Attributes:
        state: whether it was looked at.
        files: the image, or the high and the low one.
        width: in pixels, once it was screened.
        height: in pixels, once it was screened.
        detections: best first; empty unless it was screened.
        warnings: what speaks against trusting the view.
        reason: why it was not screened.
    """

    state: ViewState
    files: tuple[StoredFile, ...]
    width: int | None = None
    height: int | None = None
    detections: tuple[NamedDetection, ...] = ()
    warnings: tuple[ViewWarning, ...] = ()
    reason: Reason | None = None


@dataclass(frozen=True)
class Basis:
    """What the boxes of a scan rest on, as it was when they were made.

    Attributes:
        model: name of the model.
        version: of the model.
        sha256: of its network, hexadecimal.
        taxonomy: version of the tree that the labels belong to.
        thresholds: score from which on boxes of each label were shown.
        calibrated: whether a score was the probability of being right.
        basis: in words, how the thresholds were set.
    """

    model: str
    version: str
    sha256: str
    taxonomy: int
    thresholds: Mapping[str, float]
    calibrated: bool
    basis: str


@dataclass(frozen=True)
class ScanRecord:
    """One screened parcel, or one that will be.

    Attributes:
        id: 32 hexadecimal digits, random.
        workstation: name of the key that sent it.
        received_at: when it was here whole.
        content_sha256: over all that was sent; see ``Submission``.
        views: in the order of the answer.
        scanner_id: as the sender says, like the next three.
        consignment_id: of the parcel.
        taken_at: when the parcel was in the scanner.
        pixel_pitch_mm: millimetres of the belt that one pixel covers.
        min_score: what the sender asked for instead of the operating thresholds.
        screened_at: when the last view was looked at.
        basis: of its boxes; None before it was screened.
    """

    id: str
    workstation: str
    received_at: datetime
    content_sha256: str
    views: tuple[StoredView, ...]
    scanner_id: str | None = None
    consignment_id: str | None = None
    taken_at: datetime | None = None
    pixel_pitch_mm: float | None = None
    min_score: float | None = None
    screened_at: datetime | None = None
    basis: Basis | None = None

    @property
    def at(self) -> datetime:
        """What searches go by: when it was taken, or, where nobody said, when it came."""
        return self.taken_at or self.received_at

    @property
    def state(self) -> ScanState:
        """What its views' states come to."""
        states = {view.state for view in self.views}
        if ViewState.PENDING in states:
            return ScanState.PENDING
        if states == {ViewState.SCREENED}:
            return ScanState.SCREENED
        return ScanState.PARTLY_SCREENED if ViewState.SCREENED in states else ScanState.NOT_SCREENED

    @property
    def labels(self) -> tuple[str, ...]:
        """Each label that was found, once, in alphabetical order."""
        return tuple(sorted({item.label for view in self.views for item in view.detections}))


@dataclass(frozen=True)
class ScanSummary:
    """What a list of scans shows of each; the attributes are those of ``ScanRecord``."""

    id: str
    state: ScanState
    workstation: str
    scanner_id: str | None
    consignment_id: str | None
    taken_at: datetime | None
    received_at: datetime
    labels: tuple[str, ...]


def summary_of(record: ScanRecord) -> ScanSummary:
    """What a list shows of a record."""
    return ScanSummary(
        id=record.id,
        state=record.state,
        workstation=record.workstation,
        scanner_id=record.scanner_id,
        consignment_id=record.consignment_id,
        taken_at=record.taken_at,
        received_at=record.received_at,
        labels=record.labels,
    )
