from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from support.processes import children_of
from support.service import Service, serve_command
from support.strace import traced
from support.tiny_disk import TinyDisk
from support.trace import Trace

Serve = Callable[..., Service]


def test_a_service_comes_back_where_it_was_killed(serve: Serve) -> None:
    service = serve()
    service.wait_until_ready()
    first, url = service.process, service.url
    service.kill()
    assert first.returncode == -signal.SIGKILL
    service.start()
    service.wait_until_ready()
    assert service.url == url
    assert service.process.pid != first.pid
    assert url in service.greeting[0]
    # Of the second start alone.
    assert service.stop().count("/readyz") == 1


def test_one_that_cannot_start_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    children = children_of(os.getpid())
    command = serve_command(tmp_path / "data", tmp_path / "no package")
    with (
        pytest.raises(RuntimeError, match=r"it said: parcelray: .*no package"),
        Service(command, log=tmp_path / "log") as service,
    ):
        service.start()
    assert children_of(os.getpid()) == children


def test_one_that_has_ended_is_not_waited_for(serve: Serve) -> None:
    service = serve()
    service.process.terminate()
    service.process.wait(30)
    with pytest.raises(RuntimeError, match="/readyz answered None"):
        service.wait_until_ready()


def test_a_real_service_runs_on_a_tiny_disk_and_under_a_trace(
    serve: Serve, tiny_disk: Callable[..., TinyDisk], strace: None, tmp_path: Path
) -> None:
    disk = tiny_disk()
    service = serve(data_dir=disk.folder, wrap=disk.inside)
    with traced(service.process.pid, tmp_path / "trace"):
        service.wait_until_ready()
    answer = Trace.read(tmp_path / "trace").sends(port=int(service.url.rpartition(":")[2]))[0]
    assert answer.data.startswith(b"HTTP/1.1 200 OK\r\n")
    service.kill()
    service.start()
    service.wait_until_ready()
    # All that it wrote is on its own disk.
    assert list(disk.folder.iterdir()) == []
