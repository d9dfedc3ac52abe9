"""The folder of a training run: whose it is, and its log.

::

    RUN/
    ├── recipe.toml          the recipe as it was read
    ├── inputs.json          sha256 of everything that the recipe names
    ├── trained_on.json      which scans it learns from
    ├── checkpoint.pt        where to go on after a kill
    ├── log.jsonl            one line for each epoch
    ├── tensorboard/         the same and single steps, as curves
    └── weights.safetensors  the averaged weights, once the run is done
"""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path

from parcelray.datasets.files import sha256_of_file
from parcelray.models.errors import RecipeError
from parcelray.training.config import Recipe
from parcelray.training.scan_marks import note_scans

RECIPE = "recipe.toml"
INPUTS = "inputs.json"
LOG = "log.jsonl"


def claim(run: Path, recipe_path: Path, recipe: Recipe) -> None:
    """Make the run's folder, or check that it holds this very run.

    Raises:
        RecipeError: the recipe's inputs are not those that it names, or the folder holds another run.
        DatasetError: a scan that it learns from is missing.
        PackageError: the package that it starts from is not whole.
    """
    named = {
        "recipe": recipe_path,
        "start weights": recipe.start.weights,
        "train annotations": recipe.train.annotations,
        "validation annotations": recipe.validation.annotations,
    }
    inputs = {name: sha256_of_file(path) for name, path in named.items()}
    if inputs["start weights"] != recipe.start.sha256:
        raise RecipeError(
            str(recipe.start.weights),
            expected=f"weights of sha256 {recipe.start.sha256}",
            got=f"sha256 {inputs['start weights']}",
        )
    run.mkdir(parents=True, exist_ok=True)
    record = run / INPUTS
    if not record.is_file():
        shutil.copyfile(recipe_path, run / RECIPE)
        record.write_text(json.dumps(inputs, indent=2) + "\n")
    elif json.loads(record.read_text()) != inputs:
        raise RecipeError(str(run), expected="a new folder, or this recipe's own run", got="the run of another one")
    note_scans(run, recipe)


def forget_epochs_after(run: Path, epoch: int) -> None:
    """Drop log lines of epochs that a kill took back: they were logged, but their checkpoint was never written."""
    log = run / LOG
    if log.is_file():
        kept = [line for line in log.read_text().splitlines(keepends=True) if _epoch_of(line) <= epoch]
        log.write_text("".join(kept))


def _epoch_of(line: str) -> float:
    try:
        return float(json.loads(line)["epoch"])
    except ValueError:  # A line that the kill cut short.
        return math.inf


def log_epoch(run: Path, epoch: int, means: list[float], rate: float, seconds: float, scans: int) -> None:
    """Add the line of an epoch.

    Args:
        run: the folder.
        epoch: its number, from 1.
        means: of the total loss and of its parts for boxes, presence and labels, over the epoch's steps.
        rate: the learning rate at its end.
        seconds: that it took.
        scans: that it showed.
    """
    total, box, presence, label = (round(value, 5) for value in means)
    line = {
        "epoch": epoch,
        "loss": total,
        "box": box,
        "presence": presence,
        "label": label,
        "learning_rate": rate,
        "seconds": round(seconds, 1),
        "scans_a_second": round(scans / seconds, 2),
    }
    with (run / LOG).open("a") as stream:
        stream.write(json.dumps(line) + "\n")
