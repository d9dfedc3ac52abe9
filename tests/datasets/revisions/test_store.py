from collections.abc import Callable
from pathlib import Path

import pytest

from parcelray.datasets.revisions.building import Built
from parcelray.datasets.revisions.revision import DatasetRevision
from parcelray.datasets.revisions.store import RevisionStore
from parcelray.models.errors import DamagedError, DatasetError
from support.labelled_folders import LabelledFolder

Build = Callable[..., Built]


@pytest.fixture
def may(build_from: Build, folder: Callable[[str], LabelledFolder]) -> DatasetRevision:
    return build_from("2026-05", folder("may").add("a.png", 1, ("pistol", 1, 2, 30, 40)).add("b.png", 2)).revision


@pytest.fixture
def june(may: DatasetRevision, build_from: Build, folder: Callable[[str], LabelledFolder]) -> DatasetRevision:
    return build_from("2026-06", folder("june").add("c.png", 3), parent="2026-05").revision


def test_a_revision_is_found_by_its_name_its_id_and_the_beginning_of_it(
    store: RevisionStore, may: DatasetRevision, june: DatasetRevision
) -> None:
    assert store.ids() == [may.id, june.id]
    assert store.names() == {"2026-05": may.id, "2026-06": june.id}
    for reference in ("2026-06", june.id, june.id[:12], june.id[:2]):
        assert store.open(reference) == june
    assert list(store.ancestors_of(june)) == [may]


@pytest.mark.parametrize("reference", ["", "2026", "2026-07", "0" * 64, "x"])
def test_what_is_none_is_refused_with_those_that_there_are(
    store: RevisionStore, may: DatasetRevision, reference: str
) -> None:
    with pytest.raises(DatasetError, match=rf"name or id \(2026-05, {may.id[:12]}\), got '{reference}'"):
        store.open(reference)


def test_in_an_empty_folder_there_is_none(store: RevisionStore) -> None:
    with pytest.raises(DatasetError, match=r"expected a revision's name or id \(none yet\), got '2026'"):
        store.open("2026")
    assert store.ids() == []


def test_a_beginning_of_two_ids_is_refused(store: RevisionStore, may: DatasetRevision) -> None:
    (store.folder / "revisions" / f"{may.id[:5]}{'0' * 59}").mkdir()
    (store.folder / "revisions" / f"{may.id[:5]}{'0' * 59}" / "manifest.json").touch()
    with pytest.raises(DatasetError, match=f"got '{may.id[:5]}', which 2 begin with"):
        store.open(may.id[:5])
    assert store.open(may.id[:20]) == may


def test_a_manifest_that_was_changed_is_noticed(store: RevisionStore, may: DatasetRevision) -> None:
    path = store.folder / "revisions" / may.id / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"pistol"', b'"pipe"'))
    with pytest.raises(DamagedError, match=rf"expected bytes of sha256 {may.id}, got sha256 "):
        store.open("2026-05")
    path.unlink()
    with pytest.raises(DamagedError, match="expected the manifest of 2026-05, got no such file"):
        store.open("2026-05")


def test_a_child_needs_its_parents(store: RevisionStore, may: DatasetRevision, june: DatasetRevision) -> None:
    (store.folder / "revisions" / may.id / "manifest.json").unlink()
    (store.folder / "revisions" / may.id).rmdir()
    with pytest.raises(DatasetError, match="expected a revision's name or id"):
        list(store.ancestors_of(june))


@pytest.mark.parametrize("name", ["", "../up", "a b", ".hidden", "a/b", "beef", "202605", "x" * 101, "ä"])
def test_names_that_could_be_something_else_are_refused(store: RevisionStore, may: DatasetRevision, name: str) -> None:
    with pytest.raises(DatasetError, match="the revision's name: expected letters, digits, dots, dashes"):
        store.name(name, may.id)
    assert store.names() == {"2026-05": may.id}


def test_a_name_stands_for_one_revision_for_ever(
    store: RevisionStore, may: DatasetRevision, june: DatasetRevision
) -> None:
    store.name("2026-05", may.id)
    store.name("may", may.id)
    with pytest.raises(
        DatasetError, match=f"the name 2026-05: expected one that is not taken, got the name of {may.id[:12]}"
    ):
        store.name("2026-05", june.id)
    assert store.names() == {"2026-05": may.id, "2026-06": june.id, "may": may.id}
    assert not list((store.folder / "parts").iterdir())


def test_a_name_that_stands_for_nothing_is_damage(store: RevisionStore, may: DatasetRevision) -> None:
    (store.folder / "names" / "2026-05").write_bytes(b"\xff")
    with pytest.raises(DamagedError, match="2026-05: expected the id of a revision"):
        store.names()


def test_every_file_is_verified(store: RevisionStore, may: DatasetRevision) -> None:
    assert list(store.verify(may)) == []
    lost, changed = (store.objects.path_of(scan.sha256) for scan in may.scans)
    lost.unlink()
    changed.chmod(0o644)
    changed.write_bytes(changed.read_bytes()[::-1])
    told: list[int] = []
    damaged = list(store.verify(may, told.append))
    assert [damage.path for damage in damaged] == [lost, changed]
    assert [damage.scan for damage in damaged] == [scan.file for scan in may.scans]
    assert damaged[0].got == "no such file"
    assert damaged[1].got.startswith("bytes of sha256 ")
    assert told == [1, 2]


def test_two_that_keep_the_same_at_once_do_not_fall_over_each_other(
    store: RevisionStore, may: DatasetRevision, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {scan.sha256: store.objects.path_of(scan.sha256) for scan in may.scans}
    other = RevisionStore(tmp_path / "other")
    assert other.put(may, files)
    # As if it had not been there a moment ago.
    looks = iter([False])
    exists = Path.exists
    monkeypatch.setattr(Path, "exists", lambda path: next(looks, None) is None and exists(path))
    assert not other.put(may, files)
    assert other.open(may.id) == may
