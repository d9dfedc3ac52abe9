"""Both clients against a server that misbehaves: they try again when that can help, and only then."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from client_support import Misbehaving, Step, hang, parts_of, picture, problem, reset, say, screen

from parcelray.client.async_client import AsyncClient
from parcelray.client.client import Client
from parcelray.client.errors import AnswerError, ClientError, ProblemError, UnavailableError
from parcelray.client.retry import RetryPolicy

QUICK = RetryPolicy(total_s=10, first_s=0.02, longest_s=0.05)
Ask = Callable[..., Any]


@pytest.fixture(params=["sync", "async"])
def ask(request: pytest.FixtureRequest) -> Ask:
    """Calls one method of a client of either kind."""

    def ask(url: str, method: str, *arguments: Any, retry: RetryPolicy = QUICK, **options: Any) -> Any:
        if request.param == "sync":
            with Client(url, "key", retry=retry, timeout_s=0.2) as client:
                return getattr(client, method)(*arguments, **options)

        async def run() -> Any:
            async with AsyncClient(url, "key", retry=retry, timeout_s=0.2) as client:
                return await getattr(client, method)(*arguments, **options)

        return asyncio.run(run())

    return ask


@pytest.mark.parametrize(
    "steps",
    [
        [problem(503, "overloaded")],
        [reset],
        [hang],
        [problem(409, "request-in-flight"), problem(503, "http-503"), problem(507, "storage-full"), reset],
        [say(502, None), say(504, None), problem(408, "http-408"), say(429, None)],
    ],
    ids=["overloaded", "reset", "hang", "the service's own", "a proxy's"],
)
def test_a_scan_gets_through_under_one_key(
    ask: Ask, misbehaving: Callable[..., Misbehaving], steps: list[Step]
) -> None:
    server = misbehaving(*steps, screen)
    assert ask(server.url, "send_scan", [picture()])["state"] == "screened"
    assert len(server.requests) == len(steps) + 1
    (key,) = {request.headers["idempotency-key"] for request in server.requests}
    assert len(key) == 32
    # Each try carried the whole scan.
    assert [parts_of(request) for request in server.requests] == [[("view", "view", picture())]] * (len(steps) + 1)


def test_two_sendings_have_two_keys(ask: Ask, misbehaving: Callable[..., Misbehaving]) -> None:
    server = misbehaving(screen)
    for _ in range(2):
        ask(server.url, "send_scan", [picture()])
    assert len({request.headers["idempotency-key"] for request in server.requests}) == 2


def test_detect_is_repeated_without_a_key(ask: Ask, misbehaving: Callable[..., Misbehaving]) -> None:
    server = misbehaving(reset, say(200, {"views": []}))
    assert ask(server.url, "detect", [picture()]) == {"views": []}
    assert "idempotency-key" not in server.requests[1].headers


@pytest.mark.parametrize("step", [problem(503, "overloaded"), reset, hang])
def test_what_has_no_key_of_its_own_is_never_sent_twice(
    ask: Ask, misbehaving: Callable[..., Misbehaving], step: Step
) -> None:
    server = misbehaving(step)
    with pytest.raises(UnavailableError):
        ask(server.url, "create_key", "belt", "workstation")
    assert len(server.requests) == 1


def test_retry_after_is_waited_for(misbehaving: Callable[..., Misbehaving]) -> None:
    server = misbehaving(problem(503, "overloaded", Retry_After="1"), screen)
    with Client(server.url, "key", retry=QUICK) as client:
        client.send_scan([picture()])
    assert 1.0 <= server.times[1] - server.times[0] < 1.5


@pytest.mark.parametrize("step", [problem(503, "overloaded"), hang, reset])
def test_the_time_is_bounded(ask: Ask, misbehaving: Callable[..., Misbehaving], step: Step) -> None:
    server = misbehaving(step)
    began = time.monotonic()
    with pytest.raises(UnavailableError, match=r"no answer (after \d+ tries|in time)|overloaded"):
        ask(server.url, "send_scan", [picture()], retry=RetryPolicy(total_s=0.4, first_s=0.02, longest_s=0.05))
    assert time.monotonic() - began < 1.5
    assert len(server.requests) > 1


def test_a_service_that_is_not_there_is_said_so(ask: Ask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    with pytest.raises(UnavailableError, match="nothing listens there"):
        ask(f"http://127.0.0.1:{port}", "scans", retry=RetryPolicy(total_s=0))


@pytest.mark.parametrize(
    ("step", "kind", "message"),
    [
        (
            problem(422, "bad-input", "metadata: expected tea"),
            ProblemError,
            "metadata: expected tea .bad-input, HTTP 422",
        ),
        (problem(413, "http-413"), ProblemError, "HTTP 413"),
        (problem(500, "service-fault"), ProblemError, "HTTP 500"),
        (say(404, None), ProblemError, "HTTP 404"),
        (say(200, ["no", "scan"]), AnswerError, "expected a JSON object with scan_id, state, views"),
        (say(200, {"scan_id": 1}), AnswerError, "is this the address of a parcelray service"),
        (say(302, None, Location="https://elsewhere/"), AnswerError, "points to https://elsewhere/"),
    ],
)
def test_what_would_not_help_is_not_tried_again(
    ask: Ask, misbehaving: Callable[..., Misbehaving], step: Step, kind: type[ClientError], message: str
) -> None:
    server = misbehaving(step)
    with pytest.raises(kind, match=message):
        ask(server.url, "send_scan", [picture()])
    assert len(server.requests) == 1


def test_a_problem_is_handed_on_whole(ask: Ask, misbehaving: Callable[..., Misbehaving]) -> None:
    with pytest.raises(ProblemError) as raised:
        ask(misbehaving(problem(422, "bad-input", "no tea")).url, "scan", "a/../b")
    found = raised.value.problem
    assert (found.status, found.name, found.detail) == (422, "bad-input", "no tea")
    assert (found.expected, found.got, found.request_id) == ("tea", "coffee", "r-1")


def send_bytes(data: bytes, digest: str | None) -> Step:
    def step(handler: Any, _: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "image/png")
        handler.send_header("Content-Length", str(len(data)))
        if digest is not None:
            handler.send_header("Repr-Digest", digest)
        handler.end_headers()
        handler.wfile.write(data)

    return step


def test_bytes_that_were_altered_on_the_way_are_not_handed_out(
    ask: Ask, misbehaving: Callable[..., Misbehaving]
) -> None:
    digest = f"sha-256=:{b64encode(sha256(b'image').digest()).decode()}:"
    assert ask(misbehaving(send_bytes(b"image", f"sha-512=:x:, {digest}")).url, "view_bytes", "a", 0) == b"image"
    for data, stated in ((b"inage", digest), (b"image", None)):
        with pytest.raises(AnswerError, match="Repr-Digest"):
            ask(misbehaving(send_bytes(data, stated)).url, "view_bytes", "a", 0)


def test_ids_and_names_cannot_leave_their_place_in_the_path(ask: Ask, misbehaving: Callable[..., Misbehaving]) -> None:
    server = misbehaving(say(200, {"scan_id": "x", "state": "screened", "views": []}))
    ask(server.url, "scan", "../keys?x=1#y")
    assert server.requests[0].path == "/v1/scans/..%2Fkeys%3Fx%3D1%23y"


def test_the_form_is_what_the_service_reads(ask: Ask, misbehaving: Callable[..., Misbehaving]) -> None:
    server = misbehaving(screen)
    ask(server.url, "send_scan", [picture()], {"scanner_id": "s"}, min_score=0.25, wait=False)
    assert parts_of(server.requests[0])[0] == ("metadata", None, json.dumps({"scanner_id": "s"}).encode())
    assert server.requests[0].path == "/v1/scans?min_score=0.25&wait=0"
