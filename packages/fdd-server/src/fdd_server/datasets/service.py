"""Receives, shows and deletes the data cards of sites."""

from __future__ import annotations

from typing import Final

from blake3 import blake3

from fdd.core.ids import SiteId
from fdd.protocol.cards import CARD, SharedCard
from fdd.protocol.errors import SignatureError
from fdd.protocol.statements import SignedStatement, open_statement
from fdd_server.audit import AuditLog
from fdd_server.datasets import repository
from fdd_server.datasets.errors import TooManyCardsError
from fdd_server.datasets.models import CardRow
from fdd_server.datasets.schemas import ShownCard
from fdd_server.kernel import Clock, UnitOfWork, utc
from fdd_server.kernel.upsert import insert_or_replace
from fdd_server.sites import SiteService
from fdd_server.sites.events import SiteGone, SiteReplaced

__all__ = ["CardDesk"]

_MOST_CARDS: Final = 64
"""Of one site: a faulty one must not fill the table."""


class CardDesk:
    """What sites show of their data."""

    def __init__(self, clock: Clock, audit: AuditLog, sites: SiteService) -> None:
        self._clock = clock
        self._audit = audit
        self._sites = sites

    def share(self, work: UnitOfWork, site_id: SiteId, statement: SignedStatement) -> None:
        """Store a card; it replaces the one before of the same dataset, and again is once.

        Raises:
            SignatureError: if the site has not signed it, or it is another site's.
            TooManyCardsError: if the site shows too many.
        """
        keys = self._sites.public_keys(work, site_id)
        shared = open_statement(statement, CARD, SharedCard, *keys)
        if statement.key_id != site_id or shared.site_id != site_id:
            raise SignatureError("The card is another site's")
        known = {row.handle: row.digest for row in repository.cards_of(work, site_id)}
        digest = blake3(statement.payload.encode()).hexdigest()
        if known.get(shared.handle) == digest:
            return
        if shared.handle not in known and len(known) >= _MOST_CARDS:
            raise TooManyCardsError(hint="Withdraw one first", most=_MOST_CARDS)
        insert_or_replace(
            work,
            CardRow,
            site_id=site_id,
            handle=shared.handle,
            digest=digest,
            statement=statement.model_dump_json(),
            received_at=utc(self._clock()),
        )
        self._record(work, site_id, "card.shared", digest)

    def withdraw(self, work: UnitOfWork, site_id: SiteId, handle: str) -> None:
        """Delete a card; one that is not there is no error."""
        row = repository.card(work, site_id, handle)
        if row is not None:
            work.session.delete(row)
            self._record(work, site_id, "card.withdrawn", row.digest)

    def forget(self, work: UnitOfWork, news: SiteGone | SiteReplaced) -> None:
        """Delete what a site showed whose membership or machine is gone."""
        for row in repository.cards_of(work, news.site_id):
            self._record(work, news.site_id, "card.withdrawn", row.digest)
        repository.forget(work, news.site_id)

    def cards(self, work: UnitOfWork) -> list[ShownCard]:
        """All cards, by site."""
        shown = []
        for row in repository.cards(work):
            site = self._sites.site(work, row.site_id)
            statement = SignedStatement.model_validate_json(row.statement)
            shown.append(
                ShownCard(
                    site_id=row.site_id,
                    site_name=site.name,
                    institution=site.institution,
                    handle=row.handle,
                    digest=row.digest,
                    received_at=row.received_at,
                    card=SharedCard.model_validate_json(statement.payload).card,
                )
            )
        return shown

    def _record(self, work: UnitOfWork, site_id: SiteId, action: str, digest: str) -> None:
        self._audit.record(
            work, actor=f"site:{site_id}", action=action, subject=site_id, digest=digest
        )
