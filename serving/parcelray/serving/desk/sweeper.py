"""``Sweeper``: tells of claims that have run out, soon after they do."""

from __future__ import annotations

import asyncio
import logging

from parcelray.models.errors import StorageError
from parcelray.serving.bell import Bell
from parcelray.serving.desk.claims import Claims
from parcelray.serving.logs import FIELDS
from parcelray.serving.store.store import Store

_LOGGER = logging.getLogger("parcelray.desk")
_EVERY_S = 1.0
_AFTER_A_FAULT_S = 30.0


class Sweeper:
    """One worker of each process; where several sweep, one of them tells.

    Args:
        claims: of the desk.
        store: whose threads it takes.
        told: rings for those who listen.
    """

    def __init__(self, claims: Claims, store: Store, told: Bell) -> None:
        self._claims = claims
        self._store = store
        self._told = told

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            wait_s = _EVERY_S
            try:
                if await self._store.run(self._claims.sweep):
                    self._told.ring()
            except StorageError as error:
                _LOGGER.warning("sweeper waits for the store", extra={FIELDS: {"retry_after_s": error.retry_after_s}})
                wait_s = error.retry_after_s
            except Exception:
                # Whatever it was: without this worker, nobody would be told of claims that have run out.
                _LOGGER.exception("fault")
                wait_s = _AFTER_A_FAULT_S
            await asyncio.sleep(wait_s)
