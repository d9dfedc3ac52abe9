import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from parcelray.models.decode import grid
from parcelray.models.errors import BadInputError
from parcelray.models.nets.blocks import ConvUnit
from parcelray.models.nets.weights import ClassRows, from_official_name, load_matching, read_weights
from parcelray.models.nets.yolox import InferenceGraph, YoloX
from parcelray.models.package import ArchitectureSpec
from parcelray.models.session import OrtSession

NANO = ArchitectureSpec(width=0.25, depth=0.33, depthwise=True)
TINY = ArchitectureSpec(width=0.375, depth=0.33, depthwise=False)
SMALL = ArchitectureSpec(width=0.5, depth=0.33, depthwise=False)
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


@pytest.mark.parametrize(
    ("spec", "published", "each_class"),
    [(NANO, 912_159, 3 * 65), (TINY, 5_055_855, 3 * 97), (SMALL, 8_968_255, 3 * 129)],
    ids=["nano", "tiny", "small"],
)
def test_has_the_published_number_of_parameters(spec: ArchitectureSpec, published: int, each_class: int) -> None:
    # 0.91, 5.06 and 9.0 M in the paper's tables 3 and 4, for 80 classes.
    assert sum(value.numel() for value in YoloX(spec, 80).parameters()) == published
    # A class is an output of each of the three grids: a weight for each channel, and a bias.
    network = YoloX(spec, 19).eval()
    assert sum(value.numel() for value in network.parameters()) == published - 61 * each_class
    with torch.no_grad():
        assert network(torch.zeros(1, 3, 64, 64)).shape == (1, 84, 24)


@needs_shared
@pytest.mark.parametrize("spec", [TINY, SMALL], ids=["tiny", "small"])
def test_the_published_names_of_larger_sizes_are_known(spec: ArchitectureSpec) -> None:
    # Nano's, but for its split convolutions: those are whole in the others, which lie no deeper.
    official = torch.load(SHARED / "yolox_nano_from_onnx_bn.pth", map_location="cpu", weights_only=True)["model"]
    names = {from_official_name(name.replace(".pconv.", ".")) for name in official if ".dconv." not in name}
    assert names == set(YoloX(spec, 80).state_dict())


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


@pytest.mark.parametrize("groups", [1, 4], ids=["whole", "each channel alone"])
def test_folding_a_norm_changes_neither_what_is_seen_nor_what_is_learned(groups: int) -> None:
    torch.manual_seed(0)
    folded = ConvUnit(4, 8, 3, 2, groups=groups).double()
    for value in (folded.norm.weight, folded.norm.bias, folded.norm.running_mean, folded.norm.running_var):
        assert value is not None
        nn.init.uniform_(value, 0.5, 2.0)
    apart = copy.deepcopy(folded)
    images = torch.randn(3, 4, 10, 12, dtype=torch.float64)
    seen = folded.eval()(images)
    wanted = nn.functional.silu(apart.norm.eval()(apart.conv(images)))
    torch.testing.assert_close(seen, wanted)
    for out in (seen, wanted):
        out.square().sum().backward()
    for (name, learned), other in zip(folded.named_parameters(), apart.parameters(), strict=True):
        torch.testing.assert_close(learned.grad, other.grad, msg=name)
    with torch.no_grad():
        torch.testing.assert_close(folded(images), wanted)


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


TINY = ArchitectureSpec(width=0.125, depth=0.33, depthwise=True)
ROWS = ClassRows(start=("pistol", "pipe", "slide"), network=("wrench", "slide", "pistol"))


def test_class_outputs_are_taken_over_by_name_bit_for_bit() -> None:
    # As many classes as before: by their shape alone, all rows would be the wrong ones.
    start = YoloX(TINY, 3).eval()
    for value in start.parameters():
        torch.nn.init.normal_(value, std=0.2)
    network = YoloX(TINY, 3).eval()
    assert load_matching(network, start.state_dict(), ROWS) == []
    old, new = start.state_dict(), network.state_dict()
    for name, value in new.items():
        if not name.startswith("head.class_outputs."):
            assert torch.equal(value, old[name]), name
            continue
        assert torch.equal(value[1], old[name][2]), name
        assert torch.equal(value[2], old[name][0]), name
    images = torch.rand(1, 3, 64, 64) * 255
    with torch.no_grad():
        before, after = InferenceGraph(start)(images), InferenceGraph(network)(images)
    # The new class begins at the prior everywhere, and changes nothing of what is said about the others.
    torch.testing.assert_close(after[..., 5], torch.full_like(after[..., 5], 0.01))
    torch.testing.assert_close(after[..., [0, 1, 2, 3, 4, 6, 7]], before[..., [0, 1, 2, 3, 4, 7, 5]])


def test_a_new_class_begins_as_the_mean_of_its_kin() -> None:
    start, network = YoloX(TINY, 3), YoloX(TINY, 3)
    for value in start.parameters():
        torch.nn.init.normal_(value, std=0.2)
    load_matching(network, start.state_dict(), replace(ROWS, kin={"wrench": ("slide", "pistol")}))
    for level, outputs in enumerate(network.head.class_outputs):
        old = start.head.class_outputs[level]
        for mine, theirs in ((outputs.weight, old.weight), (outputs.bias, old.bias)):
            torch.testing.assert_close(mine[0], (theirs[0] + theirs[2]) / 2)
            assert torch.equal(mine[1:], theirs[[2, 0]])


def test_weights_of_other_classes_than_those_that_are_named_are_refused() -> None:
    with pytest.raises(BadInputError, match="outputs of 3 classes, as the recipe names them, got outputs of 4"):
        load_matching(YoloX(TINY, 3), YoloX(TINY, 4).state_dict(), ROWS)
    with pytest.raises(BadInputError, match="starting weights: expected tensors for all"):
        load_matching(YoloX(TINY, 3), YoloX(NANO, 3).state_dict(), ROWS)
