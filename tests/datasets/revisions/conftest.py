"""A store, folders of scans to fill it from, and a short way to do it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from parcelray.datasets.revisions.building import Built, RevisionPlan, build
from parcelray.datasets.revisions.store import RevisionStore
from support.labelled_folders import LabelledFolder

Build = Callable[..., Built]
Folder = Callable[[str], LabelledFolder]


@pytest.fixture
def store(tmp_path: Path) -> RevisionStore:
    return RevisionStore(tmp_path / "store")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Makes an empty folder of scans, by its name."""
    return lambda name: LabelledFolder(tmp_path / name)


@pytest.fixture
def build_from(store: RevisionStore) -> Build:
    """Builds a revision of a name from folders; keywords as those of the plan."""

    def built(name: str, *folders: LabelledFolder, link: bool = False, **options: object) -> Built:
        plan = RevisionPlan(tuple(one.folder for one in folders), **options)  # type: ignore[arg-type]
        return build(name, plan, store, link=link)

    return built
