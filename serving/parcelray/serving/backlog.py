"""``Backlog``: looks at scans that were kept to be looked at later, oldest first, also those of before a restart."""

from __future__ import annotations

import asyncio
import logging

from parcelray.models.errors import DamagedError, StorageError
from parcelray.serving.logs import FIELDS
from parcelray.serving.problems import type_of
from parcelray.serving.screening import Screening
from parcelray.serving.store.records import Reason
from parcelray.serving.store.store import Store

_LOGGER = logging.getLogger("parcelray.backlog")
_AT_ONCE = 16
# Another service on the same database may have left some behind.
_LOOKS_EVERY_S = 30.0
_AFTER_A_FAULT_S = 30.0


class Backlog:
    """One worker: scans that nobody waits for must not keep those waiting that somebody does.

    Args:
        screening: looks at them.
        store: knows which there are.
    """

    def __init__(self, screening: Screening, store: Store) -> None:
        self._screening = screening
        self._store = store

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            # It waits before it looks, so that what is kept while it looks is not left until the next time.
            woken = asyncio.create_task(self._screening.waiting.wait(_LOOKS_EVERY_S))
            try:
                waiting = await self._store.run(lambda: self._store.scans.pending(_AT_ONCE))
                for scan_id in waiting:
                    await self._finish(scan_id)
            except StorageError as error:
                _LOGGER.warning("backlog waits for the store", extra={FIELDS: {"retry_after_s": error.retry_after_s}})
                await asyncio.sleep(error.retry_after_s)
            except Exception:
                # Whatever it was: without this worker, no scan that is pending would ever be looked at.
                _LOGGER.exception("fault")
                await asyncio.sleep(_AFTER_A_FAULT_S)
            else:
                if not waiting:
                    await woken
            finally:
                woken.cancel()

    async def _finish(self, scan_id: str) -> None:
        record = await self._store.run(lambda: self._store.scans.get(scan_id))
        try:
            await self._screening.finish(record)
        except StorageError:
            raise
        except DamagedError as error:
            _LOGGER.exception("damaged", extra={FIELDS: {"scan_id": scan_id}})
            reason = Reason(type_of(error), "an image is no longer as it was stored")
            await self._screening.give_up(record, reason)
        except Exception as error:
            # A scan that trips the program must not be tried for ever, nor keep the others from being looked at.
            _LOGGER.exception("fault", extra={FIELDS: {"scan_id": scan_id}})
            await self._screening.give_up(record, Reason(type_of(error), "the service could not look at it"))
