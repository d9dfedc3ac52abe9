"""Dependencies: what is imported is asked for, and the locks pin and hash it, name no registry, and are up to date."""

from __future__ import annotations

import ast
import json
import re
import sys
import tomllib
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from support.dependencies import closure

PERMISSIVE = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "ISC", "MIT", "MIT-0"),
    *("CC0-1.0", "(MIT OR CC0-1.0)", "Python-2.0"),
}
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


@dataclass(frozen=True)
class Pin:
    requirement: Requirement
    hashes: int

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> str:
        (specifier,) = self.requirement.specifier
        assert specifier.operator == "==", f"{self.requirement} is not pinned"
        return specifier.version

    @property
    def for_this_machine(self) -> bool:
        return self.requirement.marker is None or self.requirement.marker.evaluate()


def read_lock(path: Path) -> list[Pin]:
    """The pins of a lock; whatever is not a pin with its hashes or a comment fails."""
    lines = [line.split("#", 1)[0] for line in path.read_text().splitlines()]
    pins = []
    for entry in "\n".join(lines).replace("\\\n", " ").splitlines():
        if entry.strip():
            requirement, *rest = re.split(r"\s+(?=--)", entry.strip())
            assert all(HASH.fullmatch(item) for item in rest), f"{path.name}: not only hashes: {entry[:120]}"
            pins.append(Pin(Requirement(requirement), len(rest)))
    return pins


@pytest.fixture(scope="module")
def project(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text())


@pytest.fixture(scope="module")
def locks(root: Path) -> dict[str, list[Pin]]:
    return {name: read_lock(root / "requirements" / f"{name}.txt") for name in ("serve", "dev", "node")}


def stated(project: dict[str, Any], *extras: str) -> list[Requirement]:
    """What pyproject.toml asks for, with the extras that extras name, and what the project is built with."""
    table = project["project"]
    asked = [Requirement(line) for line in table["dependencies"] + project["dependency-groups"]["build"]]
    for extra in extras:
        for requirement in map(Requirement, table["optional-dependencies"][extra]):
            if canonicalize_name(requirement.name) == table["name"]:
                asked += stated(project, *requirement.extras)
            else:
                asked.append(requirement)
    return asked


@pytest.mark.parametrize(("name", "least"), [("serve", 21), ("dev", 21), ("node", 1)])
def test_names_no_host_and_hashes_everything(root: Path, locks: dict[str, list[Pin]], name: str, least: int) -> None:
    text = (root / "requirements" / f"{name}.txt").read_text()
    assert not re.search(r"://|--(extra-)?index-url|--find-links|@ ", text)
    assert len(locks[name]) >= least
    assert [str(pin.requirement) for pin in locks[name] if not pin.hashes or not pin.version] == []


@pytest.mark.parametrize(("name", "extras"), [("serve", ("serve",)), ("dev", ("dev",))])
def test_is_what_the_project_asks_for(
    project: dict[str, Any], locks: dict[str, list[Pin]], name: str, extras: tuple[str, ...]
) -> None:
    pins = {pin.name: pin for pin in locks[name] if pin.for_this_machine}
    asked = stated(project, *extras)
    for requirement in asked:
        pin = pins[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(pin.version), f"{requirement} is asked for, {pin.version} is locked"
    # Nothing missing, and nothing left over from a dependency that has gone.
    assert set(pins) == closure(asked), "run ./scripts/lock"


def test_node_is_what_the_project_asks_for(project: dict[str, Any], locks: dict[str, list[Pin]]) -> None:
    (requirement,) = map(Requirement, project["dependency-groups"]["node"])
    (pin,) = locks["node"]
    assert pin.name == canonicalize_name(requirement.name)
    assert requirement.specifier.contains(pin.version)


def test_the_packages_of_the_page_name_no_host_and_are_hashed(root: Path) -> None:
    text = (root / "serving" / "web" / "package-lock.json").read_text()
    packages = {name: package for name, package in json.loads(text)["packages"].items() if name}
    assert "node_modules/svelte" in packages
    assert [name for name, package in packages.items() if not package["integrity"].startswith("sha512-")] == []
    assert not re.search(r'"resolved"|registry', text)
    # MPL-2.0 covers its own files alone, and nothing of them is served.
    assert {package["license"] for package in packages.values()} <= PERMISSIVE | {"MPL-2.0"}
    served = {package["license"] for package in packages.values() if not package.get("dev")}
    assert served <= PERMISSIVE


def test_serves_what_was_tested(locks: dict[str, list[Pin]]) -> None:
    tested = {str(pin.requirement) for pin in locks["dev"]}
    assert {str(pin.requirement) for pin in locks["serve"]} <= tested


def test_serving_brings_nothing_that_trains(locks: dict[str, list[Pin]]) -> None:
    heavy = re.compile(r"torch|nvidia|cuda|triton|albu|onnx(?!runtime)|safetensors")
    assert [pin.name for pin in locks["serve"] if heavy.match(pin.name)] == []


def test_only_one_opencv(locks: dict[str, list[Pin]]) -> None:
    assert [pin.name for pin in locks["dev"] if "opencv" in pin.name] == ["opencv-python-headless"]


def test_the_tests_run_on_the_locked_versions(locks: dict[str, list[Pin]]) -> None:
    installed = {pin.name: metadata.version(pin.name) for pin in locks["dev"] if pin.for_this_machine}
    assert installed == {pin.name: pin.version for pin in locks["dev"] if pin.for_this_machine}


def test_the_build_backend_is_the_locked_one(project: dict[str, Any]) -> None:
    assert project["build-system"]["requires"] == project["dependency-groups"]["build"]


@pytest.mark.parametrize(
    ("folders", "extras"),
    [
        (("serving/parcelray/client",), ()),
        (("serving/parcelray/serving", "scripts/parcelray"), ("serve",)),
        (("models/parcelray", "datasets/parcelray", "training/parcelray"), ("train",)),
        (("datasets/parcelray/datasets/synth",), ("synth",)),
    ],
)
def test_what_is_imported_is_asked_for(
    root: Path, project: dict[str, Any], folders: tuple[str, ...], extras: tuple[str, ...]
) -> None:
    sources = [path for folder in folders for path in (root / folder).rglob("*.py")]
    if "synth" not in extras:
        # Drawing scans has an extra of its own.
        sources = [path for path in sources if "synth" not in path.parts]
    assert sources
    imported = set().union(*map(packages_imported_by, sources)) - {"parcelray"}
    distributions = metadata.packages_distributions()
    asked = {canonicalize_name(requirement.name) for requirement in stated(project, *extras)}
    assert [name for name in sorted(imported) if not asked & set(map(canonicalize_name, distributions[name]))] == []


def packages_imported_by(source: Path) -> set[str]:
    """The top-level packages outside the standard library that a file imports, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(source.read_text(), source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return {name.partition(".")[0] for name in names} - sys.stdlib_module_names
