"""The desk over HTTP: officers and a supervisor work parcels from scan to outcome; what cannot be is told."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from parcelray.serving.people.roles import Role
from parcelray.serving.security.keys import Scope
from support.answers import picture, send
from support.caller import problem_of
from support.parcels_at_desk import ESCALATE, RELEASE, SEARCH, drawn, judged
from support.people import SignedIn
from support.people import send as send_without_key
from support.pictures import view

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FOUND = {"found": True, "items": [{"label": "pistol", "where": "in_appliance", "count": 1}], "seizure_number": "7"}
PISTOL = {"label": "pistol", "group": "firearm", "box": [64.0, 32.0, 80.0, 48.0]}


class At:
    """Somebody at the desk, by a page of the service."""

    def __init__(self, person: SignedIn) -> None:
        self.person = person
        self.name = person.name
        self._sent = 0

    def post(self, path: str, document: Any = None, *, key: str | None = None, **options: Any) -> Response:
        """Send something, under a key of its own where it needs one."""
        self._sent += 1
        headers = {**self.person.cookie, "X-CSRF-Token": self.person.csrf_token, "Sec-Fetch-Site": "same-origin"}
        headers["Idempotency-Key"] = key or f"{self.name}-{self._sent}"
        if document is not None:
            options["json"] = document
        return send_without_key(self.person.client, "POST", path, headers=headers, **options)

    def get(self, path: str) -> Any:
        """Ask for something that is there."""
        answer = self.person.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def next(self, query: str = "") -> Any:
        """Claim the next parcel."""
        answer = self.post(f"/v1/queue/next{query}")
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def staff(client: TestClient, sign_in: Callable[..., SignedIn]) -> dict[str, At]:
    """Those who work at the desk."""
    roles = {"anna": Role.OPERATOR, "ben": Role.OPERATOR, "sue": Role.SUPERVISOR}
    return {name: At(sign_in(client, role, name=name)) for name, role in roles.items()}


@pytest.fixture
def send_scan(client: TestClient, key: str) -> Callable[..., dict[str, Any]]:
    """Sends a scan as a workstation does; the tiny network finds a pistol in it."""

    def send_scan(seed: int, *files: Any, **options: Any) -> dict[str, Any]:
        client.headers["X-API-Key"] = key
        return send(client, *(files or (picture(seed),)), **options)

    return send_scan


def test_two_officers_and_a_supervisor_work_a_queue(
    staff: dict[str, At], send_scan: Callable[..., dict[str, Any]], client: TestClient, make_key: Callable[..., str]
) -> None:
    anna, ben, sue = staff.values()
    sent = [send_scan(seed)["scan_id"] for seed in range(3)]
    unseen = send_scan(9, view(b"no image", "a.png"))["scan_id"]
    queue = anna.get("/v1/queue")
    assert [entry["scan_id"] for entry in queue["entries"]] == [unseen, *sent], "first what no model has seen"
    assert queue["waiting"] == {"screen": 4, "second": 0, "search": 0, "escalated": 0}

    first, prefetched = anna.next(), anna.next()
    assert [first["entry"]["scan_id"], prefetched["entry"]["scan_id"]] == [unseen, sent[0]]
    assert prefetched["scan"] == anna.get(f"/v1/scans/{sent[0]}")
    assert problem_of(anna.post("/v1/queue/next"))[:2] == (409, "too-many-claims")
    assert [entry["scan_id"] for entry in anna.get("/v1/queue?limit=1")["mine"]] == [unseen, sent[0]]
    assert ben.next()["entry"]["scan_id"] == sent[1]

    searched = anna.post(f"/v1/scans/{unseen}/verdict", {"decision": "search", "reason": "not_screened"})
    assert (searched.status_code, searched.json()["leads_to"]) == (201, "search")
    boxes = [judged(0, "rejected")]
    released = anna.post(f"/v1/scans/{sent[0]}/verdict", {**RELEASE, "boxes": boxes, "note": "a toy"}, key="toy")
    assert released.json()["leads_to"] == "second"
    assert released.json()["boxes"] == [{"view": 0, "rank": 0, "action": "rejected", **PISTOL}]
    again = anna.post(f"/v1/scans/{sent[0]}/verdict", {**RELEASE, "boxes": boxes, "note": "a toy"}, key="toy")
    assert (again.status_code, again.json()) == (201, released.json())
    assert (released.headers.get("Idempotent-Replayed"), again.headers["Idempotent-Replayed"]) == (None, "true")
    other = anna.post(f"/v1/scans/{sent[0]}/verdict", {**SEARCH}, key="toy")
    assert problem_of(other)[:2] == (422, "idempotency-key-reused")

    second = ben.next("?stage=second")
    assert second["entry"]["first_verdict"] == released.json()
    assert problem_of(anna.post(f"/v1/scans/{sent[0]}/claim"))[:2] == (409, "claimed-by-another")
    assert ben.post(f"/v1/scans/{sent[0]}/verdict", RELEASE).json()["leads_to"] == "done"
    assert problem_of(ben.post(f"/v1/scans/{sent[0]}/verdict", RELEASE))[:2] == (409, "other-stage")

    assert ben.post(f"/v1/scans/{sent[1]}/verdict", ESCALATE).json()["leads_to"] == "escalated"
    assert problem_of(ben.post("/v1/queue/next?stage=escalated"))[:2] == (403, "role-refused")
    assert sue.next("?stage=escalated")["entry"]["scan_id"] == sent[1]
    confirmed = {**SEARCH, "boxes": [judged(0, "confirmed"), drawn("magazine", 1, 2, 30, 40.5)]}
    assert sue.post(f"/v1/scans/{sent[1]}/verdict", confirmed).status_code == 201

    told = ben.post(f"/v1/scans/{sent[1]}/outcome", FOUND, key="found")
    assert (told.status_code, told.json()["items"][0]["amount"]) == (201, None)
    assert ben.post(f"/v1/scans/{sent[1]}/outcome", FOUND, key="found").headers["Idempotent-Replayed"] == "true"
    photo = ben.post(f"/v1/scans/{sent[1]}/outcome/photos", files=[("photo", picture(3)[1])])
    assert photo.status_code == 201
    shown = client.get(
        f"/v1/scans/{sent[1]}/outcome/photos/{photo.json()['sha256']}",
        headers={"X-API-Key": make_key("wall", Scope.READER)},
    )
    assert (shown.status_code, shown.headers["Content-Type"], len(shown.content)) == (
        200, "image/png", photo.json()["bytes"],
    )  # fmt: skip
    outcome = sue.get(f"/v1/scans/{sent[1]}/outcome")
    assert (outcome["outcomes"], outcome["photos"]) == ([told.json()], [photo.json()])
    assert sue.get(f"/v1/scans/{sent[1]}/outcome/photos")["photos"] == [photo.json()]

    history = sue.get(f"/v1/scans/{sent[1]}/verdicts")
    assert [(one["by"], one["stage"], one["leads_to"]) for one in history["verdicts"]] == [
        ("ben", "screen", "escalated"),
        ("sue", "escalated", "search"),
    ]
    assert history["entry"]["stage"] == "done"
    assert ben.get("/v1/queue")["waiting"] == {"screen": 1, "second": 0, "search": 1, "escalated": 0}
    assert ben.next()["entry"]["scan_id"] == sent[2]
    assert anna.next() == {"entry": None, "scan": None}
    given_back = ben.person.request("DELETE", f"/v1/scans/{sent[2]}/claim")
    assert (given_back.status_code, given_back.json()["claimed_by"]) == (200, None)
    assert anna.next()["entry"]["claimed_by"] == "anna"


def test_what_was_decided_leaves_for_training(
    staff: dict[str, At],
    send_scan: Callable[..., dict[str, Any]],
    client: TestClient,
    make_key: Callable[..., str],
    sign_in: Callable[..., SignedIn],
) -> None:
    scan_id = send_scan(1)["scan_id"]
    staff["anna"].next()
    staff["anna"].post(f"/v1/scans/{scan_id}/verdict", {**SEARCH, "boxes": [judged(0, "confirmed")]})
    staff["ben"].post(f"/v1/scans/{scan_id}/outcome", FOUND)
    engineer = sign_in(client, Role.ENGINEER).get("/v1/training-export?since=2026-01-01T00:00:00Z")
    answer = client.get("/v1/training-export", headers={"X-API-Key": make_key("trainer", Scope.ENGINEER)})
    assert answer.content == engineer.content
    assert answer.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        document = json.loads(archive.read("annotations.json"))
    assert [item["bbox"] for item in document["annotations"]] == [[64.0, 32.0, 16.0, 16.0]]
    assert [category["name"] for category in document["categories"]] == ["banknote_bundle", "pistol", "revolver"]


@on_sqlite
def test_the_codes_are_those_that_are_taken(
    make_app: Callable[..., FastAPI], open_client: Callable[[FastAPI], TestClient], sign_in: Callable[..., SignedIn]
) -> None:
    client = open_client(make_app(own_classes="wrench=firearm_part", claim_s=60, second_person_severity=2))
    codes = At(sign_in(client, Role.AUDITOR)).get("/v1/desk/codes")
    assert (codes["claim_s"], codes["second_person_severity"], codes["limits"]["claims"]) == (60, 2, 2)
    labels = {one["label"]: one for one in codes["labels"]}
    assert labels["wrench"] == {"label": "wrench", "group": "firearm_part", "severity": 3, "own": True}
    assert labels["pistol"] == {"label": "pistol", "group": "firearm", "severity": 1, "own": False}
    assert [group["severity"] for group in codes["groups"]] == sorted(group["severity"] for group in codes["groups"])
    assert {"EUR", "USD", "JPY"} < set(codes["currencies"])
    assert not {"XXX", "XAU", "XTS"} & set(codes["currencies"])
    assert all(codes["reasons"][decision] for decision in ("release", "search", "escalate"))


@on_sqlite
@pytest.mark.parametrize(
    ("path", "document", "says"),
    [
        ("verdict", None, "body: expected it, got none"),
        ("verdict", {}, "body decision: expected it, got none"),
        ("verdict", {**RELEASE, "decision": "clear"}, "body decision: expected 'release', 'search' or 'escalate', got"),
        ("verdict", {**RELEASE, "reason": "needs_expert"}, "body reason: expected for release one of false_alarm,"),
        ("verdict", {**RELEASE, "reason": "x" * 65}, "body reason: expected at most 64 characters"),
        (
            "verdict",
            {**RELEASE, "note": "\x00"},
            "body note: expected text without control characters, got one with U+0",
        ),
        ("verdict", {**RELEASE, "note": "x" * 2001}, "body note: expected at most 2000 characters"),
        ("verdict", {**RELEASE, "note": 5}, "body note: expected a valid string"),
        ("verdict", {**RELEASE, "opened_at": "2026-11-24"}, "body opened_at: expected a time as in RFC 3339"),
        ("verdict", {**RELEASE, "boxes": [{}]}, "body boxes 0 view: expected it, got none"),
        ("verdict", {**RELEASE, "boxes": [judged(7, "confirmed")]}, "body boxes 0 rank: expected 0 to 0, got 7"),
        ("verdict", {**RELEASE, "boxes": [drawn("gun")]}, "body boxes 0 label: expected one of pistol"),
        ("verdict", {**RELEASE, "boxes": [drawn("Gun")]}, "body boxes 0 label: expected text that matches"),
        (
            "verdict",
            {**RELEASE, "boxes": [drawn("pistol", -1, 0, 9, 9)]},
            "body boxes 0 box 0: expected greater than or",
        ),
        ("verdict", {**RELEASE, "boxes": [drawn("pistol", 0, 0, 9)]}, "body boxes 0 box 3: expected it, got none"),
        ("verdict", {**RELEASE, "boxes": [judged(0, "clear")]}, "body boxes 0 action: expected 'confirmed'"),
        ("verdict", {**RELEASE, "by": "ben"}, "body by: expected nothing of that name, got it"),
        ("outcome", {"found": True}, "body items: expected items where found is true"),
        (
            "outcome",
            {"found": True, "items": [{"label": "gun", "where": "other"}]},
            "body items 0 label: expected one of",
        ),
        ("outcome", {"found": "yes"}, "body found: expected a valid boolean"),
    ],
)
def test_what_cannot_be_used_is_told_in_words_and_changes_nothing(
    staff: dict[str, At], send_scan: Callable[..., dict[str, Any]], path: str, document: Any, says: str
) -> None:
    anna = staff["anna"]
    scan_id = send_scan(1)["scan_id"]
    anna.next()
    if path == "outcome":
        assert anna.post(f"/v1/scans/{scan_id}/verdict", SEARCH).status_code == 201
    before = anna.get(f"/v1/scans/{scan_id}/verdicts"), anna.get(f"/v1/scans/{scan_id}/outcome")
    answer = anna.post(f"/v1/scans/{scan_id}/{path}", document)
    assert problem_of(answer)[:2] == (422, "bad-input")
    assert answer.json()["detail"].startswith(says), answer.json()["detail"]
    assert (anna.get(f"/v1/scans/{scan_id}/verdicts"), anna.get(f"/v1/scans/{scan_id}/outcome")) == before


@on_sqlite
def test_a_word_without_a_key_is_refused(staff: dict[str, At], send_scan: Callable[..., dict[str, Any]]) -> None:
    scan_id = send_scan(1)["scan_id"]
    for path, document in (("verdict", RELEASE), ("outcome", {"found": False})):
        answer = staff["anna"].person.request("POST", f"/v1/scans/{scan_id}/{path}", json=document)
        assert problem_of(answer)[:2] == (422, "bad-input")
        assert answer.json()["detail"] == "header Idempotency-Key: expected it, got none"


@on_sqlite
@pytest.mark.parametrize(
    ("files", "status", "name"),
    [
        ([("photo", ("a.jpg", b"no photo"))], 415, "unsupported-image"),
        ([("photo", ("a.png", picture(1)[1][1][:200]))], 422, "corrupt-image"),
        ([("view", picture(1)[1])], 422, "bad-input"),
        ([("photo", picture(1)[1]), ("photo", picture(2)[1])], 422, "bad-input"),
        ([("photo", (None, b"text"))], 422, "bad-input"),
    ],
)
def test_a_form_that_holds_no_photo_is_refused(
    staff: dict[str, At], send_scan: Callable[..., dict[str, Any]], files: Any, status: int, name: str
) -> None:
    anna = staff["anna"]
    scan_id = send_scan(1)["scan_id"]
    anna.next()
    anna.post(f"/v1/scans/{scan_id}/verdict", SEARCH)
    path = f"/v1/scans/{scan_id}/outcome/photos"
    assert problem_of(anna.post(path, files=files))[:2] == (status, name)
    no_form = anna.post(path, {"a": 1})
    assert problem_of(no_form)[:2] == (415, "http-415")
    assert "carrying one file in a field named photo; got application/json" in no_form.json()["detail"]
    assert anna.get(path) == {"photos": []}


@on_sqlite
def test_a_scan_that_never_came_to_the_desk_is_read_and_not_decided(
    staff: dict[str, At], send_scan: Callable[..., dict[str, Any]]
) -> None:
    from support.pictures import encoded, scan_pixels

    anna = staff["anna"]
    scan_id = send_scan(1, view(encoded(scan_pixels(dark=None))))["scan_id"]
    assert anna.get(f"/v1/scans/{scan_id}/verdicts") == {"entry": None, "verdicts": []}
    assert anna.get(f"/v1/scans/{scan_id}/outcome") == {"outcomes": [], "photos": []}
    for path, document in (("claim", None), ("verdict", RELEASE), ("outcome", {"found": False})):
        assert problem_of(anna.post(f"/v1/scans/{scan_id}/{path}", document))[:2] == (404, "not-found")
    for path in ("verdicts", "outcome", "outcome/photos"):
        assert problem_of(anna.person.get(f"/v1/scans/{'0' * 32}/{path}"))[:2] == (404, "not-found")
