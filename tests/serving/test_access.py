from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from parcelray.serving.people.roles import Role
from parcelray.serving.security.access import (
    GuardedRoute,
    UndeclaredAccessError,
    declared_access,
    require_declared_access,
)
from parcelray.serving.security.entrances import ENTRANCES
from parcelray.serving.security.keys import KeyRing, Scope
from parcelray.serving.store.database import Database
from support.people import HOST, SignedIn

ALL = frozenset(Scope)
EVERYBODY = frozenset(Role)
NONE: frozenset[Scope] = frozenset()
ANYBODY = (NONE, frozenset[Role]())
READING = (ALL, EVERYBODY - {Role.ADMIN})
ADMIN = (frozenset({Scope.ADMIN}), frozenset({Role.ADMIN}))
READING_DESK = (frozenset({Scope.READER}), EVERYBODY - {Role.ADMIN})
AT_DESK = (NONE, frozenset({Role.OPERATOR, Role.SUPERVISOR}))
FIGURES = (frozenset({Scope.READER, Scope.ENGINEER}), frozenset({Role.SUPERVISOR, Role.AUDITOR, Role.ENGINEER}))
PEOPLE = (NONE, frozenset({Role.ADMIN}))
OWN = (NONE, EVERYBODY)

# Said a second time, beside security.entrances: who may enter is changed on purpose or not at all.
TABLE = {
    ("GET", "/livez"): ANYBODY,
    ("GET", "/readyz"): ANYBODY,
    ("GET", "/metrics"): (ALL - {Scope.WORKSTATION}, frozenset({Role.ENGINEER, Role.ADMIN})),
    ("GET", "/openapi.json"): (ALL, EVERYBODY),
    ("GET", "/"): ANYBODY,
    ("GET", "/assets/{name}"): ANYBODY,
    ("GET", "/v1/page"): ANYBODY,
    ("POST", "/v1/detect"): (frozenset({Scope.WORKSTATION, Scope.ENGINEER}), frozenset({Role.ENGINEER})),
    ("POST", "/v1/scans"): (frozenset({Scope.WORKSTATION}), frozenset[Role]()),
    ("GET", "/v1/scans"): READING,
    ("GET", "/v1/scans/{scan_id}"): READING,
    ("GET", "/v1/scans/{scan_id}/views/{index}"): READING,
    ("GET", "/v1/scans/{scan_id}/views/{index}/overlay.png"): READING,
    ("GET", "/v1/scans/{scan_id}/views/{index}/pixels"): READING,
    ("GET", "/v1/events"): READING,
    ("GET", "/v1/desk/codes"): READING_DESK,
    ("GET", "/v1/queue"): READING_DESK,
    ("POST", "/v1/queue/next"): AT_DESK,
    ("POST", "/v1/scans/{scan_id}/claim"): AT_DESK,
    ("DELETE", "/v1/scans/{scan_id}/claim"): AT_DESK,
    ("GET", "/v1/scans/{scan_id}/verdicts"): READING_DESK,
    ("POST", "/v1/scans/{scan_id}/verdict"): AT_DESK,
    ("GET", "/v1/scans/{scan_id}/outcome"): READING_DESK,
    ("POST", "/v1/scans/{scan_id}/outcome"): AT_DESK,
    ("GET", "/v1/scans/{scan_id}/outcome/photos"): READING_DESK,
    ("POST", "/v1/scans/{scan_id}/outcome/photos"): AT_DESK,
    ("GET", "/v1/scans/{scan_id}/outcome/photos/{sha256}"): READING_DESK,
    ("GET", "/v1/statistics"): FIGURES,
    ("GET", "/v1/statistics.csv"): FIGURES,
    ("GET", "/v1/training-export"): (frozenset({Scope.ENGINEER}), frozenset({Role.ENGINEER})),
    ("GET", "/v1/keys"): ADMIN,
    ("POST", "/v1/keys"): ADMIN,
    ("POST", "/v1/keys/{name}/rotate"): ADMIN,
    ("DELETE", "/v1/keys/{name}"): ADMIN,
    ("POST", "/v1/session"): ANYBODY,
    ("GET", "/v1/session"): OWN,
    ("POST", "/v1/session/password"): OWN,
    ("GET", "/v1/audit"): (frozenset({Scope.ADMIN}), frozenset({Role.ADMIN, Role.AUDITOR})),
    ("GET", "/v1/users"): PEOPLE,
    ("POST", "/v1/users"): PEOPLE,
    ("PUT", "/v1/users/{name}/role"): PEOPLE,
    ("POST", "/v1/users/{name}/password"): PEOPLE,
    ("DELETE", "/v1/users/{name}/sessions"): PEOPLE,
    ("DELETE", "/v1/users/{name}"): PEOPLE,
    # Last: who enters is signed out.
    ("DELETE", "/v1/session"): OWN,
}
NAMES = {"scan_id": "0" * 32, "index": 0, "name": "nobodys", "sha256": "0" * 64}


def test_every_route_stands_in_the_table_and_nothing_else_does(app: FastAPI) -> None:
    declared = {(method, path): entrance for method, path, entrance in declared_access(app.routes)}
    assert declared == ENTRANCES
    assert {route: (entrance.scopes, entrance.roles) for route, entrance in declared.items()} == TABLE
    assert {route for route, entrance in declared.items() if entrance.anybody} == {
        route for route, admitted in TABLE.items() if admitted == ANYBODY
    }


