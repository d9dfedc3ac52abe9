"""The real service in a process of its own, to be stopped, killed, and started again where it was.

with Service(serve_command(data_dir, model), log=tmp_path / "log") as service:
    service.start()
    httpx2.get(f"{service.url}/readyz")
    service.kill()
    service.start()
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Self

from support.ports import HeldPort
from support.processes import kill_family

PARCELRAY = [sys.executable, "-c", "from parcelray.scripts.main import main; main()"]
"""How to call the command line in a process of its own, the checkout's or the installed one."""

_START_TIMEOUT_S = 60.0
_STOP_TIMEOUT_S = 30.0
_BETWEEN_TRIES_S = 0.02


def serve_command(data_dir: Path, model: Path) -> list[str]:
    """What starts the service, but for the port."""
    return [*PARCELRAY, "serve", "--data-dir", str(data_dir), "--model", str(model)]


class Service:
    """A ``parcelray serve`` with an address that stays, however often it is started; it ends with the ``with`` block.

    Attributes:
        url: where it answers.
        process: of the latest start.
        greeting: the lines that it printed at its latest start.
    """

    process: subprocess.Popen[str]
    greeting: list[str]

    def __init__(self, command: Sequence[str], *, log: Path, environment: Mapping[str, str] | None = None) -> None:
        """Describe the service, without starting it.

        Args:
            command: as ``serve_command`` gives it, perhaps wrapped: ``disk.inside(command)``.
            log: the file in which all starts' logs are kept, one after the other.
            environment: variables to set beside our own.
        """
        self._held = HeldPort()
        self._command = [*command, "--port", str(self._held.number)]
        # The tests' package has no signature: tests of those make packages of their own.
        self._environment = {**os.environ, "PARCELRAY_ACCEPT_UNSIGNED": "tiny 0000", **(environment or {})}
        self._log = log
        self._log_start = 0
        self.url = f"http://127.0.0.1:{self._held.number}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if hasattr(self, "process"):
            self.kill()
        self._held.release()

    def start(self, *, lines: int = 1) -> None:
        """Start it and wait until it says that it is ready.

        Args:
            lines: how many lines to wait for; the first tells the address.

        Raises:
            RuntimeError: it ended, or took too long; with its log.
        """
        with self._log.open("a") as log:
            self._log_start = log.tell()
            self.process = subprocess.Popen(
                self._command, stdout=subprocess.PIPE, stderr=log, text=True, env=self._environment
            )
        assert self.process.stdout is not None
        too_late = threading.Timer(_START_TIMEOUT_S, self.process.kill)
        too_late.start()
        self.greeting = [self.process.stdout.readline().rstrip("\n") for _ in range(lines)]
        too_late.cancel()
        if self.url not in re.findall(r"http://\S+", self.greeting[0]):
            self.kill()
            raise RuntimeError(f"no {self.url} in {self.greeting}; it said: {self.log()}")

    def wait_until_ready(self, *, timeout_s: float = _START_TIMEOUT_S) -> None:
        """Wait until /readyz answers 200.

        Raises:
            RuntimeError: it ended, or took too long; with its log.
        """
        deadline = time.monotonic() + timeout_s
        while (status := self._status_of("/readyz")) != 200:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"/readyz answered {status}; the service said: {self.log()}")
            time.sleep(_BETWEEN_TRIES_S)

    def stop(self) -> str:
        """Stop it as an init system does; what it logged since it was started."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(_STOP_TIMEOUT_S)
        self._close()
        return self.log()

    def kill(self) -> None:
        """SIGKILL for it and whatever it started; no harm when it has ended."""
        if self.process.poll() is None:
            kill_family(self.process.pid)
        self._close()

    def log(self) -> str:
        """What it logged since its latest start."""
        with self._log.open() as log:
            log.seek(self._log_start)
            return log.read()

    def _close(self) -> None:
        with self.process:
            """Waits, and closes our end of its output."""

    def _status_of(self, path: str) -> int | None:
        connection = HTTPConnection(self.url.removeprefix("http://"), timeout=_START_TIMEOUT_S)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, HTTPException):
            return None
        finally:
            connection.close()
