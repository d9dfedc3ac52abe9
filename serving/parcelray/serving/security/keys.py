"""``KeyRing``: the keys that workstations show, as ``keys.json`` in the data folder.

Only SHA-256 sums are kept: whoever copies the file cannot call the service with it. A key is 256 random bits, so a
plain hash is enough; slow password hashes protect words that people choose.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from parcelray.models.errors import BadInputError, KeyMissingError, KeyRefusedError, SetupError

FILE_NAME = "keys.json"
# Makes a key that leaked into a text recognisable to people and to scanners for secrets.
PREFIX = "prk_"
_RANDOM_BYTES = 32
_LONGEST_NAME = 64


class Key(BaseModel):
    """What is kept of one key.

    Attributes:
        name: whose key it is, as its maker called it.
        sha256: of the key's text, hexadecimal.
        created_at: when it was made, UTC.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    created_at: AwareDatetime


class _KeyFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    keys: tuple[Key, ...] = ()


class KeyRing:
    """The keys of one data folder. A key that another process makes is known here at once.

    Args:
        data_dir: the folder; made when the first key is.
    """

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / FILE_NAME
        self._seen: tuple[int, int, int] | None = None
        self._by_sum: dict[str, Key] = {}

    def all(self) -> tuple[Key, ...]:
        """All keys, in the order in which they were made.

        Raises:
            SetupError: the file cannot be read, or is not one of ours.
        """
        self._refresh()
        return tuple(self._by_sum.values())

    def verify(self, presented: str | None) -> Key:
        """Who is calling.

        Raises:
            KeyMissingError: no key was presented.
            KeyRefusedError: it is not one of ours.
            SetupError: the file cannot be read, or is not one of ours.
        """
        if not presented:
            raise KeyMissingError("header X-API-Key: expected a key of this service, got none")
        self._refresh()
        # The time of a look-up may tell of a sum's first digits, never of the key: a guess that is nearly right has a
        # wholly different sum. So no comparison here needs to take the same time whatever comes.
        key = self._by_sum.get(_sum_of(presented))
        if key is None:
            raise KeyRefusedError("header X-API-Key: expected a key of this service, got one that it does not know")
        return key

    def create(self, name: str) -> str:
        """Make a key and keep its sum.

        Args:
            name: whose key it is; each name once.

        Returns:
            The key. It is not kept anywhere: this is the only time that it can be read.

        Raises:
            BadInputError: a name that cannot be, or that another key bears.
            SetupError: the folder cannot be written.
        """
        if not name.isprintable() or name != name.strip() or not 1 <= len(name) <= _LONGEST_NAME:
            raise BadInputError("key name", expected=f"1 to {_LONGEST_NAME} printable characters", got=repr(name))
        key = PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
        with self._locked():
            kept = self.all()
            if any(other.name == name for other in kept):
                raise BadInputError("key name", expected="one that no key bears yet", got=repr(name))
            made = Key(name=name, sha256=_sum_of(key), created_at=datetime.now(UTC).replace(microsecond=0))
            self._write(_KeyFile(keys=(*kept, made)))
        return key

    def _refresh(self) -> None:
        # Every write is a new file under the old name, so that another inode, time or size tells of it. One stat a
        # request takes a microsecond.
        try:
            status = self.path.stat()
            seen = (status.st_ino, status.st_mtime_ns, status.st_size)
            if seen == self._seen:
                return
            content = _KeyFile.model_validate_json(self.path.read_bytes())
        except FileNotFoundError:
            self._seen, self._by_sum = None, {}
            return
        except OSError as error:
            raise SetupError(f"keys {self.path}: cannot be read: {error.strerror}") from error
        except ValidationError as error:
            raise SetupError(
                f"keys {self.path}: expected the file that `parcelray keys create` writes, got something else; "
                "put a copy of it back, or remove it and make new keys"
            ) from error
        # Read after the stat: should the file change between the two, the next call reads it again.
        self._seen, self._by_sum = seen, {key.sha256: key for key in content.keys}

    def _write(self, content: _KeyFile) -> None:
        # mkstemp makes the file readable by its owner alone.
        handle, partial = tempfile.mkstemp(prefix=f"{FILE_NAME}.", dir=self.path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(content.model_dump_json(indent=2) + "\n")
                file.flush()
                os.fsync(file.fileno())
            Path(partial).replace(self.path)
        except BaseException:
            Path(partial).unlink(missing_ok=True)
            raise
        _sync_folder(self.path.parent)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        # The lock is a file of its own: keys.json is replaced, and a lock on it would go with the old one.
        make_data_dir(self.path.parent)
        with (self.path.parent / f"{FILE_NAME}.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


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


def _sum_of(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
