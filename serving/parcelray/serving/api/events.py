"""``GET /v1/events``: what is stored and looked at, told as it happens; who comes back is told what it missed."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from pydantic import Field

from parcelray.models.errors import AccessError, StorageError
from parcelray.serving.api.parameters import IN_DIGITS, Maybe
from parcelray.serving.engine.admission import Admission
from parcelray.serving.problems import REFUSALS, problem_responses
from parcelray.serving.screening import Screening
from parcelray.serving.security.access import GuardedRoute
from parcelray.serving.security.callers import hears_of_desk, only_own, require_still_admitted
from parcelray.serving.settings import Settings
from parcelray.serving.store.events import Event, Kind
from parcelray.serving.store.store import Store

router = APIRouter(route_class=GuardedRoute, prefix="/v1", tags=["scans"])

_AT_ONCE = 500
# The largest number that both databases count to.
_LARGEST = 2**63 - 1
_RETRY_MS = 2000
# So often something is sent, so that neither side, nor a proxy between, takes the other for gone.
_SILENCE_S = 15.0
_MEDIA_TYPE = "text/event-stream"
# Each holds a connection, and asks the database whenever something happens.
MAX_STREAMS = 256

EventNumber = Annotated[int, Field(ge=0, le=_LARGEST), IN_DIGITS]
EventQuery = Annotated[Maybe[EventNumber], Query(description="As the header, for who cannot send it.")]
EventHeader = Annotated[
    Maybe[EventNumber],
    Header(
        alias="Last-Event-ID",
        description="The last event that is known: those after it are told first. 0 tells all; without, only new ones.",
    ),
]


def _kind(event: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
    data = {"type": "string", "contentMediaType": "application/json", "contentSchema": content}
    return {
        "properties": {"event": event, "id": {"pattern": "^[0-9]+$"}, "data": data},
        "required": ["event", "id", "data"],
    }


_AT_DESK = [kind for kind in Kind if kind is not Kind.SCAN]
_STREAM = {
    "description": "A stream that does not end by itself.",
    "content": {
        _MEDIA_TYPE: {
            "itemSchema": {
                "type": "object",
                "anyOf": [
                    _kind({"const": Kind.SCAN}, {"$ref": "#/components/schemas/ScanSummaryAnswer"}),
                    _kind({"enum": _AT_DESK}, {"$ref": "#/components/schemas/EntryAnswer"}),
                    _kind(
                        {"const": "reset"},
                        {"type": "object", "properties": {"newest": {"type": "integer"}}, "required": ["newest"]},
                    ),
                    # The first, which says that somebody listens, and when to come back after a break.
                    {"required": ["retry"], "maxProperties": 1},
                ],
            }
        }
    },
}


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
    request: Request, last_event_id: EventQuery = None, header: EventHeader = None
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


@router.get("/events", response_class=Response, responses={200: _STREAM, **problem_responses(*REFUSALS)})
async def events(request: Request, listener: Annotated[Listener, Depends(listen)]) -> Response:
    """Server-sent events: `scan` each time that a scan was stored or looked at, with what a list shows of it.

    People, and keys of scope reader, are told of the desk, too, with the parcel's entry there: `queued` when it came
    there, `claimed` when an officer took it, `released` when nobody holds it any more (given back, or the claim ran
    out), `decided` and `outcome`. A workstation is told only of what it sent. `reset` says that the events which the
    listener knows are gone, since the database was restored from a backup: what it shows is to be loaded again.
    """
    # Not FastAPI's own EventSourceResponse: it takes a listener who goes away while it is told for a fault.
    # The header is nginx's: what is told is passed on at once.
    return StreamingResponse(_told(request, listener), media_type=_MEDIA_TYPE, headers={"X-Accel-Buffering": "no"})


async def _told(request: Request, listener: Listener) -> AsyncIterator[bytes]:
    store: Store = request.app.state.store
    screening: Screening = request.app.state.screening
    settings: Settings = request.app.state.settings
    known = listener.known
    yield format_sse_event(comment="listening", retry=_RETRY_MS)
    if listener.reset:
        yield format_sse_event(event="reset", id=str(known), data_str=json.dumps({"newest": known}))
    silent_since = time.monotonic()
    stopping = asyncio.create_task(request.app.state.stopping.wait())
    try:
        while not stopping.done():
            # It waits before it looks, so that what happens while it looks is not missed.
            woken = asyncio.create_task(screening.stored.wait(min(settings.events_poll_s, _SILENCE_S)))
            try:
                news = await _after(store, known, request)
                # Whoever was shut out while listening is told nothing more.
                await require_still_admitted(request)
                if not news:
                    await asyncio.wait((woken, stopping), return_when=asyncio.FIRST_COMPLETED)
            except (AccessError, StorageError):
                # The listener comes back, and is then told with a status what stands in the way.
                return
            finally:
                woken.cancel()
            for event in news:
                known = event.number
                yield format_sse_event(event=event.kind, id=str(event.number), data_str=json.dumps(event.told))
            if news:
                silent_since = time.monotonic()
            elif time.monotonic() - silent_since >= _SILENCE_S:
                silent_since = time.monotonic()
                yield format_sse_event(comment="still here")
    finally:
        stopping.cancel()


async def _after(store: Store, known: int, request: Request) -> list[Event]:
    workstation, desk = only_own(request), hears_of_desk(request)
    return await store.run(lambda: store.events.after(known, workstation=workstation, desk=desk, limit=_AT_ONCE))
