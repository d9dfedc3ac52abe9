"""Where the service is, and how it is spoken to: checked once, used by both clients."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from os import PathLike, fspath
from typing import Any

import httpx2

from parcelray.client.errors import SettingError

KEY_HEADER = "X-API-Key"
_CONNECT_S = 5.0
# An event stream that says nothing for so long is dead: the service sends a comment more often than that.
SILENCE_S = 60.0

Key = str | Callable[[], str]
"""A key, or what is asked for the key before each request, where it may change while a program runs."""


@dataclass(frozen=True)
class Connection:
    """Where the service is, and how it is spoken to.

    Attributes:
        url: its address, such as ``https://parcelray.hub.example`` or ``http://127.0.0.1:8080``.
        key: of this workstation.
        ca_file: the certificates of authorities to trust instead of those that this machine trusts.
        timeout_s: so many seconds may pass without a sign of the service before a try is given up.

    Raises:
        SettingError: one of them cannot be used.
    """

    url: str
    key: Key = field(repr=False)
    ca_file: str | PathLike[str] | None = None
    timeout_s: float = 30.0

    def __post_init__(self) -> None:
        _check_url(self.url)
        if not self.timeout_s > 0:
            raise SettingError("time-out", expected="more than 0 seconds", got=repr(self.timeout_s))
        if isinstance(self.key, str):
            check_key(self.key)

    def options(self) -> dict[str, Any]:
        """What both clients of httpx2 are made with.

        Raises:
            SettingError: the CA file cannot be used.
        """
        return {
            "base_url": self.url,
            "auth": _KeyHeader(self.key),
            "verify": True if self.ca_file is None else _trusting(self.ca_file),
            "timeout": self.timeout(),
            # The key goes to the address that was given, and nowhere else.
            "follow_redirects": False,
        }

    def timeout(self, left_s: float | None = None) -> httpx2.Timeout:
        """For one try. With a time that is left for all tries, no longer than that."""
        seconds = self.timeout_s if left_s is None or left_s <= 0 else min(self.timeout_s, left_s)
        return httpx2.Timeout(seconds, connect=min(_CONNECT_S, seconds))


def check_key(key: str) -> str:
    """Let only a key pass that can be sent in a header. The error does not show it.

    Raises:
        SettingError: it cannot be sent.
    """
    if not key:
        raise SettingError("key", expected="the text that `parcelray keys create` printed", got="an empty text")
    if not all(0x21 <= ord(character) <= 0x7E for character in key):
        raise SettingError(
            "key", expected="visible ASCII characters without blanks", got=f"{len(key)} characters, some of them others"
        )
    return key


class _KeyHeader(httpx2.Auth):
    """Puts the key into each request as it leaves: it stands in no object that is kept or shown."""

    def __init__(self, key: Key) -> None:
        self._key = key

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        request.headers[KEY_HEADER] = self._key if isinstance(self._key, str) else check_key(self._key())
        yield request


def _check_url(url: str) -> None:
    expected = "an address such as https://parcelray.hub.example or http://127.0.0.1:8080"
    try:
        parsed = httpx2.URL(url)
    except (httpx2.InvalidURL, TypeError) as error:
        raise SettingError("address of the service", expected=expected, got=repr(url)) from error
    if parsed.userinfo:
        raise SettingError("address of the service", expected=f"{expected}, without a user's name", got="one with it")
    if parsed.scheme not in ("http", "https") or not parsed.host or parsed.query or parsed.fragment:
        raise SettingError("address of the service", expected=expected, got=repr(url))


def _trusting(ca_file: str | PathLike[str]) -> ssl.SSLContext:
    expected = "a file with certificates in PEM form"
    try:
        return ssl.create_default_context(cafile=fspath(ca_file))
    except ssl.SSLError as error:
        raise SettingError(f"CA file {fspath(ca_file)}", expected=expected, got="something else") from error
    except OSError as error:
        got = error.strerror or str(error)
        raise SettingError(f"CA file {fspath(ca_file)}", expected=expected, got=got) from error
