import hashlib
import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """Ten scans with a dark gun, thirty of air, two with a wrench alone."""
    (tmp_path / "images").mkdir()
    generator = np.random.default_rng(0)
    images, annotations = [], []
    for index in range(42):
        pixels = np.full((64, 64, 3), 255, np.uint8)
        images.append({"id": index, "file_name": f"{index}.png", "width": 64, "height": 64, "group": f"g{index // 2}"})
        if index < 10 or index >= 40:
            column, row = (int(value) for value in generator.integers(0, 8, 2))
            pixels[8 * row : 8 * row + 8, 8 * column : 8 * column + 8] = 15 * min(index, 9)
            category = 1 if index < 10 else 2
            annotations.append(
                {"id": index, "image_id": index, "category_id": category, "bbox": [8 * column, 8 * row, 8, 8]}
            )
        cv2.imwrite(str(tmp_path / "images" / f"{index}.png"), pixels)
    categories = [{"id": 1, "name": "gun"}, {"id": 2, "name": "wrench"}]
    truth = {"images": images, "annotations": annotations, "categories": categories}
    (tmp_path / "truth.json").write_text(json.dumps(truth))
    return tmp_path


def run(parcelray: list[str], labelled: Path, model: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [*parcelray, "evaluate", "--images", str(labelled / "images"), "--truth", str(labelled / "truth.json")]
    return subprocess.run([*command, "--model", str(model), *more], capture_output=True, text=True, check=False)


def test_figures_as_json(parcelray: list[str], labelled: Path, tiny_package: Path) -> None:
    done = run(parcelray, labelled, tiny_package, "--map", "gun=pistol,revolver", "--json", "-")
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["mapping"] == {"gun": ["pistol", "revolver"]}
    assert (figures["scans"], figures["clean_scans"], figures["left_out_scans"]) == (40, 30, 2)
    gun = figures["per_class"]["gun"]
    assert (gun["items"], gun["scans"], gun["groups"]) == (10, 10, 5)
    # The tiny network boxes dark squares to the pixel, and nothing in air.
    assert gun["ap50"]["value"] == gun["ap"]["value"] == figures["ap50"] == 1.0
    assert [rate["false_alarms"] for rate in gun["pd"]] == [0.01, 0.05, 0.10]
    assert all(rate["found"] == rate["scans"] == 10 for rate in gun["pd"])
    shown = figures["operating"]
    assert (shown["false_alarms"]["alarms"], shown["false_alarms"]["scans"]) == (0, 30)
    assert shown["pd"]["gun"]["found"] < 10, "the palest squares lie below the operating threshold"
    assert [(one["kind"], one["name"], one["items"], one["found"]) for one in figures["slices"] if one["category"]] == [
        ("size", "small", 10, 10)
    ]
    assert figures["free_response"]["merit"]["value"] == 1.0
    assert figures["errors"]["right"] == 10
    assert all(kind == {"count": 0, "cost": 0.0} for kind in figures["errors"]["kinds"].values())
    assert figures["errors_shown"]["kinds"]["miss"]["count"] == 10 - shown["pd"]["gun"]["found"]
    # Wilson, 10 of 10.
    assert all(rate["low"] == pytest.approx(0.7225, abs=1e-4) and rate["high"] == 1.0 for rate in gun["pd"])


def test_a_table_for_people(parcelray: list[str], labelled: Path, tiny_package: Path) -> None:
    done = run(parcelray, labelled, tiny_package, "--map", "gun=pistol")
    assert done.returncode == 0, done.stderr
    assert "40 scans, 30 of them without labels (2 left out)" in " ".join(done.stdout.split())
    assert "10 of 10" in done.stdout
    assert "0 of 30 scans without labels raise a false alarm" in " ".join(done.stdout.split())


def test_a_page_for_people(parcelray: list[str], labelled: Path, tiny_package: Path) -> None:
    report = labelled / "report.html"
    done = run(parcelray, labelled, tiny_package, "--map", "gun=pistol", "--report", str(report))
    assert done.returncode == 0, done.stderr
    page = report.read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert page.endswith("</html>")
    assert "What tiny 0000 finds" in page
    assert hashlib.sha256((labelled / "truth.json").read_bytes()).hexdigest() in page
    # The palest squares lie below the operating threshold, so there are misses to show.
    assert "data:image/png;base64," in page
    assert [path.name for path in labelled.iterdir() if path.name.startswith(".")] == []


def test_a_report_that_cannot_be_written_is_named(parcelray: list[str], labelled: Path, tiny_package: Path) -> None:
    nowhere = labelled / "nowhere" / "report.html"
    done = run(parcelray, labelled, tiny_package, "--map", "gun=pistol", "--report", str(nowhere))
    assert done.returncode == 2
    assert "report.html: expected a place that can be written" in done.stderr


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ([], "a category that the model knows"),
        (["--map", "gun"], "expected CATEGORY=LABEL"),
        (["--map", "cannon=pistol"], "a category among gun, wrench, got cannon"),
        (["--map", "gun=knife"], "labels among pistol, revolver, banknote_bundle, got knife"),
    ],
)
def test_wrong_mappings_exit_with_two(
    parcelray: list[str], labelled: Path, tiny_package: Path, more: list[str], message: str
) -> None:
    done = run(parcelray, labelled, tiny_package, *more)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_scan_is_named(parcelray: list[str], labelled: Path, tiny_package: Path) -> None:
    (labelled / "images" / "3.png").unlink()
    done = run(parcelray, labelled, tiny_package, "--map", "gun=pistol")
    assert done.returncode == 2
    assert "3.png: expected a scan that the labels name" in done.stderr


def test_runs_where_torch_is_not(labelled: Path, tiny_package: Path) -> None:
    without = (
        "import sys; sys.modules.update(torch=None, torchvision=None, albumentations=None);"
        "from parcelray.scripts.main import main; main()"
    )
    done = run([sys.executable, "-c", without], labelled, tiny_package, "--map", "gun=pistol", "--json", "-")
    assert done.returncode == 0, done.stderr
