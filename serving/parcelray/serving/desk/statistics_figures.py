"""The figures of a period: frozen nouns. They are about work: none names a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from parcelray.models.statistics import Interval, wilson
from parcelray.serving.desk.statistics_period import Bucket


@dataclass(frozen=True)
class ScanCounts:
    """Scans by their state, and how many of all have anything highlighted."""

    screened: int
    partly_screened: int
    not_screened: int
    pending: int
    with_alarm: int


@dataclass(frozen=True)
class DecisionCounts:
    """Verdicts; a parcel that two people decided about has two."""

    release: int
    search: int
    escalate: int


@dataclass(frozen=True)
class Times:
    """Times in seconds.

    Attributes:
        count: how many there are.
        median: the least that half of them do not exceed; None where there are none.
        p90: the least that nine of ten do not exceed.
    """

    count: int = 0
    median: float | None = None
    p90: float | None = None


@dataclass(frozen=True)
class BoxCounts:
    """What officers said of boxes, by their last word on each scan.

    Attributes:
        confirmed: the model is right.
        rejected: nothing of that kind is there.
        relabelled: something is there, of another class.
        drawn: the model missed it.
    """

    confirmed: int
    rejected: int
    relabelled: int
    drawn: int

    @property
    def confirmed_rate(self) -> Interval | None:
        """Share of the model's boxes that were judged and confirmed; None where none was judged."""
        return _rate(self.confirmed, self.rejected + self.relabelled)


@dataclass(frozen=True)
class SearchCounts:
    """What came of searches, by the last outcome of each."""

    found: int
    nothing_found: int

    @property
    def found_rate(self) -> Interval | None:
        """Share of the searches that found something; None where there were none."""
        return _rate(self.found, self.nothing_found)


@dataclass(frozen=True)
class Figures:
    """The figures of a stretch of time.

    Attributes:
        since: then or later.
        until: before then.
        scans: that were taken, or came.
        decisions: that were taken.
        handling_s: from the parcel on the screen to the verdict, as far as pages told.
        waiting_s: from the queue to the first verdict.
        boxes: that were judged.
        searches: of which an outcome was told.
        backlog: parcels at the desk at the end, or now, that are not done; None where it has yet to begin.
    """

    since: datetime
    until: datetime
    scans: ScanCounts
    decisions: DecisionCounts
    handling_s: Times
    waiting_s: Times
    boxes: BoxCounts
    searches: SearchCounts
    backlog: int | None


@dataclass(frozen=True)
class ClassFigures:
    """The figures of a class.

    Attributes:
        label: the class, or "other".
        group: that it belongs to; None where it is not known any more, or "other".
        programme: that its seizures are reported under; None as with the group.
        highlighted: boxes of the model.
        confirmed: boxes of the model.
        rejected: boxes of the model.
        relabelled: boxes of the model that are of another class.
        missed: boxes that officers drew.
        parcels: in which searches found it.
        pieces: that searches found and counted.
    """

    label: str
    group: str | None
    programme: str | None
    highlighted: int
    confirmed: int
    rejected: int
    relabelled: int
    missed: int
    parcels: int
    pieces: int


@dataclass(frozen=True)
class ProgrammeFigures:
    """What was found for a programme of the World Customs Organization; None for what belongs to none."""

    programme: str | None
    parcels: int
    pieces: int


@dataclass(frozen=True)
class Money:
    """What was found in a currency, an exact decimal number."""

    currency: str
    amount: str


@dataclass(frozen=True)
class ModelFigures:
    """How many scans of the period a model has looked at."""

    name: str
    version: str
    scans: int


@dataclass(frozen=True)
class PeriodFigures:
    """All figures of a period.

    Attributes:
        bucket: how long a bucket is.
        period: all of it together.
        buckets: one after the other, those too in which nothing was.
        classes: those of which there is anything, gravest first.
        programmes: those under which anything was found.
        cash: of each currency.
        models: that looked at scans, most scans first.
    """

    bucket: Bucket
    period: Figures
    buckets: tuple[Figures, ...]
    classes: tuple[ClassFigures, ...]
    programmes: tuple[ProgrammeFigures, ...]
    cash: tuple[Money, ...]
    models: tuple[ModelFigures, ...]


def _rate(hits: int, misses: int) -> Interval | None:
    return wilson(hits, hits + misses) if hits + misses else None
