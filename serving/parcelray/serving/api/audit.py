"""``GET /v1/audit``: who did what to accounts, sessions and keys, for whoever checks it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from parcelray.serving.api.answers import Answer
from parcelray.serving.api.keys import KeyName
from parcelray.serving.api.parameters import IN_DIGITS, Maybe, PageLimit
from parcelray.serving.people.audit import ActorKind, AuditAction
from parcelray.serving.people.audit_reading import AuditEntry, AuditQuery
from parcelray.serving.people.people import People
from parcelray.serving.problems import REFUSALS, problem_responses
from parcelray.serving.security.access import GuardedRoute
from parcelray.serving.store.store import Store
from parcelray.serving.submission import Moment

router = APIRouter(route_class=GuardedRoute, prefix="/v1/audit", tags=["people"])

# No database counts further.
Number = Annotated[int, Field(ge=1, lt=2**63), IN_DIGITS]


class ListQuery(BaseModel):
    """What to look for, and how much of it to show."""

    model_config = ConfigDict(frozen=True)

    name: Annotated[
        Maybe[KeyName],
        Field(description="Of who did it, or of the account or key that it was done to; exactly."),
    ] = None
    action: Annotated[Maybe[AuditAction], Field(description="What was done.")] = None
    since: Annotated[Maybe[Moment], Field(description="Done then or later.")] = None
    until: Annotated[Maybe[Moment], Field(description="Done before then.")] = None
    limit: Annotated[PageLimit, Field(description="At most so many entries.")] = 50
    before: Annotated[Maybe[Number], Field(description="`next` of the page before.")] = None


class AuditEntryAnswer(Answer):
    """Something that was done.

    Attributes:
        number: a later entry has a higher one.
        actor_kind: what the actor's name is one of: an account, a key, or a user of the host's command line.
        actor: who did it; null for somebody who did not get in.
        address: the network address that they came from; null for the host's command line.
        action: what was done.
        subject: the account or key that it was done to; null where there is none of the name that was given.
        details: what else there is to know, like the role before and after.
    """

    number: int
    at: datetime
    actor_kind: ActorKind
    actor: str | None
    address: str | None
    action: AuditAction
    subject: str | None
    details: dict[str, str]


class AuditAnswer(Answer):
    """A page of the audit.

    Attributes:
        entries: newest first.
        next: what to ask for the next page with, as `before`; null at the end.
    """

    entries: list[AuditEntryAnswer]
    next: int | None


@router.get("", responses=problem_responses(*REFUSALS))
async def list_audit(request: Request, query: Annotated[ListQuery, Query()]) -> AuditAnswer:
    """What was done to accounts, sessions and keys, newest first. Nothing that stands here is ever changed."""
    people: People = request.app.state.people
    store: Store = request.app.state.store
    asked = AuditQuery(query.name, query.action, query.since, query.until)
    found = await store.run(lambda: people.audit.page(asked, limit=query.limit + 1, before=query.before))
    shown = found[: query.limit]
    more = len(found) > query.limit
    return AuditAnswer(entries=[_answer(entry) for entry in shown], next=shown[-1].number if more else None)


def _answer(entry: AuditEntry) -> AuditEntryAnswer:
    return AuditEntryAnswer(
        number=entry.number,
        at=entry.at,
        actor_kind=entry.actor.kind,
        actor=entry.actor.name,
        address=entry.actor.address,
        action=entry.action,
        subject=entry.subject,
        details=dict(entry.details),
    )
