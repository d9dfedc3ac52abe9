"""``Objects``: the files of all revisions of a store, each once, under the sum of its bytes: ``objects/ab/cdef…``."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from parcelray.models.durable import sync
from parcelray.models.errors import DamagedError, DatasetError

OBJECTS, PARTS = "objects", "parts"
_PARTS_ARE_LEFT_OVER_AFTER_S = 3600.0
_READ_ONLY = 0o444


class Objects:
    """Immutable files by their sha256.

    A file comes into being under another name, is brought to the disk, and is renamed when it is whole. A process that
    is killed leaves at most a part; parts of an hour ago are removed by the next that writes.

    Args:
        store: the folder that ``objects/`` lies in.
    """

    def __init__(self, store: Path) -> None:
        self._folder = store / OBJECTS
        self._parts = store / PARTS

    def path_of(self, sha256: str) -> Path:
        """Where a file lies, or would lie."""
        return self._folder / sha256[:2] / sha256[2:]

    def put(self, source: Path, sha256: str, size: int, *, link: bool) -> None:
        """Keep a file; does nothing where one of that size is kept already.

        Args:
            source: the file.
            sha256: of its bytes.
            size: in bytes.
            link: make it a second name of the source, where both are on one disk, instead of a copy. Then whoever
                writes into the source changes what is kept; ``damage`` tells.

        Raises:
            DatasetError: the source has other bytes by now.
        """
        path = self.path_of(sha256)
        if _size_of(path) == size:
            return
        make_folder(path.parent)
        with self.part() as part:
            if not (link and _linked(source, part)):
                shutil.copyfile(source, part)
                # Exports are second names of it: they are not to be written into.
                part.chmod(_READ_ONLY)
            if sum_of(part) != sha256:
                raise DatasetError(str(source), expected=f"bytes of sha256 {sha256}, as a moment ago", got="others")
            sync(part)
            part.replace(path)

    def sync(self, sums: Iterator[str]) -> None:
        """Bring the names of kept files to the disk."""
        for shard in sorted({self.path_of(sha256).parent for sha256 in sums}):
            sync(shard)

    def damage(self, sha256: str) -> str | None:
        """What is wrong with a kept file, in words; None where it is what was put."""
        try:
            found = sum_of(self.path_of(sha256))
        except FileNotFoundError:
            return "no such file"
        except OSError as error:
            return error.strerror or str(error)
        return None if found == sha256 else f"bytes of sha256 {found}"

    def take(self, sha256: str, target: Path) -> None:
        """Give a kept file a second name; copy it where that is on another disk.

        Raises:
            DamagedError: it is not what was put.
        """
        damage = self.damage(sha256)
        if damage is not None:
            raise DamagedError(f"{self.path_of(sha256)}: expected bytes of that sha256, got {damage}")
        if not _linked(self.path_of(sha256), target):
            shutil.copyfile(self.path_of(sha256), target)

    @contextmanager
    def part(self) -> Iterator[Path]:
        """A name of its own beside the objects, for what is not whole yet; what is left under it is removed."""
        make_folder(self._parts)
        self._remove_left_over_parts()
        part = self._parts / secrets.token_hex(8)
        try:
            yield part
        finally:
            _remove(part)

    def _remove_left_over_parts(self) -> None:
        """Parts whose writer was killed. Those of a writer that still lives are younger."""
        for part in self._parts.iterdir():
            with suppress(FileNotFoundError):
                if time.time() - part.lstat().st_ctime > _PARTS_ARE_LEFT_OVER_AFTER_S:
                    _remove(part)


def sum_of(path: Path) -> str:
    """The hexadecimal sha256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, where they are missing; their names are brought to the disk."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync(folder.parent)


def _linked(source: Path, target: Path) -> bool:
    """Whether a file could be given a second name."""
    try:
        os.link(source.resolve(), target)
    except OSError as error:
        if error.errno not in (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP):
            raise
        # Another disk, or one without links; or a file with too many.
        return False
    return True


def _size_of(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def _remove(part: Path) -> None:
    if part.is_dir():
        shutil.rmtree(part)
    else:
        part.unlink(missing_ok=True)
