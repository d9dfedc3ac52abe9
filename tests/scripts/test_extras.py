from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from parcelray.models.errors import SetupError
from parcelray.scripts.extras import missing_of, needs_extra

# The same Python without the packages of an extra: neither their modules nor their metadata are there.
WITHOUT = """
import sys
from importlib import metadata
gone = set(sys.argv.pop(1).split(","))
modules = {module for module, names in metadata.packages_distributions().items() if gone & set(names)}
sys.modules.update(dict.fromkeys(modules))
found = metadata.distribution
def distribution(name):
    if name in gone:
        raise metadata.PackageNotFoundError(name)
    return found(name)
metadata.distribution = distribution
from parcelray.scripts.main import main
main()
"""


def names_of(extra: str) -> set[str]:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    names = {Requirement(line).name for line in project["optional-dependencies"][extra]}
    return names - {"parcelray"}


def of_the_bare_installation(name: str = "parcelray", seen: frozenset[str] = frozenset()) -> frozenset[str]:
    """What an installation without extras brings: typer, for one, brings pydantic."""
    seen |= {canonicalize_name(name)}
    for requirement in map(Requirement, metadata.requires(name) or ()):
        wanted = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if wanted and canonicalize_name(requirement.name) not in seen:
            seen = of_the_bare_installation(requirement.name, seen)
    return seen


def hide(monkeypatch: pytest.MonkeyPatch, names: set[str]) -> None:
    found = metadata.distribution

    def distribution(name: str) -> metadata.Distribution:
        if name in names:
            raise metadata.PackageNotFoundError(name)
        return found(name)

    monkeypatch.setattr(metadata, "distribution", distribution)


def test_an_extra_is_what_the_project_says(monkeypatch: pytest.MonkeyPatch) -> None:
    assert missing_of("serve") == missing_of("train") == ()
    hide(monkeypatch, names_of("serve") | names_of("train"))
    assert set(missing_of("serve")) == names_of("serve")
    # An extra within an extra is part of it.
    assert set(missing_of("train")) == names_of("serve") | names_of("train")


def test_a_module_that_is_missing_while_the_extra_is_there_keeps_its_trace() -> None:
    with pytest.raises(ModuleNotFoundError, match="no_such_module"), needs_extra("serve"):
        import no_such_module  # noqa: F401


def test_says_which_extra_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    hide(monkeypatch, {"torch"})
    with pytest.raises(SetupError) as raised, needs_extra("train"):
        import no_such_module  # noqa: F401
    assert str(raised.value) == (
        "this command needs no_such_module, which is not installed: pip install 'parcelray[train]'"
    )


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        (["serve"], "serve"),
        (["settings"], "serve"),
        (["settings", "--markdown"], "serve"),
        (["keys", "create", "belt-1"], "serve"),
        (["keys", "list"], "serve"),
        (["data", "import", "coco", ".", "--out", "x"], "serve"),
        (["detect", "scan.png"], "serve"),
        (["evaluate", "--images", ".", "--truth", "truth.json"], "serve"),
        (["train", "recipe.toml"], "train"),
        (["export", "run"], "train"),
    ],
)
def test_a_bare_installation_says_what_a_command_needs(tmp_path: Path, command: list[str], extra: str) -> None:
    gone = ",".join(names_of(extra) - of_the_bare_installation())
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, gone, *command], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.returncode == 2, done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("parcelray: this command needs ")
    assert line.endswith(f"which is not installed: pip install 'parcelray[{extra}]'")
