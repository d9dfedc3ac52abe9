"""``AsyncClient``: the service from a program that runs on asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
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


class AsyncClient:
    """The service, many calls at a time. Its arguments, methods and errors are those of ``Client``."""

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
        self._http = httpx2.AsyncClient(**self._connection.options())

    def __repr__(self) -> str:
        return f"AsyncClient({self._connection.url!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close its connections."""
        await self._http.aclose()

    async def detect(self, views: Sequence[Source | Pair], *, min_score: float | None = None) -> DetectAnswer:
        """As ``Client.detect``."""
        return await self._do(await asyncio.to_thread(calls.detect, views, min_score=min_score))

    async def send_scan(
        self,
        views: Sequence[Source | Pair],
        metadata: Metadata | None = None,
        *,
        idempotency_key: str | None = None,
        wait: bool = True,
        min_score: float | None = None,
    ) -> ScanAnswer:
        """As ``Client.send_scan``."""
        call = await asyncio.to_thread(
            calls.send_scan, views, metadata, idempotency_key=idempotency_key, wait=wait, min_score=min_score
        )
        return await self._do(call)

    async def scan(self, scan_id: str) -> ScanAnswer:
        """As ``Client.scan``."""
        return await self._do(calls.scan(scan_id))

    async def scans(
        self, *, limit: int | None = None, cursor: str | None = None, **search: Unpack[Search]
    ) -> ScanListAnswer:
        """As ``Client.scans``."""
        return await self._do(calls.scans(search, limit=limit, cursor=cursor))

    async def all_scans(self, **search: Unpack[Search]) -> AsyncIterator[ScanSummaryAnswer]:
        """As ``Client.all_scans``."""
        cursor: str | None = None
        while True:
            page = await self.scans(limit=calls.LARGEST_PAGE, cursor=cursor, **search)
            for summary in page["scans"]:
                yield summary
            cursor = page["next"]
            if cursor is None:
                return

    async def view_bytes(self, scan_id: str, number: int, band: Band | None = None) -> bytes:
        """As ``Client.view_bytes``."""
        return await self._do(calls.view_bytes(scan_id, number, band))

    async def overlay(self, scan_id: str, number: int) -> bytes:
        """As ``Client.overlay``."""
        return await self._do(calls.overlay(scan_id, number))

    async def events(self, last_event_id: str | None = None) -> AsyncIterator[Event]:
        """As ``Client.events``."""
        feed = EventFeed(self._connection, self._retry, last_event_id)
        while True:
            try:
                async with self._http.sse(**feed.arguments()) as source:
                    if source.response.is_success:
                        feed.opened()
                        async for event in source:
                            if (taken := feed.take(event)) is not None:
                                yield taken
                        wait = feed.after_break(None)
                    else:
                        await source.response.aread()
                        wait = feed.after_refusal(source.response)
            except httpx2.RequestError as error:
                wait = feed.after_break(error)
            await asyncio.sleep(wait)

    async def list_keys(self) -> list[KeyAnswer]:
        """As ``Client.list_keys``."""
        return await self._do(calls.list_keys())

    async def create_key(self, name: str, scope: Scope) -> SecretAnswer:
        """As ``Client.create_key``."""
        return await self._do(calls.create_key(name, scope))

    async def rotate_key(self, name: str) -> SecretAnswer:
        """As ``Client.rotate_key``."""
        return await self._do(calls.rotate_key(name))

    async def revoke_key(self, name: str) -> KeyAnswer:
        """As ``Client.revoke_key``."""
        return await self._do(calls.revoke_key(name))

    async def _do(self, call: Call[T]) -> T:
        tries = Tries(self._retry, call.repeatable)
        while True:
            try:
                response = await self._http.request(**call.arguments(), timeout=self._connection.timeout(tries.left_s))
            except httpx2.RequestError as error:
                wait = tries.after_error(error)
            else:
                if (due := tries.after_answer(response)) is None:
                    return call.read(response)
                wait = due
            await asyncio.sleep(wait)
