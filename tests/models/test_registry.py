import datetime as dt
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from parcelray.models.errors import (
    BadInputError,
    DamagedError,
    PackageError,
    PackageNotFoundError,
    PackageTamperedError,
    PackageUntrustedError,
    PromotionRefusedError,
    SetupError,
)
from parcelray.models.package import NETWORK, ModelPackage
from parcelray.models.registry import Registry
from parcelray.models.registry_journal import ALIASES, RECORD, Alias
from parcelray.models.signing import SIGNATURE, public_of, sign
from parcelray.models.store import release_folder
from support.model_packages import flip_a_bit, variant, verdict

KEY, FOREIGN = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2))
NEWEST = f"release-{release_folder().name}"

Make = Callable[..., Path]


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """An empty one, of a hub that trusts ``KEY``."""
    registry = Registry.open(tmp_path / "data")
    registry.trust(public_of(KEY), "the hub")
    return registry


@pytest.fixture
def make(tiny_package: Path, tmp_path: Path) -> Make:
    """Makes a signed package of a version."""

    def make(version: str, key: Ed25519PrivateKey | None = KEY, **changes: Any) -> Path:
        return variant(tiny_package, tmp_path / f"package {version}", key, version=version, **changes)

    return make


def put(registry: Registry, *packages: Path) -> None:
    """Have packages be champions, one after the other."""
    for package in packages:
        registry.promote(registry.add(package), why="a test", without_gate=True)


def test_with_nothing_promoted_the_newest_release_is_the_champion(tmp_path: Path) -> None:
    registry = Registry.open(tmp_path / "none")
    assert registry.champion() == NEWEST
    assert registry.resolve("champion").manifest.name == registry.resolve(NEWEST).manifest.name == "parcelray"
    assert [(one.reference, one.aliases, one.fault) for one in registry.list()] == [(NEWEST, (Alias.CHAMPION,), None)]
    assert not (tmp_path / "none").exists()


def test_packages_are_numbered_and_found_by_all_references(registry: Registry, make: Make) -> None:
    assert registry.add(make("a")) == "0001"
    assert registry.add(make("b"), alias=Alias.SHADOW, by="kim", why="to try") == "0002"
    for reference, version in (("0001", "a"), ("candidate", "a"), ("0002", "b"), ("shadow", "b")):
        assert registry.resolve(reference).manifest.version == version
    assert registry.resolve(str(registry.folder / "0001")).manifest.version == "a"
    with pytest.raises(PackageNotFoundError, match=r"model 0003: not in .*; models found: 0001, 0002"):
        registry.resolve("0003")
    with pytest.raises(PackageNotFoundError, match="release 9999"):
        registry.resolve("release-9999")
    first, second = registry.record()
    assert (first.alias, first.before, first.after) == (Alias.CANDIDATE, None, "0001")
    assert (second.by, second.why, second.alias, second.after) == ("kim", "to try", Alias.SHADOW, "0002")


def test_an_alias_that_nothing_has_is_named(registry: Registry) -> None:
    with pytest.raises(PackageNotFoundError, match="model shadow: nothing was given that alias"):
        registry.resolve("shadow")


def test_the_same_package_keeps_its_number_and_brings_its_signature(registry: Registry, make: Make) -> None:
    package = make("a", None)
    assert registry.add(package) == "0001"
    assert not (registry.folder / "0001" / SIGNATURE).exists()
    sign(package, KEY)
    assert registry.add(package) == "0001"
    assert registry.resolve_trusted("0001").manifest.version == "a"
    assert len(registry.record()) == 1


def test_a_number_is_never_used_twice(registry: Registry, make: Make) -> None:
    registry.add(make("a"))
    registry.add(make("b"))
    shutil.rmtree(registry.folder / "0002")
    assert registry.add(make("c")) == "0003"


