"""Many officers reach for one queue at one moment, in threads and in processes: no parcel goes to two of them."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from parcelray.models.errors import ClaimedError, NotClaimedError, StageError
from parcelray.serving.desk.desk import Desk
from parcelray.serving.desk.entries import Officer
from support.parcels_at_desk import SEARCH, verdict

OFFICERS = 8
PARCELS = 40

# Claims and decides until nothing is left, and prints what it decided.
WORK = """
import json, sys
from contextlib import closing
from datetime import timedelta
from parcelray.models.errors import ClaimedError
from parcelray.serving.desk.claims import Claims
from parcelray.serving.desk.decisions import NewVerdict
from parcelray.serving.desk.entries import Officer
from parcelray.serving.desk.verdicts import Verdicts
from parcelray.serving.people.clock import utc_now
from parcelray.serving.store.database import database_of
url, name = sys.argv[1:]
officer, done = Officer(name, is_supervisor=False), []
wanted = NewVerdict(decision="search", reason="alarm_confirmed")
with closing(database_of(url, None)) as database:
    claims = Claims(database, utc_now, timedelta(seconds=60))
    verdicts = Verdicts(database, utc_now, dict, second_person_severity=1)
    print("ready", flush=True)
    sys.stdin.readline()
    while (entry := claims.take_next(officer, None)) is not None:
        verdicts.give(officer, entry.scan_id, wanted, entry.scan_id)
        done.append(entry.scan_id)
print(json.dumps(done))
"""


def test_threads_share_out_a_queue_without_two_on_one_parcel(desk: Desk, arrive: Callable[..., str]) -> None:
    ids = {arrive("banknote_bundle") for _ in range(PARCELS)}
    start = threading.Barrier(OFFICERS)

    def work(number: int) -> list[str]:
        officer = Officer(f"officer-{number}", is_supervisor=False)
        done = []
        start.wait()
        while (entry := desk.claims.take_next(officer, None)) is not None:
            assert entry.claimed_by == officer.name
            desk.verdicts.give(officer, entry.scan_id, verdict(**SEARCH), entry.scan_id)
            done.append(entry.scan_id)
        return done

    with ThreadPoolExecutor(OFFICERS) as pool:
        decided = Counter(scan_id for done in pool.map(work, range(OFFICERS)) for scan_id in done)
    assert decided == dict.fromkeys(ids, 1)


def test_so_do_processes(desk: Desk, arrive: Callable[..., str], database_url: str, tmp_path: Path) -> None:
    ids = {arrive("banknote_bundle") for _ in range(PARCELS)}
    command = [sys.executable, "-c", WORK, database_url]
    workers = [
        subprocess.Popen([*command, f"officer-{number}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for number in range(3)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("\n")
        worker.stdin.flush()
    done = [json.loads(worker.communicate(timeout=60)[0]) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0, 0]
    assert Counter(scan_id for one in done for scan_id in one) == dict.fromkeys(ids, 1)


def test_of_all_who_reach_for_one_parcel_one_gets_it_and_one_word_is_kept(
    desk: Desk, arrive: Callable[..., str]
) -> None:
    gun = arrive("pistol")
    start = threading.Barrier(OFFICERS)

    def reach(number: int) -> str:
        officer = Officer(f"officer-{number}", is_supervisor=False)
        start.wait()
        try:
            desk.claims.take(officer, gun)
            desk.verdicts.give(officer, gun, verdict(**SEARCH), "k")
        except (ClaimedError, NotClaimedError, StageError):
            return "refused"
        return officer.name

    with ThreadPoolExecutor(OFFICERS) as pool:
        came = [name for name in pool.map(reach, range(OFFICERS)) if name != "refused"]
    (given,) = desk.verdicts.on(gun)
    assert came == [given.by]


def test_one_request_sent_many_times_at_once_is_one_verdict(desk: Desk, arrive: Callable[..., str]) -> None:
    officer = Officer("anna", is_supervisor=False)
    gun = arrive("pistol")
    desk.claims.take(officer, gun)
    start = threading.Barrier(OFFICERS)

    def send(_: int) -> tuple[object, bool]:
        start.wait()
        return desk.verdicts.give(officer, gun, verdict(**SEARCH), "k")

    with ThreadPoolExecutor(OFFICERS) as pool:
        answers = list(pool.map(send, range(OFFICERS)))
    assert Counter(replayed for _, replayed in answers) == {False: 1, True: OFFICERS - 1}
    assert len({repr(given) for given, _ in answers}) == 1
    assert len(desk.verdicts.on(gun)) == 1
