"""Replay: old scans that are learned again beside the new ones, so that old classes don't fall (Robins 1995).

Three words say which: ``synth:COUNT`` draws scans; the path of a folder with ``images/`` and ``annotations.json`` takes
these; anything else is a revision of the store, and its splits stay as they are.

Drawn scans show many benign things. A thing that is an own class of the hub must not be among them: without a label, it
would be learned as background. So kinds of its name are not drawn. Of other old scans nobody but the hub knows whether
they show one.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from parcelray.datasets.progress import progress
from parcelray.datasets.revisions.exporting import export_split
from parcelray.datasets.revisions.revision import DatasetRevision
from parcelray.datasets.revisions.store import RevisionStore
from parcelray.datasets.validation.checking import ANNOTATIONS, IMAGES
from parcelray.datasets.validation.records import SPLITS
from parcelray.models.errors import BadInputError
from parcelray.training.retraining.staging import stage

if TYPE_CHECKING:
    from parcelray.datasets.synth.drawing import Draughtsman, Plan

DRAWN = "synth:"
# Far from the seeds that releases are drawn with: their scans are not to be test scans here.
_FIRST_SEED = 5_000_000
# More clean parcels than scans usually have: thresholds are set on them.
_CONTRABAND = 0.6


@dataclass(frozen=True)
class Replay:
    """Old scans, ready to be put into a revision.

    Attributes:
        folders: each with ``images/`` and ``annotations.json``.
        foreign: classes that their labels name and that are no leaves.
        revision: that they are; None where they are none.
    """

    folders: tuple[Path, ...] = ()
    foreign: Collection[str] = ()
    revision: DatasetRevision | None = None


def drawn_count(replay: str) -> int | None:
    """How many scans are to be drawn; None where none are.

    Raises:
        BadInputError: it is no number.
    """
    if not replay.startswith(DRAWN):
        return None
    word = replay.removeprefix(DRAWN)
    if not (word.isascii() and word.isdecimal() and int(word) > 0):
        raise BadInputError("replay", expected=f"{DRAWN}COUNT, such as {DRAWN}1500", got=repr(replay))
    return int(word)


def make_replay(replay: str | None, store: RevisionStore, out: Path, *, own: Collection[str], seed: int) -> Replay:
    """Get the old scans; goes on where it was broken off.

    Args:
        replay: which.
        store: of revisions.
        out: folder for them.
        own: the hub's own classes.
        seed: of drawn scans.

    Raises:
        BadInputError: not a number of scans.
        DatasetError: the folder holds no labelled scans, or there is neither such a folder nor such a revision.
    """
    if replay is None:
        return Replay()
    count = drawn_count(replay)
    if count is not None:
        return Replay((_draw(count, out, own, seed),))
    if Path(replay).is_dir():
        return Replay((stage(Path(replay) / ANNOTATIONS, Path(replay) / IMAGES, out),))
    return _of_revision(store, store.open(replay), out, own)


def _of_revision(store: RevisionStore, revision: DatasetRevision, out: Path, own: Collection[str]) -> Replay:
    folders = []
    learn = set(own) & set(revision.foreign)
    for split in SPLITS:
        count = len(list(revision.in_split(split)))
        if not count:
            continue
        folders.append(out / split)
        if not (out / split).exists():
            with progress(f"taking {split} scans of the replay", count) as report:
                export_split(store, revision, split, out / split, partial(report, note=""), learn=learn)
    return Replay(tuple(folders), revision.foreign, revision)


def _draw(count: int, out: Path, own: Collection[str], seed: int) -> Path:
    # Drawing needs the extra [synth], and only who draws should.
    from parcelray.datasets.synth.dataset import draw_dataset
    from parcelray.datasets.synth.drawing import Plan
    from parcelray.datasets.synth.scanner.profile import profile_names

    if (out / ANNOTATIONS).exists():
        return out
    plan = Plan(seed=_FIRST_SEED + seed, scanners=tuple(profile_names(reserved=False)), contraband=_CONTRABAND)
    with progress("drawing scans to replay", count) as report:
        draw_dataset(
            plan,
            count,
            out,
            workers=os.cpu_count() or 1,
            make=partial(draughtsman_without, tuple(sorted(own))),
            report=partial(report, note=""),
        )
    return out


def draughtsman_without(names: Collection[str], plan: Plan) -> Draughtsman:
    """Draws a plan without kinds of these names."""
    from parcelray.datasets.synth.drawing import Draughtsman
    from parcelray.datasets.synth.shapes.library import Library

    draughtsman = Draughtsman(plan)
    draughtsman.library = Library(kind for kind in draughtsman.library.kinds if kind.name not in names)
    return draughtsman
