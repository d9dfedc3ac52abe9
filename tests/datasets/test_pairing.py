from __future__ import annotations

from pathlib import Path

import pytest

from parcelray.datasets.imaging.pairing import ViewFiles, find_view_files
from parcelray.models.errors import BadInputError


def touch(folder: Path, *names: str) -> list[Path]:
    files = [folder / name for name in names]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"")
    return files


def test_folders_are_searched_and_halves_joined(tmp_path: Path) -> None:
    touch(tmp_path, "b.jpg", "a_high.tif", "a_low.png", "deep/c.PNG", "notes.txt", ".hidden.png", "high_street.png")
    assert find_view_files([tmp_path]) == [
        ViewFiles("a", high=tmp_path / "a_high.tif", low=tmp_path / "a_low.png"),
        ViewFiles("b.jpg", image=tmp_path / "b.jpg"),
        ViewFiles("c.PNG", image=tmp_path / "deep/c.PNG"),
        ViewFiles("high_street.png", image=tmp_path / "high_street.png"),
    ]


def test_named_files_are_taken_once_and_whatever_their_suffix(tmp_path: Path) -> None:
    scan, odd = touch(tmp_path, "scan.png", "scan.raw")
    assert [files.image for files in find_view_files([odd, scan, tmp_path])] == [scan, odd]


def test_halves_of_different_folders_are_not_joined(tmp_path: Path) -> None:
    touch(tmp_path, "one/a_high.png", "two/a_low.png")
    with pytest.raises(BadInputError, match=r"a_low\.\* beside it"):
        find_view_files([tmp_path])


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["a_high.png"], r"a_high\.png: expected a_low\.\* beside it, the other half of the pair, got no such file"),
        (["a_low.png", "a.png"], r"a_low\.png: expected a_high\.\* beside it"),
        (["a_high.png", "a_high.tif", "a_low.png"], r"expected one _high image, got a second one beside a_high\.png"),
        (["notes.txt"], "got a folder without any"),
    ],
)
def test_what_makes_no_views_is_refused(tmp_path: Path, names: list[str], message: str) -> None:
    touch(tmp_path, *names)
    with pytest.raises(BadInputError, match=message):
        find_view_files([tmp_path])


def test_a_path_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="expected a file or a folder, got nothing at that place"):
        find_view_files([tmp_path / "gone"])


@pytest.mark.parametrize("name", ["_high.png", "_low.png", "_HIGH.TIF"])
def test_a_name_that_is_only_a_mark_is_a_single_image(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    (files,) = find_view_files([tmp_path])
    assert (files.name, files.image) == (name, tmp_path / name)
