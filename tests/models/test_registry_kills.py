"""A registry is as it was before a change or as it is after it, whenever whoever makes the change is killed.

A process forks; each child adds a model, promotes it and rolls it back, and is killed, by SIGKILL, before one more of
its steps than the child before: opening, renaming, making, removing a file or folder, as the interpreter's audit tells.
"""

import json
import subprocess
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from parcelray.models.registry import Registry
from parcelray.models.registry_journal import replayed
from parcelray.models.signing import public_of
from support.model_packages import variant

PROGRAM = """
import json, os, shutil, signal, sys
from pathlib import Path
from parcelray.models.registry import Registry

STEPS = {"open", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "shutil.rmtree"}
start, package, folder = map(Path, sys.argv[1:])

def change(registry, kill_at):
    step = 0
    def hook(event, arguments):
        nonlocal step
        if event in STEPS:
            step += 1
            if step > kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)
    registry.add(package, by="kim")
    registry.promote("candidate", why="better", by="kim", without_gate=True)
    registry.rollback(why="worse", by="kim")

# Whatever is imported when it is first needed.
shutil.copytree(start, folder / "first")
change(Registry(folder / "first"), 1_000_000)
for kill_at in range(1_000):
    shutil.copytree(start, folder / str(kill_at))
    child = os.fork()
    if not child:
        change(Registry(folder / str(kill_at)), kill_at)
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        break
print(kill_at)
"""


def test_a_kill_at_any_step_leaves_a_change_whole_or_not_begun(tiny_package: Path, tmp_path: Path) -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    registry = Registry.open(tmp_path)
    registry.trust(public_of(key), "the hub")
    registry.promote(
        registry.add(variant(tiny_package, tmp_path / "a", key, version="a")), why="first", without_gate=True
    )
    package = variant(tiny_package, tmp_path / "b", key, version="b")
    crashed = tmp_path / "crashed"
    command = [sys.executable, "-c", PROGRAM, str(registry.folder), str(package), str(crashed)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    kills = json.loads(done.stdout)
    assert kills > 50
    seen = []
    for number in range(kills + 1):
        left = Registry(crashed / str(number))
        record = left.record()
        seen.append((len(record), len(left.list()), left.champion()))
        assert [change.number for change in record] == list(range(1, len(record) + 1))
        assert replayed(record).get("champion") == left.champion()
        assert all(held.fault is None for held in left.list())
        # And whoever goes on finds nothing in the way, and nothing lost.
        if left.champion() == "0001" and len(record) < 5:
            assert left.add(package) == "0002"
            left.promote("0002", why="again", without_gate=True)
        else:
            left.promote("0002" if left.champion() == "0001" else "0001", why="again", without_gate=True)
        assert list(left.record())[: len(record)] == list(record)
        assert [change.number for change in left.record()] == list(range(1, len(left.record()) + 1))
        assert list(left.folder.glob(".*")) == []
    # One state after the other, and no other state.
    assert seen == sorted(seen, key=lambda state: state[:2])
    assert set(seen) == {(2, 2, "0001"), (2, 3, "0001"), (3, 3, "0001"), (4, 3, "0002"), (5, 3, "0001")}
