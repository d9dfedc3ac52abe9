"""Nothing that was answered is lost, doubled or half there, whenever the service is killed.

    .venv-dev/bin/python scripts/prove/kills.py --database both --kills 20 --seed 1

The real service, with the shipped release, is sent scans by several clients and killed (SIGKILL) at moments drawn by
chance, also while it starts; it is started again on the same port and data folder. On PostgreSQL its server is killed
too, with fsync on, and recovers. Clients send each request until it is answered. In the end every scan that was
answered is read, with every image, and the tables are searched for what is half-written; ``support.audit`` has all
that is looked for. Exit code 1 where anything was found.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from parcelray.models.store import release_folder
from support.parcels import ParcelMaker
from support.postgres import PostgresCluster
from support.senders import Senders
from support.siege import Outcome, Siege, besieged

SAMPLES = Path(__file__).parents[2] / "datasets" / "samples"
SHOWN = 20
# That a service lives between two kills.
LONGEST_S = 6.0


def samples(seed: int) -> ParcelMaker:
    """Parcels made of the shipped samples, in which the shipped release finds something."""
    pictures = [path.read_bytes() for path in sorted(SAMPLES.glob("*.jpg"))]
    high, low = ((SAMPLES / f"12-pistol_{band}.png").read_bytes() for band in ("high", "low"))
    return ParcelMaker(seed, pictures=pictures, pairs=[(high, low)])


def prove(database: str, options: argparse.Namespace) -> Outcome:
    """One siege on one kind of database."""
    with tempfile.TemporaryDirectory(prefix="parcelray-kills-") as folder:
        if database == "sqlite":
            return _siege(Path(folder), None, 0, options)
        with PostgresCluster(fsync=True) as cluster:
            return _siege(Path(folder), cluster, options.database_kills, options)


def _siege(folder: Path, cluster: PostgresCluster | None, database_kills: int, options: argparse.Namespace) -> Outcome:
    with besieged(folder, options.model, cluster) as target:
        make = samples(options.seed).make
        senders = Senders(target.service.url, target.workstation, make, threads=options.clients)
        siege = Siege(target, senders, seed=options.seed, longest_s=LONGEST_S, say=progress)
        return siege.run(options.kills, database_kills)


def progress(line: str) -> None:
    """Say at once how far it is."""
    print(f"  {line}", flush=True)


def main() -> int:
    """Besiege the service on the databases that were named, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--kills", type=int, default=20, help="of the service")
    parser.add_argument("--database-kills", type=int, default=4, help="of PostgreSQL's server")
    parser.add_argument("--seed", type=int, default=1, help="of the parcels and the moments")
    parser.add_argument("--clients", type=int, default=6, help="that send at a time")
    parser.add_argument("--model", type=Path, default=release_folder(), help="package; without, the shipped release")
    options = parser.parse_args()
    violations = 0
    for database in ("sqlite", "postgresql") if options.database == "both" else (options.database,):
        print(f"{database}:", flush=True)
        outcome = prove(database, options)
        print(f"{database}: " + ", ".join(f"{figure} {what}" for what, figure in outcome.figures.items()))
        print(f"{database}: {len(outcome.violations)} violations")
        for words in outcome.violations[:SHOWN]:
            print(f"  {words[:2000]}")
        violations += len(outcome.violations)
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
