"""What each channel of a beam sees of each photon energy."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from parcelray.datasets.synth.physics import beams
from parcelray.datasets.synth.physics.beams import DUAL_KVP, SANDWICH, Beam, Layer, Tube, responses
from parcelray.datasets.synth.physics.materials import INDEX_OF, attenuation

ENERGIES = attenuation().energies
BOTH = pytest.mark.parametrize("beam", [SANDWICH, DUAL_KVP], ids=["sandwich", "dual_kvp"])


def mean_energies(beam: Beam) -> NDArray[np.float64]:
    """Of the signal of the high and the low channel, in keV."""
    mean: NDArray[np.float64] = responses(beam) @ ENERGIES
    return mean


def normalised(signal: NDArray[np.float64]) -> NDArray[np.float64]:
    scaled: NDArray[np.float64] = signal / signal.sum(axis=-1, keepdims=True)
    return scaled


@BOTH
def test_a_response_is_a_share_of_the_air_signal(beam: Beam) -> None:
    response = responses(beam)
    assert response.shape == (2, len(ENERGIES))
    assert np.all(response >= 0.0)
    assert response.sum(axis=1) == pytest.approx([1.0, 1.0])


@BOTH
def test_the_high_channel_comes_first_and_sees_harder_photons(beam: Beam) -> None:
    high, low = mean_energies(beam)
    assert high > low + 10.0


def test_no_photon_is_above_the_tube_voltage() -> None:
    high, low = responses(DUAL_KVP)
    assert not high[ENERGIES > 160].any()
    assert not low[ENERGIES > 80].any()
    assert high[ENERGIES > 80].sum() > 0.3
    assert low[(ENERGIES > 70) & (ENERGIES < 80)].all()


def test_a_tubes_filter_weakens_the_beam_by_its_own_attenuation() -> None:
    copper = Layer("copper", 1.0)
    filtered = replace(DUAL_KVP, tubes=tuple(replace(t, filters=(*t.filters, copper)) for t in DUAL_KVP.tubes))
    passed = np.exp(-attenuation().coefficients[INDEX_OF["copper"]] * 0.1)
    assert responses(filtered) == pytest.approx(normalised(responses(DUAL_KVP) * passed), rel=1e-4, abs=1e-9)
    assert np.all(mean_energies(filtered) > mean_energies(DUAL_KVP))


def test_the_filter_between_the_layers_hardens_the_back_layer_alone() -> None:
    front, between, back = SANDWICH.detector
    thicker = replace(SANDWICH, detector=(front, replace(between, thickness_mm=1.5), back))
    high, low = responses(thicker)
    passed = np.exp(-attenuation().coefficients[INDEX_OF["copper"]] * 0.1)
    assert low == pytest.approx(responses(SANDWICH)[1])
    assert high == pytest.approx(normalised(responses(SANDWICH)[0] * passed), rel=1e-4, abs=1e-9)


def test_a_detector_that_stops_everything_adds_up_the_photons_energies() -> None:
    tubes = (Tube(160, ()), Tube(80, ()))
    response = responses(Beam("dual_kvp", tubes, (Layer("caesium_iodide", 10_000.0),)))
    with np.load(beams._TABLE) as table:
        photons = dict(zip(table["kvp"].tolist(), table["photons"].astype(np.float64), strict=True))
    expected = np.stack([photons[160], photons[80]]) * ENERGIES
    assert response == pytest.approx(normalised(expected), rel=1e-6, abs=1e-12)


def test_gadolinium_sees_more_just_above_its_edge() -> None:
    # The K edge of gadolinium is at 50.2 keV.
    _, low = responses(SANDWICH)
    assert low[ENERGIES == 51.5] > 1.5 * low[ENERGIES == 48.5]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"tubes": DUAL_KVP.tubes}, "expected 1 tube"),
        ({"detector": SANDWICH.detector[:2]}, "3 detector layer"),
        ({"kind": "dual_kvp"}, "expected 2 tube"),
        ({"tubes": (Tube(90, ()),)}, "kvp: expected one of 80, 100, 120, 140, 160, got 90"),
        ({"tubes": (Tube(160, (Layer("gold", 1.0),)),)}, "layer: expected one of .*, got 'gold'"),
        ({"detector": (*SANDWICH.detector[:2], Layer("bgo", 1.0))}, "layer: expected one of .*, got 'bgo'"),
        ({"tubes": (Tube(160, (Layer("copper", 0.0),)),)}, "thickness_mm: expected more than 0"),
    ],
)
def test_an_impossible_beam_is_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(SANDWICH, **settings)  # type: ignore[arg-type]
