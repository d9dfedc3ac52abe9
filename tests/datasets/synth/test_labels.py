"""The label policy, and what a label says of an item in a view."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from parcelray.datasets.synth.geometry import solids
from parcelray.datasets.synth.geometry.fan import Fan, line_fan
from parcelray.datasets.synth.geometry.placing import move_shape
from parcelray.datasets.synth.geometry.shape import Shape, shape
from parcelray.datasets.synth.labels import MIN_VISIBLE, Label, label_item, label_view, main_material
from parcelray.datasets.synth.packing.concealment import conceal
from parcelray.datasets.synth.packing.parcel import pack_parcel
from parcelray.datasets.synth.physics.beams import SANDWICH
from parcelray.datasets.synth.physics.quadrature import quadrature
from parcelray.datasets.synth.physics.transmission import transmit
from parcelray.datasets.synth.projection import project
from parcelray.datasets.synth.shapes.library import Library
from parcelray.models.taxonomy import load_taxonomy

FAN = line_fan((0, 0, -600), (0, 0, 0), 200, 1.0, 600, 160, 1.0)
NODES = quadrature(SANDWICH)
PHOTONS = (2e4, 2e4)
IED = next(group.leaves for group in load_taxonomy().groups if group.name == "ied_component")
GUNS, GUN_PARTS = ("pistol", "revolver", "long_gun"), ("slide", "frame", "barrel", "magazine")
FEWEST_NOTES = 100


def see(*shapes: Shape, fan: Fan = FAN, photons: tuple[float, float] = PHOTONS) -> list[Label]:
    return label_view(shapes, project(shapes, fan, NODES.coefficients), NODES, photons)


def item(at: tuple[float, float, float] = (0, 80, 30), thickness: float = 6.0) -> Shape:
    """A steel ring, so that a box is not its mask."""
    outline = solids.rounded(70, 40, 12).difference(solids.rounded(40, 14, 5))
    ring = shape("ring", [solids.extrude(outline, thickness, material="steel")], leaf="pistol", count=7)
    return move_shape(replace(ring, identifier="ring-003"), at)


def plate(material: str, thickness: float, at: tuple[float, float, float] = (0, 80, 80)) -> Shape:
    return move_shape(shape("plate", [solids.box((140, 120, thickness), material=material)]), at)


def same_place(one: Label, other: Label) -> bool:
    return (one.box, one.rows, one.columns) == (other.box, other.rows, other.columns) and np.array_equal(
        one.mask, other.mask
    )


# What a label says.


def test_the_box_is_the_masks_extent_and_the_mask_is_the_outline() -> None:
    (label,) = see(item())
    x0, y0, x1, y1 = label.box
    assert (label.rows, label.columns) == (slice(y0, y1), slice(x0, x1))
    assert label.mask.shape == (y1 - y0, x1 - x0)
    for edge in (label.mask[0], label.mask[-1], label.mask[:, 0], label.mask[:, -1]):
        assert edge.any()
    # 70 x 40 mm at 600 mm of 627 to its lower side, around (100, 80).
    assert (x0, x1, y0, y1) == pytest.approx((66.5, 133.5, 60, 100), abs=1.01)
    inside = project([item()], FAN, NODES.coefficients).paths[y0:y1, x0:x1, 0] > 0.0
    assert (inside == label.mask).mean() > 0.97
    assert not label.mask[(y1 - y0) // 2, (x1 - x0) // 2], "the hole is no part of the mask"


def test_leaf_shape_material_and_count_come_through() -> None:
    (label,) = see(plate("paper", 5.0), item())
    assert (label.leaf, label.shape, label.material, label.count) == ("pistol", "ring-003", "steel", 7)
    assert (label.level, label.visible) == ("easy", 1.0)
    (without,) = see(replace(item(), count=None))
    assert without.count is None


def test_a_cover_changes_how_well_an_item_shows_and_not_where_it_is() -> None:
    thin = item(thickness=0.6)
    (bare,) = see(thin)
    covered = [label for thickness in (0.01, 1.0, 5.0) for label in see(thin, plate("steel", thickness))]
    assert all(same_place(label, bare) for label in covered)
    assert [label.level for label in covered] == ["easy", "hard", "hidden"]
    assert [label.clutter for label in covered] == pytest.approx([0.005, 0.47, 1.73], abs=0.05)
    # A hardened beam is weakened less by what it meets.
    added = [label.own for label in covered]
    assert added == sorted(added, reverse=True)


def test_half_of_an_item_under_lead_is_half_visible() -> None:
    (bare,) = see(item())
    (covered,) = see(item(), plate("lead", 40.0, (70, 80, 80)))
    assert same_place(bare, covered)
    assert covered.visible == pytest.approx(0.5, abs=0.06)
    assert covered.level != "easy"


def test_what_lies_wholly_behind_lead_has_no_label() -> None:
    assert see(item(), plate("lead", 60.0)) == []
    assert len(see(item(), plate("lead", 60.0, (0, 300, 80)))) == 1


def test_clutter_is_what_lies_in_the_mask_and_makes_it_hard() -> None:
    stripes = [
        solids.box((4, 120, 12), (x, 0, 0), material="steel") for x in range(-48, 48, 12)
    ]  # half of the mask has 12 mm of steel before it
    (plain,) = see(item())
    (busy,) = see(item(), move_shape(shape("grid", stripes), (0, 80, 80)))
    assert plain.clutter == pytest.approx(0.0, abs=1e-4)
    assert busy.clutter_deviation > 0.5
    assert busy.level != "easy"
    assert same_place(plain, busy)


def test_an_item_at_the_pictures_edge_is_clipped() -> None:
    (whole,) = see(item())
    (cut,) = see(item(at=(-100, 80, 30)))
    assert cut.box[0] == 0
    assert cut.box[2] - cut.box[0] < 0.6 * (whole.box[2] - whole.box[0])
    assert cut.rows == whole.rows
    assert 0.4 * whole.mask.sum() < cut.mask.sum() < 0.7 * whole.mask.sum()
    assert see(item(at=(-400, 80, 30))) == []


def test_nothing_is_labelled_that_shows_less_than_the_least() -> None:
    thin, shown = item(thickness=0.6), []
    for thickness in np.arange(2.0, 60.0, 4.0):
        shown += [label.visible for label in see(thin, plate("steel", float(thickness)))]
    assert 2 < len(shown) < 15
    assert min(shown) >= MIN_VISIBLE


def test_noise_hides_what_quiet_scans_show() -> None:
    thin = item(thickness=0.15)
    (quiet,) = see(thin)
    assert quiet.visible > 0.9
    assert see(thin, photons=(100.0, 100.0)) == []
    (one_channel,) = see(thin, photons=(100.0, 2e4))
    assert one_channel.visible > 0.9, "the other channel shows it"


def test_transposed_swaps_rows_and_columns() -> None:
    (label,) = see(item(at=(10, 70, 30)))
    over = label.transposed()
    assert over.box == (label.box[1], label.box[0], label.box[3], label.box[2])
    assert (over.rows, over.columns) == (label.columns, label.rows)
    assert np.array_equal(over.mask.T, label.mask)
    assert over.transposed().box == label.box


def test_a_benign_shape_cannot_be_labelled() -> None:
    (footprint,) = project([item()], FAN, NODES.coefficients).footprints
    nothing = transmit(np.zeros_like(footprint.paths), NODES.weights)
    with pytest.raises(ValueError, match="expected a shape with a leaf, got plate"):
        label_item(plate("paper", 1.0), footprint, NODES, nothing, nothing, PHOTONS)


def test_the_material_is_that_of_most_mass() -> None:
    block = solids.box((20, 20, 20), material="nylon")
    hole = replace(solids.box((19, 19, 19), material="nylon"), faces=block.faces[:, ::-1])
    pin = solids.box((10, 10, 10), material="steel")
    shell = solids.box((40, 40, 40), material="aluminium", wall=2.0)
    assert main_material(shape("x", [block])) == "nylon"
    # 8 cm3 of nylon weigh 9 g, 1 cm3 of steel 8 g; hollowed out, the nylon weighs 1.3 g.
    assert main_material(shape("x", [block, pin])) == "nylon"
    assert main_material(shape("x", [block, hole, pin])) == "steel"
    # 96 cm2 of 2 mm aluminium weigh 52 g.
    assert main_material(shape("x", [block, pin, shell])) == "aluminium"


# What is labelled.


def lying(thing: Shape) -> Shape:
    """In the middle of a picture that it fits into."""
    low, _ = thing.bounds()
    return move_shape(thing, (0.0, 600.0, 30.0 - float(low[2])))


WIDE = line_fan((0, 0, -700), (0, 0, 0), 300, 4.0, 700, 300, 4.0)


@pytest.mark.parametrize("leaf", GUNS)
def test_a_whole_gun_is_one_item_with_part_masks(library: Library, leaf: str) -> None:
    for kind in (kind for kind in library.kinds if kind.leaf == leaf):
        gun = library.shape(f"{kind.name}-000")
        (label,) = see(lying(gun), fan=WIDE)
        assert label.leaf == leaf
        roles = [part.role for part in label.parts]
        assert len(set(roles)) == len(roles)
        assert {"frame", "barrel"} <= set(roles) <= set(GUN_PARTS), kind.name
        for part in label.parts:
            assert part.mask.shape == label.mask.shape
            assert part.mask.any()
            assert (part.mask & label.mask).sum() >= 0.8 * part.mask.sum()


@pytest.mark.parametrize("leaf", GUN_PARTS)
def test_a_part_apart_from_a_gun_is_an_item(library: Library, leaf: str) -> None:
    for kind in (kind for kind in library.kinds if kind.leaf == leaf):
        (label,) = see(lying(library.shape(f"{kind.name}-000")), fan=WIDE)
        assert label.leaf == leaf


def test_batteries_and_boards_in_an_appliance_are_no_items(library: Library) -> None:
    library.stock(1, 0)
    rng = np.random.default_rng(0)
    telling = {"liion", "alkaline", "fr4", "lead_acid"}
    appliances = [
        drawn
        for drawn in (library.pick(rng, None, kinds=[kind.name]) for kind in library.kinds if kind.leaf is None)
        if telling & {part.material for part in drawn.parts}
    ]
    assert len(appliances) >= 30
    for start in range(0, 30, 10):
        assert see(*(lying(appliance) for appliance in appliances[start : start + 10]), fan=WIDE) == []


def encloses(hull: Shape, thing: Shape) -> bool:
    """Whether the middle of a thing is within a convex hull."""
    middle = np.mean(thing.bounds(), axis=0)
    for part in hull.parts:
        a, b, c = (part.vertices[part.faces[:, i]].astype(np.float64) for i in range(3))
        if (np.einsum("ij,ij->i", np.cross(b - a, c - a), middle - a) > 0.0).any():
            return False
    return True


def hulls(thing: Sequence[Shape]) -> set[str]:
    """What an item is inside of."""
    (hidden,) = [shape for shape in thing if shape.leaf is not None]
    around = [shape for shape in thing if shape.leaf is None and shape.kind.startswith("toy")]
    return {shape.kind for shape in around if encloses(shape, hidden)}


@pytest.mark.parametrize("leaf", IED)
def test_no_component_is_hidden_in_an_appliance(toys: Library, leaf: str) -> None:
    for seed in range(100):
        rng = np.random.default_rng([seed, 1])
        assert hulls(conceal(toys.pick(rng, leaf), rng, toys, "open")) == set()


def test_guns_and_cash_are_hidden_in_appliances(toys: Library) -> None:
    for leaf in ("pistol", "banknote_bundle"):
        found: set[str] = set()
        for seed in range(40):
            rng = np.random.default_rng([seed, 1])
            found |= hulls(conceal(toys.pick(rng, leaf), rng, toys, "open"))
        assert found == {"toy_appliance"}, "nothing solid hides a gun"


def test_no_packed_parcel_has_a_component_in_an_appliance(toys: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parcelray.datasets.synth.packing.parcel._CONCEALED_SHARE", 1.0)
    monkeypatch.setattr("parcelray.datasets.synth.packing.parcel._FILLED_SHARE", 0.0)
    held: list[str] = []
    for seed in range(100):
        parcel = pack_parcel(np.random.default_rng([seed, 2]), toys, contraband=True)
        benign = [shape for shape in parcel.shapes if shape.leaf is None and shape.kind.startswith("toy")]
        items = [shape for shape in parcel.shapes if shape.leaf is not None]
        held += [item.leaf or "" for item in items for hull in benign if encloses(hull, item)]
    assert len(held) >= 3, "something else is hidden so"
    assert set(held).isdisjoint(IED)


def test_bundles_of_fewer_than_a_hundred_notes_are_never_drawn(library: Library) -> None:
    kinds = [kind for kind in library.kinds if kind.leaf == "banknote_bundle"]
    assert len(kinds) >= 5
    for kind in kinds:
        for seed in range(15):
            count = kind.draw(np.random.default_rng([seed, 3])).count
            assert count is not None
            assert count >= FEWEST_NOTES, (kind.name, seed)
