"""The queue as it is listed: every parcel once, in the order of handing out; and no statement reads a whole table."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Connection, Select, insert, text
from sqlalchemy.dialects import postgresql, sqlite

from parcelray.models.errors import BadInputError
from parcelray.serving.desk.claims import next_statement, run_out_statement
from parcelray.serving.desk.codes import FOR_OFFICERS, Stage
from parcelray.serving.desk.desk import Desk
from parcelray.serving.desk.entries import ENTRY_ROWS, Entry, Verdict
from parcelray.serving.desk.feedback import done_statement
from parcelray.serving.desk.queue import COUNTS, QueueCursor, held_statement, page_statement
from parcelray.serving.store.database import Database
from parcelray.serving.store.tables import desk as desk_table
from parcelray.serving.store.tables import outcomes, scans, verdicts
from support.parcels_at_desk import ANNA, BEN, ESCALATE, RELEASE, SEARCH
from support.people import Clock

Arrive = Callable[..., str]
AT = datetime(2026, 11, 1, tzinfo=UTC)
MANY = 2000


def all_pages(desk: Desk, stage: Stage | None, limit: int) -> list[Entry]:
    found: list[Entry] = []
    cursor: QueueCursor | None = None
    while True:
        page = desk.queue.page(stage, limit=limit, cursor=cursor, holder=None)
        assert len(page.entries) == limit or page.next is None
        found += page.entries
        if page.next is None:
            return found
        cursor = QueueCursor.parse(page.next)


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_every_parcel_is_listed_once_in_the_order_in_which_it_is_handed_out(
    desk: Desk, arrive: Arrive, decide: Callable[..., Verdict], limit: int
) -> None:
    labels = ("banknote_bundle", "pistol", "pipe", "pistol", "magazine", "pistol")
    ids = [arrive(label) for label in labels]
    decide(ANNA, ids[1], **RELEASE)
    decide(ANNA, ids[4], **SEARCH)
    decide(ANNA, ids[2], **ESCALATE)
    listed = all_pages(desk, None, limit)
    assert [entry.scan_id for entry in listed] == [ids[1], ids[3], ids[5], ids[0]]
    assert [entry.stage for entry in listed] == ["second", "screen", "screen", "screen"]
    for stage, expected in ((Stage.SECOND, ids[1]), (Stage.SEARCH, ids[4]), (Stage.ESCALATED, ids[2])):
        (entry,) = all_pages(desk, stage, limit)
        assert entry.scan_id == expected
        assert entry.first_verdict is not None
    handed_out = [desk.claims.take_next(BEN, None) for _ in range(2)]
    assert [entry.scan_id for entry in handed_out if entry] == [ids[1], ids[3]]


def test_it_tells_how_many_wait_and_what_the_caller_holds(
    desk: Desk, arrive: Arrive, decide: Callable[..., Verdict], clock: Clock
) -> None:
    ids = [arrive(label) for label in ("pistol", "pistol", "banknote_bundle", "pipe")]
    decide(ANNA, ids[3], **ESCALATE)
    desk.claims.take(ANNA, ids[2])
    clock.go_on(seconds=1)
    desk.claims.take(ANNA, ids[0])
    desk.claims.take(BEN, ids[1])
    page = desk.queue.page(None, limit=1, cursor=None, holder="anna")
    assert page.waiting == {"screen": 3, "second": 0, "search": 0, "escalated": 1}
    assert [entry.scan_id for entry in page.mine] == [ids[2], ids[0]]
    assert [(entry.scan_id, entry.claimed_by) for entry in page.entries] == [(ids[0], "anna")]
    assert desk.queue.page(None, limit=1, cursor=None, holder=None).mine == ()
    clock.go_on(seconds=119)
    page = desk.queue.page(None, limit=4, cursor=None, holder="anna")
    assert [entry.scan_id for entry in page.mine] == [ids[0]]
    assert [entry.claimed_by for entry in page.entries] == ["anna", "ben", None]


@pytest.mark.parametrize(
    "cursor", ["AA", "====", "MS4yLjM", "LTEuMi4z", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTkuMS4x", "é", ""]
)
def test_a_cursor_that_is_none_of_ours_is_refused(cursor: str) -> None:
    if cursor == "MS4yLjM":
        assert str(QueueCursor.parse(cursor)) == cursor
        return
    with pytest.raises(BadInputError, match="query cursor: expected `next` of an earlier answer, got something else"):
        QueueCursor.parse(cursor)


@pytest.fixture
def many(database: Database) -> Database:
    """Many parcels, most of them done, as after some months."""
    rows = [
        {
            "number": number,
            "id": secrets.token_hex(16),
            "state": "screened",
            "workstation": "belt-1",
            "received_at": AT,
            "at": AT,
            "content_sha256": f"{number:064x}",
        }
        for number in range(1, MANY + 1)
    ]
    stages = {0: "screen", 1: "second", 2: "search", 3: "escalated"}
    at_desk = [
        {
            "scan_number": number,
            "stage": stages.get(number % 100, "done"),
            "severity": number % 7,
            "queued_at": AT + timedelta(seconds=number),
            "claimed_by": f"officer-{number % 50}",
            "claimed_until": AT + timedelta(days=1) if number % 1000 == 0 else None,
            "first_by": "anna" if number % 100 == 1 else None,
            "done_at": AT + timedelta(seconds=number) if number % 100 > 3 else None,
        }
        for number in range(1, MANY + 1)
    ]
    given = [
        {
            "number": number,
            "scan_number": number,
            "at": AT,
            "by": f"officer-{number % 50}",
            "idempotency_key": f"{number}",
            "request_sha256": "0" * 64,
        }
        for number in range(1, MANY + 1)
    ]
    words = {"stage": "screen", "leads_to": "search", "decision": "search", "reason": "alarm_confirmed"}
    with database.writing() as connection:
        connection.execute(insert(scans), rows)
        connection.execute(insert(desk_table), at_desk)
        connection.execute(insert(verdicts), [{**row, **words} for row in given])
        connection.execute(insert(outcomes), [{**row, "found": False} for row in given])
    return database


def statements() -> dict[str, Select[Any]]:
    later = AT + timedelta(days=2)
    return {
        "a page of what officers decide": page_statement(FOR_OFFICERS, None, 51),
        "a page of what is to be searched": page_statement([Stage.SEARCH], None, 51),
        "a later page": page_statement(FOR_OFFICERS, QueueCursor(3, AT, 7), 51),
        "what waits": COUNTS,
        "what is held": held_statement("officer-1", AT),
        "what comes next": next_statement(Stage.SCREEN, "anna", AT),
        "what comes next for the second person": next_statement(Stage.SECOND, "anna", AT),
        "claims that ran out": run_out_statement(later),
        "one parcel": ENTRY_ROWS.where(scans.c.id == "0" * 32),
        "what was done in an hour": done_statement(AT + timedelta(minutes=50), AT + timedelta(minutes=55)),
        "verdicts on a scan": verdicts.select().where(verdicts.c.scan_number.in_([7])),
        "a verdict that came before": verdicts.select().where(
            verdicts.c.by == "officer-1", verdicts.c.idempotency_key == "7"
        ),
        "outcomes of a scan": outcomes.select().where(outcomes.c.scan_number.in_([7])),
    }


def plan_of(connection: Connection, statement: Select[Any]) -> str:
    dialect = sqlite.dialect() if connection.dialect.name == "sqlite" else postgresql.dialect()
    written = statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    rows = connection.exec_driver_sql(f"{explain} {str(written).replace('%', '%%')}").all()
    return "\n".join(str(row[-1]) for row in rows)


def test_no_statement_reads_a_whole_table(many: Database) -> None:
    with many.reading() as connection:
        if not many.is_sqlite:
            # Of tables as small as these it would rather read all: that there is another way is what is asked.
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        plans = {name: plan_of(connection, statement) for name, statement in statements().items()}
    tables = ("desk", "scans", "verdicts", "outcomes")
    whole = [f"SCAN {table}" for table in tables] if many.is_sqlite else ["Seq Scan"]
    for name, plan in plans.items():
        assert not any(words in plan for words in whole), f"{name}: {plan}"
        if "page" not in name and name not in ("what waits", "what is held"):
            assert "TEMP B-TREE" not in plan, f"{name} sorts: {plan}"


def test_pages_of_many_are_whole(many: Database, desk: Desk) -> None:
    listed = all_pages(desk, None, 7)
    assert len(listed) == 2 * MANY // 100
    places = [(entry.severity, entry.queued_at) for entry in listed]
    assert all(one < other for one, other in pairwise(places))
