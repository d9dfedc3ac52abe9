"""A scan on its way from the folder to its answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from parcelray.client.retry import RetryPolicy
from parcelray.client.watch.answer_file import AnswerFile, FileRecord, modified_text
from parcelray.client.watch.link import Backoff
from parcelray.client.watch.listing import FileState, FoundScan
from parcelray.client.watch.outcomes import Setback, own

GONE = "its file was gone before it was screened"
REPLACED = "its file was replaced by another before it was screened"
# A workstation that asks every few seconds is no load, and an officer waits for it.
PATIENCE = RetryPolicy(first_s=0.5, longest_s=3.0)


def _patient() -> Backoff:
    return Backoff(PATIENCE)


@dataclass(eq=False)
class Job:
    """A scan on its way. Times are seconds of a clock that only grows, but for ``seen_at``.

    Attributes:
        scan: as it lay in the folder when it was last looked at.
        seen: when it was first seen.
        seen_at: the same, by the calendar.
        changed: when its files were last seen to change.
        whole: whether its files are all there, to their ends.
        sending: whether it is being sent.
        final: whether its last answer stands beside it.
        marked: whether it was said not to be screened in time.
        gone: why there is nothing left to answer, once that is so.
        spoken: whether what became of it was said.
        setback: why it has no answer yet.
        unwritten: what could not be written beside it.
        answer_read: the answer file that was last read or written.
        written: when that was written.
        earlier: the answer beside it, where it is final but to files of other times.
        tries: when it may be sent again.
        writes: when its answer may be written again.
    """

    scan: FoundScan
    seen: float
    seen_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    changed: float = field(init=False)
    whole: bool = False
    sending: bool = False
    final: bool = False
    marked: bool = False
    gone: str | None = None
    spoken: bool = False
    setback: Setback | None = None
    unwritten: AnswerFile | None = None
    answer_read: FileState | None = None
    written: float = 0.0
    earlier: AnswerFile | None = None
    tries: Backoff = field(default_factory=_patient)
    writes: Backoff = field(default_factory=_patient)

    def __post_init__(self) -> None:
        self.changed = self.seen

    def look(self, scan: FoundScan, listed: float, now: float) -> bool:
        """Take what a new look at the folder shows.

        Args:
            scan: as it lies there.
            listed: when that look began.
            now: when it ended.

        Returns:
            Whether this is still the same scan. Else another has taken its place, and this job is over.
        """
        if scan.states != self.scan.states:
            if self.final or (self.whole and not _grew(self.scan, scan)):
                return False
            self.whole = False
            self.changed = now
        # A look that began before the answer was written does not show it.
        if self.final and scan.answer_state is None and listed > self.written:
            # Somebody took the answer away, and so says that the scan is still to do.
            self.final = False
            self.answer_read = None
        self.scan = scan
        return True

    def take(self, content: AnswerFile | None) -> None:
        """Take what an answer file says that was found beside the scan."""
        if content is None:
            return
        ours = [(file.path.name, file.state.size, modified_text(file.state)) for file in self.scan.files]
        theirs = [(record["name"], record["bytes"], record["modified_at"]) for record in content["files"]]
        # Of a pair that was answered, one half may be taken away before the other.
        is_left_over = self.scan.lacks is not None and content["final"] and set(ours) <= set(theirs)
        if sorted(ours) != sorted(theirs) and not is_left_over:
            self.earlier = content if content["final"] else None
        elif content["final"]:
            self.final = True
        else:
            # The deadline passed under an agent before this one.
            self.marked = True
            self.seen_at = datetime.fromisoformat(content["seen_at"])

    def is_answered_by_earlier(self, records: list[FileRecord]) -> bool:
        """Whether the answer beside it is to files that differ from those read now in nothing but their times."""
        if self.earlier is None:
            return False
        return _sums(self.earlier["files"]) == _sums(records)

    @property
    def answer_known(self) -> bool:
        """Whether what lies beside it has been looked at."""
        return self.scan.answer_state in (None, self.answer_read)

    def settled(self, now: float, settle_s: float) -> bool:
        """Whether it is time to see if its files are whole."""
        todo = not (self.final or self.whole) and self.answer_known
        return todo and self.scan.lacks is None and now - self.changed >= settle_s

    def to_send(self, now: float) -> bool:
        """Whether it can be sent now."""
        todo = self.whole and not (self.final or self.sending or self.answered)
        return todo and now >= self.tries.not_before

    @property
    def answered(self) -> bool:
        """Whether it has its last answer, though that may not be written yet."""
        return self.final or (self.unwritten is not None and self.unwritten["final"])

    @property
    def urgency(self) -> tuple[bool, int, float, int]:
        """Sorts jobs: first those for which somebody still waits; one that fails and fails holds up no other."""
        taken = max(file.state.mtime_ns for file in self.scan.files)
        return self.marked, self.tries.failures, self.seen, taken

    def reason(self, now: float, settle_s: float, everywhere: Setback | None) -> Setback:
        """Why it has no answer.

        Args:
            now: when this is asked.
            settle_s: for which its files must not have changed.
            everywhere: what keeps every scan from being answered.
        """
        if self.scan.lacks is not None:
            return Setback(own("incomplete-pair"), self.scan.lacks)
        if not self.whole and now - self.changed < settle_s:
            return Setback(own("being-written"), "it is still being written")
        if self.setback is not None:
            return self.setback
        if everywhere is not None:
            return everywhere
        if self.sending:
            return Setback(own("no-answer-yet"), "the service has not answered yet")
        return Setback(own("in-line"), "it is still waiting to be sent")


def _grew(before: FoundScan, after: FoundScan) -> bool:
    """Whether files only became longer: they are still being written, though they had not changed for a while."""
    if before.states.keys() != after.states.keys():
        return False
    changes = [(before.states[path], after.states[path]) for path in before.states]
    return all(old == new or new.size > old.size for old, new in changes)


def _sums(records: list[FileRecord]) -> dict[str, str | None]:
    return {record["name"]: record["sha256"] for record in records}
