"""Processes that train one network together: each takes its share of every batch (``torchrun``).

    torchrun --nproc-per-node 2 --module parcelray.scripts.main train RECIPE

Gradients are averaged over the processes (DistributedDataParallel), and losses are divided by what all of them count,
so a batch teaches the same whether one process sees it or several do, but for batch norms, which see their own share.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel


@dataclass(frozen=True)
class Team:
    """This process and the others.

    Attributes:
        rank: number of this one.
        size: how many there are.
        device: where this one computes.
    """

    rank: int
    size: int
    device: torch.device

    @property
    def is_first(self) -> bool:
        """Whether this process writes files and shows progress."""
        return self.rank == 0

    def wrap(self, network: nn.Module) -> nn.Module:
        """The network, made to average its gradients over all processes."""
        return DistributedDataParallel(network) if self.size > 1 else network

    def total(self, values: Tensor) -> Tensor:
        """The sum over all processes."""
        if self.size > 1:
            values = values.clone()
            distributed.all_reduce(values)
        return values

    def wait(self) -> None:
        """Until all processes are here."""
        if self.size > 1:
            distributed.barrier()

    def share(self, batch: list[int]) -> list[int]:
        """What of a batch this process takes; short batches are filled up, so that nobody is left without."""
        whole = -(-len(batch) // self.size) * self.size
        return [batch[place % len(batch)] for place in range(self.rank, whole, self.size)]


def alone() -> Team:
    """A team of one, on a GPU where there is one."""
    return Team(0, 1, torch.device("cuda" if torch.cuda.is_available() else "cpu"))


@contextmanager
def joined() -> Iterator[Team]:
    """The team that ``torchrun`` started this process for; a team of one without it."""
    if "WORLD_SIZE" not in os.environ:
        yield alone()
        return
    gpu = torch.cuda.is_available()
    if gpu:
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    distributed.init_process_group("nccl" if gpu else "gloo")
    try:
        device = torch.device("cuda", int(os.environ["LOCAL_RANK"])) if gpu else torch.device("cpu")
        yield Team(distributed.get_rank(), distributed.get_world_size(), device)
    finally:
        distributed.destroy_process_group()
