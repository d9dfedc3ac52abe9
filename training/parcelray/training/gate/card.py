"""Whether the package says what a person should know before trusting it, and what it was made from."""

from __future__ import annotations

import re

from parcelray.models.package import CARD, ModelPackage
from parcelray.training.gate.verdict import Check

NAME = "card"
# As parcelray.training.card writes them.
SECTIONS = ("Intended use", "What it was made from", "Figures", "Limits", "Licence")
LINEAGE = (
    "sha256 of recipe",
    "sha256 of start weights",
    "sha256 of train annotations",
    "sha256 of validation annotations",
)
_HEADING = re.compile(r"^## +(.+?) *$", re.MULTILINE)
_SUM = re.compile(r"[0-9a-f]{64}")


def check_card(package: ModelPackage) -> Check:
    """Look for each section with something in it, and for all that the package was made from.

    Raises:
        PackageTamperedError: the card was altered since the package was opened.
    """
    text = package.read(CARD).decode("utf-8", "replace") if CARD in package.manifest.files else ""
    parts = _HEADING.split(text)
    # The text before the first heading, then headings and what follows each, in turn.
    there = {heading for heading, body in zip(parts[1::2], parts[2::2], strict=True) if body.strip()}
    missing = [section for section in SECTIONS if section not in there]
    unnamed = [name for name in LINEAGE if not _SUM.fullmatch(package.manifest.lineage.get(name, ""))]
    wants = [
        *(["the package has no card"] if not text else []),
        *([f"sections missing or empty: {', '.join(missing)}"] if text and missing else []),
        *([f"not named in the manifest's lineage: {', '.join(unnamed)}"] if unnamed else []),
        *(["the manifest has no figures"] if not package.manifest.figures else []),
    ]
    reason = "; ".join(wants) or "every section is there, and all that it was made from is named"
    return Check(NAME, not wants, reason, {"missing_sections": missing, "missing_lineage": unnamed})
