"""The service and its models: what it serves at the start, and what becomes of it when the champion changes."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.testclient import TestClient

from parcelray.models.errors import PackageNotFoundError, PackageTamperedError, PackageUntrustedError
from parcelray.models.package import NETWORK
from parcelray.models.registry import Registry
from parcelray.models.registry_journal import ALIASES
from parcelray.models.signing import SIGNATURE, public_of, sign
from parcelray.models.trust import TRUSTED_KEYS
from parcelray.serving.app import create_app
from parcelray.serving.security.keys import Scope
from parcelray.serving.settings import Settings
from support.caller import Caller, new_key
from support.model_packages import OTHER_LABELS, flip_a_bit, force_champion, variant
from support.service import PARCELRAY, Service

KEY, FOREIGN = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2))
POLL_S = 0.1
PATIENCE_S = 60.0


@dataclass
class Hub:
    """A data folder with two signed models: 0001 says pistol, 0002 says slide; 0001 is the champion."""

    data_dir: Path
    registry: Registry

    def settings(self, **options: Any) -> Settings:
        return Settings(data_dir=self.data_dir, model_poll_s=POLL_S, **options)


@pytest.fixture(scope="module")
def start(tiny_package: Path, tmp_path_factory: pytest.TempPathFactory) -> Hub:
    """Not to be changed: a test takes a copy of it."""
    folder = tmp_path_factory.mktemp("hub")
    registry = Registry.open(folder / "data")
    registry.trust(public_of(KEY), "the hub")
    registry.add(variant(tiny_package, folder / "one", KEY, version="one"))
    registry.add(variant(tiny_package, folder / "two", KEY, version="two", labels=OTHER_LABELS))
    registry.promote("0001", why="a test", without_gate=True)
    return Hub(folder / "data", registry)


def copied(start: Hub, folder: Path) -> Hub:
    shutil.copytree(start.data_dir, folder)
    return Hub(folder, Registry.open(folder))


@pytest.fixture
def hub(start: Hub, tmp_path: Path) -> Hub:
    return copied(start, tmp_path / "data")


class Served:
    """A real service on a hub, one who sends scans to it and one who reads its figures."""

    def __init__(self, hub: Hub, service: Service, sender: Caller, reader: Caller) -> None:
        self.hub, self.service, self.sender, self.reader = hub, service, sender, reader
        self.numbers = iter(range(1, 1_000_000))

    def ready(self) -> dict[str, Any]:
        answer = self.reader.get("/readyz")
        assert answer.status_code == 200
        return answer.json()

    def wait_for(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE_S
        while not condition(told := self.ready()):
            assert time.monotonic() < deadline, f"{told}; {self.service.log()}"
            time.sleep(0.02)
        return told

    def wait_for_version(self, version: str) -> None:
        self.wait_for(lambda told: told == {"status": "ready", "model": model(version), "refused": None})

    def scan(self) -> tuple[str, ...]:
        """What comes of one more scan."""
        answer = self.sender.send_scan(next(self.numbers))
        assert answer.status_code == 201, answer.text
        return seen_in(answer.json())

    def figure(self, name: str) -> float:
        lines = self.reader.get("/metrics").text.splitlines()
        return next(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))

    def refusals(self) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.service.log().splitlines()]
        return [line for line in lines if line["event"] == "model refused"]


def model(version: str) -> dict[str, str]:
    return {"name": "tiny", "version": version}


# The first takes its pistol and its revolver for one gun; to the second, they are two parts of one.
ONE, TWO = ("one", "pistol"), ("two", "slide", "frame")


def seen_in(scan: dict[str, Any]) -> tuple[str, ...]:
    """The version that looked, and what it saw."""
    (view,) = scan["views"]
    labels = [found["label"] for found in view["detections"]]
    assert set(labels) <= set(scan["operating"]["thresholds"])
    return scan["model"]["version"], *labels


@pytest.fixture(scope="module")
def served(start: Hub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    hub = copied(start, folder / "data")
    keys = [new_key(hub.data_dir, None, scope, scope) for scope in (Scope.WORKSTATION, Scope.READER)]
    command = [*PARCELRAY, "serve", "--data-dir", str(hub.data_dir)]
    environment = {"PARCELRAY_MODEL_POLL_S": str(POLL_S), "PARCELRAY_ACCEPT_UNSIGNED": ""}
    with ExitStack() as stack:
        service = stack.enter_context(Service(command, log=folder / "log", environment=environment))
        service.start()
        assert service.greeting[0].startswith("parcelray serves model 0001 on http://")
        sender, reader = (stack.enter_context(Caller(service.url, key)) for key in keys)
        yield Served(hub, service, sender, reader)


def test_models_change_under_load_and_no_request_is_lost(served: Served) -> None:
    served.wait_for_version("one")
    enough = threading.Event()
    answers: list[dict[str, Any]] = []

    def send(_: int) -> None:
        while not enough.is_set():
            answer = served.sender.send_scan(next(served.numbers))
            assert answer.status_code == 201, answer.text
            answers.append(answer.json())

    def wait_for_more() -> None:
        goal = len(answers) + 20
        while len(answers) < goal and not enough.is_set():
            time.sleep(0.01)

    with ThreadPoolExecutor(4) as senders:
        sending = [senders.submit(send, number) for number in range(4)]
        try:
            wait_for_more()
            served.hub.registry.promote("0002", why="a test", without_gate=True)
            served.wait_for_version("two")
            wait_for_more()
            served.hub.registry.rollback(why="a test")
            served.wait_for_version("one")
            wait_for_more()
        finally:
            enough.set()
        for done in sending:
            done.result()
    kinds = [seen_in(answer) for answer in answers]
    assert set(kinds) == {ONE, TWO}
    assert kinds[0] == kinds[-1] == ONE
    # What is kept says by which model, as the answer did.
    for answer in (*answers[:: len(answers) // 20], answers[-1]):
        assert served.sender.get(f"/v1/scans/{answer['scan_id']}").json() == answer


def corrupt(folder: Path) -> None:
    flip_a_bit(folder / NETWORK)


def unsign(folder: Path) -> None:
    (folder / SIGNATURE).unlink()


def sign_as_a_stranger(folder: Path) -> None:
    sign(folder, FOREIGN)


def alter_after_signing(folder: Path) -> None:
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"version": "three"', '"version": "threE"'))


def leave_as_it_is(folder: Path) -> None:
    """Its network is none, which nobody sees before it is loaded."""


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (corrupt, "altered"),
        (unsign, "untrusted"),
        (sign_as_a_stranger, "untrusted"),
        (alter_after_signing, "altered"),
        (shutil.rmtree, "missing"),
        (leave_as_it_is, "unusable"),
    ],
)
def test_a_champion_that_must_not_serve_is_refused_and_the_old_one_goes_on(
    served: Served, tiny_package: Path, tmp_path: Path, spoil: Callable[[Path], None], reason: str
) -> None:
    served.wait_for_version("one")
    before = len(served.refusals())
    network = b"no network, but signed" if spoil is leave_as_it_is else (tiny_package / NETWORK).read_bytes()
    package = variant(tiny_package, tmp_path / "package", KEY, version="three", network=network, figures={"t": reason})
    registry = served.hub.registry
    number = registry.add(package)
    spoil(registry.folder / number)
    force_champion(registry, number)
    told = served.wait_for(lambda told: told["refused"] is not None)
    assert told == {"status": "ready", "model": model("one"), "refused": {"model": number, "reason": reason}}
    assert served.scan() == ONE
    assert served.figure("parcelray_model_refused ") == 1
    time.sleep(5 * POLL_S)
    refusals = served.refusals()[before:]
    # Not with each look: once, or twice where the new champion was read while the adding was looked into.
    assert 1 <= len(refusals) <= 2
    assert {(one["level"], one["model"], one["reason"]) for one in refusals} == {("error", number, reason)}
    registry.rollback(why="a test")
    served.wait_for_version("one")
    assert served.figure("parcelray_model_refused ") == 0
    assert served.figure('parcelray_model_info{name="tiny",taxonomy="1",version="one"}') == 1


def test_a_key_that_comes_to_be_trusted_lets_its_model_in(served: Served, tiny_package: Path, tmp_path: Path) -> None:
    served.wait_for_version("one")
    registry = served.hub.registry
    number = registry.add(variant(tiny_package, tmp_path / "package", FOREIGN, version="four"))
    force_champion(registry, number)
    served.wait_for(lambda told: told["refused"] == {"model": number, "reason": "untrusted"})
    registry.trust(public_of(FOREIGN), "another hub")
    served.wait_for_version("four")
    assert served.scan() == ("four", "pistol")
    registry.rollback(why="a test")
    served.wait_for_version("one")


def readiness(settings: Settings) -> dict[str, Any]:
    """What a service with these settings says of itself once it has started."""
    app = create_app(settings)
    with TestClient(app) as client:
        deadline = time.monotonic() + PATIENCE_S
        while (answer := client.get("/readyz")).status_code != 200:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        refused = b"parcelray_model_refused 1.0" in app.state.metrics.exposition()
        assert refused == (answer.json()["refused"] is not None)
    return answer.json()


@pytest.mark.parametrize(
    ("spoil", "reason"), [(corrupt, "altered"), (unsign, "untrusted"), (sign_as_a_stranger, "untrusted")]
)
def test_a_refused_champion_at_the_start_leaves_the_one_before(
    hub: Hub, spoil: Callable[[Path], None], reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    hub.registry.promote("0002", why="a test", without_gate=True)
    spoil(hub.registry.folder / "0002")
    told = readiness(hub.settings())
    assert told == {"status": "ready", "model": model("one"), "refused": {"model": "0002", "reason": reason}}
    assert [one.message for one in caplog.records if one.levelname == "ERROR"] == ["model refused", "model stands in"]


def test_a_champion_that_cannot_be_loaded_at_the_start_leaves_the_one_before(
    hub: Hub, tiny_package: Path, tmp_path: Path
) -> None:
    package = variant(tiny_package, tmp_path / "package", KEY, version="three", network=b"no network, but signed")
    number = hub.registry.add(package)
    hub.registry.promote(number, why="a test", without_gate=True)
    told = readiness(hub.settings())
    assert told["model"] == model("one")
    assert told["refused"] == {"model": number, "reason": "unusable"}


def test_with_aliases_that_cannot_be_read_the_last_champion_on_the_record_serves(hub: Hub) -> None:
    (hub.registry.folder / ALIASES).write_text("{")
    told = readiness(hub.settings())
    assert told["model"] == model("one")
    assert told["refused"] == {"model": "champion", "reason": "damaged"}


def test_without_any_champion_left_a_shipped_release_serves(hub: Hub) -> None:
    for number in ("0001", "0002"):
        shutil.rmtree(hub.registry.folder / number)
    told = readiness(hub.settings())
    assert told["model"]["name"] == "parcelray"
    assert told["refused"] == {"model": "0001", "reason": "missing"}


def test_a_broken_file_of_keys_leaves_those_that_ship(hub: Hub) -> None:
    (hub.registry.folder / TRUSTED_KEYS).write_text("broken")
    told = readiness(hub.settings())
    assert told["model"]["name"] == "parcelray"
    assert told["refused"] == {"model": "0001", "reason": "untrusted"}


def test_a_model_that_is_set_is_refused_unless_it_is_named(
    tiny_package: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    hub = Hub(tmp_path / "data", Registry.open(tmp_path / "data"))
    for accept in (None, "tiny", "tiny 0001"):
        with pytest.raises(PackageUntrustedError, match="found none"):
            create_app(hub.settings(model=tiny_package, accept_unsigned=accept))
    for _ in range(2):
        caplog.clear()
        told = readiness(hub.settings(model=tiny_package, accept_unsigned="tiny 0000"))
        assert told["model"] == model("0000")
        (warning,) = [one for one in caplog.records if one.levelname == "WARNING" and one.name == "parcelray.models"]
        assert warning.message == "unsigned model accepted"
    foreign = variant(tiny_package, tmp_path / "foreign", FOREIGN)
    assert readiness(hub.settings(model=foreign, accept_unsigned="tiny 0000"))["model"] == model("0000")
    with pytest.raises(PackageNotFoundError):
        create_app(hub.settings(model=tmp_path / "none"))
    alter_after_signing(foreign)
    (foreign / "manifest.json").write_text((foreign / "manifest.json").read_text() + " ")
    with pytest.raises(PackageTamperedError, match="not the one that was signed"):
        create_app(hub.settings(model=foreign, accept_unsigned="tiny 0000"))
