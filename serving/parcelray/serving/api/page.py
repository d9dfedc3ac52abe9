"""``/``: the officers' page, for anybody; what it shows, it asks for with a session."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import Field

from parcelray.models.errors import NotFoundError
from parcelray.serving.api.answers import Answer
from parcelray.serving.page import Page, PageFile
from parcelray.serving.problems import problem_responses
from parcelray.serving.security.access import GuardedRoute

router = APIRouter(route_class=GuardedRoute, tags=["page"])

# Nothing from elsewhere, nothing written into the page itself, and HTML only from what Svelte compiled. blob: is for
# pictures that the page has fetched.
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types svelte-trusted-html",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
# A name changes with what it names.
_FOR_EVER = {**_HEADERS, "Cache-Control": "public, max-age=31536000, immutable"}
_ASK_EACH_TIME = {**_HEADERS, "Cache-Control": "no-cache"}


class PageAnswer(Answer):
    """Which build of the page is served.

    Attributes:
        build: a page that bears another one is to be loaded again; null where the page was not built.
    """

    build: Annotated[str, Field(pattern="^[0-9a-f]{16}$")] | None


@router.get("/", include_in_schema=False)
async def index(request: Request) -> Response:
    """The page."""
    page = _page(request)
    etag = f'"{page.build}"'
    if request.headers.get("If-None-Match") == etag:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={**_ASK_EACH_TIME, "ETag": etag})
    return _file(page.index, {**_ASK_EACH_TIME, "ETag": etag})


@router.get("/assets/{name}", include_in_schema=False)
async def asset(request: Request, name: Annotated[str, Path(max_length=200)]) -> Response:
    """A file that the page is made of."""
    file = _page(request).assets.get(name)
    if file is None:
        raise NotFoundError(f"page file {name!r}: this build of the page has none of that name")
    return _file(file, _FOR_EVER)


@router.get("/v1/page", responses=problem_responses(HTTPStatus.UNPROCESSABLE_ENTITY))
async def page_build(request: Request) -> PageAnswer:
    """Which build of the officers' page is served."""
    page: Page | None = request.app.state.page
    return PageAnswer(build=None if page is None else page.build)


def _page(request: Request) -> Page:
    page: Page | None = request.app.state.page
    if page is None:
        raise NotFoundError(
            "page: not built. ./scripts/run builds it when it starts the service; ./scripts/web build alone"
        )
    return page


def _file(file: PageFile, headers: dict[str, str]) -> Response:
    return Response(file.data, media_type=file.media_type, headers=headers)
