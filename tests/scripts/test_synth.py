"""``parcelray synth``, in this process: what it writes, and how it says what is wrong."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import cv2
import pytest
import trimesh
from numpy.typing import NDArray
from typer.testing import CliRunner, Result

from parcelray.datasets.synth.scanner.profile import profile_names
from parcelray.datasets.synth.shapes.catalogue import all_kinds
from parcelray.datasets.synth.shapes.library import Library, is_reserved
from parcelray.scripts.main import app

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def library() -> Library:
    return Library(all_kinds())


@pytest.fixture
def run(library: Library, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Calls the command, with shapes that were drawn for an earlier call."""
    monkeypatch.setattr("parcelray.datasets.synth.drawing.Library", lambda _kinds: library)
    return lambda *arguments: CliRunner().invoke(app, ["synth", *map(str, arguments)])


def small(out: Path, *more: str) -> list[str]:
    return ["--count", "3", "--seed", "1", "--size", "160x120", "--workers", "1", "--out", str(out), *more]


def document(out: Path) -> dict[str, Any]:
    return dict(json.loads((out / "annotations.json").read_text()))


def read(picture: Path) -> NDArray[Any]:
    pixels = cv2.imread(str(picture))
    assert pixels is not None, picture
    return cast("NDArray[Any]", pixels)


def test_help_names_the_options_and_commands(run: Run) -> None:
    done = run("--help")
    assert done.exit_code == 0
    for word in ("--count", "--scanner", "--reserved", "--sheet", "--raw", "--mesh", "scanners"):
        assert word in done.stdout


def test_draws_scans_and_says_how_many(run: Run, tmp_path: Path) -> None:
    done = run(*small(tmp_path, "--scanner", "six-a", "--raw", "--contraband", "1"))
    assert done.exit_code == 0, done.output
    written = document(tmp_path)
    assert done.stdout.strip() == (f"{tmp_path / 'annotations.json'}: 3 views, {len(written['annotations'])} items")
    assert [image["file_name"] for image in written["images"]] == ["000000.jpg", "000001.jpg", "000002.jpg"]
    assert sorted(file.name for file in (tmp_path / "images").iterdir()) == ["000000.jpg", "000001.jpg", "000002.jpg"]
    assert len(list((tmp_path / "raw").iterdir())) == 6
    assert read(tmp_path / "images" / "000000.jpg").shape == (120, 160, 3)
    again = run(*small(tmp_path, "--scanner", "six-a", "--raw", "--contraband", "1"))
    assert again.stdout == done.stdout


