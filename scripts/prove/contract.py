"""Whether the service does what its description of itself says: Schemathesis over every operation, with every check.

    .venv-dev/bin/python scripts/prove/contract.py

A real ``parcelray serve``, first on SQLite, then on PostgreSQL; for each, one round for every scope,
in which each operation is called with a key of the next scope that may enter; and two for those that only people may
enter, by the sessions of an admin and of a supervisor. What is sent fits the description, or
does not fit it in one place; what comes back must be what the description announces. Some 13,000 requests and five
minutes for each database. tests/serving/test_contract.py is the short form, in one process.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Mapping
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import jsonschema_rs
import schemathesis
from fastapi import FastAPI
from hypothesis import strategies as st
from schemathesis import Case, HookContext, Response
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.core.parameters import ParameterLocation
from schemathesis.engine import Status, events, from_schema
from schemathesis.openapi.checks import RejectedPositiveData
from schemathesis.schemas import BaseSchema

from parcelray.models.store import release_folder
from parcelray.serving.api.uploads import FORM
from parcelray.serving.app import create_app
from parcelray.serving.people.audit import Actor
from parcelray.serving.people.cookies import PLAIN_NAME
from parcelray.serving.people.people import People
from parcelray.serving.people.roles import Role
from parcelray.serving.security.access import declared_access
from parcelray.serving.security.cross_site import CSRF_HEADER, csrf_token_of
from parcelray.serving.security.entrances import Entrance
from parcelray.serving.security.keys import KeyRing, Scope
from parcelray.serving.settings import Settings
from parcelray.serving.store.database import Database
from parcelray.serving.store.store import open_database
from parcelray.serving.submission import FIELD

# What proofs share with the tests.
sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
from support.pictures import encoded, pair, png_header, scan_pixels
from support.postgres import PostgresCluster
from support.service import Service, serve_command

KEY_ROUNDS = len(Scope)
# Whoever may enter where no key may is one of these.
PEOPLE = {Role.ADMIN: "prover", Role.SUPERVISOR: "prover-at-desk"}
ROUNDS: tuple[int | Role, ...] = (*range(KEY_ROUNDS), *PEOPLE)
NAMES = {scope: f"prover-{scope}" for scope in Scope}
IN_USE = {*NAMES.values(), *PEOPLE.values()}
# Nothing that is drawn signs anybody in, or is the password of who is; and who signs out ends the round.
# tests/serving/people looks at these.
LEFT_OUT = "/v1/session"
# Long enough for a stream of events, which never ends by itself, to tell what there is. On a machine that has much to
# do it may not even begin by then, and is tried again.
_STREAM = {"request-timeout": 0.2, "request-retries": 4}
_LONGEST_SHOWN = 2000
# Where a schema keeps what its whole paths answer to, and what Schemathesis calls an answer that says otherwise.
_METHODS = "x-methods"
_OTHER_METHODS = "Allow header mismatch"
# As Schemathesis has them.
_REFUSALS = ("400", "401", "403", "404", "405", "406", "409", "415", "422", "428", "429", "5xx")
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


@dataclass
class Findings:
    """What came of it.

    Attributes:
        answers: how often each operation answered with each status.
        failures: what is not as the description says, each once.
    """

    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)

    def add(self, other: Findings) -> None:
        """Take in what came of another round."""
        self.answers += other.answers
        self.failures |= other.failures

    @property
    def calls(self) -> int:
        """How many requests were answered."""
        return self.answers.total()


def entrances_by_operation(app: FastAPI) -> dict[str, Entrance]:
    """Who may enter, by Schemathesis's names of the operations that are called."""
    return {
        f"{method} {path}": entrance
        for method, path, entrance in declared_access(app.routes)
        if not path.startswith(LEFT_OUT)
    }


def make_keys(database: Database) -> dict[Scope, str]:
    """A key of each scope."""
    return {scope: KeyRing(database).create(name, scope) for scope, name in NAMES.items()}


