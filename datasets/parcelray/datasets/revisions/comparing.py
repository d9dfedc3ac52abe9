"""What is different between two revisions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Self

from parcelray.datasets.revisions.revision import DatasetRevision, RevisionScan

Pair = tuple[RevisionScan, RevisionScan]


@dataclass(frozen=True)
class Difference:
    """From one revision to another; scans are told by their pictures.

    Attributes:
        added: scans that only the second has.
        removed: scans that only the first has.
        relabelled: scans of both, whose items differ.
        moved: scans of both, whose splits differ.
        items: for each class that either has, how many items the first has and the second has.
    """

    added: tuple[RevisionScan, ...]
    removed: tuple[RevisionScan, ...]
    relabelled: tuple[Pair, ...]
    moved: tuple[Pair, ...]
    items: dict[str, tuple[int, int]]

    @classmethod
    def between(cls, first: DatasetRevision, second: DatasetRevision) -> Self:
        """Compare two revisions."""
        before = {scan.sha256: scan for scan in first.scans}
        after = {scan.sha256: scan for scan in second.scans}
        both = [(before[sha256], scan) for sha256, scan in after.items() if sha256 in before]
        counts: tuple[Counter[str], Counter[str]] = first.items_of, second.items_of
        return cls(
            added=tuple(scan for sha256, scan in after.items() if sha256 not in before),
            removed=tuple(scan for sha256, scan in before.items() if sha256 not in after),
            relabelled=tuple((old, new) for old, new in both if old.items != new.items),
            moved=tuple((old, new) for old, new in both if old.split != new.split),
            items={label: (counts[0][label], counts[1][label]) for label in sorted(counts[0] | counts[1])},
        )
