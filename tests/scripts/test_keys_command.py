from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from parcelray.models.errors import KeyRefusedError
from parcelray.scripts.main import app
from parcelray.serving.security.keys import Key, KeyRing, Scope
from parcelray.serving.store.store import open_database


def keys(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["keys", *arguments, "--data-dir", str(folder)])


def verified(folder: Path, key: str) -> Key:
    with closing(open_database(folder, None)) as database:
        caller = KeyRing(database).verify(key)
        KeyRing(database).note_use(caller, "10.0.0.7")
        return caller


@pytest.mark.parametrize("scope", [None, *Scope])
def test_create_prints_the_key_alone(tmp_path: Path, scope: Scope | None) -> None:
    done = keys(tmp_path, "create", "belt-1", *(() if scope is None else ("--scope", scope)))
    assert done.exit_code == 0
    key = done.stdout.removesuffix("\n")
    assert key.split() == [key]
    assert verified(tmp_path, key).scope is (scope or Scope.WORKSTATION)
    assert "X-API-Key" in done.stderr
    assert key not in done.stderr


def test_the_folder_may_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARCELRAY_DATA_DIR", str(tmp_path))
    done = CliRunner().invoke(app, ["keys", "create", "belt-1"])
    assert verified(tmp_path, done.stdout.strip()).name == "belt-1"


def test_list_tells_of_each_key_and_shows_none(tmp_path: Path) -> None:
    secrets = [keys(tmp_path, "create", f"belt-{number}").stdout.strip() for number in (1, 2)]
    keys(tmp_path, "create", "shift-office", "--scope", "reader")
    verified(tmp_path, secrets[0])
    keys(tmp_path, "revoke", "belt-2")
    done = keys(tmp_path, "list")
    first, second, third = done.stdout.splitlines()
    assert first.startswith("belt-1        workstation  made 20")
    assert first.endswith("from 10.0.0.7")
    assert "never used, revoked 20" in second
    assert third.split()[:2] == ["shift-office", "reader"]
    assert not any(secret in done.output for secret in secrets)


def test_list_says_how_to_make_the_first(tmp_path: Path) -> None:
    done = keys(tmp_path, "list")
    assert done.exit_code == 0
    assert done.stdout == ""
    assert "parcelray keys create NAME" in done.stderr


def test_rotate_prints_the_new_key_alone_and_ends_the_old_one(tmp_path: Path) -> None:
    old = keys(tmp_path, "create", "belt-1", "--scope", "engineer").stdout.strip()
    done = keys(tmp_path, "rotate", "belt-1")
    new = done.stdout.strip()
    assert verified(tmp_path, new).scope is Scope.ENGINEER
    assert "the old one is refused from now on" in done.stderr
    with pytest.raises(KeyRefusedError):
        verified(tmp_path, old)


def test_revoke_ends_a_key(tmp_path: Path) -> None:
    key = keys(tmp_path, "create", "belt-1").stdout.strip()
    done = keys(tmp_path, "revoke", "belt-1")
    assert (done.exit_code, done.stderr) == (0, "The key of belt-1 is refused from now on.\n")
    with pytest.raises(KeyRefusedError):
        verified(tmp_path, key)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["create", "belt-1"], "key name: expected one that no key bears or bore, got 'belt-1'"),
        (
            ["create", "belt-2", "--scope", "boss"],
            "--scope: expected one of workstation, reader, engineer, admin, got 'boss'",
        ),
        (["rotate", "belt-3"], "key 'belt-3': expected the name of a key that was not revoked, found none"),
        (["revoke", "belt-3"], "key 'belt-3': expected the name of a key that was not revoked, found none"),
    ],
)
def test_what_cannot_be_done_is_one_line(tmp_path: Path, arguments: list[str], says: str) -> None:
    keys(tmp_path, "create", "belt-1")
    done = keys(tmp_path, *arguments)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr == f"parcelray: {says}\n"


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = keys(tmp_path / "file", "create", "belt-1")
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1
    assert "expected one that can be written" in done.stderr
