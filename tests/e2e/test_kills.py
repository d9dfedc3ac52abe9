"""The short form of scripts/prove/kills.py; and that what it looks for would be found."""

from __future__ import annotations

import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import create_engine

from parcelray.serving.security.keys import Scope
from parcelray.serving.store.database import FILE_NAME, sqlite_url
from support.audit import broken_records, lost_or_mixed_up, stray_images, unlike_answers, wrong_events
from support.caller import Caller, new_key, picture
from support.listener import Heard, Listener
from support.parcels import Parcel, ParcelMaker, View
from support.postgres import PostgresCluster
from support.senders import Answered, Senders
from support.service import Service, serve_command
from support.siege import Besieged, Siege, besieged

CLIENTS = 4


def test_nothing_that_was_answered_is_lost_when_it_is_killed(tmp_path: Path, tiny_package: Path) -> None:
    with besieged(tmp_path, tiny_package, None) as target:
        senders = Senders(target.service.url, target.workstation, ParcelMaker(1).make, threads=CLIENTS)
        outcome = Siege(target, senders, seed=1, longest_s=0.6, say=print).run(kills=2)
    assert outcome.violations == []
    assert outcome.figures["scans"] >= 16
    assert outcome.figures["retried"] > 0


def test_nor_when_postgresql_is_killed_too(tmp_path: Path, tiny_package: Path) -> None:
    with PostgresCluster() as cluster, besieged(tmp_path, tiny_package, cluster) as target:
        senders = Senders(target.service.url, target.workstation, ParcelMaker(2).make, threads=CLIENTS)
        outcome = Siege(target, senders, seed=2, longest_s=0.6, say=print).run(kills=1, database_kills=1)
        assert "was not properly shut down" in cluster.log()
    assert outcome.violations == []
    assert outcome.figures["scans"] >= 16


# Kills itself after one of these, once: the one that the flag names.
KILLED_AFTER = """
import os, pathlib, signal
from parcelray.serving.store import blobs, scans
flag = pathlib.Path({flag!r})
def mortal(work, name):
    def done(*arguments):
        result = work(*arguments)
        if flag.exists() and flag.read_text() == name:
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    return done
blobs._write = mortal(blobs._write, "writing an image")
blobs.sync_folder = mortal(blobs.sync_folder, "keeping an image")
scans.ScanStore.add = mortal(scans.ScanStore.add, "keeping the record")
scans.ScanStore.finish = mortal(scans.ScanStore.finish, "looking at it")
"""


def test_whoever_was_not_answered_sends_again_and_it_is_kept_once(tmp_path: Path, tiny_package: Path) -> None:
    flag, data_dir = tmp_path / "flag", tmp_path / "data"
    key = new_key(data_dir, None, "belt-1", Scope.WORKSTATION)
    command = serve_command(data_dir, tiny_package)
    command[2] = KILLED_AFTER.format(flag=str(flag)) + command[2]
    by_content = {"scanner_id": "belt-1", "taken_at": "2026-11-24T08:30:00Z"}
    moments: list[tuple[str, dict[str, Any]]] = [
        ("writing an image", {"key": "a"}),
        ("keeping an image", {"metadata": by_content}),
        ("keeping the record", {"key": "b"}),
        ("keeping the record", {"metadata": by_content}),
        ("looking at it", {"key": "c", "query": {"wait": "0"}}),
    ]
    with Service(command, log=tmp_path / "log") as service, Caller(service.url, key) as caller:
        service.start()
        for number, (moment, known_by) in enumerate(moments):
            views: tuple[View, ...] = ((("view", picture(number)),),)
            parcel = Parcel(number, views, **{"key": None, "metadata": {}, "query": {}, **known_by})
            flag.write_text(moment)
            with suppress(httpx2.TransportError):
                assert caller.post("/v1/scans", **parcel.request()).status_code == 202
            assert service.process.wait(10) == -signal.SIGKILL
            service.kill()
            flag.unlink()
            service.start()
            answer = caller.post("/v1/scans", **parcel.request())
            assert answer.status_code == 201
            assert answer.headers.get("Idempotent-Replayed") == ("true" if number > 1 else None)
            assert unlike_answers(caller, [Answered(parcel, answer.json())]) == []
            assert len(caller.get("/v1/scans").json()["scans"]) == number + 1
        service.stop()


