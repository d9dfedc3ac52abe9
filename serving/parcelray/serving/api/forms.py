"""The form in which scans are sent: what OpenAPI says of it, and how a request's is read."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

from fastapi import Request
from starlette.exceptions import HTTPException

from parcelray.serving.api.uploads import EXPECTED, FORM, Part, read_parts
from parcelray.serving.settings import Settings

_FILES = {"type": "array", "minItems": 1, "items": {"type": "string", "format": "binary"}}
_VIEWS: dict[str, Any] = {
    "view": {**_FILES, "description": "PNG, JPEG or TIFF; 8 or 16 bit grey, or colour."},
    "high": {**_FILES, "description": "High-energy images, 16 bit grey; the first goes with the first low."},
    "low": {**_FILES, "description": "Low-energy images, 16 bit grey, each as large as its high image."},
}


def form_schema(**documents: Any) -> dict[str, Any]:
    """For OpenAPI: a form with views, and with the JSON documents whose schemas are given."""
    schema = {
        "type": "object",
        "properties": {**_VIEWS, **documents},
        "additionalProperties": False,
        "anyOf": [{"required": ["view"]}, {"required": ["high", "low"]}],
        "dependentRequired": {"high": ["low"], "low": ["high"]},
    }
    encoding = {name: {"contentType": "application/json"} for name in documents}
    return {"requestBody": {"required": True, "content": {FORM: {"schema": schema, "encoding": encoding}}}}


async def read_form(request: Request, *, other_fields: int = 0) -> list[Part]:
    """The parts of a request's form that carries views.

    Args:
        request: whose body is read.
        other_fields: how many fields may come beside the views.

    Raises:
        HTTPException: 408, the body did not come whole in time; 413, it is too large; 415, it is no form.
        BadInputError: the form is broken, or has too many fields.
    """
    settings: Settings = request.app.state.settings
    return await read_fields(request, max_parts=2 * settings.max_views + other_fields, expected=EXPECTED)


async def read_fields(request: Request, *, max_parts: int, expected: str) -> list[Part]:
    """The parts of a request's form.

    Args:
        request: whose body is read.
        max_parts: a form with more is refused.
        expected: what it should carry, in words.

    Raises:
        HTTPException: 408, the body did not come whole in time; 413, it is too large; 415, it is no form.
        BadInputError: the form is broken, or has too many fields.
    """
    settings: Settings = request.app.state.settings
    try:
        async with asyncio.timeout(settings.body_timeout_s):
            return await read_parts(
                request.headers.get("content-type", ""),
                request.stream(),
                max_parts=max_parts,
                expected=expected,
            )
    except TimeoutError as error:
        raise HTTPException(
            HTTPStatus.REQUEST_TIMEOUT,
            f"request body: expected it whole within {settings.body_timeout_s:g} s, got only a part of it",
            # What may still come of the body is not waited for.
            {"Connection": "close"},
        ) from error
