from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import String, insert, inspect, make_url, select, text
from sqlalchemy.exc import DBAPIError

from parcelray.models.errors import BadInputError, SetupError, StorageError
from parcelray.serving.store import migrate
from parcelray.serving.store.database import Database
from parcelray.serving.store.store import open_database
from parcelray.serving.store.tables import (
    accounts,
    audit,
    desk,
    detections,
    events,
    files,
    idempotency_keys,
    keys,
    metadata,
    outcome_items,
    outcome_photos,
    outcomes,
    scan_labels,
    sessions,
    sign_in_attempts,
    verdict_boxes,
    verdicts,
    views,
)
from parcelray.serving.store.tables import scans as scans_table

NEWEST = migrate.known_revisions()[-1]
AT = datetime(2026, 11, 24, 7, 30, 0, 123456, tzinfo=UTC)

SCAN = {
    "number": 7, "id": "0" * 32, "state": "screened", "workstation": "belt-1", "scanner_id": "belt-1",
    "consignment_id": "RX123456785DE", "taken_at": AT, "pixel_pitch_mm": 0.8, "received_at": AT, "screened_at": AT,
    "at": AT, "content_sha256": "1" * 64, "min_score": None, "model_name": "tiny", "model_version": "0000",
    "model_sha256": "2" * 64, "taxonomy": 1, "operating": {"thresholds": {"pistol": 0.5}},
}  # fmt: skip
OF_VIEW = {"scan_number": 7, "view_index": 0}
OF_0001: list[tuple[Any, dict[str, Any]]] = [
    (scans_table, SCAN),
    (
        views,
        {
            "scan_number": 7, "index": 0, "state": "screened", "width": 128, "height": 128,
            "warnings": [{"code": "blank", "message": "b"}], "not_screened": None,
        },
    ),
    (files, {**OF_VIEW, "band": "view", "sha256": "3" * 64, "bytes": 9, "media_type": "image/png", "file_name": "a"}),
    (
        detections,
        {**OF_VIEW, "rank": 0, "label": "pistol", "group": "firearm", "score": 0.9, "x0": 1, "y0": 2, "x1": 3, "y1": 4},
    ),
    (scan_labels, {"label": "pistol", "at": AT, "scan_number": 7}),
    (idempotency_keys, {"workstation": "belt-1", "key": "k1", "scan_number": 7}),
    (events, {"number": 3, "at": AT, "workstation": "belt-1", "scan_number": 7, "told": {"scan_id": "0" * 32}}),
]  # fmt: skip
OF_0002: list[tuple[Any, dict[str, Any]]] = [
    (
        keys,
        {
            "name": "belt-1", "scope": "workstation", "sha256": "4" * 64, "created_at": AT, "rotated_at": None,
            "revoked_at": None, "last_used_at": AT, "last_used_from": "10.0.0.1",
        },
    ),
]  # fmt: skip
OF_0003: list[tuple[Any, dict[str, Any]]] = [
    (
        accounts,
        {
            "name": "anna", "role": "operator", "password_hash": "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA",
            "created_at": AT, "password_set_at": None, "deactivated_at": None, "signed_in_at": AT,
            "signed_in_from": "10.0.0.1",
        },
    ),
    (sessions, {"token_sha256": "5" * 64, "account": "anna", "began_at": AT, "seen_at": AT}),
    (sign_in_attempts, {"number": 5, "at": AT, "name_sha256": "6" * 64, "address": "10.0.0.1"}),
    (
        audit,
        {
            "number": 9, "at": AT, "actor_kind": "host", "actor": "root", "address": None, "action": "account_added",
            "subject": "anna", "details": {"role": "operator"},
        },
    ),
]  # fmt: skip
GIVEN = {
    "number": 11, "scan_number": 7, "at": AT, "by": "anna", "idempotency_key": "k1", "request_sha256": "7" * 64,
    "note": "in a book",
}  # fmt: skip
OF_0004: list[tuple[Any, dict[str, Any]]] = [
    (
        desk,
        {
            "scan_number": 7, "stage": "done", "severity": 1, "queued_at": AT, "claimed_by": None,
            "claimed_until": None, "first_by": "anna", "done_at": AT,
        },
    ),
    (
        verdicts,
        {
            **GIVEN, "stage": "screen", "leads_to": "search", "decision": "search", "reason": "alarm_confirmed",
            "opened_at": AT,
        },
    ),
    (
        verdict_boxes,
        {
            "verdict_number": 11, "position": 0, "view_index": 0, "rank": 0, "action": "confirmed",
            "label": "pistol", "group": "firearm", "x0": 1.5, "y0": 2, "x1": 3, "y1": 4,
        },
    ),
    (outcomes, {**GIVEN, "found": True, "seizure_number": "2026/1"}),
    (
        outcome_items,
        {
            "outcome_number": 11, "position": 0, "label": "pistol", "where": "among_goods", "count": 1,
            "amount": "12.50", "currency": "EUR", "weight_g": 0.5, "description": "old",
        },
    ),
    (
        outcome_photos,
        {
            "scan_number": 7, "sha256": "8" * 64, "bytes": 9, "media_type": "image/png", "width": 4, "height": 3,
            "at": AT, "by": "anna",
        },
    ),
]  # fmt: skip
# What each revision keeps beside what the one before it keeps; 0005 adds indexes alone.
DATA = {"0001": OF_0001, "0002": OF_0002, "0003": OF_0003, "0004": OF_0004, "0005": []}


