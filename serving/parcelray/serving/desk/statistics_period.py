"""``Period``: the time that figures are asked for, and the buckets that it is cut into."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from parcelray.models.errors import BadInputError

MOST_BUCKETS = 400


class Bucket(StrEnum):
    """How long a bucket is."""

    HOUR = "hour"
    DAY = "day"

    @property
    def length(self) -> timedelta:
        """3600 or 86400 seconds, also on a day on which the clocks are changed."""
        return timedelta(hours=1) if self is Bucket.HOUR else timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Buckets of one length, the first of which begins with the period; the last may be shorter.

    Attributes:
        since: then or later; a whole second.
        until: before then.
        length: of a bucket; whole seconds.

    Raises:
        BadInputError: it begins within a second, ends before it begins, or has more than ``MOST_BUCKETS`` buckets.
    """

    since: datetime
    until: datetime
    length: timedelta

    def __post_init__(self) -> None:
        if self.since.microsecond:
            # SQLite tells seconds apart exactly, and nothing less.
            raise BadInputError("query since", expected="a whole second", got=self.since.isoformat())
        if self.until <= self.since:
            raise BadInputError("query until", expected="a time after `since`", got=self.until.isoformat())
        if len(self) > MOST_BUCKETS:
            raise BadInputError(
                "query until", expected=f"at most {MOST_BUCKETS} buckets from `since` on", got=f"{len(self)} buckets"
            )

    def __len__(self) -> int:
        """How many buckets there are."""
        return math.ceil((self.until - self.since) / self.length)

    def bounds(self, index: int) -> tuple[datetime, datetime]:
        """Where a bucket begins and ends."""
        begins = self.since + index * self.length
        return begins, min(begins + self.length, self.until)
