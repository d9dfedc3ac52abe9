"""``Bell``: wakes who waits for something to happen, on one event loop."""

from __future__ import annotations

import asyncio


class Bell:
    """Rings once for all who wait at that moment; who comes later waits for the next time."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def ring(self) -> None:
        """Wake all who wait."""
        self._next.set()
        self._next = asyncio.Event()

    async def wait(self, timeout_s: float) -> None:
        """Return when it rings, or after so many seconds."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._next.wait()
        except TimeoutError:
            return
