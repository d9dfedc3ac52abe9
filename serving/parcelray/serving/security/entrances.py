"""The table of who may enter where: machines by the scope of their key, people by the role of their session.

A route that does not stand here is not made (``access.GuardedRoute``). tests/serving/test_access.py tries every route
with every scope, every role and nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

from parcelray.serving.people.roles import Role
from parcelray.serving.security.keys import Scope


@dataclass(frozen=True)
class Entrance:
    """Who may enter a route.

    Attributes:
        scopes: of the keys that may.
        roles: of the people who may.
        anybody: whether nobody is asked.
        while_password_is_due: whether people may, too, who have yet to choose a password.
    """

    scopes: frozenset[Scope] = frozenset()
    roles: frozenset[Role] = frozenset()
    anybody: bool = False
    while_password_is_due: bool = False


_ALL_SCOPES = frozenset(Scope)
_ALL_ROLES = frozenset(Role)

_ANYBODY = Entrance(anybody=True)
_OWN_SESSION = Entrance(roles=_ALL_ROLES, while_password_is_due=True)
# What a parcel holds is no matter of who manages accounts.
_READING = Entrance(_ALL_SCOPES, _ALL_ROLES - {Role.ADMIN})
_ADMIN = Entrance(frozenset({Scope.ADMIN}), frozenset({Role.ADMIN}))
# Only people: a key that leaked must not make somebody an admin.
_PEOPLE_ADMIN = Entrance(roles=frozenset({Role.ADMIN}))
# What officers decide is read by those who check it, and by machines that show it; it is decided by people alone.
_READING_DESK = Entrance(frozenset({Scope.READER}), _ALL_ROLES - {Role.ADMIN})
_AT_DESK = Entrance(roles=frozenset({Role.OPERATOR, Role.SUPERVISOR}))
# How a shift went is for who answers for it, checks it, or makes the next model; not for who is measured by it.
_FIGURES = Entrance(
    frozenset({Scope.READER, Scope.ENGINEER}), frozenset({Role.SUPERVISOR, Role.AUDITOR, Role.ENGINEER})
)

ENTRANCES: dict[tuple[str, str], Entrance] = {
    ("GET", "/livez"): _ANYBODY,
    ("GET", "/readyz"): _ANYBODY,
    ("GET", "/metrics"): Entrance(
        frozenset({Scope.READER, Scope.ENGINEER, Scope.ADMIN}), frozenset({Role.ENGINEER, Role.ADMIN})
    ),
    ("GET", "/openapi.json"): Entrance(_ALL_SCOPES, _ALL_ROLES),
    ("GET", "/"): _ANYBODY,
    ("GET", "/assets/{name}"): _ANYBODY,
    ("GET", "/v1/page"): _ANYBODY,
    ("POST", "/v1/detect"): Entrance(frozenset({Scope.WORKSTATION, Scope.ENGINEER}), frozenset({Role.ENGINEER})),
    ("POST", "/v1/scans"): Entrance(frozenset({Scope.WORKSTATION})),
    ("GET", "/v1/scans"): _READING,
    ("GET", "/v1/scans/{scan_id}"): _READING,
    ("GET", "/v1/scans/{scan_id}/views/{index}"): _READING,
    ("GET", "/v1/scans/{scan_id}/views/{index}/overlay.png"): _READING,
    ("GET", "/v1/scans/{scan_id}/views/{index}/pixels"): _READING,
    ("GET", "/v1/events"): _READING,
    ("GET", "/v1/desk/codes"): _READING_DESK,
    ("GET", "/v1/queue"): _READING_DESK,
    ("POST", "/v1/queue/next"): _AT_DESK,
    ("POST", "/v1/scans/{scan_id}/claim"): _AT_DESK,
    ("DELETE", "/v1/scans/{scan_id}/claim"): _AT_DESK,
    ("GET", "/v1/scans/{scan_id}/verdicts"): _READING_DESK,
    ("POST", "/v1/scans/{scan_id}/verdict"): _AT_DESK,
    ("GET", "/v1/scans/{scan_id}/outcome"): _READING_DESK,
    ("POST", "/v1/scans/{scan_id}/outcome"): _AT_DESK,
    ("GET", "/v1/scans/{scan_id}/outcome/photos"): _READING_DESK,
    ("POST", "/v1/scans/{scan_id}/outcome/photos"): _AT_DESK,
    ("GET", "/v1/scans/{scan_id}/outcome/photos/{sha256}"): _READING_DESK,
    ("GET", "/v1/statistics"): _FIGURES,
    ("GET", "/v1/statistics.csv"): _FIGURES,
    ("GET", "/v1/training-export"): Entrance(frozenset({Scope.ENGINEER}), frozenset({Role.ENGINEER})),
    ("GET", "/v1/keys"): _ADMIN,
    ("POST", "/v1/keys"): _ADMIN,
    ("POST", "/v1/keys/{name}/rotate"): _ADMIN,
    ("DELETE", "/v1/keys/{name}"): _ADMIN,
    ("POST", "/v1/session"): _ANYBODY,
    ("GET", "/v1/session"): _OWN_SESSION,
    ("DELETE", "/v1/session"): _OWN_SESSION,
    ("POST", "/v1/session/password"): _OWN_SESSION,
    ("GET", "/v1/audit"): Entrance(frozenset({Scope.ADMIN}), frozenset({Role.ADMIN, Role.AUDITOR})),
    ("GET", "/v1/users"): _PEOPLE_ADMIN,
    ("POST", "/v1/users"): _PEOPLE_ADMIN,
    ("DELETE", "/v1/users/{name}"): _PEOPLE_ADMIN,
    ("PUT", "/v1/users/{name}/role"): _PEOPLE_ADMIN,
    ("POST", "/v1/users/{name}/password"): _PEOPLE_ADMIN,
    ("DELETE", "/v1/users/{name}/sessions"): _PEOPLE_ADMIN,
}
