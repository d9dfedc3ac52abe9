"""What a process asked of the kernel, in order, from the log of ``strace``; and whether its promises were kept.

    with traced(service.process.pid, log):        # support.strace
        httpx2.post(...)
    trace = Trace.read(log)
    answer = trace.sends(port=8000)[0]
    assert trace.unsynced(data_dir, answer) == []

strace stops a thread as it enters a call and as it leaves one, and writes down what it sees one after the other. So a
call whose end stands before the beginning of another was over when the other began.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from math import inf
from pathlib import Path
from typing import Self

SYNCS = ("fsync", "fdatasync")
WRITES = ("write", "writev", "pwrite64", "pwritev", "pwritev2", "ftruncate", "fallocate")
SENDS = ("sendto", "sendmsg", "sendmmsg", "write", "writev")
OPENS = ("open", "openat")
RENAMES = ("rename", "renameat", "renameat2")
LINKS = ("link", "linkat")
FOLDERS_MADE = ("mkdir", "mkdirat")
REMOVALS = ("unlink", "unlinkat", "rmdir")

TRACED = tuple(dict.fromkeys((*SYNCS, *WRITES, *SENDS, *OPENS, *RENAMES, *LINKS, *FOLDERS_MADE, *REMOVALS, "close")))

_NAMING = {*OPENS, *RENAMES, *LINKS, *FOLDERS_MADE, *REMOVALS}
_SOCKET = re.compile(r"(TCP|UDP|UNIX|socket)\S*:\[")
_LINE = re.compile(r"(?P<pid>\d+)\s+(?P<time>\d+\.\d+) (?P<rest>.*)")
_CALL = re.compile(r"(?P<name>\w+)\((?P<rest>.*)")
_RESUMED = re.compile(r"<\.\.\. (?P<name>\w+) resumed>(?P<rest>.*)")
_UNFINISHED = " <unfinished ...>"
_END = re.compile(r"(?P<arguments>.*)\)\s+= (?P<result>.*)")
_RESULT = re.compile(r"(?P<number>-?\d+|0x[0-9a-f]+)(?:<(?P<path>.*)>)?(?: (?P<error>E[A-Z0-9]+))?")
# A descriptor with what it stands for, as in 5</a/file>, 0</dev/null<char 1:3>>, 4<TCP:[[::1]:80->[::1]:81]>; or a
# string.
_TOKEN = re.compile(
    r'(?:\d+|AT_FDCWD)<(?P<target>.*?)>(?:\(deleted\))?(?=[,)\s]|$)|"(?P<string>(?:[^"\\]|\\.)*)"(?:\.\.\.)?'
)


@dataclass(frozen=True)
class Call:
    """One call of the kernel.

    Attributes:
        pid: the thread that made it.
        name: as in the kernel, such as ``pwrite64``.
        time: when it began, in seconds since 1970.
        begun: its place in the log; smaller is earlier.
        ended: the place of its end, in the same count; None for a call whose thread was killed inside it.
        arguments: as strace writes them.
        result: what it returned; None when it has not ended.
        error: the name of the error, such as ``ENOSPC``.
        paths: the files, folders and sockets that its descriptors and names stand for, in order.
        data: the beginning of what it wrote or sent.
    """

    pid: int
    name: str
    time: float
    begun: int
    ended: int | None = None
    arguments: str = ""
    result: int | None = None
    error: str | None = None
    paths: tuple[str, ...] = ()
    data: bytes = b""

    @property
    def succeeded(self) -> bool:
        """Whether it ended without an error."""
        return self.result is not None and self.error is None

    def ended_before(self, other: Call) -> bool:
        """Whether it was surely over when another began."""
        return self.ended is not None and self.ended < other.begun


class Trace:
    """Calls in the order in which they began."""

    def __init__(self, calls: Iterable[Call]) -> None:
        self.all = tuple(sorted(calls, key=lambda call: call.begun))

    @classmethod
    def read(cls, log: Path) -> Self:
        """The calls in a log that ``support.strace`` had written."""
        return cls(parse(log.read_text().splitlines()))

    def calls(self, *names: str, path: Path | str | None = None, after: float = 0.0) -> list[Call]:
        """Calls of some names.

        Args:
            names: of the calls; none for all.
            path: only those that touch this very file, folder or socket.
            after: only those that began after this time, in seconds since 1970 (``time.time()``).
        """
        return [
            call
            for call in self.all
            if (not names or call.name in names) and (path is None or str(path) in call.paths) and call.time > after
        ]

    def sends(self, *, port: int | None = None, after: float = 0.0) -> list[Call]:
        """Calls that gave bytes to a socket.

        Args:
            port: only where this is our own port.
            after: as for ``calls``.
        """
        ours = "" if port is None else f":{port}->"
        return [
            call
            for call in self.calls(*SENDS, after=after)
            if call.paths and _SOCKET.match(call.paths[0]) and ours in call.paths[0]
        ]

    def synced_before(self, path: Path | str, send: Call, *, after: float = 0.0) -> bool:
        """Whether a file or folder was synced after a time, and all its syncs succeeded before something was sent."""
        syncs = self.calls(*SYNCS, path=path, after=after)
        return bool(syncs) and all(sync.succeeded and sync.ended_before(send) for sync in syncs)

    def unsynced(self, folder: Path, send: Call, *, ignore: Sequence[str] = ()) -> list[str]:
        """What a power cut might take back though something was already sent: paths, sorted.

        A file is in danger when it was written and not synced since, a file's or folder's name when it was made and
        its folder not synced since. Not seen are what is written through a memory map, and a file made without O_EXCL,
        of which strace does not tell whether it was there.

        Args:
            folder: only what lies in it, at any depth.
            send: the answer that promised all before it.
            ignore: patterns of file names that may be lost, such as ``*-shm``.
        """
        contents: dict[str, float] = {}
        names: dict[str, float] = {}
        for call in self.all:
            if call.begun < send.begun and (call.succeeded or call.ended is None):
                _follow(call, contents, names, synced=call.succeeded and call.ended_before(send))
        return sorted(
            path
            for path in contents.keys() | names.keys()
            if Path(path).is_relative_to(folder) and not any(fnmatch(Path(path).name, pattern) for pattern in ignore)
        )


def _follow(call: Call, contents: dict[str, float], names: dict[str, float], *, synced: bool) -> None:
    """Note what a call puts in danger, with the place in the log from when on a sync would save it."""
    end = inf if call.ended is None else call.ended
    path = call.paths[-1] if call.paths else ""
    if call.name in WRITES:
        contents[path] = end
    elif call.name in SYNCS and synced:
        if contents.get(path, inf) < call.begun:
            del contents[path]
        for name in [name for name, since in names.items() if str(Path(name).parent) == path and since < call.begun]:
            del names[name]
    elif call.name in RENAMES:
        names.pop(call.paths[0], None)
        names[path] = end
        # What was not saved under the old name is not saved under the new one.
        contents.pop(path, None)
        if call.paths[0] in contents:
            contents[path] = contents.pop(call.paths[0])
    elif call.name in (*LINKS, *FOLDERS_MADE) or (call.name in OPENS and "O_EXCL" in call.arguments):
        names[path] = end
    elif call.name in REMOVALS:
        names.pop(path, None)
        contents.pop(path, None)


def parse(lines: Iterable[str]) -> list[Call]:
    """The calls in the lines of ``strace -f -yy -ttt -o``, also those that others interrupted."""
    calls: list[Call] = []
    open_calls: dict[int, Call] = {}
    for place, line in enumerate(lines):
        found = _LINE.fullmatch(line)
        if found is None:
            continue
        pid, rest = int(found["pid"]), found["rest"]
        if resumed := _RESUMED.fullmatch(rest):
            call = open_calls.pop(pid, None)
            if call is None or call.name != resumed["name"]:
                continue
            text = call.arguments + resumed["rest"]
        elif begun := _CALL.fullmatch(rest):
            call, text = Call(pid, begun["name"], float(found["time"]), place), begun["rest"]
        else:
            # Signals, and the ends of threads.
            continue
        if text.endswith(_UNFINISHED):
            open_calls[pid] = replace(call, arguments=text.removesuffix(_UNFINISHED))
        else:
            calls.append(_ended(call, place, text))
    return calls + [_with_targets(call) for call in open_calls.values()]


def _ended(call: Call, place: int, text: str) -> Call:
    end = _END.fullmatch(text)
    arguments = text if end is None else end["arguments"]
    call = _with_targets(replace(call, arguments=arguments.removesuffix(_UNFINISHED)))
    result = None if end is None else _RESULT.match(end["result"])
    if result is None:
        # "= ?": the thread was killed, or the call is about to be made again.
        return call
    call = replace(call, ended=place, result=int(result["number"], 0), error=result["error"])
    if call.name in OPENS and result["path"]:
        call = replace(call, paths=(_path(result["path"]),))
    return call


def _with_targets(call: Call) -> Call:
    paths: list[str] = []
    data = b""
    folder: str | None = None
    for token in _TOKEN.finditer(call.arguments):
        if token["target"] is not None:
            folder = _path(token["target"])
            paths.append(folder)
        elif call.name not in _NAMING:
            data += _bytes(token["string"])
        elif folder is None:
            paths.append(_path(token["string"]))
        else:
            # A name that counts from the folder before it.
            paths[-1] = os.path.join(folder, _path(token["string"]))  # noqa: PTH118 - strings, as strace has them
            folder = None
    return replace(call, paths=tuple(paths), data=data)


def _bytes(escaped: str) -> bytes:
    # strace escapes as C does, and Python reads that.
    value = ast.literal_eval(f'b"{escaped}"')
    assert isinstance(value, bytes)
    return value


def _path(escaped: str) -> str:
    return os.fsdecode(_bytes(escaped))
