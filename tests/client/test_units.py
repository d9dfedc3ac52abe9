"""The units for systemd start commands that exist, with options that exist, and shut what is not needed."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from parcelray.scripts.main import app

UNITS = Path(__file__).parents[2] / "scripts" / "systemd"


@pytest.mark.parametrize(("name", "command"), [("parcelray", "serve"), ("parcelray-watch", "watch")])
def test_a_unit_starts_a_command_that_exists(name: str, command: str, tmp_path: Path) -> None:
    text = (UNITS / f"{name}.service").read_text()
    (line,) = re.findall(r"^ExecStart=(.*)$", text, flags=re.MULTILINE)
    program, found, *rest = shlex.split(line)
    assert (Path(program).name, found) == ("parcelray", command)
    said = CliRunner().invoke(app, [command, "--help"]).stdout
    assert [option for option in rest if option.startswith("--") and option not in said] == []
    for shut in ("ProtectSystem=strict", "NoNewPrivileges=yes", "CapabilityBoundingSet=", "ProtectHome=yes"):
        assert f"{shut}\n" in text
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not installed")
    # It would look for the program.
    (tmp_path / f"{name}.service").write_text(text.replace(program, "/bin/true"))
    verify = ["systemd-analyze", "verify", str(tmp_path / f"{name}.service")]
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
