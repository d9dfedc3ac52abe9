"""What there is to set, told from ``Settings`` itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from parcelray.serving.settings import Settings
from parcelray.serving.settings_sources import variable

_TYPES = {
    str: "text",
    bool: "true or false",
    int: "whole number",
    float: "number",
    Path: "path",
    SecretStr: "secret text",
}
_LIMITS = {"gt": "more than", "ge": "at least", "lt": "less than", "le": "at most"}
NOTHING = "–"


@dataclass(frozen=True)
class Entry:
    """A setting in the words of the reference."""

    name: str
    variable: str
    type: str
    default: str
    limits: str
    description: str


def reference() -> tuple[Entry, ...]:
    """All settings, in the order of the model."""
    return tuple(
        Entry(name, variable(name), _type(field), _default(field), _limits(field), field.description or "")
        for name, field in Settings.model_fields.items()
    )


def _type(field: FieldInfo) -> str:
    # What may be left out is annotated as a union with None.
    (kind,) = (one for one in get_args(field.annotation) or (field.annotation,) if one is not type(None))
    return _TYPES[kind]


def _default(field: FieldInfo) -> str:
    # One that is made when it is needed differs from user to user; the description says it in words.
    made = field.default_factory is not None
    if made or field.default in (None, ""):
        return NOTHING
    return str(field.default).lower() if isinstance(field.default, bool) else str(field.default)


def _limits(field: FieldInfo) -> str:
    limits = [
        f"{words} {value}"
        for constraint in field.metadata
        for name, words in _LIMITS.items()
        if (value := getattr(constraint, name, None)) is not None
    ]
    return ", ".join(limits) or NOTHING
