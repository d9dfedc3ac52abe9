"""Scans on disk: the same bytes however they were drawn, also after a run was killed."""

import json
import os
import runpy
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from parcelray.datasets.coco import read_coco
from parcelray.datasets.files import labelled_picture
from parcelray.datasets.synth.dataset import draw_dataset
from parcelray.datasets.synth.drawing import Draughtsman, DrawnScan, Plan
from parcelray.datasets.synth.shapes.library import Library
from parcelray.models.errors import DatasetError

BATCH = 2


def plan(**changes: Any) -> Plan:
    settings: dict[str, Any] = {"seed": 1, "scanners": ("six-a",), "size": (96, 80)}
    return Plan(**(settings | changes))


@pytest.fixture(autouse=True)
def small_batches(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two scans, and with shapes that other tests drew before."""
    monkeypatch.setattr("parcelray.datasets.synth.dataset._BATCH", BATCH)
    monkeypatch.setattr("parcelray.datasets.synth.drawing.Library", lambda _kinds: library)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the scans that are drawn from now on."""
    numbers: list[int] = []
    draw = Draughtsman.draw

    def noted(self: Draughtsman, index: int) -> DrawnScan:
        numbers.append(index)
        return draw(self, index)

    monkeypatch.setattr(Draughtsman, "draw", noted)
    return numbers


def tree(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def documents(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "annotations.json").read_text()))


def read(picture: Path) -> NDArray[Any]:
    pixels = cv2.imread(str(picture), cv2.IMREAD_UNCHANGED)
    assert pixels is not None, picture
    return cast("NDArray[Any]", pixels)


def whole_batches(folder: Path) -> list[str]:
    """The batches that are recorded; each is whole, with all of its pictures."""
    files = sorted((folder / "records").glob("*.json"))
    for file in files:
        records = json.loads(file.read_text())
        assert len({record["index"] for record in records}) == BATCH, file
        for record in records:
            pictures = [folder / "images" / record["file_name"]]
            pictures += [folder / "raw" / f"{Path(record['file_name']).stem}_{half}.png" for half in ("high", "low")]
            for picture in pictures:
                assert read(picture).shape[:2] == (80, 96)
    return [file.name for file in files]


# Workers start by importing the script anew, so that they have its small batches and its few benign kinds too.
SCRIPT = """
    import sys
    from pathlib import Path

    from parcelray.datasets.synth import dataset
    from parcelray.datasets.synth.drawing import Draughtsman, Plan
    from parcelray.datasets.synth.shapes.catalogue import all_kinds
    from parcelray.datasets.synth.shapes.library import Library

    FEW = ("hard_cover_book", "mobile_phone", "shirt")
    PLAN = Plan(1, ("six-a",), size=(96, 80))
    dataset._BATCH = {batch}


    def make(plan):
        draughtsman = Draughtsman(plan)
        draughtsman.library = Library(kind for kind in all_kinds() if kind.leaf or kind.name in FEW)
        return draughtsman


    def draw(out, workers):
        dataset.draw_dataset(PLAN, {count}, out, raw=True, workers=workers, make=make)


    if __name__ == "__main__":
        draw(Path(sys.argv[1]), 2)
"""


def test_a_killed_run_of_two_workers_goes_on_to_the_bytes_of_one(tmp_path: Path) -> None:
    count = 10
    script, one, two = tmp_path / "draw.py", tmp_path / "one", tmp_path / "two"
    script.write_text(textwrap.dedent(SCRIPT).format(batch=BATCH, count=count))
    runpy.run_path(str(script))["draw"](one, 1)
    command = [sys.executable, str(script), str(two)]

    run = subprocess.Popen(command, start_new_session=True)
    while not list((two / "records").glob("*.json")) and run.poll() is None:
        time.sleep(0.002)
    os.killpg(run.pid, signal.SIGKILL)
    assert run.wait() == -signal.SIGKILL
    assert not (two / "annotations.json").exists()
    done = whole_batches(two)
    assert 0 < len(done) < count // BATCH
    before = {name: (two / "records" / name).stat().st_mtime_ns for name in done}

    subprocess.run(command, check=True)
    assert {name: (two / "records" / name).stat().st_mtime_ns for name in done} == before, "not drawn again"
    assert tree(two) == tree(one)
    assert len(whole_batches(two)) == count // BATCH


