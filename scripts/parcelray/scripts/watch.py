"""``parcelray watch``: for workstations that can only drop files. Needs no more than httpx2, rich and typer."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

if TYPE_CHECKING:
    from parcelray.client.watch.report import Report

KEY_VARIABLE = "PARCELRAY_KEY"


def watch(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder into which the scanner drops its files.")],
    server: Annotated[str, typer.Option(help="Address of the service, such as https://parcelray.hub.example.")],
    key_file: Annotated[
        Path | None,
        typer.Option(help="File with the key of this workstation, alone. Read anew each time, so that it may change."),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(
            help=f"The key itself. Others on this machine can read it in the list of processes: better give "
            f"--key-file, or set {KEY_VARIABLE} in the environment."
        ),
    ] = None,
    ca_file: Annotated[
        Path | None,
        typer.Option(help="Certificates of the authorities to trust, PEM. Default: those that this machine trusts."),
    ] = None,
    scanner_id: Annotated[str | None, typer.Option(help="Goes with each scan.")] = None,
    consignment: Annotated[
        str | None,
        typer.Option(
            metavar="REGEX",
            help="Finds the consignment's id in a file's name: a regular expression with a group named consignment, "
            "such as `(?P<consignment>[A-Z]{2}[0-9]{9}[A-Z]{2})`.",
        ),
    ] = None,
    recursive: Annotated[bool, typer.Option("--recursive", help="Watch the folders below it too.")] = False,
    deadline: Annotated[
        float, typer.Option(min=0, help="Seconds after which a scan without an answer is said to be NOT SCREENED.")
    ] = 10.0,
    settle: Annotated[
        float, typer.Option(min=0, help="Seconds for which a file must not have changed before it counts as whole.")
    ] = 1.0,
    poll: Annotated[float, typer.Option(min=0.05, help="Seconds between two looks at the folder.")] = 0.5,
    parallel: Annotated[int, typer.Option(min=1, max=64, help="How many scans are sent at a time.")] = 2,
    once: Annotated[
        bool,
        typer.Option(
            "--once", help="Deal with what is there, then end: 0 if all was screened, 1 if something was not."
        ),
    ] = False,
) -> None:
    """Send the scans that are dropped into a folder, and write the answer to each beside it.

    Takes PNG, JPEG and TIFF. `X_high.*` and `X_low.*` together are one scan. The answer to `a.png` is `a.png.json`,
    that to a pair `X_pair.json`. The folder is the queue: a scan without a final answer beside it is still to do,
    whatever happened to this program, the service or the network. A scan that has no answer in time is said to be NOT
    SCREENED, here and in its answer file; its answer is fetched later all the same. No boxes means that nothing was
    highlighted, not that nothing is there.
    """
    from parcelray.client.async_client import AsyncClient
    from parcelray.client.retry import RetryPolicy
    from parcelray.client.watch.run import run
    from parcelray.client.watch.settings import WatchSettings, consignment_pattern

    settings = WatchSettings(
        folder=folder,
        recursive=recursive,
        scanner_id=scanner_id,
        consignment=None if consignment is None else consignment_pattern(consignment),
        deadline_s=deadline,
        settle_s=settle,
        poll_s=poll,
        parallel=parallel,
        once=once,
    )
    client = AsyncClient(server, _key(key, key_file), ca_file=ca_file, retry=RetryPolicy(total_s=0))
    with _report() as report:
        report.note(f"parcelray watches {folder} and sends to {server} (Ctrl+C stops it)")
        all_screened = run(settings, client, report)
    if once and not all_screened:
        raise typer.Exit(1)


def _key(key: str | None, key_file: Path | None) -> str | Callable[[], str]:
    """The key, or what reads it."""
    from parcelray.client.errors import SettingError

    if key is not None and key_file is not None:
        raise SettingError("--key and --key-file", expected="one of them", got="both")
    if key_file is not None:

        def read() -> str:
            try:
                return key_file.read_text(encoding="utf-8-sig", errors="replace").strip()
            except OSError as error:
                subject = f"--key-file {key_file}"
                raise SettingError(subject, expected="a file that can be read", got=error.strerror or "none") from error

        # Here already, so that a wrong name is told at once and not with the first scan.
        read()
        return read
    found = key if key is not None else os.environ.get(KEY_VARIABLE)
    if not found:
        expected = f"one of --key-file, {KEY_VARIABLE} in the environment, --key"
        raise SettingError("key of this workstation", expected=expected, got="none")
    return found.strip()


class _Lines:
    """Scans on standard output, everything else on standard error."""

    def scan(self, line: str) -> None:
        _print(line, sys.stdout)

    def note(self, line: str) -> None:
        _print(line, sys.stderr)

    def status(self, line: str) -> None:
        """Lines alone: how things stand follows from them."""


def _print(line: str, stream: TextIO) -> None:
    # A log on a disk that is full must not stop the agent, which would be needed most then.
    with suppress(OSError):
        print(line, file=stream, flush=True)


@contextmanager
def _report() -> Iterator[Report]:
    """Lines; on a terminal also a line at the bottom that says how things stand."""
    from rich.console import Console
    from rich.text import Text

    for stream in (sys.stdout, sys.stderr):
        # Names of files may hold what the terminal cannot show, above all on Windows.
        with suppress(AttributeError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    console = Console()
    if not console.is_terminal:
        yield _Lines()
        return
    with console.status("") as bar:

        class OnTerminal(_Lines):
            def status(self, line: str) -> None:
                bar.update(Text(line))

        yield OnTerminal()
