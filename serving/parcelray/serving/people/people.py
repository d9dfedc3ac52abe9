"""``People``: accounts, sessions, the way in and the audit, of one service."""

from __future__ import annotations

from datetime import timedelta

from parcelray.serving.people.accounts import Accounts
from parcelray.serving.people.audit_reading import AuditReader
from parcelray.serving.people.clock import Clock, utc_now
from parcelray.serving.people.sessions import Sessions
from parcelray.serving.people.sign_in import SignIn
from parcelray.serving.settings import Settings
from parcelray.serving.store.database import Database


class People:
    """All that a service knows of people.

    Args:
        database: migrated.
        settings: say how long sessions last.
        clock: tells the time.

    Attributes:
        accounts: who they are.
        sessions: who is signed in.
        sign_in: the way in and out.
        audit: what was done to all of these.
    """

    def __init__(self, database: Database, settings: Settings, clock: Clock = utc_now) -> None:
        self.accounts = Accounts(database, clock)
        self.sessions = Sessions(
            database,
            clock,
            idle=timedelta(seconds=settings.session_idle_s),
            longest=timedelta(seconds=settings.session_max_s),
        )
        self.sign_in = SignIn(database, self.sessions, clock)
        self.audit = AuditReader(database)
