"""The stream of events: followed over broken connections without losing or repeating any."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from client_support import Misbehaving, Step, make_key, picture, problem, reset

from parcelray.client.async_client import AsyncClient
from parcelray.client.client import Client
from parcelray.client.errors import AccessRefusedError, AnswerError, UnavailableError
from parcelray.client.events import DeskEvent, Event, ResetEvent, ScanEvent
from parcelray.client.retry import RetryPolicy
from support.service import Service, serve_command

QUICK = RetryPolicy(total_s=10, first_s=0.02, longest_s=0.05)
Follow = Callable[..., list[Event]]


@pytest.fixture(params=["sync", "async"])
def follow(request: pytest.FixtureRequest) -> Follow:
    """The next so many events."""

    def follow(url: str, key: str, count: int, *, retry: RetryPolicy = QUICK, **options: Any) -> list[Event]:
        if request.param == "sync":
            with Client(url, key, retry=retry) as client, contextlib.closing(client.events(**options)) as events:
                return list(itertools.islice(events, count))

        async def run() -> list[Event]:
            found: list[Event] = []
            async with (
                AsyncClient(url, key, retry=retry) as client,
                contextlib.aclosing(client.events(**options)) as events,
            ):
                async for event in events:
                    found.append(event)
                    if len(found) == count:
                        break
            return found

        return asyncio.run(run())

    return follow


def stream(text: str) -> Step:
    """Send a piece of a stream and end it."""

    def step(handler: Any, _: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(text.encode())
        handler.close_connection = True

    return step


def test_breaks_are_bridged_from_the_last_event_on(follow: Follow, misbehaving: Callable[..., Misbehaving]) -> None:
    server = misbehaving(
        stream(": hello\n\n"),
        stream('id: 7\nevent: scan\ndata: {"scan_id": "a"}\n\nid: 8\nevent: scan\ndata: {"scan'),
        problem(503, "overloaded"),
        reset,
        stream('retry: 5\n\nid: 8\nevent: scan\ndata: {"scan_id": "b"}\n\nevent: other\ndata: 1\n\n'),
        stream(
            'event: reset\nid: 3\ndata: {"newest": 3}\n\n: still here\n\nevent: scan\nid: 4\ndata: {"scan_id": "c"}\n\n'
        ),
    )
    events = follow(server.url, "key", 4, last_event_id="6")
    assert events == [
        ScanEvent("7", {"scan_id": "a"}),
        ScanEvent("8", {"scan_id": "b"}),
        ResetEvent("3"),
        ScanEvent("4", {"scan_id": "c"}),
    ]
    assert [request.headers.get("last-event-id") for request in server.requests] == ["6", "6", "7", "7", "7", "8"]


def test_what_happens_at_the_desk_is_told_to_readers(follow: Follow, misbehaving: Callable[..., Misbehaving]) -> None:
    server = misbehaving(
        stream(
            'id: 1\nevent: queued\ndata: {"scan_id": "a"}\n\n'
            "id: 2\nevent: what comes one day\ndata: {}\n\n"
            'id: 3\nevent: decided\ndata: {"scan_id": "a"}\n\n'
        )
    )
    assert follow(server.url, "key", 2) == [
        DeskEvent("1", "queued", {"scan_id": "a"}),
        DeskEvent("3", "decided", {"scan_id": "a"}),
    ]


@pytest.mark.parametrize(
    ("step", "kind", "message"),
    [
        (problem(401, "access-refused"), AccessRefusedError, "HTTP 401"),
        (stream("event: scan\ndata: no JSON\n\n"), AnswerError, "expected JSON, got 'no JSON'"),
    ],
)
def test_what_waiting_does_not_mend_ends_it(
    follow: Follow, misbehaving: Callable[..., Misbehaving], step: Step, kind: type[Exception], message: str
) -> None:
    server = misbehaving(step)
    with pytest.raises(kind, match=message):
        follow(server.url, "key", 1)
    assert len(server.requests) == 1


@pytest.mark.parametrize("step", [stream(""), reset, problem(503, "overloaded")])
def test_a_service_that_stays_away_ends_it(follow: Follow, misbehaving: Callable[..., Misbehaving], step: Step) -> None:
    server = misbehaving(step)
    with pytest.raises(UnavailableError):
        follow(server.url, "key", 1, retry=RetryPolicy(total_s=0.15, first_s=0.01, longest_s=0.01))
    assert len(server.requests) > 2


def test_a_service_that_restarts_is_waited_for_and_nothing_is_missed(tmp_path: Path, tiny_package: Path) -> None:
    key = make_key(tmp_path / "data", "belt")
    with Service(serve_command(tmp_path / "data", tiny_package), log=tmp_path / "log") as service:
        service.start()
        with Client(service.url, key) as client, contextlib.closing(client.events("0")) as events:
            sent = [client.send_scan([picture(seed)])["scan_id"] for seed in range(2)]
            found = [next(events)]
            service.kill()
            starting = threading.Timer(0.2, service.start)
            starting.start()
            sent.append(client.send_scan([picture(2)])["scan_id"])
            starting.join()
            found += itertools.islice(events, 2)
    assert [event.scan["scan_id"] for event in found if isinstance(event, ScanEvent)] == sent
