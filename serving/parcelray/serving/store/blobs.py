"""``Blobs``: where images lie, by the SHA-256 of their bytes. What is put twice is kept once; nothing is changed."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from parcelray.models.errors import DamagedError, SetupError, StorageError, StorageFullError
from parcelray.serving.store.database_errors import RETRY_AFTER_FULL_S, RETRY_AFTER_S

FOLDER_NAME = "images"
_PARTS = "parts"
_PARTS_ARE_LEFT_OVER_AFTER_S = 3600.0


class Blobs(Protocol):
    """A store of immutable bytes."""

    def put(self, sha256: str, data: bytes) -> None:
        """Keep some bytes. When this returns they outlive a loss of power.

        Args:
            sha256: of the data, hexadecimal.
            data: the bytes.

        Raises:
            StorageError: they cannot be kept now; nothing half-written is left under the name.
            StorageFullError: no space is left.
        """

    def get(self, sha256: str) -> bytes:
        """The bytes that were put under a sum, checked against it.

        Raises:
            DamagedError: they are missing, or are others.
            StorageError: they cannot be read now.
        """


class ReadableFolder:
    """The reading half of ``FolderBlobs``. It changes nothing, so the folder may lie on a disk that is read-only.

    Args:
        folder: of the blobs.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, sha256: str) -> bytes:
        """See ``Blobs``."""
        try:
            data = self.path_of(sha256).read_bytes()
        except FileNotFoundError as error:
            raise DamagedError(f"image {sha256}: expected it as it was stored, found none") from error
        except OSError as error:
            raise StorageError("the image store cannot be read", retry_after_s=RETRY_AFTER_S) from error
        came = hashlib.sha256(data).hexdigest()
        if came != sha256:
            raise DamagedError(f"image {sha256}: expected it as it was stored, found other bytes (sha256 {came})")
        return data

    def path_of(self, sha256: str) -> Path:
        """Where the bytes with that sum lie, or would lie."""
        return self.folder / sha256[:2] / sha256


class FolderBlobs(ReadableFolder):
    """Blobs as files of one folder: ``ab/ab12…``, made readable for their owner alone.

    Args:
        folder: made where it is missing.

    Raises:
        SetupError: the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._parts = folder / _PARTS
        # Shards whose own names are on the disk. That they are there says little: another caller may have made them a
        # moment ago, or a service that was killed before it came to that.
        self._lasting: set[Path] = set()
        try:
            make_folder(self._parts)
            for holder in (folder, folder.parent):
                sync_folder(holder)
            self._remove_left_over_parts()
        except OSError as error:
            raise SetupError(
                f"image folder {folder}: expected one that can be written, got: {error.strerror}"
            ) from error

    def put(self, sha256: str, data: bytes) -> None:
        """See ``Blobs``. Writes a part, fsyncs it, renames it, fsyncs the folder."""
        path = self.path_of(sha256)
        with _translated_errors():
            if not _holds(path, sha256):
                part = self._parts / f"{sha256}.{secrets.token_hex(4)}"
                try:
                    _write(part, data)
                    path.parent.mkdir(mode=0o700, exist_ok=True)
                    part.replace(path)
                except BaseException:
                    with suppress(OSError):
                        part.unlink(missing_ok=True)
                    raise
            # Also when another caller put it a moment ago: its rename may not be on the disk yet.
            self._sync_shard(path.parent)

    def get(self, sha256: str) -> bytes:
        """See ``Blobs``."""
        try:
            return super().get(sha256)
        except DamagedError as error:
            if self._parts.is_dir():
                raise
            # A disk that is not mounted now. To call its images lost would be to give up scans for ever.
            raise StorageError("the image store is not there", retry_after_s=RETRY_AFTER_S) from error

    def _sync_shard(self, shard: Path) -> None:
        sync_folder(shard)
        if shard not in self._lasting:
            sync_folder(self.folder)
            self._lasting.add(shard)

    def _remove_left_over_parts(self) -> None:
        """Parts whose writer was killed. Those of a writer that still lives are younger."""
        for part in self._parts.iterdir():
            with suppress(FileNotFoundError):
                if time.time() - part.stat().st_mtime > _PARTS_ARE_LEFT_OVER_AFTER_S:
                    part.unlink()


def make_folder(folder: Path) -> None:
    """Make a folder for its owner alone, and the folders above it, where they are missing: so that they last."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in missing:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _holds(path: Path, sha256: str) -> bool:
    """Whether a file has the bytes of a sum. One that was damaged since is not taken for what comes again."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except FileNotFoundError:
        return False


def _write(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _translated_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFullError(
                "no space is left where scans are kept; nothing of this request was kept",
                retry_after_s=RETRY_AFTER_FULL_S,
            ) from error
        raise StorageError(
            "the image store takes nothing; nothing of this request was kept", retry_after_s=RETRY_AFTER_S
        ) from error
