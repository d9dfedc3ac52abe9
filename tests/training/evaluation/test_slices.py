import numpy as np
import pytest

from parcelray.training.evaluation.ranking import group_places, rank
from parcelray.training.evaluation.slices import SliceFigures, slices
from support.judged import judged, random_scans

SMALL, LARGE = (0.0, 0.0, 20.0, 20.0), (100.0, 100.0, 220.0, 220.0)
ANSWERS = {"gun": [0], "knife": [1]}
CLEAN = [judged(100 + n, boxes=[(0, 0.3, SMALL)] if n == 0 else [], scanner="ab"[n % 2]) for n in range(20)]
SCANS = [
    *CLEAN,
    judged(0, [("gun", SMALL)], [(0, 0.9, SMALL)], scanner="a", level="easy"),
    judged(1, [("gun", LARGE)], [(0, 0.2, LARGE)], scanner="a", level="hidden"),
    judged(2, [("gun", LARGE), ("gun", SMALL)], [(0, 0.8, LARGE)], scanner="b", level="hidden"),
    judged(3, [("knife", SMALL)], [(1, 0.1, SMALL)], scanner="b", level="hard"),
]


Table = dict[tuple[str, str, str | None], SliceFigures]


@pytest.fixture(scope="module")
def table() -> Table:
    return {(one.kind, one.name, one.category): one for one in slices(SCANS, ANSWERS)}


@pytest.mark.parametrize(
    ("slice_", "items", "found"),
    [
        (("scanner", "a", "gun"), 2, 2),
        (("scanner", "b", "gun"), 2, 1),
        (("scanner", "b", "knife"), 1, 1),
        (("scanner", "b", None), 3, 2),
        (("level", "easy", "gun"), 1, 1),
        (("level", "hard", "knife"), 1, 1),
        (("level", "hidden", "gun"), 3, 2),
        (("level", "hidden", None), 3, 2),
        (("size", "small", "gun"), 2, 1),
        (("size", "small", None), 3, 2),
        (("size", "large", "gun"), 2, 2),
    ],
)
def test_items_are_counted_where_they_belong(
    table: Table, slice_: tuple[str, str, str | None], items: int, found: int
) -> None:
    # One clean scan of twenty may raise an alarm: the cut lies below the lowest score of a gun that is found.
    assert (table[slice_].items, table[slice_].found) == (items, found)


def test_slices_without_items_are_not_told_of(table: Table) -> None:
    assert ("size", "medium", None) not in table
    assert ("scanner", "a", "knife") not in table
    assert [name for kind, name, category in table if kind == "level" and category is None] == [
        "easy", "hard", "hidden"
    ]  # fmt: skip


def test_scanners_tell_of_their_false_alarms_at_the_common_cut(table: Table) -> None:
    told = {name: (one.alarms, one.clean) for (kind, name, category), one in table.items() if category == "gun"}
    assert (told["a"], told["b"], told["easy"]) == ((1, 10), (0, 10), (None, None))
    # Added up over the categories of which the scanner shows items: of knives, scanner a shows none.
    together = {name: (one.alarms, one.clean) for (_, name, category), one in table.items() if category is None}
    assert (together["a"], together["b"]) == ((1, 10), (0, 20))


def test_what_is_not_stated_makes_no_slices() -> None:
    kinds = {one.kind for one in slices(random_scans(0), {"gun": [0]})}
    assert kinds == {"size"}


def test_what_is_stated_of_some_is_told_of_all() -> None:
    mixed = [*SCANS, judged(9, [("gun", SMALL)])]
    names = {(one.kind, one.name) for one in slices(mixed, ANSWERS)}
    assert {("scanner", "not stated"), ("level", "not stated")} <= names


def test_without_clean_scans_no_share_is_found() -> None:
    showing = [scan for scan in SCANS if not scan.clean]
    for one in slices(showing, ANSWERS):
        assert (one.found, one.pd, one.alarms) == (None, None, None)
        assert "pd" not in one.as_dict()


def test_sizes_are_those_that_the_network_sees() -> None:
    # In a scan of twice the resolution, the same item is small for the network.
    twice = (0.0, 0.0, 50.0, 50.0)
    half = judged(0, [("gun", twice)], scale=0.5)
    whole = judged(1, [("gun", twice)], scale=1.0)
    names = {one.name: one.items for one in slices([half, whole], {"gun": [0]}) if one.category is None}
    assert names == {"small": 1, "medium": 1}


def test_all_items_of_one_scanner_are_measured_as_if_it_were_alone() -> None:
    scans = random_scans(1, categories=("gun", "knife"), stated=True)
    mine = [scan for scan in scans if scan.image.scanner == "a"]
    places = group_places(mine)
    alone = rank(mine, places, "gun", [0]).average_precision(np.ones(len(places)))
    (one,) = [one for one in slices(scans, ANSWERS) if (one.kind, one.name, one.category) == ("scanner", "a", "gun")]
    assert one.ap50.value == pytest.approx(alone)
    assert one.pd is not None
    assert one.pd.low < one.pd.value < one.pd.high
