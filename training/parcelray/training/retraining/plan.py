"""``RetrainPlan``: what a retraining is made of, and the classes that its candidate will have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from parcelray.datasets.files import sha256_of_file
from parcelray.datasets.revisions.revision import Shares
from parcelray.models.errors import BadInputError
from parcelray.models.package import MANIFEST, Manifest, ModelPackage
from parcelray.models.taxonomy import Taxonomy

# More scans for testing than a revision usually has: the gate asks for proof. Validation needs its clean scans.
USUAL_SHARES = Shares(train=0.7, validation=0.15, test=0.15)


@dataclass(frozen=True)
class Schedule:
    """How the champion's weights are moved on. Old classes stay, for the network is held to them (``memory``).

    Attributes:
        epochs: passes over the old scans.
        learning_rate: its peak.
        new_share: part of the scans shown in an epoch that are new ones; half at most.
    """

    epochs: int = 6
    learning_rate: float = 1e-3
    new_share: float = 0.4

    def __post_init__(self) -> None:
        if not 0 < self.new_share <= 0.5:
            raise BadInputError("the share of new scans", expected="above 0, up to 0.5", got=f"{self.new_share:g}")


@dataclass(frozen=True)
class RetrainPlan:
    """What a retraining is made of.

    Attributes:
        name: of the revision; ends the candidate's version.
        confirmed: the new scans' labels, COCO.
        images: folder of their pictures.
        champion: that the candidate starts from.
        store: folder of revisions.
        replay: old scans, see ``parcelray.training.retraining.replay``; None for none.
        parent: revision that the new one follows; None where it is the first.
        own: new own class -> its group.
        rename: category of the labels -> label; -> "" where it is known and not to be learned.
        shares: of the revision's splits.
        schedule: of the training.
        seed: decides every random choice.

    Raises:
        BadInputError: there are no labels; an own class has an impossible name or group, is a leaf, or is the
            champion's in another group; a category becomes no label.
    """

    name: str
    confirmed: Path
    images: Path
    champion: ModelPackage
    store: Path
    replay: str | None = None
    parent: str | None = None
    own: Mapping[str, str] = field(default_factory=dict)
    rename: Mapping[str, str] = field(default_factory=dict)
    shares: Shares = USUAL_SHARES
    schedule: Schedule = Schedule()
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.confirmed.is_file():
            raise BadInputError(str(self.confirmed), expected="labels, a COCO file", got="no such file")
        for name, group in self.manifest.own_classes.items():
            if self.own.get(name, group) != group:
                raise BadInputError(f"own class {name}", expected=f"its group, {group}", got=self.own[name])
        labels = list(self.classes.leaves())
        for category, label in self.rename.items():
            if label and label not in labels:
                expected = f"a label among {', '.join(labels)}, or an own class that is named"
                raise BadInputError(f"what {category} is", expected=expected, got=label)

    @property
    def manifest(self) -> Manifest:
        """Of the champion."""
        return self.champion.manifest

    @cached_property
    def own_classes(self) -> dict[str, str]:
        """All own classes, the champion's first -> their groups."""
        return {**self.manifest.own_classes, **self.own}

    @cached_property
    def classes(self) -> Taxonomy:
        """The tree with all own classes."""
        new = {name: group for name, group in self.own.items() if name not in self.manifest.own_classes}
        try:
            return self.manifest.classes.with_own(new)
        except ValueError as error:
            raise BadInputError("own classes", expected="names and groups that fit", got=str(error)) from error

    @property
    def foreign(self) -> set[str]:
        """What the labels of the new scans may name that is no leaf: own classes, and what is not to be learned."""
        return {*self.own_classes, *(category for category, label in self.rename.items() if not label)}

    def as_task(self) -> dict[str, Any]:
        """What makes the candidate, as JSON: a folder belongs to one such task."""
        return {
            "name": self.name,
            "confirmed": sha256_of_file(self.confirmed),
            "images": str(self.images.resolve()),
            "champion": sha256_of_file(self.champion.folder / MANIFEST),
            "store": str(self.store.resolve()),
            "replay": self.replay,
            "parent": self.parent,
            "own": dict(self.own),
            "map": dict(self.rename),
            "shares": self.shares.model_dump(),
            "schedule": asdict(self.schedule),
            "seed": self.seed,
        }
