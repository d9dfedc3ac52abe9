"""``EventLog``: what happened, in the order of commits, for whoever listens or comes back after a while."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, insert, select

from parcelray.serving.store.database import Database
from parcelray.serving.store.records import ScanRecord, ScanSummary, summary_of
from parcelray.serving.store.tables import events

_INSERT = insert(events)


class Kind(StrEnum):
    """What happened."""

    SCAN = "scan"
    """A scan was stored, or looked at."""
    QUEUED = "queued"
    """It came to the desk."""
    CLAIMED = "claimed"
    """An officer took it, or holds it for longer."""
    RELEASED = "released"
    """Nobody holds it any more: it was given back, or the claim ran out."""
    DECIDED = "decided"
    """A verdict was given."""
    OUTCOME = "outcome"
    """It was searched."""


@dataclass(frozen=True)
class Event:
    """Something happened to a scan.

    Attributes:
        number: grows with each event; gaps mean nothing.
        kind: what happened.
        told: ready for JSON, as it was then: the summary of the scan, or its entry at the desk.
    """

    number: int
    kind: Kind
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

    def after(self, number: int, *, workstation: str | None, desk: bool, limit: int) -> list[Event]:
        """The events after one, oldest first.

        Args:
            number: of the last one that is known.
            workstation: only of scans that this one sent; None for all.
            desk: also what happened at the desk.
            limit: at most so many.

        Raises:
            StorageError: the database does not answer.
        """
        statement = select(events.c.number, events.c.kind, events.c.told).where(events.c.number > number)
        if not desk:
            statement = statement.where(events.c.kind == Kind.SCAN)
        if workstation is not None:
            statement = statement.where(events.c.workstation == workstation)
        with self._database.reading() as connection:
            rows = connection.execute(statement.order_by(events.c.number).limit(limit)).all()
        return [Event(row.number, Kind(row.kind), row.told) for row in rows]


def add_event(connection: Connection, number: int, record: ScanRecord) -> None:
    """Write that a scan was stored or looked at, in the transaction that does so."""
    connection.execute(
        _INSERT,
        {
            "at": datetime.now(UTC),
            "workstation": record.workstation,
            "scan_number": number,
            "kind": Kind.SCAN,
            "told": told_of(summary_of(record)),
        },
    )


def add_desk_event(connection: Connection, number: int, workstation: str, kind: Kind, entry: Mapping[str, Any]) -> None:
    """Write that something happened to a scan at the desk, in the transaction that does it.

    Args:
        connection: of that transaction.
        number: of the scan's row.
        workstation: that sent the scan.
        kind: what happened.
        entry: of the scan at the desk as it is by now, ready for JSON.
    """
    connection.execute(
        _INSERT,
        {
            "at": datetime.now(UTC),
            "workstation": workstation,
            "scan_number": number,
            "kind": kind,
            "told": dict(entry),
        },
    )


def told_of(summary: ScanSummary) -> dict[str, Any]:
    """A summary as JSON has it, in events and in lists."""
    return {
        "scan_id": summary.id,
        "state": summary.state.value,
        "scanner_id": summary.scanner_id,
        "consignment_id": summary.consignment_id,
        "taken_at": written(summary.taken_at),
        "received_at": written(summary.received_at),
        "workstation": summary.workstation,
        "labels": list(summary.labels),
    }


def written(moment: datetime | None) -> str | None:
    """A moment as JSON has it, in UTC."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
