"""What an error of the client means for a scan that waits in the folder."""

from __future__ import annotations

from dataclasses import dataclass

from parcelray.client.errors import (
    AccessRefusedError,
    AnswerError,
    ClientError,
    Problem,
    ProblemError,
    SettingError,
    UnavailableError,
)
from parcelray.client.retry import IN_FLIGHT
from parcelray.client.watch.answer_file import Reason

# These concern the address or the moment, not the scan: another one would fare no better.
_OF_THE_PLACE = frozenset({404, 405, 407})
_PASSING = frozenset({408, 409, 425, 429})
# Said of one scan while others are taken.
PENDING = "pending"
_OF_THE_SCAN = frozenset({IN_FLIGHT, "http-408", PENDING})
# These come and go while the service is in good health: not worth a line each time.
_QUIET = frozenset({"overloaded", "http-429"})


@dataclass(frozen=True)
class Setback:
    """Why a scan has no answer yet.

    Attributes:
        type: the kind, for programs and to tell one condition from another: the service's, or one of the agent's own.
        message: in words.
        final: whether trying again would not help.
        everywhere: whether no other scan would be answered either.
        quiet: whether it is nothing to be told of.
        retry_after_s: when the service asked to be tried again, in seconds.
    """

    type: str
    message: str
    final: bool = False
    everywhere: bool = False
    quiet: bool = False
    retry_after_s: float = 0.0

    @property
    def reason(self) -> Reason:
        """As an answer file has it."""
        return {"type": self.type, "message": self.message}


def own(name: str) -> str:
    """The type of a setback that the service knows nothing of."""
    return f"urn:parcelray:watch:{name}"


def setback_of(error: ClientError) -> Setback:
    """What an error means for the scan that was sent."""
    message = str(error)
    if isinstance(error, UnavailableError):
        if error.problem is None:
            return Setback(own("no-connection"), f"the service cannot be reached ({message})", everywhere=True)
        return Setback(
            _type(error.problem),
            str(error.problem),
            everywhere=_name(error.problem) not in _OF_THE_SCAN,
            quiet=_name(error.problem) in _QUIET,
            retry_after_s=error.retry_after_s or 0.0,
        )
    if isinstance(error, AccessRefusedError):
        return Setback(_type(error.problem), f"the service refuses the key: {message}", everywhere=True)
    if isinstance(error, ProblemError):
        status = error.problem.status
        if status in _OF_THE_PLACE:
            words = f"no parcelray service answers at this address: {message}"
            return Setback(own("wrong-address"), words, everywhere=True)
        return Setback(_type(error.problem), message, final=400 <= status < 500 and status not in _PASSING)
    if isinstance(error, AnswerError):
        return Setback(own("strange-answer"), message, everywhere=True)
    assert isinstance(error, SettingError), error
    return Setback(own("key-unreadable"), message, everywhere=True)


def _name(problem: Problem) -> str:
    return problem.name or f"http-{problem.status}"


def _type(problem: Problem) -> str:
    return problem.type or own(_name(problem))
