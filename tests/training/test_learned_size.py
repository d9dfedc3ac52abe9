from pathlib import Path

import pytest

from parcelray.models.errors import PackageError
from parcelray.models.package import InputSpec, Manifest, ModelPackage
from parcelray.training.learned_size import learned_with, lineage_of


@pytest.fixture
def manifest(tiny_package: Path) -> Manifest:
    return ModelPackage.open(tiny_package).manifest


def test_what_a_package_was_said_to_have_learned_with_is_read_again(manifest: Manifest) -> None:
    smaller = InputSpec(width=32, height=64, channel_order="bgr", pad_value=114)
    told = manifest.model_copy(update={"lineage": {**manifest.lineage, **lineage_of(smaller)}})
    read = learned_with(told)
    assert (read.width, read.height) == (32, 64)
    assert read == manifest.input.model_copy(update={"width": 32, "height": 64}), "the rest is the package's"


def test_a_package_that_does_not_say_learned_with_what_it_reads(manifest: Manifest) -> None:
    assert learned_with(manifest) == manifest.input


@pytest.mark.parametrize("told", ["416", "416x0 pixels", "0x416 pixels", "416x416"])
def test_another_word_is_refused(manifest: Manifest, told: str) -> None:
    odd = manifest.model_copy(update={"lineage": {"learned with": told}})
    with pytest.raises(PackageError, match=f"expected WIDTHxHEIGHT pixels, got '{told}'"):
        learned_with(odd)
