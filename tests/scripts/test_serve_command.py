from __future__ import annotations

import os
import pty
import re
import shutil
import socket
import subprocess
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest
from typer.testing import CliRunner

from parcelray.models.package import NETWORK
from parcelray.scripts.main import app
from parcelray.scripts.serve import FIRST_KEY
from parcelray.serving.people.accounts import Accounts
from parcelray.serving.people.roles import Role
from parcelray.serving.security.keys import KeyRing, Scope
from parcelray.serving.store.store import open_database
from support.people import HOST


def keys_in(data_dir: Path) -> list[str]:
    with closing(open_database(data_dir, None)) as database:
        return [key.name for key in KeyRing(database).all()]


def make_key(data_dir: Path) -> None:
    with closing(open_database(data_dir, None)) as database:
        KeyRing(database).create("belt-1", Scope.WORKSTATION, HOST)


def refused(*arguments: object, **environment: str) -> str:
    """The one line with which ``parcelray serve`` refuses to start."""
    done = CliRunner().invoke(app, ["serve", *map(str, arguments)], env=environment)
    assert done.exit_code == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    return line


def test_without_a_terminal_it_says_how_to_make_a_key_and_an_account(serve: Callable[..., Any], tmp_path: Path) -> None:
    folder = tmp_path / "a folder"
    service = serve(data_dir=folder, lines=3)
    assert re.fullmatch(
        r"parcelray serves model tiny 0000 on http://127\.0\.0\.1:\d+ \(Ctrl\+C stops it\)", service.greeting[0]
    )
    assert service.greeting[1] == f"There is no key yet. To make one: parcelray keys create NAME --data-dir '{folder}'"
    assert service.greeting[2] == (
        "There is no account yet. To make the first admin's: "
        f"parcelray users add NAME --role admin --data-dir '{folder}'"
    )
    assert keys_in(folder) == []


def test_with_a_key_and_an_account_it_says_no_more_than_the_address(serve: Callable[..., Any], tmp_path: Path) -> None:
    make_key(tmp_path / "data")
    with closing(open_database(tmp_path / "data", None)) as database:
        Accounts(database).add("anna", Role.ADMIN, HOST)
    service = serve()
    service.process.terminate()
    assert service.process.stdout.read() == ""


def test_on_a_terminal_the_first_start_makes_a_key_and_shows_it_once(
    parcelray: list[str], tiny_package: Path, tmp_path: Path
) -> None:
    def start(until: str) -> str:
        ours, theirs = pty.openpty()
        command = [*parcelray, "serve", "--port", "0", "--data-dir", str(tmp_path), "--model", str(tiny_package)]
        environment = {**os.environ, "PARCELRAY_ACCEPT_UNSIGNED": "tiny 0000"}
        with subprocess.Popen(command, stdout=theirs, stderr=subprocess.PIPE, env=environment) as process:
            os.close(theirs)
            said = b""
            while until.encode() not in said or not said.endswith(b"\n"):
                said += os.read(ours, 4096)
            url = re.search(r"http://\S+", said.decode()).group()
            if b"Key for" in said:
                key = re.search(r"prk_\S+", said.decode()).group()
                assert httpx2.get(f"{url}/v1/scans", headers={"X-API-Key": key}).status_code == 200
            process.terminate()
            assert process.wait(20) == 0
            # A terminal that nobody writes to any more answers with an error.
            with suppress(OSError):
                while True:
                    said += os.read(ours, 4096)
        os.close(ours)
        return said.decode()

    first = start(until="users add NAME --role admin")
    assert "Key for the header X-API-Key, shown this once: prk_" in first
    assert keys_in(tmp_path) == [FIRST_KEY]
    again = start(until="parcelray serves")
    assert "Key for" not in again


def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        line = refused("--port", port, "--data-dir", tmp_path)
    expected = "expected a free port (--port), got one that another program listens on"
    assert line == f"parcelray: address http://127.0.0.1:{port}: {expected}"


def test_a_host_that_is_not_ours_is_one_line(tmp_path: Path) -> None:
    line = refused("--host", "192.0.2.1", "--port", 0, "--data-dir", tmp_path)
    assert "expected an address of this machine (--host)" in line


def test_a_data_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    line = refused("--data-dir", tmp_path / "file" / "data")
    assert "expected one that can be written" in line
    assert "--data-dir" in line


@pytest.mark.parametrize("fault", ["flipped byte", "no folder", "no network"])
def test_a_package_that_is_not_whole_is_one_line(tiny_package: Path, tmp_path: Path, fault: str) -> None:
    folder = tmp_path / "package"
    says = "expected a folder with manifest.json, found none"
    if fault != "no folder":
        shutil.copytree(tiny_package, folder)
        network = bytearray((folder / NETWORK).read_bytes())
        (folder / NETWORK).unlink()
        says = "model.onnx is missing"
        if fault == "flipped byte":
            network[len(network) // 2] ^= 1
            (folder / NETWORK).write_bytes(network)
            says = "model.onnx was altered: expected sha256"
    assert says in refused("--data-dir", tmp_path / "data", "--model", folder)


def test_a_network_that_cannot_be_loaded_is_one_line(
    parcelray: list[str], make_package: Callable[[bytes], Path], tmp_path: Path
) -> None:
    # In a process of its own: this one is noticed only when the service has begun to run.
    command = [
        *parcelray,
        "serve",
        "--port",
        "0",
        "--data-dir",
        str(tmp_path),
        "--model",
        str(make_package(b"no graph")),
    ]
    environment = {**os.environ, "PARCELRAY_ACCEPT_UNSIGNED": "tiny 0000"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, env=environment)
    assert done.returncode == 2
    assert done.stdout == ""
    warning, line = done.stderr.splitlines()
    assert "unsigned model accepted" in warning
    assert "the network cannot be loaded" in line


def test_a_setting_that_cannot_be_is_one_line(tmp_path: Path) -> None:
    assert "--port: expected less than or equal to 65535, got 70000" in refused("--port", 70000)
    line = refused("--data-dir", tmp_path, PARCELRAY_MAX_WAITING="-1")
    assert line == "parcelray: PARCELRAY_MAX_WAITING: expected greater than or equal to 0, got '-1'"


def test_settings_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "parcelray.toml"
    file.write_text("port = 70000")
    line = f"parcelray: {file}: port: expected less than or equal to 65535, got 70000"
    assert refused("--config", file) == line
    assert refused(PARCELRAY_CONFIG=str(file)) == line
    assert refused("--config", file, "--port", -1).startswith("parcelray: --port: ")


def test_a_password_is_never_an_option() -> None:
    help_text = CliRunner().invoke(app, ["serve", "--help"], env={"COLUMNS": "200"}).stdout
    assert "PARCELRAY_DATABASE_URL_FILE" in help_text
    assert "--database-url" not in help_text
