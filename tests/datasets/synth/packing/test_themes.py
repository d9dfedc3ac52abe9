import numpy as np

from parcelray.datasets.synth.packing.concealment import _SCREENS
from parcelray.datasets.synth.packing.themes import THEMES, draw_theme, kinds_of_things
from parcelray.datasets.synth.shapes.catalogue import all_kinds

_BENIGN = {kind.name for kind in all_kinds() if kind.leaf is None}


def test_themes_and_screens_name_benign_kinds_of_the_library() -> None:
    assert set(_SCREENS) <= _BENIGN
    for theme in THEMES:
        assert set(theme.kinds) <= _BENIGN
        assert len(set(theme.kinds)) == len(theme.kinds)


def test_about_half_of_the_parcels_have_a_theme_and_every_theme_comes() -> None:
    rng = np.random.default_rng(3)
    drawn = [draw_theme(rng) for _ in range(600)]
    assert 0.4 < sum(theme is not None for theme in drawn) / len(drawn) < 0.6
    assert {theme for theme in drawn if theme is not None} == set(THEMES)


def test_most_things_of_a_themed_parcel_belong_to_it_and_some_do_not() -> None:
    rng = np.random.default_rng(4)
    shares = []
    for _ in range(100):
        kinds = kinds_of_things(rng, THEMES[0], 20, _BENIGN)
        assert set(kinds) <= {(), THEMES[0].kinds}
        shares.append(sum(map(bool, kinds)) / 20)
    assert 0.65 < np.mean(shares) < 0.8
    assert min(shares) < 0.6
    assert max(shares) > 0.9


def test_a_parcel_without_theme_draws_from_all_kinds() -> None:
    assert kinds_of_things(np.random.default_rng(0), None, 3, _BENIGN) == [(), (), ()]


def test_a_library_without_the_kinds_of_a_theme_draws_from_all() -> None:
    assert kinds_of_things(np.random.default_rng(0), THEMES[0], 3, ["bread"]) == [(), (), ()]
