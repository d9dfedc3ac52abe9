"""Whether the candidate has seen a test scan: what is measured then is memory.

By bytes, by group and by likeness, as revisions tell copies (``parcelray.datasets.validation.neighbours``). Scans that
thresholds and calibration were set on count as seen. A package that does not name its scans is refused: there it cannot
be excluded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from parcelray.datasets.revisions.revision import RevisionScan
from parcelray.datasets.validation.likeness import NAME as LIKENESS
from parcelray.datasets.validation.neighbours import alike_pairs
from parcelray.models.package import TRAINED_ON, ModelPackage
from parcelray.models.trained_on import ScanMark, read_trained_on
from parcelray.training.gate.demands import LeakDemands
from parcelray.training.gate.verdict import Check

NAME = "leak"
_NAMED = 3


def check_leak(candidate: ModelPackage, test: Sequence[RevisionScan], demands: LeakDemands) -> Check:
    """Look for test scans among those that the candidate learned from, or was set on.

    Args:
        candidate: the package.
        test: the test scans.
        demands: of the gate.

    Raises:
        PackageTamperedError: the list of scans was altered since the package was opened.
        PackageError: it is not one that this version understands.
    """
    trained_on = read_trained_on(candidate)
    if trained_on is None:
        return Check(NAME, False, f"the package has no {TRAINED_ON}: that it saw test scans cannot be excluded", {})
    unnamed = [name for name in trained_on.unnamed if name not in demands.trusted]
    if unnamed:
        reason = f"started from {', '.join(unnamed)}, which does not name its scans: a leak cannot be excluded"
        return Check(NAME, False, reason, {"unnamed": unnamed})
    if trained_on.likeness != LIKENESS:
        reason = f"its scans' likenesses are {trained_on.likeness}, not {LIKENESS}: copies cannot be told"
        return Check(NAME, False, reason, {"likeness": trained_on.likeness})
    seen = {"learned from": _seen(trained_on.scans, test), "was set on": _seen(trained_on.validation, test)}
    trusted = [name for name in trained_on.unnamed if name in demands.trusted]
    figures = {
        "test_scans": len(test),
        "learned_from": len(trained_on.scans),
        "set_on": len(trained_on.validation),
        "trusted": trusted,
        "seen": {how: sorted(scans) for how, scans in seen.items()},
    }
    told = [
        f"{how} {len(scans)} of {len(test)} test scans ({', '.join(_told(test, scans))})"
        for how, scans in seen.items()
        if scans
    ]
    marks = len(trained_on.scans) + len(trained_on.validation)
    reason = f"the candidate {' and '.join(told)}" if told else f"none of {len(test)} test scans is among its {marks}"
    if trusted:
        reason += f"; trusted without a list of scans: {', '.join(trusted)}"
    return Check(NAME, not told, reason, figures)


def _seen(marks: Sequence[ScanMark], test: Sequence[RevisionScan]) -> dict[str, str]:
    """The sums of the test scans that are among others, and in what way."""
    sums = {mark.sha256 for mark in marks}
    groups = {mark.group for mark in marks if mark.group is not None}
    alike = _alike(
        (mark.likeness for mark in marks if mark.likeness is not None),
        (scan.likeness for scan in test if scan.likeness is not None),
    )
    found = {}
    for scan in test:
        if scan.sha256 in sums:
            found[scan.sha256] = "same file"
        elif scan.likeness in alike:
            found[scan.sha256] = "same picture"
        elif scan.group in groups:
            found[scan.sha256] = f"group {scan.group}"
    return found


def _alike(trained: Iterable[str], test: Iterable[str]) -> set[str]:
    """Which likenesses of test scans are those of others, or nearly."""
    learned, asked = set(trained), set(test)
    distinct = sorted(learned | asked)
    found = learned & asked
    for one, other in alike_pairs([bytes.fromhex(text) for text in distinct]).tolist():
        pair = {distinct[one], distinct[other]}
        # One of each; what both have is found already.
        if pair & learned and pair & asked:
            found |= pair & asked
    return found


def _told(test: Sequence[RevisionScan], scans: dict[str, str]) -> list[str]:
    """The first few by the names of their sources."""
    told = [f"{scan.file}: {scans[scan.sha256]}" for scan in test if scan.sha256 in scans]
    return [*told[:_NAMED], *(["…"] if len(told) > _NAMED else [])]
