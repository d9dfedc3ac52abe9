"""Threat image projection, whole: into a raw pair and into a pseudo-colour scan of a clean parcel."""

import numpy as np
import pytest

from parcelray.datasets.scan import View
from parcelray.datasets.synth.drawing import Draughtsman, DrawnView, Plan
from parcelray.datasets.synth.scanner.colouring import colour
from parcelray.datasets.synth.scanner.profile import load_profile
from parcelray.datasets.synth.shapes.library import Library, is_reserved
from parcelray.datasets.synth.tip import project_threat
from parcelray.models.errors import BadInputError

PROFILE = load_profile("six-a")
# In a picture of 320 x 240 this many mm a pixel show a whole parcel.
PITCH = 2.0


@pytest.fixture(scope="module")
def clean(library: Library) -> DrawnView:
    """A parcel that has room and nothing in it that is looked for."""
    draughtsman = Draughtsman(Plan(1, ("six-a",), (320, 240), contraband=0.0, neighbours=0.0))
    draughtsman.library = library
    views = [draughtsman.draw(index).views[0] for index in range(4)]
    return min(views, key=lambda view: abs(float((view.counts[0] < 45000).mean()) - 0.5))


def raw(clean: DrawnView) -> View:
    return View(clean.counts.copy(), "dual")


def coloured(clean: DrawnView) -> View:
    return View(clean.pixels.copy(), "colour")


VIEWS = {"dual": raw, "colour": coloured}


@pytest.mark.parametrize("leaf", ["pistol", "magazine"])
def test_the_label_is_where_the_counts_changed(clean: DrawnView, library: Library, leaf: str) -> None:
    view = raw(clean)
    for seed in range(3):
        done = project_threat(view, leaf, PROFILE, library, np.random.default_rng(seed), pitch=PITCH)
        assert done.view.kind == "dual"
        assert done.label.leaf == leaf
        changed = (done.view.pixels != view.pixels).any(axis=0)
        rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
        box = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
        assert done.label.box == pytest.approx(box, abs=3)
        inside = np.zeros_like(changed)
        inside[done.label.rows, done.label.columns] = done.label.mask
        assert changed[inside].mean() > 0.9
        assert (changed & ~inside).sum() < 0.2 * inside.sum() + 10
        assert (done.view.pixels <= view.pixels).all()
        assert (done.label.box[2] - done.label.box[0]) * PITCH < 300


@pytest.mark.parametrize("kind", VIEWS)
def test_the_clean_scan_stays_and_all_outside_the_item_too(clean: DrawnView, library: Library, kind: str) -> None:
    view = VIEWS[kind](clean)
    before = view.pixels.copy()
    done = project_threat(view, "revolver", PROFILE, library, np.random.default_rng(1), pitch=PITCH)
    assert np.array_equal(view.pixels, before)
    assert done.view.kind == kind
    assert done.view.pixels.shape == view.pixels.shape
    changed = (done.view.pixels != before).any(axis=0 if kind == "dual" else 2)
    outside = np.ones(changed.shape, np.bool_)
    x0, y0, x1, y1 = done.label.box
    outside[max(0, y0 - 4) : y1 + 4, max(0, x0 - 4) : x1 + 4] = False
    assert not changed[outside].any()
    assert changed[done.label.rows, done.label.columns][done.label.mask].mean() > 0.5
    assert (done.view.pixels <= before).all()


@pytest.mark.parametrize("name", ["raw", "grey", "slate"])
def test_pictures_of_every_style_take_an_item(clean: DrawnView, library: Library, name: str) -> None:
    """Our own colouring, one that tells no material, and one on a dark ground."""
    profile = load_profile(name)
    view = View(colour(clean.counts, profile, np.random.default_rng(0)), "colour")
    done = project_threat(view, "pistol", profile, library, np.random.default_rng(2), pitch=PITCH)
    changed = done.view.pixels.astype(int) - view.pixels
    inside = changed[done.label.rows, done.label.columns][done.label.mask]
    assert changed.max() <= 0
    assert inside.min() < -40
    assert inside.mean() < -5.0


@pytest.mark.parametrize("kind", VIEWS)
def test_an_item_lies_in_the_parcel(clean: DrawnView, library: Library, kind: str) -> None:
    matter = clean.counts[0] < 0.97 * np.quantile(clean.counts[0], 0.99)
    shares = []
    for seed in range(3):
        label = project_threat(
            VIEWS[kind](clean), "magazine", PROFILE, library, np.random.default_rng(seed), pitch=PITCH
        ).label
        shares.append(matter[label.rows, label.columns].mean())
    assert np.mean(shares) > 0.8


def test_the_same_seed_gives_the_same_scan_and_another_another(clean: DrawnView, library: Library) -> None:
    first, again, other = (
        project_threat(raw(clean), "pistol", PROFILE, library, np.random.default_rng(seed), pitch=PITCH)
        for seed in (3, 3, 4)
    )
    assert np.array_equal(first.view.pixels, again.view.pixels)
    assert first.label.box == again.label.box
    assert not np.array_equal(first.view.pixels, other.view.pixels)


def test_reserved_shapes_are_used_only_when_asked_for(clean: DrawnView, library: Library) -> None:
    for split in ("open", "reserved"):
        shapes = {
            project_threat(
                raw(clean), "magazine", PROFILE, library, np.random.default_rng(seed), pitch=PITCH, split=split
            ).label.shape
            for seed in range(3)
        }
        assert {is_reserved(shape) for shape in shapes} == {split == "reserved"}


def test_grey_empty_and_unknown_are_refused(clean: DrawnView, library: Library) -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(BadInputError, match="pseudo-colour or a raw pair, got grey"):
        project_threat(View(clean.counts[0].copy(), "grey"), "pistol", PROFILE, library, rng)
    white = np.full((240, 320, 3), PROFILE.palette.air, np.uint8)
    with pytest.raises(BadInputError, match="a scan with a parcel in it, got one that shows air alone"):
        project_threat(View(white, "colour"), "pistol", PROFILE, library, rng)
    with pytest.raises(KeyError, match="knife"):
        project_threat(raw(clean), "knife", PROFILE, library, rng)


def test_an_item_that_does_not_fit_the_picture_is_refused(clean: DrawnView, library: Library) -> None:
    with pytest.raises(BadInputError, match="a parcel in which a long_gun can be seen"):
        project_threat(raw(clean), "long_gun", PROFILE, library, np.random.default_rng(0), pitch=0.5)


def test_a_smaller_pitch_makes_a_larger_item(clean: DrawnView, library: Library) -> None:
    areas = [
        project_threat(raw(clean), "magazine", PROFILE, library, np.random.default_rng(5), pitch=pitch).label.mask.sum()
        for pitch in (3.0, 1.5)
    ]
    assert areas[1] > 2.5 * areas[0]


def test_raw_air_alone_is_refused(library: Library) -> None:
    rng = np.random.default_rng(1)
    air = rng.normal(50000, 250, (2, 240, 320)).astype(np.uint16)
    with pytest.raises(BadInputError, match="air alone"):
        project_threat(View(air, "dual"), "pistol", PROFILE, library, rng)
