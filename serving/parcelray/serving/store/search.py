"""``ScanSearch``: stored scans by what is known of them, newest first, page by page."""

from __future__ import annotations

import base64
import binascii
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, or_, select

from parcelray.models.errors import BadInputError
from parcelray.serving.store.database import Database
from parcelray.serving.store.records import ScanState, ScanSummary
from parcelray.serving.store.tables import scan_labels, scans

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Query:
    """What to look for; None asks for anything.

    Attributes:
        consignment_id: exactly.
        scanner_id: exactly.
        workstation: that sent it, exactly.
        since: taken (or, where nobody said, received) then or later.
        until: taken or received before then.
        label: that was found in it.
        state: of the scan.
    """

    consignment_id: str | None = None
    scanner_id: str | None = None
    workstation: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    label: str | None = None
    state: ScanState | None = None


@dataclass(frozen=True)
class Page:
    """A part of what was found.

    Attributes:
        scans: newest first.
        next: what to ask for the next part with; None at the end.
    """

    scans: tuple[ScanSummary, ...]
    next: str | None


@dataclass(frozen=True)
class Cursor:
    """The last scan of a page: the next page begins after it, whatever was stored in between."""

    at: datetime
    number: int

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """What ``str`` wrote.

        Raises:
            BadInputError: it is not one of ours.
        """
        try:
            padded = text.encode("ascii") + b"=" * (-len(text) % 4)
            at, number = base64.b64decode(padded, b"-_", validate=True).decode("ascii").split(".")
            if not (at.lstrip("-").isdecimal() and number.isdecimal() and int(number) < 2**63):
                raise ValueError(text)
            return cls(EPOCH + int(at) * MICROSECOND, int(number))
        except (ValueError, OverflowError, binascii.Error, UnicodeError) as error:
            raise BadInputError("query cursor", expected="`next` of an earlier answer", got="something else") from error

    def __str__(self) -> str:
        text = f"{(self.at - EPOCH) // MICROSECOND}.{self.number}"
        return base64.urlsafe_b64encode(text.encode("ascii")).decode("ascii").rstrip("=")


class ScanSearch:
    """Searches a database.

    Args:
        database: migrated.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, query: Query, *, limit: int, cursor: Cursor | None) -> Page:
        """One page.

        Args:
            query: what to look for.
            limit: how many scans at most.
            cursor: of the page before; None for the first page.

        Raises:
            StorageError: the database does not answer.
        """
        statement = statement_of(query, cursor).limit(limit + 1)
        with self._database.reading() as connection:
            rows = connection.execute(statement).all()
            shown = rows[:limit]
            labels = labels_of(connection, [row.number for row in shown])
        more = len(rows) > limit
        return Page(
            tuple(_summary(row, labels[row.number]) for row in shown),
            str(Cursor(shown[-1].at, shown[-1].number)) if more else None,
        )


def statement_of(query: Query, cursor: Cursor | None) -> Select[Any]:
    """What asks the database for all that a query finds after a cursor, newest first."""
    # A label's scans are found in its own table, which has them in order; else `scans` and its indexes have.
    by_label = query.label is not None
    at, number = (scan_labels.c.at, scan_labels.c.scan_number) if by_label else (scans.c.at, scans.c.number)
    statement = select(
        scans.c.number,
        scans.c.id,
        scans.c.state,
        scans.c.workstation,
        scans.c.scanner_id,
        scans.c.consignment_id,
        scans.c.taken_at,
        scans.c.received_at,
        scans.c.at,
    )
    if by_label:
        statement = statement.join(scan_labels, scan_labels.c.scan_number == scans.c.number)
        statement = statement.where(scan_labels.c.label == query.label)
    for column, wanted in (
        (scans.c.consignment_id, query.consignment_id),
        (scans.c.scanner_id, query.scanner_id),
        (scans.c.workstation, query.workstation),
        (scans.c.state, query.state),
    ):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if query.since is not None:
        statement = statement.where(at >= query.since)
    if query.until is not None:
        statement = statement.where(at < query.until)
    if cursor is not None:
        # The first half says again what the second does: it is what an index can begin with.
        after = or_(at < cursor.at, and_(at == cursor.at, number < cursor.number))
        statement = statement.where(at <= cursor.at, after)
    return statement.order_by(at.desc(), number.desc())


def labels_of(connection: Connection, numbers: Sequence[int]) -> dict[int, list[str]]:
    """The labels that were found in each of some scans, by their numbers, in alphabetical order."""
    statement = (
        select(scan_labels.c.scan_number, scan_labels.c.label)
        .where(scan_labels.c.scan_number.in_(numbers))
        .order_by(scan_labels.c.label)
    )
    labels: dict[int, list[str]] = defaultdict(list)
    for number, label in connection.execute(statement):
        labels[number].append(label)
    return labels


def _summary(row: Row[Any], labels: Sequence[str]) -> ScanSummary:
    return ScanSummary(
        id=row.id,
        state=ScanState(row.state),
        workstation=row.workstation,
        scanner_id=row.scanner_id,
        consignment_id=row.consignment_id,
        taken_at=row.taken_at,
        received_at=row.received_at,
        labels=tuple(labels),
    )
