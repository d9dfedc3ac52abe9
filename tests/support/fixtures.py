"""The fixtures made of what is in this folder; tests/conftest.py registers them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest

from support.postgres import PostgresCluster
from support.service import PARCELRAY, Service, serve_command
from support.strace import NoStraceError, need_strace
from support.tiny_disk import NoNamespacesError, TinyDisk


@pytest.fixture
def parcelray() -> list[str]:
    """How to call the command line in a process of its own, the checkout's or the installed one."""
    return PARCELRAY


@pytest.fixture
def serve(tmp_path: Path, tiny_package: Path) -> Iterator[Callable[..., Service]]:
    """Starts the real service on a free port and waits until it says that it is ready.

    Options: ``data_dir`` (its folder), ``lines`` (how many lines it greets with), ``wrap`` (makes a command of its
    command, such as ``disk.inside``), and environment variables.
    """
    numbers = count()
    with ExitStack() as started:

        def start(
            *,
            data_dir: Path = tmp_path / "data",
            lines: int = 1,
            wrap: Callable[[list[str]], list[str]] = list,
            **environment: str,
        ) -> Service:
            command = wrap(serve_command(data_dir, tiny_package))
            log = tmp_path / f"service-{next(numbers)}.log"
            service = started.enter_context(Service(command, log=log, environment=environment))
            # pytest shows this when the test fails.
            started.callback(lambda: print(log.read_text(), file=sys.stderr))
            service.start(lines=lines)
            return service

        yield start


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresCluster]:
    """A PostgreSQL server for all tests that do no more than use it. Who stops or kills one makes one of their own."""
    with PostgresCluster(fsync=False) as cluster:
        yield cluster


@pytest.fixture
def postgres_url(postgres: PostgresCluster) -> Iterator[str]:
    """Where SQLAlchemy finds an empty database of the test's own."""
    database = postgres.create_database()
    yield postgres.url(database)
    postgres.drop_database(database)


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Callable[..., TinyDisk]]:
    """Makes a small disk that only the commands see which are started inside; skips where that is not allowed.

    Options: ``folder`` (where it lies; made when it is not there), ``size`` (in bytes).
    """
    with ExitStack() as disks:

        def make(*, folder: Path = tmp_path / "disk", size: int = 8 << 20) -> TinyDisk:
            folder.mkdir(parents=True, exist_ok=True)
            try:
                return disks.enter_context(TinyDisk(folder, size=size))
            except NoNamespacesError as error:
                pytest.skip(str(error))

        yield make


@pytest.fixture(scope="session")
def strace() -> None:
    """Skips where processes cannot be traced; the tracing itself is in ``support.strace``."""
    try:
        need_strace()
    except NoStraceError as error:
        pytest.skip(str(error))
