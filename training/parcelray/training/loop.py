"""The training run: read it from top to bottom, it is all here."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.utils.data import DataLoader

from parcelray.datasets.augment import Augmentation
from parcelray.datasets.balance import epoch_order, repeat_factors
from parcelray.datasets.coco import CocoData, read_coco
from parcelray.datasets.progress import progress
from parcelray.datasets.torchset import Insertion, ScanSet, collate, single_threaded
from parcelray.models.errors import DatasetError, NonFiniteLossError
from parcelray.models.nets.weights import ClassRows, load_matching, read_weights
from parcelray.models.nets.yolox import YoloX
from parcelray.models.package import WEIGHTS
from parcelray.training.checkpoint import Checkpoint
from parcelray.training.config import InsertionSpec, OptimiserSpec, Recipe, read_recipe
from parcelray.training.ema import WeightAverage
from parcelray.training.losses import DetectionLoss
from parcelray.training.memory import Memory
from parcelray.training.run_folder import claim, forget_epochs_after, log_epoch
from parcelray.training.scalars import scalars
from parcelray.training.schedule import learning_rate
from parcelray.training.team import Team, joined

# A kill costs no more than this.
_SAVE_EVERY_S = 120.0


def train(recipe_path: Path, run: Path, *, workers: int = 1) -> Path:
    """Run a recipe to its end; a run that was interrupted goes on where it last saved.

    On a CPU it then ends with the weights, bit for bit, that it would have had without. Under ``torchrun`` all
    processes train one network.

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
    with joined() as team:
        return _train(recipe_path, run, workers, team)


def _train(recipe_path: Path, run: Path, workers: int, team: Team) -> Path:
    recipe = read_recipe(recipe_path)
    if team.is_first:
        claim(run, recipe_path, recipe)
    team.wait()
    torch.manual_seed(recipe.seed)

    spec = recipe.optimiser
    labelled = _for_training(recipe.train.annotations)
    factors = repeat_factors(labelled, recipe.sampling.repeat_below, recipe.sampling.repeat_source)
    orders = [epoch_order(factors, recipe.seed, epoch) for epoch in range(spec.epochs)]
    batches = [[order[i : i + spec.batch_size] for i in range(0, len(order), spec.batch_size)] for order in orders]
    data = ScanSet(
        recipe.train.images,
        labelled,
        recipe.labels,
        recipe.input,
        augmentation=Augmentation(),
        insertion=_insertion(recipe.insertion),
        seed=recipe.seed,
        rename=recipe.train.rename,
        windows=recipe.sampling.window_source,
    )
    # Channels last: half as fast again on a CPU with its depthwise convolutions, and what GPUs like best.
    network = YoloX(recipe.architecture, len(recipe.labels)).to(team.device).to(memory_format=torch.channels_last)
    load_matching(network, read_weights(recipe.start.weights), _class_rows(recipe))
    average = WeightAverage(network, spec.ema_decay, spec.ema_ramp_steps)
    memory = _memory(network, recipe, team)
    optimiser = torch.optim.AdamW(_parameter_groups(network, spec), lr=spec.learning_rate)
    measure = DetectionLoss(recipe.input.width, recipe.input.height, team)
    steps = sum(map(len, batches))

    first_epoch, first_step, sums, seconds = 0, 0, torch.zeros(4), 0.0
    checkpoint = Checkpoint.read(run)
    if checkpoint is not None:
        network.load_state_dict(checkpoint.network)
        average.network.load_state_dict(checkpoint.average)
        average.steps = checkpoint.average_steps
        optimiser.load_state_dict(checkpoint.optimiser)
        first_epoch, first_step = checkpoint.epoch, checkpoint.step
        sums, seconds = checkpoint.sums, checkpoint.seconds
    together = team.wrap(network)

    def save(epoch: int, step: int, sums: Tensor, seconds: float) -> None:
        if team.is_first:
            states = network.state_dict(), average.network.state_dict(), average.steps, optimiser.state_dict()
            Checkpoint(epoch, step, sums, seconds, *states).write(run)

    if team.is_first:
        forget_epochs_after(run, first_epoch)
    done = sum(map(len, batches[:first_epoch])) + first_step
    with (
        progress(f"training {run.name}", steps, start=done) as report,
        scalars(run, done, write=team.is_first) as curves,
    ):
        for epoch in range(first_epoch, spec.epochs):
            began = saved = time.monotonic()
            data.set_epoch(epoch)
            # Norms that followed the batches would answer otherwise than what is remembered.
            network.train(memory is None)
            ahead = _loaded(data, batches[epoch][first_step:], team, workers)
            for step, (images, items) in enumerate(ahead, first_step + 1):
                rate = learning_rate(done, steps, spec)
                for group in optimiser.param_groups:
                    group["lr"] = rate
                images = images.to(team.device, memory_format=torch.channels_last)
                items = [part.to(team.device) for part in items]
                # bf16 where the hardware has it; on a CPU plain floats, for the same bits each time.
                with torch.autocast(team.device.type, torch.bfloat16, enabled=team.device.type == "cuda"):
                    rows = together(images)
                losses = measure(rows, items)
                total = losses.total + memory(images, rows, items) if memory else losses.total
                parts = torch.stack((total, losses.box, losses.presence, losses.label)).detach()
                parts = team.total(parts).cpu() / team.size
                if not torch.isfinite(parts[0]):
                    raise NonFiniteLossError(f"epoch {epoch + 1}, step {step}: the loss is {parts[0].item()}")
                optimiser.zero_grad(set_to_none=True)
                total.backward()
                nn.utils.clip_grad_norm_(network.parameters(), spec.clip_norm)
                optimiser.step()
                average.update(network)
                sums = sums + parts
                done += 1
                curves.step(done, parts, rate, len(images) * team.size)
                if team.is_first:
                    report(done, f"epoch {epoch + 1} of {spec.epochs}, loss {sums[0] / step:.2f}")
                if time.monotonic() - saved > _SAVE_EVERY_S and step < len(batches[epoch]):
                    saved = time.monotonic()
                    save(epoch, step, sums, seconds + saved - began)
            if team.is_first:
                means = (sums / len(batches[epoch])).tolist()
                log_epoch(run, epoch + 1, means, rate, seconds + time.monotonic() - began, len(orders[epoch]))
                curves.epoch(done, means)
            first_step, sums, seconds = 0, torch.zeros(4), 0.0
            save(epoch + 1, first_step, sums, seconds)

    weights = run / WEIGHTS
    if team.is_first:
        partial = weights.with_suffix(".part")
        save_file({name: value.cpu().contiguous() for name, value in average.network.state_dict().items()}, partial)
        partial.replace(weights)
    team.wait()
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


