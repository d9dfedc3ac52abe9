import time
from pathlib import Path

import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from parcelray.training import scalars as scalars_module
from parcelray.training.scalars import TENSORBOARD, scalars


@pytest.fixture(autouse=True)
def every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scalars_module, "_EVERY_STEPS", 2)


def write(run: Path, start: int, end: int) -> None:
    """The steps after ``start`` up to ``end``, five an epoch."""
    with scalars(run, start, write=True) as curves:
        for done in range(start + 1, end + 1):
            curves.step(done, torch.tensor([4.0, 3.0, 2.0, 1.0]) * done, 0.1, 8)
            if done % 5 == 0:
                curves.epoch(done, [float(done), 0.0, 0.0, 0.0])


def read(run: Path) -> dict[str, list[tuple[int, float]]]:
    events = EventAccumulator(str(run / TENSORBOARD))
    events.Reload()
    return {
        name: [(event.step, round(event.value, 3)) for event in events.Scalars(name)]
        for name in events.Tags()["scalars"]
    }


def test_curves_of_steps_and_epochs(tmp_path: Path) -> None:
    write(tmp_path, 0, 10)
    curves = read(tmp_path)
    assert curves["step/loss"] == [(2, 8), (4, 16), (6, 24), (8, 32), (10, 40)]
    assert curves["step/label"][0] == (2, 2)
    assert curves["epoch/loss"] == [(5, 5), (10, 10)]
    assert {name for name in curves if name.startswith("step/")} == {
        f"step/{name}" for name in ("loss", "box", "presence", "label", "learning_rate", "scans_a_second")
    }


@pytest.mark.parametrize("saved", [0, 4, 6])
def test_what_a_kill_took_back_is_drawn_once(tmp_path: Path, saved: int) -> None:
    write(tmp_path, 0, 7)
    # Files are read in the order of the seconds that they are named by: a run is not started twice in one.
    time.sleep(1)
    write(tmp_path, saved, 10)
    curves = read(tmp_path)
    assert [step for step, _ in curves["step/loss"]] == [2, 4, 6, 8, 10]
    assert [step for step, _ in curves["epoch/loss"]] == [5, 10]


def test_others_of_the_team_write_nothing(tmp_path: Path) -> None:
    with scalars(tmp_path, 0, write=False) as curves:
        curves.step(2, torch.zeros(4), 0.1, 8)
        curves.epoch(2, [0.0] * 4)
    assert list(tmp_path.iterdir()) == []
