"""Profiles as files, there and back."""

import tomllib
from pathlib import Path

import pytest

from parcelray.datasets.synth.scanner.profile import PROFILES, DyePalette, load_profile
from parcelray.datasets.synth.scanner.writing import profile_toml, write_profile


@pytest.mark.parametrize("name", sorted(path.stem for path in PROFILES.glob("*.toml")))
def test_a_shipped_profile_reads_back_as_it_was_written(name: str, tmp_path: Path) -> None:
    profile = load_profile(name)
    path = tmp_path / f"{name}.toml"
    path.write_text("replaced", encoding="utf-8")
    write_profile(profile, path)
    assert load_profile(path) == profile


def test_fitted_values_are_written_with_five_digits() -> None:
    profile = load_profile("amber")
    palette = profile.palette
    assert isinstance(palette, DyePalette)
    fitted = palette.model_copy(update={"gamma": 0.123456789, "organic": (1e-7, 12.3456789, 0.0)})
    written = tomllib.loads(profile_toml(profile.model_copy(update={"palette": fitted})))
    assert written["palette"]["gamma"] == 0.12346
    assert written["palette"]["organic"] == [1e-7, 12.346, 0.0]


def test_whole_numbers_and_switches_keep_their_types() -> None:
    written = tomllib.loads(profile_toml(load_profile("amber")))
    assert written["reserved"] is False
    assert type(written["jpeg_quality"]) is int
    assert type(written["beam"]["tubes"][0]["kvp"]) is int
    assert type(written["geometry"]["source_offset"]) is float
