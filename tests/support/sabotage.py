"""The shipped release as a candidate for the gate: sound, or damaged in one class; and scans to tell them by."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnx
from onnx import numpy_helper
from safetensors.numpy import load, save

from parcelray.datasets.revisions.building import RevisionPlan, build
from parcelray.datasets.revisions.revision import Shares
from parcelray.datasets.revisions.store import RevisionStore
from parcelray.datasets.validation.likeness import NAME
from parcelray.models.package import NETWORK, TRAINED_ON, WEIGHTS, ModelPackage
from parcelray.models.store import release_folder
from parcelray.models.trained_on import TrainedOn
from support.gated import package_like

SAMPLES = Path(__file__).parents[2] / "datasets" / "samples"
COPIES = {"01-pistols.jpg": 10, "02-revolver.jpg": 10, "10-clean.jpg": 10, "11-clean.jpg": 10}
REVISION = "samples"


def sound_candidate(folder: Path) -> ModelPackage:
    """The release itself, with a list of what it learned from that names nothing."""
    return package_like(folder, files={TRAINED_ON: _nothing()}, change=lambda _manifest: {"version": "sound"})


def sabotaged_candidate(folder: Path, label: str, *, network_too: bool = True) -> ModelPackage:
    """The release with the weights shuffled that tell one class: in its network too, or beside it alone."""
    package = ModelPackage.open(release_folder())
    row = package.manifest.labels.index(label)
    order = np.random.default_rng(0).permutation(64)
    weights = load(package.read(WEIGHTS))
    network = onnx.load_from_string(package.read(NETWORK))
    for name in [name for name in weights if name.startswith("head.class_outputs.") and name.endswith(".weight")]:
        shuffled = weights[name].copy()
        shuffled[row] = shuffled[row, order]
        weights[name] = shuffled
        (there,) = (one for one in network.graph.initializer if one.name == f"network.{name}")
        there.CopyFrom(numpy_helper.from_array(shuffled, there.name))
    files = {WEIGHTS: save(weights), TRAINED_ON: _nothing()}
    if network_too:
        files[NETWORK] = network.SerializeToString()
    return package_like(folder, files=files, change=lambda _manifest: {"version": "sabotaged"})


def samples_revision(folder: Path) -> RevisionStore:
    """A store with a revision of sample scans, each laid differently several times; all for testing."""
    truth = json.loads((SAMPLES / "truth.json").read_text())
    generator = np.random.default_rng(0)
    source = folder / "scans"
    (source / "images").mkdir(parents=True)
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for image in truth["images"]:
        pixels = np.asarray(cv2.imread(str(SAMPLES / image["file_name"])))
        for copy in range(COPIES.get(image["file_name"], 0)):
            top, left, bottom, right = (int(edge) for edge in generator.integers(0, 60, 4))
            laid = cv2.copyMakeBorder(pixels, top, bottom, left, right, cv2.BORDER_CONSTANT, value=(255, 255, 255))
            number = len(images) + 1
            name = f"{copy:02d}-{Path(image['file_name']).stem}.png"
            cv2.imwrite(str(source / "images" / name), laid)
            size = {"width": laid.shape[1], "height": laid.shape[0]}
            images.append({"id": number, "file_name": name, "group": f"parcel-{number}", **size})
            for item in truth["annotations"]:
                if item["image_id"] == image["id"]:
                    x, y, width, height = item["bbox"]
                    placed = {"image_id": number, "bbox": [x + left, y + top, width, height]}
                    annotations.append(item | placed | {"id": len(annotations) + 1})
    document = {"images": images, "annotations": annotations, "categories": truth["categories"]}
    (source / "annotations.json").write_text(json.dumps(document))
    store = RevisionStore(folder / "store")
    build(REVISION, RevisionPlan((source,), shares=Shares(train=0, validation=0, test=1)), store)
    return store


def _nothing() -> bytes:
    return TrainedOn(likeness=NAME, scans=()).model_dump_json().encode()
