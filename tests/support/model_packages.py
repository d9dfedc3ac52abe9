"""Model packages in small variations, signed by whom a test likes, and what a gate would say of them."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from parcelray.models.package import NETWORK, ModelPackage, sha256_of, write_manifest
from parcelray.models.registry import Registry
from parcelray.models.registry_journal import Alias, Change, Journal
from parcelray.models.signing import sign

OTHER_LABELS = ("slide", "frame", "coin_roll")
"""Of as many classes as the tiny package's, and none of the same."""


def variant(source: Path, folder: Path, key: Ed25519PrivateKey | None, **changes: Any) -> Path:
    """A copy of a package.

    Args:
        source: the package.
        folder: where the copy goes; must not exist yet.
        key: signs the copy; None for nobody.
        changes: of the manifest. ``labels`` bring thresholds with them, ``network`` other bytes of the network.
    """
    shutil.copytree(source, folder)
    manifest = ModelPackage.open(source).manifest
    if "labels" in changes:
        thresholds = dict.fromkeys(changes["labels"], 0.5)
        changes["operating"] = manifest.operating.model_copy(update={"thresholds": thresholds})
    if "network" in changes:
        network = changes.pop("network")
        (folder / NETWORK).write_bytes(network)
        changes["files"] = {**manifest.files, NETWORK: sha256_of(network)}
    write_manifest(folder, manifest.model_copy(update=changes))
    if key is not None:
        sign(folder, key)
    return folder


def flip_a_bit(file: Path) -> None:
    """Damage a file as little as can be."""
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def verdict(candidate: ModelPackage, champion: ModelPackage, *, passed: bool = True) -> dict[str, Any]:
    """What the gate says, as it says it."""
    sides = {
        side: {
            "name": package.manifest.name,
            "version": package.manifest.version,
            "manifest_sha256": package.manifest_sha256,
        }
        for side, package in (("candidate", candidate), ("champion", champion))
    }
    return {
        "format": 1,
        "passed": passed,
        **sides,
        "revision": "0" * 64,
        "checks": [{"name": "detection", "passed": passed, "reason": "pistol: 3 more needed", "figures": 7}],
        "machine": "test",
        "date": dt.datetime.now(dt.UTC).isoformat(),
        "parcelray": "0.0.0",
    }


def force_champion(registry: Registry, reference: str) -> None:
    """Make a model the champion without any question, as somebody could who writes to the files himself."""
    record = registry.record()
    change = Change(
        number=len(record) + 1,
        at=dt.datetime.now(dt.UTC),
        by="nobody",
        why="to see what becomes of it",
        action="promote",
        alias=Alias.CHAMPION,
        before=registry.champion(),
        after=reference,
        manifest_sha256="0" * 64,
        without_gate=True,
    )
    Journal(registry.folder).make(change)
