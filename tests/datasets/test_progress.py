import os
import pty
import subprocess
import sys

import pytest

from parcelray.datasets import progress as progress_module
from parcelray.datasets.progress import progress

DEMO = """
from parcelray.datasets.progress import progress
with progress("training demo", 3, start=1) as report:
    for done in (2, 3):
        report(done, f"loss {done}.50")
"""


def test_lines_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_module, "_LINE_EVERY_S", 0.0)
    with progress("training demo", 4, start=2) as report:
        report(3, "loss 2.50")
        report(4, "loss 1.50")
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(", about")[0] for line in lines] == ["training demo: 3 of 4", "training demo: 4 of 4"]
    assert lines[1].endswith("about 0 s left, loss 1.50")


def test_a_bar_with_the_time_left_on_a_terminal() -> None:
    ours, theirs = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "120"}
    subprocess.run([sys.executable, "-c", DEMO], stderr=theirs, check=True, env=environment)
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # Linux says so when the other end is closed and all is read.
            break
        if not part:
            break
        shown += part
    os.close(ours)
    text = shown.decode()
    assert "training demo" in text
    assert "3/3" in text
    assert "loss 3.50" in text
    assert "left" in text
