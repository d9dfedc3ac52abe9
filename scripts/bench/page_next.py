"""How long an officer waits for the next parcel: from the key that sends a decision to the next scan's frame drawn.

    .venv-dev/bin/python scripts/bench/page_next.py [--parcels 20]

The real page in Debian's Chromium (WebGL in software) before the real service with the shipped release, scans of
1400 x 900 pixels. The next parcel is claimed, fetched and on the graphics card when the key is pressed, as it is after
some seconds of looking; the time is the browser's own, from the key's event to the fence behind the frame.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

import cv2

from parcelray.serving.people.roles import Role

# What the tests share.
sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
from playwright.sync_api import expect

from support.browser import Chromium, Station
from support.hub import SAMPLES, Hub
from support.people import PASSWORD

_SIZE = (1400, 900)
# Long enough for the next one to be fetched and developed.
_LOOKING_MS = 3000
_LISTEN = """
addEventListener('keydown', (event) => { if (event.key === 'Enter') window.pressedAt = performance.now(); }, true);
"""
_WAITED = """
([id]) => performance.getEntriesByName('viewer:drawn').find(({ detail }) => detail === id)?.startTime - window.pressedAt
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parcels", type=int, default=20)
    parcels = parser.parse_args().parcels
    with tempfile.TemporaryDirectory() as scratch, Hub(Path(scratch), PARCELRAY_QUEUE_ALL="true") as hub:
        hub.service.start()
        hub.add("anna", Role.OPERATOR)
        ids = [hub.send(str(path)) for path in _scans(Path(scratch), parcels + 1)]
        with Chromium() as chromium, Station(chromium, hub.url, viewport={"width": 1920, "height": 1080}) as station:
            waited = _work(station, len(ids) - 1)
    waited.sort()
    print(
        f"{len(waited)} parcels: median {statistics.median(waited):.0f} ms, "
        f"90 % within {waited[int(0.9 * len(waited))]:.0f} ms"
    )


def _scans(folder: Path, count: int) -> list[Path]:
    """As many different scans of that size."""
    samples = sorted(SAMPLES.glob("*.jpg"))
    paths = []
    for number in range(count):
        pixels = cv2.resize(cv2.imread(str(samples[number % len(samples)])), _SIZE, interpolation=cv2.INTER_CUBIC)
        pixels[:8, :8] = number % 256
        paths.append(folder / f"{number}.jpg")
        cv2.imwrite(str(paths[-1]), pixels)
    return paths


def _work(station: Station, count: int) -> list[float]:
    """Decide parcel after parcel; milliseconds from each key to the next one's frame."""
    page = station.page
    station.sign_in("anna", PASSWORD)
    expect(page.get_by_role("table")).to_be_visible()
    page.evaluate(_LISTEN)
    station.press("n")
    waited = []
    for _ in range(count):
        expect(page.get_by_role("button", name="Search")).to_be_enabled()
        page.wait_for_timeout(_LOOKING_MS)
        before = page.url
        station.press("Shift+S", "Enter")
        page.wait_for_function("before => location.href !== before", arg=before)
        scan_id = page.url.rpartition("/")[2]
        page.wait_for_function(
            "id => performance.getEntriesByName('viewer:drawn').some(({ detail }) => detail === id)", arg=scan_id
        )
        waited.append(page.evaluate(_WAITED, [scan_id]))
    return waited


if __name__ == "__main__":
    main()
