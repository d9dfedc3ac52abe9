"""A shift: officers sign in and work the sample queue by keyboard alone, from the first password to the outcome."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from parcelray.serving.people.roles import Role
from support.browser import Station
from support.hub import Hub
from support.people import PASSWORD

CHOSEN = "nineteen blue parcels"


def choose_password(station: Station, once: str) -> None:
    """By keyboard: the field for the old one has the focus."""
    expect(station.page.get_by_role("heading", name="Choose a password")).to_be_visible()
    station.type(once)
    station.press("Tab")
    station.type(CHOSEN)
    station.press("Tab")
    station.type(CHOSEN)
    station.press("Enter")


def front(station: Station) -> str:
    """The consignment's number of the parcel in front."""
    expect(station.page.get_by_role("button", name="Release")).to_be_visible()
    return station.page.get_by_role("heading", level=1).inner_text()


def decide(station: Station, *keys: str) -> str:
    """Decide the parcel in front by keys, and wait until another page or parcel is there; its number."""
    before = front(station)
    station.press(*keys)
    expect(station.page.get_by_role("heading", level=1)).not_to_have_text(before)
    return before


def test_two_officers_work_the_queue_by_keyboard_from_sign_in_to_outcome(
    open_hub: Callable[..., Hub], open_station: Callable[..., Station]
) -> None:
    hub = open_hub()
    once = hub.add("anna", Role.OPERATOR, password=None)
    hub.add("ben", Role.OPERATOR)
    pair = hub.send("12-pistol_high.png", "12-pistol_low.png", consignment_id="PAIR")
    pistols = hub.send("01-pistols.jpg", consignment_id="PISTOLS")
    pipes = hub.send("06-components.jpg", consignment_id="PIPES")
    coins = hub.send("07-paper-instruments.jpg", consignment_id="COINS")

    anna, ben = open_station(hub), open_station(hub)
    anna.sign_in("anna", once)
    choose_password(anna, once)
    ben.sign_in("ben", PASSWORD)
    for station in (anna, ben):
        expect(station.page.get_by_role("row")).to_have_count(5)
    # Gravest first, then oldest; each takes one, and the next is claimed meanwhile.
    anna.press("n")
    assert front(anna) == "PAIR"
    ben.page.get_by_text("anna, until").first.wait_for()
    expect(ben.page.get_by_text("anna, until")).to_have_count(2)
    ben.press("n")
    assert front(ben) == "PIPES"

    # Anna finds the pair's pistol harmless; it takes a second person, who is not she. She then has a pistol searched.
    assert decide(anna, "j", "x", "Shift+R", "Enter") == "PAIR"
    assert front(anna) == "PISTOLS"
    anna.press("Shift+Y", "Shift+S")
    expect(anna.page.get_by_label("what is boxed looks real")).to_be_checked()
    anna.press("Enter")
    anna.page.get_by_role("heading", name="Queue").wait_for()
    assert hub.stage(pair) == "second"

    # Ben draws what the model missed, names it by some letters, and escalates; then he is the second person.
    ben.press("d", "ArrowRight", "Shift+ArrowDown", "Enter")
    ben.page.get_by_role("dialog").wait_for()
    ben.type("wir")
    ben.press("Enter")
    expect(ben.page.get_by_role("button", name="Box 3: Wiring, drawn by an officer")).to_be_visible()
    assert decide(ben, "Shift+E", "3", "Enter") == "PIPES"
    assert front(ben) == "COINS"
    assert decide(ben, "Shift+R", "Enter") == "COINS"
    assert front(ben) == "PAIR"
    expect(ben.page.get_by_text("anna: Release")).to_be_visible()
    ben.press("Shift+S", "Enter")
    ben.page.get_by_role("heading", name="Queue").wait_for()
    expect(ben.page.get_by_text("No parcel waits.")).to_be_visible()

    # What they said is kept, box by box.
    assert [(v["by"], v["decision"]) for v in hub.verdicts(pair)] == [("anna", "release"), ("ben", "search")]
    assert [box["action"] for box in hub.verdicts(pair)[0]["boxes"]] == ["rejected"]
    assert {box["action"] for box in hub.verdicts(pistols)[0]["boxes"]} == {"confirmed"}
    (escalated,) = hub.verdicts(pipes)
    assert escalated["reason"] == "unclear_image"
    (drawn,) = [box for box in escalated["boxes"] if box["rank"] is None]
    assert drawn["label"] == "wiring"
    assert escalated["opened_at"] is not None
    assert hub.stage(coins) == "done"

    # Anna tells what the search of the pistols found.
    anna.tab_to("To be searched")
    anna.press("Enter")
    anna.page.get_by_role("link", name="PISTOLS").wait_for()
    anna.tab_to("PISTOLS")
    anna.press("Enter")
    anna.page.get_by_label("Something was found").wait_for()
    anna.tab_to("Something was found")
    anna.press("Space")
    expect(anna.page.get_by_role("combobox", name="What")).to_have_value("pistol")
    anna.tab_to("Where")
    anna.type("among")
    anna.tab_to("How many")
    anna.type("2")
    anna.tab_to("Seizure number")
    anna.type("DE-2026-004711")
    anna.tab_to("Send the outcome")
    anna.press("Enter")
    anna.page.get_by_role("heading", name="To be searched").wait_for()
    expect(anna.page.get_by_role("link", name="PISTOLS")).to_have_count(0)
    (outcome,) = hub.outcomes(pistols)
    assert outcome["seizure_number"] == "DE-2026-004711"
    assert [(item["label"], item["where"], item["count"]) for item in outcome["items"]] == [
        ("pistol", "among_goods", 2)
    ]


