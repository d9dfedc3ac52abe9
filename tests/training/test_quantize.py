"""8-bit integers: how the network in them is made, and when it is taken."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from parcelray.models.nets.yolox import YoloX
from parcelray.models.package import ArchitectureSpec
from parcelray.models.session import OrtSession
from parcelray.training.config import read_recipe
from parcelray.training.export import to_onnx
from parcelray.training.quantize import Int8Trial, to_int8


def test_the_network_in_integers_answers_nearly_as_in_floats(write_recipe: Callable[..., Path]) -> None:
    recipe = read_recipe(write_recipe())
    torch.manual_seed(0)
    network = YoloX(recipe.architecture, len(recipe.labels)).eval()
    floats = to_onnx(network, recipe)
    inputs = np.random.default_rng(0).uniform(0, 255, (8, 1, 3, 96, 96)).astype(np.float32)
    integers = to_int8(floats, inputs)
    there, here = (OrtSession(one, threads=1).run(np.concatenate(inputs[:3])) for one in (floats, integers))
    assert here.shape == there.shape, "several images at once as well"
    np.testing.assert_allclose(here, there, atol=0.05)
    assert not np.array_equal(here, there)

    model = onnx.load_from_string(integers)
    makers = {name: node for node in model.graph.node for name in node.output}
    convolutions = [node for node in model.graph.node if node.op_type == "Conv"]
    in_floats = [node for node in convolutions if node.input[1] not in makers]
    # Of the first layers nine, and the three outputs of each of three grids.
    assert len(in_floats) == 18 < len(convolutions)
    assert makers[model.graph.output[0].name].op_type != "DequantizeLinear"


def test_no_weight_is_left_to_be_computed(write_recipe: Callable[..., Path]) -> None:
    # Of a size whose larger weights the exporter does not fold by itself: integers take only what is constant.
    network = YoloX(ArchitectureSpec(width=0.25, depth=0.33, depthwise=True), 2).eval()
    graph = onnx.load_from_string(to_onnx(network, read_recipe(write_recipe()))).graph
    constants = {one.name for one in graph.initializer}
    convolutions = [node for node in graph.node if node.op_type == "Conv"]
    assert convolutions
    assert all(set(node.input[1:]) <= constants for node in convolutions)


@pytest.mark.parametrize(
    ("ap_int8", "speed_up", "accepted"),
    [(0.496, 1.31, True), (0.52, 1.31, True), (0.494, 1.31, False), (0.496, 1.29, False), (0.40, 0.8, False)],
)
def test_integers_are_taken_where_they_lose_little_and_gain_much(
    ap_int8: float, speed_up: float, accepted: bool
) -> None:
    trial = Int8Trial(0.5, ap_int8, speed_up, threads=2)
    assert trial.accepted == accepted
    assert trial.as_dict()["accepted"] == accepted
    assert f"{100 * (0.5 - ap_int8):.2f} points" in trial.reason
    assert f"{speed_up:.2f} times as fast with 2 threads" in trial.reason
