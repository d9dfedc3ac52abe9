"""A disk that is soon full, or cannot be written, for one running service alone.

    with TinyDisk(folder, size=4 << 20) as disk:
        process = subprocess.Popen(disk.inside(["parcelray", "serve", "--data-dir", str(folder)]))
        disk.fill()

The disk is a tmpfs in a mount namespace of its own: nobody else sees it, and it is gone with the last process inside.
Works as root, and without root where users may have namespaces (Linux only).
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Self

from support.processes import kill_family

_MOUNT_AND_STAY = 'mount -t tmpfs -o "size=$2,mode=0700" tiny "$1" && echo mounted && read -r _'
_PAGE = 4096


class NoNamespacesError(RuntimeError):
    """This machine does not let us have a mount namespace."""


class TinyDisk:
    """A tmpfs at a folder, seen only by what is started inside.

    Attributes:
        folder: where the processes inside find the disk.
    """

    def __init__(self, folder: Path, *, size: int) -> None:
        """Describe the disk; it is there within the ``with`` block.

        Args:
            folder: an existing folder; what lies in it is hidden from the processes inside.
            size: in bytes, rounded up to whole pages.
        """
        self.folder = folder.resolve(strict=True)
        self._size = size
        self._root = os.geteuid() == 0
        self._cleaning = ExitStack()

    def __enter__(self) -> Self:
        users = [] if self._root else ["--map-root-user"]
        # The namespace lives as long as this shell, which waits for a line that never comes.
        try:
            self._holder = subprocess.Popen(
                ["unshare", "--mount", *users, "sh", "-c", _MOUNT_AND_STAY, "sh", str(self.folder), str(self._size)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        except FileNotFoundError as error:
            raise NoNamespacesError("there is no unshare here (util-linux)") from error
        with ExitStack() as cleaning:
            cleaning.enter_context(self._holder)
            cleaning.callback(self._end_all_inside)
            assert self._holder.stdout is not None
            if self._holder.stdout.readline() != "mounted\n":
                said = self._holder.communicate()[1].strip()
                raise NoNamespacesError(f"no mount namespace can be had here: {said}")
            self._cleaning = cleaning.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._cleaning.close()

    @property
    def outside(self) -> Path:
        """The disk's folder as we reach it from out here, to lay something there or to look."""
        return Path(f"/proc/{self._holder.pid}/root{self.folder}")

    def inside(self, command: Sequence[str]) -> list[str]:
        """A command in the form in which it sees the disk.

        The process that is started becomes the command itself, so that signals reach it. It starts in ``/``: its paths
        are to be absolute. For who is not root it runs as root of a user namespace, which is the same user outside.
        """
        users = [] if self._root else ["--user", "--preserve-credentials"]
        return ["nsenter", f"--target={self._holder.pid}", "--mount", *users, "--", *command]

    def fill(self, *, leave: int = 0) -> None:
        """Use up what is free, but for the whole pages in ``leave`` bytes; whoever writes more is told ENOSPC."""
        # One file for each time, so that what was freed meanwhile is used up too. Empty files can still be made.
        number = len(self._fillers())
        with (self.outside / f".filler-{number}").open("wb", buffering=0) as filler:
            with suppress(OSError):
                while True:
                    filler.write(bytes(64 * _PAGE))
            with suppress(OSError):
                while True:
                    filler.write(bytes(_PAGE))
            filler.truncate(max(0, filler.tell() - leave))

    def free(self) -> None:
        """Give back what ``fill`` used up."""
        for filler in self._fillers():
            filler.unlink()

    def make_read_only(self) -> None:
        """Whoever opens, makes, renames or removes a file is told EROFS, from inside and from outside.

        Files that are open for writing stay so, where a disk that the kernel has given up would refuse these writes
        too: ``support.strace.failing`` makes them fail. (Linux makes no disk read-only under a file that is open so,
        so a read-only view of it is laid on top.)
        """
        self._run("mount", "--bind", str(self.folder), str(self.folder))
        self._run("mount", "-o", "remount,bind,ro", str(self.folder))

    def make_writable(self) -> None:
        """Undo ``make_read_only``."""
        # Lazily: what was opened for reading meanwhile stays open.
        self._run("umount", "--lazy", str(self.folder))

    def _run(self, *command: str) -> None:
        done = subprocess.run(self.inside(command), check=False, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)} failed: {done.stderr.strip()}")

    def _fillers(self) -> list[Path]:
        return list(self.outside.glob(".filler-*"))

    def _end_all_inside(self) -> None:
        """Processes that were started inside would keep the disk, and hold its memory."""
        namespace = _namespace_of(self._holder.pid)
        if namespace is not None and namespace != _namespace_of(os.getpid()):
            for entry in Path("/proc").iterdir():
                if entry.name.isdecimal() and _namespace_of(int(entry.name)) == namespace:
                    kill_family(int(entry.name))
        kill_family(self._holder.pid)


def _namespace_of(pid: int) -> str | None:
    with suppress(OSError):
        return os.readlink(f"/proc/{pid}/ns/mnt")  # noqa: PTH115 - not a path
    return None
