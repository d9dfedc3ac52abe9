"""``parcelray retrain``: what is wrong with what was given is told in one line, before any work."""

from __future__ import annotations

from inspect import signature
from pathlib import Path

import pytest
from typer.testing import CliRunner

from parcelray.scripts.main import app
from parcelray.scripts.retrain import retrain
from parcelray.training.retraining.plan import Schedule


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--own", "wrench"], "--own: expected CLASS=GROUP, got wrench"),
        (["--own", "wrench=tools"], "expected a group among firearm"),
        (["--map", "=wrench"], "--map: expected CATEGORY=LABEL, or CATEGORY=, got =wrench"),
        (["--map", "Spanner=spanner"], "what Spanner is: expected a label among"),
        (["--replay", "synth:lots"], "expected synth:COUNT"),
        (["--shares", "train=2"], "expected shares that add up to 1"),
        (["--from", "nowhere"], "model package nowhere: expected a folder with manifest.json"),
        ([], "june.json: expected labels, a COCO file, got no such file"),
    ],
)
def test_what_is_wrong_is_told_at_once(options: list[str], message: str, tmp_path: Path) -> None:
    if options:
        (tmp_path / "june.json").touch()
    given = [str(tmp_path / "june.json"), "--images", str(tmp_path), "--store", str(tmp_path / "store")]
    done = CliRunner().invoke(app, ["retrain", *given, "--out", str(tmp_path / "out"), *options])
    assert done.exit_code == 2, done.output
    assert message in done.output
    assert not (tmp_path / "store").exists()


def test_the_command_has_the_schedule_that_proofs_measure() -> None:
    given = {name: parameter.default for name, parameter in signature(retrain).parameters.items()}
    assert Schedule() == Schedule(given["epochs"], given["learning_rate"], given["new_share"])
