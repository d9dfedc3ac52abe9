"""The service in this process, and images to send it. Whatever keeps something is tested on both databases."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from fastapi import FastAPI
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from starlette.testclient import TestClient

from parcelray.models.package import NETWORK
from parcelray.serving.app import create_app
from parcelray.serving.engine import team
from parcelray.serving.people import passwords
from parcelray.serving.people.accounts import Accounts
from parcelray.serving.people.roles import Role
from parcelray.serving.security.keys import KeyRing, Scope
from parcelray.serving.settings import Settings
from parcelray.serving.store.database import Database, sqlite_url
from parcelray.serving.store.store import open_database
from support.people import HOST, PASSWORD, SignedIn, signed_in
from support.pictures import encoded, scan_pixels


@pytest.fixture(autouse=True, scope="session")
def _short_trials() -> Iterator[None]:
    """Hundreds of apps are loaded here: how the cores are best divided among callers matters to none of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(team, "_TRIAL_S", 0.01)
        yield


@pytest.fixture(autouse=True, scope="session")
def _cheap_passwords() -> Iterator[None]:
    """What makes passwords dear to guess makes tests slow; tests/serving/people/test_passwords.py looks at the cost."""
    with pytest.MonkeyPatch.context() as patch:
        cheap = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "_HASHER", PasswordHash((cheap,)))
        # Tests of other folders may have had it made already, at the real cost.
        passwords._hash_of_nobody.cache_clear()
        yield


DATABASES = ("sqlite", "postgresql")


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty database of the test's own is: SQLite's, then a real PostgreSQL server's."""
    if request.param == "sqlite":
        (tmp_path / "data").mkdir(mode=0o700, exist_ok=True)
        return sqlite_url(tmp_path / "data").render_as_string()
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> Iterator[Database]:
    """A database with its tables."""
    with closing(open_database(tmp_path / "data", database_url)) as database:
        yield database


@pytest.fixture
def make_settings(tmp_path: Path, tiny_package: Path, database_url: str) -> Callable[..., Settings]:
    def make(**options: object) -> Settings:
        given = {
            "data_dir": tmp_path / "data",
            "model": tiny_package,
            "accept_unsigned": "tiny 0000",
            "database_url": database_url,
            **options,
        }
        return Settings(**given)

    return make


@pytest.fixture
def make_key(database: Database) -> Callable[..., str]:
    """Makes a key of a name and a scope."""

    def make(name: str, scope: Scope = Scope.WORKSTATION) -> str:
        return KeyRing(database).create(name, scope, HOST)

    return make


@pytest.fixture
def key(make_key: Callable[..., str]) -> str:
    """The key of a workstation."""
    return make_key("belt-1")


@pytest.fixture
def sign_in(database: Database) -> Callable[..., SignedIn]:
    """Makes accounts of a role, and signs their holders in by a client."""

    def sign_in(client: TestClient, role: Role, *, name: str | None = None, password_is_due: bool = False) -> SignedIn:
        chosen = None if password_is_due else PASSWORD
        name = name or f"an-{role}"
        return signed_in(client, name, Accounts(database).add(name, role, HOST, password=chosen))

    return sign_in


@pytest.fixture
def make_app(make_settings: Callable[..., Settings]) -> Iterator[Callable[..., FastAPI]]:
    """Makes apps with settings of their own on one store; none of them runs yet."""
    with ExitStack() as made:

        def make(**options: object) -> FastAPI:
            app = create_app(make_settings(**options))
            made.callback(app.state.store.close)
            return app

        yield make


@pytest.fixture
def app(make_app: Callable[..., FastAPI]) -> FastAPI:
    return make_app()


@pytest.fixture
def open_client(key: str) -> Iterator[Callable[..., TestClient]]:
    """Starts an app and waits until it is warm; the client shows a key."""
    with ExitStack() as running:

        def start(app: FastAPI) -> TestClient:
            client = running.enter_context(TestClient(app, headers={"X-API-Key": key}))
            deadline = time.monotonic() + 30
            while client.get("/readyz").status_code != 200:
                assert time.monotonic() < deadline, "the app never became ready"
                time.sleep(0.01)
            return client

        yield start


@pytest.fixture
def client(app: FastAPI, open_client: Callable[[FastAPI], TestClient]) -> TestClient:
    """A client with a workstation's key, of an app that is warm."""
    return open_client(app)


@pytest.fixture(scope="session")
def network_sha256(tiny_package: Path) -> str:
    """Of the tiny network."""
    return hashlib.sha256((tiny_package / NETWORK).read_bytes()).hexdigest()


@pytest.fixture(scope="session")
def pistol_png() -> bytes:
    """128 x 128 white, with a dark box at 64, 32, 80, 48: the tiny network finds a pistol there, and says 0.9."""
    return encoded(scan_pixels())
