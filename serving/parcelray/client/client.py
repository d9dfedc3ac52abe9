"""``Client``: the service from a program that waits for each answer."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from os import PathLike
from types import TracebackType
from typing import Self, TypeVar, Unpack

import httpx2

from parcelray.client import calls
from parcelray.client.calls import Band, Call, Search
from parcelray.client.connection import Connection, Key
from parcelray.client.events import Event, EventFeed
from parcelray.client.retry import RetryPolicy, Tries
from parcelray.client.types import (
    DetectAnswer,
    KeyAnswer,
    ScanAnswer,
    ScanListAnswer,
    ScanSummaryAnswer,
    Scope,
    SecretAnswer,
)
from parcelray.client.uploads import Metadata, Pair, Source

T = TypeVar("T")


class Client:
    """The service, one call after another. Threads may share one.

    Every method raises ``ClientError``: ``ProblemError`` where the service refuses, ``UnavailableError`` where it could
    not be had in time, ``AnswerError`` where something else answered, ``SettingError`` where a file cannot be read.

    Args:
        url: the service's address.
        key: of this workstation, or what is asked for it before each request.
        ca_file: certificates of the authorities to trust, in PEM form. Default: those that this machine trusts.
        timeout_s: so many seconds may pass without a sign of the service before a try is given up.
        retry: how long and how often a call is tried again.

    Raises:
        SettingError: one of them cannot be used.
    """

    def __init__(
        self,
        url: str,
        key: Key,
        *,
        ca_file: str | PathLike[str] | None = None,
        timeout_s: float = 30.0,
        retry: RetryPolicy | None = None,
    ) -> None:
        self._connection = Connection(url, key, ca_file, timeout_s)
        self._retry = retry if retry is not None else RetryPolicy()
        self._http = httpx2.Client(**self._connection.options())

    def __repr__(self) -> str:
        return f"Client({self._connection.url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def detect(self, views: Sequence[Source | Pair], *, min_score: float | None = None) -> DetectAnswer:
        """Have a scan looked at and forgotten.

        Args:
            views: images, and pairs of a high- and a low-energy image; the answer has single images first.
            min_score: show boxes from this score on. Default: the operating threshold of each class.
        """
        return self._do(calls.detect(views, min_score=min_score))

    def send_scan(
        self,
        views: Sequence[Source | Pair],
        metadata: Metadata | None = None,
        *,
        idempotency_key: str | None = None,
        wait: bool = True,
        min_score: float | None = None,
    ) -> ScanAnswer:
        """Have a scan kept and looked at.

        Args:
            views: images, and pairs of a high- and a low-energy image; the answer has single images first.
            metadata: what is known of the scan.
            idempotency_key: names this sending: sent again under the same key, the scan is kept once, and the first
                answer comes again. Default: a new one, so that only the tries of this call count as one sending.
            wait: whether to wait for the boxes; else the answer's state may be ``pending``.
            min_score: show boxes from this score on. Default: the operating threshold of each class.
        """
        return self._do(
            calls.send_scan(views, metadata, idempotency_key=idempotency_key, wait=wait, min_score=min_score)
        )

    def scan(self, scan_id: str) -> ScanAnswer:
        """A scan that the service keeps."""
        return self._do(calls.scan(scan_id))

    def scans(self, *, limit: int | None = None, cursor: str | None = None, **search: Unpack[Search]) -> ScanListAnswer:
        """A page of the scans that fit, newest first.

        Args:
            limit: 1 to 100 scans. Default: 50.
            cursor: the ``next`` of the page before.
            **search: as ``Search`` says.
        """
        return self._do(calls.scans(search, limit=limit, cursor=cursor))

    def all_scans(self, **search: Unpack[Search]) -> Iterator[ScanSummaryAnswer]:
        """All scans that fit, newest first, fetched page by page.

        Args:
            **search: as ``Search`` says.
        """
        cursor: str | None = None
        while True:
            page = self.scans(limit=calls.LARGEST_PAGE, cursor=cursor, **search)
            yield from page["scans"]
            cursor = page["next"]
            if cursor is None:
                return

    def view_bytes(self, scan_id: str, number: int, band: Band | None = None) -> bytes:
        """The file of a view as it was sent, checked against its SHA-256.

        Args:
            scan_id: of the scan.
            number: of the view, from 0.
            band: which half of a pair.
        """
        return self._do(calls.view_bytes(scan_id, number, band))

    def overlay(self, scan_id: str, number: int) -> bytes:
        """A view with its boxes drawn on it, as PNG.

        Args:
            scan_id: of the scan.
            number: of the view, from 0.
        """
        return self._do(calls.overlay(scan_id, number))

    def events(self, last_event_id: str | None = None) -> Iterator[Event]:
        """Scans as they come in and are screened. Ends only by an error; broken connections are taken up again.

        A ``ResetEvent`` says that the service went back to an older state: what earlier events told is void.

        Args:
            last_event_id: the event after which to begin. Default: with what comes from now on.
        """
        feed = EventFeed(self._connection, self._retry, last_event_id)
        while True:
            try:
                with self._http.sse(**feed.arguments()) as source:
                    if source.response.is_success:
                        feed.opened()
                        for event in source:
                            if (taken := feed.take(event)) is not None:
                                yield taken
                        wait = feed.after_break(None)
                    else:
                        source.response.read()
                        wait = feed.after_refusal(source.response)
            except httpx2.RequestError as error:
                wait = feed.after_break(error)
            time.sleep(wait)

    def list_keys(self) -> list[KeyAnswer]:
        """All keys of the service, without the keys themselves."""
        return self._do(calls.list_keys())

    def create_key(self, name: str, scope: Scope) -> SecretAnswer:
        """Make a key. The answer shows it this once.

        Args:
            name: whose key it is.
            scope: what it is for.
        """
        return self._do(calls.create_key(name, scope))

    def rotate_key(self, name: str) -> SecretAnswer:
        """Put a new key in a key's place. The answer shows it this once."""
        return self._do(calls.rotate_key(name))

    def revoke_key(self, name: str) -> KeyAnswer:
        """Take a key out of use."""
        return self._do(calls.revoke_key(name))

    def _do(self, call: Call[T]) -> T:
        tries = Tries(self._retry, call.repeatable)
        while True:
            try:
                response = self._http.request(**call.arguments(), timeout=self._connection.timeout(tries.left_s))
            except httpx2.RequestError as error:
                wait = tries.after_error(error)
            else:
                if (due := tries.after_answer(response)) is None:
                    return call.read(response)
                wait = due
            time.sleep(wait)
