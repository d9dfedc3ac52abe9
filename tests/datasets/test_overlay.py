import numpy as np
import pytest

from parcelray.datasets.imaging.overlay import Mark, draw

AIR = np.full((480, 640, 3), 255, np.uint8)


def changed(marks: list[Mark]) -> np.ndarray:
    return (draw(AIR, marks) != 255).any(axis=2)


def test_the_scan_itself_is_not_touched() -> None:
    pixels = AIR.copy()
    picture = draw(pixels, [Mark((10, 20, 100, 90), "pistol 0.90")])
    assert (pixels == 255).all()
    assert (picture != 255).any()
    assert np.array_equal(draw(pixels, []), pixels)


def test_the_box_is_drawn_where_it_is() -> None:
    drawn = changed([Mark((100, 200, 300, 400), "")])
    ys, xs = np.nonzero(drawn)
    assert (xs.min(), ys.min(), xs.max(), ys.max()) == pytest.approx((100, 200, 300, 400), abs=2)
    assert not drawn[210:390, 110:290].any(), "what it frames stays visible"


@pytest.mark.parametrize("box", [(0, 0, 640, 480), (600, 0, 640, 30), (0, 450, 60, 480), (-5, -5, 700, 500)])
def test_words_stay_inside_the_picture(box: tuple[float, float, float, float]) -> None:
    words = changed([Mark(box, "banknote_bundle 0.55")]) & ~changed([Mark(box, "")])
    assert words.sum() > 50
    whole = changed([Mark((100, 200, 300, 400), "banknote_bundle 0.55")]) & ~changed([Mark((100, 200, 300, 400), "")])
    assert words.sum() >= 0.9 * whole.sum(), "not a letter is cut off"


def test_no_words_lie_upon_others() -> None:
    same = (200.0, 200.0, 400.0, 300.0)
    together = draw(AIR, [Mark(same, "pistol 0.67"), Mark(same, "slide 0.62"), Mark(same, "frame 0.41")])
    box = changed([Mark(same, "")])
    ink = ((together != 255).any(axis=2) & ~box).sum()
    alone = sum((changed([Mark(same, words)]) & ~box).sum() for words in ("pistol 0.67", "slide 0.62", "frame 0.41"))
    assert ink == pytest.approx(alone, rel=0.02)
