"""What is told on ``/v1/events``, by real processes to real listeners."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import httpx2
import jsonschema_rs
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from parcelray.models.errors import KeyRefusedError, StorageError
from parcelray.serving.engine.admission import Admission
from parcelray.serving.security.keys import KeyRing, Scope
from parcelray.serving.store.database import Database, sqlite_url
from parcelray.serving.store.events import Event, Kind
from parcelray.serving.store.store import open_database
from support.people import HOST
from support.pictures import encoded, scan_pixels, view
from support.postgres import PostgresCluster
from support.service import Service, serve_command

DATABASES = ("sqlite", "postgresql")
PATIENCE_S = 20.0
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Ear = Iterator[httpx2.ServerSentEvent]


@dataclass(frozen=True)
class House:
    """A service for all tests that do not stop it, and where its keys are made."""

    service: Service
    database: Database

    def new_key(self, scope: Scope = Scope.WORKSTATION) -> tuple[str, str]:
        """The name of a key that nobody has used, and the key."""
        name = f"key-{secrets.token_hex(4)}"
        return name, KeyRing(self.database).create(name, scope, HOST)


@pytest.fixture(scope="module", params=DATABASES)
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, tiny_package: Path
) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    with ExitStack() as stack:
        url = sqlite_url(folder / "data").render_as_string()
        if request.param == "postgresql":
            postgres: PostgresCluster = request.getfixturevalue("postgres")
            name = postgres.create_database()
            stack.callback(postgres.drop_database, name)
            url = postgres.url(name)
        database = stack.enter_context(closing(open_database(folder / "data", url)))
        command = serve_command(folder / "data", tiny_package)
        service = Service(command, log=folder / "log", environment={"PARCELRAY_DATABASE_URL": url})
        stack.enter_context(service).start()
        yield House(service, database)


@pytest.fixture
def service(house: House) -> Service:
    return house.service


@pytest.fixture
def own(house: House) -> str:
    """The key of a workstation of the test's own, which hears of nothing that other tests do."""
    return house.new_key()[1]


@pytest.fixture
def start(serve: Callable[..., Service], database_url: str, key: str) -> Callable[..., Service]:
    """Starts a service of the test's own."""
    return lambda **environment: serve(PARCELRAY_DATABASE_URL=database_url, **environment)


def send(service: Service, key: str, seed: int = 0, **query: Any) -> dict[str, Any]:
    """Send a scan, other bytes for another seed."""
    files = [view(encoded(scan_pixels(seed=seed)))]
    headers = {"X-API-Key": key}
    answer = httpx2.post(f"{service.url}/v1/scans", files=files, headers=headers, params=query, timeout=PATIENCE_S)
    answer.raise_for_status()
    document: dict[str, Any] = answer.json()
    return document


@contextmanager
def listening(service: Service, key: str, known: int | None = None, **query: Any) -> Iterator[Ear]:
    """Hear what is told from now on; the service knows of the listener when the block begins."""
    headers = {"X-API-Key": key, **({} if known is None else {"Last-Event-ID": str(known)})}
    with (
        httpx2.Client(base_url=service.url, timeout=PATIENCE_S) as client,
        client.sse("/v1/events", headers=headers, params=query) as stream,
    ):
        assert stream.response.status_code == 200, stream.response.read()
        ear = iter(stream)
        assert next(ear).retry == 2000
        yield ear


def scan_of(event: httpx2.ServerSentEvent) -> dict[str, Any]:
    assert event.event == "scan"
    document: dict[str, Any] = json.loads(event.data)
    return document


def test_what_is_told_is_what_the_description_says_and_a_list_shows(service: Service, own: str) -> None:
    with listening(service, own) as ear:
        sent = send(service, own)
        event = next(ear)
    headers = {"X-API-Key": own}
    description = httpx2.get(f"{service.url}/openapi.json", headers=headers).json()
    answer = description["paths"]["/v1/events"]["get"]["responses"]["200"]
    item = answer["content"]["text/event-stream"]["itemSchema"]
    said = {"event": event.event, "id": event.id, "data": event.data}
    assert jsonschema_rs.is_valid({**item, "components": description["components"]}, said)
    content = item["anyOf"][0]["properties"]["data"]["contentSchema"]
    assert content == {"$ref": "#/components/schemas/ScanSummaryAnswer"}
    jsonschema_rs.validate({**content, "components": description["components"]}, scan_of(event), validate_formats=True)
    (listed,) = httpx2.get(f"{service.url}/v1/scans", headers=headers).json()["scans"]
    assert scan_of(event) == listed
    assert listed["scan_id"] == sent["scan_id"]


