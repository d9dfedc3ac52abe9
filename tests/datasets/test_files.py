"""Views on disk, by the names that labels give them."""

from pathlib import Path

import pytest

from parcelray.datasets.files import files_of


@pytest.mark.parametrize("stem", ["a", "belt [2]", "x[ab]", "what?", "all*"])
def test_the_other_half_of_a_pair_comes_along(tmp_path: Path, stem: str) -> None:
    """Whatever is in the name: signs that a pattern would read otherwise are signs of the name."""
    for name in (f"{stem}_high.png", f"{stem}_low.tif", "xa_low.png", "other_low.png"):
        (tmp_path / name).touch()
    assert [file.name for file in files_of(tmp_path / f"{stem}_high.png")] == [f"{stem}_high.png", f"{stem}_low.tif"]


def test_what_is_no_half_comes_alone(tmp_path: Path) -> None:
    for name in ("b.png", "b_low.png"):
        (tmp_path / name).touch()
    assert [file.name for file in files_of(tmp_path / "b.png")] == ["b.png"]
