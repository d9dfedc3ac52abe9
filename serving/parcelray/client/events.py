"""The stream of events, told apart from the socket that brings it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast, get_args

import httpx2

from parcelray.client.answers import require_success
from parcelray.client.connection import SILENCE_S, Connection
from parcelray.client.errors import AnswerError
from parcelray.client.retry import RetryPolicy, Tries
from parcelray.client.types import EntryAnswer, ScanSummaryAnswer

PATH = "/v1/events"
_SCAN, _RESET = "scan", "reset"
_LONGEST_SHOWN = 200
# A stream that held so long broke off anew: the next one has all its time. One that ends at once, again and again,
# is one long failure.
_LASTING_S = 5.0


@dataclass(frozen=True)
class ScanEvent:
    """A scan came in, or was screened.

    Attributes:
        id: of the event; the stream can be taken up after it.
        scan: what the service says of the scan, in short.
    """

    id: str
    scan: ScanSummaryAnswer


@dataclass(frozen=True)
class ResetEvent:
    """The service has gone back to an older state (a backup was put back): what was made of earlier events is void.

    Attributes:
        id: of the event; the stream can be taken up after it.
    """

    id: str


DeskKind: TypeAlias = Literal["queued", "claimed", "released", "decided", "outcome"]


@dataclass(frozen=True)
class DeskEvent:
    """Something happened to a parcel at the desk; keys of scope reader are told.

    Attributes:
        id: of the event; the stream can be taken up after it.
        kind: what happened.
        entry: of the parcel at the desk, as it was then.
    """

    id: str
    kind: DeskKind
    entry: EntryAnswer


Event = ScanEvent | DeskEvent | ResetEvent


class EventFeed:
    """Follows the stream over broken connections: where to take it up, and how long to wait before.

    Args:
        connection: where the service is.
        policy: how long the service may be away before the feed gives up.
        last_event_id: the event after which to begin; None for what comes from now on.
    """

    def __init__(self, connection: Connection, policy: RetryPolicy, last_event_id: str | None) -> None:
        self._connection = connection
        self._policy = policy
        self._last_event_id = last_event_id
        self._tries = Tries(policy)
        self._opened_at: float | None = None

    def arguments(self) -> dict[str, Any]:
        """What ``sse`` of httpx2 is called with."""
        timeout = self._connection.timeout(self._tries.left_s)
        timeout.read = SILENCE_S
        headers = {} if self._last_event_id is None else {"Last-Event-ID": self._last_event_id}
        return {"url": PATH, "headers": headers, "timeout": timeout}

    def opened(self) -> None:
        """The service has begun to send the stream."""
        self._opened_at = self._tries.clock()

    def after_refusal(self, response: httpx2.Response) -> float:
        """Seconds to wait before the next try; the answer's body has been read.

        Raises:
            ClientError: the refusal stands, or there is no next try.
        """
        wait = self._tries.after_answer(response)
        if wait is None:
            require_success(response)
            raise AssertionError("a refusal that is a success")
        return wait

    def after_break(self, error: httpx2.RequestError | None) -> float:
        """Seconds to wait before the next try, after the stream ended or broke off.

        Raises:
            ClientError: there is no next try.
        """
        if self._opened_at is not None and self._tries.clock() - self._opened_at >= _LASTING_S:
            self._tries = Tries(self._policy)
        self._opened_at = None
        return self._tries.after_error(error or httpx2.RemoteProtocolError("the stream of events ended"))

    def take(self, event: httpx2.ServerSentEvent) -> Event | None:
        """What came, where it is something to tell.

        Raises:
            AnswerError: it is not what the service sends.
        """
        self._tries = Tries(self._policy)
        self._last_event_id = event.id or self._last_event_id
        if event.event == _RESET:
            return ResetEvent(event.id)
        if event.event not in (_SCAN, *get_args(DeskKind)):
            return None
        try:
            document = json.loads(event.data)
        except ValueError as error:
            raise AnswerError(f"event {event.id}: expected JSON, got {event.data[:_LONGEST_SHOWN]!r}") from error
        if event.event == _SCAN:
            return ScanEvent(event.id, cast("ScanSummaryAnswer", document))
        return DeskEvent(event.id, cast("DeskKind", event.event), cast("EntryAnswer", document))
