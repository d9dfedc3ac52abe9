"""``Store``: database and images of one service, opened together."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from parcelray.models.errors import SetupError, StorageError
from parcelray.serving.store import migrate
from parcelray.serving.store.blobs import FOLDER_NAME, Blobs, FolderBlobs
from parcelray.serving.store.database import CONNECTIONS, Database, database_of
from parcelray.serving.store.events import EventLog
from parcelray.serving.store.scans import ScanStore
from parcelray.serving.store.search import ScanSearch

Result = TypeVar("Result")


class Store:
    """All that a service keeps.

    Args:
        database: migrated.
        blobs: where images lie.

    Attributes:
        database: for those who keep tables of their own in it.
        blobs: where images lie.
        scans: adds and gets records.
        search: finds them.
        events: tells of them.
    """

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self.database = database
        self.blobs = blobs
        self.scans = ScanStore(database)
        self.search = ScanSearch(database)
        self.events = EventLog(database)
        # Apart from the engine's threads: who waits for a disk must not hold a core, nor wait for one.
        self._pool = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="store")

    async def run(self, work: Callable[[], Result]) -> Result:
        """Do something with the store off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def close(self) -> None:
        """Finish what was begun and let go of everything."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self.database.close()


def open_store(data_dir: Path, database_url: str | None) -> Store:
    """Open the store of a data folder, making folder and tables where they are missing.

    Args:
        data_dir: holds the images, and the database where no URL is given.
        database_url: of another database.

    Raises:
        SetupError: the folder cannot be written, or the database does not answer or belongs to a newer version.
    """
    return Store(open_database(data_dir, database_url), FolderBlobs(data_dir / FOLDER_NAME))


def open_database(data_dir: Path, database_url: str | None) -> Database:
    """The database of a data folder, brought to the tables of this version.

    Raises:
        SetupError: the folder cannot be written, or the database does not answer or belongs to a newer version.
    """
    make_data_dir(data_dir)
    database = database_of(database_url, data_dir)
    try:
        migrate.upgrade(database)
    except StorageError as error:
        database.close()
        # The cause is the driver's; it names the host, never the password.
        raise SetupError(f"database: expected one that answers and can be written, got: {error.__cause__}") from error
    return database


def make_data_dir(folder: Path) -> None:
    """Make the data folder if need be, for its owner alone, and see that it can be written.

    Raises:
        SetupError: it cannot.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise SetupError(
            f"data folder {folder}: expected one that can be written, got: {error.strerror}; choose one with --data-dir"
        ) from error
