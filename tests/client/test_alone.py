"""A workstation installs httpx2, rich and typer, no more, and need not be a POSIX one."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "serving" / "parcelray" / "client"
MODULES = sorted(".".join(path.relative_to(ROOT / "serving").with_suffix("").parts) for path in CLIENT.rglob("*.py"))
# Stands for a machine that has nothing else: whoever asks for more is told so.
ALONE = """
import sys
posix = {"fcntl", "pwd", "grp", "resource", "termios", "pty", "tty"}
allowed = set(sys.stdlib_module_names) - posix | set(sys.argv[1].split())
names = sys.argv[2].split()

class Refuse:
    def find_spec(self, name, path=None, target=None):
        top = name.split(".")[0]
        if top == "parcelray":
            room = name.split(".")[1:2]
            if room in (["datasets"], ["serving"], ["training"]) or name == "parcelray.models.package":
                raise ModuleNotFoundError(name)
        elif top not in allowed and not top.startswith("_sysconfigdata"):
            raise ModuleNotFoundError(name, name=name)

sys.meta_path.insert(0, Refuse())
import importlib
for name in names:
    importlib.import_module(name)
"""
HTTPX2 = "httpx2 httpcore2 h11 anyio idna certifi truststore typing_extensions sniffio"
# typer brings pydantic.
TYPER = "typer click shellingham annotated_doc pydantic pydantic_core annotated_types typing_inspection"
COMMAND_LINE = f"{HTTPX2} {TYPER} rich pygments markdown_it mdurl colorama"


@pytest.mark.parametrize(
    ("allowed", "modules"),
    [(HTTPX2, MODULES), (COMMAND_LINE, ["parcelray.scripts.main", "parcelray.client.watch.run"])],
    ids=["the client", "the command line"],
)
def test_nothing_else_is_imported(allowed: str, modules: list[str]) -> None:
    assert len(MODULES) > 20 or allowed != HTTPX2
    done = subprocess.run(
        [sys.executable, "-c", ALONE, allowed, " ".join(modules)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_watch_command_runs_alone(tmp_path: Path) -> None:
    run = "\nfrom parcelray.scripts.main import main\nsys.argv = ['parcelray', 'watch', *sys.argv[3:]]\nmain()"
    options = [str(tmp_path), "--server", "http://127.0.0.1:9", "--key", "key", "--once"]
    done = subprocess.run(
        [sys.executable, "-c", ALONE + run, COMMAND_LINE, "", *options], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_no_call_is_posix_only() -> None:
    # What os and signal have on Windows too is fine; these are not there.
    posix_only = re.compile(
        r"\b(fcntl|resource|pwd|grp)\b|os\.(fork|kill|getuid|geteuid|chown|mkfifo|setsid|posix_fallocate|sync)\b"
        r"|signal\.(SIGKILL|SIGHUP|SIGUSR|SIGALRM|pause|alarm)|AF_UNIX|O_DIRECTORY"
    )
    for path in CLIENT.rglob("*.py"):
        assert not posix_only.search(path.read_text(encoding="utf-8")), path
