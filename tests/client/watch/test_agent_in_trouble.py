"""The agent, with files that change on their way, cannot be read or trip it, slow folders, and told to stop."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from client_support import (
    Inside,
    Misbehaving,
    Request,
    hang,
    parts_of,
    picture,
    screen,
)

from parcelray.client.watch import agent as agent_module
from parcelray.client.watch import package

Start = Callable[..., Inside]
Serve = Callable[..., Misbehaving]


def put(folder: Path, *names: str) -> None:
    for seed, name in enumerate(names):
        (folder / name).write_bytes(picture(seed))


def test_several_are_sent_at_a_time(agent: Start, misbehaving: Serve, folder: Path) -> None:
    put(folder, *[f"{number}.png" for number in range(7)])
    together = threading.Barrier(3, timeout=10)
    most = [0]

    def wait(handler: Any, request: Request) -> None:
        most[0] = max(most[0], together.n_waiting + 1)
        if len(server.requests) <= 6:
            together.wait()
        screen(handler, request)

    server = misbehaving(wait)
    running = agent(server.url, parallel=3)
    for number in range(7):
        running.final(f"{number}.png.json")
    assert most == [3]


def test_an_answer_that_could_not_be_written_to_a_scan_that_is_gone_is_said(
    agent: Start, misbehaving: Serve, folder: Path
) -> None:
    put(folder, "a.png")
    # Not ours, so nothing is written over it.
    (folder / "a.png.json").write_text("{}")
    server = misbehaving(screen)
    running = agent(server.url)
    running.until(lambda: server.requests)
    time.sleep(0.2)
    (folder / "a.png").unlink()
    running.until(lambda: running.lines)
    assert running.lines == ["a.png: nothing highlighted (its file has changed since: no answer was written)"]


def test_a_scan_that_is_replaced_on_its_way_gets_no_answer_to_the_other(
    agent: Start, misbehaving: Serve, folder: Path
) -> None:
    put(folder, "current.png", "gone.png")

    def replace(handler: Any, request: Request) -> None:
        name = parts_of(request)[1][1]
        if name == "gone.png":
            (folder / name).unlink()
        elif len(replaced) == 0:
            replaced.append(name)
            (folder / name).write_bytes(picture(77, dark=False))
        screen(handler, request)

    replaced: list[str] = []
    running = agent(misbehaving(replace).url, parallel=1)
    found = running.final("current.png.json")
    assert found["files"][0]["bytes"] == (folder / "current.png").stat().st_size
    running.until(lambda: len(running.lines) == 3)
    note = " (its file has changed since: no answer was written)"
    assert sorted(running.lines) == [
        "current.png: nothing highlighted",
        f"current.png: nothing highlighted{note}",
        f"gone.png: nothing highlighted{note}",
    ]
    assert running.answer("gone.png.json") is None


def test_told_to_stop_it_waits_a_moment_for_what_is_under_way(
    agent: Start, misbehaving: Serve, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def slowly(handler: Any, request: Request) -> None:
        time.sleep(0.2)
        (hang if parts_of(request)[1][1] == "b.png" else screen)(handler, request)

    put(folder, "a.png", "b.png", "c.png")
    server = misbehaving(slowly)
    running = agent(server.url, parallel=2)
    running.until(lambda: len(server.requests) == 2)
    began = time.monotonic()
    assert running.stop() is False
    assert time.monotonic() - began < 4
    assert len(server.requests) == 2
    assert running.answer("a.png.json")["final"] is True
    assert running.answer("b.png.json") is None


def test_a_scan_on_which_the_agent_fails_holds_up_no_other(
    agent: Start, misbehaving: Serve, folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = agent_module.pack

    def trip(scan: Any, settings: Any) -> Any:
        if scan.name == "a.png":
            raise ZeroDivisionError("a fault of ours")
        return real(scan, settings)

    monkeypatch.setattr(agent_module, "pack", trip)
    put(folder, "a.png", "b.png")
    running = agent(misbehaving(screen).url, deadline_s=0.7)
    running.final("b.png.json")
    marker = running.marker("a.png.json")
    assert marker["reason"] == {
        "type": "urn:parcelray:watch:agent-fault",
        "message": "parcelray watch failed on it (ZeroDivisionError)",
    }
    running.stop()
    (record,) = caplog.records
    assert (record.levelno, record.exc_info is not None) == (logging.ERROR, True)


def test_a_file_that_cannot_be_read_is_said_so(agent: Start, misbehaving: Serve, folder: Path) -> None:
    put(folder, "a.png", "b.png")
    real = Path.open

    def refuse(self: Path, *arguments: Any, **options: Any) -> Any:
        if self.name == "a.png":
            raise PermissionError(13, "Permission denied")
        return real(self, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "open", refuse)
        running = agent(misbehaving(screen).url, deadline_s=0.7)
        running.final("b.png.json")
        assert "cannot be read: Permission denied" in running.marker("a.png.json")["reason"]["message"]
    assert running.final("a.png.json")["late"] is True


def test_a_slow_folder_is_not_looked_at_without_a_pause(
    agent: Start, misbehaving: Serve, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[float] = []
    real = agent_module.Book.refresh

    async def slow(self: Any) -> Any:
        looks.append(time.monotonic())
        await asyncio.sleep(0.03)
        return await real(self)

    monkeypatch.setattr(agent_module.Book, "refresh", slow)
    running = agent(misbehaving(screen).url, poll_s=0.05)
    running.until(lambda: len(looks) == 3)
    assert looks[2] - looks[0] >= 2 * 0.29


def test_a_look_that_takes_long_neither_spins_nor_holds_up_a_deadline(
    agent: Start, misbehaving: Serve, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, "a.png")
    running = agent(misbehaving(hang).url, deadline_s=0.5)
    running.until(lambda: running.latest.startswith("1 to do, 1 "))
    stuck = threading.Event()
    monkeypatch.setattr(agent_module.Book, "refresh", lambda self: asyncio.to_thread(stuck.wait, 10))
    turns: list[float] = []
    monkeypatch.setattr(running, "status", lambda line: turns.append(time.monotonic()))
    try:
        running.until(lambda: running.lines)
        assert running.lines[0].startswith("NOT SCREENED a.png")
        assert running.marker("a.png.json")
        assert len(turns) < 60
    finally:
        stuck.set()


def test_a_file_that_would_fill_the_memory_is_not_read(
    agent: Start, misbehaving: Serve, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "LARGEST", 10_000)
    put(folder, "a.png", "b.png")
    with (folder / "a.png").open("ab") as file:
        file.truncate(10_001)
    server = misbehaving(screen)
    running = agent(server.url)
    running.final("b.png.json")
    found = running.final("a.png.json")
    assert found["reason"]["message"] == "a.png: expected at most 10000 bytes, got 10001"
    assert len(server.requests) == 1
    running.stop()
    assert agent(server.url, once=True).wait() is True
