"""``AuditReader``: what stands in the audit, newest first, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, or_, select

from parcelray.serving.people.audit import Actor, ActorKind, AuditAction
from parcelray.serving.store.database import Database
from parcelray.serving.store.tables import audit


@dataclass(frozen=True)
class AuditQuery:
    """What to look for; None asks for anything.

    Attributes:
        name: of who did it, or of the account or key that it was done to; exactly.
        action: what was done.
        since: done then or later.
        until: done before then.
    """

    name: str | None = None
    action: AuditAction | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class AuditEntry:
    """Something that was done.

    Attributes:
        number: a later entry has a higher one; none is ever given twice.
        at: when.
        actor: who did it.
        action: what.
        subject: the account or key that it was done to; None where there is none of the name that was given.
        details: what else there is to know.
    """

    number: int
    at: datetime
    actor: Actor
    action: AuditAction
    subject: str | None
    details: Mapping[str, str]


class AuditReader:
    """Reads the audit; nothing in the service changes what stands there.

    Args:
        database: migrated.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, query: AuditQuery, *, limit: int, before: int | None) -> tuple[AuditEntry, ...]:
        """At most ``limit`` entries, newest first, of those with a lower number than ``before``.

        Raises:
            StorageError: the database does not answer.
        """
        statement = select(audit).order_by(audit.c.number.desc()).limit(limit)
        if before is not None:
            statement = statement.where(audit.c.number < before)
        if query.name is not None:
            statement = statement.where(or_(audit.c.actor == query.name, audit.c.subject == query.name))
        if query.action is not None:
            statement = statement.where(audit.c.action == query.action)
        if query.since is not None:
            statement = statement.where(audit.c.at >= query.since)
        if query.until is not None:
            statement = statement.where(audit.c.at < query.until)
        with self._database.reading() as connection:
            return tuple(_entry(row) for row in connection.execute(statement).mappings())


def _entry(row: RowMapping) -> AuditEntry:
    return AuditEntry(
        number=row["number"],
        at=row["at"],
        actor=Actor(ActorKind(row["actor_kind"]), row["actor"], row["address"]),
        action=AuditAction(row["action"]),
        subject=row["subject"],
        details=row["details"],
    )
