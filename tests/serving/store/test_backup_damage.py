"""What a backup does where something is damaged, missing or in the way."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from parcelray.models.errors import DamagedError, SetupError
from parcelray.serving.security.keys import KeyRing, Scope
from parcelray.serving.store import migrate
from parcelray.serving.store.backup import BackUp
from parcelray.serving.store.blobs import FolderBlobs
from parcelray.serving.store.database import Database
from parcelray.serving.store.restore import Restored, restore
from parcelray.serving.store.snapshot import read_description, write_description
from parcelray.serving.store.tables import metadata
from support.answers import image_of, images_in, picture, rows_of, scan_ids, send
from support.people import HOST

# Where the kind of database makes no difference.
of_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
into_sqlite = pytest.mark.parametrize("target_url", ["sqlite"], indirect=True)


@of_sqlite
@into_sqlite
@pytest.mark.parametrize("harm", ["damaged", "missing"])
def test_an_image_that_is_damaged_costs_no_other(
    client: TestClient,
    make_app: Callable[..., FastAPI],
    open_client: Callable[[FastAPI], TestClient],
    take: Callable[[], BackUp],
    put_back: Callable[..., Restored],
    target: Database,
    tmp_path: Path,
    harm: str,
) -> None:
    path, other = (image_of(client, tmp_path / "data", picture(seed)) for seed in (1, 2))
    image = path.read_bytes()
    path.unlink() if harm == "missing" else path.write_bytes(image[:-1] + b"x")
    made = take()
    assert made.missing.keys() == {path.name}
    assert ("found none" if harm == "missing" else "found other bytes") in made.missing[path.name]
    assert read_description(tmp_path / "backups" / "snapshots" / made.name).missing_images == (path.name,)
    assert images_in(tmp_path / "backups") == [other.name]
    assert put_back(target).missing.keys() == {path.name}
    restored = open_client(make_app(data_dir=tmp_path / "restored", database_url=None))
    newest, oldest = scan_ids(restored)
    assert restored.get(f"/v1/scans/{newest}/views/0").content == other.read_bytes()
    assert restored.get(f"/v1/scans/{oldest}").json() == client.get(f"/v1/scans/{oldest}").json()
    assert restored.get(f"/v1/scans/{oldest}/views/0").status_code == 500
    path.write_bytes(image)
    assert (take().missing, take().copied) == ({}, 0)


@of_sqlite
@into_sqlite
def test_an_image_that_was_damaged_in_the_backup_or_the_target_is_never_taken_for_whole(
    client: TestClient, take: Callable[[], BackUp], put_back: Callable[..., Restored], target: Database, tmp_path: Path
) -> None:
    rotten, whole = (image_of(client, tmp_path / "data", picture(seed)) for seed in (1, 2))
    take()
    copy = FolderBlobs(tmp_path / "backups" / "images").path_of(rotten.name)
    copy.write_bytes(copy.read_bytes()[:-1] + b"x")
    there = FolderBlobs(tmp_path / "restored" / "images").path_of(whole.name)
    there.parent.mkdir()
    there.write_bytes(whole.read_bytes()[:-1] + b"x")
    assert "found other bytes" in put_back(target).missing[rotten.name]
    assert images_in(tmp_path / "restored") == [whole.name]
    assert hashlib.sha256(there.read_bytes()).hexdigest() == whole.name


def flip(path: Path, position: int) -> None:
    data = bytearray(path.read_bytes())
    data[position] ^= 1
    path.write_bytes(data)


@of_sqlite
@into_sqlite
def test_a_flipped_byte_in_a_snapshot_is_found_and_nothing_is_restored(
    client: TestClient, take: Callable[[], BackUp], put_back: Callable[..., Restored], target: Database, tmp_path: Path
) -> None:
    send(client, picture(1))
    folder = tmp_path / "backups" / "snapshots" / take().name
    files = sorted(folder.iterdir())
    assert [file.name.split(".")[0] for file in files] == sorted(["snapshot", *metadata.tables])
    for file in files:
        size = file.stat().st_size
        for position in {0, size // 2, size - 2}:
            flip(file, position)
            with pytest.raises((DamagedError, SetupError), match=str(file)):
                put_back(target)
            flip(file, position)
    description = folder / "snapshot.json"
    for position in range(0, description.stat().st_size - 1, 7):
        flip(description, position)
        with pytest.raises((DamagedError, SetupError)):
            read_description(folder)
        flip(description, position)
    assert migrate.current_revision(target) == migrate.NOTHING
    put_back(target)


@of_sqlite
def test_a_restore_that_fails_leaves_the_database_as_it_was(
    client: TestClient, take: Callable[[], BackUp], put_back: Callable[..., Restored], target: Database, tmp_path: Path
) -> None:
    send(client, picture(1))
    made = take()
    folder = tmp_path / "backups" / "snapshots" / made.name
    (folder / "snapshot.json").unlink()
    last = list(made.snapshot.tables)[-1]
    counted = replace(made.snapshot.tables[last], rows=99)
    write_description(folder, replace(made.snapshot, tables={**made.snapshot.tables, last: counted}))
    with pytest.raises(DamagedError, match=f"table {last}: expected 99 rows, found"):
        put_back(target)
    assert migrate.current_revision(target) == migrate.NOTHING
    (folder / "snapshot.json").unlink()
    write_description(folder, made.snapshot)
    put_back(target)


@of_sqlite
@pytest.mark.parametrize("there", ["a key", "an older revision"])
def test_only_an_empty_database_is_restored_into(
    client: TestClient,
    take: Callable[[], BackUp],
    put_back: Callable[..., Restored],
    target: Database,
    tmp_path: Path,
    there: str,
) -> None:
    send(client, picture(1))
    take()
    migrate.upgrade(target)
    if there == "a key":
        KeyRing(target).create("belt-9", Scope.READER, HOST)
        with pytest.raises(SetupError, match=r"expected an empty one, found rows \(audit: 1, keys: 1\).*--data-dir"):
            put_back(target)
        assert images_in(tmp_path / "restored") == []
        return
    migrate.downgrade(target, "0001")
    put_back(target)
    with pytest.raises(SetupError, match=r"found rows \(.*scans: 1, .*files: 1"):
        put_back(target)
    assert len(rows_of(target)["scans"]) == 1


@of_sqlite
def test_what_a_service_writes_during_a_restore_is_not_mixed_with_it(
    client: TestClient, take: Callable[[], BackUp], target: Database, tmp_path: Path
) -> None:
    send(client, picture(1))
    take()
    migrate.upgrade(target)

    def write(what: str, *_: object) -> None:
        if what == "images":
            KeyRing(target).create("belt-9", Scope.READER, HOST)

    with pytest.raises(SetupError, match=r"found rows \(audit: 1, keys: 1\)"):
        restore(target, tmp_path / "restored", tmp_path / "backups", None, report=write)
    assert rows_of(target)["scans"] == []


@into_sqlite
def test_what_belongs_to_a_newer_version_is_refused(
    database: Database, take: Callable[[], BackUp], put_back: Callable[..., Restored], target: Database, tmp_path: Path
) -> None:
    made = take()
    folder = tmp_path / "backups" / "snapshots" / "2999"
    folder.mkdir()
    write_description(folder, replace(made.snapshot, revision="9999"))
    with pytest.raises(SetupError, match=r"snapshot 2999: expected a revision that this version knows .*, got 9999"):
        put_back(target)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SetupError, match=r"expected a revision that this version knows .*, got 9999"):
        take()
    with pytest.raises(SetupError, match="found one of a newer version"):
        put_back(database, made.name)


@of_sqlite
@into_sqlite
def test_without_the_images_nothing_is_done(
    client: TestClient, take: Callable[[], BackUp], put_back: Callable[..., Restored], target: Database, tmp_path: Path
) -> None:
    send(client, picture(1))
    take()
    (tmp_path / "backups" / "images").rename(tmp_path / "elsewhere")
    with pytest.raises(DamagedError, match="expected the folder of the images, found none"):
        put_back(target)
    assert migrate.current_revision(target) == migrate.NOTHING
    (tmp_path / "data" / "images").rename(tmp_path / "lost")
    with pytest.raises(SetupError, match="expected the images of 1 files, found no such folder"):
        take()