@dataclass(frozen=True)
class Kept:
    """A service that runs, with what it was sent and told."""

    target: Besieged
    answered: list[Answered]
    heard: list[Heard]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, tiny_package: Path) -> Iterator[Kept]:
    with besieged(tmp_path_factory.mktemp("kept"), tiny_package, None) as target:
        target.service.start()
        senders = Senders(target.service.url, target.workstation, ParcelMaker(3).make, threads=CLIENTS)
        listener = Listener(target.service.url, target.reader)
        listener.start()
        senders.start()
        while len(senders.answered()) < 20:
            time.sleep(0.02)
        senders.finish()
        with closing(connect(target.data_dir)) as database:
            while database.execute("SELECT COUNT(*) FROM scans WHERE state = 'pending'").fetchone() != (0,):
                time.sleep(0.02)
            listener.wait_for(database.execute("SELECT MAX(number) FROM events").fetchone()[0])
        yield Kept(target, senders.answered(), listener.heard)
        target.service.stop()
        listener.stop()


def connect(data_dir: Path) -> sqlite3.Connection:
    return sqlite3.connect(data_dir / FILE_NAME, isolation_level=None)


HARM = {
    "DELETE FROM scan_labels": "has a box whose label it cannot be found by",
    "DELETE FROM detections": "is found by a label that it has no box of",
    "DELETE FROM files": "has a view without images",
    'DELETE FROM views WHERE "index" = 0': "has an image of no view",
    "DELETE FROM views": "has no views",
    'UPDATE views SET "index" = 7 WHERE "index" = 0': "lacks a view between others",
    "UPDATE scans SET screened_at = NULL": "was looked at, and lacks when",
    "UPDATE scans SET state = 'pending'": "was not looked at, and says when",
    "UPDATE views SET state = 'pending'": "is not in the state of its views",
    "UPDATE scan_labels SET at = '2026-01-01 00:00:00'": "is found by a label at another time",
    "UPDATE scans SET content_sha256 = 'x', taken_at = NULL": "is the same as another",
    "DELETE FROM scans": "was answered and is not there",
    "DELETE FROM idempotency_keys": "is not the scan of its key",
    "DELETE FROM events WHERE number = 2": "heard and not there [2]",
    "INSERT INTO events (number, at, workstation, scan_number, told) SELECT 9999, at, workstation, scan_number, told "
    "FROM events LIMIT 1": "never heard [9999]",
    "UPDATE events SET scan_number = 1": "and belongs to",
    "UPDATE events SET kind = 'queued' WHERE number = 1": "was heard as scan, and is queued",
    "DELETE FROM desk": "has to be seen by an officer, and does not wait at the desk",
    "UPDATE desk SET stage = 'done'": "stands elsewhere at the desk than its last verdict says",
    "UPDATE files SET sha256 = 'x'": "is named by a record, and is not there",
}


@pytest.mark.parametrize(("harm", "says"), HARM.items(), ids=HARM)
def test_harm_to_records_is_found(kept: Kept, tmp_path: Path, harm: str, says: str) -> None:
    with closing(connect(kept.target.data_dir)) as database, closing(connect(tmp_path)) as copy:
        database.backup(copy)
        assert audited(kept, tmp_path) == []
        copy.execute(harm)
    assert says in "\n".join(audited(kept, tmp_path))


def audited(kept: Kept, folder: Path) -> list[str]:
    engine = create_engine(sqlite_url(folder))
    with engine.connect() as connection:
        images, _, _ = stray_images(connection, kept.target.data_dir / "images")
        found = [*images, *broken_records(connection), *lost_or_mixed_up(connection, kept.answered)]
        found += wrong_events(connection, kept.answered, kept.heard)
    engine.dispose()
    return found


def test_what_was_heard_twice_or_out_of_order_is_found(kept: Kept) -> None:
    engine = create_engine(sqlite_url(kept.target.data_dir))
    first, second, *others = kept.heard
    with engine.connect() as connection:
        for heard, says in (
            ([first, first, second, *others], "heard twice [1]"),
            ([second, first, *others], "out of order"),
            ([first, *others], "never heard [2]"),
        ):
            assert says in wrong_events(connection, kept.answered, heard)[0]
    engine.dispose()


def test_harm_to_what_is_shown_is_found(kept: Kept) -> None:
    headers = {"X-API-Key": kept.target.reader}
    with (
        httpx2.Client(base_url=kept.target.service.url, headers=headers) as client,
        closing(connect(kept.target.data_dir)) as database,
    ):
        assert unlike_answers(client, kept.answered) == []
        database.execute("UPDATE scans SET pixel_pitch_mm = 7")
        assert "is not as it was answered" in unlike_answers(client, kept.answered)[0]
        database.execute("UPDATE scans SET pixel_pitch_mm = NULL")
        database.execute("UPDATE files SET bytes = 7")
        assert "its images are said to be" in " ".join(unlike_answers(client, kept.answered))
        for image in (kept.target.data_dir / "images").glob("??/*"):
            image.write_bytes(b"")
        assert "came back 500, not as it was sent" in " ".join(unlike_answers(client, kept.answered))
