"""Fixtures that several rooms' tests share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from parcelray.models.package import (
    NETWORK,
    ArchitectureSpec,
    DecodeSpec,
    InputSpec,
    Manifest,
    Operating,
    sha256_of,
    write_manifest,
)

pytest_plugins = ["support.fixtures"]

TINY_SIDE = 64
TINY_STRIDE = 8
TINY_LABELS = ("pistol", "revolver", "banknote_bundle")
TINY_CLASS_SCORES = (0.9, 0.8, 0.1)


def tiny_network() -> bytes:
    """A real ONNX graph that boxes what is dark: a row for each cell of 8 x 8 pixels, as sure as the cell is dark."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    cells = (TINY_SIDE // TINY_STRIDE) ** 2
    place = np.tile(np.array([0.5, 0.5, 0.0, 0.0], np.float32), (1, cells, 1))
    classes = np.tile(np.array(TINY_CLASS_SCORES, np.float32), (1, cells, 1))
    constants = {
        "place": place,
        "classes": classes,
        "per_level": np.array(-1 / 255, np.float32),
        "one": np.array(1, np.float32),
        "channels": np.array([1], np.int64),
        "rows": np.array([1, cells, 1], np.int64),
    }
    nodes = [
        helper.make_node("ReduceMean", ["images", "channels"], ["grey"], keepdims=1),
        helper.make_node("AveragePool", ["grey"], ["mean"], kernel_shape=[8, 8], strides=[8, 8]),
        helper.make_node("Mul", ["mean", "per_level"], ["negative"]),
        helper.make_node("Add", ["negative", "one"], ["darkness"]),
        helper.make_node("Reshape", ["darkness", "rows"], ["objectness"]),
        helper.make_node("Concat", ["place", "objectness", "classes"], ["raw"], axis=2),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, TINY_SIDE, TINY_SIDE])],
        [helper.make_tensor_value_info("raw", TensorProto.FLOAT, [1, cells, 5 + len(TINY_LABELS)])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def write_tiny_package(folder: Path, network: bytes) -> Path:
    """A package around a network, as ``parcelray export`` writes it."""
    folder.mkdir(parents=True)
    (folder / NETWORK).write_bytes(network)
    manifest = Manifest(
        name="tiny",
        version="0000",
        taxonomy=1,
        labels=TINY_LABELS,
        architecture=ArchitectureSpec(width=0.25, depth=0.33, depthwise=True),
        input=InputSpec(width=TINY_SIDE, height=TINY_SIDE, channel_order="bgr", pad_value=255),
        decode=DecodeSpec(strides=(TINY_STRIDE,), nms_iou=0.65, same_gun_iou=0.7, score_floor=0.01, max_detections=100),
        operating=Operating(
            thresholds={"pistol": 0.5, "revolver": 0.5, "banknote_bundle": 0.5},
            calibrated=False,
            basis="chosen for tests",
        ),
        lineage={},
        figures={},
        files={NETWORK: sha256_of(network)},
    )
    write_manifest(folder, manifest)
    return folder


@pytest.fixture(scope="session")
def tiny_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a whole model package with a real, tiny network. Not to be changed: copy it for that."""
    return write_tiny_package(tmp_path_factory.mktemp("packages") / "tiny", tiny_network())


@pytest.fixture
def make_package(tmp_path: Path) -> Callable[[bytes], Path]:
    """Writes a model package, whole but for the network that is given."""
    return lambda network: write_tiny_package(tmp_path / "package", network)
