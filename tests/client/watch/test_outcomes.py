"""What an error of the client means for a scan: whether it is the last word, and whether it concerns all scans."""

from __future__ import annotations

import pytest

from parcelray.client.errors import (
    AccessRefusedError,
    AnswerError,
    ClientError,
    Problem,
    ProblemError,
    SettingError,
    UnavailableError,
)
from parcelray.client.retry import RetryPolicy
from parcelray.client.watch.link import Backoff, Condition
from parcelray.client.watch.outcomes import Setback, setback_of


def problem(status: int, name: str = "") -> Problem:
    return Problem(status=status, type=f"urn:parcelray:problem:{name}" if name else "", title="t", detail="detail")


def unavailable(status: int, name: str = "", retry_after_s: float | None = None) -> UnavailableError:
    return UnavailableError("m", problem=problem(status, name), retry_after_s=retry_after_s)


@pytest.mark.parametrize(
    ("error", "type_", "final", "everywhere"),
    [
        (UnavailableError("refused"), "urn:parcelray:watch:no-connection", False, True),
        (unavailable(503, "overloaded", 3), "urn:parcelray:problem:overloaded", False, True),
        (unavailable(507, "storage-full"), "urn:parcelray:problem:storage-full", False, True),
        (unavailable(502), "urn:parcelray:watch:http-502", False, True),
        (unavailable(409, "request-in-flight"), "urn:parcelray:problem:request-in-flight", False, False),
        (unavailable(408, "http-408"), "urn:parcelray:problem:http-408", False, False),
        (AccessRefusedError(problem(401, "access-refused")), "urn:parcelray:problem:access-refused", False, True),
        (AccessRefusedError(problem(403)), "urn:parcelray:watch:http-403", False, True),
        (ProblemError(problem(422, "bad-input")), "urn:parcelray:problem:bad-input", True, False),
        (ProblemError(problem(413)), "urn:parcelray:watch:http-413", True, False),
        (ProblemError(problem(415, "unsupported-image")), "urn:parcelray:problem:unsupported-image", True, False),
        (ProblemError(problem(400)), "urn:parcelray:watch:http-400", True, False),
        (ProblemError(problem(404)), "urn:parcelray:watch:wrong-address", False, True),
        (ProblemError(problem(405)), "urn:parcelray:watch:wrong-address", False, True),
        (ProblemError(problem(409, "other")), "urn:parcelray:problem:other", False, False),
        (ProblemError(problem(500, "service-fault")), "urn:parcelray:problem:service-fault", False, False),
        (AnswerError("a login page"), "urn:parcelray:watch:strange-answer", False, True),
        (SettingError("--key-file", expected="one", got="none"), "urn:parcelray:watch:key-unreadable", False, True),
    ],
)
def test_what_an_error_means(error: ClientError, type_: str, final: bool, everywhere: bool) -> None:
    found = setback_of(error)
    assert (found.type, found.final, found.everywhere) == (type_, final, everywhere)
    assert found.message


def test_a_condition_is_said_when_it_changes_and_only_then() -> None:
    said: list[str] = []
    condition = Condition(said.append, "well", RetryPolicy(first_s=1, longest_s=4))
    condition.succeed()
    for kind in ("away", "away", "refused", "busy", "refused"):
        condition.fail(0, Setback(kind, kind, quiet=kind == "busy"))
    for _ in range(2):
        condition.succeed()
    condition.fail(0, Setback("busy", "busy", quiet=True))
    condition.succeed()
    assert said == ["away", "refused", "well"]


def test_waits_grow_and_are_never_nothing() -> None:
    one = Backoff(RetryPolicy(first_s=1, longest_s=4), draw=lambda low, high: high)
    waits = []
    for _ in range(4):
        one.fail(10.0)
        waits.append(one.not_before - 10.0)
    assert waits == [1, 2, 4, 4]
    one.fail(10.0, asked_s=7)
    assert one.not_before == 18.0
    one.succeed()
    assert (one.failures, one.not_before) == (0, 0)
    least = Backoff(RetryPolicy(first_s=1), draw=lambda low, high: low)
    least.fail(0.0)
    assert least.not_before == pytest.approx(0.1)
