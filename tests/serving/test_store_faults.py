"""The store where it meets what it did not make itself: half-made folders, locks of others, strange defaults."""

from __future__ import annotations

import errno
import hashlib
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from starlette.testclient import TestClient

from parcelray.models.errors import DamagedError, StorageError
from parcelray.serving import backlog
from parcelray.serving.desk.intake import Intake
from parcelray.serving.store import blobs, database
from parcelray.serving.store.blobs import FolderBlobs
from parcelray.serving.store.records import ScanRecord
from parcelray.serving.store.store import open_database, open_store
from support.pictures import encoded, scan_pixels, view
from support.postgres import PostgresCluster

DATA = b"an image"
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that were synced, in order."""
    folders: list[Path] = []
    sync = blobs.sync_folder

    def note(folder: Path) -> None:
        sync(folder)
        folders.append(folder)

    monkeypatch.setattr(blobs, "sync_folder", note)
    return folders


def test_the_folders_that_it_makes_last(tmp_path: Path, synced: list[Path]) -> None:
    folder = tmp_path / "a" / "data"
    open_database(folder, None).close()
    assert {tmp_path, tmp_path / "a"} <= set(synced)
    FolderBlobs(folder / "images").put(SHA256, DATA)
    assert {folder, folder / "images", folder / "images" / SHA256[:2]} <= set(synced)


def test_a_shard_that_another_made_a_moment_ago_is_brought_to_the_disk(tmp_path: Path, synced: list[Path]) -> None:
    folder = tmp_path / "images"
    store = FolderBlobs(folder)
    # As by a service that was killed between making and syncing it.
    (folder / SHA256[:2]).mkdir()
    synced.clear()
    store.put(SHA256, DATA)
    assert synced == [folder / SHA256[:2], folder]
    store.put(SHA256, DATA)
    assert synced == [folder / SHA256[:2], folder, folder / SHA256[:2]], "once for each shard is enough"


def test_a_shard_that_could_not_be_synced_is_synced_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FolderBlobs(tmp_path)
    sync, failures = blobs.sync_folder, [errno.EIO]

    def fail_once(folder: Path) -> None:
        if folder == tmp_path and failures:
            raise OSError(failures.pop(), "Input/output error")
        sync(folder)
        done.append(folder)

    done: list[Path] = []
    monkeypatch.setattr(blobs, "sync_folder", fail_once)
    with pytest.raises(StorageError):
        store.put(SHA256, DATA)
    store.put(SHA256, DATA)
    assert tmp_path in done


def test_an_image_that_was_damaged_is_written_anew_when_it_comes_again(tmp_path: Path) -> None:
    store = FolderBlobs(tmp_path)
    store.put(SHA256, DATA)
    store.path_of(SHA256).write_bytes(DATA[::-1])
    with pytest.raises(DamagedError):
        store.get(SHA256)
    store.put(SHA256, DATA)
    assert store.get(SHA256) == DATA


def test_images_on_a_disk_that_is_not_mounted_are_not_given_up(
    app: FastAPI, open_client: Callable[[FastAPI], TestClient], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blobs, "RETRY_AFTER_S", 1)
    client, images, elsewhere = open_client(app), tmp_path / "data" / "images", tmp_path / "elsewhere"
    pending, finish = [], app.state.screening.finish

    async def unmount_then_finish(record: ScanRecord) -> ScanRecord:
        if not pending:
            images.rename(elsewhere)
        pending.append(record.id)
        result: ScanRecord = await finish(record)
        return result

    monkeypatch.setattr(app.state.screening, "finish", unmount_then_finish)
    location = client.post("/v1/scans?wait=0", files=[view(encoded(scan_pixels()))]).headers["Location"]
    wait_until(lambda: len(pending) == 1 and elsewhere.exists())
    for answer in (client.get(f"{location}/views/0"), client.post("/v1/scans", files=[view(b"another")])):
        assert answer.status_code == 503
        assert answer.json()["type"] == "urn:parcelray:problem:storage-unavailable"
    assert client.get(location).json()["state"] == "pending"
    elsewhere.rename(images)
    wait_until(lambda: client.get(location).json()["state"] == "screened")


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


def test_who_holds_sqlite_keeps_all_waiting_no_longer_than_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_BUSY_S", 0.3)
    refused = []

    def write() -> None:
        with pytest.raises(StorageError) as raised, opened.writing():
            pass
        refused.append(raised.value)

    with closing(open_database(tmp_path, None)) as opened:
        with closing(sqlite3.connect(tmp_path / database.FILE_NAME, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            threads = [threading.Thread(target=write) for _ in range(database.THREADS)]
            began = time.monotonic()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert time.monotonic() - began < 4 * 0.3
        assert [error.retry_after_s for error in refused] == [5] * database.THREADS
        with opened.writing():
            pass


def test_a_forgetful_postgresql_is_asked_to_keep_what_it_commits(
    tmp_path: Path, postgres: PostgresCluster, postgres_url: str
) -> None:
    name = postgres_url.rpartition("/")[2]

    def settings() -> tuple[str, ...]:
        with closing(open_database(tmp_path, postgres_url)) as opened, opened.writing() as connection:
            asked = "SELECT current_setting('synchronous_commit'), current_setting('transaction_isolation')"
            return tuple(connection.execute(text(asked)).one())

    postgres.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    postgres.execute(f"ALTER DATABASE {name} SET default_transaction_isolation = serializable")
    assert settings() == ("on", "read committed")
    # Who asks for more than the disk has a reason.
    postgres.execute(f"ALTER DATABASE {name} SET synchronous_commit = remote_apply")
    assert settings() == ("remote_apply", "read committed")


def test_times_are_read_alike_however_a_server_writes_them(
    tmp_path: Path, postgres: PostgresCluster, postgres_url: str
) -> None:
    name = postgres_url.rpartition("/")[2]
    asked = text("SELECT TIMESTAMPTZ '2026-11-24 07:30:00.12+00', TIMESTAMPTZ '2026-11-24 07:30:00+00'")
    postgres.execute(f"ALTER DATABASE {name} SET datestyle = 'German, DMY'")
    postgres.execute(f"ALTER DATABASE {name} SET timezone = 'Asia/Kolkata'")
    with closing(open_database(tmp_path, postgres_url)) as opened, opened.reading() as connection:
        assert tuple(connection.execute(asked).one()) == (
            datetime(2026, 11, 24, 7, 30, 0, 120_000, UTC),
            datetime(2026, 11, 24, 7, 30, tzinfo=UTC),
        )


def test_the_backlog_outlives_a_fault(
    app: FastAPI, open_client: Callable[[FastAPI], TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "_AFTER_A_FAULT_S", 0.01)
    store = app.state.store
    pending, faults = store.scans.pending, [RuntimeError("a fault")]

    def fail_once(limit: int) -> list[str]:
        if faults:
            raise faults.pop()
        return list(pending(limit))

    monkeypatch.setattr(store.scans, "pending", fail_once)
    client = open_client(app)
    location = client.post("/v1/scans?wait=0", files=[view(encoded(scan_pixels()))]).headers["Location"]
    wait_until(lambda: client.get(location).json()["state"] == "screened")
    assert not faults


def test_a_postgresql_that_promises_less_is_told_of_at_the_start(
    postgres_url: str, postgres: PostgresCluster, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    # The tests' own server runs so: it is quicker.
    assert postgres.execute("SHOW fsync") == [["off"]]
    open_store(tmp_path / "data", postgres_url, Intake(queue_all=False)).close()
    doubts = [record.fields["doubt"] for record in caplog.records if record.getMessage() == "database"]
    assert "PostgreSQL runs with fsync off: what was answered may not outlive a loss of power" in doubts


def test_sqlite_gives_no_cause_for_doubt(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    open_store(tmp_path / "data", None, Intake(queue_all=False)).close()
    assert caplog.records == []