def _insertion(spec: InsertionSpec | None) -> Insertion | None:
    if spec is None:
        return None
    # Only here: who inserts nothing needs no extra [synth].
    from parcelray.datasets.synth.on_the_fly import InsertionOnTheFly

    return InsertionOnTheFly(spec.leaves, spec.scanners, spec.share)


def _class_rows(recipe: Recipe) -> ClassRows | None:
    """Whose the class outputs are that the run starts from; None where the recipe does not say."""
    start = recipe.start.labels
    if start is None:
        return None
    group_of = recipe.classes.group_of
    new = [label for label in recipe.labels if label not in start]
    known = [label for label in start if label in recipe.classes.leaves()]
    kin = {label: [one for one in known if group_of(one) == group_of(label)] for label in new}
    return ClassRows(start, recipe.labels, kin)


def _memory(network: YoloX, recipe: Recipe, team: Team) -> Memory | None:
    if recipe.memory is None:
        return None
    known = [recipe.labels.index(label) for label in recipe.start.labels or () if label in recipe.labels]
    return Memory(network, known, recipe.memory.weight, recipe.input, team)


def _parameter_groups(network: YoloX, spec: OptimiserSpec) -> list[dict[str, object]]:
    """Decay shrinks convolution weights only: norms and biases set scales that data should decide."""
    return [
        {"params": [one for one in network.parameters() if one.ndim > 1], "weight_decay": spec.weight_decay},
        {"params": [one for one in network.parameters() if one.ndim <= 1], "weight_decay": 0.0},
    ]


def _loaded(data: ScanSet, batches: list[list[int]], team: Team, workers: int) -> Iterable[tuple[Tensor, list[Tensor]]]:
    """This process's share of batches, read and prepared ahead."""
    return DataLoader(
        data,
        batch_sampler=[team.share(batch) for batch in batches],
        num_workers=workers if batches else 0,
        collate_fn=collate,
        worker_init_fn=single_threaded,
    )
