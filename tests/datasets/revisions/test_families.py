from pathlib import Path

import numpy as np
import pytest

from parcelray.datasets.revisions.families import CLEAN, find_families
from parcelray.datasets.revisions.revision import DatasetRevision, RevisionScan, Shares, Source, StoredFile
from parcelray.datasets.validation.records import CheckedScan, Item, LabelledScan, Picture, PictureFile, Split


def sum_of(picture: int) -> str:
    return f"{picture % 2**32:064x}"


def likeness_of(picture: int) -> bytes | None:
    """Of so many pictures that differ; a negative number is a copy of the positive, and 0 shows too little."""
    bits = np.random.default_rng(abs(picture)).integers(0, 256, 32).astype(np.uint8)
    bits[31] ^= picture < 0
    return bits.tobytes() if picture else None


def now(
    picture: int, group: str | None = None, split: Split | None = None, *labels: str, reserved: bool = False
) -> CheckedScan:
    items = tuple(Item(label, (1.0, 1.0, 5.0, 5.0)) for label in labels)
    file = PictureFile(Path("a.png"), sum_of(picture), 1, ".png")
    labelled = LabelledScan("", "a.png", 9, 9, group, split, reserved, items)
    return CheckedScan(labelled, Picture((file,), 9, 9, likeness_of(picture)))


def once(*scans: tuple[int, str | None, Split]) -> DatasetRevision:
    """A revision that was: picture, group and split of its scans."""
    records = [
        RevisionScan(
            files=(StoredFile(sha256=sum_of(picture), size=1, suffix=".png"),),
            width=9,
            height=9,
            likeness=None if (likeness := likeness_of(picture)) is None else likeness.hex(),
            group=group or sum_of(picture),
            split=split,
            reserved=False,
            items=(),
            source=0,
            file="a.png",
        )
        for picture, group, split in scans
    ]
    return DatasetRevision(
        taxonomy=1,
        foreign=(),
        parent=None,
        shares=Shares(train=1, validation=0, test=0),
        seed=0,
        sources=(Source(name="then", annotations="a" * 64),),
        scans=tuple(sorted(records, key=lambda scan: scan.sha256)),
    )


ALL: tuple[Split, ...] = ("train", "validation", "test")
NO_TEST: tuple[Split, ...] = ("train", "validation")
# Scans now, revisions that were (the parent first), and what the families may be in, by the pictures in them.
CASES: dict[str, tuple[list[CheckedScan], list[DatasetRevision], dict[tuple[int, ...], tuple[Split, ...]]]] = {
    "each for itself": ([now(1), now(2), now(3, "g")], [], {(1,): ALL, (2,): ALL, (3,): ALL}),
    "one group": ([now(1, "g"), now(2, "g"), now(3)], [], {(1, 2): ALL, (3,): ALL}),
    "one picture": ([now(1, "g"), now(-1, "h"), now(2, "h")], [], {(1, -1, 2): ALL}),
    "too little to see": ([now(0, "g"), now(2)], [], {(0,): ALL, (2,): ALL}),
    "a test scan of its source": ([now(1, "g", "test"), now(2, "g"), now(3)], [], {(1, 2): ("test",), (3,): ALL}),
    "a copy of a test scan of its source": ([now(1, None, "test"), now(-1)], [], {(1, -1): ("test",)}),
    "a training scan of its source": ([now(1, None, "train"), now(2)], [], {(1,): NO_TEST, (2,): ALL}),
    "a validation scan of its source": ([now(1, None, "validation")], [], {(1,): NO_TEST}),
    "reserved": ([now(1, reserved=True)], [], {(1,): ("test",)}),
    "reserved that was learned from": ([now(1, reserved=True)], [once((1, None, "train"))], {(1,): ("test",)}),
    "once a training scan": ([now(1), now(2)], [once((1, None, "train"))], {(1,): ("train",), (2,): ALL}),
    "once a validation scan": ([now(1, None, "train")], [once((1, None, "validation"))], {(1,): ("validation",)}),
    "once a test scan": ([now(1, None, "train")], [once((1, None, "test"))], {(1,): ("test",)}),
    "long ago a test scan": ([now(1)], [once((2, None, "train")), once((1, None, "test"))], {(1,): ("test",)}),
    "the group of a test scan": ([now(1, "g", "train")], [once((2, "g", "test"))], {(1,): ("test",)}),
    "a copy of a test scan": ([now(-1, "h")], [once((1, "g", "test"))], {(-1,): ("test",)}),
    "the group of a copy of a test scan": ([now(2, "h"), now(-1, "h")], [once((1, "g", "test"))], {(2, -1): ("test",)}),
    "a test scan in another group": (
        [now(1, "h"), now(2, "h"), now(3, "g")],
        [once((1, "g", "test"))],
        {(1, 2, 3): ("test",)},
    ),
    "learned from and validated with": (
        [now(1, "g"), now(2, "g")],
        [once((1, None, "validation"), (2, None, "train"))],
        {(1, 2): ("train",)},
    ),
    "learned from and tested with": (
        [now(1, "g"), now(2, "g")],
        [once((1, None, "train")), once((2, None, "test"))],
        {(1, 2): ("test",)},
    ),
    "gone": ([now(1)], [once((2, "g", "test"))], {(1,): ALL}),
}


@pytest.mark.parametrize(("scans", "ancestors", "expected"), CASES.values(), ids=CASES)
def test_families(
    scans: list[CheckedScan], ancestors: list[DatasetRevision], expected: dict[tuple[int, ...], tuple[Split, ...]]
) -> None:
    found = {family.scans: family.allowed for family in find_families(scans, ancestors)}
    assert found == {tuple(sorted(map(sum_of, pictures))): allowed for pictures, allowed in expected.items()}


def test_a_family_counts_the_scans_that_show_a_class() -> None:
    (family,) = find_families(
        [now(1, "g", None, "pistol", "pistol", "pipe"), now(2, "g", None, "pistol"), now(3, "g")], []
    )
    assert family.shows == {"pistol": 2, "pipe": 1, CLEAN: 1}
    assert family.key == "g"


def test_the_order_of_scans_does_not_matter() -> None:
    scans = [now(1, "g"), now(-1, "h"), now(2, "h"), now(3), now(4, "i")]
    families = find_families(scans, [])
    assert find_families(scans[::-1], []) == families
    assert sorted(family.key for family in families) == [family.key for family in families]
