"""``EventLog``: what happened, in the order of commits, for whoever listens or comes back after a while."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from parcelray.serving.store.database import Database
from parcelray.serving.store.records import ScanRecord, ScanSummary, summary_of
from parcelray.serving.store.tables import events

_INSERT = insert(events)


@dataclass(frozen=True)
class Event:
    """A scan was stored, or looked at.

    Attributes:
        number: grows with each event; gaps mean nothing.
        told: the summary of the scan as it was then, ready for JSON.
    """

    number: int
    told: Mapping[str, Any]


class EventLog:
    """The events of a database.

    Args:
        database: migrated.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self) -> int:
        """The number of the newest event, or 0.

        Raises:
            StorageError: the database does not answer.
        """
        with self._database.reading() as connection:
            return connection.scalar(select(func.max(events.c.number))) or 0

    def after(self, number: int, *, workstation: str | None, limit: int) -> list[Event]:
        """The events after one, oldest first.

        Args:
            number: of the last one that is known.
            workstation: only of scans that this one sent; None for all.
            limit: at most so many.

        Raises:
            StorageError: the database does not answer.
        """
        statement = select(events.c.number, events.c.told).where(events.c.number > number)
        if workstation is not None:
            statement = statement.where(events.c.workstation == workstation)
        with self._database.reading() as connection:
            rows = connection.execute(statement.order_by(events.c.number).limit(limit)).all()
        return [Event(row.number, row.told) for row in rows]


def add_event(connection: Connection, number: int, record: ScanRecord) -> None:
    """Write that a scan was stored or looked at, in the transaction that does so."""
    connection.execute(
        _INSERT,
        {
            "at": datetime.now(UTC),
            "workstation": record.workstation,
            "scan_number": number,
            "told": told_of(summary_of(record)),
        },
    )


def told_of(summary: ScanSummary) -> dict[str, Any]:
    """A summary as JSON has it, in events and in lists."""
    return {
        "scan_id": summary.id,
        "state": summary.state.value,
        "scanner_id": summary.scanner_id,
        "consignment_id": summary.consignment_id,
        "taken_at": _written(summary.taken_at),
        "received_at": _written(summary.received_at),
        "workstation": summary.workstation,
        "labels": list(summary.labels),
    }


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
