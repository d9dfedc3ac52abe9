"""``KeyRing``: the keys that callers show, in the database, so that every change takes effect with the next request.

Only SHA-256 sums are kept: whoever copies the database cannot call the service with it. A key is 256 random bits, so a
plain hash is enough; slow password hashes protect words that people choose.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import RowMapping, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from parcelray.models.errors import BadInputError, KeyMissingError, KeyRefusedError, NotFoundError, StorageError
from parcelray.serving.people.audit import Actor, AuditAction, note
from parcelray.serving.store.database import Database, is_duplicate
from parcelray.serving.store.tables import LONGEST_NAME, keys

# Makes a key that leaked into a text recognisable to people and to scanners for secrets.
PREFIX = "prk_"
_RANDOM_BYTES = 32
# Uses are noted to the minute: each is a write, and a workstation sends many scans a second.
_NOTED_EVERY = timedelta(minutes=1)
# From another address sooner, but never with each request.
_NOTED_FROM_ELSEWHERE_EVERY = timedelta(seconds=1)


# Asked with every request, so made once.
_BY_SUM = select(keys).where(keys.c.sha256 == bindparam("presented"))


class Scope(StrEnum):
    """What a key is for; each route names the scopes that may enter."""

    WORKSTATION = "workstation"
    """Sends scans and reads what it sent."""
    READER = "reader"
    """Reads all scans, and sends none."""
    ENGINEER = "engineer"
    """Reads all scans, tries views without storing them, and sees the service's figures."""
    ADMIN = "admin"
    """Reads all scans, sees the service's figures, and makes, rotates and revokes keys; sends no scan."""


@dataclass(frozen=True)
class Key:
    """What is kept of one key.

    Attributes:
        name: whose key it is, as its maker called it.
        scope: what it is for.
        created_at: when its name was first given.
        rotated_at: when its present secret was made, if that is not the first.
        revoked_at: when it stopped being let in.
        last_used_at: when it was last let in, to the minute.
        last_used_from: the network address that it then came from.
    """

    name: str
    scope: Scope
    created_at: datetime
    rotated_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None
    last_used_from: str | None = None


class KeyRing:
    """The keys of one database.

    Args:
        database: migrated.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._noting = threading.Lock()

    def all(self) -> tuple[Key, ...]:
        """All keys, those that were revoked too, in the order in which they were made.

        Raises:
            StorageError: the database does not answer.
        """
        with self._database.reading() as connection:
            rows = connection.execute(select(keys).order_by(keys.c.created_at, keys.c.name)).mappings().all()
        return tuple(map(_key, rows))

    def verify(self, presented: str | None) -> Key:
        """Who is calling.

        Args:
            presented: what the caller showed.

        Raises:
            KeyMissingError: no key was presented.
            KeyRefusedError: it is not one of ours, or was revoked.
            StorageError: the database does not answer.
        """
        if not presented:
            raise KeyMissingError("header X-API-Key: expected a key of this service, got none")
        # The time of a look-up may tell of a sum's first digits, never of the key: a guess that is nearly right has a
        # wholly different sum. So no comparison here needs to take the same time whatever comes.
        row = self._database.find(_BY_SUM, {"presented": _sum_of(presented)})
        if row is None:
            raise KeyRefusedError("header X-API-Key: expected a key of this service, got one that it does not know")
        key = _key(row)
        if key.revoked_at is not None:
            raise KeyRefusedError("header X-API-Key: expected a key of this service, got one that was revoked")
        return key

    def create(self, name: str, scope: Scope, by: Actor) -> str:
        """Make a key and keep its sum.

        Args:
            name: whose key it is; each name once, also when its key was revoked.
            scope: what it is for.
            by: who makes it.

        Returns:
            The key. It is not kept anywhere: this is the only time that it can be read.

        Raises:
            BadInputError: a name that cannot be, or that another key bears or bore.
            StorageError: the database does not answer or takes nothing.
        """
        if not name.isprintable() or name != name.strip() or not 1 <= len(name) <= LONGEST_NAME or "/" in name:
            raise BadInputError(
                "key name", expected=f"1 to {LONGEST_NAME} printable characters without /", got=repr(name)
            )
        secret, now = _new_secret(), datetime.now(UTC)
        try:
            with self._database.writing() as connection:
                made = {"name": name, "scope": scope, "sha256": _sum_of(secret), "created_at": now}
                connection.execute(insert(keys), made)
                note(connection, now, by, AuditAction.KEY_MADE, name, {"scope": scope})
        except IntegrityError as error:
            if not is_duplicate(error):
                raise
            raise BadInputError("key name", expected="one that no key bears or bore", got=repr(name)) from error
        return secret

    def rotate(self, name: str, by: Actor) -> tuple[Key, str]:
        """Give a key a new secret. The old one is refused from now on.

        Args:
            name: of the key.
            by: who does it.

        Returns:
            The key, and its secret, which can be read this once.

        Raises:
            NotFoundError: no key bears the name, or it was revoked.
            StorageError: the database does not answer or takes nothing.
        """
        secret, now = _new_secret(), datetime.now(UTC)
        changed = self._change(name, {"sha256": _sum_of(secret), "rotated_at": now}, now, by, AuditAction.KEY_ROTATED)
        return changed, secret

    def revoke(self, name: str, by: Actor) -> Key:
        """Let a key in no more. Its name and what it sent stay on record.

        Args:
            name: of the key.
            by: who does it.

        Raises:
            NotFoundError: no key bears the name, or it was revoked.
            StorageError: the database does not answer or takes nothing.
        """
        now = datetime.now(UTC)
        return self._change(name, {"revoked_at": now}, now, by, AuditAction.KEY_REVOKED)

    def _change(self, name: str, values: Mapping[str, Any], now: datetime, by: Actor, action: AuditAction) -> Key:
        with self._database.writing() as connection:
            statement = update(keys).where(keys.c.name == name, keys.c.revoked_at.is_(None)).values(values)
            if connection.execute(statement).rowcount == 0:
                raise NotFoundError(f"key {name!r}: expected the name of a key that was not revoked, found none")
            note(connection, now, by, action, name)
            return _key(connection.execute(select(keys).where(keys.c.name == name)).mappings().one())

    def note_use(self, key: Key, address: str | None) -> None:
        """Keep that a key was let in just now, and from where. Where nothing can be kept now, nothing is."""
        # While one note waits for its turn to write, others do not queue behind it.
        if not self._noting.acquire(blocking=False):
            return
        now = datetime.now(UTC)
        try:
            with self._database.writing() as connection:
                connection.execute(
                    update(keys)
                    .where(keys.c.name == key.name)
                    .values(last_used_at=now, last_used_from=(address or "")[:LONGEST_NAME] or None)
                )
        except StorageError:
            # A full disk must not keep those out who only read. Who writes will be told soon enough.
            return
        finally:
            self._noting.release()


def is_worth_noting(key: Key, address: str | None) -> bool:
    """Whether a key's use is long enough after the last one that was noted."""
    if key.last_used_at is None:
        return True
    is_elsewhere = address is not None and address != key.last_used_from
    every = _NOTED_FROM_ELSEWHERE_EVERY if is_elsewhere else _NOTED_EVERY
    return datetime.now(UTC) - key.last_used_at >= every


def _key(row: RowMapping) -> Key:
    return Key(
        name=row["name"],
        scope=Scope(row["scope"]),
        created_at=row["created_at"],
        rotated_at=row["rotated_at"],
        revoked_at=row["revoked_at"],
        last_used_at=row["last_used_at"],
        last_used_from=row["last_used_from"],
    )


def _new_secret() -> str:
    return PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)


def _sum_of(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()
