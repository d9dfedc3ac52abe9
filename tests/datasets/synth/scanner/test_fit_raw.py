from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from parcelray.datasets.imaging.pairing import find_view_files
from parcelray.datasets.synth.physics.beams import DUAL_KVP, SANDWICH, Beam, BeamKind
from parcelray.datasets.synth.physics.materials import INDEX_OF
from parcelray.datasets.synth.physics.quadrature import quadrature
from parcelray.datasets.synth.scanner.acquisition import acquire
from parcelray.datasets.synth.scanner.fitting.raw import fit_raw
from parcelray.datasets.synth.scanner.profile import ScannerProfile, load_profile
from parcelray.datasets.synth.scanner.writing import write_profile
from parcelray.models.errors import BadInputError

Pairs = list[tuple[Path, Path]]
REAL_PAIRS = Path(__file__).parents[5] / "shared" / "data" / "hums"
BEAMS: dict[BeamKind, Beam] = {"sandwich": SANDWICH, "dual_kvp": DUAL_KVP}
# Centimetres of the steps of a wedge.
WEDGES = {
    "polyethylene": (2.0, 6.0, 12.0, 18.0),
    "water": (1.5, 5.0, 10.0, 14.0),
    "aluminium": (0.4, 1.5, 3.0, 5.0),
    "steel": (0.05, 0.15, 0.4, 3.0),
}


def scene(beam: Beam) -> NDArray[np.float32]:
    """Step wedges with air around them: (2, 320, 300) transmission."""
    nodes = quadrature(beam)
    transmission = np.ones((2, 320, 300), np.float32)
    for row, (material, thicknesses) in enumerate(WEDGES.items()):
        coefficients = nodes.coefficients[INDEX_OF[material]]
        for column, thickness in enumerate(thicknesses):
            passed = nodes.weights @ np.exp(-coefficients * thickness)
            top, left = 20 + 70 * row, 40 + 55 * column
            transmission[:, top : top + 50, left : left + 55] = passed[:, None, None]
    return transmission


def scanner(kind: BeamKind = "sandwich", **detector: Any) -> ScannerProfile:
    start = load_profile("raw")
    return start.model_copy(
        update={"beam": BEAMS[kind], "detector": start.detector.model_copy(update={"scatter": 0.0, **detector})}
    )


def save(folder: Path, scans: Sequence[NDArray[np.uint16]]) -> Pairs:
    pairs = []
    for index, (high, low) in enumerate(scans):
        pair = folder / f"{index}_high.png", folder / f"{index}_low.png"
        for path, counts in zip(pair, (high, low), strict=True):
            assert cv2.imwrite(str(path), counts)
        pairs.append(pair)
    return pairs


def scan(folder: Path, profile: ScannerProfile, *, count: int = 3, empty: bool = False) -> Pairs:
    rng = np.random.default_rng(3)
    seen = np.ones((2, 200, 200), np.float32) if empty else scene(profile.beam)
    return save(folder, [acquire(seen, profile, rng) for _ in range(count)])


def fit(pairs: Pairs, start: str = "six-a") -> ScannerProfile:
    return fit_raw(pairs, load_profile(start), name="hub", progress=lambda line: None)


@pytest.mark.parametrize(
    ("kind", "start", "detector"),
    [
        ("sandwich", "switched", {"photons": (30_000.0, 100_000.0), "stripe": 0.0012, "point_spread": 0.55}),
        ("dual_kvp", "six-a", {"photons": (80_000.0, 40_000.0), "stripe": 0.003, "point_spread": 0.8, "bit_depth": 12}),
        ("sandwich", "raw", {"photons": (9_000.0, 14_000.0), "stripe": 0.005, "point_spread": 1.2}),
        ("sandwich", "grey", {"photons": (2_000.0, 3_000.0), "stripe": 0.002, "point_spread": 0.4}),
    ],
)
def test_the_scanner_that_made_the_pairs_is_found(
    tmp_path: Path, kind: BeamKind, start: str, detector: dict[str, Any]
) -> None:
    known = scanner(kind, air_counts=(48_000.0, 52_000.0), **detector)
    fitted = fit(scan(tmp_path, known), start)
    assert fitted.beam.kind == kind
    assert fitted.detector.photons == pytest.approx(known.detector.photons, rel=0.2)
    assert fitted.detector.stripe == pytest.approx(known.detector.stripe, rel=0.3)
    assert fitted.detector.point_spread == pytest.approx(known.detector.point_spread, rel=0.3)
    # What is less than the steps of the converter drowns in their rounding.
    step = 1 << (16 - known.detector.bit_depth)
    assert fitted.detector.electronic_noise == pytest.approx(known.detector.electronic_noise, abs=max(3.0, step / 2))
    assert fitted.detector.bit_depth == known.detector.bit_depth
    darkest, brightest = fitted.detector.air_counts
    assert 47_500.0 < darkest < brightest < 52_500.0


