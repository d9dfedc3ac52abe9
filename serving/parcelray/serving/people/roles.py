"""``Role``: what somebody works as, and so where they may enter. Machines have scopes of keys instead."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """One for each account; ``security.entrances`` names the roles that may enter a route."""

    OPERATOR = "operator"
    """Looks at scans, and works at the desk: claims, decides, tells what searches found."""
    SUPERVISOR = "supervisor"
    """Works at the desk, decides what was escalated, and looks at how a shift goes."""
    ENGINEER = "engineer"
    """Looks at scans, tries views without storing them, and sees the service's figures."""
    AUDITOR = "auditor"
    """Looks at scans, at how a shift goes and at the audit, and changes nothing."""
    ADMIN = "admin"
    """Manages accounts and keys, and sees the service's figures; looks at no scan."""
