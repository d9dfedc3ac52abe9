"""A scanner profile as a TOML file that ``load_profile`` reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from parcelray.datasets.synth.scanner.profile import ScannerProfile

# Fitted values are not known more closely than this.
_DIGITS = 5


def write_profile(profile: ScannerProfile, path: Path) -> None:
    """Write a profile; its name is that of the file it should get.

    Args:
        profile: what to write.
        path: the file, made or replaced.
    """
    path.write_text(profile_toml(profile), encoding="utf-8")


def profile_toml(profile: ScannerProfile) -> str:
    """The text of a profile's file."""
    lines: list[str] = []
    _add_table(lines, "", profile.model_dump(mode="json"))
    return "\n".join(lines).lstrip("\n") + "\n"


def _add_table(lines: list[str], path: str, table: dict[str, Any]) -> None:
    """A table's plain values, then its tables: TOML wants them in this order."""
    tables = {key: value for key, value in table.items() if isinstance(value, dict)}
    if path:
        lines.extend(["", f"[{path}]"])
    lines.extend(f"{key} = {_literal(value)}" for key, value in table.items() if key not in tables)
    for key, value in tables.items():
        _add_table(lines, f"{path}.{key}" if path else key, value)


def _literal(value: Any) -> str:
    match value:
        case bool() | str() | int():
            # JSON's notation of these is TOML's too.
            return json.dumps(value)
        case float():
            return repr(float(f"{value:.{_DIGITS}g}"))
        case dict():
            return "{ " + ", ".join(f"{key} = {_literal(item)}" for key, item in value.items()) + " }"
        case list():
            return "[" + ", ".join(_literal(item) for item in value) + "]"
        case _:
            raise TypeError(f"expected a value that TOML has, got {type(value).__name__}")