def test_a_scan_that_waits_is_told_of_twice(service: Service, own: str) -> None:
    with listening(service, own) as ear:
        sent = send(service, own, wait=0)
        first, second = islice(ear, 2)
    assert [scan_of(event)["state"] for event in (first, second)] == ["pending", "screened"]
    assert [scan_of(event)["labels"] for event in (first, second)] == [[], ["pistol"]]
    assert {scan_of(event)["scan_id"] for event in (first, second)} == {sent["scan_id"]}
    assert int(first.id) < int(second.id)


def test_who_comes_back_is_told_what_it_missed(service: Service, own: str) -> None:
    sent = [send(service, own, seed)["scan_id"] for seed in range(4)]
    with listening(service, own, known=0) as ear:
        events = list(islice(ear, 4))
    assert [scan_of(event)["scan_id"] for event in events] == sent
    known = int(events[1].id)
    for known_by in ({"known": known}, {"last_event_id": known}, {"known": known, "last_event_id": 0}):
        with listening(service, own, **known_by) as ear:
            assert list(islice(ear, 2)) == events[2:], known_by


def test_who_knows_nothing_is_told_what_is_new(service: Service, own: str) -> None:
    send(service, own)
    with listening(service, own) as ear:
        sent = send(service, own, seed=1)
        assert scan_of(next(ear))["scan_id"] == sent["scan_id"]


def test_who_knows_more_than_there_is_is_told_to_begin_anew(service: Service, own: str) -> None:
    send(service, own)
    with listening(service, own, known=0) as ear:
        # What happens at the desk has numbers, too; a workstation hears nothing of it.
        newest = int(next(ear).id) + 1
    with listening(service, own, known=newest + 1000) as ear:
        reset = next(ear)
        assert (reset.event, reset.id, json.loads(reset.data)) == ("reset", str(newest), {"newest": newest})
        sent = send(service, own, seed=1)
        assert scan_of(next(ear))["scan_id"] == sent["scan_id"]
    # Who knows just what there is has missed nothing.
    with listening(service, own, known=newest + 1) as ear:
        sent = send(service, own, seed=2)
        assert scan_of(next(ear))["scan_id"] == sent["scan_id"]


@pytest.mark.parametrize("scope", Scope)
def test_a_workstation_hears_of_its_own_and_the_others_of_all(
    house: House, service: Service, own: str, scope: Scope
) -> None:
    send(service, own)
    with listening(service, own, known=0) as ear:
        known = int(next(ear).id)
    _, other = house.new_key(scope)
    hers = send(service, own, seed=1)["scan_id"]
    if scope is Scope.WORKSTATION:
        expected = [send(service, other, seed)["scan_id"] for seed in (2, 3)]
    else:
        expected = [hers, send(service, own, seed=2)["scan_id"]]
    with listening(service, other, known=known) as ear:
        heard = (event for event in ear if event.event == "scan")
        assert [scan_of(event)["scan_id"] for event in islice(heard, 2)] == expected


@pytest.mark.parametrize("change", [KeyRing.revoke, KeyRing.rotate])
def test_a_key_that_is_taken_away_ends_its_stream_and_no_other(
    house: House, service: Service, own: str, change: Callable[..., object]
) -> None:
    name, reader = house.new_key(Scope.READER)
    with listening(service, reader) as ear, listening(service, own) as spared:
        change(KeyRing(house.database), name, HOST)
        began = time.monotonic()
        assert list(ear) == []
        assert time.monotonic() - began < 5
        sent = send(service, own)
        assert scan_of(next(spared))["scan_id"] == sent["scan_id"]
    answer = httpx2.get(f"{service.url}/v1/events", headers={"X-API-Key": reader})
    assert answer.status_code == 401


def test_streams_end_when_the_service_stops(start: Callable[..., Service], key: str) -> None:
    # However seldom it looks for what others stored.
    service = start(PARCELRAY_EVENTS_POLL_S="60")
    send(service, key)
    with ExitStack() as streams:
        ears = [streams.enter_context(listening(service, key, known=0)) for _ in range(3)]
        for ear in ears:
            assert next(ear).event == "scan"
        began = time.monotonic()
        service.process.terminate()
        assert [list(ear) for ear in ears] == [[], [], []]
        assert service.process.wait(PATIENCE_S) == 0
        assert time.monotonic() - began < 3


def test_what_another_process_stored_is_told_too(start: Callable[..., Service], key: str) -> None:
    service, other = start(PARCELRAY_EVENTS_POLL_S="0.2"), start()
    with listening(service, key) as ear:
        sent = send(other, key)
        began = time.monotonic()
        assert scan_of(next(ear))["scan_id"] == sent["scan_id"]
        # Long after the next look, for a machine that has much to do.
        assert time.monotonic() - began < 3


