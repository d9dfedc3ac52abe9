"""Who is told what the agent does: the command line, or a test."""

from __future__ import annotations

from typing import Protocol


class Report(Protocol):
    """Is told what happens."""

    def scan(self, line: str) -> None:
        """A scan was answered, or is said not to be screened."""

    def note(self, line: str) -> None:
        """Something changed that concerns all scans."""

    def status(self, line: str) -> None:
        """How things stand."""
