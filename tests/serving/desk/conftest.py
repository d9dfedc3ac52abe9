"""A desk on each database, whose clock stands still, and scans that come to it without a model having to look."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from parcelray.serving.desk.desk import Desk
from parcelray.serving.desk.entries import Officer, Verdict
from parcelray.serving.desk.intake import Intake
from parcelray.serving.settings import Settings
from parcelray.serving.store.blobs import FolderBlobs
from parcelray.serving.store.database import Database
from parcelray.serving.store.store import Store
from parcelray.serving.store.tables import events
from support.parcels_at_desk import add, scan_with, verdict, view_with
from support.people import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(database: Database, tmp_path: Path) -> Store:
    return Store(database, FolderBlobs(tmp_path / "data" / "images"), Intake(queue_all=False))


@pytest.fixture
def make_desk(store: Store, make_settings: Callable[..., Settings], clock: Clock) -> Callable[..., Desk]:
    """A desk with settings of its own."""
    return lambda **options: Desk(store, make_settings(**options), dict, clock)


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk()


@pytest.fixture
def arrive(store: Store) -> Callable[..., str]:
    """Stores a scan with one view in which these were found, and says its id."""
    return lambda *labels, **fields: add(store, scan_with([view_with(*labels)], **fields))


@pytest.fixture
def decide(desk: Desk) -> Callable[..., Verdict]:
    """Claims a parcel and decides it."""
    keys = count()

    def decide(officer: Officer, scan_id: str, **fields: Any) -> Verdict:
        desk.claims.take(officer, scan_id)
        given, replayed = desk.verdicts.give(officer, scan_id, verdict(**fields), f"key-{next(keys)}")
        assert not replayed
        return given

    return decide


@pytest.fixture
def told(database: Database) -> Callable[[], list[tuple[str, dict[str, Any]]]]:
    """What was told at the desk: what happened, and the entry."""

    def told() -> list[tuple[str, dict[str, Any]]]:
        statement = select(events.c.kind, events.c.told).where(events.c.kind != "scan").order_by(events.c.number)
        with database.reading() as connection:
            return [(row.kind, row.told) for row in connection.execute(statement)]

    return told
