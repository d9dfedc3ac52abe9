"""Scanner profiles from unlabelled pseudo-colour scans: one for each look among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from string import ascii_lowercase

import cv2
import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.synth.scanner.acquisition import acquire
from parcelray.datasets.synth.scanner.fitting.colours import hue_shares, sliced_wasserstein
from parcelray.datasets.synth.scanner.fitting.detectors import draw, fit_detector
from parcelray.datasets.synth.scanner.fitting.ideal import transmission_of
from parcelray.datasets.synth.scanner.fitting.looks import Look, is_object, read_looks
from parcelray.datasets.synth.scanner.fitting.opaque import opaque_colour
from parcelray.datasets.synth.scanner.fitting.palettes import fit_palette
from parcelray.datasets.synth.scanner.fitting.samples import sample_signals
from parcelray.datasets.synth.scanner.fitting.texture import measure_texture
from parcelray.datasets.synth.scanner.palette import floors
from parcelray.datasets.synth.scanner.profile import DyePalette, ScannerProfile, parse_profile
from parcelray.models.errors import BadInputError

Progress = Callable[[str], None]

# So many scans of a look are read, so many pixels of each make up the cloud of its colours.
_IMAGES, _PIXELS = 60, 2_000
# Of the generated scans so many serve for colours, and so many, which are drawn again and again, for texture.
_COLOUR_SCANS, _TEXTURE_SCANS = 40, 6
_STEPS, _EVALUATIONS = 45, 100
_HUE_WEIGHT = 0.12


def fit_images(
    paths: Sequence[Path],
    start: ScannerProfile,
    counts: Sequence[NDArray[np.uint16]],
    *,
    name: str,
    progress: Progress,
) -> list[ScannerProfile]:
    """Find palette, noise, blur and JPEG quality of the scanners that unlabelled scans come from.

    Beam and geometry cannot be told from pictures: they stay as in ``start``.

    Args:
        paths: PNG or JPEG files of pseudo-colour scans, of one look or several.
        start: where to begin; its palette is of dyes.
        counts: (2, H, W) uint16 each: generated scans, taken by ``idealise(start)``.
        name: of the profiles; with several looks a letter is added.
        progress: told in a line what has been found.

    Returns:
        A profile for each look, that of the most scans first.

    Raises:
        BadInputError: a file is no image that we read, no scan shows air, nothing was generated, or ``start`` is not of
            dyes.
    """
    if not isinstance(start.palette, DyePalette):
        raise BadInputError(f"scanner profile {start.name}", expected="a palette of dyes", got="our own colouring")
    if not counts:
        raise BadInputError("generated scans", expected="at least one", got="none")
    looks = read_looks(paths, at_most=_IMAGES)
    if not looks:
        raise BadInputError("scans", expected="pictures in which air is the most frequent colour", got="none")
    progress(f"{len(paths)} scans, {len(looks)} look(s): air of " + ", ".join(str(look.air) for look in looks))
    fitted = []
    for letter, look in zip(ascii_lowercase, looks, strict=False):
        title = name if len(looks) == 1 else f"{name}-{letter}"
        fitted.append(_fit_look(look, start, counts, title, progress))
    return fitted


def _fit_look(
    look: Look, start: ScannerProfile, counts: Sequence[NDArray[np.uint16]], name: str, progress: Progress
) -> ScannerProfile:
    real = object_colours(look.images, look.air)
    wanted = measure_texture(look.images, look.air)
    opaque = opaque_colour(look.images, look.air)
    palette = start.palette.model_copy(update={"air": look.air, **({"opaque": opaque} if opaque else {})})
    profile = start.model_copy(
        update={"name": name, "reserved": False, "jpeg_quality": look.jpeg_quality, "palette": palette}
    )
    spread = np.unique(np.linspace(0, len(counts) - 1, min(_COLOUR_SCANS, len(counts))).astype(int))
    colour_scans = [counts[i] for i in spread]
    texture_scans = colour_scans[:: max(1, len(colour_scans) // _TEXTURE_SCANS)][:_TEXTURE_SCANS]
    profile, apart = _recolour(profile, real, colour_scans, hue_weight=0.0)
    progress(f"{name}: first palette, colours {apart:.1f} of 255 apart")
    profile = fit_detector(wanted, texture_scans, profile, evaluations=_EVALUATIONS)
    progress(f"{name}: noise and blur, {profile.detector.photons[0]:.0f} photons")
    # Sharpening has changed the colours of edges, smoothing those of thin things.
    profile, apart = _recolour(profile, real, colour_scans, hue_weight=_HUE_WEIGHT)
    progress(f"{name}: second palette, colours {apart:.1f} of 255 apart")
    profile = _validate(profile)
    _report(profile, real, colour_scans, progress)
    return profile


def _recolour(
    profile: ScannerProfile, real: NDArray[np.float64], scans: Sequence[NDArray[np.uint16]], *, hue_weight: float
) -> tuple[ScannerProfile, float]:
    """The profile with the palette that fits best, and how far apart the colours stay."""
    assert isinstance(profile.palette, DyePalette)
    noisy = [
        acquire(transmission_of(scan), profile, np.random.default_rng([5, index])) for index, scan in enumerate(scans)
    ]
    samples = sample_signals(noisy, profile, profile.palette)
    palette, apart = fit_palette(real, samples, profile, profile.palette, hue_weight=hue_weight, steps=_STEPS)
    return profile.model_copy(update={"palette": palette}), apart


def object_colours(images: Sequence[NDArray[np.uint8]], air: tuple[int, int, int]) -> NDArray[np.float64]:
    """Colours of what differs from air, but for its edges, the same number from each picture: (N, 3) RGB.

    Args:
        images: (H, W, 3) uint8 RGB.
        air: colour of air.
    """
    rng = np.random.default_rng(6)
    clouds = []
    for image in images:
        solid = cv2.erode(is_object(image, air).astype(np.uint8), np.ones((3, 3), np.uint8))
        things = image[solid > 0]
        if len(things) > 0:
            clouds.append(things[rng.integers(0, len(things), _PIXELS)])
    return np.concatenate(clouds).astype(np.float64) if clouds else np.empty((0, 3))


def _validate(profile: ScannerProfile) -> ScannerProfile:
    """A fitted profile with whole colour values, and an opaque range that the detector's signals reach."""
    palette = profile.palette
    assert isinstance(palette, DyePalette)
    start, end = palette.opaque_range
    beyond = max(0.0, end - float(-np.log(floors(profile.detector)).mean()))
    changes = {"dark": tuple(round(value) for value in palette.dark), "opaque_range": (start - beyond, end - beyond)}
    whole = profile.model_copy(update={"palette": palette.model_copy(update=changes)})
    return parse_profile(whole.model_dump(), f"the fit of {profile.name}")


def _report(
    profile: ScannerProfile, real: NDArray[np.float64], scans: Sequence[NDArray[np.uint16]], progress: Progress
) -> None:
    drawn = object_colours(draw(scans, profile), profile.palette.air)
    shares = ", ".join(
        f"{hue} {100 * theirs:.0f} -> {100 * ours:.0f} %"
        for (hue, theirs), ours in zip(hue_shares(real).items(), hue_shares(drawn).values(), strict=True)
    )
    progress(f"{profile.name}: {sliced_wasserstein(real, drawn):.1f} of 255 apart; real -> generated {shares}")
