"""Whether all that an answer promised was on the disk before its first byte left, by what the kernel was asked for.

The short form of scripts/prove/fsyncs.py is tests/e2e/test_fsyncs.py.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count, groupby
from pathlib import Path
from typing import Any, Self

import httpx2

from support.parcels import stamped
from support.pictures import encoded, pair, scan_pixels, view
from support.postgres import PostgresCluster
from support.trace import FOLDERS_MADE, OPENS, RENAMES, SYNCS, WRITES, Call, Trace, parse

WAL = "parcelray.db-wal"
# SQLite's index of the write-ahead log: made anew from it after a loss of power.
MAY_BE_LOST = ("*-shm",)
_SHOWN_OF_A_SUM = 8
_SHA256_HEX = 64


@dataclass(frozen=True)
class Promise:
    """An answer to a scan that was sent.

    Attributes:
        began: when it was sent, in seconds since 1970.
        status: of the answer.
        sums: SHA-256 of the images.
    """

    began: float
    status: int
    sums: tuple[str, ...]


def ask_for_promise(client: httpx2.Client, request: dict[str, Any]) -> Promise:
    """Send a scan, with what ``post`` is called with; nobody else may be sending one."""
    began = time.time()
    answer = client.post("/v1/scans", **request)
    answer.raise_for_status()
    files = [file for view in answer.json()["views"] for file in view["files"]]
    return Promise(began, answer.status_code, tuple(file["sha256"] for file in files))


def answer_of(trace: Trace, promise: Promise, port: int) -> Call:
    """The call that sent an answer's first byte."""
    send = trace.sends(port=port, after=promise.began)[0]
    assert send.data.startswith(f"HTTP/1.1 {promise.status} ".encode()), send
    return send


def unkept(trace: Trace, promise: Promise, *, data_dir: Path, port: int, sqlite: bool = True) -> list[str]:
    """What an answer promised though a loss of power, right after it, could have taken it back; in words.

    Args:
        trace: of the service.
        promise: that it gave.
        data_dir: of the service.
        port: that it listens on.
        sqlite: whether its records lie in the data folder too.
    """
    send = answer_of(trace, promise, port)
    found = [words for sha256 in promise.sums for words in _unkept_image(trace, sha256, send, data_dir / "images")]
    if sqlite:
        wal = data_dir / WAL
        written = [call for call in trace.calls(*WRITES, path=wal, after=promise.began) if call.begun < send.begun]
        if not written:
            found.append("nothing was written to the write-ahead log")
        elif not _synced_between(trace, wal, written[-1], send):
            found.append("the write-ahead log was not synced after the last write to it")
    unsynced = trace.unsynced(data_dir, send, ignore=MAY_BE_LOST)
    return found + [f"{path} could have been lost" for path in unsynced]


def _unkept_image(trace: Trace, sha256: str, send: Call, folder: Path) -> Iterator[str]:
    path = folder / sha256[:2] / sha256
    renames = [call for call in trace.calls(*RENAMES, path=path) if call.paths[-1] == str(path) and call.succeeded]
    if not renames:
        yield f"image {sha256} was not put in its place"
        return
    rename = renames[-1]
    if not any(sync.succeeded and sync.ended_before(rename) for sync in trace.calls(*SYNCS, path=rename.paths[0])):
        yield f"image {sha256} was not synced before it was put in its place"
    if not _synced_between(trace, path.parent, rename, send):
        yield f"the folder of image {sha256} was not synced after the image was put there"
    for made in trace.calls(*FOLDERS_MADE, path=path.parent):
        if made.succeeded and made.begun < send.begun and not _synced_between(trace, folder, made, send):
            yield f"the folder that holds the folder of image {sha256} was not synced"


def _synced_between(trace: Trace, path: Path, earlier: Call, send: Call) -> bool:
    return any(
        sync.succeeded and earlier.ended_before(sync) and sync.ended_before(send)
        for sync in trace.calls(*SYNCS, path=path)
    )


def excerpt(trace: Trace, promise: Promise, *, data_dir: Path, port: int, below: Below | None = None) -> list[str]:
    """What was asked of the kernel for one answer, to be read: milliseconds, call, path in the data folder.

    Args:
        trace: of the service.
        promise: that it gave.
        data_dir: of the service.
        port: that it listens on.
        below: PostgreSQL, where it keeps the records.
    """
    send = answer_of(trace, promise, port)
    calls = [(call, _told(call, data_dir)) for call in trace.calls(after=promise.began) if call.begun < send.begun]
    if below is not None:
        told = [(call, below.told(call)) for call in below.trace.calls(after=promise.began) if call.time < send.time]
        calls = sorted(calls + told, key=lambda pair: pair[0].time)
    calls.append((send, repr(send.data.split(b"\r\n")[0].decode())))
    return [
        f"{(first.time - promise.began) * 1e3:8.2f} ms  {first.name:<10} {where}{f'  ({times} times)' * (times > 1)}"
        for first, where, times in _runs((call, where) for call, where in calls if where is not None)
    ]


