from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from parcelray.datasets.imaging.dual_energy import colour_dual
from parcelray.datasets.imaging.rendering import render
from parcelray.datasets.scan import View

Counts = tuple[NDArray[np.uint16], NDArray[np.uint16]]


def test_colour_is_taken_as_it_is(picture: NDArray[np.uint8]) -> None:
    np.testing.assert_array_equal(render(View(picture, "colour")).pixels, picture)


def test_grey_is_replicated() -> None:
    grey = np.arange(200, 248, dtype=np.uint8).reshape(6, 8)
    rendered = render(View(grey, "grey"))
    assert rendered.warnings == ()
    np.testing.assert_array_equal(rendered.pixels, np.dstack([grey] * 3))


def test_counts_are_scaled_by_the_guessed_air_level(wedge: Callable[..., Counts]) -> None:
    high, _ = wedge()
    rendered = render(View(high, "grey"))
    (warning,) = rendered.warnings
    assert warning.code == "air_level_guessed"
    assert re.search(r"guessed (49|50)\d{3} from the brightest part", warning.message)
    assert rendered.pixels.shape == (200, 320, 3)
    assert rendered.pixels.dtype == np.uint8
    assert rendered.pixels[:40].mean() > 252
    assert rendered.pixels[100, 280].max() < 5


def test_a_pair_is_coloured(wedge: Callable[..., Counts]) -> None:
    high, low = wedge()
    rendered = render(View(np.stack([high, low]), "dual"))
    assert [warning.code for warning in rendered.warnings] == ["air_level_guessed"]
    np.testing.assert_array_equal(rendered.pixels, colour_dual(high, low).pixels)


def test_an_empty_belt_is_blank_whatever_sent_it() -> None:
    counts = (50_000 * (1 + 0.005 * np.random.default_rng(2).standard_normal((100, 120)))).astype(np.uint16)
    for view in (View(counts, "grey"), View(np.stack([counts, counts[::-1]]), "dual")):
        assert [warning.code for warning in render(view).warnings] == ["air_level_guessed", "blank"]
