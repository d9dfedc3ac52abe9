"""Scanner profiles from pictures: looks, palette, texture."""

import re
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from parcelray.datasets.synth.physics.materials import INDEX_OF
from parcelray.datasets.synth.physics.quadrature import quadrature
from parcelray.datasets.synth.physics.transmission import transmit
from parcelray.datasets.synth.scanner.acquisition import acquire
from parcelray.datasets.synth.scanner.fitting import detectors, images, samples
from parcelray.datasets.synth.scanner.fitting.colours import hue_shares, sliced_wasserstein
from parcelray.datasets.synth.scanner.fitting.detectors import draw
from parcelray.datasets.synth.scanner.fitting.ideal import idealise, transmission_of
from parcelray.datasets.synth.scanner.fitting.images import fit_images
from parcelray.datasets.synth.scanner.fitting.looks import air_colour, is_object, read_looks
from parcelray.datasets.synth.scanner.fitting.opaque import opaque_colour
from parcelray.datasets.synth.scanner.fitting.palettes import fit_palette
from parcelray.datasets.synth.scanner.fitting.samples import colour_samples, sample_signals
from parcelray.datasets.synth.scanner.fitting.texture import measure_texture
from parcelray.datasets.synth.scanner.profile import DyePalette, ScannerProfile, load_profile
from parcelray.datasets.synth.scanner.writing import write_profile
from parcelray.models.errors import BadInputError

Counts = NDArray[np.uint16]
START = load_profile("amber")
MATERIALS = ("polyethylene", "cotton", "paper", "water", "pmma", "glass", "aluminium", "steel", "copper")
DEPTHS = (0.1, 2.5)


def dyed(profile: ScannerProfile) -> DyePalette:
    assert isinstance(profile.palette, DyePalette)
    return profile.palette


def heaps(count: int, size: tuple[int, int] = (160, 200)) -> list[Counts]:
    """Scans by an ideal scanner: sheets and discs of all materials on one another, and air around them."""
    nodes = quadrature(START.beam)
    mean = nodes.coefficients @ nodes.weights[0]
    scans = []
    for index in range(count):
        rng = np.random.default_rng([11, index])
        paths = np.zeros((*size, len(nodes.energies)), np.float32)
        for _ in range(14):
            material = INDEX_OF[str(rng.choice(MATERIALS))]
            mask = np.zeros(size, np.uint8)
            centre = (int(rng.integers(30, size[1] - 30)), int(rng.integers(30, size[0] - 30)))
            cv2.circle(mask, centre, int(rng.integers(8, 28)), 1, -1)
            depth = rng.uniform(*DEPTHS)
            paths += mask[..., None] * (nodes.coefficients[material] * np.float32(depth / mean[material]))
        scans.append(acquire(transmit(paths, nodes.weights), idealise(START), rng))
    return scans