def sign_in(database: Database, settings: Settings) -> dict[Role, dict[str, str]]:
    """What a page sends for each of ``PEOPLE`` who is signed in."""
    people = People(database, settings)
    password = "seventeen grey parcels"
    sessions = {}
    for role, name in PEOPLE.items():
        people.accounts.add(name, role, Actor.host_user(), password=password)
        token = people.sign_in.enter(name, password, None)
        sessions[role] = {"Cookie": f"{PLAIN_NAME}={token}", CSRF_HEADER: csrf_token_of(token)}
    return sessions


def for_people_alone(entrances: Mapping[str, Entrance]) -> dict[str, Role]:
    """The operations that no key lets in to, and who of ``PEOPLE`` calls them."""
    return {
        name: next(role for role in PEOPLE if role in entrance.roles)
        for name, entrance in entrances.items()
        if not entrance.scopes and not entrance.anybody
    }


def keys_of_round(
    entrances: Mapping[str, Entrance], keys: Mapping[Scope, str], round_number: int
) -> list[dict[str, Any]]:
    """What each operation is called with, in Schemathesis's words: a key of the next of the scopes that may enter."""
    return [
        {"include-name": name, "headers": {"X-API-Key": keys[scopes[round_number % len(scopes)]]}}
        for name, entrance in entrances.items()
        if (scopes := sorted(entrance.scopes))
    ]


def configuration(
    operations: list[dict[str, Any]], headers: Mapping[str, str], *, examples: int, seed: int | None
) -> schemathesis.Config:
    """How Schemathesis runs in one round.

    Args:
        operations: what single ones are called with.
        headers: what all are called with.
        examples: at most so many for each operation and phase, beside those that try every rule once.
        seed: of what is drawn; None for what is drawn the same each time.
    """
    return schemathesis.Config.from_dict(
        {
            **({} if seed is None else {"seed": seed}),
            # Nothing is left behind for the next run.
            "cache": {"enabled": False},
            "generation": {"max-examples": examples, "deterministic": seed is None, "database": "none"},
            "continue-on-failure": True,
            "headers": dict(headers),
            "request-timeout": 30.0,
            "max-stream-events": 1,
            # An image with too many pixels is refused like any other.
            "checks": {"negative_data_rejection": {"expected-statuses": [*_REFUSALS, "413"]}},
            "operations": [*operations, {"include-name": "GET /v1/events", **_STREAM}],
        }
    )


def config_of_round(
    number: int | Role,
    entrances: Mapping[str, Entrance],
    keys: Mapping[Scope, str],
    sessions: Mapping[Role, Mapping[str, str]],
    *,
    examples: int,
    seed: int | None,
) -> schemathesis.Config:
    """How Schemathesis runs in one of ``ROUNDS``; see ``configuration``."""
    if isinstance(number, Role):
        return configuration([], sessions[number], examples=examples, seed=seed)
    return configuration(keys_of_round(entrances, keys, number), {}, examples=examples, seed=seed)


def keep_part(schema: BaseSchema, entrances: Mapping[str, Entrance], number: int | Role) -> None:
    """Leave in a schema what is called in one round: what only these people may enter, or what keys may.

    Schemathesis's own filters keep nothing from being called by the way, such as what signs the caller out.
    """
    people = for_people_alone(entrances)
    wanted = {
        name for name in entrances if (people.get(name) is number if isinstance(number, Role) else name not in people)
    }
    paths = schema.raw_schema["paths"]
    schema.raw_schema[_METHODS] = {path: {method.upper() for method in one} for path, one in paths.items()}
    for path, operations in list(paths.items()):
        kept = {method: one for method, one in operations.items() if f"{method.upper()} {path}" in wanted}
        if kept:
            paths[path] = kept
        else:
            del paths[path]


