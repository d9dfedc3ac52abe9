"""A database to back up, and one to restore into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from parcelray.serving.store.backup import BackUp, back_up
from parcelray.serving.store.database import Database, database_of, sqlite_url
from parcelray.serving.store.restore import Restored, restore


def silent(what: str, done: int, total: int | None) -> None:
    assert total is None or 0 < done <= total


@pytest.fixture(params=("sqlite", "postgresql"))
def target_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where an empty database is to restore into, of each kind."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path / "restored").render_as_string()
        return
    cluster = request.getfixturevalue("postgres")
    name = cluster.create_database()
    yield cluster.url(name)
    cluster.drop_database(name)


@pytest.fixture
def target(target_url: str, tmp_path: Path) -> Iterator[Database]:
    """The empty database to restore into, without tables."""
    (tmp_path / "restored").mkdir(mode=0o700)
    with closing(database_of(target_url, tmp_path / "restored")) as database:
        yield database


@pytest.fixture
def take(database: Database, tmp_path: Path) -> Callable[[], BackUp]:
    """Makes a backup of the database and the images of the running app."""
    return lambda: back_up(database, tmp_path / "data", tmp_path / "backups", report=silent)


@pytest.fixture
def put_back(tmp_path: Path) -> Callable[..., Restored]:
    """Restores into a database."""

    def put_back(target: Database, name: str | None = None) -> Restored:
        return restore(target, tmp_path / "restored", tmp_path / "backups", name, report=silent)

    return put_back
