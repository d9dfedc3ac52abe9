"""Clients that send parcels, each until it is answered, however often the service dies on the way."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx2

from support.parcels import Parcel

_TIMEOUT_S = 60.0
_REPLAYED = "Idempotent-Replayed"
# What a service under load may say instead of an answer, and be asked again.
_NOT_NOW = (409, 503, 507)
_BETWEEN_TRIES_S = 0.2
_SEEN_OFF_S = 120.0


@dataclass(frozen=True)
class Answered:
    """A parcel with what its sender was told.

    Attributes:
        parcel: that was sent.
        body: of the first answer.
    """

    parcel: Parcel
    body: dict[str, Any]

    @property
    def scan_id(self) -> str:
        """By which the service knows it."""
        return str(self.body["scan_id"])


class Senders:
    """Threads that send one parcel after the other. Ended with ``finish``.

    Attributes:
        figures: how many ``requests`` were made, and of them ``answered`` with 2xx, answered as ``replayed``, and
            ``repeated`` on purpose, after an answer; and of the parcels how many were ``retried``.
        complaints: what was answered and should not have been.
    """

    def __init__(
        self, url: str, api_key: str, make: Callable[[int], Parcel], *, threads: int = 6, repeat: float = 0.1
    ) -> None:
        """Describe the senders.

        Args:
            url: of the service.
            api_key: of a workstation.
            make: makes the parcel of a number.
            threads: how many send at a time.
            repeat: the share of parcels that are sent once more after they were answered.
        """
        self.figures: Counter[str] = Counter()
        self.complaints: list[str] = []
        self._url = url
        self._headers = {"X-API-Key": api_key}
        self._make = make
        self._repeat = repeat
        self._numbers = count()
        self._sent = 0
        self._answered: list[Answered] = []
        self._lock = threading.Lock()
        self._enough = threading.Event()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(threads)]

    def start(self) -> None:
        """Begin to send."""
        for thread in self._threads:
            thread.start()

    def finish(self) -> None:
        """Take up no more parcels, and wait until all that were taken up are answered.

        Raises:
            TimeoutError: the service does not answer them.
        """
        self._enough.set()
        deadline = time.monotonic() + _SEEN_OFF_S
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                raise TimeoutError(f"a request was not answered in {_SEEN_OFF_S} s")

    @property
    def sent(self) -> int:
        """How many parcels were taken up."""
        return self._sent

    def answered(self) -> list[Answered]:
        """All parcels that were answered with 2xx by now, in the order of their answers."""
        with self._lock:
            return list(self._answered)

    def _work(self) -> None:
        chance = random.Random()
        with httpx2.Client(base_url=self._url, headers=self._headers, timeout=_TIMEOUT_S) as client:
            while not self._enough.is_set():
                with self._lock:
                    parcel = self._make(next(self._numbers))
                    self._sent += 1
                answered = Answered(parcel, self._insist(client, parcel).json())
                with self._lock:
                    self._answered.append(answered)
                if chance.random() < self._repeat:
                    self._send_again(client, answered)

    def _send_again(self, client: httpx2.Client, first: Answered) -> None:
        answer = self._insist(client, first.parcel)
        self._count("repeated")
        same = answer.json() == first.body or first.body["state"] == "pending"
        if answer.json()["scan_id"] != first.scan_id or not same:
            self._complain(f"parcel {first.parcel.number} was sent again, and answered otherwise: {answer.text}")
        if answer.headers.get(_REPLAYED) != "true":
            self._complain(f"parcel {first.parcel.number} was sent again, and {_REPLAYED} does not say so")

    def _insist(self, client: httpx2.Client, parcel: Parcel) -> httpx2.Response:
        """The answer, 2xx, after as many tries as it takes."""
        request = parcel.request()
        retried = False
        while True:
            self._count("requests")
            with suppress(httpx2.TransportError):
                answer = client.post("/v1/scans", **request)
                if answer.is_success:
                    break
                if answer.status_code not in _NOT_NOW:
                    self._complain(f"parcel {parcel.number} was answered {answer.status_code}: {answer.text}")
            retried = True
            time.sleep(_BETWEEN_TRIES_S)
        self._count("answered")
        if retried:
            self._count("retried")
        if answer.headers.get(_REPLAYED) == "true":
            self._count("replayed")
        return answer

    def _count(self, what: str) -> None:
        with self._lock:
            self.figures[what] += 1

    def _complain(self, words: str) -> None:
        with self._lock:
            self.complaints.append(words)
