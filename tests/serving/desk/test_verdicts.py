"""What becomes of a parcel by whose word, and that a word is kept once and as it was given."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from parcelray.models.errors import (
    BadInputError,
    ClaimedError,
    KeyReusedError,
    NotClaimedError,
    NotFoundError,
    RoleRefusedError,
    SecondPersonError,
    StageError,
)
from parcelray.serving.desk.desk import Desk
from parcelray.serving.desk.entries import Officer, Verdict
from parcelray.serving.store.store import Store
from support.parcels_at_desk import (
    ANNA,
    BEN,
    CLEO,
    ESCALATE,
    HEIGHT,
    RELEASE,
    SEARCH,
    SUE,
    TOM,
    WIDTH,
    add,
    drawn,
    judged,
    scan_with,
    unseen_view,
    verdict,
    view_with,
)
from support.people import Clock

Arrive = Callable[..., str]
Decide = Callable[..., Verdict]
Told = Callable[[], list[tuple[str, dict[str, Any]]]]


@pytest.mark.parametrize(
    ("label", "boxes", "decision", "leads_to"),
    [
        ("pistol", [judged(0, "rejected")], RELEASE, "second"),
        ("pistol", [], RELEASE, "second"),
        ("pistol", [judged(0, "relabelled", "banknote_bundle")], RELEASE, "second"),
        ("pistol", [judged(0, "confirmed")], SEARCH, "search"),
        ("pistol", [], ESCALATE, "escalated"),
        ("banknote_bundle", [judged(0, "rejected")], RELEASE, "done"),
        ("banknote_bundle", [judged(0, "relabelled", "revolver")], RELEASE, "second"),
        ("banknote_bundle", [judged(0, "rejected"), drawn("long_gun")], RELEASE, "second"),
        ("banknote_bundle", [judged(0, "rejected"), drawn("pipe")], RELEASE, "done"),
    ],
)
def test_the_first_word(
    desk: Desk, arrive: Arrive, decide: Decide, label: str, boxes: list[Any], decision: dict[str, str], leads_to: str
) -> None:
    scan_id = arrive(label)
    given = decide(ANNA, scan_id, **decision, boxes=boxes)
    entry = desk.queue.entry(scan_id)
    assert entry is not None
    assert (given.stage, given.leads_to, entry.stage, entry.claimed_by) == ("screen", leads_to, leads_to, None)
    assert desk.verdicts.on(scan_id) == [given] == [entry.first_verdict]


@pytest.mark.parametrize(
    ("words", "stages"),
    [
        ([(ANNA, RELEASE), (BEN, RELEASE)], ["second", "done"]),
        ([(ANNA, RELEASE), (BEN, SEARCH)], ["second", "search"]),
        ([(ANNA, RELEASE), (BEN, ESCALATE), (SUE, RELEASE)], ["second", "escalated", "done"]),
        ([(ANNA, ESCALATE), (SUE, RELEASE)], ["escalated", "done"]),
        ([(ANNA, ESCALATE), (SUE, SEARCH)], ["escalated", "search"]),
        # A supervisor is an officer like others, and needs a second person, too.
        ([(SUE, RELEASE), (ANNA, RELEASE)], ["second", "done"]),
        ([(SUE, RELEASE), (ANNA, ESCALATE), (TOM, RELEASE)], ["second", "escalated", "done"]),
        ([(SUE, ESCALATE), (SUE, SEARCH)], ["escalated", "search"]),
    ],
)
def test_the_ways_of_a_grave_parcel(
    desk: Desk,
    arrive: Arrive,
    decide: Decide,
    told: Told,
    words: list[tuple[Officer, dict[str, str]]],
    stages: list[str],
) -> None:
    scan_id = arrive("pistol")
    given = [decide(officer, scan_id, **decision) for officer, decision in words]
    assert [one.leads_to for one in given] == stages
    assert desk.verdicts.on(scan_id) == given
    assert [entry["stage"] for kind, entry in told() if kind == "decided"] == stages


@pytest.mark.parametrize(
    "words",
    [
        [(SUE, ESCALATE), (SUE, RELEASE)],
        [(SUE, RELEASE), (ANNA, ESCALATE), (SUE, RELEASE)],
    ],
)
def test_one_person_alone_never_releases_what_is_grave(
    desk: Desk, arrive: Arrive, decide: Decide, words: list[tuple[Officer, dict[str, str]]]
) -> None:
    scan_id = arrive("pistol")
    *before, (last, decision) = words
    for officer, one in before:
        decide(officer, scan_id, **one)
    with pytest.raises(SecondPersonError, match="expected another person than sue, who decided first"):
        decide(last, scan_id, **decision)
    # Another supervisor may.
    desk.claims.give_back(last, scan_id)
    assert decide(TOM, scan_id, **RELEASE).leads_to == "done"


def test_what_an_earlier_officer_drew_stays_grave(desk: Desk, arrive: Arrive, decide: Decide) -> None:
    scan_id = arrive("banknote_bundle")
    decide(SUE, scan_id, **ESCALATE, boxes=[drawn("pistol")])
    entry = desk.queue.entry(scan_id)
    assert entry is not None
    assert entry.severity == 1, "what was drawn is graver than what the model saw"
    with pytest.raises(SecondPersonError):
        decide(SUE, scan_id, **RELEASE, boxes=[judged(0, "rejected")])


@pytest.mark.parametrize(("severity", "label", "leads_to"), [(0, "pistol", "done"), (2, "pipe", "second")])
def test_how_grave_it_has_to_be_is_a_setting(
    make_desk: Callable[..., Desk], arrive: Arrive, severity: int, label: str, leads_to: str
) -> None:
    desk = make_desk(second_person_severity=severity)
    scan_id = arrive(label)
    desk.claims.take(ANNA, scan_id)
    given, _ = desk.verdicts.give(ANNA, scan_id, verdict(**RELEASE), "k")
    assert given.leads_to == leads_to


def test_what_was_escalated_is_not_escalated_again(desk: Desk, arrive: Arrive, decide: Decide) -> None:
    scan_id = arrive("pistol")
    decide(ANNA, scan_id, **ESCALATE)
    with pytest.raises(BadInputError, match=r"body decision: expected release or search, .* got escalate"):
        decide(SUE, scan_id, **ESCALATE)
    with pytest.raises(RoleRefusedError):
        desk.verdicts.give(BEN, scan_id, verdict(**SEARCH), "k")


def test_a_verdict_is_kept_as_it_was_given(store: Store, make_desk: Callable[..., Desk], clock: Clock) -> None:
    desk = make_desk(own_classes="spanner=firearm_part")
    scan_id = add(store, scan_with([view_with("pistol", "pipe", "wrench"), view_with("magazine")]))
    boxes = [
        judged(0, "confirmed", "pistol"),
        judged(1, "rejected"),
        judged(2, "relabelled", "spanner"),
        judged(0, "relabelled", "wrench", view=1),
        drawn("coin_roll", 0, 0, WIDTH, HEIGHT, view=1),
    ]
    opened = datetime(2026, 11, 24, 7, 29, 50, tzinfo=UTC)
    note = "two lines\nof Ünïcödé <b>and</b> عربى"
    desk.claims.take(ANNA, scan_id)
    given, _ = desk.verdicts.give(
        ANNA, scan_id, verdict(**SEARCH, boxes=boxes, note=note, opened_at="2026-11-24T08:29:50+01:00"), "k"
    )
    assert desk.verdicts.on(scan_id) == [given]
    assert (given.by, given.at, given.opened_at, given.note) == ("anna", clock.now, opened, note)
    assert [(box.view, box.rank, box.action, box.label, box.group) for box in given.boxes] == [
        (0, 0, "confirmed", "pistol", "firearm"),
        (0, 1, "rejected", "pipe", "ied_component"),
        (0, 2, "relabelled", "spanner", "firearm_part"),
        (1, 0, "relabelled", "wrench", "firearm_part"),
        (1, None, "drawn", "coin_roll", "cash"),
    ]
    assert given.boxes[1].box == (10.0, 5.0, 18.0, 25.5), "the model's own box is kept beside the word on it"
    assert given.boxes[4].box == (0, 0, WIDTH, HEIGHT)


def test_a_request_that_comes_again_is_answered_as_before(desk: Desk, arrive: Arrive, told: Told) -> None:
    gun, other = arrive("pistol"), arrive("pistol")
    wanted = verdict(**RELEASE, boxes=[judged(0, "rejected")])
    desk.claims.take(ANNA, gun)
    first = desk.verdicts.give(ANNA, gun, wanted, "k")
    desk.claims.take(BEN, gun)
    desk.verdicts.give(BEN, gun, verdict(**SEARCH), "k")
    # Whatever has become of the parcel since.
    assert desk.verdicts.give(ANNA, gun, wanted, "k") == (first[0], True)
    for scan_id, changed in ((gun, verdict(**SEARCH)), (other, wanted)):
        with pytest.raises(KeyReusedError, match="expected a new one for something new"):
            desk.verdicts.give(ANNA, scan_id, changed, "k")
    assert len(desk.verdicts.on(gun)) == 2
    assert [kind for kind, _ in told()].count("decided") == 2


def test_a_verdict_needs_a_claim_and_outlives_it_while_nobody_else_looks(
    desk: Desk, arrive: Arrive, clock: Clock
) -> None:
    gun, pipe, cash = (arrive(label) for label in ("pistol", "pipe", "banknote_bundle"))
    wanted = verdict(**SEARCH)
    with pytest.raises(NotClaimedError, match="expected a parcel that anna has claimed, and nobody else since"):
        desk.verdicts.give(ANNA, gun, wanted, "1")
    desk.claims.take(ANNA, gun)
    desk.claims.give_back(ANNA, gun)
    with pytest.raises(NotClaimedError):
        desk.verdicts.give(ANNA, gun, wanted, "2")
    desk.claims.take(ANNA, gun)
    desk.claims.take(ANNA, pipe)
    clock.go_on(seconds=500)
    desk.claims.sweep()
    desk.claims.take(BEN, pipe)
    with pytest.raises(ClaimedError, match="that ben holds until"):
        desk.verdicts.give(ANNA, pipe, wanted, "3")
    desk.claims.give_back(BEN, pipe)
    with pytest.raises(NotClaimedError):
        desk.verdicts.give(ANNA, pipe, wanted, "4")
    assert desk.verdicts.give(ANNA, gun, wanted, "5")[0].leads_to == "search"
    with pytest.raises(StageError, match="found it at search"):
        desk.verdicts.give(ANNA, gun, wanted, "6")
    with pytest.raises(NotFoundError):
        desk.verdicts.give(ANNA, "0" * 32, wanted, "7")
    assert len(desk.verdicts.on(gun)) == 1
    assert desk.verdicts.on(cash) == []
    with pytest.raises(NotFoundError):
        desk.verdicts.on("0" * 32)


@pytest.mark.parametrize(
    ("box", "says"),
    [
        (judged(0, "confirmed", view=3), "boxes 0 view: expected 0 to 2, got 3"),
        (judged(2, "confirmed"), "boxes 0 rank: expected 0 to 1, got 2"),
        (judged(0, "confirmed", view=1), "boxes 0 rank: expected none, for the model boxed nothing there, got 0"),
        ({**judged(0, "rejected"), "rank": None}, "boxes 0 rank: expected 0 to 1, got none"),
        (
            judged(0, "confirmed", "revolver"),
            "boxes 0 label: expected pistol, as the model has it, or null, got 'revol",
        ),
        (judged(0, "rejected", "revolver"), "boxes 0 label: expected pistol, as the model has it, or null, got 'revol"),
        (judged(0, "relabelled", "pistol"), "boxes 0 label: expected another than pistol, got 'pistol'"),
        (judged(0, "relabelled"), "boxes 0 label: expected one of pistol, .*, got none"),
        (judged(0, "relabelled", "spanner"), "boxes 0 label: expected one of pistol, .*, got 'spanner'"),
        ({**judged(0, "confirmed"), "box": [0, 0, 9, 9]}, "boxes 0 box: expected null, for the model's own box stays"),
        ({**drawn("pistol"), "rank": 0}, "boxes 0 rank: expected null, for the box was drawn, got 0"),
        ({**drawn("pistol"), "box": None}, "boxes 0 box: expected x0, y0, x1, y1 of what was drawn, got none"),
        (drawn("wrench"), "boxes 0 label: expected one of pistol, .*, got 'wrench'"),
        (drawn("pistol", 0, 0, WIDTH + 1, 9), "boxes 0 box: expected .* within 128 x 96 pixels, got 0, 0, 129, 9"),
        (drawn("pistol", 0, 0, 9, HEIGHT + 0.1), "boxes 0 box: expected .*, got 0, 0, 9, 96.1"),
        (drawn("pistol", 5, 5, 5.5, 20), "boxes 0 box: expected .* a pixel apart or more"),
        (drawn("pistol", 9, 9, 5, 5), "boxes 0 box: expected x0 < x1"),
        (drawn("pistol", view=2), "boxes 0 view: expected one that was screened, got one that is not_screened"),
    ],
)
def test_a_box_that_cannot_be_is_refused_in_words(store: Store, desk: Desk, box: dict[str, Any], says: str) -> None:
    scan_id = add(store, scan_with([view_with("pistol", "pipe"), view_with(), unseen_view()]))
    desk.claims.take(CLEO, scan_id)
    with pytest.raises(BadInputError, match=says):
        desk.verdicts.give(CLEO, scan_id, verdict(**SEARCH, boxes=[box]), "k")
    assert desk.verdicts.on(scan_id) == []


def test_a_box_of_the_model_is_judged_once(desk: Desk, arrive: Arrive) -> None:
    scan_id = arrive("pistol")
    desk.claims.take(ANNA, scan_id)
    boxes = [judged(0, "confirmed"), judged(0, "rejected")]
    with pytest.raises(BadInputError, match="boxes 1 rank: expected each box of the model once, got 0 again"):
        desk.verdicts.give(ANNA, scan_id, verdict(**SEARCH, boxes=boxes), "k")
