"""Signing in and out over HTTP: what browsers are told to keep, and what another site cannot make of it."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from parcelray.serving.people.attempts import MOST_FOR_A_NAME
from parcelray.serving.people.roles import Role
from parcelray.serving.security.keys import Scope
from support.people import HOST, PASSWORD, Clock, SignedIn, send, signed_in, type_in

# What differs between the databases is looked at beside this file.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

WRONG = "wrong horse battery"
NEW = "another horse, a newer battery"


@pytest.fixture
def anna(page: Any) -> SignedIn:
    page.people.accounts.add("anna", Role.ADMIN, HOST, password=PASSWORD)
    return signed_in(page.client, "anna", PASSWORD)


def kind_of(answer: Any) -> str:
    assert answer.headers["Content-Type"] == "application/problem+json"
    return str(answer.json()["type"]).removeprefix("urn:parcelray:problem:")


def test_a_page_learns_who_is_signed_in(page: Any, anna: SignedIn) -> None:
    told = {"name": "anna", "role": "admin", "csrf_token": anna.csrf_token, "password_is_due": False}
    assert anna.get("/v1/session").json() == told
    assert anna.token not in anna.get("/v1/session").text


def test_the_cookie_is_for_this_host_and_for_no_script(page: Any, anna: SignedIn) -> None:
    (cookie,) = type_in(page.client, "anna", PASSWORD).headers.get_list("Set-Cookie")
    name_and_value, *attributes = cookie.split("; ")
    assert name_and_value.startswith("parcelray-session=")
    assert sorted(attributes) == ["HttpOnly", "Path=/", "SameSite=strict"]


def test_with_https_the_cookie_travels_by_https_alone(page: Any, anna: SignedIn) -> None:
    secure = TestClient(page.app, base_url="https://hub.example")
    answer = type_in(secure, "anna", PASSWORD)
    (cookie,) = answer.headers.get_list("Set-Cookie")
    name_and_value, *attributes = cookie.split("; ")
    assert name_and_value.startswith("__Host-parcelray-session=")
    assert sorted(attributes) == ["HttpOnly", "Path=/", "SameSite=strict", "Secure"]
    token = name_and_value.partition("=")[2]
    assert send(secure, "GET", "/v1/session", headers={"Cookie": f"__Host-parcelray-session={token}"}).is_success
    # Its neighbour on another port, or by http, may set the other one.
    answer = send(secure, "GET", "/v1/session", headers={"Cookie": f"parcelray-session={token}"})
    assert answer.status_code == 401


def test_who_signs_out_is_out_though_somebody_has_the_cookie(page: Any, anna: SignedIn) -> None:
    answer = anna.request("DELETE", "/v1/session")
    assert (answer.status_code, answer.content) == (204, b"")
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    assert kind_of(anna.get("/v1/session")) == "session-refused"


def test_a_session_that_was_planted_beforehand_lets_nobody_in(page: Any, anna: SignedIn) -> None:
    page.people.accounts.add("boris", Role.OPERATOR, HOST, password=PASSWORD)
    planted = "x" * len(anna.token)
    boris = signed_in(page.client, "boris", PASSWORD, Cookie=f"parcelray-session={planted}")
    assert boris.token != planted
    answer = send(page.client, "GET", "/v1/session", headers={"Cookie": f"parcelray-session={planted}"})
    assert kind_of(answer) == "session-refused"
    # Nor does one that was real: the browser's former session ends with the next sign-in.
    again = signed_in(page.client, "boris", PASSWORD, **anna.cookie)
    assert again.token != anna.token
    assert again.get("/v1/session").json()["name"] == "boris"
    assert kind_of(anna.get("/v1/session")) == "session-refused"


def test_time_ends_a_session(page: Any, anna: SignedIn, clock: Clock) -> None:
    clock.go_on(minutes=31)
    answer = anna.get("/v1/session")
    assert answer.status_code == 401
    assert kind_of(answer) == "session-refused"
    assert "whose time is up" in answer.json()["detail"]


def test_whoever_uses_a_session_keeps_it(page: Any, anna: SignedIn, clock: Clock) -> None:
    for _ in range(3):
        clock.go_on(minutes=29)
        assert anna.get("/v1/session").status_code == 200
        deadline = time.monotonic() + 10
        # Nobody who calls waits for the note.
        while page.people.sessions.find(anna.token).seen_at != clock.now:
            assert time.monotonic() < deadline, "nobody noted it"
            time.sleep(0.01)


def test_whoever_is_signed_out_by_an_admin_is_out_with_the_next_request(page: Any, anna: SignedIn) -> None:
    page.people.accounts.add("boris", Role.OPERATOR, HOST, password=PASSWORD)
    boris = signed_in(page.client, "boris", PASSWORD)
    assert boris.get("/v1/scans").status_code == 200
    assert anna.request("DELETE", "/v1/users/boris/sessions").json() == {"name": "boris", "sessions": 1}
    assert kind_of(boris.get("/v1/scans")) == "session-refused"


@pytest.mark.parametrize("shown", [None, "", "x", "0" * 64, "ä"])
def test_nothing_is_changed_without_the_token_of_the_session(page: Any, anna: SignedIn, shown: str | None) -> None:
    headers = {**anna.cookie, **({} if shown is None else {"X-CSRF-Token": shown.encode()})}
    for method, path in [("POST", "/v1/users"), ("PUT", "/v1/users/anna/role"), ("DELETE", "/v1/users/anna")]:
        answer = send(page.client, method, path, headers=headers, json={"name": "eve", "role": "admin"})
        assert answer.status_code == 403
        assert kind_of(answer) == "cross-site-refused"
    assert [account.name for account in page.people.accounts.all()] == ["anna"]
    assert send(page.client, "GET", "/v1/users", headers=anna.cookie).status_code == 200


def test_the_token_of_another_session_does_not_serve(page: Any, anna: SignedIn) -> None:
    again = signed_in(page.client, "anna", PASSWORD)
    assert again.csrf_token != anna.csrf_token
    again.csrf_token = anna.csrf_token
    assert kind_of(again.request("POST", "/v1/users", json={"name": "eve", "role": "admin"})) == "cross-site-refused"


@pytest.mark.parametrize(
    ("headers", "is_ours"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, False),
        ({"Origin": "http://testserver"}, True),
        ({"Origin": "http://testserver:8081"}, False),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({}, True),
    ],
)
def test_what_another_site_sends_is_refused_also_with_the_token_and_at_the_door(
    page: Any, anna: SignedIn, headers: dict[str, str], is_ours: bool
) -> None:
    token = {**anna.cookie, "X-CSRF-Token": anna.csrf_token}
    made = send(page.client, "POST", "/v1/users", headers={**token, **headers}, json={"name": "eve", "role": "admin"})
    came_in = type_in(page.client, "anna", PASSWORD, **headers)
    if is_ours:
        assert (made.status_code, came_in.status_code) == (201, 201)
    else:
        assert (kind_of(made), kind_of(came_in)) == ("cross-site-refused", "cross-site-refused")
        assert (made.status_code, came_in.status_code) == (403, 403)


def test_a_form_of_another_site_is_no_json(page: Any, anna: SignedIn) -> None:
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        body = json.dumps({"name": "anna", "password": PASSWORD})
        answer = send(page.client, "POST", "/v1/session", content=body, headers={"Content-Type": content_type})
        assert answer.status_code == 422, content_type


def test_a_program_with_a_key_is_asked_for_no_token(page: Any, make_key: Callable[..., str]) -> None:
    headers = {"X-API-Key": make_key("boss", Scope.ADMIN), "Origin": "https://elsewhere.example"}
    answer = page.client.post("/v1/keys", json={"name": "belt-2", "scope": "reader"}, headers=headers)
    assert answer.status_code == 201


def test_a_key_goes_before_a_session(page: Any, anna: SignedIn, make_key: Callable[..., str]) -> None:
    headers = {**anna.cookie, "X-API-Key": make_key("reader", Scope.READER)}
    assert kind_of(page.client.get("/v1/keys", headers=headers)) == "scope-refused"


def test_nobody_learns_which_accounts_there_are(page: Any, anna: SignedIn) -> None:
    page.people.accounts.add("gone", Role.OPERATOR, HOST, password=PASSWORD)
    page.people.accounts.deactivate("gone", HOST)
    answers = [
        type_in(page.client, name, password)
        for name, password in [("anna", WRONG), ("nobody", PASSWORD), ("gone", PASSWORD)]
    ]
    said = []
    for answer in answers:
        assert answer.status_code == 401
        assert kind_of(answer) == "sign-in-refused"
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Content-Length"] == answers[0].headers["Content-Length"]
        said.append({**answer.json(), "request_id": ""})
    assert said[0] == said[1] == said[2]


def test_who_guesses_is_told_to_wait(page: Any, anna: SignedIn, clock: Clock) -> None:
    for _ in range(MOST_FOR_A_NAME):
        assert type_in(page.client, "anna", WRONG).status_code == 401
    answer = type_in(page.client, "anna", PASSWORD)
    assert answer.status_code == 429
    assert kind_of(answer) == "too-many-attempts"
    assert answer.headers["Retry-After"] == "900"
    # Whoever is signed in stays so.
    assert anna.get("/v1/session").status_code == 200
    clock.go_on(minutes=15)
    assert type_in(page.client, "anna", PASSWORD).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {"name": "anna", "password": [WRONG]},
        {"name": "anna", "password": WRONG * 10},
        {"password": WRONG},
        {"name": "anna", "pass": WRONG},
        {"name": "anna", "password": PASSWORD, "otp": WRONG},
        ["anna", WRONG],
        WRONG,
    ],
)
def test_what_cannot_be_is_refused_without_repeating_a_password(page: Any, body: Any) -> None:
    answer = send(page.client, "POST", "/v1/session", json=body)
    assert answer.status_code == 422
    assert "horse" not in answer.text


def test_neither_password_nor_token_stands_in_the_log(
    page: Any, anna: SignedIn, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        type_in(page.client, "anna", WRONG)
        person = signed_in(page.client, "anna", PASSWORD)
        answer = person.request(
            "POST", "/v1/session/password", json={"current_password": PASSWORD, "new_password": NEW}
        )
        assert answer.status_code == 200
        person.get("/v1/session?token=1")
    said = "".join(f"{record.getMessage()}{getattr(record, 'fields', '')}" for record in caplog.records)
    assert "'user': 'anna'" in said
    for secret in (WRONG, PASSWORD, NEW, person.token, person.csrf_token):
        assert secret not in said


def test_a_new_password_gives_a_new_session(page: Any, anna: SignedIn) -> None:
    given = {"current_password": PASSWORD, "new_password": NEW}
    answer = anna.request("POST", "/v1/session/password", json=given)
    assert answer.status_code == 200
    assert anna.token not in answer.headers["Set-Cookie"]
    assert kind_of(anna.get("/v1/session")) == "session-refused"
    assert type_in(page.client, "anna", PASSWORD).status_code == 401
    person = signed_in(page.client, "anna", NEW)
    refused = person.request("POST", "/v1/session/password", json={**given, "new_password": "password1234"})
    assert refused.status_code == 422
    assert refused.json()["detail"].startswith("new password: expected one that nobody guesses")


def test_who_has_shown_nothing_may_not_send_much(page: Any) -> None:
    name = "a" * 20_000
    assert type_in(page.client, name, PASSWORD).status_code == 413
    chunks = iter([json.dumps({"name": name, "password": PASSWORD}).encode()])
    headers = {"Content-Type": "application/json"}
    assert send(page.client, "POST", "/v1/session", content=chunks, headers=headers).status_code == 411
