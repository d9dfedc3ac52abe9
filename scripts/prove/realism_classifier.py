"""A small network that learns to tell real scans from drawn ones by crops: the better they are, the nearer to 50 %."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from parcelray.models.statistics import Interval, wilson

EPOCHS = 12
_BATCH = 64
_LEARNING_RATE = 2e-3
_WIDTHS = (16, 32, 48, 64)


@dataclass(frozen=True)
class Told:
    """How well real and drawn were told apart.

    Attributes:
        scans: accuracy by the mean over the crops of a scan, with its interval; 0.5 is chance.
        crops: accuracy by single crops.
        trained_on: scans of each kind.
        tested_on: scans of each kind.
    """

    scans: Interval
    crops: float
    trained_on: int
    tested_on: int


def network() -> nn.Sequential:
    """Four strided convolutions, about 47,000 parameters: a logit for "drawn" from (N, 3, S, S)."""
    layers: list[nn.Module] = []
    channels = 3
    for width in _WIDTHS:
        layers += [nn.Conv2d(channels, width, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
        channels = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 1), nn.Flatten(0))


def tell_apart(
    train: tuple[Sequence[NDArray[np.uint8]], Sequence[NDArray[np.uint8]]],
    test: tuple[Sequence[NDArray[np.uint8]], Sequence[NDArray[np.uint8]]],
    *,
    epochs: int = EPOCHS,
    seed: int = 0,
    report: Callable[[int], None] = lambda _done: None,
) -> Told:
    """Learn on some scans, real and drawn, and judge others.

    Args:
        train: crops (N, S, S, 3) uint8 RGB of each real scan, and of each drawn one; as many of each are used.
        test: the same of scans of other groups.
        epochs: passes over the crops.
        seed: decides which scans, the start and the order.
        report: is told how many epochs are done.
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    train_real, train_drawn = _as_many(train, rng)
    test_real, test_drawn = _as_many(test, rng)
    real, drawn = _tensors(train_real), _tensors(train_drawn)
    labels = torch.cat([torch.zeros(len(real)), torch.ones(len(drawn))])
    model = _fit(torch.cat([real, drawn]), labels, epochs, report)
    right_scans, right_crops, crops = 0, 0, 0
    for is_drawn, scans in ((False, test_real), (True, test_drawn)):
        for scan in scans:
            with torch.inference_mode():
                logits = model(_normalised(_tensors([scan])))
            right_scans += int((float(logits.mean()) > 0.0) is is_drawn)
            right_crops += int(((logits > 0.0) == is_drawn).sum())
            crops += len(scan)
    trials = len(test_real) + len(test_drawn)
    return Told(wilson(right_scans, trials), right_crops / crops, len(train_real), len(test_real))


def _fit(pixels: torch.Tensor, labels: torch.Tensor, epochs: int, report: Callable[[int], None]) -> nn.Sequential:
    model = network()
    steps = epochs * -(-len(pixels) // _BATCH)
    optimiser = torch.optim.AdamW(model.parameters(), lr=_LEARNING_RATE, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _LEARNING_RATE, total_steps=steps)
    loss_of = nn.BCEWithLogitsLoss()
    for epoch in range(epochs):
        for chosen in torch.randperm(len(pixels)).split(_BATCH):
            batch = _turned(_normalised(pixels[chosen]))
            loss = loss_of(model(batch), labels[chosen])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
        report(epoch + 1)
    return model.eval()


def _as_many(
    kinds: tuple[Sequence[NDArray[np.uint8]], Sequence[NDArray[np.uint8]]], rng: np.random.Generator
) -> tuple[list[NDArray[np.uint8]], list[NDArray[np.uint8]]]:
    """As many scans of one kind as of the other, so that chance is one half."""
    count = min(len(kind) for kind in kinds)
    real, drawn = ([kind[i] for i in sorted(rng.permutation(len(kind))[:count])] for kind in kinds)
    return real, drawn


def _tensors(scans: Sequence[NDArray[np.uint8]]) -> torch.Tensor:
    return torch.from_numpy(np.concatenate(scans).transpose(0, 3, 1, 2).copy())


def _normalised(pixels: torch.Tensor) -> torch.Tensor:
    return pixels.float() / 127.5 - 1.0


def _turned(batch: torch.Tensor) -> torch.Tensor:
    """One of the eight ways to turn and mirror a square, for the whole batch."""
    way = int(torch.randint(8, ()))
    turned = torch.rot90(batch, way % 4, (2, 3))
    return turned.flip(3) if way >= 4 else turned
