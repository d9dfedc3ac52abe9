import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from parcelray.datasets.torchset import IGNORED
from parcelray.models.decode import grid
from parcelray.training.assign import assign
from parcelray.training.losses import DetectionLoss
from parcelray.training.team import Team

SIZE = 64
CLASSES = 2
CORNERS, STEPS = (torch.from_numpy(part) for part in grid(SIZE, SIZE, (8, 16, 32)))
CENTRES = CORNERS + STEPS / 2
ALONE = Team(0, 1, torch.device("cpu"))


def perfect_rows(items: Tensor, logit: float = 12.0) -> Tensor:
    """Rows in which each cell near an item's centre predicts that item and is sure of it."""
    rows = torch.zeros(len(CENTRES), 5 + CLASSES)
    rows[:, 4:] = -logit
    for label, x0, y0, x1, y1 in items.tolist():
        middle = torch.tensor([(x0 + x1) / 2, (y0 + y1) / 2])
        near = ((CENTRES - middle).abs() < 1.5 * STEPS).all(dim=1)
        rows[near, :2] = (middle - CORNERS[near]) / STEPS[near]
        rows[near, 2:4] = torch.log(torch.tensor([x1 - x0, y1 - y0]) / STEPS[near])
        rows[near, 4] = logit
        rows[near, 5 + int(label)] = logit
    return rows


def reference_assign(boxes: Tensor, logits: Tensor, items: Tensor) -> dict[int, int]:
    """SimOTA as the paper tells it, one cell and one item at a time."""
    cost: dict[tuple[int, int], float] = {}
    overlap: dict[tuple[int, int], float] = {}
    candidates = [
        cell
        for cell in range(len(CENTRES))
        if any(
            max(abs(CENTRES[cell] - (item[1:3] + item[3:]) / 2)) < 1.5 * STEPS[cell]  # type: ignore[type-var]
            for item in items
        )
    ]
    for index, item in enumerate(items):
        for cell in candidates:
            low = torch.maximum(item[1:3], boxes[cell, :2])
            high = torch.minimum(item[3:], boxes[cell, 2:])
            shared = (high - low).clamp(min=0).prod()
            union = (item[3:] - item[1:3]).prod() + (boxes[cell, 2:] - boxes[cell, :2]).prod() - shared
            overlap[index, cell] = float(shared / union)
            score = (logits[cell, 1:].sigmoid() * logits[cell, 0].sigmoid()).sqrt()
            wanted = torch.nn.functional.one_hot(item[0].long(), CLASSES).float()
            entropy = torch.nn.functional.binary_cross_entropy(score, wanted, reduction="sum")
            near = max(abs(CENTRES[cell] - (item[1:3] + item[3:]) / 2)) < 1.5 * STEPS[cell]  # type: ignore[type-var]
            cost[index, cell] = float(entropy) - 3 * float(np.log(overlap[index, cell] + 1e-8)) + (0 if near else 1e6)
    taken: dict[int, int] = {}
    for index in range(len(items)):
        best = sorted((overlap[index, cell] for cell in candidates), reverse=True)[:10]
        count = max(int(sum(best)), 1)
        for cell in sorted(candidates, key=lambda cell: cost[index, cell])[:count]:
            if cell not in taken or cost[index, cell] < cost[taken[cell], cell]:
                taken[cell] = index
    return taken


