"""Who calls, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from fastapi import Depends, Request
from fastapi.params import Depends as DependsMarker

from fdd_server.kernel.errors import PermissionDeniedError

__all__ = [
    "ADMINISTRATORS",
    "EVERYONE",
    "OPERATOR",
    "Authenticator",
    "Caller",
    "Permission",
    "PermissionGate",
    "Role",
    "open_to_anyone",
    "requires",
]

OPERATOR = "operator"
"""The actor of a command typed on the server's own machine."""


class Role(StrEnum):
    """What an account is trusted with."""

    ADMINISTRATOR = "administrator"
    VIEWER = "viewer"


ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
EVERYONE = frozenset(Role)
"""Everyone who is signed in."""


@dataclass(frozen=True)
class Permission:
    """Something that can be allowed: its name, and the roles that have it."""

    name: str
    roles: frozenset[Role]


@dataclass(frozen=True)
class Caller:
    """A signed-in person."""

    account_id: str
    email: str
    name: str
    role: Role

    @property
    def actor(self) -> str:
        """How the audit log names this caller."""
        return f"account:{self.account_id}"


class Authenticator(Protocol):
    """Finds the caller of a request."""

    def caller(self, request: Request) -> Caller:
        """The signed-in caller.

        Raises:
            FddError: with status 401 when nobody is signed in, 403 when the request did not come
                from our own pages.
        """
        ...


class PermissionGate:
    """The dependency of a route: finds the caller and refuses one without the permission.

    A route without a gate is refused when the application is put together.
    """

    def __init__(self, permission: Permission | None) -> None:
        self.permission = permission

    def __call__(self, request: Request) -> Caller | None:
        """The caller, for the route; None where anyone may come."""
        if self.permission is None:
            return None
        authenticator: Authenticator = request.app.state.authenticator
        caller = authenticator.caller(request)
        if caller.role not in self.permission.roles:
            raise PermissionDeniedError(
                f"The role {caller.role} lacks the permission {self.permission.name}",
                hint="Ask an administrator of the consortium",
                permission=self.permission.name,
            )
        request.state.caller = caller
        return caller


def requires(permission: Permission) -> DependsMarker:
    """What a route declares: only callers with this permission."""
    marker: DependsMarker = Depends(PermissionGate(permission))
    return marker


def open_to_anyone() -> DependsMarker:
    """What a route declares that needs no sign-in."""
    marker: DependsMarker = Depends(PermissionGate(None))
    return marker
