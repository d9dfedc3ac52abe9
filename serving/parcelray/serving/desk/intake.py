"""``Intake``: brings scans to the desk, in the transaction that stores what was found in them."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, insert

from parcelray.serving.desk.classes import NOTHING_HIGHLIGHTED, severity_of
from parcelray.serving.desk.codes import Stage
from parcelray.serving.desk.entries import Entry, entry_document
from parcelray.serving.store.events import Kind, add_desk_event
from parcelray.serving.store.records import ScanRecord
from parcelray.serving.store.tables import desk

_INSERT = insert(desk)


class Intake:
    """Decides which scans an officer has to see.

    Args:
        queue_all: whether those come, too, in which nothing was highlighted.
    """

    def __init__(self, *, queue_all: bool) -> None:
        self._queue_all = queue_all

    def __call__(self, connection: Connection, number: int, record: ScanRecord) -> None:
        """Queue a scan, if it has to be seen.

        Args:
            connection: of the transaction that stores what was found.
            number: of the scan's row.
            record: not pending.
        """
        severity = severity_of(record)
        if severity == NOTHING_HIGHLIGHTED and not self._queue_all:
            return
        now = datetime.now(UTC)
        connection.execute(
            _INSERT, {"scan_number": number, "stage": Stage.SCREEN, "severity": severity, "queued_at": now}
        )
        entry = Entry(
            scan_id=record.id,
            stage=Stage.SCREEN,
            severity=severity,
            labels=record.labels,
            consignment_id=record.consignment_id,
            scanner_id=record.scanner_id,
            state=record.state,
            taken_at=record.taken_at,
            received_at=record.received_at,
            queued_at=now,
            claimed_by=None,
            claimed_until=None,
            first_verdict=None,
        )
        add_desk_event(connection, number, record.workstation, Kind.QUEUED, entry_document(entry))
