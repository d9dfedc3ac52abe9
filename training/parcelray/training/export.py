"""From a finished run to a model package: ONNX, calibration, thresholds, figures, card."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import json
import shutil
import warnings
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnxscript.optimizer import optimize_ir
from pydantic import JsonValue

from parcelray.datasets.coco import CocoData, read_coco
from parcelray.datasets.files import labelled_picture, sha256_of_file
from parcelray.datasets.progress import progress
from parcelray.models.decode import decode_uncalibrated
from parcelray.models.detector import Detector
from parcelray.models.errors import BadInputError, RecipeError
from parcelray.models.nets.weights import load_matching, read_weights
from parcelray.models.nets.yolox import STRIDES, InferenceGraph, YoloX
from parcelray.models.package import (
    CARD,
    INT8_NETWORK,
    NETWORK,
    TRAINED_ON,
    WEIGHTS,
    DecodeSpec,
    Manifest,
    ModelPackage,
    Operating,
    Precision,
    sha256_of,
    write_manifest,
)
from parcelray.models.preprocess import preprocess
from parcelray.training.card import write_card
from parcelray.training.config import DataSpec, Recipe, read_recipe
from parcelray.training.evaluation.calibrating import calibration_figures, fit, scored_boxes
from parcelray.training.evaluation.figures import figures
from parcelray.training.evaluation.judging import JudgedScan, judge, plan
from parcelray.training.evaluation.operating import at_thresholds, choose_thresholds
from parcelray.training.evaluation.ranking import mean_ap
from parcelray.training.learned_size import lineage_of
from parcelray.training.parity import MIN_SCORE, NOTHING_COMPARED, Parity, compare
from parcelray.training.quantize import Int8Trial, speed_up, to_int8
from parcelray.training.run_folder import INPUTS, RECIPE
from parcelray.training.scan_marks import mark_scans, note_scans, write_trained_on

# Low enough for the whole precision-recall curve.
_SCORE_FLOOR = 0.001
DECODE = DecodeSpec(strides=STRIDES, nms_iou=0.65, same_gun_iou=0.7, score_floor=_SCORE_FLOOR, max_detections=100)
_PARITY_SCANS = 100
# So many set the ranges of 8-bit integers.
_RANGING_SCANS = 100
_EXPORTER_OPSET = 18
_FOLDED_BYTES = 2**24


def export(
    run: Path,
    folder: Path,
    validation: DataSpec | None = None,
    *,
    size: tuple[int, int] | None = None,
    try_int8: bool = True,
) -> ModelPackage:
    """Write the package of a finished run: beside its place, then moved there whole.

    Args:
        run: folder of the run.
        folder: where the package goes; must not exist yet.
        validation: scans to set calibration and thresholds on, never learned from; the recipe's when None.
        size: width and height of the package's input; that which the run learned with when None. A network of
            convolutions reads any, and often sees more in larger pictures than it learned from (Touvron et al. 2019,
            "Fixing the train-test resolution discrepancy", arXiv:1906.06423).
        try_int8: make the network in 8-bit integers too, and have it serve where that is faster and as good.

    Raises:
        RecipeError: the run is not finished, or the folder is taken.
        BadInputError: the size does not divide into the network's cells.
        ParityError: ONNX Runtime does not find the boxes that the network finds.
        DatasetError: the validation scans are missing, or too few of them are clean.
    """
    recipe = read_recipe(run / RECIPE)
    learned_with = recipe.input
    if size is not None:
        recipe = _with_input(recipe, size)
    if not (run / WEIGHTS).is_file():
        raise RecipeError(str(run), expected=f"a finished run with {WEIGHTS}", got="one without")
    if folder.exists():
        raise RecipeError(str(folder), expected="a folder that does not exist yet", got="one that does")
    # Begins with a dot: nothing that looks for numbered packages takes it for one.
    beside = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    scans = validation or recipe.validation
    lineage = _lineage(run, scans) | lineage_of(learned_with)
    _write_package(recipe, run, beside, scans, lineage, try_int8=try_int8)
    beside.rename(folder)
    return ModelPackage.open(folder)


def _with_input(recipe: Recipe, size: tuple[int, int]) -> Recipe:
    width, height = size
    if not all(edge > 0 and edge % STRIDES[-1] == 0 for edge in size):
        raise BadInputError("input", expected=f"multiples of {STRIDES[-1]} pixels", got=f"{width}x{height}")
    return recipe.model_copy(update={"input": recipe.input.model_copy(update={"width": width, "height": height})})


def _write_package(
    recipe: Recipe, run: Path, folder: Path, validation: DataSpec, lineage: dict[str, str], *, try_int8: bool
) -> None:
    network = YoloX(recipe.architecture, len(recipe.labels))
    load_matching(network, read_weights(run / WEIGHTS))
    network.eval()
    (folder / NETWORK).write_bytes(to_onnx(network, recipe))
    shutil.copyfile(run / WEIGHTS, folder / WEIGHTS)
    # Runs of older versions have not noted what they learned from: then it is done here.
    marks = mark_scans(validation, "noting the validation scans")
    write_trained_on(folder, note_scans(run, recipe).model_copy(update={"validation": marks}))

    nothing_shown = Operating(thresholds=dict.fromkeys(recipe.labels, 1.0), calibrated=False, basis="not set yet")
    draft = partial(_manifest, recipe, folder, lineage)
    write_manifest(folder, draft(nothing_shown, {}))
    detector = Detector(ModelPackage.open(folder), threads=torch.get_num_threads())
    data = read_coco(validation.annotations)
    parity = check_parity(network, detector, validation.images, data)
    # Where the data's words differ from the labels, the recipe says how.
    mapping = {category: (leaf,) for category, leaf in validation.rename.items()} or None
    answers = plan(data, recipe.labels, mapping)

    def judged(detector: Detector, title: str) -> list[JudgedScan]:
        with progress(title, len(data.images)) as report:
            return judge(detector, validation.images, data, answers, report)

    scans = judged(detector, "judging validation scans")
    trial = None
    if try_int8:
        some = data.images[:: -(-len(data.images) // _RANGING_SCANS)]
        inputs = (detector.preprocess(labelled_picture(validation.images, image.file_name))[0] for image in some)
        (folder / INT8_NETWORK).write_bytes(to_int8(detector.package.read(NETWORK), inputs))
        write_manifest(folder, draft(nothing_shown, {}, "int8"))
        integers = Detector(ModelPackage.open(folder), threads=torch.get_num_threads())
        in_int8 = judged(integers, "judging validation scans in 8-bit integers")
        gain = speed_up(detector, integers)
        trial = Int8Trial(mean_ap(scans, answers), mean_ap(in_int8, answers), gain, torch.get_num_threads())
        if trial.accepted:
            scans = in_int8
        else:
            (folder / INT8_NETWORK).unlink()
    precision: Precision = "int8" if trial is not None and trial.accepted else "fp32"
    calibrated = calibration_figures(scans, answers, len(recipe.labels))
    calibration = None
    if calibrated is not None:
        calibration = fit(scored_boxes(scans, answers), len(recipe.labels))
        scans = [replace(scan, detections=calibration.calibrate(scan.detections)) for scan in scans]
    operating = choose_thresholds(scans, recipe.labels, calibration)
    measured: dict[str, JsonValue] = {
        "parity": {
            "scans": min(_PARITY_SCANS, len(data.images)),
            "boxes": parity.boxes,
            "largest_score_gap": round(parity.largest_score_gap, 6),
            "smallest_overlap": round(parity.smallest_overlap, 6),
        },
        "int8": None if trial is None else trial.as_dict(),
        "calibration": None if calibrated is None else calibrated.headline(),
        "validation": figures(scans, answers) | {"operating": at_thresholds(scans, answers, recipe.labels, operating)},
    }
    (folder / CARD).write_text(write_card(recipe, answers, operating, measured), encoding="utf-8")
    write_manifest(folder, draft(operating, measured, precision))


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
    # The norms, folded into weights once and for all: larger ones than the exporter folds by itself.
    optimize_ir(program.model, input_size_limit=_FOLDED_BYTES, output_size_limit=_FOLDED_BYTES)
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
    manifest = detector.package.manifest
    cuts = np.full(len(manifest.labels), MIN_SCORE, np.float32)
    parity = NOTHING_COMPARED
    for image in data.images[:_PARITY_SCANS]:
        tensor, geometry = preprocess(labelled_picture(images, image.file_name), manifest.input)
        # The networks' own scores: a calibration would stretch or hide what differs.
        one, other = (
            decode_uncalibrated(rows, geometry, manifest, cuts)
            for rows in (forward_in_torch(network, tensor), detector.forward(tensor))
        )
        parity = parity.join(compare(one, other, image.file_name))
    return parity


@torch.no_grad()
def forward_in_torch(network: YoloX, tensor: NDArray[np.float32]) -> NDArray[np.float32]:
    """(1, 3, h, w) to the (A, 5 + C) raw rows of that view, by the torch network."""
    rows: NDArray[np.float32] = InferenceGraph(network)(torch.from_numpy(tensor))[0].numpy()
    return rows


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
    recipe: Recipe,
    folder: Path,
    lineage: dict[str, str],
    operating: Operating,
    measured: dict[str, JsonValue],
    precision: Precision = "fp32",
) -> Manifest:
    names = [name for name in (NETWORK, INT8_NETWORK, WEIGHTS, TRAINED_ON, CARD) if (folder / name).is_file()]
    return Manifest(
        name=recipe.name,
        version=recipe.version,
        taxonomy=recipe.taxonomy,
        labels=recipe.labels,
        own_classes=recipe.own_classes,
        architecture=recipe.architecture,
        input=recipe.input,
        decode=DECODE,
        operating=operating,
        precision=precision,
        lineage=lineage,
        figures=measured,
        files={name: sha256_of((folder / name).read_bytes()) for name in names},
    )
