"""A small shift whose figures are worked out by hand, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from parcelray.models.errors import BadInputError
from parcelray.models.statistics import wilson
from parcelray.serving.desk.desk import Desk
from parcelray.serving.desk.entries import Verdict
from parcelray.serving.desk.statistics_figures import (
    BoxCounts,
    DecisionCounts,
    ModelFigures,
    Money,
    PeriodFigures,
    ProgrammeFigures,
    ScanCounts,
    SearchCounts,
    Times,
)
from parcelray.serving.desk.statistics_period import Bucket
from parcelray.serving.store.database import Database
from parcelray.serving.store.store import Store
from parcelray.serving.store.tables import desk as desk_table
from parcelray.serving.store.tables import scans
from support.parcels_at_desk import (
    ANNA,
    BEN,
    ESCALATE,
    RELEASE,
    SEARCH,
    add,
    drawn,
    judged,
    outcome,
    scan_with,
    unseen_view,
    view_with,
)
from support.people import Clock

DAY = datetime(2026, 11, 24, tzinfo=UTC)
SMALL_ARMS, MONEY = "small arms and light weapons", "terrorist financing"
NO_TIMES = Times()


def at(hour: int, minute: int = 0, second: int = 0, microsecond: int = 0) -> datetime:
    return DAY.replace(hour=hour, minute=minute, second=second, microsecond=microsecond)


@pytest.fixture
def shift(
    desk: Desk, store: Store, database: Database, clock: Clock, decide: Callable[..., Verdict]
) -> Callable[..., PeriodFigures]:
    """Works through a shift; says its figures."""

    def arrive(moment: datetime, *views: Any, version: str = "0001") -> str:
        record = scan_with(views, received_at=moment)
        is_looked_at = any(view.width for view in views)
        basis = replace(record.basis, version=version) if is_looked_at and record.basis else None
        scan_id = add(store, replace(record, basis=basis))
        with database.writing() as connection:
            number = connection.execute(scans.select().where(scans.c.id == scan_id)).one().number
            # Intake goes by the machine's clock.
            connection.execute(update(desk_table).where(desk_table.c.scan_number == number).values(queued_at=moment))
        return scan_id

    def tell(scan_id: str, **fields: Any) -> None:
        desk.outcomes.tell(BEN, scan_id, outcome(**fields), f"outcome-{clock.now}")

    before = arrive(at(5, 59, 59, 999_999), view_with("pistol"), version="0000")
    pistols = arrive(at(6), view_with("pistol", "pistol"))
    arrive(at(6, 59, 59, 999_999), view_with("pipe"))
    arrive(at(7, 10), view_with())
    unseen = arrive(at(7, 20), unseen_view())
    partly = arrive(at(7, 30), view_with("banknote_bundle"), unseen_view())
    arrive(at(8, 30), view_with("magazine"), version="0002")
    arrive(at(10), view_with("pistol"))

    clock.now = at(6, 10)
    decide(BEN, before, **SEARCH, boxes=[judged(0, "confirmed")], opened_at=at(6, 9, 50))
    clock.now = at(6, 20)
    words = [judged(0, "rejected"), judged(1, "relabelled", "magazine")]
    decide(ANNA, pistols, **RELEASE, boxes=words, opened_at=at(6, 19, 40))
    clock.now = at(7, 5)
    words = [judged(0, "confirmed"), judged(1, "relabelled", "frame"), drawn("pipe")]
    decide(BEN, pistols, **SEARCH, boxes=words, opened_at=at(7, 4, 30))
    clock.now = at(7, 40)
    # A page whose clock is ahead.
    decide(ANNA, unseen, **ESCALATE, opened_at=at(7, 41))
    clock.now = at(7, 50)
    decide(BEN, partly, **RELEASE, boxes=[judged(0, "rejected")])
    clock.now = at(8)
    money = {"label": "banknote_bundle", "where": "false_bottom", "amount": "100.10", "currency": "EUR"}
    tell(before, found=True, items=[{"label": "pistol", "where": "other", "count": 2}, money])
    clock.now = at(8, 30)
    tell(pistols, found=False)
    clock.now = at(9, 30)
    corrected = [
        {"label": "magazine", "where": "other", "count": 1},
        {"label": "frame", "where": "other"},
        {"label": "other", "where": "other", "description": "a mask"},
        {**money, "amount": "0.2"},
        {**money, "amount": "5", "currency": "USD"},
    ]
    tell(pistols, found=True, items=corrected)
    clock.now = at(23, 30)

    def figures(
        since: datetime | None = None, until: datetime | None = None, bucket: Bucket = Bucket.HOUR
    ) -> PeriodFigures:
        return desk.statistics.of(since or at(6), until or at(10), bucket)

    return figures


def test_the_hours_of_a_shift(shift: Callable[..., PeriodFigures]) -> None:
    figures = shift()
    assert [(hour.since, hour.until) for hour in figures.buckets] == [(at(h), at(h + 1)) for h in range(6, 10)]
    assert [hour.scans for hour in figures.buckets] == [
        ScanCounts(2, 0, 0, 0, with_alarm=2),
        ScanCounts(1, 1, 1, 0, with_alarm=1),
        ScanCounts(1, 0, 0, 0, with_alarm=1),
        ScanCounts(0, 0, 0, 0, with_alarm=0),
    ]
    assert [hour.decisions for hour in figures.buckets] == [
        DecisionCounts(1, 1, 0), DecisionCounts(1, 1, 1), DecisionCounts(0, 0, 0), DecisionCounts(0, 0, 0),
    ]  # fmt: skip
    assert [hour.handling_s for hour in figures.buckets] == [
        Times(2, 10.0, 20.0), Times(1, 30.0, 30.0), NO_TIMES, NO_TIMES,
    ]  # fmt: skip
    assert [hour.waiting_s for hour in figures.buckets] == [
        Times(2, 600.0, 1200.0), Times(2, 1200.0, 1200.0), NO_TIMES, NO_TIMES,
    ]  # fmt: skip
    # Of the parcel that two people judged, the second one's word counts, when it was given.
    assert [hour.boxes for hour in figures.buckets] == [
        BoxCounts(1, 0, 0, 0), BoxCounts(1, 1, 1, 1), BoxCounts(0, 0, 0, 0), BoxCounts(0, 0, 0, 0),
    ]  # fmt: skip
    # What was corrected counts when it was told first.
    assert [hour.searches for hour in figures.buckets] == [
        SearchCounts(0, 0), SearchCounts(0, 0), SearchCounts(2, 0), SearchCounts(0, 0),
    ]  # fmt: skip
    assert [hour.backlog for hour in figures.buckets] == [3, 4, 3, 3]


def test_the_shift_as_a_whole(shift: Callable[..., PeriodFigures]) -> None:
    figures = shift()
    whole = figures.period
    assert (whole.since, whole.until, whole.backlog) == (at(6), at(10), 3)
    assert whole.scans == ScanCounts(4, 1, 1, 0, with_alarm=4)
    assert whole.decisions == DecisionCounts(2, 2, 1)
    assert whole.handling_s == Times(3, 20.0, 30.0)
    assert whole.waiting_s == Times(4, 1200.0, 1200.0)
    assert whole.boxes == BoxCounts(2, 1, 1, 1)
    assert whole.boxes.confirmed_rate == wilson(2, 4)
    assert whole.searches == SearchCounts(2, 0)
    assert whole.searches.found_rate == wilson(2, 2)
    assert figures.buckets[3].boxes.confirmed_rate is None
    assert figures.buckets[3].searches.found_rate is None
    names = ("highlighted", "confirmed", "rejected", "relabelled", "missed", "parcels", "pieces")
    of_classes = {item.label: tuple(getattr(item, name) for name in names) for item in figures.classes}
    # Gravest first.
    assert list(of_classes.items()) == [
        ("pistol", (2, 2, 0, 1, 0, 1, 2)),
        ("pipe", (1, 0, 0, 0, 1, 0, 0)),
        ("frame", (0, 0, 0, 0, 0, 1, 0)),
        ("magazine", (1, 0, 0, 0, 0, 1, 1)),
        ("banknote_bundle", (1, 0, 1, 0, 0, 2, 0)),
        ("other", (0, 0, 0, 0, 0, 1, 0)),
    ]
    assert [(item.group, item.programme) for item in figures.classes] == [
        ("firearm", SMALL_ARMS),
        ("ied_component", "Programme Global Shield"),
        ("firearm_part", SMALL_ARMS),
        ("firearm_part", SMALL_ARMS),
        ("cash", MONEY),
        (None, None),
    ]
    assert figures.programmes == (
        ProgrammeFigures(SMALL_ARMS, 2, 3), ProgrammeFigures(MONEY, 2, 0), ProgrammeFigures(None, 1, 0),
    )  # fmt: skip
    assert figures.cash == (Money("EUR", "100.30"), Money("USD", "5"))
    assert figures.models == (ModelFigures("tiny", "0001", 4), ModelFigures("tiny", "0002", 1))


def test_days_sum_up_to_the_same(shift: Callable[..., PeriodFigures]) -> None:
    hours = shift(since=DAY, until=DAY + timedelta(days=1))
    days = shift(since=DAY - timedelta(days=1), until=DAY + timedelta(days=1), bucket=Bucket.DAY)
    assert len(hours.buckets) == 24
    before, day = days.buckets
    assert before.scans == ScanCounts(0, 0, 0, 0, with_alarm=0)
    assert before.backlog == 0
    assert day == hours.period
    assert (days.classes, days.cash) == (hours.classes, hours.cash)


def test_a_bucket_that_has_yet_to_begin_has_no_backlog(shift: Callable[..., PeriodFigures], clock: Clock) -> None:
    clock.now = at(9)
    figures = shift(until=at(12))
    # The parcel that came at 10 is queued ahead of this clock.
    assert [hour.backlog for hour in figures.buckets] == [3, 4, 3, 3, None, None]
    assert figures.period.backlog == 3
    clock.now = at(5)
    assert shift().period.backlog is None


def test_a_last_bucket_may_be_short(shift: Callable[..., PeriodFigures]) -> None:
    figures = shift(until=at(7, 20, 0, 1))
    assert [hour.until for hour in figures.buckets] == [at(7), at(7, 20, 0, 1)]
    assert figures.buckets[1].scans == ScanCounts(1, 0, 1, 0, with_alarm=0)
    assert shift(until=at(7, 20)).buckets[1].scans == ScanCounts(1, 0, 0, 0, with_alarm=0)


@pytest.mark.parametrize(
    ("since", "until", "bucket", "says"),
    [
        (at(6), at(6), Bucket.HOUR, "query until: expected a time after `since`, got 2026-11-24T06:00:00"),
        (at(6, 0, 0, 1), at(7), Bucket.HOUR, "query since: expected a whole second, got 2026-11-24T06:00:00.000001"),
        (DAY, DAY + timedelta(hours=400, microseconds=1), Bucket.HOUR, "at most 400 buckets from `since` on, got 401"),
        (DAY, DAY + timedelta(days=401), Bucket.DAY, "at most 400 buckets from `since` on, got 401 buckets"),
    ],
)
def test_a_period_that_cannot_be_is_refused(
    desk: Desk, since: datetime, until: datetime, bucket: Bucket, says: str
) -> None:
    with pytest.raises(BadInputError, match=says):
        desk.statistics.of(since, until, bucket)


def test_as_many_buckets_as_there_may_be(desk: Desk) -> None:
    figures = desk.statistics.of(DAY, DAY + timedelta(hours=400), Bucket.HOUR)
    assert len(figures.buckets) == 400
    assert figures.classes == figures.programmes == figures.cash == figures.models == ()
