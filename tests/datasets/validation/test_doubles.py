import re
from pathlib import Path

import numpy as np
import pytest

from parcelray.datasets.validation.doubles import Sided, find_doubles
from parcelray.datasets.validation.records import CheckedScan, Item, LabelledScan, Picture, PictureFile

PISTOL = (Item("pistol", (1.0, 1.0, 5.0, 5.0)),)


def likeness_of(picture: int) -> bytes:
    """Of so many pictures that differ; negative numbers are copies of the positive."""
    bits = np.random.default_rng(abs(picture)).integers(0, 256, 32).astype(np.uint8)
    bits[31] ^= picture < 0
    return bits.tobytes()


def sided(
    name: str, picture: int, *, group: str | None = None, side: str | None = None, items: tuple[Item, ...] = ()
) -> Sided:
    labels = LabelledScan(f"the scan {name}", name, 9, 9, group, None, False, items)
    file = PictureFile(Path(name), f"{picture % 2**32:064x}", 1, ".png")
    return Sided(CheckedScan(labels, Picture((file,), 9, 9, likeness_of(picture))), side)


# What there is; kind, severity, whether across, and the two that are named.
CASES: dict[str, tuple[list[Sided], list[tuple[str, str, bool, str, str]]]] = {
    "nothing": ([sided("a", 1, group="g", side="train"), sided("b", 2, side="test"), sided("c", 3)], []),
    "a group on two sides": (
        [sided("a", 1, group="g", side="train"), sided("b", 2, group="g", side="test"), sided("c", 3, group="g")],
        [("group-across-splits", "error", True, "b", "a")],
    ),
    "a group on two sides, told once": (
        [sided("a", 1, group="g", side="train"), *(sided(f"b{n}", 2 + n, group="g", side="test") for n in range(4))],
        [("group-across-splits", "error", True, "b0", "a")],
    ),
    "the same bytes on two sides": (
        [sided("a", 1, side="train"), sided("b", 1, side="test")],
        [("same-picture", "error", True, "b", "a")],
    ),
    "the same bytes in two groups": (
        [sided("a", 1, group="g", side="train"), sided("b", 1, group="h", side="train")],
        [("same-picture", "error", False, "b", "a")],
    ),
    "the same bytes in one group": (
        [sided("a", 1, group="g"), sided("b", 1, group="g", side="train")],
        [("same-picture", "warning", False, "b", "a")],
    ),
    "the same bytes, and no group": (
        [sided("a", 1), sided("b", 1)],
        [("same-picture", "warning", False, "b", "a")],
    ),
    "the same bytes with other labels": (
        [sided("a", 1, group="g"), sided("b", 1, group="g", items=PISTOL)],
        [("other-labels", "error", False, "b", "a"), ("same-picture", "warning", False, "b", "a")],
    ),
    "alike on two sides": (
        [sided("a", 1, side="train"), sided("b", -1, side="test")],
        [("alike", "error", True, "b", "a")],
    ),
    "alike on one side": (
        [sided("a", 1, side="train"), sided("b", -1, side="train")],
        [("alike", "warning", False, "b", "a")],
    ),
    "alike before they have a side": (
        [sided("a", 1), sided("b", -1, side="test")],
        [("alike", "warning", False, "b", "a")],
    ),
    "alike in one group": ([sided("a", 1, group="g"), sided("b", -1, group="g")], []),
    "the one on another side is named first": (
        [
            sided("a", 1, group="g", side="train"),
            sided("b", -1, group="h", side="train"),
            sided("c", 1, group="h", side="test"),
            sided("d", -1, group="i", side="train"),
        ],
        [
            ("group-across-splits", "error", True, "c", "b"),
            ("same-picture", "error", True, "c", "a"),
            ("same-picture", "error", False, "d", "b"),
            ("alike", "warning", False, "b", "a"),
        ],
    ),
}


@pytest.mark.parametrize(("scans", "expected"), CASES.values(), ids=CASES)
def test_doubles(scans: list[Sided], expected: list[tuple[str, str, bool, str, str]]) -> None:
    found = []
    for double in find_doubles(scans):
        finding = double.finding
        (other,) = re.findall(r"the scan (\w+)", f"{finding.expected} {finding.got}")
        where = finding.where.removeprefix("the scan ")
        found.append((finding.kind.value, finding.severity.value, double.across, where, other))
    assert found == expected
