"""The short form of scripts/prove/watch.py."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def test_no_scan_is_lost_or_sent_twice(
    tmp_path: Path, tiny_package: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.util.spec_from_file_location("prove_watch", ROOT / "scripts" / "prove" / "watch.py")
    assert spec is not None
    assert spec.loader is not None
    prove = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up.
    monkeypatch.setitem(sys.modules, "prove_watch", prove)
    spec.loader.exec_module(prove)
    quick = {"away_s": 0.5, "per_second": 100.0}
    prove.Proof(files=40, outages=1, kills=1, seed=1, folder=tmp_path, model=tiny_package, **quick).run()
    said = capsys.readouterr().out.splitlines()
    assert said[-1].partition(" ")[2].startswith("PROVED: 40 scans through 1 outages of the service and 1 kills")