@on_sqlite
def test_listeners_who_go_away_leave_no_trace(start: Callable[..., Service], key: str) -> None:
    service = start()
    for seed in range(12):
        with listening(service, key, known=0):
            """Gone before all was told."""
        send(service, key, seed)
    log = service.stop()
    assert service.process.returncode == 0
    assert "trace" not in log


@asynccontextmanager
async def heard(app: FastAPI, key: str) -> AsyncIterator[asyncio.Queue[bytes | None]]:
    """What an app sends a listener, piece by piece; None when it has ended the stream."""
    pieces: asyncio.Queue[bytes | None] = asyncio.Queue()
    gone = asyncio.Event()

    async def receive() -> dict[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def note(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.body":
            await pieces.put(message["body"] if message.get("more_body") else None)

    scope = {
        "type": "http", "method": "GET", "path": "/v1/events", "raw_path": b"/v1/events", "query_string": b"",
        "headers": [(b"x-api-key", key.encode())], "client": None, "server": ("test", 80), "http_version": "1.1",
    }  # fmt: skip
    task = asyncio.create_task(app(scope, receive, note))
    try:
        assert await asyncio.wait_for(pieces.get(), PATIENCE_S) == b": listening\nretry: 2000\n\n"
        yield pieces
    finally:
        gone.set()
        with suppress(asyncio.CancelledError):
            await asyncio.wait_for(task, PATIENCE_S)


@on_sqlite
def test_what_happens_while_it_looks_is_told_at_once(make_app: Callable[..., FastAPI], key: str) -> None:
    app = make_app(events_poll_s=60)
    asked: list[int] = []

    async def listen() -> None:
        loop = asyncio.get_running_loop()

        def after(number: int, **_: object) -> list[Event]:
            asked.append(number)
            if len(asked) > 1:
                return [Event(1, Kind.SCAN, {})]
            # Stored after it was looked for, and before the listener waits.
            asyncio.run_coroutine_threadsafe(ring(), loop).result(PATIENCE_S)
            return []

        async def ring() -> None:
            app.state.screening.stored.ring()

        app.state.store.events.after = after
        async with heard(app, key) as pieces:
            assert await asyncio.wait_for(pieces.get(), 5) == b"event: scan\ndata: {}\nid: 1\n\n"

    asyncio.run(listen())


@on_sqlite
@pytest.mark.parametrize(
    "error", [StorageError("the database does not answer", retry_after_s=5), KeyRefusedError("revoked")]
)
def test_what_stands_in_the_way_ends_the_stream(app: FastAPI, key: str, error: Exception) -> None:
    def after(*_: object, **__: object) -> list[Event]:
        raise error

    async def listen() -> None:
        app.state.store.events.after = after
        async with heard(app, key) as pieces:
            assert await asyncio.wait_for(pieces.get(), 5) is None
        assert app.state.streams.inside == 0

    asyncio.run(listen())


@on_sqlite
def test_who_goes_away_leaves_its_place(app: FastAPI, key: str) -> None:
    async def listen() -> None:
        async with heard(app, key):
            assert app.state.streams.inside == 1
        assert app.state.streams.inside == 0

    asyncio.run(listen())


@on_sqlite
def test_silence_is_broken_now_and_then(
    make_app: Callable[..., FastAPI], key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("parcelray.serving.api.events._SILENCE_S", 0.1)
    app = make_app(events_poll_s=60)

    async def listen() -> None:
        async with heard(app, key) as pieces:
            for _ in range(2):
                assert await asyncio.wait_for(pieces.get(), 5) == b": still here\n\n"

    asyncio.run(listen())


@on_sqlite
def test_too_many_listeners_are_told_to_come_back(app: FastAPI, client: TestClient) -> None:
    app.state.streams = Admission(0)
    answer = client.get("/v1/events")
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:parcelray:problem:overloaded"
    assert int(answer.headers["Retry-After"]) > 0


@on_sqlite
@pytest.mark.parametrize(
    "known", ["-1", "x", "", "1.5", "1.0", "+1", "1_0", str(2**63), "9" * 400, "\N{ARABIC-INDIC DIGIT ONE}"]
)
def test_a_number_that_no_event_has_is_refused(client: TestClient, known: str) -> None:
    for asked in ({"headers": {"Last-Event-ID": known.encode()}}, {"params": {"last_event_id": known}}):
        answer = client.get("/v1/events", **asked)
        assert answer.status_code == 422, asked
        assert answer.json()["type"] == "urn:parcelray:problem:bad-input"