def test_a_supervisor_decides_what_was_escalated(
    open_hub: Callable[..., Hub], open_station: Callable[..., Station]
) -> None:
    hub = open_hub()
    hub.add("anna", Role.OPERATOR)
    hub.add("carla", Role.SUPERVISOR)
    coins = hub.send("07-paper-instruments.jpg", consignment_id="COINS")
    anna = open_station(hub)
    anna.sign_in("anna", PASSWORD)
    expect(anna.page.get_by_role("link", name="Escalated")).to_have_count(0)
    anna.page.get_by_role("link", name="COINS").click()
    front(anna)
    anna.press("Shift+E")
    anna.tab_to("Note")
    anna.type("two rolls")
    anna.press("Control+Enter")
    anna.page.get_by_role("heading", name="Queue").wait_for()

    carla = open_station(hub)
    carla.sign_in("carla", PASSWORD)
    carla.tab_to("Escalated")
    carla.press("Enter")
    carla.page.get_by_role("link", name="COINS").wait_for()
    carla.tab_to("COINS")
    carla.press("Enter")
    assert front(carla) == "COINS"
    expect(carla.page.get_by_text("two rolls")).to_be_visible()
    carla.press("Shift+R", "3")
    expect(carla.page.get_by_label("documents verified")).to_be_checked()
    carla.press("Enter")
    carla.page.get_by_role("heading", name="Queue").wait_for()
    assert [(v["by"], v["reason"]) for v in hub.verdicts(coins)] == [
        ("anna", "needs_expert"),
        ("carla", "documents_verified"),
    ]


def test_an_admin_makes_accounts_and_sees_no_parcels(
    open_hub: Callable[..., Hub], open_station: Callable[..., Station]
) -> None:
    hub = open_hub()
    hub.add("anna", Role.OPERATOR)
    first = hub.add("chief", Role.ADMIN, password=None)
    station = open_station(hub)
    page = station.page
    # An officer sat here before, and the address is still that of her page.
    station.sign_in("anna", PASSWORD)
    page.get_by_role("link", name="Past scans").click()
    page.get_by_role("heading", name="Past scans").wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Name").wait_for()
    station.sign_in("chief", first)
    choose_password(station, first)
    page.get_by_role("heading", name="People").wait_for()
    expect(page.get_by_role("link", name="People")).to_have_attribute("aria-current", "page")
    expect(page.get_by_role("link", name="Queue")).to_have_count(0)
    page.evaluate("location.hash = '#/scans'")
    expect(page.get_by_role("heading", name="People")).to_be_visible()
    own = page.get_by_role("row", name="chief").get_by_role("combobox")
    own.select_option("auditor")
    expect(page.get_by_text("This is the last admin")).to_be_visible()
    expect(own).to_have_value("admin")
    page.get_by_label("Name").fill("dora")
    page.get_by_role("combobox", name="Role", exact=True).select_option("auditor")
    page.get_by_role("button", name="Make an account").click()
    once = page.get_by_role("dialog").locator(".secret").inner_text()
    station.press("Escape")
    row = page.get_by_role("row", name="dora")
    expect(row).to_contain_text("one that serves once")
    # Her role is changed, she is signed out, and at last her account is shut.
    row.get_by_role("combobox").select_option("engineer")
    expect(page.get_by_text("dora is engineer from now on")).to_be_visible()

    dora = open_station(hub)
    dora.sign_in("dora", once)
    choose_password(dora, once)
    expect(dora.page.get_by_role("heading", name="Queue")).to_be_visible()
    expect(dora.page.get_by_role("button", name="Next parcel")).to_have_count(0)
    row.get_by_role("button", name="Shut").click()
    page.get_by_role("dialog").get_by_role("button", name="Shut").click()
    expect(row).to_contain_text("shut")
    expect(dora.page.get_by_text("Your session has ended.")).to_be_visible()
    dora.sign_in("dora", CHOSEN)
    expect(dora.page.get_by_text("Name and password do not fit.")).to_be_visible()


def test_an_auditor_finds_who_did_what_and_can_do_nothing(
    open_hub: Callable[..., Hub], open_station: Callable[..., Station]
) -> None:
    hub = open_hub()
    hub.add("chief", Role.ADMIN)
    hub.add("vera", Role.AUDITOR)
    chief = open_station(hub)
    chief.sign_in("chief", PASSWORD)
    chief.page.get_by_role("heading", name="People").wait_for()
    chief.page.get_by_label("Name").fill("dora")
    chief.page.get_by_role("button", name="Make an account").click()
    chief.page.get_by_role("dialog").wait_for()
    chief.press("Escape")
    chief.page.get_by_role("row", name="dora").get_by_role("combobox").select_option("supervisor")
    expect(chief.page.get_by_text("dora is supervisor from now on")).to_be_visible()
    for number in range(60):
        hub.add(f"officer-{number}", Role.OPERATOR)

    vera = open_station(hub)
    page = vera.page
    vera.sign_in("vera", PASSWORD)
    page.get_by_role("heading", name="Queue").wait_for()
    vera.tab_to("Audit")
    vera.press("Enter")
    # The table's head is a row, too.
    expect(page.get_by_role("row")).to_have_count(51)
    page.get_by_role("button", name="Show more").click()
    expect(page.get_by_text("66 entries")).to_be_visible()
    expect(page.get_by_role("row").last).to_contain_text("account made")
    vera.tab_to("Who, or whose account")
    vera.type("dora")
    vera.press("Enter")
    expect(page.get_by_text("2 entries")).to_be_visible()
    changed = page.get_by_role("row").nth(1)
    for words in ("chief", "127.0.0.1", "role changed", "dora", "from operator", "to supervisor"):
        expect(changed).to_contain_text(words)
    page.get_by_role("combobox", name="What was done").select_option("key_revoked")
    vera.press("Enter")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_text("0 entries")).to_be_visible()
