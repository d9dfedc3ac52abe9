"""``Database``: the one door to SQLite or PostgreSQL. Every error of theirs leaves it as one of ours.

SQLite (the default) runs with a write-ahead log and ``synchronous=FULL``: a commit returns after its fsync, and those
who read never wait for those who write. PostgreSQL does the same with ``synchronous_commit=on``, which we ask for where
it was turned off.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from ssl import SSLContext
from typing import Any, Literal

from sqlalchemy import URL, Connection, Dialect, Engine, RowMapping, Select, create_engine, event, make_url, text
from sqlalchemy.exc import DisconnectionError, IntegrityError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from parcelray.models.errors import StorageError
from parcelray.serving.store.database_errors import (
    RETRY_AFTER_S,
    forget_values,
    leads_to_timeout,
    sqlstate_of,
    translated_errors,
)
from parcelray.serving.store.database_tls import tls_of, without_tls_parameters

FILE_NAME = "parcelray.db"

# For reading, committing and fsyncs side by side; more than a few would only queue inside the database.
THREADS = 8
_BUSY_S = 10.0
_FINDING_MS = 100
# hide_parameters: what stands in records must not end in a log because a statement failed.
_POOL: dict[str, Any] = {
    # One for the event loop, which must never wait for the others to give theirs back, and one for ``Database.find``.
    "pool_size": THREADS + 2,
    "max_overflow": 0,
    "pool_timeout": _BUSY_S,
    "hide_parameters": True,
}
_NETWORK_S = 10.0
# Commits are on the disk when they return; each statement sees what was committed before it, as writers queue. Times
# come as ``datetime.fromisoformat`` reads them.
_PROMISES = """
    SELECT set_config('default_transaction_isolation', 'read committed', false),
           set_config('datestyle', 'ISO', false),
           set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'
                                            ELSE current_setting('synchronous_commit') END, false)
