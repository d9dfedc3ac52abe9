"""Which scans lie in a folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from parcelray.client.watch.listing import FileState, FoundScan, Lister


def scans_of(folder: Path, *names: str, recursive: bool = False) -> dict[str, FoundScan]:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    listing = Lister(folder, recursive=recursive).look(done=())
    return {str(Path(answer).relative_to(folder)): scan for answer, scan in listing.scans.items()}


@pytest.mark.parametrize(
    ("names", "answers"),
    [
        (["a.png", "b.JPG", "c.jpeg", "d.tif", "e.TIFF"], ["a.png", "b.JPG", "c.jpeg", "d.tif", "e.TIFF"]),
        ([".a.png", "a.png.part", "b.png.tmp", "c.gif", "a.png.json", ".a.png.json.tmp", "png", "x.json"], []),
        (["a.b.png", "with blank.png", "ä.png"], ["a.b.png", "with blank.png", "ä.png"]),
        (["x_high.png", "x_low.png"], ["x_pair"]),
        (["X_HIGH.PNG", "X_Low.tif"], ["X_pair"]),
        (["x_high.png"], ["x_pair"]),
        # What might be thought to share an answer, and does not.
        (["a.png", "a_high.png", "a_pair.png", "a.png_low.tif"], ["a.png", "a_pair", "a_pair.png", "a.png_pair"]),
        (["high.png", "low.png", "_high.png"], ["high.png", "low.png", "_pair"]),
    ],
)  # fmt: skip
def test_what_is_a_scan_and_where_its_answer_lies(tmp_path: Path, names: list[str], answers: list[str]) -> None:
    assert sorted(scans_of(tmp_path, *names)) == sorted(f"{answer}.json" for answer in answers)


@pytest.mark.parametrize(
    ("names", "lacks"),
    [
        (["x_high.png", "x_low.tif"], None),
        (["x_high.png"], "expected x_low.* beside x_high.png, the other half of the pair, got no such file"),
        (["x_low.png"], "expected x_high.* beside x_low.png, the other half of the pair, got no such file"),
        (["x_high.png", "x_high.tif", "x_low.png"], "expected one _high image of this pair, got x_high.png and"),
    ],
)  # fmt: skip
def test_pairs_that_are_not_whole_say_what_they_lack(tmp_path: Path, names: list[str], lacks: str | None) -> None:
    (scan,) = scans_of(tmp_path, *names).values()
    assert lacks == scan.lacks if lacks is None else scan.lacks.startswith(lacks)
    assert scan.name == "x"
    assert [file.band for file in scan.files] == [name.partition("_")[2].partition(".")[0] for name in names]


def test_halves_in_two_folders_are_no_pair(tmp_path: Path) -> None:
    scans = scans_of(tmp_path, "1/x_high.png", "2/x_low.png", recursive=True)
    assert [scan.lacks is None for scan in scans.values()] == [False, False]


def test_folders_below_are_looked_into_when_asked_for(tmp_path: Path) -> None:
    names = ["a.png", "b/c.png", "b/d/e.png", ".hidden/f.png"]
    assert list(scans_of(tmp_path, *names)) == ["a.png.json"]
    (tmp_path / "loop").symlink_to(tmp_path)
    found = scans_of(tmp_path, recursive=True)
    assert {scan.name for scan in found.values()} == {"a.png", "b/c.png", "b/d/e.png"}


def test_what_is_no_file_is_no_scan(tmp_path: Path) -> None:
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "nowhere.png").symlink_to(tmp_path / "gone.png")
    assert scans_of(tmp_path) == {}


def test_the_answer_beside_it_is_seen(tmp_path: Path) -> None:
    scans = scans_of(tmp_path, "a.png", "b.png", "a.png.json")
    status = (tmp_path / "a.png.json").stat()
    assert scans["a.png.json"].answer_state == FileState(status.st_size, status.st_mtime_ns)
    assert scans["b.png.json"].answer_state is None


def test_a_folder_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Lister(tmp_path / "gone", recursive=True).look(done=())


def test_what_has_not_changed_is_the_very_same_object(tmp_path: Path) -> None:
    for name in ("a.png", "b.png", "c.png", "x_high.png", "x_low.png"):
        (tmp_path / name).write_text(name)
    lister = Lister(tmp_path, recursive=False)
    before = lister.look(done=()).scans
    (tmp_path / "a.png").write_text("longer than before")
    (tmp_path / "b.png.json").write_text("answer")
    after = lister.look(done=()).scans
    changed = {Path(key).name for key, scan in after.items() if scan is not before[key]}
    assert changed == {"a.png.json", "b.png.json"}


def test_a_folder_below_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("shut"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    (tmp_path / "shut").mkdir()
    (tmp_path / "a.png").write_text("a")
    monkeypatch.setattr(os, "scandir", refuse)
    listing = Lister(tmp_path, recursive=True).look(done=())
    assert listing.unreadable == {str(tmp_path / "shut"): "Permission denied"}
    assert len(listing.scans) == 1


@pytest.mark.parametrize("folder", [".", "in", "./in", "in/../in/"])
def test_a_scan_goes_by_the_path_of_its_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in" / "b").mkdir(parents=True)
    for name in ("in/a.png", "in/b/c_high.png"):
        (tmp_path / name).write_text(name)
    scans = Lister(Path(folder), recursive=True).look(done=()).scans
    assert len(scans) == 2
    assert [str(scan.answer) for scan in scans.values()] == list(scans)
    assert all(scan.answer.parent.samefile(scan.files[0].path.parent) for scan in scans.values())
