"""A hub: the service with the shipped release, people who sign in, and workstations that send the sample scans.

with Hub(folder) as hub:
    hub.service.start()
    hub.add("anna", Role.OPERATOR)
    hub.send("01-pistols.jpg")
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import httpx2

from parcelray.serving.people.accounts import Accounts
from parcelray.serving.people.roles import Role
from parcelray.serving.security.keys import KeyRing, Scope
from parcelray.serving.store.events import written
from parcelray.serving.store.store import open_database
from support.people import HOST, PASSWORD
from support.service import PARCELRAY, Service
from support.shift import fill_shift

SAMPLES = Path(__file__).parents[2] / "datasets" / "samples"
_LIMIT_S = 30.0
_BETWEEN_LOOKS_S = 0.1


class Hub:
    """A service with a data folder; it ends with the ``with`` block.

    Attributes:
        service: with the shipped release.
    """

    def __init__(self, folder: Path, **environment: str) -> None:
        """Describe the hub, without starting the service.

        Args:
            folder: for its data and its log.
            environment: settings of the service.
        """
        self._data_dir = folder / "data"
        environment = {"PARCELRAY_DATA_DIR": str(self._data_dir), **environment}
        self.service = Service([*PARCELRAY, "serve"], log=folder / "service.log", environment=environment)
        self._sent = 0

    def __enter__(self) -> Self:
        self.service.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.service.__exit__()

    @property
    def url(self) -> str:
        """Where it answers."""
        return self.service.url

    def add(self, name: str, role: Role, *, password: str | None = PASSWORD) -> str:
        """Make an account; its password."""
        with closing(open_database(self._data_dir, None)) as database:
            return Accounts(database).add(name, role, HOST, password=password)

    def send(self, *samples: str, **metadata: str) -> str:
        """Send one parcel with a view for each sample, a pair where it names one; its id."""
        self._sent += 1
        with closing(open_database(self._data_dir, None)) as database:
            ring = KeyRing(database)
            key = ring.create(f"belt-{self._sent}", Scope.WORKSTATION, HOST)
        files = [self._part(sample) for sample in samples]
        document = {"consignment_id": f"RR{self._sent:09}DE", "scanner_id": "belt-1", **metadata}
        answer = httpx2.post(
            f"{self.url}/v1/scans",
            headers={"X-API-Key": key},
            files=files,
            data={"metadata": json.dumps(document)},
            timeout=60,
        )
        assert answer.status_code == 201, answer.text
        scan_id: str = answer.json()["scan_id"]
        return scan_id

    def fill(self, count: int, since: datetime, until: datetime, now: datetime) -> None:
        """Store a shift's work as it stands by now, in a hub that holds no scans yet."""
        with closing(open_database(self._data_dir, None)) as database:
            fill_shift(database, count, since, until, now=now)

    def figures(self, since: datetime, until: datetime) -> dict[str, Any]:
        """The figures of a period, by the hour."""
        return self._read(f"/v1/statistics?since={written(since)}&until={written(until)}")

    def verdicts(self, scan_id: str) -> list[dict[str, Any]]:
        """What officers said of a parcel, as a reader is told."""
        verdicts: list[dict[str, Any]] = self._read(f"/v1/scans/{scan_id}/verdicts")["verdicts"]
        return verdicts

    def stage(self, scan_id: str) -> str:
        """Where a parcel stands."""
        return str(self._read(f"/v1/scans/{scan_id}/verdicts")["entry"]["stage"])

    def outcomes(self, scan_id: str) -> list[dict[str, Any]]:
        """What was told of a parcel's search."""
        outcomes: list[dict[str, Any]] = self._read(f"/v1/scans/{scan_id}/outcome")["outcomes"]
        return outcomes

    def sign_out(self, name: str) -> None:
        """End all sessions of somebody."""
        with closing(open_database(self._data_dir, None)) as database:
            Accounts(database).sign_out(name, HOST)

    def wait_until(self, happened: Callable[[], bool]) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + _LIMIT_S
        while not happened():
            assert time.monotonic() < deadline, "it never happened"
            time.sleep(_BETWEEN_LOOKS_S)

    def _read(self, path: str) -> dict[str, Any]:
        if not hasattr(self, "_reader"):
            with closing(open_database(self._data_dir, None)) as database:
                self._reader = KeyRing(database).create("a reader of the tests", Scope.READER, HOST)
        answer = httpx2.get(self.url + path, headers={"X-API-Key": self._reader}, timeout=30)
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = answer.json()
        return document

    @staticmethod
    def _part(sample: str) -> tuple[str, tuple[str, bytes]]:
        path = SAMPLES / sample  # or elsewhere, by its whole path
        band = path.stem.rpartition("_")[2]
        return (band if band in ("high", "low") else "view", (path.name, path.read_bytes()))
