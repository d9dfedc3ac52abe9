"""The agent that deals with what is there and ends."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from client_support import Inside, picture

from parcelray.client.errors import SettingError

Start = Callable[..., Inside]


@pytest.mark.parametrize(
    ("names", "options", "result"),
    [
        (["a.png"], {}, True),
        ([], {}, True),
        (["a.png", "cut.png"], {}, False),
        (["a.png", "half_high.png"], {"deadline_s": 0.3}, False),
    ],
)
def test_once_deals_with_what_is_there_and_ends(
    agent: Start, url: str, key: str, folder: Path, names: list[str], options: dict[str, float], result: bool
) -> None:
    for name in names:
        (folder / name).write_bytes(picture()[: -40 if name == "cut.png" else None])
    running = agent(url, key, once=True, **options)
    assert running.wait() is result
    assert len(list(folder.glob("*.json"))) == len(names)
    if "half_high.png" in names:
        assert running.answer("half_pair.json")["final"] is False


def test_once_without_a_service_marks_everything_and_ends(agent: Start, key: str, folder: Path) -> None:
    for seed in range(30):
        (folder / f"{seed}.png").write_bytes(picture(seed))
    running = agent("http://127.0.0.1:9", key, once=True, deadline_s=0.5)
    assert running.wait() is False
    assert len(running.lines) == 30
    assert {running.answer(f"{seed}.png.json")["final"] for seed in range(30)} == {False}


def test_once_takes_its_time_for_a_long_line(agent: Start, url: str, key: str, folder: Path) -> None:
    for seed in range(40):
        (folder / f"{seed}.png").write_bytes(picture(seed))
    # What comes later is for the next run.
    later = threading.Timer(0.3, (folder / "later.png").write_bytes, [picture(99)])
    later.start()
    running = agent(url, key, once=True, deadline_s=0.2)
    assert running.wait() is True
    later.join()
    assert {running.answer(f"{seed}.png.json")["state"] for seed in range(40)} == {"screened"}
    assert running.answer("later.png.json") is None
    assert any("it is still waiting to be sent" in line for line in running.lines)


def test_once_says_when_the_folder_cannot_be_read(agent: Start, key: str, folder: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.scandir", lambda _: (_ for _ in ()).throw(PermissionError(13, "Permission denied")))
        result = agent("http://127.0.0.1:9", key, once=True).wait()
    assert isinstance(result, SettingError)
    assert "expected one that can be read, got Permission denied" in str(result)
