"""The service does what its description of itself says: the short form of scripts/prove/contract.py, and what it found.

Whatever was found has a test of its own here, which tells faster what is wrong.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from httpx2 import Response
from schemathesis.python import asgi
from starlette.testclient import TestClient

from parcelray.serving.people.roles import Role
from parcelray.serving.security.access import declared_access
from parcelray.serving.security.keys import Scope
from parcelray.serving.store.database import Database
from support.people import SignedIn

SCRIPTS = Path(__file__).parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))
contract = import_module("prove.contract")
rounds = import_module("prove.contract_rounds")
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def running_app(app: FastAPI) -> Iterator[FastAPI]:
    """An app in Schemathesis's hands, warm."""
    deadline = time.monotonic() + 30
    with asgi.get_client(app) as client:
        while client.get("/readyz").status_code != 200:
            assert time.monotonic() < deadline, "the app never became ready"
            time.sleep(0.01)
    yield app
    asgi.shutdown_lifespans()


# What differs between the databases is no matter of HTTP, and the long form tries both.
@on_sqlite
def test_every_operation_does_what_its_description_says(running_app: FastAPI, database: Database) -> None:
    keys, sessions = rounds.make_keys(database), rounds.sign_in(database, running_app.state.settings)
    entrances = rounds.entrances_by_operation(running_app)
    found = contract.Findings()
    for number in rounds.ROUNDS:
        config = rounds.config_of_round(number, entrances, keys, sessions, examples=4, seed=None)
        schema = schemathesis.openapi.from_asgi(
            "/openapi.json", running_app, config=config, headers={"X-API-Key": keys[Scope.READER]}
        )
        rounds.keep_part(schema, entrances, number)
        found.add(contract.explore(schema, in_use=rounds.IN_USE))
    assert found.failures == {}
    succeeded = {operation for operation, status in found.answers if status < 300}
    never = {
        "GET /openapi.json",
        # Not described: they are for browsers.
        "GET /",
        "GET /assets/{name}",
        # It draws no name of an account for this, for nothing makes sessions there; people/test_session_api.py does.
        "DELETE /v1/users/{name}/sessions",
        # Nor a parcel that waits, or was searched; desk/test_desk_api.py does.
        "POST /v1/scans/{scan_id}/claim",
        "DELETE /v1/scans/{scan_id}/claim",
        "POST /v1/scans/{scan_id}/verdict",
        "POST /v1/scans/{scan_id}/outcome",
        "POST /v1/scans/{scan_id}/outcome/photos",
        "GET /v1/scans/{scan_id}/outcome/photos/{sha256}",
    }
    assert succeeded == entrances.keys() - never, "it tried them, but not in earnest"


@pytest.fixture
def admin(client: TestClient, make_key: Callable[..., str]) -> TestClient:
    """A client with an admin's key."""
    client.headers["X-API-Key"] = make_key("boss", Scope.ADMIN)
    return client


def refusal(answer: Response) -> str:
    """What stands in the problem document of something that was sent and cannot be used."""
    assert answer.status_code == 422, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:parcelray:problem:bad-input"
    detail: str = answer.json()["detail"]
    return detail


@on_sqlite
def test_no_route_ignores_a_parameter_that_it_does_not_know(
    app: FastAPI, client: TestClient, make_key: Callable[..., str], sign_in: Callable[..., SignedIn]
) -> None:
    keys = {scope: make_key(scope, scope) for scope in Scope}
    names = {"scan_id": "0" * 32, "index": 0, "name": "nobody", "sha256": "0" * 64}
    people = {role: sign_in(client, role) for role in (Role.ADMIN, Role.SUPERVISOR)}
    for method, path, entrance in declared_access(app.routes):
        if entrance.roles and not entrance.scopes:
            person = next(people[role] for role in people if role in entrance.roles)
            answer = person.request(method, path.format(**names), params={"Limit": 1})
        else:
            headers = {"X-API-Key": keys[min(entrance.scopes)]} if entrance.scopes else {}
            answer = client.request(method, path.format(**names), params={"Limit": 1}, headers=headers)
        assert refusal(answer).startswith("query Limit: expected"), (method, path)
    answer = client.get("/v1/scans", params={"Limit": 1}, headers={"X-API-Key": keys[Scope.READER]})
    assert answer.json()["expected"] == "one of consignment, cursor, label, limit, scanner, since, state, until"
    assert client.get("/livez?Limit=1").json()["expected"] == "no parameter"


@on_sqlite
def test_a_parameter_that_comes_twice_is_refused(client: TestClient) -> None:
    assert refusal(client.get("/v1/scans?limit=1&limit=2")) == "query limit: expected it once, got it 2 times"


