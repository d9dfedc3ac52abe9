"""What asks the database for the figures of a period: each statement reads a range of an index, on both databases.

What is counted of a scan counts when it was taken (or, where nobody said, received), what is counted of a verdict when
that was given, of a search when its first outcome was told. No statement asks who.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Float,
    Select,
    Subquery,
    and_,
    case,
    distinct,
    exists,
    func,
    literal,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from parcelray.serving.desk.codes import Stage
from parcelray.serving.desk.statistics_period import Period
from parcelray.serving.store.records import ScanState
from parcelray.serving.store.tables import (
    desk,
    detections,
    outcome_items,
    outcomes,
    scan_labels,
    scans,
    verdict_boxes,
    verdicts,
)

FOUND, NOTHING_FOUND = "found", "nothing_found"
"""What comes of a search."""


class _WholeSeconds(FunctionElement[int]):
    """Seconds from 1970 to a moment, rounded down."""

    name = "whole_seconds"
    type = BigInteger()
    inherit_cache = True


class _SecondsBetween(FunctionElement[float]):
    """Seconds from one moment to another; to the millisecond on SQLite."""

    name = "seconds_between"
    type = Float()
    inherit_cache = True


@compiles(_WholeSeconds, "sqlite")
def _sqlite_whole(element: Any, compiler: Any, **options: Any) -> str:
    # Of the text to the second alone: SQLite would round what follows to milliseconds, and so into the next second.
    return f"CAST(strftime('%s', substr({compiler.process(element.clauses, **options)}, 1, 19)) AS INTEGER)"


@compiles(_WholeSeconds, "postgresql")
def _postgresql_whole(element: Any, compiler: Any, **options: Any) -> str:
    return f"CAST(floor(EXTRACT(EPOCH FROM {compiler.process(element.clauses, **options)})) AS BIGINT)"


@compiles(_SecondsBetween, "sqlite")
def _sqlite_between(element: Any, compiler: Any, **options: Any) -> str:
    first, last = (compiler.process(clause, **options) for clause in element.clauses)
    return f"round((julianday({last}) - julianday({first})) * 86400.0, 3)"


@compiles(_SecondsBetween, "postgresql")
def _postgresql_between(element: Any, compiler: Any, **options: Any) -> str:
    first, last = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(EXTRACT(EPOCH FROM {last} - {first}) AS DOUBLE PRECISION)"


def _bucket(moment: ColumnElement[Any], period: Period) -> ColumnElement[int]:
    begins = int(period.since.timestamp())
    place = (_WholeSeconds(moment) - literal(begins, BigInteger)) // literal(
        int(period.length.total_seconds()), BigInteger
    )
    # Grouped by its name: PostgreSQL takes two expressions with parameters for different ones.
    return place.label("bucket")


def _within(moment: ColumnElement[Any], period: Period) -> ColumnElement[bool]:
    return and_(moment >= period.since, moment < period.until)


def scans_by_state(period: Period) -> Select[Any]:
    """Scans by bucket and state."""
    return (
        select(_bucket(scans.c.at, period), scans.c.state, func.count().label("n"))
        # All that there are: so one index holds all that is asked for.
        .where(scans.c.state.in_(list(ScanState)), _within(scans.c.at, period))
        .group_by("bucket", scans.c.state)
    )


def scans_by_model(period: Period) -> Select[Any]:
    """Scans by the model that looked; those that none has looked at are left out."""
    return (
        select(scans.c.model_name, scans.c.model_version, func.count().label("n"))
        .where(_within(scans.c.at, period), scans.c.model_name.is_not(None))
        .group_by(scans.c.model_name, scans.c.model_version)
    )


def scans_with_alarm(period: Period) -> Select[Any]:
    """Scans in which anything was highlighted, by bucket."""
    columns: tuple[ColumnElement[Any], ...] = (
        _bucket(scan_labels.c.at, period),
        func.count(distinct(scan_labels.c.scan_number)).label("n"),
    )
    return select(*columns).where(_within(scan_labels.c.at, period)).group_by("bucket")


def boxes_highlighted(period: Period) -> Select[Any]:
    """The model's boxes by class."""
    highlighted = select(scan_labels.c.scan_number).where(_within(scan_labels.c.at, period))
    return (
        select(detections.c.label, func.count().label("n"))
        .where(detections.c.scan_number.in_(highlighted))
        .group_by(detections.c.label)
    )


def verdicts_by_decision(period: Period) -> Select[Any]:
    """Verdicts by bucket and decision."""
    return (
        select(_bucket(verdicts.c.at, period), verdicts.c.decision, func.count().label("n"))
        .where(_within(verdicts.c.at, period))
        .group_by("bucket", verdicts.c.decision)
    )


def handling_times(period: Period) -> Select[Any]:
    """Quantiles by bucket: from a parcel on the officer's screen to the verdict, where the page told when it was there.

    A page whose clock is ahead may say that it drew a parcel after its verdict: such a time is none.
    """
    took = _SecondsBetween(verdicts.c.opened_at, verdicts.c.at)
    return _quantiles(
        select(_bucket(verdicts.c.at, period), took.label("took"))
        .where(_within(verdicts.c.at, period), verdicts.c.opened_at <= verdicts.c.at)
        .subquery()
    )


def waiting_times(period: Period) -> Select[Any]:
    """Quantiles by bucket: from a parcel's coming to the desk to its first verdict."""
    took = _SecondsBetween(desk.c.queued_at, verdicts.c.at)
    return _quantiles(
        select(_bucket(verdicts.c.at, period), took.label("took"))
        .join(desk, desk.c.scan_number == verdicts.c.scan_number)
        .where(_within(verdicts.c.at, period), verdicts.c.stage == Stage.SCREEN)
        .subquery()
    )


