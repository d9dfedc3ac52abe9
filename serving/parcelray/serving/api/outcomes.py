"""``/v1/scans/ID/outcome``: what a search found, with photos."""

from __future__ import annotations

import base64
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from parcelray.models.errors import BadInputError
from parcelray.serving.api.desk_answers import (
    OutcomeAnswer,
    OutcomeListAnswer,
    PhotoAnswer,
    PhotoListAnswer,
    outcome_answer,
    photo_answer,
)
from parcelray.serving.api.forms import read_fields
from parcelray.serving.api.queue import OF_SCAN, desk_of, officer_of, tell
from parcelray.serving.api.records import Id
from parcelray.serving.api.scans import REPLAYED_HEADER
from parcelray.serving.api.uploads import FORM
from parcelray.serving.api.verdicts import NEEDED, ONCE, OwnKey
from parcelray.serving.desk.decisions import NewOutcome
from parcelray.serving.desk.photos import MEDIA_TYPES
from parcelray.serving.problems import REFUSALS, problem_responses
from parcelray.serving.security.access import GuardedRoute

router = APIRouter(route_class=GuardedRoute, prefix="/v1/scans/{scan_id}/outcome", tags=["desk"])

_FIELD = "photo"
_READ = {**problem_responses(*REFUSALS), **OF_SCAN}
_BYTES = {"schema": {"type": "string", "format": "binary"}}
_PHOTO_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {
                "schema": {
                    "type": "object",
                    "properties": {
                        _FIELD: {"type": "string", "format": "binary", "description": "JPEG or PNG."},
                    },
                    "required": [_FIELD],
                    "additionalProperties": False,
                }
            }
        },
    }
}

Sha256 = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="The photo's `sha256`.")]


@router.post("", status_code=HTTPStatus.CREATED, responses={**NEEDED, **ONCE})
async def tell_outcome(
    request: Request, response: Response, scan_id: Id, wanted: NewOutcome, key: OwnKey
) -> OutcomeAnswer:
    """Keep what a search found: that it found nothing, too. A correction is sent as another outcome: the last counts.

    Once this answers with 201, it is on the disk; sent again under its key it is not kept twice.
    """
    desk, store = desk_of(request)
    officer = officer_of(request)
    outcome, replayed = await store.run(lambda: desk.outcomes.tell(officer, scan_id, wanted, key))
    tell(request)
    if replayed:
        response.headers[REPLAYED_HEADER] = "true"
    return outcome_answer(outcome)


@router.get("", responses=_READ)
async def list_outcomes(request: Request, scan_id: Id) -> OutcomeListAnswer:
    """All that was told of a scan's search. The last outcome counts."""
    desk, store = desk_of(request)
    outcomes = await store.run(lambda: desk.outcomes.of(scan_id))
    photos = await store.run(lambda: desk.photos.of(scan_id))
    return OutcomeListAnswer(
        outcomes=[outcome_answer(outcome) for outcome in outcomes], photos=[photo_answer(photo) for photo in photos]
    )


@router.post(
    "/photos",
    status_code=HTTPStatus.CREATED,
    openapi_extra=_PHOTO_FORM,
    responses={
        **NEEDED,
        **ONCE,
        **problem_responses(HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
    },
)
async def add_photo(request: Request, response: Response, scan_id: Id) -> PhotoAnswer:
    """Keep a photo of what a search found: a form with one JPEG or PNG file in the field `photo`.

    It is made anew: what a camera writes beside the picture, such as where it was taken, is not kept. The same photo is
    kept once.
    """
    desk, store = desk_of(request)
    officer = officer_of(request)
    data = await _receive(request)
    photo, replayed = await store.run(lambda: desk.photos.add(officer, scan_id, data))
    if replayed:
        response.headers[REPLAYED_HEADER] = "true"
    return photo_answer(photo)


@router.get("/photos", responses=_READ)
async def list_photos(request: Request, scan_id: Id) -> PhotoListAnswer:
    """The photos of a scan's search."""
    desk, store = desk_of(request)
    photos = await store.run(lambda: desk.photos.of(scan_id))
    return PhotoListAnswer(photos=[photo_answer(photo) for photo in photos])


@router.get(
    "/photos/{sha256}",
    response_class=Response,
    responses={
        200: {
            "description": "The photo.",
            "content": dict.fromkeys(MEDIA_TYPES.values(), _BYTES),
            "headers": {
                "Repr-Digest": {
                    "description": "SHA-256 of the photo (RFC 9530).",
                    "required": True,
                    "schema": {"type": "string"},
                },
            },
        },
        **_READ,
        **problem_responses(HTTPStatus.INTERNAL_SERVER_ERROR),
    },
)
async def get_photo(request: Request, scan_id: Id, sha256: Sha256) -> Response:
    """One photo, checked against its sum."""
    desk, store = desk_of(request)
    photo, data = await store.run(lambda: desk.photos.read(scan_id, sha256))
    digest = base64.b64encode(bytes.fromhex(sha256)).decode("ascii")
    headers = {"Repr-Digest": f"sha-256=:{digest}:", "X-Content-Type-Options": "nosniff"}
    return Response(data, media_type=photo.media_type, headers=headers)


async def _receive(request: Request) -> bytes:
    """The one file of a form.

    Raises:
        HTTPException: 408, the body did not come whole in time; 413, it is too large; 415, it is no form.
        BadInputError: the form holds something else.
    """
    expected = f"one file in a field named {_FIELD}"
    parts = await read_fields(request, max_parts=1, expected=expected)
    if not parts:
        raise BadInputError("form", expected=expected, got="no file")
    (part,) = parts
    if part.field != _FIELD or part.file_name is None:
        got = "text without a file name" if part.field == _FIELD else f"a field named {part.field[:80]!r}"
        raise BadInputError("form", expected=expected, got=got)
    return part.data
