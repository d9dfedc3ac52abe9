"""``restore``: what ``back_up`` wrote becomes the database and the images of a service again, of either database."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, text

from parcelray.models.errors import BadInputError, DamagedError, SetupError, StorageError
from parcelray.serving.store import blobs, migrate, snapshot
from parcelray.serving.store.blobs import FolderBlobs, ReadableFolder, make_folder, sync_folder
from parcelray.serving.store.database import Database
from parcelray.serving.store.snapshot import (
    DESCRIPTION,
    PSEUDONYM_KEY,
    Report,
    Snapshot,
    new_file,
    read_description,
    reading_of,
    using_database,
    writing_to,
)
from parcelray.serving.store.table_files import BATCH, check_tables, read_image_names, read_rows, tables_at
from parcelray.serving.store.tables import sessions

# What was numbered after the backup is gone, but listeners have seen these numbers. New ones begin far above them, so
# that nobody passes over an event as known; gaps mean nothing.
NUMBERS_LEFT_OUT = 1_000_000


@dataclass(frozen=True)
class Restored:
    """What was done.

    Attributes:
        name: of the snapshot.
        snapshot: what it holds.
        missing: why images could not be restored, by their sums; all else was.
    """

    name: str
    snapshot: Snapshot
    missing: Mapping[str, str]


def restore(database: Database, data_dir: Path, source: Path, name: str | None, *, report: Report) -> Restored:
    """Fill an empty database and the image folder from a backup, and bring the tables to those of this version.

    All rows come in one transaction: a restore that fails leaves the database as it was.

    Args:
        database: without rows; its tables may be missing.
        data_dir: holds the images, and the key of the pseudonyms; what is there already may stay.
        source: the backup folder.
        name: of the snapshot; None for the newest that is whole.
        report: is told how far it is.

    Raises:
        BadInputError: there is no such snapshot.
        DamagedError: the snapshot is not the one that was written.
        SetupError: the database is not empty or does not answer, the snapshot belongs to a newer version, the data
            folder holds another key, or cannot be written.
    """
    folder = _snapshot_folder(source, name)
    described = read_description(folder)
    known = migrate.known_revisions()
    if described.revision not in known:
        raise SetupError(
            f"snapshot {folder.name}: expected a revision that this version knows (newest {known[-1]}), got "
            f"{described.revision}; parcelray {described.parcelray} wrote it: restore with that version or a newer one"
        )
    with using_database(), database.reading() as connection:
        _require_empty(connection)
    check_tables(folder, described)
    _restore_key(folder / PSEUDONYM_KEY, data_dir / PSEUDONYM_KEY)
    tables = tables_at(described.revision)
    missing = _restore_images(source / blobs.FOLDER_NAME, data_dir / blobs.FOLDER_NAME, folder, tables, report)
    with using_database(), database.changing_tables() as connection:
        # Again: a service may have begun to write meanwhile. Now it cannot.
        current = _require_empty(connection)
        if current != described.revision:
            if current != migrate.NOTHING:
                migrate.change_within(connection, "downgrade", "base")
            migrate.change_within(connection, "upgrade", described.revision)
        _insert_all(connection, folder, described, tables, report)
        _set_counters(connection, described, tables)
        migrate.change_within(connection, "upgrade", "head")
        # One that was ended after the backup must not come back to life.
        connection.execute(delete(sessions))
    return Restored(folder.name, described, missing)


def _snapshot_folder(source: Path, name: str | None) -> Path:
    folder = source / snapshot.FOLDER_NAME
    names = sorted(path.parent.name for path in folder.glob(f"*/{DESCRIPTION}"))
    if not names:
        raise BadInputError(str(source), expected="a folder that `parcelray backup` has written to", got="none")
    if name is not None and name not in names:
        raise BadInputError("--snapshot", expected=f"one of {', '.join(names)}", got=repr(name))
    return folder / (name or names[-1])


def _require_empty(connection: Connection) -> str:
    """The revision of a database without rows.

    Raises:
        SetupError: there are rows.
    """
    revision = migrate.revision_within(connection)
    if revision == migrate.NOTHING:
        return revision
    if revision not in migrate.known_revisions():
        raise SetupError(f"database: expected an empty one, found one of a newer version of parcelray ({revision})")
    counts = {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables_at(revision)
    }
    found = ", ".join(f"{name}: {count}" for name, count in counts.items() if count)
    if found:
        raise SetupError(
            f"database: expected an empty one, found rows ({found}); nothing was changed. Restore into another data "
            "folder (--data-dir) or another database (PARCELRAY_DATABASE_URL_FILE)"
        )
    return revision


def _restore_key(source: Path, target: Path) -> None:
    if not source.exists():
        return
    with reading_of(source):
        key = source.read_bytes()
    part = target.with_name(f"{target.name}.part")
    with writing_to(target.parent):
        make_folder(target.parent)
        if target.exists() and target.read_bytes() != key:
            raise SetupError(
                f"{target}: expected the snapshot's key or none, found another one; move it away, or restore into "
                "another data folder: nothing was changed"
            )
        part.unlink(missing_ok=True)
        with new_file(part) as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        part.rename(target)
        sync_folder(target.parent)


def _restore_images(source: Path, target: Path, folder: Path, tables: list[Table], report: Report) -> dict[str, str]:
    total = sum(1 for _ in read_image_names(folder, tables))
    if total and not source.is_dir():
        raise DamagedError(f"{source}: expected the folder of the images, found none")
    with writing_to(target):
        kept = FolderBlobs(target)
    backed_up = ReadableFolder(source)
    missing: dict[str, str] = {}
    for done, row in enumerate(read_image_names(folder, tables), start=1):
        sha256 = row["sha256"]
        if not _is_whole(kept, sha256):
            try:
                data = backed_up.get(sha256)
            except (DamagedError, StorageError) as error:
                # The record and its boxes are worth having also without the image.
                missing[sha256] = str(error)
            else:
                with writing_to(target):
                    # One that is damaged may have the right size, by which `put` would know it.
                    kept.path_of(sha256).unlink(missing_ok=True)
                    kept.put(sha256, data)
        report("images", done, total)
    return missing


def _is_whole(images: ReadableFolder, sha256: str) -> bool:
    try:
        images.get(sha256)
    except (DamagedError, StorageError):
        return False
    return True


def _insert_all(connection: Connection, folder: Path, described: Snapshot, tables: list[Table], report: Report) -> None:
    done = 0
    for table in tables:
        # With `returning`, many rows go in one statement: a round trip for each would take PostgreSQL minutes.
        statement = insert(table).returning(*table.primary_key)
        before = done
        for rows in _batches(read_rows(folder, table)):
            connection.execute(statement, rows)
            done += len(rows)
            report("rows", done, described.rows)
        expected = described.tables[table.name].rows
        if done - before != expected:
            raise DamagedError(f"table {table.name}: expected {expected} rows, found {done - before}")


def _batches(rows: Iterator[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _set_counters(connection: Connection, described: Snapshot, tables: list[Table]) -> None:
    for table in tables:
        if table.name not in described.counters:
            continue
        values = {"table": table.name, "number": described.counters[table.name] + NUMBERS_LEFT_OUT}
        if connection.dialect.name == "sqlite":
            # SQLite notes a table with its first row, and the snapshot's may all have been deleted.
            connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), values)
            connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :number)"), values)
        else:
            (column,) = table.primary_key
            statement = text("SELECT setval(pg_get_serial_sequence(:table, :column), :number)")
            connection.execute(statement, {**values, "column": column.name})
