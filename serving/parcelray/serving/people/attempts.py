"""``Attempts``: how often a sign-in may fail. Counted in the database, so that all processes of a service count as one.

An attempt is written down before the password is looked at, and taken back when it was right: however many are made at
the same moment, no more than the limit are looked at.
"""

from __future__ import annotations

import hashlib
import math
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from parcelray.models.errors import TooManyAttemptsError
from parcelray.serving.people.clock import Clock
from parcelray.serving.store.database import Database
from parcelray.serving.store.tables import sign_in_attempts

WINDOW = timedelta(minutes=15)
MOST_FOR_A_NAME = 10
# More than one officer sits behind an address, and each may have forgotten a password.
MOST_FROM_AN_ADDRESS = 50


class Attempts:
    """The sign-ins that failed lately, of one database.

    Args:
        database: migrated.
        clock: tells the time.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def begin(self, name: str, address: str | None) -> None:
        """Write down that somebody tries a name, whether an account bears it or not.

        Raises:
            TooManyAttemptsError: too many have failed; this one is not counted, so that waiting helps.
            StorageError: the database does not answer or takes nothing.
        """
        now = self._clock()
        row = {"at": now, "name_sha256": _sum_of(name), "address": address or ""}
        with self._database.writing() as connection:
            connection.execute(delete(sign_in_attempts).where(sign_in_attempts.c.at <= now - WINDOW))
            free_at = max(
                _free_at(connection, sign_in_attempts.c.name_sha256 == row["name_sha256"], MOST_FOR_A_NAME, now),
                _free_at(connection, sign_in_attempts.c.address == row["address"], MOST_FROM_AN_ADDRESS, now),
            )
            if free_at <= now:
                connection.execute(insert(sign_in_attempts), row)
                return
        wait_s = math.ceil((free_at - now).total_seconds())
        raise TooManyAttemptsError(
            f"too many sign-ins with this name or from this address have failed; come back in {wait_s} s",
            retry_after_s=wait_s,
        )


def forget_attempts(connection: Connection, name: str) -> None:
    """Take back the attempts of a name, in the transaction in which its holder gets in or has a new password."""
    connection.execute(delete(sign_in_attempts).where(sign_in_attempts.c.name_sha256 == _sum_of(name)))


def _free_at(connection: Connection, condition: ColumnElement[bool], most: int, now: datetime) -> datetime:
    """When there will be fewer than so many attempts in the window; now, where that is so."""
    statement = (
        select(sign_in_attempts.c.at).where(condition).order_by(sign_in_attempts.c.at.desc()).offset(most - 1).limit(1)
    )
    oldest_that_counts: datetime | None = connection.scalar(statement)
    return now if oldest_that_counts is None else oldest_that_counts + WINDOW


def _sum_of(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()