def _told(call: Call, data_dir: Path) -> str | None:
    """Where a call changed something in the data folder; None where it did not, or it is of no interest."""
    if not call.paths or not Path(call.paths[-1]).is_relative_to(data_dir) or call.paths[-1].endswith("-shm"):
        return None
    if call.name in (*WRITES, *SYNCS, *RENAMES) or (call.name in OPENS and "O_CREAT" in call.arguments):
        return " -> ".join(_short(Path(path).relative_to(data_dir)) for path in call.paths)
    return str(Path(call.paths[-1]).relative_to(data_dir)) if call.name in FOLDERS_MADE and call.succeeded else None


def _runs(calls: Iterable[tuple[Call, str]]) -> Iterator[tuple[Call, str, int]]:
    """Calls, with how often each came again at once."""
    for _, run in groupby(calls, key=lambda pair: (pair[0].name, pair[1])):
        (first, where), *others = run
        yield first, where, 1 + len(others)


def _short(path: Path) -> str:
    """A path with its sums cut short."""
    parts = (
        part[:_SHOWN_OF_A_SUM] + "…" + part[_SHA256_HEX:] if len(part) >= _SHA256_HEX else part for part in path.parts
    )
    return "/".join(parts) or "."


@dataclass(frozen=True)
class Below:
    """PostgreSQL under the service.

    Attributes:
        trace: of its processes.
        port: that it listens on.
        wal: the folder of its write-ahead log.
    """

    trace: Trace
    port: int
    wal: Path

    @classmethod
    def read(cls, log: Path, cluster: PostgresCluster) -> Self:
        """From what strace wrote; but for the server's unix socket, whose name strace does not escape."""
        trace = Trace(parse(line for line in log.read_text().splitlines() if "<UNIX-STREAM:" not in line))
        return cls(trace, cluster.port, cluster.folder / "data" / "pg_wal")

    def unflushed(self, promise: Promise, answered_at: float) -> list[str]:
        """Whether the log was not on the disk when the server said that a transaction was committed.

        Args:
            promise: that the service gave.
            answered_at: when the service sent the first byte of its answer.
        """
        commits = [call for call in self._commits(promise.began) if call.time < answered_at]
        written = [call for call in self.trace.calls(*WRITES, after=promise.began) if self._is_of_log(call)]
        found = [] if commits and written else ["PostgreSQL committed nothing before the answer"]
        for commit in commits:
            found += [
                f"{path} was not synced before a commit was told" for path in self.trace.unsynced(self.wal, commit)
            ]
        return found

    def told(self, call: Call) -> str | None:
        """Where a call wrote or synced the log, or told of a commit; None for all others."""
        if call in self._commits(call.time - 1):
            return "'COMMIT' to the service"
        if self._is_of_log(call) and call.name in (*WRITES, *SYNCS):
            return f"pg_wal/{Path(call.paths[0]).name}"
        return None

    def _commits(self, after: float) -> list[Call]:
        return [call for call in self.trace.sends(port=self.port, after=after) if b"COMMIT\0" in call.data]

    def _is_of_log(self, call: Call) -> bool:
        return bool(call.paths) and Path(call.paths[0]).is_relative_to(self.wal)


def requests() -> Iterator[dict[str, Any]]:
    """Scans that make a new folder among the images, use it again, have several images, and wait for nobody.

    Yields:
        what ``post`` is called with.
    """
    first, second, third, fourth = (_picture(shard, number) for number, shard in enumerate(("ab", "ab", "cd", "ef")))
    yield {"files": [view(first)]}
    yield {"files": [view(second)]}
    yield {"files": [view(third), view(b"no image"), *pair()]}
    yield {"files": [view(fourth)], "params": {"wait": "0"}}


def _picture(shard: str, number: int) -> bytes:
    """One whose sum begins so; another number gives another."""
    images = (stamped(encoded(scan_pixels()), f"{number} {tried}") for tried in count())
    return next(image for image in images if hashlib.sha256(image).hexdigest().startswith(shard))
