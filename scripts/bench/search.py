"""How soon searches are answered when the database holds many scans.

    .venv-dev/bin/python scripts/bench/search.py [--scans 100000] [--calls 40] [--database sqlite|postgresql|both]

Fills a new database, starts the real server on it, and asks for pages over one kept-alive connection. What is demanded:
under 50 ms for each kind of question on an idle machine.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track
from sqlalchemy import insert

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench.hub_databases import Client, HubDatabase, new_databases, read_options, tell
from parcelray.serving.people.audit import Actor
from parcelray.serving.security.keys import KeyRing, Scope
from parcelray.serving.store.database import Database
from parcelray.serving.store.tables import detections, events, files, scan_labels, scans, views

SCANNERS, WORKSTATIONS, DAYS = 40, 20, 90
LIMIT_MS = 50.0
BATCH = 2000
# Share of the scans in which each label was found.
LABELS = {"wiring": 0.1, "banknote_bundle": 0.02, "pistol": 0.005, "long_gun": 0.0003}
NOT_SCREENED = 0.002
NEWEST = datetime(2026, 11, 24, tzinfo=UTC)


def rows_of(number: int, random: np.random.Generator, total: int) -> Iterator[tuple[Any, dict[str, Any]]]:
    """All rows of one scan, each with its table."""
    at = NEWEST - timedelta(days=DAYS) * (1 - number / total)
    scanner = int(random.integers(SCANNERS))
    state = "not_screened" if random.random() < NOT_SCREENED else "screened"
    found = [label for label, share in LABELS.items() if random.random() < share] if state == "screened" else []
    workstation, scan_id = f"workstation-{scanner % WORKSTATIONS}", secrets.token_hex(16)
    yield (
        scans,
        {
            "number": number, "id": scan_id, "state": state, "workstation": workstation,
            "scanner_id": f"scanner-{scanner}", "consignment_id": f"RX{number // 3:09d}DE",
            "taken_at": at, "received_at": at, "screened_at": at, "at": at, "content_sha256": f"{number:064x}",
            "model_name": "parcelray", "model_version": "0001", "model_sha256": "0" * 64, "taxonomy": 1,
            "operating": {"thresholds": dict.fromkeys(LABELS, 0.5), "calibrated": False, "basis": "bench"},
        },
    )  # fmt: skip
    view = {"scan_number": number, "index": 0, "state": state, "width": 640, "height": 480, "warnings": []}
    yield views, view
    file = {"band": "view", "sha256": f"{number:064x}", "bytes": 60_000, "media_type": "image/jpeg", "file_name": "a"}
    yield files, {"scan_number": number, "view_index": 0, **file}
    for rank, label in enumerate(found):
        box = {"x0": 1.0, "y0": 2.0, "x1": 30.0, "y1": 40.0}
        item = {"scan_number": number, "view_index": 0, "rank": rank, "label": label, "group": "g", "score": 0.9}
        yield detections, {**item, **box}
        yield scan_labels, {"label": label, "at": at, "scan_number": number}
    told = {"scan_id": scan_id, "state": state, "labels": found}
    yield events, {"number": number, "at": at, "workstation": workstation, "scan_number": number, "told": told}


def fill(database: Database, count: int) -> None:
    """Store so many scans over the last days."""
    random = np.random.default_rng(1)
    for start in track(range(1, count + 1, BATCH), description="filling"):
        with database.writing() as connection:
            rows: dict[Any, list[dict[str, Any]]] = {
                table: [] for table in (scans, views, files, detections, scan_labels, events)
            }
            for number in range(start, min(start + BATCH, count + 1)):
                for table, row in rows_of(number, random, count):
                    rows[table].append(row)
            for table, several in rows.items():
                if several:
                    connection.execute(insert(table), several)


def questions() -> Mapping[str, dict[str, str]]:
    """What a hub asks, and what is hardest to answer."""
    day = (NEWEST - timedelta(days=60)).isoformat()
    next_day = (NEWEST - timedelta(days=59)).isoformat()
    return {
        "newest": {},
        "newest 100": {"limit": "100"},
        "a consignment": {"consignment": "RX000010000DE"},
        "a consignment that is not there": {"consignment": "RX999999999DE"},
        "a scanner": {"scanner": "scanner-7"},
        "a scanner that is not there": {"scanner": "scanner-x"},
        "a day two months ago": {"since": day, "until": next_day},
        "a common label": {"label": "wiring"},
        "a rare label": {"label": "long_gun"},
        "a label that is not there": {"label": "coin_roll"},
        "not screened": {"state": "not_screened"},
        "pending (there is none)": {"state": "pending"},
        "a common label of a scanner": {"label": "wiring", "scanner": "scanner-7"},
        "a common label of no scanner": {"label": "wiring", "scanner": "scanner-x"},
        "a common label, not screened (none)": {"label": "wiring", "state": "not_screened"},
        "a rare label on a day": {"label": "long_gun", "since": day, "until": next_day},
        "not screened of a scanner": {"state": "not_screened", "scanner": "scanner-7"},
        "not screened of no scanner": {"state": "not_screened", "scanner": "scanner-x"},
        "a scanner of no consignment": {"scanner": "scanner-7", "consignment": "RX999999999DE"},
        "all that is screened of a scanner": {"state": "screened", "scanner": "scanner-7"},
    }


def ask(page: Client, query: Mapping[str, str]) -> tuple[float, Any]:
    """Milliseconds until the answer was read, and the answer."""
    return page.timed("GET", "/v1/scans", params=query)


def deep_cursor(page: Client) -> str:
    """Of the page after the thousandth scan."""
    cursor: dict[str, str] = {}
    for _ in range(10):
        cursor = {"cursor": ask(page, {"limit": "100", **cursor})[1]["next"]}
    return cursor["cursor"]


def measure(database: HubDatabase, count: int, calls: int) -> bool:
    """Fill, serve, ask and print; whether all was answered in time."""
    keys: dict[str, str] = {}

    def make(empty: Database) -> None:
        ring = KeyRing(empty)
        keys.update(reader=ring.create("reader", Scope.READER, Actor.host_user()))
        keys.update(workstation=ring.create("workstation-7", Scope.WORKSTATION, Actor.host_user()))
        fill(empty, count)

    worst = 0.0
    with database.filled(f"{count:,} scans", make) as service:
        for who, key in keys.items():
            with closing(Client(base_url=service.url, headers={"X-API-Key": key}, timeout=60)) as page:
                asked = {**questions(), "page 11 of 100": {"limit": "100", "cursor": deep_cursor(page)}}
                for title, query in asked.items():
                    worst = max(worst, tell(f"{who}: {title}", [ask(page, query)[0] for _ in range(calls)]))
    print(f"  worst p95 {worst:.1f} ms, demanded: under {LIMIT_MS:.0f} ms")
    return worst < LIMIT_MS


def main() -> None:
    """Run and print."""
    options = read_options(__doc__ or "", "scans", 100_000, 40)
    kept = [measure(database, options.count, options.calls) for database in new_databases(options.database)]
    if not all(kept):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
