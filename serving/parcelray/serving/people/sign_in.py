"""``SignIn``: the way in and out by name and password.

Whoever does not get in learns nothing of why: the answer, and the time that it takes, are the same for a name that no
account bears, a wrong password, and an account that was deactivated.
"""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping, select, update

from parcelray.models.errors import BadInputError, SignInRefusedError
from parcelray.serving.people.attempts import Attempts, forget_attempts
from parcelray.serving.people.audit import Actor, AuditAction, note
from parcelray.serving.people.clock import Clock
from parcelray.serving.people.passwords import check_password, compare, hash_of, prepare
from parcelray.serving.people.sessions import Session, Sessions, end_session, end_sessions_of
from parcelray.serving.store.database import Database
from parcelray.serving.store.tables import accounts


class SignIn:
    """Signs people in and out, and has them choose passwords.

    Args:
        database: migrated.
        sessions: of that database.
        clock: tells the time.
    """

    def __init__(self, database: Database, sessions: Sessions, clock: Clock) -> None:
        self._database = database
        self._sessions = sessions
        self._clock = clock
        self._attempts = Attempts(database, clock)
        prepare()

    def enter(self, name: str, password: str, address: str | None, *, instead_of: str | None = None) -> str:
        """Sign somebody in.

        Args:
            name: of the account.
            password: what was typed.
            address: the network address that it came from.
            instead_of: the token of a session that the browser held before; it is ended.

        Returns:
            The token of the new session.

        Raises:
            SignInRefusedError: they are not those of an active account.
            TooManyAttemptsError: too many have failed.
            StorageError: the database does not answer or takes nothing.
        """
        kept, better = self._verify(name, password, Actor.nobody(address))
        now = self._clock()
        with self._database.writing() as connection:
            _require_unchanged(connection, name, kept)
            forget_attempts(connection, name)
            if instead_of is not None:
                self._sign_out(connection, instead_of, address)
            values = {"password_hash": better or kept, "signed_in_at": now, "signed_in_from": address}
            connection.execute(update(accounts).where(accounts.c.name == name).values(**values))
            token = self._sessions.begin(connection, name)
            note(connection, now, Actor.person(name, address), AuditAction.SIGNED_IN, name)
        return token

    def leave(self, token: str, address: str | None) -> None:
        """Sign somebody out.

        Raises:
            StorageError: the database does not answer or takes nothing.
        """
        with self._database.writing() as connection:
            self._sign_out(connection, token, address)

    def change_password(self, session: Session, current: str, new: str, address: str | None) -> str:
        """Have somebody choose a password. All their sessions end, here and elsewhere, and a new one begins here.

        Args:
            session: of who chooses.
            current: the password that holds; who finds a page open does not know it.
            new: the one to hold from now on.
            address: the network address that it came from.

        Returns:
            The token of the new session.

        Raises:
            BadInputError: a password that cannot be.
            SignInRefusedError: the current password is another.
            TooManyAttemptsError: too many have failed.
            StorageError: the database does not answer or takes nothing.
        """
        check_password(new, session.name)
        actor = Actor.person(session.name, address)
        kept, _ = self._verify(session.name, current, actor)
        if compare(new, kept)[0]:
            raise BadInputError("new password", expected="another than the current one", got="the same")
        chosen = {"password_hash": hash_of(new), "password_set_at": self._clock()}
        with self._database.writing() as connection:
            _require_unchanged(connection, session.name, kept)
            forget_attempts(connection, session.name)
            connection.execute(update(accounts).where(accounts.c.name == session.name).values(**chosen))
            end_sessions_of(connection, session.name)
            token = self._sessions.begin(connection, session.name)
            note(connection, self._clock(), actor, AuditAction.PASSWORD_CHANGED, session.name)
        return token

    def _sign_out(self, connection: Connection, token: str, address: str | None) -> None:
        name = end_session(connection, token)
        if name is not None:
            note(connection, self._clock(), Actor.person(name, address), AuditAction.SIGNED_OUT, name)

    def _verify(self, name: str, password: str, actor: Actor) -> tuple[str, str | None]:
        """What is kept of the password of who shows it; and what to keep instead, where that is stronger."""
        self._attempts.begin(name, actor.address)
        with self._database.reading() as connection:
            row = _row_of(connection, name)
        kept: str | None = None if row is None else row["password_hash"]
        fits, better = compare(password, kept)
        is_active = row is not None and row["deactivated_at"] is None
        if kept is None or not fits or not is_active:
            with self._database.writing() as connection:
                subject = None if row is None else name
                note(connection, self._clock(), actor, AuditAction.SIGN_IN_FAILED, subject)
            raise _refusal()
        return kept, better


def _row_of(connection: Connection, name: str) -> RowMapping | None:
    statement = select(accounts.c.password_hash, accounts.c.deactivated_at).where(accounts.c.name == name)
    return connection.execute(statement).mappings().one_or_none()


def _require_unchanged(connection: Connection, name: str, kept: str) -> None:
    """While a password was compared, its account may have been shut, or been given another."""
    row = _row_of(connection, name)
    if row is None or row["deactivated_at"] is not None or row["password_hash"] != kept:
        raise _refusal()


def _refusal() -> SignInRefusedError:
    return SignInRefusedError("name and password: expected those of an active account, got others")
