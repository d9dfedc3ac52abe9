"""The agent against a service that refuses, hangs or is away: no scan holds up another or is given up early."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from client_support import (
    Inside,
    Misbehaving,
    Request,
    Step,
    hang,
    parts_of,
    picture,
    problem,
    reset,
    say,
    scan_answer,
    screen,
)

from parcelray.client.errors import SettingError
from parcelray.client.watch import sending

Start = Callable[..., Inside]
Serve = Callable[..., Misbehaving]


def put(folder: Path, *names: str) -> None:
    for seed, name in enumerate(names):
        (folder / name).write_bytes(picture(seed))


def unless(name: str, step: Step) -> Step:
    """Screens every scan but one."""

    def choose(handler: Any, request: Request) -> None:
        is_it = request.method == "POST" and parts_of(request)[1][1] == name
        (step if is_it else screen)(handler, request)

    return choose


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (
            problem(413, "http-413", "request body: expected at most 9 bytes"),
            "expected at most 9 bytes (http-413, HTTP 413)",
        ),
        (problem(422, "bad-input", "metadata: expected tea"), "metadata: expected tea (bad-input, HTTP 422)"),
        (say(413, None), "Request Entity Too Large"),
        (problem(422, "idempotency-key-reused", "used"), "used (idempotency-key-reused, HTTP 422)"),
    ],
    ids=["too large", "bad input", "a proxy's", "key"],
)
def test_a_refused_scan_has_its_last_answer(
    agent: Start, misbehaving: Serve, folder: Path, step: Step, words: str
) -> None:
    put(folder, "a.png", "b.png")
    server = misbehaving(unless("a.png", step))
    running = agent(server.url)
    found = running.final("a.png.json")
    assert (found["state"], found["answer"], found["late"]) == ("not_screened", None, False)
    assert words in found["reason"]["message"]
    running.final("b.png.json")
    assert running.stop() is False
    assert len(server.requests) == 2
    assert f"NOT SCREENED a.png: {found['reason']['message']}" in running.lines
    # The next agent takes it for the last word, too.
    assert agent(server.url, once=True).wait() is True
    assert len(server.requests) == 2


@pytest.mark.parametrize("step", [problem(500, "service-fault", "ours"), reset, problem(409, "request-in-flight")])
def test_one_that_fails_and_fails_holds_up_no_other(agent: Start, misbehaving: Serve, folder: Path, step: Step) -> None:
    put(folder, *[f"{number}.png" for number in range(8)])
    server = misbehaving(unless("0.png", step))
    running = agent(server.url, deadline_s=0.5, parallel=1)
    for number in range(1, 8):
        running.final(f"{number}.png.json")
    marker = running.marker("0.png.json")
    assert marker["final"] is False
    server.steps = [screen]
    assert running.final("0.png.json")["late"] is True


@pytest.mark.parametrize(
    ("step", "note"),
    [
        (problem(401, "access-refused", "unknown key"), "the service refuses the key: unknown key"),
        (problem(403, "scope-refused", "not for you"), "the service refuses the key: not for you"),
        (problem(507, "storage-full", "disk full"), "disk full (storage-full, HTTP 507)"),
        (say(404, None), "no parcelray service answers at this address"),
        (say(200, {"login": "page"}), "is this the address of a parcelray service?"),
        (say(502, None), "Bad Gateway (HTTP 502)"),
        (hang, "the service cannot be reached (no answer in time"),
    ],
    ids=["401", "403", "full", "404", "strange", "proxy", "hang"],
)
def test_what_concerns_all_is_said_once_and_tried_again(
    agent: Start, misbehaving: Serve, folder: Path, step: Step, note: str
) -> None:
    put(folder, "a.png", "b.png", "c.png")
    server = misbehaving(step)
    running = agent(server.url, deadline_s=0.3)
    for name in "abc":
        assert running.marker(f"{name}.png.json")["state"] == "not_screened"
    running.until(lambda: len(server.requests) >= 3)
    (said,) = running.notes
    assert note in said
    server.steps = [screen]
    for name in "abc":
        assert running.final(f"{name}.png.json")["late"] is True
    running.stop()
    assert running.notes[1:] == ["the service answers again"]


def test_an_overloaded_service_is_given_its_time_without_a_word(agent: Start, misbehaving: Serve, folder: Path) -> None:
    put(folder, "a.png")
    server = misbehaving(problem(503, "overloaded", Retry_After="1"), screen)
    running = agent(server.url)
    running.final("a.png.json")
    assert 1.0 <= server.times[1] - server.times[0] < 3.0
    assert running.notes == []


def test_a_service_that_is_away_is_asked_now_and_then(agent: Start, misbehaving: Serve, folder: Path) -> None:
    put(folder, *[f"{number}.png" for number in range(20)])
    server = misbehaving(say(503, None))
    running = agent(server.url, parallel=4)
    running.until(lambda: server.requests)
    time.sleep(1.0)
    # Each wait is 0.1 s or more, and there is one try at a time after the first ones.
    assert len(server.requests) <= 4 + 10
    # Whatever is tried again is tried under its own key.
    keys = {parts_of(request)[1][1]: request.headers["idempotency-key"] for request in server.requests}
    assert {parts_of(request)[1][1]: request.headers["idempotency-key"] for request in server.requests[::-1]} == keys
    assert len(set(keys.values())) == len(keys)


def test_one_that_hangs_keeps_no_other_from_trying(agent: Start, misbehaving: Serve, folder: Path) -> None:
    put(folder, "a.png", "b.png")
    refusals = [problem(503, "http-503"), problem(503, "http-503")]

    def serve(handler: Any, request: Request) -> None:
        name = parts_of(request)[1][1]
        (hang if name == "a.png" else refusals.pop() if refusals else screen)(handler, request)

    server = misbehaving(serve)
    running = agent(server.url, timeout_s=10)
    running.final("b.png.json")
    assert running.answer("a.png.json") is None
    assert [parts_of(request)[1][1] for request in server.requests].count("a.png") == 1


def test_a_scan_that_waits_in_the_service_is_asked_for_and_not_sent_again(
    agent: Start, misbehaving: Serve, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "_PENDING_PAUSE_S", 0.01)
    monkeypatch.setattr(sending, "_PENDING_TRIES", 3)
    put(folder, "a.png")
    sent: list[Request] = []

    def pend(handler: Any, request: Request) -> None:
        if request.method == "POST":
            sent.append(request)
            say(202, scan_answer(request, state="pending"))(handler, request)
        elif len(server.requests) in (3, 6):
            problem(404, "not-found")(handler, request)
        else:
            state = "pending" if len(server.requests) < 12 else "screened"
            say(200, scan_answer(sent[0], state=state))(handler, request)

    server = misbehaving(pend)
    running = agent(server.url)
    assert running.final("a.png.json")["state"] == "screened"
    # Once, and once more each time that the service had forgotten it.
    assert len(sent) == 3
    assert running.notes == []


def test_an_answer_to_other_bytes_is_not_believed(agent: Start, misbehaving: Serve, folder: Path) -> None:
    put(folder, "a.png")

    def mistake(handler: Any, request: Request) -> None:
        answer = scan_answer(request)
        answer["views"][0]["files"][0]["sha256"] = "0" * 64
        say(201, answer)(handler, request)

    running = agent(misbehaving(mistake, screen).url)
    running.final("a.png.json")
    running.stop()
    assert "expected one to files with the sums" in running.notes[0]


def test_a_key_that_is_mended_works_at_once(agent: Start, misbehaving: Serve, folder: Path) -> None:
    def check(handler: Any, request: Request) -> None:
        good = request.headers["x-api-key"] == "good"
        (screen if good else problem(401, "access-refused"))(handler, request)

    keys = ["bad"]

    def key() -> str:
        if not keys:
            raise SettingError("--key-file key", expected="a file that can be read", got="none")
        return keys[0]

    put(folder, "a.png")
    running = agent(misbehaving(check).url, key)
    running.until(lambda: running.notes)
    keys.clear()
    running.until(lambda: len(running.notes) == 2)
    keys.append("good")
    running.final("a.png.json")
    running.stop()
    assert "refuses the key" in running.notes[0]
    assert running.notes[1:] == [
        "--key-file key: expected a file that can be read, got none",
        "the service answers again",
    ]
