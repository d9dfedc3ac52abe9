"""The file beside a scan that says what became of it: what stands in it, and how it is written whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, TypedDict, cast

from parcelray.client.types import ScanAnswer
from parcelray.client.watch.listing import Band, FileState

FORMAT = "parcelray-watch/1"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# There a file cannot be replaced while somebody reads it, be it a virus scanner: it is over in a moment.
_ON_WINDOWS = os.name == "nt"
_REPLACE_TRIES = 20
_REPLACE_PAUSE_S = 0.05

State = Literal["screened", "partly_screened", "not_screened"]


class FileRecord(TypedDict):
    """A file of the scan.

    Attributes:
        name: without its folder.
        band: what it shows.
        sha256: of its bytes; null where they were not read.
        bytes: its size.
        modified_at: when it was last written, to the nanosecond.
    """

    name: str
    band: Band
    sha256: str | None
    bytes: int
    modified_at: str


class Reason(TypedDict):
    """Why a scan was not screened, or not all of it.

    Attributes:
        type: for programs.
        message: for people.
    """

    type: str
    message: str


class AnswerFile(TypedDict):
    """What stands in the file.

    Attributes:
        format: of this file.
        state: what became of the scan.
        final: whether it stays so; else the scan is still to do, and the file will be replaced.
        late: whether the deadline had passed before this was known.
        reason: why it is not screened; null where it is.
        files: the scan that this is the answer to.
        seen_at: when the scan was first seen.
        written_at: when this was written.
        idempotency_key: under which it was sent; null where it was not.
        answer: what the service said; null where it has not.
    """

    format: str
    state: State
    final: bool
    late: bool
    reason: Reason | None
    files: list[FileRecord]
    seen_at: str
    written_at: str
    idempotency_key: str | None
    answer: ScanAnswer | None


class ForeignFileError(OSError):
    """A file that is not ours stands where the answer belongs. It is left alone.

    Args:
        path: of that file.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(f"expected no file, or an answer of parcelray, at {path.name}; got another file: move it away")


def instant(nanoseconds: int) -> datetime:
    """A file's time, to the microsecond; years that no calendar has are drawn to the nearest that has one."""
    try:
        return _EPOCH + timedelta(microseconds=nanoseconds // 1000)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC) if nanoseconds > 0 else datetime.min.replace(tzinfo=UTC)


def modified_text(state: FileState) -> str:
    """A file's time, to the nanosecond, in the form of RFC 3339."""
    return f"{instant(state.mtime_ns):%Y-%m-%dT%H:%M:%S}.{state.mtime_ns % 10**9:09d}Z"


def read_answer_file(path: Path) -> AnswerFile | None:
    """What stands in an answer file; None where there is none, or an empty one.

    Raises:
        ForeignFileError: it is not one of ours.
        OSError: it cannot be read.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    # A disk that lost its power may leave a file without its content.
    if not data.strip(b"\0 \r\n"):
        return None
    try:
        document: Any = json.loads(data)
    except ValueError as error:
        raise ForeignFileError(path) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ForeignFileError(path)
    return cast("AnswerFile", document)


def write_answer_file(path: Path, content: AnswerFile) -> None:
    """Write an answer file whole or not at all: when this returns, it is on the disk.

    Raises:
        ForeignFileError: a file that is not ours stands there.
        OSError: it cannot be written; what stood there before still does.
    """
    read_answer_file(path)
    # One name for each answer: what a killed agent left behind is overwritten by the next.
    partial = path.with_name(f".{path.name}.tmp")
    try:
        with partial.open("w", encoding="ascii", newline="\n") as file:
            # ASCII: names of files may hold what UTF-8 cannot (PEP 383).
            json.dump(content, file, indent=2)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        _replace(partial, path)
    except BaseException:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise
    _sync_folder(path.parent)


def _replace(partial: Path, path: Path) -> None:
    for tries_left in range(_REPLACE_TRIES - 1, -1, -1):
        try:
            partial.replace(path)
        except PermissionError:
            if not (_ON_WINDOWS and tries_left):
                raise
            time.sleep(_REPLACE_PAUSE_S)
        else:
            return


def _sync_folder(folder: Path) -> None:
    # Not every system lets a folder be opened (Windows), nor every file system be synced that way (some shares).
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
