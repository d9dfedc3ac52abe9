"""The library's variants, which of them are reserved, and what it holds."""

import numpy as np
import pytest

from parcelray.datasets.synth.geometry.shape import Shape
from parcelray.datasets.synth.shapes.catalogue import all_kinds
from parcelray.datasets.synth.shapes.kind import Kind
from parcelray.datasets.synth.shapes.library import (
    BENIGN_VARIANTS,
    LABELLED_VARIANTS,
    Library,
    Split,
    is_reserved,
)
from parcelray.models.taxonomy import load_taxonomy

MIN_BENIGN_KINDS = 80


def same(one: Shape, other: Shape) -> bool:
    """Whether two shapes are the same to the byte."""
    return [(p.vertices.tobytes(), p.faces.tobytes(), p.material, p.wall, p.role) for p in one.parts] == [
        (p.vertices.tobytes(), p.faces.tobytes(), p.material, p.wall, p.role) for p in other.parts
    ]


def picked(toys: Library, name: str, leaf: str | None, split: Split, count: int = 700) -> set[str]:
    rng = np.random.default_rng(5)
    found = set()
    for shelf in range(count):
        toys.stock(1, shelf)
        found.add(toys.pick(rng, leaf, split, kinds=[name]).identifier)
    return found


@pytest.mark.parametrize(
    ("name", "leaf", "variants"),
    [("toy_pistol", "pistol", LABELLED_VARIANTS), ("toy_book", None, BENIGN_VARIANTS)],
)
def test_a_fifth_of_each_kinds_variants_is_reserved(toys: Library, name: str, leaf: str | None, variants: int) -> None:
    shown, kept_back = picked(toys, name, leaf, "open"), picked(toys, name, leaf, "reserved")
    assert shown.isdisjoint(kept_back)
    assert shown | kept_back == {f"{name}-{number:03d}" for number in range(variants)}
    assert len(kept_back) == variants // 5
    assert all(is_reserved(identifier) for identifier in kept_back)
    assert not any(is_reserved(identifier) for identifier in shown)


def test_open_and_reserved_variants_are_different_shapes(toys: Library) -> None:
    extents = {tuple(toys.shape(f"toy_pistol-{number:03d}").extent().tolist()) for number in range(LABELLED_VARIANTS)}
    assert len(extents) == LABELLED_VARIANTS


IDENTIFIERS = ("pistol_polymer-003", "banknotes_bundle-017", "laptop-004", "dress-011", "charge_lump-099")


def test_a_shape_follows_from_its_identifier_in_any_order() -> None:
    forwards, backwards = Library(all_kinds()), Library(reversed(all_kinds()))
    first = {identifier: forwards.shape(identifier) for identifier in IDENTIFIERS}
    backwards.stock(9, 9)
    backwards.pick(np.random.default_rng(1), "slide")
    for identifier in reversed(IDENTIFIERS):
        again = backwards.shape(identifier)
        assert again.identifier == identifier
        assert same(first[identifier], again)


def test_a_shape_that_was_put_away_is_drawn_again_the_same(toys: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parcelray.datasets.synth.shapes.library._KEPT", 2)
    first = toys.shape("toy_book-000")
    for number in range(1, 5):
        toys.shape(f"toy_book-{number:03d}")
    again = toys.shape("toy_book-000")
    assert again is not first
    assert same(first, again)


def test_a_pick_is_a_variant_slightly_larger_or_smaller(toys: Library) -> None:
    rng = np.random.default_rng(0)
    ratios = []
    for _ in range(200):
        pick = toys.pick(rng, "pistol")
        ratios.append(pick.extent() / toys.shape(pick.identifier).extent())
    assert np.min(ratios) > 0.9
    assert np.max(ratios) < 1.1
    assert np.std(np.mean(ratios, axis=1)) > 0.02, "sizes vary"
    assert np.std(ratios, axis=1).mean() > 0.005, "proportions vary"


def test_benign_things_come_from_the_shelf_until_the_next(toys: Library) -> None:
    def variants(*shelf: int) -> set[str]:
        rng = np.random.default_rng(0)
        toys.stock(*shelf)
        return {toys.pick(rng, None).identifier for _ in range(60)}

    assert len(variants(1, 0)) == 3, "one of each kind"
    assert variants(1, 0) == variants(1, 0)
    assert len({frozenset(variants(1, shelf)) for shelf in range(6)}) > 1


def test_kinds_come_as_often_as_they_weigh(toys: Library) -> None:
    kinds = {kind.name: kind for kind in toys.kinds if kind.leaf in (None, "pistol")}
    book, pistol = kinds["toy_book"], kinds["toy_pistol"]
    weighed = Library([pistol, Kind("toy_pistol_rare", "pistol", pistol.draw, weight=0.25), book])
    rng = np.random.default_rng(0)
    rare = np.mean([weighed.pick(rng, "pistol").identifier.startswith("toy_pistol_rare") for _ in range(2000)])
    assert rare == pytest.approx(0.2, abs=0.03)


def test_what_it_does_not_have_is_refused(toys: Library) -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(KeyError, match="knife"):
        toys.pick(rng, "knife")
    with pytest.raises(KeyError, match="nothing"):
        toys.pick(rng, None, kinds=["nothing"])
    with pytest.raises(KeyError, match="nothing"):
        toys.shape("nothing-001")
    with pytest.raises(ValueError, match="each kind once, got 'toy_pistol' twice"):
        Library([*toys.kinds, toys.kinds[0]])


def test_every_learned_leaf_has_kinds_and_nothing_else_has_a_leaf(library: Library) -> None:
    assert library.leaves() == set(load_taxonomy().leaves(learned_only=True))


def test_names_are_unique_and_can_be_part_of_an_identifier() -> None:
    names = [kind.name for kind in all_kinds()]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() for name in names)
    assert all(kind.weight > 0.0 for kind in all_kinds())


def test_benign_kinds_are_many_and_hold_nothing_that_is_labelled(library: Library) -> None:
    benign = [kind for kind in library.kinds if kind.leaf is None]
    assert len(benign) >= MIN_BENIGN_KINDS
    library.stock(1, 0)  # the shelf that other tests draw with
    rng = np.random.default_rng(0)
    for kind in benign:
        drawn = library.pick(rng, None, kinds=[kind.name])
        assert (drawn.leaf, drawn.kind, drawn.count) == (None, kind.name, None)
        assert {part.role for part in drawn.parts} == {""}, kind.name
