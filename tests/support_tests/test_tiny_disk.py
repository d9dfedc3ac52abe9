from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.strace import failing
from support.tiny_disk import NoNamespacesError, TinyDisk

MIB = 1 << 20
StartToy = Callable[..., Any]
MakeDisk = Callable[..., TinyDisk]


def test_a_service_meets_a_full_disk_and_goes_on_when_it_is_free(toy: StartToy, tiny_disk: MakeDisk) -> None:
    disk = tiny_disk(size=MIB)
    server = toy(folder=disk.folder, wrap=disk.inside)
    assert server.send(b"scan") == "kept"
    disk.fill()
    # The journal's page has room; a file's first page is one too many.
    assert server.send(b"scan") == "ENOSPC"
    disk.fill()
    disk.free()
    assert server.send(b"scan") == "kept"
    # One page for the journal, one for the file.
    disk.fill(leave=2 * 4096)
    assert server.send(b"x" * 4096) == "kept"
    assert server.send(b"x" * 4096) == "ENOSPC"
    disk.free()
    assert (disk.outside / "journal").read_bytes().startswith(b"scan\nscan\nscan\nx")
    assert list(disk.folder.iterdir()) == []


def test_a_service_meets_a_disk_that_cannot_be_written(toy: StartToy, tiny_disk: MakeDisk, strace: None) -> None:
    disk = tiny_disk()
    server = toy(folder=disk.folder, wrap=disk.inside)
    for _ in range(2):
        disk.make_read_only()
        assert server.send(b"scan") == "EROFS"
        with pytest.raises(OSError, match="Read-only"):
            (disk.outside / "a").touch()
        disk.make_writable()
        assert server.send(b"scan") == "kept"
    # The journal was open all the time: here too, what is written to it can fail.
    assert (disk.outside / "journal").read_bytes() == b"scan\n" * 4
    with failing(server.process.pid, disk.folder):
        assert server.send(b"scan") == "EROFS"
    assert (disk.outside / "journal").read_bytes() == b"scan\n" * 4


def test_the_process_that_was_started_is_the_service(toy: StartToy, tiny_disk: MakeDisk) -> None:
    disk = tiny_disk()
    (disk.outside / "laid there before").touch()
    server = toy(folder=disk.folder, wrap=disk.inside)
    assert b"toy_server.py" in Path(f"/proc/{server.process.pid}/cmdline").read_bytes()
    server.process.kill()
    server.process.wait(10)
    again = toy(folder=disk.folder, wrap=disk.inside)
    assert again.send(b"scan") == "kept"
    assert {"laid there before", "journal"} <= {path.name for path in disk.outside.iterdir()}


def test_nothing_inside_outlives_the_disk(toy: StartToy, tmp_path: Path, tiny_disk: MakeDisk) -> None:
    with TinyDisk(tmp_path, size=MIB) as disk:
        server = toy(folder=tmp_path, wrap=disk.inside)
        outside = disk.outside
    assert server.process.wait(10) != 0
    assert not outside.exists()
    assert list(tmp_path.iterdir()) == []


def test_where_there_are_no_namespaces_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refusing = tmp_path / "unshare"
    refusing.write_text("#!/bin/sh\necho unshare failed: Operation not permitted >&2\nexit 1\n")
    refusing.chmod(0o755)
    for path, reason in ((str(tmp_path), "Operation not permitted"), (str(tmp_path / "nothing"), "no unshare")):
        monkeypatch.setenv("PATH", path)
        with pytest.raises(NoNamespacesError, match=reason), TinyDisk(tmp_path, size=MIB):
            pass
