"""Materials from two energies."""

import numpy as np
import pytest

from parcelray.datasets.synth.scanner.acquisition import acquire
from parcelray.datasets.synth.scanner.calibration import (
    COLUMNS,
    ROWS,
    effective_numbers,
    number_table,
    wedge_signals,
)
from parcelray.datasets.synth.scanner.colouring import attenuations, smooth
from parcelray.datasets.synth.scanner.profile import load_profile
from support.wedges import patch_middle, step_wedge

# Atomic numbers; of compounds, the power mean of exponent 2.94 over the electrons of each element.
NUMBERS = {
    "polyethylene": 5.5,
    "pmma": 6.5,
    "water": 7.4,
    "aluminium": 13,
    "titanium": 22,
    "steel": 26,
    "copper": 29,
    "silver": 47,
}
# What is not among the scanner's own wedges, and where it belongs.
OTHERS = {"nylon": (5.5, 6.7), "sugar": (6.2, 7.5), "glass": (9.0, 16.0), "stainless": (24.5, 28.5), "brass": (27, 32)}
DEPTHS = (0.5, 1.0, 2.0)
# Thin sheets of silver separate the energies no better than copper: there one only sees that it is a heavy metal.
HEAVIEST, HEAVIEST_DEPTH = ("copper", "brass", "silver"), 1.0


@pytest.mark.parametrize("name", ["amber", "pastel", "switched"])
def test_a_scanned_wedge_tells_what_it_is_made_of(name: str) -> None:
    profile = load_profile(name)
    materials = [*NUMBERS, *OTHERS]
    counts = acquire(step_wedge(profile.beam, materials, DEPTHS), profile, np.random.default_rng(2))
    high, low = (smooth(signal, 2.0) for signal in attenuations(counts, profile))
    numbers = effective_numbers(high, low, profile.beam)
    for row, material in enumerate(materials):
        for column, depth in enumerate(DEPTHS):
            found = float(np.median(patch_middle(numbers, row, column)))
            what = f"{material} at {depth}: {found:.1f}"
            if material in HEAVIEST and depth < HEAVIEST_DEPTH:
                assert found > 26.0, what
            elif material in NUMBERS:
                assert found == pytest.approx(NUMBERS[material], abs=0.5, rel=0.08), what
            else:
                assert OTHERS[material][0] <= found <= OTHERS[material][1], what


@pytest.mark.parametrize("name", ["amber", "switched"])
def test_the_table_rises_with_the_ratio_of_the_energies(name: str) -> None:
    table = number_table(load_profile(name).beam)
    assert table.shape == (ROWS, COLUMNS)
    assert np.all(np.diff(table, axis=1) >= 0.0)
    assert table.min() == pytest.approx(5.5)
    assert table.max() == pytest.approx(47.0)
    assert not table.flags.writeable


def test_a_thicker_step_has_a_larger_signal_and_a_harder_beam() -> None:
    high, low = wedge_signals(load_profile("amber").beam, "aluminium")
    assert np.all(np.diff(high) >= 0.0)
    assert np.all(np.diff(low) >= 0.0)
    ratio = (low / high)[(high > 0.01) & (high < 7.0)]
    assert np.all(np.diff(ratio) < 0.0)


def test_a_given_depth_says_how_hardened_the_beam_is() -> None:
    beam = load_profile("amber").beam
    low = np.interp(3.0, *wedge_signals(beam, "steel"))
    thick = np.full((2, 2), 3.0, np.float32)
    half_high, half_low = thick / 2.0, np.full((2, 2), low / 2.0, np.float32)
    assert effective_numbers(half_high, half_low, beam, thick) == pytest.approx(26.0, abs=0.5)
    assert np.all(effective_numbers(half_high, half_low, beam) < 24.0)
