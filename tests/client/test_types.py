"""The client's types are those of the service: written anew, they come out the same."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_types_are_those_of_the_service(tmp_path: Path) -> None:
    command = [str(ROOT / "scripts" / "generate-client-types"), str(tmp_path / "types.py")]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    kept = (ROOT / "serving" / "parcelray" / "client" / "types.py").read_text(encoding="utf-8")
    assert (tmp_path / "types.py").read_text(encoding="utf-8") == kept, "run ./scripts/generate-client-types"
