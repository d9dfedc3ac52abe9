"""Before the first byte of an answer leaves, all that it promises is on the disk: a trace of the kernel's calls.

    .venv-dev/bin/python scripts/prove/fsyncs.py

The real service runs under strace from its first call on and is sent scans: one whose image makes a new folder, one
whose image goes into the same, one with several images, one that nobody waits for. For each answer we look for the
fsync of each image before its rename, the fsyncs of its folder (and of the folder that holds a new one) after it, and
that of the database's write-ahead log after the last write to it, all over before the answer was sent; and for anything
else that was written and not synced. On PostgreSQL, its processes are traced too. What is printed of the first answer
is fit for docs/benchmarks.md. Exit code 1 where something was missing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import closing, nullcontext
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

import httpx2

from parcelray.models.store import release_folder
from parcelray.serving.people.audit import Actor
from parcelray.serving.security.keys import KeyRing, Scope
from parcelray.serving.store.store import open_database
from support.durability import Below, Promise, answer_of, ask_for_promise, excerpt, requests, unkept
from support.postgres import PostgresCluster
from support.service import Service, serve_command
from support.strace import need_strace, traced, under_strace, wait_for_log
from support.trace import Trace


def promised(service: Service, data_dir: Path, database_url: str | None) -> list[Promise]:
    """What the service answers to each kind of scan."""
    with closing(open_database(data_dir, database_url)) as database:
        headers = {"X-API-Key": KeyRing(database).create("traced", Scope.WORKSTATION, Actor.host_user())}
    with httpx2.Client(base_url=service.url, headers=headers, timeout=60) as client:
        # The key's first use is noted too; that is no part of what a scan takes.
        client.get("/v1/scans").raise_for_status()
        return [ask_for_promise(client, request) for request in requests()]


def prove(folder: Path, model: Path, cluster: PostgresCluster | None) -> int:
    """Trace one service, with its records in SQLite or in a cluster; how much was missing."""
    data_dir, log, log_below = folder / "new" / "data", folder / "trace", folder / "trace-below"
    database_url = None if cluster is None else cluster.url(cluster.create_database())
    environment = {} if database_url is None else {"PARCELRAY_DATABASE_URL": database_url}
    command = under_strace(serve_command(data_dir, model), log)
    with (
        nullcontext() if cluster is None else traced(cluster.pid, log_below),
        Service(command, log=folder / "log", environment=environment) as service,
    ):
        service.start(lines=2)
        promises = promised(service, data_dir, database_url)
        service.stop()
    wait_for_log(log, service.process.pid)
    trace = Trace.read(log)
    below = None if cluster is None else Below.read(log_below, cluster)
    port = int(service.url.rpartition(":")[2])
    missing = 0
    for promise in promises:
        found = unkept(trace, promise, data_dir=data_dir, port=port, sqlite=below is None)
        if below is not None:
            found += below.unflushed(promise, answer_of(trace, promise, port).time)
        print(f"  {promise.status} with {len(promise.sums)} images: {', '.join(found) or 'all on the disk before it'}")
        missing += len(found)
    print("\n".join(excerpt(trace, promises[0], data_dir=data_dir, port=port, below=below)))
    return missing


def main() -> int:
    """Trace the service on the databases that were named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--model", type=Path, default=release_folder(), help="package; without, the shipped release")
    options = parser.parse_args()
    need_strace()
    missing = 0
    if options.database != "postgresql":
        print("sqlite:")
        with tempfile.TemporaryDirectory(prefix="parcelray-fsyncs-") as folder:
            missing += prove(Path(folder), options.model, None)
    if options.database != "sqlite":
        with PostgresCluster(fsync=True) as cluster, tempfile.TemporaryDirectory(prefix="parcelray-fsyncs-") as folder:
            shown = [f"{name} {cluster.execute(f'SHOW {name}')[0][0]}" for name in ("fsync", "synchronous_commit")]
            print(f"postgresql: {', '.join(shown)}")
            missing += prove(Path(folder), options.model, cluster)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
