"""What the service says while PostgreSQL is gone, hangs or fails; and that it goes on by itself when that is over."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from httpx2 import Response
from sqlalchemy import NullPool, create_engine, text

from parcelray.serving.security.keys import Scope
from parcelray.serving.store import database
from support.caller import Caller, new_key, picture, problem_of
from support.listener import Listener
from support.parcels import CONSIGNMENT
from support.pictures import view
from support.postgres import ROLE, PostgresCluster
from support.processes import children_of
from support.service import Service
from support.strace import failing
from support.trace import SYNCS, WRITES

PATIENCE_S = 1.5
FULL = (507, "storage-full", "60")
GONE = (503, "storage-unavailable", "5")
SCOPES = {"belt-1": Scope.WORKSTATION, "reads": Scope.READER, "lab": Scope.ENGINEER, "boss": Scope.ADMIN}


@dataclass(frozen=True)
class OnPostgres:
    """A service on a PostgreSQL server of its own, and who calls it."""

    cluster: PostgresCluster
    database: str
    service: Service
    keys: dict[str, str]
    callers: dict[str, Caller]

    def count(self, rows: str) -> int:
        """How many there are of ``scans WHERE state = 'pending'``, for one."""
        return int(self.cluster.execute(f"SELECT COUNT(*) FROM {rows}", database=self.database)[0][0])

    def newest_event(self) -> int:
        """Its number: of a scan, or of what it did to the queue."""
        return int(self.cluster.execute("SELECT MAX(number) FROM events", database=self.database)[0][0])

    def execute(self, statement: str) -> None:
        """As the one who looks after the database."""
        self.cluster.execute(statement, database=self.database)

    def processes(self) -> list[int]:
        """PostgreSQL's."""
        return [self.cluster.pid, *children_of(self.cluster.pid)]


@pytest.fixture(scope="module")
def cluster() -> Iterator[PostgresCluster]:
    with PostgresCluster() as cluster:
        yield cluster


@pytest.fixture
def on_postgres(cluster: PostgresCluster, serve: Callable[..., Service], tmp_path: Path) -> Iterator[OnPostgres]:
    database = cluster.create_database()
    url, data_dir = cluster.url(database), tmp_path / "data"
    keys = {name: new_key(data_dir, url, name, scope) for name, scope in SCOPES.items()}
    service = serve(data_dir=data_dir, wrap=less_patient, PARCELRAY_DATABASE_URL=url, PARCELRAY_EVENTS_POLL_S="0.1")
    with ExitStack() as callers:
        called = {name: callers.enter_context(Caller(service.url, key)) for name, key in keys.items()}
        yield OnPostgres(cluster, database, service, keys, called)
    log = service.stop()
    password = url.partition("parcelray:")[2].partition("@")[0]
    for secret in (CONSIGNMENT, *keys.values(), password):
        assert secret not in log


def less_patient(command: list[str]) -> list[str]:
    """The service, but for the seconds that it waits for a database which is silent: a test has better to do."""
    patience = f"from parcelray.serving.store import database; database._NETWORK_S = {PATIENCE_S}"
    return [*command[:2], f"{patience}\n{command[2]}", *command[3:]]


