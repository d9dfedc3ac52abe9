"""``Accounts``: the people who may sign in, and what those who manage them do.

Whatever takes something from somebody (role, account, password) ends their sessions in the same transaction.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from parcelray.models.errors import BadInputError, LastAdminError, NotFoundError
from parcelray.serving.people.attempts import forget_attempts
from parcelray.serving.people.audit import Actor, ActorKind, AuditAction, note
from parcelray.serving.people.clock import Clock, utc_now
from parcelray.serving.people.passwords import check_password, hash_of, one_time_password
from parcelray.serving.people.roles import Role
from parcelray.serving.people.sessions import end_sessions_of
from parcelray.serving.store.database import Database, is_duplicate
from parcelray.serving.store.tables import LONGEST_NAME, accounts

# Small letters alone: no two names that look alike, and none that a page could take for something else than text.
NAME_PATTERN = r"^[a-z0-9][a-z0-9._-]*$"


@dataclass(frozen=True)
class Account:
    """What is kept of one account, but for its password.

    Attributes:
        name: what its holder types to sign in.
        role: what its holder works as.
        created_at: when it was made.
        password_set_at: when its holder chose the password; None while it is one that serves once.
        deactivated_at: when it was shut for good.
        signed_in_at: when its holder last signed in.
        signed_in_from: the network address that this came from.
    """

    name: str
    role: Role
    created_at: datetime
    password_set_at: datetime | None = None
    deactivated_at: datetime | None = None
    signed_in_at: datetime | None = None
    signed_in_from: str | None = None


class Accounts:
    """The accounts of one database.

    Args:
        database: migrated.
        clock: tells the time.
    """

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock

    def all(self) -> tuple[Account, ...]:
        """All accounts, those that were deactivated too, in the order in which they were made.

        Raises:
            StorageError: the database does not answer.
        """
        statement = select(accounts).order_by(accounts.c.created_at, accounts.c.name)
        with self._database.reading() as connection:
            return tuple(map(_account, connection.execute(statement).mappings().all()))

    def add(self, name: str, role: Role, by: Actor, *, password: str | None = None) -> str:
        """Make an account.

        Args:
            name: each once, also when its account was deactivated.
            role: what its holder works as.
            by: who makes it.
            password: that its holder chose; None for one that serves once.

        Returns:
            The password. One that was made here can be read this once.

        Raises:
            BadInputError: a name or a password that cannot be, or a name that another account bears or bore.
            StorageError: the database does not answer or takes nothing.
        """
        if not re.fullmatch(NAME_PATTERN, name) or len(name) > LONGEST_NAME:
            raise BadInputError(
                "account name",
                expected=f"1 to {LONGEST_NAME} of a-z, 0-9, dot, underscore and hyphen, a letter or digit first",
                got=repr(name),
            )
        in_force, values = self._new_password(name, password)
        now = self._clock()
        try:
            with self._database.writing() as connection:
                connection.execute(insert(accounts), {"name": name, "role": role, "created_at": now, **values})
                note(connection, now, by, AuditAction.ACCOUNT_ADDED, name, {"role": role})
        except IntegrityError as error:
            if not is_duplicate(error):
                raise
            raise BadInputError("account name", expected="one that no account bears or bore", got=repr(name)) from error
        return in_force

    def set_role(self, name: str, role: Role, by: Actor) -> Account:
        """Have somebody work as something else. They sign in again.

        Raises:
            NotFoundError: no account bears the name, or it was deactivated.
            LastAdminError: it is the last admin's, and this is not done on the host.
            StorageError: the database does not answer or takes nothing.
        """
        with self._database.writing() as connection:
            before = _active(connection, name)
            if role is not Role.ADMIN:
                _keep_an_admin(connection, before, by)
            details = {"from": before.role, "to": role}
            return self._change(connection, name, {"role": role}, by, AuditAction.ROLE_CHANGED, details)

    def deactivate(self, name: str, by: Actor) -> Account:
        """Shut an account for good. Its name and what its holder did stay on record.

        Raises:
            NotFoundError: no account bears the name, or it was deactivated.
            LastAdminError: it is the last admin's, and this is not done on the host.
            StorageError: the database does not answer or takes nothing.
        """
        with self._database.writing() as connection:
            _keep_an_admin(connection, _active(connection, name), by)
            return self._change(connection, name, {"deactivated_at": self._clock()}, by, AuditAction.DEACTIVATED)

    def reset_password(self, name: str, by: Actor, *, password: str | None = None) -> str:
        """Give an account another password, where its holder has forgotten theirs or somebody else knows it.

        Args:
            name: of the account.
            by: who gives it.
            password: that its holder chose; None for one that serves once.

        Returns:
            The password. One that was made here can be read this once.

        Raises:
            BadInputError: a password that cannot be.
            NotFoundError: no account bears the name, or it was deactivated.
            StorageError: the database does not answer or takes nothing.
        """
        in_force, values = self._new_password(name, password)
        with self._database.writing() as connection:
            _active(connection, name)
            forget_attempts(connection, name)
            self._change(connection, name, values, by, AuditAction.PASSWORD_RESET)
        return in_force

    def sign_out(self, name: str, by: Actor) -> int:
        """End all sessions of an account; says how many there were.

        Raises:
            NotFoundError: no account bears the name, or it was deactivated.
            StorageError: the database does not answer or takes nothing.
        """
        with self._database.writing() as connection:
            _active(connection, name)
            ended = end_sessions_of(connection, name)
            note(connection, self._clock(), by, AuditAction.SIGNED_OUT_BY_FORCE, name, {"sessions": str(ended)})
        return ended

    def _new_password(self, name: str, chosen: str | None) -> tuple[str, dict[str, Any]]:
        """The password that was chosen, or one that serves once; and what is kept of it."""
        if chosen is not None:
            check_password(chosen, name)
            return chosen, {"password_hash": hash_of(chosen), "password_set_at": self._clock()}
        given = one_time_password()
        return given, {"password_hash": hash_of(given), "password_set_at": None}

    def _change(
        self,
        connection: Connection,
        name: str,
        values: Mapping[str, Any],
        by: Actor,
        action: AuditAction,
        details: Mapping[str, str] | None = None,
    ) -> Account:
        connection.execute(update(accounts).where(accounts.c.name == name).values(**values))
        end_sessions_of(connection, name)
        note(connection, self._clock(), by, action, name, details)
        return _account(connection.execute(select(accounts).where(accounts.c.name == name)).mappings().one())


def _active(connection: Connection, name: str) -> Account:
    statement = select(accounts).where(accounts.c.name == name, accounts.c.deactivated_at.is_(None))
    row = connection.execute(statement).mappings().one_or_none()
    if row is None:
        raise NotFoundError(f"account {name!r}: expected the name of an active account, found none")
    return _account(row)


def _keep_an_admin(connection: Connection, account: Account, by: Actor) -> None:
    """Refuse to take the role of admin from its last holder, unless on the host, where another can be made."""
    if account.role is not Role.ADMIN or by.kind is ActorKind.HOST:
        return
    others = select(func.count()).where(
        accounts.c.role == Role.ADMIN, accounts.c.deactivated_at.is_(None), accounts.c.name != account.name
    )
    if connection.scalar(others) == 0:
        raise LastAdminError(f"account {account.name!r}: expected another active admin to be left, found none")


def _account(row: RowMapping) -> Account:
    return Account(
        name=row["name"],
        role=Role(row["role"]),
        created_at=row["created_at"],
        password_set_at=row["password_set_at"],
        deactivated_at=row["deactivated_at"],
        signed_in_at=row["signed_in_at"],
        signed_in_from=row["signed_in_from"],
    )
