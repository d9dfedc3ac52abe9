"""A champion that knows pistols, old scans of pistols and pipes, and a hub's new seizures of something else."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from parcelray.datasets.files import sha256_of_file
from parcelray.datasets.revisions.revision import Shares
from parcelray.models.nets.yolox import YoloX
from parcelray.models.package import WEIGHTS, ArchitectureSpec, ModelPackage, write_manifest
from parcelray.training.learned_size import lineage_of
from parcelray.training.retraining.plan import RetrainPlan, Schedule
from support.labelled_folders import LabelledFolder, encoded, packed

ARCHITECTURE = ArchitectureSpec(width=0.125, depth=0.33, depthwise=True)
# Colour, width and height: what is drawn over a packed picture.
LOOKS = {"pistol": ((0, 0, 0), 20, 40), "pipe": ((0, 0, 255), 30, 30), "Wrench": ((255, 0, 0), 40, 20)}


def drawn(folder: Path, shown: list[str | None], categories: list[str], seed: int) -> LabelledFolder:
    """A folder of scans, one for each word: what it shows, or None for nothing."""
    generator = np.random.default_rng(seed)
    made = LabelledFolder(folder, categories)
    for number, what in enumerate(shown):
        pixels = packed(seed * 10_000 + number)
        items = []
        if what is not None:
            colour, width, height = LOOKS[what]
            x, y = int(generator.integers(0, 96 - width)), int(generator.integers(0, 72 - height))
            pixels[y : y + height, x : x + width] = colour
            items.append((what, x, y, width, height))
        made.add(f"{number:04}.png", encoded(pixels), *items)
    return made


@pytest.fixture(scope="session")
def old_scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    shown = [("pistol", "pipe", None, None, None)[number % 5] for number in range(160)]
    return drawn(tmp_path_factory.mktemp("old") / "old", shown, ["pistol", "pipe"], 1).folder


@pytest.fixture(scope="session")
def champion(tmp_path_factory: pytest.TempPathFactory, tiny_package: Path) -> ModelPackage:
    """The tiny package, as if it had been exported with weights: pistol, revolver, banknote_bundle."""
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("champion") / "package"
    shutil.copytree(tiny_package, folder)
    torch.manual_seed(0)
    manifest = ModelPackage.open(folder).manifest
    save_file(YoloX(ARCHITECTURE, len(manifest.labels)).state_dict(), folder / WEIGHTS)
    files = {**manifest.files, WEIGHTS: sha256_of_file(folder / WEIGHTS)}
    # It learned with smaller pictures than it reads.
    lineage = {**manifest.lineage, **lineage_of(manifest.input.model_copy(update={"width": 64, "height": 32}))}
    changes = {"architecture": ARCHITECTURE, "files": files, "lineage": lineage}
    write_manifest(folder, manifest.model_copy(update=changes))
    return ModelPackage.open(folder)


@pytest.fixture(scope="session")
def seizures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Scans of wrenches, as their source calls them, and of a few pistols."""
    folder = tmp_path_factory.mktemp("seizures") / "june"
    return drawn(folder, [*["Wrench"] * 20, *["pistol"] * 6], ["Wrench", "pistol"], 2).folder


@pytest.fixture
def make_plan(champion: ModelPackage, seizures: Path, old_scans: Path, tmp_path: Path) -> Callable[..., RetrainPlan]:
    """A plan to learn wrenches; keywords change it."""

    def make(**changes: object) -> RetrainPlan:
        plan = RetrainPlan(
            name="june",
            confirmed=seizures / "annotations.json",
            images=seizures / "images",
            champion=champion,
            store=tmp_path / "store",
            replay=str(old_scans),
            own={"wrench": "firearm_part"},
            rename={"Wrench": "wrench"},
            # Half of the clean scans: thresholds need fifty.
            shares=Shares(train=0.3, validation=0.55, test=0.15),
            schedule=Schedule(epochs=2, learning_rate=2e-3, new_share=0.4),
        )
        return replace(plan, **changes)  # type: ignore[arg-type]

    return make
