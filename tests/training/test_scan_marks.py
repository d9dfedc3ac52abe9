"""What a run learns from is noted, with what its starting weights learned from."""

import shutil
from collections.abc import Callable
from pathlib import Path

import cv2
import pytest

from parcelray.datasets.files import sha256_of_file
from parcelray.datasets.validation.likeness import NAME, likeness
from parcelray.models.errors import DatasetError, PackageTamperedError
from parcelray.models.package import MANIFEST, TRAINED_ON, WEIGHTS, ModelPackage, sha256_of, write_manifest
from parcelray.models.trained_on import ScanMark, TrainedOn
from parcelray.training.config import Recipe, read_recipe
from parcelray.training.scan_marks import note_scans, write_trained_on

OLDER = ScanMark(sha256="0" * 64, likeness=None, group="older")


@pytest.fixture
def recipe(write_recipe: Callable[..., Path]) -> Recipe:
    return read_recipe(write_recipe())


def starting_from(recipe: Recipe, weights: Path) -> Recipe:
    return recipe.model_copy(update={"start": recipe.start.model_copy(update={"weights": weights})})


def test_each_scan_by_content_likeness_and_group(recipe: Recipe, tmp_path: Path, scans: dict[str, Path]) -> None:
    noted = note_scans(tmp_path, recipe)
    assert noted.likeness == NAME
    assert len(noted.scans) == 96
    path = scans["train"] / "images" / "4.png"
    seen = likeness(cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB))
    assert seen is not None
    assert noted.scans[4] == ScanMark(sha256=sha256_of_file(path), likeness=seen.hex(), group="g2")
    assert noted.scans[0].likeness is None, "an empty scan is like any other"
    assert (noted.validation, noted.unnamed) == ((), ())


def test_what_is_noted_is_not_looked_at_again(recipe: Recipe, tmp_path: Path) -> None:
    kept = TrainedOn(likeness=NAME, scans=(OLDER,))
    write_trained_on(tmp_path, kept)
    assert note_scans(tmp_path, recipe) == kept


def test_a_missing_scan_is_named(recipe: Recipe, tmp_path: Path, scans: dict[str, Path]) -> None:
    elsewhere = shutil.copytree(scans["train"], tmp_path / "copy")
    (elsewhere / "images" / "7.png").unlink()
    train = recipe.train.model_copy(update={"images": elsewhere / "images"})
    with pytest.raises(DatasetError, match=r"7\.png: expected a scan that the labels name"):
        note_scans(tmp_path, recipe.model_copy(update={"train": train}))
    assert not (tmp_path / TRAINED_ON).exists()


@pytest.mark.parametrize("says", [True, False], ids=["a package that says", "an older package"])
def test_what_the_package_before_learned_from_counts(
    recipe: Recipe, tmp_path: Path, tiny_package: Path, says: bool
) -> None:
    package = ModelPackage.open(shutil.copytree(tiny_package, tmp_path / "package"))
    (package.folder / WEIGHTS).write_bytes(b"weights")
    files = dict(package.manifest.files) | {WEIGHTS: sha256_of(b"weights")}
    if says:
        write_trained_on(package.folder, TrainedOn(likeness=NAME, scans=(OLDER,)))
        files[TRAINED_ON] = sha256_of_file(package.folder / TRAINED_ON)
    write_manifest(package.folder, package.manifest.model_copy(update={"files": files}))
    noted = note_scans(tmp_path, starting_from(recipe, package.folder / WEIGHTS))
    assert noted.scans[1].group == "g0", "its own come first"
    assert (OLDER in noted.scans) == says
    assert noted.unnamed == (() if says else ("tiny 0000",))

    (package.folder / WEIGHTS).write_bytes(b"others")
    (tmp_path / TRAINED_ON).unlink()
    with pytest.raises(PackageTamperedError):
        note_scans(tmp_path, starting_from(recipe, package.folder / WEIGHTS))


def test_what_the_run_before_learned_from_counts(recipe: Recipe, tmp_path: Path) -> None:
    before = tmp_path / "before"
    before.mkdir()
    write_trained_on(before, TrainedOn(likeness=NAME, scans=(OLDER,)))
    assert OLDER in note_scans(tmp_path, starting_from(recipe, before / WEIGHTS)).scans


def test_weights_of_others_bring_none(recipe: Recipe, tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text("of something else")
    assert len(note_scans(tmp_path, starting_from(recipe, tmp_path / "yolox.pth")).scans) == 96
