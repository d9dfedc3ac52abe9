from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import pytest
from fastapi import FastAPI

from parcelray.serving.backlog import Backlog


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_kept_while_it_looks_is_not_left_until_the_next_time(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    screening, store = app.state.screening, app.state.store
    looks = 0

    async def scenario() -> None:
        loop = asyncio.get_running_loop()

        def pending(limit: int) -> Sequence[str]:
            nonlocal looks
            looks += 1
            if looks == 1:
                # A scan is kept after this look saw none, and before the worker has heard so.
                loop.call_soon_threadsafe(screening.waiting.ring)
                time.sleep(0.1)
            return []

        monkeypatch.setattr(store.scans, "pending", pending)
        worker = asyncio.create_task(Backlog(screening, store).run())
        async with asyncio.timeout(5):
            while looks < 2:
                await asyncio.sleep(0.01)
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)

    asyncio.run(scenario())
