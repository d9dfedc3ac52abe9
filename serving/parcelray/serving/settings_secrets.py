"""Secrets among the settings: read from files, checked, and never repeated in what is said about them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from parcelray.serving.store.database_tls import AUTHORITIES, MODE, PLAIN, VERIFIED, tls_of

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
    else:
        _check_postgresql(url)
    return url.set(drivername=driver).render_as_string(hide_password=False)


def _check_postgresql(url: URL) -> None:
    """Of its parameters we know some of libpq's. What crosses a network is encrypted, or somebody said that it is not.

    Raises:
        RefusedSecretError: it has others, or they do not fit together.
    """
    if not url.query.keys() <= {"unix_sock", MODE, AUTHORITIES}:
        known = f"a URL of PostgreSQL without parameters other than unix_sock, {MODE} and {AUTHORITIES}"
        raise RefusedSecretError(known, "one with others")
    mode = url.query.get(MODE)
    if mode not in (None, VERIFIED, PLAIN):
        raise RefusedSecretError(f"{MODE}={VERIFIED} or {MODE}={PLAIN} in the URL of PostgreSQL", "another mode")
    if AUTHORITIES in url.query and mode != VERIFIED:
        raise RefusedSecretError(f"{MODE}={VERIFIED} beside {AUTHORITIES} in the URL of PostgreSQL", "none")
    if mode is None and not ("unix_sock" in url.query or url.host in (None, "localhost", "127.0.0.1", "::1")):
        expected = f"{MODE}={VERIFIED} (or {MODE}={PLAIN}) in the URL of PostgreSQL on another host"
        raise RefusedSecretError(expected, "none")
    try:
        tls_of(url)
    except OSError as error:
        # Of this kind is also what a TLS library says of a file without certificates.
        got = f"none ({error.strerror or error})"
        raise RefusedSecretError(f"a file with certificates, as PEM, in {AUTHORITIES}", got) from error


def _parsed(given: str) -> URL | None:
    try:
        return make_url(given)
    except (ArgumentError, ValueError):
        # Nothing is chained to what is raised about it: the message of a port that is no number quotes the text.
        return None
