from __future__ import annotations

import traceback
from pathlib import Path

import pytest

from parcelray.models.errors import BadInputError
from parcelray.serving.settings import Settings, load_settings, settings_in_force

PASSWORD = "hunter2"


def url_of(settings: Settings) -> str:
    assert settings.database_url is not None
    return settings.database_url.get_secret_value()


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("sqlite:////var/lib/parcelray/scans.db", "sqlite:////var/lib/parcelray/scans.db"),
        ("sqlite+pysqlite:///scans.db", "sqlite:///scans.db"),
        ("postgres://p:hunter2@localhost/scans", "postgresql+pg8000://p:hunter2@localhost/scans"),
        (
            "postgresql://p:hunter2@db:5433/scans?sslmode=disable",
            "postgresql+pg8000://p:hunter2@db:5433/scans?sslmode=disable",
        ),
        (
            "postgresql://p:hunter2@db/scans?sslmode=verify-full",
            "postgresql+pg8000://p:hunter2@db/scans?sslmode=verify-full",
        ),
        ("postgresql+pg8000://p:a%40b%2Fc@[::1]/scans", "postgresql+pg8000://p:a%40b%2Fc@[::1]/scans"),
        (
            "postgresql://p@/scans?unix_sock=/run/.s.PGSQL.5432",
            "postgresql+pg8000://p@/scans?unix_sock=%2Frun%2F.s.PGSQL.5432",
        ),
    ],
)
def test_a_database_is_named_as_people_name_it(given: str, taken: str) -> None:
    assert url_of(load_settings(database_url=given)) == taken


def test_without_a_url_there_is_none() -> None:
    assert load_settings().database_url is None


def test_the_url_may_lie_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text(f"postgresql://p:{PASSWORD}@localhost/scans\n")
    monkeypatch.setenv("PARCELRAY_DATABASE_URL_FILE", str(file))
    assert url_of(load_settings()) == f"postgresql+pg8000://p:{PASSWORD}@localhost/scans"
    found = {one.name: one.origin for one in settings_in_force()}
    assert (found["database_url"], found["database_url_file"]) == ("environment", "environment")


def test_a_url_and_a_file_of_one_are_too_many(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "parcelray.toml").write_text(f'database_url_file = "{tmp_path}/url"')
    monkeypatch.setenv("PARCELRAY_DATABASE_URL", f"postgresql://p:{PASSWORD}@db/scans")
    with pytest.raises(BadInputError) as raised:
        load_settings(config=tmp_path / "parcelray.toml")
    assert str(raised.value) == "PARCELRAY_DATABASE_URL: expected no database_url_file beside it, got both"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "expected a file that can be read, got {file} (No such file or directory)"),
        (b"hunter2\xff", "expected a file with text, got {file}, which is not UTF-8"),
        (b"hunter2", "expected the URL of a database ("),
        (b"", "expected the URL of a database ("),
    ],
)
def test_a_fault_of_the_file_is_told_of_the_file(tmp_path: Path, content: bytes | None, says: str) -> None:
    file = tmp_path / "url"
    if content is not None:
        file.write_bytes(content)
    config = tmp_path / "parcelray.toml"
    config.write_text(f'database_url_file = "{file}"')
    with pytest.raises(BadInputError) as raised:
        load_settings(config=config)
    assert str(raised.value).startswith(f"{config}: database_url_file: {says.format(file=file)}")
    assert PASSWORD not in everything_said(raised.value)


@pytest.mark.parametrize(
    ("value", "got"),
    [
        ("hunter2", "text that is none"),
        ("postgresql://p@db:hunter2/scans", "text that is none"),
        ("mysql://p:hunter2@db/scans", "one of another kind or driver"),
        ("postgresql+psycopg://p:hunter2@db/scans", "one of another kind or driver"),
        ("hunter2://db/scans", "one of another kind or driver"),
        ("sqlite+hunter2:///scans", "one of another kind or driver"),
        ("postgresql://p@db/scans?hunter2=1", "one with others"),
        ("postgresql://p:hunter2@db/scans?sslcert=hunter2", "one with others"),
        ("postgresql://p:hunter2@db/scans?sslmode=require", "another mode"),
        ("postgresql://p:hunter2@db/scans", "none"),
        ("postgresql://p:hunter2@db/scans?sslrootcert=/etc/ssl/hub.pem", "none"),
        ("postgresql://p:hunter2@db/scans?sslmode=disable&sslrootcert=/etc/ssl/hub.pem", "none"),
        (
            "postgresql://p:hunter2@db/scans?sslmode=verify-full&sslrootcert=/no/such.pem",
            "none (No such file or directory)",
        ),
        ("sqlite://", "one of a database in memory"),
        ("sqlite:///:memory:", "one of a database in memory"),
        (["hunter2"], "a value that is not shown"),
    ],
)
def test_a_url_that_cannot_be_is_not_repeated(monkeypatch: pytest.MonkeyPatch, value: object, got: str) -> None:
    with pytest.raises(BadInputError, match=r"^--database-url: expected ") as raised:
        load_settings(database_url=value)
    assert raised.value.got == got
    assert PASSWORD not in everything_said(raised.value)
    if isinstance(value, str):
        monkeypatch.setenv("PARCELRAY_DATABASE_URL", value)
        with pytest.raises(BadInputError, match=r"^PARCELRAY_DATABASE_URL: expected ") as raised:
            load_settings()
        assert PASSWORD not in everything_said(raised.value)


def everything_said(error: BaseException) -> str:
    """As a log would hold it, without the lines of source, which here hold the value."""
    said = traceback.TracebackException.from_exception(error, lookup_lines=False)
    chain = []
    while said is not None:
        chain += said.format_exception_only()
        said = said.__cause__ or said.__context__
    return "".join(chain)


def test_they_are_not_shown(tmp_path: Path) -> None:
    settings = load_settings(database_url=f"postgresql://p:{PASSWORD}@localhost/scans")
    shown = (repr(settings), str(settings), settings.model_dump_json(), repr(settings_in_force()))
    assert not any(PASSWORD in text for text in shown)