def test_what_was_broken_off_within_a_batch_is_drawn_again(
    tmp_path: Path, drawn: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_dataset(plan(), 4, tmp_path / "whole", raw=True)
    broken = tmp_path / "broken"
    write = cv2.imencode

    def failing(suffix: str, pixels: Any, options: Any) -> Any:
        if drawn[-1] == 3:
            raise OSError("no space left on device")
        return write(suffix, pixels, options)

    drawn.clear()
    with monkeypatch.context() as patched:
        patched.setattr("parcelray.datasets.synth.dataset.cv2.imencode", failing)
        with pytest.raises(OSError, match="no space left"):
            draw_dataset(plan(), 4, broken, raw=True)
    assert whole_batches(broken) == ["000000.json"]
    (broken / "images" / "000003.jpg").write_bytes(b"half of a pict")
    (broken / "records" / "000001.part").write_text('[{"index"')

    drawn.clear()
    told: list[int] = []
    draw_dataset(plan(), 4, broken, raw=True, report=told.append)
    assert drawn == [2, 3]
    assert told == [2, 4]
    assert tree(broken) == tree(tmp_path / "whole")


def test_more_scans_keep_the_first_ones(tmp_path: Path, drawn: list[int]) -> None:
    draw_dataset(plan(), 4, tmp_path / "grown")
    first = tree(tmp_path / "grown")
    drawn.clear()
    draw_dataset(plan(), 6, tmp_path / "grown")
    assert drawn == [4, 5]
    grown = tree(tmp_path / "grown")
    assert {name: grown[name] for name in first if name != "annotations.json"} == {
        name: content for name, content in first.items() if name != "annotations.json"
    }
    draw_dataset(plan(), 6, tmp_path / "at once")
    assert grown == tree(tmp_path / "at once")


def test_a_count_that_ends_within_a_batch_can_grow_and_shrink(tmp_path: Path, drawn: list[int]) -> None:
    draw_dataset(plan(), 3, tmp_path)
    assert [image["index"] for image in documents(tmp_path)["images"]] == [0, 1, 2]
    three = (tmp_path / "annotations.json").read_bytes()
    draw_dataset(plan(), 5, tmp_path)
    assert [image["index"] for image in documents(tmp_path)["images"]] == [0, 1, 2, 3, 4]
    drawn.clear()
    draw_dataset(plan(), 3, tmp_path)
    assert drawn == []
    assert (tmp_path / "annotations.json").read_bytes() == three


def test_records_say_what_makes_the_scan_again(tmp_path: Path, library: Library) -> None:
    draw_dataset(plan(views=2, contraband=1.0), 2, tmp_path)
    images = documents(tmp_path)["images"]
    assert [image["file_name"] for image in images] == [
        "000000_view0.jpg", "000000_view1.jpg", "000001_view0.jpg", "000001_view1.jpg"
    ]  # fmt: skip
    assert [image["view"] for image in images] == [0, 1, 0, 1]
    assert images[0]["group"] == images[1]["group"] != images[2]["group"] == images[3]["group"]
    assert images[0]["parcels"] == images[1]["parcels"]
    assert {"truth", "packed", "container"} == set(images[0]["parcels"][0])
    assert images[0]["reserved"] is False
    again = Draughtsman(plan(views=2, contraband=1.0)).draw(images[3]["index"]).views[images[3]["view"]]
    encoded = cv2.imencode(".jpg", again.pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, again.quality])[1]
    assert (tmp_path / "images" / images[3]["file_name"]).read_bytes() == encoded.tobytes()
    assert images[3]["mm_per_pixel"] == pytest.approx(again.pitch, abs=1e-4)


