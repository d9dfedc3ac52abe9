"""What officers were answered is there after a kill; what they were not, they send again, and it counts once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import create_engine

from parcelray.serving.people.accounts import Accounts
from parcelray.serving.people.roles import Role
from parcelray.serving.security.keys import Scope
from parcelray.serving.store.database import sqlite_url
from parcelray.serving.store.store import open_database
from support.audit import broken_records, stray_images
from support.caller import Caller, new_key, picture
from support.parcels_at_desk import SEARCH
from support.people import HOST, PASSWORD
from support.service import Service, serve_command

# Kills itself once after one of these: the one that the flag names.
KILLED_AFTER = """
import os, pathlib, signal
from parcelray.serving.desk import claims, outcomes, photos, verdicts
flag = pathlib.Path({flag!r})
def mortal(work, name):
    def done(*arguments):
        result = work(*arguments)
        if flag.exists() and flag.read_text() == name:
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    return done
verdicts._insert = mortal(verdicts._insert, "writing a verdict")
verdicts.Verdicts.give = mortal(verdicts.Verdicts.give, "giving a verdict")
outcomes._insert = mortal(outcomes._insert, "writing an outcome")
outcomes.Outcomes.tell = mortal(outcomes.Outcomes.tell, "telling an outcome")
photos.Photos.add = mortal(photos.Photos.add, "keeping a photo")
claims.Claims.take_next = mortal(claims.Claims.take_next, "claiming")
"""
PHOTO = {"files": [("photo", ("a.png", picture(99)))]}


@pytest.fixture
def service(tmp_path: Path, tiny_package: Path) -> Iterator[Service]:
    with closing(open_database(tmp_path / "data", None)) as database:
        Accounts(database).add("anna", Role.OPERATOR, HOST, password=PASSWORD)
    command = serve_command(tmp_path / "data", tiny_package)
    command[2] = KILLED_AFTER.format(flag=str(tmp_path / "flag")) + command[2]
    with Service(command, log=tmp_path / "log") as service:
        service.start()
        service.wait_until_ready()
        yield service


def sign_in(page: httpx2.Client) -> None:
    answer = page.post("/v1/session", json={"name": "anna", "password": PASSWORD})
    assert answer.status_code == 201
    page.headers["X-CSRF-Token"] = answer.json()["csrf_token"]


def test_every_word_is_kept_once_whenever_the_service_is_killed(service: Service, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    key = new_key(tmp_path / "data", None, "belt-1", Scope.WORKSTATION)
    with Caller(service.url, key) as belt, httpx2.Client(base_url=service.url, timeout=40) as page:
        scan_id = belt.send_scan(1).json()["scan_id"]
        sign_in(page)

        def send(path: str, **options: Any) -> httpx2.Response:
            return page.post(path, headers={"Idempotency-Key": path}, **options)

        def killed(moment: str, path: str, **options: Any) -> httpx2.Response:
            """Killed before the answer, and asked again; that it kept what it had been told before."""
            flag.write_text(moment)
            with suppress(httpx2.TransportError):
                raise AssertionError(f"{moment} was answered: {send(path, **options).text}")
            assert service.process.wait(10) == -signal.SIGKILL
            service.kill()
            flag.unlink()
            service.start()
            service.wait_until_ready()
            return send(path, **options)

        def replayed(answer: httpx2.Response) -> bool:
            assert answer.status_code == 201, answer.text
            return answer.headers.get("Idempotent-Replayed") == "true"

        # The claim was kept, though nobody was told: the page finds it among its own.
        assert killed("claiming", "/v1/queue/next").json()["entry"] is None
        (mine,) = page.get("/v1/queue").json()["mine"]
        assert mine["scan_id"] == scan_id
        verdict = f"/v1/scans/{scan_id}/verdict"
        assert not replayed(killed("writing a verdict", verdict, json=SEARCH))
        assert replayed(killed("giving a verdict", verdict, json=SEARCH))
        outcome = f"/v1/scans/{scan_id}/outcome"
        assert not replayed(killed("writing an outcome", outcome, json={"found": False}))
        assert replayed(killed("telling an outcome", outcome, json={"found": False}))
        assert replayed(killed("keeping a photo", f"{outcome}/photos", **PHOTO))

        # Answered, and killed.
        service.kill()
        service.start()
        history = page.get(f"/v1/scans/{scan_id}/verdicts").json()
        assert [one["leads_to"] for one in history["verdicts"]] == ["search"]
        assert history["entry"]["stage"] == "done"
        told = page.get(outcome).json()
        assert ([one["found"] for one in told["outcomes"]], len(told["photos"])) == ([False], 1)
        service.stop()
    engine = create_engine(sqlite_url(tmp_path / "data"))
    with engine.connect() as connection:
        images, _, _ = stray_images(connection, tmp_path / "data" / "images")
        assert [*images, *broken_records(connection)] == []
    engine.dispose()
