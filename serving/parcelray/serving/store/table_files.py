"""The files of a snapshot's tables: a row a line, as JSON, packed by gzip. They never lie in memory whole."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    Integer,
    MetaData,
    RowMapping,
    String,
    Table,
    create_engine,
)
from sqlalchemy.types import TypeEngine

from parcelray.models.errors import DamagedError
from parcelray.serving.store import migrate
from parcelray.serving.store.snapshot import Snapshot, TableFile, new_file, reading_of, writing_to
from parcelray.serving.store.tables import UtcTime

# Rows that are in memory at a time.
BATCH = 1000

_VERSION_TABLE = "alembic_version"
# gzip's container, its fastest level: rows of JSON become a tenth at any.
_LEVEL, _GZIP = 1, 31
# Those whose rows name images: by `sha256`, with their size in `bytes`.
_NAMING_IMAGES = ("files", "outcome_photos")
# Each kind of column, by its type on SQLite, with the type that reads and writes it on both databases.
_KINDS: tuple[tuple[type[TypeEngine[Any]], TypeEngine[Any]], ...] = (
    (Integer, BigInteger()),
    (Boolean, Boolean()),
    (Float, Float()),
    (DateTime, UtcTime()),
    (JSON, JSON(none_as_null=True)),
    (String, String()),
)


def tables_at(revision: str) -> list[Table]:
    """The tables of a revision, parents before children, with types for both databases and without constraints."""
    engine = create_engine("sqlite://")
    found = MetaData()
    with engine.connect() as connection:
        migrate.change_within(connection, "upgrade", revision)
        found.reflect(connection)
    engine.dispose()
    return [
        Table(
            table.name,
            MetaData(),
            *(
                Column(column.name, _type_of(column), primary_key=column.primary_key, autoincrement=False)
                for column in table.columns
            ),
        )
        for table in found.sorted_tables
        if table.name != _VERSION_TABLE
    ]


def naming_images(tables: Iterable[Table]) -> list[Table]:
    """Those of some tables whose rows name images, by ``sha256`` and with their size in ``bytes``."""
    return [table for table in tables if table.name in _NAMING_IMAGES]


def read_image_names(folder: Path, tables: Iterable[Table]) -> Iterator[dict[str, Any]]:
    """The rows of a snapshot that name images.

    Raises:
        DamagedError: a file cannot be read.
    """
    for table in naming_images(tables):
        yield from read_rows(folder, table)


def file_of(folder: Path, table: str) -> Path:
    """Where a snapshot keeps a table."""
    return folder / f"{table}.jsonl.gz"


class TableWriter:
    """Writes the file of one table, in a ``with`` block.

    Args:
        folder: of the snapshot.
        table: whose rows will come.

    Raises:
        SetupError: the folder cannot be written; also from the methods.
    """

    def __init__(self, folder: Path, table: Table) -> None:
        self._path = file_of(folder, table.name)
        self._times = _times_of(table)
        self._packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
        self._sum = hashlib.sha256()
        self._rows = 0
        with writing_to(folder):
            self._file = new_file(self._path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # Closed by `finish`, or else given up: then what could not be written is of no interest.
        with suppress(OSError):
            self._file.close()

    def add(self, rows: Iterable[RowMapping]) -> int:
        """Write some rows; says how many they were."""
        lines = [self._line(row) for row in rows]
        self._write(self._packer.compress("".join(lines).encode("ascii")))
        self._rows += len(lines)
        return len(lines)

    def finish(self) -> TableFile:
        """Bring all to the disk."""
        self._write(self._packer.flush())
        with writing_to(self._path.parent):
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        return TableFile(self._rows, self._sum.hexdigest())

    def _write(self, data: bytes) -> None:
        self._sum.update(data)
        with writing_to(self._path.parent):
            self._file.write(data)

    def _line(self, row: RowMapping) -> str:
        written: dict[str, Any] = {**row}
        for name in self._times:
            if written[name] is not None:
                written[name] = written[name].isoformat()
        return json.dumps(written, separators=(",", ":")) + "\n"


def read_rows(folder: Path, table: Table) -> Iterator[dict[str, Any]]:
    """The rows that ``TableWriter`` wrote.

    Raises:
        DamagedError: the file cannot be read.
    """
    times = _times_of(table)
    with reading_of(file_of(folder, table.name)), gzip.open(file_of(folder, table.name), "rb") as lines:
        for line in lines:
            row = json.loads(line)
            for name in times:
                if row[name] is not None:
                    row[name] = datetime.fromisoformat(row[name])
            yield row


def check_tables(folder: Path, snapshot: Snapshot) -> None:
    """See that the files of all tables are those that were written.

    Raises:
        DamagedError: one is not.
    """
    for name, written in snapshot.tables.items():
        path = file_of(folder, name)
        with reading_of(path), path.open("rb") as file:
            came = hashlib.file_digest(file, "sha256").hexdigest()
        if came != written.sha256:
            raise DamagedError(f"{path}: expected it as it was written (sha256 {written.sha256}), found sha256 {came}")


def _times_of(table: Table) -> list[str]:
    return [column.name for column in table.columns if isinstance(column.type, UtcTime)]


def _type_of(column: Column[Any]) -> TypeEngine[Any]:
    for on_sqlite, on_both in _KINDS:
        if isinstance(column.type, on_sqlite):
            return on_both
    raise TypeError(f"{column}: expected a type that backups know, got {column.type!r}; add it to _KINDS")
