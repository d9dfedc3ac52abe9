"""``ScanStore``: records go in whole or not at all, and come out as they went in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from parcelray.models.errors import KeyReusedError, NotFoundError
from parcelray.serving.store.database import Database, is_duplicate
from parcelray.serving.store.events import add_event
from parcelray.serving.store.records import ScanRecord, ScanState
from parcelray.serving.store.rows import (
    file_rows,
    insert_findings,
    records_of,
    scan_row,
    screened_columns,
    view_row,
)
from parcelray.serving.store.tables import files, idempotency_keys, scans, views

# Made once: what they compile to is then found without looking at their tables again.
_INSERT_SCAN = insert(scans)
_INSERT_VIEWS = insert(views)
_INSERT_FILES = insert(files)
_INSERT_KEY = insert(idempotency_keys)


@dataclass(frozen=True)
class Identity:
    """By what a scan that comes again is known.

    Attributes:
        workstation: name of the key that sends it.
        content_sha256: of all that was sent.
        scanner_id: as the sender says.
        taken_at: as the sender says; with the scanner's id and the content it is the same scan whoever sends it.
        key: the sender's own name for its request.
    """

    workstation: str
    content_sha256: str
    scanner_id: str | None
    taken_at: datetime | None
    key: str | None


class Concluded(Protocol):
    """What else is written when a scan was looked at, or could not be, in the very transaction that stores this."""

    def __call__(self, connection: Connection, number: int, record: ScanRecord) -> None:
        """The scan has this number, and is no longer pending."""


class ScanStore:
    """Scans in a database.

    Args:
        database: migrated.
        concluded: called for each scan, once.
    """

    def __init__(self, database: Database, concluded: Concluded) -> None:
        self._database = database
        self._concluded = concluded

    def find_earlier(self, identity: Identity) -> ScanRecord | None:
        """The scan that was stored for the same request, or for the same content; the key names it from now on.

        Raises:
            KeyReusedError: the key came before with other content.
            StorageError: the database does not answer or takes nothing.
        """
        if identity.key is None and (identity.scanner_id is None or identity.taken_at is None):
            return None
        with self._database.reading() as connection:
            by_key = _find_by_key(connection, identity)
            if by_key is not None:
                return by_key
            by_content = _find_by_content(connection, identity)
        if by_content is None or identity.key is None:
            return by_content
        return self._remember(identity)

    def add(self, record: ScanRecord, identity: Identity) -> tuple[ScanRecord, bool]:
        """Store a scan, its key and its event. It is on the disk when this returns.

        Returns:
            The record and True; or, where somebody stored the same scan a moment ago, that one and False.

        Raises:
            KeyReusedError: the key came before with other content.
            StorageError: the database does not answer or takes nothing; nothing was stored.
        """
        try:
            with self._database.writing() as connection:
                number = _insert(connection, record)
                _remember_key(connection, identity, number)
                add_event(connection, number, record)
                if record.state is not ScanState.PENDING:
                    self._concluded(connection, number, record)
            return record, True
        except IntegrityError as error:
            if not is_duplicate(error):
                raise
        return self._remember(identity), False

    def finish(self, record: ScanRecord) -> bool:
        """Store what was found in a pending scan.

        Returns:
            False where somebody else has done so already; nothing was changed then.

        Raises:
            StorageError: the database does not answer or takes nothing; nothing was stored.
        """
        with self._database.writing() as connection:
            number = connection.scalar(
                select(scans.c.number).where(scans.c.id == record.id, scans.c.state == ScanState.PENDING)
            )
            if number is None:
                return False
            connection.execute(update(scans).where(scans.c.number == number).values(screened_columns(record)))
            for index, view in enumerate(record.views):
                row = view_row(number, index, view)
                connection.execute(
                    update(views).where(views.c.scan_number == number, views.c.index == index).values(row)
                )
            insert_findings(connection, number, record)
            add_event(connection, number, record)
            self._concluded(connection, number, record)
        return True

    def get(self, scan_id: str, *, workstation: str | None = None) -> ScanRecord:
        """One scan.

        Args:
            scan_id: its id.
            workstation: only if this one sent it; None for any.

        Raises:
            NotFoundError: there is none, or another workstation sent it.
            StorageError: the database does not answer.
        """
        conditions = [scans.c.id == scan_id]
        if workstation is not None:
            conditions.append(scans.c.workstation == workstation)
        with self._database.reading() as connection:
            record = _find(connection, *conditions)
        if record is None:
            raise NotFoundError(f"scan {scan_id}: expected the id of a scan that this key may see, found none")
        return record

    def pending(self, limit: int) -> Sequence[str]:
        """Ids of scans that wait to be looked at, oldest first.

        Raises:
            StorageError: the database does not answer.
        """
        statement = (
            select(scans.c.id)
            .where(scans.c.state == ScanState.PENDING)
            .order_by(scans.c.at, scans.c.number)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return connection.scalars(statement).all()

    def _remember(self, identity: Identity) -> ScanRecord:
        """The scan that is there already; the key, if one came, names it from now on."""
        with self._database.writing() as connection:
            by_key = _find_by_key(connection, identity)
            if by_key is not None:
                return by_key
            by_content = _find_by_content(connection, identity)
            if by_content is None:
                raise RuntimeError("a scan was refused as a duplicate, but there is none like it")
            number = connection.scalar(select(scans.c.number).where(scans.c.id == by_content.id))
            assert number is not None
            _remember_key(connection, identity, number)
        return by_content


def _insert(connection: Connection, record: ScanRecord) -> int:
    (number,) = connection.execute(_INSERT_SCAN, scan_row(record)).inserted_primary_key or (None,)
    assert isinstance(number, int)
    connection.execute(_INSERT_VIEWS, [view_row(number, index, view) for index, view in enumerate(record.views)])
    connection.execute(_INSERT_FILES, file_rows(number, record))
    insert_findings(connection, number, record)
    return number


def _remember_key(connection: Connection, identity: Identity, number: int) -> None:
    if identity.key is not None:
        row = {"workstation": identity.workstation, "key": identity.key, "scan_number": number}
        connection.execute(_INSERT_KEY, row)


def _find_by_content(connection: Connection, identity: Identity) -> ScanRecord | None:
    if identity.scanner_id is None or identity.taken_at is None:
        return None
    return _find(
        connection,
        scans.c.scanner_id == identity.scanner_id,
        scans.c.taken_at == identity.taken_at,
        scans.c.content_sha256 == identity.content_sha256,
    )


def _find_by_key(connection: Connection, identity: Identity) -> ScanRecord | None:
    if identity.key is None:
        return None
    record = _find(
        connection,
        scans.c.number == idempotency_keys.c.scan_number,
        idempotency_keys.c.workstation == identity.workstation,
        idempotency_keys.c.key == identity.key,
    )
    if record is not None and record.content_sha256 != identity.content_sha256:
        raise KeyReusedError(
            "header Idempotency-Key",
            expected=f"a new one for a new scan: this one belongs to scan {record.id}",
            got="the same key with other content",
        )
    return record


def _find(connection: Connection, *conditions: ColumnElement[bool]) -> ScanRecord | None:
    row = connection.execute(select(*scans.c).where(*conditions)).mappings().one_or_none()
    if row is None:
        return None
    (record,) = records_of(connection, [row])
    return record
