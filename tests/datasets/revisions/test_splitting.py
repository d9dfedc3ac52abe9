from collections import Counter

import numpy as np
import pytest

from parcelray.datasets.revisions.families import CLEAN, Family
from parcelray.datasets.revisions.revision import Shares
from parcelray.datasets.revisions.splitting import share_out
from parcelray.datasets.validation.records import SPLITS, Split
from parcelray.models.errors import DatasetError

USUAL = Shares(train=0.8, validation=0.1, test=0.1)
CLASSES = {"pistol": 0.3, "magazine": 0.1, "long_gun": 0.02, CLEAN: 0.6}


def family(key: str, *classes: str, scans: int = 1, allowed: tuple[Split, ...] = SPLITS) -> Family:
    names = tuple(f"{key}-{number}" for number in range(scans))
    return Family(key, names, Counter(dict.fromkeys(classes or (CLEAN,), scans)), allowed)


def many(seed: int, count: int = 1_000) -> list[Family]:
    """Families of one to five scans that show this and that."""
    random = np.random.default_rng(seed)
    return [
        family(
            f"g{number}",
            *(label for label, share in CLASSES.items() if label != CLEAN and random.random() < share),
            scans=int(random.integers(1, 6)),
        )
        for number in range(count)
    ]


def counts(families: list[Family], placed: dict[str, Split]) -> dict[Split, Counter[str]]:
    found: dict[Split, Counter[str]] = {split: Counter() for split in SPLITS}
    for one in families:
        found[placed[one.key]].update(one.shows)
    return found


@pytest.mark.parametrize("seed", range(3))
def test_each_class_is_in_all_splits_in_its_share(seed: int) -> None:
    families = many(seed)
    found = counts(families, share_out(families, USUAL, seed))
    for label in CLASSES:
        total = sum(found[split][label] for split in SPLITS)
        for split in SPLITS:
            # Within one family, as a family cannot be divided.
            assert abs(found[split][label] - USUAL.of(split) * total) <= 5 + 0.01 * total, (label, split, found)


def test_it_is_always_the_same_and_another_seed_is_another() -> None:
    families = many(1, 200)
    placed = share_out(families, USUAL, 7)
    assert share_out(families[::-1], USUAL, 7) == placed
    assert share_out(families, USUAL, 8) != placed


@pytest.mark.parametrize(
    ("count", "expected"),
    [(1, [1, 0, 0]), (2, [2, 0, 0]), (5, [4, 1, 0]), (10, [8, 1, 1]), (20, [16, 2, 2]), (100, [80, 10, 10])],
)
def test_a_rare_class_is_for_training_first(count: int, expected: list[int]) -> None:
    families = [*(family(f"rare{number}", "long_gun", "pistol") for number in range(count)), *many(2, 300)]
    rare = [one for one in families if one.key.startswith("rare")]
    plain = [one for one in families if "long_gun" not in one.shows]
    found = counts(rare, share_out([*rare, *plain], USUAL, 1))
    # Whether validation or test gets an odd one is chance's.
    assert found["train"]["long_gun"] == expected[0]
    assert sorted((found[split]["long_gun"] for split in ("validation", "test")), reverse=True) == expected[1:]


def test_what_was_decided_stays_and_counts() -> None:
    decided = [family(f"old{number}", "pistol", allowed=("test",)) for number in range(50)]
    free = [family(f"new{number}", "pistol") for number in range(50)]
    placed = share_out([*decided, *free], USUAL, 1)
    assert {placed[one.key] for one in decided} == {"test"}
    # Of 100, test should have 10 and has 50.
    assert Counter(placed[one.key] for one in free)["test"] == 0


def test_what_may_not_be_tested_on_is_not() -> None:
    families = [family(f"g{number}", "pistol", allowed=("train", "validation")) for number in range(90)]
    placed = share_out([*families, *(family(f"h{number}", "pistol") for number in range(10))], USUAL, 1)
    assert "test" not in {placed[one.key] for one in families}
    assert Counter(placed.values()) == {"train": 80, "validation": 10, "test": 10}


def test_a_split_without_a_share_gets_nothing_but_what_was_decided() -> None:
    shares = Shares(train=0.5, validation=0.5, test=0)
    families = [family("old", "pistol", allowed=("test",)), *many(3, 100)]
    placed = share_out(families, shares, 1)
    assert [key for key, split in placed.items() if split == "test"] == ["old"]


def test_shares_that_leave_no_split_are_refused() -> None:
    with pytest.raises(
        DatasetError, match=r"shares: expected some for train or validation, .* got none, for group 'g'"
    ):
        share_out([family("g", allowed=("train", "validation"))], Shares(train=0, validation=0, test=1), 1)


def test_nothing_is_shared_out_to_nobody() -> None:
    assert share_out([], USUAL, 1) == {}
