"""The page is served whole, under a strict policy, and says which build it is; without it the service works."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from parcelray.models.errors import SetupError
from parcelray.serving import page

BUILD = "0123456789abcdef"
INDEX = f'<meta name="build" content="{BUILD}"><script type="module" src="/assets/index-abc.js"></script>'

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a page, where the service looks for one."""
    folder = tmp_path / "page"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(INDEX)
    (folder / "assets" / "index-abc.js").write_text("export {}")
    (folder / "assets" / "index-abc.css").write_text("html {}")
    monkeypatch.setattr(page, "_PLACES", (tmp_path / "nowhere", folder))
    return folder


@pytest.fixture
def anybody(built: Path, app: FastAPI) -> TestClient:
    """A client without a key, of an app with a page."""
    return TestClient(app)


def test_the_page_comes_under_a_strict_policy(anybody: TestClient) -> None:
    answer = anybody.get("/")
    assert (answer.status_code, answer.text) == (200, INDEX)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_the_page_is_asked_for_each_time_and_its_files_never_again(anybody: TestClient) -> None:
    answer = anybody.get("/")
    assert answer.headers["Cache-Control"] == "no-cache"
    again = anybody.get("/", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    for name, media_type in (("index-abc.js", "text/javascript"), ("index-abc.css", "text/css")):
        file = anybody.get(f"/assets/{name}")
        assert file.status_code == 200
        assert file.headers["Content-Type"] == f"{media_type}; charset=utf-8"
        assert file.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    # What is said of parcels is still kept by nobody on the way.
    assert anybody.get("/v1/page").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["index-old.js", "..%2Findex.html", "%2e%2e/index.html", "index.html"])
def test_nothing_but_its_own_files_is_given(anybody: TestClient, name: str) -> None:
    assert anybody.get(f"/assets/{name}").status_code == 404


def test_it_says_which_build_it_serves(anybody: TestClient) -> None:
    assert anybody.get("/v1/page").json() == {"build": BUILD}


def test_one_build_is_served_whole_while_another_is_made(anybody: TestClient, built: Path) -> None:
    (built / "assets" / "index-abc.js").unlink()
    (built / "index.html").write_text("<p>half a build")
    assert anybody.get("/").text == INDEX
    assert anybody.get("/assets/index-abc.js").status_code == 200


def test_without_the_page_the_service_starts_and_says_how_to_build_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_app: Callable[..., FastAPI]
) -> None:
    monkeypatch.setattr(page, "_PLACES", (tmp_path / "nowhere",))
    anybody = TestClient(make_app())
    answer = anybody.get("/")
    assert answer.status_code == 404
    assert "./scripts/run builds it" in answer.json()["detail"]
    assert anybody.get("/v1/page").json() == {"build": None}
    assert anybody.get("/livez").status_code == 200


def test_what_is_no_build_is_refused_at_the_start(built: Path, make_app: Callable[..., FastAPI]) -> None:
    (built / "index.html").write_text("<p>by hand")
    with pytest.raises(SetupError, match=re.escape(f"page in {built}: expected an index.html with the number")):
        make_app()
    (built / "index.html").write_text(INDEX)
    (built / "assets" / "notes.txt").write_text("")
    with pytest.raises(SetupError, match=r"expected one of \.css, \.js, \.svg, got \.txt"):
        make_app()
