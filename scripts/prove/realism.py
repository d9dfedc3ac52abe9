"""How near drawn scans come to real ones: colours, sharpness, grain, a network that tells them apart, and a picture.

    python scripts/prove/realism.py --real ../shared/data/sixray --prototype runs/data/proto/images \
        --synthetic runs/data/realism-now/images --out runs/realism-now

The real scans are split by group (CRC-32 of the group's name): profiles are fitted on the even half, and every set is
judged beside the odd half. What the even half scores is the floor: no drawn set can be asked to come nearer. All scans
of a half count for pixels; the network is shown crops of scans without a labelled item, real and drawn, learns on the
even groups and is judged on the odd ones. The drawn sets were made with::

    scanners="$(yes -- --scanner six-a | head -n 8) --scanner six-b --scanner six-b
              --scanner six-c --scanner six-c"   # as often as the looks in the real set
    parcelray synth --count 800 --seed 41 $scanners --out runs/data/realism-now
    python scripts/releases/prototype_scans.py PROTOTYPE_DIR --out runs/data/proto --pools 3 --scans-per-pool 300

The last command is that of commit 1f750c0: later ones do not have it.

Read the network's accuracy with care: it may go by what equal resolution does to scans of unequal size, and the drawn
scans of its two halves share shapes. Scans without air are left out, and counted.

Takes some minutes. Nothing of the real scans leaves ``--out``, which is for research only.
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from parcelray.datasets.coco import read_coco
from parcelray.datasets.files import labelled_picture
from parcelray.datasets.imaging.overlay import encode_png
from parcelray.datasets.progress import progress
from prove.realism_classifier import EPOCHS, Told, tell_apart
from prove.realism_measures import MeasuredScan, SetFigures, figures, measure

# Air colours that differ by no more than this, in any channel, are of one screen.
_SAME_AIR = 10
# A look of fewer scans than this, in either set, is not compared by itself.
_MIN_LOOK = 20
_HUES = ("orange", "green", "blue", "black", "pale")
# Of the picture, in pixels and tiles.
_SHOWN, _COLUMNS, _TILE, _GAP, _BAR = 12, 3, (360, 300), 6, 18


@dataclass
class ScanSet:
    """A set of scans, measured.

    Attributes:
        name: as the tables call it.
        scans: in the order of the labels.
        clean: names of the files of those without a labelled item.
        palette_of: which of the makers' palettes coloured a file, where the labels say so.
        left_out: scans that show no air or no object.
    """

    name: str
    scans: list[MeasuredScan] = field(default_factory=list)
    clean: set[str] = field(default_factory=set)
    palette_of: dict[str, str] = field(default_factory=dict)
    left_out: int = 0

    def part(self, name: str, names: set[str]) -> ScanSet:
        """Some of the scans as a set of their own."""
        return ScanSet(name, [scan for scan in self.scans if scan.name in names], self.clean & names)

    def crops(self, half: int) -> list[NDArray[np.uint8]]:
        """The crops of each clean scan of one half of the groups."""
        chosen = (scan for scan in self.scans if scan.name in self.clean and half_of(scan.group) == half)
        return [scan.crops for scan in chosen if len(scan.crops)]


def half_of(group: str) -> int:
    """0: profiles are fitted on it, and the network learns on it. 1: it judges."""
    return zlib.crc32(group.encode()) % 2


def read_set(name: str, images: Path, labels: Path) -> ScanSet:
    """Read and measure the scans that labels name."""
    data = read_coco(labels)
    found = ScanSet(name, clean={image.file_name for image in data.images if not data.items_of[image.id]})
    found.palette_of = {
        record["file_name"]: record["palette"]
        for record in json.loads(labels.read_text(encoding="utf-8"))["images"]
        if "palette" in record
    }
    with progress(f"measuring {name}", len(data.images)) as report:
        for done, image in enumerate(data.images, start=1):
            pixels = labelled_picture(images, image.file_name)
            crops = image.file_name in found.clean
            scan = measure(image.file_name, image.group, pixels, zlib.crc32(image.file_name.encode()), crops=crops)
            if scan is None:
                found.left_out += 1
            else:
                found.scans.append(scan)
            report(done, "")
    return found


def looks_of(scans: Sequence[MeasuredScan]) -> list[list[MeasuredScan]]:
    """Scans of like air, the most frequent first: each joins the first group whose first member is like it."""
    looks: list[list[MeasuredScan]] = []
    for scan in scans:
        home = next((look for look in looks if _alike(look[0], scan)), None)
        if home is None:
            looks.append([scan])
        else:
            home.append(scan)
    return sorted(looks, key=len, reverse=True)


def _alike(one: MeasuredScan, other: MeasuredScan) -> bool:
    return int(np.abs(one.air - other.air).max()) <= _SAME_AIR


def main() -> None:
    """Measure all sets, let the network tell them apart, draw the picture and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", type=Path, required=True, help="folder with images/ and annotations.json")
    parser.add_argument("--synthetic", type=Path, required=True, help="images/ of the drawn set, labels beside it")
    parser.add_argument("--prototype", type=Path, help="images/ of the prototype's scans, labels beside it")
    parser.add_argument("--palette", default="six", help="of the prototype's palettes, the one judged alone as well")
    parser.add_argument("--out", type=Path, default=Path("runs/realism"))
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="of the network; 0: leave it out")
    options = parser.parse_args()
    for folder in filter(None, (options.real / "images", options.synthetic, options.prototype)):
        if not (folder.is_dir() and (folder.parent / "annotations.json").is_file()):
            parser.error(f"{folder}: expected images there and annotations.json beside the folder")
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    options.out.mkdir(parents=True, exist_ok=True)

    real = read_set("real", options.real / "images", options.real / "annotations.json")
    drawn = []
    if options.prototype:
        drawn.append(read_set("prototype", options.prototype, options.prototype.parent / "annotations.json"))
        alone = {name for name, palette in drawn[0].palette_of.items() if palette == options.palette}
        if alone:
            drawn.append(drawn[0].part(f'prototype, palette "{options.palette}"', alone))
    drawn.append(read_set("new", options.synthetic, options.synthetic.parent / "annotations.json"))
    judge = [scan for scan in real.scans if half_of(scan.group) == 1]
    fit = [scan for scan in real.scans if half_of(scan.group) == 0]
    sets = {"real, judging half": judge, "real, fitting half": fit, **{one.name: one.scans for one in drawn}}
    found = {name: figures(scans, judge) for name, scans in sets.items()}
    # What is known is shown before the network begins: it takes the longest.
    looks = look_table(sets, judge)
    print(f"{set_table(found, {})}\n\n{looks}\n")
    told = {one.name: classify(real, one, options.epochs) for one in drawn} if options.epochs else {}

    tables = [*([set_table(found, told)] if told else []), looks]
    left_out = ", ".join(f"{one.name} {one.left_out}" for one in (real, *drawn))
    torn = figures(real.scans[::2], real.scans[1::2]).distance
    notes = [
        f"Two halves of the real set that tear groups apart: colours {torn:.1f} apart.",
        f"Left out for want of air or object: {left_out}.",
    ]
    text = "\n\n".join([*tables, *notes])
    (options.out / "realism.md").write_text(text + "\n", encoding="utf-8")
    print(text)
    picture = options.out / "real_left_new_right.png"
    shown = [(options.real / "images", judge), (options.synthetic, drawn[-1].scans)]
    left, right = (block(folder, scans) for folder, scans in shown)
    picture.write_bytes(encode_png(np.hstack([left, np.full((len(left), _BAR, 3), 255, np.uint8), right])))
    print(f"\n{_SHOWN} real scans beside {_SHOWN} new ones: {picture}")


