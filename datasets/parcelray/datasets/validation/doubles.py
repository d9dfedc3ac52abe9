"""One parcel on both sides of a split: what is measured then is memory.

By group, by bytes, and by likeness. Two scans of different groups that are the same bytes are an error wherever they
are: their groups are one. Those that are only alike may be two parcels after all, so within one split they are a
warning; across splits they are an error, for to be wrong costs a scan there, and to be right a whole measurement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from parcelray.datasets.validation.findings import Finding, Kind, Severity, shown
from parcelray.datasets.validation.neighbours import alike_clusters
from parcelray.datasets.validation.records import CheckedScan


@dataclass(frozen=True)
class Sided:
    """A scan and the side that it is on.

    Attributes:
        scan: the scan.
        side: a split, or a data set that must share nothing with another; None is no side yet.
    """

    scan: CheckedScan
    side: str | None


@dataclass(frozen=True)
class Double:
    """A finding about two scans, and whether they are on two sides."""

    finding: Finding
    across: bool


def find_doubles(scans: Sequence[Sided]) -> Iterator[Double]:
    """Find groups and pictures that are on two sides, and pictures that are in two groups.

    A scan is named once for its bytes and once for its likeness, with one other scan: one on another side if there is
    any.
    """
    yield from _groups(scans)
    yield from _same_bytes(scans)
    yield from _alike(scans)


def _groups(scans: Sequence[Sided]) -> Iterator[Double]:
    first: dict[str, Sided] = {}
    told: set[tuple[str, str]] = set()
    for one in scans:
        if one.scan.labels.group is None or one.side is None:
            continue
        other = first.setdefault(one.scan.group, one)
        if other.side != one.side and (one.scan.group, one.side) not in told:
            told.add((one.scan.group, one.side))
            expected = f"group {shown(one.scan.group)} in one of {other.side} and {one.side}"
            got = f"it in both: also {other.scan.labels.where}"
            yield Double(Finding(Kind.GROUP_ACROSS_SPLITS, one.scan.labels.where, expected, got), across=True)


def _same_bytes(scans: Sequence[Sided]) -> Iterator[Double]:
    seen: dict[str, _Seen] = defaultdict(_Seen)
    first: dict[str, Sided] = {}
    for one in scans:
        where = one.scan.labels.where
        original = first.setdefault(one.scan.sha256, one)
        partner, across = seen[one.scan.sha256].partner_of(one)
        seen[one.scan.sha256].add(one)
        if original is one:
            continue
        if original.scan.labels.items != one.scan.labels.items:
            expected = f"the labels of {original.scan.labels.where}, which is the same picture"
            yield Double(Finding(Kind.OTHER_LABELS, where, expected, "others"), across=False)
        severity = Severity.WARNING if partner is None else Severity.ERROR
        got = f"the same bytes as {(partner or original).scan.labels.where}"
        expected = _expected(one, partner if across else None)
        yield Double(Finding(Kind.SAME_PICTURE, where, expected, got, severity), across)


def _alike(scans: Sequence[Sided]) -> Iterator[Double]:
    distinct: dict[str, tuple[Sided, bytes]] = {}
    for one in scans:
        # What is the same has been told.
        if one.scan.picture.likeness is not None and one.scan.sha256 not in distinct:
            distinct[one.scan.sha256] = one, one.scan.picture.likeness
    clusters = alike_clusters([likeness for _, likeness in distinct.values()])
    seen: dict[int, _Seen] = defaultdict(_Seen)
    for (one, _), cluster in zip(distinct.values(), clusters, strict=True):
        partner, across = seen[cluster].partner_of(one)
        seen[cluster].add(one)
        if partner is not None:
            severity = Severity.ERROR if across else Severity.WARNING
            got = f"one like {partner.scan.labels.where}"
            expected = _expected(one, partner if across else None)
            yield Double(Finding(Kind.ALIKE, one.scan.labels.where, expected, got, severity), across)


@dataclass
class _Seen:
    """Scans of one picture that came before: one of each side, and two of different groups."""

    sides: dict[str, Sided] = field(default_factory=dict)
    groups: dict[str, Sided] = field(default_factory=dict)

    def partner_of(self, one: Sided) -> tuple[Sided | None, bool]:
        """A scan that should not be beside this one, and whether it is on another side."""
        for side, other in self.sides.items():
            if one.side is not None and side != one.side:
                return other, True
        for group, other in self.groups.items():
            if group != one.scan.group:
                return other, False
        return None, False

    def add(self, one: Sided) -> None:
        """Remember a scan."""
        if one.side is not None:
            self.sides.setdefault(one.side, one)
        if len(self.groups) < 2:
            self.groups.setdefault(one.scan.group, one)


def _expected(one: Sided, across: Sided | None) -> str:
    if across is None:
        return "a picture of its own, or one group for both"
    return f"a picture that is in one of {across.side} and {one.side}"
