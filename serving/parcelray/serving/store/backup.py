"""``back_up``: a whole copy of what a service keeps, while it goes on working. The format is ``snapshot``'s.

The tables are read in one transaction, in which the database stands still for us alone. The images are copied after
it: each was on the disk before its record was, and is never changed.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from sqlalchemy import Connection, Table, select, text

from parcelray.models.errors import BadInputError, DamagedError, SetupError, StorageError
from parcelray.serving.store import blobs, migrate, snapshot
from parcelray.serving.store.blobs import FolderBlobs, ReadableFolder, make_folder, sync_folder
from parcelray.serving.store.database import Database
from parcelray.serving.store.snapshot import (
    DESCRIPTION,
    PSEUDONYM_KEY,
    Report,
    Snapshot,
    TableFile,
    new_file,
    using_database,
    write_description,
    writing_to,
)
from parcelray.serving.store.table_files import BATCH, TableWriter, naming_images, read_image_names, tables_at

_DISTRIBUTION = "parcelray"
_LOCK = "lock"


@dataclass(frozen=True)
class BackUp:
    """What was done.

    Attributes:
        name: of the snapshot.
        snapshot: what it holds.
        copied: how many images were not there yet.
        missing: why images are not in it, by their sums.
    """

    name: str
    snapshot: Snapshot
    copied: int
    missing: Mapping[str, str]


@dataclass(frozen=True)
class _Tables:
    revision: str
    files: Mapping[str, TableFile]
    counters: Mapping[str, int]
    tables: list[Table]


@dataclass
class _Images:
    count: int = 0
    bytes: int = 0
    copied: int = 0
    missing: dict[str, str] = field(default_factory=dict)


def back_up(database: Database, data_dir: Path, destination: Path, *, report: Report) -> BackUp:
    """Add a snapshot to a backup folder, made for its owner alone where it is missing.

    Args:
        database: taken as it is; the service may be writing to it.
        data_dir: holds the images, and the key of the pseudonyms.
        destination: the backup folder; images that it has already are not copied again.
        report: is told how far it is.

    Raises:
        BadInputError: the destination is the data folder itself.
        SetupError: the database does not answer or is none of a service's, the key cannot be read, the destination
            cannot be written, or another backup writes to it.
    """
    _require_database(database)
    with writing_to(destination):
        make_folder(destination)
        if data_dir.is_dir() and destination.samefile(data_dir):
            raise BadInputError(
                str(destination), expected="another folder than the service's own", got="its data folder"
            )
    with _alone_in(destination):
        begun_at = datetime.now(UTC)
        folder = _new_folder(destination / snapshot.FOLDER_NAME, begun_at)
        try:
            tables = _write_tables(database, folder, report)
            _copy_key(data_dir / PSEUDONYM_KEY, folder / PSEUDONYM_KEY)
            source, target = ReadableFolder(data_dir / blobs.FOLDER_NAME), destination / blobs.FOLDER_NAME
            images = _copy_images(source, target, folder, tables, report)
            written = Snapshot(
                begun_at=begun_at.isoformat(),
                parcelray=metadata.version(_DISTRIBUTION),
                revision=tables.revision,
                tables=tables.files,
                counters=tables.counters,
                images=images.count,
                image_bytes=images.bytes,
                missing_images=tuple(sorted(images.missing)),
            )
            write_description(folder, written)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return BackUp(folder.name, written, images.copied, images.missing)


def _require_database(database: Database) -> None:
    """Connecting to a SQLite file that is not there would make it, and the backup of nothing would pass for one."""
    path = database.engine.url.database
    if database.is_sqlite and not (path and Path(path).is_file()):
        raise SetupError(f"database {path}: expected the file of a service, found none; name its folder by --data-dir")


@contextmanager
def _alone_in(destination: Path) -> Iterator[None]:
    """Holds a lock that ends with the process, however that ends."""
    with writing_to(destination):
        handle = os.open(destination / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with writing_to(destination):
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise SetupError(
                    f"folder {destination}: expected no other backup at work in it, found one; wait until it has ended"
                ) from error
        yield
    finally:
        os.close(handle)


def _new_folder(snapshots: Path, moment: datetime) -> Path:
    # In the order of time when ordered by name; without colons, which not every disk takes.
    folder = snapshots / f"{moment:%Y-%m-%dT%H-%M-%S}.{moment.microsecond // 1000:03}Z"
    with writing_to(snapshots):
        snapshots.mkdir(mode=0o700, exist_ok=True)
        # We are alone: a snapshot that is not whole is of a backup that was killed.
        for other in snapshots.glob("????-??-??T*Z"):
            if not (other / DESCRIPTION).exists():
                shutil.rmtree(other)
        folder.mkdir(mode=0o700)
        sync_folder(snapshots)
        sync_folder(snapshots.parent)
    return folder


def _write_tables(database: Database, folder: Path, report: Report) -> _Tables:
    with using_database(), database.reading() as connection:
        revision = migrate.revision_within(connection)
        if revision == migrate.NOTHING:
            raise SetupError("database: expected one that a service has written to, found it empty")
        if revision not in migrate.known_revisions():
            raise SetupError(
                f"database: expected a revision that this version knows (newest {migrate.known_revisions()[-1]}), "
                f"got {revision}; back it up with the version of parcelray that it belongs to"
            )
        tables = tables_at(revision)
        files: dict[str, TableFile] = {}
        done = 0
        for table in tables:
            # On PostgreSQL, from a cursor of the server's: the driver would otherwise fetch the whole table.
            statement = select(table).order_by(*table.primary_key).execution_options(yield_per=BATCH)
            with TableWriter(folder, table) as writer, connection.execute(statement) as result:
                for rows in result.mappings().partitions():
                    done += writer.add(rows)
                    report("rows", done, None)
                files[table.name] = writer.finish()
        return _Tables(revision, files, _counters(connection, tables), tables)


def _copy_key(source: Path, target: Path) -> None:
    try:
        key = source.read_bytes()
    except FileNotFoundError:
        return
    except OSError as error:
        raise SetupError(f"{source}: expected a key that can be read, got: {error.strerror}") from error
    with writing_to(target.parent), new_file(target) as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())


def _counters(connection: Connection, tables: list[Table]) -> dict[str, int]:
    """The highest number that each table gave out, also where its row is gone since."""
    if connection.dialect.name == "sqlite":
        given = {str(name): int(number) for name, number in connection.execute(text("SELECT * FROM sqlite_sequence"))}
        return {table.name: given[table.name] for table in tables if table.name in given}
    statement = text(
        "SELECT last_value FROM pg_sequences WHERE quote_ident(schemaname) || '.' || quote_ident(sequencename) "
        "= pg_get_serial_sequence(:table, :column)"
    )
    counters = {}
    for table in tables:
        # Counted numbers are the whole of a primary key.
        column, *others = table.primary_key
        if not others:
            last = connection.scalar(statement, {"table": table.name, "column": column.name})
            if last is not None:
                counters[table.name] = int(last)
    return counters


def _copy_images(source: ReadableFolder, target: Path, folder: Path, tables: _Tables, report: Report) -> _Images:
    total = sum(tables.files[table.name].rows for table in naming_images(tables.tables))
    if total and not source.folder.is_dir():
        raise SetupError(f"image folder {source.folder}: expected the images of {total} files, found no such folder")
    with writing_to(target):
        kept = FolderBlobs(target)
    images = _Images()
    for row in read_image_names(folder, tables.tables):
        sha256, size = row["sha256"], row["bytes"]
        images.count += 1
        images.bytes += size
        if not _is_there(kept.path_of(sha256), size):
            try:
                data = source.get(sha256)
            except (DamagedError, StorageError) as error:
                # What is left of a failing disk is worth most.
                images.missing[sha256] = str(error)
            else:
                with writing_to(target):
                    kept.put(sha256, data)
                images.copied += 1
        report("images", images.count, total)
    # An earlier backup may have been killed between the renaming of an image and the bringing of its name to the disk.
    with writing_to(target):
        for shard in (target, *target.glob("??")):
            sync_folder(shard)
    return images


def _is_there(path: Path, size: int) -> bool:
    with writing_to(path.parent):
        try:
            return path.stat().st_size == size
        except FileNotFoundError:
            return False
