from __future__ import annotations

import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from parcelray.models.errors import BadInputError, OverloadedError, PackageTamperedError
from parcelray.scripts.main import OneLineErrors, app


def test_help_is_quick_and_imports_nothing_heavy() -> None:
    heavy = ("torch", "onnxruntime", "cv2", "numpy", "fastapi", "uvicorn", "albumentations")
    script = (
        "import sys\n"
        "from parcelray.scripts.main import main\n"
        "try:\n    main()\n"
        "finally:\n    print([name for name in sys.modules if name.split('.')[0] in {heavy}], file=sys.stderr)"
    ).replace("{heavy}", repr(heavy))
    done = subprocess.run([sys.executable, "-c", script, "--help"], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    for command in ("serve", "detect", "evaluate", "train", "export", "keys", "users", "data", "revision"):
        assert command in done.stdout


@pytest.mark.parametrize(
    "arguments", [["--help"], ["serve", "--help"], ["keys", "create", "--help"], ["keys", "list", "--help"]]
)
def test_every_command_explains_itself(arguments: list[str]) -> None:
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0
    assert len(done.stdout) > 200


@pytest.mark.parametrize(
    "error",
    [
        BadInputError("scan.png", expected="PNG,\nJPEG or TIFF", got="text"),
        PackageTamperedError("model.onnx was altered"),
        OverloadedError("full", retry_after_s=1),
    ],
)
def test_an_error_of_the_tree_is_one_line_and_exit_code_2(error: Exception) -> None:
    failing = typer.Typer(cls=OneLineErrors)

    @failing.command()
    def fail() -> None:
        raise error

    @failing.command()
    def other() -> None: ...

    done = CliRunner().invoke(failing, ["fail"])
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr == f"parcelray: {' '.join(str(error).split())}\n"


def test_a_fault_of_ours_keeps_its_trace() -> None:
    failing = typer.Typer(cls=OneLineErrors)

    @failing.command()
    def fail() -> None:
        raise ZeroDivisionError

    @failing.command()
    def other() -> None: ...

    assert isinstance(CliRunner().invoke(failing, ["fail"]).exception, ZeroDivisionError)
