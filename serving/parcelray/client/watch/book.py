"""All scans of the folder, kept up with what lies there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from parcelray.client.watch.answer_file import AnswerFile, ForeignFileError, read_answer_file
from parcelray.client.watch.job import GONE, REPLACED, Job
from parcelray.client.watch.listing import FoundScan, Lister
from parcelray.client.watch.outcomes import Setback, own
from parcelray.client.watch.settings import WatchSettings
from parcelray.client.watch.wholeness import has_its_end

# So many answer files are read between two looks at the folder: one with very many is not looked at late for that.
_MOST_READ = 2000


class Book:
    """All scans of the folder.

    Args:
        settings: which folder, and how.

    Attributes:
        todo: those without a last answer beside them, by the path of that.
        unreadable: folders below the watched one that could not be read, with the reason.
    """

    def __init__(self, settings: WatchSettings) -> None:
        self._settings = settings
        self._lister = Lister(settings.folder, recursive=settings.recursive)
        self._jobs: dict[str, Job] = {}
        # Beside these lies something that has not been read yet.
        self._unread: dict[str, Job] = {}
        self._done_files: set[str] = set()
        self._listed_first: frozenset[str] | None = None
        self.todo: dict[str, Job] = {}
        self.unreadable: dict[str, str] = {}

    @property
    def complete(self) -> bool:
        """Whether the folder, and all that lies beside scans in it, has been looked at."""
        return self._listed_first is not None and not self._unread

    async def refresh(self) -> list[Job]:
        """Look at the folder.

        Returns:
            Jobs that are over without a last answer: their files are gone, or were replaced.

        Raises:
            OSError: the folder cannot be read.
        """
        listed = time.monotonic()
        listing = await asyncio.to_thread(self._lister.look, self._done_files)
        self.unreadable = listing.unreadable
        over = list(self._compare(listing.scans, listed))
        await self._read_answers()
        await self._check_ends()
        return over

    def close(self, job: Job) -> None:
        """Put away a job that has its last answer beside it."""
        key = str(job.scan.answer)
        if self.todo.get(key) is job:
            del self.todo[key]
            self._done_files.update(map(str, job.scan.states))

    def drop(self, job: Job) -> None:
        """Forget a job: whatever lies in its place is looked at anew."""
        key = str(job.scan.answer)
        if self._jobs.get(key) is job:
            del self._jobs[key]
            self.todo.pop(key, None)
            self._unread.pop(key, None)
            self._done_files.difference_update(map(str, job.scan.states))

    def _compare(self, scans: Mapping[str, FoundScan], listed: float) -> Iterator[Job]:
        now = time.monotonic()
        if self._listed_first is None:
            self._listed_first = frozenset(scans)
        for key in self._jobs.keys() - scans.keys():
            # What lies in a folder that cannot be read is out of sight, not gone.
            if not any(parent in self.unreadable for parent in map(str, Path(key).parents)):
                yield from self._end(self._jobs[key], GONE)
        for key, scan in scans.items():
            job = self._jobs.get(key)
            # Nothing has changed since the last look: so it is with nearly all of them.
            if job is not None and job.scan is scan and (not job.final or job.answer_read == scan.answer_state):
                continue
            if self._settings.once and key not in self._listed_first:
                continue
            if job is not None and not job.look(scan, listed, now):
                yield from self._end(job, REPLACED)
                job = None
            if job is None:
                job = self._jobs[key] = Job(scan, now)
            if not job.answer_known:
                self._unread[key] = job
            if not job.final:
                self.todo[key] = job
                self._done_files.difference_update(map(str, scan.states))

    def _end(self, job: Job, reason: str) -> Iterator[Job]:
        job.gone = reason
        self.drop(job)
        # What never was whole was never a scan: a program that writes under another name first leaves such behind.
        if job.whole and not job.final:
            yield job

    async def _read_answers(self) -> None:
        waiting = list(self._unread.items())[:_MOST_READ]
        if not waiting:
            return
        states = [job.scan.answer_state for _, job in waiting]
        contents = await asyncio.to_thread(lambda: [_read(job.scan.answer) for _, job in waiting])
        for (key, job), state, content in zip(waiting, states, contents, strict=True):
            # While they were read, one may have been written.
            if self._unread.pop(key, None) is not job or job.answer_known:
                continue
            job.answer_read = state
            job.final = False
            job.take(content)
            self.todo[key] = job
            if job.final:
                self.close(job)

    async def _check_ends(self) -> None:
        now = time.monotonic()
        waiting = [job for job in self.todo.values() if job.settled(now, self._settings.settle_s)]
        if not waiting:
            return
        faults = await asyncio.to_thread(lambda: [_end_fault(job) for job in waiting])
        for job, fault in zip(waiting, faults, strict=True):
            job.whole = fault is None or now - job.changed >= self._settings.patience_s
            job.setback = None if job.whole else fault


def _read(path: Path) -> AnswerFile | None:
    try:
        return read_answer_file(path)
    except ForeignFileError:
        # Left alone; said when an answer is to be written there.
        return None
    except OSError:
        return None


def _end_fault(job: Job) -> Setback | None:
    for file in job.scan.files:
        try:
            if not has_its_end(file.path):
                return Setback(own("cut-short"), f"{file.path.name} ends too early")
        except OSError as error:
            return Setback(own("unreadable"), f"{file.path.name} cannot be read: {error.strerror or error}")
    return None
