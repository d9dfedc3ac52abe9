"""What leaves the desk: read by `parcelray retrain`, built into a revision, and with nothing personal in it."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parcelray.datasets.coco import read_coco
from parcelray.datasets.files import labelled_picture
from parcelray.datasets.imaging.reading import read_pair, read_view
from parcelray.datasets.imaging.rendering import render
from parcelray.datasets.revisions.building import RevisionPlan, build
from parcelray.datasets.revisions.revision import Shares
from parcelray.datasets.revisions.store import RevisionStore
from parcelray.datasets.validation.checking import check
from parcelray.models.errors import SetupError
from parcelray.serving.api.training_export import zipped
from parcelray.serving.desk.desk import Desk
from parcelray.serving.desk.entries import Verdict
from parcelray.serving.desk.pseudonyms import open_pseudonyms
from parcelray.serving.store.records import ScanRecord
from parcelray.serving.store.snapshot import PSEUDONYM_KEY
from parcelray.serving.store.store import Store
from support.labelled_folders import encoded, packed
from support.parcels_at_desk import (
    ANNA,
    BEN,
    FILE_NAME,
    HEIGHT,
    RELEASE,
    SEARCH,
    WIDTH,
    add,
    drawn,
    judged,
    outcome,
    shown,
)
from support.people import Clock

CONSIGNMENT, SCANNER, NOTE = "RR-secret-consignment", "secret-scanner", "secret note"
# What must stand nowhere in an export: words, and people.
NOTHING_OF = (CONSIGNMENT, SCANNER, NOTE, FILE_NAME, "2026/secret", "belt-1", ANNA.name, BEN.name)
Decide = Callable[..., Verdict]
Arrive = Callable[..., ScanRecord]


def picture(seed: int, suffix: str = ".png") -> bytes:
    return encoded(packed(seed, WIDTH, HEIGHT), suffix)


@pytest.fixture
def arrive(store: Store) -> Arrive:
    """Stores a scan of real images, with all that must not leave."""

    def arrive(*images: bytes, labels: tuple[str, ...] = ("pistol",), **fields: Any) -> ScanRecord:
        known = {"consignment_id": CONSIGNMENT, "scanner_id": SCANNER, **fields}
        record, kept = shown(*images, labels=labels, **known)
        for sha256, data in kept.items():
            store.blobs.put(sha256, data)
        add(store, record)
        return record

    return arrive


@pytest.fixture
def search(desk: Desk, decide: Decide) -> Callable[..., None]:
    """Has a parcel searched: what was boxed, and what was found."""

    def search(record: ScanRecord, boxes: list[dict[str, Any]], *labels: str) -> None:
        decide(ANNA, record.id, **SEARCH, boxes=boxes, note=NOTE)
        items = [{"label": label, "where": "other", "description": NOTE} for label in labels]
        told = outcome(found=bool(items), items=items, note=NOTE, seizure_number="2026/secret" if items else None)
        desk.outcomes.tell(BEN, record.id, told, record.id)

    return search


def files_of(desk: Desk, **window: Any) -> dict[str, bytes]:
    window = {"since": None, "until": None, **window}
    return dict(desk.feedback.export(**window))


def laid_out(files: dict[str, bytes], folder: Path) -> Path:
    (folder / "images").mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def test_confirmed_corrected_and_drawn_boxes_leave_and_a_revision_of_them_is_whole(
    desk: Desk,
    arrive: Arrive,
    decide: Decide,
    search: Callable[..., None],
    tmp_path: Path,
) -> None:
    gun = arrive(picture(1), labels=("pistol", "pipe"))
    search(
        gun, [judged(0, "confirmed"), judged(1, "rejected"), drawn("magazine", 40, 40, 90, 80)], "pistol", "magazine"
    )
    empty = arrive(picture(2), labels=("pistol",), consignment_id=None)
    search(empty, [judged(0, "confirmed")])
    cash = arrive(picture(3), labels=("banknote_bundle",), consignment_id="another")
    decide(ANNA, cash.id, **RELEASE, boxes=[judged(0, "relabelled", "coin_roll")])
    contradicted = arrive(picture(4), labels=("pistol",))
    search(contradicted, [judged(0, "confirmed")], "pipe")
    not_judged = arrive(picture(5), labels=("banknote_bundle",))
    decide(ANNA, not_judged.id, **RELEASE)
    for unfinished, seed in (("waits", 6), ("second", 7), ("search", 8)):
        record = arrive(picture(seed), labels=("pistol",))
        if unfinished != "waits":
            decide(ANNA, record.id, **(RELEASE if unfinished == "second" else SEARCH), boxes=[judged(0, "confirmed")])

    folder = laid_out(files_of(desk), tmp_path / "june")
    data = read_coco(folder / "annotations.json")
    document = json.loads((folder / "annotations.json").read_text())
    found = {image.id: sorted((item.category, item.box) for item in data.items_of[image.id]) for image in data.images}
    assert sorted(found.values()) == [
        [],
        [("coin_roll", (0.0, 5.0, 8.0, 25.5))],
        [("magazine", (40.0, 40.0, 90.0, 80.0)), ("pistol", (0.0, 5.0, 8.0, 25.5))],
    ]
    assert document["info"]["left_out"] == {"found_otherwise": 1, "not_judged": 1}
    # What all models that looked know, and what was boxed besides; no other class was looked for.
    assert data.categories == ("banknote_bundle", "coin_roll", "magazine", "pipe", "pistol")
    assert len({image.group for image in data.images}) == 3
    assert check(folder) == ()
    shares = Shares(train=0.5, validation=0.3, test=0.2)
    revision = build("june", RevisionPlan((folder,), shares=shares), RevisionStore(tmp_path / "store")).revision
    assert len(revision.scans) == 3
    assert {item.label for scan in revision.scans for item in scan.items} == {"coin_roll", "magazine", "pistol"}


def test_nothing_personal_leaves_and_names_are_the_same_in_each_export(
    desk: Desk, arrive: Arrive, search: Callable[..., None], tmp_path: Path
) -> None:
    ids = []
    for seed in (1, 2):
        record = arrive(picture(seed))
        search(record, [judged(0, "confirmed")], "pistol")
        ids.append(record.id)
    first, second = files_of(desk), files_of(desk)
    assert first == second
    whole = b"\n".join([name.encode() + data for name, data in first.items()])
    for words in (*NOTHING_OF, *ids):
        assert words.encode() not in whole, words
    document = json.loads(first["annotations.json"])
    one, other = document["images"]
    assert one.keys() == {"id", "file_name", "width", "height", "group", "provenance", "scanner"}
    assert (one["group"], one["scanner"]) == (other["group"], other["scanner"]), "one parcel, one scanner"
    assert one["group"] != one["scanner"]
    assert one["provenance"] == {
        "model": {"name": "tiny", "version": "0000", "sha256": "5" * 64},
        "decided_on": "2026-11-24",
        "searched": True,
        "found": True,
    }
    key = tmp_path / "data" / PSEUDONYM_KEY
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.unlink()
    assert json.loads(files_of(desk)["annotations.json"])["images"][0]["group"] != one["group"]


def test_a_key_that_is_none_is_refused(desk: Desk, tmp_path: Path) -> None:
    for text in ("no key", "00"):
        (tmp_path / "data" / PSEUDONYM_KEY).write_text(text)
        with pytest.raises(SetupError, match=f"{PSEUDONYM_KEY}: expected a key"):
            files_of(desk)


def test_many_who_ask_for_the_first_key_get_one(tmp_path: Path) -> None:
    names = {open_pseudonyms(tmp_path).of("scan", "a") for _ in range(3)}
    assert len(names) == 1
    assert [path.name for path in tmp_path.iterdir()] == [PSEUDONYM_KEY]


def test_pictures_are_made_anew_and_show_the_same(
    desk: Desk, arrive: Arrive, search: Callable[..., None], tmp_path: Path
) -> None:
    grey16 = np.arange(WIDTH * HEIGHT, dtype=np.uint16).reshape(HEIGHT, WIDTH) * 5
    jpeg = picture(1, ".jpg")
    with_words = jpeg[:2] + b"\xff\xfe\x00\x0dRR-consign" + jpeg[2:]
    low = np.ascontiguousarray(grey16[::-1])
    sent = [
        (with_words,),
        (encoded(packed(2, WIDTH, HEIGHT)[..., 0]),),
        (encoded(grey16),),
        (encoded(grey16), encoded(low)),
    ]
    expected = []
    for images in sent:
        search(arrive(*images), [judged(0, "confirmed")], "pistol")
        pixels = read_view(images[0], name="x") if len(images) == 1 else read_pair(*images, name="x")
        expected.append(render(pixels).pixels)
    files = files_of(desk)
    assert not any(b"RR-consign" in data for data in files.values())
    folder = laid_out(files, tmp_path / "june")
    # The one that was decided last comes first.
    names = [image.file_name for image in reversed(read_coco(folder / "annotations.json").images)]
    assert [name.endswith("_high.png") for name in names] == [False, False, False, True]
    assert len(list((folder / "images").iterdir())) == 5
    for name, pixels in zip(names, expected, strict=True):
        assert np.array_equal(labelled_picture(folder / "images", name), pixels)


def test_one_picture_is_in_it_once_as_it_was_decided_last(
    desk: Desk, arrive: Arrive, search: Callable[..., None], clock: Clock
) -> None:
    for labels in (("pistol",), ("pipe",)):
        search(arrive(picture(1), labels=labels), [judged(0, "confirmed")], *labels)
        clock.go_on(seconds=1)
    document = json.loads(files_of(desk)["annotations.json"])
    names = {category["id"]: category["name"] for category in document["categories"]}
    assert [names[item["category_id"]] for item in document["annotations"]] == ["pipe"]
    assert document["info"]["left_out"] == {"same_picture": 1}


def test_an_image_that_is_damaged_is_left_out_and_the_others_are_not(
    desk: Desk, arrive: Arrive, search: Callable[..., None], tmp_path: Path
) -> None:
    for seed in (1, 2):
        search(arrive(picture(seed)), [judged(0, "confirmed")], "pistol")
    path = next((tmp_path / "data" / "images").glob("??/*"))
    path.write_bytes(b"other")
    document = json.loads(files_of(desk)["annotations.json"])
    assert (len(document["images"]), document["info"]["left_out"]) == (1, {"damaged": 1})


def test_the_time_is_that_of_the_last_word(
    desk: Desk, arrive: Arrive, search: Callable[..., None], clock: Clock
) -> None:
    begin = clock.now
    for seed in range(3):
        search(arrive(picture(seed)), [judged(0, "confirmed")], "pistol")
        clock.go_on(hours=1)
    hour = timedelta(hours=1)

    def count(**window: Any) -> int:
        return len(json.loads(files_of(desk, **window)["annotations.json"])["images"])

    assert [count(), count(since=begin + hour), count(until=begin + hour)] == [3, 2, 1]
    assert [count(since=begin + hour, until=begin + 2 * hour), count(since=begin + 9 * hour)] == [1, 0]


def test_own_classes_leave_with_their_groups(
    desk: Desk, arrive: Arrive, search: Callable[..., None], tmp_path: Path
) -> None:
    search(arrive(picture(1), labels=("wrench",)), [judged(0, "confirmed")], "wrench")
    folder = laid_out(files_of(desk), tmp_path / "june")
    document = json.loads((folder / "annotations.json").read_text())
    assert document["info"]["own_classes"] == {"wrench": "firearm_part"}
    assert check(folder, foreign=["wrench"]) == ()


def test_the_archive_holds_the_same_files_the_labels_last(
    desk: Desk, arrive: Arrive, search: Callable[..., None]
) -> None:
    for seed in range(3):
        search(arrive(picture(seed)), [judged(0, "confirmed")], "pistol")
    pieces = list(zipped(desk.feedback.export(None, None)))
    assert len(pieces) > 3, "it is not made whole before it is sent"
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[-1] == "annotations.json"
        assert {name: archive.read(name) for name in archive.namelist()} == files_of(desk)
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(b"".join(pieces[:-1])))
