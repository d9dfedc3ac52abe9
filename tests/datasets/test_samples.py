from __future__ import annotations

import numpy as np
import pytest

from parcelray.datasets.imaging.dual_energy import colour_dual, measure_dual
from parcelray.datasets.imaging.samples import pack_samples
from parcelray.datasets.imaging.transmission import guess_air
from parcelray.datasets.scan import View
from support.samples import unpack_samples

CHANCE = np.random.default_rng(5)
COUNTS = CHANCE.integers(0, 65_536, (2, 7, 5), np.uint16)
COLOURS = CHANCE.integers(0, 256, (7, 5, 3), np.uint8)


@pytest.mark.parametrize(
    ("view", "bands", "bits"),
    [
        (View(COLOURS.copy(), "colour"), 4, 8),
        (View(COLOURS[..., 0].copy(), "grey"), 1, 8),
        (View(COUNTS[0].copy(), "grey"), 1, 16),
        (View(COUNTS.copy(), "dual"), 2, 16),
    ],
)
def test_every_kind_comes_back_as_it_went_in(view: View, bands: int, bits: int) -> None:
    prologue, samples = unpack_samples(pack_samples(view))
    assert {name: prologue[name] for name in ("layout", "kind", "width", "height", "bands", "bits")} == {
        "layout": 1, "kind": view.kind, "width": 5, "height": 7, "bands": bands, "bits": bits,
    }  # fmt: skip
    if view.kind == "dual":
        np.testing.assert_array_equal(samples, np.moveaxis(COUNTS, 0, -1))
    elif view.kind == "colour":
        np.testing.assert_array_equal(samples[..., :3], COLOURS)
        assert (samples[..., 3] == 255).all()
    else:
        np.testing.assert_array_equal(samples[..., 0], view.pixels)
    assert (prologue["counts"] is None) == (bits == 8)


def test_a_single_energy_view_carries_its_air_level() -> None:
    counts = np.full((40, 60), 50_000, np.uint16)
    counts[10:20, 10:30] = 9_000
    prologue, _ = unpack_samples(pack_samples(View(counts, "grey")))
    assert prologue["counts"]["air"] == [guess_air(counts)]
    assert prologue["counts"]["dual"] is None


def test_a_pair_carries_what_it_is_coloured_with() -> None:
    pair = np.full((2, 80, 80), 60_000, np.uint16)
    # A plate as much heavier than steel of a two-layer scanner as a tube that switches its voltage makes it look.
    pair[:, 20:60, 20:60] = [[[12_000]], [[1_000]]]
    coloured = colour_dual(pair[0], pair[1])
    assert coloured.separation > 1.0
    assert measure_dual(pair[0], pair[1]) == (coloured.air, coloured.separation)
    prologue, _ = unpack_samples(pack_samples(View(pair, "dual")))
    assert prologue["counts"]["air"] == list(coloured.air)
    assert prologue["counts"]["dual"]["separation"] == coloured.separation