def explore(schema: BaseSchema, *, in_use: Collection[str]) -> Findings:
    """Call every operation that a schema names, in all of Schemathesis's phases.

    Args:
        schema: configured, of a service that is ready.
        in_use: names of keys and of people; were they revoked or signed out, the round would end.
    """

    def keep_keys(_: HookContext, case: Case[Any]) -> Case[Any]:
        if case.path_parameters.get("name") in in_use:
            case.path_parameters["name"] = "nobody"
        return case

    schemathesis.openapi.format("binary", images())
    schema.hooks.register_hook_with_name(keep_keys, "map_case")
    schema.hooks.register_hook_with_name(pair_up, "map_body")
    schema.hooks.register_hook_with_name(stands, "filter_failure")
    findings = Findings()
    for event in from_schema(schema).execute():
        match event:
            case events.ScenarioFinished():
                _take(event, findings)
            case events.NonFatalError():
                findings.failures[f"{event.label}: {event.info.title}"] = event.info.format()
            case events.FatalError():
                raise event.exception
            case _:
                pass
    return findings


def _take(event: events.ScenarioFinished, findings: Findings) -> None:
    for case_id, interaction in event.recorder.interactions.items():
        if interaction.response is not None:
            label = event.recorder.cases[case_id].value.operation.label
            findings.answers[label, interaction.response.status_code] += 1
    for case_id, checks in event.recorder.checks.items():
        for check in checks:
            if check.status is Status.FAILURE and check.failure_info is not None:
                failure = check.failure_info.failure
                response = event.recorder.find_response(case_id=case_id)
                content = b"" if response is None else response.content or b""
                key = f"{failure.operation}: {failure.title}: {failure.message}"
                said = content[:_LONGEST_SHOWN].decode(errors="replace")
                findings.failures.setdefault(key, f"{check.failure_info.code_sample[:_LONGEST_SHOWN]}\n{said}")


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
        return bool(allowed != case.operation.schema.raw_schema[_METHODS][case.path])
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


def prove(folder: Path, database_url: str | None, *, examples: int, seed: int) -> Findings:
    """All rounds against a service of its own."""
    data_dir = folder / "data"
    settings = Settings(data_dir=data_dir, database_url=database_url)
    app = create_app(settings)
    app.state.store.close()
    entrances = entrances_by_operation(app)
    with closing(open_database(data_dir, database_url)) as database:
        keys, sessions = make_keys(database), sign_in(database, settings)
    environment = {} if database_url is None else {"PARCELRAY_DATABASE_URL": database_url}
    found = Findings()
    with Service(serve_command(data_dir, release_folder()), log=folder / "log", environment=environment) as service:
        service.start()
        for place, number in enumerate(ROUNDS):
            began = time.monotonic()
            config = config_of_round(number, entrances, keys, sessions, examples=examples, seed=seed + place)
            headers = {"X-API-Key": keys[Scope.READER]}
            schema = schemathesis.openapi.from_url(f"{service.url}/openapi.json", config=config, headers=headers)
            keep_part(schema, entrances, number)
            came = explore(schema, in_use=IN_USE)
            found.add(came)
            print(f"round {place + 1}: {came.calls} requests in {time.monotonic() - began:.0f} s")
        for line in service.stop().splitlines():
            if '"trace"' in line:
                found.failures["a fault in the service's log"] = line
    return found


def main() -> None:
    """Prove it on the databases that are asked for, and tell what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=250, help="for each operation, phase and round")
    parser.add_argument("--seed", type=int, default=0, help="of all that is drawn")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="both, unless one is named")
    options = parser.parse_args()
    found = Findings()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for name in [options.database] if options.database else ["sqlite", "postgresql"]:
            print(name)
            url = None
            if name == "postgresql":
                cluster = stack.enter_context(PostgresCluster(fsync=False))
                url = cluster.url(cluster.create_database())
            (folder / name).mkdir()
            found.add(prove(folder / name, url, examples=options.examples, seed=options.seed))
    tell(found)
    sys.exit(1 if found.failures else 0)


def tell(found: Findings) -> None:
    """What came of it, on standard output."""
    for operation in sorted({operation for operation, _ in found.answers}):
        counts = {status: count for (name, status), count in sorted(found.answers.items()) if name == operation}
        print(f"{operation}: " + ", ".join(f"{count} times {status}" for status, count in counts.items()))
    print(f"{found.calls} requests, {len(found.failures)} findings")
    for failure, sample in found.failures.items():
        print(f"\n{failure}\n{sample}")


if __name__ == "__main__":
    main()
