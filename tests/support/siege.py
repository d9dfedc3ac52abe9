"""The real service, killed again and again while scans are sent to it; and whether all that it answered is there.

Its short form is tests/e2e/test_kills.py, its long one scripts/prove/kills.py.
"""

from __future__ import annotations

import json
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
from sqlalchemy import Connection, NullPool, create_engine, text

from parcelray.serving.security.keys import KeyRing, Scope
from parcelray.serving.store.database import sqlite_url
from parcelray.serving.store.store import open_database
from support.audit import broken_records, lost_or_mixed_up, stray_images, unlike_answers, wrong_events
from support.listener import Listener
from support.parcels import CONSIGNMENT
from support.people import HOST
from support.postgres import PostgresCluster
from support.senders import Senders
from support.service import Service, serve_command

_LOOKED_AT_WITHIN_S = 120.0
_READ_AFTER_EACH_KILL = 10
_ANSWERED_BETWEEN_KILLS = 8
_UNDER_WAY_WITHIN_S = 30.0
# Of the services that are started again, so many are killed while they start.
_KILLED_EARLY = 0.2


@dataclass(frozen=True)
class Besieged:
    """What is besieged, and by whom.

    Attributes:
        service: not yet started.
        log: that the service writes.
        data_dir: of the service.
        database_url: where SQLAlchemy finds its database.
        workstation: key of the one who sends.
        reader: key of one who reads all.
        cluster: the database's server, where it is to be killed too.
    """

    service: Service
    log: Path
    data_dir: Path
    database_url: str
    workstation: str
    reader: str
    cluster: PostgresCluster | None = None


@contextmanager
def besieged(folder: Path, model: Path, cluster: PostgresCluster | None) -> Iterator[Besieged]:
    """A service that is not yet started, with keys for those who will call it.

    Args:
        folder: empty, for data and log.
        model: of the service.
        cluster: that is to hold the records; None for SQLite.
    """
    data_dir, log = folder / "data", folder / "log"
    data_dir.mkdir(mode=0o700)
    url = sqlite_url(data_dir).render_as_string() if cluster is None else cluster.url(cluster.create_database())
    with closing(open_database(data_dir, url)) as database:
        ring = KeyRing(database)
        workstation, reader = ring.create("load", Scope.WORKSTATION, HOST), ring.create("reads", Scope.READER, HOST)
    environment = {"PARCELRAY_DATABASE_URL": url}
    with Service(serve_command(data_dir, model), log=log, environment=environment) as service:
        yield Besieged(service, log, data_dir, url, workstation, reader, cluster)


@dataclass
class Outcome:
    """What came of it.

    Attributes:
        figures: what was done, and how often.
        violations: what must not be, in words; empty is as it should be.
    """

    figures: dict[str, int] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)


