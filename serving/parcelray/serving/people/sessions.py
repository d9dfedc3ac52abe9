"""``Sessions``: who is signed in, in the database, so that whoever is signed out is out with the next request.

A session is known by a token of 256 random bits, of which only the SHA-256 is kept (see ``security.keys``). Each
sign-in makes a new one: a token that somebody planted in a browser beforehand is never let in (session fixation).
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update

from parcelray.models.errors import SessionRefusedError, StorageError
from parcelray.serving.people.clock import Clock
from parcelray.serving.people.roles import Role
from parcelray.serving.store.database import Database
from parcelray.serving.store.tables import accounts, sessions

_TOKEN_BYTES = 32
# Each note is a write. Short idle times ask for more of them.
_NOTED_EVERY = timedelta(minutes=1)
_NOTES_IN_IDLE_TIME = 10

# Asked with every request, so made once.
_BY_SUM = (
    select(
        accounts.c.name,
        accounts.c.role,
        accounts.c.password_set_at,
        sessions.c.token_sha256,
        sessions.c.began_at,
        sessions.c.seen_at,
    )
    .join(accounts, accounts.c.name == sessions.c.account)
    .where(sessions.c.token_sha256 == bindparam("presented"), accounts.c.deactivated_at.is_(None))
)


@dataclass(frozen=True)
class Session:
    """Somebody who is signed in.

    Attributes:
        name: of the account.
        role: as it is now.
        password_is_due: whether the holder signed in with a password that serves once, and may do no more than choose
            another.
        token_sha256: names the session where it is kept.
        began_at: when the holder signed in.
        seen_at: when a request last came, give or take a minute.
    """

    name: str
    role: Role
    password_is_due: bool
    token_sha256: str
    began_at: datetime
    seen_at: datetime


class Sessions:
    """The sessions of one database.

    Args:
        database: migrated.
        clock: tells the time.
        idle: a session ends when no request came for so long.
        longest: a session ends after so long, whatever comes.
    """

    def __init__(self, database: Database, clock: Clock, *, idle: timedelta, longest: timedelta) -> None:
        self._database = database
        self._clock = clock
        self._idle = idle
        self._longest = longest
        self._noted_every = min(_NOTED_EVERY, idle / _NOTES_IN_IDLE_TIME)
        self._noting = threading.Lock()

    def begin(self, connection: Connection, account: str) -> str:
        """Begin a session, in a transaction of the caller's; those whose time is up are removed.

        Returns:
            Its token, which is not kept anywhere.
        """
        now = self._clock()
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        connection.execute(
            delete(sessions).where(
                or_(sessions.c.seen_at <= now - self._idle, sessions.c.began_at <= now - self._longest)
            )
        )
        connection.execute(
            insert(sessions),
            {"token_sha256": _sum_of(token), "account": account, "began_at": now, "seen_at": now},
        )
        return token

    def find(self, token: str) -> Session:
        """Who holds a session.

        Args:
            token: what the caller's browser showed.

        Raises:
            SessionRefusedError: it is not one of ours, was ended, or its time is up.
            StorageError: the database does not answer.
        """
        row = self._database.find(_BY_SUM, {"presented": _sum_of(token)})
        if row is None:
            raise SessionRefusedError("session: expected one that is open, got one that is not known or was ended")
        now = self._clock()
        if now - row["began_at"] >= self._longest or now - row["seen_at"] >= self._idle:
            raise SessionRefusedError("session: expected one that is open, got one whose time is up")
        return Session(
            name=row["name"],
            role=Role(row["role"]),
            password_is_due=row["password_set_at"] is None,
            token_sha256=row["token_sha256"],
            began_at=row["began_at"],
            seen_at=row["seen_at"],
        )

    def is_worth_noting(self, session: Session) -> bool:
        """Whether the last request that was noted is long enough ago."""
        return self._clock() - session.seen_at >= self._noted_every

    def note_use(self, session: Session) -> None:
        """Keep that a request came just now. Where nothing can be kept now, nothing is."""
        # While one note waits for its turn to write, others do not queue behind it.
        if not self._noting.acquire(blocking=False):
            return
        try:
            with self._database.writing() as connection:
                connection.execute(
                    update(sessions)
                    .where(sessions.c.token_sha256 == session.token_sha256)
                    .values(seen_at=self._clock())
                )
        except StorageError:
            # A full disk must not keep those out who only read.
            return
        finally:
            self._noting.release()


def end_session(connection: Connection, token: str) -> str | None:
    """End one session, in a transaction of the caller's; says whose it was, if there was one."""
    ended = delete(sessions).where(sessions.c.token_sha256 == _sum_of(token)).returning(sessions.c.account)
    name: str | None = connection.scalar(ended)
    return name


def end_sessions_of(connection: Connection, account: str) -> int:
    """End all sessions of an account, in a transaction of the caller's; says how many there were."""
    return connection.execute(delete(sessions).where(sessions.c.account == account)).rowcount


def _sum_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
