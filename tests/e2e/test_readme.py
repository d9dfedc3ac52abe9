"""The README's commands, pasted, against the real service with the shipped release."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PYTHON = f"{sys.executable} -c 'from parcelray.scripts.main import main; main()'"


def pasted(line: str, url: str, data: Path) -> str:
    """A line of the README, with this test's service and data folder in place of the usual ones."""
    line = line.replace("http://127.0.0.1:8080", url).replace(".venv/bin/parcelray", PYTHON)
    return re.sub(r"(keys create [\w-]+)", rf"\1 --data-dir {data}", line)


def lines_with(word: str) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if word in line]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address and the data folder of a service with the newest release, started without a terminal."""
    data = tmp_path_factory.mktemp("data")
    command = [sys.executable, "-c", "from parcelray.scripts.main import main; main()"]
    with subprocess.Popen(
        [*command, "serve", "--port", "0", "--data-dir", str(data)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        greeting = process.stdout.readline()
        found = re.search(r"http://\S+", greeting)
        assert found, greeting
        assert "release 0001" in greeting
        assert "keys create" in process.stdout.readline()
        yield found.group(), data
        process.send_signal(signal.SIGTERM)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_curl_lines_return_boxes(service: tuple[str, Path]) -> None:
    url, data = service
    (make_key,) = lines_with("keys create my-scanner")
    calls = lines_with("curl ")
    assert len(calls) == 2
    script = "\n".join(["set -euo pipefail", *(f"{pasted(line, url, data)}; echo" for line in [make_key, *calls])])
    done = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert len(answers) == 2
    for answer in answers:
        assert (answer["model"]["name"], answer["model"]["version"]) == ("parcelray", "0001")
        (view,) = answer["views"]
        assert any(found["group"] == "firearm" for found in view["detections"])
    assert "air_level_guessed" in [warning["code"] for warning in answers[1]["views"][0]["warnings"]]


def test_what_it_names_exists() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
    for sample in re.findall(r"@(\S+?)[ \n]", README):
        assert (ROOT / sample).is_file(), sample
