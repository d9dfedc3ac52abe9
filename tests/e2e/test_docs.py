"""Every example in README.md and docs/ is run, in order, against a real service with the shipped release.

CONTRIBUTING.md says what whoever writes an example has to know.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from parcelray.models.package import ModelPackage
from parcelray.models.store import release_folder
from parcelray.serving.problems import KINDS
from parcelray.serving.security.keys import KeyRing, Scope
from parcelray.serving.store.store import open_database
from support.people import HOST
from support.service import PARCELRAY, Service

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# Its commands need scans that are not in the repository: it is looked at whether they could be run.
FOR_THOSE_WHO_HAVE_THE_SCANS = "benchmarks.md"
USUAL_URL = "http://127.0.0.1:8080"
TIMEOUT_S = 120
# What is in the answer to something that is refused, and in one about a view that cannot be read.
PROBLEM = "urn:parcelray:problem:"
# What a program prints, or a piece of something; a unit of systemd.
NO_EXAMPLES = ("text", "ini")
LABELS = frozenset(ModelPackage.open(release_folder()).manifest.labels)

BLOCK = re.compile(
    r"^(?:<!-- not run: (?P<why>[^\n]+) -->\n+)?(?P<indent> *)```(?P<language>\w*)\n(?P<text>.*?)^(?P=indent)```$",
    re.DOTALL | re.MULTILINE,
)


# Asks many commands for their help in one process, for most import torch; says all texts, or what failed first.
HELPS = """
import contextlib, io, json, runpy, sys
from pathlib import Path
from parcelray.scripts.main import main

def told(command):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        try:
            sys.argv = [*command, "--help"]
            if command[0] == "parcelray":
                main()
            else:
                sys.path.insert(0, str(Path(command[0]).parent))
                runpy.run_path(command[0], run_name="__main__")
        except SystemExit as ended:
            if ended.code:
                sys.exit(f"{command}: {ended.code}")
    return said.getvalue()