def classify(real: ScanSet, one: ScanSet, epochs: int) -> Told | None:
    """Let the network tell clean real scans from clean drawn ones; None where there are none to learn or judge on."""
    halves = [(real.crops(half), one.crops(half)) for half in (0, 1)]
    if not all(kind for half in halves for kind in half):
        return None
    with progress(f"real or {one.name}", epochs) as report:
        return tell_apart(halves[0], halves[1], epochs=epochs, report=lambda done: report(done, ""))


def set_table(sets: dict[str, SetFigures], told: dict[str, Told | None]) -> str:
    """Markdown: a row for each set."""
    head = ["set", "scans", "colours apart", "gradient", "grain", *_HUES, "told from real, by scan", "by crop"]
    rows = []
    for name, found in sets.items():
        row = [name, str(found.scans), f"{found.distance:.1f}", f"{found.gradient:.1f}", f"{found.grain:.2f}"]
        row += [f"{100 * share:.1f} %" for share in found.shares.values()]
        answer = told.get(name)
        if answer is None:
            row += ["–", "–"]
        else:
            rate = answer.scans
            row.append(
                f"{100 * rate.value:.0f} % ({100 * rate.low:.0f}–{100 * rate.high:.0f}, {answer.tested_on} each)"
            )
            row.append(f"{100 * answer.crops:.0f} %")
        rows.append(row)
    return markdown(head, rows)


def look_table(sets: dict[str, list[MeasuredScan]], judge: Sequence[MeasuredScan]) -> str:
    """Markdown: each look of the judging half beside the scans of other sets with the same air."""
    head = ["air", "set", "scans", "colours apart", "gradient", "grain", *_HUES]
    rows = []
    for look in looks_of(judge):
        for name, scans in sets.items():
            same = [scan for scan in scans if _alike(look[0], scan)]
            if min(len(same), len(look)) < _MIN_LOOK:
                continue
            found = figures(same, look)
            air = "#" + "".join(f"{int(value):02x}" for value in np.median([scan.air for scan in look], axis=0))
            row = [air, name, str(found.scans), f"{found.distance:.1f}", f"{found.gradient:.1f}", f"{found.grain:.2f}"]
            rows.append(row + [f"{100 * share:.1f} %" for share in found.shares.values()])
    return markdown(head, rows)


def markdown(head: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown."""
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows))


def block(folder: Path, scans: Sequence[MeasuredScan]) -> NDArray[np.uint8]:
    """Some scans, one of a group, in rows: (H, W, 3) uint8 RGB."""
    first_of_group = list({scan.group: scan for scan in reversed(scans)}.values())
    chosen = np.random.default_rng(0).permutation(len(first_of_group))[:_SHOWN]
    tiles = [_tile(labelled_picture(folder, first_of_group[i].name)) for i in chosen]
    tiles += [np.zeros_like(tiles[0])] * (_SHOWN - len(tiles))
    return np.vstack([np.hstack(tiles[first : first + _COLUMNS]) for first in range(0, len(tiles), _COLUMNS)])


def _tile(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture scaled into a tile with a black margin."""
    width, height = _TILE
    scale = min(width / picture.shape[1], height / picture.shape[0])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)[:height, :width]
    tile = np.zeros((height + _GAP, width + _GAP, 3), np.uint8)
    top, left = (height - small.shape[0]) // 2, (width - small.shape[1]) // 2
    tile[top : top + small.shape[0], left : left + small.shape[1]] = small
    return tile


if __name__ == "__main__":
    main()
