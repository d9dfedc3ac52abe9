from pathlib import Path

import pytest

from parcelray.models.errors import DemandsError
from parcelray.models.taxonomy import load_taxonomy
from parcelray.training.gate.demands import read_demands


def test_a_hub_names_only_what_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "gate.toml"
    path.write_text(
        "[found]\nwaived = ['pipe']\n[found.tolerance]\npistol = 0.02\ncash = 0.2\n[latency]\nat_least_ms = 40\n"
    )
    demands, usual, classes = read_demands(path), read_demands(), load_taxonomy()
    assert demands.tolerance_of("pistol", classes) == 0.02, "a class goes before its group"
    assert demands.tolerance_of("revolver", classes) == usual.tolerance_of("revolver", classes) == 0.05
    assert demands.tolerance_of("coin_roll", classes) == 0.2
    assert demands.found.waived == ("pipe",)
    assert (demands.latency.at_least_ms, demands.latency.times) == (40, usual.latency.times)
    assert demands.calibration == usual.calibration


def test_every_learned_class_has_a_usual_tolerance() -> None:
    usual, classes = read_demands(), load_taxonomy()
    usual.check_names(classes)
    for label in classes.leaves(learned_only=True):
        usual.tolerance_of(label, classes)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[found]\ntolerances = {}\n", "found.tolerances: expected only known keys, got an unknown one"),
        ("[latency]\ntimes = 0.5\n", "latency.times: expected Input should be greater than or equal to 1, got 0.5"),
        ("[found.tolerance]\ncash = 0\n", "found.tolerance.cash: expected Input should be greater than 0, got 0"),
        ("found = 3\n", "found: expected"),
        ("[found\n", "expected TOML"),
    ],
)
def test_slips_are_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "gate.toml"
    path.write_text(text)
    with pytest.raises(DemandsError) as error:
        read_demands(path)
    assert message in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DemandsError, match=r"nowhere.toml: expected demands of the gate, got no such file"):
        read_demands(tmp_path / "nowhere.toml")


@pytest.mark.parametrize("text", ["[found]\nwaived = ['pistl']\n", "[found.tolerance]\nfirearms = 0.1\n"])
def test_names_that_are_no_classes_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "gate.toml"
    path.write_text(text)
    with pytest.raises(DemandsError, match=r"expected names among .*, got (pistl|firearms)"):
        read_demands(path).check_names(load_taxonomy())
