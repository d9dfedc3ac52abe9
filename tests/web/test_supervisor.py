"""The figures of a shift in a real browser: what a supervisor reads, by eye, by keyboard and as a table."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from parcelray.serving.people.roles import Role
from support.axe import findings, overflow
from support.browser import Station
from support.hub import Hub
from support.people import PASSWORD

PARCELS = 800


def midnight() -> datetime:
    """When this day began for the browser, which goes by the machine's time."""
    return datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)


def tile(page: Page, name: str) -> str:
    return page.locator("dl > div", has=page.get_by_text(name, exact=True)).locator(".value").inner_text()


@pytest.fixture
def hub(open_hub: Callable[..., Hub]) -> Hub:
    """A hub after a day of work, whole or in part as the machine's clock says."""
    hub = open_hub()
    hub.add("carla", Role.SUPERVISOR)
    hub.fill(PARCELS, midnight(), midnight() + timedelta(days=1), midnight() + timedelta(days=1))
    return hub


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_supervisor_reads_how_the_day_went(hub: Hub, open_station: Callable[..., Station], theme: str) -> None:
    figures = hub.figures(midnight(), midnight() + timedelta(days=1))
    whole = figures["period"]
    station = open_station(hub, color_scheme=theme)
    page = station.page
    station.sign_in("carla", PASSWORD)
    page.get_by_role("link", name="Figures").click()
    expect(page.get_by_role("heading", name="Parcels an hour")).to_be_visible()
    assert tile(page, "Parcels") == f"{PARCELS}"
    assert tile(page, "Decisions") == f"{sum(whole['decisions'].values())}"
    assert tile(page, "Model in service") == figures["model_in_service"]["version"]
    assert tile(page, "Agreement with the model") == f"{whole['boxes']['confirmed_rate']['value']:.0%}"
    assert f"{whole['scans']['with_alarm']} with something highlighted" in page.locator("dl").inner_text()
    # Each bar is as high as its number is great.
    alarms = [bucket["scans"]["with_alarm"] for bucket in figures["buckets"]]
    bars = page.get_by_role("region", name="Parcels an hour", exact=True).locator("svg.plot rect.part-1")
    heights = [float(bar.get_attribute("height") or 0) for bar in bars.all()]
    shown = [count for count in alarms if count]
    assert len(heights) == len(shown)
    per_parcel = sum(heights) / sum(shown)
    assert heights == pytest.approx([per_parcel * count for count in shown], abs=0.15)
    # Everything is there for who does not see the plots. The backlog is known up to now: just after midnight there
    # was none yet, which is said in words.
    plots = 7 + any(bucket["backlog"] for bucket in figures["buckets"])
    assert page.get_by_role("img").count() == plots
    assert all(page.get_by_role("img").nth(place).get_attribute("aria-label") for place in range(plots))
    page.get_by_role("region", name="Parcels an hour", exact=True).locator("summary").focus()
    station.press("Enter")
    rows = page.get_by_role("region", name="Parcels an hour, as a table").locator("tbody tr")
    cells = [[cell.inner_text() for cell in row.get_by_role("cell").all()] for row in rows.all()]
    assert [int(row[1]) for row in cells] == alarms
    classes = page.get_by_role("region", name="Classes").locator("tbody tr")
    assert classes.count() == len(figures["classes"])
    assert findings(page) == []
    assert overflow(page) == []
    # Figures are about work: nobody is named but who is signed in.
    text = page.get_by_role("main").inner_text()
    assert "anna" not in text
    assert "clear" not in text.lower()


def test_the_figures_leave_as_csv_and_the_period_is_chosen_by_keyboard(
    hub: Hub, open_station: Callable[..., Station], tmp_path: Path
) -> None:
    station = open_station(hub)
    page = station.page
    station.sign_in("carla", PASSWORD)
    page.get_by_role("link", name="Figures").click()
    expect(page.get_by_role("heading", name="Parcels an hour")).to_be_visible()
    with page.expect_download() as coming:
        page.get_by_role("link", name="Download as CSV").click()
    coming.value.save_as(tmp_path / "figures.csv")
    with (tmp_path / "figures.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    screened = [int(row["value"]) for row in rows if (row["figure"], row["of"]) == ("scans", "screened")]
    assert len(screened) == 25
    assert sum(screened[:-1]) == screened[-1] > 0.9 * PARCELS

    page.get_by_label("today").focus()
    station.press("ArrowRight")
    expect(page.get_by_label("yesterday")).to_be_checked()
    expect(page.get_by_text("No parcels in this period.")).to_be_visible()
    assert page.get_by_role("img").count() == 0
    assert tile(page, "Parcels") == "0"
    assert tile(page, "Time per parcel") == "–"
    station.press("ArrowRight")
    expect(page.get_by_role("heading", name="Parcels a day")).to_be_visible()
    assert tile(page, "Parcels") == f"{PARCELS}"
    station.press("ArrowRight")
    expect(page.get_by_text("Choose the first and the last day, 400 at most.")).to_be_visible()
    expect(page.get_by_role("link", name="Download as CSV")).to_have_count(0)
    day = f"{midnight():%Y-%m-%d}"
    page.get_by_label("from").fill(day)
    page.get_by_label("to", exact=True).fill(day)
    expect(page.get_by_role("heading", name="Parcels an hour")).to_be_visible()


def test_new_parcels_appear_by_themselves_though_not_at_once(
    open_hub: Callable[..., Hub], open_station: Callable[..., Station]
) -> None:
    hub = open_hub()
    hub.add("carla", Role.SUPERVISOR)
    hub.send("01-pistols.jpg")
    station = open_station(hub)
    page = station.page
    page.clock.install()
    page.reload()
    station.sign_in("carla", PASSWORD)
    page.get_by_role("link", name="Figures").click()
    expect(page.get_by_role("heading", name="Parcels an hour")).to_be_visible()
    expect(page.get_by_text("Connected")).to_be_visible()
    assert tile(page, "Parcels") == "1"
    hub.send("05-ammunition.jpg")
    page.wait_for_timeout(1000)
    assert tile(page, "Parcels") == "1"
    page.clock.fast_forward(30_000)
    expect(page.locator("dl .value").first).to_have_text("2")
    hub.service.stop()
    page.clock.fast_forward(40_000)
    expect(page.get_by_text("No connection since")).to_be_visible()
    assert tile(page, "Parcels") == "2"


@pytest.mark.parametrize(("role", "sees"), [(Role.AUDITOR, True), (Role.ENGINEER, True), (Role.OPERATOR, False)])
def test_who_is_measured_by_it_does_not_see_it(
    open_hub: Callable[..., Hub], open_station: Callable[..., Station], role: Role, sees: bool
) -> None:
    hub = open_hub()
    hub.add("dana", role)
    station = open_station(hub)
    page = station.page
    station.sign_in("dana", PASSWORD)
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    expect(page.get_by_role("link", name="Figures")).to_have_count(1 if sees else 0)
    page.evaluate("location.hash = '#/supervisor'")
    expect(page.get_by_role("heading", name="Figures" if sees else "Queue")).to_be_visible()
    if sees:
        expect(page.get_by_text("No parcels in this period.")).to_be_visible()