class Siege:
    """One siege; ``run`` it once."""

    def __init__(
        self, besieged: Besieged, senders: Senders, *, seed: int, longest_s: float, say: Callable[[str], None]
    ) -> None:
        """Describe the siege.

        Args:
            besieged: what is besieged.
            senders: who send meanwhile, not yet started.
            seed: of the moments.
            longest_s: that a service lives, once scans are answered.
            say: is told of the progress.
        """
        self._besieged = besieged
        self._service = besieged.service
        self._senders = senders
        self._listener = Listener(self._service.url, besieged.reader)
        self._chance = random.Random(seed)
        self._longest_s = longest_s
        self._say = say
        self._engine = create_engine(besieged.database_url, poolclass=NullPool)
        self._outcome = Outcome()

    def run(self, kills: int, database_kills: int = 0) -> Outcome:
        """Kill the service, and its database, so many times; then see what is there."""
        targets = ["the service"] * kills + ["its database"] * database_kills
        self._chance.shuffle(targets)
        began = time.monotonic()
        self._service.start()
        self._listener.start()
        self._senders.start()
        for number, target in enumerate(targets, 1):
            self._wait_until_under_way()
            time.sleep(self._chance.uniform(0, self._longest_s))
            when = self._kill_service() if target == "the service" else self._kill_database()
            self._look_briefly()
            figures = (
                f"{self._senders.figures['answered']} answered, {self._senders.figures['retried']} of them retried"
            )
            self._say(f"{number}/{len(targets)} killed {target} {when}: {figures}, {len(self._violations)} violations")
        self._end()
        killed = {"kills of the service": kills, "kills of its database": database_kills}
        self._outcome.figures |= {**killed, "seconds": round(time.monotonic() - began)}
        return self._outcome

    @property
    def _violations(self) -> list[str]:
        return self._outcome.violations

    def _wait_until_under_way(self) -> None:
        """Until some more are answered: on a busy machine, the moments would all fall before the first otherwise."""
        enough = self._senders.figures["answered"] + _ANSWERED_BETWEEN_KILLS
        deadline = time.monotonic() + _UNDER_WAY_WITHIN_S
        while self._senders.figures["answered"] < enough and time.monotonic() < deadline:
            time.sleep(0.01)

    def _kill_service(self) -> str:
        when = "at work"
        if self._chance.random() < _KILLED_EARLY:
            self._kill_and_see()
            when = "at work, and while it started"
            too_early = threading.Timer(self._chance.uniform(0.1, 1.5), lambda: self._service.process.kill())
            too_early.start()
            with suppress(RuntimeError):
                # It says that the service did not come: that was so meant.
                self._service.start()
            too_early.join()
        self._kill_and_see()
        self._service.start()
        return when

    def _kill_and_see(self) -> None:
        self._service.kill()
        code = self._service.process.returncode
        if code != -signal.SIGKILL:
            self._violations.append(f"the service had ended by itself, with code {code}: {self._service.log()[-2000:]}")

    def _kill_database(self) -> str:
        cluster = self._besieged.cluster
        assert cluster is not None
        cluster.kill()
        away_s = self._chance.uniform(0, 1)
        time.sleep(away_s)
        cluster.start()
        self._service.wait_until_ready()
        return f"for {away_s:.1f} s"

    def _look_briefly(self) -> None:
        """What can be asked at any time, cheap enough to ask after each kill."""
        answered = self._senders.answered()
        with self._engine.connect() as connection:
            self._violations.extend(broken_records(connection))
            self._violations.extend(lost_or_mixed_up(connection, answered))
        with self._reader() as client:
            self._violations.extend(unlike_answers(client, answered[-_READ_AFTER_EACH_KILL:]))

    def _end(self) -> None:
        self._say("all kills done: waiting for the last answers, then reading everything")
        self._senders.finish()
        self._wait_until_looked_at()
        answered = self._senders.answered()
        with self._engine.connect() as connection:
            newest = _count(connection, "SELECT MAX(number) FROM events")
        self._listener.wait_for(newest)
        with self._reader() as client:
            self._violations.extend(unlike_answers(client, answered))
        self._service.stop()
        self._listener.stop()
        if self._service.process.returncode != 0:
            self._violations.append(f"the service stopped with code {self._service.process.returncode}")
        with self._engine.connect() as connection:
            self._violations.extend(broken_records(connection))
            self._violations.extend(lost_or_mixed_up(connection, answered))
            self._violations.extend(wrong_events(connection, answered, self._listener.heard))
            found, unnamed, parts = stray_images(connection, self._besieged.data_dir / "images")
            rows = {table: _count(connection, f"SELECT COUNT(*) FROM {table}") for table in ("scans", "views", "files")}
        self._violations.extend(found)
        if not rows["scans"] == len(answered) == self._senders.sent:
            self._violations.append(f"{self._senders.sent} sent, {len(answered)} answered, {rows['scans']} stored")
        self._violations.extend(self._senders.complaints)
        self._violations.extend(_told_by_log(self._besieged.log, [self._besieged.workstation, self._besieged.reader]))
        self._outcome.figures |= {
            **self._senders.figures,
            "kept before a kill and answered after it": self._senders.figures["replayed"]
            - self._senders.figures["repeated"],
            **rows,
            "events": len(self._listener.heard),
            "streams": self._listener.streams,
            "images of no record": unnamed,
            "parts left over": parts,
        }

    def _wait_until_looked_at(self) -> None:
        deadline = time.monotonic() + _LOOKED_AT_WITHIN_S
        while True:
            with self._engine.connect() as connection:
                pending = _count(connection, "SELECT COUNT(*) FROM scans WHERE state = 'pending'")
            if pending == 0:
                return
            if time.monotonic() > deadline:
                self._violations.append(f"{pending} scans were not looked at in {_LOOKED_AT_WITHIN_S} s")
                return
            time.sleep(0.1)

    def _reader(self) -> httpx2.Client:
        headers = {"X-API-Key": self._besieged.reader}
        return httpx2.Client(base_url=self._service.url, headers=headers, timeout=60)


def _count(connection: Connection, query: str) -> int:
    return int(connection.execute(text(query)).scalar_one() or 0)


def _told_by_log(log: Path, secrets: Sequence[str]) -> list[str]:
    """Faults that the service noted, and what must not stand in a log."""
    said = log.read_text()
    found = [f"the log holds {secret[:8]}…" for secret in [*secrets, CONSIGNMENT] if secret in said]
    for line in said.splitlines():
        with suppress(ValueError):
            event = json.loads(line)
            if event["event"] == "fault":
                found.append(f"the service noted a fault: {event.get('trace', '')[-1000:]}")
    return found
