"""Rows of accounts, sessions and tickets."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, or_, select

from fdd_server.accounts.models import AccountRow, SessionRow, TicketRow
from fdd_server.kernel import UnitOfWork

__all__ = [
    "account",
    "account_by_email",
    "delete_session",
    "email_of_role",
    "forget_expired",
    "session",
    "ticket",
]


def account(work: UnitOfWork, account_id: str) -> AccountRow | None:
    """One account."""
    return work.session.get(AccountRow, account_id)


def account_by_email(work: UnitOfWork, email: str) -> AccountRow | None:
    """The account of an e-mail address, whatever its case."""
    statement = select(AccountRow).where(func.lower(AccountRow.email) == email.lower())
    return work.session.scalars(statement).first()


def email_of_role(work: UnitOfWork, role: str) -> str | None:
    """The address of the first account of a role that has a password."""
    statement = (
        select(AccountRow.email)
        .where(AccountRow.role == role, AccountRow.password_hash.is_not(None))
        .order_by(AccountRow.created_at)
    )
    return work.session.scalars(statement).first()


def session(work: UnitOfWork, token_hash: str) -> SessionRow | None:
    """A session."""
    return work.session.get(SessionRow, token_hash)


def delete_session(work: UnitOfWork, token_hash: str) -> None:
    """End a session."""
    work.session.execute(delete(SessionRow).where(SessionRow.token_hash == token_hash))


def ticket(work: UnitOfWork, token_hash: str) -> TicketRow | None:
    """A ticket, locked until the transaction ends."""
    statement = select(TicketRow).where(TicketRow.token_hash == token_hash).with_for_update()
    return work.session.scalars(statement).first()


def forget_expired(
    work: UnitOfWork, idle_since: datetime, created_before: datetime, now: datetime
) -> None:
    """Delete sessions and tickets that are over."""
    over = or_(SessionRow.used_at < idle_since, SessionRow.created_at < created_before)
    work.session.execute(delete(SessionRow).where(over))
    work.session.execute(delete(TicketRow).where(TicketRow.expires_at < now))
