"""Which scans lie in a folder: single images, pairs, and halves that wait for their other half.

``X_high.*`` and ``X_low.*`` are one scan, whatever the case of the two marks, as for ``parcelray detect``. The answer
to ``a.png`` is ``a.png.json``, that to a pair ``X_pair.json``. No two scans share one: the answer to a single image
always ends in the image's own suffix before ``.json``, and that to a pair never does.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

Band = Literal["view", "high", "low"]

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff"})
ANSWER_SUFFIX = ".json"
_PAIR = "_pair"
_HALVES: tuple[tuple[str, Band], ...] = (("_high", "high"), ("_low", "low"))
_LONGEST_MARK = 5
_ON_WINDOWS = os.name == "nt"


class FileState(NamedTuple):
    """Tells one content of a file from another without reading it.

    Attributes:
        size: in bytes.
        mtime_ns: when it was last written, in nanoseconds since 1970.
    """

    size: int
    mtime_ns: int


@dataclass(frozen=True)
class ScanFile:
    """One file of a scan.

    Attributes:
        path: where it is.
        band: what it shows.
        state: its size and time when it was last looked at.
    """

    path: Path
    band: Band
    state: FileState


@dataclass(frozen=True)
class FoundScan:
    """A scan in the folder.

    Attributes:
        name: of the file, or of a pair what its two names have in common, with its folder below the watched one.
        files: one image, or a high and a low one; with ``lacks`` it may be half of a pair, or too many halves.
        answer: the path of its answer.
        answer_state: of that file; None where there is none.
        lacks: what has to happen in the folder before the files are a scan, in words; None where they are one.
    """

    name: str
    files: tuple[ScanFile, ...]
    answer: Path
    answer_state: FileState | None
    lacks: str | None = None

    @property
    def states(self) -> dict[Path, FileState]:
        """What its files look like."""
        return {file.path: file.state for file in self.files}


@dataclass
class Listing:
    """What was found.

    Attributes:
        scans: by the path of their answers. Of what has not changed since the look before, the very same objects.
        unreadable: folders below the watched one that could not be read, with the reason.
    """

    scans: dict[str, FoundScan] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)


class Lister:
    """Looks into a folder again and again.

    A folder may hold tens of thousands of scans that were answered long ago, and is looked at twice a second: so a look
    makes objects only for what has changed.

    Args:
        folder: where to look.
        recursive: whether to look below it too.
    """

    def __init__(self, folder: Path, *, recursive: bool) -> None:
        # Absolute, so that the text of a path below it is always put together in the same way.
        self._folder = str(folder.absolute())
        self._recursive = recursive
        self._before: dict[str, FoundScan] = {}

    def look(self, done: Collection[str]) -> Listing:
        """Find the scans.

        Args:
            done: paths of files that are no longer being written, for their scans have their last answer.

        Raises:
            OSError: the folder cannot be read.
        """
        listing = Listing()
        waiting = [self._folder]
        while waiting:
            folder = waiting.pop()
            try:
                with os.scandir(folder) as entries:
                    images, answers, below = _sort(entries, done)
            except OSError as error:
                if folder == self._folder:
                    raise
                if not isinstance(error, FileNotFoundError):
                    listing.unreadable[folder] = error.strerror or str(error)
                continue
            if self._recursive:
                waiting += below
            self._find_scans(folder, images, answers, listing.scans)
        self._before = listing.scans
        return listing

    def _find_scans(
        self, folder: str, images: dict[str, FileState], answers: dict[str, FileState], found: dict[str, FoundScan]
    ) -> None:
        # The text of a path ends in a separator where it is a whole drive.
        prefix = folder if folder.endswith(os.sep) else folder + os.sep
        # By what the two names have in common, which may be nothing.
        halves: dict[str, list[tuple[str, Band]]] = {}
        for name, state in images.items():
            stem = name[: name.rindex(".")]
            mark = stem[-_LONGEST_MARK:].lower()
            half = next((half for half in _HALVES if mark.endswith(half[0])), None)
            if half is not None:
                halves.setdefault(stem[: -len(half[0])], []).append((name, half[1]))
                continue
            answer = name + ANSWER_SUFFIX
            key = prefix + answer
            before = self._before.get(key)
            if before is not None and before.answer_state == answers.get(answer) and before.files[0].state == state:
                found[key] = before
            else:
                file = ScanFile(Path(folder, name), "view", state)
                found[key] = FoundScan(self._name(folder, name), (file,), Path(key), answers.get(answer))
        for stem, names in halves.items():
            answer = f"{stem}{_PAIR}{ANSWER_SUFFIX}"
            key = prefix + answer
            files = tuple(ScanFile(Path(folder, name), band, images[name]) for name, band in sorted(names))
            # A pair with nothing in common goes by its mark.
            scan_name = self._name(folder, stem or _PAIR)
            scan = FoundScan(scan_name, files, Path(key), answers.get(answer), _lacking(stem, files))
            before = self._before.get(key)
            found[key] = before if before == scan else scan

    def _name(self, folder: str, name: str) -> str:
        return Path(folder, name).relative_to(self._folder).as_posix()


def state_of(status: os.stat_result) -> FileState:
    """What tells one content from another."""
    return FileState(status.st_size, status.st_mtime_ns)


def _sort(
    entries: Iterable[os.DirEntry[str]], done: Collection[str]
) -> tuple[dict[str, FileState], dict[str, FileState], list[str]]:
    """The images and the answers of a folder by their names, and the folders below it."""
    images: dict[str, FileState] = {}
    answers: dict[str, FileState] = {}
    below: list[str] = []
    for entry in entries:
        name = entry.name
        if name.startswith("."):
            continue
        suffix = name[name.rfind(".") :].lower()
        kind = images if suffix in SUFFIXES else answers if suffix == ANSWER_SUFFIX else None
        try:
            if kind is None:
                if entry.is_dir(follow_symlinks=False):
                    below.append(entry.path)
                continue
            status = entry.stat()
            # A folder of NTFS tells the size of a file that is being written only when it is closed: what matters is
            # asked of the file itself.
            if _ON_WINDOWS and entry.path not in done:
                status = os.stat(entry.path)  # noqa: PTH116 - no object for what is only looked at
            if stat.S_ISREG(status.st_mode) and not _is_hidden(status):
                kind[name] = FileState(status.st_size, status.st_mtime_ns)
        except OSError:
            # Gone since, or out of reach: seen again by the next look, or not.
            continue
    return images, answers, below


def _is_hidden(status: os.stat_result) -> bool:
    return _ON_WINDOWS and bool(getattr(status, "st_file_attributes", 0) & stat.FILE_ATTRIBUTE_HIDDEN)


def _lacking(stem: str, files: Sequence[ScanFile]) -> str | None:
    bands = [file.band for file in files]
    for mark, band in _HALVES:
        same = [file.path.name for file in files if file.band == band]
        if len(same) > 1:
            return f"expected one {mark} image of this pair, got {' and '.join(same)}"
        if band not in bands:
            half = files[0].path.name
            return f"expected {stem}{mark}.* beside {half}, the other half of the pair, got no such file"
    return None
