from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from parcelray.serving.people.roles import Role
from parcelray.serving.security.keys import Scope
from support.people import HOST, PASSWORD, SignedIn, signed_in, type_in

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NEW = "another horse, a newer battery"


@pytest.fixture
def admin(page: Any) -> SignedIn:
    page.people.accounts.add("chief", Role.ADMIN, HOST, password=PASSWORD)
    return signed_in(page.client, "chief", PASSWORD)


def test_an_account_from_its_first_day_to_its_last(
    page: Any, admin: SignedIn, noted: Callable[[], list[tuple[Any, ...]]]
) -> None:
    made = admin.request("POST", "/v1/users", json={"name": "anna", "role": "operator"})
    assert made.status_code == 201
    once = made.json()["one_time_password"]
    assert made.json() == {"name": "anna", "one_time_password": once}

    anna = signed_in(page.client, "anna", once)
    assert anna.get("/v1/scans").json()["type"] == "urn:parcelray:problem:password-due"
    chosen = anna.request("POST", "/v1/session/password", json={"current_password": once, "new_password": NEW})
    assert chosen.json()["password_is_due"] is False
    anna = signed_in(page.client, "anna", NEW)
    assert anna.get("/v1/scans").status_code == 200
    assert type_in(page.client, "anna", once).status_code == 401

    changed = admin.request("PUT", "/v1/users/anna/role", json={"role": "engineer"})
    assert changed.json()["role"] == "engineer"
    assert anna.get("/v1/scans").status_code == 401, "a role of yesterday"
    assert signed_in(page.client, "anna", NEW).get("/metrics").status_code == 200

    again = admin.request("POST", "/v1/users/anna/password").json()["one_time_password"]
    assert type_in(page.client, "anna", NEW).status_code == 401
    anna = signed_in(page.client, "anna", again)
    assert admin.request("DELETE", "/v1/users/anna").json()["deactivated_at"] is not None
    assert anna.get("/v1/session").status_code == 401
    assert type_in(page.client, "anna", again).status_code == 401
    for method, path in [("DELETE", ""), ("DELETE", "/sessions"), ("POST", "/password")]:
        assert admin.request(method, f"/v1/users/anna{path}").status_code == 404

    told = {user["name"]: user for user in admin.get("/v1/users").json()["users"]}
    assert told.keys() == {"chief", "anna"}
    assert told["anna"]["signed_in_from"] == "testclient"
    text = admin.get("/v1/users").text
    assert "argon2" not in text
    assert again not in text
    by_chief = [
        what for kind, who, _, what, subject, _ in noted() if (kind, who, subject) == ("person", "chief", "anna")
    ]
    assert by_chief == ["account_added", "role_changed", "password_reset", "deactivated"]


@pytest.mark.parametrize(("method", "path", "wanted"), [("PUT", "/role", {"role": "auditor"}), ("DELETE", "", None)])
def test_the_last_admin_stays_one(page: Any, admin: SignedIn, method: str, path: str, wanted: object) -> None:
    page.people.accounts.add("shut", Role.ADMIN, HOST, password=PASSWORD)
    page.people.accounts.deactivate("shut", HOST)
    refused = admin.request(method, f"/v1/users/chief{path}", json=wanted)
    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:parcelray:problem:last-admin"
    assert admin.get("/v1/session").status_code == 200, "nothing was taken"
    assert admin.request("PUT", "/v1/users/chief/role", json={"role": "admin"}).status_code == 200

    admin = signed_in(page.client, "chief", PASSWORD)
    page.people.accounts.add("deputy", Role.ADMIN, HOST, password=PASSWORD)
    assert admin.request(method, f"/v1/users/chief{path}", json=wanted).status_code == 200
    # On the host another can be made, so it is not refused there.
    assert page.people.accounts.deactivate("deputy", HOST).deactivated_at is not None


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "Anna", "a b", "", "a\0", "ünal"])
def test_a_name_in_which_something_could_hide_is_refused(page: Any, admin: SignedIn, name: str) -> None:
    answer = admin.request("POST", "/v1/users", json={"name": name, "role": "operator"})
    assert answer.status_code == 422
    # What comes back is no page, whatever stands in it.
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert [user["name"] for user in admin.get("/v1/users").json()["users"]] == ["chief"]


def test_a_name_that_is_taken_is_refused(page: Any, admin: SignedIn) -> None:
    answer = admin.request("POST", "/v1/users", json={"name": "chief", "role": "operator"})
    assert answer.status_code == 422
    assert answer.json()["detail"] == "account name: expected one that no account bears or bore, got 'chief'"


def test_an_admin_manages_keys_too_and_it_is_on_record(
    page: Any, admin: SignedIn, make_key: Callable[..., str], noted: Callable[[], list[tuple[Any, ...]]]
) -> None:
    made = admin.request("POST", "/v1/keys", json={"name": "belt-1", "scope": "workstation"})
    assert made.status_code == 201
    assert [key["name"] for key in admin.get("/v1/keys").json()["keys"]] == ["belt-1"]
    by_key = {"headers": {"X-API-Key": make_key("boss", Scope.ADMIN)}}
    rotated = page.client.post("/v1/keys/belt-1/rotate", **by_key)
    assert rotated.status_code == 200
    assert admin.request("DELETE", "/v1/keys/belt-1").status_code == 200
    assert admin.request("DELETE", "/v1/keys/belt-1").status_code == 404, "what was not done is not noted"
    on_record = [row for row in noted() if row[3].startswith("key_")]
    assert on_record == [
        ("person", "chief", "testclient", "key_made", "belt-1", {"scope": "workstation"}),
        (HOST.kind, HOST.name, None, "key_made", "boss", {"scope": "admin"}),
        ("key", "boss", "testclient", "key_rotated", "belt-1", {}),
        ("person", "chief", "testclient", "key_revoked", "belt-1", {}),
    ]
    assert made.json()["key"] not in str(on_record)
    assert rotated.json()["key"] not in str(on_record)
