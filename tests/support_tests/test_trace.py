from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.strace import NoStraceError, failing, need_strace, traced, under_strace, wait_for_log
from support.trace import SYNCS, Trace, parse

StartToy = Callable[..., Any]


def test_a_server_that_saves_before_it_answers_is_seen_to(toy: StartToy, strace: None, tmp_path: Path) -> None:
    folder, log = tmp_path / 'a "folder" <of> ä', tmp_path / "log"
    folder.mkdir()
    server = toy(folder=folder)
    with traced(server.process.pid, log):
        start = time.time()
        assert server.send(b"scan") == "kept"
        assert server.send(b"scan") == "kept"
    trace = Trace.read(log)
    first, second = trace.sends(port=server.port, after=start)
    assert (first.data, first.result, first.succeeded) == (b"kept", 4, True)
    assert trace.sends(port=server.port, after=first.time) == [second]
    (renamed, _) = trace.calls("rename", "renameat", "renameat2")
    assert [Path(path).suffix for path in renamed.paths] == [".part", ""]
    assert trace.synced_before(renamed.paths[0], first)
    assert trace.synced_before(folder / "journal", second)
    # A later request's sync is no sync before the first answer.
    assert not trace.synced_before(folder / "journal", first)
    assert not trace.synced_before(folder / "journal", second, after=time.time())
    for answer in (first, second):
        assert trace.unsynced(folder, answer) == []


def test_one_that_answers_before_it_saves_is_noticed(toy: StartToy, strace: None, tmp_path: Path) -> None:
    log = tmp_path / "log"
    server = toy("hasty")
    with traced(server.process.pid, log):
        assert server.send(b"one") == "kept"
        # Its answer was sent while the first was being saved, or after; the second comes when the first is through.
        assert server.send(b"two") == "kept"
    trace = Trace.read(log)
    first, second = trace.sends(port=server.port)
    assert not trace.synced_before(tmp_path / "journal", first)
    assert not trace.synced_before(tmp_path / "journal", second)


def test_one_that_forgets_the_folder_is_noticed(toy: StartToy, strace: None, tmp_path: Path) -> None:
    log = tmp_path / "log"
    server = toy("careless")
    with traced(server.process.pid, log):
        assert server.send(b"scan") == "kept"
    trace = Trace.read(log)
    (answer,) = trace.sends(port=server.port)
    name = f"part-{server.process.pid}-0"
    assert trace.unsynced(tmp_path, answer) == [str(tmp_path / name)]
    assert trace.unsynced(tmp_path, answer, ignore=["part-*"]) == []
    assert trace.unsynced(tmp_path / "elsewhere", answer) == []


def test_a_process_can_be_traced_from_its_first_call_to_its_death(toy: StartToy, strace: None, tmp_path: Path) -> None:
    log = tmp_path / "log"
    server = toy(wrap=lambda command: under_strace(command, log))
    assert server.send(b"scan") == "kept"
    server.process.kill()
    server.process.wait()
    wait_for_log(log, server.process.pid)
    trace = Trace.read(log)
    opened = trace.calls("openat", path=tmp_path / "journal")
    assert [call.pid for call in opened] == [server.process.pid]
    (answer,) = trace.sends(port=server.port)
    assert trace.unsynced(tmp_path, answer) == []


def test_calls_on_open_files_can_be_made_to_fail(toy: StartToy, strace: None, tmp_path: Path) -> None:
    server = toy()
    journal = tmp_path / "journal"
    for error in ("EROFS", "EIO"):
        with failing(server.process.pid, tmp_path, error=error) as files:
            assert files == [journal]
            assert server.send(b"lost") == error
    with failing(server.process.pid, tmp_path, error="EIO", calls=SYNCS):
        assert server.send(b"written but not synced") == "EIO"
    assert server.send(b"well") == "kept"
    assert journal.read_bytes() == b"written but not synced\nwell\n"
    with pytest.raises(LookupError), failing(server.process.pid, tmp_path / "elsewhere"):
        pass


def test_a_process_that_is_gone_cannot_be_traced(strace: None, tmp_path: Path) -> None:
    with pytest.raises(NoStraceError, match="No such process"), traced(2**22 - 1, tmp_path / "log"):
        pass


