"""What the network is punished for (YOLOX, arXiv:2107.08430): wrong boxes, wrong presence, wrong class.

Where nothing is known it is punished for nothing: a cell whose box lies mostly within an ignored place is not told that
nothing is there, as COCO's evaluation takes no box within a crowd for a false alarm. Presence is all that it would be
told: classes are asked for only of cells that answer for a labelled item, and these learn as ever. They learn what the
item is not, too: an item is of one class, whatever else may lie about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional
from torchvision.ops import generalized_box_iou_loss

from parcelray.datasets.torchset import IGNORED
from parcelray.models.decode import grid
from parcelray.models.nets.yolox import STRIDES
from parcelray.training.assign import assign
from parcelray.training.team import Team

_BOX_WEIGHT = 5.0
# Of a cell's box, within an ignored place: at IoU 0.5, COCO asks for as much.
_MOSTLY = 0.5


@dataclass(frozen=True)
class Losses:
    """The three parts, each divided by the number of cells that answer for an item, and their sum.

    Attributes:
        total: what is minimised.
        box: generalised IoU loss (arXiv:1902.09630), weighted.
        presence: whether a cell answers for an item.
        label: of which class; a cell is asked for as much certainty as its box overlaps the item.
    """

    total: Tensor
    box: Tensor
    presence: Tensor
    label: Tensor


class DetectionLoss:
    """Compares raw rows with the items of each view.

    Args:
        width: of the network's input, in pixels.
        height: of the network's input, in pixels.
        team: who trains, and where the rows will be: all count together what the losses are divided by.
    """

    def __init__(self, width: int, height: int, team: Team) -> None:
        corners, steps = grid(width, height, STRIDES)
        self._team = team
        self._corners = torch.from_numpy(corners).to(team.device)
        self._steps = torch.from_numpy(steps).to(team.device)
        self._limit = float(max(width, height))

    def boxes_of(self, rows: Tensor) -> Tensor:
        """(…, A, 5 + C) raw rows to (…, A, 4) xyxy boxes in network pixels."""
        centres = rows[..., :2] * self._steps + self._corners
        halves = rows[..., 2:4].clamp(max=8.0).exp() * self._steps / 2
        return torch.cat((centres - halves, centres + halves), dim=-1)

    def __call__(self, rows: Tensor, items: Sequence[Tensor]) -> Losses:
        """Measure a batch.

        Args:
            rows: (N, A, 5 + C) from the network.
            items: for each view (M, 5) rows of class or ``IGNORED``, x0, y0, x1, y1 in network pixels.
        """
        rows = rows.float()
        boxes = self.boxes_of(rows)
        logits = rows[..., 4:]
        centres = self._corners + self._steps / 2
        presence = torch.zeros_like(logits[..., 0])
        told = torch.ones_like(presence)
        found_boxes, wanted_boxes, found_labels, wanted_labels = [], [], [], []
        for view, rows_of_view in enumerate(items):
            ignored = rows_of_view[:, 0] == IGNORED
            truth = rows_of_view[~ignored]
            told[view, lying_in(boxes[view].detach(), rows_of_view[ignored, 1:])] = 0.0
            if not len(truth):
                continue
            classes = truth[:, 0].long()
            chosen = assign(boxes[view].detach(), logits[view].detach(), centres, self._steps, truth[:, 1:], classes)
            presence[view, chosen.cells] = told[view, chosen.cells] = 1.0
            certainty = functional.one_hot(classes[chosen.items], logits.shape[2] - 1) * chosen.overlaps[:, None]
            found_boxes.append(boxes[view, chosen.cells])
            wanted_boxes.append(truth[chosen.items, 1:])
            found_labels.append(logits[view, chosen.cells, 1:])
            wanted_labels.append(certainty)
        # Gradients will be averaged over the team, so each divides by the team's mean.
        cells = torch.tensor(float(sum(len(part) for part in found_boxes)), device=rows.device)
        count = self._team.total(cells).clamp(min=1.0) / self._team.size
        presence_loss = functional.binary_cross_entropy_with_logits(logits[..., 0], presence, told, reduction="sum")
        presence_loss = presence_loss / count
        # Zero, but still part of the graph, when no view of the batch shows an item.
        box_loss = label_loss = rows.sum() * 0.0
        if found_boxes:
            box_loss = _BOX_WEIGHT * generalized_box_iou_loss(
                torch.cat(found_boxes).clamp(-self._limit, 2 * self._limit), torch.cat(wanted_boxes), reduction="sum"
            )
            box_loss = box_loss / count
            label_loss = functional.binary_cross_entropy_with_logits(
                torch.cat(found_labels), torch.cat(wanted_labels), reduction="sum"
            )
            label_loss = label_loss / count
        return Losses(box_loss + presence_loss + label_loss, box_loss, presence_loss, label_loss)


def lying_in(boxes: Tensor, places: Tensor) -> Tensor:
    """(A,) which of (A, 4) boxes lie mostly within one of (R, 4) places; all xyxy."""
    low = torch.maximum(boxes[:, None, :2], places[None, :, :2])
    high = torch.minimum(boxes[:, None, 2:], places[None, :, 2:])
    shared = (high - low).clamp(min=0).prod(dim=2)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(dim=1)
    return (shared >= _MOSTLY * areas[:, None]).any(dim=1)
