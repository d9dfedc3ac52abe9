import pytest

from parcelray.models.taxonomy import Group, Taxonomy, load_taxonomy


def test_version_one_holds_the_design_s_leaves() -> None:
    taxonomy = load_taxonomy()
    assert taxonomy.version == 1
    assert len(list(taxonomy.leaves())) == 20
    assert set(taxonomy.leaves()) - set(taxonomy.leaves(learned_only=True)) == {"opaque_area"}


@pytest.mark.parametrize(
    ("leaf", "group", "programme"),
    [
        ("revolver", "firearm", "small arms and light weapons"),
        ("magazine", "firearm_part", "small arms and light weapons"),
        ("ammunition", "ammunition", "small arms and light weapons"),
        ("initiator", "ied_component", "Programme Global Shield"),
        ("powder_bag", "precursor", "Programme Global Shield"),
        ("coin_roll", "cash", "terrorist financing"),
        ("opaque_area", "opaque", "strategic trade controls"),
    ],
)
def test_leaf_knows_its_group_and_programme(leaf: str, group: str, programme: str) -> None:
    found = load_taxonomy().group_of(leaf)
    assert (found.name, found.programme) == (group, programme)


def test_firearms_are_gravest() -> None:
    assert min(load_taxonomy().groups, key=lambda group: group.severity).name == "firearm"


def test_unknown_leaf_and_version_are_named() -> None:
    with pytest.raises(KeyError, match="no leaf 'knife'"):
        load_taxonomy().group_of("knife")
    with pytest.raises(KeyError, match="version 99"):
        load_taxonomy(99)


def test_a_leaf_stands_once() -> None:
    twice = (Group("a", 1, "p", ("x", "y")), Group("b", 2, "p", ("x",)))
    with pytest.raises(ValueError, match="each leaf once, got x"):
        Taxonomy(1, twice)


def test_own_classes_stand_in_the_group_that_is_named_and_nothing_else_changes() -> None:
    published = load_taxonomy()
    ours = published.with_own({"wrench": "firearm_part", "note_press": "cash"})
    assert ours.group_of("wrench").severity == published.group_of("slide").severity
    assert ours.group_of("note_press").programme == "terrorist financing"
    assert set(ours.leaves(learned_only=True)) == {*published.leaves(learned_only=True), "wrench", "note_press"}
    assert [group.name for group in ours.groups] == [group.name for group in published.groups]
    assert "wrench" not in load_taxonomy().leaves()


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"pistol": "firearm"}, "a name of its own, got a leaf of taxonomy 1"),
        ({"opaque_area": "firearm"}, "a name of its own, got a leaf of taxonomy 1"),
        ({"wrench": "tools"}, "a group among firearm, .* got 'tools'"),
        ({"wrench": "opaque"}, "a group among firearm, .* got 'opaque'"),
        ({"Wrench": "firearm"}, "small letters"),
        ({"2wrench": "firearm"}, "small letters"),
        ({"wrench-2": "firearm"}, "small letters"),
        ({"w" * 65: "firearm"}, "up to 64"),
    ],
)
def test_what_an_own_class_cannot_be_is_named(own: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        load_taxonomy().with_own(own)
