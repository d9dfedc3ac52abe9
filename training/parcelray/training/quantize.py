"""The network in 8-bit integers: made from the one in floats, and taken in its place only where that is worth it.

Weights and activations become integers by their range on some scans (static quantisation, Jacob et al. 2018,
arXiv:1712.05877), written as QDQ nodes that ONNX Runtime fuses. It pays on some models and processors and costs on
others, so each is weighed: by average precision on the validation scans, and by speed on the machine that exports.

Two ends stay in floats. In the first layers, up to a quarter of the input's size, single values reach ten times what
99 % of values do: 256 steps for all of that range leave hardly any for the rest (measured: YOLOX-Nano's mean score of
boxes falls from 0.32 to 0.04 with them, to 0.31 without). And the last convolutions and what comes after them, for
logits, and offsets next to sizes, need finer steps than one scale for all of them gives.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from parcelray.models.detector import Detector

LARGEST_LOSS = 0.5
LEAST_GAIN = 1.3
_FLOATS_FROM = 4
_ROUNDS = 50
_WARM_UP = 5


@dataclass(frozen=True)
class Int8Trial:
    """What 8-bit integers cost and gain.

    Attributes:
        ap_fp32: mean average precision (IoU 0.50 to 0.95) in floats on the validation scans.
        ap_int8: the same in integers.
        speed_up: time of a pass in floats over that in integers: medians of passes in turn.
        threads: of both.
    """

    ap_fp32: float
    ap_int8: float
    speed_up: float
    threads: int

    @property
    def points_lost(self) -> float:
        """Average precision that integers cost, in points of 100."""
        return 100 * (self.ap_fp32 - self.ap_int8)

    @property
    def accepted(self) -> bool:
        """Whether integers serve."""
        return self.points_lost <= LARGEST_LOSS and self.speed_up >= LEAST_GAIN

    @property
    def reason(self) -> str:
        """Why, in words."""
        loses = f"loses {self.points_lost:.2f} points of AP (at most {LARGEST_LOSS} allowed)"
        runs = f"runs {self.speed_up:.2f} times as fast with {self.threads} threads (at least {LEAST_GAIN} asked)"
        return f"{loses}, {runs}"

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "accepted": self.accepted,
            "reason": self.reason,
            "ap_fp32": round(self.ap_fp32, 4),
            "ap_int8": round(self.ap_int8, 4),
            "points_lost": round(self.points_lost, 2),
            "speed_up": round(self.speed_up, 2),
            "threads": self.threads,
        }


def to_int8(network: bytes, inputs: Iterable[NDArray[np.float32]]) -> bytes:
    """The same network in 8-bit integers.

    Args:
        network: in floats, as ``parcelray export`` writes it.
        inputs: (1, 3, h, w) of scans, whose activations set the ranges.
    """
    # Here, for the detector's session must have turned off the runtime's telemetry before its first import.
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Inputs(CalibrationDataReader):  # type: ignore[misc]
        def __init__(self) -> None:
            self._left: Iterator[NDArray[np.float32]] = iter(inputs)

        def get_next(self) -> dict[str, NDArray[np.float32]] | None:
            tensor = next(self._left, None)
            return None if tensor is None else {"images": tensor}

    with tempfile.TemporaryDirectory() as folder:
        whole, prepared, quantised = (str(Path(folder, f"{name}.onnx")) for name in ("whole", "prepared", "quantised"))
        Path(whole).write_bytes(network)
        # The symbolic shape inference fails on the batch's free size; ONNX's own does what is needed.
        quant_pre_process(whole, prepared, skip_symbolic_shape=True)
        model = onnx.load(prepared)
        quantize_static(
            prepared,
            quantised,
            Inputs(),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=sorted(_first_layers(model) | _last_layers(model)),
        )
        return Path(quantised).read_bytes()


def speed_up(floats: Detector, integers: Detector) -> float:
    """How many times as fast the second is; in turn, so that whatever else keeps the machine busy slows both."""
    spec = floats.package.manifest.input
    tensor = np.full((1, 3, spec.height, spec.width), spec.pad_value, np.float32)
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(_WARM_UP + _ROUNDS):
        for detector, taken in zip((floats, integers), seconds, strict=True):
            began = time.perf_counter()
            detector.forward(tensor)
            taken.append(time.perf_counter() - began)
    one, other = (statistics.median(taken[_WARM_UP:]) for taken in seconds)
    return one / other


def _first_layers(model: onnx.ModelProto) -> set[str]:
    """Nodes whose outputs are a quarter of the input's size, or larger."""
    least = model.graph.input[0].type.tensor_type.shape.dim[3].dim_value / _FLOATS_FROM
    widths = {
        value.name: value.type.tensor_type.shape.dim[3].dim_value
        for value in model.graph.value_info
        if len(value.type.tensor_type.shape.dim) == 4
    }
    return {node.name for node in model.graph.node if any(widths.get(name, 0) >= least for name in node.output)}


def _last_layers(model: onnx.ModelProto) -> set[str]:
    """The last convolutions before the output, and all that comes after them."""
    makers = {name: node for node in model.graph.node for name in node.output}
    found: set[str] = set()
    waiting = [value.name for value in model.graph.output]
    while waiting:
        node = makers.get(waiting.pop())
        if node is None or node.name in found:
            continue
        found.add(node.name)
        if node.op_type != "Conv":
            waiting.extend(node.input)
    return found
