"""How a revision comes to be: folders are checked, their scans pooled, put into families, and shared out."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from parcelray.datasets.files import sha256_of_file
from parcelray.datasets.progress import progress
from parcelray.datasets.revisions.families import find_families
from parcelray.datasets.revisions.revision import (
    DatasetRevision,
    RevisionItem,
    RevisionScan,
    Shares,
    Source,
    StoredFile,
)
from parcelray.datasets.revisions.splitting import share_out
from parcelray.datasets.revisions.store import RevisionStore
from parcelray.datasets.validation.checking import ANNOTATIONS, CheckedFolder, doubles_in, look_at
from parcelray.datasets.validation.findings import Finding, errors_in
from parcelray.datasets.validation.records import CheckedScan, Split
from parcelray.models.errors import DatasetError
from parcelray.models.taxonomy import load_taxonomy

USUAL_SHARES = Shares(train=0.8, validation=0.1, test=0.1)
# Errors that a refusal tells of.
_NAMED = 3


@dataclass(frozen=True)
class RevisionPlan:
    """What a revision is made with.

    Attributes:
        folders: each with ``images/`` and ``annotations.json``.
        parent: name, id or beginning of the id of the revision that it follows; None where it is the first.
        shares: that the splits are meant to get.
        seed: decides where scans go that nothing else decides.
        foreign: categories that are known to be no leaves of the taxonomy.
    """

    folders: tuple[Path, ...]
    parent: str | None = None
    shares: Shares = USUAL_SHARES
    seed: int = 0
    foreign: Collection[str] = ()


@dataclass(frozen=True)
class Built:
    """A revision that is kept.

    Attributes:
        revision: the revision.
        new: whether it was not kept before.
        warnings: what somebody should look at.
    """

    revision: DatasetRevision
    new: bool
    warnings: tuple[Finding, ...]


def build(name: str, plan: RevisionPlan, store: RevisionStore, *, link: bool = False) -> Built:
    """Make a revision, keep it, and give it a name. Made again of the same, it is the same, and nothing is written.

    Args:
        name: for people; stands for this revision for ever.
        plan: what it is made with.
        store: where it is kept.
        link: make kept files second names of the folders' files, on one disk, instead of copies.

    Raises:
        DatasetError: the data have errors (names the first few and the count), the parent is not in the store, the name
            is taken, or shares leave no split for some scans.
    """
    store.check_name(name)
    taken = store.names().get(name)
    ancestors: list[DatasetRevision] = []
    if plan.parent is not None:
        parent = store.open(plan.parent)
        ancestors = [parent, *store.ancestors_of(parent)]
    distinct = {folder.resolve(): folder for folder in plan.folders}
    folders = [look_at(folder, plan.foreign) for folder in distinct.values()]
    findings = [*(finding for one in folders for finding in one.findings), *doubles_in(*folders)]
    _refuse(errors_in(findings))
    revision, files = _revision_of(plan, folders, ancestors)
    if taken not in (None, revision.id):
        raise DatasetError(f"the name {name}", expected="one that is not taken", got=f"the name of {str(taken)[:12]}")
    with progress("keeping scans", len(revision.scans)) as report:
        new = store.put(revision, files, link=link, report=lambda done: report(done, ""))
    store.name(name, revision.id)
    return Built(revision, new, tuple(findings))


def _refuse(errors: Sequence[Finding]) -> None:
    if errors:
        told = "; ".join(str(error) for error in errors[:_NAMED])
        more = f"; and {len(errors) - _NAMED} more" if len(errors) > _NAMED else ""
        raise DatasetError(
            "the scans",
            expected="data without errors (`parcelray revision check` shows all)",
            got=f"{len(errors)}: {told}{more}",
        )


def _revision_of(
    plan: RevisionPlan, folders: Sequence[CheckedFolder], ancestors: Sequence[DatasetRevision]
) -> tuple[DatasetRevision, Mapping[str, Path]]:
    """The revision, and where its files lie."""
    sources = sorted(
        (
            (_printable(one.folder.resolve().name), sha256_of_file(one.folder / ANNOTATIONS), one.scans)
            for one in folders
        ),
        key=lambda source: source[:2],
    )
    # The same scan of several folders is taken from the first of them.
    scans: dict[str, tuple[CheckedScan, int]] = {}
    for place, (_, _, those) in enumerate(sources):
        for scan in those:
            scans.setdefault(scan.sha256, (scan, place))
    if not scans:
        raise DatasetError(", ".join(map(str, plan.folders)), expected="a scan", got="none")
    families = find_families([scan for scan, _ in scans.values()], ancestors)
    placed = share_out(families, plan.shares, plan.seed)
    split_of = {sha256: placed[family.key] for family in families for sha256 in family.scans}
    revision = DatasetRevision(
        taxonomy=load_taxonomy().version,
        foreign=tuple(sorted(set(plan.foreign))),
        parent=ancestors[0].id if ancestors else None,
        shares=plan.shares,
        seed=plan.seed,
        sources=tuple(Source(name=name, annotations=annotations) for name, annotations, _ in sources),
        scans=tuple(_record(*scans[sha256], split_of[sha256]) for sha256 in sorted(scans)),
    )
    return revision, {file.sha256: file.path for scan, _ in scans.values() for file in scan.picture.files}


def _printable(name: str) -> str:
    """A folder's name, which may be of any bytes, as text."""
    return os.fsencode(name).decode("utf-8", "replace")


def _record(scan: CheckedScan, source: int, split: Split) -> RevisionScan:
    labels, picture = scan.labels, scan.picture
    return RevisionScan(
        files=tuple(StoredFile(sha256=file.sha256, size=file.size, suffix=file.suffix) for file in picture.files),
        width=picture.width,
        height=picture.height,
        likeness=None if picture.likeness is None else picture.likeness.hex(),
        group=scan.group,
        split=split,
        reserved=labels.reserved,
        items=tuple(RevisionItem(label=item.label, box=item.box) for item in labels.items),
        source=source,
        file=labels.file_name,
    )
