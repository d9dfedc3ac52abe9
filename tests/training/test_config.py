from collections.abc import Callable
from pathlib import Path

import pytest

from parcelray.models.errors import RecipeError
from parcelray.training.config import read_recipe

SHIPPED = sorted((Path(__file__).parents[2] / "training" / "recipes").glob("*.toml"))


def test_a_recipe_is_read(write_recipe: Callable[..., Path]) -> None:
    recipe = read_recipe(write_recipe(epochs=5))
    assert recipe.optimiser.epochs == 5
    assert recipe.architecture.name == "yolox"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_recipes_are_valid(path: Path) -> None:
    assert read_recipe(path).version == path.stem


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("seed = 3", "seed = 3\ncolour = 1", r"colour: expected only known keys, got an unknown one"),
        ("clip_norm = 10.0", "clip = 1", r"optimiser\.clip_norm: expected Field required, got nothing"),
        ("batch_size = 8", "batch_size = 0", r"optimiser\.batch_size: expected Input should be greater than 0, got 0"),
        ('"pipe"]', '"knife"]', "knife are no learned leaves"),
        ('"pipe"]', '"pistol"]', "each once"),
        (
            "[optimiser]",
            '[insertion]\nshare = 0.5\nscanners = ["six-a"]\nleaves = ["long_gun"]\n\n[optimiser]',
            r"insertion\.leaves long_gun are no labels",
        ),
        ("[optimiser]", "[memory]\nweight = 1.0\n\n[optimiser]", r"memory asks for start\.labels"),
        ("taxonomy = 1", "taxonomy = 7", "version 7"),
        ("seed = 3", 'seed = 3\nown_classes = { pistol = "cash" }', "a name of its own, got a leaf"),
        ("seed = 3", 'seed = 3\nown_classes = { wrench = "cash" }', "own_classes wrench are no labels"),
        ("seed = 3", "seed = = 3", "expected TOML"),
    ],
)
def test_what_is_wrong_is_named(write_recipe: Callable[..., Path], old: str, new: str, message: str) -> None:
    path = write_recipe()
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(RecipeError, match=message):
        read_recipe(path)


def test_a_missing_recipe_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"gone\.toml: expected a recipe, got no such file"):
        read_recipe(tmp_path / "gone.toml")


def test_an_own_class_is_a_label_like_others(write_recipe: Callable[..., Path]) -> None:
    path = write_recipe()
    path.write_text(path.read_text().replace('"pipe"]', '"wrench"]\nown_classes = { wrench = "firearm_part" }'))
    recipe = read_recipe(path)
    assert recipe.labels == ("pistol", "wrench")
    assert recipe.classes.group_of("wrench").name == "firearm_part"