def requests_of(on_postgres: OnPostgres, scan_id: str) -> dict[str, Callable[[], object]]:
    """One request to each route that needs the database."""
    belt, lab, boss = (on_postgres.callers[name] for name in ("belt-1", "lab", "boss"))
    base = f"/v1/scans/{scan_id}"
    return {
        "POST /v1/scans": lambda: belt.send_scan(1),
        "POST /v1/scans?wait=0": lambda: belt.send_scan(1, wait=0),
        "POST /v1/detect": lambda: lab.post("/v1/detect", files=[view(picture(1))]),
        **{
            f"GET {path}": lambda path=path: boss.get(path)
            for path in (
                "/v1/scans",
                base,
                f"{base}/views/0",
                f"{base}/views/0/overlay.png",
                "/v1/events",
                "/v1/keys",
                "/metrics",
                "/openapi.json",
                "/readyz",
            )
        },
        "POST /v1/keys": lambda: boss.post("/v1/keys", json={"name": "new", "scope": "reader"}),
        "POST /v1/keys/lab/rotate": lambda: boss.post("/v1/keys/lab/rotate"),
    }


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_while_the_database_is_gone_all_say_so_and_then_go_on(on_postgres: OnPostgres, how: str) -> None:
    cluster, belt = on_postgres.cluster, on_postgres.callers["belt-1"]
    first = belt.send_scan(0)
    listener = Listener(on_postgres.service.url, on_postgres.keys["reads"])
    listener.start()
    listener.wait_for(on_postgres.newest_event())
    getattr(cluster, how)()
    try:
        # Long enough for the stream to look, and to end.
        time.sleep(0.5)
        requests = requests_of(on_postgres, first.json()["scan_id"])
        answers = {route: problem_of(ask()) for route, ask in requests.items()}
        assert answers == dict.fromkeys(requests, GONE)
        assert belt.get("/livez").status_code == 200
    finally:
        cluster.start()
    assert belt.get("/readyz").status_code == 200
    second = belt.send_scan(1)
    assert second.status_code == 201
    assert belt.get(first.headers["Location"]).json() == first.json()
    listener.wait_for(on_postgres.newest_event())
    assert [event.told["scan_id"] for event in listener.heard if event.kind == "scan"] == [
        first.json()["scan_id"],
        second.json()["scan_id"],
    ]
    assert listener.streams == 2
    log = on_postgres.service.stop()
    listener.stop()
    assert '"fault"' not in log


def test_scans_that_wait_to_be_looked_at_are_when_the_database_is_back(on_postgres: OnPostgres) -> None:
    cluster, belt = on_postgres.cluster, on_postgres.callers["belt-1"]
    for number in range(10):
        assert belt.send_scan(number, wait=0).status_code == 202
    cluster.kill()
    cluster.start()
    left = on_postgres.count("scans WHERE state = 'pending'")
    print(f"{left} were left")
    wait_until(lambda: on_postgres.count("scans WHERE state = 'screened'") == 10)
    assert on_postgres.count("events WHERE kind = 'scan'") == 20
    assert on_postgres.count("events WHERE kind = 'queued'") == 10


def test_while_the_database_hangs_all_are_told_soon_and_nobody_waits_for_the_others(on_postgres: OnPostgres) -> None:
    belt, reader = (on_postgres.callers[name] for name in ("belt-1", "reads"))
    first = belt.send_scan(0)
    asked = [*[lambda number=number: belt.send_scan(number) for number in range(1, 9)]]
    asked += [lambda: reader.get(first.headers["Location"])] * 15
    asked.append(lambda: reader.get("/readyz"))
    answers: list[tuple[tuple[int, str, str | None], float]] = []

    def ask(question: Callable[[], Response]) -> None:
        began = time.monotonic()
        answer = question()
        answers.append((problem_of(answer), time.monotonic() - began))

    stopped = on_postgres.processes()
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        threads = [threading.Thread(target=ask, args=(question,)) for question in asked]
        for thread in threads:
            thread.start()
        livez = []
        while any(thread.is_alive() for thread in threads):
            began = time.monotonic()
            assert belt.get("/livez").status_code == 200
            livez.append(time.monotonic() - began)
            time.sleep(0.02)
        ask(asked[0])
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
    assert [answer for answer, _ in answers] == [GONE] * len(answers)
    waited = [seconds for _, seconds in answers]
    print(f"longest {max(waited):.1f} s, then {waited[-1]:.2f} s; /livez {max(livez):.3f} s")
    # Those who came first waited for all: a handful at a time, it would have taken three times as long.
    assert max(waited) < 2 * PATIENCE_S
    assert waited[-1] < 0.3
    assert max(livez) < 0.5
    wait_until(lambda: reader.get("/readyz").status_code == 200)
    for number in range(1, 9):
        assert belt.send_scan(number).status_code == 201
    assert on_postgres.count("scans") == 9


