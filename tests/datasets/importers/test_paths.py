from pathlib import Path

import pytest

from parcelray.datasets.importers.paths import contained, existing, numbers, read_lines, split_of
from parcelray.datasets.importers.records import ImportedScan
from parcelray.models.errors import DatasetError


@pytest.mark.parametrize("relative", ["a.png", "./a.png", "train/a b.png", "..a/b..png"])
def test_paths_below_the_folder_are_taken(relative: str) -> None:
    assert contained(Path("/data"), relative, "here") == Path("/data") / relative


@pytest.mark.parametrize(
    "relative", ["../a.png", "a/../../b.png", "a/..", "/etc/passwd", "", ".", "..\\a.png", "C:/a.png", "a\0.png"]
)
def test_paths_that_could_lead_elsewhere_are_refused(relative: str) -> None:
    with pytest.raises(DatasetError, match="here: expected a path within the folder that is imported, got"):
        contained(Path("/data"), relative, "here")


@pytest.mark.parametrize("name", ["", "/a.png", "../a.png", "a/../../b.png"])
def test_no_scan_has_such_a_name(name: str) -> None:
    with pytest.raises(ValueError, match="a relative path"):
        ImportedScan(name=name, picture=Path("a.png"), labels=Path("a.txt"), boxes=(), group="a")


def test_the_first_picture_that_exists_is_taken(tmp_path: Path) -> None:
    (tmp_path / "b.png").touch()
    assert existing([tmp_path / "a.png", tmp_path / "b.png"], "here") == tmp_path / "b.png"
    with pytest.raises(DatasetError, match=r"here: expected the picture .*a\.png, got no such file"):
        existing([tmp_path / "a.png"], "here")


@pytest.mark.parametrize(
    ("word", "split"),
    [("train", "train"), ("Train2017", "train"), ("valid", "val"), ("Testing", "test"), ("easy", None), ("", None)],
)
def test_splits_by_their_words(word: str, split: str | None) -> None:
    assert split_of(word) == split


def test_lines_and_numbers(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes(b"\xef\xbb\xbf 1 \r\n\r\n2\n")
    assert read_lines(path) == ["1", "", "2"]
    path.write_bytes(b"\xff\xfe\xfd")
    with pytest.raises(DatasetError, match="text in UTF-8"):
        read_lines(path)
    with pytest.raises(DatasetError, match="a text file, got no such file"):
        read_lines(tmp_path / "gone.txt")
    assert numbers(["1", "2.5e1"], 2, "here", "two numbers") == [1.0, 25.0]
    for words in (["1"], ["1", "2", "3"], ["1", "x"]):
        with pytest.raises(DatasetError, match="here: expected two numbers, got"):
            numbers(words, 2, "here", "two numbers")
