"""``Screening``: the way of one scan, from what was sent to what is kept.

Nothing is answered before it is on the disk: images first, then the record with all that was found, in one transaction.
Whoever is killed on the way leaves at most an image that no record names.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from parcelray.models.errors import InFlightError
from parcelray.models.naming import name_detections
from parcelray.models.package import Manifest
from parcelray.serving.bell import Bell
from parcelray.serving.engine.engine import Engine, Look, Sighting, Unreadable
from parcelray.serving.engine.sources import raw_view
from parcelray.serving.engine.stages import Stages
from parcelray.serving.problems import type_of
from parcelray.serving.store.records import Basis, Reason, ScanRecord, StoredFile, StoredView, ViewState
from parcelray.serving.store.scans import Identity
from parcelray.serving.store.store import Store
from parcelray.serving.submission import Submission, Sums, sum_up


@dataclass(frozen=True)
class Receipt:
    """What became of a submission.

    Attributes:
        record: of the scan.
        replayed: whether it was stored before: the same scan was sent again.
    """

    record: ScanRecord
    replayed: bool


@dataclass(frozen=True)
class _Filed:
    """A submission whose images are on the disk, or the record of the scan that was stored before."""

    record: ScanRecord
    identity: Identity
    was_there: bool


class Screening:
    """Screens submissions and keeps them. Used from the event loop alone.

    Args:
        engine: looks at them.
        store: keeps them.

    Attributes:
        stored: rings when a scan was stored or looked at.
        waiting: rings when a scan was stored that has yet to be looked at.
    """

    def __init__(self, engine: Engine, store: Store) -> None:
        self.stored = Bell()
        self.waiting = Bell()
        self._engine = engine
        self._store = store
        self._in_flight: set[tuple[str, str]] = set()

    @contextmanager
    def in_flight(self, workstation: str, key: str | None) -> Iterator[None]:
        """Hold an idempotency key for as long as the block runs.

        Raises:
            InFlightError: a request with that key is being worked on.
        """
        if key is None:
            yield
            return
        if (workstation, key) in self._in_flight:
            raise InFlightError(
                "header Idempotency-Key: expected a key that no request is being worked on with, got one that is; "
                "come back in 1 s for its answer",
                retry_after_s=1,
            )
        self._in_flight.add((workstation, key))
        try:
            yield
        finally:
            self._in_flight.discard((workstation, key))

    async def screen(self, submission: Submission, workstation: str, key: str | None, stages: Stages) -> Receipt:
        """Look at a submission and keep it with what was found.

        Raises:
            KeyReusedError: the idempotency key came before with other content.
            StorageError: it cannot be kept now, and nothing of it was.
        """
        # The images are summed up, looked up and written while the cores look at them. Where the scan was stored
        # before, the looking was for nothing: that is seldom, and cheaper than having all others wait.
        filing = self._store.begin(self._filing(submission, workstation, key, stages))
        look = self._engine.looking(submission.views, stages, min_score=submission.min_score)

        def work() -> Receipt:
            # From the look to the commit on one thread: each change of threads costs as much as the commit.
            seen = look()
            filed = filing.result()
            if filed.was_there:
                return Receipt(filed.record, replayed=True)
            return self._add(_looked_at(filed.record, seen), filed.identity, stages)

        receipt = await self._engine.run(work)
        self.stored.ring()
        return receipt

    async def keep(self, submission: Submission, workstation: str, key: str | None, stages: Stages) -> Receipt:
        """Keep a submission, to be looked at when there is time.

        Raises:
            KeyReusedError: the idempotency key came before with other content.
            StorageError: it cannot be kept now, and nothing of it was.
        """
        file = self._filing(submission, workstation, key, stages)

        def work() -> Receipt:
            filed = file()
            if filed.was_there:
                return Receipt(filed.record, replayed=True)
            return self._add(filed.record, filed.identity, stages)

        receipt = await self._store.run(work)
        self.stored.ring()
        self.waiting.ring()
        return receipt

    async def finish(self, record: ScanRecord) -> ScanRecord:
        """Look at a scan that was kept, and keep what was found.

        Raises:
            DamagedError: an image is not as it was stored.
            StorageError: the store does not answer; the scan is still to be looked at.
        """
        views = await self._store.run(lambda: [raw_view(self._store.blobs, view) for view in record.views])
        seen = await self._engine.run(self._engine.looking(views, Stages(), min_score=record.min_score))
        finished = _looked_at(record, seen)
        await self._conclude(finished)
        return finished

    async def give_up(self, record: ScanRecord, reason: Reason) -> None:
        """Keep that a scan cannot be looked at, and why.

        Raises:
            StorageError: the store does not answer; the scan is still to be looked at.
        """
        views = tuple(replace(view, state=ViewState.NOT_SCREENED, reason=reason) for view in record.views)
        await self._conclude(replace(record, views=views, screened_at=datetime.now(UTC)))

    async def _conclude(self, record: ScanRecord) -> None:
        await self._store.run(lambda: self._store.scans.finish(record))
        self.stored.ring()

    def _filing(
        self, submission: Submission, workstation: str, key: str | None, stages: Stages
    ) -> Callable[[], _Filed]:
        """Get ready to find a scan that was stored before, or else to bring its images to the disk."""
        received_at = datetime.now(UTC)

        def file() -> _Filed:
            with stages.time("file"):
                sums = sum_up(submission)
                metadata = submission.metadata
                identity = Identity(workstation, sums.content_sha256, metadata.scanner_id, metadata.taken_at, key)
                earlier = self._store.scans.find_earlier(identity)
                if earlier is not None:
                    return _Filed(earlier, identity, was_there=True)
                for view, files in zip(submission.views, sums.files, strict=True):
                    for image, file in zip(view.images, files, strict=True):
                        self._store.blobs.put(file.sha256, image.data)
                return _Filed(_pending(submission, sums, workstation, received_at), identity, was_there=False)

        return file

    def _add(self, record: ScanRecord, identity: Identity, stages: Stages) -> Receipt:
        with stages.time("store"):
            stored, is_new = self._store.scans.add(record, identity)
        return Receipt(stored, replayed=not is_new)


def _pending(submission: Submission, sums: Sums, workstation: str, received_at: datetime) -> ScanRecord:
    return ScanRecord(
        id=secrets.token_hex(16),
        workstation=workstation,
        received_at=received_at,
        content_sha256=sums.content_sha256,
        views=tuple(StoredView(ViewState.PENDING, files) for files in sums.files),
        min_score=submission.min_score,
        **dict(submission.metadata),
    )


def _looked_at(record: ScanRecord, look: Look) -> ScanRecord:
    views = tuple(
        _view_of(seen, view.files, look.manifest) for view, seen in zip(record.views, look.views, strict=True)
    )
    basis = _basis_of(look.manifest, record.min_score)
    return replace(record, views=views, screened_at=datetime.now(UTC), basis=basis)


def _view_of(seen: Sighting | Unreadable, files: tuple[StoredFile, ...], manifest: Manifest) -> StoredView:
    if isinstance(seen, Unreadable):
        reason = Reason(type_of(seen.error), str(seen.error))
        return StoredView(ViewState.NOT_SCREENED, files, reason=reason)
    return StoredView(
        ViewState.SCREENED,
        files,
        width=seen.width,
        height=seen.height,
        detections=tuple(name_detections(seen.detections, manifest)),
        warnings=seen.warnings,
    )


def _basis_of(manifest: Manifest, min_score: float | None) -> Basis:
    operating = manifest.operating
    thresholds = dict(operating.thresholds) if min_score is None else dict.fromkeys(manifest.labels, min_score)
    return Basis(
        model=manifest.name,
        version=manifest.version,
        sha256=manifest.files[manifest.network],
        taxonomy=manifest.taxonomy,
        thresholds=thresholds,
        calibrated=operating.calibrated,
        basis=operating.basis if min_score is None else "asked for by the sender (min_score)",
    )
