from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from parcelray.models.errors import BadInputError
from parcelray.training.checkpoint import CHECKPOINT, Checkpoint

STATE = Checkpoint(
    epoch=1,
    step=2,
    sums=torch.arange(4.0),
    seconds=3.5,
    network={"weight": torch.ones(2)},
    average={"weight": torch.zeros(2)},
    average_steps=7,
    optimiser={"state": {}, "param_groups": []},
)


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    assert Checkpoint.read(tmp_path) is None
    STATE.write(tmp_path)
    replace(STATE, step=3).write(tmp_path)
    read = Checkpoint.read(tmp_path)
    assert read is not None
    assert (read.epoch, read.step, read.seconds, read.average_steps) == (1, 3, 3.5, 7)
    assert torch.equal(read.network["weight"], torch.ones(2))
    assert [path.name for path in tmp_path.iterdir()] == [CHECKPOINT]


@pytest.mark.parametrize(
    ("state", "got"),
    [
        ({"epoch": 1, "network": {}}, "a state of another kind"),
        (vars(STATE) | {"scaler": 1.0}, "a state of another kind"),
        ([1, 2], "a state of another kind"),
        (None, "a file that cannot be read"),
    ],
)
def test_a_state_of_another_version_is_refused_in_words(tmp_path: Path, state: object, got: str) -> None:
    path = tmp_path / CHECKPOINT
    if state is None:
        path.write_bytes(b"not one of ours")
    else:
        torch.save(state, path)
    with pytest.raises(BadInputError) as raised:
        Checkpoint.read(tmp_path)
    assert str(raised.value).startswith(f"{path}: expected the state of a run as this version")
    assert raised.value.got == got


def test_a_state_that_would_run_code_is_not_read(tmp_path: Path) -> None:
    torch.save({"epoch": Path("/")}, tmp_path / CHECKPOINT)
    with pytest.raises(BadInputError):
        Checkpoint.read(tmp_path)