@pytest.mark.parametrize("scope", Scope)
def test_every_route_lets_in_its_scopes_and_no_other(
    client: TestClient, make_key: Callable[..., str], scope: Scope
) -> None:
    key = make_key(f"a {scope}", scope)
    for (method, path), (scopes, roles) in TABLE.items():
        if path == "/v1/events" and scope in scopes:
            continue  # never ends; test_events listens with each scope
        answer = client.request(method, path.format(**NAMES), headers={"X-API-Key": key})
        if (scopes or roles) and scope not in scopes:
            assert answer.status_code == 403, (method, path)
            assert answer.json()["type"] == "urn:parcelray:problem:scope-refused"
            assert answer.json()["detail"].endswith(f"got a key of scope {scope}")
        else:
            assert answer.status_code not in (401, 403), (method, path)


@pytest.mark.parametrize("role", Role)
def test_every_route_lets_in_its_roles_and_no_other(
    client: TestClient, sign_in: Callable[..., SignedIn], role: Role
) -> None:
    person = sign_in(client, role)
    for (method, path), (scopes, roles) in TABLE.items():
        if path == "/v1/events" and role in roles:
            continue  # never ends; people/test_events_by_session.py listens with a session
        answer = person.request(method, path.format(**NAMES))
        if (scopes or roles) and role not in roles:
            assert answer.status_code == 403, (method, path)
            assert answer.json()["type"] == "urn:parcelray:problem:role-refused"
            assert answer.json()["detail"].endswith(f"got a session of role {role}")
        else:
            assert answer.status_code not in (401, 403), (method, path)


def test_who_has_yet_to_choose_a_password_may_do_just_that(
    client: TestClient, sign_in: Callable[..., SignedIn]
) -> None:
    person = sign_in(client, Role.ADMIN, password_is_due=True)
    for (method, path), admitted in TABLE.items():
        if admitted == ANYBODY or Role.ADMIN not in admitted[1]:
            continue
        answer = person.request(method, path.format(**NAMES))
        if path.startswith("/v1/session"):
            assert answer.status_code in (200, 204, 422), (method, path)
        else:
            assert answer.status_code == 403, (method, path)
            assert answer.json()["type"] == "urn:parcelray:problem:password-due"


def test_every_route_but_the_open_ones_refuses_who_shows_nothing_or_something_wrong(
    client: TestClient, key: str
) -> None:
    del client.headers["X-API-Key"]
    for (method, path), admitted in TABLE.items():
        for headers in (
            {},
            {"X-API-Key": "prk_wrong"},
            {"X-API-Key": key[:-1]},
            {"Authorization": f"Bearer {key}"},
            {"Cookie": "parcelray-session=wrong"},
            {"Cookie": f"parcelray-session={key}"},
            {"X-API-Key": "", "Cookie": "parcelray-session=wrong"},
        ):
            answer = client.request(method, path, headers=headers)
            if admitted != ANYBODY:
                assert answer.status_code == 401, (method, path)
                assert answer.headers["WWW-Authenticate"] == 'ApiKey realm="parcelray"'
                assert answer.headers["Content-Type"] == "application/problem+json"
                assert key[:-1] not in answer.text
            else:
                assert answer.status_code in (200, 404, 422), (method, path)


def test_a_revoked_key_is_refused_with_the_next_request(client: TestClient, database: Database) -> None:
    assert client.get("/v1/scans").status_code == 200
    KeyRing(database).revoke("belt-1", HOST)
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
    KeyRing(database).create("another", Scope.READER, HOST)
    with database.writing():
        began = time.monotonic()
        for _ in range(20):
            assert client.get("/v1/scans").status_code == 200
        assert time.monotonic() - began < 5, "a request waited for the one who writes"


def test_a_rotated_key_changes_with_the_next_request(client: TestClient, database: Database) -> None:
    _, secret = KeyRing(database).rotate("belt-1", HOST)
    assert client.get("/v1/scans").status_code == 401
    assert client.get("/v1/scans", headers={"X-API-Key": secret}).status_code == 200


def test_the_key_is_asked_for_before_anything_else_is_looked_at(client: TestClient) -> None:
    del client.headers["X-API-Key"]
    answer = client.post("/v1/detect?min_score=7&nonsense=1", content=b"x" * 100)
    assert answer.status_code == 401


def test_a_route_that_does_not_stand_in_the_table_cannot_be_made() -> None:
    router = APIRouter(route_class=GuardedRoute)
    with pytest.raises(UndeclaredAccessError, match="route GET /secret: the table of entrances does not name who"):

        @router.get("/secret")
        async def secret() -> None: ...


def test_a_route_that_is_served_elsewhere_than_the_table_says_is_refused() -> None:
    router = APIRouter(route_class=GuardedRoute)

    @router.get("/livez")
    async def livez() -> None: ...

    app = FastAPI(openapi_url=None)
    app.include_router(router, prefix="/v1")
    with pytest.raises(UndeclaredAccessError, match="route GET /v1/livez"):
        require_declared_access(app)
    # Nor at a place that stands in the table with others in mind.
    other = APIRouter(route_class=GuardedRoute)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(ENTRANCES, ("GET", "/scans"), ENTRANCES["GET", "/livez"])

        @other.get("/scans")
        async def scans() -> None: ...

    app = FastAPI(openapi_url=None)
    app.include_router(other, prefix="/v1")
    with pytest.raises(UndeclaredAccessError, match="route GET /v1/scans: made with another entrance"):
        require_declared_access(app)


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
