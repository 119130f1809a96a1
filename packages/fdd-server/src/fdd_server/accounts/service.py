"""Accounts, sign-in, sessions and one-time page links."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

from blake3 import blake3

from fdd.core.ids import new_id
from fdd_server.accounts import repository
from fdd_server.accounts.errors import NotSignedInError, SignInError, TicketError
from fdd_server.accounts.models import AccountRow, SessionRow, TicketRow
from fdd_server.accounts.passwords import Passwords
from fdd_server.audit import AuditLog
from fdd_server.kernel import Clock, Database, ServerSettings, UnitOfWork, utc
from fdd_server.kernel.identity import Caller, Role
from fdd_server.kernel.throttle import Throttle

__all__ = ["AccountService"]

_GUEST: Final = "guest"
_TOUCH: Final = timedelta(seconds=30)
"""How exactly the last use of a session is kept."""


class AccountService:
    """What can be done with accounts."""

    def __init__(
        self, database: Database, settings: ServerSettings, clock: Clock, audit: AuditLog
    ) -> None:
        self._database = database
        self._idle = timedelta(minutes=settings.sessions.idle_minutes)
        self._absolute = timedelta(hours=settings.sessions.absolute_hours)
        self._ticket_life = timedelta(minutes=settings.sessions.ticket_minutes)
        self._clock = clock
        self._audit = audit
        self._passwords = Passwords()
        self._throttle = Throttle(clock)

    def create_administrator(self, work: UnitOfWork, actor: str, email: str, password: str) -> None:
        """Add an administrator.

        Raises:
            PasswordError: if the password is too short.
        """
        row = self._add(work, new_id("account"), email, "Administrator", Role.ADMINISTRATOR)
        row.password_hash = self._passwords.hash(password)
        self._audit.record(
            work, actor=actor, action="account.created", subject=row.id, role=row.role
        )

    def find_administrator(self, work: UnitOfWork) -> str | None:
        """The e-mail address of an administrator who can sign in; None before there is one."""
        return repository.email_of_role(work, Role.ADMINISTRATOR.value)

    def sign_in(self, email: str, password: str, address: str) -> tuple[str, Caller]:
        """Begin a session; its token, which is stored nowhere, and who it is.

        Raises:
            SignInError: if e-mail or password is wrong.
            TooManyAttemptsError: after several failures for this account or from this address.
        """
        keys = (f"account:{email.lower()}", f"address:{address}")
        with self._database.read() as work:
            self._throttle.check(work, *keys)
            found = repository.account_by_email(work, email)
            stored = found.password_hash if found is not None else None
        fits = self._passwords.verify(stored, password)
        if found is None or not fits:
            with self._database.write() as work:
                self._throttle.failed(work, *keys)
                self._audit.record(work, actor="anyone", action="session.refused", subject="hub")
            raise SignInError(hint="The operator of the server can set a new password")
        with self._database.write() as work:
            self._throttle.succeeded(work, *keys)
            return self._begin(work, found, "password")

    def sign_out(self, token: str) -> None:
        """End a session."""
        with self._database.write() as work:
            repository.delete_session(work, _hash(token))

    def caller(self, token: str) -> Caller:
        """Whose session a token is of.

        Raises:
            NotSignedInError: if it is of none, or of one that is over.
        """
        now = utc(self._clock())
        with self._database.read() as work:
            found = repository.session(work, _hash(token)) if token else None
            if (
                found is None
                or now - found.used_at > self._idle
                or now - found.created_at > self._absolute
            ):
                raise NotSignedInError(hint="Sign in again")
            caller, used_at = _caller(found.account), found.used_at
        if now - used_at > _TOUCH:
            with self._database.write(durable=False) as work:
                row = repository.session(work, _hash(token))
                if row is not None:
                    row.used_at = now
        return caller

    def issue_ticket(self, work: UnitOfWork, actor: str, role: Role) -> str:
        """A token for a page link that signs its first user in, once."""
        row = self._account_of(work, role)
        token = secrets.token_urlsafe(32)
        work.session.add(
            TicketRow(
                token_hash=_hash(token),
                account_id=row.id,
                expires_at=utc(self._clock()) + self._ticket_life,
            )
        )
        self._audit.record(work, actor=actor, action="ticket.issued", subject=row.id, role=role)
        return token

    def use_ticket(self, token: str) -> tuple[str, Caller]:
        """Begin a session with a page link.

        Raises:
            TicketError: if it is unknown, used or over.
        """
        now = utc(self._clock())
        with self._database.write() as work:
            row = repository.ticket(work, _hash(token))
            if row is None or row.used_at is not None or row.expires_at < now:
                raise TicketError(hint="Ask for a new one: fdd-server admin ticket")
            row.used_at = now
            account = repository.account(work, row.account_id)
            if account is None:
                raise TicketError(hint="Ask for a new one: fdd-server admin ticket")
            return self._begin(work, account, "ticket")

    def housekeeping(self, work: UnitOfWork) -> None:
        """Forget sessions and tickets that are over."""
        now = utc(self._clock())
        repository.forget_expired(work, now - self._idle, now - self._absolute, now)

    def _begin(self, work: UnitOfWork, account: AccountRow, how: str) -> tuple[str, Caller]:
        token = secrets.token_urlsafe(32)
        now = utc(self._clock())
        work.session.add(
            SessionRow(token_hash=_hash(token), account_id=account.id, created_at=now, used_at=now)
        )
        caller = _caller(account)
        self._audit.record(
            work, actor=caller.actor, action="session.begun", subject=account.id, how=how
        )
        return token, caller

    def _account_of(self, work: UnitOfWork, role: Role) -> AccountRow:
        """The account that a page link of a role signs in: one that has no password."""
        key = f"{_GUEST}-{role}"
        found = repository.account(work, key)
        return found or self._add(work, key, f"{key}@hub.invalid", key.title(), role)

    def _add(
        self, work: UnitOfWork, account_id: str, email: str, name: str, role: Role
    ) -> AccountRow:
        row = AccountRow(
            id=account_id,
            email=email,
            name=name,
            role=role.value,
            created_at=utc(self._clock()),
        )
        work.session.add(row)
        work.session.flush()
        return row


def _caller(row: AccountRow) -> Caller:
    return Caller(row.id, row.email, row.name, Role(row.role))


def _hash(token: str) -> str:
    return blake3(token.encode()).hexdigest()
