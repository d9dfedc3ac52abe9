"""The recipe of a retraining, made of the champion and of the scans that there are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from parcelray.datasets.balance import repeat_factors
from parcelray.datasets.coco import CocoData
from parcelray.datasets.validation.checking import ANNOTATIONS, IMAGES
from parcelray.models.errors import DatasetError
from parcelray.models.package import WEIGHTS
from parcelray.training.learned_size import learned_with
from parcelray.training.retraining.plan import RetrainPlan

# More often than this, pictures are learned by heart, however they are turned and toned.
MOST_REPEATS = 10.0
# A class that fewer scans show is shown more often, so that none of the old ones fades for want of scans.
REPEAT_BELOW = 0.05
_LONGEST_VERSION = 64
# Norms keep their averages, so few scans are enough for a step: as many steps of 16 taught no more in twice the time.
_BATCH = 8

_RECIPE = """\
# Written by `parcelray retrain`: from the weights of {champion}, {new} new scans beside {old} old ones.
name = {name}
version = {version}
seed = {seed}
taxonomy = {taxonomy}
labels = {labels}

[own_classes]
{own_classes}
[architecture]
name = {architecture.name!r}
width = {architecture.width!r}
depth = {architecture.depth!r}
depthwise = {depthwise}

[input]
width = {input.width}
height = {input.height}
channel_order = {input.channel_order!r}
pad_value = {input.pad_value}

[start]
weights = {weights}
sha256 = {sha256}
labels = {start_labels}

[train]
images = {train_images}
annotations = {train_annotations}

[validation]
images = {validation_images}
annotations = {validation_annotations}

[sampling]
repeat_below = {repeat_below}
repeat_source = {{ {repeats} }}
window_source = {{ {windows} }}

[memory]
weight = 1.0

[optimiser]
epochs = {epochs}
batch_size = {batch}
learning_rate = {learning_rate!r}
weight_decay = 0.02
warmup_share = 0.1
final_share = 0.02
clip_norm = 10.0
ema_decay = 0.99
ema_ramp_steps = 50
"""


@dataclass(frozen=True)
class Mixture:
    """How new and old scans are mixed.

    Attributes:
        source: folder that the new scans came from.
        new: scans to learn from that are new.
        old: that are replayed.
        repeats: folder that scans came from -> how often each of its scans is shown in an epoch, on average and at
            least.
        share: part of what is shown that is new.
        fading: classes of the champion that no scan shows.
    """

    source: str
    new: int
    old: int
    repeats: Mapping[str, float]
    share: float
    fading: tuple[str, ...]

    @classmethod
    def of(cls, data: CocoData, source: str, new_share: float, known: Sequence[str]) -> Mixture:
        """Repeat the new scans, or the old ones, so that the new ones are the wanted share, as far as repeating helps.

        Args:
            data: scans to learn from.
            source: folder that the new ones came from.
            new_share: wanted.
            known: classes of the champion.

        Raises:
            DatasetError: none is new.
        """
        is_new = [image.source == source for image in data.images]
        new, old = sum(is_new), len(is_new) - sum(is_new)
        if not new:
            raise DatasetError("new scans", expected="at least one to learn from", got="none: all are for other splits")
        wanted = new_share / (1 - new_share) * old / new
        repeats = {source: _within_limits(wanted)}
        if 0 < wanted < 1:
            others = sorted({image.source for image in data.images if image.source} - {source})
            repeats = dict.fromkeys(others, _within_limits(1 / wanted))
        shown = repeat_factors(data, REPEAT_BELOW, repeats)
        labelled = {item.category for item in data.items if not item.ignored}
        fading = tuple(label for label in known if label not in labelled)
        return cls(source, new, old, repeats, float(shown[is_new].sum() / shown.sum()), fading)

    def __str__(self) -> str:
        often = ", ".join(f"of {source} {times:g} times" for source, times in self.repeats.items())
        fading = f"; none shows {', '.join(self.fading)}, of which the candidate may forget" if self.fading else ""
        return (
            f"{self.new} new scans to learn from and {self.old} old ones, in an epoch each {often}: "
            f"{self.share:.0%} of what is shown is new{fading}"
        )


def _within_limits(times: float) -> float:
    return round(min(max(times, 1.0), MOST_REPEATS), 2)


def labels_of(plan: RetrainPlan, data: CocoData) -> list[str]:
    """The candidate's labels: the champion's in their order, then what the scans show besides.

    Raises:
        DatasetError: no training scan shows a new own class.
    """
    shown = {item.category for item in data.items if not item.ignored}
    unseen = [name for name in plan.own if name not in shown]
    if unseen:
        raise DatasetError(
            f"own class {unseen[0]}", expected="a scan to learn from that shows it", got="none in the training split"
        )
    known = plan.manifest.labels
    return [*known, *(leaf for leaf in plan.classes.leaves() if leaf in data.categories and leaf not in known)]


def write_recipe(
    plan: RetrainPlan, images: Path, annotations: Path, validation: Path, labels: list[str], mix: Mixture
) -> str:
    """The recipe, as TOML.

    Args:
        plan: of the retraining.
        images: folder of the scans to learn from.
        annotations: their labels.
        validation: folder of those to set thresholds on.
        labels: of the candidate.
        mix: of new and old scans.
    """
    manifest = plan.manifest
    own = {name: group for name, group in plan.own_classes.items() if name in labels}
    # What it learned with, not what it reads: what is replayed stays as large in its eyes as it was. New scans come in
    # windows, for what they show should look as large as it will in service.
    learns = learned_with(manifest)
    share = round(min(learns.width / manifest.input.width, learns.height / manifest.input.height), 4)
    return _RECIPE.format(
        champion=f"{manifest.name} {manifest.version}",
        new=mix.new,
        old=mix.old,
        name=_text(manifest.name),
        version=_text(f"{manifest.version}+{plan.name}"[:_LONGEST_VERSION]),
        seed=plan.seed,
        taxonomy=manifest.taxonomy,
        labels=_text(labels),
        own_classes="".join(f"{name} = {_text(group)}\n" for name, group in own.items()),
        architecture=manifest.architecture,
        depthwise=_text(manifest.architecture.depthwise),
        input=learns,
        weights=_path(plan.champion.folder / WEIGHTS),
        sha256=_text(manifest.files[WEIGHTS]),
        start_labels=_text(manifest.labels),
        train_images=_path(images),
        train_annotations=_path(annotations),
        validation_images=_path(validation / IMAGES),
        validation_annotations=_path(validation / ANNOTATIONS),
        repeat_below=REPEAT_BELOW,
        repeats=", ".join(f"{_text(source)} = {times}" for source, times in mix.repeats.items()),
        windows=f"{_text(mix.source)} = {share}" if share < 1 else "",
        epochs=plan.schedule.epochs,
        batch=_BATCH,
        learning_rate=plan.schedule.learning_rate,
    )


def _text(value: object) -> str:
    """A word, a list of words or a flag: TOML writes them as JSON does."""
    return json.dumps(value, ensure_ascii=False)


def _path(path: Path) -> str:
    return _text(str(path.resolve()))
