"""The short form of scripts/prove/realism.py: a dozen drawn scans beside others made from them."""

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from parcelray.datasets.synth.dataset import draw_dataset
from parcelray.datasets.synth.drawing import Plan

SCRIPTS = Path(__file__).parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))
realism = import_module("prove.realism")
measures = import_module("prove.realism_measures")
classifier = import_module("prove.realism_classifier")

COUNT = 12


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dozen clean scans."""
    folder = tmp_path_factory.mktemp("drawn")
    plan = Plan(3, ("six-a",), size=(320, 240), contraband=0.0, neighbours=0.0)
    draw_dataset(plan, COUNT, folder)
    return folder


@pytest.fixture(scope="module")
def pictures(drawn: Path) -> list[NDArray[np.uint8]]:
    read = [cv2.imread(str(path)) for path in sorted((drawn / "images").iterdir())]
    return [np.ascontiguousarray(picture[..., ::-1]) for picture in read if picture is not None]


def measured(pictures: list[NDArray[np.uint8]], *, crops: bool = False) -> list[Any]:
    scans = [measures.measure(f"{i}.jpg", f"g{i}", picture, i, crops=crops) for i, picture in enumerate(pictures)]
    return [scan for scan in scans if scan is not None]


def tinted(picture: NDArray[np.uint8], strength: float) -> NDArray[np.uint8]:
    """Objects with less red, air left alone."""
    darkness = 1.0 - picture.min(2, keepdims=True) / 255.0
    return np.clip(picture - strength * darkness * (200, 0, 0), 0, 255).astype(np.uint8)


def test_equal_sets_are_not_apart(pictures: list[NDArray[np.uint8]]) -> None:
    scans = measured(pictures)
    assert len(scans) >= COUNT - 2
    found = measures.figures(scans, measured(pictures))
    assert found.distance == 0.0
    assert found.gradient > 0.0
    assert found.grain > 0.0
    assert sum(found.shares.values()) == pytest.approx(1.0)
    assert all(0.0 <= share <= 1.0 for share in found.shares.values())


def test_the_farther_a_set_is_distorted_the_farther_it_is_apart(pictures: list[NDArray[np.uint8]]) -> None:
    judge = measured(pictures)
    distances = [
        measures.figures(measured([tinted(picture, strength) for picture in pictures]), judge).distance
        for strength in (0.1, 0.3, 0.9)
    ]
    assert 0.0 < distances[0] < distances[1] < distances[2] < 255.0


def test_blur_lowers_gradient_and_grain(pictures: list[NDArray[np.uint8]]) -> None:
    sharp = measures.figures(measured(pictures), measured(pictures))
    blurred = measured([np.asarray(cv2.GaussianBlur(picture, (0, 0), 2.0), np.uint8) for picture in pictures])
    soft = measures.figures(blurred, blurred)
    assert soft.gradient < sharp.gradient
    assert soft.grain < sharp.grain


def test_scans_are_brought_to_equal_resolution() -> None:
    picture = np.full((300, 700, 3), 255, np.uint8)
    picture[100:200, 50:250] = (230, 150, 60)
    # A speck on the belt is no part of the parcel.
    picture[280, 690] = 0
    scaled = measures.at_equal_resolution(picture, np.array([255, 255, 255]))
    assert scaled is not None
    assert scaled.shape == (measures.LONG_SIDE // 2, measures.LONG_SIDE, 3)
    assert measures.at_equal_resolution(np.full((50, 50, 3), 255, np.uint8), np.array([255, 255, 255])) is None


def test_network_tells_what_differs_and_nothing_else() -> None:
    torch.set_num_threads(1)
    assert 40_000 < sum(values.numel() for values in classifier.network().parameters()) < 60_000
    rng = np.random.default_rng(0)

    def scans(count: int, level: int) -> list[NDArray[np.uint8]]:
        return [rng.integers(0, level, (2, 24, 24, 3), dtype=np.uint8) for _ in range(count)]

    apart = classifier.tell_apart((scans(32, 128), scans(32, 255)), (scans(20, 128), scans(30, 255)), epochs=40)
    assert apart.scans.value > 0.9
    assert apart.scans.low < apart.scans.value <= apart.scans.high
    assert (apart.trained_on, apart.tested_on) == (32, 20)
    alike = classifier.tell_apart((scans(8, 255), scans(8, 255)), (scans(40, 255), scans(40, 255)), epochs=2)
    assert alike.scans.low < 0.6


def test_command_prints_a_row_for_each_set(
    drawn: Path,
    pictures: list[NDArray[np.uint8]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    labels = json.loads((drawn / "annotations.json").read_text())
    (tmp_path / "images").mkdir()
    for image, picture in zip(labels["images"], pictures, strict=True):
        cv2.imwrite(str(tmp_path / "images" / image["file_name"]), tinted(picture, 0.9)[..., ::-1])
        image["palette"] = "six" if image["id"] % 2 else "other"
    (tmp_path / "annotations.json").write_text(json.dumps(labels))
    command = ["realism.py", "--real", drawn, "--synthetic", drawn / "images", "--prototype", tmp_path / "images"]
    monkeypatch.setattr(sys, "argv", [str(word) for word in [*command, "--out", tmp_path / "out", "--epochs", "1"]])
    realism.main()
    printed = capsys.readouterr().out
    rows = [line.split(" | ") for line in printed.splitlines() if line.startswith("|")]
    first = [row[0].removeprefix("| ") for row in rows]
    names = ["real, judging half", "real, fitting half", "prototype", 'prototype, palette "six"', "new"]
    assert first[:7] == ["set", "---", *names]
    apart = dict(zip(names, (float(row[2]) for row in rows[2:7]), strict=True))
    assert apart["real, judging half"] == 0.0
    assert apart["new"] < apart["prototype"]
    assert (tmp_path / "out" / "real_left_new_right.png").stat().st_size > 10_000


def test_halves_are_by_group() -> None:
    assert {realism.half_of(f"P{number:05d}") for number in range(50)} == {0, 1}
    assert realism.half_of("P00240") == realism.half_of("P00240")
