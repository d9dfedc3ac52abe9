"""A training that is killed at random moments ends with the same weights, bit for bit.

    python scripts/prove/training_kills.py --start ../shared/weights/yolox_nano_from_onnx_bn.pth

Scans are drawn, and `parcelray train` runs a recipe on them to its end. Then it runs the same recipe in another folder,
and is killed (SIGKILL, all its processes) after a random part of a fifth of the time that the whole run took: while it
starts, learns, or saves. Given once more, it ends. The averaged weights of both are compared, and what they logged.
Exit code 1 where they differ. About five minutes on two cores; tests/training/test_run.py holds the short form.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file

sys.path.insert(0, str(Path(__file__).parents[1]))

from parcelray.datasets.progress import progress
from parcelray.datasets.synth.dataset import draw_dataset
from parcelray.datasets.synth.drawing import Plan
from parcelray.datasets.synth.scanner.profile import profile_names
from parcelray.models.package import WEIGHTS
from parcelray.training.run_folder import LOG
from prove.short_recipe import write_recipe


def start(recipe: Path, run: Path) -> subprocess.Popen[bytes]:
    """`parcelray train`, in a process group of its own."""
    program = [str(Path(sys.executable).with_name("parcelray")), "train", str(recipe), "--run", str(run)]
    return subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def logged(run: Path) -> list[dict[str, Any]]:
    """What a run logged of its epochs, without what depends on the clock."""
    lines = [json.loads(line) for line in (run / LOG).read_text().splitlines()]
    return [{key: line[key] for key in ("epoch", "loss")} for line in lines]


def main() -> int:
    """Train twice, kill the second one; say whether they are the same."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=Path, required=True, help="COCO weights")
    parser.add_argument("--runs", type=Path, default=Path("runs/training-kills"))
    parser.add_argument("--count", type=int, default=500, help="scans to learn from")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seed", type=int, help="of the moments; another one each time when left out")
    options = parser.parse_args()
    seed = random.randrange(2**31) if options.seed is None else options.seed
    moments = random.Random(seed)
    folder: Path = options.runs
    plan = Plan(seed=41, scanners=tuple(profile_names(reserved=False)), contraband=0.85)
    with progress("drawing scans", options.count) as report:
        draw_dataset(
            plan, options.count, folder / "scans", workers=os.cpu_count() or 1, report=partial(report, note="")
        )
    scans = folder / "scans"
    what = {"start": options.start, "train": scans, "validation": scans, "epochs": options.epochs}
    recipe = write_recipe(folder / "recipe.toml", name="kills", version="proof", **what)
    for run in ("whole", "killed"):
        shutil.rmtree(folder / run, ignore_errors=True)
    began = time.monotonic()
    if start(recipe, folder / "whole").wait():
        raise SystemExit("the whole run failed: give the command that it is made of to see why")
    took = time.monotonic() - began
    print(f"the whole run took {took:.0f} s; moments of seed {seed}", flush=True)
    for number in range(options.kills):
        process = start(recipe, folder / "killed")
        wait = moments.uniform(0, took / options.kills)
        time.sleep(wait)
        os.killpg(process.pid, signal.SIGKILL)
        if process.wait() != -signal.SIGKILL:
            raise SystemExit("the run was over before it was killed: --count must be larger")
        log = folder / "killed" / LOG
        epochs = log.read_text().count("\n") if log.is_file() else 0
        print(f"killed {number + 1} of {options.kills} after {wait:.1f} s, {epochs} epochs logged", flush=True)
    if start(recipe, folder / "killed").wait():
        raise SystemExit("the killed run did not go on: give the command that it is made of to see why")
    whole, killed = (load_file(folder / run / WEIGHTS) for run in ("whole", "killed"))
    differ = [name for name in whole if not np.array_equal(whole[name], killed[name])]
    same_log = logged(folder / "whole") == logged(folder / "killed")
    print(f"{len(whole)} tensors, {len(differ)} differ; losses logged are {'the same' if same_log else 'not the same'}")
    return 0 if not differ and whole.keys() == killed.keys() and same_log else 1


if __name__ == "__main__":
    sys.exit(main())
