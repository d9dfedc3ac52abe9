"""SimOTA: which grid cells answer for which item (YOLOX, arXiv:2107.08430, section 2.1; OTA, arXiv:2103.14259).

An item may be answered for by the cells around its centre. Each such cell has a cost for each item: how wrong it is
about the class, and about the box. The item takes its cheapest few cells: as many as the overlaps of its ten best
boxes add up to. A cell that two items want goes to the cheaper one.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional
from torchvision.ops import box_iou

_CENTRE_RADIUS = 1.5  # in strides, around the item's centre
_BEST_OVERLAPS = 10
_BOX_WEIGHT = 3.0
# Added where a cell is near another item but not this one: dearer than any error, so never chosen.
_OUTSIDE = 1e6
_EPSILON = 1e-8


@dataclass(frozen=True)
class Assignment:
    """The cells of one view that answer for an item.

    Attributes:
        cells: (P,) indices of rows.
        items: (P,) for each, the index of its item.
        overlaps: (P,) for each, the IoU of its predicted box with the item.
    """

    cells: Tensor
    items: Tensor
    overlaps: Tensor


@torch.no_grad()
def assign(
    boxes: Tensor, logits: Tensor, centres: Tensor, steps: Tensor, item_boxes: Tensor, item_classes: Tensor
) -> Assignment:
    """Choose the cells of one view.

    Args:
        boxes: (A, 4) predicted xyxy in network pixels.
        logits: (A, 1 + C) of presence and classes.
        centres: (A, 2) of the cells, in network pixels.
        steps: (A, 1) stride of each cell.
        item_boxes: (N, 4) xyxy of the items.
        item_classes: (N,) int64.
    """
    middles = (item_boxes[:, :2] + item_boxes[:, 2:]) / 2
    near = ((centres[None] - middles[:, None]).abs() < _CENTRE_RADIUS * steps[None]).all(dim=2)  # (N, A)
    candidates = near.any(dim=0).nonzero().squeeze(1)
    if not len(item_boxes) or not len(candidates):
        none = candidates.new_zeros(0)
        return Assignment(none, none, boxes.new_zeros(0))
    near = near[:, candidates]
    overlaps = box_iou(item_boxes, boxes[candidates])  # (N, K)
    # As in the official code, the root of presence times class stands for the score.
    scores = (logits[candidates, 1:].float().sigmoid() * logits[candidates, :1].float().sigmoid()).sqrt()
    wanted = functional.one_hot(item_classes, logits.shape[1] - 1).float()
    class_cost = _cross_entropy_of_all(scores, wanted)
    cost = class_cost - _BOX_WEIGHT * torch.log(overlaps + _EPSILON) + _OUTSIDE * ~near
    chosen = torch.zeros_like(near)
    best = overlaps.topk(min(_BEST_OVERLAPS, overlaps.shape[1]), dim=1).values.sum(dim=1)
    for item, count in enumerate(best.int().clamp(min=1).tolist()):
        chosen[item, cost[item].topk(count, largest=False).indices] = True
    contested = chosen.sum(dim=0) > 1
    winners = cost[:, contested].argmin(dim=0)
    chosen[:, contested] = functional.one_hot(winners, len(item_boxes)).T.bool()
    taken = chosen.any(dim=0)
    items = chosen[:, taken].float().argmax(dim=0)
    return Assignment(candidates[taken], items, overlaps[items, taken.nonzero().squeeze(1)])


def _cross_entropy_of_all(scores: Tensor, wanted: Tensor) -> Tensor:
    """Binary cross-entropy, summed over classes, of each item (N, C) with each cell (K, C): (N, K).

    Written as two matrix products: log of the scores where the class is wanted, of their complement where not.
    """
    hit = torch.log(scores.clamp(min=_EPSILON))
    miss = torch.log((1 - scores).clamp(min=_EPSILON))
    return -(wanted @ hit.T + (1 - wanted) @ miss.T)
