from collections.abc import Callable

from parcelray.datasets.revisions.building import Built
from parcelray.datasets.revisions.comparing import Difference
from support.labelled_folders import LabelledFolder

PISTOL = ("pistol", 10, 10, 20, 20)
PIPE = ("pipe", 30, 20, 10, 40)


def test_scans_labels_splits_and_items_are_compared(
    build_from: Callable[..., Built], folder: Callable[[str], LabelledFolder]
) -> None:
    first = folder("may").add("a.png", 1, PISTOL).add("b.png", 2, PISTOL).add("c.png", 3, PIPE).add("d.png", 4)
    second = folder("june").add("a.png", 1, PISTOL, PIPE).add("renamed.png", 2, PISTOL).add("d.png", 4, split="test")
    before = build_from("2026-05", first).revision
    after = build_from("2026-06", second.add("e.jpg", 5, PISTOL), parent="2026-05").revision
    difference = Difference.between(before, after)
    assert [scan.file for scan in difference.added] == ["e.jpg"]
    assert [scan.file for scan in difference.removed] == ["c.png"]
    assert [(old.file, new.file) for old, new in difference.relabelled] == [("a.png", "a.png")]
    assert [(old.file, new.split) for old, new in difference.moved] == [("d.png", "test")]
    assert difference.items == {"pipe": (1, 1), "pistol": (2, 3)}
    nothing = Difference.between(after, after)
    assert (nothing.added, nothing.removed, nothing.relabelled, nothing.moved) == ((), (), (), ())
