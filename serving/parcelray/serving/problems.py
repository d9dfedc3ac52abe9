"""Errors as RFC 9457 problem documents: the one place where what went wrong becomes a status.

``type`` is a URN that programs may switch on; ``detail`` is for people and names what was expected and what came.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from parcelray.models.errors import (
    AccessError,
    BadInputError,
    BusyError,
    ClaimedError,
    CorruptImageError,
    CrossSiteError,
    DamagedError,
    ImageTooLargeError,
    InFlightError,
    KeyReusedError,
    LastAdminError,
    NotClaimedError,
    NotFoundError,
    NotScreenedError,
    OverloadedError,
    ParcelrayError,
    PasswordDueError,
    RoleRefusedError,
    ScopeRefusedError,
    SecondPersonError,
    SessionRefusedError,
    SignInRefusedError,
    StageError,
    StorageError,
    StorageFullError,
    TooManyAttemptsError,
    TooManyClaimsError,
    UnequalPairError,
    UnsupportedImageError,
)
from parcelray.serving.logs import FIELDS
from parcelray.serving.store.database_errors import reason_of

_LOGGER = logging.getLogger("parcelray.problems")
MEDIA_TYPE = "application/problem+json"
_URN = "urn:parcelray:problem:"
_LONGEST_SHOWN = 200
# How Pydantic's messages begin where ours say "expected".
_WORDS_BEFORE = re.compile("^(Value error, expected|Input should be|String should have) ")


def _forget_default(schema: dict[str, Any]) -> None:
    del schema["default"]


# Left out where there is nothing to say, never null.
_LeftOut = Annotated[str | SkipJsonSchema[None], Field(json_schema_extra=_forget_default)]


class Problem(BaseModel):
    """A problem document.

    Attributes:
        type: names the kind of problem; does not change between versions.
        title: the kind in words.
        status: the HTTP status, again.
        detail: what happened this time.
        request_id: finds the request in the service's log.
        expected: what would have been accepted, where the problem lies in what was sent.
        got: what came instead.
    """

    model_config = ConfigDict(frozen=True)

    type: str = Field(examples=[f"{_URN}unsupported-image"])
    title: str
    status: int
    detail: str
    request_id: str
    expected: _LeftOut = None
    got: _LeftOut = None


@dataclass(frozen=True)
class _Kind:
    status: HTTPStatus
    name: str
    title: str


# The nearest ancestor of an error's class that stands here decides.
KINDS: Mapping[type[Exception], _Kind] = {
    ParcelrayError: _Kind(HTTPStatus.INTERNAL_SERVER_ERROR, "service-fault", "The service cannot answer"),
    BadInputError: _Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "bad-input", "What was sent cannot be used"),
    UnsupportedImageError: _Kind(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-image", "Not an image format that is read here"
    ),
    CorruptImageError: _Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "corrupt-image", "An image that is broken or cut short"),
    ImageTooLargeError: _Kind(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "image-too-large", "An image with too many pixels"),
    UnequalPairError: _Kind(
        HTTPStatus.UNPROCESSABLE_ENTITY, "unequal-pair", "A high and a low image that do not match"
    ),
    KeyReusedError: _Kind(
        HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency-key-reused", "An idempotency key that was used for other content"
    ),
    AccessError: _Kind(HTTPStatus.UNAUTHORIZED, "access-refused", "A key or a session is needed"),
    ScopeRefusedError: _Kind(HTTPStatus.FORBIDDEN, "scope-refused", "The key does not cover this"),
    SignInRefusedError: _Kind(HTTPStatus.UNAUTHORIZED, "sign-in-refused", "Name and password do not fit"),
    SessionRefusedError: _Kind(HTTPStatus.UNAUTHORIZED, "session-refused", "The session has ended"),
    RoleRefusedError: _Kind(HTTPStatus.FORBIDDEN, "role-refused", "The role does not cover this"),
    PasswordDueError: _Kind(HTTPStatus.FORBIDDEN, "password-due", "A password has to be chosen first"),
    CrossSiteError: _Kind(HTTPStatus.FORBIDDEN, "cross-site-refused", "Not from a page of this service"),
    NotFoundError: _Kind(HTTPStatus.NOT_FOUND, "not-found", "Nothing is kept under that name"),
    NotScreenedError: _Kind(HTTPStatus.CONFLICT, "view-not-screened", "The view was not looked at"),
    LastAdminError: _Kind(HTTPStatus.CONFLICT, "last-admin", "Nobody would be left to manage accounts"),
    ClaimedError: _Kind(HTTPStatus.CONFLICT, "claimed-by-another", "Another officer holds the parcel"),
    NotClaimedError: _Kind(HTTPStatus.CONFLICT, "not-claimed", "The parcel has to be claimed first"),
    TooManyClaimsError: _Kind(HTTPStatus.CONFLICT, "too-many-claims", "As many parcels are held as one may hold"),
    StageError: _Kind(HTTPStatus.CONFLICT, "other-stage", "The parcel is at another stage"),
    SecondPersonError: _Kind(HTTPStatus.CONFLICT, "second-person-needed", "Another person has to do this"),
    InFlightError: _Kind(HTTPStatus.CONFLICT, "request-in-flight", "The same request is being worked on"),
    TooManyAttemptsError: _Kind(HTTPStatus.TOO_MANY_REQUESTS, "too-many-attempts", "Too many sign-ins failed"),
    OverloadedError: _Kind(HTTPStatus.SERVICE_UNAVAILABLE, "overloaded", "Too much is waiting already"),
    StorageError: _Kind(HTTPStatus.SERVICE_UNAVAILABLE, "storage-unavailable", "Scans cannot be kept or read now"),
    StorageFullError: _Kind(HTTPStatus.INSUFFICIENT_STORAGE, "storage-full", "No space is left for scans"),
    DamagedError: _Kind(HTTPStatus.INTERNAL_SERVER_ERROR, "record-damaged", "What was kept is not what was stored"),
}


def kind_of(error: Exception) -> _Kind:
    """How an error of the tree is answered."""
    return next(KINDS[ancestor] for ancestor in type(error).__mro__ if ancestor in KINDS)


def type_of(error: Exception) -> str:
    """The URN that names the kind of an error; a fault of the program's, where it is none of the tree."""
    kind = kind_of(error) if isinstance(error, ParcelrayError) else KINDS[ParcelrayError]
    return _URN + kind.name


