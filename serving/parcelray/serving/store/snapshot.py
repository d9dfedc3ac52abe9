"""The format of a backup, the same whichever database it comes from and goes to.

::

    DEST/images/ab/ab12…                           each image once, for all snapshots
    DEST/snapshots/2026-11-24T08-30-00.123Z/
        scans.jsonl.gz, views.jsonl.gz, …          a table each, a row a line, as JSON, in the order of primary keys
        pseudonyms.key                             as in the data folder; not before the first export for training
        snapshot.json                              written last: a folder that has it is whole

A snapshot holds the tables of the revision that its database was at. What these tables are is asked of the migrations,
not of ``tables``, which knows the newest alone.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from parcelray.models.errors import DamagedError, SetupError, StorageError, StorageFullError
from parcelray.serving.store.blobs import sync_folder
from parcelray.serving.store.database_errors import reason_of

FOLDER_NAME = "snapshots"
DESCRIPTION = "snapshot.json"
PSEUDONYM_KEY = "pseudonyms.key"
"""By it parcels are called alike in each export for training. With another one, one parcel would pass for two."""
FORMAT = 1
_NO_SPACE = "expected space for what is to be written, found none left"


class Report(Protocol):
    """Is told how far a backup or a restore is."""

    def __call__(self, what: str, done: int, total: int | None) -> None:
        """So many ``images`` or ``rows`` are done, of so many if that is known."""


@dataclass(frozen=True)
class TableFile:
    """What the file of a table holds: how many rows, and the SHA-256 of the file as it lies there."""

    rows: int
    sha256: str


@dataclass(frozen=True)
class Snapshot:
    """One backup, as ``snapshot.json`` describes it.

    Attributes:
        begun_at: when it was begun, in UTC, ISO 8601.
        parcelray: the version that made it.
        revision: of the database's tables.
        tables: by their names, parents before children.
        counters: the highest number that each table ever gave out, where it gives out numbers.
        images: how many images the records name. One that two records name counts twice.
        image_bytes: their size.
        missing_images: sums of those that were missing or damaged where they came from, and so are not in the backup.
    """

    begun_at: str
    parcelray: str
    revision: str
    tables: Mapping[str, TableFile]
    counters: Mapping[str, int]
    images: int
    image_bytes: int
    missing_images: tuple[str, ...]

    @property
    def rows(self) -> int:
        """Of all tables."""
        return sum(table.rows for table in self.tables.values())


def write_description(folder: Path, snapshot: Snapshot) -> None:
    """Declare a snapshot whole. All that it names must be on the disk.

    Raises:
        SetupError: the folder cannot be written.
    """
    content = {"format": FORMAT, **asdict(snapshot), "missing_images": list(snapshot.missing_images)}
    part = folder / f"{DESCRIPTION}.part"
    with writing_to(folder):
        with new_file(part) as file:
            file.write(json.dumps({"sha256": _sum_of(content), **content}, indent=2).encode("ascii") + b"\n")
            file.flush()
            os.fsync(file.fileno())
        part.rename(folder / DESCRIPTION)
        sync_folder(folder)


def read_description(folder: Path) -> Snapshot:
    """What a snapshot is.

    Raises:
        DamagedError: its description is not the one that was written.
        SetupError: it is of a format that this version does not know.
    """
    path = folder / DESCRIPTION
    with reading_of(path):
        text = path.read_bytes()
    try:
        content = json.loads(text)
        written = content.pop("sha256")
        of_format = content["format"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedError(f"{path}: expected the description of a snapshot, found something else") from error
    if of_format != FORMAT:
        raise SetupError(
            f"{path}: expected format {FORMAT}, got {of_format!r}; restore it with the version that wrote it"
        )
    came = _sum_of(content)
    if came != written:
        raise DamagedError(f"{path}: expected it as it was written (sha256 {written}), found sha256 {came}")
    del content["format"]
    tables = {name: TableFile(**table) for name, table in content.pop("tables").items()}
    return Snapshot(**{**content, "tables": tables, "missing_images": tuple(content["missing_images"])})


def new_file(path: Path) -> BinaryIO:
    """A file that only its owner may read, and that is not there yet."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


@contextmanager
def using_database() -> Iterator[None]:
    """Around the use of the database by a command: nobody sends a request again later.

    Raises:
        SetupError: it does not answer, or takes nothing; says why.
    """
    try:
        yield
    except StorageFullError as error:
        raise SetupError(f"database: {_NO_SPACE}") from error
    except StorageError as error:
        reason = error if error.__cause__ is None else reason_of(error.__cause__)
        raise SetupError(f"database: expected one that answers, got: {reason}") from error


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """Around writing to a folder, also by ``FolderBlobs``.

    Raises:
        SetupError: it cannot be written, or no space is left.
    """
    try:
        yield
    except (OSError, StorageError) as error:
        cause = error if isinstance(error, OSError) else error.__cause__
        assert isinstance(cause, OSError), "images lie in files"
        if cause.errno in (errno.ENOSPC, errno.EDQUOT):
            raise SetupError(f"folder {folder}: {_NO_SPACE}") from error
        raise SetupError(f"folder {folder}: expected one that can be written, got: {cause.strerror}") from error


@contextmanager
def reading_of(path: Path) -> Iterator[None]:
    """Around reading a file of a snapshot.

    Raises:
        DamagedError: it is missing or cannot be read.
    """
    try:
        yield
    except OSError as error:
        raise DamagedError(f"{path}: expected a file that can be read, got: {error.strerror or error}") from error


def _sum_of(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode("ascii")).hexdigest()
