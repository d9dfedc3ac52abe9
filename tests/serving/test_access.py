from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from parcelray.serving.security.access import (
    GuardedRoute,
    UndeclaredAccessError,
    admits_anybody,
    declared_access,
    require_declared_access,
)
from parcelray.serving.security.keys import KeyRing, Scope
from parcelray.serving.store.database import Database

ALL = frozenset(Scope)
READERS = ALL
FIGURES = frozenset({Scope.READER, Scope.ENGINEER, Scope.ADMIN})
ADMIN = frozenset({Scope.ADMIN})

TABLE = {
    ("GET", "/livez"): frozenset(),
    ("GET", "/readyz"): frozenset(),
    ("GET", "/metrics"): FIGURES,
    ("GET", "/openapi.json"): ALL,
    ("POST", "/v1/detect"): frozenset({Scope.WORKSTATION, Scope.ENGINEER}),
    ("POST", "/v1/scans"): frozenset({Scope.WORKSTATION}),
    ("GET", "/v1/scans"): READERS,
    ("GET", "/v1/scans/{scan_id}"): READERS,
    ("GET", "/v1/scans/{scan_id}/views/{index}"): READERS,
    ("GET", "/v1/scans/{scan_id}/views/{index}/overlay.png"): READERS,
    ("GET", "/v1/events"): READERS,
    ("GET", "/v1/keys"): ADMIN,
    ("POST", "/v1/keys"): ADMIN,
    ("POST", "/v1/keys/{name}/rotate"): ADMIN,
    ("DELETE", "/v1/keys/{name}"): ADMIN,
}


def test_every_route_stands_in_the_table(app: FastAPI) -> None:
    declared = {(method, path): scopes for method, path, scopes in declared_access(app.routes)}
    assert declared == TABLE


@pytest.mark.parametrize("scope", Scope)
def test_every_route_lets_in_its_scopes_and_no_other(
    client: TestClient, make_key: Callable[..., str], scope: Scope
) -> None:
    key = make_key(f"a {scope}", scope)
    names = {"scan_id": "0" * 32, "index": 0, "name": "nobody's"}
    for (method, path), scopes in TABLE.items():
        if path == "/v1/events" and scope in scopes:
            continue  # never ends; test_events listens with each scope
        answer = client.request(method, path.format(**names), headers={"X-API-Key": key})
        if scopes and scope not in scopes:
            assert answer.status_code == 403, (method, path)
            assert answer.json()["type"] == "urn:parcelray:problem:scope-refused"
            assert f"got one of scope {scope}" in answer.json()["detail"]
        else:
            assert answer.status_code not in (401, 403), (method, path)


def test_every_route_but_the_open_ones_refuses_who_shows_no_key_or_a_wrong_one(client: TestClient, key: str) -> None:
    del client.headers["X-API-Key"]
    for (method, path), scopes in TABLE.items():
        for headers in ({}, {"X-API-Key": "prk_wrong"}, {"X-API-Key": key[:-1]}, {"Authorization": f"Bearer {key}"}):
            answer = client.request(method, path, headers=headers)
            if scopes:
                assert answer.status_code == 401, (method, path)
                assert answer.headers["WWW-Authenticate"] == 'ApiKey realm="parcelray"'
                assert answer.headers["Content-Type"] == "application/problem+json"
                assert key[:-1] not in answer.text
            else:
                assert answer.status_code == 200, (method, path)


def test_a_revoked_key_is_refused_with_the_next_request(client: TestClient, database: Database) -> None:
    assert client.get("/v1/scans").status_code == 200
    KeyRing(database).revoke("belt-1")
    answer = client.get("/v1/scans")
    assert answer.status_code == 401
    assert "got one that was revoked" in answer.json()["detail"]


def test_the_use_of_a_key_is_noted(client: TestClient, database: Database) -> None:
    client.get("/v1/scans")
    deadline = time.monotonic() + 10
    # Nobody who calls waits for it.
    while KeyRing(database).all()[0].last_used_from != "testclient":
        assert time.monotonic() < deadline, "nobody noted it"
        time.sleep(0.01)


def test_a_use_that_cannot_be_noted_now_keeps_nobody_waiting(client: TestClient, database: Database) -> None:
    KeyRing(database).create("another", Scope.READER)
    with database.writing():
        began = time.monotonic()
        for _ in range(20):
            assert client.get("/v1/scans").status_code == 200
        assert time.monotonic() - began < 5, "a request waited for the one who writes"


def test_a_rotated_key_changes_with_the_next_request(client: TestClient, database: Database) -> None:
    _, secret = KeyRing(database).rotate("belt-1")
    assert client.get("/v1/scans").status_code == 401
    assert client.get("/v1/scans", headers={"X-API-Key": secret}).status_code == 200


def test_the_key_is_asked_for_before_anything_else_is_looked_at(client: TestClient) -> None:
    del client.headers["X-API-Key"]
    answer = client.post("/v1/detect?min_score=7&nonsense=1", content=b"x" * 100)
    assert answer.status_code == 401


def test_a_route_that_does_not_say_who_may_enter_cannot_be_made() -> None:
    router = APIRouter(route_class=GuardedRoute)
    with pytest.raises(UndeclaredAccessError, match="route /secret: secret does not name who may enter"):

        @router.get("/secret")
        async def secret() -> None: ...


@pytest.mark.parametrize("kind", ["plain", "fastapi", "included", "mounted", "websocket"])
def test_an_app_with_a_route_past_the_guard_is_refused(kind: str) -> None:
    app = FastAPI(openapi_url=None)

    async def secret() -> PlainTextResponse:
        return PlainTextResponse("")

    if kind == "plain":
        app.add_route("/secret", secret)
    elif kind == "fastapi":
        app.add_api_route("/secret", secret)
    elif kind == "included":
        router = APIRouter(route_class=APIRoute)
        router.get("/secret")(secret)
        outer = APIRouter()
        outer.include_router(router)
        app.include_router(outer, prefix="/v1")
    elif kind == "mounted":
        app.mount("/secret", Starlette())
    else:
        app.add_api_websocket_route("/secret", secret)
    with pytest.raises(UndeclaredAccessError, match="/secret"):
        require_declared_access(app)


def test_routes_that_say_so_pass() -> None:
    router = APIRouter(route_class=GuardedRoute)

    @router.get("/open")
    @admits_anybody
    async def anybody() -> None: ...

    app = FastAPI(openapi_url=None)
    app.include_router(router, prefix="/v1")
    require_declared_access(app)
    assert list(declared_access(app.routes)) == [("GET", "/v1/open", frozenset())]