print(json.dumps([told(command) for command in json.loads(sys.argv[1])]))
"""


@dataclass(frozen=True)
class Block:
    """A fenced block of a document that is to be run.

    Attributes:
        language: as the document names it.
        text: what is inside.
        line: where it begins.
    """

    language: str
    text: str
    line: int


def examples_of(document: Path) -> list[Block]:
    """The blocks that are to be run, of all languages but those of which nothing can be."""
    text = document.read_text(encoding="utf-8")
    return [
        Block(found["language"], found["text"], text.count("\n", 0, found.start("language")) + 1)
        for found in BLOCK.finditer(text)
        if found["why"] is None and found["language"] not in NO_EXAMPLES
    ]


def script_of(examples: list[Block], url: str, scratch: Path) -> str:
    """Runs all examples in one shell: what one sets, the next one has. Each writes into files of its own."""
    steps = ["set -eu"]
    for number, block in enumerate(examples):
        file = scratch / f"{number}.{block.language}"
        file.write_text(block.text.replace(USUAL_URL, url), encoding="utf-8")
        steps.append(f"exec >{scratch}/{number}.out 2>{scratch}/{number}.err")
        match block.language:
            case "sh":
                steps.append(file.read_text(encoding="utf-8"))
            case "python":
                steps.append(f"{sys.executable} {file}")
            case "toml":
                steps.append(f"parcelray settings --config {file}")
            case "json":
                """Compared with what was answered before, when all has been run."""
            case other:
                raise AssertionError(f"line {block.line}: a block of {other!r} is neither run nor explained")
    return "\n".join([*steps, f"touch {scratch}/done"])


def answers_in(output: str) -> Iterator[Any]:
    """The JSON documents that commands printed, whatever else they said: each begins a line."""
    end = 0
    for begin in re.finditer(r"^[{\[]", output, re.MULTILINE):
        if begin.start() >= end:
            with suppress(ValueError):
                answer, end = json.JSONDecoder().raw_decode(output, begin.start())
                yield answer


def differences(shown: Any, real: Any, path: str = "$") -> Iterator[str]:
    """Where the shape of an answer is not as a document shows it: names and types of values; of lists, the first."""
    match shown, real:
        case dict(), dict():
            names = shown.keys() | real.keys()
            if names <= LABELS:
                # One label stands for all that the model has.
                names = shown.keys() & real.keys()
            for name in sorted(names):
                if name not in real:
                    yield f"{path}.{name} is shown, but not answered"
                elif name not in shown:
                    yield f"{path}.{name} is answered, but not shown"
                else:
                    yield from differences(shown[name], real[name], f"{path}.{name}")
        case list(), list():
            if shown and real:
                yield from differences(shown[0], real[0], f"{path}[0]")
            elif shown or real:
                yield f"{path} is shown with {len(shown)} and answered with {len(real)} members"
        case (int() | float()) as one, (int() | float()) as other if isinstance(one, bool) is isinstance(other, bool):
            """Numbers; 1 and 1.0 are one in JSON."""
        case _ if type(shown) is not type(real):
            yield f"{path} is shown as {shown!r} and answered as {real!r}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What looks like a checkout in which ./scripts/run was called, with a place for what the examples write."""
    folder = tmp_path / "checkout"
    programs = folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    for entry in ROOT.iterdir():
        if entry.name not in (".git", ".venv", "runs", "data", "overlays"):
            (folder / entry.name).symlink_to(entry)
    program = programs / "parcelray"
    program.write_text(f'#!/bin/sh\nexec {shlex.join(PARCELRAY)} "$@"\n')
    program.chmod(0o755)
    return folder


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A service as the examples take it for granted: with the newest release, and its data where `parcelray` looks."""
    data_dir = tmp_path / "data"
    environment = {"PARCELRAY_DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1"}
    with Service([*PARCELRAY, "serve"], log=tmp_path / "log", environment=environment) as service:
        service.start()
        yield service


@pytest.fixture
def environment(tmp_path: Path, folder: Path, service: Service) -> dict[str, str]:
    """Of the shell: `parcelray` on the path, the service's data, and a workstation's key, as the README makes one."""
    with closing(open_database(tmp_path / "data", None)) as database:
        key = KeyRing(database).create("reader-of-the-docs", Scope.WORKSTATION, HOST)
    # It was shown before, as it will have been.
    httpx2.get(f"{service.url}/v1/scans", headers={"X-API-Key": key}).raise_for_status()
    (tmp_path / "tmp").mkdir()
    return {
        "PARCELRAY_DATA_DIR": str(tmp_path / "data"),
        "PATH": f"{folder / '.venv' / 'bin'}:{os.environ['PATH']}",
        "KEY": key,
        "PARCELRAY_KEY": key,
        "TMPDIR": str(tmp_path / "tmp"),
    }


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize(
    "document",
    [path for path in DOCUMENTS if path.name != FOR_THOSE_WHO_HAVE_THE_SCANS and examples_of(path)],
    ids=lambda path: path.name,
)
def test_every_example_runs(
    document: Path, folder: Path, service: Service, environment: dict[str, str], tmp_path: Path
) -> None:
    examples = examples_of(document)
    scratch = tmp_path / "examples"
    scratch.mkdir()
    (scratch / "script").write_text(script_of(examples, service.url, scratch), encoding="utf-8")
    done = subprocess.run(
        ["bash", str(scratch / "script")], cwd=folder, env={**os.environ, **environment}, timeout=TIMEOUT_S, check=False
    )
    outputs = [path.read_text() for n in range(len(examples)) if (path := scratch / f"{n}.out").exists()]
    last = examples[len(outputs) - 1]
    errors = (scratch / f"{len(outputs) - 1}.err").read_text()
    assert done.returncode == 0, f"line {last.line}: {errors}{outputs[-1]}"
    assert (scratch / "done").exists(), f"line {last.line} ends the shell"
    for number, block in enumerate(examples):
        refused = [answer for answer in answers_in(outputs[number]) if PROBLEM in str(answer)]
        assert not refused or examples[number + 1].language == "json", f"line {block.line}: {refused}"
        if block.language == "json":
            shown = json.loads(block.text)
            found = [list(differences(shown, answer)) for said in outputs[:number] for answer in answers_in(said)]
            assert found, f"line {block.line}: no command before it answered anything"
            assert [] in found, f"line {block.line}: {min(found, key=len)}"


def commands_in(document: Path) -> Iterator[tuple[int, list[str], list[str]]]:
    """Of each line that is a command: where its block begins, the program with what names the command, its options."""
    for block in examples_of(document):
        assert block.language == "sh", f"line {block.line}: expected a command, got {block.language}"
        for line in block.text.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            if not words:
                continue
            if words[0] != "parcelray":
                assert words[0].endswith("/python"), f"line {block.line}: {line}"
                words = words[1:]
                yield block.line, words[:1], [word for word in words[1:] if word.startswith("--")]
            else:
                yield block.line, words[:2], [word for word in words[2:] if word.startswith("--")]


def test_what_cannot_be_run_here_could_be_run_elsewhere() -> None:
    commands = list(commands_in(ROOT / "docs" / FOR_THOSE_WHO_HAVE_THE_SCANS))
    assert commands
    asked = sorted({tuple(command) for _, command, _ in commands})
    told = subprocess.run(
        [sys.executable, "-c", HELPS, json.dumps(asked)],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "400"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    helps = dict(zip(asked, json.loads(told.stdout), strict=True))
    for line, command, options in commands:
        for option in options:
            assert re.search(rf"(?<![\w-]){option}(?![\w-])", helps[tuple(command)]), f"line {line}: {option}"


@pytest.mark.parametrize("document", [ROOT / "CONTRIBUTING.md", *DOCUMENTS], ids=lambda path: path.name)
def test_what_a_document_names_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert (document.parent / target).exists(), target
    for named in re.findall(r"(?<![\w/-])(?:\./)?((?:scripts|tests|datasets|models|serving)/[\w./-]*\w)", text):
        assert list(ROOT.glob(named)), named


def test_the_service_is_described_whole() -> None:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    for kind in KINDS.values():
        assert f"| {kind.status.value} | `{kind.name}` |" in text
    for scope in Scope:
        assert f"`{scope}`" in text


def test_a_block_that_nobody_runs_is_noticed(tmp_path: Path) -> None:
    block, listed = "```{}\nls\n```", "* a\n  ```sh\n  ls\n  ```"
    explained = f"<!-- not run: it needs root -->\n{block.format('sh')}"
    text = "\n".join([block.format(""), explained, block.format("text"), listed])
    document = tmp_path / "document.md"
    document.write_text(text)
    assert [block.line for block in examples_of(document)] == [1, 12]
    with pytest.raises(AssertionError, match="line 1: a block of '' is neither run nor explained"):
        script_of(examples_of(document), "", tmp_path)


@pytest.mark.parametrize(
    ("shown", "real", "says"),
    [
        ({"a": 1, "b": [{"c": None}]}, {"a": 2.5, "b": [{"c": None}, 7]}, []),
        ({"a": 1}, {"a": True}, ["$.a is shown as 1 and answered as True"]),
        ({"a": None}, {"a": "x"}, ["$.a is shown as None and answered as 'x'"]),
        ({"a": 1}, {"b": 1}, ["$.a is shown, but not answered", "$.b is answered, but not shown"]),
        ([], [1], ["$ is shown with 0 and answered with 1 members"]),
        ({"t": {"pistol": 0.1}}, {"t": {"pistol": 0.1, "wiring": 0.2}}, []),
        ({"t": {"pistol": 0.1}}, {"t": {"pistol": "0.1"}}, ["$.t.pistol is shown as 0.1 and answered as '0.1'"]),
    ],
)
def test_another_shape_is_noticed(shown: Any, real: Any, says: list[str]) -> None:
    assert list(differences(shown, real)) == says
