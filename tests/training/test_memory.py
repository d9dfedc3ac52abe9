"""How far a network has gone from where it started, and that a training with a memory goes less far."""

import copy
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from parcelray.datasets.torchset import IGNORED
from parcelray.models.nets.yolox import YoloX
from parcelray.models.package import WEIGHTS, ArchitectureSpec, InputSpec
from parcelray.training.config import read_recipe
from parcelray.training.loop import train
from parcelray.training.memory import Memory
from parcelray.training.team import Team

INPUT = InputSpec(width=64, height=64, channel_order="bgr", pad_value=114)
ALONE = Team(0, 1, torch.device("cpu"))
NOTHING = torch.zeros(0, 5)
EVERYWHERE = torch.tensor([[1.0, 0.0, 0.0, 64.0, 64.0]])
UNKNOWN = torch.tensor([[float(IGNORED), 0.0, 0.0, 64.0, 64.0]])


@pytest.fixture(scope="module")
def settled() -> YoloX:
    """One that looks like a trained one: its norms know what they see, and it is unsure of what is there."""
    torch.manual_seed(1)
    network = YoloX(ArchitectureSpec(width=0.125, depth=0.33, depthwise=True), 3)
    with torch.no_grad():
        for _ in range(100):
            network(torch.rand(2, 3, 64, 64) * 255)
        for output in network.head.item_outputs:
            shift(output, 0, 4.0)
    return network.eval()


@pytest.fixture
def network(settled: YoloX) -> YoloX:
    """A copy, for the test to change."""
    return copy.deepcopy(settled)


@pytest.fixture
def images() -> Tensor:
    torch.manual_seed(2)
    return torch.rand(2, 3, 64, 64) * 255


def shift(layer: nn.Module, channel: int, by: float) -> None:
    """Have a layer answer more on one of its channels."""
    assert isinstance(layer.bias, Tensor)
    with torch.no_grad():
        layer.bias[channel] += by


def gone(memory: Memory, network: YoloX, images: Tensor, items: Tensor) -> float:
    """How far a network has, where all views show the same items."""
    return memory(images, network(images), [items] * len(images)).item()


def test_nothing_is_gone_at_the_start(network: YoloX, images: Tensor) -> None:
    memory = Memory(network, [0, 1], 1.0, INPUT, ALONE)
    assert gone(memory, network, images, NOTHING) == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize("part", ["item_outputs", "box_outputs", "class_outputs"])
def test_what_is_answered_otherwise_counts_but_on_items(network: YoloX, images: Tensor, part: str) -> None:
    memory = Memory(network, [0, 1], 1.0, INPUT, ALONE)
    shift(getattr(network.head, part)[1], 0, 3.0)
    away = gone(memory, network, images, NOTHING)
    assert away > 0.01
    assert gone(memory, network, images, UNKNOWN) == away, "where nothing is known, the start knows best"
    assert gone(memory, network, images, EVERYWHERE) == pytest.approx(0, abs=1e-4)
    half = torch.tensor([[2.0, 0.0, 0.0, 64.0, 32.0]])
    assert 0.01 < gone(memory, network, images, half) < 1.2 * away


def test_what_is_seen_otherwise_counts_though_the_answers_stay(network: YoloX, images: Tensor) -> None:
    with torch.no_grad():
        for name, values in network.head.stems.named_parameters():
            if "conv" in name:
                values.zero_()
    memory, twice = (Memory(network, [0, 1], weight, INPUT, ALONE) for weight in (1.0, 2.0))
    answers = network(images)
    shift(network.neck.up_to5.merge.norm, 0, 1.0)
    torch.testing.assert_close(network(images), answers)
    away = gone(memory, network, images, NOTHING)
    assert away > 0.01
    assert gone(twice, network, images, NOTHING) == pytest.approx(2 * away)
    assert gone(memory, network, images, EVERYWHERE) == pytest.approx(0, abs=1e-4)


def test_a_class_that_the_start_did_not_know_is_free(network: YoloX, images: Tensor) -> None:
    memory = Memory(network, [0, 1], 1.0, INPUT, ALONE)
    shift(network.head.class_outputs[0], 2, 5.0)
    assert gone(memory, network, images, NOTHING) == pytest.approx(0, abs=1e-4)


def test_gradients_lead_back(network: YoloX, images: Tensor) -> None:
    memory = Memory(network, [0, 1, 2], 1.0, INPUT, ALONE)
    shift(network.head.item_outputs[0], 0, 1.0)
    before = gone(memory, network, images, NOTHING)
    steps = torch.optim.SGD(network.parameters(), lr=0.01)
    for _ in range(20):
        steps.zero_grad()
        memory(images, network(images), [NOTHING] * 2).backward()
        steps.step()
    assert gone(memory, network, images, NOTHING) < 0.7 * before


def test_a_run_with_a_memory_stays_nearer_to_its_start(
    write_recipe: Callable[..., Path], scans: dict[str, Path], tmp_path: Path, one_thread: None
) -> None:
    recipe = write_recipe(epochs=1)
    plain = recipe.read_text().replace("start = { ", 'start = { labels = ["pistol", "pipe"], ')
    pixels = [cv2.imread(str(scans["validation"] / "images" / f"{number}.png")) for number in range(8)]
    views = torch.from_numpy(np.stack(pixels)).permute(0, 3, 1, 2).float()
    network = YoloX(read_recipe(recipe).architecture, 2).eval()
    network.load_state_dict(load_file(tmp_path / "start.safetensors"))
    memory = Memory(network, [0, 1], 1.0, read_recipe(recipe).input, ALONE)
    away = {}
    for name, section in (("plain", "[optimiser]"), ("held", "[memory]\nweight = 10.0\n\n[optimiser]")):
        recipe.write_text(plain.replace("[optimiser]", section))
        network.load_state_dict(load_file(train(recipe, tmp_path / name, workers=0)))
        away[name] = gone(memory, network, views, NOTHING)
    assert 0 < away["held"] < away["plain"] / 2
    kept = load_file(tmp_path / "start.safetensors")
    held = load_file(tmp_path / "held" / WEIGHTS)
    assert all(torch.equal(value, kept[name]) for name, value in held.items() if "running" in name), "norms follow"
