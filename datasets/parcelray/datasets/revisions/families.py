"""``Family``: scans that must be in one split, and what has been decided about them.

Scans belong together that are of one group, are the same picture, or are alike (``validation.neighbours``): whether a
model has seen a parcel does not depend on what its file is called. Scans of earlier revisions are counted in, so that a
new copy of an old test scan is known for what it is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from parcelray.datasets.revisions.revision import DatasetRevision
from parcelray.datasets.validation.neighbours import alike_clusters
from parcelray.datasets.validation.records import SPLITS, CheckedScan, Split

# What a scan without items shows, so that clean scans are shared out like a class of their own.
CLEAN = ""


@dataclass(frozen=True)
class Family:
    """Scans that must be in one split.

    Attributes:
        key: the least of their groups' names: decides where they go, together with the seed.
        scans: their sums.
        shows: for each class, how many of the scans show it; clean scans under ``CLEAN``.
        allowed: splits that they may be in; one where it has been decided.
    """

    key: str
    scans: tuple[str, ...]
    shows: Counter[str]
    allowed: tuple[Split, ...]


def find_families(scans: Sequence[CheckedScan], ancestors: Sequence[DatasetRevision]) -> list[Family]:
    """Put scans together that must be in one split.

    A family is for testing if any of its scans is reserved, is a test scan of its source, or ever was a test scan of an
    ancestor. Otherwise it stays where an ancestor had it: what was learned from once is for training, whatever else.
    Otherwise it may be in any split; but what its source does not test on, we do not, for it may have been learned
    from already by whoever made the weights that we start from.

    Args:
        scans: of the revision in the making, each picture once.
        ancestors: its parent, the parent's parent and so on.

    Returns:
        The families, sorted by their keys.
    """
    ties = _Ties()
    once: dict[str, set[Split]] = defaultdict(set)
    likenesses: dict[str, bytes] = {}
    for scan in scans:
        ties.tie(("scan", scan.sha256), ("group", scan.group))
        if scan.picture.likeness is not None:
            likenesses[scan.sha256] = scan.picture.likeness
    for revision in ancestors:
        for past in revision.scans:
            ties.tie(("scan", past.sha256), ("group", past.group))
            once[past.sha256].add(past.split)
            if past.likeness is not None:
                likenesses[past.sha256] = bytes.fromhex(past.likeness)
    sums = list(likenesses)
    for place, cluster in enumerate(alike_clusters(list(likenesses.values()))):
        ties.tie(("scan", sums[place]), ("scan", sums[cluster]))

    history: dict[Hashable, set[Split]] = defaultdict(set)
    for sha256, splits in once.items():
        history[ties.root(("scan", sha256))] |= splits
    members: dict[Hashable, list[CheckedScan]] = defaultdict(list)
    for scan in scans:
        members[ties.root(("scan", scan.sha256))].append(scan)
    return sorted((_family(those, history[root]) for root, those in members.items()), key=lambda family: family.key)


def _family(members: Sequence[CheckedScan], history: Iterable[Split]) -> Family:
    shows: Counter[str] = Counter()
    for scan in members:
        shows.update({item.label for item in scan.labels.items} or {CLEAN})
    return Family(
        key=min(scan.group for scan in members),
        scans=tuple(sorted(scan.sha256 for scan in members)),
        shows=shows,
        allowed=_allowed({scan.split for scan in members}, set(history)),
    )


def _allowed(wished: set[Split | None], history: set[Split]) -> tuple[Split, ...]:
    if "test" in wished | history:
        return ("test",)
    if history:
        return ("train",) if "train" in history else ("validation",)
    return ("train", "validation") if wished - {None} else SPLITS


class _Ties:
    """Which things belong together (union-find)."""

    def __init__(self) -> None:
        self._parent: dict[Hashable, Hashable] = {}

    def root(self, thing: Hashable) -> Hashable:
        """What stands for all that a thing is tied to."""
        self._parent.setdefault(thing, thing)
        while (parent := self._parent[thing]) != thing:
            self._parent[thing] = thing = self._parent[parent]
        return thing

    def tie(self, one: Hashable, other: Hashable) -> None:
        """Put two things together, with all that they are tied to."""
        self._parent[self.root(one)] = self.root(other)
