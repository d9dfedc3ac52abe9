from pathlib import Path

import numpy as np
import pytest
import torch

from parcelray.models.decode import grid
from parcelray.models.errors import BadInputError
from parcelray.models.nets.weights import load_matching, read_weights
from parcelray.models.nets.yolox import InferenceGraph, YoloX
from parcelray.models.package import ArchitectureSpec
from parcelray.models.session import OrtSession

NANO = ArchitectureSpec(width=0.25, depth=0.33, depthwise=True)
SHARED = Path(__file__).parents[3] / "shared" / "weights"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the published weights do not lie beside the checkout")


@needs_shared
def test_agrees_with_the_published_network() -> None:
    network = YoloX(NANO, 80).eval()
    assert load_matching(network, read_weights(SHARED / "yolox_nano_from_onnx_bn.pth")) == []
    oracle = OrtSession((SHARED / "yolox_nano.onnx").read_bytes(), threads=1)
    images = np.random.default_rng(0).uniform(0, 255, (1, 3, 416, 416)).astype(np.float32)
    with torch.no_grad():
        ours = InferenceGraph(network)(torch.from_numpy(images)).numpy()
    np.testing.assert_allclose(ours, oracle.run(images), atol=1e-4)


@needs_shared
def test_other_classes_keep_all_but_the_class_outputs() -> None:
    fresh = load_matching(YoloX(NANO, 16), read_weights(SHARED / "yolox_nano_from_onnx_bn.pth"))
    assert fresh
    assert all(name.startswith("head.class_outputs.") for name in fresh)


def test_has_the_published_number_of_parameters() -> None:
    # 0.91 M in the paper's table 4, for 80 classes.
    assert sum(value.numel() for value in YoloX(NANO, 80).parameters()) == 912_159


@pytest.mark.parametrize(
    "spec",
    [
        ArchitectureSpec(width=0.125, depth=0.33, depthwise=True),
        ArchitectureSpec(width=0.25, depth=0.67, depthwise=False),
        ArchitectureSpec(width=0.375, depth=0.33, depthwise=False),
    ],
)
@pytest.mark.parametrize("size", [(64, 64), (96, 160)])
def test_any_width_and_depth_gives_a_row_for_each_cell(spec: ArchitectureSpec, size: tuple[int, int]) -> None:
    height, width = size
    with torch.no_grad():
        rows = YoloX(spec, 3).eval()(torch.zeros(2, 3, height, width))
    assert rows.shape == (2, len(grid(width, height, (8, 16, 32))[0]), 8)


def test_weights_of_another_network_are_refused() -> None:
    wide = YoloX(ArchitectureSpec(width=0.375, depth=0.33, depthwise=True), 3).state_dict()
    with pytest.raises(BadInputError, match="starting weights: expected tensors for all"):
        load_matching(YoloX(NANO, 3), wide)


def test_missing_and_strange_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="no such file"):
        read_weights(tmp_path / "gone.pth")
    (tmp_path / "weights.txt").write_text("no")
    with pytest.raises(BadInputError, match=r"expected weights as \.safetensors or \.pth"):
        read_weights(tmp_path / "weights.txt")
