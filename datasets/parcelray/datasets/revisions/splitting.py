"""Which split each family is in: by chance that is always the same, with each class in all splits as far as it goes.

Iterative stratification (Sechidis, Tsoumakas and Vlahavas, On the Stratification of Multi-Label Data, ECML PKDD 2011,
algorithm 1), of families instead of examples. Classes are shared out one by one, the rarest of what is left first; a
class' families come in the order of a hash of their key and the seed, those with a choice of two splits before those
with three, and each goes to the split that is furthest from the number of scans of the class that it should have, then
from the number of all scans. Clean scans count as a class. What has been decided before counts towards those numbers,
so later revisions make up for what earlier ones had to do.

A class of two or three families cannot be in three splits in the right shares: it is for training first, for the train
share is the largest. ``parcelray revision show`` tells.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

from parcelray.datasets.revisions.families import Family
from parcelray.datasets.revisions.revision import Shares
from parcelray.datasets.validation.records import SPLITS, Split
from parcelray.models.errors import DatasetError

# Far below one scan, far above what rounding adds up to.
_DIGITS = 6


def share_out(families: Sequence[Family], shares: Shares, seed: int) -> dict[str, Split]:
    """Decide where each family goes.

    Args:
        families: with distinct keys.
        shares: of all scans that each split should get.
        seed: another one gives another partition.

    Returns:
        The split of each family, by its key.

    Raises:
        DatasetError: the only splits that a family may be in are to get nothing.
    """
    total = Counter[str]()
    for family in families:
        total.update(family.shows)
    # How many scans of each class each split still lacks; of all classes, under None.
    lacks: dict[tuple[str | None, Split], float] = {
        (label, split): shares.of(split) * count for label, count in total.items() for split in SPLITS
    }
    scans = sum(len(family.scans) for family in families)
    lacks |= {(None, split): shares.of(split) * scans for split in SPLITS}
    placed: dict[str, Split] = {}

    def place(family: Family, split: Split) -> None:
        placed[family.key] = split
        lacks[None, split] -= len(family.scans)
        for label, count in family.shows.items():
            lacks[label, split] -= count

    free = []
    for family in families:
        if len(family.allowed) == 1:
            place(family, family.allowed[0])
        else:
            free.append(family)
    free.sort(key=lambda family: (len(family.allowed), hashlib.sha256(f"{seed} {family.key}".encode()).digest()))
    while free:
        left = Counter[str]()
        for family in free:
            left.update(family.shows)
        rarest = min(left, key=lambda label: (left[label], label))
        for family in free:
            if rarest not in family.shows:
                continue
            open_to = [split for split in family.allowed if shares.of(split) > 0]
            if not open_to:
                raise DatasetError(
                    "shares",
                    expected=f"some for {' or '.join(family.allowed)}, for scans that their source does not test on",
                    got=f"none, for group {family.key!r} among others",
                )
            place(
                family,
                max(
                    open_to,
                    key=lambda split: (round(lacks[rarest, split], _DIGITS), round(lacks[None, split], _DIGITS)),
                ),
            )
        free = [family for family in free if family.key not in placed]
    return placed
