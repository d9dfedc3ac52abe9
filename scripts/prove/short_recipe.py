"""The recipe of the proofs and benches that train on drawn scans: YOLOX-Nano at 416 pixels, for some epochs."""

from __future__ import annotations

import json
from pathlib import Path

from parcelray.datasets.coco import read_coco
from parcelray.datasets.files import sha256_of_file
from parcelray.datasets.synth.dataset import ANNOTATIONS
from parcelray.models.taxonomy import load_taxonomy

_RECIPE = """\
name = "{name}"
version = "{version}"
seed = {seed}
taxonomy = 1
labels = {labels}
architecture = {{ name = "yolox", width = 0.25, depth = 0.33, depthwise = true }}
input = {{ width = 416, height = 416, channel_order = "bgr", pad_value = 114 }}
start = {{ weights = "{start}", sha256 = "{sha256}" }}

[train]
images = "{train}/images"
annotations = "{annotations}"

[validation]
images = "{validation}/images"
annotations = "{validation}/annotations.json"

[optimiser]
epochs = {epochs}
batch_size = 16
learning_rate = 1e-3
weight_decay = 0.02
warmup_share = 0.05
final_share = 0.02
clip_norm = 10.0
ema_decay = 0.998
ema_ramp_steps = 300
"""


def write_recipe(
    path: Path,
    *,
    name: str,
    version: str,
    start: Path,
    train: Path,
    validation: Path,
    epochs: int,
    seed: int = 1,
    annotations: Path | None = None,
) -> Path:
    """Write it to a file. Its labels are those of the taxonomy's learned leaves that the scans' labels name.

    Args:
        path: of the file.
        name: of the model.
        version: of the model.
        start: COCO weights.
        train: folder of the scans to learn from, as ``parcelray synth`` writes it.
        validation: folder of others.
        epochs: how many.
        seed: decides every random choice.
        annotations: labels to learn from; those in the folder when None.
    """
    annotations = annotations or train / ANNOTATIONS
    known = read_coco(annotations).categories
    labels = [label for label in load_taxonomy().leaves(learned_only=True) if label in known]
    text = _RECIPE.format(
        name=name,
        version=version,
        seed=seed,
        labels=json.dumps(labels),
        start=start,
        sha256=sha256_of_file(start),
        train=train,
        annotations=annotations,
        validation=validation,
        epochs=epochs,
    )
    path.write_text(text, encoding="utf-8")
    return path
