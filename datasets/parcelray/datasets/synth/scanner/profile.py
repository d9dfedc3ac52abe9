"""A scanner profile: everything that makes one scanner's scans differ from another's, as a TOML file.

An unknown key is an error. Some of the shipped profiles are reserved for testing: what is measured on them says how a
detector does on a scanner that it was not trained for, so training refuses them.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from parcelray.datasets.synth.physics.beams import Beam
from parcelray.models.errors import ProfileError

PROFILES = Path(__file__).parent / "profiles"
AIR_BITS = 16

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
Level = Annotated[int, Field(ge=0, le=255)]
Rgb = tuple[Level, Level, Level]
Dye = tuple[NotNegative, NotNegative, NotNegative]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _check_range(name: str, ends: tuple[float, float]) -> None:
    if ends[0] > ends[1]:
        raise ValueError(f"{name}: expected the smaller end first, got {ends[0]} and {ends[1]}")


class Geometry(_Frozen):
    """Where tube and detector are. Lengths in mm.

    Attributes:
        pixel_pitch: between columns, at the belt.
        row_stretch: belt between two rows, as a multiple of the pixel pitch: a range, since belts are not all driven
            at the speed that the detector is read for.
        source_distance: from the tube to the belt.
        source_offset: of the tube from the middle of the belt, across it.
        detector: ``line`` at a right angle to the middle ray, or ``l_shaped``: one arm upright, one across.
        arm_lengths: of an L-shaped detector, across and upright; 0 of a line.
    """

    pixel_pitch: Positive
    row_stretch: tuple[Positive, Positive]
    source_distance: Positive
    source_offset: float
    detector: Literal["line", "l_shaped"]
    arm_lengths: tuple[NotNegative, NotNegative]

    @model_validator(mode="after")
    def _check(self) -> Self:
        _check_range("row_stretch", self.row_stretch)
        if (self.detector == "l_shaped") != (min(self.arm_lengths) > 0):
            raise ValueError(
                f"arm_lengths: expected both for an L-shaped detector and none for a line, got {self.arm_lengths}"
            )
        return self


class Detector(_Frozen):
    """How transmission becomes counts.

    Attributes:
        photons: that a pixel counts in air, in the high and the low channel.
        electronic_noise: standard deviation in counts of 65536.
        point_spread: standard deviation of the blur by focal spot and pixel, in pixels.
        afterglow: share of a row's signal that comes with the next one.
        stripe: standard deviation of the columns' gain that calibration left.
        dead_columns: mean number in a scan; their neighbours' mean stands for them.
        row_glitches: mean number of rows in a scan that were read at a slightly wrong exposure.
        scatter: scattered signal, as a share of the mean signal around a pixel.
        scatter_corrected: share of the scatter that the scanner subtracts.
        air_counts: range of the counts in air, from scan to scan. Where a parcel fills the picture nobody can tell air
            from the picture, so the narrower it is, the truer are colours of thin things.
        bit_depth: of the counts; those of fewer than 16 bits are spread over 16.
    """

    photons: tuple[Positive, Positive]
    electronic_noise: NotNegative
    point_spread: NotNegative
    afterglow: Share
    stripe: NotNegative
    dead_columns: NotNegative
    row_glitches: NotNegative
    scatter: Share
    scatter_corrected: Share
    air_counts: tuple[Positive, Positive]
    bit_depth: Annotated[int, Field(ge=8, le=16)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        _check_range("air_counts", self.air_counts)
        if self.air_counts[1] > 1 << AIR_BITS:
            raise ValueError(f"air_counts: expected at most {1 << AIR_BITS}, got {self.air_counts[1]}")
        return self


class HousePalette(_Frozen):
    """Our own colouring of raw pairs, ``imaging.dual_energy``.

    It has no settings, but each scan of a scanner that delivers raw pairs looks like that to the detector.
    """

    style: Literal["house"]

    @property
    def air(self) -> Rgb:
        """Colour of nothing in the way."""
        return 255, 255, 255


class DyePalette(_Frozen):
    """How counts become a picture: the hue tells the material, the depth of colour how much of it there is.

    A colour is that of air, dimmed as by a dye: ``air * exp(-dye * gain * (attenuation - toe) ** gamma)``. The dye goes
    from organic by mixed to metal with the effective atomic number.

    Attributes:
        air: colour of nothing in the way.
        organic: how strongly the organic dye takes away red, green and blue; 1 is a factor e.
        mixed: dye of light metals and mixtures.
        metal: dye of metals.
        organic_to_mixed: effective atomic numbers between which the first dye goes over into the second.
        mixed_to_metal: likewise for the second and the third.
        gain: of the attenuation.
        gamma: of the attenuation; below 1 it lifts thin things.
        toe: attenuation that is taken off first, so that thin things stay pale.
        air_threshold: attenuation, smoothed, up to which all is shown as air.
        dark: colour that the deepest tones tend to.
        dark_range: attenuation, sharpened, over which they do.
        opaque: colour of what lets nothing through.
        opaque_range: attenuation, smoothed, over which colours go over into that.
        sharpening: how much of the fine detail is added once more.
        halo: the most that it brightens the surroundings of dense things, as an attenuation.
        sharpening_radius: standard deviation, in pixels, of the blur that tells fine detail.
        material_smoothing: standard deviation, in pixels, of the blur before the energies are compared.
        display_blur: standard deviation, in pixels, of the blur of the picture, as by scaling it to a screen.
        grain: standard deviation of the screen's grain, as a share of the attenuation.
    """

    style: Literal["dyes"]
    air: Rgb
    organic: Dye
    mixed: Dye
    metal: Dye
    organic_to_mixed: tuple[Positive, Positive]
    mixed_to_metal: tuple[Positive, Positive]
    gain: Positive
    gamma: Positive
    toe: NotNegative
    air_threshold: NotNegative
    dark: Rgb
    dark_range: tuple[Positive, Positive]
    opaque: Rgb
    opaque_range: tuple[Positive, Positive]
    sharpening: NotNegative
    halo: NotNegative
    sharpening_radius: Positive
    material_smoothing: NotNegative
    display_blur: NotNegative
    grain: NotNegative

    @model_validator(mode="after")
    def _check(self) -> Self:
        for name in ("organic_to_mixed", "mixed_to_metal", "dark_range", "opaque_range"):
            _check_range(name, getattr(self, name))
        if self.organic_to_mixed[1] > self.mixed_to_metal[0]:
            raise ValueError("organic_to_mixed: expected it to end before mixed_to_metal begins")
        return self


Palette = Annotated[DyePalette | HousePalette, Field(discriminator="style")]


class ScannerProfile(_Frozen):
    """One scanner.

    Attributes:
        name: of the profile.
        reserved: for testing; training refuses it.
        jpeg_quality: of the pictures that it delivers, 1 to 100.
        beam: tube and detector layers.
        geometry: where they are.
        detector: how transmission becomes counts.
        palette: how counts become a picture.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    reserved: bool
    jpeg_quality: Annotated[int, Field(ge=1, le=100)]
    beam: Beam
    geometry: Geometry
    detector: Detector
    palette: Palette


