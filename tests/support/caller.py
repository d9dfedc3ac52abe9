"""A workstation, and those who read, at the real service; for tests that ask one thing at a time."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2

from parcelray.serving.security.keys import KeyRing, Scope
from parcelray.serving.store.store import open_database
from support.parcels import CONSIGNMENT, stamped
from support.people import HOST
from support.pictures import encoded, scan_pixels, view

_TIMEOUT_S = 40.0


def new_key(data_dir: Path, database_url: str | None, name: str, scope: Scope) -> str:
    """A key of a database of the service."""
    with closing(open_database(data_dir, database_url)) as database:
        return KeyRing(database).create(name, scope, HOST)


def picture(number: int, *, padding: int = 0) -> bytes:
    """A PNG that no other number has; so many bytes longer than it must be."""
    return stamped(encoded(scan_pixels()), f"{number}" + "." * padding)


class Caller(httpx2.Client):
    """Calls the service with one key."""

    def __init__(self, url: str, api_key: str) -> None:
        super().__init__(base_url=url, headers={"X-API-Key": api_key}, timeout=_TIMEOUT_S)

    def send_scan(self, number: int, *, padding: int = 0, **query: Any) -> httpx2.Response:
        """Send the scan of a number, with the idempotency key of that number."""
        return self.post(
            "/v1/scans",
            files=[view(picture(number, padding=padding))],
            data={"metadata": f'{{"consignment_id": "{CONSIGNMENT}{number}"}}'},
            headers={"Idempotency-Key": f"caller-{number}"},
            params=query,
        )


def problem_of(answer: httpx2.Response) -> tuple[int, str, str | None]:
    """What kind of problem an answer tells of: status, the name in its type, and the header Retry-After."""
    if answer.headers.get("Content-Type") != "application/problem+json":
        return answer.status_code, answer.text, None
    name = answer.json()["type"].removeprefix("urn:parcelray:problem:")
    return answer.status_code, name, answer.headers.get("Retry-After")
