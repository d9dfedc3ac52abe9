"""What the service answers about the work of a period, as its API describes it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from parcelray.serving.api.health import ServedModel
from parcelray.serving.desk.statistics_period import Bucket

Count = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(ge=0)]


class _Figures(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class RateAnswer(_Figures):
    """A share, and where it may truly lie with a confidence of 95 % (Wilson's score interval)."""

    value: Share
    low: Share
    high: Share


class ScanCountsAnswer(_Figures):
    """Scans by their state, and how many of all have anything highlighted. The others are not cleared by that."""

    screened: Count
    partly_screened: Count
    not_screened: Count
    pending: Count
    with_alarm: Count


class DecisionCountsAnswer(_Figures):
    """Verdicts: a parcel that two people decided about has two."""

    release: Count
    search: Count
    escalate: Count


class TimesAnswer(_Figures):
    """Times in seconds, by nearest rank: the least that a half, and nine of ten, do not exceed.

    Attributes:
        count: how many there are; where there are none, the others are null.
    """

    count: Count
    median: Seconds | None
    p90: Seconds | None


class BoxCountsAnswer(_Figures):
    """What officers said of boxes, by their last word on each scan.

    Attributes:
        drawn: those that the model missed.
        confirmed_rate: share of the model's boxes that were judged; null where none was.
    """

    confirmed: Count
    rejected: Count
    relabelled: Count
    drawn: Count
    confirmed_rate: RateAnswer | None


class SearchCountsAnswer(_Figures):
    """What came of searches, by the last outcome of each.

    Attributes:
        found_rate: share of the searches that found something; null where there were none.
    """

    found: Count
    nothing_found: Count
    found_rate: RateAnswer | None


class FiguresAnswer(_Figures):
    """The figures from `since` on until before `until`.

    Attributes:
        scans: taken then, or received where nobody said when.
        handling_s: from the parcel on the officer's screen to the verdict, as far as pages told.
        waiting_s: from the parcel's coming to the desk to its first verdict.
        backlog: parcels at the desk that were not done at the end, or are not now; null where the end is yet to come
            for all of it.
    """

    since: datetime
    until: datetime
    scans: ScanCountsAnswer
    decisions: DecisionCountsAnswer
    handling_s: TimesAnswer
    waiting_s: TimesAnswer
    boxes: BoxCountsAnswer
    searches: SearchCountsAnswer
    backlog: Count | None


class ClassFiguresAnswer(_Figures):
    """The figures of a class.

    Attributes:
        label: the class, or `other`.
        group: null for `other`, and for an own class that is not known any more; so is the programme.
        highlighted: boxes of the model, in scans of the period.
        confirmed: boxes of the model that were judged in the period, like the next two.
        relabelled: to another class.
        missed: boxes that officers drew.
        parcels: in which searches found it.
        pieces: that searches found and counted.
    """

    label: str
    group: str | None
    programme: str | None
    highlighted: Count
    confirmed: Count
    rejected: Count
    relabelled: Count
    missed: Count
    parcels: Count
    pieces: Count


class ProgrammeFiguresAnswer(_Figures):
    """What searches found for a programme of the World Customs Organization; null for what belongs to none."""

    programme: str | None
    parcels: Count
    pieces: Count


class MoneyAnswer(_Figures):
    """What searches found in a currency (ISO 4217): an exact decimal number, as text."""

    currency: str
    amount: str


class ModelFiguresAnswer(_Figures):
    """How many scans of the period a model has looked at."""

    name: str
    version: str
    scans: Count


class StatisticsAnswer(_Figures):
    """The figures of a period. None names a person.

    Attributes:
        bucket: how long a bucket is.
        model_in_service: the model that looks at scans now; null while it is being loaded.
        period: all of it together.
        buckets: one after the other, those too in which nothing was; the last may be shorter.
        classes: those of which there is anything, gravest first.
        programmes: those under which anything was found.
        cash: of each currency.
        models: that looked at scans of the period, most scans first.
    """

    bucket: Bucket
    model_in_service: ServedModel | None
    period: FiguresAnswer
    buckets: list[FiguresAnswer]
    classes: list[ClassFiguresAnswer]
    programmes: list[ProgrammeFiguresAnswer]
    cash: list[MoneyAnswer]
    models: list[ModelFiguresAnswer]