@pytest.fixture
def empty(database_url: str) -> Iterator[Database]:
    with closing(Database(make_url(database_url))) as database:
        yield database


def fill(database: Database, revision: str) -> None:
    with database.writing() as connection:
        for table, row in DATA[revision]:
            connection.execute(insert(table), row)


def kept(database: Database, revision: str) -> list[tuple[Any, dict[str, Any]]]:
    with database.reading() as connection:
        # Columns that a later revision has added are no part of what this one keeps.
        return [
            (table, dict(connection.execute(select(*(table.c[name] for name in row))).mappings().one()))
            for table, row in DATA[revision]
        ]


def test_every_revision_has_its_data_here() -> None:
    assert list(DATA) == migrate.known_revisions()


def test_the_migrations_make_the_tables_that_the_code_knows(empty: Database) -> None:
    migrate.upgrade(empty)
    with empty.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata) == []
        assert set(inspect(connection).get_table_names()) == {*metadata.tables, "alembic_version"}


def test_data_survives_each_step_up_and_each_step_down_to_where_it_belongs(empty: Database) -> None:
    revisions = migrate.known_revisions()
    for index, revision in enumerate(revisions):
        migrate.upgrade(empty, revision)
        assert migrate.current_revision(empty) == revision
        fill(empty, revision)
        for earlier in revisions[: index + 1]:
            assert kept(empty, earlier) == DATA[earlier]
    for index in reversed(range(len(revisions))):
        migrate.downgrade(empty, revisions[index - 1] if index else migrate.NOTHING)
        for earlier in revisions[:index]:
            assert kept(empty, earlier) == DATA[earlier]
    with empty.engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}
    assert migrate.current_revision(empty) == migrate.NOTHING


def test_an_older_database_is_brought_up_where_it_is_opened(empty: Database, database_url: str, tmp_path: Path) -> None:
    migrate.upgrade(empty, "0001")
    fill(empty, "0001")
    with closing(open_database(tmp_path / "data", database_url)) as database:
        assert migrate.current_revision(database) == NEWEST
        assert kept(database, "0001") == OF_0001


def test_a_newer_database_is_left_alone(empty: Database, database_url: str, tmp_path: Path) -> None:
    migrate.upgrade(empty)
    with empty.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SetupError, match=rf"expected a revision that this version knows \(newest {NEWEST}\), got 9999"):
        open_database(tmp_path / "data", database_url)
    assert migrate.current_revision(empty) == "9999"


@pytest.mark.parametrize(("revision", "says"), [("9999", "expected one of 0001"), (NEWEST, None)])
def test_what_is_no_way_back_is_refused(empty: Database, revision: str, says: str | None) -> None:
    migrate.upgrade(empty)
    if says is None:
        migrate.downgrade(empty, revision)
    else:
        with pytest.raises(BadInputError, match=says):
            migrate.downgrade(empty, revision)
    assert migrate.current_revision(empty) == NEWEST
    migrate.downgrade(empty, "0001")
    with pytest.raises(BadInputError, match=f"revision: expected one below the database's, 0001, got '{NEWEST}'"):
        migrate.downgrade(empty, NEWEST)


def test_a_table_that_is_made_anew_keeps_the_rows_that_refer_to_it(empty: Database) -> None:
    migrate.upgrade(empty)
    for revision in DATA:
        fill(empty, revision)
    with empty.changing_tables() as connection:
        operations = Operations(MigrationContext.configure(connection, opts={"render_as_batch": True}))
        with operations.batch_alter_table("scans", recreate="always" if empty.is_sqlite else "auto") as table:
            table.alter_column("scanner_id", type_=String(300), existing_type=String(200))
    for revision, rows in DATA.items():
        assert kept(empty, revision) == rows


def test_rows_that_refer_to_none_undo_a_change(empty: Database) -> None:
    migrate.upgrade(empty)
    fill(empty, "0001")
    with pytest.raises((RuntimeError, DBAPIError)), empty.changing_tables() as connection:
        connection.execute(text("INSERT INTO views (scan_number, \"index\", state, warnings) VALUES (8, 0, 'x', '[]')"))
    assert kept(empty, "0001") == OF_0001


def test_a_step_that_fails_changes_nothing(empty: Database) -> None:
    migrate.upgrade(empty, "0001")
    fill(empty, "0001")
    with empty.writing() as connection:
        # In the way of what the next step makes, after it has begun.
        connection.execute(text("CREATE TABLE keys (name INTEGER)"))
    with pytest.raises((StorageError, DBAPIError)) as raised:
        migrate.upgrade(empty)
    assert "already exists" in str(raised.value.__cause__)
    assert migrate.current_revision(empty) == "0001"
    assert kept(empty, "0001") == OF_0001
