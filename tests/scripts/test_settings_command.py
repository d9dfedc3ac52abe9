from __future__ import annotations

import inspect
import os
import pty
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from parcelray.scripts.main import app
from parcelray.scripts.serve import serve
from parcelray.scripts.settings import settings
from parcelray.serving.settings import Settings

DOCUMENT = Path(__file__).parents[2] / "docs/settings.md"
SECRET_URL = "postgresql://p:hunter2@localhost/scans"


def lines_of(*arguments: object) -> dict[str, list[str]]:
    done = CliRunner().invoke(app, ["settings", *map(str, arguments)])
    assert done.exit_code == 0, done.output
    return {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines()}


def test_shows_each_setting_and_where_it_comes_from(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    config = tmp_path / "parcelray.toml"
    config.write_text('host = "[red]"')
    monkeypatch.setenv("PARCELRAY_MAX_VIEWS", "3")
    shown = lines_of("--config", config, "--port", 9000)
    assert list(shown) == list(Settings.model_fields)
    assert shown["config"] == [str(config), "option"]
    assert shown["port"] == ["9000", "option"]
    assert shown["max_views"] == ["3", "environment"]
    assert shown["host"] == ["[red]", "file"]
    assert shown["model"] == ["–", "default"]


def test_off_a_terminal_columns_are_aligned() -> None:
    lines = CliRunner().invoke(app, ["settings", "--data-dir", "/a b"]).stdout.splitlines()
    assert len({line.index("default") for line in lines if line.endswith("default")}) == 1


def test_shows_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PARCELRAY_DATABASE_URL", SECRET_URL)
    assert lines_of()["database_url"] == ["**********", "environment"]


def test_on_a_terminal_it_is_a_table(parcelray: list[str], tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "100", "TERM": "xterm", "PARCELRAY_DATABASE_URL": SECRET_URL}
    config = tmp_path / "parcelray.toml"
    config.write_text('host = "[red]"')
    with subprocess.Popen([*parcelray, "settings", "--config", config], stdout=theirs, env=environment) as process:
        os.close(theirs)
        said = b""
        while True:
            try:
                said += os.read(ours, 4096)
            except OSError:  # so Linux says that the other side is closed
                break
    os.close(ours)
    assert process.returncode == 0
    text = said.decode()
    assert "┏" in text
    assert "[red]" in text
    assert "hunter2" not in text


def test_a_value_that_cannot_be_is_one_line() -> None:
    done = CliRunner().invoke(app, ["settings", "--port", "70000"])
    assert done.exit_code == 2
    assert done.stderr == "parcelray: --port: expected less than or equal to 65535, got 70000\n"


def test_takes_the_options_of_serve() -> None:
    assert [*inspect.signature(serve).parameters, "markdown"] == [*inspect.signature(settings).parameters]
    assert inspect.signature(serve).parameters.keys() <= Settings.model_fields.keys()


def test_the_document_holds_the_reference() -> None:
    done = CliRunner().invoke(app, ["settings", "--markdown"])
    _, _, table = DOCUMENT.read_text(encoding="utf-8").partition("`parcelray settings --markdown` prints. -->\n\n")
    assert table == done.stdout, "docs/settings.md: put what `parcelray settings --markdown` prints at its end"
