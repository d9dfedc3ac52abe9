"""Whether the network that would serve is the one whose weights lie beside it. Needs torch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from parcelray.datasets.coco import CocoData
from parcelray.models.detector import Detector
from parcelray.models.errors import BadInputError, ParityError
from parcelray.models.nets.weights import load_matching, read_weights
from parcelray.models.nets.yolox import YoloX
from parcelray.models.package import WEIGHTS, ModelPackage
from parcelray.training.export import check_parity as check_boxes
from parcelray.training.gate.verdict import Check

NAME = "parity"


def check_parity(candidate: ModelPackage, threads: int, images: Path, data: CocoData) -> Check:
    """Compare the boxes of ONNX Runtime and of torch on test scans, both in floats.

    A network in 8-bit integers was let into the package for what it loses; here it must pass the other checks.

    Args:
        candidate: the package.
        threads: for ONNX Runtime.
        images: folder of the scans.
        data: what names them.

    Raises:
        PackageTamperedError: a file was altered since the package was opened.
    """
    manifest = candidate.manifest
    if WEIGHTS not in manifest.files:
        return Check(NAME, False, f"the package has no {WEIGHTS}", {})
    candidate.read(WEIGHTS)
    in_floats = replace(candidate, manifest=manifest.model_copy(update={"precision": "fp32"}))
    network = YoloX(manifest.architecture, len(manifest.labels))
    try:
        fresh = load_matching(network, read_weights(candidate.folder / WEIGHTS))
        if fresh:
            return Check(NAME, False, f"{WEIGHTS} lacks {', '.join(fresh)}", {})
        parity = check_boxes(network.eval(), Detector(in_floats, threads=threads), images, data)
    except (BadInputError, ParityError) as error:
        return Check(NAME, False, f"ONNX and weights differ: {error}", {})
    reason = f"ONNX and weights agree on {parity.boxes} boxes; scores differ by at most {parity.largest_score_gap:.1e}"
    figures = {
        "boxes": parity.boxes,
        "largest_score_gap": round(parity.largest_score_gap, 6),
        "smallest_overlap": round(parity.smallest_overlap, 6),
    }
    return Check(NAME, True, reason, figures)
