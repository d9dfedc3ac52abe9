import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from parcelray.datasets.revisions.revision import DatasetRevision, Shares
from parcelray.models.errors import DatasetError

Change = Callable[[dict[str, Any]], object]


def scan(number: int, **fields: object) -> dict[str, Any]:
    return {
        "files": [{"sha256": f"{number:064x}", "size": 10, "suffix": ".png"}],
        "width": 96,
        "height": 72,
        "likeness": None,
        "group": f"g{number}",
        "split": "train",
        "reserved": False,
        "items": [{"label": "pistol", "box": [1.0, 2.0, 30.5, 40.0]}],
        "source": 0,
        "file": f"{number}.png",
        **fields,
    }


def document() -> dict[str, Any]:
    return {
        "taxonomy": 1,
        "foreign": ["Knife"],
        "parent": None,
        "shares": {"train": 0.8, "validation": 0.1, "test": 0.1},
        "seed": 3,
        "sources": [{"name": "may", "annotations": "a" * 64}],
        "scans": [scan(1), scan(2, split="test", items=[]), scan(3, items=[{"label": "Knife", "box": [0, 0, 96, 72]}])],
    }


def test_the_id_is_the_sum_of_the_manifest_and_the_manifest_is_canonical() -> None:
    revision = DatasetRevision.model_validate(document())
    assert revision.id == hashlib.sha256(revision.manifest).hexdigest()
    assert revision.id == "51a9e086f0a8dd17b923d08414c46315679b7d1730913acdfbf054463043c78c"
    again = DatasetRevision.parse(revision.manifest, "here")
    assert (again, again.id, again.manifest) == (revision, revision.id, revision.manifest)
    # Names in another order, numbers written otherwise: the same revision.
    shuffled = json.dumps(dict(reversed(document().items())), indent=3).replace(
        "[0, 0, 96, 72]", "[0.0, 0, 96.0, 7.2e1]"
    )
    assert DatasetRevision.parse(shuffled.encode(), "here").id == revision.id


CHANGES: dict[str, Change] = {
    "a box": lambda one: one["scans"][0]["items"][0]["box"].__setitem__(0, 1.01),
    "a label": lambda one: one["scans"][0]["items"][0].update(label="pipe"),
    "a file": lambda one: one["scans"][0]["files"][0].update(size=11),
    "a split": lambda one: one["scans"][0].update(split="test"),
    "a group": lambda one: one["scans"][0].update(group="other"),
    "reserved": lambda one: one["scans"][1].update(reserved=True),
    "where it is from": lambda one: one["scans"][0].update(file="b.png"),
    "the parent": lambda one: one.update(parent="b" * 64),
    "shares": lambda one: one.update(shares={"train": 0.7, "validation": 0.1, "test": 0.2}),
    "the seed": lambda one: one.update(seed=4),
    "a scan less": lambda one: one["scans"].pop(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_changes_is_another_revision(change: Change) -> None:
    changed = document()
    change(changed)
    assert DatasetRevision.model_validate(changed).id != DatasetRevision.model_validate(document()).id


WRONG: dict[str, tuple[Change, str]] = {
    "reserved to learn from": (lambda one: one["scans"][0].update(reserved=True), "reserved for testing, but in train"),
    "a group in two splits": (lambda one: one["scans"][1].update(group="g1"), "group 'g1': in train and test"),
    "not sorted": (lambda one: one["scans"].reverse(), "sorted by sha256, each once"),
    "a scan twice": (lambda one: one["scans"].insert(0, scan(1)), "sorted by sha256, each once"),
    "no scan": (lambda one: one["scans"].clear(), "at least 1 item"),
    "no file": (lambda one: one["scans"][0]["files"].clear(), "at least 1 item"),
    "an unknown class": (lambda one: one.update(foreign=[]), "'Knife' is no leaf"),
    "a foreign leaf": (lambda one: one.update(foreign=["Knife", "pistol"]), "no leaves"),
    "a box outside": (lambda one: one["scans"][0].update(width=30), "is not within its 30 x 72"),
    "a box of nothing": (lambda one: one["scans"][0]["items"][0].update(box=[1, 2, 1, 4]), "is not within its 96 x 72"),
    "a box of no number": (lambda one: one["scans"][0]["items"][0].update(box=[1, 2, float("inf"), 4]), "finite"),
    "a source that is not there": (lambda one: one["scans"][0].update(source=1), "source 1 of 1"),
    "another split": (lambda one: one["scans"][0].update(split="dev"), "'train', 'validation' or 'test'"),
    "no sum": (lambda one: one["scans"][0]["files"][0].update(sha256="../../etc"), "should match pattern"),
    "a path for a suffix": (lambda one: one["scans"][0]["files"][0].update(suffix="./x"), "should match pattern"),
    "an unknown field": (lambda one: one.update(note="hello"), "Extra inputs are not permitted"),
    "another format": (lambda one: one.update(format=2), "Input should be 1"),
    "shares of more than all": (lambda one: one["shares"].update(train=0.9), "shares that add up to 1, got 1.1"),
    "a negative share": (lambda one: one["shares"].update(train=-0.1), "greater than or equal to 0"),
}


@pytest.mark.parametrize(("change", "message"), WRONG.values(), ids=WRONG)
def test_what_is_no_revision_is_refused_where_it_is_made(change: Change, message: str) -> None:
    changed = document()
    change(changed)
    with pytest.raises(ValidationError, match=message):
        DatasetRevision.model_validate(changed)
    with pytest.raises(DatasetError, match=r"^here, "):
        DatasetRevision.parse(json.dumps(changed).encode(), "here")


def test_nothing_of_it_can_be_changed() -> None:
    revision = DatasetRevision.model_validate(document())
    with pytest.raises(ValidationError, match="frozen"):
        revision.seed = 7
    with pytest.raises(ValidationError, match="frozen"):
        revision.scans[0].split = "test"


def test_it_counts_what_is_in_it() -> None:
    revision = DatasetRevision.model_validate(document())
    assert {split: dict(counts) for split, counts in revision.scans_showing.items()} == {
        "train": {"pistol": 1, "Knife": 1},
        "validation": {},
        "test": {},
    }
    assert revision.items_of == {"pistol": 1, "Knife": 1}
    assert [one.file for one in revision.in_split("test")] == ["2.png"]
    assert Shares(train=1, validation=0, test=0).of("train") == 1
