"""A wheel built from the tree, installed in an empty environment with the lock of serving, serves the release.

The environment holds nothing but the packages that requirements/serve.txt names, linked from the one that runs the
tests (they are the same versions, see test_locks): so the test needs no network.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import venv
import zipfile
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

import httpx2
import pytest
from packaging.requirements import Requirement

from support.dependencies import closure

START_LIMIT_S = 60


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=root, check=True, capture_output=True, timeout=120)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def environment(root: Path, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment with the wheel and what the lock of serving names."""
    names = re.findall(r"^([\w.-]+)==", (root / "requirements/serve.txt").read_text(), re.MULTILINE)
    return install(tmp_path_factory.mktemp("environment"), names, f"{wheel}[serve]")


@pytest.fixture(scope="module")
def workstation(root: Path, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment with the wheel and what it asks for without any extra."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    names = closure(map(Requirement, project["dependencies"]))
    return install(tmp_path_factory.mktemp("workstation"), names, str(wheel))


def install(folder: Path, names: Iterable[str], wheel: str) -> Path:
    """An environment with the distributions of those names and a wheel; its bin folder."""
    venv.create(folder, symlinks=True)
    (site_packages,) = folder.glob("lib/python*/site-packages")
    for name in names:
        with contextlib.suppress(metadata.PackageNotFoundError):  # locked for another platform
            link_distribution(metadata.distribution(name), site_packages)
    # --no-index, but not --no-deps: whatever the wheel asks for and is not there is an error.
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin/python")]
    command = [*pip, "install", "--no-index", wheel]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return folder / "bin"


def link_distribution(distribution: metadata.Distribution, site_packages: Path) -> None:
    for file in distribution.files or ():
        source = Path(str(distribution.locate_file(file)))
        if ".." in file.parts or not source.is_file():
            continue
        target = site_packages / file
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source, target)
        except OSError:  # another file system
            shutil.copyfile(source, target)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    path = tmp_path / "home"
    path.mkdir()
    return path


@pytest.fixture
def bare(home: Path) -> dict[str, str]:
    """The environment variables of a plain login: without CI, which would hide ONNX Runtime's telemetry."""
    return {"PATH": "/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8"}


@contextlib.contextmanager
def serving(environment: Path, bare: dict[str, str], data_dir: Path) -> Iterator[str]:
    """The service of the wheel on a free port, until the block ends; its address."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [str(environment / "parcelray"), "serve", "--port", str(port), "--data-dir", str(data_dir)]
    with (
        (data_dir / "serve.log").open("w+") as log,
        subprocess.Popen(command, env=bare, cwd=data_dir, stdout=log, stderr=log) as process,
    ):
        try:
            address = f"http://127.0.0.1:{port}"
            wait_until_ready(address, process, data_dir / "serve.log")
            yield address
        finally:
            process.terminate()
            assert process.wait(timeout=30) == 0


def wait_until_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(httpx2.TransportError):
            if httpx2.get(f"{address}/readyz").status_code == 200:
                return
        time.sleep(0.1)
    pytest.fail(f"the service did not get ready:\n{log.read_text()}")


def test_holds_each_room_and_what_it_ships(wheel: Path, root: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    tops = {name.split("/")[0] for name in names}
    assert tops == {"parcelray", f"{wheel.name.split('-py3')[0]}.dist-info"}
    for room in ("models", "datasets", "training", "serving", "scripts"):
        sources = {str(path.relative_to(root / room)) for path in (root / room / "parcelray").rglob("*.py")}
        assert sources <= names
    shipped = {str(Path("parcelray") / path.relative_to(root)) for path in root.glob("models/releases/*/*")}
    shipped |= {str(Path("parcelray") / path.relative_to(root)) for path in root.glob("training/recipes/*.toml")}
    assert shipped
    assert shipped <= names
    page = {path.relative_to(root / "serving/web/dist") for path in root.glob("serving/web/dist/**/*.*")}
    assert Path("index.html") in page
    assert {str(Path("parcelray/serving/page_files") / path) for path in page} <= names


def test_serves_the_release(root: Path, environment: Path, bare: dict[str, str], home: Path, tmp_path: Path) -> None:
    release = max(path.name for path in root.glob("models/releases/[0-9]*"))
    samples = sorted(path for path in root.glob("datasets/samples/**/*") if path.suffix in {".png", ".jpg"})
    assert subprocess.run([environment / "python", "-c", "import torch"], capture_output=True, check=False).returncode

    key = subprocess.run(
        [environment / "parcelray", "keys", "create", "belt-1", "--data-dir", tmp_path],
        env=bare, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True,
    ).stdout.strip()  # fmt: skip
    with serving(environment, bare, tmp_path) as address:
        answers = [
            httpx2.post(
                f"{address}/v1/detect", headers={"X-API-Key": key}, files={"view": path.read_bytes()}, timeout=30
            )
            for path in samples
        ]
        page = httpx2.get(address)
        assets = [httpx2.get(f"{address}{asset}") for asset in re.findall(r'"(/assets/[^"]+)"', page.text)]
    assert [answer.status_code for answer in answers] == [200] * len(samples)
    assert {answer.json()["model"]["version"] for answer in answers} == {release}
    assert any(view["detections"] for answer in answers for view in answer.json()["views"])
    assert page.status_code == 200
    assert {asset.status_code for asset in assets} == {200}
    # Nothing was left behind in the home folder: neither telemetry nor a cache.
    assert list(home.rglob("*")) == []


def test_evaluates_without_torch(root: Path, environment: Path, bare: dict[str, str], tmp_path: Path) -> None:
    (truth,) = root.glob("datasets/samples/*.json")
    result = subprocess.run(
        [environment / "parcelray", "evaluate", "--images", truth.parent, "--truth", truth, "--json", "-"],
        env=bare, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)


def test_a_workstation_installs_little_and_watches(workstation: Path, bare: dict[str, str], tmp_path: Path) -> None:
    def run(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, env=bare, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
        )  # fmt: skip

    python, parcelray = str(workstation / "python"), str(workstation / "parcelray")
    absent = "numpy cv2 onnxruntime PIL fastapi sqlalchemy"
    found = run(python, "-c", f"import importlib.util as u; print([n for n in '{absent}'.split() if u.find_spec(n)])")
    assert found.stdout == "[]\n"
    assert (
        run(python, "-W", "error", "-c", "import parcelray.client.client, parcelray.client.async_client").stderr == ""
    )
    assert "--key-file" in run(parcelray, "watch", "--help").stdout
    (tmp_path / "drop").mkdir()
    away = run(
        parcelray, "watch", "drop", "--server", "http://127.0.0.1:9", "--key", "prk_x", "--once", "--deadline", "1"
    )
    assert "Traceback" not in away.stderr
    for command in ("serve", "detect x.png", "train recipe.toml"):
        refused = run(parcelray, *command.split())
        extra = "train" if "train" in command else "serve"
        assert refused.returncode == 2
        assert refused.stderr.count("\n") == 1
        assert f"pip install 'parcelray[{extra}]'" in refused.stderr
