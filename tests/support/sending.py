"""Sending scans to the service in this process, and what comes back."""

from __future__ import annotations

import json
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from support.pictures import encoded, scan_pixels, view

TAKEN = "2026-11-24T08:30:00+01:00"
METADATA = {"scanner_id": "belt-1", "consignment_id": "RX123456785DE", "taken_at": TAKEN, "pixel_pitch_mm": 0.8}


def send(client: TestClient, *files: Any, metadata: Any = None, key: str | None = None, **query: Any) -> Response:
    """A POST of a scan, as it is answered."""
    form = None if metadata is None else {"metadata": metadata if isinstance(metadata, str) else json.dumps(metadata)}
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post("/v1/scans", files=list(files), data=form, headers=headers, params=query)


def sent(client: TestClient, *files: Any, status: int = 201, **options: Any) -> dict[str, Any]:
    """What the service says of a scan that it takes."""
    answer = send(client, *(files or (view(encoded(scan_pixels())),)), **options)
    assert answer.status_code == status, answer.text
    document: dict[str, Any] = answer.json()
    return document


def count(client: TestClient) -> int:
    """How many scans are kept."""
    return len(client.get("/v1/scans", params={"limit": 100}).json()["scans"])


def assert_problem(answer: Response, status: int, name: str, says: str = "") -> None:
    """A problem document of this name, that says so."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == f"urn:parcelray:problem:{name}"
    assert says in answer.json()["detail"]
