"""The state of a run between two steps, written so that a kill at any moment leaves the old one or the new one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

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
        """The state to go on from; None where the run has not come so far. Tensors only: nothing is run."""
        path = run / CHECKPOINT
        if not path.is_file():
            return None
        return cls(**torch.load(path, map_location="cpu", weights_only=True))
