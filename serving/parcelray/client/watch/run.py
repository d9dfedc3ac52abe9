"""Runs the agent in this process until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from parcelray.client.async_client import AsyncClient
from parcelray.client.watch.agent import Agent
from parcelray.client.watch.report import Report
from parcelray.client.watch.settings import WatchSettings


def run(settings: WatchSettings, client: AsyncClient, report: Report) -> bool:
    """Watch a folder until SIGINT (Ctrl+C) or SIGTERM, or once.

    Args:
        settings: which folder, and how.
        client: that tries once, for when to try again is decided here. It is closed in the end.
        report: is told what happens.

    Returns:
        Whether nothing of what was dealt with was left without being screened.

    Raises:
        SettingError: the folder of a single run cannot be read.
    """

    async def watch() -> bool:
        stop = asyncio.Event()
        with _stopping(stop):
            async with client:
                return await Agent(settings, client, report).run(stop)

    return asyncio.run(watch())


@contextmanager
def _stopping(stop: asyncio.Event) -> Iterator[None]:
    """Set the event when the process is told to stop."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    try:
        for number in signals:
            loop.add_signal_handler(number, stop.set)
    except NotImplementedError:
        # Windows. The loop wakes when it next looks at the folder, at the latest.
        for number in signals:
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
        yield
        return
    try:
        yield
    finally:
        for number in signals:
            loop.remove_signal_handler(number)
