"""Pictures of every page for docs/page.md: the real page before the real service, on the sample scans.

    .venv-dev/bin/python scripts/releases/page_pictures.py docs/pictures/page

Each page in a light office and in a dark control room, at 1366 x 768; the parcel on a 4K screen, too.
"""

from __future__ import annotations

import io
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from PIL import Image

from parcelray.serving.people.roles import Role

# What the tests share.
sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
from playwright.sync_api import Page, expect

from support.browser import Chromium, Station
from support.hub import Hub
from support.people import PASSWORD

# Palettes keep pictures of a page small; each still shows the scan's colours.
_COLOURS = 128
_PARCELS = 6000
_SAMPLES = (
    ("07-paper-instruments.jpg",),
    ("09-banknotes-and-coin-rolls.jpg",),
    ("06-components.jpg",),
    ("12-pistol_high.png", "12-pistol_low.png"),
    ("01-pistols.jpg", "08-precursors.jpg"),
    ("05-ammunition.jpg",),
    ("README.md", "03-long-gun.jpg"),
)


class Album:
    """Takes pictures into a folder.

    Args:
        folder: where they go.
        suffix: behind each name.
    """

    def __init__(self, folder: Path, suffix: str) -> None:
        self._folder = folder
        self._suffix = suffix

    def take(self, page: Page, name: str, *, side: int | None = None) -> None:
        """Take one, when nothing moves any more; perhaps made smaller to so many pixels of width."""
        page.wait_for_timeout(600)
        path = self._folder / f"{name}-{self._suffix}.png"
        path.write_bytes(_small(page.screenshot(), side))
        print(path)


def _small(png: bytes, side: int | None) -> bytes:
    """The same picture in few colours, those of the page's own words and lines kept."""
    with Image.open(io.BytesIO(png)) as picture:
        if side is not None:
            picture.thumbnail((side, side))
        few = picture.convert("RGB").quantize(_COLOURS, kmeans=2, dither=Image.Dither.NONE)
    small = io.BytesIO()
    few.save(small, "PNG", optimize=True)
    return small.getvalue()


def main() -> None:
    """Take all pictures."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, Hub(Path(scratch)) as hub, Chromium() as chromium:
        hub.service.start()
        for number, theme in enumerate(("light", "dark")):
            take_all(hub, chromium, Album(folder, theme), theme, number)
        take_large(hub, chromium, Album(folder, "4k"))
        take_figures(chromium, folder)


def take_all(hub: Hub, chromium: Chromium, album: Album, theme: str, number: int) -> None:
    """All pages in one theme."""
    for sample in _SAMPLES:
        hub.send(*sample)
    name = f"officer-{number + 1}"
    once = hub.add(name, Role.OPERATOR, password=None)
    supervisor, chief = f"supervisor-{number + 1}", f"chief-{number + 1}"
    hub.add(supervisor, Role.SUPERVISOR)
    hub.add(chief, Role.ADMIN)
    with Station(chromium, hub.url, color_scheme=theme) as station:
        page = station.page
        expect(page.get_by_label("Name")).to_be_visible()
        album.take(page, "sign-in")
        station.sign_in(name, once)
        page.get_by_label("serves once").fill(once)
        page.get_by_label("The new password", exact=True).fill(PASSWORD)
        album.take(page, "password")
        page.get_by_label("again").fill(PASSWORD)
        station.press("Enter")
        expect(page.get_by_role("table")).to_be_visible()
        album.take(page, "queue")
        station.press("n")
        drawn(page)
        album.take(page, "parcel-not-screened")
        station.press("Shift+S", "Enter")
        drawn(page)
        station.press("j", "y", "Shift+R")
        album.take(page, "parcel")
        station.press("Escape", "j", "k")
        album.take(page, "class")
        station.press("Escape", "?")
        album.take(page, "keys")
        station.press("Escape", "Shift+E", "Enter")
        drawn(page)
        album.take(page, "parcel-pair")
        station.press("Shift+Q")
        page.get_by_role("link", name="To be searched").click()
        expect(page.get_by_role("table")).to_be_visible()
        album.take(page, "to-be-searched")
        page.locator("tbody a").first.click()
        page.get_by_label("Something was found").check()
        page.get_by_role("combobox", name="What").select_option("banknote_bundle")
        page.get_by_role("combobox", name="Where").select_option("in_document_or_book")
        page.get_by_label("Amount").fill("12500.00")
        page.get_by_role("combobox", name="Currency").select_option("EUR")
        page.get_by_label("Seizure number").fill("DE-2026-004711")
        album.take(page, "outcome")
        page.get_by_role("button", name="Send the outcome").click()
        page.get_by_role("link", name="Past scans").click()
        expect(page.get_by_role("table")).to_be_visible()
        album.take(page, "past-scans")
        page.locator("tbody a").filter(has_text="RR").first.click()
        expect(page.get_by_role("region", name="What happened")).to_be_visible()
        page.wait_for_timeout(1500)
        album.take(page, "past-scan")
        page.get_by_role("link", name="Station").click()
        album.take(page, "station")
    with Station(chromium, hub.url, color_scheme=theme) as station:
        page = station.page
        station.sign_in(supervisor, PASSWORD)
        page.get_by_role("link", name="Escalated").click()
        expect(page.get_by_role("table")).to_be_visible()
        album.take(page, "escalated")
    with Station(chromium, hub.url, color_scheme=theme) as station:
        page = station.page
        station.sign_in(chief, PASSWORD)
        expect(page.get_by_role("table")).to_be_visible()
        album.take(page, "people")
        page.get_by_role("link", name="Audit").click()
        expect(page.get_by_role("table")).to_be_visible()
        album.take(page, "audit")


def take_large(hub: Hub, chromium: Chromium, album: Album) -> None:
    """A parcel on a large screen; at a quarter of its pixels, for nobody reads letters in it."""
    hub.add("officer-4k", Role.OPERATOR)
    with Station(chromium, hub.url, color_scheme="dark", viewport={"width": 3840, "height": 2160}) as station:
        page = station.page
        station.sign_in("officer-4k", PASSWORD)
        expect(page.get_by_role("table")).to_be_visible()
        station.press("n")
        drawn(page)
        station.press("Shift+S")
        album.take(page, "parcel", side=960)


def take_figures(chromium: Chromium, folder: Path) -> None:
    """The figures of a day whose work is made up: no scan lies behind it."""
    # Of yesterday, which is a whole day whenever the pictures are taken.
    today = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    begins, ends = today - timedelta(hours=18), today - timedelta(hours=2)
    with tempfile.TemporaryDirectory() as scratch, Hub(Path(scratch)) as hub:
        hub.service.start()
        hub.add("carla", Role.SUPERVISOR)
        hub.fill(_PARCELS, begins, ends, today)
        for theme in ("light", "dark"):
            album = Album(folder, theme)
            with Station(chromium, hub.url, color_scheme=theme) as station:
                page = station.page
                station.sign_in("carla", PASSWORD)
                page.get_by_role("link", name="Figures").click()
                expect(page.get_by_text("No parcels in this period.")).to_be_visible()
                page.get_by_label("yesterday").check()
                expect(page.get_by_role("heading", name="Parcels an hour")).to_be_visible()
                album.take(page, "figures")
                page.get_by_role("heading", name="Classes").scroll_into_view_if_needed()
                album.take(page, "figures-classes")


def drawn(page: Page) -> None:
    """Wait until a parcel is there."""
    expect(page.get_by_role("button", name="Release")).to_be_visible()
    page.wait_for_timeout(1500)


if __name__ == "__main__":
    main()
