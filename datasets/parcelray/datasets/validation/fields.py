"""JSON that anybody may have written, looked at field by field: what is wrong becomes a finding, never an exception."""

from __future__ import annotations

import math
from collections.abc import Callable

from parcelray.datasets.validation.findings import Finding, Kind, shown

Note = Callable[[Finding], None]


class Fields:
    """The fields of one record.

    Each method returns None where the field is missing or of another type, and has noted so.

    Args:
        record: whatever stands in the JSON.
        where: file and record, in words.
        note: is given each finding.
    """

    def __init__(self, record: object, where: str, note: Note) -> None:
        self.where = where
        self._note = note
        self._record: dict[str, object] = record if isinstance(record, dict) else {}
        # Whether it is a record at all.
        self.usable = isinstance(record, dict)
        if not self.usable:
            note(Finding(Kind.WRONG_FIELD, where, "a JSON object", shown(record)))

    def has(self, name: str) -> bool:
        """Whether the field is there, and is not null."""
        return self._record.get(name) is not None

    def integer(self, name: str, *, at_least: int | None = None) -> int | None:
        """A whole number; true and false are none."""
        value = self._record.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and (at_least is None or value >= at_least):
            return value
        self._note_wrong(name, "a whole number" if at_least is None else f"a whole number of {at_least} or more")
        return None

    def text(self, name: str) -> str | None:
        """A text that is not empty, and can be written as UTF-8: JSON may hold halves of letters."""
        value = self._record.get(name)
        if isinstance(value, str) and value and not any("\ud800" <= letter <= "\udfff" for letter in value):
            return value
        self._note_wrong(name, "a text")
        return None

    def flag(self, name: str) -> bool | None:
        """True or false, which COCO writes as 1 or 0; false where the field is missing."""
        value = self._record.get(name)
        if value is None:
            return False
        if isinstance(value, int) and value in (0, 1):
            return bool(value)
        self._note_wrong(name, "true or false")
        return None

    def four_numbers(self, name: str) -> tuple[float, float, float, float] | None:
        """A list of four finite numbers."""
        value = self._record.get(name)
        numbers = [_finite(entry) for entry in value] if isinstance(value, list) else []
        found = [number for number in numbers if number is not None]
        if len(numbers) == 4 and len(found) == 4:
            return found[0], found[1], found[2], found[3]
        self._note_wrong(name, "four numbers")
        return None

    def _note_wrong(self, name: str, expected: str) -> None:
        got = shown(self._record[name]) if name in self._record else "nothing"
        self._note(Finding(Kind.WRONG_FIELD, f"{self.where}, {name}", expected, got))


def _finite(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:  # JSON's integers have no end.
        return None
    return number if math.isfinite(number) else None
