"""A scan read from the disk, ready to be sent: its bytes, their sums, its metadata, and the key that names it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePosixPath

from parcelray.client.uploads import Metadata, Pair, Source, Upload
from parcelray.client.watch.answer_file import FileRecord, instant, modified_text
from parcelray.client.watch.listing import FoundScan, ScanFile, state_of
from parcelray.client.watch.settings import CONSIGNMENT, WatchSettings

LARGEST = 1 << 29
"""Bytes of the largest file that is sent: far more than any service takes as it comes."""

_KEY_FORMAT = "parcelray-watch-key/1"
_EARLIEST, _LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2199, 1, 1, tzinfo=UTC)


class ChangedError(OSError):
    """A file is not what it was when it was listed: it is still being written, or was replaced."""


class TooLargeError(OSError):
    """A file is so large that it would fill the memory; no service takes one."""


@dataclass(frozen=True)
class ScanPackage:
    """A scan ready to be sent.

    Attributes:
        uploads: by band.
        records: what its answer will say of its files.
        metadata: what goes with it.
        idempotency_key: the same for the same scan, whoever sends it and how often.
    """

    uploads: dict[str, Upload] = field(repr=False)
    records: list[FileRecord]
    metadata: Metadata
    idempotency_key: str

    @property
    def views(self) -> Sequence[Source | Pair]:
        """As the client takes them."""
        if "view" in self.uploads:
            return [self.uploads["view"]]
        return [Pair(self.uploads["high"], self.uploads["low"])]

    @property
    def sums(self) -> dict[str, str]:
        """The SHA-256 sum of each band."""
        return {record["band"]: record["sha256"] or "" for record in self.records}


def pack(scan: FoundScan, settings: WatchSettings) -> ScanPackage:
    """Read a scan.

    Raises:
        ChangedError: a file has changed since it was listed.
        TooLargeError: a file is too large to be sent.
        OSError: a file cannot be read.
    """
    for file in scan.files:
        if file.state.size > LARGEST:
            raise TooLargeError(f"{file.path.name}: expected at most {LARGEST} bytes, got {file.state.size}")
    uploads: dict[str, Upload] = {}
    records: list[FileRecord] = []
    for file in scan.files:
        data = _read(file)
        uploads[file.band] = Upload(data, file.path.name)
        records.append(record_of(file, hashlib.sha256(data).hexdigest()))
    metadata = _metadata(scan, settings)
    return ScanPackage(uploads, records, metadata, _idempotency_key(scan, records, metadata))


def record_of(file: ScanFile, sha256: str | None) -> FileRecord:
    """What an answer says of a file."""
    return {
        "name": file.path.name,
        "band": file.band,
        "sha256": sha256,
        "bytes": file.state.size,
        "modified_at": modified_text(file.state),
    }


def _read(file: ScanFile) -> bytes:
    with file.path.open("rb") as opened:
        before = state_of(os.fstat(opened.fileno()))
        data = opened.read()
        after = state_of(os.fstat(opened.fileno()))
    # By its path too: another file may have taken the name while this one was read.
    if not before == after == state_of(file.path.stat()) == file.state or len(data) != file.state.size:
        raise ChangedError(f"{file.path.name} changed while it was read")
    return data


def _metadata(scan: FoundScan, settings: WatchSettings) -> Metadata:
    metadata: Metadata = {}
    taken_at = instant(max(file.state.mtime_ns for file in scan.files))
    # A file without a sensible time still holds a scan: the service would refuse it for the time alone.
    if _EARLIEST <= taken_at < _LATEST:
        metadata["taken_at"] = taken_at.isoformat()
    if settings.scanner_id is not None:
        metadata["scanner_id"] = settings.scanner_id
    if settings.consignment is not None:
        found = settings.consignment.search(PurePosixPath(scan.name).name)
        if found is not None and found[CONSIGNMENT]:
            metadata["consignment_id"] = found[CONSIGNMENT]
    return metadata


def _idempotency_key(scan: FoundScan, records: list[FileRecord], metadata: Metadata) -> str:
    # Whatever makes it another scan for the service belongs in here: else a second run with another scanner's name
    # would send other content under a key that is taken, and be refused.
    parts = [_KEY_FORMAT, scan.name]
    parts += [f"{record['band']} {record['name']} {record['sha256']}" for record in records]
    parts += [f"{name} {value}" for name, value in sorted(metadata.items())]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
