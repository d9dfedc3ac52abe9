"""``Verdicts``: what the gate said, each in a numbered file that is never changed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from parcelray.models.durable import make_private_folder, replace_file
from parcelray.models.errors import BadInputError, DamagedError
from parcelray.models.package import Sha256

_NUMBERED = re.compile(r"(\d{4,})\.json")


class _Read(BaseModel):
    # The rest of a verdict is the gate's, and for people.
    model_config = ConfigDict(frozen=True, extra="ignore")


class Compared(_Read):
    """One of the two models that a verdict is about."""

    name: str
    version: str
    manifest_sha256: Sha256


class Verdict(_Read):
    """What promotion must know of a verdict.

    Attributes:
        passed: whether the candidate may take the champion's place.
        revision: of the data that it was tested on.
        date: when it was given.
    """

    format: Literal[1]
    passed: bool
    candidate: Compared
    champion: Compared
    revision: str
    checks: tuple[Mapping[str, Any], ...]
    date: AwareDatetime

    def reasons(self) -> str:
        """Why it did not pass, in words."""
        failed = (check for check in self.checks if not check.get("passed"))
        return "; ".join(f"{check.get('name')}: {check.get('reason')}" for check in failed)


class Verdicts:
    """The verdicts of one registry. Whoever keeps one keeps others from it meanwhile.

    Args:
        folder: made when the first is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, document: Mapping[str, Any]) -> str:
        """Keep a verdict.

        Returns:
            Its number.

        Raises:
            BadInputError: it is none.
        """
        try:
            Verdict.model_validate_json(json.dumps(document))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise BadInputError("the verdict", expected="one of the gate", got=f"{where}: {first['msg']}") from error
        make_private_folder(self._folder)
        number = f"{max((int(known) for known in self._numbers()), default=0) + 1:04d}"
        replace_file(
            self._folder / f"{number}.json", f"{json.dumps(document, indent=2, ensure_ascii=False)}\n".encode()
        )
        return number

    def latest(self, candidate: str, champion: str) -> tuple[str, Verdict] | None:
        """The number and the verdict that was kept last about a candidate beside a champion.

        Args:
            candidate: sha256 of its manifest.
            champion: sha256 of its manifest.

        Raises:
            DamagedError: what is kept is no verdict.
        """
        for number in sorted(self._numbers(), key=int, reverse=True):
            verdict = self._read(number)
            if (verdict.candidate.manifest_sha256, verdict.champion.manifest_sha256) == (candidate, champion):
                return number, verdict
        return None

    def _numbers(self) -> Iterator[str]:
        for path in self._folder.glob("*.json"):
            if found := _NUMBERED.fullmatch(path.name):
                yield found[1]

    def _read(self, number: str) -> Verdict:
        path = self._folder / f"{number}.json"
        try:
            return Verdict.model_validate_json(path.read_bytes())
        except ValidationError as error:
            raise DamagedError(f"{path}: expected a verdict, got: {error.errors()[0]['msg']}") from error
