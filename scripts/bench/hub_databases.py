"""The frame of the benches that ask the real server about a full database: SQLite, PostgreSQL, or both in turn."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
from parcelray.models.store import release_folder
from parcelray.serving.store.database import Database, sqlite_url
from parcelray.serving.store.store import open_database
from support.postgres import PostgresCluster
from support.service import Service, serve_command


class Client(httpx2.Client):
    """One kept-alive connection to the server."""

    def timed(self, method: str, path: str, **options: Any) -> tuple[float, Any]:
        """Milliseconds until the answer was read, and the answer."""
        began = time.perf_counter()
        answer = self.request(method, path, **options)
        took = (time.perf_counter() - began) * 1e3
        if not answer.is_success:
            raise SystemExit(f"{method} {path} was answered {answer.status_code}: {answer.text}")
        return took, answer.json()


@dataclass(frozen=True)
class HubDatabase:
    """A new database, and the server on it.

    Attributes:
        name: of its kind.
        url: of it.
        folder: of the server's data; made when the database is opened.
    """

    name: str
    url: str
    folder: Path

    @contextmanager
    def filled(self, what: str, fill: Callable[[Database], None]) -> Iterator[Service]:
        """Fill it, print what is in it, and run the server while the block runs."""
        with closing(open_database(self.folder, self.url)) as database:
            fill(database)
            if not database.is_sqlite:
                with database.writing() as connection:
                    # What PostgreSQL's own housekeeping does within a minute or two. SQLite has none.
                    connection.execute(text("ANALYZE"))
        command = serve_command(self.folder, release_folder())
        environment = {"PARCELRAY_DATABASE_URL": self.url}
        with Service(command, log=self.folder / "log", environment=environment) as service:
            service.start()
            service.wait_until_ready()
            print(f"{self.name}, {what}, load average {os.getloadavg()[0]:.2f}")
            yield service


def tell(title: str, milliseconds: Sequence[float]) -> float:
    """Print median and p95 of what was measured; the p95."""
    p95 = float(np.percentile(milliseconds, 95))
    print(f"  {title:<50} median {np.median(milliseconds):7.2f} ms, p95 {p95:7.2f} ms", flush=True)
    return p95


def read_options(description: str, things: str, count: int, calls: int) -> argparse.Namespace:
    """What the command line says: ``count``, ``calls`` and ``database``.

    Args:
        description: first line of the help.
        things: what the database is filled with, as the option is called.
        count: of them, usually.
        calls: of each kind, usually.
    """
    parser = argparse.ArgumentParser(description=description.partition("\n")[0])
    said = f"so many in the database (default: {count:,})"
    parser.add_argument(f"--{things}", dest="count", type=int, default=count, help=said)
    parser.add_argument("--calls", type=int, default=calls, help=f"so many calls of each kind (default: {calls})")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    return parser.parse_args()


def new_databases(which: str) -> Iterator[HubDatabase]:
    """Those that were asked for, one after the other; each goes when the next one comes."""
    with tempfile.TemporaryDirectory() as scratch:
        if which != "postgresql":
            folder = Path(scratch, "sqlite")
            folder.mkdir()
            yield HubDatabase("SQLite", sqlite_url(folder).render_as_string(), folder)
        if which != "sqlite":
            with PostgresCluster() as cluster:
                folder = Path(scratch, "postgresql")
                folder.mkdir()
                yield HubDatabase("PostgreSQL", cluster.url(cluster.create_database()), folder)