def test_a_process_outlives_its_tracing(toy: StartToy, strace: None, tmp_path: Path) -> None:
    server = toy()
    with traced(server.process.pid, tmp_path / "log"):
        threads = [threading.Thread(target=server.send, args=(b"scan",)) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert server.send(b"scan") == "kept"
    assert len(Trace.read(tmp_path / "log").sends(port=server.port)) == 10


def test_calls_that_others_interrupt_are_put_together() -> None:
    calls = parse(
        [
            "7 1700000000.000001 fsync(3</d/a> <unfinished ...>",
            '8 1700000000.000002 sendto(4<TCP:[127.0.0.1:80->127.0.0.1:81]>, "k\\n\\0", 3, 0, NULL, 0 <unfinished ...>',
            "7 1700000000.000003 <... fsync resumed>) = 0",
            "8 1700000000.000004 <... sendto resumed>) = 3",
            '8 1700000000.000005 renameat(5</d>, "a", AT_FDCWD</e>, "/d/b") = -1 ENOSPC (No space left on device)',
            "8 1700000000.000006 --- SIGCHLD {si_signo=SIGCHLD} ---",
            "8 1700000000.000007 fdatasync(3</d/a> <unfinished ...>) = ?",
            '9 1700000000.000008 openat(AT_FDCWD</d>, "../x", O_RDONLY) = 6</x>',
            '9 1700000000.000009 write(2</dev/null<char 1:3>>, "3</no>, "..., 900 <unfinished ...>',
            "8 1700000000.000010 +++ killed by SIGKILL +++",
        ]
    )
    by_name = {call.name: call for call in calls}
    sync, send = by_name["fsync"], by_name["sendto"]
    assert (sync.pid, sync.begun, sync.ended, sync.paths, sync.succeeded) == (7, 0, 2, ("/d/a",), True)
    assert not sync.ended_before(send)
    assert (send.begun, send.ended, send.data) == (1, 3, b"k\n\0")
    assert send.paths == ("TCP:[127.0.0.1:80->127.0.0.1:81]",)
    renamed = by_name["renameat"]
    assert (renamed.paths, renamed.result, renamed.error, renamed.succeeded) == (("/d/a", "/d/b"), -1, "ENOSPC", False)
    assert (by_name["fdatasync"].paths, by_name["fdatasync"].ended) == (("/d/a",), None)
    assert by_name["openat"].paths == ("/x",)
    assert (by_name["write"].data, by_name["write"].ended) == (b"3</no>, ", None)


@pytest.mark.parametrize(
    ("calls", "lost"),
    [
        ("write(3</d/a>, ..., 1) = 1", ["/d/a"]),
        ("write(3</d/a>, ..., 1) = 1; fsync(3</d/a>) = 0", []),
        ("fsync(3</d/a>) = 0; write(3</d/a>, ..., 1) = 1", ["/d/a"]),
        ("write(3</d/a>, ..., 1) = 1; fsync(3</d/a>) = -1 EIO (Input/output error)", ["/d/a"]),
        ("write(3</d/a>, ..., 1) = -1 ENOSPC (No space left on device)", []),
        ('write(3</d/a>, ..., 1) = 1; rename("/d/a", "/d/b") = 0; fsync(4</d>) = 0', ["/d/b"]),
        ('write(3</d/a>, ..., 1) = 1; fsync(3</d/a>) = 0; rename("/d/a", "/d/b") = 0', ["/d/b"]),
        ('openat(AT_FDCWD</>, "/d/a", O_WRONLY|O_CREAT|O_EXCL, 0666) = 3</d/a>', ["/d/a"]),
        ('openat(AT_FDCWD</>, "/d/a", O_WRONLY|O_CREAT|O_EXCL, 0666) = 3</d/a>; fsync(4</d>) = 0', []),
        ('mkdir("/d/e", 0777) = 0; fsync(4</d/e>) = 0', ["/d/e"]),
        ('openat(AT_FDCWD</>, "/d/a", O_WRONLY|O_CREAT|O_EXCL, 0666) = 3</d/a>; unlink("/d/a") = 0', []),
    ],
)
def test_what_a_power_cut_would_take(calls: str, lost: list[str]) -> None:
    lines = [*calls.split("; "), 'sendto(9<TCP:[127.0.0.1:80->127.0.0.1:81]>, "ok", 2, 0, NULL, 0) = 2']
    trace = Trace(parse(f"1 {1700000000 + place}.5 {line}" for place, line in enumerate(lines)))
    assert trace.unsynced(Path("/d"), trace.sends()[0]) == lost


def test_a_write_that_overlaps_a_sync_is_not_saved_by_it() -> None:
    lines = ["write(3</d/a>, ..., 1 <unfinished ...>", "fsync(3</d/a>) = 0", "<... write resumed>) = 1"]
    lines = [f"{pid} 1700000000.5 {line}" for pid, line in zip((1, 2, 1), lines, strict=True)]
    send = '1 1700000001.5 sendto(9<TCP:[127.0.0.1:80->127.0.0.1:81]>, "ok", 2, 0, NULL, 0) = 2'
    trace = Trace(parse([*lines, send]))
    assert trace.unsynced(Path("/d"), trace.sends()[0]) == ["/d/a"]


def test_where_tracing_is_not_to_be_had_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(NoStraceError, match="not installed"):
        need_strace()
