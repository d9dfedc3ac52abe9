"""How much the service adds to the bare loop, and how soon it answers after its start.

    .venv-dev/bin/python scripts/bench/detect_latency.py [--model FOLDER] [--calls 300]

Starts the real server, then takes turns: one view through the bare loop (OpenCV's decoder, preprocess, run, decode) in
this process, the same view through POST /v1/detect on one kept-alive connection. Both have all cores to themselves in
their turn. What is demanded: a ratio of the medians of at most 1.5, and a first answer within 3 s on an idle machine.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from parcelray.models.detector import Detector
from parcelray.models.package import ModelPackage
from parcelray.models.store import release_folder
from parcelray.serving.engine.team import usable_cores
from parcelray.serving.security.keys import KeyRing, Scope
from parcelray.serving.store.store import open_database

WARM_UP = 20
BOUNDARY = "parcelray-bench"


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


def bare(detector: Detector, jpeg: bytes) -> int:
    """The least that must be done for one view."""
    pixels = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR_RGB)
    assert pixels is not None
    tensor, geometry = detector.preprocess(cast("NDArray[np.uint8]", pixels))
    return len(detector.decode(detector.forward(tensor), geometry))


class Caller:
    """A workstation with one connection."""

    def __init__(self, address: str, key: str, jpeg: bytes) -> None:
        self._connection = http.client.HTTPConnection(address, timeout=30)
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="view"; filename="a.jpg"\r\n\r\n'
        self._body = head.encode() + jpeg + f"\r\n--{BOUNDARY}--\r\n".encode()
        self._headers = {"X-API-Key": key, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}

    def __call__(self) -> dict[str, Any]:
        self._connection.request("POST", "/v1/detect", self._body, self._headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise SystemExit(f"the service answered {answer.status}: {content.decode()}")
        document: dict[str, Any] = json.loads(content)
        return document


def start(folder: Path, data_dir: Path) -> tuple[subprocess.Popen[str], str]:
    """The real server, and its address as soon as it says that it is ready."""
    command = [sys.executable, "-c", "from parcelray.scripts.main import main; main()", "serve"]
    options = ["--port", "0", "--data-dir", str(data_dir), "--model", str(folder)]
    process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.search(r"http://(\S+)", line)
    if found is None:
        raise SystemExit(f"the service did not start: {line}")
    return process, found.group(1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, help="folder of a model package (default: the newest release)")
    parser.add_argument("--calls", type=int, default=300, help="how many calls each way (default: 300)")
    options = parser.parse_args()
    folder = options.model or release_folder()
    jpeg = sample_jpeg()
    detector = Detector(ModelPackage.open(folder), threads=usable_cores())
    with tempfile.TemporaryDirectory() as scratch:
        key = KeyRing(open_database(Path(scratch), None)).create("bench", Scope.WORKSTATION)
        began = time.perf_counter()
        process, address = start(folder, Path(scratch))
        try:
            call = Caller(address, key, jpeg)
            call()
            first_answer_s = time.perf_counter() - began
            for _ in range(WARM_UP):
                bare(detector, jpeg)
                call()
            bare_ms, http_ms, timings = [], [], []
            for _ in range(options.calls):
                at = time.perf_counter()
                bare(detector, jpeg)
                between = time.perf_counter()
                answer = call()
                http_ms.append((time.perf_counter() - between) * 1e3)
                bare_ms.append((between - at) * 1e3)
                timings.append(answer["timing_ms"])
        finally:
            process.terminate()
            process.wait()
    ratio = np.median(http_ms) / np.median(bare_ms)
    print(f"load average {os.getloadavg()[0]:.2f}, {usable_cores()} cores, JPEG of {len(jpeg) / 1024:.0f} KiB")
    print(f"start to first answer  {first_answer_s:.2f} s")
    for name, values in (("bare loop", bare_ms), ("POST /v1/detect", http_ms)):
        print(f"{name:<22} median {np.median(values):.2f} ms, p95 {np.percentile(values, 95):.2f} ms")
    print(f"ratio of the medians   {ratio:.3f}")
    stages = {stage: float(np.median([timing[stage] for timing in timings])) for stage in timings[0]}
    print("median of each stage   " + ", ".join(f"{stage} {value:.2f}" for stage, value in stages.items()) + " ms")


if __name__ == "__main__":
    main()
