"""``Journal``: which model is the champion, the candidate, the shadow, and who made it so, when and why.

``aliases.json`` says where each alias points, and repeats the change that was made last; ``record.jsonl`` has a line
for each change. A change is made at the moment when ``aliases.json`` is replaced. Its line comes after: whoever is
killed between the two, or in the middle of the line, leaves a record that readers complete from ``aliases.json``, and
the next writer too, on the disk.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from parcelray.models.durable import replace_file, sync
from parcelray.models.errors import DamagedError

ALIASES, RECORD = "aliases.json", "record.jsonl"
_FOR_ITS_OWNER = 0o600


class Alias(StrEnum):
    """What a model is here for.

    Attributes:
        CHAMPION: it serves.
        CANDIDATE: it was added, to become the champion one day.
        SHADOW: it is tried beside the champion.
    """

    CHAMPION = "champion"
    CANDIDATE = "candidate"
    SHADOW = "shadow"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Change(_Frozen):
    """An alias was moved.

    Attributes:
        number: counts changes from 1.
        by: who did it.
        alias: that was moved.
        before: reference of the model that it pointed at; None for none.
        after: reference of the model that it points at since.
        manifest_sha256: of the model after.
        verdict: of the gate, that allowed it.
        without_gate: whether a champion was made without asking the gate.
    """

    number: Annotated[int, Field(gt=0)]
    at: AwareDatetime
    by: Annotated[str, StringConstraints(min_length=1)]
    why: str
    action: Literal["add", "promote", "rollback"]
    alias: Alias
    before: str | None
    after: str
    manifest_sha256: str
    verdict: str | None = None
    without_gate: bool = False


class _State(_Frozen):
    format: Literal[1] = 1
    aliases: Mapping[Alias, str]
    last: Change


class Journal:
    """The aliases and the record of one folder. Whoever changes something keeps others from it meanwhile.

    Args:
        folder: holds both files.
    """

    def __init__(self, folder: Path) -> None:
        self._aliases = folder / ALIASES
        self._record = folder / RECORD

    def aliases(self) -> Mapping[Alias, str]:
        """The reference that each alias points at; those that were never set are not in it.

        Raises:
            DamagedError: a file is none that this version can read.
        """
        state = self._state()
        return replayed(self._lines()) if state is None else state.aliases

    def record(self) -> list[Change]:
        """Every change, the oldest first.

        Raises:
            DamagedError: a file is none that this version can read.
        """
        changes = self._lines()
        state = self._state()
        if state is not None and state.last.number > (changes[-1].number if changes else 0):
            changes.append(state.last)
        return changes

    def lines(self) -> list[Change]:
        """What the record alone says: all but the last change, should a writer have been killed.

        Raises:
            DamagedError: a line is none of the record.
        """
        return self._lines()

    def make(self, change: Change) -> None:
        """Make a change. When this returns, it outlives a loss of power.

        Args:
            change: with the next number.

        Raises:
            DamagedError: a file is none that this version can read.
        """
        self._complete()
        state = _State(aliases=replayed([change], self.aliases()), last=change)
        replace_file(self._aliases, f"{state.model_dump_json(indent=2)}\n".encode())
        self._append(change)

    def _state(self) -> _State | None:
        try:
            data = _read(self._aliases)
            return None if data is None else _State.model_validate_json(data)
        except ValidationError as error:
            raise DamagedError(
                f"{self._aliases}: expected where each alias points, got a file that does not say so "
                f"({error.errors()[0]['msg']}); without the file, {RECORD} counts"
            ) from error

    def _lines(self) -> list[Change]:
        text = _read(self._record)
        if text is None:
            return []
        changes = []
        # What follows the last line end was cut off: the change stands in the aliases.
        for number, line in enumerate(text.split(b"\n")[:-1], start=1):
            try:
                changes.append(Change.model_validate_json(line))
            except ValidationError as error:
                raise DamagedError(
                    f"{self._record}: expected a change in line {number}, got a line that is none "
                    f"({error.errors()[0]['msg']})"
                ) from error
        return changes

    def _complete(self) -> None:
        """Write down what a writer that was killed did not."""
        whole = self.record()
        try:
            with self._record.open("r+b") as file:
                file.truncate(file.read().rfind(b"\n") + 1)
        except FileNotFoundError:
            pass
        if len(self._lines()) < len(whole):
            self._append(whole[-1])

    def _append(self, change: Change) -> None:
        handle = os.open(self._record, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _FOR_ITS_OWNER)
        with os.fdopen(handle, "ab") as file:
            file.write(f"{change.model_dump_json()}\n".encode())
            file.flush()
            os.fsync(handle)
        sync(self._record.parent)


def _read(file: Path) -> bytes | None:
    """What a file holds; None where there is none.

    Raises:
        DamagedError: it cannot be read.
    """
    try:
        return file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise DamagedError(f"{file}: expected a file that can be read, got: {error.strerror or error}") from error


def replayed(changes: Iterable[Change], aliases: Mapping[Alias, str] | None = None) -> dict[Alias, str]:
    """Where aliases point after some changes.

    Args:
        changes: the oldest first.
        aliases: where they pointed before.
    """
    after = dict(aliases or {})
    for change in changes:
        after[change.alias] = change.after
        # Who has become the champion is no candidate any more.
        if change.alias is Alias.CHAMPION and after.get(Alias.CANDIDATE) == change.after:
            del after[Alias.CANDIDATE]
    return after


def former_champions(changes: Iterable[Change]) -> list[str]:
    """The champions that rollbacks would return to, one after the other: the last of the list first."""
    stack: list[str] = []
    for change in changes:
        if change.action == "promote" and change.before is not None:
            stack.append(change.before)
        elif change.action == "rollback":
            stack.pop()
    return stack
