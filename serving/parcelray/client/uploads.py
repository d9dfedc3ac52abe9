"""Scans on their way out: where their bytes come from, and what is said about them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import NamedTuple, TypedDict

from parcelray.client.errors import SettingError

FilePart = tuple[str, tuple[str, bytes, str]]
"""A field of a multipart form: its name, and the file's name, bytes and media type."""

# The service tells the format from the bytes. httpx2 would guess it from the name, on Windows by way of the registry.
_MEDIA_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class Upload:
    """An image in memory.

    Attributes:
        data: the file's bytes: PNG, JPEG or TIFF.
        name: as the service is to call it in its messages.
    """

    data: bytes = field(repr=False)
    name: str = "view"


Source = str | PathLike[str] | bytes | Upload
"""An image: the path of a file, its bytes, or its bytes with a name."""


class Pair(NamedTuple):
    """A dual-energy view: its high-energy and its low-energy image."""

    high: Source
    low: Source


class Metadata(TypedDict, total=False):
    """What is known of a scan beside its pixels.

    Attributes:
        scanner_id: which scanner made it.
        consignment_id: which parcel it shows.
        taken_at: when, with its offset from UTC: a ``datetime``, or text in the form of RFC 3339.
        pixel_pitch_mm: millimetres that one pixel spans.
    """

    scanner_id: str
    consignment_id: str
    taken_at: datetime | str
    pixel_pitch_mm: float


def file_parts(views: Sequence[Source | Pair]) -> tuple[FilePart, ...]:
    """The fields of a form with these views; files are read here.

    Raises:
        SettingError: there is no view, or a file cannot be read.
    """
    if isinstance(views, (str, bytes)) or not views:
        raise SettingError("views", expected="a list of one or more images or pairs", got=type(views).__name__)
    parts: list[FilePart] = []
    for view in views:
        if isinstance(view, Pair):
            parts += [_part("high", view.high), _part("low", view.low)]
        else:
            parts.append(_part("view", view))
    return tuple(parts)


def metadata_text(metadata: Metadata) -> str:
    """Metadata as the form carries it.

    Raises:
        SettingError: a time without its offset from UTC.
    """
    taken_at = metadata.get("taken_at")
    if not isinstance(taken_at, datetime):
        return json.dumps(metadata)
    return json.dumps({**metadata, "taken_at": instant_text(taken_at, "metadata taken_at")})


def instant_text(instant: datetime | str, subject: str) -> str:
    """A point in time in the form of RFC 3339.

    Raises:
        SettingError: a ``datetime`` without its offset from UTC.
    """
    if isinstance(instant, str):
        return instant
    if instant.utcoffset() is None:
        raise SettingError(subject, expected="a time with its offset from UTC", got=f"{instant} without one")
    return instant.isoformat()


def _part(name: str, source: Source) -> FilePart:
    upload = _load(source)
    # A name from a file system may hold what no text may (PEP 383), and no file without a name is a file.
    file_name = upload.name.encode("utf-8", "replace").decode("utf-8") or name
    return name, (file_name, upload.data, _MEDIA_TYPE)


def _load(source: Source) -> Upload:
    if isinstance(source, Upload):
        return source
    if isinstance(source, bytes):
        return Upload(source)
    path = Path(source)
    try:
        return Upload(path.read_bytes(), path.name)
    except OSError as error:
        got = error.strerror or str(error)
        raise SettingError(f"scan {path}", expected="a file that can be read", got=got) from error
