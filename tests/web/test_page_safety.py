"""What scans and people write is text; a page of an older build is told so; no page calls anybody but the service."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Dialog, Route, expect

from parcelray.serving.people.roles import Role
from support.browser import Station
from support.hub import SAMPLES, Hub
from support.people import PASSWORD

QUEUE_IN_FRENCH = "File d\u2019attente"
SCRIPT = "<script>alert(1)</script>"
IMAGE = "<img src=x onerror=alert(2)>"


def test_what_scans_and_officers_write_is_shown_as_text(
    open_hub: Callable[..., Hub], open_station: Callable[..., Station], tmp_path: Path
) -> None:
    hub = open_hub()
    hub.add("anna", Role.OPERATOR)
    hub.add("carla", Role.SUPERVISOR)
    odd = tmp_path / "<svg onload=alert(3)>.jpg"
    odd.write_bytes(b"<svg onload=alert(4)></svg>")
    scan = hub.send("07-paper-instruments.jpg", str(odd), consignment_id=SCRIPT, scanner_id=IMAGE)
    opened: list[Dialog] = []
    anna = open_station(hub)
    page = anna.page
    page.on("dialog", lambda dialog: opened.append(dialog))
    anna.sign_in("anna", PASSWORD)
    expect(page.get_by_role("link", name=SCRIPT)).to_be_visible()
    expect(page.get_by_role("cell", name=IMAGE)).to_be_visible()
    anna.press("n")
    expect(page.get_by_role("heading", level=1)).to_have_text(SCRIPT)
    expect(page.get_by_text("<svg onload=alert(3)>.jpg").first).to_be_visible()
    anna.press("Shift+E")
    anna.tab_to("Note")
    anna.type(IMAGE)
    anna.press("Control+Enter")
    page.get_by_role("heading", name="Queue").wait_for()

    carla = open_station(hub)
    carla.page.on("dialog", lambda dialog: opened.append(dialog))
    carla.sign_in("carla", PASSWORD)
    carla.page.get_by_role("heading", name="Queue").wait_for()
    for place in (f"#/parcel/{scan}", f"#/scan/{scan}", "#/waiting/escalated", "#/scans"):
        carla.page.evaluate(f"location.hash = '{place}'")
        expect(carla.page.get_by_text(SCRIPT).first).to_be_visible()
        if place.startswith(("#/parcel", "#/scan/")):
            expect(carla.page.get_by_text(IMAGE).last).to_be_visible()
    assert opened == []


def test_scripts_that_got_into_the_page_all_the_same_would_not_run(
    open_hub: Callable[..., Hub], open_station: Callable[..., Station]
) -> None:
    station = open_station(open_hub())
    page = station.page
    page.get_by_label("Name").wait_for()
    # The browser makes no script and no HTML of text.
    for attempt in (
        "document.body.innerHTML = '<b>x</b>'",
        "document.createElement('script').text = '1'",
        "document.body.setAttribute('onclick', '1')",
    ):
        assert page.evaluate(f"try {{ {attempt}; null }} catch (error) {{ error.name }}") == "TypeError", attempt
    assert page.evaluate("fetch('http://127.0.0.1:9/').then(() => null, () => 'refused')") == "refused"
    assert any("Content Security Policy" in fault for fault in station.faults)
    station.faults.clear()
    station.strangers.clear()


def test_a_page_of_an_older_build_is_told_so_and_loses_nothing(
    open_hub: Callable[..., Hub], open_station: Callable[..., Station]
) -> None:
    hub = open_hub()
    hub.add("anna", Role.OPERATOR)
    pipes = hub.send("06-components.jpg", consignment_id="PIPES")
    coins = hub.send("07-paper-instruments.jpg", consignment_id="COINS")
    station = open_station(hub)
    page = station.page

    def older(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(
            response=answer, body=re.sub(r'(name="build" content=)"\w+"', r'\1"00000000000000aa"', answer.text())
        )

    page.route(hub.url + "/", older)
    page.reload()
    station.sign_in("anna", PASSWORD)
    expect(page.get_by_text("A newer build of this page is installed.")).to_be_visible()
    # The parcel in front is not taken away: it is judged, and the page loaded again by hand in the midst of it.
    station.press("n")
    expect(page.get_by_role("button", name="Release")).to_be_visible()
    station.press("j", "x")
    page.unroute(hub.url + "/")
    page.get_by_role("button", name="Reload").click()
    expect(page.get_by_text("A newer build")).to_have_count(0)
    expect(page.get_by_role("listitem").filter(has_text="rejected")).to_have_count(1)
    # Where nobody reloads, the page does after the next decision, and the decision arrives.
    page.route(hub.url + "/", older)
    page.reload()
    expect(page.get_by_text("A newer build")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("PIPES")
    page.unroute(hub.url + "/")
    expect(page.get_by_role("button", name="Release")).to_be_enabled()
    station.press("Shift+S", "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("COINS")
    expect(page.get_by_text("A newer build")).to_have_count(0)
    hub.wait_until(lambda: len(hub.verdicts(pipes)) == 1)
    assert [box["action"] for box in hub.verdicts(pipes)[0]["boxes"]] == ["rejected"]
    assert hub.verdicts(coins) == []


def test_the_sign_in_says_what_is_wrong_and_when_to_come_back(
    open_hub: Callable[..., Hub], open_station: Callable[..., Station]
) -> None:
    hub = open_hub()
    hub.add("anna", Role.OPERATOR)
    station = open_station(hub)
    for _ in range(10):
        station.sign_in("anna", "not her password")
        expect(station.page.get_by_role("alert")).to_contain_text("Name and password do not fit.")
        expect(station.page.get_by_role("button", name="Sign in")).to_be_enabled()
    station.sign_in("anna", PASSWORD)
    expect(station.page.get_by_role("alert")).to_contain_text("Too many sign-ins have failed. Come back in")
    expect(station.page.get_by_role("button", name="Sign in")).to_be_disabled()


def test_photos_of_a_search_are_shown_and_what_is_none_is_refused_in_words(
    open_hub: Callable[..., Hub], open_station: Callable[..., Station]
) -> None:
    hub = open_hub()
    hub.add("anna", Role.OPERATOR)
    scan = hub.send("09-banknotes-and-coin-rolls.jpg", "07-paper-instruments.jpg", consignment_id="CASH")
    station = open_station(hub)
    page = station.page
    station.sign_in("anna", PASSWORD)
    page.get_by_role("link", name="CASH").wait_for()
    station.press("n")
    expect(page.get_by_role("button", name="Search")).to_be_visible()
    station.press("Shift+S", "Enter")
    hub.wait_until(lambda: hub.stage(scan) == "search")
    page.get_by_role("link", name="To be searched").click()
    page.get_by_role("link", name="CASH").click()
    page.get_by_label("Something was found").check()
    page.get_by_label("Choose photos").set_input_files([SAMPLES / "01-pistols.jpg", SAMPLES / "README.md"])
    expect(page.get_by_text("1 photo is kept.")).to_be_visible()
    expect(page.get_by_text("README.md: This is no JPEG or PNG.")).to_be_visible()
    page.wait_for_function("document.querySelector('img[alt=\"Photo 1\"]')?.naturalWidth > 0")
    # Money is a decimal number as it was written, with its currency.
    page.get_by_role("combobox", name="What").select_option("banknote_bundle")
    page.get_by_role("combobox", name="Where").select_option("in_document_or_book")
    page.get_by_label("Amount").fill("12,500")
    page.get_by_role("combobox", name="Currency").select_option("EUR")
    page.get_by_role("button", name="Send the outcome").click()
    assert page.evaluate("document.activeElement.validity.patternMismatch")
    page.get_by_label("Amount").fill("12500.10")
    page.get_by_role("button", name="Send the outcome").click()
    hub.wait_until(lambda: len(hub.outcomes(scan)) == 1)
    (item,) = hub.outcomes(scan)[0]["items"]
    assert (item["amount"], item["currency"]) == ("12500.10", "EUR")
    page.evaluate(f"location.hash = '#/scan/{scan}'")
    expect(page.get_by_text("12500.10 EUR")).to_be_visible()
    expect(page.get_by_role("img", name="Photo 1")).to_be_visible()


def test_a_station_shows_as_much_as_it_is_set_to(
    open_hub: Callable[..., Hub], open_station: Callable[..., Station]
) -> None:
    hub = open_hub(PARCELRAY_QUEUE_ALL="true")
    hub.add("anna", Role.OPERATOR)
    hub.send("06-components.jpg", consignment_id="FIRST")
    hub.send("10-clean.jpg", consignment_id="NOTHING")
    station = open_station(hub)
    page = station.page
    station.sign_in("anna", PASSWORD)
    for cue, says in (("Presence", "Something is highlighted."), ("None", "This station shows boxes on request only.")):
        page.get_by_role("link", name="Station").click()
        page.get_by_label(cue).check()
        page.reload()
        page.get_by_role("link", name="Queue").click()
        page.get_by_role("link", name="FIRST").click()
        expect(page.get_by_text(says)).to_be_visible()
        expect(page.get_by_text("Pipe")).to_have_count(0)
        page.get_by_role("button", name="Show what is highlighted").click()
        expect(page.get_by_role("list").get_by_text("Pipe")).to_be_visible()
    page.get_by_role("link", name="Queue").click()
    page.get_by_role("link", name="NOTHING").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("NOTHING")
    page.get_by_role("button", name="Show what is highlighted").click()
    expect(page.get_by_text("Nothing highlighted. This says nothing about what is in the parcel.")).to_be_visible()
    # Letters are no keys where a station has it so; others still are.
    page.get_by_role("link", name="Station").click()
    page.get_by_label("Single letters are keys").uncheck()
    page.get_by_label("Français").check()
    expect(page.get_by_role("heading", name="Ce poste")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "fr"
    page.get_by_role("link", name=QUEUE_IN_FRENCH).click()
    page.get_by_role("heading", name=QUEUE_IN_FRENCH).wait_for()
    station.press("n")
    station.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.get_by_role("dialog")).to_contain_text("Les lettres seules sont désactivées")
