"""From a finished run to a model package: ONNX, thresholds, figures, card."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import json
import shutil
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from pydantic import JsonValue

from parcelray.datasets.coco import CocoData, read_coco
from parcelray.datasets.files import labelled_picture, sha256_of_file
from parcelray.datasets.progress import progress
from parcelray.models.decode import decode
from parcelray.models.detections import Detections
from parcelray.models.detector import Detector
from parcelray.models.errors import RecipeError
from parcelray.models.nets.weights import load_matching, read_weights
from parcelray.models.nets.yolox import STRIDES, InferenceGraph, YoloX
from parcelray.models.package import (
    CARD,
    NETWORK,
    WEIGHTS,
    DecodeSpec,
    Manifest,
    ModelPackage,
    Operating,
    sha256_of,
    write_manifest,
)
from parcelray.models.preprocess import preprocess
from parcelray.training.card import write_card
from parcelray.training.config import DataSpec, Recipe, read_recipe
from parcelray.training.evaluation.figures import figures
from parcelray.training.evaluation.judging import LOWEST_SCORE, judge, plan
from parcelray.training.evaluation.operating import at_thresholds, choose_thresholds
from parcelray.training.parity import MIN_SCORE, NOTHING_COMPARED, Parity, compare
from parcelray.training.run_folder import INPUTS, RECIPE

DECODE = DecodeSpec(strides=STRIDES, nms_iou=0.65, same_gun_iou=0.7, score_floor=LOWEST_SCORE, max_detections=100)
_PARITY_SCANS = 100
_EXPORTER_OPSET = 18


def export(run: Path, folder: Path, validation: DataSpec | None = None) -> ModelPackage:
    """Write the package of a finished run: beside its place, then moved there whole.

    Args:
        run: folder of the run.
        folder: where the package goes; must not exist yet.
        validation: scans to set thresholds on, never learned from; the recipe's when None.

    Raises:
        RecipeError: the run is not finished, or the folder is taken.
        ParityError: ONNX Runtime does not find the boxes that the network finds.
        DatasetError: the validation scans are missing, or too few of them are clean.
    """
    recipe = read_recipe(run / RECIPE)
    if not (run / WEIGHTS).is_file():
        raise RecipeError(str(run), expected=f"a finished run with {WEIGHTS}", got="one without")
    if folder.exists():
        raise RecipeError(str(folder), expected="a folder that does not exist yet", got="one that does")
    # Begins with a dot: nothing that looks for numbered packages takes it for one.
    partial = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    _write_package(recipe, run, partial, validation or recipe.validation)
    partial.rename(folder)
    return ModelPackage.open(folder)


def _write_package(recipe: Recipe, run: Path, folder: Path, validation: DataSpec) -> None:
    network = YoloX(recipe.architecture, len(recipe.labels))
    load_matching(network, read_weights(run / WEIGHTS))
    network.eval()
    (folder / NETWORK).write_bytes(to_onnx(network, recipe))
    shutil.copyfile(run / WEIGHTS, folder / WEIGHTS)

    nothing_shown = Operating(thresholds=dict.fromkeys(recipe.labels, 1.0), calibrated=False, basis="not set yet")
    lineage = _lineage(run, validation)
    write_manifest(folder, _manifest(recipe, folder, lineage, nothing_shown, {}))
    detector = Detector(ModelPackage.open(folder), threads=torch.get_num_threads())
    data = read_coco(validation.annotations)
    parity = check_parity(network, detector, validation.images, data)
    # Where the data's words differ from the labels, the recipe says how.
    mapping = {category: (leaf,) for category, leaf in validation.rename.items()} or None
    answers = plan(data, recipe.labels, mapping)
    with progress("judging validation scans", len(data.images)) as report:
        scans = judge(detector, validation.images, data, answers, report)
    operating = choose_thresholds(scans, recipe.labels)
    measured: dict[str, JsonValue] = {
        "parity": {
            "scans": min(_PARITY_SCANS, len(data.images)),
            "boxes": parity.boxes,
            "largest_score_gap": round(parity.largest_score_gap, 6),
            "smallest_overlap": round(parity.smallest_overlap, 6),
        },
        "validation": figures(scans, answers) | {"operating": at_thresholds(scans, answers, recipe.labels, operating)},
    }
    (folder / CARD).write_text(write_card(recipe, answers, operating, measured), encoding="utf-8")
    write_manifest(folder, _manifest(recipe, folder, lineage, operating, measured))


def to_onnx(network: YoloX, recipe: Recipe) -> bytes:
    """The network alone as one ONNX file, for any number of images at once."""
    spec = recipe.input
    example = torch.zeros(2, 3, spec.height, spec.width)
    with warnings.catch_warnings():
        # The exporter warns of its own internals; what it made is checked below and by parity.
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            InferenceGraph(network).eval(),
            (example,),
            input_names=["images"],
            output_names=["rows"],
            dynamic_shapes=({0: torch.export.Dim("batch")},),
            opset_version=_EXPORTER_OPSET,
            dynamo=True,
            verbose=False,
        )
    if program is None:
        raise RuntimeError("torch.onnx.export returned no program")
    model = program.model_proto
    onnx.checker.check_model(model, full_check=True)
    # Where in our tree each node came from would put this machine's paths into the release.
    for node in model.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    return bytes(model.SerializeToString())


def check_parity(network: YoloX, detector: Detector, images: Path, data: CocoData) -> Parity:
    """Compare what ONNX Runtime and torch find, box by box, on the first scans.

    Raises:
        ParityError: they differ.
    """
    parity = NOTHING_COMPARED
    for image in data.images[:_PARITY_SCANS]:
        pixels = labelled_picture(images, image.file_name)
        in_torch = detect_in_torch(network, detector.package.manifest, pixels)
        parity = parity.join(compare(in_torch, detector.detect(pixels, MIN_SCORE), image.file_name))
    return parity


@torch.no_grad()
def detect_in_torch(network: YoloX, manifest: Manifest, pixels: NDArray[np.uint8]) -> Detections:
    """The three verbs with the torch network in the middle."""
    tensor, geometry = preprocess(pixels, manifest.input)
    rows = InferenceGraph(network)(torch.from_numpy(tensor))[0].numpy()
    return decode(rows, geometry, manifest, min_score=MIN_SCORE)


def _lineage(run: Path, validation: DataSpec) -> dict[str, str]:
    """What the package is made from: what the run named when it began, and the scans that thresholds are set on."""
    inputs = json.loads((run / INPUTS).read_text())
    inputs["validation annotations"] = sha256_of_file(validation.annotations)
    return {f"sha256 of {name}": digest for name, digest in inputs.items()} | {
        "made on": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "torch": torch.__version__,
        "parcelray": importlib.metadata.version("parcelray"),
    }


def _manifest(
    recipe: Recipe, folder: Path, lineage: dict[str, str], operating: Operating, measured: dict[str, JsonValue]
) -> Manifest:
    names = [name for name in (NETWORK, WEIGHTS, CARD) if (folder / name).is_file()]
    return Manifest(
        name=recipe.name,
        version=recipe.version,
        taxonomy=recipe.taxonomy,
        labels=recipe.labels,
        architecture=recipe.architecture,
        input=recipe.input,
        decode=DECODE,
        operating=operating,
        lineage=lineage,
        figures=measured,
        files={name: sha256_of((folder / name).read_bytes()) for name in names},
    )
