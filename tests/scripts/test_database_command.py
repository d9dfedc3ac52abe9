from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from parcelray.scripts.main import app
from parcelray.serving.store import migrate

KNOWN = ", ".join(migrate.known_revisions())
NEWEST = migrate.known_revisions()[-1]


def database(folder: Path, *arguments: str, answer: str | None = None) -> Result:
    return CliRunner().invoke(app, ["database", *arguments, "--data-dir", str(folder)], input=answer)


def test_status_changes_nothing(tmp_path: Path) -> None:
    assert database(tmp_path, "status").stdout == f"database at revision nothing; this version knows {KNOWN}\n"
    assert "revision nothing" in database(tmp_path, "status").stdout


def test_up_and_down(tmp_path: Path) -> None:
    assert database(tmp_path, "upgrade").stdout == f"database at revision {NEWEST}\n"
    assert database(tmp_path, "downgrade", "0001", "--yes").stdout == "database at revision 0001\n"
    assert "at revision 0001" in database(tmp_path, "status").stdout


@pytest.mark.parametrize(("answer", "revision"), [("n\n", NEWEST), ("y\n", "0001")])
def test_down_asks_first(tmp_path: Path, answer: str, revision: str) -> None:
    database(tmp_path, "upgrade")
    done = database(tmp_path, "downgrade", "0001", answer=answer)
    assert "What revisions after 0001 keep will be removed. Go on?" in done.output
    assert f"at revision {revision}" in database(tmp_path, "status").stdout


def test_an_unknown_revision_is_one_line(tmp_path: Path) -> None:
    database(tmp_path, "upgrade")
    done = database(tmp_path, "downgrade", "7", "--yes")
    assert done.exit_code == 2
    assert done.stderr == f"parcelray: revision: expected one of {KNOWN}, nothing, got '7'\n"
