"""How a scan gets its answer: it is sent, and what comes back is looked at before it is believed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

from parcelray.client.async_client import AsyncClient
from parcelray.client.errors import AnswerError, Problem, ProblemError, UnavailableError
from parcelray.client.types import ScanAnswer
from parcelray.client.watch.answer_file import FORMAT, AnswerFile, FileRecord, Reason, State
from parcelray.client.watch.outcomes import PENDING, Setback, own
from parcelray.client.watch.package import ScanPackage
from parcelray.client.watch.words import reason_of

_NOT_FOUND = 404
# A scan that the service took without having looked at it yet: so often, and after so many seconds, it is asked for.
_PENDING_TRIES = 10
_PENDING_PAUSE_S = 0.5


@dataclass
class Sender:
    """Sends scans.

    Args:
        client: that tries once: when to try again is not decided here.
    """

    client: AsyncClient
    _pending: dict[str, str] = field(default_factory=dict)

    async def send(self, package: ScanPackage) -> ScanAnswer:
        """The service's last answer to a scan.

        Raises:
            ClientError: there is none yet, or never will be.
        """
        key = package.idempotency_key
        answer = await self._known(key)
        if answer is None:
            answer = await self.client.send_scan(package.views, package.metadata, idempotency_key=key)
        for _ in range(_PENDING_TRIES):
            if answer is None or answer["state"] != "pending":
                break
            # Remembered, so that a later try does not send all its bytes again.
            self._pending[key] = answer["scan_id"]
            await asyncio.sleep(_PENDING_PAUSE_S)
            answer = await self._known(key)
        if answer is None or answer["state"] == "pending":
            detail = "the service has taken the scan, and not looked at it yet"
            problem = Problem(status=202, type=own(PENDING), title=PENDING, detail=detail)
            raise UnavailableError(detail, problem=problem)
        self._pending.pop(key, None)
        _require_same_files(answer, package)
        return answer

    async def _known(self, key: str) -> ScanAnswer | None:
        """What has become of a scan that the service took earlier; None where it knows of none."""
        scan_id = self._pending.get(key)
        if scan_id is None:
            return None
        try:
            return await self.client.scan(scan_id)
        except ProblemError as error:
            if error.problem.status != _NOT_FOUND:
                raise
            # Its database was restored from a backup of before.
            del self._pending[key]
            return None


def answered(answer: ScanAnswer, package: ScanPackage, seen_at: datetime) -> AnswerFile:
    """The answer file for what the service said."""
    assert answer["state"] != "pending"
    return content_of(
        state=answer["state"],
        final=True,
        reason=reason_of(answer),
        files=package.records,
        seen_at=seen_at,
        idempotency_key=package.idempotency_key,
        answer=answer,
    )


def refused(
    setback: Setback, files: list[FileRecord], seen_at: datetime, idempotency_key: str | None = None
) -> AnswerFile:
    """The answer file for a scan that will have no other."""
    return content_of(
        state="not_screened",
        final=True,
        reason=setback.reason,
        files=files,
        seen_at=seen_at,
        idempotency_key=idempotency_key,
    )


def content_of(
    *,
    state: State,
    final: bool,
    reason: Reason | None,
    files: list[FileRecord],
    seen_at: datetime,
    idempotency_key: str | None = None,
    answer: ScanAnswer | None = None,
) -> AnswerFile:
    """An answer file; whether it is late, and when it is written, is set when it is."""
    return {
        "format": FORMAT,
        "state": state,
        "final": final,
        "late": False,
        "reason": reason,
        "files": files,
        "seen_at": seen_at.isoformat(),
        "written_at": datetime.now(UTC).isoformat(),
        "idempotency_key": idempotency_key,
        "answer": answer,
    }


def _require_same_files(answer: ScanAnswer, package: ScanPackage) -> None:
    kept = {file["band"]: file["sha256"] for view in answer["views"] for file in view["files"]}
    if kept != package.sums:
        raise AnswerError(f"answer of the service: expected one to files with the sums {package.sums}, got {kept}")
