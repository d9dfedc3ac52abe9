"""The agent as a process: killed at chosen moments, told to stop, on a disk that takes no answer."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from client_support import Inside, Misbehaving, Watch, hang, picture, screen

from parcelray.client.client import Client
from support.tiny_disk import TinyDisk

Start = Callable[..., Watch]

# What stands for the moment: the agent kills itself as it comes there.
KILLED = "import os, signal\ndie = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)\n"
MOMENTS = {
    "before it is sent": "import parcelray.client.watch.agent as m; m.pack = die",
    "while it is sent": (
        "import httpx2._multipart as m; real = m.FileField.render_data\n"
        "def half(self):\n    yield next(real(self))[:50]; die()\nm.FileField.render_data = half"
    ),
    "when it is answered": "import parcelray.client.watch.agent as m; m.answered = die",
    "while its answer is written": "os.fsync = die",
    "before its answer takes its name": "import parcelray.client.watch.answer_file as m; m._replace = die",
    "when its answer is there": "import parcelray.client.watch.answer_file as m; m._sync_folder = die",
}


def listed(url: str, key: str) -> dict[str, Any]:
    with Client(url, key) as client:
        return {scan["scan_id"]: client.scan(scan["scan_id"]) for scan in client.all_scans()}


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_any_moment_no_scan_is_lost_or_sent_twice(
    watch: Start, agent: Callable[..., Inside], url: str, key: str, folder: Path, moment: str
) -> None:
    (folder / "a.png").write_bytes(picture())
    killed = watch(url, key, first=KILLED + MOMENTS[moment])
    assert killed.process.wait(20) == -signal.SIGKILL, killed.notes
    left = killed.answer("a.png.json")
    assert (left is not None) is (moment == "when its answer is there")
    again = agent(url, key, once=True)
    assert again.wait() is True
    kept = listed(url, key)
    found = again.answer("a.png.json")
    assert list(kept.values()) == [found["answer"]]
    assert found["final"] is True
    assert {path.name for path in folder.iterdir()} == {"a.png", "a.png.json"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_ends_quickly_and_well(
    watch: Start, misbehaving: Callable[..., Misbehaving], folder: Path, number: signal.Signals
) -> None:
    (folder / "a.png").write_bytes(picture())
    server = misbehaving(hang)
    running = watch(server.url, "key", first="import parcelray.client.watch.agent as m; m._GRACE_S = 0.5")
    running.until(lambda: server.requests)
    began = time.monotonic()
    assert running.stop(number) == 0
    assert time.monotonic() - began < 3
    assert not [line for line in running.notes if "Traceback" in line]


@pytest.mark.parametrize("trouble", ["full", "read-only"])
def test_a_disk_that_takes_no_answer_is_said_and_waited_for(
    watch: Start,
    misbehaving: Callable[..., Misbehaving],
    tiny_disk: Callable[..., TinyDisk],
    folder: Path,
    trouble: str,
) -> None:
    disk = tiny_disk(folder=folder, size=1 << 20)
    server = misbehaving(screen)
    running = watch(server.url, "key", "--deadline", "1", wrap=disk.inside)
    running.folder = disk.outside
    (disk.outside / "a.png").write_bytes(picture())
    running.final("a.png.json")
    (disk.outside / "b.png").write_bytes(picture(1))
    if trouble == "full":
        disk.fill()
    else:
        disk.make_read_only()
    words = {"full": "No space left on device", "read-only": "Read-only file system"}[trouble]
    (line,) = running.until(lambda: [line for line in running.lines if "b.png" in line], "the deadline")
    assert line == f"NOT SCREENED b.png: its answer cannot be written: {words}"
    assert not list(disk.outside.glob("b.png.json"))
    disk.free() if trouble == "full" else disk.make_writable()
    found = running.final("b.png.json")
    assert (found["state"], found["late"]) == ("screened", True)
    running.until(lambda: len(running.notes) == 3, "the word that it is mended")
    assert running.notes[1:] == [
        f"answers cannot be written into {folder}: {words}",
        "answers can be written again",
    ]
    # It was sent once: the answer was kept.
    assert len(server.requests) == 2
    assert running.stop() == 0
    assert not [path for path in disk.outside.iterdir() if path.suffix == ".tmp"]
