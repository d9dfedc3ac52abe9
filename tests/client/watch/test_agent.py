"""The agent against the real service: what it sends, and what it writes beside the scans."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import numpy as np
from client_support import Inside, make_key, picture

from parcelray.client.client import Client
from parcelray.client.watch.settings import consignment_pattern
from support.pictures import encoded
from support.service import Service, serve_command

Start = Callable[..., Inside]


def counts(value: int) -> bytes:
    pixels = np.full((64, 64), 60_000, np.uint16)
    pixels[16:24, 32:40] = value
    return encoded(pixels)


def scans_of(url: str, key: str) -> list[str]:
    with Client(url, key) as client:
        return [scan["scan_id"] for scan in client.all_scans()]


def test_scans_are_sent_and_answered_beside_them(agent: Start, url: str, key: str, folder: Path) -> None:
    running = agent(
        url, key, scanner_id="s-1", consignment=consignment_pattern(r"(?P<consignment>[A-Z]{2}\d{3})"), recursive=True
    )
    (folder / "AB123 x.png").write_bytes(picture())
    (folder / "air.jpg").write_bytes(encoded(np.full((64, 64, 3), 255, np.uint8), ".jpg"))
    (folder / "below").mkdir()
    (folder / "below" / "CD456_high.png").write_bytes(counts(900))
    (folder / "below" / "CD456_low.png").write_bytes(counts(300))
    (folder / "note.txt").write_text("no scan")
    os.utime(folder / "AB123 x.png", ns=(0, 1_700_000_000_123_456_789))

    found = running.final("AB123 x.png.json")
    assert {name: found[name] for name in ("format", "state", "final", "late", "reason")} == {
        "format": "parcelray-watch/1", "state": "screened", "final": True, "late": False, "reason": None,
    }  # fmt: skip
    assert found["files"] == [
        {
            "name": "AB123 x.png",
            "band": "view",
            "sha256": sha256(picture()).hexdigest(),
            "bytes": len(picture()),
            "modified_at": "2023-11-14T22:13:20.123456789Z",
        }
    ]
    answer = found["answer"]
    assert (answer["scanner_id"], answer["consignment_id"]) == ("s-1", "AB123")
    assert datetime.fromisoformat(answer["taken_at"]) == datetime(2023, 11, 14, 22, 13, 20, 123456, UTC)
    assert [item["label"] for item in answer["views"][0]["detections"]] == ["pistol"]

    pair = running.final("below/CD456_pair.json")
    assert [(record["name"], record["band"]) for record in pair["files"]] == [
        ("CD456_high.png", "high"), ("CD456_low.png", "low"),
    ]  # fmt: skip
    assert pair["answer"]["consignment_id"] == "CD456"
    assert running.final("air.jpg.json")["answer"]["consignment_id"] is None
    with Client(url, key) as client:
        assert client.scan(answer["scan_id"]) == answer
    assert running.stop() is True
    assert len(scans_of(url, key)) == 3
    said = sorted(running.lines)
    assert said[0] == "AB123 x.png: pistol 0.90"
    assert said[1].startswith("air.jpg: nothing highlighted")
    assert said[2].startswith("below/CD456: pistol 0.89 [air_level_guessed")
    assert not [line for line in said if "clear" in line.lower()]
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == []


def test_a_file_that_grows_is_sent_when_it_is_whole(agent: Start, url: str, key: str, folder: Path) -> None:
    running = agent(url, key, patience_s=2.0)
    data = picture()
    with (folder / "a.png").open("wb") as file:
        for start in range(0, len(data), len(data) // 5):
            file.write(data[start : start + len(data) // 5])
            file.flush()
            # Longer than it takes to settle, but without its end.
            time.sleep(0.2)
    assert running.final("a.png.json")["files"][0]["sha256"] == sha256(data).hexdigest()
    running.stop()
    assert len(scans_of(url, key)) == 1


def test_a_file_that_stays_cut_short_is_sent_all_the_same(agent: Start, url: str, key: str, folder: Path) -> None:
    (folder / "a.png").write_bytes(picture()[:-30])
    running = agent(url, key)
    found = running.final("a.png.json")
    assert (found["state"], found["answer"]["state"]) == ("not_screened", "not_screened")
    assert "cut short" in found["reason"]["message"]
    assert found["reason"]["type"] == "urn:parcelray:problem:corrupt-image"
    assert running.stop() is False
    assert running.lines == [f"NOT SCREENED a.png: {found['reason']['message']}"]


def test_a_half_waits_for_its_other_half(agent: Start, url: str, key: str, folder: Path) -> None:
    running = agent(url, key, deadline_s=0.4)
    (folder / "x_high.png").write_bytes(counts(900))
    marker = running.marker("x_pair.json")
    assert marker["reason"]["message"] == (
        "expected x_low.* beside x_high.png, the other half of the pair, got no such file"
    )
    assert marker["files"][0]["sha256"] is None
    (folder / "x_low.png").write_bytes(counts(300))
    found = running.final("x_pair.json")
    assert (found["state"], found["late"]) == ("screened", True)
    running.stop()
    assert running.lines[0].startswith("NOT SCREENED x: expected x_low.*")
    assert running.lines[1].startswith("x: pistol 0.89 ")
    assert running.lines[1].endswith("(late)")
    assert len(scans_of(url, key)) == 1


def test_another_content_under_the_same_name_is_another_scan(agent: Start, url: str, key: str, folder: Path) -> None:
    running = agent(url, key)
    (folder / "a.png").write_bytes(picture(1))
    first = running.final("a.png.json")
    (folder / "a.png").write_bytes(picture(2, dark=False))
    second = running.until(
        lambda: (found := running.final("a.png.json"))["files"] != first["files"] and found, "the second answer"
    )
    assert second["files"][0]["sha256"] == sha256(picture(2, dark=False)).hexdigest()
    assert second["late"] is False
    assert set(scans_of(url, key)) == {first["answer"]["scan_id"], second["answer"]["scan_id"]}
    running.stop()
    assert running.lines == ["a.png: pistol 0.90", "a.png: nothing highlighted [blank]"]


def test_the_same_content_at_another_time_is_no_other_scan(agent: Start, url: str, key: str, folder: Path) -> None:
    (folder / "a.png").write_bytes(picture())
    running = agent(url, key)
    first = running.final("a.png.json")
    os.utime(folder / "a.png", (1, 1))
    (folder / "b.png").write_bytes(picture(1))
    running.final("b.png.json")
    assert running.stop() is True
    # Nor is it one for the next agent, which knows only what lies there.
    assert agent(url, key, once=True).wait() is True
    assert running.final("a.png.json") == first
    assert len(scans_of(url, key)) == 2


def test_an_answer_that_was_removed_comes_again(agent: Start, url: str, key: str, folder: Path) -> None:
    (folder / "a.png").write_bytes(picture())
    running = agent(url, key)
    first = running.final("a.png.json")
    (folder / "a.png.json").unlink()
    again = running.final("a.png.json")
    assert again["answer"] == first["answer"]
    (folder / "a.png.json").write_bytes(b"")
    assert (
        running.final("a.png.json")["answer"] == first["answer"]
        if running.until(lambda: (folder / "a.png.json").stat().st_size)
        else False
    )
    assert scans_of(url, key) == [first["answer"]["scan_id"]]


def test_a_file_of_somebody_else_is_not_written_over(agent: Start, url: str, key: str, folder: Path) -> None:
    (folder / "a.png").write_bytes(picture())
    (folder / "b.png").write_bytes(picture(1))
    (folder / "a.png.json").write_text('{"scanner": "settings"}')
    running = agent(url, key, deadline_s=1.0)
    running.final("b.png.json")
    line = running.until(lambda: [line for line in running.lines if line.startswith("NOT SCREENED a.png")])[0]
    assert "got another file: move it away" in line
    assert json.loads((folder / "a.png.json").read_text()) == {"scanner": "settings"}
    (folder / "a.png.json").unlink()
    assert running.final("a.png.json")["late"] is True
    assert len(scans_of(url, key)) == 2


def test_names_of_all_kinds_go_through(agent: Start, url: str, key: str, folder: Path) -> None:
    names = ["ä ö.png", "new\nline.png", "quote'\"%41.png", os.fsdecode(b"not-\xff-utf8.png"), "x" * 242 + ".png"]
    for seed, name in enumerate(names):
        (folder / name).write_bytes(picture(seed))
    running = agent(url, key, deadline_s=1.2)
    for name in names[:-1]:
        assert running.final(f"{name}.json")["state"] == "screened"
    # Room for the scan's name, but not for its answer's.
    running.until(lambda: [line for line in running.lines if "File name too long" in line], "the name that is too long")
    running.stop()
    assert all(line.isprintable() for line in running.lines)
    assert "new\\nline.png: pistol 0.90" in running.lines
    assert not running.notes


def test_the_deadline_is_kept_and_the_late_answer_takes_its_place(
    agent: Start, folder: Path, tmp_path: Path, tiny_package: Path
) -> None:
    key = make_key(tmp_path / "data", "belt")
    with Service(serve_command(tmp_path / "data", tiny_package), log=tmp_path / "log") as service:
        (folder / "a.png").write_bytes(picture())
        began = time.monotonic()
        # Long enough to have tried to send it, however busy the machine is.
        running = agent(service.url, key, deadline_s=2.0)
        marker = running.marker("a.png.json")
        assert 2.0 <= time.monotonic() - began < 10
        assert (marker["state"], marker["final"], marker["answer"]) == ("not_screened", False, None)
        assert marker["reason"]["type"] == "urn:parcelray:watch:no-connection"
        assert running.lines == [f"NOT SCREENED a.png: {marker['reason']['message']}"]
        service.start()
        found = running.final("a.png.json")
        assert (found["state"], found["late"], found["seen_at"]) == ("screened", True, marker["seen_at"])
        running.stop()
    assert running.lines[1:] == ["a.png: pistol 0.90 (late)"]
    assert re.match(r"the service cannot be reached \(no connection: .*\)$", running.notes[0])
    # Between the two it may say that its model is being loaded.
    assert running.notes[-1] == "the service answers again"


def test_a_marker_of_an_agent_before_keeps_its_time(agent: Start, url: str, key: str, folder: Path) -> None:
    (folder / "a.png").write_bytes(picture())
    first = agent("http://127.0.0.1:9", key, deadline_s=0.2)
    marker = first.marker("a.png.json")
    first.stop()
    found = agent(url, key).final("a.png.json")
    assert (found["late"], found["seen_at"]) == (True, marker["seen_at"])


def test_what_goes_away_before_it_is_screened_is_said(agent: Start, url: str, key: str, folder: Path) -> None:
    running = agent("http://127.0.0.1:9", key)
    for name in ("gone.png", "current.png"):
        (folder / name).write_bytes(picture())
    # They are whole when one of them was tried.
    running.until(lambda: running.notes)
    time.sleep(0.2)
    (folder / "gone.png").unlink()
    (folder / "current.png").write_bytes(picture(1)[:-40])
    # Not a scan yet: some programs write under another name first.
    (folder / "short-lived.png").write_bytes(b"")
    running.until(lambda: len(running.lines) == 2)
    assert sorted(running.lines) == [
        "NOT SCREENED current.png: its file was replaced by another before it was screened",
        "NOT SCREENED gone.png: its file was gone before it was screened",
    ]
    assert running.stop() is False


def test_a_folder_that_is_away_for_a_while_is_waited_for(agent: Start, url: str, key: str, folder: Path) -> None:
    running = agent(url, key)
    (folder / "a.png").write_bytes(picture())
    running.until(lambda: running.lines)
    folder.rename(folder.with_name("away"))
    running.until(lambda: running.notes)
    folder.with_name("away").rename(folder)
    (folder / "b.png").write_bytes(picture(1))
    running.final("b.png.json")
    assert running.notes[0] == f"the folder {folder} cannot be read: No such file or directory"
    running.stop()
    assert running.notes[1:] == ["the folder can be read again"]
    assert len(scans_of(url, key)) == 2
