"""Somebody who listens to the service's events, and takes up the stream where it broke off."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from typing import Any

import httpx2

# The service says something every 15 seconds, if only that it is there.
_SILENCE_S = 20.0
_BETWEEN_TRIES_S = 0.05
_JOIN_S = 30.0


@dataclass(frozen=True)
class Heard:
    """One event.

    Attributes:
        number: that the service gave it.
        kind: what happened.
        told: what it says.
    """

    number: int
    kind: str
    told: dict[str, Any]


class Listener:
    """Hears all events from the first on, in a thread of its own, until the service ends a stream after ``stop``.

    Attributes:
        heard: in the order in which they came.
        streams: how often the stream was taken up.
    """

    def __init__(self, url: str, api_key: str) -> None:
        """Describe the listener.

        Args:
            url: of the service.
            api_key: of one who may see all scans, or only its own.
        """
        self.heard: list[Heard] = []
        self.streams = 0
        self._url = url
        self._headers = {"X-API-Key": api_key}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Take up no further stream; the service is about to end this one, or has done so."""
        self._stopping.set()
        self._thread.join(_JOIN_S)

    def wait_for(self, number: int, *, timeout_s: float = 30.0) -> None:
        """Wait until an event was heard; or so long, for whoever looks will find it missing."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline and not (self.heard and self.heard[-1].number >= number):
            time.sleep(0.02)

    def _listen(self) -> None:
        with httpx2.Client(base_url=self._url, headers=self._headers, timeout=_SILENCE_S) as client:
            while not self._stopping.is_set():
                try:
                    self._follow(client)
                except httpx2.TransportError:
                    """Refused, or broken off."""
                self._stopping.wait(_BETWEEN_TRIES_S)

    def _follow(self, client: httpx2.Client) -> None:
        known = self.heard[-1].number if self.heard else 0
        with client.sse("/v1/events", headers={"Last-Event-ID": str(known)}) as stream:
            if stream.response.status_code != httpx2.codes.OK:
                return
            self.streams += 1
            for event in stream:
                if event.event != "reset" and event.data:
                    self.heard.append(Heard(int(event.id), event.event, json.loads(event.data)))
