"""Scans that are kept: found, read, and shown with their boxes."""

from __future__ import annotations

import base64
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from parcelray.models.errors import BadInputError, NotFoundError, NotScreenedError
from parcelray.serving.api.health import refuse_until_ready
from parcelray.serving.api.parameters import IN_DIGITS, Maybe, PageLimit
from parcelray.serving.api.scan_answers import ScanAnswer, ScanListAnswer, scan_answer, scan_list_answer
from parcelray.serving.engine.engine import Engine
from parcelray.serving.engine.sources import raw_view
from parcelray.serving.overlays import overlay_png
from parcelray.serving.problems import REFUSALS, problem_responses
from parcelray.serving.security.access import GuardedRoute
from parcelray.serving.security.callers import only_own
from parcelray.serving.store.records import Band, ScanRecord, ScanState, StoredFile, StoredView, ViewState
from parcelray.serving.store.search import Cursor
from parcelray.serving.store.search import Query as ScanQuery
from parcelray.serving.store.store import Store
from parcelray.serving.store.tables import LONGEST_NAME
from parcelray.serving.submission import Identifier, Moment

router = APIRouter(route_class=GuardedRoute, prefix="/v1/scans", tags=["scans"])

_SUFFIX_OF = {"image/png": ".png", "image/jpeg": ".jpg", "image/tiff": ".tif"}
# What ``str.isprintable`` checks, as a pattern.
_PRINTABLE: dict[str, Any] = {"pattern": r"^( |[^\p{C}\p{Z}])+$"}
_BYTES = {"schema": {"type": "string", "format": "binary"}}

Id = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="The scan's `scan_id`.")]
Index = Annotated[Annotated[int, Field(ge=0, le=10_000), IN_DIGITS], Path(description="The view's `index`.")]
Label = Annotated[str, StringConstraints(pattern=r"^[a-z_]+$", max_length=LONGEST_NAME)]
PageCursor = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", max_length=100)]


class ListQuery(BaseModel):
    """What to look for, and how much of it to show."""

    model_config = ConfigDict(frozen=True)

    consignment: Annotated[
        Maybe[Identifier], Field(description="The consignment's id, exactly.", json_schema_extra=_PRINTABLE)
    ] = None
    scanner: Annotated[
        Maybe[Identifier], Field(description="The scanner's id, exactly.", json_schema_extra=_PRINTABLE)
    ] = None
    since: Annotated[
        Maybe[Moment], Field(description="Taken then or later (received, where no `taken_at` was sent).")
    ] = None
    until: Annotated[Maybe[Moment], Field(description="Taken or received before then.")] = None
    label: Annotated[Maybe[Label], Field(description="A label that was found in it.")] = None
    state: Annotated[Maybe[ScanState], Field(description="Whether it was looked at.")] = None
    limit: Annotated[PageLimit, Field(description="At most so many scans.")] = 50
    cursor: Annotated[Maybe[PageCursor], Field(description="`next` of the page before.")] = None


@router.get("", responses=problem_responses(*REFUSALS))
async def list_scans(request: Request, query: Annotated[ListQuery, Query()]) -> ScanListAnswer:
    """Find scans, newest first. A workstation finds only those that it sent."""
    store: Store = request.app.state.store
    cursor = None if query.cursor is None else Cursor.parse(query.cursor)
    asked = ScanQuery(
        consignment_id=query.consignment,
        scanner_id=query.scanner,
        workstation=only_own(request),
        since=query.since,
        until=query.until,
        label=query.label,
        state=query.state,
    )
    page = await store.run(lambda: store.search.page(asked, limit=query.limit, cursor=cursor))
    return scan_list_answer(page.scans, page.next)


@router.get("/{scan_id}", responses=problem_responses(*REFUSALS, HTTPStatus.NOT_FOUND))
async def get_scan(request: Request, scan_id: Id) -> ScanAnswer:
    """One scan, as it was answered when it was sent; or as it is by now, if it was yet to be looked at then."""
    return scan_answer(await record_of(request, scan_id))


