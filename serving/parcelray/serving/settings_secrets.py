"""Secrets among the settings: read from files, checked, and never repeated in what is said about them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

_KINDS = "sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
# The names that people write, and what SQLAlchemy calls the one driver that we ship for each.
_DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgres": "postgresql+pg8000",
    "postgresql": "postgresql+pg8000",
    "postgresql+pg8000": "postgresql+pg8000",
}


class RefusedSecretError(ValueError):
    """What a validator raises, so that pydantic takes it up: says what came in words, and never the value itself.

    Args:
        expected: what would have been accepted.
        got: what came instead.
    """

    def __init__(self, expected: str, got: str) -> None:
        super().__init__(f"expected {expected}, got {got}")
        self.expected = expected
        self.got = got


def read_secret(file: Path) -> str:
    """The secret in a file (systemd's LoadCredential, a secret of Docker), without blanks and line ends around it.

    Raises:
        RefusedSecretError: the file cannot be read or is not text.
    """
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise RefusedSecretError("a file that can be read", f"{file} ({error.strerror or error})") from error
    except UnicodeDecodeError:
        # The error would hold the bytes.
        raise RefusedSecretError("a file with text", f"{file}, which is not UTF-8") from None


def database_url(given: str) -> str:
    """The address of a database as SQLAlchemy takes it, with the driver that comes with parcelray.

    Raises:
        RefusedSecretError: no address, or that of a database which is not supported. Repeats nothing of it.
    """
    url = _parsed(given)
    driver = _DRIVERS.get(url.drivername) if url is not None else None
    if url is None or driver is None:
        got = "text that is none" if url is None else "one of another kind or driver"
        raise RefusedSecretError(f"the URL of a database ({_KINDS})", got)
    if driver == "sqlite":
        if url.database in (None, "", ":memory:"):
            raise RefusedSecretError("the URL of a SQLite file (sqlite:///FILE)", "one of a database in memory")
    elif not url.query.keys() <= {"unix_sock"}:
        # pg8000 takes no text for them; sslmode and its like are libpq's.
        raise RefusedSecretError("a URL of PostgreSQL without parameters other than unix_sock", "one with others")
    return url.set(drivername=driver).render_as_string(hide_password=False)


def _parsed(given: str) -> URL | None:
    try:
        return make_url(given)
    except (ArgumentError, ValueError):
        # Nothing is chained to what is raised about it: the message of a port that is no number quotes the text.
        return None
