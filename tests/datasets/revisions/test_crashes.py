"""A revision is there as a whole or not at all, whenever its writer is killed.

A process forks; each child puts the same revision and is killed, by SIGKILL, before one more of its steps than the
child before: opening, renaming, linking, making, removing a file or folder, as the interpreter's audit tells them.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from parcelray.datasets.revisions.building import Built
from parcelray.datasets.revisions.revision import DatasetRevision
from parcelray.datasets.revisions.store import RevisionStore
from support.labelled_folders import LabelledFolder

PROGRAM = """
import json, os, shutil, signal, sys
from pathlib import Path
from parcelray.datasets.revisions.revision import DatasetRevision
from parcelray.datasets.revisions.store import RevisionStore

STEPS = {"open", "os.chmod", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir"}
manifest, source, folder, link = Path(sys.argv[1]), RevisionStore(Path(sys.argv[2])), Path(sys.argv[3]), sys.argv[4]
revision = DatasetRevision.parse(manifest.read_bytes(), "here")
files = {file.sha256: source.objects.path_of(file.sha256) for scan in revision.scans for file in scan.files}

def put(store, kill_at):
    step = 0
    def hook(event, arguments):
        nonlocal step
        if event in STEPS:
            step += 1
            if step > kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)
    store.put(revision, files, link=link == "link")
    store.name("2026-05", revision.id)

states = []
for kill_at in range(1_000):
    store = RevisionStore(folder / str(kill_at))
    child = os.fork()
    if not child:
        put(store, kill_at)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    states.append([status, store.ids(), store.names()])
    if status == 0:
        break
print(json.dumps(states))
"""


@pytest.fixture
def revision(build_from: Callable[..., Built], folder: Callable[[str], LabelledFolder]) -> DatasetRevision:
    return build_from("2026-05", folder("may").add("a.png", 1).add("b.png", 2, ("pistol", 1, 2, 30, 40))).revision


@pytest.mark.parametrize("manner", ["copy", "link"])
def test_a_kill_at_any_step_leaves_a_whole_revision_or_none(
    store: RevisionStore, revision: DatasetRevision, tmp_path: Path, manner: str
) -> None:
    manifest = store.folder / "revisions" / revision.id / "manifest.json"
    crashed = tmp_path / "crashed"
    command = [sys.executable, "-c", PROGRAM, str(manifest), str(store.folder), str(crashed), manner]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    states = json.loads(done.stdout)
    assert len(states) > 30
    assert [status for status, _, _ in states] == [9] * (len(states) - 1) + [0]
    # First nothing, then the revision, then its name; each in turn, and never anything else.
    seen = [(len(ids), len(names)) for _, ids, names in states]
    assert seen == sorted(seen)
    assert set(seen) == {(0, 0), (1, 0), (1, 1)}
    for number, (_, ids, names) in enumerate(states):
        left = RevisionStore(crashed / str(number))
        if ids:
            assert left.open(revision.id) == revision
            assert list(left.verify(revision)) == []
        assert set(names.values()) <= {revision.id}
        files = {scan.sha256: store.objects.path_of(scan.sha256) for scan in revision.scans}
        # And whoever does it again has it.
        assert left.put(revision, files) is not bool(ids)
        left.name("2026-05", revision.id)
        assert left.open("2026-05") == revision
        assert list(left.verify(revision)) == []
