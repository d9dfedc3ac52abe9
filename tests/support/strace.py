"""Running ``strace``: to write down what a process asks of the kernel, or to let some of its calls fail."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from support.trace import TRACED, WRITES

_TIMEOUT_S = 20.0
_BYTES_SHOWN = 256
_MESSAGES_BYTES = 65536
# The question marks: not every processor has every call.
_WHAT = (
    *("-f", "-yy", "-ttt", "-a", "1", "-s", str(_BYTES_SHOWN)),
    *("-e", "trace=" + ",".join(f"?{name}" for name in TRACED)),
)


class NoStraceError(RuntimeError):
    """There is no strace here, or it may not watch other processes."""


def need_strace() -> None:
    """Make sure that processes can be traced.

    Raises:
        NoStraceError: they cannot; with the reason.
    """
    if shutil.which("strace") is None:
        raise NoStraceError("strace is not installed")
    with subprocess.Popen(["sleep", "60"]) as sleeper:
        try:
            with _attached(sleeper.pid, ["-e", "trace=none"], Path(os.devnull)):
                pass
        finally:
            sleeper.kill()


def under_strace(command: Sequence[str], log: Path) -> list[str]:
    """A command in the form in which all its calls are written to a log, from its very first on.

    The process that is started becomes the command itself; strace runs beside it and ends after it. Call
    ``wait_for_log`` before the log is read.
    """
    return ["strace", "-D", "-q", *_WHAT, "-o", str(log), "--", *command]


def wait_for_log(log: Path, pid: int) -> None:
    """Wait until all that a process did, which ran ``under_strace`` and has ended, is in its log."""
    deadline = time.monotonic() + _TIMEOUT_S
    while not any(line.startswith(f"{pid} ") and " +++ " in line for line in log.read_text().splitlines()[-50:]):
        if time.monotonic() > deadline:
            raise TimeoutError(f"process {pid} has no end in {log}")
        time.sleep(0.01)


@contextmanager
def traced(pid: int, log: Path) -> Iterator[None]:
    """Write what a running process asks of the kernel, in all its threads and children, while the block runs.

    Args:
        pid: of the process; it may end meanwhile.
        log: the file for ``Trace.read``, complete when the block has ended.

    Raises:
        NoStraceError: strace could not attach itself.
    """
    with _attached(pid, _WHAT, log):
        yield


@contextmanager
def failing(pid: int, folder: Path, *, error: str = "EROFS", calls: Sequence[str] = WRITES) -> Iterator[list[Path]]:
    """Let calls on the files that a process holds open in a folder fail while the block runs, all without being done.

    A process can only be traced by one: not together with ``traced``.

    Args:
        pid: of the process.
        folder: in which the files lie.
        error: what the process is told, such as ``EROFS``, ``ENOSPC`` or ``EIO``.
        calls: which calls fail, by default all that write; ``trace.SYNCS`` for a disk that lies about what it wrote.

    Yields:
        the files.

    Raises:
        LookupError: the process holds no file open there.
        NoStraceError: strace could not attach itself.
    """
    opened = {link.readlink() for link in Path(f"/proc/{pid}/fd").iterdir()}
    files = sorted(path for path in opened if path.is_relative_to(folder))
    if not files:
        raise LookupError(f"process {pid} holds nothing open in {folder}: {sorted(map(str, opened))}")
    names = ",".join(f"?{name}" for name in calls)
    only = [argument for path in files for argument in ("-P", str(path))]
    with _attached(pid, ["-f", *only, "-e", f"trace={names}", "-e", f"inject={names}:error={error}"], Path(os.devnull)):
        yield files


@contextmanager
def _attached(pid: int, arguments: Sequence[str], log: Path) -> Iterator[None]:
    command = ["strace", "-p", str(pid), *arguments, "-o", str(log)]
    # A file: it tells of each new thread, and a pipe that nobody reads would be full one day.
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(command, stderr=said, start_new_session=True) as strace,
    ):
        try:
            # Once it says so, for all threads, no call of theirs escapes it.
            while "attached" not in _all_of(said):
                if strace.poll() is not None:
                    raise NoStraceError(f"strace cannot watch process {pid}: {_all_of(said).strip()}")
                time.sleep(0.005)
            yield
        finally:
            strace.send_signal(signal.SIGINT)
            strace.wait(_TIMEOUT_S)


def _all_of(file: IO[bytes]) -> str:
    # Not by read: the file's position is strace's too.
    return os.pread(file.fileno(), _MESSAGES_BYTES, 0).decode(errors="replace")
