"""Scans a second of the scan generator, with one worker and with two.

Each run draws labelled scans of 640 x 480 from the full library into a folder, with all profiles that training may use;
the time counts from the start of the command, and again without the workers' start-up. With ``--prototype DIR`` the
generator's prototype draws beside it in the same run, in this environment (it needs xraydb and spekpy), as a peer::

    python scripts/bench/synth.py --count 2000
    python scripts/bench/synth.py --count 2000 --prototype ../shared/prototype/xraysynth
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from parcelray.datasets.synth.dataset import draw_dataset
from parcelray.datasets.synth.drawing import SHELF, Plan
from parcelray.datasets.synth.scanner.profile import profile_names

_SEED = 20261124


def measure(count: int, workers: int, folder: Path) -> tuple[float, float]:
    """Scans a second in all, and from the moment when the first batch of each worker was done."""
    plan = Plan(seed=_SEED, scanners=tuple(profile_names(reserved=False)))
    began = time.perf_counter()
    marks: list[tuple[int, float]] = []
    draw_dataset(
        plan, count, folder, workers=workers, report=lambda done: marks.append((done, time.perf_counter() - began))
    )
    ended = marks[-1][1]
    warm = next(mark for mark in marks if mark[0] >= min(count // 2, SHELF * workers))
    return count / ended, (count - warm[0]) / (ended - warm[1]) if ended > warm[1] else float("nan")


def prototype(folder: Path, prototype_folder: Path, count: int, workers: int) -> float:
    """Scans a second of the prototype's own command, in as many processes; by its own clock, without start-up."""
    command = [sys.executable, "gen.py"]
    processes = [
        subprocess.Popen(
            [*command, str(seed), str(count // workers), str(folder / str(seed)), "noraw"],
            cwd=prototype_folder,
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in range(workers)
    ]
    rates = []
    for process in processes:
        told, _ = process.communicate()
        found = re.search(r"([\d.]+) img/s", told)
        if process.returncode or found is None:
            raise SystemExit(f"the prototype failed: {told}")
        rates.append(float(found[1]))
    return sum(rates)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--prototype", type=Path, help="folder of the prototype's modules")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{options.count} scans of 640 x 480, load {load:.1f} before the start")
    print("| workers | scans/s in all | scans/s after start-up | prototype |")
    print("|---|---|---|---|")
    for workers in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            overall, warm = measure(options.count, workers, Path(folder) / "new")
            peer = "–"
            if options.prototype is not None:
                peer = f"{prototype(Path(folder) / 'old', options.prototype, options.count, workers):.1f}"
        print(f"| {workers} | {overall:.1f} | {warm:.1f} | {peer} |", flush=True)


if __name__ == "__main__":
    main()
