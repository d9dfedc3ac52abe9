"""What can go wrong for a caller of the service, as one tree.

::

    ClientError
    ├── SettingError             what the client was given cannot be used: names what was expected and what came
    ├── ProblemError             the service refused, and sending the same again would not help
    │   └── AccessRefusedError   it refused the key: 401 or 403
    ├── UnavailableError         the service could not be had, or could not answer, until the time was up
    └── AnswerError              what came back is not an answer of this service

No message holds the key.
"""

from __future__ import annotations

from dataclasses import dataclass


class ClientError(Exception):
    """The root: every error that the client raises on purpose."""


class SettingError(ClientError):
    """What the client was given cannot be used.

    Args:
        subject: the thing that was given, in words that its giver knows (an option, a file name).
        expected: what would have been accepted.
        got: what came instead.
    """

    def __init__(self, subject: str, *, expected: str, got: str) -> None:
        super().__init__(f"{subject}: expected {expected}, got {got}")
        self.subject = subject
        self.expected = expected
        self.got = got


@dataclass(frozen=True)
class Problem:
    """A problem document (RFC 9457) as the service writes it.

    Attributes:
        status: the HTTP status.
        type: names the kind of problem, ``urn:parcelray:problem:…``; programs may switch on it.
        title: the kind in words.
        detail: what happened this time.
        expected: what would have been accepted, where the problem lies in what was sent.
        got: what came instead.
        request_id: finds the request in the service's log.
    """

    status: int
    type: str
    title: str
    detail: str
    expected: str | None = None
    got: str | None = None
    request_id: str | None = None

    @property
    def name(self) -> str:
        """The last part of the type, such as ``bad-input``; empty where something else than the service refused."""
        return self.type.rpartition(":")[2]

    def __str__(self) -> str:
        kind = f"{self.name}, " if self.name else ""
        return f"{self.detail or self.title} ({kind}HTTP {self.status})"


class ProblemError(ClientError):
    """The service refused, and sending the same again would not help.

    Args:
        problem: its words.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class AccessRefusedError(ProblemError):
    """The service does not know the key (401), or the key may not do this (403)."""


class UnavailableError(ClientError):
    """The service could not be had, or could not answer, until the time was up.

    Args:
        message: what the last try met.
        problem: the service's words, where it said any.
        retry_after_s: after how many seconds the service asked to be tried again.
    """

    def __init__(self, message: str, *, problem: Problem | None = None, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.problem = problem
        self.retry_after_s = retry_after_s


class AnswerError(ClientError):
    """What came back is not an answer of this service: another program answered, or bytes were altered on the way."""