def _quantiles(given: Subquery) -> Select[Any]:
    """By nearest rank: the least time that a half, or nine of ten, do not exceed.

    ``median`` and ``p90`` are the bucket's; the least ``median_of_all`` and ``p90_of_all`` are the period's.
    """
    windows: dict[str, dict[str, Any]] = {"": {"partition_by": given.c.bucket}, "_of_all": {}}
    ranked = select(
        given.c.bucket,
        given.c.took,
        *(
            column
            for name, over in windows.items()
            for column in (
                func.row_number().over(order_by=given.c.took, **over).label(f"place{name}"),
                func.count().over(**over).label(f"count{name}"),
            )
        ),
    ).subquery()
    quantiles = (
        func.min(case((ranked.c[f"place{name}"] * 100 >= ranked.c[f"count{name}"] * percent, ranked.c.took))).label(
            f"{title}{name}"
        )
        for name in windows
        for title, percent in (("median", 50), ("p90", 90))
    )
    return select(ranked.c.bucket, func.count().label("n"), *quantiles).group_by(ranked.c.bucket)


def boxes_judged(period: Period) -> Select[Any]:
    """Boxes by bucket, by what was done to them and by class, of the last verdict on each scan that speaks of boxes.

    The class is the model's own, also of a box that was relabelled; of one that was drawn, the officer's.
    """
    later = verdicts.alias("later")
    is_overruled = exists().where(
        later.c.scan_number == verdicts.c.scan_number,
        later.c.number > verdicts.c.number,
        exists().where(verdict_boxes.c.verdict_number == later.c.number).correlate(later),
    )
    label = func.coalesce(detections.c.label, verdict_boxes.c.label).label("model_label")
    return (
        select(_bucket(verdicts.c.at, period), verdict_boxes.c.action, label, func.count().label("n"))
        .select_from(verdicts)
        .join(verdict_boxes, verdict_boxes.c.verdict_number == verdicts.c.number)
        .outerjoin(
            detections,
            and_(
                detections.c.scan_number == verdicts.c.scan_number,
                detections.c.view_index == verdict_boxes.c.view_index,
                detections.c.rank == verdict_boxes.c.rank,
            ),
        )
        .where(_within(verdicts.c.at, period), ~is_overruled)
        .group_by("bucket", verdict_boxes.c.action, "model_label")
    )


def queued(period: Period) -> Select[Any]:
    """Parcels that came to the desk, by bucket."""
    return _moved(desk.c.queued_at, period)


def done(period: Period) -> Select[Any]:
    """Parcels that nothing was left to be done about, by bucket."""
    return _moved(desk.c.done_at, period)


def _moved(moment: ColumnElement[Any], period: Period) -> Select[Any]:
    columns: tuple[ColumnElement[Any], ...] = (_bucket(moment, period), func.count().label("n"))
    return select(*columns).where(_within(moment, period)).group_by("bucket")


def waiting_at_the_beginning(period: Period) -> tuple[Select[Any], Select[Any]]:
    """Parcels that were at the desk already: those that are done by now, and those that are not."""
    earlier = select(func.count()).select_from(desk).where(desk.c.queued_at < period.since)
    return earlier.where(desk.c.done_at >= period.since), earlier.where(desk.c.done_at.is_(None))


def _searched(*columns: ColumnElement[Any], period: Period) -> Select[Any]:
    """Of each search the last outcome, at the time of the first."""
    later = outcomes.alias("later")
    is_corrected = exists().where(later.c.scan_number == outcomes.c.scan_number, later.c.number > outcomes.c.number)
    return (
        select(*columns)
        .select_from(desk)
        .join(outcomes, outcomes.c.scan_number == desk.c.scan_number)
        .where(_within(desk.c.done_at, period), ~is_corrected)
    )


def searches(period: Period) -> Select[Any]:
    """Searches by bucket, and by whether anything was found."""
    came_of_it = case((outcomes.c.found, FOUND), else_=NOTHING_FOUND).label("came_of_it")
    statement = _searched(_bucket(desk.c.done_at, period), came_of_it, func.count().label("n"), period=period)
    return statement.group_by("bucket", "came_of_it")


def _items(*columns: ColumnElement[Any], period: Period) -> Select[Any]:
    return _searched(*columns, period=period).join(outcome_items, outcome_items.c.outcome_number == outcomes.c.number)


_PARCELS = func.count(distinct(outcomes.c.number)).label("parcels")
# Where nobody counted, nothing is added.
_PIECES = func.coalesce(func.sum(outcome_items.c.count), 0).label("pieces")


def seized_by_class(period: Period) -> Select[Any]:
    """Parcels and pieces in which each class was found."""
    statement = _items(outcome_items.c.label, _PARCELS, _PIECES, period=period)
    return statement.group_by(outcome_items.c.label)


def seized_by_programme(period: Period, programmes: Mapping[str, str]) -> Select[Any]:
    """Parcels and pieces by programme; None for what belongs to none.

    Args:
        period: which.
        programmes: class -> programme.
    """
    programme = case(programmes, value=outcome_items.c.label).label("programme")
    return _items(programme, _PARCELS, _PIECES, period=period).group_by("programme")


def money_found(period: Period) -> Select[Any]:
    """Amounts of each currency as they were written, and how often each was."""
    amount, currency = outcome_items.c.amount, outcome_items.c.currency
    statement = _items(currency, amount, func.count().label("n"), period=period)
    return statement.where(amount.is_not(None)).group_by(currency, amount)
