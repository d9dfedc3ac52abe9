import json
import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """Two scans with a dark item each, one of them a raw pair, and one scan of air."""
    folder = tmp_path / "scans"
    folder.mkdir()
    item = np.full((64, 64, 3), 255, np.uint8)
    item[16:24, 32:40] = 0
    cv2.imwrite(str(folder / "a.png"), item)
    cv2.imwrite(str(folder / "air.png"), np.full((64, 64, 3), 255, np.uint8))
    counts = np.full((64, 64), 50_000, np.uint16)
    counts[16:24, 32:40] = 300
    for half in ("high", "low"):
        cv2.imwrite(str(folder / f"b_{half}.png"), counts)
    return folder


def run(parcelray: list[str], *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*parcelray, "detect", *map(str, arguments)], capture_output=True, text=True, check=False)


def test_json_names_label_group_score_and_box(parcelray: list[str], scans: Path, tiny_package: Path) -> None:
    done = run(parcelray, scans, "--json", "-", "--model", tiny_package)
    assert done.returncode == 0, done.stderr
    records = {record["file_name"]: record["detections"] for record in json.loads(done.stdout)}
    assert set(records) == {"a.png", "air.png", "b"}
    assert records["air.png"] == []
    (found,) = records["a.png"]
    assert (found["label"], found["group"]) == ("pistol", "firearm")
    assert 0.8 < found["score"] <= 0.9
    np.testing.assert_allclose(found["box"], [32, 16, 40, 24], atol=0.5)
    np.testing.assert_allclose(records["b"][0]["box"], [32, 16, 40, 24], atol=0.5)
    assert "air level" in done.stderr


def test_words_say_nothing_highlighted_and_never_clear(parcelray: list[str], scans: Path, tiny_package: Path) -> None:
    done = run(parcelray, scans / "a.png", scans / "air.png", "--model", tiny_package)
    assert "a.png: pistol 0.90 at [32, 16, 40, 24]" in done.stdout
    assert "air.png: nothing highlighted" in done.stdout
    assert "clear" not in done.stdout.lower()


def test_min_score_shows_more(parcelray: list[str], scans: Path, tiny_package: Path) -> None:
    found = [
        json.loads(run(parcelray, scans / "a.png", "--json", "-", "--model", tiny_package, *more).stdout)
        for more in ([], ["--min-score", "0.05"])
    ]
    assert len(found[1][0]["detections"]) > len(found[0][0]["detections"])


def test_overlays_and_file_are_written(parcelray: list[str], scans: Path, tiny_package: Path, tmp_path: Path) -> None:
    out = tmp_path / "boxes.json"
    done = run(parcelray, scans, "--json", out, "--overlays", tmp_path / "overlays", "--model", tiny_package)
    assert done.returncode == 0, done.stderr
    assert len(json.loads(out.read_text())) == 3
    pictures = {path.name: cv2.imread(str(path)) for path in (tmp_path / "overlays").iterdir()}
    assert set(pictures) == {"a.png", "air.png", "b.png"}
    coloured = (np.ptp(pictures["a.png"].astype(int), axis=2) > 50).sum()
    assert coloured > 20, "the box is drawn in colour"
    assert (pictures["air.png"] == 255).all()


def test_scans_of_one_name_keep_an_overlay_each(
    parcelray: list[str], scans: Path, tiny_package: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.png").write_bytes((scans / "air.png").read_bytes())
    for _ in range(2):
        run(parcelray, scans / "a.png", other, "--overlays", tmp_path / "overlays", "--model", tiny_package)
    assert {path.name for path in (tmp_path / "overlays").iterdir()} == {"a.png", "a-2.png"}


def test_what_cannot_be_read_is_named_and_the_others_are_looked_at(
    parcelray: list[str], scans: Path, tiny_package: Path
) -> None:
    (scans / "letter.png").write_text("Dear Sir or Madam")
    done = run(parcelray, scans, "--json", "-", "--model", tiny_package)
    assert done.returncode == 2
    assert "not screened" in done.stderr
    assert "letter.png: expected" in done.stderr
    assert len(json.loads(done.stdout)) == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["{scans}/gone.png"], "expected a file or a folder"),
        (["{scans}/b_high.png"], "b_low.* beside it"),
        (["{scans}", "--model", "{scans}"], "expected a folder with manifest.json"),
        (["{scans}", "--min-score", "2"], "equal to 1"),
        (["{scans}", "--json", "{scans}/no/such/folder.json"], "expected a place that can be written"),
        (["{scans}", "--overlays", "{scans}/a.png"], "expected a place that can be written"),
    ],
)
def test_refusals_say_why_and_exit_with_two(
    parcelray: list[str], scans: Path, tiny_package: Path, arguments: list[str], message: str
) -> None:
    given = [argument.format(scans=scans) for argument in arguments]
    if "--model" not in given:
        given += ["--model", str(tiny_package)]
    done = run(parcelray, *given)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
