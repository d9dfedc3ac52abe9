from collections.abc import Callable
from pathlib import Path

import pytest

from parcelray.models.package import CARD, Manifest, ModelPackage
from parcelray.models.store import release_folder
from parcelray.training.gate.card import SECTIONS, check_card
from support.gated import package_like

Change = Callable[[Manifest], dict[str, object]]


def test_the_card_of_a_release_is_complete() -> None:
    check = check_card(ModelPackage.open(release_folder()))
    assert check.passed, check.reason


@pytest.mark.parametrize("section", SECTIONS)
def test_an_empty_section_is_named(tmp_path: Path, section: str) -> None:
    text = (release_folder() / CARD).read_text()
    before, after = text.split(f"## {section}\n")
    _, *rest = after.split("\n## ")
    emptied = "\n## ".join([f"{before}## {section}\n", *rest])
    check = check_card(package_like(tmp_path / "p", files={CARD: emptied.encode()}))
    assert (check.passed, check.reason) == (False, f"sections missing or empty: {section}")


def test_what_it_was_made_from_must_be_named(tmp_path: Path) -> None:
    def without_recipe(manifest: Manifest) -> dict[str, object]:
        return {"lineage": {**manifest.lineage, "sha256 of recipe": "lost"}, "figures": {}}

    check = check_card(package_like(tmp_path / "p", change=without_recipe))
    assert not check.passed
    assert check.reason == "not named in the manifest's lineage: sha256 of recipe; the manifest has no figures"


def test_without_a_card(tmp_path: Path) -> None:
    check = check_card(package_like(tmp_path / "p", without=(CARD,)))
    assert (check.passed, check.reason) == (False, "the package has no card")