def test_air_counts_are_those_of_the_scans(tmp_path: Path) -> None:
    levels = (41_000.0, 44_000.0, 47_000.0)
    pairs: Pairs = []
    for level in levels:
        folder = tmp_path / f"{level:.0f}"
        folder.mkdir()
        pairs += scan(folder, scanner(air_counts=(level, level)), count=1)
    assert fit(pairs).detector.air_counts == pytest.approx((41_000.0, 47_000.0), rel=0.005)


@pytest.mark.parametrize("electronic", [25.0, 90.0])
def test_electronic_noise_is_told_from_that_of_photons_by_dense_things(tmp_path: Path, electronic: float) -> None:
    known = scanner(photons=(60_000.0, 60_000.0), electronic_noise=electronic, stripe=0.0)
    fitted = fit(scan(tmp_path, known))
    assert fitted.detector.electronic_noise == pytest.approx(electronic, rel=0.2)
    assert fitted.detector.photons == pytest.approx(known.detector.photons, rel=0.1)
    assert fitted.detector.stripe < 0.0004


def test_what_the_pairs_do_not_show_stays(tmp_path: Path) -> None:
    start = load_profile("switched")
    fitted = fit(scan(tmp_path, scanner("sandwich"), empty=True), "switched")
    assert fitted.beam == start.beam
    kept = ("point_spread", "electronic_noise", "afterglow", "scatter", "dead_columns")
    assert [getattr(fitted.detector, key) for key in kept] == [getattr(start.detector, key) for key in kept]
    assert (fitted.geometry, fitted.palette) == (start.geometry, start.palette)
    assert fitted.detector.photons == pytest.approx((30_000.0, 100_000.0), rel=0.2)


def test_the_result_may_be_trained_with_and_is_read_back(tmp_path: Path) -> None:
    start = load_profile("raw").model_copy(update={"reserved": True})
    told: list[str] = []
    fitted = fit_raw(scan(tmp_path, scanner(), count=1), start, name="hub-1", progress=told.append)
    assert (fitted.name, fitted.reserved) == ("hub-1", False)
    assert any("sandwich" in line for line in told)
    write_profile(fitted, tmp_path / "hub-1.toml")
    read = load_profile(tmp_path / "hub-1.toml")
    assert read.detector.photons == pytest.approx(fitted.detector.photons, rel=1e-4)
    assert read.model_copy(update={"detector": fitted.detector}) == fitted


def test_scans_that_something_covers_are_left_out(tmp_path: Path) -> None:
    shown, covered = tmp_path / "shown", tmp_path / "covered"
    shown.mkdir()
    covered.mkdir()
    pairs = scan(shown, scanner(air_counts=(50_000.0, 50_000.0)), count=2)
    rng = np.random.default_rng(4)
    pairs += save(covered, [acquire(np.full((2, 200, 200), 0.5, np.float32), scanner(), rng)])
    assert fit(pairs).detector.air_counts == pytest.approx((50_000.0, 50_000.0), rel=0.01)


def test_no_pairs_are_refused() -> None:
    with pytest.raises(BadInputError, match="at least one") as caught:
        fit([])
    assert caught.value.got == "none"


@pytest.mark.parametrize("what", ["saturated", "black", "ramp"])
def test_pairs_without_air_are_refused(tmp_path: Path, what: str) -> None:
    level = {"saturated": np.full(100, 65_535.0), "black": np.zeros(100), "ramp": np.geomspace(10.0, 60_000.0, 100)}
    counts = np.broadcast_to(level[what], (2, 100, 100)).astype(np.uint16)
    with pytest.raises(BadInputError, match="show air") as caught:
        fit(save(tmp_path, [counts]))
    assert caught.value.got == "none among 1"


@pytest.mark.skipif(not REAL_PAIRS.is_dir(), reason=f"{REAL_PAIRS} is not there")
def test_real_pairs_are_those_of_a_sandwich_with_the_noise_that_they_have() -> None:
    files = find_view_files([REAL_PAIRS])[::3]
    pairs = [(view.high, view.low) for view in files if view.high is not None and view.low is not None]
    fitted = fit(pairs, "switched")
    assert fitted.beam == SANDWICH
    noise = 100.0 / np.sqrt(fitted.detector.photons)
    assert noise == pytest.approx([0.6, 0.3], abs=0.06)
    assert 0.0 < fitted.detector.stripe < 0.002
    assert 0.3 < fitted.detector.point_spread < 1.5
    assert 47_000 < fitted.detector.air_counts[0] < fitted.detector.air_counts[1] < 51_000
