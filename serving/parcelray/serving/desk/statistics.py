"""``Statistics``: figures of a period, for those who answer for a shift."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import Connection, Select

from parcelray.models.taxonomy import Taxonomy
from parcelray.serving.desk import statistics_statements as statements
from parcelray.serving.desk.codes import Action, Decision
from parcelray.serving.desk.statistics_figures import (
    BoxCounts,
    ClassFigures,
    DecisionCounts,
    Figures,
    ModelFigures,
    Money,
    PeriodFigures,
    ProgrammeFigures,
    ScanCounts,
    SearchCounts,
    Times,
)
from parcelray.serving.desk.statistics_period import Bucket, Period
from parcelray.serving.people.clock import Clock
from parcelray.serving.store.database import Database
from parcelray.serving.store.records import ScanState

Place = TypeVar("Place", int, str)
# In the order of ``ScanCounts``.
_STATES = (ScanState.SCREENED, ScanState.PARTLY_SCREENED, ScanState.NOT_SCREENED, ScanState.PENDING)
_WITH_ALARM = "with_alarm"


class Statistics:
    """The figures of a database.

    Args:
        database: migrated.
        clock: tells which buckets have yet to begin.
        taxonomy: all classes that are known now, with the hub's own.
    """

    def __init__(self, database: Database, clock: Clock, taxonomy: Callable[[], Taxonomy]) -> None:
        self._database = database
        self._clock = clock
        self._taxonomy = taxonomy

    def of(self, since: datetime, until: datetime, bucket: Bucket) -> PeriodFigures:
        """The figures of a period, of one state of the database.

        Raises:
            BadInputError: there is no such period, or it has too many buckets.
            StorageError: the database does not answer.
        """
        period = Period(since, until, bucket.length)
        with self._database.reading() as connection:
            return _Reading(connection, period, self._clock(), self._taxonomy()).figures(bucket)


class _Reading:
    """One look at the database."""

    def __init__(self, connection: Connection, period: Period, now: datetime, taxonomy: Taxonomy) -> None:
        self._connection = connection
        self._period = period
        self._now = now
        self._taxonomy = taxonomy

    def figures(self, bucket: Bucket) -> PeriodFigures:
        run, period = self._connection.execute, self._period
        boxes = run(statements.boxes_judged(period)).all()
        counts = _counted(
            [
                *((row.bucket, row.state, row.n) for row in run(statements.scans_by_state(period))),
                *((row.bucket, _WITH_ALARM, row.n) for row in run(statements.scans_with_alarm(period))),
                *((row.bucket, row.decision, row.n) for row in run(statements.verdicts_by_decision(period))),
                *((row.bucket, row.action, row.n) for row in boxes),
                *((row.bucket, row.came_of_it, row.n) for row in run(statements.searches(period))),
            ]
        )
        handling, all_handling = self._times(statements.handling_times(period))
        waiting, all_waiting = self._times(statements.waiting_times(period))
        backlog = self._backlog()
        last = max((index for index, left in enumerate(backlog) if left is not None), default=0)
        return PeriodFigures(
            bucket=bucket,
            period=_figures(
                (period.since, period.until),
                sum(counts.values(), Counter()),
                all_handling,
                all_waiting,
                backlog[last],
            ),
            buckets=tuple(
                _figures(period.bounds(index), counts[index], handling[index], waiting[index], backlog[index])
                for index in range(len(period))
            ),
            classes=self._classes(_counted((row.model_label, row.action, row.n) for row in boxes)),
            programmes=self._programmes(),
            cash=self._cash(),
            models=self._models(),
        )

    def _times(self, statement: Select[Any]) -> tuple[list[Times], Times]:
        """Of each bucket, and of all together."""
        rows = self._connection.execute(statement).all()
        times = {row.bucket: Times(row.n, round(row.median, 1), round(row.p90, 1)) for row in rows}
        of_all = Times(
            sum(row.n for row in rows),
            _least(row.median_of_all for row in rows),
            _least(row.p90_of_all for row in rows),
        )
        return [times.get(index, Times()) for index in range(len(self._period))], of_all

    def _backlog(self) -> list[int | None]:
        run, period = self._connection.execute, self._period
        left = sum(run(statement).scalar_one() for statement in statements.waiting_at_the_beginning(period))
        came, went = ({row.bucket: row.n for row in run(of(period))} for of in (statements.queued, statements.done))
        backlog: list[int | None] = []
        for index in range(len(period)):
            left += came.get(index, 0) - went.get(index, 0)
            backlog.append(left if period.bounds(index)[0] <= self._now else None)
        return backlog

    def _classes(self, judged: dict[str, Counter[str]]) -> tuple[ClassFigures, ...]:
        run, period = self._connection.execute, self._period
        highlighted = {row.label: row.n for row in run(statements.boxes_highlighted(period))}
        seized = {row.label: row for row in run(statements.seized_by_class(period))}
        groups = {leaf: group for group in self._taxonomy.groups for leaf in group.leaves}
        # Gravest first, as the desk has it; what is of no known class last.
        order = {leaf: (groups[leaf].severity, place) for place, leaf in enumerate(groups)}
        last = (max(group.severity for group in self._taxonomy.groups) + 1, 0)
        found = []
        for label in sorted({*highlighted, *judged, *seized}, key=lambda label: (order.get(label, last), label)):
            group, words, taken = groups.get(label), judged.get(label, Counter()), seized.get(label)
            found.append(
                ClassFigures(
                    label=label,
                    group=None if group is None else group.name,
                    programme=None if group is None else group.programme,
                    highlighted=highlighted.get(label, 0),
                    confirmed=words[Action.CONFIRMED],
                    rejected=words[Action.REJECTED],
                    relabelled=words[Action.RELABELLED],
                    missed=words[Action.DRAWN],
                    parcels=0 if taken is None else taken.parcels,
                    pieces=0 if taken is None else int(taken.pieces),
                )
            )
        return tuple(found)

    def _programmes(self) -> tuple[ProgrammeFigures, ...]:
        programmes = {leaf: group.programme for group in self._taxonomy.groups for leaf in group.leaves}
        rows = self._connection.execute(statements.seized_by_programme(self._period, programmes)).all()
        rows = sorted(rows, key=lambda row: (-row.parcels, row.programme is None, row.programme or ""))
        return tuple(ProgrammeFigures(row.programme, row.parcels, int(row.pieces)) for row in rows)

    def _cash(self) -> tuple[Money, ...]:
        sums: dict[str, Decimal] = defaultdict(Decimal)
        # Summed up here: SQLite would add binary fractions.
        for row in self._connection.execute(statements.money_found(self._period)):
            sums[row.currency] += Decimal(row.amount) * row.n
        return tuple(Money(currency, f"{amount:f}") for currency, amount in sorted(sums.items()))

    def _models(self) -> tuple[ModelFigures, ...]:
        rows = self._connection.execute(statements.scans_by_model(self._period)).all()
        rows = sorted(rows, key=lambda row: (-row.n, row.model_name, row.model_version))
        return tuple(ModelFigures(row.model_name, row.model_version, row.n) for row in rows)


def _figures(
    bounds: tuple[datetime, datetime], counts: Counter[str], handling: Times, waiting: Times, backlog: int | None
) -> Figures:
    since, until = bounds
    return Figures(
        since=since,
        until=until,
        scans=ScanCounts(*_these(counts, *_STATES, _WITH_ALARM)),
        decisions=DecisionCounts(*_these(counts, *Decision)),
        handling_s=handling,
        waiting_s=waiting,
        boxes=BoxCounts(*_these(counts, *Action)),
        searches=SearchCounts(*_these(counts, statements.FOUND, statements.NOTHING_FOUND)),
        backlog=backlog,
    )


def _these(counts: Counter[str], *names: str) -> Sequence[int]:
    return [counts[name] for name in names]


def _counted(rows: Iterable[tuple[Place, str, int]]) -> dict[Place, Counter[str]]:
    counts: dict[Place, Counter[str]] = defaultdict(Counter)
    for place, name, n in rows:
        counts[place][name] += n
    return counts


def _least(times: Iterable[float | None]) -> float | None:
    known = [time for time in times if time is not None]
    return round(min(known), 1) if known else None
