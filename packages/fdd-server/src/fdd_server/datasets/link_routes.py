"""The link's routes about data cards, from version 2 of the protocol."""

from __future__ import annotations

from fdd.protocol.statements import SignedStatement
from fdd_server.datasets.service import CardDesk
from fdd_server.kernel import Database
from fdd_server.kernel.link import Call, Link, LinkRoute

__all__ = ["card_routes"]


def card_routes(link: Link, *, database: Database, cards: CardDesk) -> list[LinkRoute]:
    """``cards``, and the withdrawal of one."""

    def share(call: Call) -> None:
        statement = call.message(SignedStatement)
        with database.write() as work:
            cards.share(work, call.site_id, statement)

    def withdraw(call: Call) -> None:
        with database.write() as work:
            cards.withdraw(work, call.site_id, call.path["handle"])

    return [
        link.message("POST", "/link/v1/cards", share),
        link.message("POST", "/link/v1/cards/{handle}/withdrawal", withdraw),
    ]