@on_sqlite
@pytest.mark.parametrize("number", ["+1", "1.0", "1_0", "%201", "1e1", "-1", "0", "201", "9" * 400])
def test_a_whole_number_is_written_in_digits(client: TestClient, number: str) -> None:
    assert refusal(client.get(f"/v1/scans?limit={number}")).startswith("query limit: expected")
    if number not in ("0", "201"):
        answer = client.get(f"/v1/scans/{'0' * 32}/views/{number}")
        assert refusal(answer).startswith("path index: expected")


@on_sqlite
@pytest.mark.parametrize(
    "moment",
    ["1700000000", "0.5", "2026-11-24", "2026-11-24T08:30:00", "2026-11-24T08:30:00+01:00", "1969-12-31T23:59:59Z"],
)
def test_a_time_is_written_out_with_its_zone(client: TestClient, moment: str) -> None:
    # The + in a query is a space, unless it is written as %2B.
    answer = client.get(f"/v1/scans?since={moment}")
    assert refusal(answer).startswith("query since: expected a time")
    assert client.get("/v1/scans?since=2026-11-24T08:30:00%2B01:00").status_code == 200


@on_sqlite
@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "body: expected it, got none"),
        (b"{", "request body: expected JSON, got text that is none"),
        (b'{"name": "\xff"}', "request body: expected JSON, got what cannot be read"),
        (b"[" * 100_000, "request body: expected JSON"),
        (b'{"name": ' + b"1" * 5000 + b"}", "request body: expected JSON"),
        (b"[]", "body: expected a valid dictionary or object"),
        (b'{"scope": "reader"}', "body name: expected it, got none"),
        (b'{"name": "a", "scope": "god"}', "body scope: expected 'workstation'"),
        (b'{"name": "a", "scope": "reader", "owner": "b"}', "body owner: expected nothing of that name, got it"),
        (b'{"name": "a\\ud800", "scope": "reader"}', "body name: expected"),
        (b'{"name": "a", "scope": "reader", "\\ud800": 1}', "body: expected"),
        (b'{"name": "\\u0000", "scope": "reader"}', "body name: expected printable characters"),
    ],
)
def test_a_document_that_cannot_be_is_refused_in_words(admin: TestClient, body: bytes, says: str) -> None:
    answer = admin.post("/v1/keys", content=body, headers={"Content-Type": "application/json"})
    assert refusal(answer).startswith(says)
    assert len(answer.content) < 2000


@on_sqlite
def test_what_came_is_not_sent_back_without_end(admin: TestClient) -> None:
    answer = admin.post("/v1/keys", json={"name": "a" * 1_000_000, "scope": "reader"})
    refusal(answer)
    assert len(answer.content) < 2000


def test_a_name_that_no_key_can_bear_is_refused_before_the_database_sees_it(admin: TestClient) -> None:
    # PostgreSQL takes no NUL.
    for answer in (admin.delete("/v1/keys/a%00"), admin.post("/v1/keys/a%00/rotate")):
        assert refusal(answer) == "path name: expected printable characters, got 'a\\x00'"


@on_sqlite
@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v1/scans", "GET, POST"),
        ("/v1/keys", "GET, POST"),
        ("/v1/keys/a", "DELETE"),
        ("/v1/keys/a%2Fb", None),
        ("/v1/scans/0", "GET"),
        ("/livez", "GET"),
    ],
)
@pytest.mark.parametrize("method", ["OPTIONS", "PATCH", "HEAD", "BREW"])
def test_all_that_can_be_done_at_a_path_is_named(
    client: TestClient, path: str, method: str, allowed: str | None
) -> None:
    answer = client.request(method, path)
    assert answer.status_code == (404 if allowed is None else 405)
    assert answer.headers.get("Allow") == allowed


def every_response(description: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            for status, response in operation["responses"].items():
                yield f"{method} {path} {status}", response


@on_sqlite
def test_the_description_is_whole(client: TestClient) -> None:
    description = client.get("/openapi.json").json()
    for name, response in every_response(description):
        assert response["description"], name
        for header in response.get("headers", {}).values():
            assert header["description"], name
        if name.endswith((" 204", " 304")):
            assert "content" not in response
            continue
        for media_type, content in response["content"].items():
            assert content, (name, media_type)
    for operations in description["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                assert parameter["description"], parameter
                assert "null" not in json.dumps(parameter["schema"]), "no query and no header holds null"
            assert operation["description"]
            assert "422" in operation["responses"], "every route refuses what it does not know"
