"""``Store``: database and images of one service, opened together."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

from parcelray.models.errors import SetupError, StorageError, StorageFullError
from parcelray.serving.logs import FIELDS
from parcelray.serving.store import migrate
from parcelray.serving.store.blobs import FOLDER_NAME, Blobs, FolderBlobs, make_folder
from parcelray.serving.store.database import THREADS, Database, database_of
from parcelray.serving.store.database_errors import reason_of
from parcelray.serving.store.events import EventLog
from parcelray.serving.store.scans import Concluded, ScanStore
from parcelray.serving.store.search import ScanSearch

_LOGGER = logging.getLogger("parcelray.store")
Result = TypeVar("Result")


class Store:
    """All that a service keeps.

    Args:
        database: migrated.
        blobs: where images lie.
        concluded: see ``ScanStore``.

    Attributes:
        database: for those who keep tables of their own in it.
        blobs: where images lie.
        scans: adds and gets records.
        search: finds them.
        events: tells of them.
    """

    def __init__(self, database: Database, blobs: Blobs, concluded: Concluded) -> None:
        self.database = database
        self.blobs = blobs
        self.scans = ScanStore(database, concluded)
        self.search = ScanSearch(database)
        self.events = EventLog(database)
        # Apart from the engine's threads: who waits for a disk must not hold a core, nor wait for one.
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="store")

    async def run(self, work: Callable[[], Result]) -> Result:
        """Do something with the store off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def begin(self, work: Callable[[], Result]) -> Future[Result]:
        """Begin something with the store beside what the caller does, on another thread."""
        return self._pool.submit(work)

    async def glance(self, look_up: Callable[[], Result]) -> Result:
        """Look up a row by its key.

        SQLite answers from memory in a tenth of a millisecond, without waiting for anybody who writes; the way to
        another thread and back takes longer than that. PostgreSQL answers over a network.
        """
        return look_up() if self.database.is_sqlite else await self.run(look_up)

    def close(self) -> None:
        """Finish what was begun and let go of everything."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self.database.close()


def open_store(data_dir: Path, database_url: str | None, concluded: Concluded) -> Store:
    """Open the store of a data folder, making folder and tables where they are missing.

    Args:
        data_dir: holds the images, and the database where no URL is given.
        database_url: of another database.
        concluded: see ``ScanStore``.

    Raises:
        SetupError: the folder cannot be written, or the database does not answer or belongs to a newer version.
    """
    with ExitStack() as opened:
        database = open_database(data_dir, database_url)
        opened.callback(database.close)
        for doubt in database.doubts():
            _LOGGER.warning("database", extra={FIELDS: {"doubt": doubt}})
        store = Store(database, FolderBlobs(data_dir / FOLDER_NAME), concluded)
        # All went well: it is the caller's to close.
        opened.pop_all()
    return store


def open_database(data_dir: Path, database_url: str | None) -> Database:
    """The database of a data folder, brought to the tables of this version.

    Raises:
        SetupError: the folder cannot be written, or the database does not answer or belongs to a newer version.
    """
    make_data_dir(data_dir)
    with ExitStack() as opened:
        database = database_of(database_url, data_dir)
        opened.callback(database.close)
        try:
            migrate.upgrade(database)
        except StorageFullError as error:
            raise SetupError("database: expected space where it lies, got a full disk") from error
        except StorageError as error:
            reason = reason_of(error.__cause__)
            raise SetupError(f"database: expected one that answers and can be written, got: {reason}") from error
        # All went well: it is the caller's to close.
        opened.pop_all()
    return database


def make_data_dir(folder: Path) -> None:
    """Make the data folder if need be, for its owner alone, and see that it can be written.

    Raises:
        SetupError: it cannot.
    """
    try:
        make_folder(folder)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise SetupError(
            f"data folder {folder}: expected one that can be written, got: {error.strerror}; choose one with --data-dir"
        ) from error
