"""The roster over HTTP: anyone signed in reads it, administrators pass on what members signed."""

from __future__ import annotations

from fastapi import APIRouter, Request

from fdd.protocol.messages import RosterVersions
from fdd.protocol.roster import SignedRoster
from fdd_server.kernel import Database
from fdd_server.kernel.identity import Caller, requires
from fdd_server.sites.permissions import READ, ROSTER
from fdd_server.sites.rosters import RosterBook
from fdd_server.sites.schemas import RosterDraft, RosterPublication, RosterView

__all__ = ["roster_routes"]


def roster_routes(database: Database, rosters: RosterBook) -> APIRouter:
    """Reading, drafting and publishing."""
    router = APIRouter(tags=["roster"])

    @router.get("/roster", dependencies=[requires(READ)])
    def read_roster() -> RosterView:
        with database.read() as work:
            return rosters.view(work)

    @router.get("/roster/versions", dependencies=[requires(READ)])
    def list_roster_versions() -> RosterVersions:
        with database.read() as work:
            return rosters.versions(work)

    @router.post("/roster/draft", dependencies=[requires(ROSTER)])
    def draft_roster(draft: RosterDraft) -> SignedRoster:
        with database.read() as work:
            return rosters.draft(
                work, threshold=draft.threshold, members=draft.members, without=draft.without
            )

    @router.post("/roster", status_code=201, dependencies=[requires(ROSTER)])
    def publish_roster(publication: RosterPublication, request: Request) -> RosterView:
        caller: Caller = request.state.caller
        with database.write() as work:
            rosters.publish(work, caller.actor, publication.documents)
            return rosters.view(work)

    return router
