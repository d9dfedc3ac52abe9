"""When a request is sent again, and how long is waited before: no clock, no socket."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from parcelray.client.errors import AnswerError, SettingError, UnavailableError
from parcelray.client.retry import RetryPolicy, Tries, retry_after_s

REQUEST = httpx2.Request("POST", "http://x/v1/scans")


def answer(status: int, name: str | None = None, **headers: str) -> httpx2.Response:
    document = {"type": f"urn:parcelray:problem:{name}", "title": name, "status": status, "detail": f"{name}!"}
    headers = {key.replace("_", "-"): value for key, value in headers.items()}
    if name is None:
        return httpx2.Response(status, headers=headers, request=REQUEST)
    headers["content-type"] = "application/problem+json"
    return httpx2.Response(status, json=document, headers=headers, request=REQUEST)


def tries(clock: Callable[[], float] = lambda: 0.0, **options: Any) -> Tries:
    """The largest wait is always drawn."""
    return Tries(RetryPolicy(**options), clock=clock, draw=lambda _, high: high)


@pytest.mark.parametrize(
    ("response", "is_tried_again"),
    [
        (answer(200), False),
        (answer(201), False),
        (answer(304), False),
        (answer(401, "access-refused"), False),
        (answer(403, "scope-refused"), False),
        (answer(404, "scan-not-found"), False),
        (answer(408, "http-408"), True),
        (answer(409, "request-in-flight"), True),
        (answer(409, "view-not-screened"), False),
        (answer(409), False),
        (answer(413, "http-413"), False),
        (answer(422, "bad-input"), False),
        (answer(422, "idempotency-key-reused"), False),
        (answer(429), True),
        (answer(500, "service-fault"), False),
        (answer(502), True),
        (answer(503, "overloaded"), True),
        (answer(504), True),
        (answer(507, "storage-full"), True),
    ],
    ids=lambda value: str(value.status_code) if isinstance(value, httpx2.Response) else "",
)
def test_which_answers_stand(response: httpx2.Response, is_tried_again: bool) -> None:
    assert (tries().after_answer(response) is not None) is is_tried_again


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry_after": "7"}, 7.0),
        ({"retry_after": " 0 "}, 0.0),
        ({"retry_after": "-3"}, None),
        ({"retry_after": "soon"}, None),
        ({"retry_after": "1" * 400}, 3600.0),
        ({"retry_after": "Wed, 21 Oct 2026 07:28:05 GMT", "date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 5.0),
        ({"retry_after": "Wed, 21 Oct 2026 07:28:00 GMT", "date": "Wed, 21 Oct 2026 07:28:09 GMT"}, 0.0),
        ({"retry_after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({"retry_after": "Wed, 21 Oct 2215 07:28:00 GMT"}, 3600.0),
    ],
)
def test_what_retry_after_asks_for(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_s(answer(503, **headers)) == seconds


def test_waits_double_up_to_a_bound() -> None:
    one = tries(total_s=1000, first_s=0.5, longest_s=10)
    waits = [one.after_error(httpx2.ConnectError("refused")) for _ in range(8)]
    assert waits == [0.5, 1, 2, 4, 8, 10, 10, 10]


def test_waits_are_drawn_from_nothing_up_to_the_bound() -> None:
    drawn = [RetryPolicy(first_s=1, longest_s=4).backoff_s(9) for _ in range(500)]
    assert min(drawn) < 0.5
    assert 3.5 < max(drawn) <= 4
    assert RetryPolicy(first_s=1, longest_s=4).backoff_s(5000) <= 4


def test_what_the_service_asks_for_comes_on_top() -> None:
    assert tries(first_s=0.5).after_answer(answer(503, "overloaded", retry_after="2")) == 2.5


def test_no_try_is_begun_after_the_time_is_up() -> None:
    now = 0.0
    one = tries(lambda: now, total_s=10, first_s=1, longest_s=100)
    assert one.after_error(httpx2.ReadTimeout("")) == 1
    now = 8.5
    assert one.left_s == 1.5
    with pytest.raises(UnavailableError, match="no answer after 2 tries: no answer in time"):
        one.after_error(httpx2.ReadTimeout(""))


def test_a_wait_longer_than_what_is_left_is_not_waited_for() -> None:
    with pytest.raises(UnavailableError, match="overloaded!") as raised:
        tries(total_s=10).after_answer(answer(503, "overloaded", retry_after="30"))
    assert raised.value.retry_after_s == 30
    assert raised.value.problem is not None
    assert raised.value.problem.name == "overloaded"


def test_what_may_not_be_repeated_is_tried_once() -> None:
    for response in (answer(503, "overloaded"), answer(409, "request-in-flight")):
        with pytest.raises(UnavailableError):
            Tries(RetryPolicy(), repeatable=False).after_answer(response)
    with pytest.raises(UnavailableError):
        Tries(RetryPolicy(), repeatable=False).after_error(httpx2.ConnectError("refused"))


def test_a_certificate_that_is_not_trusted_is_not_waited_for() -> None:
    error = httpx2.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED]")
    error.__cause__ = ssl.SSLCertVerificationError("self-signed certificate")
    with pytest.raises(UnavailableError, match="not trusted here"):
        tries().after_error(error)


def test_what_cannot_be_unpacked_is_no_answer() -> None:
    with pytest.raises(AnswerError):
        tries().after_error(httpx2.DecodingError("bad gzip"))


@pytest.mark.parametrize("options", [{"total_s": -1}, {"first_s": float("nan")}, {"longest_s": -0.1}])
def test_numbers_that_cannot_be_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(SettingError, match="expected 0 seconds or more"):
        RetryPolicy(**options)