def test_a_sheet_shows_the_scans(run: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.png"
    done = run(*small(tmp_path / "out", "--scanner", "six-a", "--sheet", str(sheet)))
    assert done.exit_code == 0, done.output
    assert sheet.read_bytes().startswith(b"\x89PNG")
    picture = read(sheet)
    # Three scans and an empty place in a row.
    assert picture.shape == (366, 4 * 486, 3)
    assert picture[:360, : 3 * 486].std() > 10
    assert picture[:, 3 * 486 :].std() == 0


def test_a_sheet_into_no_folder_is_refused_before_anything_is_drawn(run: Run, tmp_path: Path) -> None:
    done = run(*small(tmp_path / "out", "--sheet", str(tmp_path / "no" / "sheet.png")))
    assert done.exit_code == 2
    assert "--sheet: expected a file in a folder that exists" in done.stderr
    assert not (tmp_path / "out").exists()


def test_reserved_uses_reserved_shapes_and_scanners_and_says_so(run: Run, tmp_path: Path) -> None:
    done = run(*small(tmp_path, "--reserved", "--contraband", "1"))
    assert done.exit_code == 0, done.output
    written = document(tmp_path)
    assert {image["scanner"] for image in written["images"]} <= set(profile_names(reserved=True))
    assert {image["reserved"] for image in written["images"]} == {True}
    assert written["annotations"]
    assert all(is_reserved(record["shape"]) for record in written["annotations"])
    assert written["info"]["plan"]["split"] == "reserved"


def test_open_by_default(run: Run, tmp_path: Path) -> None:
    done = run(*small(tmp_path, "--contraband", "1"))
    assert done.exit_code == 0, done.output
    written = document(tmp_path)
    assert {image["scanner"] for image in written["images"]} <= set(profile_names(reserved=False))
    assert {image["reserved"] for image in written["images"]} == {False}
    assert not any(is_reserved(record["shape"]) for record in written["annotations"])


def test_a_reserved_scanner_marks_its_scans(run: Run, tmp_path: Path) -> None:
    done = run(*small(tmp_path, "--scanner", profile_names(reserved=True)[0]))
    assert done.exit_code == 0, done.output
    assert {image["reserved"] for image in document(tmp_path)["images"]} == {True}


def test_scanners_are_listed(run: Run) -> None:
    done = run("scanners")
    assert done.exit_code == 0
    lines = dict(line.split(": ", 1) for line in done.stdout.splitlines())
    assert set(lines) == {*profile_names(reserved=False), *profile_names(reserved=True)}
    reserved = {name for name, line in lines.items() if "reserved for testing" in line}
    assert reserved == set(profile_names(reserved=True))
    assert "dual kvp" in lines["switched"]


@pytest.fixture
def mesh(tmp_path: Path) -> Path:
    file = tmp_path / "Outline.stl"
    trimesh.creation.box((150, 100, 30)).export(file)
    return file


def test_a_mesh_that_is_of_no_leaf_or_is_not_there_is_refused(run: Run, tmp_path: Path, mesh: Path) -> None:
    for value, message in (
        (f"cannon={mesh}", "--mesh: expected a leaf among pistol, revolver, "),
        (str(mesh), f"got {mesh}"),
        ("pistol=", "got pistol="),
        (f"opaque_area={mesh}", "--mesh: expected a leaf among pistol, revolver, "),
        (f"pistol={tmp_path / 'nothing.stl'}", "nothing.stl"),
    ):
        done = run(*small(tmp_path / "out", "--scanner", "six-a", "--mesh", value))
        assert done.exit_code == 2, (value, done.output)
        assert message in done.stderr.replace("\n", "")


WRONG = {
    "size without a cross": (["--size", "640"], "--size: expected WIDTHxHEIGHT in pixels, got 640"),
    "size of words": (["--size", "widexhigh"], "--size: expected WIDTHxHEIGHT in pixels, got widexhigh"),
    "negative size": (["--size", "-640x480"], "--size: expected WIDTHxHEIGHT in pixels, got -640x480"),
    "tiny size": (["--size", "16x480"], "size: expected 64 to 4096 pixels each way, got 16x480"),
    "unknown scanner": (["--scanner", "sixa"], "sixa: expected a file, or one of amber, grey,"),
}


@pytest.mark.parametrize(("more", "message"), WRONG.values(), ids=WRONG)
def test_wrong_options_exit_with_two_and_write_nothing(run: Run, tmp_path: Path, more: list[str], message: str) -> None:
    done = run(*small(tmp_path / "out"), *more)
    assert done.exit_code == 2
    assert message in done.stderr
    assert "Traceback" not in done.output
    assert not list(tmp_path.rglob("*.jpg"))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "missing"), [(["--out", "x"], "--count"), (["--count", "3"], "--out"), ([], "--count")]
)
def test_count_and_folder_are_asked_for(run: Run, arguments: list[str], missing: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert f"parcelray synth: expected {missing}" in done.stderr


def test_a_folder_of_another_plan_is_refused(run: Run, tmp_path: Path) -> None:
    assert run(*small(tmp_path, "--scanner", "six-a")).exit_code == 0
    done = run(*small(tmp_path, "--scanner", "six-a", "--seed", "2"))
    assert done.exit_code == 2
    assert "expected scans drawn with seed = 2 or an empty folder, got scans drawn with seed = 1" in done.stderr
