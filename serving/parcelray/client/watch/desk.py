"""Writes answers beside their scans, and keeps those that cannot be written until they can."""

from __future__ import annotations

import asyncio
import errno
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice

from parcelray.client.watch.answer_file import AnswerFile, ForeignFileError, write_answer_file
from parcelray.client.watch.job import PATIENCE, Job
from parcelray.client.watch.link import Condition
from parcelray.client.watch.listing import FileState, FoundScan, state_of
from parcelray.client.watch.outcomes import Setback, own
from parcelray.client.watch.package import ChangedError

# These concern one name, not the disk.
# So many are written before it is looked anew what is due.
_AT_ONCE = 50
_OF_THE_NAME = frozenset({errno.ENAMETOOLONG, errno.EILSEQ, errno.EISDIR})


class Desk:
    """Writes answers, one at a time.

    Args:
        say: takes a line when answers can no longer be written, or can again.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._disk = Condition(say, "answers can be written again", PATIENCE)
        self._lock = asyncio.Lock()
        # In the order in which they came.
        self._kept: dict[Job, None] = {}

    def keep(self, job: Job, content: AnswerFile) -> None:
        """Have an answer written when there is time."""
        job.unwritten = content
        self._kept[job] = None

    def due(self) -> list[tuple[Job, AnswerFile]]:
        """What was kept and may be written now; while the disk takes none, one to try."""
        now = time.monotonic()
        if self._disk.setback is not None and now < self._disk.backoff.not_before:
            return []
        due = ((job, job.unwritten) for job in self._kept if now >= job.writes.not_before)
        most = 1 if self._disk.setback is not None else _AT_ONCE
        return [(job, content) for job, content in islice(due, most) if content is not None]

    async def write(self, job: Job, content: AnswerFile) -> AnswerFile | None:
        """Write an answer; where that fails, it is kept to be written later.

        Returns:
            What was written, if it is the scan's last answer.

        Raises:
            ChangedError: the scan is no longer the one that was answered, and nothing was written.
        """
        async with self._lock:
            if job.answered and not content["final"]:
                return None
            content = {**content, "late": job.marked, "written_at": datetime.now(UTC).isoformat()}
            try:
                if job.gone is not None:
                    raise ChangedError(job.gone)
                job.answer_read = await asyncio.to_thread(_write, job.scan, content)
            except ChangedError:
                self._forget(job)
                raise
            except OSError as error:
                self.keep(job, content)
                self._take(job, error)
                return None
            self._disk.succeed()
            self._forget(job)
            job.written = time.monotonic()
            job.final = content["final"]
            return content if job.final else None

    def _forget(self, job: Job) -> None:
        job.unwritten = None
        job.writes.succeed()
        self._kept.pop(job, None)

    def _take(self, job: Job, error: OSError) -> None:
        now = time.monotonic()
        words = error.strerror or str(error)
        job.writes.fail(now)
        job.setback = Setback(own("answer-unwritable"), f"its answer cannot be written: {words}")
        if not isinstance(error, ForeignFileError) and error.errno not in _OF_THE_NAME:
            folder = job.scan.answer.parent
            self._disk.fail(now, Setback(own("answer-unwritable"), f"answers cannot be written into {folder}: {words}"))


def _write(scan: FoundScan, content: AnswerFile) -> FileState:
    """Write an answer, if it is one to what lies there now."""
    if content["final"]:
        for file in scan.files:
            try:
                now = state_of(file.path.stat())
            except FileNotFoundError as error:
                raise ChangedError(f"{file.path.name} is gone") from error
            if now != file.state:
                raise ChangedError(f"{file.path.name} has changed")
    write_answer_file(scan.answer, content)
    return state_of(scan.answer.stat())