@router.get(
    "/{scan_id}/views/{index}",
    response_class=Response,
    responses={
        200: {
            "description": "The image, byte for byte as it was sent.",
            "content": dict.fromkeys((*_SUFFIX_OF, "application/octet-stream"), _BYTES),
            "headers": {
                "Content-Disposition": {
                    "description": "An attachment, with a file name of the service's own making.",
                    "required": True,
                    "schema": {"type": "string"},
                },
                "Repr-Digest": {
                    "description": "SHA-256 of the image (RFC 9530).",
                    "required": True,
                    "schema": {"type": "string"},
                },
            },
        },
        **problem_responses(*REFUSALS, HTTPStatus.NOT_FOUND, HTTPStatus.INTERNAL_SERVER_ERROR),
    },
)
async def get_view(
    request: Request,
    scan_id: Id,
    index: Index,
    band: Annotated[Maybe[Band], Query(description="Of a pair: `high` or `low`.")] = None,
) -> Response:
    """One image of a scan, byte for byte as it was sent, checked against its sum."""
    store: Store = request.app.state.store
    file = _file(view_of(await record_of(request, scan_id), index), band)
    data = await store.run(lambda: store.blobs.get(file.sha256))
    name = f"{scan_id}-{index}-{file.band}{_SUFFIX_OF.get(file.media_type, '.bin')}"
    digest = base64.b64encode(bytes.fromhex(file.sha256)).decode("ascii")
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Repr-Digest": f"sha-256=:{digest}:"}
    return Response(data, media_type=file.media_type, headers=headers)


@router.get(
    "/{scan_id}/views/{index}/overlay.png",
    response_class=Response,
    responses={
        200: {"description": "The view with its boxes.", "content": {"image/png": _BYTES}},
        **problem_responses(*REFUSALS, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.INTERNAL_SERVER_ERROR),
    },
)
async def get_overlay(request: Request, scan_id: Id, index: Index) -> Response:
    """One view with its boxes drawn on it, coloured as the model saw it."""
    store: Store = request.app.state.store
    engine: Engine = request.app.state.engine
    view = view_of(await record_of(request, scan_id), index)
    if view.state is not ViewState.SCREENED:
        reason = "it has yet to be looked at" if view.reason is None else view.reason.message
        raise NotScreenedError(f"view {index}: expected one that was screened, got one that was not: {reason}")
    refuse_until_ready(engine)
    with engine.admission.admit():
        raw = await store.run(lambda: raw_view(store.blobs, view))
        png = await engine.run(lambda: overlay_png(raw, view.detections, engine.limits))
    return Response(png, media_type="image/png")


async def record_of(request: Request, scan_id: str) -> ScanRecord:
    """A scan that the caller may see.

    Raises:
        NotFoundError: there is none.
        StorageError: the store does not answer.
    """
    store: Store = request.app.state.store
    return await store.run(lambda: store.scans.get(scan_id, workstation=only_own(request)))


def view_of(record: ScanRecord, index: int) -> StoredView:
    """A view of a scan, by its index.

    Raises:
        NotFoundError: it has no such view.
    """
    if index >= len(record.views):
        raise NotFoundError(
            f"view {index} of scan {record.id}: expected one from 0 to {len(record.views) - 1}, found none"
        )
    return record.views[index]


def _file(view: StoredView, band: Band | None) -> StoredFile:
    bands = [file.band for file in view.files]
    if band is None and len(bands) > 1:
        raise BadInputError("query band", expected=f"{' or '.join(bands)}, for this view is a pair", got="none")
    found = next((file for file in view.files if band in (None, file.band)), None)
    if found is None:
        raise NotFoundError(f"band {band}: expected {' or '.join(bands)}, for the view was sent so; found none")
    return found
