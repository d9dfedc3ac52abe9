"""The page's own tests pass, and its types are those of the service."""

from __future__ import annotations

import subprocess
from pathlib import Path


def test_the_units_of_the_page_do_what_they_say(root: Path) -> None:
    done = subprocess.run(
        [root / "scripts" / "web", "test", "--reporter=dot"], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_types_are_those_of_the_service(root: Path, tmp_path: Path) -> None:
    command = [root / "scripts" / "generate-page-types", tmp_path / "schema.ts"]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    kept = (root / "serving" / "web" / "src" / "api" / "schema.ts").read_text(encoding="utf-8")
    assert (tmp_path / "schema.ts").read_text(encoding="utf-8") == kept, "run ./scripts/generate-page-types"
