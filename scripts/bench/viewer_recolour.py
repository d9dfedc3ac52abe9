"""How many frames a second the viewer recolours a raw pair while a slider moves, and how soon the next parcel is drawn.

    .venv-dev/bin/python scripts/bench/viewer_recolour.py [--frames 60] [--parcels 20]

A real service and Debian's Chromium, without a graphics card: WebGL2 is computed on the processor (SwiftShader), which
is the least that a station can have. A 16-bit pair of 2000 x 1500 pixels is drawn over and over while gamma moves from
end to end, each frame read back so that it is known to be done; once as large as the pair is, and once as it fits a
station's screen. Then parcels of 1400 x 900 that were prepared are put in front, one after the other: the time from the
change to the first frame that is done. Nothing else may keep the cores busy.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import cv2
from numpy.typing import NDArray

from parcelray.models.store import release_folder

# What benchmarks share with the tests.
sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
from support.browser import Chromium
from support.pictures import encoded, view
from support.viewer_page import ROOT, viewer_stand

SAMPLES = ROOT / "datasets" / "samples"
PAIR = (2000, 1500)
SCREENS = (PAIR, (1280, 960), (1000, 640))
PARCEL = (1400, 900)


def enlarged(name: str, size: tuple[int, int]) -> NDArray[Any]:
    """A sample at another size, width and height; of its own type."""
    pixels = cv2.imread(str(SAMPLES / name), cv2.IMREAD_UNCHANGED)
    assert pixels is not None, name
    return cv2.resize(pixels, size, interpolation=cv2.INTER_CUBIC)


def main() -> None:
    """Measure, and print a line for each screen and one for the parcels."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=60)
    parser.add_argument("--parcels", type=int, default=20)
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        Chromium() as chromium,
        viewer_stand(Path(folder), release_folder("0002"), chromium) as stand,
    ):
        halves = [(half, encoded(enlarged(f"12-pistol_{half}.png", PAIR))) for half in ("high", "low")]
        pair = stand.send(*(view(data, f"{half}.png", half) for half, data in halves))
        picture = enlarged("01-pistols.jpg", PARCEL)
        parcels = []
        for number in range(given.parcels + 1):
            picture[0, 0] = number  # no two alike
            parcels.append(stand.send(view(encoded(picture, ".jpg"))))
        print(f"load of the machine before: {os.getloadavg()[0]:.2f}")
        with stand.page() as page:
            for width, height in SCREENS:
                answer = page.evaluate(
                    "([id, width, height, frames]) => proof.recolour(id, width, height, frames)",
                    [pair, width, height, given.frames],
                )
                ms = statistics.median(answer["ms"])
                print(f"{PAIR[0]} x {PAIR[1]} pair drawn at {width} x {height}: {ms:.0f} ms, {1000 / ms:.1f} frames/s")
            print(f"by {answer['by']}")
        with stand.page(viewport={"width": 1366, "height": 768}) as page:
            page.evaluate("id => proof.show(id)", parcels[0])
            times = []
            for parcel in parcels[1:]:
                page.evaluate("id => proof.prepare(id)", parcel)
                times.append(page.evaluate("id => proof.next(id)", parcel))
            print(
                f"next {PARCEL[0]} x {PARCEL[1]} parcel, prepared, drawn after {statistics.median(times):.0f} ms "
                f"(median of {len(times)}; at most {max(times):.0f} ms)"
            )


if __name__ == "__main__":
    main()