"""
# PostgreSQL's number of the type (pg_type.dat).
_TIMESTAMPTZ = 1184
# Any number that nobody else uses in this database: who holds it may write records.
_WRITERS_LOCK = 0x7061726365


class Database:
    """Connections to one database.

    Args:
        url: SQLAlchemy's; only ``sqlite`` and ``postgresql+pg8000`` are known here. The latter's may ask for TLS (see
            ``database_tls``).
    """

    def __init__(self, url: URL) -> None:
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self._tls = tls_of(url)
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgresql_engine(url, self._tls)
        # SQLite has one writer at a time. Ours queue here, in order, instead of trying again after ever longer sleeps.
        self._writer = threading.Lock()
        # SQLite's, for ``find``: see there.
        self._finder: Connection | None = None
        self._finding = threading.Lock()
        # Until when the server is taken to be silent, on the monotonic clock; 0 for one that answers.
        self._silent_until = 0.0

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the database for as long as the block runs, and writes nothing.

        Raises:
            StorageError: the database does not answer.
        """
        with translated_errors(), self._connect() as connection:
            if not self.is_sqlite:
                connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection whose changes are on the disk when the block ends, all of them, or none where it raises.

        Writers come one after the other, in this process and in others: so numbers grow in the order of commits, and
        who has seen event 7 has missed none below it.

        Raises:
            StorageError: the database does not answer or takes nothing.
            StorageFullError: no space is left.
        """
        with translated_errors(), self._one_writer(), self._connect() as connection, self._begun(connection):
            yield connection

    @contextmanager
    def changing_tables(self) -> Iterator[Connection]:
        """As ``writing``, for who changes the tables themselves, or fills empty ones: however long that takes.

        SQLite changes a table by making it anew. So the rows that refer to it are looked at when all is done, and not
        when the old one is dropped, which would take them along.

        Raises:
            StorageError: the database does not answer or takes nothing.
            StorageFullError: no space is left.
        """
        with translated_errors(), self._one_writer(), self._changer() as connection, self._begun(connection):
            yield connection
            if self.is_sqlite:
                astray = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if astray:
                    raise RuntimeError(f"rows that refer to none: {len(astray)}, the first in table {astray[0][0]}")

    @contextmanager
    def _changer(self) -> Iterator[Connection]:
        """A connection of its own, on which foreign keys are not enforced (SQLite) and no time limit holds."""
        how: dict[str, Any] = {"timeout": _BUSY_S} if self.is_sqlite else {"timeout": None, "ssl_context": self._tls}
        engine = create_engine(self.engine.url, poolclass=NullPool, hide_parameters=True, connect_args=how)
        if self.is_sqlite:
            _prepare_sqlite(engine, foreign_keys=False)
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()

    @contextmanager
    def _begun(self, connection: Connection) -> Iterator[None]:
        if self.is_sqlite:
            connection.execution_options(parcelray_begin="BEGIN IMMEDIATE")
        with connection.begin():
            if not self.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _WRITERS_LOCK})
            yield

    def find(self, statement: Select[Any], values: Mapping[str, object]) -> RowMapping | None:
        """The one row that a statement asks for, as it is at this moment; for what every request asks.

        On SQLite it takes a connection of its own that begins no transaction: what makes and ends one, and fetches and
        returns a connection, takes several times as long as the question.

        Raises:
            StorageError: the database does not answer.
        """
        with translated_errors():
            if not self.is_sqlite:
                with self._connect() as connection:
                    return connection.execute(statement, values).mappings().one_or_none()
            with self._finding:
                if self._finder is None:
                    self._finder = self.engine.connect().execution_options(parcelray_begin=None)
                    # The event loop asks this way: it must not stand still because somebody has locked the file.
                    self._finder.exec_driver_sql(f"PRAGMA busy_timeout={_FINDING_MS}")
                try:
                    return self._finder.execute(statement, values).mappings().one_or_none()
                except BaseException:
                    self._let_finder_go()
                    raise

    def ping(self) -> None:
        """Ask the database whether it is there.

        Raises:
            StorageError: it does not answer.
        """
        with translated_errors(), self._connect() as connection:
            connection.execute(text("SELECT 1"))

    def doubts(self) -> list[str]:
        """What of the database's own settings weakens the promise that a commit outlives a loss of power.

        Raises:
            StorageError: it does not answer.
        """
        if self.is_sqlite:
            return []
        with self.reading() as connection:
            found = [name for name in ("fsync", "full_page_writes") if connection.scalar(text(f"SHOW {name}")) != "on"]
        return [f"PostgreSQL runs with {name} off: what was answered may not outlive a loss of power" for name in found]

    def close(self) -> None:
        """Let go of all connections."""
        with self._finding:
            self._let_finder_go()
        self.engine.dispose()

    def _let_finder_go(self) -> None:
        if self._finder is not None:
            # Not back to the others: its patience is not theirs.
            self._finder.invalidate()
            self._finder.close()
            self._finder = None

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        if not self.is_sqlite:
            yield
        elif self._writer.acquire(timeout=_BUSY_S):
            try:
                yield
            finally:
                self._writer.release()
        else:
            # Another process holds the database: whoever waits for it holds a thread, and those who read need some.
            raise StorageError("the database is busy", retry_after_s=RETRY_AFTER_S)

    def _connect(self) -> Connection:
        """A connection to a server that answered just now.

        From one that takes connections and says nothing, each caller would learn after ``_NETWORK_S`` only, a few at a
        time. So the first ones wait for all who come within the next seconds; then one tries again.
        """
        now = time.monotonic()
        if now < self._silent_until:
            raise StorageError("the database does not answer", retry_after_s=RETRY_AFTER_S)
        if self._silent_until:
            self._silent_until = now + RETRY_AFTER_S
        try:
            connection = self.engine.connect()
        except Exception as error:
            self._silent_until = time.monotonic() + RETRY_AFTER_S if leads_to_timeout(error) else 0.0
            raise
        self._silent_until = 0.0
        return connection


def sqlite_url(folder: Path) -> URL:
    """Where the database lies when nobody names another."""
    return URL.create("sqlite", database=str(folder / FILE_NAME))


def database_of(url: str | None, folder: Path) -> Database:
    """The database that a URL names, or the one in a data folder."""
    return Database(sqlite_url(folder) if url is None else make_url(url))


def is_duplicate(error: IntegrityError) -> bool:
    """Whether a statement failed because a row that must be unique is there already."""
    original = error.orig
    if isinstance(original, sqlite3.Error):
        return original.sqlite_errorname in ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY")
    return sqlstate_of(error) == "23505"


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(url, **_POOL, connect_args={"timeout": _BUSY_S})
    _prepare_sqlite(engine, foreign_keys=True)
    _outlive_read_only_disks(engine)
    return engine


def _outlive_read_only_disks(engine: Engine) -> None:
    """Let go of connections that were opened while nothing could be written, once it can be.

    SQLite opens such a file for reading (sqlite.org/c3ref/open.html), which is what readers need meanwhile; but the
    connection writes nothing ever after.
    """
    file = Path(str(engine.url.database))

    def note(record: ConnectionPoolEntry) -> None:
        record.info["for reading"] = record.info.get("for reading", False) or not os.access(file, os.W_OK)

    @event.listens_for(engine, "do_connect")
    def before(_dialect: Dialect, record: ConnectionPoolEntry, _arguments: object, _options: object) -> None:
        # A file that is yet to be made is made for writing.
        if file.exists():
            note(record)

    @event.listens_for(engine, "connect")
    def after(_connection: object, record: ConnectionPoolEntry) -> None:
        note(record)

    @event.listens_for(engine, "checkout")
    def look(_connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        if record.info["for reading"] and os.access(file, os.W_OK):
            raise DisconnectionError("opened while the disk could not be written")


def _prepare_sqlite(engine: Engine, *, foreign_keys: bool) -> None:
    enforced = f"foreign_keys={'ON' if foreign_keys else 'OFF'}"

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        # Python's sqlite3 would begin transactions by itself, and late; `begin` below does.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", enforced, "temp_store=MEMORY"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        statement = connection.get_execution_options().get("parcelray_begin", "BEGIN")
        if statement is not None:
            connection.exec_driver_sql(statement)


def _postgresql_engine(url: URL, tls: SSLContext | Literal[False]) -> Engine:
    engine = create_engine(
        without_tls_parameters(url),
        **_POOL,
        # A server that was restarted is noticed before a connection to the old one is used.
        pool_pre_ping=True,
        connect_args={"timeout": _NETWORK_S, "application_name": "parcelray", "ssl_context": tls},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        # What a server, a database or a role has as its default must not weaken what we promise.
        cursor = connection.cursor()
        cursor.execute(_PROMISES)
        cursor.close()
        connection.commit()
        # The driver's own way takes five times as long, and a page of the queue has hundreds of times.
        connection.register_in_adapter(_TIMESTAMPTZ, datetime.fromisoformat)

    event.listen(engine, "handle_error", forget_values)
    return engine
