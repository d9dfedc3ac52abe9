"""Pictures of the supervisor's page for docs/supervisor.md: the real page before the real service, after a day's work.

    .venv-dev/bin/python scripts/releases/supervisor_pictures.py docs/pictures/page

In a light office and in a dark control room, at 1366 x 768. The day's work is made up; no image lies behind it.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from page_pictures import Album

from parcelray.serving.people.roles import Role

# What the tests share.
sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
from playwright.sync_api import expect

from support.browser import Chromium, Station
from support.hub import Hub
from support.people import PASSWORD

PARCELS = 6000


def main() -> None:
    """Take all pictures."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    # Of yesterday, which is a whole day whenever the pictures are taken.
    today = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    yesterday = today - timedelta(days=1)
    with tempfile.TemporaryDirectory() as scratch, Hub(Path(scratch)) as hub, Chromium() as chromium:
        hub.service.start()
        hub.add("carla", Role.SUPERVISOR)
        hub.fill(PARCELS, yesterday + timedelta(hours=5, minutes=40), yesterday + timedelta(hours=22), today)
        for theme in ("light", "dark"):
            album = Album(folder, theme)
            with Station(chromium, hub.url, color_scheme=theme) as station:
                page = station.page
                station.sign_in("carla", PASSWORD)
                page.get_by_role("link", name="Figures").click()
                expect(page.get_by_text("No parcels in this period.")).to_be_visible()
                album.take(page, "figures-empty")
                page.get_by_label("yesterday").check()
                expect(page.get_by_role("heading", name="Parcels an hour")).to_be_visible()
                album.take(page, "figures")
                page.get_by_role("heading", name="Classes").scroll_into_view_if_needed()
                album.take(page, "figures-classes")


if __name__ == "__main__":
    main()
