"""``POST /v1/scans``: a scan in, boxes out, and everything kept before the answer leaves."""

from __future__ import annotations

import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import Field, StringConstraints

from parcelray.serving.api.detect import DetectQuery
from parcelray.serving.api.forms import form_schema, read_form
from parcelray.serving.api.health import refuse_until_ready
from parcelray.serving.api.parameters import Maybe
from parcelray.serving.api.scan_answers import ScanAnswer, scan_answer
from parcelray.serving.api.uploads import pair_up, take_text
from parcelray.serving.engine.engine import Engine
from parcelray.serving.engine.stages import Stages
from parcelray.serving.problems import problem_responses
from parcelray.serving.screening import Receipt, Screening
from parcelray.serving.security.access import GuardedRoute
from parcelray.serving.security.keys import Key
from parcelray.serving.settings import Settings
from parcelray.serving.store.records import ScanRecord, ScanState
from parcelray.serving.store.tables import LONGEST_IDEMPOTENCY_KEY
from parcelray.serving.submission import FIELD, Metadata, Submission, read_metadata
from parcelray.serving.telemetry import Metrics

router = APIRouter(route_class=GuardedRoute, prefix="/v1", tags=["scans"])

REPLAYED_HEADER = "Idempotent-Replayed"
_STORED = {
    "description": "Kept, and looked at.",
    "headers": {
        "Location": {
            "description": "Where the scan is found from now on.",
            "required": True,
            "schema": {"type": "string"},
        },
        REPLAYED_HEADER: {"description": "`true` where this scan was stored before.", "schema": {"type": "string"}},
        "Server-Timing": {
            "description": "Milliseconds that each stage took.",
            "required": True,
            "schema": {"type": "string"},
        },
    },
}
IdempotencyKey = Annotated[
    Maybe[Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]+$", max_length=LONGEST_IDEMPOTENCY_KEY)]],
    Header(
        alias="Idempotency-Key",
        description="The sender's own name for this request: sent again with it, the same is answered as before.",
    ),
]


class SendQuery(DetectQuery):
    """What a sender may ask for beside the scan."""

    wait: Annotated[
        bool,
        Field(description="0: answer as soon as the scan is kept (202); it is looked at when there is time."),
    ] = True


@router.post(
    "/scans",
    status_code=HTTPStatus.CREATED,
    response_model=ScanAnswer,
    openapi_extra=form_schema(**{FIELD: Metadata.model_json_schema()}),
    responses={
        201: _STORED,
        202: {**_STORED, "model": ScanAnswer, "description": "Kept, and yet to be looked at."},
        **problem_responses(
            HTTPStatus.UNAUTHORIZED,
            HTTPStatus.FORBIDDEN,
            HTTPStatus.REQUEST_TIMEOUT,
            HTTPStatus.CONFLICT,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            HTTPStatus.UNPROCESSABLE_ENTITY,
            HTTPStatus.SERVICE_UNAVAILABLE,
            HTTPStatus.INSUFFICIENT_STORAGE,
        ),
    },
)
async def send_scan(request: Request, query: Annotated[SendQuery, Query()], key: IdempotencyKey = None) -> Response:
    """Look at one scan, keep it, and box what may be contraband.

    A multipart form as for `/v1/detect`, and a text field `metadata` with what is known of the parcel, as JSON. A view
    that cannot be read does not lose the others: it is kept, and the answer says that it was **not screened**.

    Once this answers with 2xx, the images and the record are on the disk. A scan that comes again is not kept twice: by
    `Idempotency-Key`, or by its content where `scanner_id` and `taken_at` are given.
    """
    state = request.app.state
    engine: Engine = state.engine
    screening: Screening = state.screening
    metrics: Metrics = state.metrics
    caller: Key = request.state.caller
    if query.wait:
        refuse_until_ready(engine)
    stages = Stages()
    with engine.admission.admit(), screening.in_flight(caller.name, key):
        submission = await _receive(request, query.min_score, stages)
        work = screening.screen if query.wait else screening.keep
        receipt = await work(submission, caller.name, key, stages)
    stages.seconds["total"] = time.perf_counter() - request.state.began
    request.state.scan_id = receipt.record.id
    metrics.count_stored(receipt.record, stages.seconds, replayed=receipt.replayed)
    return _answer(receipt, stages.seconds)


async def _receive(request: Request, min_score: float | None, stages: Stages) -> Submission:
    settings: Settings = request.app.state.settings
    with stages.time("receive"):
        text, parts = take_text(await read_form(request, other_fields=1), FIELD)
        views = pair_up(parts, max_views=settings.max_views)
        return Submission(tuple(views), read_metadata(text), min_score)


def _answer(receipt: Receipt, stages_s: Mapping[str, float]) -> Response:
    headers = {
        "Location": location_of(receipt.record),
        "Server-Timing": ", ".join(f"{stage};dur={s * 1e3:.3f}" for stage, s in stages_s.items()),
    }
    if receipt.replayed:
        headers[REPLAYED_HEADER] = "true"
    is_pending = receipt.record.state is ScanState.PENDING
    return Response(
        # Written here, once: FastAPI would take the answer apart and check it against its own description first.
        scan_answer(receipt.record).model_dump_json(),
        HTTPStatus.ACCEPTED if is_pending else HTTPStatus.CREATED,
        headers,
        "application/json",
    )


def location_of(record: ScanRecord) -> str:
    """The path of a stored scan."""
    return f"{router.prefix}/scans/{record.id}"
