"""The README's block "A better model", word for word, in a fresh clone: from nothing to a candidate that was judged.

    python3 scripts/prove/readme_loop.py

What is committed here is cloned into an empty folder, and each command of the block runs there as it stands. The time
of each is told. Exit code 1 where a command fails, no candidate comes out, the gate has not judged it, or all takes
longer than --minutes. Needs the network: the clone makes an environment of its own. Runs outside any environment.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEADING, FENCE = "## A better model\n", "```sh\n"
# A gate that refuses is an answer, too.
JUDGED = (0, 1)


def commands() -> list[str]:
    """Those of the block, each on one line."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = readme.split(HEADING)[1].split(FENCE)[1].split("```")[0]
    return block.replace("\\\n", " ").strip().splitlines()


def main() -> int:
    """Clone, run, tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30.0)
    options = parser.parse_args()
    clean = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    total = 0.0
    with tempfile.TemporaryDirectory(prefix="parcelray-") as empty:
        folder = Path(empty)
        for command in commands():
            began = time.monotonic()
            here = command.replace("<this repository>", shlex.quote(str(ROOT)))
            code = subprocess.run(["bash", "-c", here], cwd=folder, env=clean, check=False).returncode
            took = time.monotonic() - began
            total += took
            print(f"{took:6.0f} s, exit code {code}: {command}", flush=True)
            if code and not (code in JUDGED and " retrain " in command):
                return 1
            if command.startswith("git clone"):
                folder = folder / "parcelray"
        run = folder / "runs" / "june"
        verdict = json.loads((run / "verdict.json").read_text())
        whole = (run / "package" / "manifest.json").is_file()
    print(f"{total / 60:.1f} min; candidate {'is there' if whole else 'is missing'}; ", end="")
    print(f"the gate {'passed' if verdict['passed'] else 'refused'} it after {len(verdict['checks'])} checks")
    return 0 if whole and total < 60 * options.minutes else 1


if __name__ == "__main__":
    sys.exit(main())
