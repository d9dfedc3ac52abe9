"""``parcelray data``, in this process: what it says, and how it says what is wrong."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from parcelray.datasets.importers.exporting import EXPORTERS
from parcelray.datasets.importers.registry import IMPORTERS
from parcelray.scripts.main import app

Tree = Callable[[dict[str, Any]], Path]
PUBLISHED = {
    "annotations/xray_train.json": {
        "images": [{"id": number, "file_name": f"{number}.png", "width": 40, "height": 30} for number in range(3)],
        "annotations": [
            {"id": number, "image_id": number % 2, "category_id": number, "bbox": [1, 1, 9, 9]} for number in range(3)
        ],
        "categories": [{"id": 0, "name": "Gun"}, {"id": 1, "name": "Bullet"}, {"id": 2, "name": "Knife"}],
    }
}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["data", *map(str, arguments)])


@pytest.fixture
def pidray(tree: Tree) -> Path:
    labels = {name: json.dumps(document) for name, document in PUBLISHED.items()}
    return tree(labels | {f"train/{number}.png": (40, 30) for number in range(3)})


def test_help_names_every_format() -> None:
    for command, formats in (("import", IMPORTERS), ("export", EXPORTERS)):
        done = run(command, "--help")
        assert done.exit_code == 0
        for name in formats:
            assert name in done.stdout


def test_import_says_what_came_in(pidray: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run("import", "pidray", pidray, "--out", out)
    assert done.exit_code == 0, done.output
    said = " ".join(done.stdout.split())
    assert "3 scans, 1 of them clean (3 train)" in said
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in done.stdout.splitlines() if "│" in line]
    assert rows == [
        ["Bullet", "1", "ammunition"],
        ["Gun", "1", "pistol or revolver or long_gun"],
        ["Knife", "1", "none"],
    ]
    assert "Gun keeps its own name: `parcelray evaluate --map 'Gun=pistol,revolver,long_gun'` judges it." in said
    assert said.endswith(str(out / "annotations.json"))
    assert "importing scans: 3 of 3" in done.stderr


def test_map_decides_and_the_import_goes_out_again(pidray: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run("import", "pidray", pidray, "--out", out, "--map", "Gun=pistol", "--map", "Bullet=", "--link")
    assert done.exit_code == 0, done.output
    assert "keeps its own name" not in done.stdout
    assert (out / "images/train/0.png").samefile(pidray / "train/0.png")
    done = run("export", "yolo", out, "--out", tmp_path / "yolo")
    assert done.exit_code == 0, done.output
    assert done.stdout.strip() == f"{tmp_path / 'yolo'}: 3 scans as yolo"
    done = run("import", "yolo", tmp_path / "yolo", "--out", tmp_path / "back", "--map", "Knife=", "--map", "Bullet=")
    assert done.exit_code == 0, done.output


def test_what_is_left_out_is_told(tree: Tree, tmp_path: Path) -> None:
    source = tree(
        {
            "ImageSet/10/train.csv": "name,Gun\nP00001,1\nN0000001,-1\n",
            "JPEGImage/P00001.jpg": (40, 30),
            "JPEGImage/N0000001.jpg": (40, 30),
        }
    )
    done = run("import", "sixray", source, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert "left out: 1 scans: shows Gun, without a box" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["import", "labelme", "."], "FORMAT: expected one of coco, voc, yolo"),
        (["import", "pidray", "."], "at least one of annotations/xray_train.json"),
        (["import", "pidray", "gone"], "gone: expected the folder of a data set"),
        (["import", "pidray", ".", "--map", "Gun"], "--map: expected CLASS=LEAF, or CLASS=, got Gun"),
        (["import", "pidray", ".", "--map", "Gun=cannon"], "--map Gun: expected a leaf among"),
        (["export", "yolo", "."], "annotations.json: expected a COCO file, got no such file"),
    ],
)
def test_what_is_wrong_is_one_line_and_exit_code_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(*arguments, "--out", tmp_path / "out")
    assert done.exit_code == 2
    (line,) = done.stderr.splitlines()
    assert message in line


def test_a_place_that_cannot_be_written_is_named(pidray: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run("import", "pidray", pidray, "--out", tmp_path / "file" / "out")
    assert done.exit_code == 2
    assert "expected a place that can be written, got Not a directory" in done.stderr
