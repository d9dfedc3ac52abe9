"""What the agent says of a scan: one line each. Nowhere does it say that a parcel is clear."""

from __future__ import annotations

from collections.abc import Iterator

from parcelray.client.types import ScanAnswer
from parcelray.client.watch.answer_file import AnswerFile, Reason

NOT_SCREENED = "NOT SCREENED"
PARTLY_SCREENED = "PARTLY SCREENED"
NOTHING = "nothing highlighted"


def shown(name: str) -> str:
    """A file's name on one line of text: what cannot be printed is written as an escape."""
    return name if name.isprintable() else ascii(name)[1:-1]


def answer_line(name: str, content: AnswerFile) -> str:
    """The line for a last answer."""
    late = " (late)" if content["late"] else ""
    reason = "" if content["reason"] is None else content["reason"]["message"]
    if content["state"] == "not_screened":
        return f"{NOT_SCREENED} {shown(name)}: {reason}{late}"
    assert content["answer"] is not None
    found = _findings(content["answer"])
    if content["state"] == "partly_screened":
        return f"{PARTLY_SCREENED} {shown(name)}: {found}; not screened: {reason}{late}"
    return f"{shown(name)}: {found}{late}"


def not_screened_line(name: str, message: str) -> str:
    """The line for a scan without an answer."""
    return f"{NOT_SCREENED} {shown(name)}: {message}"


def reason_of(answer: ScanAnswer) -> Reason | None:
    """Why views were not screened, in the service's words; None where all were."""
    reasons = [view["not_screened"] for view in answer["views"] if view["not_screened"] is not None]
    if not reasons:
        return None
    return {"type": reasons[0]["type"], "message": "; ".join(reason["message"] for reason in reasons)}


def _findings(answer: ScanAnswer) -> str:
    items = [f"{found['label']} {found['score']:.2f}" for view in answer["views"] for found in view["detections"] or ()]
    said = ", ".join(items) if items else NOTHING
    warnings = list(dict.fromkeys(_warnings(answer)))
    return f"{said} [{', '.join(warnings)}]" if warnings else said


def _warnings(answer: ScanAnswer) -> Iterator[str]:
    for view in answer["views"]:
        for warning in view["warnings"]:
            yield warning["code"]
