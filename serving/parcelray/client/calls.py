"""What the service can be asked: each question as a request and a way to read its answer, free of sockets."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Literal, TypedDict, TypeVar, cast
from urllib.parse import quote

import httpx2

from parcelray.client.answers import read_bytes, read_checked_bytes, read_object
from parcelray.client.errors import SettingError
from parcelray.client.types import (
    DetectAnswer,
    KeyAnswer,
    KeyListAnswer,
    ScanAnswer,
    ScanListAnswer,
    ScanState,
    Scope,
    SecretAnswer,
)
from parcelray.client.uploads import FilePart, Metadata, Pair, Source, file_parts, instant_text, metadata_text

T = TypeVar("T")

Band = Literal["high", "low"]
LARGEST_PAGE = 100
_LONGEST_KEY = 255


class Search(TypedDict, total=False):
    """Which scans are asked for: those that fit all that is given.

    Attributes:
        consignment: of this parcel.
        scanner: of this scanner.
        since: taken at this time or later (received, where it is not known when it was taken).
        until: taken before this time.
        label: with an item of this class.
        state: in this state.
    """

    consignment: str
    scanner: str
    since: datetime | str
    until: datetime | str
    label: str
    state: ScanState


@dataclass(frozen=True)
class Call(Generic[T]):
    """One request, and how its answer is read.

    Attributes:
        method: of HTTP.
        path: after the service's address.
        read: makes the result of an answer; raises where it is a refusal.
        params: the query.
        headers: beside those that every request has.
        files: of a multipart form.
        data: text fields of that form.
        json: the body, where it is not a form.
        repeatable: whether carrying it out twice does no harm.
    """

    method: str
    path: str
    read: Callable[[httpx2.Response], T]
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    files: tuple[FilePart, ...] = field(default=(), repr=False)
    data: Mapping[str, str] = field(default_factory=dict)
    json: object = None
    repeatable: bool = True

    def arguments(self) -> dict[str, Any]:
        """What httpx2 is called with."""
        names = ("method", "params", "headers", "files", "data", "json")
        return {"url": self.path, **{name: getattr(self, name) for name in names if getattr(self, name)}}


def detect(views: Sequence[Source | Pair], *, min_score: float | None) -> Call[DetectAnswer]:
    """``POST /v1/detect``; files are read here."""
    return Call(
        "POST",
        "/v1/detect",
        lambda response: cast("DetectAnswer", read_object(response, "views")),
        params=_params(min_score=min_score),
        files=file_parts(views),
    )


def send_scan(
    views: Sequence[Source | Pair],
    metadata: Metadata | None,
    *,
    idempotency_key: str | None,
    wait: bool,
    min_score: float | None,
) -> Call[ScanAnswer]:
    """``POST /v1/scans``; files are read here. The key makes it repeatable: the service keeps the scan once."""
    key = uuid.uuid4().hex if idempotency_key is None else idempotency_key
    if not (1 <= len(key) <= _LONGEST_KEY and all(0x21 <= ord(character) <= 0x7E for character in key)):
        expected = f"1 to {_LONGEST_KEY} visible ASCII characters"
        raise SettingError("idempotency_key", expected=expected, got=repr(key[: _LONGEST_KEY + 1]))
    return Call(
        "POST",
        "/v1/scans",
        _read_scan,
        params=_params(min_score=min_score, wait=None if wait else 0),
        headers={"Idempotency-Key": key},
        files=file_parts(views),
        data={} if metadata is None else {"metadata": metadata_text(metadata)},
    )


def scan(scan_id: str) -> Call[ScanAnswer]:
    """``GET /v1/scans/{id}``."""
    return Call("GET", _scan_path(scan_id), _read_scan)


def scans(search: Search, *, limit: int | None, cursor: str | None) -> Call[ScanListAnswer]:
    """``GET /v1/scans``: one page."""
    texts = {
        name: instant_text(value, name) if isinstance(value, datetime) else value for name, value in search.items()
    }
    return Call(
        "GET",
        "/v1/scans",
        lambda response: cast("ScanListAnswer", read_object(response, "scans", "next")),
        params=_params(**texts, limit=limit, cursor=cursor),
    )


def view_bytes(scan_id: str, number: int, band: Band | None) -> Call[bytes]:
    """``GET /v1/scans/{id}/views/{n}``: the file as it was sent."""
    return Call("GET", f"{_scan_path(scan_id)}/views/{number:d}", read_checked_bytes, params=_params(band=band))


def overlay(scan_id: str, number: int) -> Call[bytes]:
    """``GET /v1/scans/{id}/views/{n}/overlay.png``."""
    return Call("GET", f"{_scan_path(scan_id)}/views/{number:d}/overlay.png", read_bytes)


def list_keys() -> Call[list[KeyAnswer]]:
    """``GET /v1/keys``."""
    return Call("GET", "/v1/keys", lambda response: cast("KeyListAnswer", read_object(response, "keys"))["keys"])


def create_key(name: str, scope: Scope) -> Call[SecretAnswer]:
    """``POST /v1/keys``. Not repeatable: the first try may have made the key that nobody has seen."""
    return Call("POST", "/v1/keys", _read_new_key, json={"name": name, "scope": scope}, repeatable=False)


def rotate_key(name: str) -> Call[SecretAnswer]:
    """``POST /v1/keys/{name}/rotate``. Not repeatable, as ``create_key``."""
    return Call("POST", f"/v1/keys/{quote(name, safe='')}/rotate", _read_new_key, repeatable=False)


def revoke_key(name: str) -> Call[KeyAnswer]:
    """``DELETE /v1/keys/{name}``."""
    path = f"/v1/keys/{quote(name, safe='')}"
    return Call("DELETE", path, lambda response: cast("KeyAnswer", read_object(response, "name", "revoked_at")))


def _read_scan(response: httpx2.Response) -> ScanAnswer:
    return cast("ScanAnswer", read_object(response, "scan_id", "state", "views"))


def _read_new_key(response: httpx2.Response) -> SecretAnswer:
    return cast("SecretAnswer", read_object(response, "name", "key"))


def _scan_path(scan_id: str) -> str:
    return f"/v1/scans/{quote(scan_id, safe='')}"


def _params(**values: object) -> dict[str, str]:
    return {name: str(value) for name, value in values.items() if value is not None}