def test_what_is_not_whole_is_not_added(registry: Registry, make: Make) -> None:
    package = make("a")
    flip_a_bit(package / NETWORK)
    with pytest.raises(PackageTamperedError, match="was altered"):
        registry.add(package)
    with pytest.raises(BadInputError, match="candidate or shadow, then a promotion"):
        registry.add(make("b"), alias=Alias.CHAMPION)
    assert list(registry.folder.glob("0*")) == []


def test_files_from_elsewhere_are_not_taken_in(registry: Registry, make: Make, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    sum_of_secret = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"
    package = make("a", files={"../secret": sum_of_secret})
    with pytest.raises(PackageError, match=r"expected files beside manifest\.json, got '\.\./secret'"):
        registry.add(package)


def test_promotion_asks_for_a_passed_verdict_about_just_these_two(registry: Registry, make: Make) -> None:
    candidate, other = registry.resolve(registry.add(make("a"))), registry.resolve(registry.add(make("b")))
    champion = registry.resolve("champion")
    with pytest.raises(PromotionRefusedError, match="got no verdict about the two"):
        registry.promote("0001", why="better")
    registry.keep_verdict(verdict(other, champion))
    registry.keep_verdict(verdict(candidate, other))
    with pytest.raises(PromotionRefusedError, match="got no verdict about the two"):
        registry.promote("0001", why="better")
    number = registry.keep_verdict(verdict(candidate, champion))
    change = registry.promote("0001", why="better", by="kim")
    assert (change.before, change.after, change.by, change.why) == (NEWEST, "0001", "kim", "better")
    assert (change.verdict, change.without_gate) == (number, False) == ("0003", False)
    assert change.manifest_sha256 == candidate.manifest_sha256
    assert abs(change.at - dt.datetime.now(dt.UTC)) < dt.timedelta(hours=1)
    assert registry.champion() == "0001"
    # It was measured beside a champion that is one no more.
    registry.keep_verdict(verdict(other, champion))
    with pytest.raises(PromotionRefusedError, match="present champion 0001, got no verdict"):
        registry.promote("0002", why="better")


def test_the_latest_verdict_counts(registry: Registry, make: Make) -> None:
    candidate, champion = registry.resolve(registry.add(make("a"))), registry.resolve("champion")
    registry.keep_verdict(verdict(candidate, champion))
    registry.keep_verdict(verdict(candidate, champion, passed=False))
    with pytest.raises(PromotionRefusedError, match=r"verdict 0002, which refuses it \(detection: pistol: 3 more"):
        registry.promote("candidate", why="better")
    registry.keep_verdict(verdict(candidate, champion))
    assert registry.promote("candidate", why="better").verdict == "0003"


def test_without_the_gate_is_on_the_record(registry: Registry, make: Make) -> None:
    registry.add(make("a"))
    with pytest.raises(BadInputError, match="some words for the record"):
        registry.promote("0001", why=" ", without_gate=True)
    assert registry.promote("0001", why="the old one is blind", without_gate=True).without_gate
    assert registry.record()[-1].without_gate
    with pytest.raises(PackageNotFoundError, match="candidate"):
        registry.resolve("candidate")


def test_what_is_no_verdict_is_not_kept(registry: Registry, make: Make) -> None:
    package = registry.resolve(registry.add(make("a")))
    for change in ({"passed": "perhaps"}, {"candidate": {}}, {"format": 2}, {"date": "yesterday"}):
        with pytest.raises(BadInputError, match="the verdict: expected one of the gate"):
            registry.keep_verdict(verdict(package, package) | change)


def test_only_what_is_whole_and_signed_is_promoted(registry: Registry, make: Make) -> None:
    registry.add(make("a", None))
    registry.add(make("b", FOREIGN))
    registry.add(make("c"))
    flip_a_bit(registry.folder / "0003" / NETWORK)
    for number, error in (
        ("0001", PackageUntrustedError),
        ("0002", PackageUntrustedError),
        ("0003", PackageTamperedError),
        ("0004", PackageNotFoundError),
    ):
        with pytest.raises(error):
            registry.promote(number, why="better", without_gate=True)
    assert registry.champion() == NEWEST
    faults = [one.fault is None for one in registry.list()]
    assert faults == [True, False, False, False]


def test_a_champion_and_a_path_are_not_promoted(registry: Registry, make: Make) -> None:
    with pytest.raises(BadInputError, match="a model that was added"):
        registry.promote(str(make("a")), why="better", without_gate=True)
    with pytest.raises(PromotionRefusedError, match="got the champion"):
        registry.promote(NEWEST, why="better", without_gate=True)


def test_rollbacks_go_back_one_champion_after_the_other(registry: Registry, make: Make) -> None:
    with pytest.raises(PromotionRefusedError, match="got none on record"):
        registry.rollback(why="worse")
    put(registry, make("a"), make("b"))
    assert registry.rollback(why="worse").after == "0001"
    put(registry, make("c"))
    assert registry.rollback(why="worse").after == "0001"
    assert registry.rollback(why="worse", by="kim").after == NEWEST
    assert registry.champion() == NEWEST
    with pytest.raises(PromotionRefusedError, match="got none on record"):
        registry.rollback(why="worse")
    with pytest.raises(BadInputError, match="some words"):
        registry.rollback(why="")
    champions = [change.after for change in registry.record() if change.alias is Alias.CHAMPION]
    assert champions == ["0001", "0002", "0001", "0003", "0001", NEWEST]


def test_nobody_rolls_back_to_what_could_not_serve(registry: Registry, make: Make) -> None:
    put(registry, make("a"), make("b"))
    flip_a_bit(registry.folder / "0001" / NETWORK)
    with pytest.raises(PackageTamperedError):
        registry.rollback(why="worse")
    assert registry.champion() == "0002"


def test_fallbacks_are_former_champions_then_releases(registry: Registry, make: Make) -> None:
    put(registry, make("a"), make("b"))
    registry.add(make("c"))
    assert registry.fallbacks() == ["0002", "0001", NEWEST]
    (registry.folder / ALIASES).write_text("{")
    with pytest.raises(DamagedError, match=r"aliases\.json: expected where each alias points"):
        registry.champion()
    assert registry.fallbacks() == ["0002", "0001", NEWEST]
    (registry.folder / RECORD).write_text("{}\n")
    assert registry.fallbacks() == [NEWEST]


def test_aliases_that_are_gone_are_told_from_the_record(registry: Registry, make: Make) -> None:
    put(registry, make("a"))
    registry.add(make("b"))
    (registry.folder / ALIASES).unlink()
    assert registry.champion() == "0001"
    assert registry.resolve("candidate").manifest.version == "b"
    assert registry.rollback(why="worse").number == 4


def test_a_record_cut_off_anywhere_in_its_last_line_is_completed(registry: Registry, make: Make) -> None:
    put(registry, make("a"), make("b"))
    record, aliases = registry.folder / RECORD, registry.folder / ALIASES
    whole, text, pointers = registry.record(), record.read_bytes(), aliases.read_bytes()
    last = text[:-1].rindex(b"\n") + 1
    for end in (last, last + 1, last + 40, len(text) - 1, len(text)):
        record.write_bytes(text[:end])
        aliases.write_bytes(pointers)
        assert registry.record() == whole
        registry.rollback(why="worse")
        assert registry.record()[:-1] == whole
        assert record.read_bytes().startswith(text)


def test_two_at_once_come_one_after_the_other(registry: Registry, make: Make) -> None:
    packages = [make(str(number)) for number in range(6)]
    with ThreadPoolExecutor(6) as people:
        numbers = list(people.map(Registry(registry.folder).add, packages))
    assert sorted(numbers) == [f"{number:04d}" for number in range(1, 7)]
    assert [change.number for change in registry.record()] == [1, 2, 3, 4, 5, 6]
    assert {ModelPackage.open(registry.folder / number).manifest.version for number in numbers} == set("012345")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, make: Make) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SetupError, match="expected a folder that can be written"):
        Registry.open(tmp_path / "file").add(make("a"))
