"""What a long run shows: a bar with the time left on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

# Between two lines where there is no terminal.
_LINE_EVERY_S = 30.0


class Reporter(Protocol):
    """Is told of each step."""

    def __call__(self, done: int, note: str) -> None:
        """``done`` of the total are done; ``note`` says how it goes."""


@contextmanager
def progress(title: str, total: int, *, start: int = 0) -> Iterator[Reporter]:
    """Show how far a run is.

    Args:
        title: what is running.
        total: how many steps there are.
        start: how many were done before.
    """
    console = Console(stderr=True)
    if console.is_terminal:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(elapsed_when_finished=True),
            TextColumn("{task.fields[note]}"),
        )
        with Progress(*columns, console=console) as bar:
            task = bar.add_task(title, total=total, completed=start, note="")

            def advance(done: int, note: str) -> None:
                bar.update(task, completed=done, note=note)

            yield advance
        return

    began = last = time.monotonic()

    def line(done: int, note: str) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < _LINE_EVERY_S and done < total:
            return
        last = now
        left = (now - began) / max(done - start, 1) * (total - done)
        console.print(f"{title}: {done} of {total}, about {_minutes(left)} left, {note}", highlight=False)

    yield line


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
