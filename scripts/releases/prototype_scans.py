"""Make the COCO data that release 0001 was trained on, with the scan generator's prototype.

The prototype is not part of this project; its folder is named on the command line. It needs an environment of its own
(numpy scipy numba opencv-python-headless shapely trimesh mapbox_earcut xraydb spekpy)::

    make="python scripts/releases/prototype_scans.py PROTOTYPE_DIR"
    $make --out runs/data/0001-train --first-pool 1 --pools 20
    $make --out runs/data/0001-validation --first-pool 1001 --pools 6
    $make --out runs/data/0001-thresholds --first-pool 3001 --pools 60 --scans-per-pool 50
    $make --out runs/data/0001-test --first-pool 4001 --pools 30 --scans-per-pool 50
    $make --out runs/data/0001-blind --first-pool 5001 --pools 30 --scans-per-pool 50

    parcelray train training/recipes/0001.toml
    parcelray export runs/0001 --out models/releases/0001 --images runs/data/0001-thresholds/images \
        --truth runs/data/0001-thresholds/annotations.json

Each pool is a fresh draw of shapes, so pools that training never saw hold shapes that it never saw. Thresholds want
many pools: a share of false alarms over few shapes says little about others. A pool is remade from its number and
its count of scans; finished pools are kept when the command is run again.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

# One thread a worker: numba and OpenCV would otherwise fight over the same cores.
for _name in ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import cv2
import numpy as np

# The prototype's words for what it draws -> the leaves of our taxonomy. Whatever is not named here (power banks,
# bottles, cables inside appliances …) is benign clutter: IED leaves are labelled only as loose items. The prototype
# labels a firearm's parts only where it draws them apart from a whole gun.
LEAF_OF = {
    "pistol": "pistol",
    "revolver": "revolver",
    "long_gun": "long_gun",
    "slide": "slide",
    "frame": "frame",
    "barrel": "barrel",
    "magazine": "magazine",
    "ammunition": "ammunition",
    "battery_pack": "power_source",
    "thin_metal_cylinder": "initiator",
    "circuit_timer": "switch_circuit",
    "organic_block": "bulk_charge",
    "pipe": "pipe",
    "wires": "wiring",
    "banknotes": "banknote_bundle",
    "coin_roll": "coin_roll",
}
LEAVES = list(LEAF_OF.values())
THREAT_SHARE = 0.7
# An item of which less than this share of pixels changes the signal measurably can't be learned from, nor be found.
MIN_VISIBLE = 0.2

_scanners: list[object] = []


def _start_worker(prototype: str) -> None:
    sys.path.insert(0, prototype)
    cv2.setNumThreads(1)
    from scan import Scanner

    _scanners[:] = [
        Scanner("sandwich"),
        Scanner("dualkvp", pix=0.9, src_h=800),
        Scanner("sandwich", N0=(5e3, 9e3), psf=0.8, pix=1.1, stripe=0.01, src_x=120),
        Scanner("dualkvp", N0=(1e5, 2e5), psf=0.45, pix=0.8, src_h=950, stripe=0.002),
    ]


def make_pool(pool: int, count: int, out: str, raw: bool) -> int:
    """Draw one pool of shapes and ``count`` scans from it; write the images, then their records as one JSON file."""
    import scene
    from pool import Pool

    folder = Path(out)
    done = folder / "pools" / f"{pool:04d}.json"
    if done.exists():
        return pool
    scene.POOL = Pool(seed=pool)
    rng = np.random.default_rng([20261123, pool])
    records = []
    for index in range(count):
        threat = bool(rng.random() < THREAT_SHARE)
        scan = scene.sample(rng, _scanners, threat=threat)
        name = f"{pool:04d}_{index:05d}"
        if raw:
            high, low = scan["raw"][1], scan["raw"][0]
            cv2.imwrite(str(folder / "images" / f"{name}_high.png"), high)
            cv2.imwrite(str(folder / "images" / f"{name}_low.png"), low)
        cv2.imwrite(str(folder / "images" / f"{name}.jpg"), scan["rgb"][..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 92])
        items = []
        for label in scan["lab"]:
            leaf = LEAF_OF.get(str(label["label"])) if label["cls"] not in ("benign", "container") else None
            if leaf is None:
                continue
            if (label.get("visible") or 0.0) < MIN_VISIBLE:
                continue
            x0, y0, x1, y1 = (int(v) for v in label["box"])
            items.append(
                {
                    "label": leaf,
                    "bbox": [x0, y0, x1 - x0, y1 - y0],
                    "area": int(label["area"]),
                    "level": label.get("level"),
                    "visible": round(float(label["visible"]), 3),
                }
            )
        records.append(
            {
                "file_name": f"{name}.jpg",
                "width": 640,
                "height": 480,
                "threat": threat,
                "palette": str(scan["vendor"]),
                "items": items,
            }
        )
    partial = done.with_suffix(".part")
    partial.write_text(json.dumps(records))
    partial.replace(done)
    return pool


def merge(out: Path) -> dict[str, list[dict[str, Any]]]:
    """All finished pools of a folder as one COCO document."""
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    ids = itertools.count(1)
    for path in sorted((out / "pools").glob("*.json")):
        for record in json.loads(path.read_text()):
            # A parcel that was packed with a threat of which nothing visible is left teaches neither yes nor no.
            if record["threat"] and not record["items"]:
                continue
            image_id = len(images) + 1
            images.append(
                {
                    "id": image_id,
                    "file_name": record["file_name"],
                    "width": record["width"],
                    "height": record["height"],
                    "group": record["file_name"].removesuffix(".jpg"),
                    "palette": record["palette"],
                }
            )
            annotations.extend(
                {
                    "id": next(ids),
                    "image_id": image_id,
                    "category_id": LEAVES.index(item["label"]) + 1,
                    "bbox": item["bbox"],
                    "area": item["area"],
                    "iscrowd": 0,
                    "level": item["level"],
                    "visible": item["visible"],
                }
                for item in record["items"]
            )
    categories = [{"id": i + 1, "name": leaf} for i, leaf in enumerate(LEAVES)]
    return {"images": images, "annotations": annotations, "categories": categories}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("prototype", type=Path, help="folder of the prototype's modules")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--first-pool", type=int, default=1)
    parser.add_argument("--pools", type=int, default=20)
    parser.add_argument("--scans-per-pool", type=int, default=500)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--raw", action="store_true", help="write the 16-bit high and low images too")
    options = parser.parse_args()
    (options.out / "images").mkdir(parents=True, exist_ok=True)
    (options.out / "pools").mkdir(exist_ok=True)
    started = time.monotonic()
    numbers = range(options.first_pool, options.first_pool + options.pools)
    arguments = (str(options.prototype.resolve()),)
    with ProcessPoolExecutor(options.workers, initializer=_start_worker, initargs=arguments) as executor:
        jobs = [
            executor.submit(make_pool, number, options.scans_per_pool, str(options.out), options.raw)
            for number in numbers
        ]
        for count, job in enumerate(jobs, start=1):
            pool = job.result()
            seconds = time.monotonic() - started
            left = seconds / count * (len(jobs) - count)
            print(f"pool {pool:04d} done, {count} of {len(jobs)}, about {left:.0f} s left", flush=True)
    document = merge(options.out)
    (options.out / "annotations.json").write_text(json.dumps(document))
    print(f"{len(document['images'])} scans, {len(document['annotations'])} items in {options.out}")


if __name__ == "__main__":
    main()
