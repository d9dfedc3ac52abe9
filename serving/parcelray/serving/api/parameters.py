"""What parameters of several routes have in common."""

from __future__ import annotations

import re
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue

from parcelray.serving.submission import Moment

Value = TypeVar("Value")

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


class _NeverNull:
    """Describes a parameter that is None where it is not given: neither a query nor a header can hold null."""

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        given: JsonSchemaValue = handler(schema["schema"])
        return given


Maybe = Annotated[Value | None, _NeverNull()]


def _written_out(value: object) -> object:
    # Pydantic also takes numbers, as seconds since 1970.
    if isinstance(value, str) and not _RFC_3339.fullmatch(value):
        raise ValueError("expected a time as in RFC 3339, such as 2026-11-24T08:30:00Z or 2026-11-24T09:30:00%2B01:00")
    return value


WrittenMoment = Annotated[Moment, BeforeValidator(_written_out)]


def _in_digits(value: object) -> object:
    # Pydantic also takes +1, 1.0 and 1_0.
    if isinstance(value, str) and not (value.isascii() and value.isdecimal()):
        raise ValueError("expected a whole number, in digits alone")
    return value


# Stands after the number's limits, which the description would lose otherwise.
IN_DIGITS = BeforeValidator(_in_digits)
