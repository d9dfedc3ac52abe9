"""What a network keeps of the one that it started from (learning without forgetting: Li and Hoiem, arXiv:1606.09282).

A few scans of one scanner that show one class say "nothing on this scanner is a gun", and features that move with them
forget what guns look like. So, away from labelled items, the network is held to what its start sees there (the neck's
features, as Romero et al. hold them, arXiv:1412.6550) and to what it answers: presence, classes and boxes, as Shmelkov
et al. do for detectors (arXiv:1708.06977). On the items themselves it is free, and learns from their labels.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from parcelray.datasets.torchset import IGNORED
from parcelray.models.decode import grid
from parcelray.models.nets.yolox import STRIDES, YoloX
from parcelray.models.package import InputSpec
from parcelray.training.team import Team


class Memory:
    """Measures how far a network has gone from where it started.

    Its norms should keep their averages meanwhile: with those of a batch, the same weights answer otherwise.

    Args:
        network: as it starts; a copy is kept.
        known: numbers of the classes that the start tells.
        weight: of the measure.
        spec: of the network's input.
        team: who trains: all count together what the measure is divided by.
    """

    def __init__(self, network: YoloX, known: Sequence[int], weight: float, spec: InputSpec, team: Team) -> None:
        self._start = copy.deepcopy(network).eval().requires_grad_(False)
        self._columns = [5 + number for number in known]
        corners, steps = grid(spec.width, spec.height, STRIDES)
        self._centres = torch.from_numpy(corners + steps / 2).to(team.device)
        self._weight = weight
        self._team = team
        self._features: tuple[Tensor, ...] = ()
        # Seen from outside, for a network that trains on several processes gives its rows alone.
        network.neck.register_forward_hook(self._note)

    def __call__(self, images: Tensor, rows: Tensor, items: Sequence[Tensor]) -> Tensor:
        """Measure a batch: 0 where the network answers, and sees, as its start does.

        Args:
            images: (N, 3, H, W) that the network was given just now.
            rows: (N, A, 5 + C) that it gave.
            items: for each view (M, 5) rows of class or ``IGNORED``, x0, y0, x1, y1 in network pixels.
        """
        with torch.no_grad():
            kept_features = self._start.neck(*self._start.backbone(images))
            kept = self._start.head(kept_features).float()
        held = ~torch.stack([self._on_items(view) for view in items])
        return self._weight * (self._of_answers(rows.float(), kept, held) + self._of_features(kept_features, held))

    def _note(self, _neck: nn.Module, _given: object, features: tuple[Tensor, ...]) -> None:
        self._features = features

    def _on_items(self, items: Tensor) -> Tensor:
        """(A,) whether a cell's centre lies on a labelled item."""
        boxes = items[items[:, 0] != IGNORED, 1:]
        after, before = self._centres[:, None] > boxes[None, :, :2], self._centres[:, None] < boxes[None, :, 2:]
        return (after & before).all(dim=2).any(dim=1)

    def _of_answers(self, rows: Tensor, kept: Tensor, held: Tensor) -> Tensor:
        """A cell counts as much as the start is sure that something is there; for presence, all do."""
        presence = kept[..., 4].sigmoid()
        weight = presence * held
        apart = _entropy_above(rows[..., 4], presence) * held
        classes = _entropy_above(rows[..., self._columns], kept[..., self._columns].sigmoid()).sum(dim=-1)
        boxes = functional.smooth_l1_loss(rows[..., :4], kept[..., :4], reduction="none").sum(dim=-1)
        count = self._team.total(weight.sum()).clamp(min=1.0) / self._team.size
        return (apart + weight * (classes + boxes)).sum() / count

    def _of_features(self, kept: Sequence[Tensor], held: Tensor) -> Tensor:
        """Mean square of the difference, in variances of what the start sees; the three grids together."""
        sizes = [level.shape[2] * level.shape[3] for level in kept]
        total = held.new_zeros((), dtype=torch.float32)
        for now, then, mask in zip(self._features, kept, held.split(sizes, dim=1), strict=True):
            square = (now.float() - then.float()).square().mean(dim=1).flatten(start_dim=1) * mask
            cells = self._team.total(mask.sum().float()).clamp(min=1.0) / self._team.size
            total = total + square.sum() / cells / then.float().var()
        return total


def _entropy_above(logits: Tensor, wanted: Tensor) -> Tensor:
    """Binary cross entropy, less what it is at best."""
    entropy = functional.binary_cross_entropy(wanted, wanted, reduction="none")
    return functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none") - entropy
