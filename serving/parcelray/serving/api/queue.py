"""``/v1/queue``, and claims: what waits for officers, and who holds what."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from parcelray.models.taxonomy import load_taxonomy
from parcelray.serving.api.desk_answers import (
    ClaimAnswer,
    CodesAnswer,
    DeskLimitsAnswer,
    EntryAnswer,
    GroupAnswer,
    LabelAnswer,
    QueueAnswer,
    ReasonsAnswer,
    entry_answer,
    queue_answer,
)
from parcelray.serving.api.parameters import Maybe, PageLimit
from parcelray.serving.api.records import Id
from parcelray.serving.api.scan_answers import scan_answer
from parcelray.serving.desk.claims import MOST_HELD
from parcelray.serving.desk.codes import FOUND_IN, REASONS, Stage
from parcelray.serving.desk.currencies import CURRENCIES
from parcelray.serving.desk.decisions import AMOUNT_PATTERN, MOST_BOXES, MOST_ITEMS
from parcelray.serving.desk.desk import Desk
from parcelray.serving.desk.entries import Entry, Officer
from parcelray.serving.desk.photos import MOST_BYTES, MOST_PHOTOS
from parcelray.serving.desk.queue import QueueCursor
from parcelray.serving.people.roles import Role
from parcelray.serving.people.sessions import Session
from parcelray.serving.problems import REFUSALS, problem_responses
from parcelray.serving.screening import Screening
from parcelray.serving.security.access import GuardedRoute
from parcelray.serving.settings import Settings
from parcelray.serving.store.store import Store
from parcelray.serving.store.tables import LONGEST_DESCRIPTION, LONGEST_NOTE, LONGEST_SEIZURE_NUMBER

router = APIRouter(route_class=GuardedRoute, prefix="/v1", tags=["desk"])

CHANGED = problem_responses(*REFUSALS, HTTPStatus.CONFLICT, HTTPStatus.INSUFFICIENT_STORAGE)
OF_SCAN = problem_responses(HTTPStatus.NOT_FOUND)

PageCursor = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", max_length=100)]


class QueueQuery(BaseModel):
    """What of the queue to show."""

    model_config = ConfigDict(frozen=True)

    stage: Annotated[
        Maybe[Literal[Stage.SCREEN, Stage.SECOND, Stage.SEARCH, Stage.ESCALATED]],
        Field(description="At which the parcels wait; without, `screen` and `second` in one order."),
    ] = None
    limit: Annotated[PageLimit, Field(description="At most so many parcels.")] = 50
    cursor: Annotated[Maybe[PageCursor], Field(description="`next` of the page before.")] = None


@router.get("/queue", responses=problem_responses(*REFUSALS))
async def list_queue(request: Request, query: Annotated[QueueQuery, Query()]) -> QueueAnswer:
    """What waits, gravest first, then oldest. Nothing is claimed by looking.

    `mine` lists what the caller holds, so that a page that was loaded again goes on where it was.
    """
    desk, store = desk_of(request)
    caller = request.state.caller
    holder = caller.name if isinstance(caller, Session) else None
    cursor = None if query.cursor is None else QueueCursor.parse(query.cursor)
    page = await store.run(lambda: desk.queue.page(query.stage, limit=query.limit, cursor=cursor, holder=holder))
    return queue_answer(page)


@router.post("/queue/next", responses=CHANGED)
async def take_next(
    request: Request,
    stage: Annotated[
        Maybe[Literal[Stage.SCREEN, Stage.SECOND, Stage.ESCALATED]],
        Query(description="From which; without, `screen` and `second`. `escalated` is for supervisors."),
    ] = None,
) -> ClaimAnswer:
    """Claim the parcel that comes next: the gravest, then oldest, that nobody holds.

    No two officers are given one parcel. An officer holds two at most, the one on the screen and the one that is
    fetched meanwhile. Nobody is given, as the second person, what they released first.
    """
    desk, store = desk_of(request)
    officer = officer_of(request)
    return await _claimed(request, await store.run(lambda: desk.claims.take_next(officer, stage)))


@router.post("/scans/{scan_id}/claim", responses={**CHANGED, **OF_SCAN})
async def take_one(request: Request, scan_id: Id) -> ClaimAnswer:
    """Claim this parcel, or hold it for longer."""
    desk, store = desk_of(request)
    officer = officer_of(request)
    return await _claimed(request, await store.run(lambda: desk.claims.take(officer, scan_id)))


@router.delete("/scans/{scan_id}/claim", responses={**CHANGED, **OF_SCAN})
async def give_back(request: Request, scan_id: Id) -> EntryAnswer:
    """Hold this parcel no longer. Where nobody holds it, nothing changes."""
    desk, store = desk_of(request)
    officer = officer_of(request)
    entry = await store.run(lambda: desk.claims.give_back(officer, scan_id))
    tell(request)
    return entry_answer(entry)


@router.get("/desk/codes", responses=problem_responses(*REFUSALS))
async def get_codes(request: Request) -> CodesAnswer:
    """What a page of the desk has to know: codes of reasons and places, classes, currencies and limits."""
    desk, _ = desk_of(request)
    settings: Settings = request.app.state.settings
    taxonomy = desk.taxonomy
    groups = sorted(taxonomy.groups, key=lambda group: group.severity)
    published = {*load_taxonomy(taxonomy.version).leaves()}
    return CodesAnswer(
        reasons=ReasonsAnswer(**{decision.value: list(codes) for decision, codes in REASONS.items()}),
        where=list(FOUND_IN),
        labels=[
            LabelAnswer(label=leaf, group=group.name, severity=group.severity, own=leaf not in published)
            for group in groups
            for leaf in group.leaves
        ],
        groups=[GroupAnswer(name=group.name, severity=group.severity, programme=group.programme) for group in groups],
        currencies=sorted(CURRENCIES),
        amount_pattern=AMOUNT_PATTERN,
        limits=DeskLimitsAnswer(
            note=LONGEST_NOTE,
            description=LONGEST_DESCRIPTION,
            seizure_number=LONGEST_SEIZURE_NUMBER,
            boxes=MOST_BOXES,
            items=MOST_ITEMS,
            photos=MOST_PHOTOS,
            photo_bytes=MOST_BYTES,
            claims=MOST_HELD,
        ),
        claim_s=settings.claim_s,
        second_person_severity=settings.second_person_severity,
    )


def desk_of(request: Request) -> tuple[Desk, Store]:
    """The desk, and the store on whose threads it works."""
    return request.app.state.desk, request.app.state.store


def officer_of(request: Request) -> Officer:
    """Who works at the desk; only people may."""
    session: Session = request.state.caller
    return Officer(session.name, is_supervisor=session.role is Role.SUPERVISOR)


def tell(request: Request) -> None:
    """Wake those who listen to the events: there may be one more."""
    screening: Screening = request.app.state.screening
    screening.stored.ring()


async def _claimed(request: Request, entry: Entry | None) -> ClaimAnswer:
    if entry is None:
        return ClaimAnswer(entry=None, scan=None)
    tell(request)
    store: Store = request.app.state.store
    record = await store.run(lambda: store.scans.get(entry.scan_id))
    return ClaimAnswer(entry=entry_answer(entry), scan=scan_answer(record))
