"""Scanner profiles: what is shipped, and what is refused."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from parcelray.datasets.synth.scanner.profile import (
    PROFILES,
    ScannerProfile,
    load_profile,
    parse_profile,
    profile_names,
)
from parcelray.models.errors import BadInputError, ProfileError

SHIPPED = sorted(path.stem for path in PROFILES.glob("*.toml"))


@pytest.fixture
def settings() -> dict[str, Any]:
    """Of a shipped profile with dyes and one tube, free to be spoilt."""
    return tomllib.loads((PROFILES / "amber.toml").read_text(encoding="utf-8"))


def test_two_profiles_are_reserved_and_no_name_is_in_both_lists() -> None:
    training, reserved = profile_names(reserved=False), profile_names(reserved=True)
    assert len(reserved) == 2
    assert sorted([*training, *reserved]) == SHIPPED
    assert len(training) >= 6
    assert all(load_profile(name).reserved for name in reserved)
    assert not any(load_profile(name).reserved for name in training)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_profile_bears_the_name_of_its_file(name: str) -> None:
    assert load_profile(name).name == name


def test_shipped_profiles_span_kinds_of_scanner() -> None:
    profiles = [load_profile(name) for name in SHIPPED]
    assert {profile.beam.kind for profile in profiles} == {"sandwich", "dual_kvp"}
    assert {profile.geometry.detector for profile in profiles} == {"line", "l_shaped"}
    assert {profile.palette.style for profile in profiles} == {"dyes", "house"}


def test_a_profile_is_found_by_name_or_by_path(tmp_path: Path) -> None:
    elsewhere = tmp_path / "amber.toml"
    text = (PROFILES / "amber.toml").read_text(encoding="utf-8")
    elsewhere.write_text(text.replace('name = "amber"', 'name = "mine"'), encoding="utf-8")
    assert load_profile("amber").name == "amber"
    assert load_profile(elsewhere).name == load_profile(str(elsewhere)).name == "mine"


def test_equal_profiles_share_what_is_cached_for_them() -> None:
    one, other = load_profile("amber"), load_profile(PROFILES / "amber.toml")
    assert one is not other
    assert one == other
    assert hash(one.beam) == hash(other.beam)
    assert hash(one.palette) == hash(other.palette)


def test_who_asks_for_an_unknown_one_is_told_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"scanner profile no-such.*amber.*umber") as caught:
        load_profile("no-such")
    assert isinstance(caught.value, BadInputError)
    with pytest.raises(ProfileError, match="expected a file"):
        load_profile(tmp_path / "missing.toml")
    with pytest.raises(ProfileError, match="expected a file"):
        load_profile(tmp_path)


@pytest.mark.parametrize("content", [b"name = ", b"\xff\xfe"])
def test_a_file_that_is_not_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.toml"
    path.write_bytes(content)
    with pytest.raises(ProfileError, match=r"broken\.toml: expected TOML"):
        load_profile(path)


def place(settings: dict[str, Any], where: str) -> tuple[Any, Any]:
    """The table or list that holds a setting, and its key there."""
    *parents, last = [int(part) if part.isdigit() else part for part in where.split(".")]
    holder: Any = settings
    for parent in parents:
        holder = holder[parent]
    return holder, last


@pytest.mark.parametrize(
    "where", ["colour", "geometry.belt", "detector.gain", "palette.hue", "beam.cooling", "beam.tubes.0.anode"]
)
def test_an_unknown_key_is_named(settings: dict[str, Any], where: str) -> None:
    holder, key = place(settings, where)
    holder[key] = 1.0
    with pytest.raises(ProfileError, match=rf"x\.toml, .*{key}.*: expected only known keys"):
        parse_profile(settings, "x.toml")


@pytest.mark.parametrize("where", ["name", "reserved", "geometry.pixel_pitch", "palette.gamma", "detector"])
def test_a_missing_key_is_named(settings: dict[str, Any], where: str) -> None:
    holder, key = place(settings, where)
    del holder[key]
    with pytest.raises(ProfileError, match=rf"x\.toml, .*{key}: .*got nothing"):
        parse_profile(settings, "x.toml")


@pytest.mark.parametrize(
    ("where", "value", "message"),
    [
        ("name", "Bad Name", "name"),
        ("jpeg_quality", 0, "jpeg_quality"),
        ("jpeg_quality", 101, "jpeg_quality"),
        ("detector.photons", [0.0, 1.0], r"detector\.photons"),
        ("detector.photons", [float("inf"), 1.0], r"detector\.photons"),
        ("detector.afterglow", 1.5, r"detector\.afterglow"),
        ("detector.point_spread", -0.1, r"detector\.point_spread"),
        ("detector.bit_depth", 17, r"detector\.bit_depth"),
        ("detector.air_counts", [60_000.0, 50_000.0], "air_counts: expected the smaller end first"),
        ("detector.air_counts", [50_000.0, 70_000.0], "air_counts: expected at most 65536"),
        ("geometry.row_stretch", [1.1, 0.9], "row_stretch: expected the smaller end first"),
        ("geometry.arm_lengths", [500.0, 500.0], "arm_lengths: expected both for an L-shaped"),
        ("geometry.detector", "l_shaped", "arm_lengths: expected both for an L-shaped"),
        ("geometry.detector", "ring", r"geometry\.detector"),
        ("palette.style", "rainbow", "palette"),
        ("palette.air", [256, 0, 0], r"palette.*air"),
        ("palette.gamma", 0.0, r"palette.*gamma"),
        ("palette.organic", [1.0, -1.0, 1.0], r"palette.*organic"),
        ("palette.dark_range", [3.0, 2.0], "dark_range: expected the smaller end first"),
        ("palette.opaque_range", [3.0, 2.0], "opaque_range: expected the smaller end first"),
        ("palette.organic_to_mixed", [8.0, 40.0], "expected it to end before mixed_to_metal begins"),
        ("beam.kind", "dual_kvp", "expected 2 tube"),
        ("beam.tubes.0.kvp", 90, "kvp: expected one of"),
        ("beam.detector.0.material", "gold", "layer: expected one of"),
    ],
)
def test_an_impossible_value_is_refused(settings: dict[str, Any], where: str, value: object, message: str) -> None:
    holder, key = place(settings, where)
    holder[key] = value
    with pytest.raises(ProfileError, match=message):
        parse_profile(settings, "x.toml")


def test_the_house_palette_has_no_settings(settings: dict[str, Any]) -> None:
    settings["palette"] = {"style": "house"}
    assert parse_profile(settings, "x.toml").palette.air == (255, 255, 255)
    settings["palette"]["gamma"] = 1.0
    with pytest.raises(ProfileError, match="gamma: expected only known keys"):
        parse_profile(settings, "x.toml")


def test_a_profile_cannot_be_changed() -> None:
    profile: ScannerProfile = load_profile("amber")
    with pytest.raises(ValueError, match="frozen"):
        profile.reserved = True  # type: ignore[misc]