def profile_names(*, reserved: bool) -> list[str]:
    """Names of the shipped profiles, sorted.

    Args:
        reserved: those that are reserved for testing, or those that are not.
    """
    names = sorted(path.stem for path in PROFILES.glob("*.toml"))
    return [name for name in names if load_profile(name).reserved == reserved]


def load_profile(name_or_path: str | Path) -> ScannerProfile:
    """Read a profile.

    Args:
        name_or_path: the name of a shipped one, or a TOML file.

    Raises:
        ProfileError: there is none, it is not TOML, or it has an unknown key or a missing or impossible value.
    """
    shipped = PROFILES / f"{name_or_path}.toml"
    path = shipped if isinstance(name_or_path, str) and shipped.is_file() else Path(name_or_path)
    try:
        return parse_profile(tomllib.loads(path.read_text(encoding="utf-8")), str(path))
    except (FileNotFoundError, IsADirectoryError) as error:
        known = ", ".join(sorted(file.stem for file in PROFILES.glob("*.toml")))
        raise ProfileError(
            f"scanner profile {name_or_path}", expected=f"a file, or one of {known}", got="neither"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(str(path), expected="TOML", got=str(error)) from error


def parse_profile(settings: dict[str, Any], subject: str) -> ScannerProfile:
    """A profile from its settings.

    Args:
        settings: as TOML gives them.
        subject: where they are from, for the message.

    Raises:
        ProfileError: an unknown key, or a missing or impossible value.
    """
    try:
        return ScannerProfile.model_validate(settings)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "profile"
        if first["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
            raise ProfileError(f"{subject}, {where}", expected="only known keys", got="an unknown one") from error
        got = "nothing" if first["type"].startswith("missing") else repr(first["input"])
        raise ProfileError(f"{subject}, {where}", expected=first["msg"], got=got[:200]) from error
