from __future__ import annotations

import itertools
import random
import secrets
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.dialects import sqlite

from parcelray.models.errors import BadInputError
from parcelray.serving.store.database import Database
from parcelray.serving.store.records import ScanState
from parcelray.serving.store.search import Cursor, Query, ScanSearch, statement_of
from parcelray.serving.store.store import open_database
from parcelray.serving.store.tables import scan_labels, scans

START = datetime(2026, 11, 1, tzinfo=UTC)
LABELS = ("pistol", "wiring", "banknote_bundle")
MANY = 300


def rows(count: int) -> Iterator[tuple[dict[str, Any], list[str]]]:
    choose = random.Random(1)
    for number in range(1, count + 1):
        # Many at the same moment, and not in the order in which they came.
        at = START + timedelta(hours=choose.randrange(40))
        row = {
            "number": number,
            "id": secrets.token_hex(16),
            "state": choose.choice([*ScanState]),
            "workstation": f"belt-{choose.randrange(3)}",
            "scanner_id": choose.choice(["s1", "s2", None]),
            "consignment_id": choose.choice(["c1", "c2", "c3", None]),
            "taken_at": at,
            "received_at": at,
            "at": at,
            "content_sha256": f"{number:064x}",
        }
        yield row, [label for label in LABELS if choose.random() < 0.3]


@pytest.fixture
def kept(database: Database) -> list[tuple[dict[str, Any], list[str]]]:
    made = list(rows(MANY))
    with database.writing() as connection:
        connection.execute(insert(scans), [row for row, _ in made])
        connection.execute(
            insert(scan_labels),
            [
                {"label": label, "at": row["at"], "scan_number": row["number"]}
                for row, labels in made
                for label in labels
            ],
        )
    return made


def all_pages(search: ScanSearch, query: Query, limit: int) -> list[str]:
    ids: list[str] = []
    cursor: Cursor | None = None
    while True:
        page = search.page(query, limit=limit, cursor=cursor)
        assert len(page.scans) == limit or page.next is None
        ids += [scan.id for scan in page.scans]
        if page.next is None:
            return ids
        cursor = Cursor.parse(page.next)


def expected(kept: list[tuple[dict[str, Any], list[str]]], query: Query) -> list[str]:
    found = [
        row
        for row, labels in kept
        if query.consignment_id in (None, row["consignment_id"])
        and query.scanner_id in (None, row["scanner_id"])
        and query.workstation in (None, row["workstation"])
        and query.state in (None, row["state"])
        and (query.since is None or row["at"] >= query.since)
        and (query.until is None or row["at"] < query.until)
        and (query.label is None or query.label in labels)
    ]
    return [row["id"] for row in sorted(found, key=lambda row: (row["at"], row["number"]), reverse=True)]


def test_every_question_finds_what_it_should_on_whatever_pages(
    database: Database, kept: list[tuple[dict[str, Any], list[str]]]
) -> None:
    search = ScanSearch(database)
    choices: dict[str, list[Any]] = {
        "consignment_id": [None, "c1"],
        "scanner_id": [None, "s2"],
        "workstation": [None, "belt-1"],
        "label": [None, "pistol", "nothing"],
        "state": [None, ScanState.NOT_SCREENED],
        "since": [None, START + timedelta(hours=10)],
        "until": [None, START + timedelta(hours=20)],
    }
    questions = [Query(**dict(zip(choices, values, strict=True))) for values in itertools.product(*choices.values())]
    for number, query in enumerate(questions):
        assert all_pages(search, query, (7, 50, 200)[number % 3]) == expected(kept, query), query


def test_a_page_names_each_label_once_in_order(
    database: Database, kept: list[tuple[dict[str, Any], list[str]]]
) -> None:
    page = ScanSearch(database).page(Query(), limit=200, cursor=None)
    labels = {row["id"]: tuple(sorted(found)) for row, found in kept}
    assert [scan.labels for scan in page.scans] == [labels[scan.id] for scan in page.scans]


def test_what_comes_in_between_moves_no_page(database: Database, kept: list[tuple[dict[str, Any], list[str]]]) -> None:
    search = ScanSearch(database)
    first = search.page(Query(), limit=100, cursor=None)
    newer, _ = next(rows(1))
    with database.writing() as connection:
        row = {**newer, "number": MANY + 1, "id": "f" * 32, "at": START + timedelta(days=9), "taken_at": None}
        connection.execute(insert(scans), row)
    assert first.next is not None
    second = search.page(Query(), limit=100, cursor=Cursor.parse(first.next))
    assert [scan.id for scan in first.scans + second.scans] == expected(kept, Query())[:200]


@pytest.mark.parametrize(
    "shown",
    ["", "x", "!!", "MTIz", "LTEuLTE", "MS4x.x", "ä", "MTc5NTQ5OTM4NDExMDY4LjI1MQ==\0", "OTk5OTk5OTk5OTk5OTk5OTk5OS4x"],
)
def test_a_cursor_that_is_none_of_ours_is_refused(shown: str) -> None:
    with pytest.raises(BadInputError, match="query cursor: expected `next` of an earlier answer"):
        Cursor.parse(shown)


def test_a_cursor_is_read_as_it_was_written() -> None:
    cursor = Cursor(datetime(1969, 1, 1, 0, 0, 0, 7, tzinfo=UTC), 2**63 - 1)
    assert Cursor.parse(str(cursor)) == cursor


@pytest.mark.parametrize(
    "query",
    [
        Query(),
        Query(since=START, until=START + timedelta(days=1)),
        Query(consignment_id="c1"),
        Query(scanner_id="s1"),
        Query(state=ScanState.PENDING),
        Query(workstation="belt-1"),
        Query(label="pistol"),
        Query(label="pistol", scanner_id="s1"),
        Query(consignment_id="c1", workstation="belt-1"),
    ],
)
def test_sqlite_answers_from_an_index_in_its_order(tmp_path: Path, query: Query) -> None:
    cursor = Cursor(START, 7)
    with closing(open_database(tmp_path, None)) as database, database.reading() as connection:
        statement = (
            statement_of(query, cursor)
            .limit(50)
            .compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
        )
        plan = [row.detail for row in connection.execute(text(f"EXPLAIN QUERY PLAN {statement}"))]
    assert not [step for step in plan if "TEMP B-TREE" in step], plan
    assert all(step.startswith("SEARCH") for step in plan), plan
