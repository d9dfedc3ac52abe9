"""A scan on its way: when it is the same one, when it may be sent, and why it has no answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from parcelray.client.watch.answer_file import AnswerFile
from parcelray.client.watch.job import Job
from parcelray.client.watch.listing import FileState, FoundScan, ScanFile
from parcelray.client.watch.outcomes import Setback
from parcelray.client.watch.package import record_of
from parcelray.client.watch.sending import content_of

ANSWER = Path("in/a.png.json")


def scan(size: int = 10, mtime_ns: int = 1, answer: int | None = None, lacks: str | None = None) -> FoundScan:
    file = ScanFile(Path("in/a.png"), "view", FileState(size, mtime_ns))
    return FoundScan("a.png", (file,), ANSWER, None if answer is None else FileState(1, answer), lacks)


def answer_to(found: FoundScan, *, final: bool, sha256: str = "s") -> AnswerFile:
    return content_of(
        state="not_screened",
        final=final,
        reason=None,
        files=[record_of(file, sha256) for file in found.files],
        seen_at=datetime.now(UTC) - timedelta(hours=1),
    )


@pytest.mark.parametrize(
    ("state", "change", "is_same"),
    [
        ({}, {"size": 11, "mtime_ns": 2}, True),
        ({}, {"size": 9, "mtime_ns": 2}, True),
        ({"whole": True}, {}, True),
        ({"whole": True}, {"size": 11, "mtime_ns": 2}, True),
        ({"whole": True}, {"size": 9, "mtime_ns": 2}, False),
        ({"whole": True}, {"mtime_ns": 2}, False),
        ({"whole": True, "final": True}, {"size": 11, "mtime_ns": 2}, False),
        ({"final": True}, {"mtime_ns": 2}, False),
    ],
)
def test_what_grows_is_the_same_scan_and_what_is_replaced_is_not(
    state: dict[str, Any], change: dict[str, int], is_same: bool
) -> None:
    job = Job(scan(), seen=0.0, **state)
    assert job.look(scan(**change), listed=5.0, now=6.0) is is_same
    if is_same and change:
        assert (job.whole, job.changed, job.seen) == (False, 6.0, 0.0)


@pytest.mark.parametrize(("listed", "is_final"), [(4.0, True), (6.0, False)])
def test_an_answer_that_was_taken_away_is_to_be_fetched_again(listed: float, is_final: bool) -> None:
    job = Job(scan(), seen=0.0, final=True, written=5.0)
    # A look that began before the answer was written cannot show it.
    assert job.look(scan(), listed=listed, now=7.0)
    assert job.final is is_final


def test_the_answer_beside_it_counts_when_it_is_to_these_files() -> None:
    for found, expected in ((scan(), True), (scan(size=11), False), (scan(mtime_ns=2), False)):
        job = Job(scan(), seen=0.0)
        job.take(answer_to(found, final=True))
        assert job.final is expected
        assert job.is_answered_by_earlier([record_of(file, "s") for file in job.scan.files]) is not expected
        assert not job.is_answered_by_earlier([record_of(file, "other") for file in job.scan.files])


def test_half_of_an_answered_pair_that_is_left_over_is_answered() -> None:
    halves = tuple(ScanFile(Path(f"in/x_{band}.png"), band, FileState(10, 1)) for band in ("high", "low"))
    whole = FoundScan("x", halves, Path("in/x_pair.json"), FileState(1, 1))
    left = FoundScan("x", halves[:1], Path("in/x_pair.json"), FileState(1, 1), lacks="its other half")
    for final in (True, False):
        job = Job(left, seen=0.0)
        job.take(answer_to(whole, final=final))
        assert job.final is final
    job = Job(left, seen=0.0)
    job.take(answer_to(scan(), final=True))
    assert not job.final


def test_a_deadline_that_passed_under_another_agent_has_passed() -> None:
    job = Job(scan(), seen=0.0)
    marker = answer_to(scan(), final=False)
    job.take(marker)
    assert (job.marked, job.final) == (True, False)
    assert job.seen_at.isoformat() == marker["seen_at"]
    other = Job(scan(size=11), seen=0.0)
    other.take(marker)
    assert not other.marked


def test_it_settles_when_all_is_there_and_nothing_changes() -> None:
    assert not Job(scan(), seen=0.0).settled(0.9, 1.0)
    assert Job(scan(), seen=0.0).settled(1.0, 1.0)
    assert not Job(scan(lacks="half"), seen=0.0).settled(9.0, 1.0)
    # What lies beside it has not been read.
    assert not Job(scan(answer=1), seen=0.0).settled(9.0, 1.0)
    assert Job(scan(answer=1), seen=0.0, answer_read=FileState(1, 1)).settled(9.0, 1.0)


def test_who_is_waited_for_goes_first() -> None:
    jobs = [Job(scan(), seen=seen, marked=marked) for seen, marked in ((1.0, True), (3.0, False), (2.0, False))]
    jobs.append(Job(scan(mtime_ns=0), seen=2.0))
    failing = Job(scan(), seen=0.0)
    failing.tries.fail(0.0)
    ordered = sorted([*jobs, failing], key=lambda job: job.urgency)
    assert ordered == [jobs[3], jobs[2], jobs[1], failing, jobs[0]]


@pytest.mark.parametrize(
    ("job", "now", "everywhere", "message"),
    [
        (Job(scan(lacks="its half"), seen=0.0), 9.0, True, "its half"),
        (Job(scan(), seen=0.0), 0.5, True, "it is still being written"),
        (Job(scan(), seen=0.0, whole=True, setback=Setback("t", "own words")), 9.0, True, "own words"),
        (Job(scan(), seen=0.0, whole=True), 9.0, True, "all are away"),
        (Job(scan(), seen=0.0, whole=True, sending=True), 9.0, False, "the service has not answered yet"),
        (Job(scan(), seen=0.0, whole=True), 9.0, False, "it is still waiting to be sent"),
    ],
)
def test_why_it_has_no_answer(job: Job, now: float, everywhere: bool, message: str) -> None:
    setback = Setback("away", "all are away") if everywhere else None
    assert job.reason(now, 1.0, setback).message == message