# What every route answers that asks who enters; the last is for a query with a parameter that the route does not know.
REFUSALS = (
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
_RETRY_AFTER = {"description": "Seconds after which to try again.", "required": True, "schema": {"type": "integer"}}
_HEADERS: Mapping[HTTPStatus, dict[str, Any]] = {
    HTTPStatus.UNAUTHORIZED: {
        "WWW-Authenticate": {"description": "Names the kind of key.", "required": True, "schema": {"type": "string"}}
    },
    # Only where the same request is being worked on.
    HTTPStatus.CONFLICT: {"Retry-After": {**_RETRY_AFTER, "required": False}},
    HTTPStatus.TOO_MANY_REQUESTS: {"Retry-After": _RETRY_AFTER},
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": _RETRY_AFTER},
    HTTPStatus.INSUFFICIENT_STORAGE: {"Retry-After": _RETRY_AFTER},
}


def problem_responses(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """For OpenAPI: the statuses that a route answers with a problem document."""
    content = {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}
    return {
        status.value: {"description": "What was wrong.", "headers": _HEADERS.get(status, {}), "content": content}
        for status in statuses
    }


def bind_problems(app: FastAPI) -> None:
    """Have every error of an app answered by a problem document."""
    app.add_exception_handler(ParcelrayError, _answer_known)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(HTTPException, _answer_http)


def problem_response(
    request: Request,
    status: HTTPStatus,
    name: str,
    title: str,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    expected: str | None = None,
    got: str | None = None,
) -> JSONResponse:
    """One problem document as an answer."""
    problem = Problem(
        type=_URN + name,
        title=title,
        status=status.value,
        detail=detail,
        request_id=getattr(request.state, "request_id", ""),
        expected=expected,
        got=got,
    )
    return JSONResponse(
        problem.model_dump(exclude_none=True), status.value, headers=dict(headers or {}), media_type=MEDIA_TYPE
    )


def fault_response(request: Request) -> JSONResponse:
    """The answer when the fault is ours. Its cause goes to the log, not to the caller."""
    kind = KINDS[ParcelrayError]
    detail = "The fault is on this side. Its cause stands in the service's log under the request's id."
    return problem_response(request, kind.status, kind.name, kind.title, detail)


async def _answer_known(request: Request, error: Exception) -> JSONResponse:
    kind = kind_of(error)
    if kind is KINDS[ParcelrayError]:
        # A broken set-up: its message may name files of the machine, and no caller can mend it.
        raise error
    headers = {}
    if kind.status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'ApiKey realm="parcelray"'
    if isinstance(error, BusyError):
        headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, StorageError | DamagedError):
        # Callers are told what it means to them; what stands in the way is for those who run the service.
        fields = {"request_id": getattr(request.state, "request_id", ""), "error": str(error)}
        if error.__cause__ is not None:
            fields["cause"] = reason_of(error.__cause__)
        _LOGGER.error("storage", extra={FIELDS: fields})
    known = {"expected": error.expected, "got": error.got} if isinstance(error, BadInputError) else {}
    return problem_response(request, kind.status, kind.name, kind.title, str(error), headers=headers, **known)


async def _answer_invalid(request: Request, error: Exception) -> JSONResponse:
    """A parameter or a JSON body that does not fit its description."""
    assert isinstance(error, RequestValidationError)
    first: dict[str, Any] = error.errors()[0]
    subject = " ".join(str(part) for part in first["loc"])
    match first["type"]:
        case "json_invalid":
            subject, expected, got = "request body", "JSON", f"text that is none ({first['ctx']['error']})"
        case "extra_forbidden":
            expected, got = "nothing of that name", "it"
        case "missing":
            expected, got = "it", "none"
        case _ if _may_hold_secret(first["loc"]):
            expected, got = _WORDS_BEFORE.sub("", first["msg"]), f"a {type(first['input']).__name__} that is not shown"
        case "string_pattern_mismatch":
            expected, got = f"text that matches {first['ctx']['pattern']}", repr(first["input"])
        case _:
            expected, got = _WORDS_BEFORE.sub("", first["msg"]), repr(first.get("input"))
    bad = BadInputError(subject[:_LONGEST_SHOWN], expected=expected, got=got[:_LONGEST_SHOWN])
    return await _answer_known(request, bad)


def _may_hold_secret(place: Sequence[int | str]) -> bool:
    """Whether what is wrong is a password, or a whole document, in which one may stand."""
    return place == ("body",) or "password" in str(place[-1])


async def _answer_http(request: Request, error: Exception) -> JSONResponse:
    """What lies outside the tree because it is HTTP's own: no such route, a wrong method, a body over the limit."""
    assert isinstance(error, HTTPException)
    status, detail, headers = HTTPStatus(error.status_code), error.detail, error.headers
    if status is HTTPStatus.BAD_REQUEST:
        # FastAPI's word for bytes that are no text, for numbers without end, and for arrays nested without end.
        return await _answer_known(request, BadInputError("request body", expected="JSON", got="what cannot be read"))
    if status is HTTPStatus.NOT_FOUND:
        detail = f"Nothing is served at {request.url.path}."
    elif status is HTTPStatus.METHOD_NOT_ALLOWED:
        detail = f"{request.url.path} does not answer to {request.method}."
        # A router names the methods of the first route that it finds at a path, and not those of the next.
        headers = {"Allow": ", ".join(_methods_at(request))}
    # By number: the phrases change between versions of Python, and programs switch on the type.
    return problem_response(request, status, f"http-{status.value}", status.phrase, detail, headers=headers)


def _methods_at(request: Request) -> list[str]:
    """What can be done at a request's path."""
    path = request.scope["path"]
    found = [
        context.methods or ()
        for context in iter_route_contexts(request.app.routes)
        if compile_path(str(context.path))[0].match(path)
    ]
    return sorted({method for methods in found for method in methods})
