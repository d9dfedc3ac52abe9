"""Processes that are not our own children: who they are, and how to end a whole family of them."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_ZOMBIE = "Z"


def children_of(parent: int) -> list[int]:
    """The living children of a process."""
    return [pid for pid, (its_parent, _) in _table().items() if its_parent == parent]


def running(pids: Iterable[int]) -> set[int]:
    """Which of some processes have not ended. One that has, and only waits for its parent to notice, is not running."""
    return set(pids) & _table().keys()


def kill_family(first: int) -> None:
    """SIGKILL for a process and for all that come from it, however deep; returns when none of them runs any more.

    Who gets no signal of its own might go on writing: PostgreSQL's processes, for one, are not in one process group.
    The first process is left for its parent to wait for.
    """
    family: list[int] = []
    found = [first]
    while found:
        pid = found.pop()
        # A process that is stopped has no more children behind our back.
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
            family.append(pid)
            found += children_of(pid)
    for pid in family:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    while running(family):
        time.sleep(0.005)


def _table() -> dict[int, tuple[int, str]]:
    """Each process that has not ended, with its parent and its state."""
    found = _table_of_proc() if Path("/proc/self/stat").exists() else _table_of_ps()
    return {pid: (parent, state) for pid, (parent, state) in found.items() if not state.startswith(_ZOMBIE)}


def _table_of_proc() -> dict[int, tuple[int, str]]:
    found = {}
    for entry in os.listdir("/proc"):  # noqa: PTH208 - called in a loop: no objects for what is only names
        if entry.isdecimal():
            with suppress(FileNotFoundError, ProcessLookupError):
                # pid (name) state parent ...; the name may hold anything, brackets too.
                state, parent = Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()[:2]
                found[int(entry)] = int(parent), state
    return found


def _table_of_ps() -> dict[int, tuple[int, str]]:
    lines = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat="], check=True, capture_output=True, text=True).stdout
    rows = (line.split() for line in lines.splitlines())
    return {int(pid): (int(parent), state) for pid, parent, state in rows}
