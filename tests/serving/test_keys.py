from __future__ import annotations

import base64
import hashlib
import multiprocessing
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from parcelray.models.errors import BadInputError, KeyMissingError, KeyRefusedError, NotFoundError
from parcelray.serving.security.keys import PREFIX, KeyRing, Scope, is_worth_noting
from parcelray.serving.store.database import Database
from parcelray.serving.store.store import open_database
from parcelray.serving.store.tables import keys
from support.people import HOST


@pytest.fixture
def ring(database: Database) -> KeyRing:
    return KeyRing(database)


@pytest.mark.parametrize("scope", Scope)
def test_a_key_lets_in_who_shows_it(ring: KeyRing, scope: Scope) -> None:
    key = ring.create("belt-1", scope, HOST)
    ring.create("belt-2", Scope.READER, HOST)
    caller = ring.verify(key)
    assert (caller.name, caller.scope) == ("belt-1", scope)
    assert [known.name for known in ring.all()] == ["belt-1", "belt-2"]


def test_a_key_is_256_random_bits(ring: KeyRing) -> None:
    made = {ring.create(f"belt-{number}", Scope.WORKSTATION, HOST) for number in range(20)}
    assert len(made) == 20
    for key in made:
        assert len(base64.urlsafe_b64decode(key.removeprefix(PREFIX) + "=")) * 8 == 256


def test_only_the_sum_is_kept(ring: KeyRing, database: Database) -> None:
    key = ring.create("belt-1", Scope.WORKSTATION, HOST)
    with database.reading() as connection:
        row = connection.execute(select(keys)).mappings().one()
    assert row["sha256"] == hashlib.sha256(key.encode()).hexdigest()
    assert key not in str(dict(row))


@pytest.mark.parametrize("shown", ["x", "prk_", "prk_ä", "\udcff", "0" * 100_000, "\0"])
def test_another_key_is_refused(ring: KeyRing, shown: str) -> None:
    ring.create("belt-1", Scope.WORKSTATION, HOST)
    with pytest.raises(KeyRefusedError):
        ring.verify(shown)


@pytest.mark.parametrize("shown", [None, ""])
def test_no_key_is_not_a_wrong_key(ring: KeyRing, shown: str | None) -> None:
    with pytest.raises(KeyMissingError):
        ring.verify(shown)


def test_a_change_made_elsewhere_is_known_at_once(ring: KeyRing, database_url: str, tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "data", database_url)) as elsewhere:
        commanding = KeyRing(elsewhere)
        first = commanding.create("belt-1", Scope.WORKSTATION, HOST)
        assert ring.verify(first).name == "belt-1"
        _, second = commanding.rotate("belt-1", HOST)
        with pytest.raises(KeyRefusedError, match="does not know"):
            ring.verify(first)
        assert ring.verify(second).name == "belt-1"
        commanding.revoke("belt-1", HOST)
        with pytest.raises(KeyRefusedError, match="got one that was revoked"):
            ring.verify(second)


def test_a_revoked_key_stays_on_record_and_its_name_taken(ring: KeyRing) -> None:
    ring.create("belt-1", Scope.WORKSTATION, HOST)
    assert ring.revoke("belt-1", HOST).revoked_at is not None
    (kept,) = ring.all()
    assert kept.revoked_at is not None
    with pytest.raises(BadInputError, match="one that no key bears or bore, got 'belt-1'"):
        ring.create("belt-1", Scope.WORKSTATION, HOST)
    for change in (ring.revoke, ring.rotate):
        with pytest.raises(NotFoundError, match="key 'belt-1': expected the name of a key that was not revoked"):
            change("belt-1", HOST)


def test_each_name_once(ring: KeyRing) -> None:
    key = ring.create("belt-1", Scope.WORKSTATION, HOST)
    with pytest.raises(BadInputError, match="one that no key bears or bore, got 'belt-1'"):
        ring.create("belt-1", Scope.ADMIN, HOST)
    assert ring.verify(key).scope is Scope.WORKSTATION


@pytest.mark.parametrize("name", ["", " ", "belt\n1", " belt", "b" * 65, "belt\x1b[31m", "a/b", "\0"])
def test_names_are_short_and_printable(ring: KeyRing, name: str) -> None:
    with pytest.raises(BadInputError, match="printable"):
        ring.create(name, Scope.WORKSTATION, HOST)


@pytest.fixture
def set_last_use(database: Database) -> Iterator[object]:
    def set_to(ago: timedelta, address: str) -> None:
        with database.writing() as connection:
            connection.execute(update(keys).values(last_used_at=datetime.now(UTC) - ago, last_used_from=address))

    return set_to


def test_the_last_use_is_noted_to_the_minute(ring: KeyRing, set_last_use: object) -> None:
    key = ring.create("belt-1", Scope.WORKSTATION, HOST)
    assert ring.all()[0].last_used_at is None
    assert is_worth_noting(ring.verify(key), "10.0.0.1")
    ring.note_use(ring.verify(key), "10.0.0.1")
    noted = ring.verify(key)
    assert noted.last_used_from == "10.0.0.1"
    assert datetime.now(UTC) - noted.last_used_at < timedelta(seconds=10)
    assert not is_worth_noting(noted, "10.0.0.1"), "noted with every request"
    assert not is_worth_noting(noted, "10.0.0.2"), "noted with every request"
    set_last_use(timedelta(seconds=61), "10.0.0.1")
    assert is_worth_noting(ring.verify(key), "10.0.0.1")
    set_last_use(timedelta(seconds=2), "10.0.0.1")
    assert not is_worth_noting(ring.verify(key), "10.0.0.1")
    assert is_worth_noting(ring.verify(key), "10.0.0.2")


def _create_many(folder: Path, url: str, maker: int) -> None:
    with closing(open_database(folder, url)) as database:
        for number in range(10):
            KeyRing(database).create(f"{maker}-{number}", Scope.WORKSTATION, HOST)


def test_keys_made_at_the_same_time_are_all_kept_also_in_a_new_database(database_url: str, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    makers = [context.Process(target=_create_many, args=(tmp_path / "data", database_url, maker)) for maker in range(3)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join(60)
    with closing(open_database(tmp_path / "data", database_url)) as database:
        assert len(KeyRing(database).all()) == 30


def test_the_database_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with closing(open_database(folder, None)):
        assert folder.stat().st_mode & 0o777 == 0o700
    with closing(sqlite3.connect(folder / "parcelray.db")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