def test_labels_and_pictures_fit_together(tmp_path: Path) -> None:
    data = read_coco(draw_dataset(plan(contraband=1.0), 4, tmp_path))
    assert len(data.items) >= 2
    for image in data.images:
        picture = labelled_picture(tmp_path / "images", image.file_name)
        assert picture.shape == (image.height, image.width, 3)
        for item in data.items_of[image.id]:
            assert 0 <= item.box[0] < item.box[2] <= image.width
            assert 0 <= item.box[1] < item.box[3] <= image.height


def test_raw_pairs_are_the_counts_and_can_be_shown(tmp_path: Path) -> None:
    draw_dataset(plan(), 2, tmp_path, raw=True)
    scan = Draughtsman(plan()).draw(1)
    halves = [read(tmp_path / "raw" / f"000001_{half}.png") for half in ("high", "low")]
    assert all(half.dtype == np.uint16 for half in halves)
    assert np.array_equal(np.stack(halves), scan.views[0].counts)
    shown = labelled_picture(tmp_path / "raw", "000001_high.png")
    assert shown.shape == (80, 96, 3)
    assert shown.min() < 200 < shown.max()


DIFFERENT: dict[str, tuple[dict[str, Any], str, str]] = {
    "seed": ({"seed": 2}, "seed = 2", "seed = 1"),
    "size": ({"size": (80, 96)}, r"size = \[80, 96\]", r"size = \[96, 80\]"),
    "scanners": ({"scanners": ("six-b",)}, r"scanners = \['six-b'\]", r"scanners = \['six-a'\]"),
    "split": ({"split": "reserved"}, "split = reserved", "split = open"),
    "share": ({"contraband": 0.5}, "contraband = 0.5", "contraband = 0.7"),
}


@pytest.mark.parametrize(("changes", "wanted", "found"), DIFFERENT.values(), ids=DIFFERENT)
def test_another_plan_is_refused(
    tmp_path: Path, drawn: list[int], changes: dict[str, Any], wanted: str, found: str
) -> None:
    draw_dataset(plan(), 1, tmp_path)
    before = tree(tmp_path)
    drawn.clear()
    with pytest.raises(DatasetError, match=f"expected scans drawn with {wanted} .*got scans drawn with {found}"):
        draw_dataset(plan(**changes), 1, tmp_path)
    assert drawn == []
    assert tree(tmp_path) == before


def test_raw_pairs_cannot_be_added_afterwards(tmp_path: Path) -> None:
    draw_dataset(plan(), 1, tmp_path)
    with pytest.raises(DatasetError, match=r"raw = True .*got scans drawn with raw = False"):
        draw_dataset(plan(), 1, tmp_path, raw=True)


def test_a_profile_or_mesh_that_was_edited_is_another_plan(tmp_path: Path, make_file: Callable[[str], Path]) -> None:
    profile = make_file("hub.toml")
    draw_dataset(plan(scanners=(str(profile),)), 1, tmp_path / "out")
    draw_dataset(plan(scanners=(str(profile),)), 1, tmp_path / "out")
    profile.write_text(profile.read_text().replace("jpeg_quality = ", "jpeg_quality = 1 # "))
    with pytest.raises(DatasetError, match=r"hub\.toml"):
        draw_dataset(plan(scanners=(str(profile),)), 1, tmp_path / "out")


@pytest.fixture
def make_file(tmp_path: Path) -> Callable[[str], Path]:
    """A copy of a shipped profile under another name."""
    from parcelray.datasets.synth.scanner.profile import PROFILES

    def make(name: str) -> Path:
        file = tmp_path / name
        file.write_text((PROFILES / "six-a.toml").read_text())
        return file

    return make
