"""How the service's answers are read: shared by both clients, free of sockets."""

from __future__ import annotations

import base64
import hashlib
import ssl
from collections.abc import Iterator
from typing import Any

import httpx2

from parcelray.client.errors import AccessRefusedError, AnswerError, Problem, ProblemError

PROBLEM = "application/problem+json"
_LONGEST_SHOWN = 200
_DIGEST = "sha-256=:"


def problem_of(response: httpx2.Response) -> Problem:
    """What a refusal says. One that is no problem document, such as a proxy's page, is told by its status alone."""
    document: Any = {}
    if _media_type(response) == PROBLEM:
        try:
            document = response.json()
        except ValueError:
            document = {}
    words = {name: value for name, value in document.items() if isinstance(value, str)} if document else {}
    return Problem(
        status=response.status_code,
        type=words.get("type", ""),
        title=words.get("title") or response.reason_phrase or "refused without a word",
        detail=words.get("detail", ""),
        expected=words.get("expected"),
        got=words.get("got"),
        request_id=words.get("request_id"),
    )


def require_success(response: httpx2.Response) -> None:
    """Let only a success pass.

    Raises:
        AccessRefusedError: the key was refused.
        ProblemError: the request was refused.
        AnswerError: something else than the service answered.
    """
    if response.is_success:
        return
    if response.status_code in (httpx2.codes.UNAUTHORIZED, httpx2.codes.FORBIDDEN):
        raise AccessRefusedError(problem_of(response))
    if response.is_error:
        raise ProblemError(problem_of(response))
    place = response.headers.get("location", "")[:_LONGEST_SHOWN]
    raise AnswerError(
        f"{_subject(response)}: expected an answer, got HTTP {response.status_code}"
        + (f" that points to {place}: is that the address to use?" if place else "")
    )


def read_object(response: httpx2.Response, *needed: str) -> dict[str, Any]:
    """The JSON object that an answer holds.

    Args:
        response: the answer.
        needed: names that the object must have for this to be an answer of the service.

    Raises:
        ClientError: as ``require_success``, or the answer is no such object.
    """
    require_success(response)
    try:
        document = response.json()
    except ValueError as error:
        raise _strange(response, "JSON") from error
    if not isinstance(document, dict) or not set(needed) <= set(document):
        raise _strange(response, f"a JSON object with {', '.join(needed)}")
    return document


def read_checked_bytes(response: httpx2.Response) -> bytes:
    """The bytes of an answer, compared with the SHA-256 in its header ``Repr-Digest`` (RFC 9530).

    Raises:
        ClientError: as ``require_success``, or the bytes are not those that the service meant to send.
    """
    require_success(response)
    stated = response.headers.get("repr-digest", "")
    computed = _DIGEST + base64.b64encode(hashlib.sha256(response.content).digest()).decode() + ":"
    if computed not in [entry.strip() for entry in stated.split(",")]:
        raise AnswerError(
            f"{_subject(response)}: expected {len(response.content)} bytes with Repr-Digest {computed}, "
            f"got the header {stated[:_LONGEST_SHOWN]!r}"
        )
    return response.content


def read_bytes(response: httpx2.Response) -> bytes:
    """The bytes of an answer.

    Raises:
        ClientError: as ``require_success``.
    """
    require_success(response)
    return response.content


def describe(error: httpx2.RequestError) -> str:
    """What went wrong on the way, in words. httpx2 often gives none, or not those of the system."""
    said = " ".join(str(error).split())
    if refused_certificate(error):
        return f"the certificate of the service is not trusted here ({said}); a hub's own authority goes in the CA file"
    if any(isinstance(cause, ConnectionRefusedError) for cause in _causes(error)):
        return "no connection: nothing listens there (connection refused)"
    kinds: tuple[tuple[type[httpx2.RequestError], str], ...] = (
        (httpx2.ConnectTimeout, "no connection in time"),
        (httpx2.PoolTimeout, "no free connection in time"),
        (httpx2.TimeoutException, "no answer in time"),
        (httpx2.ConnectError, "no connection"),
        (httpx2.ProxyError, "the proxy refused"),
        (httpx2.NetworkError, "the connection broke off"),
        (httpx2.RemoteProtocolError, "the connection broke off, or no HTTP came back"),
    )
    words = next((words for kind, words in kinds if isinstance(error, kind)), type(error).__name__)
    return f"{words}: {said}" if said else words


def refused_certificate(error: BaseException) -> bool:
    """Whether an error comes from a certificate that is not trusted: waiting does not mend that."""
    return any(isinstance(cause, ssl.SSLCertVerificationError) for cause in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _strange(response: httpx2.Response, expected: str) -> AnswerError:
    got = _media_type(response) or "no media type"
    return AnswerError(
        f"{_subject(response)}: expected {expected}, got {len(response.content)} bytes of {got}; "
        "is this the address of a parcelray service?"
    )


def _media_type(response: httpx2.Response) -> str:
    value: str = response.headers.get("content-type", "")
    return value.partition(";")[0].strip().lower()


def _subject(response: httpx2.Response) -> str:
    return f"answer to {response.request.method} {response.request.url.copy_with(query=None)}"