def test_a_service_that_holds_the_database_keeps_no_reader_waiting(on_postgres: OnPostgres) -> None:
    belt, reader = (on_postgres.callers[name] for name in ("belt-1", "reads"))
    first = belt.send_scan(0)
    # So that its key's use is noted.
    assert reader.get(first.headers["Location"]).status_code == 200
    engine = create_engine(on_postgres.cluster.url(on_postgres.database), poolclass=NullPool)
    # As a service does that was stopped in the midst of writing.
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": database._WRITERS_LOCK})
        sender = threading.Thread(target=lambda: refused.append(problem_of(belt.send_scan(1))))
        refused: list[tuple[int, str, str | None]] = []
        sender.start()
        while sender.is_alive():
            began = time.monotonic()
            assert reader.get(first.headers["Location"]).status_code == 200
            assert time.monotonic() - began < 0.5
    assert refused == [GONE]
    assert belt.send_scan(1).status_code == 201
    assert on_postgres.count("scans") == 2


@contextmanager
def failing_below(on_postgres: OnPostgres, folder: str, error: str, calls: Sequence[str]) -> Iterator[None]:
    """Let calls of PostgreSQL's processes fail, of those that work for the service."""
    backends = "SELECT pid FROM pg_stat_activity WHERE application_name = 'parcelray'"
    with ExitStack() as broken:
        for (pid,) in on_postgres.cluster.execute(backends):
            broken.enter_context(failing(pid, on_postgres.cluster.folder / "data" / folder, error=error, calls=calls))
        yield


def write_with_each_connection(on_postgres: OnPostgres) -> None:
    """So that each one's process holds all open that it writes."""
    for number in range(2, 20):
        assert on_postgres.callers["belt-1"].send_scan(number).status_code == 201


def test_a_full_disk_under_postgresql_takes_no_scan(on_postgres: OnPostgres, strace: None) -> None:
    belt = on_postgres.callers["belt-1"]
    write_with_each_connection(on_postgres)
    kept = 18
    with failing_below(on_postgres, "base", "ENOSPC", WRITES):
        # Until a table has to grow.
        while (answer := belt.send_scan(100 + kept)).status_code == 201:
            kept += 1
        assert problem_of(answer) == FULL
    assert on_postgres.count("scans") == kept
    assert belt.send_scan(100 + kept).status_code == 201


def test_a_log_that_postgresql_cannot_sync_is_never_answered(on_postgres: OnPostgres, strace: None) -> None:
    belt = on_postgres.callers["belt-1"]
    write_with_each_connection(on_postgres)
    with failing_below(on_postgres, "pg_wal", "EIO", SYNCS):
        assert problem_of(belt.send_scan(1)) == GONE
    # PostgreSQL does not trust what it wrote, stops, and recovers.
    assert "PANIC:  could not fdatasync file" in on_postgres.cluster.log()
    wait_until(lambda: belt.get("/readyz").status_code == 200)
    assert belt.send_scan(1).status_code == 201
    assert on_postgres.count("scans") == 19


def test_a_password_that_was_changed_is_told_to_those_who_run_it_alone(on_postgres: OnPostgres) -> None:
    belt, cluster = on_postgres.callers["belt-1"], on_postgres.cluster
    right = cluster.url("x").partition(f"{ROLE}:")[2].partition("@")[0]
    assert belt.send_scan(0).status_code == 201
    on_postgres.execute(f"ALTER ROLE {ROLE} PASSWORD 'another'")
    try:
        cluster.stop()
        cluster.start()
        answer = belt.send_scan(1)
        assert problem_of(answer) == GONE
        assert "password" not in answer.text
    finally:
        on_postgres.execute(f"ALTER ROLE {ROLE} PASSWORD '{right}'")
    assert belt.send_scan(1).status_code == 201
    (line,) = [line for line in on_postgres.service.stop().splitlines() if answer.json()["request_id"] in line][:1]
    assert f'password authentication failed for user \\"{ROLE}\\"' in line


def test_what_stands_in_a_row_is_not_logged_when_the_database_refuses_it(on_postgres: OnPostgres) -> None:
    belt = on_postgres.callers["belt-1"]
    on_postgres.execute(f"ALTER TABLE scans ADD CHECK (consignment_id <> '{CONSIGNMENT}1')")
    answer = belt.send_scan(1)
    assert problem_of(answer) == (500, "service-fault", None)
    # What PostgreSQL has to say of it repeats the row; its message does not. The fixture looks for the consignment.
    assert "Failing row contains" in on_postgres.cluster.log()
    log = on_postgres.service.stop()
    assert "violates check constraint" in log
    assert answer.json()["request_id"] in log


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.05)
