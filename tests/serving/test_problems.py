from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import APIRouter, FastAPI
from starlette.testclient import TestClient

from parcelray.models.errors import (
    BadInputError,
    BusyError,
    CorruptImageError,
    DamagedError,
    ImageTooLargeError,
    InFlightError,
    KeyMissingError,
    KeyRefusedError,
    KeyReusedError,
    NotFoundError,
    NotScreenedError,
    OverloadedError,
    PackageTamperedError,
    ParcelrayError,
    ScopeRefusedError,
    StorageError,
    StorageFullError,
    UnequalPairError,
    UnsupportedImageError,
)
from parcelray.serving.problems import kind_of
from parcelray.serving.security.access import GuardedRoute
from parcelray.serving.security.entrances import ENTRANCES

BAD = {"expected": "this", "got": "that"}


def errors_of_the_tree(root: type[ParcelrayError] = ParcelrayError) -> Iterator[type[ParcelrayError]]:
    yield root
    for child in root.__subclasses__():
        yield from errors_of_the_tree(child)


def test_every_error_of_the_tree_has_an_answer() -> None:
    for kind in errors_of_the_tree():
        assert kind_of(kind.__new__(kind)).status >= 400


@pytest.mark.parametrize(
    ("error", "status", "name"),
    [
        (BadInputError("form", **BAD), 422, "bad-input"),
        (UnsupportedImageError("view", **BAD), 415, "unsupported-image"),
        (CorruptImageError("view", **BAD), 422, "corrupt-image"),
        (ImageTooLargeError("view", **BAD), 413, "image-too-large"),
        (UnequalPairError("pair", **BAD), 422, "unequal-pair"),
        (KeyMissingError("no key"), 401, "access-refused"),
        (KeyRefusedError("wrong key"), 401, "access-refused"),
        (KeyReusedError("key", **BAD), 422, "idempotency-key-reused"),
        (ScopeRefusedError("wrong scope"), 403, "scope-refused"),
        (NotFoundError("no scan"), 404, "not-found"),
        (NotScreenedError("no boxes"), 409, "view-not-screened"),
        (OverloadedError("full", retry_after_s=7), 503, "overloaded"),
        (InFlightError("twice", retry_after_s=7), 409, "request-in-flight"),
        (StorageError("gone", retry_after_s=7), 503, "storage-unavailable"),
        (StorageFullError("full", retry_after_s=7), 507, "storage-full"),
        (DamagedError("changed"), 500, "record-damaged"),
    ],
)
def test_an_error_becomes_a_problem_document(app: FastAPI, error: ParcelrayError, status: int, name: str) -> None:
    answer = TestClient(with_failing_route(app, error)).get("/fail")
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == f"urn:parcelray:problem:{name}"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"] == str(error)
    assert problem["request_id"] == answer.headers["X-Request-ID"]
    if isinstance(error, BadInputError):
        assert (problem["expected"], problem["got"]) == ("this", "that")
    assert answer.headers.get("Retry-After") == ("7" if isinstance(error, BusyError) else None)


@pytest.mark.parametrize(
    "error", [ZeroDivisionError("secret"), PackageTamperedError("/secret/folder"), ParcelrayError("/secret/keys.json")]
)
def test_a_fault_of_ours_tells_the_caller_nothing_and_the_log_everything(
    app: FastAPI, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    answer = TestClient(with_failing_route(app, error)).get("/fail")
    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "secret" not in answer.text
    fault = next(record for record in caplog.records if record.getMessage() == "fault")
    assert fault.exc_info is not None
    assert fault.exc_info[1] is error
    assert fault.fields["request_id"] == answer.json()["request_id"] == answer.headers["X-Request-ID"]


@pytest.mark.parametrize(
    ("method", "path", "status", "says"),
    [
        ("GET", "/nowhere", 404, "Nothing is served at /nowhere."),
        ("GET", "/docs", 404, "Nothing is served at /docs."),
        ("GET", "/redoc", 404, "Nothing is served at /redoc."),
        ("GET", "/livez/", 404, "Nothing is served at /livez/."),
        ("GET", "/v1/detect", 405, "/v1/detect does not answer to GET."),
    ],
)
def test_what_is_not_there_is_a_problem_document_too(
    app: FastAPI, method: str, path: str, status: int, says: str
) -> None:
    answer = TestClient(app).request(method, path)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"] == says


def with_failing_route(app: FastAPI, error: Exception) -> FastAPI:
    router = APIRouter(route_class=GuardedRoute)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(ENTRANCES, ("GET", "/fail"), ENTRANCES["GET", "/livez"])

        @router.get("/fail")
        async def fail() -> None:
            raise error

    app.include_router(router)
    return app
