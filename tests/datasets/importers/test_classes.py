import pytest

from parcelray.datasets.importers.classes import Meaning, load_classes
from parcelray.datasets.importers.registry import IMPORTERS
from parcelray.models.errors import DatasetError
from parcelray.models.taxonomy import load_taxonomy


@pytest.mark.parametrize("source_format", IMPORTERS)
def test_every_format_is_in_the_table_with_leaves_of_ours(source_format: str) -> None:
    leaves = set(load_taxonomy().leaves(learned_only=True))
    table = load_classes(source_format, {})
    assert {leaf for meaning in table.meanings.values() for leaf in meaning.leaves} == leaves


@pytest.mark.parametrize(
    ("source_format", "name", "category", "leaves"),
    [
        ("pidray", "Bullet", "ammunition", ("ammunition",)),
        ("pidray", "handcuffs", "HandCuffs", ()),
        ("pidray", "Gun", "Gun", ("pistol", "revolver", "long_gun")),
        ("sixray", "gun", "Gun", ("pistol", "revolver")),
        ("sixray", "Hammer", "Hammer", ()),
        ("opixray", "Multi-tool_Knife", "Multi-tool_Knife", ()),
        ("gdxray", "B0046", "B0046", ()),
        ("gdxray", "B0049", "B0049", ("pistol", "revolver")),
        ("coco", "Pistol", "pistol", ("pistol",)),
    ],
)
def test_what_a_class_is(source_format: str, name: str, category: str, leaves: tuple[str, ...]) -> None:
    meaning = load_classes(source_format, {}).of(name, "here")
    assert (meaning.category, meaning.leaves) == (category, leaves)


def test_choices_come_first() -> None:
    table = load_classes("sixray", {"GUN": "pistol", "Axe": "", "B": "pipe"})
    assert table.of("Gun", "here") == Meaning("GUN", ("pistol",))
    assert table.of("Gun", "here").category == "pistol"
    assert table.of("axe", "here").category == "Axe"
    assert table.of("b", "here").category == "pipe"


def test_an_unknown_class_is_named_with_its_file() -> None:
    with pytest.raises(DatasetError, match=r"a\.xml: expected classes among .*Gun.* or --map 'Axe=LEAF' .*got 'Axe'"):
        load_classes("sixray", {}).of("Axe", "a.xml")


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"Gun": "cannon"}, "--map Gun: expected a leaf among pistol, .*got 'cannon'"),
        ({"Gun": "opaque_area"}, "a leaf among"),
        ({"pistol": ""}, "a class that is no leaf of ours by its name"),
        ({"pistol": "revolver"}, "a class that is no leaf of ours by its name"),
    ],
)
def test_choices_that_cannot_be(choices: dict[str, str], message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        load_classes("sixray", choices)