@pytest.fixture(scope="module")
def scans() -> list[Counts]:
    return heaps(12)


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., list[Path]]:
    def saved(profile: ScannerProfile, scans: list[Counts], quality: int = 90) -> list[Path]:
        paths = []
        for index, picture in enumerate(draw(scans, profile)):
            paths.append(tmp_path / f"{profile.name}{index:02d}.jpg")
            cv2.imwrite(str(paths[-1]), picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
        return paths

    return saved


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fit of few steps."""
    monkeypatch.setattr(images, "_STEPS", 12)
    monkeypatch.setattr(images, "_EVALUATIONS", 4)
    monkeypatch.setattr(detectors, "_TRIALS", ())
    monkeypatch.setattr(samples, "_SAMPLES", 500)


def test_an_ideal_scanner_counts_the_transmission(scans: list[Counts]) -> None:
    transmission = transmission_of(scans[0])
    assert transmission.max() == pytest.approx(1.0, abs=1e-3)
    assert transmission.min() < 0.1


def test_scans_are_sorted_by_the_colour_of_air(save: Callable[..., list[Path]], scans: list[Counts]) -> None:
    white, beige = load_profile("amber"), load_profile("umber")
    paths = save(beige, scans[:9], quality=80) + save(white, scans, quality=80)
    looks = read_looks(paths, at_most=10)
    assert [len(look.images) for look in looks] == [10, 9]
    assert [look.air for look in looks] == [pytest.approx(dyed(p).air, abs=2) for p in (white, beige)]
    assert looks[0].jpeg_quality == 80


def test_a_picture_without_air_shows_none() -> None:
    busy = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    assert air_colour(busy) is None
    assert air_colour(np.zeros((64, 64, 3), np.uint8)) is None


def test_opaque_patches_tell_their_colour() -> None:
    picture = np.full((120, 120, 3), 255, np.uint8)
    picture[20:100, 20:100] = np.random.default_rng(0).integers(60, 200, (80, 80, 3))
    assert opaque_colour([picture], (255, 255, 255)) is None
    picture[40:60, 40:60] = (3, 18, 186)
    assert opaque_colour([picture], (255, 255, 255)) == (3, 18, 186)


def test_the_distance_of_clouds() -> None:
    rng = np.random.default_rng(0)
    cloud = rng.integers(0, 200, (5_000, 3))
    assert sliced_wasserstein(cloud, cloud) == 0.0
    assert sliced_wasserstein(cloud, rng.integers(0, 200, (4_000, 3))) < 4.0
    # A shift along one axis is seen by its cosine with each direction.
    shifts = [sliced_wasserstein(cloud, cloud + np.array([0, 0, step])) for step in (10, 40)]
    assert 3.0 < shifts[0] < 10.0
    assert shifts[1] == pytest.approx(4.0 * shifts[0])


def test_hues_are_those_that_operators_name() -> None:
    colours = np.array([[230, 150, 60], [90, 180, 90], [40, 110, 200], [20, 20, 30], [240, 235, 225]])
    assert hue_shares(colours) == {"orange": 0.2, "green": 0.2, "blue": 0.2, "black": 0.2}


def test_texture_tells_grain_blur_and_sharpness(scans: list[Counts]) -> None:
    def measured(**changes: float) -> dict[str, float]:
        palette = dyed(START).model_copy(update={"grain": 0.0} | changes)
        profile = START.model_copy(update={"palette": palette})
        return vars(measure_texture(draw(scans[:4], profile), palette.air))

    plain = measured()
    assert measured(grain=0.08)["deep_grain"] > 2.0 * plain["deep_grain"]
    assert measured(sharpening=4.0)["steepness"] > 1.1 * plain["steepness"]
    blurred = measured(display_blur=0.9)
    assert blurred["reach"] > plain["reach"] + 0.1
    assert blurred["steepness"] < plain["steepness"]


def test_a_known_palette_is_found_again(scans: list[Counts], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samples, "_SAMPLES", 800)
    noisy = [acquire(transmission_of(scan), START, np.random.default_rng(3)) for scan in scans]
    signals = sample_signals(noisy, START, dyed(START))
    wanted = dyed(START).model_copy(
        update={"organic": (0.25, 0.75, 1.9), "metal": (1.2, 0.7, 0.1), "gamma": 0.9, "organic_to_mixed": (8.5, 11.5)}
    )
    clouds = [colour_samples(signals, START, palette) for palette in (wanted, dyed(START))]
    real, begun = (cloud[is_object(cloud, wanted.air)] for cloud in clouds)
    before = sliced_wasserstein(real, begun)
    found, apart = fit_palette(real, signals, START, dyed(START), hue_weight=0.0, steps=40)
    assert before > 10.0
    # The distance is smoothed: it is never less than 1.
    assert apart < 1.0 + 0.15 * before
    assert found.gamma == pytest.approx(0.9, abs=0.12)
    assert np.array(found.organic) == pytest.approx(wanted.organic, rel=0.35)


def test_a_fit_comes_closer_and_is_read_back(
    save: Callable[..., list[Path]], scans: list[Counts], hasty: None, tmp_path: Path
) -> None:
    palette = dyed(START).model_copy(update={"organic": (0.3, 0.9, 1.6), "air": (240, 240, 238), "gamma": 0.9})
    target = START.model_copy(update={"name": "target", "palette": palette})
    paths, told = save(target, scans), list[str]()
    first = fit_images(paths, START, scans, name="hub", progress=told.append)
    assert fit_images(paths, START, scans, name="hub", progress=told.append) == first
    assert [profile.name for profile in first] == ["hub"]
    fitted = first[0]
    assert not fitted.reserved
    assert fitted.jpeg_quality == 90
    assert dyed(fitted).air == pytest.approx((240, 240, 238), abs=2)
    assert (fitted.beam, fitted.geometry) == (START.beam, START.geometry)

    same_air = START.model_copy(update={"palette": dyed(START).model_copy(update={"air": dyed(fitted).air})})
    clouds = [images.object_colours(draw(scans, p), p.palette.air) for p in (target, same_air, fitted)]
    assert sliced_wasserstein(clouds[0], clouds[2]) < 0.6 * sliced_wasserstein(clouds[0], clouds[1])

    write_profile(fitted, tmp_path / "hub.toml")
    read = load_profile(tmp_path / "hub.toml")
    assert read.detector.photons == pytest.approx(fitted.detector.photons, rel=1e-4)
    assert dyed(read).organic == pytest.approx(dyed(fitted).organic, rel=1e-4)
    assert any(re.search(r"hub: .* of 255 apart", line) for line in told)


def test_each_look_gets_a_profile(save: Callable[..., list[Path]], scans: list[Counts], hasty: None) -> None:
    paths = save(load_profile("amber"), scans) + save(load_profile("umber"), scans[:9])
    fitted = fit_images(paths, START, scans[:6], name="hub", progress=lambda _: None)
    assert [profile.name for profile in fitted] == ["hub-a", "hub-b"]
    assert [min(profile.palette.air) > 250 for profile in fitted] == [True, False]


def test_what_cannot_be_fitted_is_refused(save: Callable[..., list[Path]], scans: list[Counts], tmp_path: Path) -> None:
    paths = save(START, scans[:1])
    with pytest.raises(BadInputError, match="palette of dyes"):
        fit_images(paths, load_profile("raw"), scans, name="hub", progress=lambda _: None)
    with pytest.raises(BadInputError, match="at least one"):
        fit_images(paths, START, [], name="hub", progress=lambda _: None)
    black = tmp_path / "black.png"
    cv2.imwrite(str(black), np.zeros((64, 64, 3), np.uint8))
    with pytest.raises(BadInputError, match="air is the most frequent"):
        fit_images([black], START, scans, name="hub", progress=lambda _: None)
