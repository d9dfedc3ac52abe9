"""``Finding``: one thing that is wrong, or looks wrong, with a labelled data set.

Every finding names where it is, what was expected there and what came instead, so that whoever made the data can put it
right without asking. A check collects them all; it never stops at the first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Whether a data set may be used all the same.

    ``ERROR``: something learned from it, or measured on it, would be wrong. ``WARNING``: somebody should look.
    """

    ERROR = "error"
    WARNING = "warning"


class Kind(StrEnum):
    """What is wrong."""

    NOT_COCO = "not-coco"
    """The labels are no JSON, or a section of COCO is missing."""
    WRONG_FIELD = "wrong-field"
    """A field is missing or of the wrong type."""
    OTHER_TAXONOMY = "other-taxonomy"
    """The labels say that they belong to another version of the taxonomy."""
    DOUBLE_ID = "double-id"
    """Two images, items or categories with one id."""
    DOUBLE_FILE = "double-file"
    """Two images with one file."""
    UNKNOWN_IMAGE = "unknown-image"
    """An item of an image that is not in the file."""
    UNKNOWN_CATEGORY = "unknown-category"
    """An item of a category that is not in the file."""
    UNKNOWN_CLASS = "unknown-class"
    """A category that is no leaf of the taxonomy, and that nobody called foreign."""
    EMPTY_BOX = "empty-box"
    """A box without an area."""
    BOX_OUTSIDE = "box-outside"
    """A box that reaches beyond its image."""
    CROWD = "crowd"
    """A box around many items: none of them is boxed."""
    RESERVED_OUTSIDE_TEST = "reserved-outside-test"
    """A scan that is reserved for testing, in another split."""
    FILE_OUTSIDE = "file-outside"
    """A file name that leads out of the folder."""
    MISSING_FILE = "missing-file"
    """No file under the name, or half of a dual-energy pair."""
    UNREADABLE_FILE = "unreadable-file"
    """A file that cannot be decoded."""
    OTHER_SIZE = "other-size"
    """A picture whose size is not the one in the labels."""
    GROUP_ACROSS_SPLITS = "group-across-splits"
    """One group in two splits."""
    SAME_PICTURE = "same-picture"
    """The same bytes twice."""
    OTHER_LABELS = "other-labels"
    """The same bytes twice, with different labels."""
    ALIKE = "alike"
    """Most likely one picture in two files: made smaller, compressed again, mirrored or turned."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        kind: what.
        severity: whether the data may be used all the same.
        where: file and record, in words.
        expected: what should be there.
        got: what is.
    """

    kind: Kind
    where: str
    expected: str
    got: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return f"{self.where}: expected {self.expected}, got {self.got}"

    def as_dict(self) -> dict[str, str]:
        """For JSON."""
        return {
            "kind": self.kind.value,
            "severity": self.severity.value,
            "where": self.where,
            "expected": self.expected,
            "got": self.got,
        }


def errors_in(findings: Iterable[Finding]) -> list[Finding]:
    """Those that keep a data set from being used."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def shown(value: object) -> str:
    """A value from labels that nobody checked, short, on one line, and in letters that any terminal can print."""
    text = ascii(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
