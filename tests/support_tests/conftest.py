"""The toy server, in its manners."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

TOY = Path(__file__).with_name("toy_server.py")


class Toy:
    """A running toy server."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port

    def send(self, data: bytes) -> str:
        """What it answers."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(data)
            answer = b""
            while received := connection.recv(100):
                answer += received
        return answer.decode()


@pytest.fixture
def toy(tmp_path: Path) -> Iterator[Callable[..., Toy]]:
    """Starts the toy server on a folder, in some manner, its command wrapped by what makes a command of a command."""
    with ExitStack() as started:

        def start(
            manner: str = "careful", *, folder: Path = tmp_path, wrap: Callable[[Sequence[str]], list[str]] = list
        ) -> Toy:
            command = wrap([sys.executable, str(TOY), str(folder), manner])
            process = started.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
            started.callback(process.kill)
            assert process.stdout is not None
            return Toy(process, int(process.stdout.readline().rpartition(":")[2]))

        yield start
