"""The audit: who did what to accounts, sessions and keys, when, and from where. Secrets never stand in it."""

from __future__ import annotations

import getpass
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, insert

from parcelray.serving.store.tables import LONGEST_NAME, audit


class AuditAction(StrEnum):
    """What was done."""

    ACCOUNT_ADDED = "account_added"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    SIGNED_OUT_BY_FORCE = "signed_out_by_force"
    ROLE_CHANGED = "role_changed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    PASSWORD_RESET = "password_reset"  # noqa: S105
    DEACTIVATED = "deactivated"
    KEY_MADE = "key_made"
    KEY_ROTATED = "key_rotated"
    KEY_REVOKED = "key_revoked"


class ActorKind(StrEnum):
    """What somebody is known by."""

    PERSON = "person"
    """An account, by its session."""
    KEY = "key"
    """A program, by its key."""
    HOST = "host"
    """A user of the machine, at its command line."""
    NOBODY = "nobody"
    """Did not get in."""


@dataclass(frozen=True)
class Actor:
    """Who does something.

    Attributes:
        kind: what the name is one of.
        name: of the account, the key or the host's user; None for nobody.
        address: the network address that it came from, where it came over a network.
    """

    kind: ActorKind
    name: str | None
    address: str | None

    @classmethod
    def person(cls, name: str, address: str | None) -> Actor:
        """Somebody with an account."""
        return cls(ActorKind.PERSON, name, address)

    @classmethod
    def key(cls, name: str, address: str | None) -> Actor:
        """A program with a key."""
        return cls(ActorKind.KEY, name, address)

    @classmethod
    def nobody(cls, address: str | None) -> Actor:
        """Somebody who has not shown who they are."""
        return cls(ActorKind.NOBODY, None, address)

    @classmethod
    def host_user(cls) -> Actor:
        """Who runs this process."""
        try:
            name = getpass.getuser()
        except (KeyError, OSError):
            # In a container a user may have a number alone.
            name = str(os.getuid())
        return cls(ActorKind.HOST, name[:LONGEST_NAME], None)


def note(
    connection: Connection,
    at: datetime,
    actor: Actor,
    action: AuditAction,
    subject: str | None,
    details: Mapping[str, str] | None = None,
) -> None:
    """Write what is done into the audit, in the transaction that does it.

    Args:
        connection: of that transaction.
        at: now.
        actor: who does it.
        action: what is done.
        subject: the account or key that it is done to; None where the name is nobody's: it may be a password.
        details: what else there is to know.
    """
    connection.execute(
        insert(audit),
        {
            "at": at,
            "actor_kind": actor.kind,
            "actor": actor.name,
            "address": actor.address,
            "action": action,
            "subject": subject,
            "details": dict(details or {}),
        },
    )
