"""The training run: read it from top to bottom, it is all here.

A run is a folder::

    RUN/
    ├── recipe.toml          the recipe as it was read
    ├── inputs.json          sha256 of everything that the recipe names
    ├── checkpoint.pt        between two epochs: what the next one needs
    ├── log.jsonl            one line for each epoch
    └── weights.safetensors  the averaged weights, once the run is done
"""

from __future__ import annotations

import json
import math
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.utils.data import DataLoader

from parcelray.datasets.augment import Augmentation
from parcelray.datasets.coco import CocoData, read_coco
from parcelray.datasets.files import sha256_of_file
from parcelray.datasets.progress import progress
from parcelray.datasets.torchset import ScanSet, collate, single_threaded
from parcelray.models.errors import DatasetError, NonFiniteLossError, RecipeError
from parcelray.models.nets.weights import load_matching, read_weights
from parcelray.models.nets.yolox import YoloX
from parcelray.models.package import WEIGHTS
from parcelray.training.checkpoint import Checkpoint
from parcelray.training.config import OptimiserSpec, Recipe, read_recipe
from parcelray.training.ema import WeightAverage
from parcelray.training.losses import DetectionLoss
from parcelray.training.schedule import learning_rate

RECIPE = "recipe.toml"
INPUTS = "inputs.json"
LOG = "log.jsonl"


def train(recipe_path: Path, run: Path, *, workers: int = 1) -> Path:
    """Run a recipe to its end; a run that was interrupted goes on after its last whole epoch.

    Args:
        recipe_path: the TOML file.
        run: folder of the run; made if need be.
        workers: processes that prepare scans.

    Returns:
        The averaged weights.

    Raises:
        RecipeError: the recipe is wrong, its inputs are not those that it names, or the folder holds another run.
        DatasetError: the labelled scans contradict themselves.
        NonFiniteLossError: the loss is no number any more.
    """
    recipe = read_recipe(recipe_path)
    _claim(run, recipe_path, recipe)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.manual_seed(recipe.seed)

    data = ScanSet(
        recipe.train.images,
        _for_training(recipe.train.annotations),
        recipe.labels,
        recipe.input,
        augmentation=Augmentation(),
        seed=recipe.seed,
        rename=recipe.train.rename,
    )
    network = YoloX(recipe.architecture, len(recipe.labels)).to(device)
    load_matching(network, read_weights(recipe.start.weights))
    spec = recipe.optimiser
    average = WeightAverage(network, spec.ema_decay, spec.ema_ramp_steps)
    optimiser = torch.optim.AdamW(_parameter_groups(network, spec), lr=spec.learning_rate)
    measure = DetectionLoss(recipe.input.width, recipe.input.height, device)
    steps_an_epoch = math.ceil(len(data) / spec.batch_size)
    steps = steps_an_epoch * spec.epochs

    first_epoch = 0
    checkpoint = Checkpoint.read(run)
    if checkpoint is not None:
        network.load_state_dict(checkpoint.network)
        average.network.load_state_dict(checkpoint.average)
        average.steps = checkpoint.average_steps
        optimiser.load_state_dict(checkpoint.optimiser)
        first_epoch = checkpoint.epoch
    _forget_epochs_after(run, first_epoch)

    with progress(f"training {run.name}", steps, start=first_epoch * steps_an_epoch) as report:
        for epoch in range(first_epoch, spec.epochs):
            began = time.monotonic()
            network.train()
            sums = torch.zeros(4)
            for index, (images, items) in enumerate(_batches(data, recipe, epoch, workers)):
                step = epoch * steps_an_epoch + index
                rate = learning_rate(step, steps, spec)
                for group in optimiser.param_groups:
                    group["lr"] = rate
                # bf16 where the hardware has it; on a CPU plain floats, for the same bits each time.
                with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
                    rows = network(images.to(device))
                losses = measure(rows, [part.to(device) for part in items])
                if not torch.isfinite(losses.total):
                    raise NonFiniteLossError(f"epoch {epoch + 1}, step {index + 1}: the loss is {losses.total.item()}")
                optimiser.zero_grad(set_to_none=True)
                losses.total.backward()
                nn.utils.clip_grad_norm_(network.parameters(), spec.clip_norm)
                optimiser.step()
                average.update(network)
                parts = torch.stack((losses.total, losses.box, losses.presence, losses.label)).detach().cpu()
                sums += parts
                report(step + 1, f"epoch {epoch + 1} of {spec.epochs}, loss {sums[0] / (index + 1):.2f}")
            _log_epoch(run, epoch, (sums / steps_an_epoch).tolist(), rate, time.monotonic() - began, len(data))
            Checkpoint(
                epoch + 1,
                network.state_dict(),
                average.network.state_dict(),
                average.steps,
                optimiser.state_dict(),
            ).write(run)

    weights = run / WEIGHTS
    partial = weights.with_suffix(".part")
    save_file({name: value.cpu().contiguous() for name, value in average.network.state_dict().items()}, partial)
    partial.replace(weights)
    return weights


def _for_training(annotations: Path) -> CocoData:
    """The data that is learned from.

    Raises:
        DatasetError: some of it is reserved for testing.
    """
    data = read_coco(annotations)
    reserved = [image.file_name for image in data.images if image.reserved]
    if reserved:
        raise DatasetError(
            str(annotations),
            expected="scans that are not reserved for testing",
            got=f"{len(reserved)} that are, the first of them {reserved[0]}",
        )
    return data


def _claim(run: Path, recipe_path: Path, recipe: Recipe) -> None:
    """Make the run's folder, or check that it holds this very run."""
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
    if record.is_file():
        if json.loads(record.read_text()) != inputs:
            raise RecipeError(str(run), expected="a new folder, or this recipe's own run", got="the run of another one")
        return
    shutil.copyfile(recipe_path, run / RECIPE)
    record.write_text(json.dumps(inputs, indent=2) + "\n")


def _parameter_groups(network: nn.Module, spec: OptimiserSpec) -> list[dict[str, object]]:
    """Decay shrinks convolution weights only: norms and biases set scales that data should decide."""
    decayed = [value for value in network.parameters() if value.ndim > 1]
    others = [value for value in network.parameters() if value.ndim <= 1]
    return [{"params": decayed, "weight_decay": spec.weight_decay}, {"params": others, "weight_decay": 0.0}]


def _batches(data: ScanSet, recipe: Recipe, epoch: int, workers: int) -> Iterator[tuple[Tensor, list[Tensor]]]:
    """One epoch in an order that seed and epoch alone decide."""
    data.set_epoch(epoch)
    order = torch.Generator().manual_seed(recipe.seed * 100_003 + epoch)
    return iter(
        DataLoader(
            data,
            batch_size=recipe.optimiser.batch_size,
            shuffle=True,
            generator=order,
            num_workers=workers,
            collate_fn=collate,
            worker_init_fn=single_threaded,
        )
    )


def _forget_epochs_after(run: Path, epoch: int) -> None:
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


def _log_epoch(run: Path, epoch: int, means: list[float], rate: float, seconds: float, scans: int) -> None:
    total, box, presence, label = (round(value, 5) for value in means)
    line = {
        "epoch": epoch + 1,
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