@pytest.mark.parametrize("seed", range(6))
def test_assignment_agrees_with_the_paper_told_slowly(seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    low = torch.rand(3, 2, generator=generator) * 40
    high = low + 8 + torch.rand(3, 2, generator=generator) * 16
    items = torch.cat((torch.tensor([[0.0], [1.0], [0.0]]), low, high), 1)
    rows = torch.randn(len(CENTRES), 5 + CLASSES, generator=generator)
    boxes = DetectionLoss(SIZE, SIZE, ALONE).boxes_of(rows)
    chosen = assign(boxes, rows[:, 4:], CENTRES, STEPS, items[:, 1:], items[:, 0].long())
    ours = dict(zip(chosen.cells.tolist(), chosen.items.tolist(), strict=True))
    assert ours == reference_assign(boxes, rows[:, 4:], items)


def test_right_boxes_and_labels_cost_almost_nothing_and_wrong_ones_do() -> None:
    items = torch.tensor([[1.0, 8.0, 8.0, 40.0, 32.0]])
    measure = DetectionLoss(SIZE, SIZE, ALONE)
    right = measure(perfect_rows(items)[None], [items])
    wrong_label = measure(perfect_rows(torch.tensor([[0.0, 8.0, 8.0, 40.0, 32.0]]))[None], [items])
    assert right.box.item() == pytest.approx(0.0, abs=1e-4)
    assert right.label.item() < 0.01
    assert wrong_label.label.item() > 5
    assert wrong_label.box.item() == pytest.approx(0.0, abs=1e-4)
    shifted = perfect_rows(items)
    shifted[:, :2] += 0.5
    assert measure(shifted[None], [items]).box.item() > 0.1
    unsure = perfect_rows(items)
    unsure[:, 4] *= -1
    assert measure(unsure[None], [items]).presence.item() > 2 * right.presence.item()


def test_views_without_items_teach_that_nothing_is_there() -> None:
    rows = torch.zeros(2, len(CENTRES), 5 + CLASSES, requires_grad=True)
    losses = DetectionLoss(SIZE, SIZE, ALONE)(rows, [torch.zeros(0, 5), torch.zeros(0, 5)])
    losses.total.backward()
    assert torch.isfinite(losses.total)
    assert losses.box.item() == losses.label.item() == 0.0
    assert rows.grad is not None
    assert (rows.grad[..., 4] > 0).all()
    assert (rows.grad[..., :4] == 0).all()


def test_an_item_outside_every_cell_s_reach_is_passed_over() -> None:
    items = torch.tensor([[0.0, 500.0, 500.0, 520.0, 520.0]])
    losses = DetectionLoss(SIZE, SIZE, ALONE)(torch.zeros(1, len(CENTRES), 5 + CLASSES), [items])
    assert torch.isfinite(losses.total)


def noise(seed: int) -> Tensor:
    rows = torch.randn(1, len(CENTRES), 5 + CLASSES, generator=torch.Generator().manual_seed(seed))
    return rows.requires_grad_()


ITEM = torch.tensor([[1.0, 20.0, 20.0, 44.0, 44.0]])


def test_where_nothing_is_known_nothing_is_punished_but_labelled_items_are_learned() -> None:
    measure = DetectionLoss(SIZE, SIZE, ALONE)
    place = torch.tensor([[IGNORED, 10.0, 10.0, 50.0, 50.0]])
    rows, plain = noise(0), noise(0)
    measure(rows, [torch.cat((place, ITEM))]).total.backward()
    measure(plain, [ITEM]).total.backward()
    boxes = measure.boxes_of(rows.detach())[0]
    low, high = boxes[:, :2].clamp(10, 50), boxes[:, 2:].clamp(10, 50)
    inside = (high - low).prod(dim=1) >= 0.5 * (boxes[:, 2:] - boxes[:, :2]).prod(dim=1)
    chosen = assign(boxes, rows.detach()[0, :, 4:], CENTRES, STEPS, ITEM[:, 1:], ITEM[:, 0].long())
    answering = torch.zeros(len(CENTRES), dtype=torch.bool)
    answering[chosen.cells] = True
    assert rows.grad is not None
    assert plain.grad is not None
    assert (inside & answering).any()
    assert (inside & ~answering).sum() > 5
    assert (rows.grad[0, inside & ~answering] == 0).all()
    others = ~inside | answering
    assert torch.equal(rows.grad[0, others], plain.grad[0, others])
    assert (rows.grad[0, answering, 4] < 0).all(), "what is labelled is asked for, wherever it lies"


def test_a_view_with_nothing_but_an_ignored_place_teaches_the_rest_of_it() -> None:
    rows = torch.zeros(1, len(CENTRES), 5 + CLASSES)
    rows[..., :2] = 0.5
    rows.requires_grad_()
    DetectionLoss(SIZE, SIZE, ALONE)(rows, [torch.tensor([[IGNORED, 0.0, 0.0, 32.0, 64.0]])]).total.backward()
    assert rows.grad is not None
    left = CENTRES[:, 0] + STEPS[:, 0] / 2 <= 32
    assert (rows.grad[0, left, 4] == 0).all()
    assert (rows.grad[0, CENTRES[:, 0] > 40, 4] > 0).all()


def test_without_ignored_places_the_loss_is_what_it_was_bit_for_bit() -> None:
    rows = noise(1)
    losses = DetectionLoss(SIZE, SIZE, ALONE)(rows, [ITEM])
    boxes = DetectionLoss(SIZE, SIZE, ALONE).boxes_of(rows.detach())[0]
    cells = assign(boxes, rows.detach()[0, :, 4:], CENTRES, STEPS, ITEM[:, 1:], ITEM[:, 0].long()).cells
    wanted = torch.zeros(1, len(CENTRES))
    wanted[0, cells] = 1.0
    plain = noise(1)
    expected = functional.binary_cross_entropy_with_logits(plain[..., 4], wanted, reduction="sum") / len(cells)
    assert torch.equal(losses.presence, expected)
    losses.presence.backward()
    expected.backward()
    assert rows.grad is not None
    assert plain.grad is not None
    assert torch.equal(rows.grad, plain.grad)


def test_untrained_sizes_stay_finite() -> None:
    rows = torch.full((1, len(CENTRES), 5 + CLASSES), 80.0)
    assert torch.isfinite(DetectionLoss(SIZE, SIZE, ALONE)(rows, [torch.tensor([[0.0, 8.0, 8.0, 40.0, 32.0]])]).total)
