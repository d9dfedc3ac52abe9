"""The state of a run between two steps, written so that a kill at any moment leaves the old one or the new one."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch

from parcelray.models.errors import BadInputError

CHECKPOINT = "checkpoint.pt"


@dataclass(frozen=True)
class Checkpoint:
    """What the next step needs.

    Attributes:
        epoch: how many are done.
        step: how many steps of the next epoch are done.
        sums: (4,) of the losses of those steps.
        seconds: that those steps took.
        network: weights as trained.
        average: weights as averaged.
        average_steps: how many steps the average has taken in.
        optimiser: its state.
    """

    epoch: int
    step: int
    sums: torch.Tensor
    seconds: float
    network: dict[str, Any]
    average: dict[str, Any]
    average_steps: int
    optimiser: dict[str, Any]

    def write(self, run: Path) -> None:
        """Write beside the old one, then take its place."""
        partial = run / f"{CHECKPOINT}.part"
        with partial.open("wb") as stream:
            torch.save(vars(self), stream)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(run / CHECKPOINT)

    @classmethod
    def read(cls, run: Path) -> Checkpoint | None:
        """The state to go on from; None where the run has not come so far. Tensors only: nothing is run.

        Raises:
            BadInputError: another version of parcelray wrote it, or something else did.
        """
        path = run / CHECKPOINT
        if not path.is_file():
            return None
        expected = "the state of a run as this version of parcelray writes it; begin the run anew in another folder"
        try:
            state = torch.load(path, map_location="cpu", weights_only=True)
        except (RuntimeError, EOFError, UnpicklingError) as error:
            raise BadInputError(str(path), expected=expected, got="a file that cannot be read") from error
        names = {field.name for field in fields(cls)}
        if not isinstance(state, dict) or state.keys() != names:
            raise BadInputError(str(path), expected=expected, got="a state of another kind")
        return cls(**state)
