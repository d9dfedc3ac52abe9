from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner, Result

from parcelray.models.registry import Registry
from parcelray.models.store import release_folder
from parcelray.scripts.main import app
from support.model_packages import OTHER_LABELS, variant, verdict

RELEASE = release_folder().name


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PARCELRAY_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def run(*arguments: object, **options: str) -> Result:
    return CliRunner().invoke(app, ["models", *map(str, arguments)], **options)


def said(*arguments: object, **options: str) -> str:
    done = run(*arguments, **options)
    assert done.exit_code == 0, done.stderr
    return done.stdout


def refused(*arguments: object) -> str:
    done = run(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    return line


def test_from_a_new_key_to_a_promotion_and_back(tiny_package: Path, tmp_path: Path, data_dir: Path) -> None:
    package = variant(tiny_package, tmp_path / "package", None, version="seizures-may")
    assert said("add", package, "--by", "kim", "--why", "seizures of May") == "0001\n"
    line = refused("promote", "candidate", "--why", "better", "--without-gate")
    assert "expected signature.json of a trusted key, found none" in line

    key = tmp_path / "key.pem"
    public = said("keygen", key).strip()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert said("sign", "0001", "--key", key).endswith(f"is signed with key {public}.\n")
    assert public in refused("promote", "0001", "--why", "better", "--without-gate")
    assert said("trust", public, "--name", "the hub").startswith("Models signed by the hub (")
    assert "got no verdict about the two" in refused("promote", "0001", "--why", "better")

    registry = Registry.open(data_dir)
    registry.keep_verdict(verdict(registry.resolve("0001"), registry.resolve("champion")))
    assert said("promote", "0001", "--by", "kim", input="finds more\n").endswith(
        f"The champion is 0001 now; it was release-{RELEASE}.\n"
    )
    assert said("list").splitlines() == [
        f"release-{RELEASE}             parcelray {RELEASE}, signed by parcelray releases",
        "0001          champion   tiny seizures-may, signed by the hub",
    ]
    again = said("rollback", "--why", "too many alarms", "--by", "lee")
    assert again == f"The champion is release-{RELEASE} again; it was 0001.\n"
    told = [line.partition("UTC  ")[2] for line in said("record").splitlines()]
    assert told == [
        "add      candidate – -> 0001, kim: seizures of May",
        f"promote  champion release-{RELEASE} -> 0001 by verdict 0001, kim: finds more",
        f"rollback champion 0001 -> release-{RELEASE}, lee: too many alarms",
    ]


def test_without_the_gate_is_said_on_the_record(tiny_package: Path, tmp_path: Path, data_dir: Path) -> None:
    key = Ed25519PrivateKey.generate()
    Registry.open(data_dir).trust(key.public_key().public_bytes_raw().hex(), "the hub")
    said("add", variant(tiny_package, tmp_path / "package", key), "--shadow")
    said("promote", "shadow", "--without-gate", "--why", "the old one is blind")
    assert f"promote  champion release-{RELEASE} -> 0001 without the gate, " in said("record")


def test_a_package_that_is_not_whole_is_listed_with_what_is_wrong(tiny_package: Path, tmp_path: Path) -> None:
    said("add", variant(tiny_package, tmp_path / "package", None))
    assert "0001          candidate  tiny 0000, cannot serve: model package" in said("list")


def test_differences_are_told_by_sections(tiny_package: Path, tmp_path: Path) -> None:
    figures = {"validation": {"ap50": {"value": 0.5, "low": 0.4, "high": 0.6}}, "scans": 10}
    better = {"validation": {"ap50": {"value": 0.7, "low": 0.65, "high": 0.75}}, "scans": 10}
    one = variant(tiny_package, tmp_path / "one", None, figures=figures, lineage={"recipe": "a"})
    other = variant(
        tiny_package, tmp_path / "two", None, figures=better, lineage={"recipe": "a", "torch": "2"}, labels=OTHER_LABELS
    )
    lines = said("diff", one, other).splitlines()
    assert lines == [
        "labels",
        "  labels: pistol, revolver, banknote_bundle -> slide, frame, coin_roll",
        "operating",
        "  thresholds.pistol: 0.5 -> –",
        "  thresholds.revolver: 0.5 -> –",
        "  thresholds.banknote_bundle: 0.5 -> –",
        "  thresholds.slide: – -> 0.5",
        "  thresholds.frame: – -> 0.5",
        "  thresholds.coin_roll: – -> 0.5",
        "figures",
        "  validation.ap50: 0.5 (0.4 to 0.6) -> 0.7 (0.65 to 0.75)",
        "lineage",
        "  torch: – -> 2",
    ]
    assert said("diff", one, one) == ""


def test_a_model_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    assert "models found: none" in refused("promote", "0007", "--why", "x", "--without-gate")
    assert "expected a folder with manifest.json" in refused("add", tmp_path / "none")
    assert "No such file" in refused("sign", "champion", "--key", tmp_path / "none")
