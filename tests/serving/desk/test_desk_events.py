"""What happens at the desk, told by a real service over a real stream, to those who may hear of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import httpx2
import jsonschema_rs
import pytest

from parcelray.serving.people.accounts import Accounts
from parcelray.serving.people.roles import Role
from parcelray.serving.security.keys import Scope
from parcelray.serving.store.database import Database
from support.parcels_at_desk import RELEASE, SEARCH
from support.people import HOST, PASSWORD
from support.pictures import encoded, scan_pixels, view
from support.service import Service

PATIENCE_S = 20.0
CLAIM_S = 2


@contextmanager
def page_of(service: Service, name: str) -> Iterator[httpx2.Client]:
    """A browser of somebody who is signed in."""
    with httpx2.Client(base_url=service.url, timeout=PATIENCE_S) as page:
        signed_in = page.post("/v1/session", json={"name": name, "password": PASSWORD})
        assert signed_in.status_code == 201, signed_in.text
        page.headers["X-CSRF-Token"] = signed_in.json()["csrf_token"]
        yield page


@pytest.fixture
def service(serve: Callable[..., Service], database_url: str, database: Database) -> Service:
    accounts = Accounts(database)
    accounts.add("anna", Role.OPERATOR, HOST, password=PASSWORD)
    accounts.add("ben", Role.OPERATOR, HOST, password=PASSWORD)
    service = serve(PARCELRAY_DATABASE_URL=database_url, PARCELRAY_CLAIM_S=f"{CLAIM_S}")
    service.wait_until_ready()
    return service


@pytest.fixture
def anna(service: Service) -> Iterator[httpx2.Client]:
    with page_of(service, "anna") as page:
        yield page


@contextmanager
def listening(client: httpx2.Client, known: int | None = None, **headers: str) -> Iterator[Iterator[Any]]:
    """Hear what is told; the service knows of the listener when the block begins."""
    headers |= {} if known is None else {"Last-Event-ID": str(known)}
    with client.sse("/v1/events", headers=headers) as stream:
        assert stream.response.status_code == 200, stream.response.read()
        ear = iter(stream)
        assert next(ear).retry == 2000
        yield ear


def send_scan(service: Service, key: str, seed: int = 0) -> str:
    files = [view(encoded(scan_pixels(seed=seed)))]
    answer = httpx2.post(f"{service.url}/v1/scans", files=files, headers={"X-API-Key": key}, timeout=PATIENCE_S)
    assert answer.status_code == 201, answer.text
    scan_id: str = answer.json()["scan_id"]
    return scan_id


def entry_of(event: Any) -> tuple[str, str, str | None]:
    entry = json.loads(event.data)
    return event.event, entry["stage"], entry["claimed_by"]


def work(anna: httpx2.Client, service: Service, key: str) -> str:
    """A parcel comes, is claimed, given back, claimed again, decided and searched."""
    scan_id = send_scan(service, key)
    for method, path in (("POST", "claim"), ("DELETE", "claim"), ("POST", "claim")):
        assert anna.request(method, f"/v1/scans/{scan_id}/{path}").status_code == 200
    sent = {"Idempotency-Key": scan_id}
    assert anna.post(f"/v1/scans/{scan_id}/verdict", json=SEARCH, headers=sent).status_code == 201
    assert anna.post(f"/v1/scans/{scan_id}/outcome", json={"found": False}, headers=sent).status_code == 201
    return scan_id


ALL = [
    ("queued", "screen", None),
    ("claimed", "screen", "anna"),
    ("released", "screen", None),
    ("claimed", "screen", "anna"),
    ("decided", "search", None),
    ("outcome", "done", None),
]


def test_all_that_happens_at_the_desk_is_told_in_order_as_the_description_says(
    service: Service, anna: httpx2.Client, key: str
) -> None:
    with listening(anna) as ear:
        scan_id = work(anna, service, key)
        scan, *at_desk = islice(ear, 7)
    assert scan.event == "scan"
    assert [entry_of(event) for event in at_desk] == ALL
    numbers = [int(event.id) for event in (scan, *at_desk)]
    assert numbers == sorted(set(numbers))
    description = anna.get("/openapi.json").json()
    item = description["paths"]["/v1/events"]["get"]["responses"]["200"]["content"]["text/event-stream"]["itemSchema"]
    entry = {"$ref": "#/components/schemas/EntryAnswer", "components": description["components"]}
    for event in at_desk:
        said = {"event": event.event, "id": event.id, "data": event.data}
        assert jsonschema_rs.is_valid({**item, "components": description["components"]}, said)
        jsonschema_rs.validate(entry, json.loads(event.data), validate_formats=True)
        assert json.loads(event.data)["scan_id"] == scan_id
    # What is told last is what is answered.
    assert json.loads(at_desk[-1].data) == anna.get(f"/v1/scans/{scan_id}/verdicts").json()["entry"]
    # Who comes back is told what it missed, under the same numbers.
    with listening(anna, known=numbers[2]) as ear:
        assert [event.id for event in islice(ear, 4)] == [event.id for event in at_desk[2:]]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("scope", Scope)
def test_of_keys_only_those_of_readers_hear_of_it(
    service: Service, anna: httpx2.Client, key: str, make_key: Callable[..., str], scope: Scope
) -> None:
    work(anna, service, key)
    last = send_scan(service, key, seed=1)
    holder = key if scope is Scope.WORKSTATION else make_key(f"a {scope}", scope)
    heard = []
    with (
        httpx2.Client(base_url=service.url, timeout=PATIENCE_S) as client,
        listening(client, known=0, **{"X-API-Key": holder}) as ear,
    ):
        for event in ear:
            heard.append(event.event)
            if json.loads(event.data)["scan_id"] == last:
                break
    assert heard == (["scan", *(kind for kind, _, _ in ALL), "scan"] if scope is Scope.READER else ["scan", "scan"])


def test_a_claim_that_runs_out_is_told_of_while_nobody_asks(service: Service, anna: httpx2.Client, key: str) -> None:
    with listening(anna) as ear:
        scan_id = send_scan(service, key)
        claimed = anna.post("/v1/queue/next").json()["entry"]
        _, queued, taken, gone = islice(ear, 4)
    assert [entry_of(event) for event in (queued, taken, gone)] == [
        ("queued", "screen", None),
        ("claimed", "screen", "anna"),
        ("released", "screen", None),
    ]
    # Nobody has claimed it since, so the word of whoever looked counts.
    assert claimed["scan_id"] == scan_id
    answer = anna.post(f"/v1/scans/{scan_id}/verdict", json=RELEASE, headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json()["leads_to"]) == (201, "second")


def test_a_claim_that_ran_out_and_was_taken_by_another_is_told_to_who_comes_late(
    service: Service, anna: httpx2.Client, key: str
) -> None:
    scan_id = send_scan(service, key)
    with page_of(service, "ben") as ben, listening(anna) as ear:
        anna.post("/v1/queue/next")
        next(event for event in ear if event.event == "released")
        assert ben.post("/v1/queue/next").json()["entry"]["claimed_by"] == "ben"
        answer = anna.post(f"/v1/scans/{scan_id}/verdict", json=RELEASE, headers={"Idempotency-Key": "k"})
    assert answer.status_code == 409
    assert "found one that ben holds until" in answer.json()["detail"]
