"""What a person says of a scan once and for ever, in tables whose rows are added and never changed.

A page whose connection broke sends it again under the same ``Idempotency-Key``, and is answered as it was the first
time. Each person has keys of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, select

from parcelray.models.errors import KeyReusedError


@dataclass(frozen=True)
class Request:
    """How something was sent.

    Attributes:
        by: name of the sender's account.
        key: the sender's own name for the request.
        sha256: over all that was sent.
    """

    by: str
    key: str
    sha256: str

    def columns(self) -> dict[str, Any]:
        """As the tables keep it."""
        return {"by": self.by, "idempotency_key": self.key, "request_sha256": self.sha256}


def find_earlier(connection: Connection, table: Table, request: Request) -> RowMapping | None:
    """The row of a request that came before.

    Raises:
        KeyReusedError: the key came before with something else.
    """
    statement = select(table).where(table.c.by == request.by, table.c.idempotency_key == request.key)
    row = connection.execute(statement).mappings().one_or_none()
    if row is not None and row["request_sha256"] != request.sha256:
        raise KeyReusedError(
            "header Idempotency-Key", expected="a new one for something new", got="the same key with other content"
        )
    return row
