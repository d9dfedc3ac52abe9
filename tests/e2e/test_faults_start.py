"""A service that cannot start says why in one line, and what it says is fit to be sent to anybody."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from parcelray.models.errors import SetupError
from parcelray.models.store import release_folder
from parcelray.serving.store.database import FILE_NAME
from parcelray.serving.store.store import open_database
from support.postgres import ROLE, PostgresCluster
from support.service import serve_command
from support.tiny_disk import TinyDisk

Refused = Callable[..., str]


@pytest.fixture
def refused(tmp_path: Path) -> Refused:
    """Starts the service, and gives the one line that it says."""

    def start(
        data_dir: Path = tmp_path / "data", *, wrap: Callable[[list[str]], list[str]] = list, **environment: str
    ) -> str:
        done = subprocess.run(
            wrap([*serve_command(data_dir, release_folder()), "--port", "0"]),
            capture_output=True,
            text=True,
            env={**os.environ, **environment},
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stdout) == (2, ""), done.stderr
        (line,) = done.stderr.splitlines()
        return line.removeprefix("parcelray: ")

    return start


def test_on_a_full_disk(refused: Refused, tiny_disk: Callable[..., TinyDisk], tmp_path: Path) -> None:
    disk = tiny_disk()
    expected = "database: expected space where it lies, got a full disk"
    disk.fill()
    assert refused(disk.folder, wrap=disk.inside) == expected
    disk.free()
    # With all that a service has there, but its write-ahead log.
    (tmp_path / "elsewhere").mkdir()
    open_database(tmp_path / "elsewhere", None).close()
    (disk.outside / FILE_NAME).write_bytes((tmp_path / "elsewhere" / FILE_NAME).read_bytes())
    disk.fill()
    assert refused(disk.folder, wrap=disk.inside) == expected


def test_on_a_disk_that_cannot_be_written(refused: Refused, tiny_disk: Callable[..., TinyDisk]) -> None:
    disk = tiny_disk()
    disk.make_read_only()
    said = "expected one that can be written, got: Read-only file system; choose one with --data-dir"
    assert refused(disk.folder, wrap=disk.inside) == f"data folder {disk.folder}: {said}"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_with_the_database_of_a_newer_version(
    refused: Refused, tmp_path: Path, postgres: PostgresCluster, postgres_url: str, kind: str
) -> None:
    data_dir = tmp_path / "data"
    newer = "UPDATE alembic_version SET version_num = '9999'"
    said = "it belongs to a newer version of parcelray: install that one, or restore a backup of this one"
    if kind == "sqlite":
        open_database(data_dir, None).close()
        with closing(sqlite3.connect(data_dir / FILE_NAME, isolation_level=None)) as database:
            database.execute(newer)
        assert refused(data_dir).endswith(said)
    else:
        open_database(data_dir, postgres_url).close()
        postgres.execute(newer, database=postgres_url.rpartition("/")[2])
        assert refused(data_dir, PARCELRAY_DATABASE_URL=postgres_url).endswith(said)


def test_with_a_file_that_is_no_database(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / FILE_NAME).write_bytes(b"no database" * 1000)
    assert "got: file is not a database" in refused()


def test_with_a_wrong_password(refused: Refused, postgres_url: str, tmp_path: Path) -> None:
    right = postgres_url.partition(f"{ROLE}:")[2].partition("@")[0]
    wrong = postgres_url.replace(right, "n0t-the-right-0ne")
    said = (
        f'database: expected one that answers and can be written, got: password authentication failed for user "{ROLE}"'
    )
    assert refused(PARCELRAY_DATABASE_URL=wrong) == said
    # Again and again: pg8000 sometimes fails once more as it says goodbye, and hides the server's words behind its own.
    for _ in range(20):
        with pytest.raises(SetupError) as raised:
            open_database(tmp_path, wrong)
        assert str(raised.value) == said


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://parcelray:hidden@127.0.0.1:1/x", "got: Connection refused"),
        ("postgresql://parcelray:hidden@nowhere.invalid/x?sslmode=disable", "got: "),
        (None, 'got: database "nowhere" does not exist'),
    ],
)
def test_with_a_database_that_is_not_there(
    refused: Refused, postgres: PostgresCluster, url: str | None, says: str
) -> None:
    line = refused(PARCELRAY_DATABASE_URL=url or postgres.url("nowhere"))
    assert line.startswith("database: expected one that answers and can be written, ")
    assert says in line
    assert "hidden" not in line


def test_with_a_database_in_which_it_may_make_no_tables(
    refused: Refused, postgres: PostgresCluster, postgres_url: str
) -> None:
    name = postgres_url.rpartition("/")[2]
    postgres.execute(f"ALTER DATABASE {name} OWNER TO postgres")
    assert refused(PARCELRAY_DATABASE_URL=postgres_url).endswith("got: permission denied for schema public")
