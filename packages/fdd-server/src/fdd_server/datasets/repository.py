"""Rows of data cards."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from fdd.core.ids import SiteId
from fdd_server.datasets.models import CardRow
from fdd_server.kernel import UnitOfWork

__all__ = ["card", "cards", "cards_of", "forget"]


def cards(work: UnitOfWork) -> Sequence[CardRow]:
    """All cards, by site and handle."""
    return work.session.scalars(select(CardRow).order_by(CardRow.site_id, CardRow.handle)).all()


def cards_of(work: UnitOfWork, site_id: SiteId) -> Sequence[CardRow]:
    """The cards of one site."""
    return work.session.scalars(select(CardRow).where(CardRow.site_id == site_id)).all()


def card(work: UnitOfWork, site_id: SiteId, handle: str) -> CardRow | None:
    """One card."""
    return work.session.get(CardRow, (site_id, handle))


def forget(work: UnitOfWork, site_id: SiteId) -> None:
    """Delete all cards of a site."""
    work.session.execute(delete(CardRow).where(CardRow.site_id == site_id))
