"""A line that breaks and a claim that runs out lose no decision, double none, and are told."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from parcelray.serving.people.roles import Role
from support.browser import Station
from support.hub import Hub
from support.people import PASSWORD


def at_the_queue(station: Station, name: str) -> None:
    station.sign_in(name, PASSWORD)
    station.page.get_by_role("row").nth(1).wait_for()


def drawn(station: Station, consignment: str) -> None:
    """Wait until a parcel is in front."""
    expect(station.page.get_by_role("heading", level=1)).to_have_text(consignment)
    expect(station.page.get_by_role("button", name="Release")).to_be_visible()


def test_an_answer_that_gets_lost_doubles_no_decision(
    open_hub: Callable[..., Hub], open_station: Callable[..., Station]
) -> None:
    hub = open_hub()
    hub.add("anna", Role.OPERATOR)
    pipes = hub.send("06-components.jpg", consignment_id="PIPES")
    station = open_station(hub)
    at_the_queue(station, "anna")
    station.press("n")
    drawn(station, "PIPES")
    with station.losing_answers("**/verdict"):
        station.press("Shift+S", "Enter")
        # It arrived and was kept; the page cannot know, and says so.
        expect(station.page.get_by_text("1 decision not sent yet")).to_be_visible()
    expect(station.page.get_by_text("not sent yet")).to_have_count(0)
    assert [v["decision"] for v in hub.verdicts(pipes)] == ["search"]


def test_decisions_outlive_a_service_that_is_killed_and_a_page_that_is_closed(
    open_hub: Callable[..., Hub], open_station: Callable[..., Station]
) -> None:
    hub = open_hub()
    hub.add("anna", Role.OPERATOR)
    pipes = hub.send("06-components.jpg", consignment_id="PIPES")
    coins = hub.send("07-paper-instruments.jpg", consignment_id="COINS")
    station = open_station(hub)
    page = station.page
    at_the_queue(station, "anna")
    # The next is claimed and fetched, so that it can be decided, too, while nothing answers.
    with page.expect_response(f"**/{coins}/views/0"):
        station.press("n")
        drawn(station, "PIPES")
    hub.service.kill()
    expect(page.get_by_text("No connection since")).to_be_visible()
    station.press("Shift+S", "Enter")
    drawn(station, "COINS")
    station.press("Shift+R", "2", "Enter")
    expect(page.get_by_text("2 decisions not sent yet")).to_be_visible()
    expect(page.get_by_text("The service does not answer.")).to_be_visible()
    page.close()
    hub.service.start()

    page = station.reopen()
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    expect(page.get_by_text("Connected")).to_be_visible()
    expect(page.get_by_text("not sent yet")).to_have_count(0)
    assert [v["decision"] for v in hub.verdicts(pipes)] == ["search"]
    assert [v["reason"] for v in hub.verdicts(coins)] == ["item_permitted"]


def test_what_one_officer_decided_is_not_sent_by_another(
    open_hub: Callable[..., Hub], open_station: Callable[..., Station]
) -> None:
    hub = open_hub()
    for name in ("anna", "ben"):
        hub.add(name, Role.OPERATOR)
    pipes = hub.send("06-components.jpg", consignment_id="PIPES")
    station = open_station(hub)
    page = station.page
    at_the_queue(station, "anna")
    station.press("n")
    drawn(station, "PIPES")
    with station.losing_requests("**/verdict"):
        station.press("Shift+S", "Enter")
        expect(page.get_by_text("1 decision not sent yet")).to_be_visible()
        page.get_by_role("button", name="Sign out").click()
        station.sign_in("ben", PASSWORD)
    expect(page.get_by_text("1 decision of somebody else waits on this station")).to_be_visible()
    assert hub.verdicts(pipes) == []
    page.get_by_role("button", name="Sign out").click()
    station.sign_in("anna", PASSWORD)
    expect(page.get_by_text("To be searched")).to_be_visible()
    hub.wait_until(lambda: [v["by"] for v in hub.verdicts(pipes)] == ["anna"])


def test_a_session_that_ends_keeps_what_was_done(
    open_hub: Callable[..., Hub], open_station: Callable[..., Station]
) -> None:
    hub = open_hub()
    hub.add("anna", Role.OPERATOR)
    pipes = hub.send("06-components.jpg", consignment_id="PIPES")
    station = open_station(hub)
    at_the_queue(station, "anna")
    station.press("n")
    drawn(station, "PIPES")
    station.press("j", "x")
    with station.losing_requests("**/verdict"):
        station.press("Shift+S", "Enter")
        expect(station.page.get_by_text("1 decision not sent yet")).to_be_visible()
        hub.sign_out("anna")
        expect(station.page.get_by_text("Your session has ended.")).to_be_visible()
    station.sign_in("anna", PASSWORD)
    hub.wait_until(lambda: len(hub.verdicts(pipes)) == 1)
    assert [box["action"] for box in hub.verdicts(pipes)[0]["boxes"]] == ["rejected"]


def test_a_claim_that_runs_out_is_told_and_nothing_is_lost(
    open_hub: Callable[..., Hub], open_station: Callable[..., Station]
) -> None:
    hub = open_hub(PARCELRAY_CLAIM_S="6")
    for name in ("anna", "ben"):
        hub.add(name, Role.OPERATOR)
    pipes = hub.send("06-components.jpg", consignment_id="PIPES")
    anna, ben = open_station(hub), open_station(hub)
    anna.page.clock.install()
    anna.page.reload()
    at_the_queue(anna, "anna")
    anna.press("n")
    drawn(anna, "PIPES")
    anna.press("j", "x")
    # While she touches something the claim is renewed: no other may take the parcel, however long she looks at it.
    at_the_queue(ben, "ben")
    for _ in range(10):
        anna.press("b")
        anna.page.clock.run_for(1000)
        ben.page.wait_for_timeout(1000)
    expect(ben.page.get_by_text("anna, until")).to_be_visible()
    # She goes away.
    anna.page.clock.fast_forward("02:00")
    expect(anna.page.get_by_text("Your claim on this parcel has run out.")).to_be_visible()
    expect(anna.page.get_by_text("confirmed")).to_have_count(0)
    expect(ben.page.get_by_text("anna, until")).to_have_count(0)
    ben.press("n")
    drawn(ben, "PIPES")
    expect(anna.page.get_by_text("ben has taken this parcel.")).to_be_visible()
    expect(anna.page.get_by_role("button", name="Release")).to_be_disabled()
    # Ben gives it back: she takes it again, with what she had done, also after a reload.
    ben.press("Shift+Q")
    ben.page.get_by_role("heading", name="Queue").wait_for()
    anna.page.get_by_role("button", name="Claim it again").click()
    expect(anna.page.get_by_role("button", name="Release")).to_be_enabled()
    anna.page.reload()
    drawn(anna, "PIPES")
    anna.press("Shift+R", "Enter")
    hub.wait_until(lambda: len(hub.verdicts(pipes)) == 1)
    (verdict,) = hub.verdicts(pipes)
    assert verdict["by"] == "anna"
    assert [box["action"] for box in verdict["boxes"]] == ["rejected"]


def test_a_decision_that_comes_too_late_is_told_and_kept(
    open_hub: Callable[..., Hub], open_station: Callable[..., Station]
) -> None:
    hub = open_hub(PARCELRAY_CLAIM_S="3")
    for name in ("anna", "ben"):
        hub.add(name, Role.OPERATOR)
    pipes = hub.send("06-components.jpg", consignment_id="PIPES")
    anna, ben = open_station(hub), open_station(hub)
    at_the_queue(anna, "anna")
    anna.press("n")
    drawn(anna, "PIPES")
    anna.cut()
    anna.press("Shift+R", "Enter")
    expect(anna.page.get_by_text("1 decision not sent yet")).to_be_visible()
    # Meanwhile another decides.
    at_the_queue(ben, "ben")
    expect(ben.page.get_by_text("anna, until")).to_have_count(0)
    ben.press("n")
    drawn(ben, "PIPES")
    ben.press("Shift+S", "Enter")
    hub.wait_until(lambda: len(hub.verdicts(pipes)) == 1)
    anna.mend()
    expect(anna.page.get_by_text("was not taken: The parcel no longer stands where this can be done")).to_be_visible()
    assert [v["by"] for v in hub.verdicts(pipes)] == ["ben"]
    anna.page.get_by_role("button", name="Give it up").click()
    expect(anna.page.get_by_text("was not taken")).to_have_count(0)
