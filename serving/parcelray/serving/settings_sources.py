"""Where values of settings come from: options, the environment, a file; and which one it was for each."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from pydantic_settings import BaseSettings, EnvSettingsSource

from parcelray.models.errors import BadInputError

ENV_PREFIX = "PARCELRAY_"
NO_SETTINGS = ("PARCELRAY_KEY",)
"""Environment variables of ours that are no settings of the service: a workstation reads them."""

CONFIG = "config"
"""The setting that names the file; so it cannot stand in the file."""

# Above, a variable is taken for a misspelt one. Kubernetes and Docker set variables for services beside ours that are
# called parcelray-something: PARCELRAY_DB_PORT, which is 0.73 from PARCELRAY_PORT, must not keep ours from starting.
_LOOKS_ALIKE = 0.75

Origin = Literal["option", "environment", "file", "default"]


@dataclass(frozen=True, repr=False)
class Sources:
    """What each source gives, by name of setting. Not shown by ``repr``: there are secrets in it."""

    options: Mapping[str, Any]
    environment: Mapping[str, Any]
    file: Mapping[str, Any]

    @classmethod
    def read(cls, settings: type[BaseSettings], options: Mapping[str, Any]) -> Sources:
        """Look at all sources.

        Args:
            settings: the class that the values are for.
            options: what was given on the command line or in code.

        Raises:
            BadInputError: the file cannot be read, or a name in it or in the environment is not a setting's.
        """
        names = tuple(settings.model_fields)
        _refuse_misspelt_variables(names)
        without_file = cls(options, EnvSettingsSource(settings)(), {})
        file = without_file.values.get(CONFIG)
        if file is None:
            return without_file
        values = _read_toml(Path(file), without_file.subject(CONFIG))
        _refuse_unknown_keys(Path(file), values, set(names) - {CONFIG})
        return cls(options, without_file.environment, values)

    @property
    def values(self) -> dict[str, Any]:
        """Each setting that has a value, with the one that goes before."""
        return {**self.file, **self.environment, **self.options}

    def origin(self, name: str) -> Origin:
        """Which source gave the value of a setting."""
        if name in self.options:
            return "option"
        if name in self.environment:
            return "environment"
        return "file" if name in self.file else "default"

    def subject(self, name: str) -> str:
        """A setting, named as whoever gave its value knows it."""
        match self.origin(name):
            case "option":
                return f"--{name.replace('_', '-')}"
            case "file":
                return f"{self.values[CONFIG]}: {name}"
            case _:
                return variable(name)


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"{ENV_PREFIX}{name.upper()}"


def _refuse_misspelt_variables(names: Collection[str]) -> None:
    known = {*map(variable, names), *NO_SETTINGS}
    for found in sorted(os.environ):
        if not found.upper().startswith(ENV_PREFIX) or found.upper() in known:
            continue
        # Without the prefix, which would make all of them alike.
        rest = [one.removeprefix(ENV_PREFIX) for one in known]
        if near := get_close_matches(found.upper().removeprefix(ENV_PREFIX), rest, n=1, cutoff=_LOOKS_ALIKE):
            raise BadInputError(
                found,
                expected=f"{ENV_PREFIX}{near[0]}, or no variable",
                got="a name that only looks like it",
            )


def _read_toml(file: Path, subject: str) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInputError(
            subject, expected="a TOML file that can be read", got=f"{file} ({error.strerror or error})"
        ) from error
    except ValueError as error:
        raise BadInputError(subject, expected="a TOML file", got=f"{file}, which is none ({error})") from error


def _refuse_unknown_keys(file: Path, values: Mapping[str, Any], names: Collection[str]) -> None:
    for key in values:
        if key not in names:
            (near,) = get_close_matches(key, names, n=1, cutoff=0)
            raise BadInputError(f"{file}: {key}", expected=f"a known setting (nearest: {near})", got="an unknown one")
