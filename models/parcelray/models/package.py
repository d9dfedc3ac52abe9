"""``ModelPackage``: a numbered folder that holds a model and all that is known of it.

::

    0001/
    ├── manifest.json          what this module describes; names every other file with its sha256
    ├── model.onnx             the network only: images in, raw rows out
    ├── model.int8.onnx        the same in 8-bit integers, where that proved faster and as good: then it is what serves
    ├── weights.safetensors    the same weights for whoever fine-tunes from this release
    ├── trained_on.json        which scans it learned from, so that a test can be shown to hold none of them
    ├── card.md                for people: intended use, data, figures, limits, licences
    └── signature.json         who vouches for the manifest, and so for all of it (``signing``)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, JsonValue, ValidationError, model_validator

from parcelray.models.errors import PackageError, PackageNotFoundError, PackageTamperedError
from parcelray.models.taxonomy import Taxonomy, load_taxonomy

MANIFEST = "manifest.json"
NETWORK = "model.onnx"
INT8_NETWORK = "model.int8.onnx"
WEIGHTS = "weights.safetensors"
TRAINED_ON = "trained_on.json"
CARD = "card.md"

Precision = Literal["fp32", "int8"]
Share = Annotated[float, Field(ge=0, le=1)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ArchitectureSpec(_Frozen):
    """The network that the weights belong to.

    Attributes:
        width: multiplies YOLOX's base numbers of channels.
        depth: multiplies its base numbers of blocks.
        depthwise: whether 3x3 convolutions are split into depthwise and pointwise ones, as in YOLOX-Nano.
    """

    name: Literal["yolox"] = "yolox"
    width: Annotated[float, Field(gt=0)]
    depth: Annotated[float, Field(gt=0)]
    depthwise: bool


class InputSpec(_Frozen):
    """What the network reads: float32 0..255, letterboxed to ``width`` x ``height`` with ``pad_value``."""

    width: Annotated[int, Field(gt=0)]
    height: Annotated[int, Field(gt=0)]
    channel_order: Literal["bgr", "rgb"]
    pad_value: Annotated[int, Field(ge=0, le=255)]


class DecodeSpec(_Frozen):
    """How raw rows become boxes.

    Attributes:
        strides: pixels of network input per grid cell, one for each grid, finest first.
        nms_iou: boxes of one class that overlap more than this are one item.
        same_gun_iou: boxes of different firearm classes that overlap at least this much are one gun.
        score_floor: rows below are never looked at, whatever the caller asks.
        max_detections: the best so many of a view are kept.
    """

    strides: tuple[int, ...]
    nms_iou: Share
    same_gun_iou: Share
    score_floor: Share
    max_detections: Annotated[int, Field(gt=0)]


class Platt(_Frozen):
    """How scores of one class become probabilities: see ``parcelray.models.calibration``.

    Attributes:
        slope: of the log odds.
        offset: added to them.
    """

    slope: Annotated[FiniteFloat, Field(gt=0)]
    offset: FiniteFloat


class Operating(_Frozen):
    """What a score means, and from which on a box is shown.

    Attributes:
        thresholds: one score for each label, calibrated where scores are.
        calibrated: whether a score is the probability of being right. Where it is not, it only ranks.
        basis: in words, how the thresholds were set.
        calibration: by label; there exactly where scores are calibrated.
    """

    thresholds: Mapping[str, Share]
    calibrated: bool
    basis: str
    calibration: Mapping[str, Platt] | None = None

    @model_validator(mode="after")
    def _check_calibration(self) -> Self:
        if self.calibrated != (self.calibration is not None):
            raise ValueError("a calibration must be there exactly where calibrated is true")
        if self.calibration is not None and set(self.calibration) != set(self.thresholds):
            raise ValueError("calibration must name the labels of the thresholds and nothing else")
        return self


class Manifest(_Frozen):
    """All that serving must know of a package.

    Attributes:
        labels: the class of each network output, in order: leaves of the taxonomy, and own classes.
        own_classes: those of the labels that the taxonomy lacks -> the group of it that each belongs to.
        precision: of the network that serves: ``model.onnx`` in floats, or ``model.int8.onnx``.
        lineage: what the model was made from, by name and sha256.
        figures: what was measured, with the data that it was measured on.
        files: sha256 of every other file of the package.
    """

    format: Literal[1] = 1
    name: str
    version: str
    taxonomy: int
    labels: Annotated[tuple[str, ...], Field(min_length=1)]
    own_classes: Mapping[str, str] = Field(default_factory=dict)
    architecture: ArchitectureSpec
    input: InputSpec
    decode: DecodeSpec
    operating: Operating
    precision: Precision = "fp32"
    lineage: Mapping[str, str]
    figures: Mapping[str, JsonValue]
    files: Mapping[str, Sha256]

    @model_validator(mode="after")
    def _check_labels(self) -> Self:
        known = set(self.classes.leaves(learned_only=True))
        unknown = [label for label in self.labels if label not in known]
        if unknown:
            raise ValueError(f"labels that taxonomy {self.taxonomy} does not have: {', '.join(unknown)}")
        unused = sorted(set(self.own_classes) - set(self.labels))
        if unused:
            raise ValueError(f"own_classes that are no labels: {', '.join(unused)}")
        if set(self.operating.thresholds) != set(self.labels):
            raise ValueError("operating.thresholds must name each label once and nothing else")
        return self

    @property
    def network(self) -> str:
        """The name of the file with the network that serves."""
        return INT8_NETWORK if self.precision == "int8" else NETWORK

    @cached_property
    def classes(self) -> Taxonomy:
        """The tree that the labels belong to, with the own classes."""
        return load_taxonomy(self.taxonomy).with_own(self.own_classes)


def sha256_of(data: bytes) -> str:
    """The hexadecimal sha256 of some bytes."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True)
