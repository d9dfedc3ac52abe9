"""The currencies of ISO 4217, as its maintenance agency lists them."""

from __future__ import annotations

from importlib import resources

_FILE = "currencies.txt"


def _read() -> frozenset[str]:
    lines = (resources.files(__package__) / _FILE).read_text("ascii").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


CURRENCIES = _read()
"""Three letters each: those that are in use; of test codes and of metals none."""
