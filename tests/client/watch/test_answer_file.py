"""The file beside a scan: written whole or not at all, and never over a file that is not ours."""

from __future__ import annotations

import errno
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from parcelray.client.watch import answer_file
from parcelray.client.watch.answer_file import (
    AnswerFile,
    ForeignFileError,
    instant,
    modified_text,
    read_answer_file,
    write_answer_file,
)
from parcelray.client.watch.listing import FileState
from parcelray.client.watch.sending import content_of


def content(message: str = "why") -> AnswerFile:
    reason = {"type": "t", "message": message}
    return content_of(state="not_screened", final=False, reason=reason, files=[], seen_at=datetime.now(UTC))


def test_what_was_written_is_read_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a.png.json"
    for message in ("first", "second \udcff ö"):
        write_answer_file(path, content(message))
        assert read_answer_file(path)["reason"]["message"] == message
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.png.json"]
    # For programs that read nothing but UTF-8.
    json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_what_cannot_be_written_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def fail(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "a.png.json"
    write_answer_file(path, content("first"))
    monkeypatch.setattr(os, "fsync", fail) if call == "fsync" else monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="No space left"):
        write_answer_file(path, content("second"))
    assert read_answer_file(path)["reason"]["message"] == "first"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.png.json"]


def test_it_is_on_the_disk_before_it_takes_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    real_fsync, real_replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda handle: (order.append("fsync"), real_fsync(handle)))
    monkeypatch.setattr(Path, "replace", lambda *paths: (order.append("replace"), real_replace(*paths)))
    write_answer_file(tmp_path / "a.png.json", content())
    assert order == ["fsync", "replace", "fsync"]


def test_a_file_that_a_killed_agent_left_is_written_over(tmp_path: Path) -> None:
    (tmp_path / ".a.png.json.tmp").write_text('{"format"')
    write_answer_file(tmp_path / "a.png.json", content())
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.png.json"]


@pytest.mark.parametrize("text", ["{}", "[]", "no JSON", '{"format": "parcelray-watch/2"}', '"x"'])
def test_a_file_of_somebody_else_is_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.png.json"
    path.write_text(text)
    for use in (lambda: read_answer_file(path), lambda: write_answer_file(path, content())):
        with pytest.raises(ForeignFileError, match=r"a\.png\.json; got another file: move it away"):
            use()
    assert path.read_text() == text


@pytest.mark.parametrize("text", [None, "", "\0\0\0"])
def test_nothing_is_no_answer(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "a.png.json"
    if text is not None:
        path.write_text(text)
    assert read_answer_file(path) is None
    write_answer_file(path, content())
    assert read_answer_file(path) is not None


def test_on_windows_a_file_that_is_read_is_replaced_a_moment_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [2]
    real = Path.replace

    def busy(self: Path, target: Path) -> Path:
        if left[0]:
            left[0] -= 1
            raise PermissionError(errno.EACCES, "used by another process")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", busy)
    with pytest.raises(PermissionError):
        write_answer_file(tmp_path / "a.png.json", content())
    left[0] = 2
    monkeypatch.setattr(answer_file, "_ON_WINDOWS", True)
    write_answer_file(tmp_path / "a.png.json", content())
    left[0] = 1000
    monkeypatch.setattr(answer_file, "_REPLACE_PAUSE_S", 0)
    with pytest.raises(PermissionError):
        write_answer_file(tmp_path / "a.png.json", content())


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (0, "1970-01-01T00:00:00.000000000Z"),
        (1_700_000_000_123_456_789, "2023-11-14T22:13:20.123456789Z"),
        (-1, "1969-12-31T23:59:59.999999999Z"),
        (10**30, "9999-12-31T23:59:59.000000000Z"),
    ],
)
def test_times_of_files_keep_their_nanoseconds(nanoseconds: int, text: str) -> None:
    assert modified_text(FileState(1, nanoseconds)) == text
    assert instant(nanoseconds).utcoffset() is not None
