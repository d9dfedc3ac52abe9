"""``/v1/scans/ID/verdict``: what officers decide, kept before the answer leaves."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from pydantic import StringConstraints

from parcelray.serving.api.desk_answers import VerdictAnswer, VerdictListAnswer, entry_answer, verdict_answer
from parcelray.serving.api.queue import CHANGED, OF_SCAN, desk_of, officer_of, tell
from parcelray.serving.api.records import Id
from parcelray.serving.api.scans import REPLAYED_HEADER
from parcelray.serving.desk.decisions import NewVerdict
from parcelray.serving.problems import REFUSALS, problem_responses
from parcelray.serving.security.access import GuardedRoute
from parcelray.serving.store.tables import LONGEST_IDEMPOTENCY_KEY

router = APIRouter(route_class=GuardedRoute, prefix="/v1/scans/{scan_id}", tags=["desk"])

NEEDED = {
    **CHANGED,
    **OF_SCAN,
    **problem_responses(HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
}
ONCE: dict[int | str, dict[str, Any]] = {
    201: {
        "headers": {
            REPLAYED_HEADER: {"description": "`true` where it had been kept before.", "schema": {"type": "string"}}
        },
    },
}
OwnKey = Annotated[
    str,
    StringConstraints(pattern=r"^[\x21-\x7e]+$", max_length=LONGEST_IDEMPOTENCY_KEY),
    Header(
        alias="Idempotency-Key",
        description="The sender's own name for this request: sent again with it, the same is answered as before.",
    ),
]


@router.post("/verdict", status_code=HTTPStatus.CREATED, responses={**NEEDED, **ONCE})
async def give_verdict(
    request: Request, response: Response, scan_id: Id, wanted: NewVerdict, key: OwnKey
) -> VerdictAnswer:
    """Decide a parcel that the caller has claimed: release it, have it searched, or leave it to a supervisor.

    `leads_to` says where the parcel goes. What is grave goes to a second person before it is released. Once this
    answers with 201, the verdict is on the disk; sent again under its key it is not given twice. One that comes after
    the claim ran out is taken, as long as nobody else has claimed the parcel.
    """
    desk, store = desk_of(request)
    officer = officer_of(request)
    verdict, replayed = await store.run(lambda: desk.verdicts.give(officer, scan_id, wanted, key))
    tell(request)
    if replayed:
        response.headers[REPLAYED_HEADER] = "true"
    return verdict_answer(verdict)


@router.get("/verdicts", responses={**problem_responses(*REFUSALS), **OF_SCAN})
async def list_verdicts(request: Request, scan_id: Id) -> VerdictListAnswer:
    """All verdicts on a scan, and where it stands."""
    desk, store = desk_of(request)
    verdicts = await store.run(lambda: desk.verdicts.on(scan_id))
    entry = await store.run(lambda: desk.queue.entry(scan_id))
    return VerdictListAnswer(
        entry=None if entry is None else entry_answer(entry), verdicts=[verdict_answer(one) for one in verdicts]
    )
