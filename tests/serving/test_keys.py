from __future__ import annotations

import base64
import hashlib
import json
import multiprocessing
import stat
from pathlib import Path

import pytest

from parcelray.models.errors import BadInputError, KeyMissingError, KeyRefusedError, ParcelrayError
from parcelray.serving.security.keys import PREFIX, KeyRing


def test_a_key_lets_in_who_shows_it(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path)
    key = ring.create("belt-1")
    assert ring.verify(key).name == "belt-1"
    assert ring.verify(ring.create("belt-2")).name == "belt-2"
    assert [known.name for known in ring.all()] == ["belt-1", "belt-2"]


def test_a_key_is_256_random_bits(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path)
    keys = {ring.create(f"belt-{number}") for number in range(20)}
    assert len(keys) == 20
    for key in keys:
        assert len(base64.urlsafe_b64decode(key.removeprefix(PREFIX) + "=")) * 8 == 256


def test_only_the_sum_is_kept(tmp_path: Path) -> None:
    key = KeyRing(tmp_path).create("belt-1")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert key.removeprefix(PREFIX).encode() not in path.read_bytes()
    kept = json.loads((tmp_path / "keys.json").read_text())["keys"]
    assert kept[0]["sha256"] == hashlib.sha256(key.encode()).hexdigest()


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    KeyRing(tmp_path / "data").create("belt-1")
    assert stat.S_IMODE((tmp_path / "data" / "keys.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


@pytest.mark.parametrize("shown", ["x", "prk_", "prk_ä", "\udcff", "0" * 100_000])
def test_another_key_is_refused(tmp_path: Path, shown: str) -> None:
    ring = KeyRing(tmp_path)
    ring.create("belt-1")
    with pytest.raises(KeyRefusedError):
        ring.verify(shown)


@pytest.mark.parametrize("shown", [None, ""])
def test_no_key_is_not_a_wrong_key(tmp_path: Path, shown: str | None) -> None:
    with pytest.raises(KeyMissingError):
        KeyRing(tmp_path).verify(shown)


def test_nobody_enters_before_there_is_a_key(tmp_path: Path) -> None:
    with pytest.raises(KeyRefusedError):
        KeyRing(tmp_path / "not made yet").verify("anything")


def test_a_key_made_elsewhere_is_known_at_once_and_a_removed_one_is_not(tmp_path: Path) -> None:
    serving, commanding = KeyRing(tmp_path), KeyRing(tmp_path)
    keys = []
    for number in range(5):
        keys.append(commanding.create(f"belt-{number}"))
        assert serving.verify(keys[-1]).name == f"belt-{number}"
    (tmp_path / "keys.json").unlink()
    with pytest.raises(KeyRefusedError):
        serving.verify(keys[0])


def test_each_name_once(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path)
    key = ring.create("belt-1")
    with pytest.raises(BadInputError, match="one that no key bears yet, got 'belt-1'"):
        ring.create("belt-1")
    assert ring.verify(key).name == "belt-1"


@pytest.mark.parametrize("name", ["", " ", "belt\n1", " belt", "b" * 65, "belt\x1b[31m"])
def test_names_are_short_and_printable(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInputError, match="printable"):
        KeyRing(tmp_path).create(name)


def _create_many(folder: Path, maker: int) -> None:
    for number in range(10):
        KeyRing(folder).create(f"{maker}-{number}")


def test_keys_made_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    makers = [context.Process(target=_create_many, args=(tmp_path, maker)) for maker in range(3)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join(60)
    assert len(KeyRing(tmp_path).all()) == 30
    assert {path.name for path in tmp_path.iterdir()} == {"keys.json", "keys.json.lock"}


@pytest.mark.parametrize("content", ["", "{}x", '{"format": 2, "keys": []}', '{"keys": [{"name": "belt-1"}]}'])
def test_a_broken_file_is_named_and_never_replaced(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(content)
    for use in (lambda ring: ring.verify("x"), lambda ring: ring.create("belt-1")):
        with pytest.raises(ParcelrayError, match=r"keys\.json: expected the file that `parcelray keys create` writes"):
            use(KeyRing(tmp_path))
    assert path.read_text() == content


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ParcelrayError, match=r"data folder .*file/data: expected one that can be written"):
        KeyRing(tmp_path / "file" / "data").create("belt-1")
