"""``Verdict``: what the gate says, check by check, with the figures that it rests on."""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from parcelray.models.package import ModelPackage

FORMAT = 1
_CPU_MODELS = Path("/proc/cpuinfo")


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: of it, in a word.
        passed: whether the candidate may pass.
        reason: why, for a person.
        figures: that it rests on, for JSON.
    """

    name: str
    passed: bool
    reason: str
    figures: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"name": self.name, "passed": self.passed, "reason": self.reason, **self.figures}


@dataclass(frozen=True)
class Named:
    """A package by what cannot be mistaken: the bytes of its manifest, which name all other files by their sums."""

    name: str
    version: str
    manifest_sha256: str

    @classmethod
    def of(cls, package: ModelPackage) -> Named:
        """What a package is called, and the sum of its manifest."""
        return cls(package.manifest.name, package.manifest.version, package.manifest_sha256)

    def as_dict(self) -> dict[str, str]:
        """For JSON."""
        return {"name": self.name, "version": self.version, "manifest_sha256": self.manifest_sha256}

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


@dataclass(frozen=True)
class Verdict:
    """The answer.

    Attributes:
        candidate: that asks to pass.
        champion: that it was compared with.
        revision: id of the revision whose test scans decided.
        checks: all of them, also after one has failed.
        machine: that it was decided on.
        date: of the decision, UTC, ISO 8601.
        parcelray: version that decided.
    """

    candidate: Named
    champion: Named
    revision: str
    checks: tuple[Check, ...]
    machine: str
    date: str
    parcelray: str

    @classmethod
    def of(cls, candidate: Named, champion: Named, revision: str, checks: tuple[Check, ...]) -> Verdict:
        """The verdict of these checks, made here and now."""
        now = dt.datetime.now(tz=dt.UTC).isoformat(timespec="seconds")
        return cls(candidate, champion, revision, checks, _machine(), now, metadata.version("parcelray"))

    @property
    def passed(self) -> bool:
        """Whether every check has."""
        return all(check.passed for check in self.checks)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "format": FORMAT,
            "passed": self.passed,
            "candidate": self.candidate.as_dict(),
            "champion": self.champion.as_dict(),
            "revision": self.revision,
            "checks": [check.as_dict() for check in self.checks],
            "machine": self.machine,
            "date": self.date,
            "parcelray": self.parcelray,
        }


def _machine() -> str:
    """The processor and how many of its cores there are; no name of a host."""
    lines = _CPU_MODELS.read_text().splitlines() if _CPU_MODELS.is_file() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{models[0] if models else platform.machine()}, {os.cpu_count()} cores, {platform.system()}"
