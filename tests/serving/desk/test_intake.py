"""Which scans come to the desk, how grave they are, and that they do so with the scan or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from parcelray.serving.desk.desk import Desk
from parcelray.serving.desk.intake import Intake
from parcelray.serving.store.database import Database
from parcelray.serving.store.records import Reason, ScanRecord, StoredView, ViewState
from parcelray.serving.store.scans import Identity, ScanStore
from parcelray.serving.store.store import Store
from parcelray.serving.store.tables import scans
from support.parcels_at_desk import add, scan_with, unseen_view, view_with

PENDING = (replace(unseen_view(), state=ViewState.PENDING, reason=None),)


@pytest.mark.parametrize(
    ("views", "severity"),
    [
        ([view_with("pistol")], 1),
        ([view_with("banknote_bundle", "pipe")], 2),
        ([view_with("banknote_bundle"), view_with("magazine")], 3),
        ([view_with("wrench")], 3),
        ([view_with("banknote_bundle")], 5),
        ([unseen_view()], 0),
        ([view_with("pistol"), unseen_view()], 0),
        ([view_with()], None),
        ([view_with(), view_with()], None),
    ],
)
def test_what_was_highlighted_or_not_looked_at_waits_as_grave_as_its_gravest(
    store: Store, desk: Desk, views: list[StoredView], severity: int | None
) -> None:
    entry = desk.queue.entry(add(store, scan_with(views)))
    assert (None if entry is None else entry.severity) == severity


def test_with_queue_all_every_scan_waits_and_what_shows_nothing_comes_last(database: Database, desk: Desk) -> None:
    store = ScanStore(database, Intake(queue_all=True))
    ids = []
    for record in (scan_with([view_with()]), scan_with([view_with("banknote_bundle")])):
        store.add(record, Identity("belt-1", record.content_sha256, None, None, None))
        ids.append(record.id)
    page = desk.queue.page(None, limit=10, cursor=None, holder=None)
    assert [(entry.scan_id, entry.severity) for entry in page.entries] == [(ids[1], 5), (ids[0], 9)]


def pending_and_finished(store: Store, *views: StoredView) -> ScanRecord:
    record = scan_with(PENDING, screened_at=None, basis=None)
    add(store, record)
    finished = replace(record, views=views, screened_at=record.received_at, basis=scan_with(views).basis)
    assert store.scans.finish(finished)
    return finished


def test_what_is_looked_at_later_comes_then_and_once(
    store: Store, desk: Desk, told: Callable[[], list[tuple[str, dict[str, Any]]]]
) -> None:
    record = scan_with(PENDING, screened_at=None, basis=None)
    add(store, record)
    assert desk.queue.entry(record.id) is None
    finished = replace(record, views=(view_with("pistol"),), basis=scan_with([]).basis)
    assert store.scans.finish(finished)
    assert not store.scans.finish(finished)
    entry = desk.queue.entry(record.id)
    assert entry is not None
    assert (entry.stage, entry.labels, entry.claimed_by, entry.first_verdict) == ("screen", ("pistol",), None, None)
    ((kind, content),) = told()
    assert (kind, content["scan_id"], content["labels"]) == ("queued", record.id, ["pistol"])


def test_a_scan_that_could_not_be_looked_at_at_all_comes_first(store: Store, desk: Desk) -> None:
    record = scan_with(PENDING, screened_at=None, basis=None)
    add(store, record)
    given_up = replace(PENDING[0], state=ViewState.NOT_SCREENED, reason=Reason("urn:x", "damaged"))
    assert store.scans.finish(replace(record, views=(given_up,), screened_at=record.received_at))
    entry = desk.queue.entry(record.id)
    assert entry is not None
    assert (entry.severity, entry.state) == (0, "not_screened")


def test_a_scan_that_cannot_be_queued_is_not_stored_either(database: Database) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("on purpose")

    record = scan_with([view_with("pistol")])
    with pytest.raises(RuntimeError, match="on purpose"):
        ScanStore(database, fail).add(record, Identity("belt-1", record.content_sha256, None, None, None))
    with database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(scans)) == 0
