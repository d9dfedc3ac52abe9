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
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Collection
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis import Case, HookContext
from schemathesis.engine import Status, events, from_schema
from schemathesis.schemas import BaseSchema

sys.path.insert(0, str(Path(__file__).parents[1]))

from parcelray.models.store import release_folder
from parcelray.serving.app import create_app
from parcelray.serving.security.keys import Scope
from parcelray.serving.settings import Settings
from parcelray.serving.store.store import open_database
from prove.contract_failures import images, pair_up, stands
from prove.contract_rounds import (
    IN_USE,
    ROUNDS,
    config_of_round,
    entrances_by_operation,
    keep_part,
    make_keys,
    sign_in,
)

# What proofs share with the tests.
sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
from support.postgres import PostgresCluster
from support.service import Service, serve_command

_LONGEST_SHOWN = 2000


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
