"""``Claims``: who holds which parcel, so that no two officers look at one.

Writers of the database come one after the other, in all processes (``Database.writing``): whoever looks for a parcel
that nobody holds, and takes it in the same transaction, is alone in doing so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, or_, select, update

from parcelray.models.errors import (
    ClaimedError,
    NotFoundError,
    RoleRefusedError,
    SecondPersonError,
    StageError,
    TooManyClaimsError,
)
from parcelray.serving.desk.codes import FOR_OFFICERS, TO_DECIDE, Stage
from parcelray.serving.desk.entries import ENTRY_ROWS, Entry, Officer, entries_of, entry_document
from parcelray.serving.desk.queue import ORDER, held_statement, holds
from parcelray.serving.people.clock import Clock
from parcelray.serving.store.database import Database
from parcelray.serving.store.events import Kind, add_desk_event
from parcelray.serving.store.tables import desk, scans

MOST_HELD = 2
"""The one on the screen, and the one that is fetched meanwhile."""
_AT_ONCE = 200


class Claims:
    """The claims of a database.

    Args:
        database: migrated.
        clock: tells the time.
        lasting: for how long a claim holds, unless it is renewed.
    """

    def __init__(self, database: Database, clock: Clock, lasting: timedelta) -> None:
        self._database = database
        self._clock = clock
        self._lasting = lasting

    def take_next(self, officer: Officer, stage: Stage | None) -> Entry | None:
        """Claim the parcel that comes next, if any waits that nobody holds and this officer may decide.

        Args:
            officer: who takes it. A parcel that they decided first is not theirs to be the second person for.
            stage: from which; None for ``screen`` and ``second``.

        Raises:
            RoleRefusedError: escalated parcels are a supervisor's.
            TooManyClaimsError: they hold as many as one may.
            StorageError: the database does not answer or takes nothing.
        """
        stages = FOR_OFFICERS if stage is None else (stage,)
        for one in stages:
            require_role(officer, one)
        now = self._clock()
        with self._database.writing() as connection:
            self._require_room(connection, officer, stages[0], now)
            found = [connection.execute(next_statement(one, officer.name, now)).one_or_none() for one in stages]
            best = min((tuple(row) for row in found if row is not None), default=None)
            if best is None:
                return None
            return self._claim(connection, best[-1], officer, now)

    def take(self, officer: Officer, scan_id: str) -> Entry:
        """Claim one parcel, or hold it for longer.

        Raises:
            NotFoundError: no such scan is at the desk.
            StageError: nothing is to be decided about it.
            RoleRefusedError: escalated parcels are a supervisor's.
            ClaimedError: another officer holds it.
            SecondPersonError: this officer decided it first.
            TooManyClaimsError: they hold as many as one may.
            StorageError: the database does not answer or takes nothing.
        """
        now = self._clock()
        with self._database.writing() as connection:
            row = row_of(connection, scan_id)
            stage = Stage(row["stage"])
            require_stage(scan_id, stage, TO_DECIDE)
            require_role(officer, stage)
            require_not_held(row, officer, now)
            require_second_person(row, officer, stage)
            if row["claimed_until"] is None or row["claimed_until"] <= now:
                self._require_room(connection, officer, stage, now)
            return self._claim(connection, row["scan_number"], officer, now)

    def give_back(self, officer: Officer, scan_id: str) -> Entry:
        """Hold a parcel no longer. Where nobody holds it, nothing changes.

        Raises:
            NotFoundError: no such scan is at the desk.
            ClaimedError: another officer holds it.
            StorageError: the database does not answer or takes nothing.
        """
        now = self._clock()
        with self._database.writing() as connection:
            row = row_of(connection, scan_id)
            require_not_held(row, officer, now)
            if row["claimed_by"] != officer.name:
                return entries_of(connection, [row], now)[0]
            nobody = {"claimed_by": None, "claimed_until": None}
            return change(connection, row["scan_number"], nobody, Kind.RELEASED, now)

    def sweep(self) -> int:
        """Tell of claims that have run out, once; says of how many.

        Whose claim it was stays known: their verdict is taken as long as nobody else has claimed the parcel.

        Raises:
            StorageError: the database does not answer or takes nothing.
        """
        now = self._clock()
        with self._database.reading() as connection:
            if connection.execute(run_out_statement(now)).first() is None:
                return 0
        with self._database.writing() as connection:
            numbers = connection.scalars(run_out_statement(now)).all()
            for number in numbers:
                change(connection, number, {"claimed_until": None}, Kind.RELEASED, now)
        return len(numbers)

    def _require_room(self, connection: Connection, officer: Officer, stage: Stage, now: datetime) -> None:
        if stage not in FOR_OFFICERS:
            return
        held = connection.execute(held_statement(officer.name, now)).mappings().all()
        if holds(held) >= MOST_HELD:
            raise TooManyClaimsError(
                f"expected an officer who holds fewer than {MOST_HELD} parcels, got one who holds {holds(held)}: "
                "decide one, or give it back"
            )

    def _claim(self, connection: Connection, number: int, officer: Officer, now: datetime) -> Entry:
        values = {"claimed_by": officer.name, "claimed_until": now + self._lasting}
        return change(connection, number, values, Kind.CLAIMED, now)


def next_statement(stage: Stage, officer: str, now: datetime) -> Select[Any]:
    """What asks the database for the place of the first parcel at a stage that an officer may take; at most one row."""
    statement = select(*ORDER).where(
        desk.c.stage == stage, or_(desk.c.claimed_until.is_(None), desk.c.claimed_until <= now)
    )
    if stage is Stage.SECOND:
        statement = statement.where(desk.c.first_by != officer)
    return statement.order_by(*ORDER).limit(1)


def run_out_statement(now: datetime) -> Select[Any]:
    """What asks the database for parcels whose claim has run out, and was not told of."""
    return select(desk.c.scan_number).where(desk.c.claimed_until <= now).order_by(desk.c.claimed_until).limit(_AT_ONCE)


def row_of(connection: Connection, scan_id: str) -> RowMapping:
    """The row of ``ENTRY_ROWS`` of one scan.

    Raises:
        NotFoundError: it is not at the desk.
    """
    row = connection.execute(ENTRY_ROWS.where(scans.c.id == scan_id)).mappings().one_or_none()
    if row is None:
        raise NotFoundError(f"scan {scan_id}: expected the id of a scan that came to the desk, found none")
    return row


def change(connection: Connection, number: int, values: Mapping[str, Any], kind: Kind, now: datetime) -> Entry:
    """Change where a parcel stands, and tell of it; both in a transaction of the caller's."""
    connection.execute(update(desk).where(desk.c.scan_number == number).values(**values))
    row = connection.execute(ENTRY_ROWS.where(desk.c.scan_number == number)).mappings().one()
    (entry,) = entries_of(connection, [row], now)
    add_desk_event(connection, number, row["workstation"], kind, entry_document(entry))
    return entry


