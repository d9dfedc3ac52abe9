"""How many copies of scans are told by their likeness, and how many different scans are taken for copies.

Of folders of labelled scans whose groups really differ, drawn ones for example::

    python scripts/prove/likeness.py runs/data/b-val runs/data/b-train --copies 300

Copies are made of the first so many scans: as JPEG q60, at half the size, both, at a quarter of the size, and both
mirrored and turned by a quarter. Different are all scans of different groups, each with each, in the eight ways of
laying one of them.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.coco import read_coco
from parcelray.datasets.files import labelled_picture
from parcelray.datasets.progress import progress
from parcelray.datasets.validation.likeness import likeness
from parcelray.datasets.validation.neighbours import alike_pairs

Pixels = NDArray[np.uint8]


def as_jpeg(pixels: Pixels) -> Pixels:
    """Compressed as JPEG q60, and decoded."""
    data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 60])[1]
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def smaller(pixels: Pixels, by: float) -> Pixels:
    """Of so many times the size."""
    return np.asarray(cv2.resize(pixels, None, fx=by, fy=by, interpolation=cv2.INTER_LINEAR), np.uint8)


def turned(pixels: Pixels) -> Pixels:
    """Mirrored, and turned by a quarter."""
    return np.ascontiguousarray(np.rot90(pixels[:, ::-1]))


COPIES: dict[str, Callable[[Pixels], Pixels]] = {
    "JPEG q60": as_jpeg,
    "half": lambda pixels: smaller(pixels, 0.5),
    "half, JPEG q60": lambda pixels: as_jpeg(smaller(pixels, 0.5)),
    "quarter": lambda pixels: smaller(pixels, 0.25),
    "half, JPEG q60, mirrored, turned": lambda pixels: turned(as_jpeg(smaller(pixels, 0.5))),
}


def measure(folders: Sequence[Path], copies: int) -> None:
    """Print how many copies are found, and which different scans are taken for copies."""
    scans = [(folder, image) for folder in folders for image in read_coco(folder / "annotations.json").images]
    found: list[bytes] = []
    groups: list[str] = []
    names: list[str] = []
    told = dict.fromkeys(COPIES, 0)
    copied = 0
    with progress("looking at scans", len(scans)) as report:
        for done, (folder, image) in enumerate(scans, start=1):
            pixels = labelled_picture(folder / "images", image.file_name)
            one = likeness(pixels)
            report(done, "")
            if one is None:
                continue
            found.append(one)
            groups.append(image.group)
            names.append(f"{folder}/images/{image.file_name}")
            if copied < copies:
                copied += 1
                for name, copy in COPIES.items():
                    told[name] += len(alike_pairs([one, likeness(copy(pixels)) or bytes(32)]))
    for name, count in told.items():
        print(f"{name}: {count} of {copied} copies are told")
    pairs = [(one, other) for one, other in alike_pairs(found).tolist() if groups[one] != groups[other]]
    print(f"{len(found)} scans, {len(scans) - len(found)} with too little to see: {len(pairs)} pairs taken for copies")
    for one, other in pairs[:20]:
        print(f"  {names[one]} {names[other]}")


def main() -> None:
    """What is measured, and told."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", help="with images/ and annotations.json")
    parser.add_argument("--copies", type=int, default=300, help="scans that are copied")
    options = parser.parse_args()
    measure(options.folders, options.copies)


if __name__ == "__main__":
    main()
