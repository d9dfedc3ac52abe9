"""``Database``: the one door to SQLite or PostgreSQL. Every error of theirs leaves it as one of ours.

SQLite (the default) runs with a write-ahead log and ``synchronous=FULL``: a commit returns after its fsync, and those
who read never wait for those who write. PostgreSQL does the same out of the box (``synchronous_commit=on``).
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from parcelray.models.errors import StorageError, StorageFullError

FILE_NAME = "parcelray.db"
RETRY_AFTER_S = 5
# A full disk mends itself only when somebody comes.
RETRY_AFTER_FULL_S = 60

# For reading, committing and fsyncs side by side; more than a few would only queue inside the database.
CONNECTIONS = 8
_BUSY_S = 10.0
# hide_parameters: what stands in records must not end in a log because a statement failed.
_POOL: dict[str, Any] = {
    "pool_size": CONNECTIONS,
    "max_overflow": 0,
    "pool_timeout": _BUSY_S,
    "hide_parameters": True,
}
_NETWORK_S = 10.0
# Any number that nobody else uses in this database: who holds it may write records.
_WRITERS_LOCK = 0x7061726365


class Database:
    """Connections to one database.

    Args:
        url: SQLAlchemy's; only ``sqlite`` and ``postgresql+pg8000`` are known here.
    """

    def __init__(self, url: URL) -> None:
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgresql_engine(url)
        # SQLite has one writer at a time. Ours queue here, in order, instead of trying again after ever longer sleeps.
        self._writer = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the database for as long as the block runs, and writes nothing.

        Raises:
            StorageError: the database does not answer.
        """
        with translated_errors(), self.engine.connect() as connection:
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
        with translated_errors(), self._one_writer(), self.engine.connect() as connection:
            if self.is_sqlite:
                connection = connection.execution_options(parcelray_begin="BEGIN IMMEDIATE")
            with connection.begin():
                if not self.is_sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _WRITERS_LOCK})
                yield connection

    def ping(self) -> None:
        """Ask the database whether it is there.

        Raises:
            StorageError: it does not answer.
        """
        with translated_errors(), self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        if self.is_sqlite:
            with self._writer:
                yield
        else:
            yield


def sqlite_url(folder: Path) -> URL:
    """Where the database lies when nobody names another."""
    return URL.create("sqlite", database=str(folder / FILE_NAME))


def database_of(url: str | None, folder: Path) -> Database:
    """The database that a URL names, or the one in a data folder."""
    return Database(sqlite_url(folder) if url is None else make_url(url))


@contextmanager
def translated_errors() -> Iterator[None]:
    """Around the use of the database.

    Raises:
        StorageError: instead of whatever the driver says when the database is gone, shut or busy.
        StorageFullError: instead of what it says when no space is left.
    """
    try:
        yield
    except PoolTimeoutError as error:
        raise StorageError("the database is busy", retry_after_s=RETRY_AFTER_S) from error
    except DBAPIError as error:
        if _is_full(error):
            raise StorageFullError(
                "no space is left where scans are kept; nothing of this request was kept",
                retry_after_s=RETRY_AFTER_FULL_S,
            ) from error
        # A statement that breaks a rule of ours (IntegrityError), or is wrong, is a fault of the program.
        if isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated or _is_absence(error):
            raise StorageError(
                "the database does not answer, or takes nothing; nothing of this request was kept",
                retry_after_s=RETRY_AFTER_S,
            ) from error
        raise
    except OSError as error:
        # pg8000 lets a refused connection through as it is.
        raise StorageError("the database cannot be reached", retry_after_s=RETRY_AFTER_S) from error


def is_duplicate(error: IntegrityError) -> bool:
    """Whether a statement failed because a row that must be unique is there already."""
    original = error.orig
    if isinstance(original, sqlite3.Error):
        return original.sqlite_errorname in ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY")
    return _sqlstate(error) == "23505"


def _is_full(error: DBAPIError) -> bool:
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return _sqlstate(error) == "53100"


def _is_absence(error: DBAPIError) -> bool:
    """PostgreSQL's classes for lost connections, lack of resources, an operator's stop, and a read-only server.

    pg8000 raises one kind of error for all that the server says, so the code tells them apart:
    https://www.postgresql.org/docs/current/errcodes-appendix.html.
    """
    return _sqlstate(error)[:2] in ("08", "53", "57", "58") or _sqlstate(error) == "25006"


def _sqlstate(error: DBAPIError) -> str:
    fields = error.orig.args[0] if error.orig is not None and error.orig.args else None
    return str(fields.get("C", "")) if isinstance(fields, dict) else ""


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(url, **_POOL, connect_args={"timeout": _BUSY_S})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        # Python's sqlite3 would begin transactions by itself, and late; `begin` below does.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("parcelray_begin", "BEGIN"))

    return engine


def _postgresql_engine(url: URL) -> Engine:
    return create_engine(
        url,
        **_POOL,
        # A server that was restarted is noticed before a connection to the old one is used.
        pool_pre_ping=True,
        connect_args={"timeout": _NETWORK_S, "application_name": "parcelray"},
    )
