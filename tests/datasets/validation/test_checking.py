from pathlib import Path

import numpy as np
import pytest

from parcelray.datasets.validation.checking import check
from parcelray.datasets.validation.findings import Finding
from parcelray.models.errors import DatasetError
from support.labelled_folders import HEIGHT, WIDTH, LabelledFolder, encoded, packed

PISTOL = ("pistol", 10, 10, 20, 20)


def kinds(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return sorted((finding.kind.value, finding.severity.value) for finding in findings)


@pytest.fixture
def made(tmp_path: Path) -> LabelledFolder:
    """Three scans with which nothing is wrong."""
    folder = LabelledFolder(tmp_path / "scans")
    return folder.add("a.png", 1, PISTOL, split="train").add("b.jpg", 2, split="test").add("deep/c.png", 3, PISTOL)


def test_nothing_is_found_where_nothing_is_wrong(made: LabelledFolder) -> None:
    assert check(made.folder) == ()


def test_labels_files_and_doubles_are_looked_at_to_the_end(made: LabelledFolder) -> None:
    made.add("d.png", 1, split="test")
    made.add("e.png", encoded(np.ascontiguousarray(packed(2)[::-1])), split="train")
    made.add("f.png", encoded(np.ascontiguousarray(packed(3)[:, ::-1]), ".jpg", 60))
    made.add("g.png", b"no picture").add("h.png", 8, width=HEIGHT, height=WIDTH).add("i.png", 9, ("pipe", 90, 0, 9, 9))
    (made.folder / "images" / "deep" / "c.png").rename(made.folder / "images" / "gone.png")
    assert kinds(check(made.folder)) == [
        ("alike", "error"),
        ("box-outside", "error"),
        ("missing-file", "error"),
        ("other-labels", "error"),
        ("other-size", "error"),
        ("same-picture", "error"),
        ("unreadable-file", "error"),
    ]


def test_two_folders_must_have_nothing_in_common(made: LabelledFolder, tmp_path: Path) -> None:
    other = LabelledFolder(tmp_path / "other").add("x.png", 7, group="g").add("y.png", 1, PISTOL).add("z.png", 8)
    made.add("g.png", 4, group="g").add("h.png", encoded(np.ascontiguousarray(packed(8)[::-1])))
    assert check(made.folder) == check(other.folder) == ()
    findings = check(made.folder, against=other.folder)
    assert kinds(findings) == [("alike", "error"), ("group-across-splits", "error"), ("same-picture", "error")]
    for finding in findings:
        assert finding.where.startswith(str(made.folder))
        assert str(other.folder) in finding.got


def test_the_other_folder_is_checked_too(made: LabelledFolder, tmp_path: Path) -> None:
    other = LabelledFolder(tmp_path / "other").add("x.png", b"")
    assert kinds(check(made.folder, against=other.folder)) == [("unreadable-file", "error")]


def test_reserved_scans_are_on_the_side_of_testing(tmp_path: Path) -> None:
    made = LabelledFolder(tmp_path).add("a.png", 1, group="g", reserved=True).add("b.png", 2, group="g", split="test")
    assert check(made.folder) == ()
    made.add("c.png", 3, group="g", split="val")
    assert kinds(check(made.folder)) == [("group-across-splits", "error")]


@pytest.mark.parametrize(
    ("lost", "message"),
    [
        ("images", "expected a folder with images/ and annotations.json, got no images/"),
        ("annotations.json", "expected a COCO file, got No such file or directory"),
    ],
)
def test_a_folder_that_is_none_cannot_be_checked(made: LabelledFolder, lost: str, message: str) -> None:
    (made.folder / lost).rename(made.folder / "elsewhere")
    with pytest.raises(DatasetError, match=message):
        check(made.folder)


def test_a_leaf_is_not_foreign(made: LabelledFolder) -> None:
    with pytest.raises(DatasetError, match="foreign classes: expected classes that are no leaves, got pipe, pistol"):
        check(made.folder, foreign=("pistol", "knife", "pipe"))
