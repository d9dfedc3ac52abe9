"""Scans to send to an app, and all that it then answers."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import select
from starlette.testclient import TestClient

from parcelray.serving.store.blobs import FolderBlobs
from parcelray.serving.store.database import Database
from parcelray.serving.store.tables import metadata
from support.pictures import encoded, scan_pixels, view


def send(client: TestClient, *files: Any, key: str | None = None, **query: Any) -> dict[str, Any]:
    described = query.pop("metadata", {})
    headers = {} if key is None else {"Idempotency-Key": key}
    form = {"metadata": json.dumps(described)}
    answer = client.post("/v1/scans", files=list(files), data=form, headers=headers, params=query)
    assert answer.status_code in (201, 202), answer.text
    return {**answer.json(), "replayed": answer.headers.get("Idempotent-Replayed")}


def picture(seed: int) -> Any:
    return view(encoded(scan_pixels(seed=seed)), f"päckchen {seed}.png")


def told(client: TestClient) -> list[tuple[str, ...]]:
    """All events that the app tells its caller of, as they come over the wire; then its stream is ended."""
    app: Any = client.app
    bell = app.state.screening.stored

    async def end_stream(_: float) -> None:
        app.state.stopping.set()

    bell.wait = end_stream
    text = client.get("/v1/events", headers={"Last-Event-ID": "0"}).text
    del bell.wait
    app.state.stopping = asyncio.Event()
    return [tuple(event.splitlines()) for event in text.split("\n\n") if "event: " in event]


def numbers(client: TestClient) -> list[int]:
    return [int(line.removeprefix("id: ")) for event in told(client) for line in event if line.startswith("id: ")]


def scan_ids(client: TestClient) -> list[str]:
    return [scan["scan_id"] for scan in client.get("/v1/scans", params={"limit": 100}).json()["scans"]]


def answers(client: TestClient) -> dict[str, Any]:
    """All that one may ask of a service."""
    paths = ["", *(f"?{query}" for query in ("label=pistol", "state=not_screened", "consignment_id=RX1", "limit=2"))]
    for scan_id in scan_ids(client):
        paths.append(f"/{scan_id}")
        for seen in client.get(f"/v1/scans/{scan_id}").json()["views"]:
            base = f"/{scan_id}/views/{seen['index']}"
            paths += [f"{base}/overlay.png", *(f"{base}?band={file['band']}" for file in seen["files"])]
    found = {path: client.get(f"/v1/scans{path}") for path in paths}
    told_of = {
        path: (answer.status_code, answer.headers["Content-Type"], content(answer)) for path, answer in found.items()
    }
    return {**told_of, "events": told(client)}


def content(answer: Any) -> Any:
    """What it says, but for the request's own id."""
    if "json" not in answer.headers["Content-Type"]:
        return answer.content
    document = answer.json()
    document.pop("instance", None)
    document.pop("request_id", None)
    return document


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.01)


def images_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("images/??/*"))


def image_of(client: TestClient, folder: Path, *files: Any) -> Path:
    """Sends a scan; where its first image lies."""
    sha256 = send(client, *files)["views"][0]["files"][0]["sha256"]
    return FolderBlobs(folder / "images").path_of(sha256)


def rows_of(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    with database.reading() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
        }
