"""A small labelled data set of dark rectangles, and a recipe small enough to run in a test."""

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from safetensors.torch import save_file

from parcelray.datasets.files import sha256_of_file
from parcelray.models.nets.yolox import YoloX
from parcelray.models.package import ArchitectureSpec

ARCHITECTURE = ArchitectureSpec(width=0.125, depth=0.33, depthwise=True)

RECIPE = """\
name = "test"
version = "0000"
seed = 3
taxonomy = 1
labels = ["pistol", "pipe"]
architecture = {{ width = 0.125, depth = 0.33, depthwise = true }}
input = {{ width = 96, height = 96, channel_order = "bgr", pad_value = 114 }}
start = {{ weights = "{start}", sha256 = "{sha256}" }}

[train]
images = "{train}/images"
annotations = "{train}/annotations.json"

[validation]
images = "{validation}/images"
annotations = "{validation}/annotations.json"

[optimiser]
epochs = {epochs}
batch_size = 8
learning_rate = {learning_rate}
weight_decay = 0.0
warmup_share = 0.05
final_share = 0.05
clip_norm = 10.0
ema_decay = 0.95
ema_ramp_steps = 20
"""


def write_scans(folder: Path, count: int, seed: int) -> Path:
    """Upright rectangles are pistols, black; squares are pipes, grey; every third scan is clean."""
    generator = np.random.default_rng(seed)
    (folder / "images").mkdir(parents=True)
    images, annotations = [], []
    for index in range(count):
        pixels = np.full((96, 96, 3), 255, np.uint8)
        images.append({"id": index, "file_name": f"{index}.png", "width": 96, "height": 96, "group": f"g{index // 2}"})
        if index % 3:
            category = int(generator.integers(0, 2))
            width, height = ((20, 44), (30, 30))[category]
            x, y = (int(generator.integers(0, 96 - size)) for size in (width, height))
            pixels[y : y + height, x : x + width] = (0, 150)[category]
            annotations.append(
                {"id": index, "image_id": index, "category_id": category, "bbox": [x, y, width, height], "iscrowd": 0}
                | {"area": width * height}
            )
        cv2.imwrite(str(folder / "images" / f"{index}.png"), pixels)
    categories = [{"id": 0, "name": "pistol"}, {"id": 1, "name": "pipe"}]
    document = {"images": images, "annotations": annotations, "categories": categories}
    (folder / "annotations.json").write_text(json.dumps(document))
    return folder


@pytest.fixture(scope="session")
def scans(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders of scans to train and to validate on."""
    root = tmp_path_factory.mktemp("scans")
    return {"train": write_scans(root / "train", 96, 0), "validation": write_scans(root / "validation", 330, 1)}


@pytest.fixture(scope="module")
def one_thread() -> None:
    """For bits that are compared: the order in which threads add up would change the last of them."""
    import torch

    torch.set_num_threads(1)


@pytest.fixture
def write_recipe(tmp_path: Path, scans: dict[str, Path]) -> Callable[..., Path]:
    """Writes a recipe; keywords change its numbers."""

    def write(*, epochs: int = 2, learning_rate: float = 2e-3) -> Path:
        import torch

        torch.manual_seed(0)
        start = tmp_path / "start.safetensors"
        save_file(YoloX(ARCHITECTURE, 2).state_dict(), start)
        path = tmp_path / "recipe.toml"
        path.write_text(
            RECIPE.format(
                start=start,
                sha256=sha256_of_file(start),
                train=scans["train"],
                validation=scans["validation"],
                epochs=epochs,
                learning_rate=learning_rate,
            )
        )
        return path

    return write
