"""A scan that comes again, with its key or by its content, is kept once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from support.pictures import encoded, scan_pixels, view
from support.sending import METADATA, assert_problem, count, send, sent


def test_the_same_key_and_content_give_the_first_answer(client: TestClient) -> None:
    files = [view(encoded(scan_pixels()))]
    first = send(client, *files, key="k1")
    again = send(client, *files, key="k1")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert count(client) == 1


@pytest.mark.parametrize("other", ["image", "metadata", "min_score", "order"])
def test_the_same_key_for_other_content_is_refused(client: TestClient, other: str) -> None:
    images = [view(encoded(scan_pixels(seed=seed))) for seed in (1, 2)]
    first = sent(client, *images, metadata=METADATA, key="k1")
    files = {"image": [images[0]], "order": images[::-1]}.get(other, images)
    metadata = {**METADATA, "consignment_id": "other"} if other == "metadata" else METADATA
    query = {"min_score": 0.3} if other == "min_score" else {}
    answer = send(client, *files, metadata=metadata, key="k1", **query)
    assert_problem(answer, 422, "idempotency-key-reused", f"belongs to scan {first['scan_id']}")
    assert count(client) == 1


def test_keys_of_two_workstations_are_not_one(client: TestClient, make_key: Callable[..., str]) -> None:
    first = sent(client, key="k1")
    client.headers["X-API-Key"] = make_key("belt-2")
    second = sent(client, view(encoded(scan_pixels(seed=1))), key="k1")
    assert second["scan_id"] != first["scan_id"]


@pytest.mark.parametrize("shown", [b"", b"a b", "ä".encode(), b"k" * 256, b"\x7f"])
def test_a_key_that_cannot_be_is_refused(client: TestClient, shown: bytes) -> None:
    files = [view(encoded(scan_pixels()))]
    answer = client.post("/v1/scans", files=files, headers={"Idempotency-Key": shown})
    assert_problem(answer, 422, "bad-input", "header Idempotency-Key")


def test_the_same_content_of_one_scanner_and_time_is_kept_once(client: TestClient) -> None:
    first = sent(client, metadata=METADATA)
    # The same moment, written in another zone; and another name for the request.
    again = {**METADATA, "taken_at": "2026-11-24T07:30:00Z"}
    assert sent(client, metadata=again) == first
    assert sent(client, metadata=again, key="k1") == first
    assert sent(client, metadata=again, key="k1") == first
    assert count(client) == 1
    assert_problem(send(client, view(b"x"), key="k1"), 422, "idempotency-key-reused")


@pytest.mark.parametrize("missing", ["scanner_id", "taken_at"])
def test_without_scanner_or_time_the_same_content_is_another_scan(client: TestClient, missing: str) -> None:
    metadata = {name: value for name, value in METADATA.items() if name != missing}
    assert sent(client, metadata=metadata)["scan_id"] != sent(client, metadata=metadata)["scan_id"]


@pytest.mark.parametrize("by", ["key", "content"])
def test_the_same_scan_sent_many_times_at_once_is_kept_once(client: TestClient, by: str) -> None:
    options: dict[str, Any] = {"key": "k1"} if by == "key" else {"metadata": METADATA}
    answers: list[Response] = []

    def call() -> None:
        answers.append(send(client, view(encoded(scan_pixels())), **options))

    callers = [threading.Thread(target=call) for _ in range(8)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    statuses = {answer.status_code for answer in answers}
    assert 201 in statuses
    assert statuses <= ({201, 409} if by == "key" else {201})
    assert len({answer.json()["scan_id"] for answer in answers if answer.status_code == 201}) == 1
    for answer in answers:
        if answer.status_code == 409:
            assert_problem(answer, 409, "request-in-flight")
            assert answer.headers["Retry-After"] == "1"
    assert count(client) == 1


def test_a_request_that_failed_may_come_again_with_its_key(client: TestClient) -> None:
    assert send(client, view(b"x", field="image"), key="k1").status_code == 422
    assert sent(client, key="k1")["state"] == "screened"
