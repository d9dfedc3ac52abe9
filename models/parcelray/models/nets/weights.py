"""Starting points: the published COCO weights under their official names, or weights of our own packages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from parcelray.models.errors import BadInputError
from parcelray.models.nets.yolox import YoloX

# Official module names -> ours, applied in this order to each dotted part of a key's path.
_PREFIXES = (
    ("backbone.backbone.", "backbone."),
    ("backbone.", "neck."),
)
_STEMS = {
    "dark2": "stage2",
    "dark3": "stage3",
    "dark4": "stage4",
    "dark5": "stage5",
    "lateral_conv0": "lateral5",
    "C3_p4": "down_to4",
    "reduce_conv1": "lateral4",
    "C3_p3": "down_to3",
    "bu_conv2": "halve3",
    "C3_n3": "up_to4",
    "bu_conv1": "halve4",
    "C3_n4": "up_to5",
    "cls_convs": "class_towers",
    "reg_convs": "box_towers",
    "cls_preds": "class_outputs",
    "reg_preds": "box_outputs",
    "obj_preds": "item_outputs",
    "bn": "norm",
    "dconv": "depthwise",
    "pconv": "pointwise",
    "m": "bottlenecks",
}
_CSP = {"conv1": "main", "conv2": "bypass", "conv3": "merge"}
_BOTTLENECK = {"conv1": "mix", "conv2": "spatial"}
_PYRAMID_POOL = {"conv1": "reduce", "conv2": "merge"}
_CLASS_OUTPUTS = "head.class_outputs."


def from_official_name(key: str) -> str:
    """The name that a parameter of the official YOLOX code has in ``YoloX``."""
    for old, new in _PREFIXES:
        if key.startswith(old):
            key = new + key.removeprefix(old)
            break
    parts = key.split(".")
    named = []
    for index, part in enumerate(parts):
        if part in ("conv1", "conv2", "conv3"):
            if "m" in parts[:index]:
                part = _BOTTLENECK[part]
            elif parts[:3] == ["backbone", "dark5", "1"]:
                part = _PYRAMID_POOL[part]
            else:
                part = _CSP[part]
        named.append(_STEMS.get(part, part))
    return ".".join(named)


def read_weights(path: Path) -> dict[str, Tensor]:
    """Read a ``.safetensors`` file of ours, or a ``.pth`` of the official code (tensors only, nothing is run).

    Returns:
        Tensors by our names.

    Raises:
        BadInputError: the file is missing or of another kind.
    """
    if not path.is_file():
        raise BadInputError(str(path), expected="a file of weights", got="no such file")
    if path.suffix == ".safetensors":
        return load_file(path)
    if path.suffix == ".pth":
        official: Mapping[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)["model"]
        return {from_official_name(key): value for key, value in official.items()}
    got = f"a {path.suffix or 'nameless'} file"
    raise BadInputError(str(path), expected="weights as .safetensors or .pth", got=got)


@dataclass(frozen=True)
class ClassRows:
    """Whose each row of the class outputs is.

    Attributes:
        start: classes of the starting weights, in order.
        network: classes of the network, in order.
        kin: class that the starting weights do not have -> those of theirs that it is like.
    """

    start: Sequence[str]
    network: Sequence[str]
    kin: Mapping[str, Sequence[str]] = field(default_factory=dict)


def load_matching(network: YoloX, weights: Mapping[str, Tensor], rows: ClassRows | None = None) -> list[str]:
    """Load what fits by name and shape: all of it, but for the class outputs when the classes differ.

    Args:
        network: freshly made.
        weights: to start from, by our names.
        rows: where it is given, rows of the class outputs are taken over by the name of their class, bit for bit. The
            row of a class that the weights do not have begins as the mean of its kin's: no cell finds it likelier than
            the likeliest of them, so the first answers are the old ones, and it has less way to go than from nothing
            (docs/decisions/0014). Without kin it begins at the prior everywhere.

    Returns:
        The names of the network's parameters that kept their fresh values.

    Raises:
        BadInputError: anything but class outputs does not fit: the weights are of another network, or of other classes
            than ``rows`` says.
    """
    own = network.state_dict()
    if rows is not None:
        weights = {**weights, **_rows_by_name(own, weights, rows)}
    fitting = {name: value for name, value in weights.items() if name in own and own[name].shape == value.shape}
    fresh = sorted(set(own) - set(fitting))
    strangers = [name for name in fresh if not name.startswith(_CLASS_OUTPUTS)]
    if strangers:
        raise BadInputError(
            "starting weights",
            expected=f"tensors for all {len(own)} of the network's names",
            got=f"nothing that fits for {len(strangers)} of them, first {strangers[0]}",
        )
    network.load_state_dict(fitting, strict=False)
    return fresh


def _rows_by_name(own: Mapping[str, Tensor], weights: Mapping[str, Tensor], rows: ClassRows) -> dict[str, Tensor]:
    """The class outputs of a network, made of those of the starting weights."""
    made = {}
    for name in (name for name in own if name.startswith(_CLASS_OUTPUTS) and name in weights):
        if len(weights[name]) != len(rows.start):
            raise BadInputError(
                "starting weights",
                expected=f"outputs of {len(rows.start)} classes, as the recipe names them",
                got=f"outputs of {len(weights[name])}",
            )
        # Of a fresh network's outputs only the biases say something: the prior.
        row = {label: own[name][place].cpu() * name.endswith(".bias") for place, label in enumerate(rows.network)}
        known = {label: weights[name][place] for place, label in enumerate(rows.start)}
        row |= {label: torch.stack([known[one] for one in kin]).mean(dim=0) for label, kin in rows.kin.items() if kin}
        row |= {label: known[label] for label in row if label in known}
        # Shapes that do not fit are of another network; that is told with all the rest.
        if len({one.shape for one in row.values()}) == 1:
            made[name] = torch.stack(list(row.values()))
    return made
