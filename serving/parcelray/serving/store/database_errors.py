"""What SQLite, PostgreSQL and their drivers say when something is wrong, in our own errors and in plain words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from parcelray.models.errors import StorageError, StorageFullError

RETRY_AFTER_S = 5
# A full disk mends itself only when somebody comes.
RETRY_AFTER_FULL_S = 60

# The second: its index of the write-ahead log, which it makes anew when it is opened, finds no place.
_SQLITE_IS_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE)
# PostgreSQL's classes and codes for what no caller can help: lost connections, refused logins, a database or a right
# that is not there, a transaction to be tried again, lack of resources, an operator's stop, faults of the server or
# of its disk, a server that only reads: https://www.postgresql.org/docs/current/errcodes-appendix.html.
_ABSENCES = ("08", "28", "3D", "40", "42501", "53", "57", "58", "25006", "XX")
# Of its error fields, those that may repeat what stands in a row.
_FIELDS_WITH_VALUES = ("D", "W", "q")


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
            # Not "nothing was kept": a commit whose answer was lost may have been made.
            raise StorageError(
                "the database does not answer, or takes nothing; send the request again later",
                retry_after_s=RETRY_AFTER_S,
            ) from error
        raise
    except OSError as error:
        # pg8000 lets a refused connection through as it is.
        raise StorageError("the database cannot be reached", retry_after_s=RETRY_AFTER_S) from error


def reason_of(error: BaseException | None) -> str:
    """What the database or the system said, without our statement, and without what stands in rows."""
    if isinstance(error, OSError):
        return str(error)
    links = list(_chain(error))
    for link in links:
        if message := fields_of(link).get("M"):
            return str(message)
    for link in links:
        if isinstance(link, OSError):
            return link.strerror or str(link)
    said = getattr(error, "orig", error)
    # "disk I/O error" says less than the name of its code.
    name = getattr(said, "sqlite_errorname", None)
    return str(said) if name is None else f"{said} ({name})"


def leads_to_timeout(error: BaseException) -> bool:
    """Whether an error came of a socket that stayed silent."""
    return any(isinstance(link, TimeoutError) for link in _chain(error))


def forget_values(context: ExceptionContext) -> None:
    """Take out of an error what PostgreSQL repeats of a row, before anybody writes it down. For ``handle_error``."""
    before = str(context.original_exception)
    for link in _chain(context.original_exception):
        for field in _FIELDS_WITH_VALUES:
            fields_of(link).pop(field, None)
    wrapper = context.sqlalchemy_exception
    if wrapper is not None:
        # SQLAlchemy has put it into words already.
        wrapper.args = (str(wrapper.args[0]).replace(before, str(context.original_exception)), *wrapper.args[1:])


def fields_of(error: BaseException | None) -> dict[str, Any]:
    """The fields of what PostgreSQL said, by their letters; pg8000 hands them on as they came."""
    fields = error.args[0] if error is not None and error.args else None
    return fields if isinstance(fields, dict) else {}


def sqlstate_of(error: DBAPIError) -> str:
    """PostgreSQL's code of an error; empty where it is none of its own."""
    return str(fields_of(error.orig).get("C", ""))


def _is_full(error: DBAPIError) -> bool:
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", None) in _SQLITE_IS_FULL
    return sqlstate_of(error) == "53100"


def _is_absence(error: DBAPIError) -> bool:
    if isinstance(error.orig, sqlite3.Error):
        # Of this very class is what it says of a file that is damaged, or none of its own.
        return type(error) is DatabaseError
    # pg8000 raises one kind of error for all that the server says, so the code tells them apart.
    return sqlstate_of(error).startswith(_ABSENCES)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and those that it came of: pg8000, refused, wants to say goodbye, and fails with a second error."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
