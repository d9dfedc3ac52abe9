"""The samples of stored views, for a screen that colours them itself."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response

from parcelray.datasets.imaging.samples import LAYOUT, pack_samples
from parcelray.models.errors import BadInputError, NotScreenedError
from parcelray.serving.api.health import refuse_until_ready
from parcelray.serving.api.parameters import Maybe
from parcelray.serving.api.records import Id, Index, record_of, view_of
from parcelray.serving.engine.engine import Engine
from parcelray.serving.engine.sources import raw_view
from parcelray.serving.problems import REFUSALS, problem_responses
from parcelray.serving.security.access import GuardedRoute
from parcelray.serving.store.records import StoredView
from parcelray.serving.store.store import Store

router = APIRouter(route_class=GuardedRoute, prefix="/v1/scans", tags=["scans"])

MEDIA_TYPE = "application/vnd.parcelray.samples"
# What a view holds never changes, so a browser need not ask again within a shift. Who is somebody else must: another
# session or key has no use of what was fetched with the one before.
_CACHING = {"Cache-Control": "private, max-age=43200, immutable", "Vary": "Cookie, X-API-Key"}
_CACHING_HEADERS = {
    name: {"description": description, "required": True, "schema": {"type": "string"}}
    for name, description in {
        "ETag": "Of these samples; another one where the view would be read differently.",
        "Cache-Control": "The browser that asked may keep them.",
        "Vary": "For the session or key that asked, and no other.",
    }.items()
}


@router.get(
    "/{scan_id}/views/{index}/pixels",
    response_class=Response,
    responses={
        200: {
            "description": "A prologue in JSON, then the samples: see docs/viewer.md.",
            "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
            "headers": _CACHING_HEADERS,
        },
        304: {"description": "It is as it was when `If-None-Match` was answered.", "headers": _CACHING_HEADERS},
        **problem_responses(*REFUSALS, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.INTERNAL_SERVER_ERROR),
    },
)
async def get_pixels(
    request: Request,
    scan_id: Id,
    index: Index,
    if_none_match: Annotated[Maybe[str], Header(description="The `ETag` of an earlier answer.")] = None,
) -> Response:
    """The samples of one view, with all that is needed to colour them as the model saw them."""
    store: Store = request.app.state.store
    engine: Engine = request.app.state.engine
    view = view_of(await record_of(request, scan_id), index)
    headers = {"ETag": _etag(view), **_CACHING}
    if _names(if_none_match, headers["ETag"]):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    refuse_until_ready(engine)
    with engine.admission.admit():
        raw = await store.run(lambda: raw_view(store.blobs, view))
        try:
            data = await engine.run(lambda: pack_samples(raw.read(engine.limits)))
        except BadInputError as error:
            raise NotScreenedError(
                f"view {index}: expected one that can be read, got one that cannot: {error}"
            ) from error
    return Response(data, media_type=MEDIA_TYPE, headers=headers)


def _names(if_none_match: str | None, etag: str) -> bool:
    """Whether a list of tags holds one (RFC 9110, 13.1.2: compared weakly)."""
    tags = [] if if_none_match is None else [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or tags == ["*"]


def _etag(view: StoredView) -> str:
    """Of the files that the samples are read from, and of the way in which they are laid out."""
    sums = " ".join(file.sha256 for file in view.files)
    return f'"{hashlib.sha256(f"{LAYOUT} {sums}".encode()).hexdigest()}"'
