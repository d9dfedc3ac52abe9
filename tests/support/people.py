"""People who are signed in to an app, and the clock that their sessions go by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from parcelray.serving.people.audit import Actor, ActorKind

PASSWORD = "correct horse battery"
HOST = Actor(ActorKind.HOST, "root", None)


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, **time: float) -> None:
        """Let so much time pass."""
        self.now += timedelta(**time)


@dataclass
class SignedIn:
    """Somebody with a browser, who is signed in.

    Attributes:
        client: of the app; others may use it, too: it keeps no cookies.
        name: of the account.
        password: what was typed.
        token: of the session.
        csrf_token: of the session.
    """

    client: TestClient
    name: str
    password: str
    token: str
    csrf_token: str

    @property
    def cookie(self) -> dict[str, str]:
        """The header that a browser adds by itself, whoever has it send a request."""
        return {"Cookie": f"parcelray-session={self.token}"}

    def request(self, method: str, path: str, **options: Any) -> Response:
        """Send what a page of the service would."""
        headers = {**self.cookie, "X-CSRF-Token": self.csrf_token, "Sec-Fetch-Site": "same-origin"}
        return send(self.client, method, path, headers=headers, **options)

    def get(self, path: str) -> Response:
        """Ask for something."""
        return self.request("GET", path)


def send(client: TestClient, method: str, path: str, **options: Any) -> Response:
    """Send a request without a key and without cookies of the client's own."""
    client.headers.pop("X-API-Key", None)
    answer = client.request(method, path, **options)
    client.cookies.clear()
    return answer


def type_in(client: TestClient, name: str, password: str, **headers: str) -> Response:
    """Sign in, as a page does."""
    return send(client, "POST", "/v1/session", json={"name": name, "password": password}, headers=headers)


def signed_in(client: TestClient, name: str, password: str, **headers: str) -> SignedIn:
    """Somebody whose name and password fit."""
    answer = type_in(client, name, password, **headers)
    assert answer.status_code == 201, answer.text
    token = answer.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
    return SignedIn(client, name, password, token, answer.json()["csrf_token"])
