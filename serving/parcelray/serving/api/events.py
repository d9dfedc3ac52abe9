"""``GET /v1/events``: what is stored and looked at, told as it happens; who comes back is told what it missed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from parcelray.models.errors import AccessError, StorageError
from parcelray.serving.engine.admission import Admission
from parcelray.serving.problems import REFUSALS, problem_responses
from parcelray.serving.screening import Screening
from parcelray.serving.security.access import KEY_HEADER, GuardedRoute, admits, only_own
from parcelray.serving.security.keys import KeyRing, Scope
from parcelray.serving.settings import Settings
from parcelray.serving.store.events import Event
from parcelray.serving.store.store import Store

router = APIRouter(route_class=GuardedRoute, prefix="/v1", tags=["scans"])

_AT_ONCE = 500
# The largest number that both databases count to.
_LARGEST = 2**63 - 1
_RETRY_MS = 2000
# Each holds a connection, and asks the database whenever something happens.
MAX_STREAMS = 256

EventNumber = Annotated[int | None, Query(ge=0, le=_LARGEST, description="As the header, for who cannot send it.")]
EventHeader = Annotated[
    int | None,
    Header(
        alias="Last-Event-ID",
        ge=0,
        le=_LARGEST,
        description="The last event that is known: those after it are told first. 0 tells all; without, only new ones.",
    ),
]


@dataclass(frozen=True)
class Listener:
    """Who listens, from where on.

    Attributes:
        known: number of the last event that it knows.
        reset: whether it knows more than there is: the database is an older one, restored from a backup.
    """

    known: int
    reset: bool


async def listen(
    request: Request, last_event_id: EventNumber = None, header: EventHeader = None
) -> AsyncIterator[Listener]:
    """Take a place among the listeners, and look where to begin: both may fail while there is a status to say so.

    Raises:
        OverloadedError: too many listen already.
        StorageError: the database does not answer.
    """
    streams: Admission = request.app.state.streams
    store: Store = request.app.state.store
    with streams.admit():
        newest = await store.run(store.events.newest)
        asked = header if header is not None else last_event_id
        yield Listener(
            known=newest if asked is None else min(asked, newest), reset=asked is not None and asked > newest
        )


@router.get(
    "/events",
    response_class=EventSourceResponse,
    responses=problem_responses(*REFUSALS, HTTPStatus.UNPROCESSABLE_ENTITY),
)
@admits(Scope.WORKSTATION, Scope.READER, Scope.ENGINEER, Scope.ADMIN)
async def events(request: Request, listener: Annotated[Listener, Depends(listen)]) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `scan` each time that a scan was stored or looked at, with what a list shows of it.

    A workstation is told only of what it sent. `reset` says that the events which the listener knows are gone, since
    the database was restored from a backup: what it shows is to be loaded again.
    """
    store: Store = request.app.state.store
    screening: Screening = request.app.state.screening
    settings: Settings = request.app.state.settings
    known = listener.known
    yield ServerSentEvent(comment="listening", retry=_RETRY_MS)
    if listener.reset:
        yield ServerSentEvent(event="reset", id=str(known), data={"newest": known})
    while not request.app.state.stopping.is_set():
        try:
            news = await _after(store, known, only_own(request))
            await _still_admitted(request)
        except (AccessError, StorageError):
            # The listener comes back, and is then told with a status what stands in the way.
            return
        for event in news:
            known = event.number
            yield ServerSentEvent(event="scan", id=str(event.number), data=event.told)
        if not news:
            await screening.stored.wait(settings.events_poll_s)


async def _after(store: Store, known: int, workstation: str | None) -> list[Event]:
    return await store.run(lambda: store.events.after(known, workstation=workstation, limit=_AT_ONCE))


async def _still_admitted(request: Request) -> None:
    """A key that was revoked or rotated while its holder listened lets nothing more through."""
    keys: KeyRing = request.app.state.keys
    store: Store = request.app.state.store
    await store.run(lambda: keys.verify(request.headers.get(KEY_HEADER)))
