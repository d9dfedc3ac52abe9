"""Who holds what: the order in which parcels are handed out, how many, for how long, and to whom not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from parcelray.models.errors import (
    ClaimedError,
    NotFoundError,
    RoleRefusedError,
    SecondPersonError,
    StageError,
    TooManyClaimsError,
)
from parcelray.serving.desk.codes import Stage
from parcelray.serving.desk.desk import Desk
from parcelray.serving.desk.entries import Officer
from support.parcels_at_desk import ANNA, BEN, CLEO, ESCALATE, RELEASE, SEARCH, SUE
from support.people import Clock

Arrive = Callable[..., str]
Told = Callable[[], list[tuple[str, dict[str, Any]]]]


def take_next(desk: Desk, officer: Officer, stage: Stage | None = None) -> str | None:
    entry = desk.claims.take_next(officer, stage)
    return None if entry is None else entry.scan_id


def test_the_gravest_comes_first_then_the_oldest_each_to_one_officer(desk: Desk, arrive: Arrive) -> None:
    cash, gun, pipe, gun_too = (arrive(label) for label in ("banknote_bundle", "pistol", "pipe", "pistol"))
    assert [take_next(desk, officer) for officer in (ANNA, BEN, ANNA, BEN, CLEO)] == [gun, gun_too, pipe, cash, None]


def test_an_officer_holds_two_at_most_and_may_renew_both(desk: Desk, arrive: Arrive, clock: Clock) -> None:
    ids = [arrive("pistol") for _ in range(3)]
    assert [take_next(desk, ANNA), take_next(desk, ANNA)] == ids[:2]
    for third in (lambda: take_next(desk, ANNA), lambda: desk.claims.take(ANNA, ids[2])):
        with pytest.raises(TooManyClaimsError, match="expected an officer who holds fewer than 2 parcels, got one who"):
            third()
    clock.go_on(seconds=100)
    renewed = desk.claims.take(ANNA, ids[0])
    assert renewed.claimed_until == clock.now + timedelta(seconds=120)
    # The other one runs out by itself: there is room again.
    clock.go_on(seconds=21)
    assert take_next(desk, ANNA) == ids[1]
    desk.claims.give_back(ANNA, ids[0])
    assert desk.claims.take(ANNA, ids[2]).claimed_by == "anna"


def test_a_parcel_that_is_held_is_nobody_elses_until_it_is_given_back_or_runs_out(
    desk: Desk, arrive: Arrive, clock: Clock
) -> None:
    gun = arrive("pistol")
    desk.claims.take(ANNA, gun)
    until = "2026-11-24T07:32:00Z"
    for work in (desk.claims.take, desk.claims.give_back):
        with pytest.raises(ClaimedError, match=f"{gun}: expected .*, found one that anna holds until {until}"):
            work(BEN, gun)
    assert take_next(desk, BEN) is None
    assert desk.claims.give_back(ANNA, gun).claimed_by is None
    assert take_next(desk, BEN) == gun
    clock.go_on(seconds=120)
    assert take_next(desk, CLEO) == gun


def test_to_give_back_what_nobody_holds_changes_nothing(desk: Desk, arrive: Arrive, told: Told) -> None:
    gun = arrive("pistol")
    assert desk.claims.give_back(ANNA, gun).claimed_by is None
    assert [kind for kind, _ in told()] == ["queued"]


def test_claims_that_run_out_are_told_of_once(desk: Desk, arrive: Arrive, clock: Clock, told: Told) -> None:
    gun, cash = arrive("pistol"), arrive("banknote_bundle")
    desk.claims.take(ANNA, gun)
    clock.go_on(seconds=60)
    desk.claims.take(BEN, cash)
    clock.go_on(seconds=59)
    assert desk.claims.sweep() == 0
    clock.go_on(seconds=1)
    assert [desk.claims.sweep(), desk.claims.sweep()] == [1, 0]
    kind, entry = told()[-1]
    assert (kind, entry["scan_id"], entry["claimed_by"], entry["claimed_until"]) == ("released", gun, None, None)
    assert [kind for kind, _ in told()] == ["queued", "queued", "claimed", "claimed", "released"]


def test_the_first_officer_is_never_the_second_person(
    desk: Desk, arrive: Arrive, decide: Callable[..., object]
) -> None:
    gun, other = arrive("pistol"), arrive("pistol")
    decide(ANNA, gun, **RELEASE)
    assert take_next(desk, ANNA) == other
    assert take_next(desk, ANNA) is None
    with pytest.raises(SecondPersonError, match="expected another officer than anna, who released it first"):
        desk.claims.take(ANNA, gun)
    assert take_next(desk, BEN, Stage.SECOND) == gun


def test_escalated_parcels_are_a_supervisors_and_do_not_count(
    desk: Desk, arrive: Arrive, decide: Callable[..., object]
) -> None:
    escalated = [arrive("pipe") for _ in range(3)]
    for scan_id in escalated:
        decide(ANNA, scan_id, **ESCALATE)
    with pytest.raises(RoleRefusedError, match="expected a session of role supervisor for escalated parcels"):
        take_next(desk, BEN, Stage.ESCALATED)
    with pytest.raises(RoleRefusedError):
        desk.claims.take(BEN, escalated[0])
    assert [take_next(desk, BEN), take_next(desk, SUE)] == [None, None]
    assert [take_next(desk, SUE, Stage.ESCALATED) for _ in range(4)] == [*escalated, None]
    waiting = [arrive("pistol") for _ in range(2)]
    assert [take_next(desk, SUE) for _ in range(2)] == waiting


def test_what_is_decided_or_unknown_cannot_be_claimed(
    desk: Desk, arrive: Arrive, decide: Callable[..., object]
) -> None:
    cash, never = arrive("banknote_bundle"), arrive()
    decide(ANNA, cash, **SEARCH)
    with pytest.raises(StageError, match="expected it at stage screen or second or escalated, found it at search"):
        desk.claims.take(BEN, cash)
    for scan_id in ("0" * 32, never):
        with pytest.raises(NotFoundError, match=f"scan {scan_id}: expected the id of a scan that came to the desk"):
            desk.claims.take(BEN, scan_id)
