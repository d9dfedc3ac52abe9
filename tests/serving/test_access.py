from __future__ import annotations

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from parcelray.serving.security.access import (
    Access,
    GuardedRoute,
    UndeclaredAccessError,
    admits,
    declared_access,
    require_declared_access,
)


def test_who_may_enter_which_route(app: FastAPI) -> None:
    assert set(declared_access(app.routes)) == {
        ("GET", "/livez", Access.OPEN),
        ("GET", "/readyz", Access.OPEN),
        ("GET", "/metrics", Access.WORKSTATION),
        ("GET", "/openapi.json", Access.WORKSTATION),
        ("POST", "/v1/detect", Access.WORKSTATION),
    }


def test_every_route_for_workstations_refuses_who_shows_no_key_or_a_wrong_one(app: FastAPI, key: str) -> None:
    stranger = TestClient(app)
    for method, path, access in declared_access(app.routes):
        for headers in ({}, {"X-API-Key": "prk_wrong"}, {"X-API-Key": key[:-1]}, {"Authorization": f"Bearer {key}"}):
            answer = stranger.request(method, path, headers=headers)
            if access is Access.WORKSTATION:
                assert answer.status_code == 401, (method, path)
                assert answer.headers["WWW-Authenticate"] == 'ApiKey realm="parcelray"'
                assert answer.headers["Content-Type"] == "application/problem+json"
                assert key[:-1] not in answer.text
            else:
                assert answer.status_code != 401, (method, path)


def test_the_key_is_asked_for_before_anything_else_is_looked_at(app: FastAPI) -> None:
    answer = TestClient(app).post("/v1/detect?min_score=7&nonsense=1", content=b"x" * 100)
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
    @admits(Access.OPEN)
    async def anybody() -> None: ...

    app = FastAPI(openapi_url=None)
    app.include_router(router, prefix="/v1")
    require_declared_access(app)
    assert list(declared_access(app.routes)) == [("GET", "/v1/open", Access.OPEN)]
