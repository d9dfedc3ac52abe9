"""How a run goes, step by step, for TensorBoard: ``tensorboard --logdir RUN/tensorboard``."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from torch import Tensor
from torch.utils.tensorboard import SummaryWriter

TENSORBOARD = "tensorboard"
LOSSES = ("loss", "box", "presence", "label")
# Single steps are noisy, and many: their curve shows as much with a part of them.
_EVERY_STEPS = 20


class Scalars(Protocol):
    """Is told of each step and epoch."""

    def step(self, done: int, losses: Tensor, rate: float, scans: int) -> None:
        """Steps done in all, (4,) losses of the last, its learning rate, and the scans that it showed."""

    def epoch(self, done: int, losses: list[float]) -> None:
        """Steps done in all, and the four losses' means over the epoch."""


@contextmanager
def scalars(run: Path, done: int, *, write: bool) -> Iterator[Scalars]:
    """Write the curves of a run.

    Args:
        run: its folder.
        done: steps that it has done before. What a kill took back was drawn already: TensorBoard drops it.
        write: whether this process is the one of the team that writes; the others' curves go nowhere.
    """
    if not write:
        yield _Nowhere()
        return
    # torch marks with it the first step that earlier files must not have.
    with SummaryWriter(str(run / TENSORBOARD), purge_step=done + 1) as writer:
        yield _Curves(writer)


class _Curves:
    def __init__(self, writer: SummaryWriter) -> None:
        self._writer = writer
        self._scans = 0
        self._since = time.monotonic()

    def step(self, done: int, losses: Tensor, rate: float, scans: int) -> None:
        self._scans += scans
        if done % _EVERY_STEPS:
            return
        now = time.monotonic()
        for name, value in zip(LOSSES, losses.tolist(), strict=True):
            self._add(f"step/{name}", value, done)
        self._add("step/learning_rate", rate, done)
        self._add("step/scans_a_second", self._scans / (now - self._since), done)
        self._scans, self._since = 0, now

    def epoch(self, done: int, losses: list[float]) -> None:
        for name, value in zip(LOSSES, losses, strict=True):
            self._add(f"epoch/{name}", value, done)

    def _add(self, name: str, value: float, done: int) -> None:
        self._writer.add_scalar(name, value, done)


class _Nowhere:
    def step(self, done: int, losses: Tensor, rate: float, scans: int) -> None:
        pass

    def epoch(self, done: int, losses: list[float]) -> None:
        pass
