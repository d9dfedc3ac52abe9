"""What searches found: kept as it was told, corrected by another, and only where somebody was to search."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from parcelray.models.errors import BadInputError, KeyReusedError, NotFoundError, StageError
from parcelray.serving.desk.desk import Desk
from parcelray.serving.desk.entries import Verdict
from support.parcels_at_desk import ANNA, BEN, ESCALATE, RELEASE, SEARCH, drawn, outcome
from support.people import Clock

Arrive = Callable[..., str]
Decide = Callable[..., Verdict]
GUN = {"label": "pistol", "where": "among_goods", "count": 2}
MONEY = {"label": "banknote_bundle", "where": "false_bottom", "amount": "12500.50", "currency": "EUR"}
POWDER = {"label": "other", "where": "in_packaging", "weight_g": 12.5, "description": "white powder\nin a sock"}


def test_what_was_found_is_kept_as_it_was_told(
    desk: Desk, arrive: Arrive, decide: Decide, clock: Clock, told: Callable[[], list[tuple[str, dict[str, Any]]]]
) -> None:
    scan_id = arrive("pistol")
    decide(ANNA, scan_id, **SEARCH)
    wanted = outcome(found=True, items=[GUN, MONEY, POWDER], seizure_number="2026/17", note="two\nlines")
    first, replayed = desk.outcomes.tell(BEN, scan_id, wanted, "k")
    assert not replayed
    assert desk.outcomes.of(scan_id) == [first]
    assert (first.by, first.at, first.found, first.note, first.seizure_number) == (
        "ben", clock.now, True, "two\nlines", "2026/17",
    )  # fmt: skip
    assert [item.model_dump(exclude_none=True) for item in first.items] == [GUN, MONEY, POWDER]
    kind, entry = told()[-1]
    assert (kind, entry["scan_id"], entry["stage"]) == ("outcome", scan_id, "done")


def test_a_correction_is_another_outcome_and_a_request_that_comes_again_is_none(
    desk: Desk, arrive: Arrive, decide: Decide
) -> None:
    scan_id, other = arrive("pistol"), arrive("pistol")
    for one in (scan_id, other):
        decide(ANNA, one, **SEARCH)
    nothing = outcome(found=False)
    first = desk.outcomes.tell(ANNA, scan_id, nothing, "1")[0]
    second = desk.outcomes.tell(ANNA, scan_id, outcome(found=True, items=[GUN]), "2")[0]
    assert desk.outcomes.tell(ANNA, scan_id, nothing, "1") == (first, True)
    assert desk.outcomes.of(scan_id) == [first, second]
    with pytest.raises(KeyReusedError):
        desk.outcomes.tell(ANNA, other, nothing, "1")
    # Each person has keys of their own.
    assert not desk.outcomes.tell(BEN, other, nothing, "1")[1]


def test_only_what_was_to_be_searched_has_an_outcome(desk: Desk, arrive: Arrive, decide: Decide) -> None:
    waits, cash, pipe = arrive("pistol"), arrive("banknote_bundle"), arrive("pipe")
    decide(ANNA, cash, **RELEASE)
    decide(ANNA, pipe, **ESCALATE)
    for scan_id, stage in ((waits, "screen"), (cash, "done"), (pipe, "escalated")):
        with pytest.raises(StageError, match=f"has sent to be searched, found one at stage {stage} that was not"):
            desk.outcomes.tell(ANNA, scan_id, outcome(found=False), "k")
        assert desk.outcomes.of(scan_id) == []
    for ask in (
        lambda: desk.outcomes.of("0" * 32),
        lambda: desk.outcomes.tell(ANNA, "0" * 32, outcome(found=False), "k"),
    ):
        with pytest.raises(NotFoundError):
            ask()


def test_own_classes_are_those_of_the_hub_and_those_that_the_scan_shows(
    desk: Desk, arrive: Arrive, decide: Decide
) -> None:
    shown, not_shown = arrive("wrench"), arrive("pistol")
    for scan_id in (shown, not_shown):
        decide(ANNA, scan_id, **SEARCH, boxes=[drawn("pistol")])
    wrench = outcome(found=True, items=[{"label": "wrench", "where": "other"}])
    with pytest.raises(BadInputError, match=r"body items 0 label: expected one of .*, got 'wrench'"):
        desk.outcomes.tell(ANNA, not_shown, wrench, "k")
    assert desk.outcomes.tell(ANNA, shown, wrench, "k")[0].items[0].label == "wrench"


@pytest.mark.parametrize(
    ("document", "place", "says"),
    [
        ({"found": True, "items": []}, ("items",), "expected items where found is true"),
        ({"found": True}, ("items",), "expected items where found is true"),
        ({"found": False, "items": [GUN]}, ("items",), "and none where it is false"),
        ({"found": 1, "items": [GUN]}, ("found",), "valid boolean"),
        ({"found": True, "items": [{**GUN, "where": "moon"}]}, ("items", 0, "where"), "'inside_goods'"),
        ({"found": True, "items": [{**GUN, "count": 0}]}, ("items", 0, "count"), "greater than or equal to 1"),
        *(
            ({"found": True, "items": [{**GUN, "count": count}]}, ("items", 0, "count"), "a whole number")
            for count in (1.5, "1", True, float("inf"), float("nan"))
        ),
        ({"found": True, "items": [{**GUN, "weight_g": "5"}]}, ("items", 0, "weight_g"), "valid number"),
        ({"found": True, "items": [{**MONEY, "currency": "EURO"}]}, ("items", 0, "currency"), "pattern"),
        ({"found": True, "items": [{**MONEY, "currency": "XXX"}]}, ("items", 0, "currency"), "a currency of ISO 4217"),
        ({"found": True, "items": [{**MONEY, "currency": None}]}, ("items", 0, "currency"), "exactly where there is"),
        ({"found": True, "items": [{**GUN, "currency": "EUR"}]}, ("items", 0, "currency"), "exactly where there is"),
        *(
            ({"found": True, "items": [{**MONEY, "amount": amount}]}, ("items", 0, "amount"), "pattern")
            for amount in ("-1", "1e5", "1.", ".5", "01", "1,5", "1.23456", "1" * 17, "NaN", "")
        ),
        ({"found": True, "items": [{**MONEY, "amount": 5}]}, ("items", 0, "amount"), "valid string"),
        ({"found": True, "items": [{**GUN, "weight_g": 0}]}, ("items", 0, "weight_g"), "greater than 0"),
        ({"found": True, "items": [{**POWDER, "description": None}]}, ("items", 0, "description"), "what is other"),
        ({"found": True, "items": [{**POWDER, "description": "x" * 501}]}, ("items", 0, "description"), "at most 500"),
        ({"found": True, "items": [{**POWDER, "description": "a\tb"}]}, ("items", 0, "description"), "U\\+0009"),
        ({"found": True, "items": [GUN] * 101}, ("items",), "at most 100"),
        ({"found": False, "seizure_number": "a\nb"}, ("seizure_number",), "U\\+000A"),
        ({"found": False, "seizure_number": ""}, ("seizure_number",), "at least 1"),
        ({"found": False, "note": "x" * 2001}, ("note",), "at most 2000"),
        ({"found": False, "note": "turned \u202e round"}, ("note",), "U\\+202E"),
        ({"found": False, "by": "ben"}, ("by",), "not permitted"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(
    document: dict[str, Any], place: tuple[str | int, ...], says: str
) -> None:
    with pytest.raises(ValidationError, match=says) as raised:
        outcome(**document)
    assert [error["loc"] for error in raised.value.errors()] == [place]
