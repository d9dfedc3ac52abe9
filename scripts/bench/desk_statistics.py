"""How soon the figures of a period are answered when the database holds many parcels.

    .venv-dev/bin/python scripts/bench/desk_statistics.py [--parcels 10000] [--calls 40]
        [--database sqlite|postgresql|both]

Fills a new database with a week's work, starts the real server on it, and asks over one kept-alive connection. The aim
on an idle machine: 95 of 100 answers about all parcels within 50 ms from SQLite, 100 ms from PostgreSQL.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench.hub_databases import Client, HubDatabase, new_databases, read_options, tell
from parcelray.serving.people.audit import Actor
from parcelray.serving.security.keys import KeyRing, Scope
from parcelray.serving.store.database import Database
from support.shift import fill_shift

SINCE = datetime(2026, 11, 16, tzinfo=UTC)
DAYS = 7


def questions() -> Mapping[str, dict[str, str]]:
    """What the page asks: a day in hours, all in days; and all in hours, which is the most that there is."""
    end, day = SINCE + timedelta(days=DAYS), timedelta(days=1)
    return {
        "a day by the hour": {"since": (end - day).isoformat(), "until": end.isoformat(), "bucket": "hour"},
        "a day before all": {"since": (SINCE - day).isoformat(), "until": SINCE.isoformat(), "bucket": "hour"},
        "all by the day": {"since": SINCE.isoformat(), "until": end.isoformat(), "bucket": "day"},
        "all by the hour": {"since": SINCE.isoformat(), "until": end.isoformat(), "bucket": "hour"},
    }


def measure(database: HubDatabase, parcels: int, calls: int) -> None:
    """Fill, serve, ask and print."""
    keys: list[str] = []

    def make(empty: Database) -> None:
        keys.append(KeyRing(empty).create("reader", Scope.READER, Actor.host_user()))
        fill_shift(empty, parcels, SINCE, SINCE + timedelta(days=DAYS))

    with (
        database.filled(f"{parcels:,} parcels", make) as service,
        closing(Client(base_url=service.url, headers={"X-API-Key": keys[0]}, timeout=60)) as page,
    ):
        for title, query in questions().items():
            tell(title, [page.timed("GET", "/v1/statistics", params=query)[0] for _ in range(calls)])


def main() -> None:
    """Run and print."""
    options = read_options(__doc__ or "", "parcels", 10_000, 40)
    for database in new_databases(options.database):
        measure(database, options.count, options.calls)


if __name__ == "__main__":
    main()
