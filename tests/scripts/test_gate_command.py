"""The short form of scripts/prove/sabotage.py: ``parcelray gate`` on the shipped release, sound and sabotaged."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner, Result

from parcelray.datasets.revisions.store import RevisionStore
from parcelray.models.package import MANIFEST, sha256_of
from parcelray.models.store import release_folder
from parcelray.models.taxonomy import load_taxonomy
from parcelray.scripts.main import app
from support.sabotage import REVISION, sabotaged_candidate, samples_revision, sound_candidate

RELEASE = release_folder().name
CHECKS = ["found", "new classes", "false alarms", "calibration", "latency", "parity", "card", "leak"]
COMPARED = ("pistol", "revolver")
WAIVED = [label for label in load_taxonomy().leaves(learned_only=True) if label not in COMPARED]
# A few dozen scans cannot prove more than this. How fast a busy machine is, they do not ask, nor how much worse all
# probabilities get where one class is damaged.
DEMANDS = f"""
[found]
waived = {json.dumps(WAIVED)}
tolerance.firearm = 0.25
[false_alarms]
clean_scans = 20
tolerance = 0.2
[calibration]
tolerance = 0.9
[latency]
at_least_ms = 60000
"""


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> None:
    # On a busy machine torch's threads wait for each other longer than they work.
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> RevisionStore:
    return samples_revision(tmp_path_factory.mktemp("samples"))


def gate(
    candidate: Path,
    store: RevisionStore,
    folder: Path,
    *more: str,
    champion: str = str(release_folder()),
    revision: str = REVISION,
) -> Result:
    (folder / "demands.toml").write_text(DEMANDS)
    options = ["--against", champion, "--on", revision, "--store", str(store.folder)]
    places = ["--demands", str(folder / "demands.toml"), "--data-dir", str(folder / "data")]
    return CliRunner().invoke(app, ["gate", str(candidate), *options, *places, *more])


@pytest.mark.slow
def test_a_sound_candidate_passes(store: RevisionStore, tmp_path: Path) -> None:
    candidate = sound_candidate(tmp_path / "sound")
    verdict_file = tmp_path / "verdict.json"
    done = gate(candidate.folder, store, tmp_path, "--json", str(verdict_file), champion=f"release-{RELEASE}")
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert [line.partition(":")[0] for line in lines[:-1]] == [f"passed  {name}" for name in CHECKS]
    assert lines[-1] == f"parcelray sound against parcelray {RELEASE}: passed"

    verdict = json.loads(verdict_file.read_text())
    assert verdict["format"] == 1
    assert verdict["passed"] is True
    assert verdict["candidate"] == {
        "name": "parcelray",
        "version": "sound",
        "manifest_sha256": sha256_of((candidate.folder / MANIFEST).read_bytes()),
    }
    assert verdict["champion"]["version"] == RELEASE
    assert verdict["revision"] == store.find(REVISION)
    assert [check["name"] for check in verdict["checks"]] == CHECKS
    assert all(check["passed"] and check["reason"] for check in verdict["checks"])
    assert {"machine", "date", "parcelray"} <= verdict.keys()
    found = verdict["checks"][0]["classes"]
    assert [label for label in found if not found[label]["waived"]] == list(COMPARED)
    assert found["pistol"]["equal_false_alarms"]["scans"] == 10
    # Named as promotion names it, so kept where promotion looks.
    assert json.loads((tmp_path / "data" / "models" / "verdicts" / "0001.json").read_text()) == verdict


@pytest.mark.slow
def test_a_sabotaged_candidate_is_refused_with_the_class_named(store: RevisionStore, tmp_path: Path) -> None:
    candidate = sabotaged_candidate(tmp_path / "sabotaged", "pistol")
    report = tmp_path / "report.html"
    done = gate(candidate.folder, store, tmp_path, "--report", str(report))
    assert done.exit_code == 1, done.output
    first, *others, last = done.stdout.splitlines()
    assert first.startswith("refused  found: pistol: has fallen: ")
    assert "revolver" not in first
    assert [line.partition(":")[0] for line in others] == [f"passed  {name}" for name in CHECKS[1:]]
    assert last == f"parcelray sabotaged against parcelray {RELEASE}: refused (found)"
    page = report.read_text(encoding="utf-8")
    assert f"parcelray sabotaged may not take the place of parcelray {RELEASE}" in page
    assert "Refused, found: pistol: has fallen" in page
    assert "<script" not in page
    assert not re.search(r"(src|href)=\"(?!#|data:)", page)
    drawings = re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL)
    assert len(drawings) == 3
    for drawing in drawings:
        ET.fromstring(drawing)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    assert not (tmp_path / "data").exists(), "named by folders, it concerns no data folder"


@pytest.mark.parametrize(
    ("revision", "message"),
    [("another", "expected a revision's name or id (samples, "), (REVISION, "expected a folder with manifest.json")],
)
def test_what_cannot_be_told_exits_with_two(store: RevisionStore, tmp_path: Path, revision: str, message: str) -> None:
    candidate = release_folder() if revision != REVISION else tmp_path / "nowhere"
    done = gate(candidate, store, tmp_path, revision=revision)
    assert done.exit_code == 2
    assert message in done.output
