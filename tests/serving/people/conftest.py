from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from parcelray.serving.people.people import People
from parcelray.serving.store.database import Database
from parcelray.serving.store.tables import audit
from support.people import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def people(database: Database, make_settings: Callable[..., Any], clock: Clock) -> People:
    return People(database, make_settings(), clock)


@dataclass(frozen=True)
class Page:
    """An app whose people go by the test's clock, and a client of it. The app does not run: no model is loaded."""

    app: FastAPI
    client: TestClient
    people: People


@pytest.fixture
def page(app: FastAPI, make_settings: Callable[..., Any], clock: Clock) -> Page:
    app.state.people = People(app.state.store.database, make_settings(), clock)
    return Page(app, TestClient(app), app.state.people)


@pytest.fixture
def noted(database: Database) -> Callable[[], list[tuple[Any, ...]]]:
    """What stands in the audit: who, from where, what, and to which account."""

    def noted() -> list[tuple[Any, ...]]:
        columns = (audit.c.actor_kind, audit.c.actor, audit.c.address, audit.c.action, audit.c.subject, audit.c.details)
        with database.reading() as connection:
            return [tuple(row) for row in connection.execute(select(*columns).order_by(audit.c.number))]

    return noted
