"""When a request is sent again, and how long is waited before: the rules alone, without a socket.

Waiting follows "Exponential Backoff and Jitter" (M. Brooker, AWS Architecture Blog, 2015), the variant with full
jitter: callers who were cut off together do not come back together.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2

from parcelray.client.answers import describe, problem_of, refused_certificate
from parcelray.client.errors import AnswerError, Problem, SettingError, UnavailableError

IN_FLIGHT = "request-in-flight"
# 408: the body took too long to arrive. 429 and 503: too much is waiting. 502 and 504: what stands before the service
# does not reach it. 507: its disk is full, which somebody will mend.
_PASSING = frozenset({408, 429, 502, 503, 504, 507})
# No service asks for more than this; a larger number is a mistake.
_LONGEST_RETRY_AFTER_S = 3600.0

Draw = Callable[[float, float], float]


@dataclass(frozen=True)
class RetryPolicy:
    """How patient a client is.

    Attributes:
        total_s: seconds from the start of a call after which no further try is begun; 0 for a single try.
        first_s: the longest wait before the second try, in seconds; it doubles with each further one.
        longest_s: the longest wait between two tries, in seconds, unless the service asks for more.

    Raises:
        SettingError: a number that cannot be.
    """

    total_s: float = 60.0
    first_s: float = 0.5
    longest_s: float = 10.0

    def __post_init__(self) -> None:
        for name in ("total_s", "first_s", "longest_s"):
            value = getattr(self, name)
            if not value >= 0:
                raise SettingError(f"RetryPolicy.{name}", expected="0 seconds or more", got=repr(value))

    def backoff_s(self, failures: int, draw: Draw = random.uniform) -> float:
        """Seconds to wait after so many failures in a row: anything up to a bound that doubles with each."""
        # The exponent is bounded too: 2.0 ** 1100 is an error.
        return draw(0, min(self.longest_s, self.first_s * 2.0 ** min(failures - 1, 60)))


@dataclass
class Tries:
    """The tries of one call.

    Args:
        policy: how patient the client is.
        repeatable: whether the request may be carried out twice without harm. One that may not is tried once.
        clock: seconds that only grow.
        draw: a random number between two others.
    """

    policy: RetryPolicy
    repeatable: bool = True
    clock: Callable[[], float] = time.monotonic
    draw: Draw = random.uniform
    failures: int = 0
    _began: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = self.clock()

    @property
    def left_s(self) -> float:
        """Seconds until no further try is begun."""
        return self._began + self.policy.total_s - self.clock()

    def after_error(self, error: httpx2.RequestError) -> float:
        """Seconds to wait before the next try, when no answer came.

        Raises:
            UnavailableError: there is no next try.
            AnswerError: an answer came, but cannot be unpacked.
        """
        if not isinstance(error, httpx2.TransportError):
            raise AnswerError(describe(error)) from error
        if refused_certificate(error):
            raise UnavailableError(describe(error)) from error
        try:
            return self._wait(describe(error))
        except UnavailableError as unavailable:
            raise unavailable from error

    def after_answer(self, response: httpx2.Response) -> float | None:
        """Seconds to wait before the next try, or None where the answer, whatever it says, stands.

        Raises:
            UnavailableError: there is no next try.
        """
        conflict = response.status_code == httpx2.codes.CONFLICT
        if not conflict and response.status_code not in _PASSING:
            return None
        problem = problem_of(response)
        if conflict and problem.name != IN_FLIGHT:
            return None
        return self._wait(str(problem), problem, retry_after_s(response))

    def _wait(self, met: str, problem: Problem | None = None, asked_s: float | None = None) -> float:
        self.failures += 1
        # Not before the time that was asked for, and not everybody at that time.
        wait = (asked_s or 0.0) + self.policy.backoff_s(self.failures, self.draw)
        if self.repeatable and wait < self.left_s:
            return wait
        words = met if self.failures == 1 else f"no answer after {self.failures} tries: {met}"
        raise UnavailableError(words, problem=problem, retry_after_s=asked_s)


def retry_after_s(response: httpx2.Response) -> float | None:
    """The seconds that a ``Retry-After`` asks for, be it a number or a date; None where there is no usable one."""
    value: str = response.headers.get("retry-after", "").strip()
    if value.isdecimal():
        return min(float(value), _LONGEST_RETRY_AFTER_S)
    then = _date(value)
    if then is None:
        return None
    # By the service's own clock where it shows one: the two machines need not agree about the time.
    now = _date(response.headers.get("date", "")) or datetime.now(UTC)
    return min(max((then - now).total_seconds(), 0.0), _LONGEST_RETRY_AFTER_S)


def _date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    return date if date.tzinfo is not None else date.replace(tzinfo=UTC)
