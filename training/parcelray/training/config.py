"""The recipe of a training run: a TOML file in which an unknown key is an error. It is saved with the run."""

from __future__ import annotations

import tomllib
from functools import cached_property
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from parcelray.models.errors import RecipeError
from parcelray.models.package import ArchitectureSpec, InputSpec
from parcelray.models.taxonomy import Taxonomy, load_taxonomy

Positive = Annotated[int, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DataSpec(_Frozen):
    """Labelled scans in COCO format.

    Attributes:
        images: folder of the images.
        annotations: the COCO file.
        rename: category of the file -> label of the model, where the words differ.
    """

    images: Path
    annotations: Path
    rename: dict[str, str] = Field(default_factory=dict)


class StartSpec(_Frozen):
    """The weights to start from, named by content: a run that starts elsewhere is another run.

    Attributes:
        weights: the file.
        sha256: of its bytes.
        labels: its classes, in order. Outputs of classes that it shares with the recipe are taken over by name, that of
            another begins as the mean of its group's. Without labels, class outputs begin anew unless both have as
            many.
    """

    weights: Path
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    labels: Annotated[tuple[str, ...], Field(min_length=1)] | None = None


class OptimiserSpec(_Frozen):
    """AdamW with warm-up, cosine decay and an average of the weights.

    Attributes:
        epochs: passes over the data.
        batch_size: scans a step.
        learning_rate: its peak.
        weight_decay: on convolution weights; never on norms and biases.
        warmup_share: share of all steps in which the rate climbs to its peak.
        final_share: share of the peak that is left at the end.
        clip_norm: longest gradient that is followed.
        ema_decay: how much of the averaged weights each step keeps.
        ema_ramp_steps: steps in which that keeping grows from nothing; short runs need it short.
    """

    epochs: Positive
    batch_size: Positive
    learning_rate: Annotated[float, Field(gt=0)]
    weight_decay: Annotated[float, Field(ge=0)]
    warmup_share: Share
    final_share: Share
    clip_norm: Annotated[float, Field(gt=0)]
    ema_decay: Share
    ema_ramp_steps: Positive


class SamplingSpec(_Frozen):
    """Which scans come how often.

    Attributes:
        repeat_below: scans with a class that shows on a smaller share of scans than this come more often (LVIS's
            repeat-factor sampling); 0 shows every scan once an epoch.
        repeat_source: folder that scans came from, as exports of revisions state it -> how often each of its scans
            comes in an epoch, on average: a few new scans count beside many old ones.
        window_source: folder that scans came from -> share of a scan's width and height that is shown of it, another
            part each time. So a network that learns with smaller pictures than it will read sees items as large as
            they will be.
    """

    repeat_below: Share = 0.0
    repeat_source: dict[str, Annotated[float, Field(ge=1)]] = Field(default_factory=dict)
    window_source: dict[str, Annotated[float, Field(gt=0, le=1)]] = Field(default_factory=dict)


class InsertionSpec(_Frozen):
    """Items that are put into clean training scans as they are read (extra ``synth``).

    Attributes:
        share: of the scans without labels that get one, anew each epoch.
        scanners: profiles of the scanners that these scans are from: names, or files of ``parcelray synth fit``.
        leaves: what is put in; all are equally likely.
    """

    share: Share
    scanners: Annotated[tuple[str, ...], Field(min_length=1)]
    leaves: Annotated[tuple[str, ...], Field(min_length=1)]


class MemorySpec(_Frozen):
    """What the network keeps of the one that it starts from; norms keep their averages then.

    Attributes:
        weight: of that beside what the labels ask for.
    """

    weight: Annotated[float, Field(gt=0)]


class Recipe(_Frozen):
    """Everything that decides the result of a run.

    Attributes:
        name: of the package that the run leads to.
        version: its number.
        seed: decides every random choice.
        taxonomy: version that the labels belong to.
        labels: the classes of the model, in order.
        own_classes: those of the labels that the taxonomy lacks -> the group of it that each belongs to.
        train: what it learns from.
        validation: what thresholds are set on; never learned from.
        sampling: which scans come how often.
        insertion: what is put into clean scans; nothing when None.
        memory: what is kept of the start; nothing is held when None.
    """

    name: str
    version: str
    seed: int
    taxonomy: int
    labels: Annotated[tuple[str, ...], Field(min_length=1)]
    own_classes: dict[str, str] = Field(default_factory=dict)
    architecture: ArchitectureSpec
    input: InputSpec
    start: StartSpec
    train: DataSpec
    validation: DataSpec
    sampling: SamplingSpec = SamplingSpec()
    insertion: InsertionSpec | None = None
    memory: MemorySpec | None = None
    optimiser: OptimiserSpec

    @model_validator(mode="after")
    def _check_labels(self) -> Self:
        known = list(self.classes.leaves(learned_only=True))
        unknown = [label for label in self.labels if label not in known]
        if unknown:
            raise ValueError(f"labels {', '.join(unknown)} are no learned leaves; there are {', '.join(known)}")
        if len(set(self.labels)) != len(self.labels):
            raise ValueError("labels: each once")
        unused = sorted(set(self.own_classes) - set(self.labels))
        if unused:
            raise ValueError(f"own_classes {', '.join(unused)} are no labels")
        unlearned = sorted(set(self.insertion.leaves if self.insertion else ()) - set(self.labels))
        if unlearned:
            raise ValueError(f"insertion.leaves {', '.join(unlearned)} are no labels")
        if self.memory and not self.start.labels:
            raise ValueError("memory asks for start.labels: which outputs are to be kept")
        return self

    @cached_property
    def classes(self) -> Taxonomy:
        """The tree that the labels belong to, with the own classes."""
        return load_taxonomy(self.taxonomy).with_own(self.own_classes)


def read_recipe(path: Path) -> Recipe:
    """Read a recipe; its paths count from the folder that the command runs in.

    Raises:
        RecipeError: not TOML, an unknown key, a missing or impossible value: says which and where.
    """
    try:
        return Recipe.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise RecipeError(str(path), expected="a recipe", got="no such file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(str(path), expected="TOML", got=str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "recipe"
        if first["type"] == "extra_forbidden":
            raise RecipeError(f"{path}, {where}", expected="only known keys", got="an unknown one") from error
        got = "nothing" if first["type"] == "missing" else repr(first["input"])
        raise RecipeError(f"{path}, {where}", expected=first["msg"], got=got[:200]) from error
    except KeyError as error:
        raise RecipeError(str(path), expected="a published taxonomy", got=str(error.args[0])) from error
