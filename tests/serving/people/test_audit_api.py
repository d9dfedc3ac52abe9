from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from parcelray.serving.people.roles import Role
from parcelray.serving.security.keys import Scope
from support.people import HOST, PASSWORD, SignedIn, signed_in, type_in
from support.sending import assert_problem


@pytest.fixture
def auditor(page: Any) -> SignedIn:
    page.people.accounts.add("vera", Role.AUDITOR, HOST, password=PASSWORD)
    return signed_in(page.client, "vera", PASSWORD)


def listed(auditor: SignedIn, query: str = "") -> list[tuple[Any, ...]]:
    answer = auditor.get(f"/v1/audit{query}")
    assert answer.status_code == 200, answer.text
    return [(entry["actor"], entry["action"], entry["subject"]) for entry in answer.json()["entries"]]


def test_an_auditor_reads_who_did_what_from_where(page: Any, clock: Any, auditor: SignedIn) -> None:
    page.people.accounts.add("chief", Role.ADMIN, HOST, password=PASSWORD)
    admin = signed_in(page.client, "chief", PASSWORD)
    clock.go_on(minutes=5)
    admin.request("POST", "/v1/users", json={"name": "anna", "role": "operator"})
    admin.request("PUT", "/v1/users/anna/role", json={"role": "supervisor"})
    assert type_in(page.client, "anna", "wrong horse battery").status_code == 401
    assert type_in(page.client, "my-secret-password", "anna").status_code == 401

    told = auditor.get("/v1/audit?limit=4").json()["entries"]
    numbers = [entry.pop("number") for entry in told]
    assert numbers == sorted(numbers, reverse=True)
    at = clock().isoformat().replace("+00:00", "Z")
    nobody = {"at": at, "actor_kind": "nobody", "actor": None, "address": "testclient", "action": "sign_in_failed"}
    by_chief = {"at": at, "actor_kind": "person", "actor": "chief", "address": "testclient", "subject": "anna"}
    assert told == [
        {**nobody, "subject": None, "details": {}},
        {**nobody, "subject": "anna", "details": {}},
        {**by_chief, "action": "role_changed", "details": {"from": "operator", "to": "supervisor"}},
        {**by_chief, "action": "account_added", "details": {"role": "operator"}},
    ]
    made = auditor.get("/v1/audit?name=vera&action=account_added").json()["entries"]
    assert [(entry["actor_kind"], entry["actor"], entry["address"]) for entry in made] == [("host", HOST.name, None)]
    everything = auditor.get("/v1/audit").text
    assert "my-secret-password" not in everything
    assert "argon2" not in everything


def test_entries_are_found_by_name_action_and_time(page: Any, clock: Any, auditor: SignedIn) -> None:
    page.people.accounts.add("anna", Role.OPERATOR, HOST, password=PASSWORD)
    clock.go_on(days=1)
    noon = clock()
    signed_in(page.client, "anna", PASSWORD)
    clock.go_on(days=1)
    page.people.accounts.deactivate("anna", HOST)
    auditor = signed_in(page.client, "vera", PASSWORD)
    about_anna = [
        (HOST.name, "deactivated", "anna"),
        ("anna", "signed_in", "anna"),
        (HOST.name, "account_added", "anna"),
    ]
    assert listed(auditor, "?name=anna") == about_anna
    assert listed(auditor, "?name=ann") == []
    assert listed(auditor, "?action=deactivated") == about_anna[:1]
    second = timedelta(seconds=1)

    def when(moment: Any) -> str:
        return moment.isoformat().replace("+00:00", "Z")

    assert listed(auditor, f"?since={when(noon)}&until={when(noon + second)}") == about_anna[1:2]
    assert listed(auditor, f"?name=anna&since={when(noon + second)}") == about_anna[:1]
    assert listed(auditor, f"?name=anna&until={when(noon)}") == about_anna[2:]


def test_pages_hold_every_entry_once_while_others_are_written(
    page: Any, auditor: SignedIn, noted: Callable[[], list[tuple[Any, ...]]]
) -> None:
    for number in range(7):
        page.people.accounts.add(f"officer-{number}", Role.OPERATOR, HOST, password=PASSWORD)
    before = noted()
    seen: list[str] = []
    query = "?limit=3"
    while True:
        answer = auditor.get(f"/v1/audit{query}").json()
        seen += [entry["subject"] for entry in answer["entries"]]
        page.people.accounts.add(f"later-{len(seen)}", Role.OPERATOR, HOST, password=PASSWORD)
        if answer["next"] is None:
            break
        assert len(answer["entries"]) == 3
        query = f"?limit=3&before={answer['next']}"
    assert seen == [row[4] for row in reversed(before)]


def test_who_only_works_here_does_not_read_it(page: Any, make_key: Callable[..., str]) -> None:
    page.people.accounts.add("anna", Role.SUPERVISOR, HOST, password=PASSWORD)
    assert_problem(signed_in(page.client, "anna", PASSWORD).get("/v1/audit"), 403, "role-refused")
    reader = {"X-API-Key": make_key("reader", Scope.READER)}
    assert page.client.get("/v1/audit", headers=reader).status_code == 403
    assert page.client.get("/v1/audit", headers={"X-API-Key": make_key("siem", Scope.ADMIN)}).status_code == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("limit=101", "query limit: expected"),
        ("limit=0", "query limit: expected"),
        ("before=0", "query before: expected"),
        ("before=last", "query before: expected"),
        ("before=9223372036854775808", "query before: expected"),
        ("action=erased", "query action: expected"),
        ("name=a%00b", "query name: expected"),
        ("since=yesterday", "query since: expected"),
        ("subject=anna", "query subject: expected"),
    ],
)
def test_what_cannot_be_asked_is_told(auditor: SignedIn, query: str, says: str) -> None:
    answer = auditor.get(f"/v1/audit?{query}")
    assert_problem(answer, 422, "bad-input", says)
