"""``parcelray watch`` as it is called: its options, its key, its exit codes, what it shows."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from parcelray.scripts.main import app
from parcelray.serving.security.keys import KeyRing, Scope
from parcelray.serving.store.store import open_database
from support.people import HOST
from support.pictures import encoded, scan_pixels
from support.service import Service

KEY = "prk_not-to-be-seen"
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "in"
    path.mkdir()
    return path


@pytest.fixture
def key(tmp_path: Path) -> str:
    (tmp_path / "data").mkdir(mode=0o700)
    with closing(open_database(tmp_path / "data", None)) as database:
        return KeyRing(database).create("belt-1", Scope.WORKSTATION, HOST)


def run(*arguments: object, **environment: str) -> Any:
    return CliRunner().invoke(app, ["watch", *map(str, arguments)], env={"PARCELRAY_KEY": "", **environment})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "key of this workstation: expected one of --key-file, PARCELRAY_KEY in the environment, --key, got none"),
        (["--key", KEY, "--key-file", "{folder}"], "--key and --key-file: expected one of them, got both"),
        (["--key-file", "{folder}/no"], "no: expected a file that can be read, got No such file or directory"),
        (["--key", f"{KEY} {KEY}"], "key: expected visible ASCII characters without blanks, got 37 characters"),
        (
            ["--key", KEY, "--consignment", "("],
            "expected a regular expression with a group (?P<consignment>…), got '('",
        ),
        (["--key", KEY, "--consignment", "[A-Z]+"], "with a group (?P<consignment>…), got '[A-Z]+'"),
        (["--key", KEY, "--ca-file", "{folder}/no"], "expected a file with certificates in PEM form"),
        (["--key", KEY, "--server", "hub"], "address of the service: expected an address such as"),
    ],
)
def test_what_cannot_be_used_is_one_line(folder: Path, options: list[str], message: str) -> None:
    given = [option.format(folder=folder) if "{folder}" in option else option for option in options]
    done = run(folder, "--server", NOWHERE, *given)
    assert done.exit_code == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert message in line
    assert KEY not in line


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    done = run(tmp_path / "no", "--server", NOWHERE, "--key", KEY)
    assert done.exit_code == 2
    assert "no: expected a folder to watch" in done.stderr


def test_the_help_says_who_can_read_a_key_on_a_command_line() -> None:
    said = " ".join(run("--help").stdout.replace("│", " ").split())
    assert "Others on this machine can read it in the list of processes" in said
    assert "PARCELRAY_KEY" in said


def test_once_tells_by_its_exit_code_whether_all_was_screened(
    serve: Callable[..., Service], folder: Path, key: str, tmp_path: Path
) -> None:
    service = serve()
    # As Windows' editor writes it.
    (tmp_path / "key").write_text(f"\ufeff{key}\r\n", encoding="utf-8")
    (folder / "a.png").write_bytes(encoded(scan_pixels()))
    options = (folder, "--server", service.url, "--once", "--settle", "0.1", "--poll", "0.05")
    done = run(*options, "--key-file", tmp_path / "key", "--scanner-id", "s-1")
    assert (done.exit_code, done.stdout) == (0, "a.png: pistol 0.90\n")
    assert done.stderr == f"parcelray watches {folder} and sends to {service.url} (Ctrl+C stops it)\n"
    assert json.loads((folder / "a.png.json").read_text())["answer"]["scanner_id"] == "s-1"
    (folder / "b.png").write_bytes(b"no picture")
    done = run(*options, PARCELRAY_KEY=key)
    assert done.exit_code == 1
    assert done.stdout.startswith("NOT SCREENED b.png: ")
    assert key not in done.output
    (folder / "c.png").write_bytes(encoded(scan_pixels(seed=1)))
    done = run(*options, "--key", KEY, "--deadline", "1")
    assert done.exit_code == 1
    assert "NOT SCREENED c.png: the service refuses the key" in done.stdout
    assert KEY not in done.output


def test_on_a_terminal_a_line_shows_how_things_stand(parcelray: list[str], folder: Path) -> None:
    (folder / "a[red].png").write_bytes(encoded(scan_pixels()))
    ours, theirs = pty.openpty()
    quick = ["--once", "--deadline", "1", "--settle", "0.1", "--poll", "0.05"]
    command = [*parcelray, "watch", str(folder), "--server", NOWHERE, *quick]
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "150", "PARCELRAY_KEY": KEY}
    done = subprocess.run(command, stdout=theirs, stderr=theirs, env=environment, timeout=30, check=False)
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:
        """Linux says so when the other end is closed and all is read."""
    finally:
        os.close(ours)
    assert done.returncode == 1
    text = shown.decode()
    assert "1 to do" in text
    assert "NOT SCREENED a[red].png: the service cannot be reached" in text
    assert KEY not in text
