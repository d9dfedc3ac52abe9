from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from parcelray.datasets.revisions.building import Built
from parcelray.datasets.revisions.revision import DatasetRevision, Shares
from parcelray.datasets.revisions.store import RevisionStore
from parcelray.datasets.validation.records import SPLITS
from parcelray.models.errors import DatasetError
from support.labelled_folders import LabelledFolder, encoded, packed

Build = Callable[..., Built]
Folder = Callable[[str], LabelledFolder]
PISTOL = ("pistol", 10, 10, 20, 20)
PIPE = ("pipe", 30, 20, 10, 40)


def splits_of(revision: DatasetRevision) -> dict[str, str]:
    return {scan.file: scan.split for scan in revision.scans}


def state_of(folder: Path) -> dict[str, tuple[int, int]]:
    """What is in a folder, and when it was written."""
    return {str(path): (path.stat().st_mtime_ns, path.stat().st_ino) for path in sorted(folder.rglob("*"))}


@pytest.fixture
def may(folder: Folder) -> LabelledFolder:
    made = folder("may")
    for number in range(20):
        made.add(f"{number}.png", number, *([PISTOL] if number % 2 else []), group=f"parcel-{number // 2}")
    return made


def test_everything_that_was_given_is_in_it(build_from: Build, may: LabelledFolder, store: RevisionStore) -> None:
    may.add("deep/r.jpg", 90, PIPE, PISTOL, reserved=True).add("t.png", 91, split="test").add("v.png", 92, split="val")
    built = build_from("2026-05", may, seed=4)
    revision = built.revision
    assert built.new
    assert built.warnings == ()
    assert revision == store.open("2026-05")
    assert list(store.verify(revision)) == []
    assert (revision.parent, revision.taxonomy, revision.seed, revision.foreign) == (None, 1, 4, ())
    assert [source.name for source in revision.sources] == ["may"]
    assert len(revision.scans) == 23
    of = {scan.file: scan for scan in revision.scans}
    assert (of["deep/r.jpg"].reserved, of["deep/r.jpg"].split, of["t.png"].split) == (True, "test", "test")
    assert of["v.png"].split != "test"
    assert of["deep/r.jpg"].files[0].suffix == ".jpg"
    assert [(item.label, item.box) for item in of["deep/r.jpg"].items] == [
        ("pipe", (30.0, 20.0, 40.0, 60.0)),
        ("pistol", (10.0, 10.0, 30.0, 30.0)),
    ]
    assert of["3.png"].group == of["2.png"].group == "parcel-1"
    assert of["t.png"].group == of["t.png"].sha256
    assert {split for scan in revision.scans for split in [scan.split]} == set(SPLITS)


def test_the_same_again_is_the_same_and_nothing_is_written(
    build_from: Build, may: LabelledFolder, store: RevisionStore
) -> None:
    first = build_from("2026-05", may)
    before = state_of(store.folder)
    again = build_from("2026-05", may, may)
    assert (again.new, again.revision) == (False, first.revision)
    # The same folder, elsewhere.
    (may.folder.parent / "elsewhere").mkdir()
    may.folder = may.folder.rename(may.folder.parent / "elsewhere" / "may")
    again = build_from("2026-05", may)
    assert (again.new, again.revision) == (False, first.revision)
    after = state_of(store.folder)
    # But for the folder in which things are written before they are whole.
    passing = {str(store.folder / "parts")}
    assert {path: state for path, state in after.items() if path not in passing} == {
        path: state for path, state in before.items() if path not in passing
    }


def test_the_order_of_folders_does_not_matter(build_from: Build, may: LabelledFolder, folder: Folder) -> None:
    june = folder("june").add("a.png", 50, PIPE).add("b.png", 3, PISTOL, group="parcel-1")
    first = build_from("one", may, june)
    assert not build_from("two", june, may).new
    # The scan that both have is taken once, from the first in order of names, which is said.
    assert len(first.revision.scans) == 21
    assert [source.name for source in first.revision.sources] == ["june", "may"]
    assert splits_of(first.revision).keys() >= {"a.png", "b.png"}
    assert [finding.kind for finding in first.warnings] == ["same-picture"]


def test_copies_are_in_one_split(build_from: Build, folder: Folder) -> None:
    made = folder("may")
    for number in range(24):
        made.add(f"{number}.png", number)
        turned = np.ascontiguousarray(np.rot90(packed(number), 2))
        made.add(f"{number}-again.jpg", encoded(turned, ".jpg", 80))
    built = build_from("2026-05", made, shares=Shares(train=0.4, validation=0.3, test=0.3))
    splits = splits_of(built.revision)
    assert {finding.kind for finding in built.warnings} == {"alike"}
    assert len(built.warnings) == 24
    assert all(splits[f"{number}.png"] == splits[f"{number}-again.jpg"] for number in range(24))
    assert len(set(splits.values())) == 3


def test_pairs_are_kept_whole(build_from: Build, folder: Folder, store: RevisionStore) -> None:
    made = folder("raw")
    counts = np.full((72, 96), 50_000, np.uint16)
    counts[10:40, 20:70] = 900
    (made.folder / "images" / "a_low.png").write_bytes(encoded(np.uint16(counts - 300)))
    revision = build_from("raw", made.add("a_high.png", encoded(counts))).revision
    assert [file.suffix for file in revision.scans[0].files] == [".png", ".png"]
    assert all(store.objects.damage(file.sha256) is None for file in revision.scans[0].files)


def test_kept_files_are_copies_or_links(build_from: Build, may: LabelledFolder, store: RevisionStore) -> None:
    first = build_from("copied", may).revision
    path = may.folder / "images" / "0.png"
    kept = store.objects.path_of({scan.file: scan for scan in first.scans}["0.png"].sha256)
    assert not kept.samefile(path)
    kept.unlink()
    # What was lost is put again, though the revision is there.
    assert not build_from("copied", may, link=True).new
    assert kept.samefile(path)


