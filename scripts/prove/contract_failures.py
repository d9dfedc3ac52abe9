"""What is drawn for scripts/prove/contract.py beside what the description says, and what counts as a failure there."""

from __future__ import annotations

import json
import re
import sys
from contextlib import suppress
from email import message_from_bytes
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import jsonschema_rs
from hypothesis import strategies as st
from schemathesis import Case, HookContext, Response
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.core.parameters import ParameterLocation
from schemathesis.openapi.checks import RejectedPositiveData

from parcelray.serving.api.uploads import FORM
from parcelray.serving.submission import FIELD
from prove.contract_rounds import METHODS

# What proofs share with the tests.
sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
from support.pictures import encoded, pair, png_header, scan_pixels

# What Schemathesis calls an answer that tells other methods than the description.
_OTHER_METHODS = "Allow header mismatch"
# uvicorn's answer to what the service never sees.
_NO_HTTP = b"Invalid HTTP request received."

# What fits the description and is refused all the same, by type of problem and detail: what it cannot say in its own
# words. Whatever else fits must be accepted.
EXCUSES = (
    # How many there are, and what they look like inside.
    r"form: expected at most",
    r"unequal-pair|unsupported-image|corrupt-image|image-too-large",
    # What others have sent before.
    r"key name: expected one that no key bears or bore",
    r"account name: expected one that no account bears or bore",
    r"idempotency-key-reused",
    r"query cursor: expected `next` of an earlier answer",
    r"query band: expected high or low, for this view is a pair",
    # Which codes and classes there are: `GET /v1/desk/codes` says so. What goes together, and what a scan shows.
    r"body reason: expected for \w+ one of",
    r"body items( \d+ (label|currency|description))?: expected",
    r"body boxes \d+ (view|rank|label|box): expected",
    # How two times lie to each other.
    r"query (since|until): expected (a whole second|a time after `since`|at most \d+ buckets)",
    # Years that no parcel comes from; characters that Unicode has not given out yet.
    r"(metadata\.taken_at|query since|query until|body opened_at): expected a time from 1970 to 2200",
    r"(body name|path name|metadata\.\w+|query \w+): expected printable characters",
)


def images() -> st.SearchStrategy[bytes]:
    """Files: scans that can be read, scans that are cut short or far too large, and bytes that are none."""
    whole = [
        encoded(scan_pixels()),
        encoded(scan_pixels(64, 48, dark=None), ".jpg"),
        encoded(scan_pixels(32, 32), ".tiff"),
        *(data for _, (_, data) in pair(32)),
    ]
    cut = st.builds(lambda data, share: data[: int(len(data) * share)], st.sampled_from(whole), st.floats(0, 0.99))
    return st.one_of(st.sampled_from(whole), st.sampled_from([png_header(60_000, 60_000), b""]), cut, st.binary())


def pair_up(_: HookContext, body: Any) -> Any:
    """As many high as low images: no description can ask for that, and hardly any form would have it by chance."""
    if isinstance(body, dict) and isinstance(body.get("high"), list) and isinstance(body.get("low"), list):
        count = min(len(body["high"]), len(body["low"]))
        body = {**body, "high": body["high"][:count], "low": body["low"][:count]}
    return body


def stands(_: HookContext, failure: Failure, case: Case[Any], response: Response) -> bool:
    """Whether what Schemathesis takes for a failure is one."""
    if response.content == _NO_HTTP:
        return False
    if failure.title == _OTHER_METHODS:
        # The whole description may name what was left out of this round.
        allowed = {method for value in response.headers["allow"] for method in value.split(", ")}
        return bool(allowed != case.operation.schema.raw_schema[METHODS][case.path])
    if isinstance(failure, AcceptedNegativeData):
        return not fits_as_sent(case, response)
    if not isinstance(failure, RejectedPositiveData):
        return True
    problem = json.loads(response.content)
    said = f"{problem['type'].rpartition(':')[2]} {problem['detail']}"
    return not any(re.search(excuse, said) for excuse in EXCUSES)


def fits_as_sent(case: Case[Any], response: Response) -> bool:
    """Whether what was drawn so as not to fit does so on the wire.

    A header that is left out is there all the same if it holds the key; a list of no files is nothing; and any text in
    place of a file's bytes is a file.
    """
    request, meta = response.request, case.meta
    if meta is None or meta.is_negative_at(ParameterLocation.PATH):
        return False
    operation = case.operation.schema.raw_schema["paths"][case.path][case.method.lower()]
    described = operation.get("parameters", [])
    query = parse_qs(urlsplit(str(request.url)).query, keep_blank_values=True)
    if not query.keys() <= {parameter["name"] for parameter in described if parameter["in"] == "query"}:
        return False
    for parameter in described:
        header = request.headers.get(parameter["name"])
        texts = query.get(parameter["name"], []) if parameter["in"] == "query" else [] if header is None else [header]
        if not all(_is_value(text, parameter["schema"]) for text in texts):
            return False
    if not meta.is_negative_at(ParameterLocation.BODY):
        return True
    return case.media_type == FORM and jsonschema_rs.is_valid(
        operation["requestBody"]["content"][FORM]["schema"], _form(request.headers["Content-Type"], request.body)
    )


def _is_value(text: str | bytes, schema: dict[str, Any]) -> bool:
    values: list[Any] = [text]
    with suppress(ValueError):
        values.append(json.loads(text))
    return any(jsonschema_rs.is_valid(schema, value) for value in values)


def _form(content_type: str | bytes, body: object) -> dict[str, Any]:
    """A form's fields as they stand in a request."""
    assert isinstance(content_type, str)
    assert isinstance(body, bytes)
    form: dict[str, Any] = {}
    for part in message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body).walk():
        name = str(part.get_param("name", header="content-disposition"))
        if name == FIELD:
            form[name] = json.loads(cast("bytes", part.get_payload(decode=True)))
        elif not part.is_multipart():
            form.setdefault(name, []).append(None if part.get_filename() is None else "a file")
    return form
