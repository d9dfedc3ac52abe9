"""How much the service adds to the bare loop, and how soon it answers after its start.

    .venv-dev/bin/python scripts/bench/latency.py [--model FOLDER] [--calls 300]

Starts the real server, then takes turns, one view each: through the bare loop (OpenCV's decoder, preprocess, run,
decode) in this process, through POST /v1/detect, through the bare loop that also keeps what it saw (the image written
beside, fsynced, renamed, its folder fsynced; a line about it appended and fsynced), and through POST /v1/scans, which
keeps it in SQLite. Each has all cores to itself in its turn, and each view is another file. What is demanded: ratios of
the medians of at most 1.5 (detect) and 1.3 (scans), and a first answer within 3 s on an idle machine.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from parcelray.models.detector import Detector
from parcelray.models.package import ModelPackage
from parcelray.models.store import release_folder
from parcelray.serving.engine.team import usable_cores
from parcelray.serving.people.audit import Actor
from parcelray.serving.security.keys import KeyRing, Scope
from parcelray.serving.store.store import open_database

WARM_UP = 20
BOUNDARY = "parcelray-bench"
START_OF_IMAGE = 2


def sample_jpeg() -> bytes:
    """A 640 x 480 JPEG with about the detail of a scan: overlapping soft shapes on white, and noise."""
    random = np.random.default_rng(1)
    pixels = np.full((480, 640, 3), 250, np.float32)
    for _ in range(60):
        layer = np.zeros((480, 640), np.float32)
        centre, axes = random.integers((40, 40), (600, 440)), random.integers(8, 90, 2)
        cv2.ellipse(layer, centre.tolist(), axes.tolist(), float(random.integers(360)), 0, 360, 1.0, -1)
        pixels *= 1 - 0.35 * cv2.GaussianBlur(layer, (5, 5), 0)[..., None] * random.random(3, np.float32)
    noisy = np.clip(pixels + random.normal(0, 3, pixels.shape), 0, 255).astype(np.uint8)
    return cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()


def copies(jpeg: bytes) -> Iterator[bytes]:
    """The same picture again and again, each time as another file: a comment in it counts."""
    for number in itertools.count():
        comment = b"%016d" % number
        segment = b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment
        yield jpeg[:START_OF_IMAGE] + segment + jpeg[START_OF_IMAGE:]


def bare(detector: Detector, jpeg: bytes) -> list[list[float]]:
    """The least that must be done for one view."""
    pixels = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR_RGB)
    assert pixels is not None
    tensor, geometry = detector.preprocess(cast("NDArray[np.uint8]", pixels))
    boxes: list[list[float]] = detector.decode(detector.forward(tensor), geometry).boxes.tolist()
    return boxes


def bare_and_kept(detector: Detector, jpeg: bytes, folder: Path) -> None:
    """The least that must be done so that neither the view nor what was seen in it can be lost."""
    boxes = bare(detector, jpeg)
    part, kept = folder / "part", folder / str(time.perf_counter_ns())
    for path, mode, data in ((part, "xb", jpeg), (folder / "record", "ab", json.dumps(boxes).encode() + b"\n")):
        with path.open(mode) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path is part:
            part.rename(kept)
            handle = os.open(folder, os.O_RDONLY)
            os.fsync(handle)
            os.close(handle)


class Caller:
    """A workstation with one connection."""

    def __init__(self, address: str, key: str) -> None:
        self._connection = http.client.HTTPConnection(address, timeout=30)
        self._head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="view"; filename="a.jpg"\r\n\r\n'.encode()
        self._headers = {"X-API-Key": key, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}

    def __call__(self, path: str, jpeg: bytes) -> dict[str, float]:
        """Send a view; milliseconds of each stage, as the service gives them."""
        body = self._head + jpeg + f"\r\n--{BOUNDARY}--\r\n".encode()
        self._connection.request("POST", path, body, self._headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status not in (200, 201):
            raise SystemExit(f"the service answered {answer.status}: {content.decode()}")
        document: dict[str, Any] = json.loads(content)
        stages = re.findall(r"(\w+);dur=([\d.]+)", answer.headers.get("Server-Timing", ""))
        return {stage: float(ms) for stage, ms in stages} or document["timing_ms"]


@contextmanager
def service(folder: Path, data_dir: Path) -> Iterator[str]:
    """The real server, and its address as soon as it says that it is ready."""
    command = [sys.executable, "-c", "from parcelray.scripts.main import main; main()", "serve"]
    options = ["--port", "0", "--data-dir", str(data_dir), "--model", str(folder)]
    with subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://(\S+)", line)
        if found is None:
            raise SystemExit(f"the service did not start: {line}")
        yield found.group(1)
        process.terminate()


def timed(work: Callable[[], object]) -> float:
    """Milliseconds that something takes."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1e3


def report(name: str, floor_ms: list[float], service_ms: list[float], stages: list[dict[str, float]]) -> None:
    """Print the two ways beside each other."""
    for title, values in ((f"bare loop for {name}", floor_ms), (f"POST {name}", service_ms)):
        print(f"{title:<26} median {np.median(values):.2f} ms, p95 {np.percentile(values, 95):.2f} ms")
    print(f"{'ratio of the medians':<26} {np.median(service_ms) / np.median(floor_ms):.3f}")
    medians = {stage: float(np.median([timing[stage] for timing in stages])) for stage in stages[0]}
    print("median of each stage       " + ", ".join(f"{stage} {ms:.2f}" for stage, ms in medians.items()) + " ms")


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--model", type=Path, help="folder of a model package (default: the newest release)")
    parser.add_argument("--calls", type=int, default=300, help="so many calls each way (default: 300)")
    parser.add_argument("--scratch", type=Path, help="where to keep scans meanwhile (default: the system's folder)")
    options = parser.parse_args()
    folder = options.model or release_folder()
    detector = Detector(ModelPackage.open(folder), threads=usable_cores())
    jpegs = copies(sample_jpeg())
    with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
        data_dir, beside = Path(scratch, "data"), Path(scratch, "bare")
        beside.mkdir()
        with closing(open_database(data_dir, None)) as database:
            key = KeyRing(database).create("bench", Scope.WORKSTATION, Actor.host_user())
        began = time.perf_counter()
        with service(folder, data_dir) as address:
            call = Caller(address, key)
            call("/v1/detect", next(jpegs))
            first_answer_s = time.perf_counter() - began
            floors: dict[str, Callable[[bytes], object]] = {
                "/v1/detect": lambda jpeg: bare(detector, jpeg),
                "/v1/scans": lambda jpeg: bare_and_kept(detector, jpeg, beside),
            }
            floor_ms: dict[str, list[float]] = {path: [] for path in floors}
            service_ms: dict[str, list[float]] = {path: [] for path in floors}
            stages: dict[str, list[dict[str, float]]] = {path: [] for path in floors}
            for number in range(WARM_UP + options.calls):
                for path, floor in floors.items():
                    jpeg = next(jpegs)
                    floor_took = timed(partial(floor, jpeg))
                    began = time.perf_counter()
                    timing = call(path, jpeg)
                    took = (time.perf_counter() - began) * 1e3
                    if number >= WARM_UP:
                        floor_ms[path].append(floor_took)
                        service_ms[path].append(took)
                        stages[path].append(timing)
    print(f"load average {os.getloadavg()[0]:.2f}, {usable_cores()} cores, JPEG of {len(jpeg) / 1024:.0f} KiB")
    print(f"start to first answer      {first_answer_s:.2f} s")
    for path in floors:
        report(path, floor_ms[path], service_ms[path], stages[path])


if __name__ == "__main__":
    main()
