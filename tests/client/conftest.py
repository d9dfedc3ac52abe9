"""A real service for all tests of the client, a server that misbehaves on purpose, and the agent as a process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from parcelray.client.retry import RetryPolicy
from parcelray.client.watch import agent as agent_module
from parcelray.client.watch import desk, job
from parcelray.client.watch.settings import WatchSettings
from support.service import PARCELRAY, Service, serve_command

# What the tests in this folder share, imported as `client_support`.
sys.path.insert(0, str(Path(__file__).parent))
from client_support import Inside, Misbehaving, Step, Watch, make_key


@pytest.fixture
def misbehaving() -> Iterator[Callable[..., Misbehaving]]:
    """Starts a server that does what the steps say."""
    with ExitStack() as stack:

        def start(*steps: Step) -> Misbehaving:
            server = Misbehaving()
            stack.callback(server.close)
            server.steps = list(steps)
            return server

        yield start


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("client-service") / "data"


@pytest.fixture(scope="session")
def url(data_dir: Path, tiny_package: Path) -> Iterator[str]:
    """The address of a real service that no test stops."""
    with Service(serve_command(data_dir, tiny_package), log=data_dir.parent / "log") as service:
        service.start()
        yield service.url


@pytest.fixture
def new_key(url: str, data_dir: Path) -> Callable[[str], str]:
    """Makes a key of the service that no test stops."""
    return lambda scope: make_key(data_dir, f"key-{time.monotonic_ns()}", scope)


@pytest.fixture
def key(new_key: Callable[[str], str]) -> str:
    """A workstation of the test's own: it sees its own scans alone."""
    return new_key("workstation")


Start = Callable[..., Watch]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What is watched."""
    path = tmp_path / "in"
    path.mkdir()
    return path


@pytest.fixture
def agent(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Inside]]:
    """Starts the agent in this process, quick enough for a test. Options: those of its settings."""
    for module in (agent_module, desk, job):
        monkeypatch.setattr(module, "PATIENCE", RetryPolicy(first_s=0.1, longest_s=0.3))
    monkeypatch.setattr(agent_module, "_GRACE_S", 0.5)
    with ExitStack() as started:

        def start(
            url: str, key: str | Callable[[], str] = "key", *, timeout_s: float = 0.7, **options: object
        ) -> Inside:
            quick = {"folder": folder, "settle_s": 0.1, "patience_s": 0.3, "poll_s": 0.05}
            inside = Inside(WatchSettings(**{**quick, **options}), url, key, timeout_s)
            started.callback(inside.stop)
            return inside

        yield start


@pytest.fixture
def watch(tmp_path: Path, folder: Path) -> Iterator[Start]:
    """Starts the agent as a process.

    Options: what to put before the command (``wrap``), a line of Python to run in the agent first (``first``), and
    options of the command line.
    """
    with ExitStack() as started:

        def start(
            url: str,
            key: str,
            *options: str,
            folder: Path = folder,
            wrap: Callable[[list[str]], list[str]] = list,
            first: str = "",
        ) -> Watch:
            command = [PARCELRAY[0], "-c", f"{first}\n{PARCELRAY[2]}"] if first else PARCELRAY
            quick = {"--settle": "0.1", "--poll": "0.05", "--deadline": "10"}
            given = [part for pair in quick.items() if pair[0] not in options for part in pair]
            number = len(list(tmp_path.glob("watch-*.out")))
            log, errors = tmp_path / f"watch-{number}.out", tmp_path / f"watch-{number}.err"
            process = subprocess.Popen(
                wrap([*command, "watch", str(folder), "--server", url, *given, *options]),
                stdout=started.enter_context(log.open("w")),
                stderr=started.enter_context(errors.open("w")),
                text=True,
                env={**os.environ, "PARCELRAY_KEY": key},
            )
            started.enter_context(process)
            started.callback(process.kill)
            return Watch(folder, process, log, errors)

        yield start
