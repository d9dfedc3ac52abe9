"""``parcelray synth insert`` and ``fit``, in this process."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner, Result

from parcelray.datasets.synth.drawing import Draughtsman, Plan
from parcelray.datasets.synth.scanner.profile import load_profile
from parcelray.datasets.synth.shapes.catalogue import all_kinds
from parcelray.datasets.synth.shapes.library import Library, is_reserved
from parcelray.scripts.main import app

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def library() -> Library:
    return Library(all_kinds())


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clean scans of one scanner: a picture, and the raw pair that it was made of."""
    folder = tmp_path_factory.mktemp("clean")
    draughtsman = Draughtsman(Plan(seed=3, scanners=("six-a",), size=(320, 240), contraband=0.0, neighbours=0.0))
    for index in range(2):
        (view,) = draughtsman.draw(index).views
        cv2.imwrite(str(folder / f"picture{index}.png"), view.pixels[..., ::-1])
        cv2.imwrite(str(folder / f"raw{index}_high.png"), view.counts[0])
        cv2.imwrite(str(folder / f"raw{index}_low.png"), view.counts[1])
    return folder


@pytest.fixture
def run(library: Library, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr("parcelray.datasets.synth.insertions.Library", lambda _kinds: library)
    monkeypatch.setattr("parcelray.datasets.synth.drawing.Library", lambda _kinds: library)
    return lambda *arguments: CliRunner().invoke(app, ["synth", *map(str, arguments)])


def document(out: Path) -> dict[str, Any]:
    return dict(json.loads((out / "annotations.json").read_text()))


def read(path: Path) -> np.ndarray[Any, Any]:
    pixels = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert pixels is not None, path
    return np.asarray(pixels)


def test_inserts_into_pictures_and_pairs_and_says_where(run: Run, clean: Path, tmp_path: Path) -> None:
    done = run("insert", clean, "--leaf", "magazine", "--scanner", "six-a", "--out", tmp_path, "--pitch", "1.2")
    assert done.exit_code == 0, done.output
    assert "4 views with a magazine" in done.stdout
    found = document(tmp_path)
    assert [image["file_name"] for image in found["images"]] == [
        "picture0.png", "picture1.png", "raw0_high.png", "raw1_high.png"
    ]  # fmt: skip
    assert all(image["inserted"] and not image["reserved"] for image in found["images"])
    leaves = {record["id"]: record["name"] for record in found["categories"]}
    for image, record in zip(found["images"], found["annotations"], strict=True):
        assert leaves[record["category_id"]] == "magazine"
        before, after = read(clean / image["file_name"]), read(tmp_path / "images" / image["file_name"])
        changed = (before != after).reshape(*before.shape[:2], -1).any(axis=2)
        x, y, width, height = record["bbox"]
        assert changed[y : y + height, x : x + width].mean() > 0.2
        changed[max(0, y - 12) : y + height + 12, max(0, x - 12) : x + width + 12] = False
        assert not changed.any(), "beyond the item nothing changes"


def test_the_same_seed_inserts_the_same(run: Run, clean: Path, tmp_path: Path) -> None:
    options = ("--leaf", "slide", "--scanner", "six-a", "--seed", "5", "--reserved")
    for name in ("first", "second"):
        assert run("insert", clean / "picture0.png", *options, "--out", tmp_path / name).exit_code == 0
    first, second = ((tmp_path / name / "images" / "picture0.png").read_bytes() for name in ("first", "second"))
    assert first == second
    (record,) = document(tmp_path / "first")["annotations"]
    assert is_reserved(record["shape"])
    assert document(tmp_path / "first")["images"][0]["reserved"]


def test_a_scan_of_air_is_left_out_and_named(run: Run, clean: Path, tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "air.png"), np.full((200, 200, 3), 255, np.uint8))
    done = run(
        "insert", tmp_path / "air.png", clean / "picture0.png",
        "--leaf", "magazine", "--scanner", "six-a", "--out", tmp_path / "out",
    )  # fmt: skip
    assert done.exit_code == 2
    assert "left out: air.png: view: expected a scan with a parcel in it, got one that shows air alone" in done.stderr
    assert len(document(tmp_path / "out")["images"]) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("insert", "x.png", "--leaf", "gun", "--scanner", "six-a", "--out", "o"), "expected a leaf among pistol"),
        (("fit", "--out", "o"), "expected either --images or --raw"),
    ],
)
def test_wrong_options_are_told(run: Run, arguments: tuple[str, ...], message: str, tmp_path: Path) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert message in done.stderr


def test_fits_a_profile_that_draws(run: Run, clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parcelray.scripts.synth._FIT_SCANS", 2)
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for picture in clean.glob("picture*.png"):
        (pictures / picture.name).write_bytes(picture.read_bytes())
    for source, folder in (("--images", pictures), ("--raw", clean)):
        out = tmp_path / source
        done = run("fit", source, folder, "--out", out, "--name", "own")
        assert done.exit_code == 0, done.output
        (file,) = out.glob("*.toml")
        profile = load_profile(file)
        assert not profile.reserved
        scan = Draughtsman(Plan(seed=1, scanners=(str(file),), size=(160, 120))).draw(0)
        assert scan.views[0].pixels.std() > 0