def test_data_with_errors_are_refused_and_nothing_is_kept(
    build_from: Build, may: LabelledFolder, folder: Folder, store: RevisionStore
) -> None:
    may.add("bad.png", b"no picture").add("out.png", 60, ("pipe", 90, 0, 20, 20)).add(
        "flat.png", 61, ("pipe", 9, 9, 0, 9)
    )
    june = folder("june").add("3.png", 3, PISTOL, group="elsewhere")
    with pytest.raises(DatasetError) as caught:
        build_from("2026-05", may, june)
    message = str(caught.value)
    assert message.startswith("the scans: expected data without errors (`parcelray revision check` shows all), got 4: ")
    assert message.endswith("; and 1 more")
    assert message.count("annotations.json") == 3
    assert not store.folder.exists()


def test_a_class_that_is_none_is_refused_or_foreign(build_from: Build, folder: Folder, tmp_path: Path) -> None:
    made = (
        LabelledFolder(tmp_path / "knives", ("pistol", "Knife")).add("a.png", 1, ("Knife", 1, 2, 3, 4)).add("b.png", 2)
    )
    with pytest.raises(DatasetError, match="a leaf of taxonomy 1, or a class that is said to be foreign"):
        build_from("knives", made)
    revision = build_from("knives", made, foreign=("Knife", "Saw")).revision
    assert revision.foreign == ("Knife", "Saw")
    assert revision.items_of == {"Knife": 1}


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("beef", {}, "the revision's name: expected letters"),
        ("taken", {}, "the name taken: expected one that is not taken"),
        ("new", {"parent": "2026-04"}, r"expected a revision's name or id \(taken, "),
        ("new", {"foreign": ("pistol",)}, "foreign classes: expected classes that are no leaves"),
        ("new", {"shares": Shares(train=0, validation=0, test=1)}, "shares: expected some for train or validation"),
    ],
)
def test_what_cannot_be_is_refused(
    build_from: Build, folder: Folder, store: RevisionStore, name: str, options: dict[str, object], message: str
) -> None:
    there = build_from("taken", folder("april").add("z.png", 80)).revision
    made = folder("may").add("a.png", 1, split="train")
    with pytest.raises(DatasetError, match=message):
        build_from(name, made, **options)
    assert store.ids() == [there.id]
    assert store.names() == {"taken": there.id}


def test_no_scan_is_refused(build_from: Build, folder: Folder) -> None:
    with pytest.raises(DatasetError, match="may: expected a scan, got none"):
        build_from("2026-05", folder("may").write())


@pytest.mark.parametrize("seed", range(3))
def test_what_was_tested_with_is_never_learned_from(build_from: Build, folder: Folder, seed: int) -> None:
    """Months of seizures: scans come and go, are grouped, named, labelled and compressed anew."""
    random = np.random.default_rng(seed)
    tested: set[int] = set()
    learned: set[int] = set()
    parent = None
    for month in range(5):
        made = folder(f"month-{month}")
        numbers = random.choice(10 * (month + 2), 10 + 5 * month, replace=False)
        for number in (int(one) for one in numbers):
            pixels = packed(1_000 * seed + number)
            suffix = ".png"
            if random.random() < 0.3:
                pixels, suffix = np.ascontiguousarray(pixels[:, ::-1]), ".jpg"
            labels = [PISTOL] * int(random.integers(0, 2)) + [PIPE] * int(random.integers(0, 2))
            named = {"group": f"m{month}-{number // 2}"} if random.random() < 0.5 else {}
            made.add(f"{number}{suffix}", encoded(pixels, suffix, 85), *labels, **named)
        options = {"shares": Shares(train=0.5, validation=0.2, test=0.3), "seed": month}
        revision = build_from(f"month-{month}", made, parent=parent, **options).revision
        splits = {int(Path(file).stem): split for file, split in splits_of(revision).items()}
        assert not {number for number, split in splits.items() if split != "test"} & tested
        # Nor is what was learned from used for thresholds, or tested with, but for a group that holds both.
        assert not {number for number, split in splits.items() if split == "validation"} & learned
        tested |= {number for number, split in splits.items() if split == "test"}
        learned |= {number for number, split in splits.items() if split == "train"}
        parent = f"month-{month}" if month % 2 else revision.id[:16]
    assert len(tested) > 5
    assert len(learned) > 5


def test_a_parent_keeps_scans_where_they_were(build_from: Build, may: LabelledFolder, folder: Folder) -> None:
    first = build_from("2026-05", may, seed=1).revision
    june = folder("june")
    for number in range(100, 120):
        june.add(f"{number}.png", number, PISTOL)
    second = build_from("2026-06", may, june, parent="2026-05", seed=2).revision
    assert second.parent == first.id
    assert splits_of(first).items() <= splits_of(second).items()
    assert set(splits_of(second).values()) == set(SPLITS)
    # Without a parent, another seed shares them out otherwise.
    assert not splits_of(first).items() <= splits_of(build_from("free", may, june, seed=2).revision).items()


def test_files_below_a_link_are_kept_as_files(
    build_from: Build, folder: Folder, store: RevisionStore, may: LabelledFolder
) -> None:
    made = folder("linked").add("a.png", 1)
    path = made.folder / "images" / "a.png"
    path.unlink()
    path.symlink_to(may.folder / "images" / "7.png")
    revision = build_from("linked", made, link=True).revision
    kept = store.objects.path_of(revision.scans[0].sha256)
    assert not kept.is_symlink()
    assert kept.samefile(may.folder / "images" / "7.png")
