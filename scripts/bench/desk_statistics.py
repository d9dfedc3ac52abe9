"""How soon the figures of a period are answered when the database holds many parcels.

    .venv-dev/bin/python scripts/bench/desk_statistics.py [--parcels 10000] [--calls 40]
        [--database sqlite|postgresql|both]

Fills a new database with a week's work, starts the real server on it, and asks over one kept-alive connection. The aim
on an idle machine: 95 of 100 answers about all parcels within 50 ms from SQLite, 100 ms from PostgreSQL.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Mapping
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
from parcelray.serving.security.keys import KeyRing, Scope
from parcelray.serving.store.database import sqlite_url
from parcelray.serving.store.store import open_database
from support.postgres import PostgresCluster
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


def measure(name: str, url: str, data_dir: Path, parcels: int, calls: int) -> None:
    """Fill, serve, ask and print."""
    with closing(open_database(data_dir, url)) as database:
        key = KeyRing(database).create("reader", Scope.READER)
        fill_shift(database, parcels, SINCE, SINCE + timedelta(days=DAYS))
        if not database.is_sqlite:
            with database.writing() as connection:
                # What PostgreSQL's own housekeeping does within a minute or two. SQLite has none.
                connection.execute(text("ANALYZE"))
    command = [sys.executable, "-c", "from parcelray.scripts.main import main; main()", "serve", "--port", "0"]
    environment = {**os.environ, "PARCELRAY_DATABASE_URL": url, "PARCELRAY_DATA_DIR": str(data_dir)}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        found = re.search(r"http://(\S+)", process.stdout.readline())
        if found is None:
            raise SystemExit("the service did not start")
        print(f"{name}, {parcels:,} parcels, load average {os.getloadavg()[0]:.2f}")
        line = http.client.HTTPConnection(found.group(1), timeout=60)
        for title, query in questions().items():
            took = [ask(line, key, query) for _ in range(calls)]
            print(f"  {title:<20} median {np.median(took):7.2f} ms, p95 {np.percentile(took, 95):7.2f} ms")
        process.terminate()


def ask(connection: http.client.HTTPConnection, key: str, query: Mapping[str, str]) -> float:
    """Milliseconds until the answer was read."""
    began = time.perf_counter()
    connection.request("GET", f"/v1/statistics?{urllib.parse.urlencode(query)}", headers={"X-API-Key": key})
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != 200:
        raise SystemExit(f"the service answered {answer.status}: {content.decode()}")
    return (time.perf_counter() - began) * 1e3


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--parcels", type=int, default=10_000, help="so many in the database (default: 10,000)")
    parser.add_argument("--calls", type=int, default=40, help="so many calls of each kind (default: 40)")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as running:
        if options.database != "postgresql":
            folder = Path(scratch, "sqlite")
            folder.mkdir()
            measure("SQLite", sqlite_url(folder).render_as_string(), folder, options.parcels, options.calls)
        if options.database != "sqlite":
            cluster = running.enter_context(PostgresCluster())
            url = cluster.url(cluster.create_database())
            measure("PostgreSQL", url, Path(scratch, "postgresql"), options.parcels, options.calls)


if __name__ == "__main__":
    main()
