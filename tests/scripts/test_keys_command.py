from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from parcelray.scripts.main import app
from parcelray.serving.security.keys import KeyRing


def test_create_prints_the_key_alone(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["keys", "create", "belt-1", "--data-dir", str(tmp_path)])
    assert done.exit_code == 0
    key = done.stdout.removesuffix("\n")
    assert key.split() == [key]
    assert KeyRing(tmp_path).verify(key).name == "belt-1"
    assert "X-API-Key" in done.stderr
    assert key not in done.stderr


def test_the_folder_may_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARCELRAY_DATA_DIR", str(tmp_path))
    CliRunner().invoke(app, ["keys", "create", "belt-1"])
    assert [key.name for key in KeyRing(tmp_path).all()] == ["belt-1"]


def test_list_names_the_keys_and_shows_none(tmp_path: Path) -> None:
    keys = [KeyRing(tmp_path).create(name) for name in ("belt-1", "belt-2")]
    done = CliRunner().invoke(app, ["keys", "list", "--data-dir", str(tmp_path)])
    assert [line.split("  ")[1] for line in done.stdout.splitlines()] == ["belt-1", "belt-2"]
    assert not any(key in done.output for key in keys)


def test_list_says_how_to_make_the_first(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["keys", "list", "--data-dir", str(tmp_path)])
    assert done.exit_code == 0
    assert done.stdout == ""
    assert "parcelray keys create NAME" in done.stderr


def test_a_name_is_given_once(tmp_path: Path) -> None:
    KeyRing(tmp_path).create("belt-1")
    done = CliRunner().invoke(app, ["keys", "create", "belt-1", "--data-dir", str(tmp_path)])
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr == "parcelray: key name: expected one that no key bears yet, got 'belt-1'\n"


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = CliRunner().invoke(app, ["keys", "create", "belt-1", "--data-dir", str(tmp_path / "file")])
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1
    assert "expected one that can be written" in done.stderr
