"""Serving, and every command until it is called, come without torch: seen by what Python has really imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROBE = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print("\\n".join(sorted({name.partition(".")[0] for name in sys.modules})))
"""
ONLY_FOR_TRAINING = {"torch", "torchvision", "albumentations", "onnx", "onnxscript", "safetensors", "pycocotools"}
ONLY_WHEN_CALLED = {"numpy", "cv2", "onnxruntime", "fastapi", "uvicorn"}


def packages_imported_with(*modules: str) -> set[str]:
    """The top-level packages that a fresh Python holds after importing the modules."""
    result = subprocess.run(
        [sys.executable, "-c", PROBE, *modules], capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 0, result.stderr
    return set(result.stdout.split())


@pytest.mark.parametrize(
    "module",
    [
        "parcelray.serving.app",
        "parcelray.scripts.main",
        "parcelray.models.detector",
        "parcelray.training.evaluation.results",
    ],
)
def test_comes_without_torch(module: str) -> None:
    assert packages_imported_with(module) & ONLY_FOR_TRAINING == set()


def test_commands_import_what_they_need_when_called(root: Path) -> None:
    commands = [f"parcelray.scripts.{path.stem}" for path in (root / "scripts/parcelray/scripts").glob("*.py")]
    assert "parcelray.scripts.main" in commands
    assert packages_imported_with(*commands) & (ONLY_FOR_TRAINING | ONLY_WHEN_CALLED) == set()
