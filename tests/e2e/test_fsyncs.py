"""Once a scan is answered with 2xx it outlives a loss of power: the short form of scripts/prove/fsyncs.py."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from parcelray.serving.security.keys import KeyRing, Scope
from parcelray.serving.store.store import open_database
from support.durability import Below, Promise, answer_of, ask_for_promise, excerpt, requests, unkept
from support.people import HOST
from support.postgres import PostgresCluster
from support.service import Service, serve_command
from support.strace import traced, under_strace, wait_for_log
from support.trace import Trace


def new_key(data_dir: Path, database_url: str | None = None) -> dict[str, str]:
    with closing(open_database(data_dir, database_url)) as database:
        return {"X-API-Key": KeyRing(database).create("belt-1", Scope.WORKSTATION, HOST)}


def port_of(service: Service) -> int:
    return int(service.url.rpartition(":")[2])


def promised(service: Service, headers: dict[str, str]) -> list[Promise]:
    with httpx2.Client(base_url=service.url, headers=headers, timeout=30) as client:
        return [ask_for_promise(client, request) for request in requests()]


def test_all_is_on_the_disk_before_it_is_answered(strace: None, serve: Callable[..., Service], tmp_path: Path) -> None:
    log, data_dir = tmp_path / "trace", tmp_path / "new" / "data"
    service = serve(data_dir=data_dir, wrap=lambda command: under_strace(command, log), lines=2)
    promises = promised(service, new_key(data_dir))
    assert [promise.status for promise in promises] == [201, 201, 201, 202]
    service.stop()
    wait_for_log(log, service.process.pid)
    trace = Trace.read(log)
    for promise in promises:
        assert unkept(trace, promise, data_dir=data_dir, port=port_of(service)) == []
    told = "\n".join(excerpt(trace, promises[0], data_dir=data_dir, port=port_of(service)))
    assert re.search(
        r"fsync      images/parts/ab.*rename     images/parts/ab\S+ -> images/ab/ab\S+…\n.*fsync      images/ab\n"
        r".*fsync      images\n.*fdatasync  parcelray.db-wal\n.*'HTTP/1.1 201 Created'$",
        told,
        re.DOTALL,
    ), told


# What a program does first that forgets one of them.
FORGETFUL = {
    "folders": "os.fsync = lambda file: None if stat.S_ISDIR(os.fstat(file).st_mode) else fsync(file)",
    "images": "os.fsync = lambda file: fsync(file) if stat.S_ISDIR(os.fstat(file).st_mode) else None",
    "write-ahead log": """from parcelray.serving.store import database
exec(inspect.getsource(database).replace("synchronous=FULL", "synchronous=NORMAL"), vars(database))""",
}


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("folders", "was not synced after the image was put there"),
        ("images", "was not synced before it was put in its place"),
        ("write-ahead log", "the write-ahead log was not synced"),
    ],
)
def test_one_that_forgets_some_is_noticed(
    strace: None, tmp_path: Path, tiny_package: Path, what: str, says: str
) -> None:
    data_dir = tmp_path / "data"
    headers = new_key(data_dir)
    start = serve_command(data_dir, tiny_package)
    start[2] = f"import inspect, os, stat\nfsync = os.fsync\n{FORGETFUL[what]}\n{start[2]}"
    with Service(start, log=tmp_path / "log") as service:
        service.start()
        with traced(service.process.pid, tmp_path / "trace"):
            promises = promised(service, headers)
    trace = Trace.read(tmp_path / "trace")
    for promise in promises:
        assert says in " ".join(unkept(trace, promise, data_dir=data_dir, port=port_of(service)))


def test_postgresql_too_has_it_on_the_disk_before_it_is_answered(
    strace: None, tmp_path: Path, serve: Callable[..., Service]
) -> None:
    data_dir, log = tmp_path / "data", tmp_path / "trace"
    with PostgresCluster(fsync=True) as cluster:
        # Who runs the server may have made it forgetful for all who do not ask: we ask.
        cluster.execute("ALTER SYSTEM SET synchronous_commit = off")
        cluster.execute("SELECT pg_reload_conf()")
        url = cluster.url(cluster.create_database())
        headers = new_key(data_dir, url)
        with traced(cluster.pid, tmp_path / "postgres"):
            service = serve(
                data_dir=data_dir, wrap=lambda command: under_strace(command, log), PARCELRAY_DATABASE_URL=url
            )
            promises = promised(service, headers)
            service.stop()
        wait_for_log(log, service.process.pid)
        trace, below = Trace.read(log), Below.read(tmp_path / "postgres", cluster)
        for promise in promises:
            assert unkept(trace, promise, data_dir=data_dir, port=port_of(service), sqlite=False) == []
            at = answer_of(trace, promise, port_of(service)).time
            assert below.unflushed(promise, answered_at=at) == []
