"""Who may import whom: the contracts in pyproject.toml are kept, and each would be noticed if it were not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOMS = ("models", "datasets", "training", "serving", "scripts")


def lint_imports(checkout: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run import-linter over a checkout, and over nothing else: -S leaves out the editable install of this one."""
    paths = [str(checkout / room) for room in ROOMS] + [sysconfig.get_path("purelib")]
    command = (
        "import sys; from importlinter.cli import lint_imports_command as run; sys.argv[0] = 'lint-imports'; run()"
    )
    return subprocess.run(
        [sys.executable, "-S", "-c", command, "--no-cache", "--no-logo", *options],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_contracts_are_kept(root: Path) -> None:
    result = lint_imports(root)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        pytest.param("models/decode", "import parcelray.datasets.coco", "rooms", id="models-know-nobody"),
        pytest.param("datasets/coco", "import parcelray.serving.app", "rooms", id="datasets-know-models-only"),
        pytest.param("serving/app", "import parcelray.training.config", "rooms", id="serving-not-training"),
        pytest.param("training/config", "import parcelray.serving.app", "rooms", id="training-not-serving"),
        pytest.param("serving/app", "import torch", "serving-without-torch", id="serving-torch"),
        pytest.param("models/decode", "import torchvision", "serving-without-torch", id="serving-torch-indirectly"),
        pytest.param("models/decode", "import torch", "detecting-without-torch", id="detecting-torch"),
        pytest.param(
            "training/evaluation/judging",
            "import parcelray.models.nets.yolox",
            "detecting-without-torch",
            id="evaluate",
        ),
        pytest.param("scripts/main", "import torch", "torch-in-few-places", id="torch-anywhere"),
        pytest.param("serving/app", "import onnxruntime", "one-door-to-onnxruntime", id="onnxruntime-anywhere"),
        pytest.param("client/client", "import parcelray.models.errors", "client-alone", id="client-knows-no-room"),
        pytest.param("client/client", "import numpy", "client-alone", id="client-is-light"),
        pytest.param("client/client", "import parcelray.serving.app", "rooms", id="client-not-serving"),
    ],
)
def test_breaking_a_contract_is_noticed(root: Path, tmp_path: Path, module: str, line: str, contract: str) -> None:
    shutil.copy(root / "pyproject.toml", tmp_path)
    for room in ROOMS:
        shutil.copytree(
            root / room / "parcelray", tmp_path / room / "parcelray", ignore=shutil.ignore_patterns("*.pyc")
        )
    (path,) = tmp_path.glob(f"*/parcelray/{module}.py")
    path.write_text(f"{path.read_text()}\n\ndef late() -> None:\n    {line}\n")
    result = lint_imports(tmp_path, "--contract", contract)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "BROKEN" in result.stdout


def test_the_namespace_has_no_init(root: Path) -> None:
    assert [path for room in ROOMS for path in (root / room / "parcelray").glob("__init__.py")] == []
