"""Scans as the service stores them, made by hand, and officers who decide about them."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import cv2
import numpy as np

from parcelray.models.naming import NamedDetection
from parcelray.models.taxonomy import load_taxonomy
from parcelray.serving.desk.decisions import NewOutcome, NewVerdict
from parcelray.serving.desk.entries import Officer
from parcelray.serving.store.records import Basis, Reason, ScanRecord, StoredFile, StoredView, ViewState
from parcelray.serving.store.scans import Identity
from parcelray.serving.store.store import Store

ANNA, BEN, CLEO = (Officer(name, is_supervisor=False) for name in ("anna", "ben", "cleo"))
SUE, TOM = (Officer(name, is_supervisor=True) for name in ("sue", "tom"))
WIDTH, HEIGHT = 128, 96
FILE_NAME = "secret name.png"
RELEASE = {"decision": "release", "reason": "false_alarm"}
SEARCH = {"decision": "search", "reason": "alarm_confirmed"}
ESCALATE = {"decision": "escalate", "reason": "needs_expert"}
OWN = {"wrench": "firearm_part"}
LABELS = ("pistol", "pipe", "banknote_bundle", "magazine")


def view_with(*labels: str, sha256: str | None = None) -> StoredView:
    """A view in which a model found these, each in a place of its own."""
    groups = load_taxonomy().with_own(OWN)
    found = tuple(
        NamedDetection(label, groups.group_of(label).name, 0.9, (10.0 * rank, 5.0, 10.0 * rank + 8, 25.5))
        for rank, label in enumerate(labels)
    )
    file = StoredFile("view", sha256 or secrets.token_hex(32), 9, "image/png", FILE_NAME)
    return StoredView(ViewState.SCREENED, (file,), WIDTH, HEIGHT, found)


def unseen_view() -> StoredView:
    """A view that could not be looked at."""
    file = StoredFile("view", secrets.token_hex(32), 9, "text/plain", None)
    return StoredView(ViewState.NOT_SCREENED, (file,), reason=Reason("urn:x", "no image"))


def scan_with(views: Sequence[StoredView], **fields: Any) -> ScanRecord:
    """A scan that was looked at."""
    now = datetime.now(UTC)
    basis = Basis("tiny", "0000", "5" * 64, 1, dict.fromkeys(LABELS, 0.5), False, "chosen for tests")
    made: dict[str, Any] = {
        "id": secrets.token_hex(16),
        "workstation": "belt-1",
        "received_at": now,
        "content_sha256": secrets.token_hex(32),
        "views": tuple(views),
        "screened_at": now,
        "basis": basis,
        **fields,
    }
    return ScanRecord(**made)


def add(store: Store, record: ScanRecord) -> str:
    """Store a scan; its id."""
    store.scans.add(record, Identity(record.workstation, record.content_sha256, None, None, None))
    return record.id


def shown(*images: bytes, labels: Sequence[str] = (), **fields: Any) -> tuple[ScanRecord, dict[str, bytes]]:
    """A scan of a real picture, or of a pair, in which a model found these; and its images by their sums."""
    bands = ("view",) if len(images) == 1 else ("high", "low")
    kept = {hashlib.sha256(image).hexdigest(): image for image in images}
    files = tuple(
        StoredFile(band, sha256, len(image), "image/png", FILE_NAME)  # type: ignore[arg-type]
        for band, (sha256, image) in zip(bands, kept.items(), strict=True)
    )
    pixels = cv2.imdecode(np.frombuffer(images[0], np.uint8), cv2.IMREAD_UNCHANGED)
    assert pixels is not None
    height, width = pixels.shape[:2]
    view = StoredView(ViewState.SCREENED, files, width, height, view_with(*labels).detections)
    return scan_with([view], **fields), kept


def verdict(**fields: Any) -> NewVerdict:
    """What an officer sends."""
    return NewVerdict.model_validate(fields)


def outcome(**fields: Any) -> NewOutcome:
    """What an officer sends after a search."""
    return NewOutcome.model_validate(fields)


def judged(rank: int, action: str, label: str | None = None, view: int = 0) -> dict[str, Any]:
    """A word on a box of the model."""
    return {"view": view, "rank": rank, "action": action, "label": label, "box": None}


def drawn(label: str, *box: float, view: int = 0) -> dict[str, Any]:
    """A box that an officer drew."""
    return {"view": view, "rank": None, "action": "drawn", "label": label, "box": list(box or (1, 2, 30, 40))}
