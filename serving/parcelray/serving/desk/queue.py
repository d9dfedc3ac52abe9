"""``Queue``: what waits at the desk, gravest first, then oldest; page by page, without taking anything."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import RowMapping, Select, func, literal, select, tuple_, union_all

from parcelray.models.errors import BadInputError
from parcelray.serving.desk.codes import FOR_OFFICERS, WAITING, Stage
from parcelray.serving.desk.entries import ENTRY_ROWS, Entry, entries_of, entry_rows
from parcelray.serving.people.clock import Clock
from parcelray.serving.store.database import Database
from parcelray.serving.store.search import EPOCH, MICROSECOND
from parcelray.serving.store.tables import desk, scans

# How parcels are handed out, and listed.
ORDER = (desk.c.severity, desk.c.queued_at, desk.c.scan_number)


@dataclass(frozen=True)
class QueuePage:
    """A part of what waits.

    Attributes:
        entries: in the order in which they are handed out.
        next: what to ask for the next part with; None at the end.
        waiting: how many wait at each stage, claimed ones too.
        mine: what the caller holds, whatever the page shows; oldest claim first.
    """

    entries: tuple[Entry, ...]
    next: str | None
    waiting: dict[Stage, int]
    mine: tuple[Entry, ...]


@dataclass(frozen=True)
class QueueCursor:
    """The last entry of a page: the next page begins after it, whatever came or went in between."""

    severity: int
    queued_at: datetime
    number: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """What ``str`` wrote.

        Raises:
            BadInputError: it is not one of ours.
        """
        try:
            padded = text.encode("ascii") + b"=" * (-len(text) % 4)
            parts = base64.b64decode(padded, b"-_", validate=True).decode("ascii").split(".")
            severity, at, number = (int(part) for part in parts if part.isdecimal() and len(part) < 19)
            if len(parts) != 3:
                raise ValueError(text)
            return cls(severity, EPOCH + at * MICROSECOND, number)
        except (ValueError, OverflowError, binascii.Error, UnicodeError) as error:
            raise BadInputError("query cursor", expected="`next` of an earlier answer", got="something else") from error

    def __str__(self) -> str:
        text = f"{self.severity}.{(self.queued_at - EPOCH) // MICROSECOND}.{self.number}"
        return base64.urlsafe_b64encode(text.encode("ascii")).decode("ascii").rstrip("=")


class Queue:
    """What waits in a database.

    Args:
        database: migrated.
        clock: tells which claims have run out.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def page(self, stage: Stage | None, *, limit: int, cursor: QueueCursor | None, holder: str | None) -> QueuePage:
        """One page.

        Args:
            stage: at which the parcels wait; None for all that officers decide, ``screen`` and ``second``.
            limit: how many at most.
            cursor: of the page before; None for the first page.
            holder: whose claims are to be told; None for nobody's.

        Raises:
            StorageError: the database does not answer.
        """
        now = self._clock()
        with self._database.reading() as connection:
            stages = FOR_OFFICERS if stage is None else (stage,)
            found = sorted(connection.execute(page_statement(stages, cursor, limit + 1)).mappings(), key=_place)
            shown = found[:limit]
            held = () if holder is None else connection.execute(held_statement(holder, now)).mappings().all()
            entries = entries_of(connection, [*shown, *held], now)
            counts = connection.execute(COUNTS).all()
        last = QueueCursor(*_place(shown[-1])) if len(found) > limit else None
        return QueuePage(
            entries=tuple(entries[: len(shown)]),
            next=None if last is None else str(last),
            waiting=dict.fromkeys(WAITING, 0) | {Stage(row.stage): row.waiting for row in counts},
            mine=tuple(entries[len(shown) :]),
        )

    def entry(self, scan_id: str) -> Entry | None:
        """Where one scan stands; None where it never came to the desk.

        Raises:
            StorageError: the database does not answer.
        """
        with self._database.reading() as connection:
            rows = connection.execute(ENTRY_ROWS.where(scans.c.id == scan_id)).mappings().all()
            entries = entries_of(connection, rows, self._clock())
        return entries[0] if entries else None


COUNTS = select(desk.c.stage, func.count().label("waiting")).where(desk.c.stage.in_(WAITING)).group_by(desk.c.stage)
"""How many wait at each stage at which any does."""


def page_statement(stages: Sequence[Stage], cursor: QueueCursor | None, limit: int) -> Select[Any]:
    """What asks the database for the first that wait at some stages after a cursor; the rows come in no order."""
    # The first of each stage are read from the index, then the first of those are taken. Their scans are looked up
    # once they are so few: a database without statistics would look up all that wait.
    firsts = [_at_stage(stage, cursor).order_by(*ORDER).limit(limit).subquery() for stage in stages]
    all_firsts = union_all(*map(select, firsts)).subquery()
    order = [all_firsts.c[column.name] for column in ORDER]
    return entry_rows(select(all_firsts).order_by(*order).limit(limit).subquery())


def _at_stage(stage: Stage, cursor: QueueCursor | None) -> Select[Any]:
    statement = select(desk).where(desk.c.stage == stage)
    if cursor is None:
        return statement
    place = (cursor.severity, cursor.queued_at, cursor.number)
    known = (literal(value, column.type) for value, column in zip(place, ORDER, strict=True))
    return statement.where(tuple_(*ORDER) > tuple_(*known))


def held_statement(holder: str, now: datetime) -> Select[Any]:
    """What asks the database for all that somebody holds."""
    return ENTRY_ROWS.where(desk.c.claimed_by == holder, desk.c.claimed_until > now).order_by(
        desk.c.claimed_until, desk.c.scan_number
    )


def _place(row: RowMapping) -> tuple[int, datetime, int]:
    return row["severity"], row["queued_at"], row["scan_number"]


def holds(rows: Sequence[RowMapping]) -> int:
    """How many of what somebody holds counts against what one may hold."""
    return sum(row["stage"] in FOR_OFFICERS for row in rows)
