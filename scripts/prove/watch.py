"""``parcelray watch`` loses no scan and sends none twice: many files, a service that goes away, agents that are killed.

    .venv-dev/bin/python scripts/prove/watch.py

A stream of small scans, all different, is dropped into a folder while the service is killed or stopped and started
again, and the agent is killed and started again, at moments drawn from a seed. In the end each scan must have one last
answer beside it, to its very bytes, under an id that the service knows; the service must hold each scan once, and no
other. A scan without an answer in time must have been said to be NOT SCREENED. Takes some minutes; a short form of it
is among the tests.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections import Counter
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from parcelray.client.client import Client
from parcelray.models.store import release_folder
from parcelray.serving.people.audit import Actor
from parcelray.serving.security.keys import KeyRing, Scope
from parcelray.serving.store.store import open_database
from support.service import PARCELRAY, Service, serve_command

SIDE = 48
# Longer than the slowest start of the service, shorter than anybody wants to wait for a proof that hangs.
PATIENCE_S = 120.0


@dataclass
class Proof:
    """What a run is made of, and what it found.

    Attributes:
        files: how many scans.
        outages: how often the service goes away; every other time it is killed, else stopped.
        kills: how often the agent is killed.
        seed: of the moments.
        folder: where everything lies.
        model: that the service runs.
        away_s: for so many seconds at most what was ended stays away.
        per_second: so many scans are dropped, on average.
        lines: what the agents said of scans.
    """

    files: int
    outages: int
    kills: int
    seed: int
    folder: Path
    model: Path
    away_s: float = 3.0
    per_second: float = 15.0
    lines: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Do it, and say what came of it.

        Raises:
            AssertionError: a scan was lost, sent twice or wrongly answered.
        """
        began = time.monotonic()
        drawn = random.Random(self.seed)
        (self.folder / "in").mkdir()
        with ExitStack() as stack:
            command = serve_command(self.folder / "data", self.model)
            key = self._make_key()
            service = stack.enter_context(Service(command, log=self.folder / "service.log"))
            service.start()
            agent = Agent(self.folder, service.url, key)
            stack.callback(agent.end)
            agent.start()
            dropping = threading.Thread(target=self._drop, args=(random.Random(self.seed + 1),))
            dropping.start()
            for event in self._events(drawn):
                self._wait_for(event.after)
                self._happen(event, service, agent, drawn)
            dropping.join()
            self._wait_for(self.files)
            agent.stop()
            self.lines = agent.lines()
            with Client(service.url, key) as client:
                self._check(client)
        self._tell(time.monotonic() - began)

    def _events(self, drawn: random.Random) -> list[Event]:
        """What goes wrong, and after how many answers."""
        kinds = ["service"] * self.outages + ["agent"] * self.kills
        drawn.shuffle(kinds)
        places = sorted(drawn.randrange(1, max(2, int(self.files * 0.95))) for _ in kinds)
        counts: Counter[str] = Counter()
        events = []
        for after, kind in zip(places, kinds, strict=True):
            events.append(Event(after, kind, counts[kind]))
            counts[kind] += 1
        return events

    def _happen(self, event: Event, service: Service, agent: Agent, drawn: random.Random) -> None:
        # Not at the moment at which an answer was written, but at any.
        time.sleep(drawn.random() * 0.3)
        away_s = drawn.random() * self.away_s
        if event.kind == "agent":
            agent.kill()
            self._say(f"the agent was killed, and is started again after {away_s:.1f} s")
            time.sleep(away_s)
            agent.start()
            return
        is_killed = event.number % 2 == 0
        service.kill() if is_killed else service.stop()
        self._say(f"the service was {'killed' if is_killed else 'stopped'}, and is started again after {away_s:.1f} s")
        time.sleep(away_s)
        service.start()

    def _drop(self, drawn: random.Random) -> None:
        """Drop the scans as a scanner would, some of them slowly, some in two pieces."""
        for number in range(self.files):
            data = picture(number, self.seed)
            path = self.folder / "in" / f"{number:05d}.png"
            if drawn.random() < 0.05:
                with path.open("wb") as file:
                    file.write(data[: len(data) // 2])
                    file.flush()
                    time.sleep(0.05)
                    file.write(data[len(data) // 2 :])
            else:
                partial = path.with_suffix(".part")
                partial.write_bytes(data)
                partial.replace(path)
            time.sleep(drawn.random() * 2 / self.per_second)

    def _wait_for(self, answers: int) -> None:
        """Wait for so many last answers."""
        last, changed = -1, time.monotonic()
        while (found := self._answered()) < answers:
            if found != last:
                last, changed = found, time.monotonic()
            assert time.monotonic() - changed < PATIENCE_S, f"no answer came for {PATIENCE_S:g} s: {found} are there"
            time.sleep(0.2)
        self._say(f"{found} answered")

    def _answered(self) -> int:
        # Markers for scans without an answer in time are written whole too, so each can be read.
        return sum(1 for answer in self._answers().values() if answer["final"])

    def _answers(self) -> dict[str, dict[str, Any]]:
        found = {}
        for entry in os.scandir(self.folder / "in"):
            if entry.name.endswith(".json"):
                found[entry.name] = json.loads(Path(entry.path).read_text())
        return found

    def _check(self, client: Client) -> None:
        answers = self._answers()
        assert len(answers) == self.files, f"expected {self.files} answers, got {len(answers)}"
        kept = [summary["scan_id"] for summary in client.all_scans()]
        assert len(kept) == len(set(kept)) == self.files, f"expected {self.files} scans kept once, got {len(kept)}"
        ids = set()
        for number in range(self.files):
            name = f"{number:05d}.png"
            answer = answers[f"{name}.json"]
            total = sha256(picture(number, self.seed)).hexdigest()
            assert (answer["final"], answer["state"]) == (True, "screened"), (name, answer)
            (record,), said = answer["files"], answer["answer"]
            assert (record["name"], record["sha256"]) == (name, total), (name, record)
            assert client.scan(said["scan_id"]) == said, name
            assert said["views"][0]["files"][0]["sha256"] == total, name
            ids.add(said["scan_id"])
        assert ids == set(kept), "an answer names a scan that is not the service's"
        marked = {match[1] for line in self.lines if (match := re.match(r"NOT SCREENED (\S+):", line))}
        late = {name.removesuffix(".json") for name, answer in answers.items() if answer["late"]}
        # An agent may be killed between saying it and writing it down: the next one then counts anew.
        assert late <= marked, f"late, and never said to be NOT SCREENED: {sorted(late - marked)}"
        left = [path.name for path in (self.folder / "in").iterdir() if path.name.startswith(".")]
        assert not left, f"left behind: {left}"

    def _make_key(self) -> str:
        (self.folder / "data").mkdir(mode=0o700)
        with closing(open_database(self.folder / "data", None)) as database:
            return KeyRing(database).create("prove-watch", Scope.WORKSTATION, Actor.host_user())

    def _say(self, line: str) -> None:
        print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)

    def _tell(self, seconds: float) -> None:
        marks = sum(line.startswith("NOT SCREENED") for line in self.lines)
        self._say(
            f"PROVED: {self.files} scans through {self.outages} outages of the service and {self.kills} kills of the "
            f"agent in {seconds:.0f} s (seed {self.seed}): each has one last answer, the service holds each once. "
            f"NOT SCREENED was said {marks} times on the way."
        )


@dataclass(frozen=True)
class Event:
    """Something that goes wrong.

    Attributes:
        after: so many last answers.
        kind: what is hit: ``service`` or ``agent``.
        number: of its kind, from 0.
    """

    after: int
    kind: str
    number: int


class Agent:
    """``parcelray watch``, started again and again on one folder."""

    def __init__(self, folder: Path, url: str, key: str) -> None:
        quick = ["--settle", "0.2", "--poll", "0.1", "--deadline", "10"]
        self._command = [*PARCELRAY, "watch", str(folder / "in"), "--server", url, *quick]
        self._environment = {**os.environ, "PARCELRAY_KEY": key}
        self._log = folder / "agent.out"
        self._errors = folder / "agent.err"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log, self._errors.open("ab") as errors:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=errors, env=self._environment)

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        assert self._process is not None
        self._process.terminate()
        assert self._process.wait(30) == 0, self._errors.read_text()

    def end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self.kill()

    def lines(self) -> list[str]:
        return self._log.read_text().splitlines()


def picture(number: int, seed: int) -> bytes:
    """A small grey PNG, another one for each number."""
    drawn = random.Random(f"{seed} {number}")
    shade, column, row = drawn.randrange(150, 256), drawn.randrange(SIDE - 8), drawn.randrange(SIDE - 8)
    lines = [bytearray([shade]) * SIDE for _ in range(SIDE)]
    for line in lines[row : row + 8]:
        line[column : column + 8] = bytes(8)
    lines[0][:4] = struct.pack(">I", number)
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + bytes(line) for line in lines))
    chunks = [(b"IHDR", header), (b"IDAT", pixels), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def main() -> None:
    """Run it with the numbers that are given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--outages", type=int, default=5)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--per-second", type=float, default=15.0, help="scans dropped, on average")
    parser.add_argument("--model", type=Path, help="folder of a model package; default: the newest release")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="prove-watch-") as folder:
        Proof(
            files=options.files,
            outages=options.outages,
            kills=options.kills,
            seed=options.seed,
            per_second=options.per_second,
            folder=Path(folder),
            model=options.model or release_folder(),
        ).run()


if __name__ == "__main__":
    main()
