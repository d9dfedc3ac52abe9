"""axe finds nothing serious on any page, light or dark; each fits on 1366 x 768; all can be turned right to left."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from parcelray.serving.people.roles import Role
from support.axe import findings, overflow
from support.browser import Station
from support.hub import Hub
from support.people import PASSWORD


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_can_be_read_and_worked_by_everybody(
    open_hub: Callable[..., Hub], open_station: Callable[..., Station], theme: str
) -> None:
    hub = open_hub()
    once = hub.add("newcomer", Role.OPERATOR, password=None)
    hub.add("carla", Role.SUPERVISOR)
    hub.add("chief", Role.ADMIN)
    searched = hub.send("06-components.jpg")
    for samples in (("README.md", "01-pistols.jpg"), ("07-paper-instruments.jpg",)):
        hub.send(*samples)

    def check(station: Station, name: str) -> None:
        assert findings(station.page) == [], name
        assert overflow(station.page) == [], name

    newcomer = open_station(hub, color_scheme=theme)
    newcomer.page.get_by_label("Name").wait_for()
    assert newcomer.page.evaluate("document.documentElement.dataset.theme") == theme
    check(newcomer, "sign-in")
    newcomer.sign_in("newcomer", once)
    newcomer.page.get_by_role("heading", name="Choose a password").wait_for()
    check(newcomer, "password")

    carla = open_station(hub, color_scheme=theme)
    page = carla.page
    carla.sign_in("carla", PASSWORD)
    page.get_by_role("table").wait_for()
    check(carla, "queue")
    carla.press("n")
    expect(page.get_by_role("button", name="Release")).to_be_visible()
    check(carla, "parcel not screened")
    carla.press("j", "y", "Shift+R")
    page.get_by_role("button", name="Send, pause").wait_for()
    check(carla, "parcel, decision")
    # All that an officer needs stands on the screen at once.
    for name in ("Send Enter", "Release", "Undo all"):
        box = page.get_by_role("button", name=name).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 768, name
    carla.press("Escape", "j", "k")
    page.get_by_role("dialog").wait_for()
    check(carla, "class")
    carla.press("Escape", "?")
    page.get_by_role("dialog").wait_for()
    check(carla, "keys")
    carla.press("Escape", "Shift+Q")
    page.get_by_role("heading", name="Queue").wait_for()
    page.evaluate(f"location.hash = '#/parcel/{searched}'")
    expect(page.get_by_role("button", name="Search")).to_be_enabled()
    carla.press("Shift+S", "Enter")
    hub.wait_until(lambda: hub.stage(searched) == "search")
    for place in (
        "waiting/search",
        "waiting/escalated",
        "scans",
        "supervisor",
        "station",
        "password",
        f"scan/{searched}",
    ):
        page.evaluate(f"location.hash = '#/{place}'")
        page.get_by_role("main").wait_for()
        page.wait_for_timeout(500)
        check(carla, place)
    page.evaluate(f"location.hash = '#/outcome/{searched}'")
    page.get_by_label("Something was found").check()
    check(carla, "outcome")

    chief = open_station(hub, color_scheme=theme)
    chief.sign_in("chief", PASSWORD)
    chief.page.get_by_role("table").wait_for()
    check(chief, "people")
    chief.page.get_by_label("Name").fill("dora")
    chief.press("Enter")
    chief.page.get_by_role("dialog").wait_for()
    check(chief, "people, secret")
    chief.press("Escape")
    chief.page.get_by_role("link", name="Audit").click()
    expect(chief.page.get_by_role("cell", name="dora")).to_be_visible()
    check(chief, "audit")


def test_a_page_that_is_read_from_right_to_left_is_turned_and_its_scan_is_not(
    open_hub: Callable[..., Hub], open_station: Callable[..., Station]
) -> None:
    hub = open_hub()
    hub.add("anna", Role.OPERATOR)
    hub.send("06-components.jpg")
    station = open_station(hub)
    page = station.page
    station.sign_in("anna", PASSWORD)
    page.get_by_role("table").wait_for()
    station.press("n")
    side = page.get_by_role("region", name="The parcel")
    expect(side).to_be_visible()
    film = page.get_by_role("region", name="X-ray views")
    right = (side.bounding_box() or {})["x"]
    page.evaluate("document.documentElement.dir = 'rtl'")
    left = (side.bounding_box() or {})["x"]
    assert left < 10 < right
    assert (film.bounding_box() or {})["x"] > 300
    assert overflow(page) == []
    assert page.locator("canvas").evaluate("each => getComputedStyle(each).direction") == "ltr"


@pytest.mark.parametrize("size", [(1366, 768), (3840, 2160)])
def test_a_parcel_needs_no_scrolling(
    open_hub: Callable[..., Hub], open_station: Callable[..., Station], size: tuple[int, int]
) -> None:
    hub = open_hub()
    hub.add("anna", Role.OPERATOR)
    hub.send("01-pistols.jpg")
    station = open_station(hub, viewport={"width": size[0], "height": size[1]})
    page = station.page
    station.sign_in("anna", PASSWORD)
    page.get_by_role("table").wait_for()
    station.press("n")
    expect(page.get_by_role("button", name="Release")).to_be_visible()
    station.press("Shift+S")
    expect(page.get_by_role("button", name="Send Enter")).to_be_visible()
    scrolled = page.evaluate(
        "[...document.querySelectorAll('html, body, .content, .side, .side > *')]"
        ".filter(each => each.scrollHeight > each.clientHeight + 1).map(each => each.className)"
    )
    assert scrolled == []
    # On a large screen letters are larger, too.
    letters = page.get_by_role("button", name="Release").evaluate("each => parseFloat(getComputedStyle(each).fontSize)")
    assert letters >= (14 if size[0] < 2000 else 20)