class ModelPackage:
    """A package whose every file was found to be the one that its manifest names.

    Attributes:
        manifest_sha256: of the bytes that the manifest was read from: stands for the whole package.
    """

    folder: Path
    manifest: Manifest
    manifest_sha256: str

    @classmethod
    def open(cls, folder: Path) -> ModelPackage:
        """Read the manifest and check every file.

        Raises:
            PackageNotFoundError: no folder, or no manifest in it.
            PackageTamperedError: a file is missing or altered.
            PackageError: the manifest is not one that this version understands.
        """
        path = folder / MANIFEST
        if not path.is_file():
            raise PackageNotFoundError(f"model package {folder}: expected a folder with {MANIFEST}, found none")
        try:
            data = path.read_bytes()
            manifest = Manifest.model_validate_json(data)
        except (ValidationError, KeyError) as error:
            raise PackageError(f"model package {folder}: {MANIFEST} is not valid: {_first_line(error)}") from error
        package = cls(folder, manifest, sha256_of(data))
        for name in manifest.files:
            package.read(name)
        return package

    def read(self, name: str) -> bytes:
        """The bytes of one file, checked again: what is used is what was verified.

        Raises:
            PackageTamperedError: the file is missing, not named in the manifest, or altered.
        """
        expected = self.manifest.files.get(name)
        if expected is None:
            raise PackageTamperedError(f"model package {self.folder}: the manifest names no file {name}")
        try:
            data = (self.folder / name).read_bytes()
        except FileNotFoundError as error:
            raise PackageTamperedError(f"model package {self.folder}: {name} is missing") from error
        came = sha256_of(data)
        if came != expected:
            raise PackageTamperedError(
                f"model package {self.folder}: {name} was altered: expected sha256 {expected}, got {came}"
            )
        return data


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write ``manifest.json`` last, by renaming, so that a folder with a manifest is whole."""
    partial = folder / f"{MANIFEST}.part"
    partial.write_text(json.dumps(manifest.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n", "utf-8")
    partial.replace(folder / MANIFEST)


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "document"
        return f"{where}: {first['msg']}"
    return str(error)
