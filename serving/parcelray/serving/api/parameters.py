"""What parameters of several routes have in common."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue

Value = TypeVar("Value")


class _NeverNull:
    """Describes a parameter that is None where it is not given: neither a query nor a header can hold null."""

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        given: JsonSchemaValue = handler(schema["schema"])
        return given


Maybe = Annotated[Value | None, _NeverNull()]


def _in_digits(value: object) -> object:
    # Pydantic also takes +1, 1.0 and 1_0.
    if isinstance(value, str) and not (value.isascii() and value.isdecimal()):
        raise ValueError("expected a whole number, in digits alone")
    return value


# Stands after the number's limits, which the description would lose otherwise.
IN_DIGITS = BeforeValidator(_in_digits)

# How much of a list a page of it may hold: as much as is answered within 50 ms (docs/benchmarks.md).
PageLimit = Annotated[int, Field(ge=1, le=100), IN_DIGITS]
