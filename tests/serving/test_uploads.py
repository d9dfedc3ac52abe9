from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException

from parcelray.models.errors import BadInputError, UnequalPairError
from parcelray.serving.api.uploads import Part, pair_up, read_parts

TYPE = "multipart/form-data; boundary=xyz"


def form(*fields: tuple[str, str | None, bytes]) -> bytes:
    body = b""
    for name, file_name, data in fields:
        file = "" if file_name is None else f'; filename="{file_name}"'
        body += f'--xyz\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + data + b"\r\n"
    return body + b"--xyz--\r\n"


def read(body: bytes, *, content_type: str = TYPE, cuts: tuple[int, ...] = (), max_parts: int = 8) -> list[Part]:
    async def chunks() -> AsyncIterator[bytes]:
        edges = [0, *sorted(cut % (len(body) + 1) for cut in cuts), len(body)]
        for start, end in pairwise(edges):
            yield body[start:end]

    return asyncio.run(read_parts(content_type, chunks(), max_parts=max_parts))


@given(
    contents=st.lists(st.binary(max_size=200) | st.sampled_from([b"\r\n--xy", b"--xyz", b"\r\n\r\n"]), max_size=4),
    cuts=st.lists(st.integers(0, 2000), max_size=12).map(tuple),
)
def test_what_was_sent_comes_out_however_it_is_cut(contents: list[bytes], cuts: tuple[int, ...]) -> None:
    parts = [("view", f"{number}.png", data) for number, data in enumerate(contents)]
    # A body without any field is not a form.
    if parts:
        assert read(form(*parts), cuts=cuts) == [Part(*part) for part in parts]


@pytest.mark.parametrize("content_type", ["", "image/png", "multipart/form-data", "multipart/mixed; boundary=xyz"])
def test_another_kind_of_body_is_refused(content_type: str) -> None:
    with pytest.raises(HTTPException, match="expected multipart/form-data with a boundary") as refused:
        read(form(("view", "a.png", b"x")), content_type=content_type)
    assert refused.value.status_code == 415


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "without its closing boundary"),
        (b"not a form", "a broken one"),
        (form(("view", "a.png", b"x" * 50))[:60], "without its closing boundary"),
        (form(("view", "a.png", b"x")).replace(b'name="view"; ', b""), "a field without one"),
        (form(*[("view", "a.png", b"x")] * 9), "at most 8 files, got more"),
    ],
)
def test_a_broken_form_is_refused(body: bytes, says: str) -> None:
    with pytest.raises(BadInputError, match=says):
        read(body)


def part(field: str, name: str | None = "a.png") -> Part:
    return Part(field, name, b"")


def test_single_images_come_first_and_pairs_go_together_in_order() -> None:
    sent = [
        part("high", "h1"),
        part("view", "v1"),
        part("low", "l1"),
        part("low", "l2"),
        part("view", "v2"),
        part("high", "h2"),
    ]
    names = [tuple(half.file_name for half in view.images) for view in pair_up(sent, max_views=4)]
    assert names == [("v1",), ("v2",), ("h1", "l1"), ("h2", "l2")]


@pytest.mark.parametrize(
    ("parts", "error", "says"),
    [
        ([], BadInputError, "form: expected one or more files in fields named view.*got no file"),
        (
            [part("image")],
            BadInputError,
            "form: expected one or more files in fields named view.*got a field named 'image'",
        ),
        ([part("view", None)], BadInputError, r"form field view: expected a file \(with curl: -F view=@scan.png\)"),
        ([part("high")], UnequalPairError, "a low image for each high image.*got 1 high and 0 low"),
        ([part("view"), part("low")], UnequalPairError, "got 0 high and 1 low"),
        ([part("view")] * 5, BadInputError, "at most 4 views, got 5"),
    ],
)
def test_a_form_that_is_not_a_scan_is_refused(parts: list[Part], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        pair_up(parts, max_views=4)
