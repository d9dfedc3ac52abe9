"""The agent: looks at the folder, sends what is whole, writes down what came of it, and says what is not screened.

The folder is the queue, and nothing else is kept: whenever the agent dies, the next one finds in the folder what is
still to do, and sends it under the same idempotency key as the one before.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Coroutine

from parcelray.client.async_client import AsyncClient
from parcelray.client.errors import ClientError, SettingError
from parcelray.client.watch.answer_file import AnswerFile
from parcelray.client.watch.book import Book
from parcelray.client.watch.desk import Desk
from parcelray.client.watch.job import PATIENCE, REPLACED, Job
from parcelray.client.watch.link import Condition
from parcelray.client.watch.outcomes import Setback, own, setback_of
from parcelray.client.watch.package import ChangedError, TooLargeError, pack, record_of
from parcelray.client.watch.report import Report
from parcelray.client.watch.sending import Sender, answered, content_of, refused
from parcelray.client.watch.settings import WatchSettings
from parcelray.client.watch.words import answer_line, not_screened_line

_LOGGER = logging.getLogger("parcelray.watch")
_FAULT = own("agent-fault")
# When told to stop: so many seconds for what is under way.
_GRACE_S = 3.0
# Looking takes so small a part of the time: between two looks, so many times as long as one takes.
_PAUSE_FACTOR = 9.0


class Agent:
    """Watches a folder.

    Args:
        settings: which, and how.
        client: that tries once: when to try again is decided here.
        report: is told what happens.
    """

    def __init__(self, settings: WatchSettings, client: AsyncClient, report: Report) -> None:
        self._settings = settings
        self._report = report
        self._sender = Sender(client)
        self._book = Book(settings)
        self._desk = Desk(report.note)
        self._folder = Condition(report.note, "the folder can be read again", PATIENCE)
        self._link = Condition(report.note, "the service answers again", PATIENCE)
        self._sending: set[asyncio.Task[None]] = set()
        self._probe: asyncio.Task[None] | None = None
        # The look at the folder and the writing of what was kept: a slow disk must not make a deadline be missed.
        self._aside: dict[str, asyncio.Task[None]] = {}
        # Both are made anew at each look: whatever there is between two looks then costs the same for a long backlog.
        self._ready: list[Job] = []
        self._unmarked: deque[Job] = deque()
        self._next_look = 0.0
        self._answered = 0
        self._not_screened = 0

    async def run(self, stop: asyncio.Event) -> bool:
        """Watch until told to stop, or, once, until all that is there has been dealt with.

        Returns:
            Whether nothing of it was left without being screened.

        Raises:
            SettingError: the folder of a single run cannot be read.
        """
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                if time.monotonic() >= self._next_look:
                    self._start_aside("look", self._look)
                if self._desk.due():
                    self._start_aside("write", self._write_kept)
                self._mark_due()
                self._send_more()
                self._report.status(self._status())
                if self._settings.once and self._is_dealt_with():
                    break
                await asyncio.wait(
                    {stopping, *self._sending, *self._aside.values()},
                    timeout=self._wait_s(),
                    return_when=asyncio.FIRST_COMPLETED,
                )
                for name in [name for name, task in self._aside.items() if task.done()]:
                    self._aside.pop(name).result()
        finally:
            stopping.cancel()
            await self._finish()
        return not (self._book.todo or self._not_screened)

    def _start_aside(self, name: str, work: Callable[[], Coroutine[None, None, None]]) -> None:
        if name not in self._aside:
            self._aside[name] = asyncio.create_task(work())

    async def _look(self) -> None:
        began = time.monotonic()
        try:
            over = await self._book.refresh()
        except OSError as error:
            words = error.strerror or str(error)
            if self._settings.once:
                subject = f"folder {self._settings.folder}"
                raise SettingError(subject, expected="one that can be read", got=words) from error
            unreadable = f"the folder {self._settings.folder} cannot be read: {words}"
            self._folder.fail(began, Setback(own("folder-unreadable"), unreadable))
            self._next_look = max(began + self._settings.poll_s, self._folder.backoff.not_before)
            return
        for path, words in sorted(self._book.unreadable.items())[:1]:
            self._folder.fail(began, Setback(own("folder-unreadable"), f"the folder {path} cannot be read: {words}"))
        if not self._book.unreadable:
            self._folder.succeed()
        for job in over:
            # One that is on its way is spoken of when it is back, one that was answered when that is to be written.
            if not (job.sending or job.answered):
                self._lose(job)
        now = time.monotonic()
        todo = self._book.todo.values()
        self._ready = sorted((job for job in todo if job.to_send(now)), key=lambda job: job.urgency, reverse=True)
        self._unmarked = deque(sorted((job for job in todo if not job.marked), key=lambda job: job.seen))
        # A slow network drive, or a folder with very many scans, is not looked at without a pause.
        self._next_look = now + max(self._settings.poll_s, _PAUSE_FACTOR * (now - began))

    def _mark_due(self) -> None:
        now = time.monotonic()
        while self._unmarked and now >= self._due(self._unmarked[0]):
            job = self._unmarked.popleft()
            if not (job.final or job.marked or job.gone is not None):
                self._mark(job)

    def _mark(self, job: Job) -> None:
        """Say that a scan has no answer in time, and have it written beside it."""
        setback = job.reason(time.monotonic(), self._settings.settle_s, self._link.setback)
        job.marked = True
        self._report.scan(not_screened_line(job.scan.name, setback.message))
        if not job.answered:
            marker = content_of(
                state="not_screened",
                final=False,
                reason=setback.reason,
                files=[record_of(file, None) for file in job.scan.files],
                seen_at=job.seen_at,
            )
            self._desk.keep(job, marker)

    def _send_more(self) -> None:
        room = self._settings.parallel - len(self._sending)
        now = time.monotonic()
        away = self._link.setback is not None
        if away:
            # One scan tries whether the service is back, not all of them.
            may_probe = self._probe not in self._sending and now >= self._link.backoff.not_before
            room = min(room, 1) if may_probe else 0
        while room > 0 and self._ready:
            job = self._ready.pop()
            if not job.to_send(now) or job.gone is not None:
                continue
            job.sending = True
            room -= 1
            task = asyncio.create_task(self._send(job))
            self._probe = task if away else None
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def _send(self, job: Job) -> None:
        try:
            await self._answer(job)
        except Exception as error:
            # A scan that trips the program must not keep the others from being looked at. Its trace is shown once.
            if job.setback is None or job.setback.type != _FAULT:
                _LOGGER.exception("parcelray watch failed on %s", job.scan.name)
            job.setback = Setback(_FAULT, f"parcelray watch failed on it ({type(error).__name__})")
            job.tries.fail(time.monotonic())
        finally:
            job.sending = False
            if job.gone is not None and not job.spoken:
                self._lose(job)

    async def _answer(self, job: Job) -> None:
        try:
            package = await asyncio.to_thread(pack, job.scan, self._settings)
        except ChangedError:
            # The next look tells whether it grows or was replaced.
            job.tries.not_before = self._next_look
            return
        except TooLargeError as error:
            records = [record_of(file, None) for file in job.scan.files]
            await self._write(job, refused(Setback(own("too-large"), str(error)), records, job.seen_at))
            return
        except OSError as error:
            job.setback = Setback(own("unreadable"), f"it cannot be read: {error.strerror or error}")
            job.tries.fail(time.monotonic())
            return
        if job.is_answered_by_earlier(package.records):
            job.final = True
            self._book.close(job)
            return
        try:
            content = answered(await self._sender.send(package), package, job.seen_at)
        except ClientError as error:
            setback = setback_of(error)
            self._take(job, setback)
            if not setback.final:
                return
            content = refused(setback, package.records, job.seen_at, package.idempotency_key)
        else:
            self._link.succeed()
        await self._write(job, content)

    def _take(self, job: Job, setback: Setback) -> None:
        """Note why a scan has no answer."""
        now = time.monotonic()
        job.setback = setback
        job.tries.fail(now, setback.retry_after_s)
        if setback.everywhere:
            self._link.fail(now, setback)
        else:
            self._link.succeed()

    async def _write_kept(self) -> None:
        for job, content in self._desk.due():
            await self._write(job, content)

    async def _write(self, job: Job, content: AnswerFile) -> None:
        if content["final"] and not job.marked and time.monotonic() >= self._due(job):
            # It came a moment too late: nobody is to think that it was in time.
            self._mark(job)
        try:
            written = await self._desk.write(job, content)
        except ChangedError:
            # What was sent was answered, and is there no more. What lies there now is another scan.
            if content["final"] and not job.spoken:
                self._speak(job, content, " (its file has changed since: no answer was written)")
                self._book.drop(job)
                job.gone = REPLACED
            return
        if written is not None:
            self._speak(job, written)
            self._book.close(job)

    def _speak(self, job: Job, content: AnswerFile, note: str = "") -> None:
        job.spoken = True
        self._answered += 1
        self._not_screened += content["state"] != "screened"
        self._report.scan(answer_line(job.scan.name, content) + note)

    def _lose(self, job: Job) -> None:
        assert job.gone is not None
        job.spoken = True
        self._not_screened += 1
        self._report.scan(not_screened_line(job.scan.name, job.gone))

    def _is_dealt_with(self) -> bool:
        """Whether nothing is left but what is known to have no answer now."""
        if self._sending or self._aside or not self._book.complete:
            return False
        away = self._link.setback is not None
        return all(
            job.marked
            and (job.unwritten is None or job.writes.failures)
            and (away or job.answered or job.tries.failures or not job.whole)
            for job in self._book.todo.values()
        )

    async def _finish(self) -> None:
        under_way = {*self._sending, *self._aside.values()}
        if under_way:
            _, late = await asyncio.wait(under_way, timeout=_GRACE_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

    def _due(self, job: Job) -> float:
        return job.seen + self._settings.deadline_s

    def _wait_s(self) -> float:
        """Seconds until something is due that no task tells of."""
        now = time.monotonic()
        turns = [now + self._settings.poll_s]
        if "look" not in self._aside:
            turns.append(self._next_look)
        if self._unmarked:
            turns.append(self._due(self._unmarked[0]))
        return max(0.0, min(turns) - now)

    def _status(self) -> str:
        waiting = len(self._book.todo)
        line = f"{waiting} to do, {len(self._sending)} of them on their way; {self._answered} answered"
        return f"{line}, {self._not_screened} of them not screened" if self._not_screened else line