def require_stage(scan_id: str, stage: Stage, expected: tuple[Stage, ...]) -> None:
    """See that a parcel is at a stage at which something can be done.

    Raises:
        StageError: it is at another.
    """
    if stage not in expected:
        raise StageError(f"scan {scan_id}: expected it at stage {' or '.join(expected)}, found it at {stage}")


def require_role(officer: Officer, stage: Stage) -> None:
    """See that escalated parcels are a supervisor's.

    Raises:
        RoleRefusedError: somebody else asks for them.
    """
    if stage is Stage.ESCALATED and not officer.is_supervisor:
        raise RoleRefusedError("expected a session of role supervisor for escalated parcels, got one of another role")


def require_not_held(row: RowMapping, officer: Officer, now: datetime) -> None:
    """See that no other officer holds a parcel.

    Raises:
        ClaimedError: one does; says who, and until when.
    """
    until: datetime | None = row["claimed_until"]
    if row["claimed_by"] != officer.name and until is not None and until > now:
        raise ClaimedError(
            f"scan {row['scan_id']}: expected a parcel that no other officer holds, found one that "
            f"{row['claimed_by']} holds until {until:%Y-%m-%dT%H:%M:%SZ}"
        )


def require_second_person(row: RowMapping, officer: Officer, stage: Stage) -> None:
    """See that the second person is not the first one.

    Raises:
        SecondPersonError: it is.
    """
    if stage is Stage.SECOND and row["first_by"] == officer.name:
        raise SecondPersonError(
            f"scan {row['scan_id']}: expected another officer than {officer.name}, who released it first"
        )
